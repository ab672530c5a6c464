package motion

import (
	"math"
	"slices"
	"sort"
)

// IrisMM is the horizontal visible iris diameter of adults, 11.71 ± 0.42 mm
// (Rüfer 2005, 10.1097/01.ico.0000148312.01805.53), by which px become mm.
const (
	IrisMM   = 11.71
	irisRel2 = 2 * 0.42 / 11.71

	// The mesh draws irises too large: the rim found in the picture is 0.955 ±
	// 0.03 of the mesh's on four drawn faces, whose diameter is known and which
	// the rim gives to 0.5 %, and 0.88–0.97 on six filmed ones. So the mesh is
	// asked only where fewer than minRims frames show the rim.
	meshIris   = 0.955
	meshIrisSD = 0.03
	minRims    = 10
)

// Actions are the directions (outwards, upwards) in which each region's skin
// goes when its muscle contracts; unit vectors. For orbicularis_oculi the
// signal is the loss of palpebral aperture.
var Actions = [NumRegions][2]float64{
	Frontalis:        {0, 1},
	OrbicularisOculi: {0, -1},
	Zygomaticus:      {0.60, 0.80},
	OrbicularisOris:  {0.80, 0.60},
	Depressor:        {0.20, -0.98},
	Mentalis:         {0, 1},
	Platysma:         {0.20, -0.98},
}

// Finish turns what was pushed into a trace: missing landmark rows filled
// between the frames on which the mesh ran, px turned to mm by the iris,
// neutral levels removed, noise floors estimated.
func (m *Tracker) Finish() *Trace {
	r := &m.rows
	t := &Trace{T: r.t, DX: r.dx, DY: r.dy, Aperture: r.aperture, BrowHeight: r.brow,
		CornerOut: r.cornerOut, CornerUp: r.cornerUp, LipOpen: r.lipOpen,
		Yaw: r.yaw, Pitch: r.pitch, Roll: r.roll, FaceX: r.fx, FaceY: r.fy, FaceW: r.fw, Quality: r.quality}
	for s := range 2 {
		for _, c := range [][]float32{t.Aperture[s], t.BrowHeight[s], t.CornerOut[s], t.CornerUp[s]} {
			fill(t.T, c, 0.25)
		}
	}
	for _, c := range [][]float32{t.LipOpen, t.Yaw, t.Pitch, t.Roll} {
		fill(t.T, c, 0.25)
	}
	for s := range 2 {
		m.lidSignal(t, s)
	}
	m.toMM(t)
	for s := range 2 {
		for k := range NumRegions {
			a := Actions[k]
			m.p.level(t.T, r.segment, t.DX[s][k], -a[0])
			m.p.level(t.T, r.segment, t.DY[s][k], -a[1])
			along := make([]float32, t.Len())
			for i := range along {
				along[i] = float32(a[0]*float64(t.DX[s][k][i]) + a[1]*float64(t.DY[s][k][i]))
			}
			t.Along[s][k] = along
			t.NoiseMM[s][k] = Noise(t.T, along)
		}
	}
	for k := range NumRegions {
		d := make([]float32, t.Len())
		for i := range d {
			d[i] = t.Along[Right][k][i] - t.Along[Left][k][i]
		}
		t.Diff[k] = d
		t.DiffNoiseMM[k] = Noise(t.T, d)
	}
	return t
}

// lidSignal writes the loss of palpebral aperture of a side into its
// orbicularis oculi columns: by pixels where the lids' strips were found, by
// landmarks where they were not (a closed eye hides its own margin).
func (m *Tracker) lidSignal(t *Trace, s int) {
	r := &m.rows
	n := t.Len()
	px := make([]float32, n)
	for i := range px {
		px[i] = Missing
		if r.lidLike[s][i] >= 0.6 {
			px[i] = r.lidMM[s][i]
		}
	}
	m.p.level(t.T, r.segment, px, -1)
	open := slices.Clone(t.Aperture[s])
	base := m.p.neutral(t.T, r.segment, open, 1)
	dx, dy := t.DX[s][OrbicularisOculi], t.DY[s][OrbicularisOculi]
	for i := range px {
		dx[i], dy[i] = 0, Missing
		lm := base[i] - t.Aperture[s][i]
		ratio := t.Aperture[s][i] / base[i]
		switch {
		case px[i] == px[i] && !(ratio < 0.45 && px[i] < 0.5*lm) && !(px[i] > lm+float32(m.p.LidSlackMM)):
			dy[i] = -px[i]
		case lm > float32(m.p.MeshLidMM) && r.quality[i] > 0:
			dy[i] = -lm
		default:
			dx[i] = Missing
		}
	}
}

