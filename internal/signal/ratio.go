package signal

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// RateRatio is the rate of n1 events in time t1 over that of n2 in t2, with its exact
// 95 % interval: given the total, n1 is binomial (Clopper and Pearson; Przyborowski and
// Wilenski, Biometrika 1940;31:313). hi is infinite where n2 is 0; the ratio is NaN
// where both are, or where no time was watched.
func RateRatio(n1 int, t1 float64, n2 int, t2 float64) (ratio, lo, hi float64) {
	if n1+n2 == 0 || !(t1 > 0) || !(t2 > 0) {
		return math.NaN(), 0, math.Inf(1)
	}
	a, n := float64(n1), float64(n1+n2)
	odds := func(p float64) float64 { return p / (1 - p) * t2 / t1 }
	lo, hi = 0, math.Inf(1)
	if n1 > 0 {
		lo = odds(distuv.Beta{Alpha: a, Beta: n - a + 1}.Quantile(0.025))
	}
	if n2 > 0 {
		hi = odds(distuv.Beta{Alpha: a + 1, Beta: n - a}.Quantile(0.975))
	}
	return a / t1 / (float64(n2) / t2), lo, hi
}
