package motion

import (
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/event"
	"facialis/internal/linear"
	"facialis/internal/signal"
)

// What a person's depth and a lens do not explain of a turn is learned from the film
// itself: each region's movement as a smooth function of the head's pose,
//
//	m = a + b·y + c·p + d·r + e·s + f·y² + g·p² + h·y·p
//
// y, p and r are yaw, pitch and roll and s is the relative change of size, each less
// what is usual in the segment. It is fitted by re-weighted least squares with
// Tukey's biweight to frames spread over the film and drawn towards nothing, as
// strongly as the film's turns are few; then it is taken out. A contraction is no
// function of the pose, so it survives, unless the head makes the same turn with each.
const (
	leftSlopeMM  = 0.03 // mm a degree: what the face leaves over, 1 sd, before the film is seen
	leftNeckMM   = 0.2  // mm a degree: the neck, which does not turn with the head
	leftSizeMM   = 10.0 // mm for a head that comes nearer by its own distance: by 10 %, one
	leftBendDeg  = 20.0 // degrees over which a slope may double: makes the squares' share of leftSlopeMM
	leftFrames   = 3000 // frames it is learned from, at most
	leftShared   = 10.0 // frames in a row that share their error
	leftRounds   = 6
	leftLeastMM  = 0.05 // the least that counts as usual scatter
	leftFewest   = 100  // frames: of fewer nothing is learned
	leftLidMM    = 0.2  // mm a degree: a lid's margin, 1 sd: on three-dimensional heads 0.02 to 0.08
	leftUnknowns = 8
	leftYaw      = 1 // which of them is the slope of yaw
)

// leftover takes out of every region of t what the head's pose explains, and what both
// sides do alike with the gaze and in blinks.
func (m *Tracker) leftover(t *event.Trace) {
	rows := m.leftRows(t)
	if len(rows.at) < leftFewest {
		return
	}
	m.leftLids(t, rows)
	for k := range anatomy.NumRegions {
		if k == anatomy.AtOrbicularisOculi { // the lids have their own frame
			continue
		}
		slope := leftSlopeMM
		if k == anatomy.AtPlatysma {
			slope = leftNeckMM
		}
		for s := range 2 {
			for _, c := range [2][]float32{t.DX[s][k], t.DY[s][k]} {
				if b, ok := rows.fit(c, slope); ok {
					m.takeOut(t, c, b, rows)
				}
			}
			if k == anatomy.AtPlatysma {
				m.neck(t, s, rows)
			}
		}
		t.Free()
	}
}

// leftLids takes out of both sides' lids what a turn to one side opens and shuts of them:
// a margin that lies nearer to the lens than the corners of its eye goes over them to
// one side, which shows more of the one eye and less of the other. Only what the lids
// share mirrored is taken, the smaller of the two slopes: a lid that closes whenever
// the head turns leaves the other one alone, and stays.
func (m *Tracker) leftLids(t *event.Trace, r *leftRows) {
	const k = anatomy.AtOrbicularisOculi
	right, ok := r.fit(t.DY[anatomy.AtRight][k], leftLidMM)
	left, too := r.fit(t.DY[anatomy.AtLeft][k], leftLidMM)
	if !ok || !too {
		return
	}
	slope := alike(right[leftYaw], -left[leftYaw])
	for s, v := range [2]float64{slope, -slope} {
		m.takeOut(t, t.DY[s][k], [leftUnknowns]float64{leftYaw: v}, r)
	}
	t.Free()
}

// alike is what two numbers share: the smaller of them, where they have one sign.
func alike(a, b float64) float64 {
	if !(a*b > 0) {
		return 0
	}
	return math.Copysign(math.Min(math.Abs(a), math.Abs(b)), a)
}

// The neck does not turn with the head. What a turn moves it by is taken out only in
// the middle, so it is less certain the further and the faster the head turns, and
// not seen where it could be off by more than it moves.
const (
	neckTurnMM   = 0.06 // mm a degree from how the head usually stands: on four three-dimensional heads the neck is off by 0.62 mm rms up to 10°, 1.05 at 10 to 20°, 1.66 beyond
	neckSpeedMM  = 0.05 // mm for each degree a second: 1.5 mm rms from 15° a second on
	neckSpeedS   = 0.1  // the speed is had from the frames this far before and after
	neckUnseenMM = 0.7  // 1 sd from which on the neck is not measured: its muscle lifts it by 1 to 3 mm
)

// neck adds what the head's turns make of the neck's uncertainty, and takes out what
// is then too uncertain.
func (m *Tracker) neck(t *event.Trace, s int, r *leftRows) {
	const k = anatomy.AtPlatysma
	sd := t.SD[s][k]
	a, b := 0, 0
	for i := range sd {
		for a < i && t.T[i]-t.T[a] > neckSpeedS {
			a++
		}
		for b < len(sd)-1 && t.T[b]-t.T[i] < neckSpeedS {
			b++
		}
		p, from, to := poseAt(t, i), poseAt(t, a), poseAt(t, b)
		var far, fast float64
		if u, ok := r.usual[m.rows.segment[i]]; ok {
			far = math.Sqrt((p[0]-u[0])*(p[0]-u[0]) + (p[1]-u[1])*(p[1]-u[1]) + (p[2]-u[2])*(p[2]-u[2]))
		}
		if d := t.T[b] - t.T[a]; d > 0 {
			fast = math.Sqrt((to[0]-from[0])*(to[0]-from[0])+(to[1]-from[1])*(to[1]-from[1])+(to[2]-from[2])*(to[2]-from[2])) / d
		}
		v := float64(sd[i])
		v = math.Sqrt(v*v + neckTurnMM*neckTurnMM*far*far + neckSpeedMM*neckSpeedMM*fast*fast)
		if sd[i] = float32(v); !(v < neckUnseenMM) {
			t.DX[s][k][i], t.DY[s][k][i], sd[i] = event.Missing, event.Missing, event.Missing
		}
	}
}

