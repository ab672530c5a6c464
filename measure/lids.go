package measure

import (
	"cmp"
	"math"
	"slices"
	"sort"

	"facialis/anatomy"
	"facialis/event"
	"facialis/internal/signal"
)

// How a frame with shut eyes is told in a trace. The mesh's landmarks show how far an
// eye has closed; but behind lids that look down it is nearly as narrow as a shut one.
// What shows between its lids tells the two apart: iris and lashes, or lashes alone.
const (
	lidsOpenWindowS = 60.0 // how wide an open eye is, is had from within this of a frame
	lidsOpenShare   = 0.75 // of the values there: an open eye is as wide as this quantile
	lidsNarrow      = 0.6  // of the open eye's width: both narrower than this may be shut
	lidsDarkNarrow  = 0.8  // the same where next to nothing shows between them
	lidsDark        = 0.3  // of what an open eye shows: next to nothing
	lidsLeastMM     = 1.0  // an eye that shows less than this when open (in the sun) tells nothing by it
	lidsHeldS       = 0.4  // a stretch this long may be a look down
	lidsShows       = 0.1  // of what open eyes show: more than this beyond the stretch's least, and they look down
	lidsLooks       = 0.5  // of what open eyes show: a stretch that shows more all the time is a look down
	lidsWayS        = 0.15 // the lids' own way down or up, in which more shows, takes no longer
	lidsGapS        = 0.1  // a stretch is not broken by less than this that is not seen
)

// closure is a stretch in which both eyes were shut.
type closure struct {
	Span
	ShutS float64 // without the lids' way down and up
	Least float64 // of the open eyes' width, the narrowest, by the wider eye
	Dark  bool    // next to nothing shows between the lids of either
}

// closuresTold are the closures of both eyes among events: blinks, and what else shuts
// them.
func closuresTold(events []event.Event, rest RestingFace, p Params) []closure {
	open := usualApertureMM // where this one's is not known
	if r, l := rest.ApertureMM.Right.Value, rest.ApertureMM.Left.Value; r != nil && l != nil {
		open = (*r + *l) / 2
	}
	var out []closure
	for _, e := range events {
		if e.Side != anatomy.Both {
			continue
		}
		peak := map[anatomy.Side]float64{anatomy.Right: math.NaN(), anatomy.Left: math.NaN()}
		for _, m := range e.Regions {
			switch {
			case m.Region == anatomy.OrbicularisOculi && m.PeakMM != nil && m.Side == anatomy.Both:
				peak[anatomy.Right], peak[anatomy.Left] = *m.PeakMM, *m.PeakMM
			case m.Region == anatomy.OrbicularisOculi && m.PeakMM != nil:
				peak[m.Side] = *m.PeakMM
			}
		}
		c := closure{Span: Span{e.OnsetS, e.OffsetS}, ShutS: e.Duration(), Least: 1 - min(peak[anatomy.Right], peak[anatomy.Left])/open}
		if c.Least <= 1-p.ShutShare { // eyes narrowed in a smile are none
			out = append(out, c)
		}
	}
	return out
}

// closuresCorrected are the closures of the trace with what people made of the events
// of both sides: those of events that are gone or moved are left out, and what came
// instead is added.
func closuresCorrected(all []closure, events, found []event.Event, rest RestingFace, p Params) []closure {
	other := func(in []event.Event) func(event.Event) bool { // as in
		return func(e event.Event) bool {
			return slices.ContainsFunc(in, func(o event.Event) bool {
				return o.ID == e.ID && o.Kind == e.Kind && o.Side == e.Side && o.OnsetS == e.OnsetS && o.OffsetS == e.OffsetS
			})
		}
	}
	added := slices.DeleteFunc(slices.Clone(events), other(found))
	gone := slices.DeleteFunc(slices.Clone(found), other(events))
	var told []closure
	for _, e := range added {
		if e.Side == anatomy.Both && e.Kind == event.Blink {
			told = append(told, closure{Span: Span{e.OnsetS, e.OffsetS}, ShutS: e.Duration()})
		}
	}
	told = append(told, closuresTold(slices.DeleteFunc(added, func(e event.Event) bool { return e.Kind == event.Blink }), rest, p)...)
	all = slices.DeleteFunc(all, func(c closure) bool {
		during := func(from, to float64) bool { return c.FromS < to && c.ToS > from }
		return slices.ContainsFunc(told, func(o closure) bool { return during(o.FromS, o.ToS) }) ||
			slices.ContainsFunc(gone, func(e event.Event) bool { return e.Side == anatomy.Both && during(e.OnsetS, e.OffsetS) })
	})
	all = append(all, told...)
	slices.SortStableFunc(all, func(a, b closure) int { return cmp.Compare(a.FromS, b.FromS) })
	return all
}

