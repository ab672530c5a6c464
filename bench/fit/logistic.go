package main

import (
	"math"
	"slices"

	"facialis/internal/linear"
	"facialis/spasm"
)

// basis turns values of features into what a curve through knots weighs: for each
// feature a ramp from each knot to the next, so that a weight is how much the curve
// rises there. What is missing is left out.
type basis struct {
	names []string
	knots [][]float64
	at    []int // first column of each feature
	sign  []int // by column: 1 may only rise, -1 only fall, 0 both
	n     int
}

// newBasis puts the knots at quantiles of the values, contractions and others weighing
// alike.
func newBasis(names []string, signs []int, rows [][]float64, y []float64, knots int) *basis {
	often := 0.0
	for _, v := range y {
		often += v
	}
	times := max(int((float64(len(y))-often)/math.Max(often, 1)), 1)
	b := &basis{names: names}
	for f := range names {
		var v []float64
		for i, r := range rows {
			n := 1
			if y[i] == 1 {
				n = times
			}
			for range n {
				if !math.IsNaN(r[f]) && !math.IsInf(r[f], 0) {
					v = append(v, r[f])
				}
			}
		}
		slices.Sort(v)
		var k []float64
		for i := range knots {
			if len(v) == 0 {
				break
			}
			q := 0.02 + 0.97*float64(i)/float64(knots-1)
			x := v[int(q*float64(len(v)-1))]
			if len(k) == 0 || x > k[len(k)-1]+leastStep {
				k = append(k, x)
			}
		}
		b.knots = append(b.knots, k)
		b.at = append(b.at, b.n)
		for range len(k) - 1 {
			b.sign = append(b.sign, signs[f])
		}
		b.n += max(len(k)-1, 0)
	}
	return b
}

// leastStep is how far apart knots lie at least.
const leastStep = 1e-3

type weight struct {
	col int
	w   float64
}

func (b *basis) row(x []float64) []weight {
	var out []weight
	for f, k := range b.knots {
		v := x[f]
		if math.IsNaN(v) {
			continue
		}
		for j := 1; j < len(k) && v > k[j-1]; j++ {
			out = append(out, weight{b.at[f] + j - 1, math.Min((v-k[j-1])/(k[j]-k[j-1]), 1)})
		}
	}
	return out
}

// fitted is an additive logistic model.
type fitted struct {
	*basis
	w []float64 // of each column, the intercept last
}

// fit maximizes the likelihood with a ridge on how much each curve rises and on how
// much it bends, by iteratively reweighted least squares. A column that would go
// against its sign is held at zero.
func fit(b *basis, rows [][]float64, y, weights []float64, ridge, bend float64) *fitted {
	n := b.n + 1
	w := make([]float64, n)
	sparse := make([][]weight, len(rows))
	for i, r := range rows {
		sparse[i] = append(b.row(r), weight{b.n, 1})
	}
	for range 10 {
		h, g := make([]float64, n*n), make([]float64, n)
		for i, r := range sparse {
			s := 0.0
			for _, c := range r {
				s += c.w * w[c.col]
			}
			p := 1 / (1 + math.Exp(-s))
			v := math.Max(p*(1-p), 1e-4) * weights[i]
			z := s*v + (y[i]-p)*weights[i]
			for q, c := range r {
				g[c.col] += c.w * z
				vc := v * c.w
				row := h[c.col*n : c.col*n+n]
				for _, d := range r[q:] {
					row[d.col] += vc * d.w
				}
			}
		}
		for i := range n {
			for j := range i {
				h[i*n+j] = h[j*n+i]
			}
		}
		for f, k := range b.knots {
			for j := 1; j < len(k); j++ {
				c := b.at[f] + j - 1
				h[c*n+c] += ridge
				if j > 1 {
					h[c*n+c] += bend
					h[(c-1)*n+c-1] += bend
					h[(c-1)*n+c] -= bend
					h[c*n+c-1] -= bend
				}
			}
		}
		h[b.n*n+b.n] += 1e-6
		held := make([]bool, n)
		var u []float64
		for wrong := true; wrong; {
			wrong = false
			var free []int
			for c := range n {
				if !held[c] {
					free = append(free, c)
				}
			}
			m := len(free)
			a, r := make([]float64, m*m), make([]float64, m)
			for i, c := range free {
				r[i] = g[c]
				for j, d := range free {
					a[i*m+j] = h[c*n+d]
				}
			}
			if !linear.Solve(a, r, m, 1) {
				return &fitted{b, w}
			}
			u = make([]float64, n)
			for i, c := range free {
				u[c] = r[i]
				if c < b.n && float64(b.sign[c])*r[i] < 0 {
					held[c], wrong = true, true
				}
			}
		}
		moved := 0.0
		for i := range w {
			moved = math.Max(moved, math.Abs(u[i]-w[i]))
		}
		copy(w, u)
		if moved < 1e-3 {
			break
		}
	}
	return &fitted{b, w}
}

// model is the fitted model as the detector reads it: each curve has a mean of zero
// over the rows, so that a term says how much it speaks for or against.
func (m *fitted) model(rows [][]float64) spasm.Model {
	out := spasm.Model{Intercept: m.w[m.n]}
	for f, k := range m.knots {
		c := spasm.Curve{Name: m.names[f]}
		if len(k) < 2 {
			continue
		}
		level := 0.0
		for j, x := range k {
			if j > 0 {
				level += m.w[m.at[f]+j-1]
			}
			c.Knots = append(c.Knots, round(x, 4))
			c.Adds = append(c.Adds, level)
		}
		sum, n := 0.0, 0
		for _, r := range rows {
			if !math.IsNaN(r[f]) {
				sum += c.At(r[f])
				n++
			}
		}
		mean := sum / float64(max(n, 1))
		for j := range c.Adds {
			c.Adds[j] = round(c.Adds[j]-mean, 4)
		}
		out.Intercept += mean
		out.Terms = append(out.Terms, c)
	}
	out.Intercept = round(out.Intercept, 4)
	return out
}

func round(v float64, digits int) float64 {
	p := math.Pow(10, float64(digits))
	return math.Round(v*p) / p
}

// isotonic is the rising step function of y by score that fits best.
func isotonic(score, y []float64) []spasm.CalibrationP {
	order := make([]int, len(score))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case score[a] < score[b]:
			return -1
		case score[a] > score[b]:
			return 1
		}
		return 0
	})
	type pool struct{ s, y, n float64 }
	var p []pool
	for _, i := range order {
		p = append(p, pool{score[i], y[i], 1})
		for len(p) > 1 && p[len(p)-2].y/p[len(p)-2].n >= p[len(p)-1].y/p[len(p)-1].n {
			a, b := p[len(p)-2], p[len(p)-1]
			p = append(p[:len(p)-2], pool{a.s + b.s, a.y + b.y, a.n + b.n})
		}
	}
	var out []spasm.CalibrationP
	for _, q := range p {
		out = append(out, spasm.CalibrationP{LogOdds: round(q.s/q.n, 3), P: round((q.y+0.5)/(q.n+1), 3)})
	}
	for i := 1; i < len(out); i++ { // the half that was added must not turn the order round
		out[i].P = math.Max(out[i].P, out[i-1].P)
	}
	return slices.CompactFunc(out, func(a, b spasm.CalibrationP) bool { return a.LogOdds == b.LogOdds })
}
