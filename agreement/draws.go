package agreement

import (
	"math"
	"math/rand/v2"
	"slices"

	"facialis/measure"
)

// How intervals are found that no formula gives: films are drawn again.
const (
	draws    = 2000   // repetitions; the ends of an interval move by less than its hundredth
	drawSeed = 197108 // the same figures each time
	enough   = 0.9    // share of the draws that must give a figure
)

// drawn is a figure of n films with the percentile interval of drawing films again.
// of is the figure of the films with these indices, NaN where it has none.
func drawn(n int, of func(films []int) float64) measure.Estimate {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	v := of(all)
	if math.IsNaN(v) {
		return measure.Estimate{}
	}
	e := measure.Estimate{Value: &v}
	if n < 2 {
		return e
	}
	r := rand.New(rand.NewPCG(drawSeed, uint64(n)))
	var x []float64
	pick := make([]int, n)
	for range draws {
		for i := range pick {
			pick[i] = r.IntN(n)
		}
		if y := of(pick); !math.IsNaN(y) {
			x = append(x, y)
		}
	}
	if float64(len(x)) < enough*draws {
		return e
	}
	slices.Sort(x)
	e.CI95 = &[2]float64{measure.Quantile(x, (1-confidence)/2), measure.Quantile(x, (1+confidence)/2)}
	return e
}
