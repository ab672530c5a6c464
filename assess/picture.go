package assess

import (
	"slices"

	"facialis/interview"
	"facialis/words"
)

// Picture is what a person comes with, by name: what it may be, what common
// patient information and studies say of that, what else it could be, the most
// dangerous first, and how to find out.
type Picture struct {
	ID     string   `json:"id"`
	Title  string   `json:"title"`
	Entity string   `json:"entity"` // the entity that is named
	May    May      `json:"may"`    // it, with what speaks for and against
	Note   Note     `json:"note"`
	Else   []string `json:"else"`
	Film   []string `json:"film"`
	Watch  []string `json:"watch"`
	Ask    []string `json:"ask"`
}

// pictures finds what the person comes with. The note of a picture is shown to
// both readers, whether its own condition holds or not.
func (r *Report) pictures(ev *Evidence, f interview.Facts) {
	r.Pictures = []Picture{}
	for _, d := range ev.Pictures {
		if d.When.Eval(f) != interview.Yes {
			continue
		}
		p := Picture{ID: d.ID, Title: d.Title, Entity: d.Entity, Else: []string{}, Film: d.Film, Watch: d.Watch, Ask: d.Ask}
		i := slices.IndexFunc(r.Differential.Candidates, func(c Candidate) bool { return c.ID == d.Entity })
		p.May = r.Differential.Candidates[i].may(r.language())
		for _, e := range d.Else {
			if i := slices.IndexFunc(r.Differential.Candidates, func(c Candidate) bool { return c.ID == e.Entity }); !r.Differential.Candidates[i].Excluded {
				p.Else = append(p.Else, e.Tell)
			}
		}
		if i := slices.IndexFunc(ev.Notes, func(n Note) bool { return n.ID == d.Note }); i >= 0 {
			p.Note = ev.Notes[i]
			if !slices.ContainsFunc(r.Disagreements, func(n Note) bool { return n.ID == d.Note }) {
				r.Disagreements = append(r.Disagreements, p.Note)
			}
		}
		r.Pictures = append(r.Pictures, p)
	}
}

// may is a candidate for the person, with the weightiest reasons.
func (c Candidate) may(l *words.Language) May {
	return May{c.Plain, c.About, plainReasons(l, c.For, "yes"), plainReasons(l, c.Against, "yes"), plainReasons(l, c.Against, "no")}
}
