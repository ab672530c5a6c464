package course

import (
	"encoding/json"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"facialis/anatomy"
	_ "facialis/internal/rapidtest"
	"facialis/measure"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var day0 = time.Date(2026, 1, 1, 20, 0, 0, 0, time.UTC)

func at(day int) time.Time { return day0.AddDate(0, 0, day) }

// check is a day's entry with attacks and mood; NaN leaves one out.
func check(day int, attacks, mood float64) Entry {
	d := &Day{Date: at(day).Format(time.DateOnly)}
	if !math.IsNaN(attacks) {
		d.Attacks = &attacks
	}
	if !math.IsNaN(mood) {
		d.Mood = &mood
	}
	return Entry{ID: fmt.Sprintf("d%05d", day), Kind: KindDay, At: at(day), UpdatedAt: at(day), Day: d}
}

func treat(day int, t Treatment) Entry {
	t.From = at(day).Format(time.DateOnly)
	return Entry{ID: fmt.Sprintf("t%05d", day), Kind: KindTreatment, At: at(day), Treatment: &t}
}

func shot(day int) Entry { return treat(day, Treatment{Type: BotulinumToxin}) }

func follow(t testing.TB, in Input) *Course {
	t.Helper()
	c, err := Follow(in)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// effect is a course after an injection on day 0 as clinical reviews draw it: no
// change until onset, an exponential fall, a plateau, a logistic return.
func effect(d, onset, mid float64) float64 {
	if d < onset {
		return 1
	}
	low := 0.15
	fall := low + (1-low)*math.Exp(-(d-onset)/4)
	back := 1 / (1 + math.Exp(-(d-mid)/5))
	return max(fall, low+(1-low)*back)
}

func poisson(rng *rand.Rand, mean float64) float64 {
	l, k, p := math.Exp(-mean), 0.0, rng.Float64()
	for p > l {
		k++
		p *= rng.Float64()
	}
	return k
}

func TestToxinCycleOfAKnownCourse(t *testing.T) {
	// Where the drawn course itself crosses three quarters.
	onset, back := 0.0, 0.0
	for d := 1.0; d < 200; d++ {
		if e := effect(d, 4, 95); onset == 0 && e <= 0.75 {
			onset = d
		} else if onset > 0 && d > 40 && back == 0 && e >= 0.75 {
			back = d
		}
	}
	inOnset, inBack, runs := 0, 0, 0
	for seed := range uint64(20) {
		rng := rand.New(rand.NewPCG(seed, 9))
		entries := []Entry{shot(40)}
		for d := range 190 {
			if rng.IntN(8) > 0 { // one day in eight is forgotten
				entries = append(entries, check(d, poisson(rng, 20*effect(float64(d-40), 4, 95)), math.NaN()))
			}
		}
		c := follow(t, Input{Entries: entries, Now: at(190)})
		cy := c.Toxin.Cycles[0]
		if cy.State != "returned" || cy.OnsetDay == nil || cy.ReturnDay == nil {
			t.Fatalf("seed %d: %+v", seed, cy)
		}
		if math.Abs(*cy.Baseline-20) > 4 || math.Abs(*cy.OnsetDay-onset) > 4 || math.Abs(*cy.ReturnDay-back) > 9 {
			t.Errorf("seed %d: baseline %g onset %g (drawn %g) return %g (drawn %g)", seed, *cy.Baseline, *cy.OnsetDay, onset, *cy.ReturnDay, back)
		}
		if *cy.NadirShare > 0.25 || *cy.NadirDay < 8 || *cy.NadirDay > 85 || *cy.AreaDays < 50 || *cy.AreaDays > 95 {
			t.Errorf("seed %d: nadir %g on day %g, area %g", seed, *cy.NadirShare, *cy.NadirDay, *cy.AreaDays)
		}
		if len(cy.Flags) > 0 || cy.Predicted != nil {
			t.Errorf("seed %d: %+v %+v", seed, cy.Flags, cy.Predicted)
		}
		if o, r := cy.OnsetBetween, cy.ReturnBetween; o != nil && r != nil {
			runs++
			if o[0] <= onset && onset <= o[1] {
				inOnset++
			}
			if r[0] <= back && back <= r[1] {
				inBack++
			}
		}
	}
	t.Logf("the drawn onset lay in the range in %d of %d courses, the return in %d", inOnset, runs, inBack)
	if runs < 18 || inOnset < runs*8/10 || inBack < runs*7/10 {
		t.Errorf("of %d courses the drawn onset lay in the range %d times, the return %d times", runs, inOnset, inBack)
	}
}

func TestToxinFlagsAndStates(t *testing.T) {
	course := func(days int, f func(d float64) float64, now int, extra ...Entry) Cycle {
		entries := append([]Entry{shot(30)}, extra...)
		for d := range days {
			entries = append(entries, check(d, 10*f(float64(d-30))+float64(d%3-1), math.NaN()))
		}
		c := follow(t, Input{Entries: entries, Now: at(now)})
		return c.Toxin.Cycles[len(c.Toxin.Cycles)-1]
	}
	codes := func(cy Cycle) (s []string) {
		for _, f := range cy.Flags {
			s = append(s, f.Code)
		}
		return s
	}
	if cy := course(120, func(float64) float64 { return 1 }, 120); cy.State != "no_effect" || !slices.Equal(codes(cy), []string{"no_response"}) {
		t.Errorf("no effect: %s %v", cy.State, codes(cy))
	}
	if cy := course(120, func(d float64) float64 { return effect(d, 4, 40) }, 120); cy.State != "returned" || !slices.Equal(codes(cy), []string{"short"}) {
		t.Errorf("short: %s %v %v", cy.State, codes(cy), *cy.ReturnDay)
	}
	if cy := course(33, func(float64) float64 { return 1 }, 33); cy.State != "waiting" || cy.Predicted.From != "published" || len(cy.Flags) > 0 {
		t.Errorf("after three days: %+v", cy)
	}
	cy := course(75, func(d float64) float64 { return effect(d, 4, 95) }, 75)
	if cy.State != "working" || cy.ReturnDay != nil || cy.AtLeastDays == nil || cy.Predicted.Date != date(dayOf(at(30), 0)+113) {
		t.Errorf("at work: %+v %+v", cy, cy.Predicted)
	}
	if cy := course(129, func(d float64) float64 { return effect(d, 4, 96) }, 128); cy.State != "wearing_off" {
		t.Errorf("towards the end: %s", cy.State)
	}
	// An injection while the last one still works takes its baseline over.
	cy = course(100, func(d float64) float64 { return effect(d, 4, 95) }, 100, shot(90))
	if cy.BaselineFrom == nil || *cy.BaselineFrom != "earlier" || *cy.Baseline < 9 {
		t.Errorf("too early again: %+v", cy)
	}
	if cy := course(0, nil, 60); cy.State != "not_enough" || cy.OnsetDay != nil {
		t.Errorf("no diary: %+v", cy)
	}
}

func TestPredictionFromOwnCycles(t *testing.T) {
	if p := predict(0, []float64{80, 90, 100}); p.From != "own" || p.Date != date(90) || p.Earliest >= p.Date || p.Latest <= p.Date {
		t.Errorf("%+v", p)
	}
	// Student's t with two degrees of freedom at 0.9 is 1.8856; SD 10; √(1+1/3).
	if p := predict(0, []float64{80, 90, 100}); p.Latest != date(90+int(math.Round(1.885618*10*math.Sqrt(4.0/3)))) {
		t.Errorf("latest %s", p.Latest)
	}
	if p := predict(0, []float64{84}); p.From != "own_one" || p.Latest != date(105) {
		t.Errorf("%+v", p)
	}
}

func TestToxinFromRecordings(t *testing.T) {
	var recs []Recording
	for d, rate := range map[int]float64{10: 12, 44: 3, 80: 2, 120: 6, 150: 11} {
		recs = append(recs, film(d, rate, 180))
	}
	c := follow(t, Input{Entries: []Entry{shot(30)}, Recordings: recs, Now: at(160)})
	cy := c.Toxin.Cycles[0]
	if cy.Figure == nil || *cy.Figure != "rate_per_min" || *cy.OnsetDay != 14 || *cy.OnsetBetween != [2]float64{0, 14} || *cy.ReturnDay != 120 || *cy.ReturnBetween != [2]float64{90, 120} {
		t.Errorf("%+v", cy)
	}
}

func film(day int, perMin, seconds float64) Recording {
	n := int(math.Round(perMin * seconds / 60))
	m := measure.Summary{UsableS: seconds, Spasms: n, RatePerMin: measure.PoissonRate(n, seconds/60)}
	return Recording{ID: fmt.Sprintf("r%d", day), At: at(day), Measures: m}
}

func TestANarrowerEyeIsFlagged(t *testing.T) {
	est := func(v float64) measure.Estimate {
		return measure.Estimate{Value: &v, CI95: &[2]float64{v - 0.6, v + 0.6}}
	}
	for _, side := range []anatomy.Side{anatomy.Right, anatomy.Left} {
		sign := 1.0
		if side == anatomy.Left {
			sign = -1
		}
		a, b := film(10, 8, 180), film(50, 2, 180)
		a.Measures.Side = &side
		a.Measures.Resting.ApertureDifferenceMM, b.Measures.Resting.ApertureDifferenceMM = est(0), est(-1.8*sign)
		c := follow(t, Input{Entries: []Entry{shot(30)}, Recordings: []Recording{a, b}, Now: at(60)})
		if f := c.Toxin.Cycles[0].Flags; len(f) != 1 || f[0].Code != "eye_narrower" {
			t.Errorf("%s: %+v", side, f)
		}
		b.Measures.Resting.ApertureDifferenceMM = est(1.8 * sign)
		c = follow(t, Input{Entries: []Entry{shot(30)}, Recordings: []Recording{a, b}, Now: at(60)})
		if f := c.Toxin.Cycles[0].Flags; len(f) != 0 {
			t.Errorf("%s, wider: %+v", side, f)
		}
	}
}

func mvd(day int) Entry { return treat(day, Treatment{Type: Surgery, Operation: ptr(MVD)}) }

// Whatever the diary says, no operation is judged before twelve months.
func TestDecompressionIsNotJudgedEarly(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		now := rapid.IntRange(31, 700).Draw(rt, "now")
		entries := []Entry{mvd(30)}
		for d := range now {
			if a := rapid.IntRange(-1, 9).Draw(rt, "attacks"); a >= 0 {
				entries = append(entries, check(d, float64(a), math.NaN()))
			}
		}
		c := follow(t, Input{Entries: entries, Now: at(now)})
		d := c.Decompression[0]
		if early := now-30 < 365; d.TooEarly != early || (early && d.State == "spasms_remain") || (early && strings.Contains(strings.ToLower(d.Text), "fail")) {
			rt.Fatalf("after %g days: %+v", d.Days, d)
		}
	})
}

