package main

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"facialis/bench/change"
	"facialis/event"
	"facialis/spasm"
)

// ablationSet is one column of the tables of make ablation.
type ablationSet struct {
	name string
	sets []string // of films.yaml
}

// foundIn are the sets with marked movements of one side, falseIn those in which what
// is reported besides is counted.
var (
	foundIn = []ablationSet{{"implants at rest", []string{"rest"}}, {"implants while talking", []string{"talk"}},
		{"heads", []string{"head"}}, {"posed", []string{"pose"}}, {"drawn", []string{"drawn"}}}
	falseIn = []ablationSet{{"people at rest", []string{"rest", "control"}}, {"people talking", []string{"talk", "talker"}},
		{"heads", []string{"head"}}, {"drawn", []string{"drawn"}}}
)

// verdict is what the events of some films are worth.
type verdict struct {
	found, marked map[string]int // movements of one side, by set
	wrong         map[string]int // spasms and synkineses where nothing is marked
	minutes       map[string]float64
	kinds         int // marked movements that an event tells with another kind
	blinks        int // marked blinks that are reported as one
	closures      int // marked blinks
}

func newVerdict() verdict {
	return verdict{found: map[string]int{}, marked: map[string]int{}, wrong: map[string]int{}, minutes: map[string]float64{}}
}

// add judges the events of a film one to one: each marked movement takes the nearest
// event that fits it. An event that overlaps a marked movement of its side but is cut
// otherwise is neither found nor wrong.
func (v *verdict) add(f *film, events []event.Event) {
	v.minutes[f.Set] += f.minutes
	used := make([]bool, len(events))
	for _, t := range f.truth {
		if !t.oneSided() && t.Kind != event.Blink {
			continue
		}
		best := -1
		for i, e := range events {
			if used[i] || !fits(t.Event, e) {
				continue
			}
			if best < 0 || math.Abs(e.OnsetS-t.OnsetS) < math.Abs(events[best].OnsetS-t.OnsetS) {
				best = i
			}
		}
		told := event.Kind("")
		if best >= 0 {
			used[best], told = true, events[best].Kind
		}
		if told != "" && told != t.Kind {
			v.kinds++
		}
		if t.Kind == event.Blink {
			v.closures++
			if told == event.Blink {
				v.blinks++
			}
			continue
		}
		v.marked[f.Set]++
		if contraction(told) {
			v.found[f.Set]++
		}
	}
	for i, e := range events {
		if used[i] || !contraction(e.Kind) {
			continue
		}
		overlaps := slices.ContainsFunc(f.truth, func(t marked) bool {
			return t.oneSided() && t.Side == e.Side && t.OnsetS < e.OffsetS && t.OffsetS > e.OnsetS
		})
		// What fits a marked movement that another event has taken is told twice.
		twice := slices.ContainsFunc(f.truth, func(t marked) bool { return t.oneSided() && fits(t.Event, e) })
		if !overlaps || twice {
			v.wrong[f.Set]++
		}
	}
}

func contraction(k event.Kind) bool { return k == event.Spasm || k == event.Synkinesis }

// sum is a count over the sets of a column.
func (s ablationSet) sum(of map[string]int) (n int) {
	for _, name := range s.sets {
		n += of[name]
	}
	return n
}

func (s ablationSet) minutes(of map[string]float64) (m float64) {
	for _, name := range s.sets {
		m += of[name]
	}
	return m
}

// differ counts the events of either list that the other has not, with the same kind,
// side and form, and by how many the episodes and attacks differ.
func differ(a, b []event.Event) int {
	episodesA, attacksA := groups(a)
	episodesB, attacksB := groups(b)
	n := int(math.Abs(float64(episodesA-episodesB)) + math.Abs(float64(attacksA-attacksB)))
	for _, pair := range [][2][]event.Event{{a, b}, {b, a}} {
		for _, e := range pair[0] {
			if !slices.ContainsFunc(pair[1], func(o event.Event) bool {
				return e.Kind == o.Kind && e.Side == o.Side && e.Form == o.Form && math.Abs(e.OnsetS-o.OnsetS) < sameS && math.Abs(e.OffsetS-o.OffsetS) < sameS
			}) {
				n++
			}
		}
	}
	return n
}

// groups counts episodes and attacks.
func groups(events []event.Event) (episodes, attacks int) {
	for _, e := range events {
		if e.Episode != nil && e.Attack != nil {
			episodes, attacks = max(episodes, *e.Episode), max(attacks, *e.Attack)
		}
	}
	return episodes, attacks
}

// sameS: events whose ends lie no farther apart than half a picture are the same, s.
const sameS = 0.02

// ablation is what make ablation measures.
type ablation struct {
	films  []*film
	models map[string]*spasm.Model // by person, none of whose recordings it has seen
	base   [][]event.Event         // events of each film as they are
}

