package pipeline

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"facialis/face"
	"facialis/internal/infer"
	"facialis/motion"
	"facialis/report"
	"facialis/video"
)

// stepsMost is how many steps between frames the frame rate is told from: of a
// longer recording of every second, fourth and so on.
const stepsMost = 1 << 15

// looked is what is left of a recording once every frame was looked at.
type looked struct {
	skin     *motion.Tracker
	album    *report.Album
	info     video.Info
	damage   string // what could not be decoded
	clock    video.Clock
	warnings []face.Warning
	facesMax int
	wayUp    bool // it is clear which way up the face is
	frames   int
	found    int     // frames with the face
	last     float64 // s, the last frame's time
	steps    thinned // s, between frames
	stages   Stages

	upright upright
	asked   bool      // it is to be found out whether the face stands upright
	rolls   []float64 // of its first frames, degrees
}

// item is a frame on its way with what the face tracker saw in it.
type item struct {
	f   *video.Frame
	obs face.Observation
	lm  face.Landmarks

	upright bool // it is known that the film need not be turned
}

// look walks every frame through decoder, face and motion, each in a goroutine
// of its own, and gives back the networks and the decoder. cancel ends ctx, and
// with it the decoding, where the face's goroutine fails.
func look(ctx context.Context, cancel context.CancelCauseFunc, engine *infer.Engine, tracker *face.Tracker, r *video.Reader, opt Options, progress func(Progress)) (_ *looked, err error) {
	defer r.Close()
	defer tracker.Close()
	canon, err := engine.Canonical()
	if err != nil {
		return nil, err
	}
	w := &looked{skin: motion.New(opt.Motion, canon), album: &report.Album{}, info: r.Info(), asked: opt.turn == 0 && opt.Face.Face == ""}
	w.skin.Lens(w.info.Lens())
	w.upright = newUpright(opt.turn, w.info)
	defer func() {
		if err != nil {
			w.album.Close()
		}
	}()
	frames, readErr := make(chan *video.Frame, 4), make(chan error, 1)
	go func() {
		defer close(frames)
		readErr <- w.decode(ctx, r, frames)
	}()
	free, seen, faceErr := make(chan *item, 5), make(chan *item, 5), make(chan error, 1)
	for range cap(free) {
		free <- &item{}
	}
	go func() {
		defer close(seen)
		if err := w.follow(tracker, frames, free, seen); err != nil {
			faceErr <- err
			cancel(err)
			for f := range frames {
				f.Release()
			}
		}
	}()
	pushErr := w.measure(ctx, seen, free, opt, progress)
	select {
	case err := <-faceErr:
		return nil, err
	default:
	}
	if err := <-readErr; !errors.Is(err, io.EOF) {
		return nil, err
	}
	w.info, w.damage, w.clock, w.facesMax, w.wayUp = r.Info(), r.DecodeWarning(), r.Clock(), tracker.FacesMax(), tracker.WayUpClear()
	return w, pushErr
}

// decode reads frames until there are no more, which is io.EOF, or ctx ends.
func (w *looked) decode(ctx context.Context, r *video.Reader, frames chan<- *video.Frame) error {
	for {
		start := time.Now()
		f, err := r.Next()
		w.stages.Decode += time.Since(start)
		if err != nil {
			return err
		}
		select {
		case frames <- f:
		case <-ctx.Done():
			f.Release()
			return ctx.Err()
		}
	}
}

// follow finds the face in each frame.
func (w *looked) follow(tracker *face.Tracker, frames <-chan *video.Frame, free <-chan *item, seen chan<- *item) error {
	for f := range frames {
		it := <-free
		start := time.Now()
		obs, err := tracker.Next(f)
		w.stages.Face += time.Since(start)
		if err != nil {
			return fmt.Errorf("frame %d: %w", f.Index, err)
		}
		it.f, it.obs = f, obs
		if obs.Landmarks != nil {
			it.lm = *obs.Landmarks // the tracker keeps only the latest
			it.obs.Landmarks = &it.lm
		}
		if w.asked && obs.Found && obs.Fresh && !math.IsNaN(obs.Pose.Roll) {
			if w.rolls = append(w.rolls, obs.Pose.Roll); len(w.rolls) == uprightFrames {
				w.asked = false
				if t := turnFor(w.rolls); t != 0 {
					f.Release()
					return turned(t)
				}
			}
		}
		it.upright = !w.asked
		seen <- it
	}
	return nil
}

// measure takes the movement out of each frame with its face. After an error it
// only lets the frames go.
func (w *looked) measure(ctx context.Context, seen <-chan *item, free chan<- *item, opt Options, progress func(Progress)) (err error) {
	watch := face.NewWatch()
	var waiting []*item // until it is known whether the film is read again
	for it := range seen {
		if err == nil {
			start := time.Now()
			watch.Add(it.f, &it.obs)
			err = w.skin.Push(it.f, &it.obs)
			x, y, width, mm := w.skin.Uneven()
			w.album.Look(it.f, x, y, width, mm)
			switch {
			case opt.Seen == nil || !it.obs.Found:
			case !it.upright:
				waiting = append(waiting, w.upright.shown(it))
			case w.upright.deg == 0: // as it is, without a copy
				waiting = show(waiting, opt.Seen)
				opt.Seen(it.f, &it.obs)
			default:
				waiting = show(append(waiting, w.upright.shown(it)), opt.Seen)
			}
			w.stages.Motion += time.Since(start)
		}
		if w.frames > 0 && it.f.UnfilmedS == 0 {
			w.steps.add(it.f.T - w.last)
		}
		w.last = it.f.T
		w.frames++
		if it.obs.Found {
			w.found++
		}
		it.f.Release()
		free <- it
		if progress != nil {
			progress(Progress{w.frames, w.last, w.info.Duration})
		}
	}
	if opt.Seen != nil && !errors.As(context.Cause(ctx), new(turned)) {
		show(waiting, opt.Seen)
	}
	w.warnings = watch.Warnings()
	return err
}

// thinned keeps up to stepsMost of however many values, evenly spread.
type thinned struct {
	values []float64
	every  int // of so many one is kept; 0 while all are
	n      int
}

func (t *thinned) add(v float64) {
	if len(t.values) == stepsMost {
		for i := range stepsMost / 2 {
			t.values[i] = t.values[2*i]
		}
		t.values = t.values[:stepsMost/2]
		t.every = 2 * max(t.every, 1)
	}
	if t.every == 0 || t.n%t.every == 0 {
		t.values = append(t.values, v)
	}
	t.n++
}