func TestDecompressionStates(t *testing.T) {
	run := func(now int, before, after float64) Decompression {
		entries := []Entry{mvd(30)}
		for d := range now {
			a := before
			if d > 30 {
				a = after
			}
			entries = append(entries, check(d, a, math.NaN()))
		}
		return follow(t, Input{Entries: entries, Now: at(now)}).Decompression[0]
	}
	for _, q := range []struct {
		now           int
		before, after float64
		state         string
	}{{120, 10, 0, "free"}, {120, 10, 4, "better"}, {120, 10, 10, "not_yet"}, {420, 10, 4, "spasms_remain"}, {420, 10, 10, "never"}, {420, 10, 0, "free"}} {
		if d := run(q.now, q.before, q.after); d.State != q.state {
			t.Errorf("%+v: %s", q, d.State)
		}
	}
	if d := run(30+91, 10, 0); *d.PublishedShare != 0.731 || d.FreeSince == nil {
		t.Errorf("%+v", d)
	}
	if d := run(30+60, 10, 0); math.Abs(*d.PublishedShare-(0.514+(0.731-0.514)*30/61)) > 1e-12 {
		t.Errorf("between the published days: %g", *d.PublishedShare)
	}
	recs := []Recording{film(10, 9, 180), film(100, 0, 200)}
	if d := follow(t, Input{Entries: []Entry{mvd(30)}, Recordings: recs, Now: at(110)}).Decompression[0]; d.State != "free" || *d.Figure != "rate_per_min" {
		t.Errorf("by recordings: %+v", d)
	}
}

