package work

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"sync"
	"time"

	"facialis/assess"
	"facialis/event"
	"facialis/internal/pipeline"
	"facialis/internal/service/blob"
	"facialis/internal/service/record"
	"facialis/internal/service/tracks"
	"facialis/measure"
	"facialis/report"
	"facialis/spasm"
	"facialis/words"
)

// Figures are what holds of a recording: the machine's analysis, the events
// after the corrections, and the figures that follow them.
type Figures struct {
	Analysis    *report.Analysis
	Events      []record.CorrectedEvent
	Corrections int // that hold
	Measures    measure.Summary
}

// rate is the spasms a minute, nil when not known.
func (f *Figures) rate() *float64 {
	v := f.Measures.RatePerMin.Value
	if v == nil || math.IsNaN(*v) || math.IsInf(*v, 0) {
		return nil
	}
	return v
}

// list puts into a recording's row what lists show of the figures.
func (f *Figures) list(r *record.Recording) {
	r.RatePerMin, r.Spasms, r.Spells, r.Corrected = f.rate(), &f.Measures.Spasms, &f.Measures.Lids.Spells, f.Corrections > 0
}

// compute computes the figures again, by the rules that the analysis itself followed. Without
// corrections the machine's own figures stand.
func compute(a *report.Analysis, tr *event.Trace, all []record.Correction) (*Figures, error) {
	f, err := corrected(a, all)
	if err != nil {
		return nil, err
	}
	f.Measures = a.Measures
	if f.Corrections > 0 {
		p := measure.DefaultParams()
		if err := a.Provenance.Read(report.StageMeasure, &p); err != nil {
			return nil, err
		}
		counted := record.Counted(f.Events)
		view, _ := pipeline.View(tr, counted)
		f.Measures = measure.Summarize(counted, view, a.Tasks, p)
		f.Measures.WatchCorrected(tr, counted, a.Events, view, a.Tasks, p)
		if !a.SideKnown() {
			f.Measures.HideSides()
		}
	}
	return f, nil
}

// corrected are the events after the corrections, without the figures, by the
// rules that the analysis itself followed.
func corrected(a *report.Analysis, all []record.Correction) (*Figures, error) {
	p := spasm.DefaultParams()
	if err := a.Provenance.Read(report.StageSpasm, &p); err != nil {
		return nil, err
	}
	return &Figures{Analysis: a, Events: record.Events(a.Events, all, p, a.Clock.Joints), Corrections: len(record.Standing(all))}, nil
}

// figureCache keeps the last few analyses that were read, whole: an hour at 60
// frames a second has a trace of 70 MB, so one trace is kept, not all.
type figureCache struct {
	mu    sync.Mutex
	items []cached
}

type cached struct {
	rec, analysis string
	a             *report.Analysis
	corrections   string // id of the last correction
	f             *Figures
}

const cacheSize = 16

func (c *figureCache) get(r *record.Recording) (cached, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, x := range c.items {
		if x.rec == r.ID && x.analysis == r.Analysis {
			return x, true
		}
	}
	return cached{}, false
}

func (c *figureCache) put(x cached) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.items = slices.DeleteFunc(c.items, func(y cached) bool { return y.rec == x.rec })
	c.items = append(c.items, x)
	if len(c.items) > cacheSize {
		c.items = slices.Delete(c.items, 0, 1)
	}
}

func (c *figureCache) drop(rec string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.items = slices.DeleteFunc(c.items, func(y cached) bool { return y.rec == rec })
}

// corrections are the machine's own analysis and all that was corrected in it.
func (w *Worker) corrections(ctx context.Context, r *record.Recording) (*report.Analysis, []record.Correction, error) {
	a, err := w.Analysis(ctx, r)
	if err != nil {
		return nil, nil, err
	}
	all, err := w.Store.Corrections(ctx, r.ID)
	if err != nil {
		return nil, nil, err
	}
	return a, all, nil
}

// Events are the events as they stand, without the figures.
func (w *Worker) Events(ctx context.Context, r *record.Recording) (*Figures, error) {
	a, all, err := w.corrections(ctx, r)
	if err != nil {
		return nil, err
	}
	return corrected(a, all)
}

