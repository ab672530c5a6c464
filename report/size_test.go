package report_test

import (
	"bytes"
	"io"
	"strings"
	"testing"
	"time"

	"facialis/measure"
	"facialis/report"
	"facialis/report/boris"
	"facialis/report/elan"
	"facialis/report/fhir"
	"facialis/report/reporttest"
)

// sized is the made analysis with intervals behind its sizes, or without.
func sized(with bool) *report.Analysis {
	a := reporttest.Small()
	for i := range a.Events {
		for k := range a.Events[i].Regions {
			r := &a.Events[i].Regions[k]
			r.PeakCI95MM = nil
			if with && r.PeakMM != nil {
				r.PeakCI95MM = &[2]float64{1.125, 2.375}
			}
		}
	}
	a.Measures = measure.Summarize(a.Events, measure.FullView([]measure.Span{{FromS: 0, ToS: 10}}), a.Tasks, measure.DefaultParams())
	return a
}

// Every file and page that says how far an event moved says in which range the true
// size lies, and says nothing of it where it is not known.
func TestSizesWithTheirRange(t *testing.T) {
	for _, c := range []struct {
		name, want string
		write      func(w io.Writer, a *report.Analysis) error
	}{
		{"analysis.json", `"peak_ci95_mm":[1.125,2.375]`, func(w io.Writer, a *report.Analysis) error {
			var b bytes.Buffer
			err := report.EncodeJSON(&b, a)
			io.WriteString(w, strings.Join(strings.Fields(b.String()), ""))
			return err
		}},
		{"events.csv", "1.500,1.125,2.375,", report.EncodeEventsCSV},
		{"regions.csv", "1.500,1.125,2.375,", report.EncodeRegionsCSV},
		{"report.html", "1.5 mm (1.1–2.4)", func(w io.Writer, a *report.Analysis) error {
			var b bytes.Buffer
			err := report.EncodeHTML(&b, a, report.Inputs{Trace: reporttest.Trace(300, 30)})
			io.WriteString(w, strings.ReplaceAll(b.String(), "\u00a0", " "))
			return err
		}},
		{"ELAN", "1.50 mm (1.12 to 2.38)", func(w io.Writer, a *report.Analysis) error { return elan.Encode(w, a, elan.Options{}) }},
		{"BORIS", "1.50 mm (1.12 to 2.38)", func(w io.Writer, a *report.Analysis) error { return boris.EncodeTable(w, a, boris.Options{}) }},
		{"FHIR", "peak-zygomaticus-ci95", func(w io.Writer, a *report.Analysis) error {
			return fhir.Write(w, fhir.Input{Films: []fhir.Film{{Analysis: a}}, Now: time.Unix(1, 0)})
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			for _, with := range []bool{true, false} {
				var b bytes.Buffer
				if err := c.write(&b, sized(with)); err != nil {
					t.Fatal(err)
				}
				if got := strings.Contains(b.String(), c.want); got != with {
					t.Errorf("with intervals %t: %q is there: %t", with, c.want, got)
				}
			}
		})
	}
}