// toMM scales every length from nominal mm (by the canonical face) to mm by
// the iris.
func (m *Tracker) toMM(t *Trace) {
	iris, size, extra := present(m.rows.iris), 1.0, 0.0
	if len(iris) < minRims {
		iris, size, extra = present(m.rows.meshIris), meshIris, 2*meshIrisSD
	}
	t.MMPerPx, t.ScaleUncertainty = math.NaN(), math.NaN()
	f := 1.0
	if len(iris) > 0 {
		slices.Sort(iris)
		med := iris[len(iris)/2] * size
		spread := (iris[len(iris)*3/4] - iris[len(iris)/4]) * size / 1.349 / med
		f = IrisMM / med
		t.ScaleUncertainty = math.Hypot(math.Hypot(irisRel2, extra), 2*spread/math.Sqrt(math.Max(float64(len(iris))/10, 1)))
		var px []float64
		for _, v := range m.rows.scale {
			if v == v {
				px = append(px, v)
			}
		}
		if len(px) > 0 {
			slices.Sort(px)
			t.MMPerPx = f / px[len(px)/2]
		}
	}
	scale := func(c []float32) {
		for i := range c {
			c[i] *= float32(f)
		}
	}
	for s := range 2 {
		for k := range NumRegions {
			scale(t.DX[s][k])
			scale(t.DY[s][k])
		}
		for _, c := range [][]float32{t.Aperture[s], t.BrowHeight[s], t.CornerOut[s], t.CornerUp[s]} {
			scale(c)
		}
	}
	scale(t.LipOpen)
}

// present returns a column's values without the missing ones.
func present(c []float32) []float64 {
	var v []float64
	for _, x := range c {
		if x == x {
			v = append(v, float64(x))
		}
	}
	return v
}

// fill puts straight lines into gaps no longer than maxGap seconds.
func fill(t []float64, c []float32, maxGap float64) {
	last := -1
	for i, v := range c {
		if v != v {
			continue
		}
		if last >= 0 && last < i-1 && t[i]-t[last] <= maxGap {
			for j := last + 1; j < i; j++ {
				f := float32((t[j] - t[last]) / (t[i] - t[last]))
				c[j] = c[last] + f*(v-c[last])
			}
		}
		last = i
	}
}

// level takes a column's neutral level out of it; relax as in neutral.
func (p Params) level(t []float64, segment []int32, c []float32, relax float64) {
	base := p.neutral(t, segment, c, relax)
	for i := range c {
		c[i] -= base[i]
	}
}

// neutral is the level at which a column rests, over time: within a window, the
// middle of the shortest interval that holds 35 % of the values (a shorth), so
// that movements, even held ones, do not count as rest while rest is the most
// common single state. Where it is not, the region has another state in the
// direction in which it relaxes (the sign of relax, 0 for none): see relaxed. It
// does not look across a break in tracking.
func (p Params) neutral(t []float64, segment []int32, c []float32, relax float64) []float32 {
	base := make([]float32, len(c))
	var win []float32
	for a := 0; a < len(t); {
		b := a
		for b < len(t) && segment[b] == segment[a] {
			b++
		}
		var at []float64
		var val []float32
		lo, hi := a, a
		for tc := t[a]; tc <= t[b-1]+p.BaselineStepS; tc += p.BaselineStepS {
			for lo < b && t[lo] < tc-p.BaselineWindowS {
				lo++
			}
			for hi < b && t[hi] <= tc+p.BaselineWindowS {
				hi++
			}
			win = win[:0]
			stride := max((hi-lo)/300, 1)
			for i := lo; i < hi; i += stride {
				if c[i] == c[i] {
					win = append(win, c[i])
				}
			}
			way := relax
			if hi == lo || t[hi-1]-t[lo] < p.BaselineWindowS-1e-6 {
				way = 0 // too short a film to tell rest from a pose
			}
			if v, ok := p.relaxed(win, way); ok {
				at, val = append(at, tc), append(val, v)
			}
		}
		smoothed := medianOf3(val)
		j := 0
		for i := a; i < b; i++ {
			for j+1 < len(at) && at[j+1] < t[i] {
				j++
			}
			switch {
			case len(at) == 0:
				base[i] = Missing
			case j+1 < len(at) && t[i] > at[j]:
				f := float32((t[i] - at[j]) / (at[j+1] - at[j]))
				base[i] = smoothed[j] + f*(smoothed[j+1]-smoothed[j])
			default:
				base[i] = smoothed[j]
			}
		}
		a = b
	}
	return base
}

