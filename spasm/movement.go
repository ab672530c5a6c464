package spasm

import (
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/event"
)

// movement is one excursion of one region beyond its noise.
type movement struct {
	k        int          // region
	side     anatomy.Side // Both for a movement of both sides together
	a, b     int          // first and last frame
	on, off  float64
	peak     float64 // mm, of the smoothed signal that was cut
	mm       float64 // mm, as measured
	peakI    int
	ratio    float64 // how far the other side goes along from onset to peak, as a share; less than 0 where it goes the other way
	dir      float64 // cosine between the movement and the region's own action at the peak
	straight float64 // share of the way out that leads straight to the peak
	back     float64 // share of the size by which the level after it differs from the level before
	snr      float64 // peak over one standard deviation of what it is held against
	common   float64 // what both sides do at the time, mm
	noise    float64 // one standard deviation, mm
	alone    bool    // the other side was not seen
	band     int     // in which it was found
	twitches int
	longestS float64 // longest hold above half the peak
	riseS    float64 // from onset to half the peak
	minor    bool    // much fainter than the event that it goes along with
}

// oneSided finds the movements that only one side makes, or makes more of: those
// that stand out of where the region rests, and the quick ones that stand out of
// what lies within a second around them, where the region is adrift. A hold is kept
// beside the quick movements within it: which of them is told is decided by score.
func (c *channel) oneSided(p Params) []movement {
	var held, holds []movement
	for _, m := range c.alone(p) {
		if m.longestS >= event.TonicS {
			holds = append(holds, m)
		} else {
			held = append(held, m)
		}
	}
	same := func(o, m movement) bool { return o.side == m.side && o.on < m.off && o.off > m.on }
	long := func(m movement) bool { return m.off-m.on > quickMaxS }
	quick := slices.DeleteFunc(c.less(quickBand).alone(p), long)
	short := func(o movement) bool { return o.off-o.on <= 2*quickMaxS }
	// better reports whether what quick movements show of o is clearer and as many
	// twitches: one twitch does not take the place of its train.
	better := func(o movement) bool {
		twitches, snr := 0, 0.0
		for _, m := range quick {
			if same(o, m) {
				twitches += m.twitches
				snr = math.Max(snr, m.snr)
			}
		}
		return snr > o.snr && twitches >= o.twitches
	}
	for was := -1; was != len(quick); { // what one takes away may have made another better
		was = len(quick)
		quick = slices.DeleteFunc(slices.Clone(quick), func(m movement) bool {
			return slices.ContainsFunc(held, func(o movement) bool {
				return same(o, m) && (short(o) || o.snr >= p.HoldK*heldSNR) && !c.trails(o, m) && !better(o)
			})
		})
	}
	held = slices.DeleteFunc(held, func(o movement) bool {
		return better(o) || slices.ContainsFunc(quick, func(m movement) bool { return same(o, m) && c.trails(o, m) })
	})
	medium := slices.DeleteFunc(c.less(mediumBand).alone(p), func(m movement) bool { return m.off-m.on > mediumMaxS || m.off-m.on < mediumMinS || m.twitches > 1 })
	return slices.Concat(held, quick, medium, holds)
}

// trails reports whether held movement o is quick movement m and a tail behind it:
// no longer above half its peak than a twitch, and after m hardly out of its rest.
func (c *channel) trails(o, m movement) bool {
	if o.off-o.on <= 2*quickMaxS || o.twitches > 1 || o.longestS > quickMaxS || o.peakI < m.a || o.peakI > m.b {
		return false
	}
	var sum float64
	n := 0
	for i := m.b + 1; i <= o.b; i++ {
		if v := math.Hypot(c.x[0][i]-c.x[1][i], c.y[0][i]-c.y[1][i]); !math.IsNaN(v) {
			sum += v
			n++
		}
	}
	return n > 0 && sum < tailShare*o.peak*float64(n)
}

const (
	quickMaxS  = 0.45 // a twitch lasts 40–400 ms
	quickWinS  = 0.75 // the level a twitch stands out of is the median within this: longer than twice a twitch
	mediumMinS = 0.3
	mediumMaxS = 1.5  // a longer burst
	mediumWinS = 2.0  // longer than its length
	tailShare  = 0.35 // of the peak is what a tail keeps to by its mean
	heldSNR    = 1.5  // a hold less clear than this many thresholds may be drift
	levelS     = 0.4  // the level before or after a movement is the mean within this
	levelGapS  = 0.05 // that far from its onset or end
)

