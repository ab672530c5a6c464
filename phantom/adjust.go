package phantom

import (
	"facialis/anatomy"
)

// SetSeconds changes the length. What lasted to the old end lasts to the new
// one, and the last task's stretch with it.
func (s *Spec) SetSeconds(n float64) {
	old := s.Seconds
	s.Seconds = n
	for i := range s.Tasks {
		if s.Tasks[i].To >= old {
			s.Tasks[i].To = n
		}
	}
	for i := range s.Generators {
		if s.Generators[i].To >= old {
			s.Generators[i].To = n
		}
	}
	for i := range s.Talk {
		if s.Talk[i].To >= old {
			s.Talk[i].To = n
		}
	}
	kept := s.Tasks[:0]
	for _, t := range s.Tasks {
		if t.From < n {
			kept = append(kept, t)
		}
	}
	s.Tasks = kept
}

// SetSide mirrors the spec, if need be, so that its one-sided events begin on
// the given side.
func (s *Spec) SetSide(side anatomy.Side) {
	now := anatomy.Both
	see := func(x anatomy.Side) {
		if now == anatomy.Both && x != "" {
			now = x
		}
	}
	for _, e := range s.Events {
		see(e.Side)
	}
	for _, g := range s.Generators {
		see(g.Side)
	}
	if now == anatomy.Both || now == side {
		return
	}
	swap := func(rs []RegionSpec) {
		for i := range rs {
			rs[i].Side = rs[i].Side.Other()
		}
	}
	for i := range s.Events {
		s.Events[i].Side = s.Events[i].Side.Other()
		swap(s.Events[i].Regions)
	}
	for i := range s.Generators {
		s.Generators[i].Side = s.Generators[i].Side.Other()
		swap(s.Generators[i].Regions)
	}
	if c := s.Person.Contracture; c != nil {
		c.Side = c.Side.Other()
	}
}
