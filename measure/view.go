package measure

import (
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/event"
)

// RegionSeen says for how long a region of a side was seen and what would have been
// found there.
type RegionSeen struct {
	Seconds    float64  `json:"seconds"`
	SmallestMM *float64 `json:"smallest_mm"` // of movements from this size on, nine in ten are found; over the time seen, its median; null where the region was never seen
}

// Seen says it of every region of both sides: `tracking.seen` of an analysis.
type Seen struct {
	Right map[anatomy.Region]RegionSeen `json:"right"`
	Left  map[anatomy.Region]RegionSeen `json:"left"`
}

// Of is what was seen of a side, right or left.
func (s *Seen) Of(side anatomy.Side) map[anatomy.Region]RegionSeen {
	if side == anatomy.Left {
		return s.Left
	}
	return s.Right
}

// UsableRegions are the regions of each side of which enough was seen to say
// something, in the order of anatomy.Regions.
type UsableRegions struct {
	Right []anatomy.Region `json:"right"`
	Left  []anatomy.Region `json:"left"`
}

// Of are those of a side, right or left.
func (u *UsableRegions) Of(side anatomy.Side) []anatomy.Region {
	if side == anatomy.Left {
		return u.Left
	}
	return u.Right
}

// Any says that there is at least one.
func (u *UsableRegions) Any() bool { return len(u.Right)+len(u.Left) > 0 }

const (
	// UsableS and UsableShare: a region is usable when it was seen for at least so many
	// seconds, and for this share of what was filmed. The same is asked of the face.
	UsableS, UsableShare = 1.0, 0.1
	// UnseenS is the shortest stretch, s, that is reported as unseen: a blink or a word
	// hides a region for less.
	UnseenS = 1.0
)

// View says when the face was tracked, and when each region of each side was seen. All
// lists are unions of spans. Time outside is not known: it is in no denominator.
type View struct {
	Face   []Span
	Region [2][anatomy.NumRegions][]Span // by side as in anatomy.Sides
	Side   [2][]Span                     // at least one region of the side
	Any    []Span                        // at least one region of either
}

// FullView is the view of a film in which every region was seen whenever the face was
// tracked.
func FullView(face []Span) View {
	v := View{Face: Union(face)}
	for s := range 2 {
		for k := range v.Region[s] {
			v.Region[s][k] = v.Face
		}
		v.Side[s] = v.Face
	}
	v.Any = v.Face
	return v
}

// ViewOf is the view that sight tells of. What was found was seen: the time of an event
// that is no blink and nothing that was asked for counts for its regions.
func ViewOf(face []Span, sight *event.Sight, events []event.Event) View {
	v := View{Face: Union(face)}
	for s, side := range anatomy.Sides {
		var all []Span
		for k, region := range anatomy.Regions {
			var in []Span
			for b, filmed := range sight.Filmed {
				if filmed > 0 && sight.SeenAt(s, k, b) {
					from := sight.FromS + float64(b)*sight.BlockS
					in = append(in, Span{from, from + sight.BlockS})
				}
			}
			for _, e := range events {
				if e.Kind == event.Spasm || e.Kind == event.Synkinesis {
					if _, ok := movement(e, region, side); ok && on(e, side) {
						in = append(in, Span{e.OnsetS, e.OffsetS})
					}
				}
			}
			v.Region[s][k] = Intersect(Union(in), v.Face)
			all = append(all, v.Region[s][k]...)
		}
		v.Side[s] = Union(all)
	}
	v.Any = Union(slices.Concat(v.Side[0], v.Side[1]))
	return v
}

// of is when a side was seen; where the side stands for either, when either was.
func (v *View) of(side anatomy.Side) []Span {
	switch side {
	case anatomy.Right:
		return v.Side[anatomy.AtRight]
	case anatomy.Left:
		return v.Side[anatomy.AtLeft]
	}
	return v.Any
}

// region is when region k of a side was seen; where the side stands for either, when
// it was on either.
func (v *View) region(side anatomy.Side, k int) []Span {
	switch side {
	case anatomy.Right:
		return v.Region[anatomy.AtRight][k]
	case anatomy.Left:
		return v.Region[anatomy.AtLeft][k]
	}
	return Union(slices.Concat(v.Region[0][k], v.Region[1][k]))
}

// both is when both sides were seen.
func (v *View) both() []Span { return Intersect(v.Side[0], v.Side[1]) }

// Seen says of every region for how long it was seen and how small a movement would
// have been found.
func (v *View) Seen(sight *event.Sight) Seen {
	return v.SeenWith(func(s, k int) (mm []float64) {
		for b, size := range sight.SmallestMM[s][k] {
			if sight.Filmed[b] > 0 && sight.SeenAt(s, k, b) {
				mm = append(mm, float64(size))
			}
		}
		return mm
	})
}

// SeenWith is Seen where smallest gives the sizes, mm, from which on movements of region k
// of side s would have been found: the median of them counts.
func (v *View) SeenWith(smallest func(s, k int) []float64) Seen {
	const perS, perMM = 1000, 100 // figures are kept to a millisecond and to a hundredth of a millimeter
	var by [2]map[anatomy.Region]RegionSeen
	for s := range by {
		by[s] = map[anatomy.Region]RegionSeen{}
		for k, region := range anatomy.Regions {
			r := RegionSeen{Seconds: math.Round(total(v.Region[s][k])*perS) / perS}
			if m := median(smallest(s, k)); m != nil && r.Seconds > 0 {
				r.SmallestMM = ptr(math.Round(*m*perMM) / perMM)
			}
			by[s][region] = r
		}
	}
	return Seen{Right: by[anatomy.AtRight], Left: by[anatomy.AtLeft]}
}

// Usable are the regions of which enough was seen. filmedS is how much was filmed, s.
func (v *View) Usable(filmedS float64) UsableRegions {
	var out [2][]anatomy.Region
	for s := range out {
		out[s] = []anatomy.Region{}
		for k, region := range anatomy.Regions {
			if t := total(v.Region[s][k]); t >= UsableS && t >= UsableShare*filmedS {
				out[s] = append(out[s], region)
			}
		}
	}
	return UsableRegions{out[anatomy.AtRight], out[anatomy.AtLeft]}
}

// Unseen are the stretches of at least UnseenS in which the face was tracked and region
// k of side s was not seen. A glimpse shorter than that does not part two of them.
func (v *View) Unseen(s, k int) []Span {
	var joined []Span
	for _, u := range subtract(v.Face, v.Region[s][k]) {
		if n := len(joined); n > 0 && u.FromS-joined[n-1].ToS < UnseenS {
			joined[n-1].ToS = u.ToS
			continue
		}
		joined = append(joined, u)
	}
	return slices.DeleteFunc(joined, func(u Span) bool { return u.Len() < UnseenS })
}
