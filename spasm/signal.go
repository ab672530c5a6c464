package spasm

import (
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/event"
	"facialis/internal/signal"
)

// channel is how one region moves on both sides, ready for the search.
type channel struct {
	k     int
	t     []float64
	raw   [2][2][]float64 // by side and axis (outwards, up), mm, as measured
	x, y  [2][]float64    // the same, smoothed over three frames
	along [2][]float64    // along the region's own action
	open  [2][]float64    // open eyes' aperture, mm; of the lids by the mesh

	spread [2][]float64 // of the lids within blinks, one standard deviation of what is left of them, mm; NaN elsewhere; see beyondBlinks

	noise *noiseTable
	band  int // the band that its curves are of
}

// newCurves is region k of the trace as it moves.
func newCurves(tr *event.Trace, k int) *channel {
	c := &channel{k: k, t: tr.T}
	for s := range 2 {
		c.raw[s][0], c.raw[s][1] = bridge(tr.DX[s][k]), bridge(tr.DY[s][k])
		c.fill(s)
	}
	return c
}

// fill makes the smoothed columns of side s.
func (c *channel) fill(s int) {
	c.x[s], c.y[s] = smooth(c.raw[s][0]), smooth(c.raw[s][1])
	a := anatomy.Directions[c.k]
	c.along[s] = make([]float64, len(c.t))
	for i := range c.along[s] {
		c.along[s][i] = a[0]*c.x[s][i] + a[1]*c.y[s][i]
	}
}

// less is the channel without what changes more slowly than movements of a band: each
// column less its median within ± quickWinS, or ± mediumWinS.
func (c *channel) less(band int) *channel {
	q := &channel{k: c.k, t: c.t, noise: c.noise, band: band}
	win := quickWinS
	if band == mediumBand {
		win = mediumWinS
	}
	for s := range 2 {
		for a := range 2 {
			level := localMedian(c.t, [2][]float64{c.x[s], c.y[s]}[a], win)
			q.raw[s][a] = make([]float64, len(c.t))
			for i, v := range c.raw[s][a] {
				q.raw[s][a][i] = v - level[i]
			}
		}
		q.fill(s)
	}
	return q
}

// lid reports whether the channel is the lids': there only closing counts.
func (c *channel) lid() bool { return anatomy.Regions[c.k] == anatomy.OrbicularisOculi }

// at is how far side s is moved at frame i, outwards and up; not seen is false.
func (c *channel) at(s, i int) (x, y float64, seen bool) {
	x, y = c.x[s][i], c.y[s][i]
	return x, y, x == x && y == y
}

// excess is how far side s goes beyond what both sides do, frame by frame, mm, and
// the standard deviation to hold it against. A frame at which the other side is not
// seen has only the side itself to go by.
//
//	excess = |own − other|, where own goes further than the other side
//	sd     = √(noise² + (share · common)²)
//
// common is what the other side does the same way (never what it does the other
// way: that is no movement of both sides).
func (c *channel) excess(s int, p Params) (e, sd []float64) {
	n := len(c.t)
	e, sd = make([]float64, n), make([]float64, n)
	together, learned := make([]float64, n), make([]bool, n)
	var lids []float64 // how far the other lid is closed at about the same time
	if c.lid() {
		lids = widest(c.t, c.along[1-s], lidLagS)
	}
	share := p.CommonShare
	if c.lid() {
		share = p.LidCommonShare
	}
	for i := range e {
		xs, ys, seen := c.at(s, i)
		xo, yo, both := c.at(1-s, i)
		nx, ny, alone := c.noise.at(c.t[i], s, c.band)
		switch {
		case !seen:
			sd[i] = math.Inf(1)
			continue
		case !both:
			sd[i] = alone
			e[i] = math.Hypot(xs, ys)
			if c.lid() {
				e[i] = math.Max(c.along[s][i], 0)
			}
			continue
		}
		own, with := math.Hypot(xs, ys), 0.0
		if own > 0 {
			with = (xs*xo + ys*yo) / own
		}
		least := math.Min(nx, ny)
		wx, wy := 1.0, 1.0
		if c.band != heldBand && least > 0 {
			wx, wy = least/nx, least/ny
			sd[i] = least
		} else {
			sd[i] = math.Max(nx, ny)
		}
		d := math.Hypot(wx*(xs-xo), wy*(ys-yo))
		further := own > math.Hypot(xo, yo)
		if c.lid() {
			own, with = math.Max(c.along[s][i], 0), lids[i]
			d, sd[i] = math.Max(own-with, 0), ny
			further = own > with
			if c.spread[s] != nil && !math.IsNaN(c.spread[s][i]) {
				own, with = math.Max(c.along[s][i], 0), math.Max(c.along[1-s][i], 0)
				d = math.Max(own-with, 0)
				further, learned[i] = d > 0, true
				sd[i] = math.Hypot(ny, c.spread[s][i])
			}
		}
		if !learned[i] {
			together[i] = math.Max(math.Min(with, own), 0)
		}
		if !further || !c.lid() && with > p.OneSided*own || own < ownShare*d {
			continue
		}
		e[i] = math.Min(d, ownMostTimes*own)
	}
	for i, v := range widest(c.t, together, togetherS) {
		if learned[i] {
			continue
		}
		sd[i] = math.Hypot(sd[i], share*v)
	}
	return e, sd
}

