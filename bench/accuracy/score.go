package main

import (
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/event"
	"facialis/measure"
	"facialis/validate"
)

// figure is one number of the table, with what was asked of it.
type figure struct {
	Name  string      `json:"name"`
	Value *float64    `json:"value"` // null where nothing was drawn that it could be had from
	CI95  *[2]float64 `json:"ci95"`
	N     string      `json:"n"`    // what it was had from
	Goal  string      `json:"goal"` // empty for none
	Held  *bool       `json:"held"` // null without a goal or a value
	unit  unit
}

type unit int

const (
	share unit = iota
	perMin
	frames
	relative
)

// figures are the numbers of a set of clips.
type figures struct {
	Recall, Half, Rest, Active, Turns, Side, Kind, KindAll, KindAsked, Form, Lead, Onset, Bias, Low, High, Blinks, Precision, Loose, Seen figure
}

func (f *figures) list() []*figure {
	return []*figure{&f.Recall, &f.Half, &f.Rest, &f.Active, &f.Side, &f.Kind, &f.KindAll, &f.Form, &f.Lead, &f.Onset, &f.Bias, &f.Low, &f.High, &f.Blinks,
		&f.KindAsked, &f.Turns, &f.Precision, &f.Loose, &f.Seen}
}

// tally counts k of n.
type tally struct{ k, n int }

func (t *tally) add(hit bool) {
	t.n++
	if hit {
		t.k++
	}
}

// pool is what is gathered over clips before it becomes figures.
type pool struct {
	recall, half, side, kind, kindAll, kindAsked, form, lead, precision tally

	recallBy map[anatomy.Region]*tally // of single-region events, by region, full size
	onset    []float64                 // sizes of the errors, frames
	size     []float64                 // (found − drawn)/drawn
	falses   map[string]int            // by set
	loose    int                       // false ones of the spasm clips that are no part of a drawn one
	minutes  map[string]float64        // seen, by set

	seenS, filmedS float64
	blinks         []validate.Input
	synkinesy      tally // drawn synkinesis called synkinesis, of those found or not
}

func newPool() *pool {
	return &pool{falses: map[string]int{}, minutes: map[string]float64{}, recallBy: map[anatomy.Region]*tally{}}
}

// add gathers a clip. Clips of asked-for winks and of both-sided closures give
// nothing but what is told of them by themselves.
func (p *pool) add(c *clip) {
	m := match(c.Truth.Events, c.Found)
	p.minutes[c.Set] += c.seenS / 60
	for j, r := range m.found {
		if !involuntary(r) {
			continue
		}
		if c.Set == setSpasm || c.Set == setLocked {
			p.precision.add(m.spasmOf[j] >= 0)
		}
		if m.spasmOf[j] < 0 {
			p.falses[c.Set]++
			if (c.Set == setSpasm || c.Set == setLocked) && !m.partOf(j) {
				p.loose++
			}
		}
	}
	if c.Set == setBoth || c.Set == setWink {
		return
	}
	p.seenS, p.filmedS = p.seenS+c.seenS, p.filmedS+c.Truth.Recording.DurationS
	for i, t := range m.truth {
		if j := m.any[i]; j >= 0 {
			p.kindAll.add(m.found[j].Kind == t.Kind)
			if oneSided(t) && full(t) {
				p.kind.add(m.found[j].Kind == t.Kind)
			}
		}
		if oneSided(t) {
			p.spasm(c, &t, m, i)
		}
	}
	asked := match(c.Truth.Events, c.Asked)
	for i, t := range asked.truth {
		if j := asked.any[i]; j >= 0 && oneSided(t) && full(t) {
			p.kindAsked.add(asked.found[j].Kind == t.Kind)
		}
	}
	p.blinks = append(p.blinks, c.input(func(e event.Event) bool { return e.Kind == event.Blink }))
}

// spasm gathers one drawn one-sided event.
func (p *pool) spasm(c *clip, t *event.Event, m *matched, i int) {
	j := m.spasms[i]
	if t.Kind == event.Synkinesis {
		p.synkinesy.add(j >= 0 && m.found[j].Kind == event.Synkinesis)
	}
	if t.Kind == event.Spasm {
		switch {
		case full(*t):
			p.recall.add(j >= 0)
			if len(t.Regions) == 1 {
				b := p.recallBy[t.Regions[0].Region]
				if b == nil {
					b = &tally{}
					p.recallBy[t.Regions[0].Region] = b
				}
				b.add(j >= 0)
			}
		case half(*t):
			p.half.add(j >= 0)
		}
	}
	if j < 0 {
		return
	}
	r := &m.found[j]
	p.side.add(t.Side == r.Side)
	if t.Kind != event.Spasm { // a synkinesis's form and time are its trigger's
		return
	}
	if full(*t) {
		p.form.add(t.Form == r.Form)
	}
	if peak(*t) >= 1 {
		p.lead.add(t.Lead == r.Lead)
	}
	p.onset = append(p.onset, math.Abs(r.OnsetS-t.OnsetS)*c.Truth.Recording.FrameRate)
	for _, a := range t.Regions {
		for _, b := range r.Regions {
			if a.Region == b.Region && a.Side == b.Side && a.PeakMM != nil && b.PeakMM != nil && *a.PeakMM >= 1 {
				p.size = append(p.size, *b.PeakMM / *a.PeakMM - 1)
			}
		}
	}
}

// input is a clip's truth and result for package validate, those events that
// keep says.
func (c *clip) input(keep func(event.Event) bool) validate.Input {
	only := func(es []event.Event) *validate.Annotation {
		a := &validate.Annotation{Source: c.Name, DurationS: &c.Truth.Recording.DurationS, FrameRate: &c.Truth.Recording.FrameRate}
		for _, e := range es {
			if keep(e) {
				a.Events = append(a.Events, e)
			}
		}
		return a
	}
	return validate.Input{Name: c.Name, Truth: only(c.Truth.Events), Result: only(c.Found)}
}

