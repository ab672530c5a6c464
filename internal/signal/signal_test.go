package signal

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"pgregory.net/rapid"

	_ "facialis/internal/rapidtest"
)

func near(t *testing.T, what string, got, want, tol float64) {
	t.Helper()
	if math.IsNaN(got) || math.Abs(got-want) > tol {
		t.Errorf("%s = %.6g, want %.6g", what, got, want)
	}
}

// The example of Sen's slope that goes with its interval: ten points, N = 45
// pairs, σ² = 10·9·25/18 = 125, half width 1.96·√125/2 = 10.96, so the interval
// runs from the 11th to the 34th slope and outwards by rounding.
func TestTheilSenByHand(t *testing.T) {
	x := []float64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}
	y := []float64{1, 3, 2, 6, 4, 7, 7.5, 11, 9, 30}
	var all []float64
	for i := range x {
		for j := i + 1; j < len(x); j++ {
			all = append(all, (y[j]-y[i])/(x[j]-x[i]))
		}
	}
	slices.Sort(all)
	s, ok := TheilSen(x, y, 1)
	if !ok {
		t.Fatal("no slope")
	}
	near(t, "slope", s.Value, all[22], 0)
	near(t, "low", s.Lo, all[10], 0)  // floor(22.5−10.96) = 11, the 11th
	near(t, "high", s.Hi, all[34], 0) // ceil(22.5+10.96) = 34, the 35th
	if s.Value > 2 {
		t.Errorf("one point of thirty moved the slope to %g", s.Value)
	}
	if wide, _ := TheilSen(x, y, 4); wide.Lo > s.Lo || wide.Hi < s.Hi || wide.Value != s.Value {
		t.Errorf("four times the variance narrowed the interval: %+v in %+v", wide, s)
	}
}

// Exact p against every order of the points, written out.
func TestKendallExactAgainstAllOrders(t *testing.T) {
	for n := 3; n <= 7; n++ {
		x := make([]float64, n)
		for i := range x {
			x[i] = float64(i)
		}
		var orders [][]float64
		var permute func(y []float64, k int)
		permute = func(y []float64, k int) {
			if k == n {
				orders = append(orders, slices.Clone(y))
				return
			}
			for i := k; i < n; i++ {
				y[k], y[i] = y[i], y[k]
				permute(y, k+1)
				y[k], y[i] = y[i], y[k]
			}
		}
		permute(slices.Clone(x), 0)
		score := func(y []float64) (s float64) {
			for i := range y {
				for j := range i {
					s += math.Copysign(1, y[i]-y[j])
				}
			}
			return s
		}
		for _, y := range orders[:min(len(orders), 60)] {
			as := 0
			for _, o := range orders {
				if math.Abs(score(o)) >= math.Abs(score(y)) {
					as++
				}
			}
			k := MannKendall(x, y, 1)
			near(t, fmt.Sprint("p of ", y), k.P, float64(as)/float64(len(orders)), 1e-12)
		}
	}
}

// With ties, p against twenty thousand shuffles: the normal approximation with
// the variance for ties must lie within what chance leaves open.
func TestKendallTiesAgainstShuffles(t *testing.T) {
	y := []float64{2, 3, 2, 3, 5, 3, 4, 5, 5, 3, 6, 4, 5, 7, 5, 4}
	x := make([]float64, len(y))
	for i := range x {
		x[i] = float64(i)
	}
	k := MannKendall(x, y, 1)
	if k.Exact {
		t.Fatal("ties were passed over")
	}
	rng := rand.New(rand.NewPCG(1, 2))
	z := slices.Clone(y)
	as := 0
	for range 20000 {
		rng.Shuffle(len(z), func(i, j int) { z[i], z[j] = z[j], z[i] })
		if math.Abs(MannKendall(x, z, 1).S) >= math.Abs(k.S) {
			as++
		}
	}
	near(t, "p", k.P, float64(as)/20000, 0.004)
	var c, tx, ty float64 // tau-b from its definition
	for i := range y {
		for j := range i {
			if y[i] > y[j] {
				c++
			} else if y[i] < y[j] {
				c--
			} else {
				ty++
			}
		}
	}
	pairs := float64(len(y)*(len(y)-1)) / 2
	near(t, "tau", k.Tau, c/math.Sqrt((pairs-tx)*(pairs-ty)), 1e-12)
}

// Series that hang together without a trend: uncorrected the test cries wolf,
// corrected it keeps about to its five in a hundred.
func TestAutocorrelationIsAllowedFor(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	plain, corrected := 0, 0
	const runs, n = 300, 80
	for range runs {
		x, y := make([]float64, n), make([]float64, n)
		for i := range x {
			x[i] = float64(i)
			y[i] = rng.NormFloat64()
			if i > 0 {
				y[i] += 0.6 * y[i-1]
			}
		}
		s, _ := TheilSen(x, y, 1)
		f := Inflation(n, Autocorrelation(x, y, s.Value))
		if MannKendall(x, y, 1).P < 0.05 {
			plain++
		}
		if MannKendall(x, y, f).P < 0.05 {
			corrected++
		}
	}
	t.Logf("of %d series without a trend: %d false trends plain, %d corrected", runs, plain, corrected)
	if plain < runs/7 {
		t.Errorf("only %d of %d false without the correction: the test shows nothing", plain, runs)
	}
	if corrected > runs/8 {
		t.Errorf("%d of %d false trends with the correction", corrected, runs)
	}
}

