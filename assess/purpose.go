package assess

import (
	"cmp"
	"slices"
)

// The purposes of one build. Measure gives events, sizes, rates, grades and what
// cannot wait; Compare says beside it what it may be.
const (
	Compare = "compare"
	Measure = "measure"
)

// onlyMeasure takes out of a report what compares: what it may be, its type, what to
// order, and every advice but the emergencies.
func (r *Report) onlyMeasure() {
	r.Differential = Differential{Verdict: "not-compared", Known: r.Differential.Known, Candidates: []Candidate{}}
	r.Type = Type{Verdict: "undetermined", SeedVerdict: "undecided", Terms: []Term{}}
	r.Pictures, r.Disagreements = []Picture{}, []Note{}
	r.Flags = slices.DeleteFunc(r.Flags, func(f Flag) bool { return f.Level != "emergency" })
	r.Unchecked = slices.DeleteFunc(r.Unchecked, func(id string) bool { return len(id) < 2 || id[:2] != "E-" })
	if r.Level = ""; len(r.Flags) > 0 {
		r.Level = r.Flags[0].Level
	}
}

// Guidance is the view for the person concerned: what to do next, without the list
// of diseases and its shares, which only a clinician can weigh.
func (r *Report) Guidance() View {
	v := r.View()
	own := *r
	own.Differential = Differential{Verdict: r.Differential.Verdict, Known: r.Differential.Known, Candidates: []Candidate{}}
	v.Report = &own
	return v
}

// byDanger puts what a person reads into the order of its danger, then of its name:
// the order says nothing of how likely each is.
func byDanger(list []Candidate) {
	rank := func(c Candidate) int {
		if l := Standard().Entity(c.ID).Lead; l != nil {
			return slices.Index(levels, l.Level)
		}
		return len(levels)
	}
	slices.SortStableFunc(list, func(a, b Candidate) int { return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(a.Plain, b.Plain)) })
}