const usualApertureMM = 10.0 // a usual palpebral aperture, mm

// triggered reports whether a span lies in a movement that something set off.
func triggered(events []event.Event, in Span) bool {
	return slices.ContainsFunc(events, func(e event.Event) bool {
		return e.Trigger != nil && *e.Trigger != "" && e.Side == anatomy.Both && e.OnsetS <= in.FromS && e.OffsetS >= in.FromS
	})
}

// closures are the stretches of a trace in which both eyes were shut, in order.
func closures(tr *event.Trace) []closure {
	n := tr.Len()
	var width, shows [2][]float64
	for s := range 2 {
		width[s] = shareOfOpen(tr.T, tr.Aperture[s], nil)
		wide := make([]bool, n)
		for i, v := range width[s] {
			wide[i] = v > lidsDarkNarrow
		}
		if len(tr.Shown[s]) == n {
			shows[s] = shareOfOpen(tr.T, tr.Shown[s], wide)
		}
	}
	narrow := make([]float64, n) // of the wider eye by the mesh
	strips := stripsShare(tr, width)
	shown := make([]float64, n) // mean of the eyes that tell it, NaN for none
	shut, dark := make([]bool, n), make([]bool, n)
	for i := range n {
		narrow[i] = max(width[0][i], width[1][i])
		sum, eyes, none := 0.0, 0.0, narrow[i] < lidsDarkNarrow || strips[i] < lidsDarkNarrow
		for s := range 2 {
			if shows[s] == nil || math.IsNaN(shows[s][i]) {
				none = false
				continue
			}
			sum, eyes, none = sum+shows[s][i], eyes+1, none && shows[s][i] < lidsDark
		}
		shown[i] = sum / eyes
		dark[i] = none
		shut[i] = none || narrow[i] < lidsNarrow
	}
	var out []closure
	for a := 0; a < n; a++ {
		if !shut[a] {
			continue
		}
		b := a
		for j := a; j < n && (shut[j] || math.IsNaN(narrow[j]) && tr.T[j]-tr.T[b] < lidsGapS); j++ {
			if shut[j] {
				b = j
			}
		}
		for _, c := range shutWithin(tr.T, narrow, shown, dark, a, b) {
			if k := len(out) - 1; k >= 0 && c.FromS-out[k].ToS < lidsGapS && max(c.Len(), out[k].Len()) >= lidsHeldS {
				out[k].ToS, out[k].Least, out[k].Dark = c.ToS, min(out[k].Least, c.Least), out[k].Dark || c.Dark
				continue
			}
			out = append(out, c)
		}
		a = b
	}
	for i := range out {
		out[i] = out[i].whole(tr.T, narrow)
		if i > 0 && out[i].FromS < out[i-1].ToS { // two blinks in a row: each has half of the way between
			mid := (out[i].FromS + out[i-1].ToS) / 2
			out[i-1].ToS, out[i].FromS = mid, mid
		}
	}
	return out
}

// stripsShare is how wide the wider eye is by the lids' own pixels, of its width when
// open; width is the same by the mesh.
func stripsShare(tr *event.Trace, width [2][]float64) []float64 {
	out := make([]float64, tr.Len())
	for i := range out {
		for s := range 2 {
			open := float64(tr.Aperture[s][i]) / width[s][i]
			out[i] = max(out[i], 1-float64(tr.Along[s][anatomy.AtOrbicularisOculi][i])/open)
		}
	}
	return out
}