// alone finds the movements of the channel that only one side makes, or makes more
// of than the other.
func (c *channel) alone(p Params) []movement {
	if c.lid() {
		c = c.beyondBlinks(c.noise.blinks[c.band])
	}
	var out []movement
	k := [bands]float64{heldBand: p.HoldK, quickBand: p.NoiseK, mediumBand: p.MediumK}[c.band]
	floor := p.floorMM(c.k)
	thr := make([]float64, len(c.t))
	for s := range 2 {
		e, sd := c.excess(s, p)
		for i, v := range sd {
			thr[i] = math.Max(k*v, floor)
		}
		for _, m := range c.excursions(e, thr, sd) {
			m.side, m.band = anatomy.Sides[s], c.band
			c.measure(&m, s)
			out = append(out, m)
		}
	}
	return out
}

// measure takes what describes a one-sided movement of side s from its frames.
func (c *channel) measure(m *movement, s int) {
	from, after := c.levelsAround(m)
	_, _, both := c.at(1-s, m.peakI)
	m.alone = !both
	m.mm = c.size(m, s, both, from, after)
	gone := [2]float64{c.x[s][m.peakI] - from[s][0], c.y[s][m.peakI] - from[s][1]}
	way := math.Hypot(gone[0], gone[1])
	if !(way > 0) {
		return
	}
	other := [2]float64{orZero(c.x[1-s][m.peakI] - from[1-s][0]), orZero(c.y[1-s][m.peakI] - from[1-s][1])}
	m.ratio = (gone[0]*other[0] + gone[1]*other[1]) / (way * way)
	m.common = math.Max(m.ratio, 0) * way
	// Where and how it goes is read off what it does beyond the other side: a lid
	// that stays shut after a blink has come up from there, and yet closes.
	base := [2]float64{from[s][0], from[s][1]}
	if both {
		base = [2]float64{base[0] - orZero(from[1-s][0]), base[1] - orZero(from[1-s][1])}
	}
	x, y := c.beyond(s, m.peakI, both)
	a := anatomy.Directions[c.k]
	if far := math.Hypot(x-base[0], y-base[1]); far > 0 {
		m.dir = (a[0]*(x-base[0]) + a[1]*(y-base[1])) / far
	}
	m.straight = c.straightness(m, s, both, base)
	m.back = math.Min(orZero(math.Hypot(after[s][0]-from[s][0]-(after[1-s][0]-from[1-s][0]), after[s][1]-from[s][1]-(after[1-s][1]-from[1-s][1])))/way, 1)
}

// rest is the mean place of a side between two times before the movement or, where to
// lies after its start, behind its end.
func (c *channel) rest(m *movement, side int, from, to float64) (x, y float64) {
	i, j := max(m.a, 0), max(m.a, 0)
	for i > 0 && c.t[i-1] >= from {
		i--
	}
	if to > c.t[m.a] {
		for i = m.b; i < len(c.t) && c.t[i] < from; i++ {
		}
		for j = i; j < len(c.t) && c.t[j] <= to; j++ {
		}
	} else {
		for j > 0 && c.t[j-1] > to {
			j--
		}
	}
	return mean(i, j, func(k int) float64 { return c.x[side][k] }), mean(i, j, func(k int) float64 { return c.y[side][k] })
}

// levelsAround are the places of both sides before and after a movement, mm. Before it,
// where too few frames were measured, it is where the movement starts; after it NaN.
func (c *channel) levelsAround(m *movement) (from, after [2][2]float64) {
	for side := range 2 {
		x, y := c.rest(m, side, m.on-levelS-levelGapS, m.on-levelGapS)
		if math.IsNaN(x + y) {
			x, y = c.x[side][m.a], c.y[side][m.a]
		}
		u, v := c.rest(m, side, m.off+levelGapS, m.off+levelS+levelGapS)
		from[side], after[side] = [2]float64{x, y}, [2]float64{u, v}
	}
	return from, after
}

