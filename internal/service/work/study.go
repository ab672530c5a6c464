package work

import (
	"context"
	"errors"
	"slices"

	"facialis/agreement"
	"facialis/anatomy"
	"facialis/event"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
	"facialis/words"
)

// StudyReport is how well a study's raters agree, by what is finished so far.
type StudyReport struct {
	Intact       bool                `json:"intact" doc:"The plan is the one that was locked"`
	Finished     map[string]int      `json:"finished" doc:"Looks that each rater has finished"`
	Looks        int                 `json:"looks" doc:"Looks that each rater has to do"`
	OtherVersion []string            `json:"other_version" doc:"Films left out of the comparison with the program: analyzed by another version than the plan's, or not at all"`
	Withdrawn    []string            `json:"withdrawn" doc:"Films that were deleted after the plan was locked: no figure counts them"`
	Rounds       []*agreement.Report `json:"rounds"`
	Methods      string              `json:"methods" doc:"A paragraph for the methods of a paper"`
}

// StudyReport compares a study's finished ratings with each other and with what the
// program itself found.
func (w *Worker) StudyReport(ctx context.Context, st *record.Study) (*StudyReport, error) {
	ratings, err := w.Store.Ratings(ctx, st.ID, "")
	if err != nil {
		return nil, err
	}
	p := &st.Plan
	rep := &StudyReport{Intact: st.Intact(), Finished: map[string]int{}, OtherVersion: []string{}, Withdrawn: []string{}, Rounds: []*agreement.Report{}}
	length := map[string]float64{}
	var program []agreement.Rating
	for _, id := range p.Films {
		r, err := w.Store.Recording(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			rep.Withdrawn = append(rep.Withdrawn, id)
			continue
		}
		if err != nil {
			return nil, err
		}
		if r.DurationS != nil {
			length[id] = *r.DurationS
		}
		if r.Analysis == "" {
			rep.OtherVersion = append(rep.OtherVersion, id)
			continue
		}
		a, err := w.Analysis(ctx, r)
		if err != nil {
			return nil, err
		}
		if a.Provenance.Version != p.Version {
			rep.OtherVersion = append(rep.OtherVersion, id)
			continue
		}
		program = append(program, agreement.Rating{Film: id, DurationS: length[id], Marked: true, Events: a.Events})
	}
	looks := map[string][]record.Look{}
	for _, r := range p.Raters {
		looks[r] = p.Looks(r)
		rep.Finished[r], rep.Looks = 0, 0
		for _, l := range looks[r] {
			if !slices.Contains(rep.Withdrawn, l.Film) {
				rep.Looks++
			}
		}
	}
	var all []agreement.Rating
	for _, r := range ratings {
		if r.DoneAt == nil || r.N < 1 || r.N > len(looks[r.Rater]) {
			continue
		}
		l := looks[r.Rater][r.N-1]
		if slices.Contains(rep.Withdrawn, l.Film) {
			continue
		}
		rep.Finished[r.Rater]++
		all = append(all, agreement.Rating{Rater: r.Rater, Film: l.Film, Round: l.Round, Repeat: l.Repeat, DurationS: length[l.Film],
			Marked: len(p.Kinds) > 0, Events: markedEvents(r.Marks), Scales: r.Scales})
	}
	params := agreement.Params{Kinds: p.Kinds, Scales: p.Scales, Statistics: p.Statistics, ToleranceS: p.ToleranceS}
	rounds := []int{1}
	if p.SecondRound {
		rounds = append(rounds, 2)
	}
	for _, n := range rounds {
		rep.Rounds = append(rep.Rounds, agreement.Analyze(all, n, program, params))
	}
	rep.Methods = agreement.Methods(rep.Rounds[0], params, p.Version)
	if n := len(rep.Withdrawn); n > 0 {
		rep.Methods += " " + words.Default().Count("report.agreement.method.withdrawn", n)
	}
	return rep, nil
}

// StillRates reports whether somebody of that name is a rater of a study and has not
// finished.
func (w *Worker) StillRates(ctx context.Context, st *record.Study, name string) (bool, error) {
	if name == "" || !slices.Contains(st.Plan.Raters, name) {
		return false, nil
	}
	done, err := w.Store.Ratings(ctx, st.ID, name)
	if err != nil {
		return false, err
	}
	for _, l := range st.Plan.Looks(name) {
		if slices.ContainsFunc(done, func(r record.StudyRating) bool { return r.N == l.N && r.DoneAt != nil }) {
			continue
		}
		_, err := w.Store.Recording(ctx, l.Film)
		if !errors.Is(err, store.ErrNotFound) {
			return true, err
		}
	}
	return false, nil
}

// markedEvents are a rater's marks as events.
func markedEvents(marks []record.Mark) []event.Event {
	out := make([]event.Event, 0, len(marks))
	for _, m := range marks {
		out = append(out, event.Event{Kind: m.Kind, Side: anatomy.Side(m.Side), OnsetS: m.OnsetS, OffsetS: m.OffsetS, Confidence: 1})
	}
	return out
}

// ProgramMarks are the program's own events of the kinds that raters mark, as a rater
// sees them in the second round.
func (w *Worker) ProgramMarks(ctx context.Context, rec string, kinds []event.Kind) ([]record.Mark, error) {
	r, err := w.Store.Recording(ctx, rec)
	if err != nil {
		return nil, err
	}
	out := []record.Mark{}
	if r.Analysis == "" {
		return out, nil
	}
	a, err := w.Analysis(ctx, r)
	if err != nil {
		return nil, err
	}
	for _, e := range a.Events {
		if slices.Contains(kinds, e.Kind) {
			side := string(e.Side)
			if side == "" {
				side = string(anatomy.Unknown)
			}
			out = append(out, record.Mark{Kind: e.Kind, Side: side, OnsetS: e.OnsetS, OffsetS: e.OffsetS})
		}
	}
	return out, nil
}
