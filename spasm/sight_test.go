package spasm

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"facialis/anatomy"
	"facialis/event"
	"facialis/internal/signal"
)

// hide takes a region of a side out of the trace from one time to another, s.
func (f face) hide(side, region int, fromS, toS float64) {
	for i, t := range f.T {
		if t >= fromS && t < toS {
			f.DX[side][region][i], f.DY[side][region][i] = event.Missing, event.Missing
		}
	}
}

// secondsSeen is for how long a region of a side was seen.
func secondsSeen(s *event.Sight, side, region int) (out float64) {
	for b, filmed := range s.Filmed {
		if s.SeenAt(side, region, b) {
			out += float64(filmed)
		}
	}
	return out
}

func TestWhatIsSeen(t *testing.T) {
	const lid, corner = anatomy.AtOrbicularisOculi, anatomy.AtZygomaticus
	for name, c := range map[string]struct {
		draw         func(f face)
		seconds      float64 // of the right lid, of 20
		least, most  float64 // smallest findable movement there, mm; NaN: not seen at all
		eventsRemain bool
	}{
		"all of it": {func(face) {}, 20, 0.4, 1, false},
		"hidden for 8 s": {func(f face) {
			f.hide(anatomy.AtRight, lid, 4, 12)
		}, 12, 0.4, 1, false},
		"one picture in three is missing": {func(f face) {
			for i := 0; i < len(f.T); i += 3 {
				f.hide(anatomy.AtRight, lid, f.T[i], f.T[i]+0.01)
			}
		}, 20, 0.4, 1, false},
		"two in three": {func(f face) {
			for i := range f.T {
				if i%3 > 0 {
					f.hide(anatomy.AtRight, lid, f.T[i], f.T[i]+0.01)
				}
			}
		}, 0, math.NaN(), math.NaN(), false},
		"noisy": {func(f face) {
			for i := range f.T {
				f.DY[anatomy.AtRight][lid][i] *= 20
			}
		}, 0, math.NaN(), math.NaN(), false},
		"the trace itself is unsure": {func(f face) {
			f.SD[anatomy.AtRight][lid] = make([]float32, len(f.T))
			for i := range f.T {
				f.SD[anatomy.AtRight][lid][i] = 3
			}
		}, 0, math.NaN(), math.NaN(), false},
		"spasms all the time": {func(f face) { // who moves most does not hide himself
			for at := 1.0; at < 19; at += 0.7 {
				f.move(anatomy.AtRight, lid, at, 0.08, 0.05, 3)
			}
		}, 20, 0.4, 2, true},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFace(20, 3)
			c.draw(f)
			events := Detect(f.Trace, nil, DefaultParams())
			if c.eventsRemain && len(events) == 0 {
				t.Fatal("no spasm was found")
			}
			s := Look(f.Trace, events)
			if got := secondsSeen(s, anatomy.AtRight, lid); math.Abs(got-c.seconds) > 0.6 {
				t.Errorf("%.1f s seen, want %.1f", got, c.seconds)
			}
			var sizes []float64
			for b := range s.Filmed {
				if s.SeenAt(anatomy.AtRight, lid, b) {
					sizes = append(sizes, float64(s.SmallestMM[anatomy.AtRight][lid][b]))
				}
			}
			if m := signal.UpperMedian(sizes); !(m >= c.least && m <= c.most) && !(math.IsNaN(m) && math.IsNaN(c.least)) {
				t.Errorf("smallest %.2f mm, want %.2f to %.2f", m, c.least, c.most)
			}
			if got := secondsSeen(s, anatomy.AtLeft, corner); math.Abs(got-20) > 0.6 {
				t.Errorf("of the left corner %.1f s seen", got)
			}
		})
	}
	if s := Look(&event.Trace{}, nil); len(s.Filmed) != 0 {
		t.Error("something was seen in no film")
	}
}

// Hiding a region of one side changes nothing of what is said of the other.
func TestHidingOneSideLeavesTheOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		f := newFace(12, rapid.Uint64().Draw(t, "seed"))
		region := rapid.IntRange(0, anatomy.NumRegions-1).Draw(t, "region")
		side := rapid.IntRange(0, 1).Draw(t, "side")
		from := rapid.Float64Range(0, 10).Draw(t, "from")
		before := Look(f.Trace, nil)
		f.hide(side, region, from, from+rapid.Float64Range(0.5, 12).Draw(t, "length"))
		after := Look(f.Trace, nil)
		for k := range anatomy.NumRegions {
			for b := range before.Filmed {
				if before.SmallestMM[1-side][k][b] != after.SmallestMM[1-side][k][b] {
					t.Fatalf("region %d of the other side: %g became %g", k, before.SmallestMM[1-side][k][b], after.SmallestMM[1-side][k][b])
				}
			}
		}
	})
}
