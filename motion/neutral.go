package motion

import (
	"math"
	"slices"
	"sort"

	"facialis/anatomy"
	"facialis/event"
)

// settle takes the neutral level out of every column of side s and fills its
// Along. A muscle can only pull, so lids know their own rest: of two levels the
// one less closed. The others learn from them: a region rests when its side does.
// Only the frames marked in facing show anybody's rest.
func (m *Tracker) settle(t *event.Trace, s int, facing []bool) {
	long := t.FilmedS() >= m.p.BaselineWindowS
	lids := []int{anatomy.AtOrbicularisOculi}
	if long {
		m.settleRegion(t, s, anatomy.AtOrbicularisOculi, true, facing)
	} else { // its levels by pixels and by landmarks are taken out already, and there is too little of each to do better
		m.project(t, s, anatomy.AtOrbicularisOculi)
	}
	rest := atRest(t, s, lids, m.p.RestMM, facing)
	if long {
		m.settleRegion(t, s, anatomy.AtZygomaticus, true, m.cornerAtRest(t, s, rest))
	} else { // a shorter film may be one smile, and what goes along the corner's line no less its rest
		m.settleRegion(t, s, anatomy.AtZygomaticus, false, rest)
	}
	rest = atRest(t, s, append(lids, anatomy.AtZygomaticus), m.p.RestMM, facing)
	for _, k := range []int{anatomy.AtFrontalis, anatomy.AtMalar, anatomy.AtOrbicularisOris, anatomy.AtDepressor, anatomy.AtMentalis, anatomy.AtPlatysma} {
		m.settleRegion(t, s, k, false, rest)
	}
}

// cornerAtRest marks, of the frames in rest, those in which the corner of the mouth
// may be at rest. It is drawn up by its own muscle, but moved by the lips too: aside
// from its own line, or while they move further. What lies beyond its usual level
// then is not its rest. The columns of t stay as they are.
func (m *Tracker) cornerAtRest(t *event.Trace, s int, rest []bool) []bool {
	mouth := []int{anatomy.AtZygomaticus, anatomy.AtOrbicularisOris, anatomy.AtDepressor, anatomy.AtMentalis}
	x, y := t.DX[s], t.DY[s] // as they came
	var limit [anatomy.NumRegions]float64
	for i, k := range mouth {
		t.DX[s][k], t.DY[s][k] = m.rows.set(2*i, x[k]), m.rows.set(2*i+1, y[k])
		m.settleRegion(t, s, k, false, rest)
		limit[k] = stillMM(t, s, k, m.p)
	}
	own := slices.Clone(rest)
	for i := range own {
		if i%freeRows == 0 {
			t.Free()
		}
		d := awayMM(t, s, anatomy.AtZygomaticus, i)
		if d > limit[anatomy.AtZygomaticus] && math.Abs(float64(t.Along[s][anatomy.AtZygomaticus][i])) < onLine*d {
			own[i] = false
		}
		for _, k := range mouth[1:] {
			if o := awayMM(t, s, k, i); o > limit[k] && o > d {
				own[i] = false
			}
		}
	}
	t.DX[s], t.DY[s] = x, y
	return own
}

const freeRows = 1 << 15 // frames after which columns that are looked at together are let go of

const onLine = 0.85 // the cosine up to which a movement is along a region's own action

// settleRegion takes the neutral level out of a region's columns and fills its Along;
// ownRest says that of two levels the less contracted one is rest, and rest is as
// in neutral.
func (m *Tracker) settleRegion(t *event.Trace, s, k int, ownRest bool, rest []bool) {
	a := anatomy.Directions[k]
	var x, y float64
	if ownRest {
		x, y = -a[0], -a[1]
	}
	dx, dy := t.DX[s][k], t.DY[s][k]
	sub(dx, m.p.neutral(t.T, m.rows.segment, dx, x, rest))
	sub(dy, m.p.neutral(t.T, m.rows.segment, dy, y, rest))
	m.project(t, s, k)
	t.Free()
}

