package spasm

import (
	"math"
	"testing"

	"facialis/anatomy"
	"facialis/event"
)

// closure is how far a lid is closed in a film of four seconds, mm: it goes down by mm
// at from, stays to to, and takes 0.1 s for either way.
func closure(mm, from, to float64) func(t float64) float64 {
	return func(t float64) float64 {
		return mm * math.Max(0, math.Min(1, math.Min((t-from+0.1)/0.1, (to+0.1-t)/0.1)))
	}
}

// blinking is a face that does nothing but blink at 1 s, the right and the left lid as
// told.
func blinking(right, left func(t float64) float64) *event.Trace {
	tr := &event.Trace{MMPerPx: 0.5}
	for i := range 120 {
		tr.T = append(tr.T, float64(i)/30)
	}
	for s := range 2 {
		for k := range anatomy.NumRegions {
			tr.DX[s][k], tr.DY[s][k], tr.Along[s][k], tr.Diff[k] = make([]float32, 120), make([]float32, 120), make([]float32, 120), make([]float32, 120)
		}
		tr.Aperture[s] = make([]float32, 120)
		for i, t := range tr.T {
			mm := [2]func(float64) float64{right, left}[s](t)
			wander := 0.03 * math.Sin(float64(7*i+3*s))
			tr.Aperture[s][i] = float32(10 - mm + wander)
			tr.DY[s][anatomy.AtOrbicularisOculi][i] = float32(wander - mm)
			tr.Along[s][anatomy.AtOrbicularisOculi][i] = float32(mm - wander)
		}
	}
	tr.LipOpen, tr.Yaw, tr.Pitch, tr.Roll, tr.Quality = make([]float32, 120), make([]float32, 120), make([]float32, 120), make([]float32, 120), make([]float32, 120)
	return tr
}

// A lid that stays shut while the other opens again has winked: it is told one-sided,
// with both lids' mm. Uneven blinks are blinks.
func TestWink(t *testing.T) {
	for _, tc := range []struct {
		name        string
		right, left func(t float64) float64
		side        anatomy.Side
	}{
		{"a blink", closure(9, 1, 1.1), closure(9, 1, 1.1), anatomy.Both},
		{"one lid goes less far", closure(9, 1, 1.1), closure(6.5, 1, 1.1), anatomy.Both},
		{"one lid is a frame late", closure(9, 1, 1.1), closure(9, 1.03, 1.13), anatomy.Both},
		{"one stays shut", closure(9, 1, 1.35), closure(8.5, 1, 1.05), anatomy.Right},
		{"the other goes half along", closure(4.5, 1, 1.2), closure(9.5, 1, 1.2), anatomy.Left},
	} {
		found := false
		for _, e := range Detect(blinking(tc.right, tc.left), nil, DefaultParams()) {
			if e.Lead != anatomy.OrbicularisOculi || e.Kind == event.Voluntary {
				continue
			}
			found = true
			if e.Side != tc.side || (e.Kind == event.Blink) != (tc.side == anatomy.Both) {
				t.Errorf("%s: told as a %s of %s", tc.name, e.Kind, e.Side)
			}
			mm := map[anatomy.Side]float64{}
			for _, r := range e.Regions {
				if r.Region == anatomy.OrbicularisOculi {
					mm[r.Side] = *r.PeakMM
				}
			}
			r, l := tc.right(1.05), tc.left(1.05)
			if math.Abs(mm[anatomy.Right]-r) > 0.3 || math.Abs(mm[anatomy.Left]-l) > 0.3 {
				t.Errorf("%s: the lids go %.1f and %.1f mm, want %.1f and %.1f", tc.name, mm[anatomy.Right], mm[anatomy.Left], r, l)
			}
		}
		if !found {
			t.Errorf("%s: nothing was told", tc.name)
		}
	}
}

// Each lid of a blink has its own onset.
func TestLidsOnsets(t *testing.T) {
	events := Detect(blinking(closure(9, 1.1, 1.2), closure(9, 1, 1.2)), nil, DefaultParams())
	if len(events) != 1 || events[0].Kind != event.Blink {
		t.Fatalf("%+v", events)
	}
	on := map[anatomy.Side]float64{}
	for _, r := range events[0].Regions {
		on[r.Side] = r.OnsetS
	}
	if d := on[anatomy.Right] - on[anatomy.Left]; math.Abs(d-0.1) > 0.04 {
		t.Errorf("the right lid begins %.2f s after the left one, want 0.10: %v", d, on)
	}
}
