package main

import (
	"fmt"
	"math"
	"slices"

	"facialis/spasm"
)

// persons are those of the films, in order.
func persons(films []*film) []string {
	var out []string
	for _, f := range films {
		if !slices.Contains(out, f.Person) {
			out = append(out, f.Person)
		}
	}
	return out
}

// setting is what a fit may choose.
type setting struct {
	knots       int
	ridge, bend float64
	features    []string // left out
	strong      float64  // weight of a strong contraction that was put in, of a marked one
}

func names(leftOut []string) (out []string, at, signs []int) {
	for i, f := range spasm.Features {
		if !slices.Contains(leftOut, f.Name) {
			out = append(out, f.Name)
			at = append(at, i)
			signs = append(signs, f.Sign)
		}
	}
	return out, at, signs
}

// train fits a model on the films that are not of person.
func train(films []*film, person string, s setting) spasm.Model {
	var rows [][]float64
	var y, w []float64
	feat, at, signs := names(s.features)
	var own int // rows that are the films' own: only they place the knots
	take := func(cands []cand, weight float64) {
		for _, c := range cands {
			if c.y < 0 {
				continue
			}
			var x []float64
			for _, i := range at {
				x = append(x, c.x[i])
			}
			rows = append(rows, x)
			y = append(y, float64(c.y))
			w = append(w, weight)
		}
	}
	for _, f := range films {
		if f.Person != person {
			take(f.cands, 1)
		}
	}
	own = len(rows)
	for _, f := range films {
		if f.Person != person {
			take(f.pulls, s.strong)
		}
	}
	return fit(newBasis(feat, signs, rows[:own], y[:own], s.knots), rows, y, w, s.ridge, s.bend).model(rows)
}

// holdOut gives every candidate the score of a model that has not seen its person,
// and finds again which of those of a moment is told.
func holdOut(films []*film, s setting, p spasm.Params) {
	who := persons(films)
	models := make([]spasm.Model, len(who))
	done := make(chan bool)
	for w := range 2 {
		go func() {
			for i := w; i < len(who); i += 2 {
				models[i] = train(films, who[i], s)
			}
			done <- true
		}()
	}
	<-done
	<-done
	for _, f := range films {
		f.rescore(&models[slices.Index(who, f.Person)], p)
	}
}

// rescore judges the film by another model.
func (f *film) rescore(m *spasm.Model, p spasm.Params) {
	f.found = spasm.FindBy(f.trace, nil, p, m)
	for i, c := range f.found.Candidates {
		f.cands[i].Candidate, f.cands[i].score = c, c.LogOdds
	}
}

// result is what is found above an operating point.
type result struct {
	n, hit [64]int
	hits   int // of all marked, whatever row
	all    int
	fp     map[string]int
	min    map[string]float64
}

// judge counts what is told above a score. In a film, candidates that overlap a
// marked event but are cut otherwise are neither found nor false, unless the event is
// found by another.
func judge(films []*film, point float64) result {
	r := result{fp: map[string]int{}, min: map[string]float64{}}
	for _, f := range films {
		got := map[int]bool{}
		r.min[f.Set] += f.minutes
		for _, c := range f.cands {
			if c.Rival || c.score < point {
				continue
			}
			switch {
			case c.y == 1:
				if got[c.truth] { // told twice
					r.fp[f.Set]++
				}
				got[c.truth] = true
			case c.y == 0:
				r.fp[f.Set]++
			}
		}
		for i, t := range f.truth {
			if !t.oneSided() {
				continue
			}
			r.all++
			if got[i] {
				r.hits++
			}
			for k, row := range rows {
				if row.of(f, t) {
					r.n[k]++
					if got[i] {
						r.hit[k]++
					}
				}
			}
		}
	}
	return r
}

// false alarms a minute among filmed people who talk, and at rest.
func (r result) talkers() float64 {
	return float64(r.fp["talker"]+r.fp["talk"]) / (r.min["talker"] + r.min["talk"])
}
func (r result) rest() float64 {
	return float64(r.fp["rest"]+r.fp["control"]) / (r.min["rest"] + r.min["control"])
}

// pointFor is the lowest score with at most so many false a filmed minute among all
// filmed people. The tables count what is false there over the time seen, which is less.
func pointFor(films []*film, perMin float64) float64 {
	var scores []float64
	minutes := 0.0
	for _, f := range films {
		if f.Set == "head" || f.Set == "pose" || f.Set == "drawn" {
			continue
		}
		minutes += f.filmed
		for _, c := range f.cands {
			if c.y == 0 && !c.Rival {
				scores = append(scores, c.score)
			}
		}
	}
	slices.Sort(scores)
	slices.Reverse(scores)
	i := int(perMin * minutes)
	if i >= len(scores) {
		return math.Inf(-1)
	}
	return scores[i] + 1e-9
}

func curve(films []*film) {
	points := []float64{0.3, 0.5, 1, 2}
	var rs []result
	for _, q := range points {
		rs = append(rs, judge(films, pointFor(films, q)))
	}
	for k, row := range rows {
		fmt.Printf("%-48s", row.name)
		for _, r := range rs {
			fmt.Printf("  %3d/%3d", r.hit[k], r.n[k])
		}
		fmt.Println()
	}
	fmt.Printf("%-48s", "false a minute, talkers / rest / heads")
	for i, r := range rs {
		fmt.Printf("  %.2f/%.2f/%.2f (%.2f)", r.talkers(), r.rest(), float64(r.fp["head"])/r.min["head"], pointFor(films, points[i]))
	}
	fmt.Println()
}

// brief is one line of what matters.
func brief(films []*film) string {
	out := fmt.Sprintf("loss %.4f", logLoss(films))
	for _, q := range []float64{0.3, 0.5, 1} {
		r := judge(films, pointFor(films, q))
		out += fmt.Sprintf("  | %.1f: rest %d,%d talk %d face %d turned %d,%d posed %d+%d sum %d fp head %d drawn %d", q, r.hit[0], r.hit[2], r.hit[6], r.hit[7], r.hit[8], r.hit[9], r.hit[10], r.hit[11], r.hits, r.fp["head"], r.fp["drawn"])
	}
	return out
}

// logLoss is how badly the held-out scores predict the labels.
func logLoss(films []*film) float64 {
	var sum float64
	n := 0
	for _, f := range films {
		for _, c := range f.cands {
			if c.y >= 0 {
				p := 1 / (1 + math.Exp(-c.score))
				p = math.Min(math.Max(p, 1e-4), 1-1e-4)
				if c.y == 0 {
					p = 1 - p
				}
				sum -= math.Log(p)
				n++
			}
		}
	}
	return sum / float64(n)
}
