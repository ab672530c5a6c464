package validate

import (
	"encoding/json"
	"math"
	"regexp"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"facialis/anatomy"
	"facialis/event"
	_ "facialis/internal/rapidtest"
	"facialis/words"
)

func ptr[T any](v T) *T { return &v }

func sized(kind event.Kind, side anatomy.Side, form event.Form, lead anatomy.Region, on, off, mm float64) event.Event {
	return event.Event{Kind: kind, Side: side, Form: form, Lead: lead, OnsetS: on, OffsetS: off,
		Regions: []event.RegionMovement{{Region: lead, Side: side, OnsetS: on, PeakMM: &mm}}}
}

// A minute with four true spasms, of which two are found rightly, one on the
// wrong side, one missed, and one is invented; a blink called a spasm.
func example() (truth, result *Annotation) {
	truth = &Annotation{DurationS: ptr(60.0), FrameRate: ptr(10.0), Events: []event.Event{
		sized(event.Spasm, anatomy.Right, event.Twitch, anatomy.OrbicularisOculi, 1, 1.2, 2),
		sized(event.Spasm, anatomy.Right, event.Tonic, anatomy.Zygomaticus, 10, 12, 4),
		sized(event.Spasm, anatomy.Right, event.Twitch, anatomy.OrbicularisOculi, 20, 20.2, 1),
		sized(event.Spasm, anatomy.Right, event.Twitch, anatomy.OrbicularisOculi, 30, 30.2, 0.5),
		{Kind: event.Blink, Side: anatomy.Both, OnsetS: 40, OffsetS: 40.3},
	}}
	result = &Annotation{DurationS: ptr(60.0), FrameRate: ptr(10.0), Events: []event.Event{
		sized(event.Spasm, anatomy.Right, event.Twitch, anatomy.OrbicularisOculi, 1.1, 1.2, 2.2),
		sized(event.Spasm, anatomy.Right, event.Tonic, anatomy.Zygomaticus, 10.1, 12, 3.6),
		sized(event.Spasm, anatomy.Left, event.Clonic, anatomy.Zygomaticus, 20.1, 20.2, 1),
		sized(event.Spasm, anatomy.Right, event.Twitch, anatomy.Mentalis, 40, 40.2, 1),
		sized(event.Spasm, anatomy.Right, event.Twitch, anatomy.Mentalis, 50, 50.2, 1),
	}}
	return truth, result
}

func TestCompare(t *testing.T) {
	a, b := example()
	c := Compare(a, b, DefaultParams())
	s := c.Kinds[event.Spasm]
	if s.TP != 3 || s.FP != 2 || s.FN != 1 {
		t.Fatalf("tp %d fp %d fn %d, want 3 2 1", s.TP, s.FP, s.FN)
	}
	near(t, "precision", s.Precision, 0.6, 1e-12)
	near(t, "recall", s.Recall, 0.75, 1e-12)
	near(t, "F1", s.F1, 6.0/9, 1e-12)
	near(t, "false a minute", s.FalsePerMin.Value, 2, 1e-12)
	if k := c.Kinds[event.Blink]; k.FN != 1 || k.TP != 0 || k.Precision != nil {
		t.Errorf("blinks %+v: one missed, nothing reported", k.Score)
	}
	// Right: 2 found, 2 missed (one of them called left), 2 false.
	if r := s.Sides[anatomy.Right]; r.TP != 2 || r.FN != 2 || r.FP != 2 {
		t.Errorf("right: %+v", *r)
	}
	if l := s.Sides[anatomy.Left]; l.TP != 0 || l.FP != 1 {
		t.Errorf("left: %+v", *l)
	}
	if f := s.Forms[event.Twitch]; f.TP != 1 || f.FN != 2 || f.FP != 2 {
		t.Errorf("twitches: %+v", *f)
	}
	if r := s.Regions[anatomy.Mentalis]; r.FP != 2 || r.TP != 0 {
		t.Errorf("mentalis: %+v", *r)
	}
	near(t, "onset error", s.OnsetS.Median, 0.1, 1e-9)
	near(t, "onset error in frames", s.OnsetFr.Median, 1, 1e-9)
	near(t, "duration error", s.DurationS.Median, -0.1, 1e-9)
	// Sizes of the two pairs on the right side: +0.2 of 2 mm and −0.4 of 4 mm.
	near(t, "size bias", c.Amplitude["all"].MM.Bias, -0.1, 1e-9)
	near(t, "relative bias", c.Amplitude["all"].Relative.Bias, 0, 1e-9)
	near(t, "side right", c.Confusion["side"].Agreement.Value, 2.0/3, 1e-9)
	near(t, "form right", c.Confusion["form"].Agreement.Value, 2.0/3, 1e-9)
	// Kinds: three spasms as such, the blink as a spasm, one missed, one false.
	k := c.Confusion["kind"]
	if got := [...]int{k.Counts[2][2], k.Counts[0][2], k.Counts[2][5], k.Counts[5][2]}; got != [...]int{3, 1, 1, 1} {
		t.Errorf("confusion of kinds %v", got)
	}
}

