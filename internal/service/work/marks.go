package work

import (
	"context"
	"slices"

	"facialis/event"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
	"facialis/validate"
	"facialis/words"
)

// Described writes what the database says of a recording beside its film, after marks
// came or went.
func (w *Worker) Described(ctx context.Context, rec string) {
	w.described(w.Describe(context.WithoutCancel(ctx), rec))
}

// ReadMarks reads marks of a recording from another program's file. Their times become
// those from the first picture.
func (w *Worker) ReadMarks(ctx context.Context, r *record.Recording, data []byte, o validate.Options) (*record.MarkSet, error) {
	a, err := validate.ParseWith(data, o)
	if err != nil {
		return nil, record.Invalid("record.invalid.marks", words.Args{"Reason": err})
	}
	if a.FileClock && r.Analysis != "" {
		own, err := w.Analysis(ctx, r)
		if err != nil {
			return nil, err
		}
		a = a.At(validate.Clock{FirstFrameS: own.Clock.FirstFrameS, SlowMotion: own.Clock.SlowMotion})
	}
	if n := len(a.Events); n > 0 && r.DurationS != nil && a.Events[n-1].OnsetS > *r.DurationS+1 {
		return nil, record.Invalid("record.invalid.marks.other")
	}
	m := &record.MarkSet{Rater: a.Rater, Marks: a.Events, Tasks: a.Tasks}
	if m.Marks == nil {
		m.Marks = []event.Event{}
	}
	if m.Tasks == nil {
		m.Tasks = []event.Task{}
	}
	for i := range m.Marks { // lists are never null in what is kept
		e := &m.Marks[i]
		e.LeadTied, e.Reasons = append(e.LeadTied[:0:0], e.LeadTied...), append([]string{}, e.Reasons...)
		if e.Regions == nil {
			e.Regions = []event.RegionMovement{}
		}
		if e.Side == "" {
			e.Side = "unknown"
		}
	}
	return m, nil
}

// MarkComparison is how marks agree with what the program found.
type MarkComparison struct {
	Kinds []KindAgreement `json:"kinds"`
	Notes []string        `json:"notes"`
}

// KindAgreement is the agreement on one kind of event.
type KindAgreement struct {
	Kind      event.Kind  `json:"kind"`
	Both      int         `json:"both"`
	OnlyMarks int         `json:"only_marks"`
	OnlyFound int         `json:"only_found"`
	F1        *float64    `json:"f1"`
	F1CI95    *[2]float64 `json:"f1_ci95"`
	OnsetS    *float64    `json:"onset_s" doc:"Median difference of onsets, the program's less the marks', seconds"`
}

// CompareMarks compares a set of marks with the program's own events, over the kinds that
// are given or else those that are marked.
func (w *Worker) CompareMarks(ctx context.Context, r *record.Recording, set string, kinds []event.Kind) (*MarkComparison, error) {
	all, err := w.Store.Marks(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	i := slices.IndexFunc(all, func(m record.MarkSet) bool { return m.ID == set })
	if i < 0 {
		return nil, store.ErrNotFound
	}
	if r.Analysis == "" {
		return nil, ErrNoAnalysis
	}
	a, err := w.Analysis(ctx, r)
	if err != nil {
		return nil, err
	}
	if len(kinds) == 0 {
		for _, e := range all[i].Marks {
			if !slices.Contains(kinds, e.Kind) {
				kinds = append(kinds, e.Kind)
			}
		}
	}
	p := validate.DefaultParams()
	p.Kinds, p.DurationS = kinds, r.DurationS
	c := validate.Compare(&validate.Annotation{Events: all[i].Marks, DurationS: r.DurationS}, &validate.Annotation{Events: a.Events, DurationS: r.DurationS, FrameRate: r.FrameRate}, p)
	out := &MarkComparison{Kinds: []KindAgreement{}, Notes: c.Recordings[0].Notes}
	for _, k := range kinds {
		s := c.Kinds[k]
		if s == nil {
			continue
		}
		out.Kinds = append(out.Kinds, KindAgreement{k, s.TP, s.FN, s.FP, s.F1, s.F1CI95, s.OnsetS.Median})
	}
	return out, nil
}
