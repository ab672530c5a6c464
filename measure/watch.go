package measure

import (
	"math"
	"slices"
	"sort"
	"strings"

	"facialis/anatomy"
	"facialis/event"
)

// Watch adds to a summary what the events alone do not tell: the face between
// its movements, the lids of both sides together, the rhythm of the jerks, and
// fine movement without a pause. The trace may be nil; what needs it is then
// missing.
func (s *Summary) Watch(tr *event.Trace, events []event.Event, v View, tasks []event.Task, p Params) {
	s.WatchCorrected(tr, events, events, v, tasks, p)
}

// WatchCorrected is Watch for events that people have corrected; found are those that
// the detector reported. Closures of both eyes are measured in the trace: one that
// was rejected there goes, one that was added or moved counts as people said.
func (s *Summary) WatchCorrected(tr *event.Trace, events, found []event.Event, v View, tasks []event.Task, p Params) {
	if tr != nil && !whole(tr) {
		tr = nil
	}
	hidden := slices.ContainsFunc(events, func(e event.Event) bool { return sideless(e) || slices.ContainsFunc(e.Regions, sidelessPart) })
	if hidden {
		events = inPicture(tr, events)
		s.OneSidedShare = oneSidedShare(events, v.Any)
	}
	s.Resting = resting(tr, events, p)
	s.Lids = lids(tr, events, found, subtract(v.Face, elsewhere(tr, tasks, p)), tasks, s.Resting, p)
	s.Jerks = jerks(tr, events, p)
	if tr != nil {
		tr.Free()
		s.BrowLiftShare, s.BrowLiftShareCI95, s.BrowLiftOf = liftsSeen(tr, events, v.Any, p)
	}
	s.Fine = fine(tr, events, tasks, p)
	if tr != nil {
		tr.Free()
	}
}

// liftsSeen is the brow-lift sign looked up in the trace: of the episodes that
// close an eye, the share in which the brow of that side rises by LiftMM or more
// over where it stood before the onset, by itself and against the other brow. In
// the events a brow that moves less than half as far as the lid counts as drawn
// along and is not listed, though it goes the other way.
func liftsSeen(tr *event.Trace, events []event.Event, usable []Span, p Params) (share *float64, ci *[2]float64, n int) {
	v := votes{}
	for _, e := range events {
		if e.Kind != event.Spasm || e.Side == anatomy.Both || find(usable, e.OnsetS) < 0 {
			continue
		}
		if _, closes := movement(e, anatomy.OrbicularisOculi, e.Side); !closes {
			continue
		}
		side, sign := anatomy.AtRight, 1.0
		if e.Side == anatomy.Left {
			side, sign = anatomy.AtLeft, -1
		}
		own := func(i int) float64 { return float64(tr.Along[side][anatomy.AtFrontalis][i]) }
		against := func(i int) float64 { return sign * float64(tr.Diff[anatomy.AtFrontalis][i]) }
		a, ok1 := rise(tr.T, own, e)
		b, ok2 := rise(tr.T, against, e)
		if !ok1 || !ok2 {
			continue
		}
		need := p.LiftMM
		if noise := tr.DiffNoiseMM[anatomy.AtFrontalis]; !math.IsNaN(noise) {
			need = max(need, 5*noise)
		}
		v.cast(e.Episode, e.Side, a >= need && b >= need)
	}
	return v.share()
}

// rise is the greatest value within an event less the median of the third of a
// second before it.
func rise(t []float64, v func(int) float64, e event.Event) (float64, bool) {
	var before []float64
	top := math.Inf(-1)
	for i := sort.SearchFloat64s(t, e.OnsetS-0.35); i < len(t) && t[i] <= e.OffsetS; i++ {
		y := v(i)
		switch {
		case math.IsNaN(y):
		case t[i] < e.OnsetS-0.03:
			before = append(before, y)
		case t[i] >= e.OnsetS:
			top = max(top, y)
		}
	}
	if len(before) < 3 || math.IsInf(top, -1) {
		return 0, false
	}
	return top - *median(before), true
}

