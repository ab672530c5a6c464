package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"facialis/event"
	"facialis/face"
	"facialis/internal/signal"
	"facialis/video"
)

// turned says that the face does not stand upright in the pictures: the film is
// to be read again, turned by so many degrees clockwise.
type turned struct {
	deg int
	at  float64 // from here on, s: a joint; 0 for all of it
}

func (t turned) Error() string { return fmt.Sprintf("turn by %d degrees", t.deg) }

const (
	uprightFrames = 10  // frames with a face from which it is told how it stands
	circle        = 360 // degrees
	quarter       = 90  // degrees
	// A head is held at up to about 45 degrees by itself; beyond this the camera was
	// turned, or the person lies.
	uprightRollDeg = 60.0
)

// turnFor is the quarter turn, clockwise, after which faces of these rolls, in
// degrees clockwise, stand upright; 0 where they do.
func turnFor(rolls []float64) int {
	r := slices.Clone(rolls)
	for i := range r { // about the first, so that half a turn has no seam
		r[i] = rolls[0] + math.Remainder(rolls[i]-rolls[0], circle)
	}
	slices.Sort(r)
	roll := math.Remainder(signal.Middle(r), circle)
	if math.Abs(roll) < uprightRollDeg {
		return 0
	}
	return (int(math.Round(-roll/quarter))*quarter + circle) % circle
}

// lookUpright looks at the recording, and once more, turned, where the face does
// not stand upright in it: skin and networks see best what they were made for.
func lookUpright(ctx context.Context, engine *face.Networks, path string, opt Options, progress func(Progress)) (*looked, error) {
	if opt.TurnDeg != nil {
		opt.turn = *opt.TurnDeg
	}
	var w *looked
	for {
		var err error
		w, err = lookOnce(ctx, engine, path, opt, w, progress)
		var t turned
		if errors.As(err, &t) {
			if opt.turn = t.deg; t.at > 0 {
				opt.fromS = t.at
			} else {
				w = nil
			}
			continue
		}
		if err != nil || w.found > 0 || !w.asked || opt.Face.AnyRoll {
			return w, err
		}
		// No face at all: it may lie so that the detector, which knows upright ones,
		// sees none.
		deg, err := findTurned(ctx, engine, path, opt)
		if err == nil && deg == 0 {
			return w, nil
		}
		w.close()
		if err != nil {
			return nil, err
		}
		opt.turn, w = deg, nil
	}
}

// A turn is tried on the first soughtS seconds of a film without a face, and taken
// where soughtFrames of them show one.
const (
	soughtS      = 5.0
	soughtFrames = 10
)

// findTurned is the turn after which a face is found at the beginning of the
// recording; 0 where there is none.
func findTurned(ctx context.Context, engine *face.Networks, path string, opt Options) (int, error) {
	for _, deg := range [...]int{2 * quarter, quarter, 3 * quarter} {
		n, err := foundTurned(ctx, engine, path, opt, deg)
		if err != nil {
			return 0, err
		}
		if n >= soughtFrames {
			return deg, nil
		}
	}
	return 0, nil
}

// foundTurned counts the frames at the beginning of the recording in which a face
// is found once it is turned.
func foundTurned(ctx context.Context, engine *face.Networks, path string, opt Options, deg int) (n int, err error) {
	tracker, err := face.New(engine, opt.Face)
	if err != nil {
		return 0, err
	}
	defer tracker.Close()
	r, err := video.Open(ctx, path, video.Options{Turn: deg, FromS: opt.FromS, ToS: opt.FromS + soughtS, Threads: opt.Threads})
	if err != nil {
		return 0, err
	}
	defer r.Close()
	for n < soughtFrames {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return 0, err
		}
		o, err := tracker.Next(f)
		f.Release()
		if err != nil {
			return 0, err
		}
		if o.Found {
			n++
		}
	}
	return n, nil
}

// upright carries places from the turned pictures that were measured to the
// pictures as the film shows them.
type upright struct {
	deg  int // by which they were turned, clockwise
	w, h int // of the film's own pictures
}

// newUpright is for pictures that info describes, turned already.
func newUpright(deg int, info video.Info) upright {
	u := upright{deg, info.Width, info.Height}
	if deg%(2*quarter) != 0 {
		u.w, u.h = u.h, u.w
	}
	return u
}

// at carries a place.
func (u upright) at(x, y float32) (float32, float32) {
	w, h := float32(u.w), float32(u.h)
	switch u.deg {
	case quarter:
		return y, h - x
	case 2 * quarter:
		return w - x, h - y
	case 3 * quarter:
		return w - y, x
	}
	return x, y
}

// back carries the places and the roll of a trace.
func (u upright) back(t *event.Trace) {
	if u.deg == 0 {
		return
	}
	for i := range t.FaceX {
		t.FaceX[i], t.FaceY[i] = u.at(t.FaceX[i], t.FaceY[i])
	}
	for i := range t.Roll {
		t.Roll[i] -= float32(u.deg)
	}
}

// shown is a copy of an item for whoever is shown what was seen.
func (u upright) shown(it *item) *item {
	c := &item{f: &video.Frame{Index: it.f.Index, T: it.f.T, W: u.w, H: u.h}, obs: it.obs, lm: it.lm}
	c.obs.Landmarks = &c.lm
	if u.deg != 0 {
		for i := range c.lm.Points {
			p := &c.lm.Points[i]
			p.X, p.Y = u.at(p.X, p.Y)
		}
		c.obs.Pose.Roll = math.Remainder(c.obs.Pose.Roll-float64(u.deg), circle)
	}
	return c
}

// show shows what waits, and empties it.
func show(waiting []*item, seen func(*video.Frame, *face.Observation)) []*item {
	for _, it := range waiting {
		seen(it.f, &it.obs)
	}
	return waiting[:0]
}
