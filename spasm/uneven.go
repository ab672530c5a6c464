package spasm

import (
	"cmp"
	"math"
	"slices"
	"sort"

	"facialis/anatomy"
	"facialis/internal/signal"
)

// How unevenly a person's lids close in a blink is learned from all of their blinks:
// what one lid does beyond the other in one blink is held against what it did beyond it
// in their other blinks, when the other lid was as far and as fast on its way. So a
// spasm that a blink sets off, or that falls into one, is not hidden by it, and a deep
// or a slow blink is not taken for an uneven one.
const (
	unevenFromS   = -0.1   // s from a blink's onset
	unevenToS     = 0.7    // s
	unevenLeast   = 4      // other blinks, below which the usual share stands for it
	unevenMost    = 40     // other blinks, the nearest in time, that one is held against
	unevenSpeedS  = 0.05   // s: so much of the other lid's speed weighs as much as its place
	unevenTimeS   = 0.25   // s: a blink's phases so far apart are as different as lids 1 mm apart
	unevenLagS    = 0.01   // s by which one lid may be behind, before any blink is seen
	unevenWeight  = 5      // blinks that this counts for
	madToSD       = 1.4826 // of a median absolute deviation, for a normal distribution
	unevenShare   = 0.03   // of what the other lid does: nobody's blinks are known better
	unevenBeforeS = 0.2    // s: the level before a blink is the mean within this
)

// blinkTable is what either lid usually does beyond the other in each blink, picture by
// picture.
type blinkTable struct {
	blinks []blinkCourse // in order of onset
}

// blinkCourse is one blink from unevenFromS to unevenToS, or to the next blink.
type blinkCourse struct {
	onS, fromS float64
	t          []float64
	closed     [2][]float64 // mm beyond the level before
	speed      [2][]float64 // mm/s
	usual, sd  [2][]float64 // of what a lid closes beyond the other, mm; NaN where nothing is known
	level      [2]float64   // before it, mm
}

// at is the blink that a time belongs to, and the picture in it.
func (b *blinkTable) at(t float64) (c *blinkCourse, i int, in bool) {
	if b == nil {
		return nil, 0, false
	}
	n := sort.Search(len(b.blinks), func(k int) bool { return b.blinks[k].fromS > t }) - 1
	if n < 0 {
		return nil, 0, false
	}
	c = &b.blinks[n]
	i = sort.SearchFloat64s(c.t, t)
	if i >= len(c.t) || c.t[i] != t {
		return nil, 0, false
	}
	return c, i, true
}

// learn finds what is usual in each blink by the others. Before any is seen, one lid
// differs by a share of what the other has closed.
func (b *blinkTable) learn(share float64) {
	for n := range b.blinks {
		c := &b.blinks[n]
		near := make([]int, 0, len(b.blinks))
		for k := range b.blinks {
			if k != n {
				near = append(near, k)
			}
		}
		if len(near) > unevenMost {
			slices.SortFunc(near, func(x, y int) int {
				return cmp.Compare(math.Abs(b.blinks[x].onS-c.onS), math.Abs(b.blinks[y].onS-c.onS))
			})
			near = near[:unevenMost]
		}
		for s := range 2 {
			c.usual[s], c.sd[s] = make([]float64, len(c.t)), make([]float64, len(c.t))
			for i := range c.t {
				c.usual[s][i], c.sd[s][i] = math.NaN(), math.NaN()
				other, speed := c.closed[1-s][i], c.speed[1-s][i]
				if math.IsNaN(other + speed) {
					continue
				}
				var beyond []float64
				for _, k := range near {
					if v := b.blinks[k].beyond(s, other, speed, c.t[i]-c.onS); !math.IsNaN(v) {
						beyond = append(beyond, v)
					}
				}
				if len(beyond) < unevenLeast {
					continue
				}
				usual := signal.UpperMedian(beyond)
				for j, v := range beyond {
					beyond[j] = math.Abs(v - usual)
				}
				spread, before, m := madToSD*signal.UpperMedian(beyond), math.Hypot(share*other, unevenLagS*speed), float64(len(beyond))
				c.usual[s][i] = usual
				c.sd[s][i] = math.Sqrt((m*spread*spread + unevenWeight*before*before) / (m + unevenWeight))
			}
			c.sd[s] = widest(c.t, c.sd[s], lidLagS)
		}
	}
}

// beyond is what lid s does beyond the other in that picture of the blink in which the
// other lid is most nearly as far, mm, as fast, mm/s, and as late, s.
func (c *blinkCourse) beyond(s int, other, speed, at float64) float64 {
	best, v := math.Inf(1), math.NaN()
	for i := range c.t {
		x := math.Max(c.closed[s][i], 0) - math.Max(c.closed[1-s][i], 0)
		if math.IsNaN(x) {
			continue
		}
		d := math.Hypot(math.Hypot(c.closed[1-s][i]-other, unevenSpeedS*(c.speed[1-s][i]-speed)), (c.t[i]-c.onS-at)/unevenTimeS)
		if d < best {
			best, v = d, x
		}
	}
	return v
}

