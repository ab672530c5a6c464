package pipeline

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"facialis/anatomy"
	"facialis/assess"
	"facialis/event"
	"facialis/measure"
	"facialis/report"
	"facialis/report/boris"
	"facialis/report/edf"
	"facialis/report/elan"
	"facialis/report/fhir"
	"facialis/report/pdf"
	"facialis/report/reporttest"
	"facialis/spasm"
)

var (
	sided    = regexp.MustCompile(`(?i)\b(right|left)\b`)
	innocent = strings.NewReplacer("which side is right and which is left", "", "right and left", "", "Right and left", "", "from left to right", "", "right or left", "", "came right with", "", "Came right with", "", "right with", "", "right away", "", "left open", "", "left behind", "", "put right", "", "right help", "")
	// Names of the picture's two halves, in which the noise is given.
	noise = regexp.MustCompile(`"(right|left)": (\{[^{}]*\}|\{(\s*"[a-z_]+": \{[^{}]*\},?)*\s*\}|\[[^\[\]]*\])`)
)

// withoutSides is a recording of nine spasms, blinks and a movement of another kind
// whose sides nobody can tell, measured as the pipeline does it. Mirrored, the same
// face was filmed the other way round.
func withoutSides(mirrored bool) (*report.Analysis, *event.Trace) {
	a := reporttest.Small()
	tr := reporttest.Trace(1800, 30)
	a.Recording.DurationS, a.Recording.Mirrored, a.Tracking.FaceFraction = 60, nil, 1
	mm := 2.0
	for i := range 8 {
		e := event.Event{Kind: event.Spasm, Side: anatomy.Left, Form: event.Twitch, OnsetS: float64(10 + 5*i), Lead: anatomy.Zygomaticus, Twitches: 1, Confidence: 0.9}
		if i == 7 {
			e.Kind, e.Reasons = event.Other, []string{"slow_rise", "unsure"}
		}
		e.ID, e.OffsetS = fmt.Sprintf("e%04d", 4+i), e.OnsetS+0.3
		e.Regions = []event.RegionMovement{{Region: anatomy.Zygomaticus, Side: e.Side, OnsetS: e.OnsetS, PeakMM: &mm}}
		at := int(e.OnsetS * 30)
		for k := at; k < at+9; k++ { // the trace is larger there on its left
			tr.Along[anatomy.AtLeft][anatomy.AtZygomaticus][k] += 2
			tr.Diff[anatomy.AtZygomaticus][k] -= 2
		}
		a.Events = append(a.Events, e)
	}
	if mirrored {
		swapSides(tr)
		for i := range a.Events {
			a.Events[i].Side = a.Events[i].Side.Other()
			a.Events[i].Regions = slices.Clone(a.Events[i].Regions)
			for k := range a.Events[i].Regions {
				a.Events[i].Regions[k].Side = a.Events[i].Regions[k].Side.Other()
			}
		}
	}
	HideSides(a.Events, spasm.DefaultParams(), nil)
	usable := []measure.Span{{FromS: 0, ToS: a.Recording.DurationS}}
	a.Measures = measure.Summarize(a.Events, measure.FullView(usable), a.Tasks, measure.DefaultParams())
	a.Measures.Watch(tr, a.Events, measure.FullView(usable), a.Tasks, measure.DefaultParams())
	a.Measures.HideSides()
	a.Quality = quality(tr, a, measure.FullView(usable), nil, "", sideless(nil, true))
	return a, tr
}

