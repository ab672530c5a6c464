package agreement

import (
	"cmp"
	"math"
	"slices"

	"facialis/event"
	"facialis/measure"
	"facialis/validate"
)

// Program stands among the raters for the program's own events.
const Program = "program"

// Rating is one rater's look at one film.
type Rating struct {
	Rater  string
	Film   string
	Round  int // 1: without the program's marks; 2: with them
	Repeat int // 0: the first look; 1: the same film shown again

	DurationS float64                   // of the film, seconds
	Marked    bool                      // events were marked; false: only scales were filled in
	Events    []event.Event             // by onset
	Scales    map[string]map[string]int // scale, item: value
}

// Params are what an analysis goes by; a study's plan sets them before anybody rates.
type Params struct {
	Kinds      []event.Kind `json:"kinds"`       // of events that are marked
	Scales     []string     `json:"scales"`      // that are filled in
	Statistics []string     `json:"statistics"`  // of [Statistics]
	ToleranceS float64      `json:"tolerance_s"` // between onsets of events that do not overlap
}

// The statistics that a plan may name.
const (
	ICC    = "icc"
	Kappa  = "kappa"
	Events = "events"
	Limits = "limits" // Bland–Altman
	Retest = "retest" // with the smallest detectable change
)

// Statistics are all of them.
var Statistics = []string{ICC, Kappa, Events, Limits, Retest}

// Report is how well the raters of a study agree.
type Report struct {
	Films   int          `json:"films"`
	Raters  []string     `json:"raters"`
	Round   int          `json:"round"`
	Amounts []Amount     `json:"amounts"`
	Items   []ItemKappa  `json:"items"`
	Events  []EventShare `json:"events"`
}

// Amount is the agreement on a figure: events a minute of a kind, or a scale's total.
type Amount struct {
	ID     string           `json:"id"` // rate.spasm, total.sunnybrook
	Films  int              `json:"films"`
	ICC    measure.Estimate `json:"icc"`
	Pairs  []Pair           `json:"pairs"`
	Retest *RetestFigures   `json:"retest"`
}

// Pair compares two raters, or a rater and the program.
type Pair struct {
	A      string           `json:"a"`
	B      string           `json:"b"`
	Films  int              `json:"films"`
	ICC    measure.Estimate `json:"icc"`
	Limits Differences      `json:"limits"` // A less B
}

// RetestFigures are about the films that raters saw twice.
type RetestFigures struct {
	Pairs int              `json:"pairs"` // looks that were repeated
	ICC   measure.Estimate `json:"icc"`
	Error Error            `json:"error"`
}

// ItemKappa is the agreement on an item of a scale.
type ItemKappa struct {
	Scale  string           `json:"scale"`
	Item   string           `json:"item"`
	Weight string           `json:"weight"` // quadratic
	Films  int              `json:"films"`
	Light  measure.Estimate `json:"light"` // mean over the pairs of raters (Light 1971); interval by drawing films again
	Pairs  []KappaPair      `json:"pairs"`
	Retest measure.Estimate `json:"retest"` // first against second look, all raters together
	Looks  int              `json:"looks"`  // that were repeated
}

// KappaPair is the agreement of two raters on an item.
type KappaPair struct {
	A     string           `json:"a"`
	B     string           `json:"b"`
	Films int              `json:"films"`
	Kappa measure.Estimate `json:"kappa"`
}

// EventShare is the agreement of two on which events there are.
type EventShare struct {
	Kind  event.Kind       `json:"kind"`
	A     string           `json:"a"`
	B     string           `json:"b"`
	Films int              `json:"films"`
	Both  int              `json:"both"`
	OnlyA int              `json:"only_a"`
	OnlyB int              `json:"only_b"`
	Share measure.Estimate `json:"share"` // 2·both/(2·both + only_a + only_b)
}

// table is the ratings of one round in order.
type table struct {
	films  []string
	raters []string
	first  map[[2]string]*Rating // rater, film
	again  map[[2]string]*Rating
}

