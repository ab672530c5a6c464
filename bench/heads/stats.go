package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"

	"facialis/measure"
)

const (
	// Neighboring frames err alike, so whole seconds are drawn again, not frames.
	blockS    = 1.0
	redraws   = 400
	madSD     = 1.4826 // standard deviation over median deviation of a normal distribution
	quickS    = 0.75   // half the window of the running median that is taken out (review/trial.md)
	noiseS    = 4.0    // half the window of the local noise (review/trial.md)
	standing  = 3.5    // how many times the local noise a candidate is (review/trial.md)
	fewFrames = 30     // of which no rms is told
)

// tally counts k of n.
type tally struct{ k, n int }

func (t *tally) add(hit bool) {
	t.n++
	if hit {
		t.k++
	}
}

// share is k of n, with Wilson's interval.
func share(k, n int) cell {
	c := cell{N: fmt.Sprintf("%d of %d", k, n), digits: 2}
	if n > 0 {
		v := float64(k) / float64(n)
		ci := measure.Wilson(k, n)
		c.Value, c.Low, c.High = &v, &ci[0], &ci[1]
	}
	return c
}

// perMinute is n events in a time, with Garwood's interval.
func perMinute(n int, minutes float64) cell {
	e := measure.PoissonRate(n, minutes)
	c := cell{Value: e.Value, N: fmt.Sprintf("%d in %.1f min", n, minutes), digits: 2}
	if e.CI95 != nil {
		c.Low, c.High = &e.CI95[0], &e.CI95[1]
	}
	return c
}

// spread is the median of values with their 5 % and 95 % points.
func spread(values []float64, digits int) cell {
	v := slices.Clone(values)
	slices.Sort(v)
	c := cell{N: fmt.Sprintf("n %d", len(v)), digits: digits}
	if len(v) == 0 {
		return c
	}
	m, lo, hi := measure.Quantile(v, 0.5), measure.Quantile(v, 0.05), measure.Quantile(v, 0.95)
	c.Value, c.Low, c.High = &m, &lo, &hi
	return c
}

// sums are a block's sums of pairs (x truth, y measured).
type sums struct{ n, x, y, xx, xy, dd float64 }

func (s *sums) add(o sums) {
	s.n, s.x, s.y, s.xx, s.xy, s.dd = s.n+o.n, s.x+o.x, s.y+o.y, s.xx+o.xx, s.xy+o.xy, s.dd+o.dd
}

// blocks gathers pairs of truth and measurement by film and second.
type blocks struct {
	at  map[string]int
	all []sums
}

func (b *blocks) add(film string, t, truth, measured float64) {
	if math.IsNaN(truth) || math.IsNaN(measured) {
		return
	}
	if b.at == nil {
		b.at = map[string]int{}
	}
	key := fmt.Sprintf("%s %d", film, int(t/blockS))
	i, ok := b.at[key]
	if !ok {
		i = len(b.all)
		b.at[key] = i
		b.all = append(b.all, sums{})
	}
	d := measured - truth
	b.all[i].add(sums{1, truth, measured, truth * truth, truth * measured, d * d})
}

// total is the sum over all blocks.
func (b *blocks) total() sums {
	var s sums
	for _, o := range b.all {
		s.add(o)
	}
	return s
}

// figure is a figure of the sums, with the interval from drawing blocks again.
func (b *blocks) figure(of func(sums) float64, digits int) cell {
	s := b.total()
	if s.n < fewFrames {
		return cell{N: fmt.Sprintf("n %.0f", s.n)}
	}
	c := plain(of(s), digits, fmt.Sprintf("n %.0f", s.n))
	if c.Value == nil {
		return c
	}
	rng := rand.New(rand.NewPCG(1, 2))
	var drawn []float64
	for range redraws {
		var s sums
		for range b.all {
			s.add(b.all[rng.IntN(len(b.all))])
		}
		if v := of(s); !math.IsNaN(v) && !math.IsInf(v, 0) {
			drawn = append(drawn, v)
		}
	}
	if len(drawn) > redraws/2 {
		slices.Sort(drawn)
		lo, hi := measure.Quantile(drawn, 0.025), measure.Quantile(drawn, 0.975)
		c.Low, c.High = &lo, &hi
	}
	return c
}

func rms(s sums) float64 { return math.Sqrt(s.dd / s.n) }

// leastSpread is the spread of the truth, degrees, below which no slope is told.
const leastSpread = 0.5

// slope is that of the least squares line of the measured over the true.
func slope(s sums) float64 {
	v := s.xx - s.x*s.x/s.n
	if v/s.n < leastSpread*leastSpread {
		return math.NaN()
	}
	return (s.xy - s.x*s.y/s.n) / v
}

// offset is what is measured on average beyond the true.
func offset(s sums) float64 { return (s.y - s.x) / s.n }

// median of values, NaN for none; values are put in order.
func median(v []float64) float64 {
	slices.Sort(v)
	return measure.Quantile(v, 0.5)
}

// quick is a column less its running median within ± quickS: what a twitch does.
func quick(t []float64, c []float32) []float64 {
	out := make([]float64, len(c))
	var win []float64
	lo, hi := 0, 0
	for i := range c {
		for t[lo] < t[i]-quickS {
			lo++
		}
		for hi < len(t) && t[hi] <= t[i]+quickS {
			hi++
		}
		win = win[:0]
		for _, v := range c[lo:hi] {
			if v == v {
				win = append(win, float64(v))
			}
		}
		out[i] = float64(c[i]) - median(win)
	}
	return out
}

// localNoise is the median size of what is within ± noiseS of each time, as one
// standard deviation; NaN where nothing was measured.
func localNoise(t, q []float64) []float64 {
	out := make([]float64, len(q))
	var win []float64
	lo, hi := 0, 0
	for i := range q {
		for t[lo] < t[i]-noiseS {
			lo++
		}
		for hi < len(t) && t[hi] <= t[i]+noiseS {
			hi++
		}
		win = win[:0]
		for _, v := range q[lo:hi] {
			if v == v {
				win = append(win, math.Abs(v))
			}
		}
		out[i] = madSD * median(win)
	}
	return out
}

// known are the values that are not NaN.
func known(v []float64) []float64 {
	return slices.DeleteFunc(slices.Clone(v), math.IsNaN)
}
