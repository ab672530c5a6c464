package signal

import (
	"cmp"
	"math"
	"slices"

	"gonum.org/v1/gonum/stat/distuv"
)

// z95 is the normal quantile of a two-sided 95 % interval.
const z95 = 1.959963984540054

// Slope is a slope of y per unit of x with its 95 % interval, and the level at
// x = 0.
type Slope struct{ Value, Lo, Hi, Intercept float64 }

// TheilSen is the median slope over all pairs of points, with Sen's interval.
// Inflate widens the interval for dependent points (1 for independent ones, see
// [Inflation]). ok is false below three points or without two different x.
func TheilSen(x, y []float64, inflate float64) (s Slope, ok bool) {
	n := len(x)
	if n < 3 || len(y) != n {
		return Slope{}, false
	}
	slopes := make([]float64, 0, n*(n-1)/2)
	for i := range x {
		for j := range i {
			if x[i] != x[j] {
				slopes = append(slopes, (y[i]-y[j])/(x[i]-x[j]))
			}
		}
	}
	m := len(slopes)
	if m == 0 {
		return Slope{}, false
	}
	s.Value = (nth(slopes, (m-1)/2) + nth(slopes, m/2)) / 2
	half := z95 * math.Sqrt(kendallVar(x, y)*max(inflate, 1)) / 2
	lo := int(math.Floor(float64(m)/2 - half))
	hi := int(math.Ceil(float64(m)/2 + half))
	s.Lo, s.Hi = nth(slopes, min(max(lo-1, 0), m-1)), nth(slopes, max(min(hi, m-1), 0))
	s.Intercept = Median(y) - s.Value*Median(x)
	return s, true
}

// Kendall is the test of Mann and Kendall.
type Kendall struct {
	N     int
	S     float64 // pairs that rise less pairs that fall
	Tau   float64 // Kendall's tau-b, −1..1
	P     float64 // two-sided
	Exact bool    // by permutations, not by the normal distribution
}

// MannKendall tests whether y rises or falls with x. Inflate is the factor on
// the variance of S for dependent points; above 1 the normal p is used.
func MannKendall(x, y []float64, inflate float64) Kendall {
	n := len(x)
	k := Kendall{N: n, P: 1}
	var tx, ty float64 // pairs tied
	for i := range x {
		for j := range i {
			dx, dy := cmp.Compare(x[i], x[j]), cmp.Compare(y[i], y[j])
			k.S += float64(dx * dy)
			if dx == 0 {
				tx++
			}
			if dy == 0 {
				ty++
			}
		}
	}
	pairs := float64(n*(n-1)) / 2
	if d := math.Sqrt((pairs - tx) * (pairs - ty)); d > 0 {
		k.Tau = k.S / d
	} else {
		return k
	}
	if tx == 0 && ty == 0 && n <= 30 && inflate <= 1 {
		k.Exact = true
		k.P = kendallExact(n, math.Abs(k.S))
		return k
	}
	v := kendallVar(x, y) * max(inflate, 1)
	if z := (math.Abs(k.S) - 1) / math.Sqrt(v); v > 0 && z > 0 {
		k.P = 2 * distuv.UnitNormal.Survival(z)
	}
	return k
}

// kendallVar is the variance of S under no trend, with ties in x and in y
// (Kendall 1975, chapter 4).
func kendallVar(x, y []float64) float64 {
	n := float64(len(x))
	a, b, c := n*(n-1)*(2*n+5), n*(n-1)*(n-2), n*(n-1)
	ax, bx, cx := tied(x)
	ay, by, cy := tied(y)
	v := (a - ax - ay) / 18
	if b > 0 {
		v += bx * by / (9 * b)
	}
	if c > 0 {
		v += cx * cy / (2 * c)
	}
	return max(v, 0)
}

