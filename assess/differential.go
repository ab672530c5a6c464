package assess

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// MaxLog10LR bounds what a single finding can say, log10.
const MaxLog10LR = 1.3

// Reason is one finding's word on one entity.
type Reason struct {
	Finding string  `json:"finding"`
	Plain   string  `json:"plain"`
	Status  string  `json:"status"` // yes or no
	Log10LR float64 `json:"log10_lr"`
	P       float64 `json:"p"`   // P(finding | entity)
	Tag     string  `json:"tag"` // of P
	Source  string  `json:"source"`
	Counted bool    `json:"counted"` // false where a stronger finding of the same group speaks already
}

// Candidate is one entity in its place of the ranking.
type Candidate struct {
	ID          string   `json:"id"`
	Name        string   `json:"name"`
	Plain       string   `json:"plain"`
	About       string   `json:"about"` // what it is, for the person
	ICD10CM     []string `json:"icd10cm"`
	Share       float64  `json:"share"` // of the pool; ranks, is no measured probability
	Log10       float64  `json:"log10"` // prior and findings together
	Log10Prior  float64  `json:"log10_prior"`
	PriorTag    string   `json:"prior_tag"`
	PriorSource string   `json:"prior_source"`
	For         []Reason `json:"for"`
	Against     []Reason `json:"against"`
	Settle      []Open   `json:"settle"`
	Tests       []string `json:"tests"`
}

// Open is something not known that would move a candidate against its rival.
type Open struct {
	Finding string  `json:"finding"`
	Plain   string  `json:"plain"`
	Moves   float64 `json:"moves"` // log10, yes against no
	Settle  Settle  `json:"settle"`
}

// Differential is the ranking. Verdict is "leading", "open" (the first few are
// close) or "not-enough".
type Differential struct {
	Verdict    string      `json:"verdict"`
	Known      int         `json:"known_findings"`
	Candidates []Candidate `json:"candidates"`
}

// The verdict: below MinKnown findings, or when none is there and all that is
// known is what is absent, nothing is said; the first leads when it is at least
// twice the second.
const (
	MinKnown  = 4
	leadLog10 = 0.301
)

// MinAnswers is the fewest answers by which, without a recording, something is
// said: one answer decides several findings, as the side alone decides three.
const MinAnswers = 3

// telling counts the answers that findings look at; since counts for the days.
func (ev *Evidence) telling(answered map[string]any) int {
	used := map[string]bool{"since": true}
	for _, d := range ev.Findings {
		if d.Answer == nil {
			continue
		}
		names := d.Answer.Yes.Names()
		if d.Answer.No != nil {
			names = append(names, d.Answer.No.Names()...)
		}
		for _, n := range names {
			used[n] = true
		}
	}
	n := 0
	for id := range answered {
		if used[id] {
			n++
		}
	}
	return n
}

func clampP(p float64) float64 { return min(max(p, 0.005), 0.995) }

// word is the contribution of a finding (there or not) to an entity.
func (ev *Evidence) word(finding, entity string, there bool) (float64, Cell, bool) {
	c, ok := ev.Cell(finding, entity)
	if !ok {
		return 0, c, false
	}
	p, mean := clampP(c.P), ev.mean[finding]
	if !there {
		p, mean = 1-p, 1-mean
	}
	return min(max(math.Log10(p/mean), -MaxLog10LR), MaxLog10LR), c, true
}