func TestTrendsOfTheDiary(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	var entries []Entry
	for d := range 120 {
		entries = append(entries, check(d, 5+float64(d)/10+rng.NormFloat64(), 5+rng.NormFloat64()))
	}
	c := follow(t, Input{Entries: entries, Now: at(130)})
	a, _ := c.whole("attacks", "diary")
	if a.Direction != "rising" || *a.Better || math.Abs(*a.PerMonth-3) > 0.3 || a.CI95[0] > 3 || a.CI95[1] < 3 {
		t.Errorf("%+v slope %g %v", a, *a.PerMonth, a.CI95)
	}
	if m, _ := c.whole("mood", "diary"); m.Direction != "none" || m.Better != nil {
		t.Errorf("%+v p %g", m, *m.P)
	}
	if _, ok := c.whole("pain", "diary"); ok {
		t.Error("a trend of what was never noted")
	}
	if *c.Persistence != 119 {
		t.Errorf("persistence %g", *c.Persistence)
	}
}

func TestStepAfterATreatment(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	entries := []Entry{treat(50, Treatment{Type: Drug, Drug: ptr("clonazepam")})}
	for d := range 100 {
		level := 12.0
		if d >= 53 {
			level = 4
		}
		entries = append(entries, check(d, poisson(rng, level), math.NaN()))
	}
	c := follow(t, Input{Entries: entries, Now: at(100)})
	if len(c.Steps) != 1 || c.Steps[0].Near == nil || *c.Steps[0].Near != "t00050" || !c.Steps[0].Better || math.Abs(c.Steps[0].Before-12) > 2 || math.Abs(c.Steps[0].After-4) > 2 {
		t.Errorf("%+v", c.Steps)
	}
	if s := c.Steps[0]; s.Between[0] > at(53).Format(time.DateOnly) || s.Between[1] < at(53).Format(time.DateOnly) {
		t.Errorf("the step lies within %v", s.Between)
	}
}

