package measure

import (
	"slices"

	"facialis/anatomy"
	"facialis/event"
)

// SideUnknown says that there are spasms of one side and nobody can tell which.
func (s *Summary) SideUnknown() bool { return s.Side != nil && *s.Side == anatomy.Unknown }

// HideSides takes out of a summary what names a side, for a recording in which
// the person's own side cannot be told. What corrections say of a side stays.
func (s *Summary) HideSides() {
	if s.Side == nil || s.SideUnknown() {
		s.Laterality, s.Sides = nil, Sides{}
	}
	r := &s.Resting
	r.ApertureMM, r.ApertureDifferenceMM, r.CornerUpDifferenceMM = SidePair{}, Estimate{}, Estimate{}
	for i := range s.Fine {
		if s.Fine[i].Side != anatomy.Both {
			s.Fine[i].Side = anatomy.Unknown
		}
	}
}

func sidelessPart(m event.RegionMovement) bool { return m.Side == anatomy.Unknown }

// inPicture gives events whose side is not known the side on which the trace has
// them: the trace keeps the sides of an unmirrored, upright picture, right or
// wrong. It serves only figures that do not say which side they are of.
func inPicture(tr *event.Trace, events []event.Event) []event.Event {
	out := slices.Clone(events)
	for i := range out {
		e := &out[i]
		if sideless(*e) {
			e.Side = sideInPicture(tr, *e)
		}
		e.Regions = slices.Clone(e.Regions)
		seen := map[anatomy.Region]bool{}
		for k := range e.Regions {
			m := &e.Regions[k]
			if !sidelessPart(*m) {
				continue
			}
			m.Side = e.Side
			if e.Side == anatomy.Both { // one of each
				m.Side = anatomy.Right
				if seen[m.Region] {
					m.Side = anatomy.Left
				}
				seen[m.Region] = true
			}
		}
	}
	return out
}

// sideInPicture is the side whose leading region rises further over the other's;
// unknown without a trace.
func sideInPicture(tr *event.Trace, e event.Event) anatomy.Side {
	k := e.Lead.Index()
	if tr == nil || k < 0 {
		return anatomy.Unknown
	}
	right, ok := rise(tr.T, func(i int) float64 { return float64(tr.Diff[k][i]) }, e)
	left, _ := rise(tr.T, func(i int) float64 { return -float64(tr.Diff[k][i]) }, e)
	switch {
	case !ok:
		return anatomy.Unknown
	case left > right:
		return anatomy.Left
	}
	return anatomy.Right
}

// oneSidedShare is the share of spasms on whichever side has more of them.
func oneSidedShare(events []event.Event, usable []Span) *float64 {
	right, left, n := 0, 0, 0
	for _, e := range events {
		if e.Kind != event.Spasm || find(usable, e.OnsetS) < 0 {
			continue
		}
		n++
		switch e.Side {
		case anatomy.Right:
			right++
		case anatomy.Left:
			left++
		case anatomy.Unknown:
			return nil
		}
	}
	if n == 0 {
		return nil
	}
	return ptr(float64(max(right, left)) / float64(n))
}
