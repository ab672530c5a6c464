package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"

	"facialis/event"
)

// largest is the part in an event of the region that moves furthest; empty when none
// has a scale.
func largest(e event.Event) event.RegionMovement { return furthest(e.Regions) }

// furthest is the part of the largest displacement; empty when none has a scale.
func furthest(parts []event.RegionMovement) event.RegionMovement {
	var best event.RegionMovement
	for _, r := range parts {
		if r.PeakMM != nil && finite(*r.PeakMM) && (best.PeakMM == nil || math.Abs(*r.PeakMM) > math.Abs(*best.PeakMM)) {
			best = r
		}
	}
	return best
}

// PlainMM is the size of a region's part in an event as files for other programs write
// it: with its 95 % interval where it has one; empty where no size is known.
func PlainMM(r event.RegionMovement) string {
	if r.PeakMM == nil || !finite(*r.PeakMM) {
		return ""
	}
	text := fmt.Sprintf("%.2f mm", *r.PeakMM)
	if low, high := ends(r.PeakCI95MM); low != nil {
		text += fmt.Sprintf(" (%.2f to %.2f)", *low, *high)
	}
	return text
}

// ends are the ends of the interval of a size, mm; nil where it has none.
func ends(ci *[2]float64) (low, high *float64) {
	if ci == nil {
		return nil, nil
	}
	return &ci[0], &ci[1]
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