func statement(c *Course, id string) Statement {
	return c.Statements[slices.IndexFunc(c.Statements, func(s Statement) bool { return s.ID == id })]
}

func TestStatements(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 1))
	even := func(cv float64) (out []Recording) {
		for d := range 4 {
			r := film(d*10, 6, 300)
			r.Measures.IntervalS = measure.Intervals{Quantiles: measure.Quantiles{N: 29}, CV: ptr(cv + float64(d)/50)}
			out = append(out, r)
		}
		return out
	}
	region := func(day int, r string) Entry {
		e := check(day, 5, 5)
		e.Day.WorstRegion = &r
		return e
	}
	sleep := func(asleep, awake int) []Recording {
		r := film(0, 1, 4000)
		r.Measures.ByTask = []measure.TaskRate{{Task: "sleep", UsableS: 3600, Spasms: asleep}, {Task: "rest", UsableS: 300, Spasms: awake}}
		return []Recording{r}
	}
	linked := func(effect float64) (out []Entry) { // yesterday's mood moves today's attacks
		last := 0.0
		for d := range 150 {
			mood := rng.NormFloat64()
			out = append(out, check(d, 12-effect*last+rng.NormFloat64(), 5+mood))
			last = mood
		}
		return out
	}
	growing := func(k float64) (out []Entry) {
		for d := range 60 {
			e := check(d, 10+k*float64(d)/5+rng.NormFloat64(), math.NaN())
			e.Day.LongestS = ptr(60 + k*float64(d) + 3*rng.NormFloat64())
			out = append(out, e)
		}
		return out
	}
	for _, q := range []struct {
		id, verdict string
		in          Input
	}{
		{"S10", "fits", Input{Entries: []Entry{region(0, "orbicularis_oculi"), region(40, "zygomaticus"), region(90, "orbicularis_oris")}}},
		{"S10", "does_not_fit", Input{Entries: []Entry{region(0, "orbicularis_oris"), region(40, "zygomaticus"), region(90, "orbicularis_oculi")}}},
		{"S10", "not_enough_data", Input{Entries: []Entry{region(0, "orbicularis_oculi")}}},
		{"S14", "fits", Input{Recordings: even(0.8)}},
		{"S14", "does_not_fit", Input{Recordings: even(0.1)}},
		{"S14", "unclear", Input{Recordings: even(0.27)}},
		{"S14", "not_enough_data", Input{Recordings: []Recording{film(0, 3, 60)}}},
		{"S15", "fits", Input{Entries: growing(1)}},
		{"S15", "does_not_fit", Input{Entries: growing(-0.5)}},
		{"S15", "unclear", Input{Entries: growing(0)}},
		{"S15", "not_enough_data", Input{Entries: growing(1)[:4]}},
		{"S15", "not_enough_data", Input{Entries: append(growing(1), shot(-1))}}, // all of it under treatment
		{"S19", "fits", Input{Recordings: sleep(0, 20)}},
		{"S19", "unclear", Input{Recordings: sleep(40, 30)}},
		{"S19", "does_not_fit", Input{Recordings: sleep(240, 20)}},
		{"S19", "not_enough_data", Input{Recordings: []Recording{film(0, 5, 300)}}},
		{"S25", "fits", Input{Entries: linked(2)}},
		{"S25", "unclear", Input{Entries: linked(0)}},
		{"S25", "does_not_fit", Input{Entries: linked(-2)}},
		{"S25", "not_enough_data", Input{Entries: linked(2)[:15]}},
	} {
		q.in.Now = at(200)
		s := statement(follow(t, q.in), q.id)
		if s.Verdict != q.verdict || s.Text == "" || s.Source == "" {
			t.Errorf("%s: %s (%s), want %s; %+v", q.id, s.Verdict, s.Text, q.verdict, s.Figures)
		}
		for _, f := range s.Figures {
			if f.Value != nil && f.CI95 != nil && (*f.Value < f.CI95[0] || *f.Value > f.CI95[1]) {
				t.Errorf("%s: %s %g is not within %v", q.id, f.Name, *f.Value, *f.CI95)
			}
		}
	}
}