// whole says whether a trace has all the columns that are looked at.
func whole(tr *event.Trace) bool {
	n := tr.Len()
	for _, c := range [][]float32{tr.Quality, tr.Yaw, tr.Pitch, tr.Roll, tr.LipOpen} {
		if len(c) != n {
			return false
		}
	}
	for s := range 2 {
		if len(tr.Aperture[s]) != n || len(tr.CornerUp[s]) != n || len(tr.CornerOut[s]) != n {
			return false
		}
		for k := range anatomy.NumRegions {
			if len(tr.Along[s][k]) != n || len(tr.Diff[k]) != n {
				return false
			}
		}
	}
	return true
}

// asksForFace says whether a task asks for a movement of the face.
func asksForFace(task string) bool {
	for _, quiet := range []string{"rest", "speech", "talk", "hold", "distraction", "sleep"} {
		if strings.HasPrefix(task, quiet) {
			return false
		}
	}
	return true
}

// asked are the stretches in which a movement of the face was asked for.
func asked(tasks []event.Task) []Span {
	var out []Span
	for _, t := range tasks {
		if asksForFace(t.Task) {
			out = append(out, Span{t.FromS, t.ToS})
		}
	}
	return Union(out)
}

// resting looks at the frames between movements in which the head faces the
// camera. It needs RestingMinS of them.
func resting(tr *event.Trace, events []event.Event, p Params) RestingFace {
	var out RestingFace
	if tr == nil || tr.Len() < 2 {
		return out
	}
	var moving []Span
	for _, e := range events {
		moving = append(moving, Span{e.OnsetS - 0.2, e.OffsetS + 0.4})
	}
	moving = Union(moving)
	var at []int
	next := 0 // the span of movement that may still come
	step := (tr.T[tr.Len()-1] - tr.T[0]) / float64(tr.Len()-1)
	for i, t := range tr.T {
		for next < len(moving) && moving[next].ToS < t {
			next++
		}
		still := next == len(moving) || t < moving[next].FromS
		if still && tr.Quality[i] > 0 && math.Abs(float64(tr.Yaw[i])) <= p.FacingDeg && math.Abs(float64(tr.Pitch[i])) <= p.FacingDeg {
			at = append(at, i)
		}
	}
	out.UsableS = float64(len(at)) * step
	if out.UsableS < p.RestingMinS {
		return out
	}
	// A median over blocks of a second, and how far blocks differ.
	level := func(f func(i int) float64) Estimate {
		var blocks, block []float64
		next := math.Inf(-1)
		flush := func() {
			if len(block) >= 3 {
				blocks = append(blocks, *median(block))
			}
			block = nil
		}
		for _, i := range at {
			if tr.T[i] >= next {
				flush()
				next = tr.T[i] + 1
			}
			if v := f(i); !math.IsNaN(v) {
				block = append(block, v)
			}
		}
		flush()
		if len(blocks) < 3 {
			return Estimate{}
		}
		slices.Sort(blocks)
		mid := Quantile(blocks, 0.5)
		// standard error of a median from the quartiles: 1.253 SD/√n, SD = IQR/1.349
		se := 1.253 * (Quantile(blocks, 0.75) - Quantile(blocks, 0.25)) / 1.349 / math.Sqrt(float64(len(blocks)))
		half := 1.96 * math.Hypot(se, p.LandmarkBiasMM)
		return Estimate{Value: ptr(mid), CI95: &[2]float64{mid - half, mid + half}}
	}
	side := func(c [2][]float32, s int) func(int) float64 { return func(i int) float64 { return float64(c[s][i]) } }
	less := func(c [2][]float32) func(int) float64 {
		return func(i int) float64 { return float64(c[anatomy.AtRight][i] - c[anatomy.AtLeft][i]) }
	}
	out.ApertureMM.Right, out.ApertureMM.Left = level(side(tr.Aperture, anatomy.AtRight)), level(side(tr.Aperture, anatomy.AtLeft))
	out.ApertureDifferenceMM = level(less(tr.Aperture))
	out.CornerUpDifferenceMM = level(less(tr.CornerUp))
	out.MouthWidthMM = level(func(i int) float64 {
		return float64(tr.CornerOut[anatomy.AtRight][i] + tr.CornerOut[anatomy.AtLeft][i])
	})
	return out
}

