package signal

import (
	"math"
	"slices"
)

// Float is a floating-point number of either size.
type Float interface{ ~float32 | ~float64 }

// Middle of values in order: the upper one of the two in the middle where their number
// is even, so always one of the values. NaN for none.
func Middle[T Float](sorted []T) T {
	if len(sorted) == 0 {
		return T(math.NaN())
	}
	return sorted[len(sorted)/2]
}

// Median of any values: the mean of the two in the middle where their number is even.
// NaN for none.
func Median[T Float](v []T) T {
	if len(v) == 0 {
		return T(math.NaN())
	}
	s := slices.Sorted(slices.Values(v))
	return (s[(len(s)-1)/2] + s[len(s)/2]) / 2
}

// UpperMedian is the [Middle] of the values that are numbers.
func UpperMedian[T Float](v []T) T { return UpperQuantile(v, 0.5) }

// UpperQuantile is the value below which a share q (0 to 1) of the values that are
// numbers lies: always one of the values, the upper one where the cut falls between two.
// NaN for none.
func UpperQuantile[T Float](v []T, q float64) T {
	s := slices.DeleteFunc(slices.Clone(v), func(x T) bool { return x != x })
	if len(s) == 0 {
		return T(math.NaN())
	}
	slices.Sort(s)
	return s[min(int(q*float64(len(s))), len(s)-1)]
}

// Quantile is the p-quantile of sorted values by linear interpolation between order
// statistics (type 7 of Hyndman and Fan, Am Stat 1996;50:361). NaN for none.
func Quantile[T Float](sorted []T, p float64) T {
	if len(sorted) == 0 {
		return T(math.NaN())
	}
	h := p * float64(len(sorted)-1)
	i := int(h)
	if i >= len(sorted)-1 {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + T(h-float64(i))*(sorted[i+1]-sorted[i])
}
