package signal

import "math"

// Step is a change of level: the first point of the new level, the levels before
// and after, and the points between which it may lie (95 % by likelihood).
type Step struct {
	At            int
	Before, After float64
	From, To      int
}

// Steps finds where y changes its level for at least minLen points on either
// side. The points stand in order.
func Steps(y []float64, minLen int) []Step {
	n := len(y)
	minLen = max(minLen, 2)
	sigma2 := longRunVariance(y)
	if n < 2*minLen || sigma2 == 0 {
		return nil
	}
	c := newCost(y)
	cuts := partition(c, n, minLen, 3*math.Log(float64(n))*sigma2)
	for again := true; again; {
		again = false
		for i, k := range cuts {
			a, b := bound(cuts, i-1, 0), bound(cuts, i+1, n)
			if c.level(a, k)+c.level(k, b) >= c.line(a, b) {
				cuts = append(cuts[:i:i], cuts[i+1:]...)
				again = true
				break
			}
		}
	}
	var out []Step
	for i, k := range cuts {
		a, b := bound(cuts, i-1, 0), bound(cuts, i+1, n)
		s := Step{At: k, Before: c.mean(a, k), After: c.mean(k, b), From: k, To: k}
		best := c.level(a, k) + c.level(k, b)
		for j := a + 1; j < b; j++ {
			if c.level(a, j)+c.level(j, b) <= best+z95*z95*sigma2 {
				s.From, s.To = min(s.From, j), max(s.To, j)
			}
		}
		out = append(out, s)
	}
	return out
}

func bound(cuts []int, i, otherwise int) int {
	if i < 0 || i >= len(cuts) {
		return otherwise
	}
	return cuts[i]
}

// partition is the set of cuts with the smallest cost.
func partition(c cost, n, minLen int, penalty float64) []int {
	best, from := make([]float64, n+1), make([]int, n+1)
	for t := 1; t <= n; t++ {
		best[t] = math.Inf(1)
		for s := 0; s <= t-minLen; s++ {
			if v := best[s] + c.level(s, t) + penalty; v < best[t] {
				best[t], from[t] = v, s
			}
		}
	}
	var cuts []int
	for t := from[n]; t > 0; t = from[t] {
		cuts = append([]int{t}, cuts...)
	}
	return cuts
}

// cost holds sums from the start, so that a stretch's error is had at once. The
// median is taken off first, so that a high level does not eat the digits.
type cost struct {
	y, yy, iy []float64
	middle    float64
}

func newCost(y []float64) cost {
	n := len(y) + 1
	c := cost{make([]float64, n), make([]float64, n), make([]float64, n), Median(y)}
	for i, v := range y {
		v -= c.middle
		c.y[i+1], c.yy[i+1], c.iy[i+1] = c.y[i]+v, c.yy[i]+v*v, c.iy[i]+float64(i)*v
	}
	return c
}

func (c cost) mean(a, b int) float64 { return (c.y[b]-c.y[a])/float64(b-a) + c.middle }

// level is the squared error of points a to b about their mean.
func (c cost) level(a, b int) float64 {
	s := c.y[b] - c.y[a]
	return max(0, c.yy[b]-c.yy[a]-s*s/float64(b-a))
}

// line is the squared error about their least-squares line.
func (c cost) line(a, b int) float64 {
	n := float64(b - a)
	if n < 3 {
		return 0
	}
	mid := float64(a+b-1) / 2
	sxx := n * (n*n - 1) / 12
	sxy := c.iy[b] - c.iy[a] - mid*(c.y[b]-c.y[a])
	return max(0, c.level(a, b)-sxy*sxy/sxx)
}

// longRunVariance is the variance of the noise that a mean of many points feels
// from each: that of independent points, times what neighbors that hang
// together add. Both come from differences, which no step and no slope disturb
// much. Points that correlate with r, dying away geometrically, have
//
//	var(y₂ − y₁) = 2σ²(1 − r),   var(y₃ − y₁) = 2σ²(1 − r²)
//
// so that their ratio is 1 + r, and the long-run variance σ²(1 + r)/(1 − r).
// Where most neighbors are equal there is no such thing to be had, and the plain
// mean of squares stands.
func longRunVariance(y []float64) float64 {
	d1, d2 := spread(y, 1), spread(y, 2)
	if d1 == 0 || d2 == 0 {
		sq := 0.0
		for i := 1; i < len(y); i++ {
			sq += (y[i] - y[i-1]) * (y[i] - y[i-1]) / float64(len(y)-1)
		}
		return sq / 2
	}
	r := max(0, min(d2/d1-1, 0.8))
	return d1 / 2 / (1 - r) * (1 + r) / (1 - r)
}

// spread is the variance of the differences at a distance, by their median size.
func spread(y []float64, lag int) float64 {
	if len(y) < lag+2 {
		return 0
	}
	d := make([]float64, len(y)-lag)
	for i := range d {
		d[i] = math.Abs(y[i+lag] - y[i])
	}
	m := Median(d) / 0.6744897501960817
	return m * m
}
