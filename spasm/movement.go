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
	ratio    float64 // weaker over stronger side at the peak
	dir      float64 // cosine between the movement and the region's own action at the peak
	snr      float64 // peak over its threshold
	twitches int
	longestS float64 // longest hold above half the peak
	riseS    float64 // from onset to half the peak
	drift    bool    // may be no movement but a level that wanders
}

// oneSided finds the movements that only one side makes: those that stand out of
// where the region rests, and the quick ones that stand out of what lies within a
// second around them, where the region is adrift.
func (c *channel) oneSided(p Params) []movement {
	held := c.alone(p)
	quick := c.quickly(p).alone(p)
	quick = slices.DeleteFunc(quick, func(m movement) bool { return m.off-m.on > quickMaxS || c.together(m, p) })
	same := func(o, m movement) bool { return o.side == m.side && o.on < m.off && o.off > m.on }
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
		return short(o) && snr > o.snr && twitches >= o.twitches
	}
	for was := -1; was != len(quick); { // what one takes away may have made another better
		was = len(quick)
		quick = slices.DeleteFunc(slices.Clone(quick), func(m movement) bool {
			return slices.ContainsFunc(held, func(o movement) bool {
				return same(o, m) && (short(o) || o.snr >= heldSNR) && !c.trails(o, m) && !better(o)
			})
		})
	}
	held = slices.DeleteFunc(held, func(o movement) bool {
		return better(o) || slices.ContainsFunc(quick, func(m movement) bool { return same(o, m) && c.trails(o, m) })
	})
	return append(held, quick...)
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
		if v := c.diff[i]; v == v {
			sum += v
			n++
		}
	}
	return n > 0 && sum < tailShare*o.peak*float64(n)
}

// together reports whether, from the onset to the peak of a one-sided movement, the
// other side goes along after all. Two sides that close together have levels of
// their own around them, if one was shut for longer.
func (c *channel) together(m movement, p Params) bool {
	s := 0
	if m.side == anatomy.Left {
		s = 1
	}
	goes := func(s int) float64 {
		return math.Hypot(c.x[s][m.peakI]-c.x[s][m.a], c.y[s][m.peakI]-c.y[s][m.a])
	}
	return goes(1-s) > p.OneSided*goes(s)+2*c.sideS[1-s]
}

const (
	quickMaxS = 0.45 // a twitch lasts 40–400 ms
	quickWinS = 0.75 // the level a twitch stands out of is the median within this: longer than twice a twitch
	quickMM   = 0.6  // of the floor, since drift is gone
	tailShare = 0.35 // of the peak is what a tail keeps to by its mean
	heldSNR   = 1.5  // a hold less clear than this may be drift
)

// quickly is the channel without what changes slowly: each column less its median
// within ± quickWinS.
func (c *channel) quickly(p Params) *channel {
	q := c.quickCurves()
	n := len(c.t)
	q.diff, q.thr = make([]float64, n), make([]float64, n)
	for s := range 2 {
		q.sideS[s] = q.sideNoise(s)
	}
	q.weigh(false)
	own, was := math.Max(p.NoiseK*q.sideD, quickMM*c.floor), c.base
	for i := range n {
		q.thr[i] = c.thr[i] - was + own
	}
	return q
}

// quickCurves is how the channel's region moves without what changes slowly.
func (c *channel) quickCurves() *channel {
	q := *c
	q.quick = true
	n := len(c.t)
	q.raw = slices.Clone(c.raw)
	for s := range 2 {
		lx, ly := localMedian(c.t, c.x[s], quickWinS), localMedian(c.t, c.y[s], quickWinS)
		q.x[s], q.y[s], q.along[s] = make([]float64, n), make([]float64, n), make([]float64, n)
		a := anatomy.Directions[c.k]
		sign := float64(1 - 2*s)
		for i := range n {
			q.x[s][i], q.y[s][i] = c.x[s][i]-lx[i], c.y[s][i]-ly[i]
			q.along[s][i] = a[0]*q.x[s][i] + a[1]*q.y[s][i]
			q.raw[i][0] -= sign * lx[i]
			q.raw[i][1] -= sign * ly[i]
		}
	}
	return &q
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
			if at, ok := slices.BinarySearch(in, c[lo]); ok && c[lo] == c[lo] {
				in = slices.Delete(in, at, at+1)
			}
		}
		for ; hi < len(c) && t[hi] <= t[i]+win; hi++ {
			if c[hi] == c[hi] {
				at, _ := slices.BinarySearch(in, c[hi])
				in = slices.Insert(in, at, c[hi])
			}
		}
		out[i] = math.NaN()
		if len(in) > 0 {
			out[i] = in[len(in)/2]
		}
	}
	return out
}

