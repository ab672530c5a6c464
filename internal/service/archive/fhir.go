package archive

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"facialis/internal/service/record"
	"facialis/internal/service/work"
	"facialis/report"
	"facialis/report/fhir"
)

// BundleOptions are the choices of a bundle.
type BundleOptions struct {
	Setting string    // of the assessment: public or clinic
	Now     time.Time // of writing
	Zip     bool      // it lies in the zip: addresses are names there
	// Guidance leaves out what the movements may be: it is for the person concerned,
	// who is told what to do next (docs/intended-purpose.md).
	Guidance bool
}

// Bundle is everything about a person as a FHIR R4 bundle, in JSON. Recordings
// count by their corrected events; those without an analysis are left out. What
// it may mean is assessed for the latest recording that can be used.
func Bundle(ctx context.Context, w *work.Worker, p *record.Person, o BundleOptions) ([]byte, error) {
	in := fhir.Input{Version: w.Version, Now: o.Now,
		Person: fhir.Person{ID: p.ID, Name: p.Name, Code: p.Code, BirthYear: p.BirthYear, Sex: p.Sex}}
	recs, err := w.Store.Recordings(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	for i := range recs {
		r := &recs[i]
		a, _, err := w.CorrectedAnalysis(ctx, r)
		if errors.Is(err, work.ErrNoAnalysis) {
			continue
		}
		if err != nil {
			return nil, err
		}
		a.Recording.File = r.ID + work.Extension(r.Type)
		f := fhir.Film{Key: r.ID, Analysis: a, Type: r.Type, URL: a.Recording.File}
		if o.Zip {
			f.URL, f.JSONURL = originalName(r), folder+r.ID+"/"+report.AnalysisFile
			if f.JSON, err = readAll(ctx, w, r, report.AnalysisFile); err != nil {
				return nil, err
			}
		}
		if r.RecordedAt != nil {
			f.Recorded = *r.RecordedAt
		}
		in.Films = append(in.Films, f)
	}
	answers, err := w.Store.Answers(ctx, p.ID)
	if err != nil {
		return nil, err
	}
	if in.Answers, err = answers.Response(); err != nil {
		return nil, err
	}
	in.Assessment, err = w.Assess(ctx, p.ID, "", o.Setting, o.Now)
	if err != nil && !errors.Is(err, work.ErrNoAnalysis) {
		return nil, err
	}
	if o.Guidance && in.Assessment != nil {
		in.Assessment = in.Assessment.Guidance().Report
	}
	entries, err := w.Store.Diary(ctx, p.ID, time.Time{}, time.Time{})
	if err != nil {
		return nil, err
	}
	for i := range entries {
		if err := addEntry(&in, &entries[i]); err != nil {
			return nil, err
		}
	}
	var b bytes.Buffer
	err = fhir.Write(&b, in)
	return b.Bytes(), err
}

// addEntry puts a line of the diary into a bundle: a treatment as such, the rest
// as answers.
func addEntry(in *fhir.Input, e *record.Entry) error {
	if e.Deleted {
		return nil
	}
	if e.Kind == "treatment" {
		var t record.TreatmentData
		if err := json.Unmarshal(e.Data, &t); err != nil {
			return fmt.Errorf("reading a treatment: %w", err)
		}
		in.Treatments = append(in.Treatments, treatment(e.ID, &t, in.Now))
		return nil
	}
	var fields map[string]any
	if err := json.Unmarshal(e.Data, &fields); err != nil {
		return fmt.Errorf("reading an entry: %w", err)
	}
	d := fhir.Day{At: e.At, ID: e.ID, Kind: e.Kind}
	for _, name := range sortedKeys(fields) {
		v := fhir.Value{Name: name}
		switch x := fields[name].(type) {
		case float64:
			v.Number = &x
		case string:
			v.Text = x
		case bool:
			v.Text = map[bool]string{true: "yes", false: "no"}[x]
		case []any:
			var words []string
			for _, w := range x {
				words = append(words, fmt.Sprint(w))
			}
			v.Text = strings.Join(words, ", ")
		}
		if v.Number != nil || v.Text != "" {
			d.Values = append(d.Values, v)
		}
	}
	in.Days = append(in.Days, d)
	return nil
}

func treatment(id string, t *record.TreatmentData, now time.Time) fhir.Treatment {
	out := fhir.Treatment{ID: id, Name: strings.ReplaceAll(t.Type, "_", " "), From: day(t.From), Note: t.Note}
	for _, extra := range []*string{t.Product, t.Drug, t.Dose, t.Operation} {
		if extra != nil && *extra != "" {
			out.Name += ", " + strings.ReplaceAll(*extra, "_", " ")
		}
	}
	if t.UnitsTotal != nil {
		out.Name += fmt.Sprintf(", %g units", *t.UnitsTotal)
	}
	if t.To != nil {
		out.To = day(*t.To)
	}
	for _, s := range t.Sites {
		out.Sites = append(out.Sites, fmt.Sprintf("%s %s, %g units", s.Side, strings.ReplaceAll(s.Region, "_", " "), s.Units))
	}
	// An injection or an operation is over when it has been; a drug when it has an end.
	over := out.To
	if t.Type == "botulinum_toxin" || t.Type == "surgery" {
		over = out.From
	}
	out.Finished = !over.IsZero() && !over.After(now)
	return out
}

// day is a date, or a date with a time; the zero time for anything else.
func day(s string) time.Time {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if t, err := time.Parse(layout, s); err == nil {
			return t
		}
	}
	return time.Time{}
}

func sortedKeys(m map[string]any) []string { return slices.Sorted(maps.Keys(m)) }
