package spasm

import (
	"cmp"
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/event"
	"facialis/internal/signal"
)

// lidsByMesh is the lids' channel as the mesh's landmarks give it. They see a
// full closure even where a dark or small picture gives pixels nothing to hold.
func lidsByMesh(tr *event.Trace) *channel {
	c := &channel{k: anatomy.AtOrbicularisOculi, t: tr.T}
	for s := range 2 {
		a := bridge(tr.Aperture[s])
		base := upper(tr.T, a, openWindowS)
		c.along[s] = make([]float64, len(a))
		for i := range a {
			c.along[s][i] = base[i] - a[i]
		}
		c.open[s] = base
	}
	return c
}

// openMM is the open eyes' aperture at frame i, mm.
func (c *channel) openMM(i int) float64 { return (c.open[0][i] + c.open[1][i]) / 2 }

// upper is the median of a column's upper half within ± win seconds: the open
// eye's aperture.
func upper(t, c []float64, win float64) []float64 {
	mid := around(t, c, win)
	high := make([]float64, len(c))
	for i := range c {
		high[i] = math.NaN()
		if c[i] >= mid[i] {
			high[i] = c[i]
		}
	}
	return around(t, high, win)
}

// union adds to a the blinks of b that a has not got.
func union(a, b []movement) []movement {
	out := slices.Clone(a)
	for _, m := range b {
		seen := false
		for _, x := range a {
			if m.on < x.off+sameBlinkS && m.off > x.on-sameBlinkS {
				seen = true
			}
		}
		if !seen {
			out = append(out, m)
		}
	}
	slices.SortFunc(out, func(x, y movement) int { return cmp.Compare(x.on, y.on) })
	return out
}

// closures finds what may be blinks in the lids' channel: short closures of both
// eyes that stand out of what lies around them, so that a blink of eyes cast down
// counts like one of eyes wide open. The size of each is its prominence.
//
//	prominence = peak − the higher of the lowest points before and after it
//	width      = time above half the prominence
func (c *channel) closures(p Params) []movement {
	n := len(c.t)
	both := make([]float64, n)
	for i := range both {
		both[i] = (c.along[0][i] + c.along[1][i]) / 2
	}
	var found []movement
	for i := 1; i+1 < n; i++ {
		if !(both[i] > both[i-1] && both[i] >= both[i+1]) {
			continue
		}
		prom, base, ok := c.prominence(both, i, p.BlinkMaxS)
		if !ok || prom < p.BlinkMinMM*blinkSeedShare {
			continue
		}
		a, b := i, i
		for a > 0 && both[a-1] > base+halfPeak*prom {
			a--
		}
		for b+1 < n && both[b+1] > base+halfPeak*prom {
			b++
		}
		from := c.edge(both, a, -1, base+halfPeak*prom)
		to := c.edge(both, b, 1, base+halfPeak*prom)
		if to-from > p.BlinkMaxS*blinkWidthShare {
			continue
		}
		for a > 0 && both[a-1] > base+event.FootShare*prom && both[a-1] <= both[a] {
			a--
		}
		for b+1 < n && both[b+1] > base+event.FootShare*prom && both[b+1] <= both[b]+blinkRippleShare*prom {
			b++
		}
		if math.Max(c.weaker(a, b), c.weakest(i, p)) < blinkWeakerShare*prom {
			continue
		}
		m := movement{k: c.k, side: anatomy.Both, a: a, b: b, peakI: i, peak: both[i], mm: prom, dir: 1, twitches: 1,
			on: c.edge(both, a, -1, base+event.FootShare*prom), off: c.edge(both, b, 1, base+event.FootShare*prom)}
		m.snr = prom / (p.BlinkMinMM / 2)
		found = append(found, m)
	}
	return found
}

// blinksAmong are the closures that are blinks: those of a size that a person's
// blinks have.
func blinksAmong(closures []movement, p Params) []movement {
	var sizes []float64
	for _, m := range closures {
		sizes = append(sizes, m.mm)
	}
	slices.Sort(sizes)
	usual := 0.0
	if len(sizes) > 0 {
		usual = sizes[len(sizes)*4/5]
	}
	var out []movement
	for _, m := range closures {
		if m.mm < math.Max(p.BlinkMinMM, p.BlinkShare*usual) {
			continue
		}
		if n := len(out); n > 0 && m.a <= out[n-1].b {
			out[n-1].b, out[n-1].off = m.b, m.off
			continue
		}
		out = append(out, m)
	}
	return out
}

