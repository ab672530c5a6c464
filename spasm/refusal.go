package spasm

import "facialis/anatomy"

// A refusal is a rule that makes `other` of a one-sided movement that would
// otherwise be a spasm.
type refusal struct {
	name  string // as it stands in [Event.Reasons]
	holds func(*detection, *candidate) bool
}

const (
	startS = 0.05 // s; what begins this soon after the first frame may have begun before it
	leastS = 0.04 // s; no muscle twitch is over sooner (form twitch: 40 to 400 ms, the glossary)
)

// refusals are all rules of this kind, in the order in which their names stand in
// an event. Every rule is asked, so an event tells each that holds.
var refusals = []refusal{
	{"under_way_at_start", func(d *detection, e *candidate) bool { return e.OnsetS <= d.tr.T[0]+startS }}, // it has no onset to judge
	{"too_short", func(_ *detection, e *candidate) bool { return e.OffsetS-e.OnsetS < leastS }},
	{"drift", func(_ *detection, e *candidate) bool { return e.drift }},
	{"dragged", func(_ *detection, e *candidate) bool { return e.dir < draggedCos }},
	{"forehead_or_neck_leads", func(_ *detection, e *candidate) bool { return outlying(e) }},
	{"region_too_noisy", func(d *detection, e *candidate) bool {
		return leads(e, func(m *movement) bool { return d.base[m.k] > d.p.BlindMM })
	}},
	{"beyond_any_muscle", func(d *detection, e *candidate) bool {
		return leads(e, func(m *movement) bool { return perioral[m.k] && m.mm > d.p.MostMM })
	}},
	{"left_over_by_a_turn", func(_ *detection, e *candidate) bool { return e.left }},
	{"slow_rise", func(d *detection, e *candidate) bool { return e.riseS > d.p.MaxRiseS }},
	{"unsure", func(d *detection, e *candidate) bool { return e.Confidence < d.p.MinSure }},
}

// refused names the rules that refuse e as a spasm, none where it is one.
func (d *detection) refused(e *candidate) []string {
	var names []string
	for _, r := range refusals {
		if r.holds(d, e) {
			names = append(names, r.name)
		}
	}
	return names
}

// leads reports whether a movement of the leading region is such a one.
func leads(e *candidate, such func(*movement) bool) bool {
	for i := range e.parts {
		if anatomy.Regions[e.parts[i].k] == e.Lead && such(&e.parts[i]) {
			return true
		}
	}
	return false
}