// elsewhere are the stretches in which what the lids do says nothing of a cramp:
// talking, told by a task or by lips that part and meet again and again (in talking
// people blink more and in rows, and the mouth moves), and the head bowed or turned
// away by more than FacingDeg from how it is mostly held (then people look down).
func elsewhere(tr *event.Trace, tasks []event.Task, p Params) []Span {
	var out []Span
	for _, t := range tasks {
		if strings.HasPrefix(t.Task, "speech") || strings.HasPrefix(t.Task, "talk") {
			out = append(out, Span{t.FromS, t.ToS})
		}
	}
	if tr == nil || tr.Len() < 2 {
		return Union(out)
	}
	defer tr.Free()
	var pitch []float64
	for i, q := range tr.Quality {
		if v := float64(tr.Pitch[i]); q > 0 && !math.IsNaN(v) {
			pitch = append(pitch, v)
		}
	}
	if usual := median(pitch); usual != nil {
		for i := 0; i+1 < tr.Len(); i++ {
			if math.Abs(float64(tr.Pitch[i])-*usual) > p.FacingDeg {
				out = append(out, Span{tr.T[i], tr.T[i+1]})
			}
		}
	}
	for a, b := 0, 0; b < tr.Len(); {
		for b < tr.Len() && tr.T[b] < tr.T[a]+p.TalkWindowS {
			b++
		}
		if turns(tr.LipOpen[a:b], p.FineLipsMM) >= p.TalkTurns {
			out = append(out, Span{tr.T[a], tr.T[a] + p.TalkWindowS})
		}
		half := a // windows overlap by half
		for half < b && tr.T[half] < tr.T[a]+p.TalkWindowS/2 {
			half++
		}
		a = max(half, a+1)
	}
	return Union(out)
}

// turns counts how often a value has gone up by least and down again.
func turns(v []float32, least float64) int {
	n, up := 0, false
	low, high := math.Inf(1), math.Inf(-1)
	for _, x := range v {
		y := float64(x)
		switch {
		case math.IsNaN(y):
		case !up:
			if low = min(low, y); y-low >= least {
				up, high = true, y
			}
		default:
			if high = max(high, y); high-y >= least {
				n, up, low = n+1, false, y
			}
		}
	}
	return n
}

// lids looks at closures of both eyes together that nobody asked for, whatever
// the detector calls them: they are measured in the trace, see closures, or without
// one taken from the events. A closure counts as long where the eyes are shut for
// LongClosureS; a cluster is three closures or more, each within ClusterGapS of the
// one before. Only those count in which the eyes come to be ShutShare shut.
func lids(tr *event.Trace, events, found []event.Event, usable []Span, tasks []event.Task, rest RestingFace, p Params) Lids {
	ask := asked(tasks)
	free := subtract(usable, ask)
	out := Lids{WatchedS: total(free)}
	var all []closure
	if tr != nil {
		all = closures(tr)
		all = slices.DeleteFunc(all, func(c closure) bool { return c.Least > 1-p.ShutShare && !c.Dark })
		all = closuresCorrected(all, events, found, rest, p)
	} else {
		all = closuresTold(events, rest, p)
	}
	all = slices.DeleteFunc(all, func(c closure) bool { return find(free, c.FromS) < 0 || triggered(events, c.Span) })
	var lengths []float64
	var shut []Span
	for _, c := range all {
		lengths, shut = append(lengths, c.Len()), append(shut, c.Span)
	}
	out.Closures = len(all)
	out.DurationS = quantiles(lengths)
	long, clusters, withFace := 0, 0, 0
	for i := 0; i < len(all); {
		j := i
		for j+1 < len(all) && all[j+1].FromS-all[j].ToS <= p.ClusterGapS {
			j++
		}
		n, face := 0, false
		for _, c := range all[i : j+1] {
			face = face || duringLower(events, c.Span)
			if c.ShutS >= p.LongClosureS {
				n++
			}
		}
		cluster := j-i+1 >= 3
		long += n
		if cluster {
			clusters++
		}
		if n > 0 || cluster {
			out.Spells++
			if face {
				withFace++
			}
		}
		i = j + 1
	}
	minutes := out.WatchedS / 60
	out.LongRatePerMin, out.ClusterRatePerMin = PoissonRate(long, minutes), PoissonRate(clusters, minutes)
	out.SpellRatePerMin = PoissonRate(out.Spells, minutes)
	if out.WatchedS > 0 {
		out.ShutShare = ptr(total(Intersect(Union(shut), free)) / out.WatchedS)
	}
	if out.Spells > 0 {
		out.WithMouthShare, out.WithMouthShareCI95 = ptr(float64(withFace)/float64(out.Spells)), Wilson(withFace, out.Spells)
	}
	return out
}
