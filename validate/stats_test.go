package validate

import (
	"math"
	"testing"
)

func near(t *testing.T, what string, got *float64, want, tol float64) {
	t.Helper()
	if got == nil {
		t.Errorf("%s is not given, want %g", what, want)
	} else if math.Abs(*got-want) > tol {
		t.Errorf("%s = %g, want %g", what, *got, want)
	}
}

// Shrout & Fleiss (1979), table 2: six targets, four judges.
func TestICC21(t *testing.T) {
	x := [][]float64{{9, 2, 5, 8}, {6, 1, 3, 2}, {8, 4, 6, 8}, {7, 1, 2, 6}, {10, 5, 6, 9}, {6, 2, 4, 7}}
	e := ICC21(x)
	near(t, "ICC(2,1)", e.Value, 0.29, 0.005)
	near(t, "low", &e.CI95[0], 0.019, 0.001)
	near(t, "high", &e.CI95[1], 0.761, 0.001)
	if ICC21(x[:1]).Value != nil || ICC21([][]float64{{1, 1}, {1, 1}}).Value != nil {
		t.Error("an ICC where it is not defined")
	}
	near(t, "ICC of raters that agree", ICC21([][]float64{{1, 1}, {2, 2}, {5, 5}}).Value, 1, 1e-12)
}

// Fifty applications, two readers: 20 yes/yes, 5 yes/no, 10 no/yes, 15 no/no.
// Agreement 0.7, by chance 0.5·0.6 + 0.5·0.4 = 0.5: kappa 0.4.
func TestKappa(t *testing.T) {
	near(t, "kappa", Kappa([][]float64{{20, 5}, {10, 15}}), 0.4, 1e-12)
	if Kappa([][]float64{{7, 0}, {0, 0}}) != nil || Kappa([][]float64{{0, 0}, {0, 0}}) != nil {
		t.Error("a kappa where it is not defined")
	}
}

// Bland & Altman (1986), peak flow by large and mini meter, first readings:
// mean difference −2.1 l/min, standard deviation 38.8.
func TestBlandAltman(t *testing.T) {
	large := []float64{494, 395, 516, 434, 476, 557, 413, 442, 650, 433, 417, 656, 267, 478, 178, 423, 427}
	mini := []float64{512, 430, 520, 428, 500, 600, 364, 380, 658, 445, 432, 626, 260, 477, 259, 350, 451}
	d := make([]float64, len(large))
	for i := range d {
		d[i] = large[i] - mini[i]
	}
	l := BlandAltman(d)
	near(t, "bias", l.Bias, -2.1, 0.05)
	near(t, "SD", l.SD, 38.8, 0.05)
	near(t, "low", l.Low, -78.1, 0.1)
	near(t, "high", l.High, 73.9, 0.1)
	if one := BlandAltman(d[:1]); one.Low != nil || one.Bias == nil {
		t.Error("one difference has a bias but no limits")
	}
}

// Newcombe (1998), table I, method 3.
func TestProportion(t *testing.T) {
	for _, c := range []struct {
		k, n   int
		lo, hi float64
	}{{81, 263, 0.2553, 0.3662}, {15, 148, 0.0624, 0.1605}, {0, 20, 0, 0.1611}, {1, 29, 0.0061, 0.1718}} {
		e := proportion(c.k, c.n)
		near(t, "low", &e.CI95[0], c.lo, 5e-5)
		near(t, "high", &e.CI95[1], c.hi, 5e-5)
	}
	if proportion(0, 0).Value != nil {
		t.Error("a share of nothing")
	}
}