// usual is the size of a person's blink: the median of those found, mm; 0 without
// any.
func usual(blinks []movement) float64 {
	var sizes []float64
	for _, m := range blinks {
		sizes = append(sizes, m.mm)
	}
	return orZero(signal.UpperMedian(sizes))
}

// Blinks that come with a look down, or up again (gaze-evoked blinks), begin or end
// with the lids lowered but open.
const (
	loweredS     = 0.25 // the closing, or the opening, is as quick as a blink's
	loweredShare = 0.6  // it goes over this share of the usual blink
	loweredMM    = 0.5  // the lids stand out of where they are lowered to by this much
	loweredOpen  = 0.2  // where they keep at least this share of the open aperture
)

// blinksOfLowered finds the blinks between open eyes and a look down: the lids shut
// as fast and as far as in a usual blink, then open only as far as the look down
// leaves them, or the other way round. An eye closure on request stays shut and
// is none.
func (c *channel) blinksOfLowered(p Params, usual float64) []movement {
	if usual == 0 {
		return nil
	}
	both := make([]float64, len(c.t))
	for i := range both {
		both[i] = (c.along[0][i] + c.along[1][i]) / 2
	}
	var out []movement
	for i := 1; i+1 < len(both); i++ {
		if !(both[i] > both[i-1] && both[i] >= both[i+1]) {
			continue
		}
		a, b := c.lowest(both, i, -1), c.lowest(both, i, 1)
		open, low, step := a, b, -1
		if both[b] < both[a] {
			open, low, step = b, a, 1
		}
		big, small := both[i]-both[open], both[i]-both[low]
		if big < loweredShare*usual || small < loweredMM || both[low] > (1-loweredOpen)*c.openMM(low) {
			continue
		}
		m := movement{k: c.k, side: anatomy.Both, a: min(open, low), b: max(open, low), peakI: i, peak: both[i], mm: big, dir: 1, twitches: 1}
		m.on = c.cross(both, open, i, both[open]+event.FootShare*big)
		m.off = c.cross(both, low, i, both[low]+event.FootShare*small)
		if step > 0 {
			m.on, m.off = m.off, m.on
		}
		m.snr = big / (p.BlinkMinMM / 2)
		if n := len(out); n > 0 && m.a <= out[n-1].b {
			continue
		}
		out = append(out, m)
	}
	return out
}

// lowest is the frame of the least value within loweredS seconds of frame i in
// direction step.
func (c *channel) lowest(v []float64, i, step int) int {
	best := i
	for j := i; j >= 0 && j < len(v) && math.Abs(c.t[j]-c.t[i]) <= loweredS; j += step {
		if v[j] < v[best] {
			best = j
		}
	}
	return best
}

// weaker is how far the side that closes less closes between frames a and b,
// above the higher of where it comes from and where it goes.
func (c *channel) weaker(a, b int) float64 {
	weak := math.Inf(1)
	for s := range 2 {
		v := c.along[s]
		weak = math.Min(weak, slices.Max(v[a:b+1])-math.Max(v[a], v[b]))
	}
	return weak
}

// weakest is the smaller of both sides' own prominences next to frame i.
func (c *channel) weakest(i int, p Params) float64 {
	weak := math.Inf(1)
	for s := range 2 {
		v := c.along[s]
		top := i
		for j := max(i-2, 0); j <= min(i+2, len(v)-1); j++ {
			if v[j] > v[top] {
				top = j
			}
		}
		prom, _, _ := c.prominence(v, top, p.BlinkMaxS)
		weak = math.Min(weak, prom)
	}
	return weak
}

// prominence is how far v at frame i stands above the higher of the lowest
// values within win seconds before and after it.
func (c *channel) prominence(v []float64, i int, win float64) (prom, base float64, ok bool) {
	left, right := math.Inf(1), math.Inf(1)
	for j := i; j >= 0 && c.t[j] >= c.t[i]-win; j-- {
		if v[j] > v[i] && v[j] == v[j] {
			break
		}
		left = math.Min(left, v[j])
	}
	for j := i; j < len(v) && c.t[j] <= c.t[i]+win; j++ {
		if v[j] > v[i] {
			break
		}
		right = math.Min(right, v[j])
	}
	base = math.Max(left, right)
	prom = v[i] - base
	return prom, base, prom > 0 && !math.IsInf(base, 0)
}