// widest is a column's largest value within ± win seconds.
func widest(t, v []float64, win float64) []float64 {
	out := make([]float64, len(v))
	lo := 0
	for i := range v {
		for t[lo] < t[i]-win {
			lo++
		}
		for j := lo; j < len(v) && t[j] <= t[i]+win; j++ {
			out[i] = math.Max(out[i], v[j])
		}
	}
	return out
}

func orZero(v float64) float64 {
	if math.IsNaN(v) {
		return 0
	}
	return v
}

// bridge turns a column into float64 and bridges gaps of up to three frames.
func bridge(c []float32) []float64 {
	out := make([]float64, len(c))
	last := -1
	for i, v := range c {
		out[i] = float64(v)
		if math.IsNaN(float64(v)) {
			continue
		}
		if last >= 0 && i-last > 1 && i-last <= bridgeFrames {
			for j := last + 1; j < i; j++ {
				out[j] = out[last] + (float64(v)-out[last])*float64(j-last)/float64(i-last)
			}
		}
		last = i
	}
	return out
}

// smooth is a ¼ ½ ¼ mean over neighboring frames; missing stays missing.
func smooth(c []float64) []float64 {
	out := slices.Clone(c)
	for i := 1; i+1 < len(c); i++ {
		if v := (c[i-1] + 2*c[i] + c[i+1]) / 4; !math.IsNaN(v) {
			out[i] = v
		}
	}
	return out
}

// around is the median of a column within ± win seconds, found once a second
// and held.
func around(t, c []float64, win float64) []float64 {
	out := make([]float64, len(c))
	lo, hi := 0, 0
	next, level := math.Inf(-1), math.NaN()
	for i := range c {
		if t[i] >= next {
			for hi < len(c) && t[hi] <= t[i]+win {
				hi++
			}
			for t[lo] < t[i]-win {
				lo++
			}
			stride := max((hi-lo)/aroundSamples, 1)
			var some []float64
			for j := lo; j < hi; j += stride {
				some = append(some, c[j])
			}
			level = signal.UpperMedian(some)
			next = t[i] + 1
		}
		out[i] = level
	}
	return out
}

// localMedian is a column's running median within ± win seconds. It is taken of
// every value: a sample of them would fall into step with a train, and then its
// level jumps.
func localMedian(t, c []float64, win float64) []float64 {
	out := make([]float64, len(c))
	lo, hi := 0, 0
	var in []float64 // the values of the window, in order
	for i := range c {
		for ; t[lo] < t[i]-win; lo++ {
			if at, ok := slices.BinarySearch(in, c[lo]); ok && !math.IsNaN(c[lo]) {
				in = slices.Delete(in, at, at+1)
			}
		}
		for ; hi < len(c) && t[hi] <= t[i]+win; hi++ {
			if !math.IsNaN(c[hi]) {
				at, _ := slices.BinarySearch(in, c[hi])
				in = slices.Insert(in, at, c[hi])
			}
		}
		out[i] = signal.Middle(in)
	}
	return out
}
