package pipeline

import (
	"context"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"facialis/anatomy"
	"facialis/event"
	"facialis/face"
	"facialis/motion"
	"facialis/phantom"
	"facialis/spasm"
	"facialis/video"
)

// seen is a frame with what the face tracker saw in it.
type seen struct {
	f   *video.Frame
	obs face.Observation
}

// drawnFace is a drawn face with three twitches and a blink, frame by frame.
type drawnFace struct {
	frames []seen
	canon  *[468][3]float32
}

// theFace draws the face once for all the tests of this file.
var theFace = sync.OnceValues(func() (*drawnFace, error) {
	dir, err := os.MkdirTemp("", "facialis-properties-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	twitch := func(at float64, side anatomy.Side, region anatomy.Region, mm float64) phantom.EventSpec {
		return phantom.EventSpec{At: at, Side: side, Regions: []phantom.RegionSpec{{Region: region, MM: mm, Share: 1}}}
	}
	spec := &phantom.Spec{Name: "properties", Seed: 4, Seconds: 4.4,
		Camera: phantom.Camera{Width: 720, Height: 540, FPS: 30, FaceHeight: 0.66},
		Blinks: phantom.Blinks{RatePerMin: -1},
		Events: []phantom.EventSpec{
			twitch(1, anatomy.Right, anatomy.Zygomaticus, 2),
			twitch(1.8, anatomy.Left, anatomy.OrbicularisOculi, 2),
			twitch(2.6, anatomy.Right, anatomy.Depressor, 2.5),
			{At: 3.4, Kind: event.Blink, Side: anatomy.Both, Regions: []phantom.RegionSpec{{Region: anatomy.OrbicularisOculi, MM: 9, Share: 1}}}}}
	path := filepath.Join(dir, "face.mp4")
	if err := spec.Validate(); err != nil {
		return nil, err
	}
	if _, err := phantom.Render(context.Background(), spec, path, nil); err != nil {
		return nil, err
	}
	engine, err := face.Open("")
	if err != nil {
		return nil, err
	}
	defer engine.Close()
	tracker, err := face.New(engine, face.DefaultOptions())
	if err != nil {
		return nil, err
	}
	defer tracker.Close()
	r, err := video.Open(context.Background(), path, video.Options{})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	d := &drawnFace{}
	if d.canon, err = engine.Canonical(); err != nil {
		return nil, err
	}
	for {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			return d, nil
		}
		if err != nil {
			return nil, err
		}
		obs, err := tracker.Next(f)
		if err != nil {
			return nil, err
		}
		if obs.Landmarks != nil {
			lm := *obs.Landmarks
			obs.Landmarks = &lm
		}
		own := video.NewFrame(f.W, f.H)
		own.Index, own.T = f.Index, f.T
		copy(own.Y, f.Y)
		f.Release()
		d.frames = append(d.frames, seen{own, obs})
	}
})

// follow pushes the face's frames, each changed by change, through the tracker
// of skin, and returns the trace and the events.
func follow(t *testing.T, change func(seen) seen) (*event.Trace, []event.Event) {
	t.Helper()
	d, err := theFace()
	if err != nil {
		t.Fatal(err)
	}
	m := motion.New(motion.DefaultParams(), d.canon)
	for _, s := range d.frames {
		s = change(s)
		if err := m.Push(s.f, &s.obs); err != nil {
			t.Fatal(err)
		}
	}
	tr, err := m.Finish()
	if err != nil {
		t.Fatal(err)
	}
	return tr, spasm.Detect(tr, nil, spasm.DefaultParams())
}

func asFilmed(s seen) seen { return s }

// points returns the observation with every point changed.
func points(o face.Observation, change func(i int, from *face.Landmarks) face.Point) face.Observation {
	if o.Landmarks == nil {
		return o
	}
	lm := *o.Landmarks
	for i := range lm.Points {
		lm.Points[i] = change(i, o.Landmarks)
	}
	o.Landmarks = &lm
	return o
}

// mirrored is the frame as a mirror shows it.
func mirrored(s seen) seen {
	w, h := s.f.W, s.f.H
	f := video.NewFrame(w, h)
	f.Index, f.T = s.f.Index, s.f.T
	for y := range h {
		row := f.Y[y*w : (y+1)*w]
		copy(row, s.f.Y[y*w:(y+1)*w])
		slices.Reverse(row)
	}
	o := points(s.obs, func(i int, from *face.Landmarks) face.Point {
		p := from.Points[face.Mirror[i]]
		p.X = float32(w) - p.X
		return p
	})
	o.Pose.Yaw, o.Pose.Roll = -o.Pose.Yaw, -o.Pose.Roll
	return seen{f, o}
}

// halved is the frame at half its size.
func halved(s seen) seen {
	w, h := s.f.W/2, s.f.H/2
	f := video.NewFrame(w, h)
	f.Index, f.T = s.f.Index, s.f.T
	for y := range h {
		for x := range w {
			i := 2*y*s.f.W + 2*x
			f.Y[y*w+x] = byte((int(s.f.Y[i]) + int(s.f.Y[i+1]) + int(s.f.Y[i+s.f.W]) + int(s.f.Y[i+s.f.W+1]) + 2) / 4)
		}
	}
	o := points(s.obs, func(i int, from *face.Landmarks) face.Point {
		p := from.Points[i]
		p.X, p.Y, p.Z = p.X/2, p.Y/2, p.Z/2
		return p
	})
	o.IrisPx /= 2
	return seen{f, o}
}

