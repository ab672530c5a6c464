package measure

import (
	"testing"

	"facialis/anatomy"
	"facialis/event"
)

// sightOf is a sight of 20 s in which every region can be found from 1 mm on.
func sightOf() *event.Sight {
	s := &event.Sight{BlockS: 0.5}
	for range 40 {
		s.Filmed = append(s.Filmed, 0.5)
	}
	for side := range 2 {
		for k := range anatomy.NumRegions {
			for range 40 {
				s.SmallestMM[side][k] = append(s.SmallestMM[side][k], 1)
			}
		}
	}
	return s
}

// unsee hides regions of a side from block a up to b.
func unsee(s *event.Sight, side, a, b int, regions ...int) {
	for _, k := range regions {
		for i := a; i < b; i++ {
			s.SmallestMM[side][k][i] = event.Missing
		}
	}
}

var allRegions = func() (out []int) {
	for k := range anatomy.NumRegions {
		out = append(out, k)
	}
	return out
}()

// Time that was not seen is in no denominator, and a side that was not seen has no rate.
func TestUnseenTimeIsNotCounted(t *testing.T) {
	const lid = anatomy.AtOrbicularisOculi
	sight := sightOf()
	unsee(sight, anatomy.AtRight, 0, 36, lid) // 18 of 20 s
	unsee(sight, anatomy.AtLeft, 0, 40, allRegions...)
	spasm := event.Event{Kind: event.Spasm, Side: anatomy.Right, Form: event.Twitch, OnsetS: 2, OffsetS: 2.2, Lead: anatomy.Zygomaticus,
		Regions: []event.RegionMovement{{Region: anatomy.Zygomaticus, Side: anatomy.Right, OnsetS: 2, PeakMM: ptr(2.0)}}}
	events := []event.Event{spasm}
	v := ViewOf([]Span{{0, 20}}, sight, events)
	s := Summarize(events, v, nil, DefaultParams())
	right := s.Sides.Right
	if *right.SeenS != 20 || right.Spasms != 1 || *right.RatePerMin.Value != 3 {
		t.Errorf("right: %+v", right)
	}
	if r := right.Regions[lid]; r.SeenS != 2 || r.Spasms != 0 || *r.RatePerMin.Value != 0 {
		t.Errorf("right lid: %+v", r)
	}
	if left := s.Sides.Left; !left.Unseen() || left.RatePerMin.Value != nil || left.Burden != nil {
		t.Errorf("the left was not seen and has figures: %+v", left)
	}
	if s.Laterality != nil || s.BilateralOverlap != nil {
		t.Errorf("laterality %v, overlap %v of one side", s.Laterality, s.BilateralOverlap)
	}
	if s.Spread[0].Of != 1 || s.Spread[0].Share != 1 {
		t.Errorf("spread %+v", s.Spread)
	}
	seen := v.Seen(sight)
	if l := seen.Right[anatomy.OrbicularisOculi]; l.Seconds != 2 || *l.SmallestMM != 1 {
		t.Errorf("seen of the right lid: %+v", l)
	}
	if l := seen.Left[anatomy.OrbicularisOculi]; l.Seconds != 0 || l.SmallestMM != nil {
		t.Errorf("seen of the left lid: %+v", l)
	}
	if u := v.Usable(20); len(u.Right) != anatomy.NumRegions || len(u.Left) != 0 || !u.Any() {
		t.Errorf("usable: %+v", u)
	}
	if u := v.Unseen(anatomy.AtRight, lid); len(u) != 1 || u[0] != (Span{0, 18}) {
		t.Errorf("unseen: %v", u)
	}
}

// What was found was seen, even where nothing small would have been.
func TestFoundIsSeen(t *testing.T) {
	sight := sightOf()
	unsee(sight, anatomy.AtLeft, 0, 40, allRegions...)
	e := event.Event{Kind: event.Spasm, Side: anatomy.Left, OnsetS: 4, OffsetS: 7, Regions: []event.RegionMovement{{Region: anatomy.Mentalis, Side: anatomy.Left}}}
	v := ViewOf([]Span{{0, 20}}, sight, []event.Event{e})
	s := Summarize([]event.Event{e}, v, nil, DefaultParams())
	if s.Sides.Left.Spasms != 1 || *s.Sides.Left.SeenS != 3 || *s.Sides.Left.RatePerMin.Value != 20 {
		t.Errorf("%+v", s.Sides.Left)
	}
}