// Ten frames a second: truth in spasm in frames 10–14 (1.0–1.4 s), result in
// 12–16 of 20. Agree: 3 yes, 13 no of 20 = 0.8; chance (5·5 + 15·15)/400 =
// 0.625; kappa (0.8−0.625)/0.375 = 0.4667.
func TestKappaPerFrame(t *testing.T) {
	a := &Annotation{DurationS: ptr(2.0), FrameRate: ptr(10.0), Events: []event.Event{ev(1, 1.4)}}
	b := &Annotation{Events: []event.Event{ev(1.2, 1.6)}}
	c := Compare(a, b, DefaultParams())
	near(t, "kappa right", c.Kappa[anatomy.Right].Kinds[event.Spasm], 7.0/15, 1e-9)
	if c.Kappa[anatomy.Left].Kinds[event.Spasm] != nil {
		t.Error("a kappa on a side where nothing happened")
	}
}

func TestTaskEventsMayBeLeftOut(t *testing.T) {
	a, b := example()
	a.Tasks = []event.Task{{Task: "smile", FromS: 9, ToS: 25}, {Task: "rest", FromS: 25, ToS: 60}}
	p := DefaultParams()
	p.LeaveTasks = true
	if s := Compare(a, b, p).Kinds[event.Spasm]; s.TP != 1 || s.FN != 1 || s.FP != 2 {
		t.Errorf("%+v", s.Score)
	}
}

func TestUnknownLengthGivesNoRates(t *testing.T) {
	a, b := example()
	a.DurationS, b.DurationS, a.FrameRate, b.FrameRate = nil, nil, nil, nil
	c := Compare(a, b, DefaultParams())
	if c.DurationS != nil || c.Kinds[event.Spasm].FalsePerMin.Value != nil || c.Kappa[anatomy.Right].All != nil {
		t.Error("rates without a duration")
	}
	if len(c.Recordings[0].Notes) == 0 {
		t.Error("no note says so")
	}
	if _, err := json.Marshal(c); err != nil {
		t.Error(err)
	}
}

func TestRatesOverRecordings(t *testing.T) {
	var in []Input
	for n := 1; n <= 4; n++ {
		a := &Annotation{DurationS: ptr(60.0)}
		for i := range n * 2 {
			a.Events = append(a.Events, ev(float64(i*5), float64(i*5)+1))
		}
		in = append(in, Input{Name: "r", Truth: a, Result: a})
	}
	c := CompareAll(in, DefaultParams())
	near(t, "ICC of equal rates", c.Kinds[event.Spasm].RateICC.Value, 1, 1e-9)
	near(t, "duration", c.DurationS, 240, 0)
	if c.Kinds[event.Spasm].TP != 20 {
		t.Errorf("pooled tp %d", c.Kinds[event.Spasm].TP)
	}
}