// Corrected is what holds of a recording, figures too.
func (w *Worker) Corrected(ctx context.Context, r *record.Recording) (*Figures, error) {
	a, all, err := w.corrections(ctx, r)
	if err != nil {
		return nil, err
	}
	last := ""
	if len(all) > 0 {
		last = all[len(all)-1].ID
	}
	if x, ok := w.figures.get(r); ok && x.f != nil && x.corrections == last {
		return x.f, nil
	}
	var tr *event.Trace
	if len(record.Standing(all)) > 0 {
		if tr, err = w.LoadTrace(r); err != nil {
			return nil, err
		}
	}
	f, err := compute(a, tr, all)
	if err != nil {
		return nil, err
	}
	w.figures.put(cached{rec: r.ID, analysis: r.Analysis, a: a, corrections: last, f: f})
	return f, nil
}

// Analysis is the machine's own analysis. It must not be changed.
func (w *Worker) Analysis(_ context.Context, r *record.Recording) (*report.Analysis, error) {
	if r.Analysis == "" {
		return nil, ErrNoAnalysis
	}
	if x, ok := w.figures.get(r); ok {
		return x.a, nil
	}
	a := &report.Analysis{}
	if err := w.readJSON(key(r.ID, r.Analysis, report.AnalysisFile), a); err != nil {
		return nil, err
	}
	w.figures.put(cached{rec: r.ID, analysis: r.Analysis, a: a})
	return a, nil
}

func (w *Worker) readJSON(k string, into any) error {
	f, err := w.Blobs.Open(k)
	if err != nil {
		return err
	}
	defer f.Close()
	data, err := io.ReadAll(f)
	if err != nil {
		return fmt.Errorf("reading a result: %w", err)
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("reading a result: %w", err)
	}
	return nil
}

// openTrace opens the trace of the analysis that holds; the caller closes the
// file.
func (w *Worker) openTrace(r *record.Recording) (blob.File, *tracks.Trace, error) {
	if r.Analysis == "" {
		return nil, nil, ErrNoAnalysis
	}
	f, err := w.Blobs.Open(key(r.ID, r.Analysis, TraceFile))
	if err != nil {
		return nil, nil, err
	}
	t, err := tracks.OpenTrace(f)
	if err != nil {
		f.Close()
		return nil, nil, err
	}
	return f, t, nil
}

// LoadTrace reads a recording's whole trace.
func (w *Worker) LoadTrace(r *record.Recording) (*event.Trace, error) {
	f, t, err := w.openTrace(r)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return t.Load()
}

// Correct makes a correction and brings the recording's figures up to date.
func (w *Worker) Correct(ctx context.Context, r *record.Recording, c *record.Correction) error {
	now, err := w.Events(ctx, r)
	if err != nil {
		return err
	}
	if err := c.Edit.Check(now.Events, now.Analysis.Recording.DurationS); err != nil {
		return err
	}
	if c.Op == record.Undo {
		if now.Corrections == 0 {
			return fmt.Errorf("there is nothing to undo: %w", record.ErrInvalid)
		}
		c.EventID = nil
	}
	if c.Op == record.Add {
		c.EventID = nil
	}
	c.Was = c.Edit.Target(now.Events)
	if err := w.Store.AddCorrection(ctx, r.ID, c); err != nil {
		return err
	}
	f, err := w.Corrected(ctx, r)
	if err != nil {
		return err
	}
	f.list(r)
	if err := w.Store.SetFigures(ctx, r); err != nil {
		return err
	}
	w.described(w.Describe(ctx, r.ID))
	return nil
}

// CorrectedAnalysis is the analysis with the events and figures that hold, for
// reports and exports. It is a copy.
func (w *Worker) CorrectedAnalysis(ctx context.Context, r *record.Recording) (*report.Analysis, int, error) {
	f, err := w.Corrected(ctx, r)
	if err != nil {
		return nil, 0, err
	}
	return f.analysis(), f.Corrections, nil
}

// analysis is a copy of the analysis with the events and figures that hold.
func (f *Figures) analysis() *report.Analysis {
	a := *f.Analysis
	if f.Corrections > 0 {
		a.Events, a.Measures = record.Counted(f.Events), f.Measures
	}
	return &a
}

