package assess

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"facialis/anatomy"
	"facialis/event"
	"facialis/interview"
	"facialis/measure"
	"facialis/words"
)

// Every row of docs/statements.md must be whole, and every figure and test it
// names must exist.
func TestStatements(t *testing.T) {
	doc, err := os.ReadFile("../docs/statements.md")
	if err != nil {
		t.Fatal(err)
	}
	ev, q, facts := Standard(), interview.Standard(), factNames(t)
	summary, err := os.ReadFile("../measure/summary.go")
	if err != nil {
		t.Fatal(err)
	}
	follows := ""
	for _, f := range []string{"course", "trends", "toxin", "days", "recordings", "decompression", "evidence/statements"} {
		data, err := os.ReadFile("../course/" + f + map[bool]string{true: ".yaml", false: ".go"}[strings.Contains(f, "/")])
		if err != nil {
			t.Fatal(err)
		}
		follows += string(data)
	}
	exists := map[string]func(string) bool{
		"finding":  func(s string) bool { return ev.Finding(s) != nil },
		"fact":     func(s string) bool { return facts[s] },
		"question": func(s string) bool { return q.Find(s) != nil },
		"measure":  func(s string) bool { return strings.Contains(string(summary), `json:"`+s+`"`) },
		"course": func(s string) bool {
			return strings.Contains(follows, `json:"`+s+`"`) || strings.Contains(follows, "- id: "+s+"\n")
		},
		"note":  func(s string) bool { return slices.ContainsFunc(ev.Notes, func(n Note) bool { return n.ID == s }) },
		"flag":  func(s string) bool { return slices.ContainsFunc(ev.Flags, func(n FlagDef) bool { return n.ID == s }) },
		"grade": func(s string) bool { return slices.ContainsFunc(ev.Grades, func(n GradeDef) bool { return n.ID == s }) },
		"type": func(s string) bool {
			return slices.ContainsFunc(ev.Type.Terms, func(n TypeTerm) bool { return n.ID == s })
		},
	}
	tests := ""
	for _, pkg := range []string{"assess", "measure", "course"} {
		files, err := filepath.Glob("../" + pkg + "/*_test.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			src, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			tests += strings.ReplaceAll(string(src), "\nfunc Test", "\n"+pkg+".Test")
		}
	}
	person, clinician := headings(t)
	n := 0
	for _, line := range strings.Split(string(doc), "\n") {
		if !strings.HasPrefix(line, "| S") {
			continue
		}
		n++
		c := strings.Split(strings.Trim(line, "| "), " | ")
		if len(c) != 8 || c[0] != fmt.Sprintf("S%d", n) || slices.ContainsFunc(c, func(s string) bool { return strings.TrimSpace(s) == "" }) {
			t.Errorf("row %d is not whole: %s", n, line)
			continue
		}
		for _, f := range strings.Fields(c[4]) {
			kind, name, _ := strings.Cut(f, ":")
			if e := exists[kind]; e == nil || !e(name) {
				t.Errorf("%s: the figure %s does not exist", c[0], f)
			}
		}
		for i, places := range []string{person, clinician} {
			for _, p := range strings.Split(c[6+i], "; ") {
				if !strings.Contains(places, "\n"+p+"\n") {
					t.Errorf("%s: there is no part %q of the pages", c[0], p)
				}
			}
		}
		for _, f := range strings.Fields(c[5]) {
			if !strings.Contains(tests, "\n"+f+"(") {
				t.Errorf("%s: the test %s does not exist", c[0], f)
			}
		}
	}
	if n != 26 {
		t.Errorf("%d statements, want 26", n)
	}
}

