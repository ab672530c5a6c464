package linear

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	_ "facialis/internal/rapidtest"
)

// What is solved, multiplied out again, gives the right sides.
func TestSolve(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n, cols := rapid.IntRange(1, 6).Draw(t, "n"), rapid.IntRange(1, 3).Draw(t, "cols")
		cell := rapid.Float64Range(-5, 5)
		a, x := make([]float64, n*n), make([]float64, n*cols)
		for i := range a {
			a[i] = cell.Draw(t, "a")
		}
		for i := range n { // more on the diagonal than beside it: no system is singular
			a[i*n+i] = math.Copysign(5*float64(n)+1, a[i*n+i])
		}
		for i := range x {
			x[i] = cell.Draw(t, "x")
		}
		b := make([]float64, n*cols)
		for i := range n {
			for j := range cols {
				for k := range n {
					b[i*cols+j] += a[i*n+k] * x[k*cols+j]
				}
			}
		}
		if !Solve(a, b, n, cols) {
			t.Fatal("no solution")
		}
		for i := range x {
			if math.Abs(b[i]-x[i]) > 1e-9 {
				t.Fatalf("x[%d] is %v, not %v", i, b[i], x[i])
			}
		}
	})
}

func TestSolvePivotsAndTellsOfNone(t *testing.T) {
	b := []float64{3, 2}
	if !Solve([]float64{0, 1, 1, 0}, b, 2, 1) || b[0] != 2 || b[1] != 3 {
		t.Errorf("a zero on the diagonal: %v", b)
	}
	for name, a := range map[string][]float64{"twice the same row": {1, 2, 1, 2}, "zeros": {0, 0, 0, 0}, "not numbers": {math.NaN(), 1, 1, math.NaN()}} {
		if Solve(a, []float64{1, 2}, 2, 1) {
			t.Errorf("%s: solved", name)
		}
	}
}

func TestSolveDoesNotAllocate(t *testing.T) {
	if n := testing.AllocsPerRun(100, func() {
		a, b := [4]float64{2, 1, 1, 3}, [2]float64{1, 2}
		Solve(a[:], b[:], 2, 1)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