// alone finds the movements of the channel that only one side makes.
func (c *channel) alone(p Params) []movement {
	var out []movement
	for s := range 2 {
		e := make([]float64, len(c.diff))
		for i := range e {
			own := math.Hypot(c.x[s][i], c.y[s][i])
			other := math.Hypot(c.x[1-s][i], c.y[1-s][i])
			if anatomy.Regions[c.k] == anatomy.OrbicularisOculi { // only closing counts, not an eye that opens beside it
				own, other = math.Max(c.along[s][i], 0), math.Max(c.along[1-s][i], 0)
			}
			d := c.diff[i]
			if anatomy.Regions[c.k] == anatomy.OrbicularisOculi {
				d = math.Max(own-other, 0)
			}
			if !(d > 0) || other > math.Max(p.OneSided*own, 0) && other > 2*c.sideS[1-s]+otherSlackMM || own < ownShare*d {
				continue
			}
			e[i] = math.Min(d, ownMostTimes*own)
		}
		for _, m := range c.excursions(e, c.thr) {
			m.side = [2]anatomy.Side{anatomy.Right, anatomy.Left}[s]
			m.mm = c.peakMM(m)
			own := math.Hypot(c.x[s][m.peakI], c.y[s][m.peakI])
			other := math.Hypot(c.x[1-s][m.peakI], c.y[1-s][m.peakI])
			m.ratio = other / math.Max(own, 1e-6)
			m.dir = c.along[s][m.peakI] / math.Max(own, 1e-6)
			out = append(out, m)
		}
	}
	return out
}

// peakMM is the size of a one-sided movement: the largest raw value next to the
// smoothed peak, whose smoothing took something off a short twitch.
func (c *channel) peakMM(m movement) float64 {
	best := 0.0
	for i := max(m.peakI-1, 0); i <= min(m.peakI+1, len(c.raw)-1); i++ {
		if v := math.Hypot(c.raw[i][0], c.raw[i][1]); v > best {
			best = v
		}
	}
	return math.Max(best, m.peak)
}

// bothSided finds the movements that both sides make together along the
// region's action.
func (c *channel) bothSided(p Params) []movement {
	e := make([]float64, len(c.diff))
	thr := make([]float64, len(c.diff))
	floor := p.MinBothMM
	if anatomy.Regions[c.k] == anatomy.OrbicularisOculi {
		floor = p.BlinkMinMM
	}
	for i := range e {
		r, l := c.along[0][i], c.along[1][i]
		lo, hi := math.Min(r, l), math.Max(r, l)
		if r < 0 && l < 0 {
			lo, hi = -hi, -lo
			if anatomy.Regions[c.k] == anatomy.OrbicularisOculi {
				continue
			}
		}
		if lo > bothShare*hi {
			e[i] = (lo + hi) / 2
		}
		thr[i] = math.Max(bothNoiseTimes*p.NoiseK*math.Max(c.sideS[0], c.sideS[1]), floor)
	}
	out := c.excursions(e, thr)
	for i := range out {
		out[i].side = anatomy.Both
		out[i].mm, out[i].dir = out[i].peak, 1
		r, l := math.Abs(c.along[0][out[i].peakI]), math.Abs(c.along[1][out[i].peakI])
		out[i].ratio = math.Min(r, l) / math.Max(math.Max(r, l), 1e-6)
	}
	return out
}

// excursions cuts a signal where it passes its threshold, follows each piece
// down to a third of its peak, and times its onset and offset at a tenth of the
// peak, between frames.
func (c *channel) excursions(e, thr []float64) []movement {
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
		a, base := c.foot(e, i, peakI, -1, max(first, 0))
		b, tail := c.foot(e, b, peakI, 1, b+dipFrames)
		b = min(b, n-1)
		m := movement{k: c.k, a: a, b: b, peakI: peakI, peak: e[peakI]}
		m.snr = m.peak / math.Max(thr[peakI], 1e-6)
		m.on, m.off = c.cross(e, a, peakI, base+event.FootShare*(m.peak-base)), c.cross(e, b, peakI, tail+event.FootShare*(m.peak-tail))
		for q := a; q <= peakI; q++ {
			if e[q] >= halfPeak*m.peak {
				m.riseS = math.Max(c.t[q]-m.on, 0)
				break
			}
		}
		m.twitches, m.longestS = c.shape(e, a, b, m.peak)
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
func (c *channel) foot(e []float64, i, peakI, step, limit int) (int, float64) {
	peak := e[peakI]
	flat := flatPeakShare*peak + flatNoiseTimes*c.sideD
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
func (c *channel) shape(e []float64, a, b int, peak float64) (twitches int, hold float64) {
	need := math.Max(twitchShare*peak, twitchNoiseTimes*c.sideD)
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

func median(v []float64) float64 {
	var s []float64
	for _, x := range v {
		if x == x {
			s = append(s, x)
		}
	}
	if len(s) == 0 {
		return math.NaN()
	}
	slices.Sort(s)
	return s[len(s)/2]
}