// The interval of the sleep ratio against the definition: at its ends the count
// in sleep, given the total, is just as far out as 2.5 % allow.
func TestSleepRatioIsExact(t *testing.T) {
	r := film(0, 1, 4000)
	r.Measures.ByTask = []measure.TaskRate{{Task: "sleep", UsableS: 3600, Spasms: 9}, {Task: "rest", UsableS: 600, Spasms: 12}}
	f := statement(follow(t, Input{Recordings: []Recording{r}, Now: at(1)}), "S19").Figures[0]
	tail := func(ratio float64, from, to int) (p float64) {
		q := ratio * 3600 / (ratio*3600 + 600)
		for k := from; k <= to; k++ {
			c := 1.0
			for i := range k {
				c *= float64(21-i) / float64(i+1)
			}
			p += c * math.Pow(q, float64(k)) * math.Pow(1-q, float64(21-k))
		}
		return p
	}
	if lo, hi := tail(f.CI95[0], 9, 21), tail(f.CI95[1], 0, 9); math.Abs(lo-0.025) > 1e-6 || math.Abs(hi-0.025) > 1e-6 {
		t.Errorf("tails %g and %g at %v", lo, hi, f.CI95)
	}
}

// input draws a person's months.
func input(rt *rapid.T) Input {
	now := rapid.IntRange(20, 160).Draw(rt, "now")
	in := Input{Now: at(now)}
	for d := range now {
		switch rapid.IntRange(0, 5).Draw(rt, "what") {
		case 0:
		case 1:
			e := Entry{ID: fmt.Sprintf("a%d", d), Kind: KindAttack, At: at(d), Attack: &Attack{End: ptr(at(d).Add(40 * time.Second))}}
			in.Entries = append(in.Entries, e)
		default:
			in.Entries = append(in.Entries, check(d, float64(rapid.IntRange(0, 30).Draw(rt, "n")), float64(rapid.IntRange(0, 10).Draw(rt, "mood"))))
		}
	}
	for range rapid.IntRange(0, 2).Draw(rt, "shots") {
		in.Entries = append(in.Entries, shot(rapid.IntRange(0, now).Draw(rt, "shot")))
	}
	for i := range rapid.IntRange(0, 6).Draw(rt, "films") {
		r := film(rapid.IntRange(0, now).Draw(rt, "film"), float64(rapid.IntRange(0, 20).Draw(rt, "rate")), 180)
		r.ID = fmt.Sprint("r", i)
		in.Recordings = append(in.Recordings, r)
	}
	return in
}

var plain = cmp.FilterPath(func(p cmp.Path) bool {
	f, ok := p.Last().(cmp.StructField)
	return ok && f.Name() != "" && f.Name()[0] >= 'a' && f.Name()[0] <= 'z'
}, cmp.Ignore())

