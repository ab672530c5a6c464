package spasm

import (
	"math"

	"facialis/anatomy"
	"facialis/event"
	"facialis/motion"
)

// channel is one region's movement on both sides, ready for detection.
type channel struct {
	k     int
	t     []float64
	x, y  [2][]float64 // mm outwards, up; smoothed by one frame
	raw   [][2]float64 // right minus mirrored left, not smoothed
	along [2][]float64 // along the region's action
	diff  []float64    // length of the right-minus-mirrored-left vector, see weigh
	sideD float64      // noise of diff
	sideS [2]float64   // noise of a side
	thr   []float64    // threshold on diff
	floor float64      // smallest movement looked at, mm
	base  float64      // what of it noise and floor make
	open  [2][]float64 // open eyes' aperture, mm; of the lids by the mesh

	of    *noises // of the whole recording; nil where these columns are the whole
	quick bool    // without what changes slowly
}

// newChannel prepares region k of the trace. of are the noise floors of the whole
// recording, nil where the trace is all of it.
func newChannel(tr *event.Trace, k int, head []float64, p Params, of *noises) *channel {
	c := newCurves(tr, k)
	c.of = of
	n := len(c.t)
	c.diff, c.thr = make([]float64, n), make([]float64, n)
	c.floor = p.floorMM(k, tr.MMPerPx)
	for s := range 2 {
		c.sideS[s] = c.sideNoise(s)
	}
	c.weigh(true)
	c.base = math.Max(p.NoiseK*c.sideD, c.floor)
	for i := range n {
		c.thr[i] = c.base + head[i]
	}
	return c
}

// newCurves is region k of the trace as it moves.
func newCurves(tr *event.Trace, k int) *channel {
	n := tr.Len()
	c := &channel{k: k, t: tr.T, raw: make([][2]float64, n)}
	a := anatomy.Directions[k]
	for s := range 2 {
		rx, ry := bridge(tr.DX[s][k]), bridge(tr.DY[s][k])
		for i := range n {
			sign := float64(1 - 2*s)
			c.raw[i][0] += sign * rx[i]
			c.raw[i][1] += sign * ry[i]
		}
		c.x[s], c.y[s] = smooth(rx), smooth(ry)
		c.along[s] = make([]float64, n)
		for i := range n {
			c.along[s][i] = a[0]*c.x[s][i] + a[1]*c.y[s][i]
		}
	}
	return c
}

// sideNoise is the noise floor of side s, mm.
func (c *channel) sideNoise(s int) float64 {
	if c.of != nil {
		return c.of.of(c.quick).side[s]
	}
	return orZero(noise(c.t, c.along[s]))
}

// axisNoise are the noise floors of right less left outwards and up, mm.
func (c *channel) axisNoise(dx, dy []float64) (x, y float64) {
	if c.of != nil {
		f := c.of.of(c.quick)
		return f.x, f.y
	}
	return orZero(noise(c.t, dx)), orZero(noise(c.t, dy))
}

// common is what both sides do at the time, mm.
func (c *channel) common() []float64 {
	var act [2][]float64
	for s := range act {
		act[s] = localRMS(c.t, c.x[s], c.y[s], togetherS)
	}
	out := make([]float64, len(c.t))
	for i := range out {
		out[i] = math.Min(act[0][i], act[1][i])
	}
	if anatomy.Regions[c.k] != anatomy.OrbicularisOculi {
		out = localRMS(c.t, out, make([]float64, len(out)), busyS)
	}
	for i, v := range out {
		out[i] = math.Max(v-commonNoiseTimes*math.Max(c.sideS[0], c.sideS[1]), 0)
	}
	return out
}

// weigh fills diff and sideD, its noise: √((wx·(xR − xL))² + (wy·(yR − yL))²).
// Skin with more detail along one axis than along the other (a lip's border) is
// placed less well along the other. Where alike is false, w = least noise / the
// axis's own, so that what the better axis shows is held to its own noise.
// Otherwise both weigh 1 and the noise is the greater one: over seconds the axes
// drift for other reasons.
func (c *channel) weigh(alike bool) {
	n := len(c.t)
	dx, dy := make([]float64, n), make([]float64, n)
	for i := range n {
		dx[i], dy[i] = c.x[0][i]-c.x[1][i], c.y[0][i]-c.y[1][i]
	}
	nx, ny := c.axisNoise(dx, dy)
	wx, wy := 1.0, 1.0
	if c.sideD = math.Min(nx, ny); c.sideD > 0 && !alike {
		wx, wy = c.sideD/nx, c.sideD/ny
	} else { // also where nobody measures an axis, as with the lids
		c.sideD = math.Max(nx, ny)
	}
	for i := range n {
		c.diff[i] = math.Hypot(wx*dx[i], wy*dy[i])
	}
}

const (
	togetherS = 0.12 // both sides move together when they do within this
	busyS     = 1.5  // a mouth that moved on both sides within this may be talking
)

// mouthOf is what both sides do at most of what the channels around the mouth
// have in common, mm.
func mouthOf(common [][]float64) []float64 {
	out := make([]float64, len(common[0]))
	for k, c := range common {
		if periocular[k] || anatomy.Regions[k] == anatomy.Platysma {
			continue
		}
		for i, v := range c {
			out[i] = math.Max(out[i], v)
		}
	}
	return out
}

// raise lifts the channel's threshold where both sides are busy, by what they have
// in common here and at the mouth: a mouth that talks moves unevenly everywhere.
func (c *channel) raise(common, mouth []float64, p Params) {
	for i, v := range common {
		if perioral[c.k] {
			v = math.Max(v, p.MouthK*mouth[i])
		}
		c.thr[i] += p.CommonK * v
	}
}

func orZero(v float64) float64 {
	if v != v {
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
		if v != v {
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

// smooth is a ¼ ½ ¼ mean over neighbouring frames; missing stays missing.
func smooth(c []float64) []float64 {
	out := make([]float64, len(c))
	copy(out, c)
	for i := 1; i+1 < len(c); i++ {
		if v := (c[i-1] + 2*c[i] + c[i+1]) / 4; v == v {
			out[i] = v
		}
	}
	return out
}

// noise is motion.Noise of a float64 column.
func noise(t, c []float64) float64 {
	f := make([]float32, len(c))
	for i, v := range c {
		f[i] = float32(v)
	}
	return motion.Noise(t, f)
}

// localRMS is the root mean square of a vector within ± win seconds.
func localRMS(t, x, y []float64, win float64) []float64 {
	out := make([]float64, len(x))
	var sum float64
	n, lo, hi := 0, 0, 0
	add := func(i int, sign float64) {
		if v := x[i]*x[i] + y[i]*y[i]; v == v {
			sum += sign * v
			n += int(sign)
		}
	}
	for i := range x {
		for hi < len(x) && t[hi] <= t[i]+win {
			add(hi, 1)
			hi++
		}
		for t[lo] < t[i]-win {
			add(lo, -1)
			lo++
		}
		if n > 0 {
			out[i] = math.Sqrt(math.Max(sum, 0) / float64(n))
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
			level = median(some)
			next = t[i] + 1
		}
		out[i] = level
	}
	return out
}
