package spasm

import (
	"math"
	"testing"

	"facialis/anatomy"
	"facialis/event"
)

// smiles are eight smiles of both sides, in which the lids go along: the right ones by
// so many mm, the left ones as given for each smile.
func smiles(right float64, left ...float64) face {
	f := newFace(70, 31)
	for i, mm := range left {
		at := 5 + 8*float64(i)
		for s := range 2 {
			f.move(s, anatomy.AtZygomaticus, at, 0.35, 1.3, 6)
		}
		f.move(anatomy.AtRight, anatomy.AtOrbicularisOculi, at+0.02, 0.35, 1.3, right)
		f.move(anatomy.AtLeft, anatomy.AtOrbicularisOculi, at+0.02, 0.35, 1.3, mm)
	}
	return f
}

// carriedLids are the synkineses of f that the score has no part in.
func carriedLids(f face, without ...string) []event.Event {
	p := DefaultParams()
	p.LockedLogOdds, p.LeastLogOdds, p.Without = 100, 100, without
	return of(Detect(f.Trace, nil, p), event.Synkinesis)
}

func each(mm float64, n int) []float64 {
	out := make([]float64, n)
	for i := range out {
		out[i] = mm
	}
	return out
}

// Both eyes narrow in a smile. One that closes at least twice as far as the other, and a
// millimeter beyond it, in half of the smiles and more is carried along by them.
func TestAnEyeThatNarrowsWithTheMouth(t *testing.T) {
	for _, c := range []struct {
		name  string
		right float64
		left  []float64
		want  int
	}{
		{"twice as far", 1.9, each(4, 8), 8},
		{"not twice as far", 2.2, each(4, 8), 0},
		{"less than a millimeter beyond", 0.5, each(1.35, 8), 0},
		{"a millimeter beyond", 0.5, each(1.7, 8), 8},
		{"in four of eight", 1.9, append(each(1.9, 4), each(4.2, 4)...), 4},
		{"in three of eight", 1.9, append(each(1.9, 5), each(4.2, 3)...), 0},
		{"in two of two", 1.9, each(4.2, 2), 0},
		{"the other one once", 1.9, append(each(4.2, 7), 0.1), 0},
	} {
		got := carriedLids(smiles(c.right, c.left...))
		if len(got) != c.want {
			t.Errorf("%s: %d synkineses, want %d", c.name, len(got), c.want)
			continue
		}
		for _, e := range got {
			beyond := c.left[len(c.left)-1] - c.right
			if e.Side != anatomy.Left || e.Lead != anatomy.OrbicularisOculi || e.Trigger == nil || *e.Trigger != "smile" ||
				len(e.Regions) != 1 || math.Abs(*e.Regions[0].PeakMM-beyond) > 0.4 || math.Abs(e.Duration()-2) > 0.4 {
				t.Errorf("%s: %+v", c.name, e)
			}
		}
	}
}

// A blink in the smile is the blink's, and a lid that is not seen is not compared.
func TestWhatTheNarrowedEyeIsHeldAgainst(t *testing.T) {
	f := smiles(1.9, each(4, 8)...)
	for i := range 8 {
		f.blink(5.7 + 8*float64(i))
	}
	if n := len(carriedLids(f)); n != 8 {
		t.Errorf("with a blink in each smile: %d synkineses, want 8", n)
	}
	f = smiles(1.9, each(4, 8)...)
	for i := range f.T {
		f.DX[anatomy.AtRight][anatomy.AtOrbicularisOculi][i] = float32(math.NaN())
		f.DY[anatomy.AtRight][anatomy.AtOrbicularisOculi][i] = float32(math.NaN())
	}
	if n := len(carriedLids(f)); n != 0 {
		t.Errorf("the other lid is not seen, and %d times it is compared", n)
	}
	if n := len(carriedLids(smiles(1.9, each(4, 8)...), string(event.Synkinesis))); n != 0 {
		t.Errorf("%d synkineses although they are switched off", n)
	}
}

// What the lid is said to do meanwhile, and is no larger, is a part of it; what is larger,
// of the mouth, or at another time stands beside it. One that was found already stands.
func TestTheNarrowedEyeIsReportedOnce(t *testing.T) {
	made := func(kind event.Kind, k int, on, off, mm float64) *candidate {
		c := &candidate{parts: []movement{{k: k, mm: mm}}}
		c.Kind, c.OnsetS, c.OffsetS, c.best = kind, on, off, &c.parts[0]
		return c
	}
	eye, mouth := anatomy.AtOrbicularisOculi, anatomy.AtZygomaticus
	lid := made(event.Synkinesis, eye, 5, 7, 3)
	for _, c := range []struct {
		name  string
		other *candidate
		want  int
	}{
		{"a part", made(event.Spasm, eye, 5.5, 6, 2), 1},
		{"a larger one", made(event.Spasm, eye, 5.5, 6, 3.1), 2},
		{"of the mouth", made(event.Spasm, mouth, 5.5, 6, 2), 2},
		{"mostly before", made(event.Spasm, eye, 4, 5.5, 2), 2},
	} {
		got := withNarrowed([]*candidate{c.other}, []*candidate{lid})
		if len(got) != c.want || got[len(got)-1] != lid {
			t.Errorf("%s: %d events, want %d", c.name, len(got), c.want)
		}
	}
	found := made(event.Synkinesis, eye, 5.1, 6.9, 2)
	if got := withNarrowed([]*candidate{found}, []*candidate{lid}); len(got) != 1 || got[0] != found {
		t.Errorf("a synkinesis that was found by itself is reported %d times", len(got))
	}
}