// headings are the parts of the person's and of the clinician's pages, a line
// each, with those of the measurements, which both get, and the course.
func headings(t *testing.T) (person, clinician string) {
	t.Helper()
	read := func(path string) string {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	l := words.English()
	both := "\nCourse\n"
	for _, key := range l.Keys() {
		if strings.HasPrefix(key, "report.") && strings.HasSuffix(key, ".head") {
			both += l.Say(key) + "\n"
		}
	}
	head := regexp.MustCompile(`(?:<h[234]>|<summary>|\{\{if eq \.R\.Level "emergency"\}\}|\{\{else\}\})\{\{say "([^"]+)"`)
	of := func(path string) string {
		out := both
		for _, m := range head.FindAllStringSubmatch(read(path), -1) {
			text, _, _ := strings.Cut(l.Source(m[1]), "{{") // a heading may end with a number
			out += strings.TrimRight(text, " (:") + "\n"
		}
		return out
	}
	return of("pages/person.html.tmpl"), of("pages/clinician.html.tmpl")
}

func (r *Report) note(id string) bool {
	return slices.ContainsFunc(r.Disagreements, func(n Note) bool { return n.ID == id })
}

// The five places where the founding text and the literature differ.
func TestDisagreementsArePrinted(t *testing.T) {
	for id, a := range map[string]m{
		"bilateral": {"side": "both"}, "sleep": {"sleep": "stops"}, "lock": {"palsy": "yes"},
		"forehead": {"brow_when_closing": "up"}, "mouth": {"first_place": "mouth"},
	} {
		r := run(t, told(t, a))
		if !r.note(id) || len(r.Disagreements) != 1 {
			t.Errorf("%v prints %v, want %s", a, r.Disagreements, id)
		}
		page := string(ClinicianHTML(r))
		if !strings.Contains(page, r.Disagreements[0].Seed) || !strings.Contains(page, "studies") {
			t.Errorf("%s does not stand on the page", id)
		}
	}
}

// again makes a recording out of events of one side with a gap between onsets.
func again(n int, gap float64, change func(i int, e *event.Event)) *Video {
	v := &Video{FaceFraction: 1, Usable: true, DurationS: float64(n+1) * gap}
	for i := range n {
		t := float64(i+1) * gap
		e := event.Event{Kind: event.Spasm, Side: anatomy.Right, Form: event.Twitch, OnsetS: t, OffsetS: t + 0.2, Lead: anatomy.OrbicularisOculi,
			Regions: []event.RegionMovement{{Region: anatomy.OrbicularisOculi, Side: anatomy.Right, OnsetS: t, PeakMM: p(3)}}}
		if change != nil {
			change(i, &e)
		}
		v.Events = append(v.Events, e)
	}
	sum(v)
	return v
}

// sum measures a recording of which there are events but no trace.
func sum(v *Video) {
	all := []measure.Span{{FromS: 0, ToS: v.DurationS}}
	v.Summary = measure.Summarize(v.Events, measure.FullView(all), v.Tasks, measure.DefaultParams())
	v.Summary.Watch(nil, v.Events, measure.FullView(all), v.Tasks, measure.DefaultParams())
}

func TestRhythm(t *testing.T) {
	if s := run(t, Input{Video: again(20, 2, nil)}).finding("RHY").Status; s != "yes" {
		t.Errorf("a metronome is %s regular", s)
	}
	if s := run(t, Input{Video: again(6, 2, nil)}).finding("RHY").Status; s != "unknown" {
		t.Errorf("five intervals decide the rhythm: %s", s)
	}
}

// Twelve spasms, six and six with a minute between: two attacks, whose lengths
// and intervals the summary must give.
func TestLengthsAndIntervals(t *testing.T) {
	v := &Video{DurationS: 120, FaceFraction: 1, Usable: true}
	for i := range 12 {
		attack := 1 + i/6
		on := float64(i)*2 + float64(attack-1)*60
		v.Events = append(v.Events, event.Event{Kind: event.Spasm, Side: anatomy.Left, Form: event.Twitch, OnsetS: on, OffsetS: on + 0.5, Lead: anatomy.OrbicularisOculi, Attack: &attack, Episode: &attack,
			Regions: []event.RegionMovement{{Region: anatomy.OrbicularisOculi, Side: anatomy.Left, OnsetS: on, PeakMM: p(3)}}})
	}
	s := measure.Summarize(v.Events, measure.FullView([]measure.Span{{FromS: 0, ToS: 120}}), nil, measure.DefaultParams())
	near := func(name string, got *float64, want float64) {
		if got == nil || math.Abs(*got-want) > 1e-6 {
			t.Errorf("%s is %v, want %g", name, got, want)
		}
	}
	if s.Attacks != 2 {
		t.Errorf("%d attacks, want 2", s.Attacks)
	}
	near("median length", s.DurationS.Median, 0.5)
	near("longest attack", s.AttackS.Max, 10.5)
	near("median interval", s.IntervalS.Median, 2)
	near("longest free time", s.LongestFreeS, 61.5)
}

func TestBothSides(t *testing.T) {
	alternating := run(t, Input{Video: again(20, 3, func(i int, e *event.Event) {
		if i%2 == 1 {
			e.Side, e.Regions[0].Side = anatomy.Left, anatomy.Left
		}
	})})
	if alternating.finding("ALT").Status != "yes" || alternating.finding("BSYN").Status != "no" || alternating.finding("UNI").Status != "no" {
		t.Errorf("alternating: %v %v %v", alternating.finding("ALT"), alternating.finding("BSYN"), alternating.finding("UNI"))
	}
	together := run(t, Input{Video: again(20, 3, func(_ int, e *event.Event) {
		e.Kind, e.Side, e.OffsetS = event.Voluntary, anatomy.Both, e.OnsetS+1
		e.Regions = []event.RegionMovement{{Region: anatomy.OrbicularisOculi, Side: anatomy.Right, PeakMM: p(8)}, {Region: anatomy.OrbicularisOculi, Side: anatomy.Left, PeakMM: p(8)}}
	})})
	if together.finding("BSYN").Status != "yes" || together.finding("NONE").Status == "yes" {
		t.Errorf("together: %+v", together.finding("BSYN"))
	}
}

func TestRunsWithoutPause(t *testing.T) {
	r := run(t, Input{Video: again(400, 1, nil)})
	if x := r.Facts["video.run_s"]; math.Abs(x-399.2) > 0.01 {
		t.Errorf("the run lasts %g s", x)
	}
	if r.Level != "emergency" {
		t.Errorf("even jerking for %g s is %q", r.Facts["video.run_s"], r.Level)
	}
	if r := run(t, Input{Video: again(100, 5, nil)}); r.Level == "emergency" {
		t.Error("a twitch every five seconds for eight minutes is an emergency")
	}
}

func TestHeldBackAndDistracted(t *testing.T) {
	v := again(60, 2, nil)
	name := func(s string) *string { return &s }
	// rest up to 60 s, then held back without any, then distracted with all
	v.Tasks = []event.Task{{Task: "rest", FromS: 0, ToS: 60}, {Task: "hold_back", FromS: 60, ToS: 90}, {Task: "distraction", FromS: 90, ToS: 122}}
	v.Events = slices.DeleteFunc(v.Events, func(e event.Event) bool { return e.OnsetS >= 60 && e.OnsetS < 90 })
	for i := range v.Events {
		v.Events[i].Task = name("rest")
	}
	r := run(t, Input{Video: v})
	if r.finding("SUP").Status != "yes" || r.finding("DIS").Status != "no" {
		t.Errorf("held back %+v, distracted %+v", r.finding("SUP"), r.finding("DIS"))
	}
}

func TestSleep(t *testing.T) {
	v := again(30, 60, nil)
	v.Tasks = []event.Task{{Task: "sleep", FromS: 0, ToS: v.DurationS}}
	if f := run(t, Input{Video: v}).finding("SLP"); f.Status != "yes" || f.Value == nil || math.Abs(*f.Value-0.97) > 0.01 {
		t.Errorf("filmed in sleep: %+v", f)
	}
	if s := run(t, told(t, m{"sleep": "stops"})).finding("SLP").Status; s != "no" {
		t.Errorf("told to stop in sleep: %s", s)
	}
}

func TestSharesOfRegions(t *testing.T) {
	r := run(t, Input{Video: again(20, 3, func(i int, e *event.Event) {
		extra := []anatomy.Region{anatomy.Frontalis, anatomy.Platysma}[i%2]
		e.Regions = append(e.Regions, event.RegionMovement{Region: extra, Side: anatomy.Right, OnsetS: e.OnsetS, PeakMM: p(1)})
	})})
	if r.Facts["video.forehead_share"] != 0.5 || r.Facts["video.platysma_share"] != 0.5 || r.Facts["video.spread_stage"] != 5 {
		t.Errorf("forehead %g, neck %g, stage %g", r.Facts["video.forehead_share"], r.Facts["video.platysma_share"], r.Facts["video.spread_stage"])
	}
	if g := r.grade("smc"); g == nil || g.Low != 2 {
		t.Errorf("SMC with the neck: %+v", g)
	}
}

// The neck with the strong spasms alone, by the third of them.
func TestNeckByStrength(t *testing.T) {
	for _, n := range []int{8, 12} {
		r := run(t, Input{Video: again(n, 3, func(i int, e *event.Event) {
			e.Regions[0].PeakMM = p(1 + float64(i*7%n)) // in no order
			if *e.Regions[0].PeakMM > 8 {
				e.Regions = append(e.Regions, event.RegionMovement{Region: anatomy.Platysma, Side: anatomy.Right, OnsetS: e.OnsetS, PeakMM: p(20)})
			}
		})})
		weak, known := r.Facts["video.platysma_weak_share"]
		if lo, ok := r.Facts["video.platysma_strong_share.lo"]; ok != (n == 12) || lo > 0.9 {
			t.Errorf("of %d: the interval of four strong spasms begins at %g", n, lo)
		}
		if strong := r.Facts["video.platysma_strong_share"]; known != (n == 12) || weak != 0 || (known && strong != 1) {
			t.Errorf("of %d: weak %g, strong %g, known %v", n, weak, strong, known)
		}
	}
}

func TestDates(t *testing.T) {
	r := run(t, told(t, m{"age": 50, "since": "2021-06", "spread_since": "2022-06", "places": []string{"eye", "mouth"}, "palsy": "yes", "palsy_since": "2020-06"}))
	for name, want := range map[string]float64{"onset_age": 45, "spread_after_months": 12, "palsy_to_onset_months": 12} {
		if got := r.Facts[name]; math.Abs(got-want) > 0.1 {
			t.Errorf("%s is %g, want %g", name, got, want)
		}
	}
}

// A year alone is taken by its middle, but this year says nothing of days.
func TestYearsAlone(t *testing.T) {
	if x, ok := run(t, told(t, m{"since": "2026"})).Facts["since_days"]; ok {
		t.Errorf("begun this year is taken for %g days", x)
	}
	if x := run(t, told(t, m{"since": "2020"})).Facts["since_days"]; x < 5*365 || x > 7*365 {
		t.Errorf("begun in 2020 is taken for %g days", x)
	}
}

func TestEarOfThatSide(t *testing.T) {
	for side, want := range map[string]string{"left": "yes", "right": "no", "both": "yes"} {
		if got := run(t, told(t, m{"side": "left", "ear": []string{"click"}, "ear_side": side})).finding("CLICK").Status; got != want {
			t.Errorf("a click in the %s ear with a left face is %s, want %s", side, got, want)
		}
	}
}

func TestPages(t *testing.T) {
	in := told(t, m{"now": []string{"droop"}, "side": "left", "since": "2022-05", "first_place": "lower_lid", "mood_low": "3", "mood_interest": "3"})
	in.Video = film(anatomy.Left)
	r := run(t, in)
	person, clinician := string(PersonHTML(r)), string(ClinicianHTML(r))
	if i, j := strings.Index(person, "Act now"), strings.Index(person, "What this may mean"); i < 0 || j < i {
		t.Error("the red flag does not stand before everything else")
	}
	for _, s := range []string{"left side of your face", "May 2022", "not a diagnosis", "crisis line"} {
		if !strings.Contains(person, s) {
			t.Errorf("the person's page lacks %q", s)
		}
	}
	for _, s := range []string{"G51.32", "estimate", "doi:", "Jankovic", "Raw figures", "video.rest_rate"} {
		if !strings.Contains(clinician, s) {
			t.Errorf("the clinician's page lacks %q", s)
		}
	}
	if strings.Contains(strings.ToLower(person), "you have a ") || strings.Contains(person, "%!") || strings.Contains(clinician, "%!") {
		t.Error("a page says what must not be said")
	}
}
