package main

import (
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/event"
	"facialis/internal/pipeline"
	"facialis/measure"
	"facialis/validate"
)

const (
	onsetS      = 0.2     // a found event begins within this of the true one
	lengthS     = 0.3     // and is as long but for this
	lengthTimes = 2.0     // or but for this factor
	sharedPart  = 1.0 / 3 // of the union of two events, from which they are one and the same
	tailS       = 0.5     // within this of a true event, what has no partner is a part of it
	speechMM    = 0.5     // a face moves, outside events, where both sides go further than this
	truthShare  = 0.99    // a drawn size counts from this share of it: frames miss the very peak
)

// alike says whether two events are at the same moment and of the same length.
func alike(t, r event.Event) bool {
	a, b := t.Duration(), r.Duration()
	return math.Abs(r.OnsetS-t.OnsetS) <= onsetS && (math.Abs(a-b) <= lengthS || max(a, b) <= lengthTimes*min(a, b))
}

// same says whether two events are alike, or share a third of their time.
func same(t, r event.Event) bool {
	inter := min(t.OffsetS, r.OffsetS) - max(t.OnsetS, r.OnsetS)
	union := max(t.OffsetS, r.OffsetS) - min(t.OnsetS, r.OnsetS)
	return alike(t, r) || union > 0 && inter >= sharedPart*union
}

func oneSided(e event.Event) bool {
	return (e.Kind == event.Spasm || e.Kind == event.Synkinesis) && e.Side != anatomy.Both
}

// bonus prefers pairs of one kind and one side.
func bonus(t, r event.Event) float64 {
	var w float64
	if t.Kind == r.Kind {
		w += 3
	}
	if t.Side == r.Side {
		w += 2
	}
	return w
}

// pairs are a film's events in pairs: indices from the one list into the other,
// −1 for none.
type pairs struct{ to, back []int }

func pair(truth, found []event.Event, admit func(t, r event.Event) bool) pairs {
	p := pairs{make([]int, len(truth)), make([]int, len(found))}
	for i := range p.to {
		p.to[i] = -1
	}
	for i := range p.back {
		p.back[i] = -1
	}
	for _, m := range validate.Match(truth, found, onsetS, admit, bonus) {
		p.to[m.Truth], p.back[m.Result] = m.Result, m.Truth
	}
	return p
}

// found pairs the true one-sided events with what was told by their own kind.
func (f *film) found() pairs {
	return pair(f.truth.Events, f.Events, func(t, r event.Event) bool {
		return oneSided(t) && r.Kind == t.Kind && alike(t, r)
	})
}

// invented are the events, blinks aside, that nothing true explains: those of
// their own, and those that are a part of a true event.
func (f *film) invented() (own, parts []event.Event) {
	p := pair(f.truth.Events, f.Events, func(t, r event.Event) bool { return same(t, r) && sharesRegion(t, r) })
	for j, r := range f.Events {
		switch {
		case p.back[j] >= 0 || r.Kind == event.Blink:
		case f.partOf(r):
			parts = append(parts, r)
		case !f.moves(r):
			own = append(own, r)
		}
	}
	return own, parts
}

// sharesRegion reports whether two events have a region in common.
func sharesRegion(t, r event.Event) bool {
	for _, a := range t.Regions {
		for _, b := range r.Regions {
			if a.Region == b.Region {
				return true
			}
		}
	}
	return false
}

// partOf reports whether most of an event lies in a true one or just beside it,
// and the region it begins in is one that the true one moves.
func (f *film) partOf(r event.Event) bool {
	for _, t := range f.truth.Events {
		inside := min(t.OffsetS+tailS, r.OffsetS) - max(t.OnsetS-tailS, r.OnsetS)
		leads := slices.ContainsFunc(t.Regions, func(m event.RegionMovement) bool { return m.Region == r.Lead })
		if inside >= r.Duration()/2 && leads && (t.Side == anatomy.Both || r.Side == anatomy.Both || t.Side == r.Side) {
			return true
		}
	}
	return false
}

// moves reports whether the face truly moves on both sides, outside any true
// event, in most of the time of an event of both sides: speech, or eyes that stay
// shut, of which the truth tells the displacement but makes no event.
func (f *film) moves(r event.Event) bool {
	if r.Side != anatomy.Both {
		return false
	}
	d := &f.truth.Displacement
	n, k := 0, 0
	for j, t := range d.T {
		if t < r.OnsetS || t > r.OffsetS {
			continue
		}
		n++
		for _, region := range anatomy.Regions {
			a, b := d.Right[region], d.Left[region]
			if a != nil && b != nil && math.Abs(a[j]) > speechMM && math.Abs(b[j]) > speechMM && f.between(t) {
				k++
				break
			}
		}
	}
	return n > 0 && 2*k >= n
}

// minutes is for how long something of a side was seen in the film: no false event
// can come at another time.
func (f *film) minutes() float64 {
	view, _ := pipeline.View(f.Trace, f.Events)
	return measure.Summarize(f.Events, view, nil, measure.DefaultParams()).UsableS / 60
}

// scored is a tally with what else is told of those found.
type scored struct {
	k, n, side, form, lead, leadTied int
	onset                            []float64 // frames late
}

// score adds the film's one-sided events of a kind that keep says.
func (s *scored) score(f *film, p pairs, keep func(i int) bool) {
	for i, t := range f.truth.Events {
		if !oneSided(t) || !keep(i) {
			continue
		}
		s.n++
		j := p.to[i]
		if j < 0 {
			continue
		}
		s.k++
		r := f.Events[j]
		if r.Side == t.Side {
			s.side++
		}
		if r.Form == t.Form {
			s.form++
		}
		leads := []anatomy.Region{t.Lead}
		if p, ok := f.truth.lead(i); ok && p.Cheek {
			leads = nil
			if at, ok := anatomy.PlaceOf(string(anatomy.Cheek)); ok {
				leads = at.Regions
			}
		}
		for _, l := range leads {
			if r.Lead == l {
				s.lead++
				break
			}
		}
		for _, l := range append([]anatomy.Region{r.Lead}, r.LeadTied...) {
			if len(leads) > 0 && l == leads[0] {
				s.leadTied++
				break
			}
		}
		s.onset = append(s.onset, (r.OnsetS-t.OnsetS)*f.truth.Recording.FrameRate)
	}
}