// tied sums over groups of t equal values t(t−1)(2t+5), t(t−1)(t−2), t(t−1).
func tied(v []float64) (a, b, c float64) {
	s := slices.Sorted(slices.Values(v))
	for i := 0; i < len(s); {
		j := i
		for j < len(s) && s[j] == s[i] {
			j++
		}
		t := float64(j - i)
		a, b, c = a+t*(t-1)*(2*t+5), b+t*(t-1)*(t-2), c+t*(t-1)
		i = j
	}
	return a, b, c
}

// kendallExact is the chance that n points in random order have |S| at least s.
// The number of orders with k inversions follows from one point fewer.
func kendallExact(n int, s float64) float64 {
	most := n * (n - 1) / 2
	p := []float64{1}
	for m := 2; m <= n; m++ {
		q := make([]float64, m*(m-1)/2+1)
		for k := range q {
			for j := max(0, k-len(p)+1); j < m && j <= k; j++ {
				q[k] += p[k-j] / float64(m)
			}
		}
		p = q
	}
	out := 0.0
	for k, v := range p {
		if math.Abs(float64(most-2*k)) >= s {
			out += v
		}
	}
	return min(out, 1)
}

// Autocorrelation is how alike neighbors are, −1..1: on the ranks of what is
// left of y when the slope over x is taken out, over pairs whose distance is at
// most one and a half times the usual one. x must rise. It is 0 for fewer than
// eight such pairs.
func Autocorrelation(x, y []float64, slope float64) float64 {
	if len(x) < 9 {
		return 0
	}
	rest := make([]float64, len(x))
	gaps := make([]float64, len(x)-1)
	for i := range x {
		rest[i] = y[i] - slope*x[i]
		if i > 0 {
			gaps[i-1] = x[i] - x[i-1]
		}
	}
	r := Ranks(rest)
	mean := float64(len(r)+1) / 2
	usual := Median(gaps)
	var cov, v, k float64
	for i := range r {
		v += (r[i] - mean) * (r[i] - mean)
		if i > 0 && gaps[i-1] <= 1.5*usual {
			cov += (r[i] - mean) * (r[i-1] - mean)
			k++
		}
	}
	if k < 8 || v == 0 {
		return 0
	}
	return max(-1, min(1, cov/k/(v/float64(len(r)))))
}

// Inflation is the factor by which the variance of S grows for n points whose
// neighbors correlate with r; 1 for r ≤ 0.
func Inflation(n int, r float64) float64 {
	if r <= 0 || n < 4 {
		return 1
	}
	r = min(r, 0.99)
	f, ri := 0.0, 1.0
	for i := 1; i < n-2; i++ {
		ri *= r
		m := float64(n - i)
		f += m * (m - 1) * (m - 2) * ri
	}
	m := float64(n)
	return 1 + 2*f/(m*(m-1)*(m-2))
}

// Ranks are 1 for the smallest; equal values share their mean rank.
func Ranks(v []float64) []float64 {
	order := make([]int, len(v))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(v[a], v[b]) })
	out := make([]float64, len(v))
	for i := 0; i < len(order); {
		j := i
		for j < len(order) && v[order[j]] == v[order[i]] {
			j++
		}
		for k := i; k < j; k++ {
			out[order[k]] = float64(i+j+1) / 2
		}
		i = j
	}
	return out
}

// nth puts the k-th smallest in its place and returns it; v is rearranged.
func nth(v []float64, k int) float64 {
	for lo, hi := 0, len(v)-1; ; {
		p := v[lo+(hi-lo)/2]
		i, lt, gt := lo, lo, hi
		for i <= gt {
			switch {
			case v[i] < p:
				v[i], v[lt] = v[lt], v[i]
				i++
				lt++
			case v[i] > p:
				v[i], v[gt] = v[gt], v[i]
				gt--
			default:
				i++
			}
		}
		switch {
		case k < lt:
			hi = lt - 1
		case k > gt:
			lo = gt + 1
		default:
			return p
		}
	}
}
