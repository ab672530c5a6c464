package spasm

import (
	"math"
	"sort"

	"facialis/anatomy"
	"facialis/event"
)

// In a wink the other lid goes half along, or all of the way for a moment, and both
// lids' curves hold a blink. What tells it is that one lid stays shut while the other
// is open again, or never shut.
const (
	winkShut  = 0.6  // of the open aperture: as far as the winking lid closes at least
	winkShare = 0.35 // of its way: it is further closed than the other lid by more than this
	winkS     = 0.15 // s, and for so long at a time
	winkWakeS = 0.3  // s after a blink that still belong to it
)

// wink is what one lid does beyond the other in or just after a blink of both, if it
// is a wink: a movement of that side that lasts as long as its lid is closed. c is the
// lids' channel by the mesh, which sees a wide closure of either lid by itself.
func (c *channel) wink(blink movement, p Params) (movement, bool) {
	to := blink.b
	for to+1 < len(c.t) && c.t[to+1] <= blink.off+winkWakeS {
		to++
	}
	for s := range 2 {
		own, other := c.along[s], c.along[1-s]
		j := sort.SearchFloat64s(c.t, blink.on)
		i := sort.SearchFloat64s(c.t, blink.on-unevenBeforeS)
		ownWas, otherWas := orZero(mean(i, j, func(k int) float64 { return own[k] })), orZero(mean(i, j, func(k int) float64 { return other[k] }))
		// How far either lid is closed beyond where it lay before.
		beyond := func(i int) float64 {
			return own[i] - ownWas - math.Max(other[i]-otherWas, 0)
		}
		top := blink.a
		for i := blink.a; i <= to; i++ {
			if own[i] > own[top] {
				top = i
			}
		}
		if !(own[top] >= winkShut*c.open[s][top]) {
			continue
		}
		from, longest := -1, 0.0
		for i := blink.a; i <= to; i++ {
			if !(beyond(i) > winkShare*(own[top]-ownWas)) {
				from = -1
				continue
			}
			if from < 0 {
				from = i
			}
			if i+1 < len(c.t) {
				longest = math.Max(longest, c.t[i+1]-c.t[from])
			}
		}
		if longest < winkS {
			continue
		}
		m := movement{k: c.k, side: anatomy.Sides[s], band: heldBand, mm: own[top], peakI: top, dir: 1, straight: 1, noise: p.BlinkMinMM / 2}
		a, _ := c.foot(own, top, top, -1, 0, m.noise)
		b, _ := c.foot(own, top, top, 1, len(own)-1, m.noise)
		m.a, m.b = a, b
		foot := event.FootShare * own[top]
		m.on, m.off = c.cross(own, a, top, foot), c.cross(own, b, top, foot)
		for i := a; i <= b; i++ {
			if own[i] >= halfPeak*own[top] {
				m.riseS = math.Max(c.t[i]-m.on, 0)
				break
			}
		}
		for i := a; i <= b; i++ {
			if v := beyond(i); v > m.peak {
				m.peak, m.ratio = v, math.Max(other[i], 0)/own[i]
			}
		}
		m.snr = m.peak / m.noise
		m.twitches, m.longestS = 1, longest
		return m, true
	}
	return movement{}, false
}

// winking is what may be a wink, and the blink that it is else.
type winking struct {
	*candidate
	blink *candidate
}

// winkOf is the candidate of a wink, with how far either lid went.
func (d *detection) winkOf(m movement) *candidate {
	c := d.gather([]movement{m}, m.side)
	other := anatomy.Left
	if m.side == anatomy.Left {
		other = anatomy.Right
	}
	c.Regions = append(c.Regions, event.RegionMovement{Region: anatomy.Regions[m.k], Side: other, OnsetS: m.on, PeakMM: d.mm(m.k, d.peakOf(c.parts, m.k, other))})
	return c
}

// tellWinks scores the winks as if their blinks were none. Of those that are no event,
// the blinks are reported, which are their rivals.
func (d *detection) tellWinks(winks []winking, both []*candidate) (all, blinks []*candidate) {
	for _, w := range winks {
		all = append(all, w.candidate)
	}
	d.score(all, both)
	for _, w := range winks {
		if w.rival = w.logOdds < d.p.LeastLogOdds || len(w.gates) > 0; w.rival {
			blinks = append(blinks, w.blink)
		}
	}
	return all, blinks
}

// eachLid gives a blink's lids their own onsets: when each has gone FootShare of its
// own way.
func (d *detection) eachLid(c *candidate) {
	d.look()
	k := anatomy.AtOrbicularisOculi
	dir := anatomy.Directions[k]
	i, j := d.frames(c.OnsetS-unevenBeforeS, c.OffsetS)
	for n := range c.Regions {
		r := &c.Regions[n]
		s := anatomy.AtRight
		if r.Side == anatomy.Left {
			s = anatomy.AtLeft
		}
		x, y := d.tr.DX[s][k], d.tr.DY[s][k]
		v := func(q int) float64 { return dir[0]*float64(x[q]) + dir[1]*float64(y[q]) }
		top := i
		for q := i; q < j; q++ {
			if v(q) > v(top) || v(top) != v(top) {
				top = q
			}
		}
		a := top
		for a > i && v(a-1) < v(a) {
			a--
		}
		if a == top || a >= j {
			continue
		}
		level := v(a) + event.FootShare*(v(top)-v(a))
		for q := a; q < top; q++ {
			if v(q) <= level && v(q+1) > level {
				at := d.tr.T[q] + (level-v(q))/(v(q+1)-v(q))*(d.tr.T[q+1]-d.tr.T[q])
				r.OnsetS = math.Max(at, c.OnsetS)
				break
			}
		}
	}
}

// bothLids gives what else was found of a winking lid the other lid's part.
func bothLids(one []*candidate, winks []winking) {
	for _, w := range winks {
		other := w.Regions[len(w.Regions)-1]
		for _, c := range one {
			if c.Side == w.Side && c.Lead == w.Lead && c.OnsetS < w.OffsetS && c.OffsetS > w.OnsetS {
				c.Regions = append(c.Regions, other)
			}
		}
	}
}