func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in := input(rt)
		a := follow(t, in)
		b := Input{Now: in.Now, Entries: rapid.Permutation(in.Entries).Draw(rt, "entries"), Recordings: rapid.Permutation(in.Recordings).Draw(rt, "recordings")}
		if d := cmp.Diff(a, follow(t, b), plain); d != "" {
			rt.Fatal(d)
		}
	})
}

// What comes later is not known now.
func TestNothingComesFromTheFuture(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in := input(rt)
		cut := rapid.IntRange(0, 160).Draw(rt, "cut")
		full := Input{Now: at(cut), Entries: in.Entries, Recordings: in.Recordings}
		past := Input{Now: at(cut)}
		for _, e := range in.Entries {
			if !e.At.After(at(cut)) {
				past.Entries = append(past.Entries, e)
			}
		}
		for _, r := range in.Recordings {
			if !r.At.After(at(cut)) {
				past.Recordings = append(past.Recordings, r)
			}
		}
		if d := cmp.Diff(follow(t, past), follow(t, full), plain); d != "" {
			rt.Fatal(d)
		}
	})
}

// A course of twice the attacks has the same shares, days and verdicts.
func TestScaleAndPlaceInTime(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in := input(rt)
		in.Recordings = nil
		k := float64(rapid.IntRange(2, 4).Draw(rt, "scale"))
		move := rapid.IntRange(1, 900).Draw(rt, "days")
		other := Input{Now: in.Now.AddDate(0, 0, move)}
		var kept []Entry
		for _, e := range in.Entries {
			if e.Kind == KindAttack {
				continue
			}
			kept = append(kept, e)
			o := e
			o.At = e.At.AddDate(0, 0, move)
			if e.Day != nil {
				d := *e.Day
				d.Date = o.At.Format(time.DateOnly)
				d.Attacks = ptr(*d.Attacks * k)
				o.Day = &d
			}
			if e.Treatment != nil {
				tr := *e.Treatment
				tr.From = o.At.Format(time.DateOnly)
				o.Treatment = &tr
			}
			other.Entries = append(other.Entries, o)
		}
		in.Entries = kept
		a, b := follow(t, in), follow(t, other)
		for i, x := range a.Toxin.Cycles {
			y := b.Toxin.Cycles[i]
			if x.Baseline == nil {
				continue // too few attacks to tell; with twice as many it may do
			}
			x.Date, y.Date, x.Predicted, y.Predicted, x.Baseline, y.Baseline = "", "", nil, nil, nil, nil
			if d := cmp.Diff(x, y, cmp.Comparer(func(a, b float64) bool { return math.Abs(a-b) < 1e-9*(1+math.Abs(a)) })); d != "" {
				rt.Fatal(d)
			}
		}
		for i, x := range a.Trends {
			if y := b.Trends[i]; x.Direction != y.Direction || (x.Series == "attacks" && x.PerMonth != nil && math.Abs(*y.PerMonth-k**x.PerMonth) > 1e-9) {
				rt.Fatalf("%+v and %+v", x, y)
			}
		}
	})
}

func TestNothingYet(t *testing.T) {
	if _, err := Follow(Input{}); err == nil {
		t.Error("without a day")
	}
	c := follow(t, Input{Now: at(0)})
	data, err := json.Marshal(c)
	if err != nil {
		t.Fatal(err)
	}
	var m map[string]any
	if err := json.Unmarshal(data, &m); err != nil {
		t.Fatal(err)
	}
	for k, v := range m {
		if v == nil && !slices.Contains([]string{"from", "to", "persistence_days", "pooled"}, k) {
			t.Errorf("%s is null", k)
		}
	}
	for _, s := range c.Statements {
		if s.Verdict != "not_enough_data" {
			t.Errorf("%+v", s)
		}
	}
	if len(c.Summary) != 1 {
		t.Errorf("%q", c.Summary)
	}
}

