package pipeline

import (
	"bytes"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"facialis/anatomy"
	"facialis/event"
	"facialis/measure"
	"facialis/report"
	"facialis/report/boris"
	"facialis/report/elan"
	"facialis/report/fhir"
	"facialis/report/reporttest"
	"facialis/spasm"
)

// Where the side cannot be told, nothing that people read names one.
func TestNoSideIsNamed(t *testing.T) {
	a := reporttest.Small()
	a.Recording.Mirrored = nil
	hideSides(a.Events, spasm.DefaultParams())
	usable := []measure.Span{{FromS: 0, ToS: a.Recording.DurationS}}
	tr := reporttest.Trace(300, 30)
	a.Measures = measure.Summarize(a.Events, usable, a.Tasks, measure.DefaultParams())
	a.Measures.Watch(tr, a.Events, usable, a.Tasks, measure.DefaultParams())
	a.Measures.HideSides()
	a.Quality = quality(tr, a, nil, "", sideless(nil, true))
	if a.Measures.Spasms == 0 || !a.Measures.SideUnknown() || a.Measures.Laterality != nil {
		t.Errorf("%d spasms, side %v, laterality %v", a.Measures.Spasms, a.Measures.Side, a.Measures.Laterality)
	}
	for _, e := range a.Events {
		if e.Side != anatomy.Unknown && e.Side != anatomy.Both {
			t.Errorf("event %s has the side %s", e.ID, e.Side)
		}
	}
	sided := regexp.MustCompile(`(?i)\b(right|left)\b`)
	innocent := strings.NewReplacer("right and left", "", "Right and left", "", "from left to right", "", "right or left", "", "came right with", "", "Came right with", "", "right with", "")
	for name, write := range map[string]func(io.Writer) error{
		"events.csv":  func(w io.Writer) error { return report.EncodeEventsCSV(w, a) },
		"regions.csv": func(w io.Writer) error { return report.EncodeRegionsCSV(w, a) },
		"ELAN":        func(w io.Writer) error { return elan.Encode(w, a, elan.Options{}) },
		"BORIS table": func(w io.Writer) error { return boris.EncodeTable(w, a, boris.Options{}) },
		"FHIR": func(w io.Writer) error {
			return fhir.Write(w, fhir.Input{Films: []fhir.Film{{Analysis: a}}, Now: time.Unix(0, 0)})
		},
		"page": func(w io.Writer) error { return report.EncodeHTML(w, a, report.Inputs{Trace: tr}) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		text := b.String()
		if _, body, ok := strings.Cut(text, "</style>"); ok {
			text = body
		}
		text = innocent.Replace(text)
		for _, at := range sided.FindAllStringIndex(text, 5) {
			t.Errorf("%s names a side: …%s…", name, text[max(0, at[0]-60):min(len(text), at[1]+40)])
		}
		if (name == "page" || name == "ELAN") && !strings.Contains(text, "It is not known whether this recording is mirrored") {
			t.Errorf("%s does not say that the side is not known", name)
		}
	}
}

// A mirrored recording of which nobody said so keeps its figures: only the sides go.
func TestOneSidedWithoutSide(t *testing.T) {
	a := reporttest.Small()
	usable := []measure.Span{{FromS: 0, ToS: a.Recording.DurationS}}
	told := measure.Summarize(a.Events, usable, nil, measure.DefaultParams())
	hideSides(a.Events, spasm.DefaultParams())
	hidden := measure.Summarize(a.Events, usable, nil, measure.DefaultParams())
	if hidden.Spasms != told.Spasms || *hidden.RatePerMin.Value != *told.RatePerMin.Value || *hidden.DurationS.Median != *told.DurationS.Median || len(hidden.Spread) != len(told.Spread) {
		t.Errorf("%+v\nwant %+v", hidden, told)
	}
}

// Nor do the numbers of episodes and attacks tell the sides apart.
func TestEpisodesWithoutSides(t *testing.T) {
	p := spasm.DefaultParams()
	list := []event.Event{{Kind: event.Spasm, Side: anatomy.Left, OnsetS: 1, OffsetS: 1.2}, {Kind: event.Spasm, Side: anatomy.Right, OnsetS: 1.4, OffsetS: 1.6}}
	spasm.Group(list, p)
	hideSides(list, p)
	if *list[0].Episode != 1 || *list[1].Episode != 1 || *list[1].Attack != 1 {
		t.Errorf("episodes %d and %d", *list[0].Episode, *list[1].Episode)
	}
}