func assessed(t *testing.T, a *report.Analysis) *assess.Report {
	t.Helper()
	r, err := assess.Assess(assess.Input{Video: &assess.Video{Events: a.Events, Tasks: a.Tasks, Summary: a.Measures,
		DurationS: a.Recording.DurationS, FaceFraction: 1, Usable: true}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Where the side cannot be told, nothing that people or programs read names one.
func TestNoSideIsNamed(t *testing.T) {
	a, tr := withoutSides(false)
	if a.Measures.Spasms == 0 || !a.Measures.SideUnknown() || a.Measures.Laterality != nil {
		t.Errorf("%d spasms, side %v, laterality %v", a.Measures.Spasms, a.Measures.Side, a.Measures.Laterality)
	}
	for _, e := range a.Events {
		if e.Side != anatomy.Unknown && e.Side != anatomy.Both {
			t.Errorf("event %s has the side %s", e.ID, e.Side)
		}
	}
	r := assessed(t, a)
	text := map[string]string{}
	for name, write := range map[string]func(io.Writer) error{
		"analysis.json": func(w io.Writer) error { return report.EncodeJSON(w, a) },
		"events.csv":    func(w io.Writer) error { return report.EncodeEventsCSV(w, a) },
		"regions.csv":   func(w io.Writer) error { return report.EncodeRegionsCSV(w, a) },
		"EDF":           func(w io.Writer) error { return edf.Encode(w, a, tr, edf.Options{}) },
		"ELAN":          func(w io.Writer) error { return elan.Encode(w, a, elan.Options{}) },
		"BORIS table":   func(w io.Writer) error { return boris.EncodeTable(w, a, boris.Options{}) },
		"BORIS project": func(w io.Writer) error { return boris.EncodeProject(w, a, boris.Options{}) },
		"FHIR": func(w io.Writer) error {
			return fhir.Write(w, fhir.Input{Films: []fhir.Film{{Analysis: a}}, Assessment: r, Now: time.Unix(0, 0)})
		},
		"page":           func(w io.Writer) error { return report.EncodeHTML(w, a, report.Inputs{Trace: tr}) },
		"for people":     func(w io.Writer) error { _, err := io.WriteString(w, string(assess.PersonHTML(r))); return err },
		"for clinicians": func(w io.Writer) error { _, err := io.WriteString(w, string(assess.ClinicianHTML(r))); return err },
		"assessment":     func(w io.Writer) error { return json.NewEncoder(w).Encode(r) },
	} {
		var b bytes.Buffer
		if err := write(&b); err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		text[name] = b.String()
	}
	if _, err := pdf.Find(); err == nil {
		text["PDF"] = printed(t, text["page"])
	}
	for name, said := range text {
		if _, body, ok := strings.Cut(said, "</style>"); ok {
			said = body
		}
		switch name {
		case "analysis.json":
			said = noise.ReplaceAllString(said, "")
		case "EDF": // its signals are those of the picture's two halves
			said = strings.Join(regexp.MustCompile(`(spasm|other|synkinesis) [a-z ]+`).FindAllString(said, -1), "; ")
		}
		said = innocent.Replace(said)
		for _, at := range sided.FindAllStringIndex(said, 5) {
			t.Errorf("%s names a side: …%s…", name, said[max(0, at[0]-60):min(len(said), at[1]+40)])
		}
		switch name {
		case "page", "ELAN":
			if !strings.Contains(said, "It is not known whether this recording is mirrored") {
				t.Errorf("%s does not say that the side is not known", name)
			}
		case "analysis.json", "events.csv", "regions.csv", "EDF", "BORIS table", "BORIS project":
			if !strings.Contains(said, "unknown") {
				t.Errorf("%s does not say that the side is not known: %.300s", name, said)
			}
		}
	}
}

// printed is the text of the PDF that a page becomes.
func printed(t *testing.T, page string) string {
	t.Helper()
	reader, err := exec.LookPath("pdftotext")
	if err != nil {
		t.Log("the PDF is not read: there is no pdftotext")
		return ""
	}
	data, err := pdf.Print(t.Context(), []byte(page))
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "report.pdf")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	text, err := exec.CommandContext(t.Context(), reader, file, "-").Output()
	if err != nil || len(text) < 500 {
		t.Fatalf("%d bytes of text: %v", len(text), err)
	}
	return strings.Join(strings.Fields(string(text)), " ")
}

// The assessment of a recording without sides comes out the same whichever way the
// face was filmed.
func TestTheAssessmentUsesNoHiddenSide(t *testing.T) {
	a, _ := withoutSides(false)
	b, _ := withoutSides(true)
	one, other := assessed(t, a), assessed(t, b)
	if one.Side != nil {
		t.Errorf("the assessment names the side %s", *one.Side)
	}
	text := func(r *assess.Report) string {
		b, err := json.MarshalIndent(r, "", " ")
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	if d := cmp.Diff(text(one), text(other)); d != "" {
		t.Errorf("(-one way +the other)\n%s", d)
	}
}

// A mirrored recording of which nobody said so keeps its figures: only the sides go.
func TestOneSidedWithoutSide(t *testing.T) {
	a := reporttest.Small()
	usable := []measure.Span{{FromS: 0, ToS: a.Recording.DurationS}}
	told := measure.Summarize(a.Events, measure.FullView(usable), nil, measure.DefaultParams())
	HideSides(a.Events, spasm.DefaultParams(), nil)
	hidden := measure.Summarize(a.Events, measure.FullView(usable), nil, measure.DefaultParams())
	if hidden.Spasms != told.Spasms || *hidden.RatePerMin.Value != *told.RatePerMin.Value || *hidden.DurationS.Median != *told.DurationS.Median || len(hidden.Spread) != len(told.Spread) {
		t.Errorf("%+v\nwant %+v", hidden, told)
	}
}

// Nor do the numbers of episodes and attacks tell the sides apart.
func TestEpisodesWithoutSides(t *testing.T) {
	p := spasm.DefaultParams()
	list := []event.Event{{Kind: event.Spasm, Side: anatomy.Left, OnsetS: 1, OffsetS: 1.2}, {Kind: event.Spasm, Side: anatomy.Right, OnsetS: 1.4, OffsetS: 1.6}}
	spasm.Group(list, p, nil)
	HideSides(list, p, nil)
	if *list[0].Episode != 1 || *list[1].Episode != 1 || *list[1].Attack != 1 {
		t.Errorf("episodes %d and %d", *list[0].Episode, *list[1].Episode)
	}
}
