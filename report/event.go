package report

import (
	"cmp"
	"math"
	"slices"

	"facialis/event"
)

// peak is the largest displacement of an event's regions, mm; nil when none
// has a scale.
func peak(e event.Event) *float64 {
	var best *float64
	for _, r := range e.Regions {
		if r.PeakMM != nil && finite(*r.PeakMM) && (best == nil || math.Abs(*r.PeakMM) > math.Abs(*best)) {
			best = r.PeakMM
		}
	}
	return best
}

// byOnset is a copy of an event's regions in the order in which they moved.
func byOnset(r []event.RegionMovement) []event.RegionMovement {
	r = slices.Clone(r)
	slices.SortStableFunc(r, func(a, b event.RegionMovement) int { return cmp.Compare(a.OnsetS, b.OnsetS) })
	return r
}

// ofKind are the events of one kind.
func ofKind(events []event.Event, kind event.Kind) []event.Event {
	var out []event.Event
	for _, e := range events {
		if e.Kind == kind {
			out = append(out, e)
		}
	}
	return out
}

// frameAt is the first frame of a trace at or after a time, at most the last.
func frameAt(t *event.Trace, at float64) int {
	i, _ := slices.BinarySearch(t.T, at-1e-6)
	return max(0, min(i, t.Len()-1))
}