// want are the drawn face's one-sided events.
var want = []struct {
	side   anatomy.Side
	region anatomy.Region
	at, mm float64
}{
	{anatomy.Right, anatomy.Zygomaticus, 1, 2},
	{anatomy.Left, anatomy.OrbicularisOculi, 1.8, 2},
	{anatomy.Right, anatomy.Depressor, 2.6, 2.5},
}

// holds fails unless the events are the drawn ones: those spasms, on those
// sides, at those times, and the blink. It returns the sizes.
func holds(t *testing.T, events []event.Event, later float64, swap bool) []float64 {
	t.Helper()
	var spasms []event.Event
	for _, e := range events {
		if e.Kind == event.Spasm {
			spasms = append(spasms, e)
		} else if e.Kind == event.Blink && math.Abs(e.OnsetS-later-3.4) > 0.1 {
			t.Errorf("a blink at %.2f s", e.OnsetS)
		}
	}
	if len(spasms) != len(want) {
		t.Fatalf("%d spasms instead of %d: %+v", len(spasms), len(want), spasms)
	}
	var mm []float64
	for i, e := range spasms {
		w := want[i]
		side := w.side
		if swap {
			side = side.Other()
		}
		if e.Side != side || e.Lead != w.region || math.Abs(e.OnsetS-later-w.at) > 0.1 {
			t.Errorf("%s %s at %.3f s, want %s %s at %.3f s", e.Side, e.Lead, e.OnsetS, side, w.region, w.at+later)
		}
		for _, r := range e.Regions {
			if r.Region == e.Lead && r.PeakMM != nil {
				mm = append(mm, *r.PeakMM)
			}
		}
	}
	if len(mm) != len(want) {
		t.Fatalf("%d sizes of %d spasms", len(mm), len(want))
	}
	return mm
}

// Mirroring the video swaps the sides: of every event, and of every column of
// the trace, but for the rounding of samples.
func TestMirrorSwapsSides(t *testing.T) {
	tr, events := follow(t, asFilmed)
	mtr, mevents := follow(t, mirrored)
	a, b := holds(t, events, 0, false), holds(t, mevents, 0, true)
	for i := range a {
		if math.Abs(a[i]-b[i]) > 0.03 {
			t.Errorf("%s %s of %.3f mm goes %.3f mm in the mirror", want[i].side, want[i].region, a[i], b[i])
		}
	}
	for k := range anatomy.NumRegions {
		for s := range 2 {
			worst, at := 0.0, 0.0
			for i := range tr.T {
				x, y := tr.Along[s][k][i], mtr.Along[1-s][k][i]
				if (x == x) != (y == y) {
					t.Errorf("%s %s at %.2f s: %v and in the mirror %v", anatomy.Sides[s], anatomy.Regions[k], tr.T[i], x, y)
					break
				}
				if d := math.Abs(float64(x - y)); d > worst {
					worst, at = d, tr.T[i]
				}
			}
			if worst > 0.05 {
				t.Errorf("%s %s at %.2f s differs from its mirror by %.3f mm", anatomy.Sides[s], anatomy.Regions[k], at, worst)
			}
		}
	}
}

// Scaling the picture leaves millimeters alone.
func TestScalingLeavesMillimetersAlone(t *testing.T) {
	tr, events := follow(t, asFilmed)
	htr, hevents := follow(t, halved)
	if r := htr.MMPerPx / tr.MMPerPx; math.Abs(r-2) > 0.08 {
		t.Errorf("half the picture has %.3f times the mm a px", r)
	}
	a, b := holds(t, events, 0, false), holds(t, hevents, 0, false)
	for i := range a {
		if math.Abs(b[i]/a[i]-1) > 0.2 {
			t.Errorf("%s %s of %.3f mm goes %.3f mm in half the picture", want[i].side, want[i].region, a[i], b[i])
		}
	}
}

// A constant shift of time shifts the events and does nothing else.
func TestTimeShiftShiftsEvents(t *testing.T) {
	const later = 1000
	_, events := follow(t, asFilmed)
	_, late := follow(t, func(s seen) seen {
		f := video.NewFrame(s.f.W, s.f.H)
		f.Index, f.T = s.f.Index, s.f.T+later
		copy(f.Y, s.f.Y)
		return seen{f, s.obs}
	})
	a, b := holds(t, events, 0, false), holds(t, late, later, false)
	if !slices.Equal(a, b) || len(events) != len(late) {
		t.Errorf("sizes %v, later %v", a, b)
	}
	for i := range events {
		if d := late[i].OnsetS - events[i].OnsetS; math.Abs(d-later) > 1e-6 {
			t.Errorf("event %d comes %.6f s later", i, d)
		}
	}
}
