package measure

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

func TestPoissonRate(t *testing.T) {
	// Exact limits as tabulated by Garwood and in every table since.
	for _, c := range []struct {
		n      int
		lo, hi float64
	}{{0, 0, 3.6889}, {1, 0.0253, 5.5716}, {5, 1.6235, 11.6683}, {10, 4.7954, 18.3904}, {100, 81.3640, 121.6270}} {
		e := PoissonRate(c.n, 1)
		if math.Abs(e.CI95[0]-c.lo) > 1e-3 || math.Abs(e.CI95[1]-c.hi) > 1e-3 {
			t.Errorf("%d: %v, want %v–%v", c.n, *e.CI95, c.lo, c.hi)
		}
	}
	for _, bad := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		if e := PoissonRate(3, bad); e.Value != nil || e.CI95 != nil {
			t.Errorf("a rate over %v", bad)
		}
	}
}

func TestWilson(t *testing.T) {
	// Newcombe, Stat Med 1998;17:857, table I: 81/263 and 0/20.
	for _, c := range []struct {
		k, n   int
		lo, hi float64
	}{{81, 263, 0.2553, 0.3662}, {0, 20, 0, 0.1611}} {
		w := Wilson(c.k, c.n)
		if math.Abs(w[0]-c.lo) > 1e-4 || math.Abs(w[1]-c.hi) > 1e-4 {
			t.Errorf("%d/%d: %v, want %v–%v", c.k, c.n, *w, c.lo, c.hi)
		}
	}
	if Wilson(0, 0) != nil {
		t.Error("a share of nothing")
	}
}

func TestMedianCI(t *testing.T) {
	ten := []float64{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}
	if got := medianCI(ten); got == nil || *got != [2]float64{2, 9} { // P = 0.979
		t.Errorf("ten: %v, want the 2nd and the 9th", got)
	}
	if got := medianCI(ten[:6]); got == nil || *got != [2]float64{1, 6} { // P = 0.969
		t.Errorf("six: %v, want all of them", got)
	}
	if got := medianCI(ten[:5]); got != nil {
		t.Errorf("five: %v, want nil", got)
	}
}

func TestQuantile(t *testing.T) {
	s := []float64{1, 2, 3, 4} // numpy.quantile gives 1.15, 2.5, 3.85
	for p, want := range map[float64]float64{0: 1, 0.05: 1.15, 0.5: 2.5, 0.95: 3.85, 1: 4} {
		if got := Quantile(s, p); math.Abs(got-want) > 1e-12 {
			t.Errorf("%v: %v, want %v", p, got, want)
		}
	}
}

func TestSpans(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) []Span {
			return Union(rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Span {
				from := float64(rapid.IntRange(0, 100).Draw(t, "from"))
				return Span{from, from + float64(rapid.IntRange(0, 20).Draw(t, "len"))}
			}), 0, 8).Draw(t, name))
		}
		a, b := draw("a"), draw("b")
		if both, rest := total(Intersect(a, b)), total(subtract(a, b)); math.Abs(both+rest-total(a)) > 1e-9 {
			t.Errorf("%v and %v: %v in both, %v without, of %v", a, b, both, rest, total(a))
		}
	})
}