// Swapping the two annotations swaps precision with recall and nothing else of
// the counts; an annotation agrees fully with itself.
func TestCompareProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		draw := func(name string) *Annotation {
			a := &Annotation{DurationS: ptr(10.0), FrameRate: ptr(30.0), Events: drawEvents(t, name, 12)}
			for i := range a.Events {
				a.Events[i].Kind = rapid.SampledFrom(kinds).Draw(t, "kind")
				a.Events[i].Side = rapid.SampledFrom(sides).Draw(t, "side")
			}
			return a
		}
		a, b := draw("truth"), draw("result")
		x, y := Compare(a, b, DefaultParams()), Compare(b, a, DefaultParams())
		self := Compare(a, a, DefaultParams())
		for _, k := range kinds {
			if x.Kinds[k].TP != y.Kinds[k].TP || x.Kinds[k].FP != y.Kinds[k].FN || x.Kinds[k].FN != y.Kinds[k].FP {
				t.Fatalf("%s: %+v swapped %+v", k, x.Kinds[k].Score, y.Kinds[k].Score)
			}
			if s := self.Kinds[k]; s.FP+s.FN != 0 {
				t.Fatalf("%s: disagrees with itself: %+v", k, s.Score)
			}
			if ci := x.Kinds[k].F1CI95; ci != nil && (*x.Kinds[k].F1 < ci[0]-1e-9 || *x.Kinds[k].F1 > ci[1]+1e-9 || math.IsNaN(ci[0])) {
				t.Fatalf("%s: F1 %g outside %v", k, *x.Kinds[k].F1, *ci)
			}
		}
	})
}

func TestWriters(t *testing.T) {
	a, b := example()
	b.Events[0].ID = `<script>alert(1)</script>`
	b.Unknown = []string{"<b>odd</b>"}
	c := CompareAll([]Input{{"one", a, b}, {"two", a, a}}, DefaultParams())
	var page, text, pairs strings.Builder
	if err := c.WriteHTML(&page); err != nil {
		t.Fatal(err)
	}
	if err := c.WriteText(&text); err != nil {
		t.Fatal(err)
	}
	if err := c.WritePairs(&pairs); err != nil {
		t.Fatal(err)
	}
	html := page.String()
	if strings.Contains(html, "<b>odd") || strings.Contains(html, "%!") || strings.Contains(html, "ZgotmplZ") || strings.Contains(html, "http") {
		t.Error("the page holds unescaped text or points outside itself")
	}
	// Five events above and five below in the first, five twice in the second;
	// the blinks lie on both sides' lanes.
	if n := strings.Count(html, `<rect class="m `); n != 5+1+5+2*(5+1) {
		t.Errorf("%d marks on the timelines", n)
	}
	if n := strings.Count(pairs.String(), "\n"); n != 1+3+1+2+1+5 {
		t.Errorf("%d lines of pairs:\n%s", n, pairs.String())
	}
	if !strings.Contains(text.String(), "side right in 0.86") { // 6 of 7
		t.Errorf("text:\n%s", text.String())
	}
}

// In another language the page holds none of its English words; the names of files and
// classes are no words for people.
func TestPageInGerman(t *testing.T) {
	de, ok := words.In("de")
	if !ok {
		t.Fatal("German is not spoken")
	}
	a, b := example()
	c := CompareAll([]Input{{"one", a, b}, {"two", a, a}}, DefaultParams())
	var out strings.Builder
	if err := page(de).Execute(&out, c.view(de)); err != nil {
		t.Fatal(err)
	}
	if err := de.Err(); err != nil {
		t.Error(err)
	}
	html := regexp.MustCompile(`(?s)<style>.*?</style>|class="[^"]*"|<h3>(one|two)</h3>`).ReplaceAllString(out.String(), "")
	for _, want := range []string{`<html lang="de">`, "2 Aufnahmen", "rechts, Wahrheit", "Spasmus nach Seite", "0,"} {
		if !strings.Contains(html, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	english := regexp.MustCompile(`\b(right|left|both|unknown|spasm|blink|voluntary|twitch|clonic|tonic|orbicularis|missed|false|found|truth|result|by|to|and|of|the|within)\b`)
	for _, w := range english.FindAllString(html, -1) {
		t.Errorf("%q is English", w)
	}
}