// project fills Along of region k of side s.
func (m *Tracker) project(t *event.Trace, s, k int) {
	a := anatomy.Directions[k]
	along := t.Along[s][k]
	if along == nil {
		along = m.rows.make(t.Len())
	}
	for i := range along {
		along[i] = float32(a[0]*float64(t.DX[s][k][i]) + a[1]*float64(t.DY[s][k][i]))
	}
	t.Along[s][k] = along
}

// stillMM is how far region k of side s may lie from its level and still count as
// at rest, mm: RestMM, or three times its noise where that is more.
func stillMM(t *event.Trace, s, k int, p Params) float64 {
	if v := 3 * Noise(t.T, t.Along[s][k]); v > p.RestMM {
		return v
	}
	return p.RestMM
}

// awayMM is how far region k of side s lies from its level in frame i, mm.
func awayMM(t *event.Trace, s, k, i int) float64 {
	return math.Hypot(float64(t.DX[s][k][i]), float64(t.DY[s][k][i]))
}

func sub(c, base []float32) {
	for i := range c {
		c[i] -= base[i]
	}
}

// atRest marks, of the frames in facing, those in which none of the regions of side
// s lies further than limit mm from where it rests. What nobody measured counts as at
// rest.
func atRest(t *event.Trace, s int, regions []int, limit float64, facing []bool) []bool {
	rest := slices.Clone(facing)
	for i := range rest {
		for _, k := range regions {
			if math.Abs(float64(t.Along[s][k][i])) > limit {
				rest[i] = false
			}
		}
	}
	return rest
}

// neutral is the level at which a column rests, over time: within a window, the
// middle of the shortest interval that holds 35 % of the values (a shorth), so
// that movements, even held ones, do not count as rest while rest is the most
// common single state. Where it is not, the region has another state in the
// direction in which it relaxes (the sign of relax, 0 for none): see relaxed. Of
// frames marked in rest (nil for none) only those count, where they are
// RestShare of a window. It does not look across a break in tracking.
func (p Params) neutral(t []float64, segment []int32, c []float32, relax float64, rest []bool) []float32 {
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
			win = window(win[:0], c, rest, lo, hi)
			if float64(len(win)) < p.RestShare*float64(len(window(nil, c, nil, lo, hi))) {
				win = window(win[:0], c, nil, lo, hi)
			}
			gap := p.RestGapMM
			if hi == lo || t[hi-1]-t[lo] < p.BaselineWindowS-1e-6 {
				gap = p.ShortGapMM // too short a film to tell rest from a pose, but not from shut eyes
			}
			if v, ok := p.relaxed(win, relax, gap); ok {
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
				base[i] = event.Missing
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

// window appends to v the column's values in frames lo to hi, at most about 300,
// only those at rest unless rest is nil.
func window(v, c []float32, rest []bool, lo, hi int) []float32 {
	stride := max((hi-lo)/300, 1)
	for i := lo; i < hi; i += stride {
		if c[i] == c[i] && (rest == nil || rest[i]) {
			v = append(v, c[i])
		}
	}
	return v
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
// of the first (by least mm, which what drifts does not leave empty), to hold
// RestShare of the values, and to lie as close together as the first, by half.
func (p Params) relaxed(v []float32, relax, least float64) (float32, bool) {
	mid, width, ok := shorth(v, shorthShare)
	if !ok || math.Abs(relax) < relaxLeastCos {
		return mid, ok
	}
	gap := max(float32(least), 2*width)
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
	if apart := math.Abs(float64(other - mid)); ok && (apart > p.ShortGapMM || float64(w)/p.RestShare < math.Max(2*float64(width)/shorthShare, crowdMM)) {
		return other, true
	}
	return mid, true
}

const (
	shorthShare = 0.35 // of the values lie in the interval that a shorth is the middle of
	crowdMM     = 3    // values that would spread over this much, if all lay like these, are a crowd in any case
)

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
