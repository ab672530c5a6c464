package course

import (
	"cmp"
	"errors"
	"slices"
	"time"

	"facialis/words"
)

// Schema names the shape of a Course.
const Schema = "facialis.course/1"

// Input is what a course is made from. Entries and recordings may come in any
// order; deleted entries are passed over.
type Input struct {
	Entries    []Entry
	Recordings []Recording
	Now        time.Time // nothing after the end of this day is looked at
	TZOffset   int       // the person's clock now, minutes east of UTC
	Version    string    // show the recordings that were measured by it; "" chooses
	// Language is the one in which the course speaks; nil is the process's own.
	Language *words.Language
}

// Course is how one person's spasms change. Everything that could not be had is
// null; lists are empty, never null.
type Course struct {
	Schema        string           `json:"schema"`
	From          *string          `json:"from"` // first and last day with anything
	To            *string          `json:"to"`
	Today         string           `json:"today"`
	Days          []DayPoint       `json:"days"`
	Recordings    []RecordingPoint `json:"recordings"` // all measured by one version
	Measured      Measured         `json:"measured"`
	Treatments    []TreatmentMark  `json:"treatments"`
	Visits        []VisitMark      `json:"visits"`
	Trends        []Trend          `json:"trends"`
	Steps         []Step           `json:"steps"`
	Toxin         Toxin            `json:"toxin"`
	Decompression []Decompression  `json:"decompression"`
	Statements    []Statement      `json:"statements"`
	Persistence   *float64         `json:"persistence_days"` // from the first day with an attack to the last
	Adherence     Adherence        `json:"adherence"`
	Pooled        *Pooled          `json:"pooled"` // the recordings since the last treatment as one; null for fewer than two
	Nights        Nights           `json:"nights"`
	Summary       []string         `json:"summary"` // sentences for the person
	Parameters    []Parameter      `json:"parameters"`

	films []RecordingPoint // of nights, which are measured in their own way
	lang  *words.Language  // in which it speaks
}

// TreatmentMark is a treatment's place in the series.
type TreatmentMark struct {
	ID         string   `json:"id"`
	Type       string   `json:"type"`
	From       string   `json:"from"`
	To         *string  `json:"to"` // null: goes on, or is a single day
	Label      string   `json:"label"`
	Product    *string  `json:"product"`
	UnitsTotal *float64 `json:"units_total"`
	UnitsPerML *float64 `json:"units_per_ml"`
	Sites      []Site   `json:"sites"`

	from, to int
	mvd      bool
}

// VisitMark is a visit's place in the series.
type VisitMark struct {
	ID   string  `json:"id"`
	Date string  `json:"date"`
	With *string `json:"with"`
	Note string  `json:"note"`
}

// Adherence is how often a medicine was taken on the days that say.
type Adherence struct {
	Days  int      `json:"days"`
	Taken int      `json:"taken"`
	Share *float64 `json:"share"`
}

// Follow makes the course of one person. It needs to know what day it is.
func Follow(in Input) (*Course, error) {
	if in.Now.IsZero() {
		return nil, errors.New("course: the present day is not given")
	}
	today := dayOf(in.Now, in.TZOffset)
	entries := slices.DeleteFunc(slices.Clone(in.Entries), func(e Entry) bool { return e.Deleted })
	slices.SortStableFunc(entries, func(a, b Entry) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID), a.UpdatedAt.Compare(b.UpdatedAt))
	})
	awake, films := apart(points(in.Recordings, today))
	kept, measured := ofOneVersion(awake, in.Version)
	films, _ = ofOneVersion(films, "")
	lang := cmp.Or(in.Language, words.Default())
	c := &Course{lang: lang, Schema: Schema, Today: date(today), Days: days(entries, today), Recordings: kept, Measured: measured,
		Treatments: treatments(entries, today, lang), Visits: visits(entries, today), Parameters: StandardIn(lang).Parameters, films: films}
	for i := range c.Days {
		c.Days[i].Treated = c.treated(c.Days[i].day)
	}
	for i := range c.Recordings {
		c.Recordings[i].Treated = c.treated(c.Recordings[i].day)
	}
	c.span()
	c.trends()
	c.steps()
	c.Toxin = c.toxin(today)
	c.Decompression = c.decompressions(today)
	c.Pooled = c.pooled(today)
	c.Statements = c.statements()
	c.Nights = c.nights()
	c.Summary = c.sentences()
	return c, nil
}