// figures turns what was gathered into numbers held against the goals of the
// program's first page of accuracy.
func (p *pool) figures() *figures {
	f := &figures{
		Recall:    p.recall.figure("spasms found: lid ≥ 0.5 mm, corner ≥ 0.7 mm, lower lip ≥ 0.8 mm", 0.95),
		Half:      p.half.figure("spasms found at half that size", 0.5),
		Rest:      rate("false spasms at rest", p.falses[setRest], p.minutes[setRest], 0.2),
		Active:    rate("false spasms talking and smiling", p.falses[setActive], p.minutes[setActive], 0.5),
		Turns:     rate("false spasms turning the head", p.falses[setTurns], p.minutes[setTurns], math.NaN()),
		Side:      p.side.figure("side right", 0.99),
		Kind:      p.kind.figure("kind right, spasms and synkineses", 0.95),
		KindAll:   p.kindAll.figure("kind right, all events", 0.95),
		KindAsked: p.kindAsked.figure("kind right, spasms and synkineses, protocol known", math.NaN()),
		Form:      p.form.figure("form right", 0.95),
		Lead:      p.lead.figure("lead region right, from 1 mm", 0.9),
		Precision: p.precision.figure("reported spasms and synkineses that were drawn", math.NaN()),
		Loose:     rate("false spasms amid drawn ones, no part of them", p.loose, p.minutes[setSpasm]+p.minutes[setLocked], math.NaN()),
	}
	f.Seen = figure{Name: "share of the time in which something was seen", N: in2(p.seenS, p.filmedS)}
	if p.filmedS > 0 {
		f.Seen.set(p.seenS/p.filmedS, nil, nil)
	}
	f.Onset = figure{Name: "onset error, median size", Goal: "≤ 1 frame", N: count(len(p.onset)), unit: frames}
	if len(p.onset) > 0 {
		slices.Sort(p.onset)
		f.Onset.set(measure.Quantile(p.onset, 0.5), medianCI(p.onset), func(v float64) bool { return v <= 1 })
	}
	f.Bias = figure{Name: "size error from 1 mm: bias", Goal: "within ± 15 %", N: count(len(p.size)), unit: relative}
	f.Low = figure{Name: "size error from 1 mm: lower limit of agreement", Goal: "within ± 40 %", N: f.Bias.N, unit: relative}
	f.High = figure{Name: "size error from 1 mm: upper limit of agreement", Goal: "within ± 40 %", N: f.Bias.N, unit: relative}
	if l := validate.BlandAltman(p.size); l.Low != nil {
		// Bland and Altman: the bias's standard error is SD/√n, the limits' √3 of that.
		se := 1.96 * *l.SD / math.Sqrt(float64(l.N))
		within := func(x float64) func(float64) bool { return func(v float64) bool { return math.Abs(v) <= x } }
		f.Bias.set(*l.Bias, &[2]float64{*l.Bias - se, *l.Bias + se}, within(0.15))
		f.Low.set(*l.Low, &[2]float64{*l.Low - math.Sqrt(3)*se, *l.Low + math.Sqrt(3)*se}, within(0.4))
		f.High.set(*l.High, &[2]float64{*l.High - math.Sqrt(3)*se, *l.High + math.Sqrt(3)*se}, within(0.4))
	}
	f.Blinks = figure{Name: "blinks, F1", Goal: "≥ 0.98"}
	b := validate.CompareAll(p.blinks, validate.DefaultParams()).Kinds[event.Blink]
	f.Blinks.N = found(b.TP, b.FN, b.FP)
	if b.F1 != nil {
		f.Blinks.set(*b.F1, b.F1CI95, func(v float64) bool { return v >= 0.98 })
	}
	return f
}

func (f *figure) set(v float64, ci *[2]float64, held func(float64) bool) {
	f.Value, f.CI95 = &v, ci
	if held != nil {
		h := held(v)
		f.Held = &h
	}
}

// figure is a share that should be at least goal (NaN for no goal).
func (t tally) figure(name string, goal float64) figure {
	f := figure{Name: name, N: of(t.k, t.n)}
	var held func(float64) bool
	if !math.IsNaN(goal) {
		f.Goal = atLeast(goal)
		held = func(v float64) bool { return v >= goal }
	}
	if t.n > 0 {
		f.set(float64(t.k)/float64(t.n), measure.Wilson(t.k, t.n), held)
	}
	return f
}

// rate is events a minute that should be at most goal (NaN for no goal).
func rate(name string, n int, minutes, goal float64) figure {
	f := figure{Name: name, N: in(n, minutes), unit: perMin}
	var held func(float64) bool
	if !math.IsNaN(goal) {
		f.Goal = atMost(goal)
		held = func(v float64) bool { return v <= goal }
	}
	if e := measure.PoissonRate(n, minutes); e.Value != nil {
		f.set(*e.Value, e.CI95, held)
	}
	return f
}

// medianCI is the 95 % interval of the median of sorted values by order
// statistics, ranks n/2 ∓ 0.98√n (normal approximation of the binomial;
// Conover, Practical Nonparametric Statistics, 1999); nil for fewer than six
// values, of which even the outermost do not reach 95 %.
func medianCI(sorted []float64) *[2]float64 {
	n := len(sorted)
	if n < 6 {
		return nil
	}
	h := 0.98 * math.Sqrt(float64(n))
	lo := max(0, int(math.Floor(float64(n)/2-h))-1)
	hi := min(n-1, int(math.Ceil(float64(n)/2+h)))
	return &[2]float64{sorted[lo], sorted[hi]}
}
