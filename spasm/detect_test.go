package spasm

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"facialis/anatomy"
	"facialis/event"
	_ "facialis/internal/rapidtest"
)

// face is a trace under construction: 30 frames a second, noise of 0.03 mm,
// eyes 10 mm open.
type face struct{ *event.Trace }

func newFace(seconds float64, seed uint64) face {
	r := rand.New(rand.NewPCG(seed, 9))
	n := int(seconds * 30)
	t := &event.Trace{MMPerPx: 0.3}
	column := func(base, noise float64) []float32 {
		c := make([]float32, n)
		for i := range c {
			c[i] = float32(base + noise*r.NormFloat64())
		}
		return c
	}
	for i := range n {
		t.T = append(t.T, float64(i)/30)
	}
	for s := range 2 {
		for k := range anatomy.NumRegions {
			t.DX[s][k], t.DY[s][k] = column(0, 0.03), column(0, 0.03)
		}
		t.Aperture[s] = column(10, 0.05)
	}
	t.Yaw, t.Pitch, t.Roll, t.Quality = column(0, 0.1), column(0, 0.1), column(0, 0.1), column(1, 0)
	return face{t}
}

// move adds a movement of a region along its action: up in rise seconds, held,
// down in rise seconds. A lid's movement shows in the mesh's aperture too.
func (f face) move(side, region int, at, rise, hold, mm float64) {
	for i, t := range f.T {
		v := 0.0
		switch d := t - at; {
		case d <= 0 || d >= 2*rise+hold:
		case d < rise:
			v = mm * (1 - math.Cos(math.Pi*d/rise)) / 2
		case d < rise+hold:
			v = mm
		default:
			v = mm * (1 + math.Cos(math.Pi*(d-rise-hold)/rise)) / 2
		}
		a := anatomy.Directions[region]
		f.DX[side][region][i] += float32(a[0] * v)
		f.DY[side][region][i] += float32(a[1] * v)
		if region == anatomy.AtOrbicularisOculi {
			f.Aperture[side][i] -= float32(v)
		}
	}
}

func (f face) blink(at float64) {
	f.move(anatomy.AtRight, anatomy.AtOrbicularisOculi, at, 0.1, 0.02, 9)
	f.move(anatomy.AtLeft, anatomy.AtOrbicularisOculi, at, 0.1, 0.02, 8.7)
}

func (f face) events(tasks ...event.Task) []event.Event {
	return Detect(f.Trace, tasks, DefaultParams())
}

func of(events []event.Event, kind event.Kind) []event.Event {
	var out []event.Event
	for _, e := range events {
		if e.Kind == kind {
			out = append(out, e)
		}
	}
	return out
}

// only checks that there is exactly one event of a kind, and no spasm beside it.
func only(t *testing.T, events []event.Event, kind event.Kind) event.Event {
	t.Helper()
	got := of(events, kind)
	if len(got) != 1 {
		t.Fatalf("%d events of kind %s, want 1: %+v", len(got), kind, events)
	}
	if kind != event.Spasm && len(of(events, event.Spasm)) > 0 {
		t.Fatalf("a spasm beside: %+v", events)
	}
	return got[0]
}

func TestTwitch(t *testing.T) {
	for _, c := range []struct {
		side   int
		region int
		mm     float64
	}{
		{anatomy.AtRight, anatomy.AtOrbicularisOculi, 0.5},
		{anatomy.AtLeft, anatomy.AtZygomaticus, 0.7},
		{anatomy.AtRight, anatomy.AtDepressor, 0.8},
		{anatomy.AtLeft, anatomy.AtMentalis, 1.5},
	} {
		f := newFace(20, 1)
		f.move(c.side, c.region, 8, 0.08, 0.02, c.mm)
		e := only(t, f.events(), event.Spasm)
		if e.Side != [2]anatomy.Side{anatomy.Right, anatomy.Left}[c.side] || e.Lead != anatomy.Regions[c.region] || e.Form != event.Twitch {
			t.Errorf("%+v came out as %s %s %s", c, e.Side, e.Lead, e.Form)
		}
		if math.Abs(e.OnsetS-8.02) > 0.035 {
			t.Errorf("%+v: onset %.3f, want 8.02", c, e.OnsetS)
		}
		if p := *e.Regions[0].PeakMM; math.Abs(p/c.mm-1) > 0.2 {
			t.Errorf("%+v: peak %.2f mm", c, p)
		}
		if e.Episode == nil || e.Attack == nil || e.Trigger != nil {
			t.Errorf("%+v: episode %v attack %v trigger %v", c, e.Episode, e.Attack, e.Trigger)
		}
	}
}

func TestForms(t *testing.T) {
	f := newFace(40, 2)
	for i := range 5 {
		f.move(anatomy.AtRight, anatomy.AtZygomaticus, 8+0.3*float64(i), 0.08, 0.02, 2)
	}
	f.move(anatomy.AtRight, anatomy.AtZygomaticus, 25, 0.1, 2, 3)
	got := of(f.events(), event.Spasm)
	if len(got) != 2 {
		t.Fatalf("%d spasms, want 2: %+v", len(got), got)
	}
	if got[0].Form != event.Clonic || got[0].Twitches != 5 || got[0].RateHz == nil || math.Abs(*got[0].RateHz-3.6) > 0.6 {
		t.Errorf("train: %s, %d twitches, %v Hz", got[0].Form, got[0].Twitches, got[0].RateHz)
	}
	if got[1].Form != event.Tonic || math.Abs(got[1].Duration()-2.2) > 0.15 {
		t.Errorf("hold: %s of %.2f s", got[1].Form, got[1].Duration())
	}
	if *got[0].Attack == *got[1].Attack {
		t.Error("fifteen seconds apart are one attack")
	}
}