// Analyze compares the ratings of one round with each other and with the program's, which
// may be none.
func Analyze(all []Rating, round int, program []Rating, p Params) *Report {
	t := &table{first: map[[2]string]*Rating{}, again: map[[2]string]*Rating{}}
	for i := range all {
		r := &all[i]
		if r.Round != round {
			continue
		}
		into := t.first
		if r.Repeat > 0 {
			into = t.again
		}
		into[[2]string{r.Rater, r.Film}] = r
		if !slices.Contains(t.raters, r.Rater) {
			t.raters = append(t.raters, r.Rater)
		}
		if !slices.Contains(t.films, r.Film) {
			t.films = append(t.films, r.Film)
		}
	}
	slices.Sort(t.raters)
	slices.Sort(t.films)
	rep := &Report{Films: len(t.films), Raters: slices.Clone(t.raters), Round: round, Amounts: []Amount{}, Items: []ItemKappa{}, Events: []EventShare{}}
	if rep.Raters == nil {
		rep.Raters = []string{}
	}
	machine := map[string]*Rating{}
	for i := range program {
		machine[program[i].Film] = &program[i]
	}
	wants := func(s string) bool { return slices.Contains(p.Statistics, s) }
	for _, k := range p.Kinds {
		rep.addAmount("rate."+string(k), t, machine, wants, func(r *Rating) float64 { return perMinute(r, k) })
	}
	for _, id := range p.Scales {
		s, ok := ScaleOf(id)
		if !ok {
			continue
		}
		rep.addAmount("total."+id, t, nil, wants, func(r *Rating) float64 {
			if r.Scales[id] == nil {
				return math.NaN()
			}
			return s.Total(r.Scales[id])
		})
		if wants(Kappa) {
			for _, it := range s.Items() {
				rep.Items = append(rep.Items, t.item(s, it, wants(Retest)))
			}
		}
	}
	if wants(Events) {
		for _, k := range p.Kinds {
			rep.Events = append(rep.Events, t.events(k, machine, p.ToleranceS)...)
		}
	}
	return rep
}

// secondsAMinute turns seconds into minutes.
const secondsAMinute = 60

// perMinute is how many events of a kind a minute a rating has, NaN where nobody marked.
func perMinute(r *Rating, k event.Kind) float64 {
	if !r.Marked || !(r.DurationS > 0) {
		return math.NaN()
	}
	n := 0
	for _, e := range r.Events {
		if e.Kind == k {
			n++
		}
	}
	return float64(n) * secondsAMinute / r.DurationS
}

// value is a figure of a rating, NaN where there is no rating.
func value(r *Rating, of func(*Rating) float64) float64 {
	if r == nil {
		return math.NaN()
	}
	return of(r)
}

// addAmount compares a figure; without any value it is left out.
func (rep *Report) addAmount(id string, t *table, machine map[string]*Rating, wants func(string) bool, of func(*Rating) float64) {
	a := Amount{ID: id, Pairs: []Pair{}}
	var full [][]float64
	any := false
	for _, f := range t.films {
		row := make([]float64, len(t.raters))
		complete := true
		for i, r := range t.raters {
			row[i] = value(t.first[[2]string{r, f}], of)
			complete = complete && !math.IsNaN(row[i])
			any = any || !math.IsNaN(row[i])
		}
		if complete {
			full = append(full, row)
		}
	}
	if !any {
		return
	}
	a.Films = len(full)
	if wants(ICC) {
		a.ICC = validate.ICC21(full)
	}
	if wants(ICC) || wants(Limits) {
		for _, p := range t.pairs(machine) {
			pair := Pair{A: p.a, B: p.b}
			var both [][]float64
			var d []float64
			for _, f := range t.films {
				x, y := value(p.of(t, machine, p.a, f), of), value(p.of(t, machine, p.b, f), of)
				if !math.IsNaN(x) && !math.IsNaN(y) {
					both, d = append(both, []float64{x, y}), append(d, x-y)
				}
			}
			pair.Films = len(d)
			if wants(ICC) {
				pair.ICC = validate.ICC21(both)
			}
			if wants(Limits) {
				pair.Limits = BlandAltman(d)
			}
			a.Pairs = append(a.Pairs, pair)
		}
	}
	if wants(Retest) {
		var twice [][]float64
		var d []float64
		for _, look := range t.repeated() {
			x, y := of(t.first[look]), of(t.again[look])
			if !math.IsNaN(x) && !math.IsNaN(y) {
				twice, d = append(twice, []float64{x, y}), append(d, x-y)
			}
		}
		a.Retest = &RetestFigures{Pairs: len(d), ICC: validate.ICC21(twice), Error: Repeated(d)}
	}
	rep.Amounts = append(rep.Amounts, a)
}

// pairing is two of those compared.
type pairing struct{ a, b string }

// of is the first look of a rater, or the program's events, at a film.
func (pairing) of(t *table, machine map[string]*Rating, who, film string) *Rating {
	if who == Program {
		return machine[film]
	}
	return t.first[[2]string{who, film}]
}

// pairs are all pairs of raters, and of each rater with the program.
func (t *table) pairs(machine map[string]*Rating) []pairing {
	var out []pairing
	for i, a := range t.raters {
		for _, b := range t.raters[i+1:] {
			out = append(out, pairing{a, b})
		}
	}
	if len(machine) > 0 {
		for _, a := range t.raters {
			out = append(out, pairing{a, Program})
		}
	}
	return out
}