// drawnFilms are the drawn presets with a kept trace that are not in the list. The
// score has not seen them.
func drawnFilms(films []*film, traces, recordings string) ([]*film, error) {
	paths, err := filepath.Glob(filepath.Join(traces, "d_*", "trace.parquet"))
	if err != nil {
		return nil, err
	}
	var out []*film
	for _, path := range paths {
		f := &film{Film: filepath.Base(filepath.Dir(path)), Set: "drawn"}
		f.Person = "drawn " + strings.TrimPrefix(f.Film, "d_")
		if slices.ContainsFunc(films, func(o *film) bool { return o.Film == f.Film }) {
			continue
		}
		if err := f.read(path, recordings, traces); err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// newAblation fits the held-out models once; the changes are judged by them.
func newAblation(films, drawn []*film, p spasm.Params) *ablation {
	a := &ablation{films: slices.Concat(films, drawn), models: map[string]*spasm.Model{}}
	for _, who := range persons(films) {
		m := train(films, who, settings[0])
		a.models[who] = &m
	}
	all := spasm.Score()
	for _, f := range drawn {
		a.models[f.Person] = &all
	}
	a.base = a.events(p)
	return a
}

// events are those of each film with parameters p.
func (a *ablation) events(p spasm.Params) [][]event.Event {
	out := make([][]event.Event, len(a.films))
	at := map[*film]int{}
	for i, f := range a.films {
		at[f] = i
	}
	each(a.films, func(f *film) { out[at[f]] = spasm.FindBy(f.trace, nil, p, a.models[f.Person]).Events })
	return out
}

func (a *ablation) judge(events [][]event.Event) verdict {
	v := newVerdict()
	for i, f := range a.films {
		v.add(f, events[i])
	}
	return v
}

func (a *ablation) changed(events [][]event.Event) (n int) {
	for i := range events {
		n += differ(a.base[i], events[i])
	}
	return n
}

// refit is what a term is worth when the score is fitted without it: candidates found
// of the marked at mostFalse, and the loss.
type refit struct {
	hits, marked int
	loss         float64
}

func refitWithout(films []*film, p spasm.Params, terms ...string) refit {
	s := settings[0]
	s.features = terms
	holdOut(films, s, p)
	r := judge(films, pointFor(films, mostFalse))
	return refit{r.hits, r.all, logLoss(films)}
}

// ablate writes docs/rules.md.
func ablate(films []*film, traces, recordings string, p spasm.Params, out string) error {
	drawn, err := drawnFilms(films, traces, recordings)
	if err != nil {
		return err
	}
	a := newAblation(films, drawn, p)
	base := a.judge(a.base)
	var nothing []string
	rows := map[string][]string{}
	for _, c := range change.All() {
		events := a.events(c.Apply(p))
		v, n := a.judge(events), a.changed(events)
		sort := ofParameters
		if c.Rule != nil {
			sort = c.Rule.Sort
		}
		rows[sort] = append(rows[sort], ablationRow(c, v, base, n))
		if n == 0 {
			nothing = append(nothing, changeName(c))
		}
		fmt.Fprintf(os.Stderr, "%-24s %d events differ\n", c, n)
	}
	whole := refitWithout(films, p)
	var terms []string
	for _, f := range spasm.Features {
		r := refitWithout(films, p, f.Name)
		terms = append(terms, fmt.Sprintf("| %s | %s | %+.4f |", f.Name, signed(r.hits-whole.hits), r.loss-whole.loss))
	}
	page := rulesPage{base: base, whole: whole, rows: rows, terms: terms, nothing: nothing, films: len(films), persons: len(persons(films)), drawn: len(drawn)}
	return os.WriteFile(out, []byte(page.String()), 0o666)
}

func signed(n int) string {
	if n == 0 {
		return "·"
	}
	return strings.Replace(fmt.Sprintf("%+d", n), "-", "−", 1)
}

func changeName(c change.Change) string {
	switch {
	case c.Rule != nil:
		return c.Rule.Name
	case c.Param.Unit == "log-odds":
		return fmt.Sprintf("%s, odds × %g", c.Param.Name, c.Factor)
	}
	return fmt.Sprintf("%s × %g", c.Param.Name, c.Factor)
}

// ablationRow is what a change does, as differences from what is in use.
func ablationRow(c change.Change, v, base verdict, changed int) string {
	cells := []string{changeName(c)}
	for _, s := range foundIn {
		cells = append(cells, signed(s.sum(v.found)-s.sum(base.found)))
	}
	for _, s := range falseIn {
		cells = append(cells, signed(s.sum(v.wrong)-s.sum(base.wrong)))
	}
	cells = append(cells, signed(v.kinds-base.kinds), signed(v.blinks-base.blinks), fmt.Sprint(changed))
	return "| " + strings.Join(cells, " | ") + " |"
}
