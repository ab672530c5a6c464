package signal

import (
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"
)

func TestMiddlesByHand(t *testing.T) {
	nan := math.NaN()
	v := []float64{4, 1, nan, 3, 2}
	for what, c := range map[string][2]float64{
		"median of four":            {Median([]float64{4, 1, 3, 2}), 2.5},
		"upper median of four":      {UpperMedian(v), 3},
		"middle of two":             {Middle([]float64{1, 2}), 2},
		"first quartile of four":    {UpperQuantile(v, 0.25), 2},
		"the whole":                 {UpperQuantile(v, 1), 4},
		"interpolated quartile":     {Quantile([]float64{1, 2, 3, 4}, 0.25), 1.75},
		"interpolated beyond":       {Quantile([]float64{1, 2, 3, 4}, 1), 4},
		"interpolated of one":       {Quantile([]float64{7}, 0.3), 7},
		"upper median in 32 bits":   {float64(UpperMedian([]float32{4, 1, 3, 2})), 3},
		"interpolated in 32 bits":   {float64(Quantile([]float32{1, 2}, 0.25)), 1.25},
		"upper quantile of the one": {UpperQuantile([]float64{nan, 5}, 0.1), 5},
	} {
		if c[0] != c[1] {
			t.Errorf("%s is %g, not %g", what, c[0], c[1])
		}
	}
	for what, x := range map[string]float64{"median": Median[float64](nil), "middle": Middle[float64](nil), "upper quantile": UpperQuantile([]float64{nan}, 0.5), "quantile": Quantile[float64](nil, 0.5)} {
		if !math.IsNaN(x) {
			t.Errorf("the %s of nothing is %g", what, x)
		}
	}
	if v[0] != 4 || !math.IsNaN(v[2]) {
		t.Errorf("the values were put in order: %v", v)
	}
}

// Half of the values lie on either side of each kind of median, whatever their order,
// and one wild value of many moves none of them out of the others' range.
func TestMedianSplitsTheValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		v := rapid.SliceOfN(rapid.Float64Range(-1e6, 1e6), 1, 40).Draw(t, "values")
		for what, m := range map[string]float64{"median": Median(v), "upper median": UpperMedian(v), "middle": Middle(slices.Sorted(slices.Values(v)))} {
			below, above := 0, 0
			for _, x := range v {
				if x < m {
					below++
				} else if x > m {
					above++
				}
			}
			if 2*below > len(v) || 2*above > len(v) {
				t.Fatalf("%s %g of %v: %d below, %d above", what, m, v, below, above)
			}
		}
		wild := append(slices.Clone(v), math.Inf(1))
		if m := Median(wild); len(v) > 1 && m > slices.Max(v) {
			t.Fatalf("one value moved the median to %g", m)
		}
	})
}