func TestBlinksAreNotSpasms(t *testing.T) {
	f := newFace(60, 3)
	for i := range 12 {
		f.blink(3 + 4.5*float64(i))
	}
	events := f.events()
	if n := len(of(events, event.Blink)); n != 12 {
		t.Errorf("%d blinks, want 12", n)
	}
	if s := of(events, event.Spasm); len(s) > 0 {
		t.Errorf("spasms among blinks: %+v", s)
	}
}

func TestSymmetricSmileIsVoluntary(t *testing.T) {
	f := newFace(20, 4)
	f.move(anatomy.AtRight, anatomy.AtZygomaticus, 8, 0.3, 1.5, 8)
	f.move(anatomy.AtLeft, anatomy.AtZygomaticus, 8, 0.3, 1.5, 7)
	if e := only(t, f.events(), event.Voluntary); e.Side != anatomy.Both {
		t.Errorf("side %s", e.Side)
	}
}

func TestWinkOnRequest(t *testing.T) {
	f := newFace(20, 5)
	f.move(anatomy.AtLeft, anatomy.AtOrbicularisOculi, 8, 0.12, 0.4, 8)
	e := only(t, f.events(event.Task{Task: "wink_left", FromS: 7, ToS: 11}), event.Voluntary)
	if e.Side != anatomy.Left || e.Task == nil || *e.Task != "wink_left" {
		t.Errorf("wink: %s, task %v", e.Side, e.Task)
	}
}

func TestLockedToBlinksIsSynkinesis(t *testing.T) {
	f := newFace(60, 6)
	for i := range 10 {
		at := 3 + 5.3*float64(i)
		f.blink(at)
		f.move(anatomy.AtRight, anatomy.AtZygomaticus, at+0.02, 0.1, 0.02, 2)
	}
	events := f.events()
	got := of(events, event.Synkinesis)
	if len(got) < 9 || len(of(events, event.Spasm)) > 0 {
		t.Fatalf("%d synkineses and %d spasms, want 10 and 0", len(got), len(of(events, event.Spasm)))
	}
	if got[0].Trigger == nil || *got[0].Trigger != "blink" || got[0].Side != anatomy.Right {
		t.Errorf("trigger %v, side %s", got[0].Trigger, got[0].Side)
	}
}

func TestSlowDriftIsNoSpasm(t *testing.T) {
	f := newFace(30, 7)
	f.move(anatomy.AtRight, anatomy.AtZygomaticus, 10, 2, 1, 1.2)
	if s := of(f.events(), event.Spasm); len(s) > 0 {
		t.Errorf("a drift became %+v", s)
	}
}

func TestMissingIsNotAnEvent(t *testing.T) {
	f := newFace(20, 8)
	for i := 200; i < 260; i++ {
		for s := range 2 {
			for k := range anatomy.NumRegions {
				f.DX[s][k][i], f.DY[s][k][i] = event.Missing, event.Missing
			}
		}
	}
	if s := of(f.events(), event.Spasm); len(s) > 0 {
		t.Errorf("a gap became %+v", s)
	}
	if got := Detect(&event.Trace{}, nil, DefaultParams()); got != nil {
		t.Errorf("an empty trace became %+v", got)
	}
}

// onsetTolerance is a tenth of a frame. Noise is measured in half-second windows,
// and at 30 frames per second a window can end exactly on a frame. Rounding of the
// shifted times then decides whether that frame belongs to it, so the noise
// changes a little, and with it the onset between two frames: in 400 tries of such
// shifts by 0.9 ms at most.
const onsetTolerance = 0.1 / 30

// Swapping left and right swaps the sides and changes nothing else. A later start
// shifts every time.
func TestSidesAndTimes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64Range(1, 1000).Draw(t, "seed")
		region := rapid.SampledFrom([]int{anatomy.AtOrbicularisOculi, anatomy.AtZygomaticus, anatomy.AtDepressor}).Draw(t, "region")
		mm := rapid.Float64Range(1, 5).Draw(t, "mm")
		at := rapid.Float64Range(3, 12).Draw(t, "at")
		shift := float64(rapid.IntRange(1, 600).Draw(t, "frames")) / 30
		f := newFace(16, seed)
		f.move(anatomy.AtRight, region, at, 0.08, 0.05, mm)
		a := f.events()
		for i := range f.T {
			f.T[i] += shift
		}
		for k := range anatomy.NumRegions {
			f.DX[0][k], f.DX[1][k] = f.DX[1][k], f.DX[0][k]
			f.DY[0][k], f.DY[1][k] = f.DY[1][k], f.DY[0][k]
		}
		f.Aperture[0], f.Aperture[1] = f.Aperture[1], f.Aperture[0]
		b := f.events()
		if len(a) != len(b) || len(of(a, event.Spasm)) != 1 {
			t.Fatalf("%d events became %d", len(a), len(b))
		}
		for i := range a {
			if a[i].Side.Other() != b[i].Side || a[i].Kind != b[i].Kind || a[i].Lead != b[i].Lead {
				t.Fatalf("%+v became %+v", a[i], b[i])
			}
			if math.Abs(a[i].OnsetS+shift-b[i].OnsetS) > onsetTolerance {
				t.Fatalf("onset %.4f became %.4f, shifted by %.4f", a[i].OnsetS, b[i].OnsetS, shift)
			}
		}
	})
}
