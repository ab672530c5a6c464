package spasm

import (
	"math"
	"slices"
	"sort"

	"facialis/anatomy"
	"facialis/event"
	"facialis/internal/signal"
)

// Oral-ocular synkinesis: after a palsy one eye narrows with every movement of the
// mouth. Both eyes narrow in a smile, and the one-sided search holds what one lid does
// against what both do, so a lid that merely goes further is lost to it. Here each
// movement of the mouth is looked at by itself, and the rule for a lock decides whether
// the lid goes with them. The limits are this program's own; docs/detector.md says on
// which faces they were tried.
const (
	narrowLeastMM = 1.0 // mm: a lid that narrows less beyond the other may be the tracking
	narrowShare   = 0.5 // of its own way: it closes at least twice as far as the other lid
	narrowEdge    = 0.2 // of the mouth's movement at either end that is left out: there it rises and falls
	narrowNearS   = 0.6 // s before and after the mouth's movement in which the lid's is sought
)

// narrowed is one movement of the mouth and the lid that narrows with it; nil where
// neither lid goes twice as far as the other.
type narrowed struct {
	mouth, lid *candidate
}

// narrows looks at every movement of both sides that the mouth makes while both lids
// are seen. What the lids do in blinks is left out.
func (d *detection) narrows(both []*candidate) (out []narrowed) {
	var blinks blinkSpans
	for _, b := range both {
		if b.Kind == event.Blink {
			blinks = append(blinks, event.Span{FromS: b.OnsetS - lidLagS, ToS: b.OffsetS + lidLagS})
		}
	}
	sort.Slice(blinks, func(i, j int) bool { return blinks[i].FromS < blinks[j].FromS })
	for _, m := range both {
		if m.Kind != event.Voluntary || !m.ofMouth(blinks) {
			continue
		}
		if n, seen := d.narrowsWith(m, blinks); seen {
			out = append(out, n)
		}
	}
	return out
}

// blinkSpans are stretches of blinks, in order.
type blinkSpans []event.Span

// within says whether one of them reaches into [from, to], s.
func (b blinkSpans) within(from, to float64) bool {
	n := sort.Search(len(b), func(k int) bool { return b[k].ToS >= from })
	return n < len(b) && b[n].FromS <= to
}

// ofMouth says whether what moves furthest in c is of the mouth alone. Lids that blink
// meanwhile are further shut than any mouth goes, and do not count.
func (c *candidate) ofMouth(blinks blinkSpans) bool {
	k, most := anatomy.AtOrbicularisOculi, 0.0
	for _, m := range c.parts {
		if m.mm > most && !(m.k == anatomy.AtOrbicularisOculi && blinks.within(m.on, m.off)) {
			k, most = m.k, m.mm
		}
	}
	return perioral[k] && !periocular[k]
}

// narrowsWith looks at the lids during movement m of the mouth; false where one of them
// is not seen for half of it.
func (d *detection) narrowsWith(m *candidate, blinks blinkSpans) (narrowed, bool) {
	d.look()
	a, b := d.frames(m.OnsetS-narrowNearS, m.OffsetS+narrowNearS)
	c := newCurves(d.tr.Between(a, b), anatomy.AtOrbicularisOculi)
	blinking := func(i int) bool { return blinks.within(c.t[i], c.t[i]) }
	edge := narrowEdge * (m.OffsetS - m.OnsetS)
	place := func(s int, from, to float64) float64 { // of a lid between two times, the median
		var v []float64
		i, j := sort.SearchFloat64s(c.t, from), sort.SearchFloat64s(c.t, to)
		for k := i; k < j; k++ {
			if x := c.along[s][k]; x == x && !blinking(k) {
				v = append(v, x)
			}
		}
		if 2*len(v) < j-i {
			return math.NaN()
		}
		return signal.UpperMedian(v)
	}
	var ways, rest [2]float64
	for s := range 2 {
		rest[s] = place(s, m.OnsetS-narrowNearS, m.OnsetS-levelGapS)
		ways[s] = place(s, m.OnsetS+edge, m.OffsetS-edge) - rest[s]
	}
	if math.IsNaN(ways[0] + ways[1]) {
		return narrowed{}, false
	}
	n := narrowed{mouth: m}
	for s := range 2 {
		if beyond := ways[s] - math.Max(ways[1-s], 0); beyond >= narrowLeastMM && beyond >= narrowShare*ways[s] {
			e := make([]float64, len(c.t))
			for k := range e {
				if e[k] = c.along[s][k] - c.along[1-s][k] - (rest[s] - rest[1-s]); k > 0 && blinking(k) {
					e[k] = e[k-1]
				}
			}
			n.lid = d.lidBeyond(c, e, m, s, a)
		}
	}
	return n, true
}

