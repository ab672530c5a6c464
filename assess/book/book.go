package book

import (
	"embed"
	"fmt"
	"math"
	"slices"
	"strings"
	"text/template"

	"facialis/assess"
	"facialis/assess/vignettes"
	"facialis/interview"
)

//go:embed *.md.tmpl
var files embed.FS

// Number is one number of the evidence as it is printed.
type Number struct {
	Of, Value, Range, Tag, Source, Place string
	weight                               float64 // how far it is from the mean, log-odds
}

// Case is a case that holds an entity or a rule.
type Case struct{ ID, Story, Source string }

// entityPage is what the page of an entity shows.
type entityPage struct {
	assess.Entity
	Sources map[string]string
	Age     assess.Age
	Priors  []Number
	Numbers []Number
	Cases   []Case
}

// Tally counts the numbers of an entity by how they came about.
type Tally struct {
	ID, Name                               string
	Published, Derived, Estimates, Written int
	Reported                               int
}

// Pages are all pages by file name.
func Pages() (map[string]string, error) {
	ev := assess.Standard()
	t, err := template.New("").Funcs(template.FuncMap{"join": func(s []string) string { return strings.Join(s, ", ") },
		"when": condition, "source": func(id string) string { return source(ev, id) }}).ParseFS(files, "*.md.tmpl")
	if err != nil {
		return nil, err
	}
	written, err := vignettes.All()
	if err != nil {
		return nil, err
	}
	published, err := vignettes.Published()
	if err != nil {
		return nil, err
	}
	out := map[string]string{}
	write := func(name, page string, data any) error {
		var b strings.Builder
		if err := t.ExecuteTemplate(&b, page, data); err != nil {
			return fmt.Errorf("write %s: %w", name, err)
		}
		out[name] = b.String()
		return nil
	}
	var index []Tally
	for _, e := range ev.Entities {
		p := entityPage{Entity: e, Sources: ev.Sources, Age: ev.Ages[e.ID]}
		line := Tally{ID: e.ID, Name: e.Name}
		for _, setting := range []string{"public", "clinic"} {
			c := ev.Priors[setting].Cells[e.ID]
			low, high := c.PriorRange()
			p.Priors = append(p.Priors, number(ev, ev.Priors[setting].Text, c, low, high))
			line.count(c.Tag)
		}
		for _, f := range ev.Findings {
			c, ok := ev.Cell(f.ID, e.ID)
			if !ok {
				continue
			}
			low, high := c.Range()
			n := number(ev, f.Name, c, low, high)
			n.weight = math.Abs(math.Log(max(c.P, 0.005)/max(1-c.P, 0.005)) - math.Log(ev.Mean(f.ID)/(1-ev.Mean(f.ID))))
			p.Numbers = append(p.Numbers, n)
			line.count(c.Tag)
		}
		slices.SortStableFunc(p.Numbers, func(a, b Number) int { return int(math.Copysign(1, b.weight-a.weight)) })
		for _, v := range written {
			if v.Entity == e.ID && v.Among <= 3 {
				p.Cases = append(p.Cases, Case{ID: v.ID, Story: v.Story})
				line.Written++
			}
		}
		for _, c := range published {
			if c.Entity == e.ID {
				p.Cases = append(p.Cases, Case{ID: c.ID, Story: c.Story, Source: c.Source})
				line.Reported++
			}
		}
		if err := write(e.ID+".md", "entity.md.tmpl", p); err != nil {
			return nil, err
		}
		index = append(index, line)
	}
	type rule struct {
		assess.FlagDef
		Cases []Case
	}
	var rules []rule
	for _, f := range ev.Flags {
		r := rule{FlagDef: f}
		for _, v := range written {
			if slices.Contains(v.Flags, f.ID) {
				r.Cases = append(r.Cases, Case{ID: v.ID, Story: v.Story})
			}
		}
		rules = append(rules, r)
	}
	if err := write("rules.md", "rules.md.tmpl", rules); err != nil {
		return nil, err
	}
	if err := write("findings.md", "findings.md.tmpl", ev.Findings); err != nil {
		return nil, err
	}
	return out, write("README.md", "index.md.tmpl", struct {
		Index []Tally
		Read  map[string]assess.Part
		Names map[string]string
	}{index, ev.Read, ev.Sources})
}

func (t *Tally) count(tag string) {
	switch tag {
	case "published":
		t.Published++
	case "derived":
		t.Derived++
	default:
		t.Estimates++
	}
}

func number(ev *assess.Evidence, of string, c assess.Cell, low, high float64) Number {
	return Number{Of: of, Value: fmt.Sprintf("%.3g", c.P), Range: fmt.Sprintf("%.2g–%.2g", low, high), Tag: c.Tag, Source: source(ev, c.Source), Place: c.Place}
}

// source names a source, and nothing where the number is the house's own.
func source(ev *assess.Evidence, id string) string {
	if id == assess.HouseSource {
		return ""
	}
	return ev.Sources[id]
}

// condition is a condition in the words of the files, "all", "any" and "not" spelled out.
func condition(c interview.Cond) string {
	list := func(cs []interview.Cond, by string) string {
		var out []string
		for _, x := range cs {
			out = append(out, condition(x))
		}
		return "(" + strings.Join(out, by) + ")"
	}
	switch {
	case c.Leaf != nil:
		return "`" + strings.ReplaceAll(c.Leaf.String(), "|", "/") + "`"
	case c.All != nil:
		return list(c.All, " and ")
	case c.Any != nil:
		return list(c.Any, " or ")
	case c.Not != nil:
		return "not " + condition(*c.Not)
	case c.Unless != nil:
		return "unless " + condition(*c.Unless)
	}
	return "always"
}