// whole is the closure with the lids' own way down and up: past where they are narrow, as far as they are
// lowered and for lidsWayS at most.
func (c closure) whole(t, narrow []float64) closure {
	a, b := sort.SearchFloat64s(t, c.FromS), sort.SearchFloat64s(t, c.ToS)
	for a > 0 && narrow[a-1] >= lidsNarrow && narrow[a-1] < lidsDarkNarrow && c.FromS-t[a-1] <= lidsWayS {
		a--
	}
	for b < len(t)-1 && narrow[b] >= lidsNarrow && narrow[b] < lidsDarkNarrow && t[b+1]-c.ToS <= lidsWayS {
		b++
	}
	c.ShutS = c.Len()
	c.FromS, c.ToS = t[a], t[b]
	return c
}

// shutWithin are the parts of a stretch of narrow eyes, frames a to b, in which they
// are shut and do not look down: a short one is a blink.
func shutWithin(t, narrow, shown []float64, dark []bool, a, b int) []closure {
	end := func(i int) float64 {
		if i+1 < len(t) {
			return t[i+1]
		}
		return t[i]
	}
	of := func(a, b int) closure {
		c := closure{Span: Span{t[a], end(b)}, Least: math.Inf(1)}
		for i := a; i <= b; i++ {
			if narrow[i] < c.Least {
				c.Least = narrow[i]
			}
			c.Dark = c.Dark || dark[i]
		}
		return c
	}
	if end(b)-t[a] < lidsHeldS {
		return []closure{of(a, b)}
	}
	smooth := make([]float64, 0, b-a+1)
	var known []float64
	for i := a; i <= b; i++ {
		v := signal.UpperMedian(shown[max(i-1, a):min(i+2, b+1)])
		smooth = append(smooth, v)
		if !math.IsNaN(v) {
			known = append(known, v)
		}
	}
	if len(known) == 0 {
		return []closure{of(a, b)}
	}
	least := slices.Min(known)
	if least > lidsLooks {
		return nil
	}
	limit := least + lidsShows
	var out []closure
	for i := 0; i < len(smooth); i++ {
		if smooth[i] > limit {
			continue
		}
		j := i
		for j+1 < len(smooth) && !(smooth[j+1] > limit) {
			j++
		}
		from, to := a+i, a+j
		if t[from]-t[a] <= lidsWayS {
			from = a
		}
		if t[b]-t[to] <= lidsWayS {
			to = b
		}
		if n := len(out); n > 0 && out[n-1].ToS >= t[from] {
			from = sort.SearchFloat64s(t, out[n-1].FromS)
			out = out[:n-1]
		}
		out = append(out, of(from, to))
		i = j
	}
	return out
}

// shareOfOpen is a column over what it is while the eye is open: its upper quarter
// within lidsOpenWindowS, of the frames marked in open (nil for all). It is missing
// where that is less than lidsLeastMM.
func shareOfOpen(t []float64, c []float32, open []bool) []float64 {
	out := make([]float64, len(c))
	level, next := math.NaN(), math.Inf(-1)
	lo, hi := 0, 0
	var some []float64
	for i, v := range c {
		if t[i] >= next {
			for t[lo] < t[i]-lidsOpenWindowS {
				lo++
			}
			for hi < len(t) && t[hi] <= t[i]+lidsOpenWindowS {
				hi++
			}
			some = some[:0]
			for j := lo; j < hi; j += max((hi-lo)/aroundMost, 1) {
				if x := float64(c[j]); x == x && (open == nil || open[j]) {
					some = append(some, x)
				}
			}
			level, next = math.NaN(), t[i]+1
			if len(some) > 0 {
				slices.Sort(some)
				q := lidsOpenShare
				if open != nil {
					q = 0.5
				}
				level = some[int(q*float64(len(some)))]
			}
			if !(level >= lidsLeastMM) {
				level = math.NaN()
			}
		}
		out[i] = float64(v) / level
	}
	return out
}

const aroundMost = 300 // values that a level is had from

// duringLower reports whether an event that is no blink moves the lower face within a
// span.
func duringLower(events []event.Event, in Span) bool {
	for _, e := range events {
		if e.Kind == event.Blink || e.OnsetS > in.ToS || e.OffsetS < in.FromS {
			continue
		}
		for _, m := range e.Regions {
			// Not the cheek: lids pressed shut push it up.
			if slices.Contains([]anatomy.Region{anatomy.Zygomaticus, anatomy.OrbicularisOris, anatomy.Depressor, anatomy.Mentalis, anatomy.Platysma}, m.Region) {
				return true
			}
		}
	}
	return false
}