// lidBeyond is what lid s does beyond the other, e, with movement m of the mouth; nil
// where it does not stand out in one piece. The channel begins with the trace's frame a.
func (d *detection) lidBeyond(c *channel, e []float64, m *candidate, s, a int) *candidate {
	thr, sd := make([]float64, len(e)), make([]float64, len(e))
	for k := range thr {
		thr[k] = narrowShare * narrowLeastMM
	}
	var best *movement
	for _, x := range c.excursions(e, thr, sd) {
		if x.on < m.OffsetS && x.off > m.OnsetS && (best == nil || x.off-x.on > best.off-best.on) {
			best = &x
		}
	}
	if best == nil {
		return nil
	}
	best.side = anatomy.Sides[s]
	c.measure(best, s)
	best.snr = best.peak / narrowLeastMM
	lid := d.gather([]movement{best.later(a)}, best.side)
	lid.part = m.part
	return lid
}

// oralOcular are the lids that narrow with the mouth's movements on one side, as events:
// where at least half of at least three do it, as often as the rule for a lock asks, and
// the other lid does it in none. sure are the one-sided movements of that side that the
// rule holds chance against.
func (d *detection) oralOcular(seen []narrowed, side anatomy.Side, sure []*candidate) (out []*candidate) {
	var mouths, onsets []float64
	var along []narrowed
	for _, n := range seen {
		mouths = append(mouths, n.mouth.OnsetS)
		if n.lid == nil {
			continue
		}
		if n.lid.Side != side {
			return nil
		}
		if event.InLock(n.mouth.OnsetS, n.lid.OnsetS) {
			onsets = append(onsets, n.lid.OnsetS)
			along = append(along, n)
		}
	}
	for _, c := range sure {
		if periocular[c.best.k] {
			onsets = append(onsets, c.OnsetS)
		}
	}
	l, ok := event.LockOf(mouths, onsets, d.parts, func(_, o int) bool { return o < len(along) })
	if !ok || !l.Holds() || len(along) < event.LockTriggers {
		return nil
	}
	for _, n := range along {
		name := triggerName(n.mouth)
		n.lid.Kind, n.lid.Trigger, n.lid.Task = event.Synkinesis, &name, d.taskAt(n.lid.OnsetS)
		n.lid.Confidence, n.lid.Reasons = confidence(n.lid.snr), []string{"beyond_other_side+"}
		out = append(out, n.lid)
	}
	return out
}

// withNarrowed adds the lids to the events of their side. A synkinesis of the lid that
// was found by itself stands; what else the lid is said to do meanwhile, and is no larger,
// is a part of it.
func withNarrowed(events, lids []*candidate) []*candidate {
	within := func(e, l *candidate) bool {
		return periocular[e.best.k] && math.Min(e.OffsetS, l.OffsetS)-math.Max(e.OnsetS, l.OnsetS) > mostShare*(e.OffsetS-e.OnsetS)
	}
	for _, l := range lids {
		if slices.ContainsFunc(events, func(e *candidate) bool { return e.Kind == event.Synkinesis && within(e, l) }) {
			continue
		}
		events = slices.DeleteFunc(events, func(e *candidate) bool { return within(e, l) && e.size() <= l.size() })
		events = append(events, l)
	}
	return events
}