func TestEntriesAsTheAppWritesThem(t *testing.T) {
	const in = `[{"id":"1","kind":"attack","at":"2026-03-01T23:30:00Z","tz_offset_min":120,"updated_at":"2026-03-01T23:31:00Z","deleted":false,"data":{"end":"2026-03-01T23:30:30Z","worst_region":"zygomaticus","side":"left","trigger":null,"note":""}},
	{"id":"2","kind":"day","at":"2026-03-02T20:00:00Z","tz_offset_min":120,"updated_at":"2026-03-02T20:00:00Z","deleted":false,"data":{"date":"2026-03-02","attacks":4,"longest_s":12,"mood":6,"later":1}},
	{"id":"3","kind":"treatment","at":"2026-03-02T09:00:00Z","tz_offset_min":0,"updated_at":"2026-03-02T20:00:00Z","deleted":false,"data":{"type":"botulinum_toxin","product":"A","units_total":null,"sites":[{"region":"orbicularis_oculi","side":"left","units":12.5},{"region":"zygomaticus","side":"left","units":2.5}],"from":"2026-03-02"}},
	{"id":"4","kind":"visit","at":"2026-03-02T09:00:00Z","deleted":true,"data":{"with":"Dr B","note":""}},
	{"id":"5","kind":"dance","at":"2026-03-02T09:00:00Z","data":{}}]`
	var entries []Entry
	if err := json.Unmarshal([]byte(in), &entries); err != nil {
		t.Fatal(err)
	}
	c := follow(t, Input{Entries: entries, Now: time.Date(2026, 3, 3, 0, 0, 0, 0, time.UTC)})
	// Half past eleven in the evening in London is the next day two hours further east.
	if len(c.Days) != 1 || c.Days[0].Date != "2026-03-02" || *c.Days[0].Attacks != 4 || *c.Days[0].LongestS != 30 || *c.Days[0].Stage != 2 { // "cheek" was tapped
		t.Errorf("%+v", c.Days)
	}
	if len(c.Treatments) != 1 || *c.Treatments[0].UnitsTotal != 15 || len(c.Visits) != 0 {
		t.Errorf("%+v %+v", c.Treatments, c.Visits)
	}
	again, err := json.Marshal(entries[:4])
	if err != nil {
		t.Fatal(err)
	}
	var second []Entry
	if err := json.Unmarshal(again, &second); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(entries[:4], second); d != "" {
		t.Error(d)
	}
	if err := json.Unmarshal([]byte(`[{"id":"6","kind":"day","data":{"attacks":"many"}}]`), &entries); err == nil || !strings.Contains(err.Error(), "6") {
		t.Errorf("a number in words: %v", err)
	}
}

// Every number has a tag and a source, and is used; the code names none that is
// not in the data.
func TestEvidence(t *testing.T) {
	ev := Standard()
	code := ""
	for _, f := range []string{"course.go", "curve.go", "days.go", "decompression.go", "recordings.go", "sites.go", "statements.go", "toxin.go", "trends.go", "words.go"} {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		code += string(data)
	}
	seen := map[string]bool{}
	used := map[string]bool{"house": true}
	source := func(s string) {
		t.Helper()
		if _, ok := ev.Sources[s]; !ok {
			t.Errorf("there is no source %q", s)
		}
		used[s] = true
	}
	for _, p := range ev.Parameters {
		if seen[p.ID] || p.Text == "" || !slices.Contains([]string{"published", "derived", "estimate"}, p.Tag) || (p.Tag == "estimate") != (p.Source == "house") {
			t.Errorf("%+v", p)
		}
		seen[p.ID] = true
		source(p.Source)
		if !strings.Contains(code, `"`+p.ID+`"`) {
			t.Errorf("nothing uses %s", p.ID)
		}
	}
	for _, m := range regexp.MustCompile(`(?:param|confirm)\("([a-z0-9_]+)"\)`).FindAllStringSubmatch(code, -1) {
		if !seen[m[1]] {
			t.Errorf("there is no parameter %s", m[1])
		}
	}
	last := 0.0
	for _, s := range ev.Decompression.Shares {
		if s.Share <= last || s.Share > 1 {
			t.Errorf("%+v", s)
		}
		last = s.Share
	}
	source(ev.Decompression.Source)
	source(ev.Decompression.Final.Source)
	for _, o := range ev.Decompression.Outcomes {
		source(o.Source)
	}
	for _, s := range ev.Statements {
		source(s.Source)
	}
	for s := range ev.Sources {
		if !used[s] {
			t.Errorf("nothing rests on %s", s)
		}
	}
}