func differential(ev *Evidence, setting string, found []Finding) Differential {
	var out Differential
	prior := ev.Priors[setting].Cells
	total := 0.0
	for _, e := range ev.Entities {
		total += prior[e.ID].P
	}
	for _, e := range ev.Entities {
		pr := prior[e.ID]
		c := Candidate{ID: e.ID, Name: e.Name, Plain: e.Plain, About: e.About, Tests: e.Tests, Log10Prior: math.Log10(pr.P / total), PriorTag: pr.Tag, PriorSource: pr.Source, ICD10CM: e.ICD}
		c.Log10 = c.Log10Prior
		groupFor, groupAgainst := map[string]*Reason{}, map[string]*Reason{}
		for _, f := range found {
			if f.Status == "unknown" {
				continue
			}
			w, cell, ok := ev.word(f.ID, e.ID, f.Status == "yes")
			if !ok {
				continue
			}
			if f.Conflict {
				w /= 2
			}
			if w >= 0 {
				c.For = append(c.For, Reason{f.ID, f.Plain, f.Status, w, cell.P, cell.Tag, cell.Source, true})
			} else {
				c.Against = append(c.Against, Reason{f.ID, f.Plain, f.Status, w, cell.P, cell.Tag, cell.Source, true})
			}
		}
		for _, side := range []struct {
			list  []Reason
			group map[string]*Reason
		}{{c.For, groupFor}, {c.Against, groupAgainst}} {
			for i := range side.list {
				r := &side.list[i]
				g := ev.Finding(r.Finding).Group
				if g == "" {
					continue
				}
				if best := side.group[g]; best != nil {
					if math.Abs(best.Log10LR) >= math.Abs(r.Log10LR) {
						r.Counted = false
						continue
					}
					best.Counted = false
				}
				side.group[g] = r
			}
			for _, r := range side.list {
				if r.Counted {
					c.Log10 += r.Log10LR
				}
			}
			slices.SortStableFunc(side.list, func(a, b Reason) int { return cmp.Compare(math.Abs(b.Log10LR), math.Abs(a.Log10LR)) })
		}
		out.Candidates = append(out.Candidates, c)
	}
	there := 0
	for _, f := range found {
		if f.Status != "unknown" {
			out.Known++
		}
		if f.Status == "yes" {
			there++
		}
	}
	slices.SortStableFunc(out.Candidates, func(a, b Candidate) int { return cmp.Compare(b.Log10, a.Log10) })
	sum := 0.0
	top := out.Candidates[0].Log10
	for _, c := range out.Candidates {
		sum += math.Pow(10, c.Log10-top)
	}
	for i := range out.Candidates {
		out.Candidates[i].Share = math.Pow(10, out.Candidates[i].Log10-top) / sum
	}
	switch {
	case out.Known < MinKnown || there == 0:
		out.Verdict = "not-enough"
	case out.Candidates[0].Log10-out.Candidates[1].Log10 >= leadLog10:
		out.Verdict = "leading"
	default:
		out.Verdict = "open"
	}
	for i := range min(5, len(out.Candidates)) {
		rival := out.Candidates[0].ID
		if i == 0 {
			rival = out.Candidates[1].ID
		}
		out.Candidates[i].Settle = open(ev, out.Candidates[i].ID, rival, found)
	}
	return out
}

// open lists the three unknown findings that would move the entity most against
// its rival.
func open(ev *Evidence, entity, rival string, found []Finding) []Open {
	var out []Open
	for _, f := range found {
		if f.Status != "unknown" {
			continue
		}
		y1, _, ok := ev.word(f.ID, entity, true)
		if !ok {
			continue
		}
		n1, _, _ := ev.word(f.ID, entity, false)
		y2, _, _ := ev.word(f.ID, rival, true)
		n2, _, _ := ev.word(f.ID, rival, false)
		if m := math.Abs((y1 - y2) - (n1 - n2)); m >= 0.2 {
			out = append(out, Open{f.ID, f.Plain, m, f.Settle})
		}
	}
	slices.SortStableFunc(out, func(a, b Open) int { return cmp.Compare(b.Moves, a.Moves) })
	return out[:min(3, len(out))]
}

// codes puts the side into the code that has one; the others of an entity stay.
func (r *Report) codes(ev *Evidence) {
	for i := range r.Differential.Candidates {
		c := &r.Differential.Candidates[i]
		e := ev.Entity(c.ID)
		if r.Side == nil || e.BySide[*r.Side] == "" {
			continue
		}
		with := e.BySide[*r.Side]
		c.ICD10CM = slices.Clone(e.ICD)
		for j, code := range c.ICD10CM {
			if len(code) == len(with) && code[:len(code)-1] == with[:len(with)-1] {
				c.ICD10CM[j] = with
			}
		}
	}
}

// InShort names the weightiest reasons for and against, two of each, and says
// nothing where there is none: a place in the ranking never stands alone.
func (c Candidate) InShort() string {
	name := func(rs []Reason) string {
		var out []string
		for _, r := range rs {
			if !r.Counted || math.Abs(r.Log10LR) < 0.1 || len(out) == 2 {
				continue
			}
			n := Standard().Finding(r.Finding).Name
			if r.Status == "no" {
				n = say("assess.inShort.not", args{"Finding": n})
			}
			out = append(out, n)
		}
		return strings.Join(out, ", ")
	}
	s := ""
	if f := name(c.For); f != "" {
		s += "; " + say("assess.inShort.for", args{"Findings": f})
	}
	if a := name(c.Against); a != "" {
		s += "; " + say("assess.inShort.against", args{"Findings": a})
	}
	if s == "" {
		return "; " + say("assess.inShort.prior")
	}
	return s
}