// size is how far a movement of side s goes, mm: beyond the level before it, next to the
// smoothed peak, since smoothing took something off a short twitch. What the other side
// does at the same time, where both are measured, is taken off.
func (c *channel) size(m *movement, s int, both bool, from, after [2][2]float64) float64 {
	level := from
	if m.band != heldBand || m.longestS < event.TonicS && !math.IsNaN(after[s][0]) && math.Hypot(after[s][0], after[s][1]) < math.Hypot(from[s][0], from[s][1]) {
		level = [2][2]float64{}
	}
	best := 0.0
	for i := max(m.peakI-1, 0); i <= min(m.peakI+1, len(c.t)-1); i++ {
		x, y := c.raw[s][0][i]-level[s][0], c.raw[s][1][i]-level[s][1]
		if both {
			x -= orZero(c.raw[1-s][0][i] - level[1-s][0])
			y -= orZero(c.raw[1-s][1][i] - level[1-s][1])
		}
		if v := math.Hypot(x, y); v > best {
			best = v
		}
	}
	if m.band != heldBand {
		return math.Max(best, m.peak)
	}
	return best
}

// beyond is the place of side s in frame i, mm, less the other side's where both are
// measured.
func (c *channel) beyond(s, i int, both bool) (x, y float64) {
	x, y = c.x[s][i], c.y[s][i]
	if both {
		x, y = x-orZero(c.x[1-s][i]), y-orZero(c.y[1-s][i])
	}
	return x, y
}

// straightness is how straight a movement's largest twitch goes from the trough before it
// to the peak, 0 to 1: the distance over the way.
func (c *channel) straightness(m *movement, s int, both bool, base [2]float64) float64 {
	x, y := c.beyond(s, m.peakI, both)
	start, low, far := m.peakI, math.Inf(1), math.Hypot(x-base[0], y-base[1])
	for i := m.peakI; i >= m.a; i-- {
		qx, qy := c.beyond(s, i, both)
		r := math.Hypot(qx-base[0], qy-base[1])
		if r < low {
			start, low = i, r
		}
		if r > low+twitchShare*far {
			break
		}
	}
	walked := 0.0
	fx, fy := c.beyond(s, start, both)
	px, py := fx, fy
	for i := start + 1; i <= m.peakI; i++ {
		qx, qy := c.beyond(s, i, both)
		walked += orZero(math.Hypot(qx-px, qy-py))
		px, py = qx, qy
	}
	return math.Min(math.Hypot(x-fx, y-fy)/math.Max(walked, leastNoiseMM), 1)
}

// bothSided finds the movements that both sides make together along the
// region's action.
func (c *channel) bothSided(p Params) []movement {
	e := make([]float64, len(c.t))
	thr, sd := make([]float64, len(c.t)), make([]float64, len(c.t))
	floor := p.MinBothMM
	if c.lid() {
		floor = p.BlinkMinMM
	}
	calm := math.Max(c.noise.calm[heldBand][0], c.noise.calm[heldBand][1])
	for i := range e {
		r, l := c.along[0][i], c.along[1][i]
		lo, hi := math.Min(r, l), math.Max(r, l)
		sd[i], thr[i] = calm, math.Max(bothNoiseTimes*calm, floor)
		if r < 0 && l < 0 {
			lo, hi = -hi, -lo
			if c.lid() {
				continue
			}
		}
		if lo > bothShare*hi {
			e[i] = (lo + hi) / 2
		}
	}
	out := c.excursions(e, thr, sd)
	for i := range out {
		out[i].side = anatomy.Both
		out[i].mm, out[i].dir = out[i].peak, 1
		out[i].snr = out[i].peak / thr[out[i].peakI]
		r, l := math.Abs(c.along[0][out[i].peakI]), math.Abs(c.along[1][out[i].peakI])
		out[i].ratio = math.Min(r, l) / math.Max(math.Max(r, l), leastNoiseMM)
	}
	return out
}