// Report is the recording's report as one page, by the events that hold. The
// person's answers come before the measurements where there are any, assessed
// in the setting that is named. With guidance, as for the person concerned, it holds
// no list of what it may be.
func (w *Worker) Report(ctx context.Context, r *record.Recording, setting string, guidance bool) ([]byte, error) {
	f, err := w.Corrected(ctx, r)
	if err != nil {
		return nil, err
	}
	a := f.analysis()
	tr, err := w.LoadTrace(r)
	if err != nil {
		return nil, err
	}
	in := report.Inputs{Trace: tr, Language: words.From(ctx)}
	if err := w.readJSON(key(r.ID, r.Analysis, StillsFile), &in.Stills); err != nil {
		return nil, err
	}
	if in.Stills = standing(in.Stills, a); r.Hidden {
		in.Stills = nil
	}
	if in.Sheet, err = w.sheet(ctx, r, setting, f, len(a.Events)); err != nil {
		return nil, err
	}
	answers, err := w.Store.Answers(ctx, r.PersonID)
	if err != nil {
		return nil, err
	}
	if meaning := in.Sheet.Meaning; len(answers.Values) > 0 && meaning != nil {
		person := assess.PersonHTML(meaning)
		if guidance {
			meaning = meaning.Guidance().Report
		}
		in.Pages = append(in.Pages, person, assess.ClinicianHTML(meaning))
		a.Assessment = meaning
	}
	var b bytes.Buffer
	if err := report.EncodeHTML(&b, a, in); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

// standing are the stills whose event was not rejected.
func standing(stills []report.Still, a *report.Analysis) []report.Still {
	return slices.DeleteFunc(stills, func(s report.Still) bool {
		if s.EventID == "" {
			return false
		}
		for _, e := range a.Events {
			if e.ID == s.EventID {
				return false
			}
		}
		return true
	})
}

// sheet is what the first page of a recording's report says beside the analysis: who,
// when, the grades, and the course up to this recording.
func (w *Worker) sheet(ctx context.Context, r *record.Recording, setting string, f *Figures, events int) (report.Sheet, error) {
	p, err := w.Store.Person(ctx, r.PersonID)
	if err != nil {
		return report.Sheet{}, err
	}
	s := report.Sheet{Name: p.Name, Code: p.Code, BirthYear: p.BirthYear, Label: r.Label, Recording: r.ID}
	if r.RecordedAt != nil {
		s.Recorded = *r.RecordedAt
	}
	if f.Corrections > 0 {
		s.Notes = append(s.Notes, words.From(ctx).Count("report.sheet.corrected", f.Corrections, words.Args{"Found": len(f.Analysis.Events), "Counted": events}))
	}
	now := time.Now()
	if s.Meaning, err = w.Assess(ctx, r.PersonID, r.ID, setting, now); err != nil && !errors.Is(err, ErrNoAnalysis) {
		return report.Sheet{}, err
	}
	if s.Course, err = w.Course(ctx, r.PersonID, f.Analysis.Provenance.MeasuredBy(), now); err != nil {
		return report.Sheet{}, err
	}
	return s, nil
}

// Assess says what a person's recording, answers and diary may mean. Without a
// recording's id it is the one that counts (record.FilmThatCounts).
func (w *Worker) Assess(ctx context.Context, person, rec, setting string, now time.Time) (*assess.Report, error) {
	in := assess.Input{Setting: setting, Today: now, Purpose: w.Purpose, Language: words.From(ctx)}
	recs, err := w.Store.Recordings(ctx, person)
	if err != nil {
		return nil, err
	}
	if r := record.FilmThatCounts(recs, rec); r != nil {
		a, _, err := w.CorrectedAnalysis(ctx, r)
		if err != nil {
			return nil, err
		}
		in.Video = &assess.Video{Events: a.Events, Tasks: a.Tasks, Summary: a.Measures,
			DurationS: a.Recording.DurationS, FaceFraction: a.Tracking.FaceFraction, Usable: a.Quality.Usable, ID: r.ID, Label: r.Label, At: r.When(),
			FrameRate: a.Recording.FrameRate, PxPerMM: a.Tracking.PxPerMM(), NoiseMM: a.Tracking.NoiseMM.Median()}
	}
	answers, err := w.Store.Answers(ctx, person)
	if err != nil {
		return nil, err
	}
	if len(answers.Values)+len(answers.Skipped) > 0 {
		p, err := w.Store.Person(ctx, person)
		if err != nil {
			return nil, err
		}
		answers.Know(p, now)
		if in.Answers, err = answers.Response(); err != nil {
			return nil, err
		}
	}
	diary, err := w.Store.Diary(ctx, person, time.Time{}, time.Time{})
	if err != nil {
		return nil, err
	}
	in.Diary, in.Treatments, in.Ratings = record.Days(diary), record.Treated(diary), record.Rated(diary)
	if in.Video == nil && in.Answers == nil {
		return nil, ErrNoAnalysis
	}
	return assess.Assess(in)
}