func TestSteps(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 6))
	series := func(n int, f func(i int) float64) []float64 {
		y := make([]float64, n)
		for i := range y {
			y[i] = f(i) + rng.NormFloat64()
		}
		return y
	}
	one := Steps(series(80, func(i int) float64 { return 10 - 5*float64(min(i/40, 1)) }), 7)
	if len(one) != 1 || one[0].At < 38 || one[0].At > 42 || one[0].From > 40 || one[0].To < 40 {
		t.Errorf("one step at 40: %+v", one)
	}
	two := Steps(series(120, func(i int) float64 { return []float64{10, 3, 9}[i/40] }), 7)
	if len(two) != 2 {
		t.Errorf("steps at 40 and 80: %+v", two)
	}
	if got := Steps([]float64{1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1}, 7); got != nil {
		t.Errorf("no change: %+v", got)
	}
	if got := Steps([]float64{0, 0, 0, 0, 0, 0, 0, 0, 4, 4, 4, 4, 4, 4, 4, 4}, 7); len(got) != 1 || got[0].At != 8 {
		t.Errorf("a step without noise: %+v", got)
	}
	false1, stairs, linked := 0, 0, 0
	for range 100 {
		false1 += len(Steps(series(90, func(int) float64 { return 5 }), 7))
		stairs += len(Steps(series(90, func(i int) float64 { return float64(i) / 9 }), 7))
		last := 0.0
		linked += len(Steps(series(90, func(int) float64 { last = 0.5*last + rng.NormFloat64(); return last }), 7))
	}
	t.Logf("steps in 100 series each: %d in noise, %d in slopes, %d in linked noise", false1, stairs, linked)
	if false1 > 3 || stairs > 20 || linked > 20 {
		t.Errorf("in 100 series each: %d steps in noise, %d in slopes, %d in linked noise", false1, stairs, linked)
	}
}

// The smallest cost over all ways to cut, against trying every way.
func TestPartitionIsTheBest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		y := rapid.SliceOfN(rapid.Float64Range(-5, 5), 4, 11).Draw(t, "y")
		pen := rapid.Float64Range(0.1, 8).Draw(t, "penalty")
		c := newCost(y)
		total := func(cuts []int) float64 {
			v, a := 0.0, 0
			for _, b := range append(slices.Clone(cuts), len(y)) {
				v += c.level(a, b) + pen
				a = b
			}
			return v
		}
		best := math.Inf(1)
		for mask := range 1 << (len(y) - 1) {
			var cuts []int
			a, fine := 0, true
			for i := 1; i < len(y); i++ {
				if mask>>(i-1)&1 == 1 {
					fine = fine && i-a >= 2
					cuts, a = append(cuts, i), i
				}
			}
			if fine && len(y)-a >= 2 {
				best = min(best, total(cuts))
			}
		}
		if got := total(partition(c, len(y), 2, pen)); got > best+1e-9 {
			t.Fatalf("cost %g, best %g", got, best)
		}
	})
}

func TestTrendProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(4, 25).Draw(t, "n")
		x, y := make([]float64, n), make([]float64, n)
		for i := range x {
			x[i] = float64(rapid.IntRange(0, 40).Draw(t, "x"))
			y[i] = float64(rapid.IntRange(-8, 8).Draw(t, "y"))
		}
		s, ok := TheilSen(x, y, 1)
		if !ok {
			t.Skip()
		}
		if s.Lo > s.Value || s.Hi < s.Value {
			t.Fatalf("%+v", s)
		}
		k := MannKendall(x, y, 1)
		shift := float64(rapid.IntRange(-50, 50).Draw(t, "shift"))
		scale := float64(rapid.IntRange(1, 5).Draw(t, "scale"))
		y2, down := make([]float64, n), make([]float64, n)
		for i := range y {
			y2[i], down[i] = scale*y[i]+shift, -y[i]
		}
		s2, _ := TheilSen(x, y2, 1)
		if math.Abs(s2.Value-scale*s.Value) > 1e-9 || math.Abs(s2.Hi-scale*s.Hi) > 1e-9 || MannKendall(x, y2, 1) != k {
			t.Fatalf("shifted and scaled: %+v, was %+v", s2, s)
		}
		s3, _ := TheilSen(x, down, 1)
		if math.Abs(s3.Value+s.Value) > 1e-9 || MannKendall(x, down, 1).S != -k.S {
			t.Fatalf("turned over: %+v, was %+v", s3, s)
		}
		perm := rapid.Permutation(order(n)).Draw(t, "order")
		xp, yp := make([]float64, n), make([]float64, n)
		for i, j := range perm {
			xp[i], yp[i] = x[j], y[j]
		}
		if s4, _ := TheilSen(xp, yp, 1); s4 != s || MannKendall(xp, yp, 1) != k {
			t.Fatalf("another order: %+v, was %+v", s4, s)
		}
	})
}

func order(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func TestNthAgainstSorting(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.SliceOfN(rapid.Float64Range(-3, 3), 1, 40).Draw(t, "v")
		k := rapid.IntRange(0, len(v)-1).Draw(t, "k")
		want := slices.Sorted(slices.Values(v))[k]
		if got := nth(v, k); got != want {
			t.Fatalf("%g, want %g", got, want)
		}
	})
}