// excursions cuts a signal where it passes its threshold, follows each piece
// down to a third of its peak, and times its onset and offset at a tenth of the
// peak, between frames.
func (c *channel) excursions(e, thr, sd []float64) []movement {
	var out []movement
	n := len(e)
	for i := 0; i < n; i++ {
		if !(e[i] > thr[i]) {
			continue
		}
		// Follow the piece, over dips shorter than a frame pair.
		low := dipThresholdShare * thr[i]
		j, miss := i, 0
		peakI := i
		for j+1 < n && miss < dipFrames {
			j++
			if e[j] > math.Max(low, dipPeakShare*e[peakI]) {
				miss = 0
				if e[j] > e[peakI] {
					peakI = j
				}
			} else {
				miss++
			}
		}
		b := j - miss
		first := 0
		if len(out) > 0 {
			first = out[len(out)-1].b + 1
		}
		a, base := c.foot(e, i, peakI, -1, max(first, 0), sd[peakI])
		b, tail := c.foot(e, b, peakI, 1, b+dipFrames, sd[peakI])
		b = min(b, n-1)
		m := movement{k: c.k, a: a, b: b, peakI: peakI, peak: e[peakI]}
		m.noise = sd[peakI]
		m.snr = m.peak / math.Max(m.noise, leastNoiseMM)
		m.on, m.off = c.cross(e, a, peakI, base+event.FootShare*(m.peak-base)), c.cross(e, b, peakI, tail+event.FootShare*(m.peak-tail))
		for q := a; q <= peakI; q++ {
			if e[q] >= halfPeak*m.peak {
				m.riseS = math.Max(c.t[q]-m.on, 0)
				break
			}
		}
		m.twitches, m.longestS = c.shape(e, a, b, m.peak, m.noise)
		if m.off-m.on >= leastMovementS && peakI > a-1 {
			out = append(out, m)
		}
		i = j
	}
	return out
}

// foot walks from frame i away from the peak (step −1 or 1, not past limit) down
// to where the movement begins or ends: a tenth of the peak, or where the signal
// below a third of it has become flat. It returns the frame and the level there.
func (c *channel) foot(e []float64, i, peakI, step, limit int, sd float64) (int, float64) {
	peak := e[peakI]
	flat := flatPeakShare*peak + flatNoiseTimes*sd
	j := i
	for {
		k := j + step
		if k < 0 || k >= len(e) || step < 0 && k < limit || step > 0 && k > limit {
			break
		}
		if !(e[k] > event.FootShare*peak) {
			j = k
			break
		}
		if back := j - 2*step; e[j] < footMostShare*peak && back >= 0 && back < len(e) && e[back]-e[k] < flat {
			break
		}
		j = k
	}
	return j, math.Max(math.Min(e[j], footMostShare*peak), 0)
}

// cross is the time at which e, going from the foot at frame i to the peak,
// passes level for the first time, by a straight line between frames.
func (c *channel) cross(e []float64, i, peakI int, level float64) float64 {
	step := 1
	if i > peakI {
		step = -1
	}
	for j := i; j != peakI; j += step {
		if e[j] <= level && e[j+step] > level {
			f := (level - e[j]) / (e[j+step] - e[j])
			return c.t[j] + f*(c.t[j+step]-c.t[j])
		}
	}
	return c.t[i]
}

// edge is the time at which e falls to level next to frame i, going in
// direction step, by a straight line between frames.
func (c *channel) edge(e []float64, i, step int, level float64) float64 {
	j := i + step
	if j < 0 || j >= len(e) || e[i] <= level || !(e[j] < e[i]) {
		return c.t[i]
	}
	f := (e[i] - level) / (e[i] - e[j])
	return c.t[i] + math.Min(f, 1)*(c.t[j]-c.t[i])
}

// shape counts the excursions within a movement (maxima that stand out by twitchShare
// of the peak) and measures the longest hold above half the peak.
func (c *channel) shape(e []float64, a, b int, peak, sd float64) (twitches int, hold float64) {
	need := math.Max(twitchShare*peak, twitchNoiseTimes*sd)
	lowest, highest := 0.0, 0.0
	rising := true
	for i := a; i <= b; i++ {
		v := e[i]
		if rising {
			highest = math.Max(highest, v)
			if highest-v > need {
				twitches++
				rising, lowest = false, v
			}
		} else {
			lowest = math.Min(lowest, v)
			if v-lowest > need {
				rising, highest = true, v
			}
		}
	}
	if rising && highest-lowest > need {
		twitches++
	}
	start := -1
	for i := a; i <= b; i++ {
		if e[i] > halfPeak*peak {
			if start < 0 {
				start = i
			}
			hold = math.Max(hold, c.t[i]-c.t[start])
		} else {
			start = -1
		}
	}
	return max(twitches, 1), hold
}