// unlinked draws diaries in which attacks and mood of one day have nothing to do
// with those of the next, though both go up and down over weeks.
var unlinked = map[string]func(rng *rand.Rand, d int, state *[2]float64) (attacks, mood float64){
	"no trend": func(*rand.Rand, int, *[2]float64) (float64, float64) { return 12, 5 },
	"both drift": func(_ *rand.Rand, d int, _ *[2]float64) (float64, float64) {
		return 12 - 0.06*float64(d), 4 + 0.03*float64(d)
	},
	"after an injection": func(_ *rand.Rand, d int, _ *[2]float64) (float64, float64) {
		if d < 40 {
			return 14, 3
		}
		return 4 + 10*math.Exp(-float64(d-40)/4), 7 - 4*math.Exp(-float64(d-40)/6)
	},
	"injections in turn": func(_ *rand.Rand, d int, _ *[2]float64) (float64, float64) {
		x := math.Mod(float64(d), 70) / 70
		return 4 + 10*x*x, 7 - 4*x*x
	},
	"a step": func(_ *rand.Rand, d int, _ *[2]float64) (float64, float64) {
		if d < 52 {
			return 14, 3
		}
		return 5, 7
	},
	"a slow wave": func(_ *rand.Rand, d int, _ *[2]float64) (float64, float64) {
		return 10 + 4*math.Sin(float64(d)/8), 5 - 2*math.Sin(float64(d)/8)
	},
	"both lasting": func(rng *rand.Rand, _ int, s *[2]float64) (float64, float64) {
		s[0], s[1] = 0.8*s[0]+rng.NormFloat64(), 0.8*s[1]+rng.NormFloat64()
		return 12 + 2*s[0], 5 + s[1]
	},
	"both wandering": func(rng *rand.Rand, _ int, s *[2]float64) (float64, float64) {
		s[0], s[1] = s[0]+0.6*rng.NormFloat64(), s[1]+0.4*rng.NormFloat64()
		return 30 + s[0], 5 + s[1]
	},
	"by the day of the week": func(_ *rand.Rand, d int, _ *[2]float64) (float64, float64) {
		if d%7 >= 5 {
			return 9, 6.5
		}
		return 12, 5
	},
}

// Of diaries without a link from one day to the next, at most one in twenty is told
// to have one, whatever trend is in them; and a real link is found.
func TestNoLinkOutOfTrends(t *testing.T) {
	const diaries, long = 200, 105
	daysOf := func(entries []Entry) []DayPoint { return days(entries, math.MaxInt) }
	verdict := func(rng *rand.Rand, draw func(*rand.Rand, int, *[2]float64) (float64, float64), effect float64) string {
		var state [2]float64
		var in Input
		last := 0.0
		for d := range long {
			attacks, mood := draw(rng, d, &state)
			own := rng.NormFloat64()
			if rng.Float64() < 0.9 { // some days are not noted
				in.Entries = append(in.Entries, check(d, max(0, math.Round(attacks-effect*last+1.5*rng.NormFloat64())), min(10, max(0, mood+own))))
			}
			last = own
		}
		c := Course{Days: daysOf(in.Entries)}
		s := Statement{Verdict: "not_enough_data"}
		c.moodAndRate(&s)
		return s.Verdict
	}
	for name, draw := range unlinked {
		rng := rand.New(rand.NewPCG(25, uint64(len(name))))
		told := 0
		for range diaries {
			if v := verdict(rng, draw, 0); v != "unclear" && v != "not_enough_data" {
				told++
			}
		}
		t.Logf("%s: %d of %d", name, told, diaries)
		if told > diaries/20 {
			t.Errorf("%s: a link is told in %d of %d diaries without one", name, told, diaries)
		}
	}
	for _, name := range []string{"no trend", "both drift", "after an injection", "both lasting"} {
		rng := rand.New(rand.NewPCG(26, uint64(len(name))))
		found := 0
		for range diaries {
			if v := verdict(rng, unlinked[name], 1.5); v == "fits" {
				found++
			}
		}
		t.Logf("%s with a link: %d of %d", name, found, diaries)
		if found < diaries/2 {
			t.Errorf("%s: a real link is found in %d of %d", name, found, diaries)
		}
	}
}