// unevenness learns the tables of all bands from the whole recording, stretch by stretch.
func (d *detection) unevenness(parts []stretch) (tables [bands]*blinkTable) {
	own := func(i int) (from, to float64) {
		from, to = math.Inf(-1), parts[i].endS
		if i > 0 {
			from = parts[i-1].endS
		}
		return from, to
	}
	var closures []movement
	for i, s := range parts {
		from, to := own(i)
		for _, m := range newCurves(d.tr.Between(s.a, s.b), anatomy.AtOrbicularisOculi).closures(d.p) {
			if m.on >= from && m.on < to {
				closures = append(closures, m.later(s.a))
			}
		}
		d.tr.Free()
	}
	var onsets []float64
	for _, m := range blinksAmong(closures, d.p) {
		onsets = append(onsets, m.on)
	}
	sort.Float64s(onsets)
	for band := range tables {
		tables[band] = &blinkTable{}
	}
	for i, s := range parts {
		from, to := own(i)
		held := newCurves(d.tr.Between(s.a, s.b), anatomy.AtOrbicularisOculi)
		for band, b := range tables {
			c := held
			if band != heldBand {
				c = held.less(band)
			}
			b.add(c, onsets, from, to)
		}
		d.tr.Free()
	}
	for _, b := range tables {
		b.learn(d.p.LidCommonShare)
	}
	return tables
}

// add shows the table the blinks with their onsets within [from, to), in seconds.
func (b *blinkTable) add(c *channel, onsets []float64, from, to float64) {
	for n, on := range onsets {
		if on < from || on >= to {
			continue
		}
		q := blinkCourse{onS: on, fromS: on + unevenFromS}
		end := on + unevenToS
		if n+1 < len(onsets) {
			end = math.Min(end, onsets[n+1]+unevenFromS)
		}
		a, z := sort.SearchFloat64s(c.t, q.fromS), sort.SearchFloat64s(c.t, end)
		q.t = slices.Clone(c.t[a:z])
		before := sort.SearchFloat64s(c.t, q.fromS-unevenBeforeS)
		for side := range 2 {
			v := c.along[side]
			if c.band == heldBand {
				q.level[side] = mean(before, a, func(k int) float64 { return v[k] })
				if l := len(b.blinks); math.IsNaN(q.level[side]) || l > 0 && len(b.blinks[l-1].t) > 0 && before < a && b.blinks[l-1].t[len(b.blinks[l-1].t)-1] >= c.t[before] {
					if l > 0 {
						q.level[side] = b.blinks[l-1].level[side] // the lids may not be open yet
					}
				}
			}
			q.closed[side], q.speed[side] = make([]float64, z-a), make([]float64, z-a)
			for k := a; k < z; k++ {
				q.closed[side][k-a] = v[k] - q.level[side]
				p, r := max(k-1, 0), min(k+1, len(v)-1)
				q.speed[side][k-a] = (v[r] - v[p]) / (c.t[r] - c.t[p])
			}
		}
		b.blinks = append(b.blinks, q)
	}
}

// beyondBlinks is the lids' channel in which a blink leaves only what one lid does
// beyond the other, less what is usual: the lid that goes further is that far from the
// level before the blink, the other rests there. Where nothing is known of a blink the
// channel is as it was.
func (c *channel) beyondBlinks(b *blinkTable) *channel {
	q := &channel{k: c.k, t: c.t, noise: c.noise, band: c.band}
	dir := anatomy.Directions[c.k]
	for s := range 2 {
		q.raw[s][0], q.raw[s][1] = slices.Clone(c.raw[s][0]), slices.Clone(c.raw[s][1])
		q.spread[s] = make([]float64, len(c.t))
		for i := range q.spread[s] {
			q.spread[s][i] = math.NaN()
		}
	}
	for i, t := range c.t {
		blink, n, in := b.at(t)
		if !in || math.IsNaN(blink.usual[0][n]+blink.usual[1][n]) {
			continue
		}
		along := func(s int) float64 { return math.Max(dir[0]*c.raw[s][0][i]+dir[1]*c.raw[s][1][i]-blink.level[s], 0) }
		var beyond [2]float64
		for s := range 2 {
			beyond[s] = math.Max(along(s)-along(1-s)-blink.usual[s][n], 0)
		}
		least := math.Min(beyond[0], beyond[1])
		for s := range 2 {
			v := blink.level[s] + beyond[s] - least
			q.raw[s][0][i], q.raw[s][1][i] = dir[0]*v, dir[1]*v
			q.spread[s][i] = math.Hypot(blink.sd[s][n], unevenShare*blink.closed[1-s][n])
		}
	}
	for s := range 2 {
		q.fill(s)
	}
	return q
}