func treatments(entries []Entry, last int, lang *words.Language) []TreatmentMark {
	out := []TreatmentMark{}
	for _, e := range entries {
		t := e.Treatment
		if e.Kind != KindTreatment || t == nil {
			continue
		}
		from, ok := parseDay(t.From, e.TZOffsetMin)
		if !ok {
			from = dayOf(e.At, e.TZOffsetMin)
		}
		if from > last {
			continue
		}
		m := TreatmentMark{ID: e.ID, Type: t.Type, From: date(from), from: from, to: from, Product: t.Product, UnitsTotal: t.UnitsTotal, UnitsPerML: t.UnitsPerML, Sites: t.Sites,
			mvd: t.Operation != nil && *t.Operation == MVD}
		if m.Sites == nil {
			m.Sites = []Site{}
		}
		if m.UnitsTotal == nil && len(m.Sites) > 0 {
			sum := 0.0
			for _, s := range m.Sites {
				sum += s.Units
			}
			m.UnitsTotal = &sum
		}
		if t.Type == Drug || t.Type == OtherTreatment {
			m.to = last
		}
		if t.To != nil {
			if to, ok := parseDay(*t.To, e.TZOffsetMin); ok && to >= from && to <= last {
				m.to, m.To = to, ptr(date(to))
			}
		}
		m.Label = label(lang, t)
		out = append(out, m)
	}
	slices.SortStableFunc(out, func(a, b TreatmentMark) int { return cmp.Or(cmp.Compare(a.from, b.from), cmp.Compare(a.ID, b.ID)) })
	return out
}

func label(l *words.Language, t *Treatment) string {
	pick := func(s *string, otherwise string) string {
		if s != nil && *s != "" {
			return *s
		}
		return otherwise
	}
	switch t.Type {
	case BotulinumToxin:
		return pick(t.Product, l.Say("course.treatment.toxin"))
	case Surgery:
		if t.Operation != nil && *t.Operation == MVD {
			return l.Say("course.treatment.decompression")
		}
		return pick(t.Operation, l.Say("course.treatment.operation"))
	case Drug:
		return pick(t.Drug, l.Say("course.treatment.drug"))
	}
	return l.Say("course.treatment.other")
}

func visits(entries []Entry, last int) []VisitMark {
	out := []VisitMark{}
	for _, e := range entries {
		if d := dayOf(e.At, e.TZOffsetMin); e.Kind == KindVisit && e.Visit != nil && d <= last {
			out = append(out, VisitMark{e.ID, date(d), e.Visit.With, e.Visit.Note})
		}
	}
	return out
}

// treated says whether a day lies under an injection's usual effect, within a
// drug's time, or after an operation.
func (c *Course) treated(day int) bool {
	for _, t := range c.Treatments {
		switch {
		case day < t.from:
		case t.Type == Surgery,
			t.Type == BotulinumToxin && day-t.from <= int(param("toxin_effect_days")),
			t.Type == Drug && day <= t.to:
			return true
		}
	}
	return false
}

func (c *Course) span() {
	first, last := 0, 0
	take := func(d int) {
		if c.From == nil || d < first {
			first, c.From = d, ptr(date(d))
		}
		if c.To == nil || d > last {
			last, c.To = d, ptr(date(d))
		}
	}
	var with []int
	for _, d := range c.Days {
		take(d.day)
		if d.Attacks != nil && *d.Attacks > 0 {
			with = append(with, d.day)
		}
		if d.TakenMedicine != nil {
			c.Adherence.Days++
			if *d.TakenMedicine {
				c.Adherence.Taken++
			}
		}
	}
	for _, r := range c.films {
		take(r.day)
	}
	for _, r := range c.Recordings {
		take(r.day)
		if r.Spasms > 0 {
			with = append(with, r.day)
		}
	}
	if len(with) > 0 {
		c.Persistence = ptr(float64(slices.Max(with) - slices.Min(with)))
	}
	if n := c.Adherence.Days; n > 0 {
		c.Adherence.Share = ptr(float64(c.Adherence.Taken) / float64(n))
	}
}