// repeated are the looks that a rater had twice, in order.
func (t *table) repeated() [][2]string {
	var out [][2]string
	for look := range t.again {
		if t.first[look] != nil {
			out = append(out, look)
		}
	}
	slices.SortFunc(out, func(a, b [2]string) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	return out
}

// item compares an item of a scale.
func (t *table) item(s *Scale, it Item, retest bool) ItemKappa {
	values := it.Values()
	level := func(r *Rating) int {
		if r == nil || r.Scales[s.ID] == nil {
			return -1
		}
		v, ok := r.Scales[s.ID][it.ID]
		if !ok {
			return -1
		}
		return slices.Index(values, v)
	}
	out := ItemKappa{Scale: s.ID, Item: it.ID, Weight: "quadratic", Pairs: []KappaPair{}}
	table := func(a, b string, films []string) ([][]float64, int) {
		var x, y []int
		for _, f := range films {
			if i, j := level(t.first[[2]string{a, f}]), level(t.first[[2]string{b, f}]); i >= 0 && j >= 0 {
				x, y = append(x, i), append(y, j)
			}
		}
		return crossTable(x, y, len(values)), len(x)
	}
	pairs := t.pairs(nil)
	var complete []string
	for _, f := range t.films {
		if !slices.ContainsFunc(t.raters, func(r string) bool { return level(t.first[[2]string{r, f}]) < 0 }) {
			complete = append(complete, f)
		}
	}
	out.Films = len(complete)
	for _, p := range pairs {
		counts, n := table(p.a, p.b, t.films)
		out.Pairs = append(out.Pairs, KappaPair{p.a, p.b, n, WeightedKappa(counts, Quadratic)})
	}
	if len(pairs) > 0 && len(complete) > 0 {
		out.Light = drawn(len(complete), func(pick []int) float64 {
			films := make([]string, len(pick))
			for i, k := range pick {
				films[i] = complete[k]
			}
			sum, n := 0.0, 0
			for _, p := range pairs {
				counts, _ := table(p.a, p.b, films)
				if k := WeightedKappa(counts, Quadratic).Value; k != nil {
					sum, n = sum+*k, n+1
				}
			}
			if n == 0 {
				return math.NaN()
			}
			return sum / float64(n)
		})
	}
	if retest {
		var x, y []int
		for _, look := range t.repeated() {
			if i, j := level(t.first[look]), level(t.again[look]); i >= 0 && j >= 0 {
				x, y = append(x, i), append(y, j)
			}
		}
		out.Looks = len(x)
		out.Retest = WeightedKappa(crossTable(x, y, len(values)), Quadratic)
	}
	return out
}

// events compares which events of a kind each pair marked.
func (t *table) events(k event.Kind, machine map[string]*Rating, tolerance float64) []EventShare {
	var out []EventShare
	for _, p := range t.pairs(machine) {
		e := EventShare{Kind: k, A: p.a, B: p.b}
		var counts [][3]int
		for _, f := range t.films {
			a, b := p.of(t, machine, p.a, f), p.of(t, machine, p.b, f)
			if a == nil || b == nil || !a.Marked || !b.Marked {
				continue
			}
			x, y := ofKind(a.Events, k), ofKind(b.Events, k)
			both := len(validate.Match(x, y, tolerance,
				func(event.Event, event.Event) bool { return true },
				func(m, n event.Event) float64 {
					if m.Side == n.Side {
						return 1
					}
					return 0
				}))
			counts = append(counts, [3]int{both, len(x) - both, len(y) - both})
			e.Both, e.OnlyA, e.OnlyB = e.Both+both, e.OnlyA+len(x)-both, e.OnlyB+len(y)-both
		}
		e.Films = len(counts)
		if e.Films > 0 {
			e.Share = drawn(e.Films, func(pick []int) float64 {
				var both, alone float64
				for _, i := range pick {
					both += 2 * float64(counts[i][0])
					alone += float64(counts[i][1] + counts[i][2])
				}
				return both / (both + alone) // NaN where nobody marked anything
			})
		}
		out = append(out, e)
	}
	return out
}

// ofKind are the events of a kind by onset.
func ofKind(events []event.Event, k event.Kind) []event.Event {
	var out []event.Event
	for _, e := range events {
		if e.Kind == k {
			out = append(out, e)
		}
	}
	slices.SortStableFunc(out, func(a, b event.Event) int { return cmp.Compare(a.OnsetS, b.OnsetS) })
	return out
}