func medianOf3(v []float32) []float32 {
	out := slices.Clone(v)
	for i := 1; i+1 < len(v); i++ {
		a, b, c := v[i-1], v[i], v[i+1]
		out[i] = max(min(a, b), min(max(a, b), c))
	}
	return out
}

// relaxed is the level of rest among values: where most of them lie, unless
// another crowd lies further on in the direction of relax. A muscle can only
// pull, so of two levels that a region keeps, the less contracted one is rest,
// though a spasm may hold the other for longer. The other crowd has to be clear
// of the first (by RestGapMM, which what drifts does not leave empty), to hold
// RestShare of the values, and to lie as close together as the first, by half.
func (p Params) relaxed(v []float32, relax float64) (float32, bool) {
	mid, width, ok := shorth(v, most)
	if !ok || math.Abs(relax) < 0.3 {
		return mid, ok
	}
	gap := max(float32(p.RestGapMM), 2*width)
	far := v // v is in order
	if relax > 0 {
		far = v[sort.Search(len(v), func(i int) bool { return v[i] > mid+gap }):]
	} else {
		far = v[:sort.Search(len(v), func(i int) bool { return v[i] >= mid-gap })]
	}
	share := p.RestShare * float64(len(v)) / math.Max(float64(len(far)), 1)
	if share > 1 {
		return mid, true
	}
	other, w, ok := shorth(far, share)
	if ok && float64(w)/p.RestShare < 2*float64(width)/most+0.3 {
		return other, true
	}
	return mid, true
}

const most = 0.35 // of the values lie in the interval that a shorth is the middle of

// shorth puts v in order and returns the mean of the shortest interval that holds
// the given share of it, and that interval's width.
func shorth(v []float32, share float64) (mid, width float32, ok bool) {
	if len(v) < 5 {
		return 0, 0, false
	}
	slices.Sort(v)
	n := min(max(int(share*float64(len(v))), 3), len(v))
	best, at := v[len(v)-1]-v[0]+1, 0
	for i := 0; i+n <= len(v); i++ {
		if w := v[i+n-1] - v[i]; w < best {
			best, at = w, i
		}
	}
	var sum float64
	for _, x := range v[at : at+n] {
		sum += float64(x)
	}
	return float32(sum / float64(n)), best, true
}

// Noise is the noise floor of a column that rests at zero, as one standard
// deviation: what it wanders about its neutral level (the median of its size /
// 0.6745), but at most wanderMax times what it jitters in its calmest half
// seconds, so that a film full of movement, or of spasms, does not call them
// noise. NaN when there is nothing to go by.
func Noise(t []float64, c []float32) float64 {
	var sds []float64
	var size []float32
	stride := max(len(c)/20000, 1)
	for a := 0; a < len(t); {
		b := a
		var s, ss float64
		n := 0
		for b < len(t) && t[b] < t[a]+0.5 {
			if v := float64(c[b]); v == v {
				s += v
				ss += v * v
				n++
				if b%stride == 0 {
					size = append(size, float32(math.Abs(v)))
				}
			}
			b++
		}
		if n >= 4 {
			sds = append(sds, math.Sqrt(math.Max(ss-s*s/float64(n), 0)/float64(n-1)))
		}
		a = b
	}
	if len(sds) == 0 || len(size) == 0 {
		return math.NaN()
	}
	slices.Sort(sds)
	slices.Sort(size)
	calm := calmToSD * sds[len(sds)*15/100]
	wander := float64(size[len(size)/2]) / 0.6745
	return math.Min(math.Max(calm, wander), wanderMax*calm)
}

const (
	calmToSD  = 1.25 // the 15th percentile of half-second deviations to their true value, on Gaussian noise at 30 frames a second
	wanderMax = 2.5
)
