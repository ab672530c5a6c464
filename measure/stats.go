package measure

import (
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"

	"facialis/internal/signal"
)

// PoissonRate is n events over a length of time as a rate per unit of it, with
// the exact 95 % interval of Garwood (Biometrika 1936;28:437). Both parts are
// nil when there was no time.
func PoissonRate(n int, time float64) Estimate {
	if !(time > 0) || math.IsInf(time, 1) || n < 0 {
		return Estimate{}
	}
	lo := 0.0
	if n > 0 {
		lo = distuv.ChiSquared{K: 2 * float64(n)}.Quantile(0.025) / 2
	}
	hi := distuv.ChiSquared{K: 2*float64(n) + 2}.Quantile(0.975) / 2
	return Estimate{Value: ptr(float64(n) / time), CI95: &[2]float64{lo / time, hi / time}}
}

// Wilson is the 95 % score interval of a share of k in n (Wilson, J Am Stat
// Assoc 1927;22:209); nil for n = 0.
func Wilson(k, n int) *[2]float64 {
	if n <= 0 || k < 0 || k > n {
		return nil
	}
	const z = 1.959963984540054
	p, m := float64(k)/float64(n), float64(n)
	mid := (p + z*z/(2*m)) / (1 + z*z/m)
	half := z / (1 + z*z/m) * math.Sqrt(p*(1-p)/m+z*z/(4*m*m))
	return &[2]float64{max(0, mid-half), min(1, mid+half)}
}

// Quantile is the p-quantile of sorted values by linear interpolation between
// order statistics (type 7 of Hyndman and Fan, Am Stat 1996;50:361); NaN for
// no values.
func Quantile(sorted []float64, p float64) float64 { return signal.Quantile(sorted, p) }

// Describe is the median with its interval, the 5th and 95th percentile and the
// largest of any values.
func Describe(x []float64) Quantiles { return quantiles(x) }

// quantiles describes a set of seconds.
func quantiles(x []float64) Quantiles {
	s := slices.Sorted(slices.Values(x))
	q := Quantiles{N: len(s)}
	if len(s) == 0 {
		return q
	}
	q.Median, q.P5, q.P95 = ptr(Quantile(s, 0.5)), ptr(Quantile(s, 0.05)), ptr(Quantile(s, 0.95))
	q.Max = ptr(s[len(s)-1])
	q.MedianCI95 = medianCI(s)
	return q
}

// medianCI is the narrowest symmetric pair of order statistics that covers the
// median with at least 95 % probability; nil for fewer than six values, where
// no pair does.
func medianCI(sorted []float64) *[2]float64 {
	n := len(sorted)
	b := distuv.Binomial{N: float64(n), P: 0.5}
	k := 0 // how many to leave out on each side: P(B < k) ≤ 0.025
	for k < n/2 && b.CDF(float64(k)) <= 0.025 {
		k++
	}
	if k == 0 {
		return nil
	}
	return &[2]float64{sorted[k-1], sorted[n-k]}
}

// meanSD are the mean and the sample standard deviation; NaN for too few.
func meanSD(x []float64) (mean, sd float64) {
	if len(x) < 2 {
		return math.NaN(), math.NaN()
	}
	for _, v := range x {
		mean += v
	}
	mean /= float64(len(x))
	for _, v := range x {
		sd += (v - mean) * (v - mean)
	}
	return mean, math.Sqrt(sd / float64(len(x)-1))
}

func ptr[T any](v T) *T { return &v }