// leftRows are the frames that are learned from, with the functions of their pose.
type leftRows struct {
	at    []int
	f     [][leftUnknowns]float64
	seg   []int
	usual map[int32][4]float64 // of a segment: yaw, pitch, roll, logarithm of the size
	order map[int32]int
}

func (m *Tracker) leftRows(t *event.Trace) *leftRows {
	r := &leftRows{usual: map[int32][4]float64{}, order: map[int32]int{}}
	seg := m.rows.segment
	step := max(t.Len()/leftFrames, 1)
	by := map[int32][4][]float64{}
	for i := 0; i < t.Len(); i += step {
		p := poseAt(t, i)
		if math.IsNaN(p[0] + p[1] + p[2] + p[3]) {
			continue
		}
		r.at = append(r.at, i)
		c := by[seg[i]]
		for j := range p {
			c[j] = append(c[j], p[j])
		}
		by[seg[i]] = c
	}
	for s, c := range by {
		var u [4]float64
		for j := range c {
			slices.Sort(c[j])
			u[j] = signal.Middle(c[j])
		}
		r.usual[s] = u
		r.order[s] = len(r.order)
	}
	for _, i := range r.at {
		r.f = append(r.f, r.functions(t, i, seg[i]))
		r.seg = append(r.seg, r.order[seg[i]])
	}
	return r
}

// poseAt is yaw, pitch and roll in degrees and the logarithm of the head's size.
func poseAt(t *event.Trace, i int) [4]float64 {
	return [4]float64{float64(t.Yaw[i]), float64(t.Pitch[i]), float64(t.Roll[i]), -math.Log(float64(t.Distance[i]))}
}

// functions are what a region's movement is a sum of; the first is what the segment's
// rest is for.
func (r *leftRows) functions(t *event.Trace, i int, seg int32) [leftUnknowns]float64 {
	p := poseAt(t, i)
	u, ok := r.usual[seg]
	if !ok {
		return [leftUnknowns]float64{}
	}
	y, q, o, s := p[0]-u[0], p[1]-u[1], p[2]-u[2], p[3]-u[3]
	return [leftUnknowns]float64{1, y, q, o, s, y * y / leftBendDeg, q * q / leftBendDeg, y * q / leftBendDeg}
}

// fit finds the weights of the functions for a column.
func (r *leftRows) fit(c []float32, slope float64) (b [leftUnknowns]float64, ok bool) {
	rest := make([][]float64, len(r.order))
	for n, i := range r.at {
		if v := float64(c[i]); v == v {
			rest[r.seg[n]] = append(rest[r.seg[n]], v)
		}
	}
	zero := make([]float64, len(rest))
	for s := range rest {
		if len(rest[s]) > 0 {
			slices.Sort(rest[s])
			zero[s] = signal.Middle(rest[s])
		}
	}
	miss := make([]float64, 0, len(r.at))
	for round := range leftRounds {
		miss = miss[:0]
		for n, i := range r.at {
			if e := float64(c[i]) - zero[r.seg[n]] - sum(&b, &r.f[n]); e == e {
				miss = append(miss, math.Abs(e))
			}
		}
		if len(miss) < leftFewest {
			return b, false
		}
		slices.Sort(miss)
		sd := math.Max(madToSD*signal.Middle(miss), leftLeastMM)
		cut := headCutTimes * sd
		var h [leftUnknowns * leftUnknowns]float64
		var g [leftUnknowns]float64
		for n, i := range r.at {
			v := float64(c[i]) - zero[r.seg[n]]
			if v != v {
				continue
			}
			w := 1.0
			if round > 0 {
				e := (v - sum(&b, &r.f[n])) / cut
				if e = 1 - e*e; e <= 0 {
					continue
				}
				w = e * e
			}
			for j, fj := range r.f[n] {
				g[j] += w * fj * v
				for k, fk := range r.f[n] {
					h[leftUnknowns*j+k] += w * fj * fk
				}
			}
		}
		// What is known before, in the frames' own weight.
		for j, prior := range [leftUnknowns]float64{0, slope, slope, slope, leftSizeMM, slope, slope, slope} {
			if prior > 0 {
				h[leftUnknowns*j+j] += leftShared * sd * sd / (prior * prior)
			}
		}
		if !linear.Solve(h[:], g[:], leftUnknowns, 1) {
			return b, false
		}
		b = g
	}
	return b, true
}

func sum(b, f *[leftUnknowns]float64) (v float64) {
	for j := range b {
		v += b[j] * f[j]
	}
	return v
}

// takeOut takes what the pose explains out of a column; the rest of a segment stays.
func (m *Tracker) takeOut(t *event.Trace, c []float32, b [leftUnknowns]float64, r *leftRows) {
	b[0] = 0
	for i := range c {
		f := r.functions(t, i, m.rows.segment[i])
		if v := sum(&b, &f); v == v {
			c[i] -= float32(v)
		}
	}
}
