package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"facialis/anatomy"
	"facialis/assess"
	"facialis/course"
	"facialis/event"
	"facialis/measure"
	"facialis/report/pdf"
)

// sample is a recording and what the first page says beside it.
type sample struct {
	a  *Analysis
	in Inputs
}

// meaningOf assesses an analysis without answers.
func meaningOf(t *testing.T, a *Analysis) *assess.Report {
	t.Helper()
	r, err := assess.Assess(assess.Input{Purpose: assess.Measure, Video: &assess.Video{Events: a.Events, Tasks: a.Tasks, Summary: a.Measures,
		DurationS: a.Recording.DurationS, FaceFraction: a.Tracking.FaceFraction, Usable: a.Quality.Usable,
		FrameRate: a.Recording.FrameRate, PxPerMM: a.Tracking.PxPerMM(), NoiseMM: a.Tracking.NoiseMM.Median()}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// stillsOf are pictures of the strongest spasms.
func stillsOf(t *testing.T, a *Analysis) []Still {
	t.Helper()
	var out []Still
	for _, e := range strongest(a.Events, sheetPeaks) {
		out = append(out, Still{T: (e.OnsetS + e.OffsetS) / 2, JPEG: picture(t), W: 365, H: 420, EventID: e.ID})
	}
	return out
}

// courseOf is a course of as many recordings, the last of which has the measures, each a
// month after the one before, with a treatment between each two.
func courseOf(t *testing.T, m measure.Summary, recordings int) *course.Course {
	t.Helper()
	first := time.Date(2025, 1, 10, 12, 0, 0, 0, time.UTC)
	in := course.Input{}
	for i := range recordings {
		sum := m
		if i < recordings-1 {
			many := train(20 + 4*i)
			sum = measure.Summarize(many, measure.FullView([]measure.Span{{FromS: 0, ToS: 180}}), nil, measure.DefaultParams())
			in.Entries = append(in.Entries, course.Entry{ID: fmt.Sprint("t", i), Kind: course.KindTreatment, At: first.AddDate(0, i, 9),
				Treatment: &course.Treatment{Type: course.BotulinumToxin, Product: ptr("Product " + strings.Repeat("X", i)), UnitsTotal: ptr(12.5)}})
		}
		in.Now = first.AddDate(0, i, 0)
		in.Recordings = append(in.Recordings, course.Recording{ID: fmt.Sprint("r", i), At: in.Now, Version: "1", Measures: sum})
	}
	c, err := course.Follow(in)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// samples are recordings of every kind, with the fullest page that each can have.
func samples(t *testing.T) map[string]sample {
	t.Helper()
	out := map[string]sample{}
	a, tr := fixture(200)
	a.Recording.Mirrored = new(false)
	out["usual"] = sample{a, Inputs{Trace: tr, Stills: stillsOf(t, a), Sheet: Sheet{Name: "Ann Example", Code: "HFS-014", BirthYear: ptr(1971),
		Recorded: time.Date(2025, 2, 10, 9, 30, 0, 0, time.UTC), Label: "Before the second injection", Meaning: meaningOf(t, a), Course: courseOf(t, a.Measures, 2), Recording: "r1"}}}

	a, tr = fixture(200)
	out["command line"] = sample{a, Inputs{Trace: tr, Sheet: Sheet{Meaning: meaningOf(t, a)}}}

	a, tr = fixture(172)
	a.Recording.Mirrored, a.Quality.Usable = new(true), false
	for i := range 60 {
		w := Warning{Code: "dark", Text: strings.Repeat("A long text about the light in the room and the hair. ", 8)}
		if i > 9 {
			w.FromS, w.ToS = ptr(float64(2*i)), ptr(float64(2*i+1))
		}
		a.Quality.Warnings = append(a.Quality.Warnings, w)
	}
	for i, task := range []string{"blink", "eye_closure", "brow_raise", "pucker", "snarl", "wink_right", "wink_left"} {
		a.Tasks = append(a.Tasks, event.Task{Task: task, FromS: float64(155 + 2*i), ToS: float64(157 + 2*i)})
	}
	for i := range a.Events { // both sides, every region
		e := &a.Events[i]
		if e.Kind == event.Spasm {
			e.Regions = nil
			for _, r := range anatomy.Regions {
				e.Regions = append(e.Regions, event.RegionMovement{Region: r, Side: e.Side, OnsetS: e.OnsetS, PeakMM: ptr(12.5), PeakCI95MM: &[2]float64{10.5, 14.5}})
			}
			if i%2 == 0 {
				e.Side = anatomy.Left
				for k := range e.Regions {
					e.Regions[k].Side = e.Side
				}
			}
		}
	}
	a.Measures = measure.Summarize(a.Events, measure.FullView([]measure.Span{{FromS: 0, ToS: 150}}), a.Tasks, measure.DefaultParams())
	a.Measures.Watch(tr, a.Events, measure.FullView([]measure.Span{{FromS: 0, ToS: 150}}), a.Tasks, measure.DefaultParams())
	a.Measures.Lids = measure.Lids{Spells: 14, WatchedS: 150, DurationS: measure.Quantiles{N: 14, Max: ptr(9.2)}, ShutShare: ptr(0.27)}
	a.Quality.UsableRegions = &measure.UsableRegions{Right: anatomy.Regions[:2], Left: anatomy.Regions[:1]}
	urgent := meaningOf(t, a)
	urgent.Level = "emergency"
	for i := range 4 {
		urgent.Flags = append(urgent.Flags, assess.Flag{ID: fmt.Sprint("E-", i), Level: "emergency", Title: "Weakness of the whole side of the face since this morning", Do: "Call an ambulance now; do not drive yourself, and do not wait until tomorrow."})
	}
	out["fullest"] = sample{a, Inputs{Trace: tr, Stills: stillsOf(t, a), Sheet: Sheet{Name: strings.Repeat("Maximiliane ", 40), Code: strings.Repeat("N", 90), BirthYear: ptr(1950),
		Recorded: time.Date(2026, 6, 10, 9, 30, 0, 0, time.UTC), Label: strings.Repeat("a long label ", 30), Device: strings.Repeat("a camera ", 30), Meaning: urgent,
		Course: courseOf(t, a.Measures, 18), Recording: "r17", Notes: []string{"This report follows 120 corrections that a person made. The program itself found 345 events; 320 count after the corrections."}}}}

	a, tr = fixture(9)
	a.Events = slices.DeleteFunc(a.Events, func(e event.Event) bool { return e.Kind == event.Spasm })
	a.Measures = measure.Summarize(a.Events, measure.FullView([]measure.Span{{FromS: 0, ToS: 9}}), nil, measure.DefaultParams())
	a.Recording.Mirrored = new(false)
	out["no spasm"] = sample{a, Inputs{Trace: tr, Sheet: Sheet{Meaning: meaningOf(t, a)}}}

	out["nothing"] = sample{&Analysis{Recording: Recording{File: "x.mp4", DurationS: 12}}, Inputs{}}

	a, tr = fixture(60)
	for i := range a.Events {
		if a.Events[i].Side != anatomy.Both {
			a.Events[i].Side = anatomy.Unknown
		}
		for k := range a.Events[i].Regions {
			if a.Events[i].Side != anatomy.Both {
				a.Events[i].Regions[k].Side = anatomy.Unknown
			}
		}
	}
	a.Measures = measure.Summarize(a.Events, measure.FullView([]measure.Span{{FromS: 0, ToS: 57}}), a.Tasks, measure.DefaultParams())
	a.Measures.HideSides()
	out["no side"] = sample{a, Inputs{Trace: tr, Stills: stillsOf(t, a), Sheet: Sheet{Meaning: meaningOf(t, a)}}}
	return out
}

// pagesOf counts the pages of a PDF.
func pagesOf(data []byte) int {
	return len(regexp.MustCompile(`/Type\s*/Page[^s]`).FindAll(data, -1))
}

// The report of every sample is one page on A4 and on Letter; with its appendix it is
// more. The folder that REPORT_SAMPLES names may hold results of real recordings.
func TestReportIsOnePage(t *testing.T) {
	if _, err := pdf.Find(); err != nil {
		t.Skip(err)
	}
	reader, _ := exec.LookPath("pdftotext")
	pages := map[string][]byte{}
	for name, s := range samples(t) {
		var b bytes.Buffer
		if err := EncodeHTML(&b, s.a, s.in); err != nil {
			t.Fatal(err)
		}
		pages[name] = b.Bytes()
	}
	for name, page := range realPages(t) {
		pages[name] = page
	}
	for name, page := range pages {
		if only := os.Getenv("REPORT_ONLY"); only != "" && only != name {
			continue
		}
		if dir := os.Getenv("REPORT_PREVIEW"); dir != "" {
			if err := os.WriteFile(filepath.Join(dir, strings.ReplaceAll(name, "/", "-")+".html"), page, 0o644); err != nil {
				t.Fatal(err)
			}
		}
		alone, ok := ForPrint(page, false)
		if !ok {
			t.Errorf("%s has no appendix", name)
		}
		for _, paper := range []pdf.Paper{pdf.A4, pdf.Letter} {
			data, err := pdf.Print(t.Context(), pdf.On(alone, paper))
			if err != nil {
				t.Fatal(err)
			}
			if n := pagesOf(data); n != 1 {
				t.Errorf("%s: %d pages on %s", name, n, paper)
			}
			if dir := os.Getenv("REPORT_PREVIEW"); dir != "" {
				if err := os.WriteFile(filepath.Join(dir, strings.ReplaceAll(name, "/", "-")+"-"+string(paper)+".pdf"), data, 0o644); err != nil {
					t.Fatal(err)
				}
			}
			if reader != "" {
				answerAbove(t, reader, name, data)
			}
		}
	}
	if os.Getenv("REPORT_ONLY") != "" {
		return
	}
	whole, ok := ForPrint(pages["usual"], true)
	if !ok {
		t.Fatal("the page has no appendix")
	}
	data, err := pdf.Print(t.Context(), pdf.On(pages["usual"], pdf.A4)) // as a browser prints it, folded
	if err != nil {
		t.Fatal(err)
	}
	if n := pagesOf(data); n != 1 {
		t.Errorf("folded, the appendix makes it %d pages", n)
	}
	data, err = pdf.Print(t.Context(), pdf.On(whole, pdf.A4))
	if err != nil {
		t.Fatal(err)
	}
	if n := pagesOf(data); n < 3 {
		t.Errorf("%d pages with the appendix", n)
	}
}

// answerAbove checks that the answer, from its heading to the sentence of what was
// found, stands in the first third of the printed page.
func answerAbove(t *testing.T, reader, name string, data []byte) {
	t.Helper()
	file := filepath.Join(t.TempDir(), "report.pdf")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), reader, "-bbox", file, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	height := regexp.MustCompile(`<page [^>]*height="([0-9.]+)"`).FindSubmatch(out)
	line := regexp.MustCompile(`yMax="([0-9.]+)">Impression<`).FindSubmatch(out)
	if height == nil || line == nil {
		t.Fatalf("%s: no impression in the PDF", name)
	}
	h, _ := strconv.ParseFloat(string(height[1]), 64)
	y, _ := strconv.ParseFloat(string(line[1]), 64)
	const answerPt = 25 // the answer's line below the heading, points
	if (y+answerPt)/h > 1.0/3 {
		t.Errorf("%s: the answer ends at %.2f of the page", name, (y+answerPt)/h)
	}
}

// realPages are the pages of the results in the folder that REPORT_SAMPLES names.
func realPages(t *testing.T) map[string][]byte {
	t.Helper()
	out := map[string][]byte{}
	dir := os.Getenv("REPORT_SAMPLES")
	if dir == "" {
		return out
	}
	files, err := filepath.Glob(filepath.Join(dir, "*", AnalysisFile))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		b, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		a := &Analysis{}
		if err := json.Unmarshal(b, a); err != nil {
			t.Fatal(err)
		}
		in := Inputs{Sheet: Sheet{Meaning: meaningOf(t, a)}}
		if f, err := os.Open(filepath.Join(filepath.Dir(file), TraceFile)); err == nil {
			if st, err := f.Stat(); err == nil {
				in.Trace, _ = DecodeParquet(f, st.Size()) // of an older version: no curves
			}
			f.Close()
		}
		out["kept "+filepath.Base(filepath.Dir(file))] = []byte(render(t, a, in))
	}
	return out
}

// sheetLines is the text of the first page, one line per element.
func sheetLines(page string) string {
	_, page, _ = strings.Cut(page, `<article class="sheet">`)
	page, _, _ = strings.Cut(page, `</article>`)
	page = regexp.MustCompile(`(?s)<svg.*?</svg>`).ReplaceAllString(page, "")
	page = regexp.MustCompile(`</(h1|h2|p|div|li|figcaption|dl)>`).ReplaceAllString(page, "\n")
	page = regexp.MustCompile(`</(dt|strong)>`).ReplaceAllString(page, ": ")
	page = html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(page, ""))
	var lines []string
	for _, line := range strings.Split(page, "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n") + "\n"
}

// The text of the first page of every sample stays what testdata/sheet.txt says.
// REPORT_UPDATE writes the file again.
func TestSheetText(t *testing.T) {
	var b strings.Builder
	all := samples(t)
	names := make([]string, 0, len(all))
	for name := range all {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		page := render(t, all[name].a, all[name].in)
		checkPage(t, page)
		fmt.Fprintf(&b, "---------- %s\n%s\n", name, sheetLines(page))
	}
	file := filepath.Join("testdata", "sheet.txt")
	if os.Getenv("REPORT_UPDATE") != "" {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("the first pages differ from %s:\n%s", file, b.String())
	}
}
