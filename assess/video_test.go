package assess

import (
	"encoding/json"
	"math"
	"slices"
	"strings"
	"testing"

	"facialis/anatomy"
	"facialis/event"
	"facialis/measure"

	"github.com/google/go-cmp/cmp"
)

// diff compares two reports as they would be written.
func diff(a, b *Report) string {
	x, err1 := json.Marshal(a)
	y, err2 := json.Marshal(b)
	if err1 != nil || err2 != nil {
		return "cannot be written"
	}
	if string(x) == string(y) {
		return ""
	}
	return cmp.Diff(strings.Split(string(x), ","), strings.Split(string(y), ","))
}

func p(x float64) *float64 { return &x }

// film is two minutes with a spasm of eye and cheek every five seconds.
func film(side anatomy.Side) *Video {
	v := &Video{DurationS: 120, FaceFraction: 1, Usable: true}
	for t := 2.0; t < 118; t += 5 + math.Mod(t, 1.7) {
		v.Events = append(v.Events, event.Event{Kind: event.Spasm, Side: side, Form: event.Twitch, OnsetS: t, OffsetS: t + 0.3, Lead: anatomy.OrbicularisOculi,
			Regions: []event.RegionMovement{{Region: anatomy.OrbicularisOculi, Side: side, OnsetS: t, PeakMM: p(4), ShareOfVoluntary: p(0.6)},
				{Region: anatomy.Zygomaticus, Side: side, OnsetS: t, PeakMM: p(3)}}})
	}
	sum(v)
	return v
}

// task adds six movements of one kind, each followed after lag seconds.
func withTask(v *Video, k string, lag float64) {
	from := v.DurationS
	v.DurationS += 30
	v.Tasks = append(v.Tasks, event.Task{Task: k, FromS: from, ToS: from + 30})
	for i := range 6 {
		t := from + 1 + 4.7*float64(i)
		kind := event.Voluntary
		if k == "blink" {
			kind = event.Blink
		}
		v.Events = append(v.Events,
			event.Event{Kind: kind, Side: anatomy.Both, OnsetS: t, OffsetS: t + 1},
			event.Event{Kind: event.Synkinesis, Side: anatomy.Left, OnsetS: t + lag, OffsetS: t + lag + 0.4, Lead: anatomy.Zygomaticus,
				Regions: []event.RegionMovement{{Region: anatomy.Zygomaticus, Side: anatomy.Left, OnsetS: t + lag, PeakMM: p(2), ShareOfVoluntary: p(0.5)}}})
	}
}

func TestLockAgainstChance(t *testing.T) {
	v := &Video{DurationS: 60, FaceFraction: 1, Usable: true}
	withTask(v, "pucker", 0.05)
	withTask(v, "smile", 1.5)
	ls := locks(v)
	if len(ls) != 2 {
		t.Fatalf("locks of %v", ls)
	}
	for _, l := range ls {
		switch l.Movement {
		case "pucker":
			if l.Followed != 1 || l.P > 0.1 || l.Chance > 0.5 {
				t.Errorf("a pucker that is always followed: %+v", l)
			}
			if l.Amplitude == nil || *l.Amplitude != 0.5 {
				t.Errorf("amplitude %v", l.Amplitude)
			}
		case "smile":
			if l.Followed != 0 || l.P != 1 {
				t.Errorf("a smile that is followed far too late: %+v", l)
			}
		}
	}
	if d := cmp.Diff(ls, locks(v)); d != "" {
		t.Errorf("the same recording gives another lock:\n%s", d)
	}
}

// A lock counts by the verdict of package event, whatever its share.
func TestLockedByTheSharedRule(t *testing.T) {
	for _, locked := range []bool{true, false} {
		got := map[string]float64{}
		lockFacts([]Lock{{Movement: "smile", Movements: 8, Followed: 0.5, P: 0.01, Locked: locked}}, func(k string, x float64) { got[k] = x })
		if (got["video.locked_tasks"] == 1) != locked || got["video.unlocked_tasks"] != 0 {
			t.Errorf("locked %t: %v", locked, got)
		}
	}
}

// A recording in which everything follows a pucker and nothing comes of itself.
func TestOnlySynkinesis(t *testing.T) {
	v := &Video{DurationS: 60, FaceFraction: 1, Usable: true}
	withTask(v, "pucker", 0.05)
	r := run(t, Input{Video: v})
	if r.finding("LOCK").Status != "yes" || r.finding("MOU1").Status != "unknown" || r.finding("CO").Status != "unknown" {
		t.Errorf("lock %+v, mouth first %+v", r.finding("LOCK"), r.finding("MOU1"))
	}
	withSpasms := film(anatomy.Left)
	withTask(withSpasms, "pucker", 0.05)
	if s := run(t, Input{Video: withSpasms}).finding("LOCK").Status; s != "unknown" {
		t.Errorf("one locked task among spontaneous spasms: %s", s)
	}
}

func TestFindingsOfARecording(t *testing.T) {
	r := run(t, Input{Video: film(anatomy.Left)})
	for id, want := range map[string]string{"UNI": "yes", "BSYN": "no", "EYE1": "yes", "MOU1": "no", "CO": "yes", "REST": "yes",
		"TON": "no", "CLOSE": "yes", "SLP": "unknown", "PAL": "unknown", "SUP": "unknown", "LOCK": "unknown", "DIS": "unknown"} {
		if got := r.finding(id).Status; got != want {
			t.Errorf("%s is %s, want %s", id, got, want)
		}
	}
	rest := r.finding("REST")
	if rest.Value == nil || *rest.Value < 8 || rest.CI95 == nil || rest.CI95[0] > *rest.Value || rest.CI95[1] < *rest.Value {
		t.Errorf("rest rate %v %v", rest.Value, rest.CI95)
	}
	if r.Side == nil || *r.Side != "left" || r.candidate("HFS1").ICD10CM[0] != "G51.32" {
		t.Errorf("side %v, codes %v", r.Side, r.candidate("HFS1").ICD10CM)
	}
	if r.Facts["video.spread_stage"] != 3 {
		t.Errorf("spread stage %g", r.Facts["video.spread_stage"])
	}
	// unusable: nothing is known from it
	v := film(anatomy.Left)
	v.Usable = false
	if r := run(t, Input{Video: v}); r.Differential.Known != 0 || r.Differential.Verdict != "not-enough" {
		t.Errorf("an unusable recording gave %d findings", r.Differential.Known)
	}
}

func TestRecordingAndAnswersDisagree(t *testing.T) {
	in := told(t, m{"rest": "no"})
	in.Video = film(anatomy.Left)
	f := run(t, in).finding("REST")
	if f.Status != "yes" || !f.Conflict || len(f.From) != 2 {
		t.Errorf("%+v", f)
	}
}

func TestTypeScore(t *testing.T) {
	for _, c := range []struct {
		answers m
		verdict string
		seed    string
		score   float64
	}{
		{m{}, "undetermined", "undecided", 0},
		{m{"side": "left", "palsy": "yes", "palsy_side": "left", "evoked": []string{"blink"}, "evoked_always": "always", "rest": "no"}, "post-paralytic-leaning", "post-paralytic", 1.7},
		{m{"side": "left", "palsy": "yes", "palsy_side": "right"}, "undetermined", "undecided", 0},
		{m{"side": "left", "first_place": "eye", "rest": "yes"}, "primary-leaning", "primary", -0.95},
		{m{"side": "left", "first_place": "eye", "evoked": []string{"none"}, "brow_when_closing": "up"}, "primary-leaning", "undecided", -2.08},
		{m{"side": "both", "both_how": "together", "rest": "yes"}, "undetermined", "primary", -0.6},
	} {
		y := run(t, told(t, c.answers)).Type
		if y.Verdict != c.verdict || y.SeedVerdict != c.seed || math.Abs(y.Score-c.score) > 1e-9 {
			t.Errorf("%v: %s (%g), seed %s; want %s (%g), seed %s", c.answers, y.Verdict, y.Score, y.SeedVerdict, c.verdict, c.score, c.seed)
		}
	}
}

func TestGrades(t *testing.T) {
	in := told(t, m{"impact_drive": "2", "impact_read": "1", "mood_low": "1", "mood_interest": "2", "mood_nervous": "0", "mood_worry": "3", "places": []string{"eye", "mouth"}})
	in.Video = film(anatomy.Left)
	withTask(in.Video, "pucker", 0.05)
	r := run(t, in)
	for id, want := range map[string][2]int{"hfs7": {3, 23}, "hfs8": {3, 27}, "phq4": {6, 6}, "jankovic_frequency": {2, 2},
		"jankovic_severity": {2, 4}, "jankovic": {4, 6}, "smc": {2, 4}, "synkinesis_pucker": {2, 2}} {
		g := r.grade(id)
		if g == nil || g.Low != want[0] || g.High != want[1] {
			t.Errorf("%s is %+v, want %v", id, g, want)
		}
	}
	if r.grade("synkinesis_smile") != nil {
		t.Error("a smile that was not filmed was graded")
	}
	if g := r.grade("smc"); g == nil || g.Text != "II to IV" {
		t.Errorf("SMC reads %v", g)
	}
}

func TestNotEnoughToSay(t *testing.T) {
	if v := run(t, told(t, m{"age": 50})).Differential.Verdict; v != "not-enough" {
		t.Errorf("an age alone gives %s", v)
	}
	if _, err := Assess(Input{}); err == nil {
		t.Error("nothing at all was assessed")
	}
	if _, err := Assess(Input{Video: film(anatomy.Left), Setting: "moon"}); err == nil {
		t.Error("a setting without priors was taken")
	}
}

func TestDiary(t *testing.T) {
	csv := "date,attacks,longest_s,mood,worst_region,weather\n2026-01-01,2,10,7,zygomaticus,rain\n2026-02-01,4,,6,,\n2026-03-01,6,20,6,,\n2026-04-01,8,30,5,,\n2026-05-01,10,40,,,\n2026-06-01,12,50,4,,\n"
	d, err := ReadDiary(strings.NewReader(csv))
	if err != nil {
		t.Fatal(err)
	}
	r := run(t, Input{Video: film(anatomy.Left), Diary: d})
	if got := r.Facts["diary.persistence_days"]; got != 151 {
		t.Errorf("persisted %g days", got)
	}
	if got := r.Facts["diary.attacks_trend"]; math.Abs(got-2) > 0.1 {
		t.Errorf("attacks change by %g a month", got)
	}
	if _, ok := r.Facts["diary.mood_trend"]; ok {
		t.Error("five days gave a trend")
	}
	for _, bad := range []string{"", "attacks\n3\n", "date,attacks\n2026-01-01,many\n", "date,attacks\nyesterday,1\n", "date,attacks\n,1\n"} {
		if _, err := ReadDiary(strings.NewReader(bad)); err == nil {
			t.Errorf("%q was read as a diary", bad)
		}
	}
}

// An even run of jerks within one event, seen in the trace: the rhythm is told,
// and the flag raised. The same jerks at uneven times raise nothing.
func TestRunOfJerks(t *testing.T) {
	for _, c := range []struct {
		cv   float64
		rhy  string
		flag bool
	}{{0.05, "yes", true}, {0.6, "unknown", false}} {
		v := film(anatomy.Left)
		v.Events = v.Events[:2]
		sum(v)
		v.Summary.Jerks = measure.Jerks{N: 40, LongestRun: &measure.Run{FromS: 10, ToS: 30, Jerks: 40, RateHz: 2, CV: &c.cv}}
		r := run(t, Input{Video: v})
		if got := r.finding("RHY"); got.Status != c.rhy || got.Value == nil || *got.Value != c.cv {
			t.Errorf("jerks with intervals that vary by %g: %+v", c.cv, got)
		}
		if raised := slices.ContainsFunc(r.Flags, func(f Flag) bool { return f.ID == "U-RHYTHM" }); raised != c.flag {
			t.Errorf("jerks with intervals that vary by %g: flags %v", c.cv, r.Flags)
		}
	}
}

func known(x, half float64) measure.Estimate {
	return measure.Estimate{Value: &x, CI95: &[2]float64{x - half, x + half}}
}

// The face at rest: narrower on the affected side beyond doubt, not narrower
// beyond doubt, and in between.
func TestContracture(t *testing.T) {
	for _, c := range []struct {
		side             anatomy.Side
		aperture, corner float64
		half             float64
		want             string
		smc4             bool
	}{
		{anatomy.Left, 1.5, 0, 1, "yes", true},   // right minus left: the left eye is narrower
		{anatomy.Right, -1.5, 0, 1, "yes", true}, // mirrored
		{anatomy.Right, 1.5, 0, 0.4, "no", false},
		{anatomy.Left, 1.5, 0, 2, "unknown", false}, // too unsure
		{anatomy.Left, 0, -2, 1, "yes", true},       // the left corner stands higher
		{anatomy.Left, 0, 0, 0.5, "no", false},
	} {
		v := film(c.side)
		v.Summary.Resting = measure.RestingFace{UsableS: 20, ApertureDifferenceMM: known(c.aperture, c.half), CornerUpDifferenceMM: known(c.corner, c.half)}
		r := run(t, Input{Video: v})
		if got := r.finding("CONTR").Status; got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
		if g := r.grade("smc"); g == nil || (g.Low == 4) != c.smc4 {
			t.Errorf("%+v: SMC %+v", c, g)
		}
	}
	if s := run(t, Input{Video: film(anatomy.Left)}).finding("CONTR").Status; s != "unknown" {
		t.Errorf("a face at rest that was not looked at is %s drawn together", s)
	}
}

// Fine movement by its extent: a lid alone, several regions, one even tremor.
func TestFineMovement(t *testing.T) {
	fine := func(r anatomy.Region, share, mm, even float64) measure.FineMovement {
		return measure.FineMovement{Region: r, Side: anatomy.Left, ActiveShare: share, ActiveShareCI95: &[2]float64{share - 0.1, min(share+0.1, 1)}, AmplitudeMM: mm, RateHz: 5, Concentration: even}
	}
	for _, c := range []struct {
		name                   string
		fine                   []measure.FineMovement
		flick, ripple, tremble string
	}{
		{"nothing", nil, "unknown", "unknown", "no"},
		{"a lid", []measure.FineMovement{fine(anatomy.OrbicularisOculi, 0.5, 0.3, 0.5)}, "yes", "unknown", "no"},
		{"all over", []measure.FineMovement{fine(anatomy.OrbicularisOculi, 0.7, 0.4, 0.4), fine(anatomy.Mentalis, 0.6, 0.3, 0.4), fine(anatomy.Zygomaticus, 0.5, 0.3, 0.4)}, "unknown", "yes", "unknown"},
		{"a tremor", []measure.FineMovement{fine(anatomy.OrbicularisOris, 0.9, 0.6, 0.9)}, "unknown", "unknown", "yes"},
	} {
		v := &Video{DurationS: 60, FaceFraction: 1, Usable: true}
		sum(v)
		v.Summary.Resting.UsableS, v.Summary.Fine = 50, c.fine
		r := run(t, Input{Video: v})
		for id, want := range map[string]string{"FLICK": c.flick, "RIPPLE": c.ripple, "TREMBLE": c.tremble} {
			if got := r.finding(id).Status; got != want {
				t.Errorf("%s: %s is %s, want %s", c.name, id, got, want)
			}
		}
	}
	if s := run(t, Input{Video: film(anatomy.Left)}).finding("TREMBLE").Status; s != "unknown" {
		t.Errorf("without a trace a tremor is %s", s)
	}
}

// Held back: with few spasms a fall to nothing may be chance, and is not called
// a fall.
func TestHeldBackByChance(t *testing.T) {
	for _, c := range []struct {
		rest int
		want string
	}{{5, "unknown"}, {60, "yes"}} {
		v := again(c.rest, 60/float64(c.rest+1), nil)
		v.DurationS = 70
		v.Tasks = []event.Task{{Task: "rest", FromS: 0, ToS: 60}, {Task: "hold_back", FromS: 60, ToS: 70}}
		sum(v)
		f := run(t, Input{Video: v}).finding("SUP")
		if f.Status != c.want || f.Value == nil || *f.Value != 1 || f.CI95 == nil || f.CI95[0] >= 1 {
			t.Errorf("%d spasms in a minute, none in ten seconds held back: %+v", c.rest, f)
		}
	}
}

// What the classes look at comes from the analysis: closure against the open
// eye where no closure of one's own was filmed, the mouth against its width.
func TestClassFromTheAnalysis(t *testing.T) {
	v := film(anatomy.Left)
	for i := range v.Events { // no closure of the person's own was filmed
		for j := range v.Events[i].Regions {
			v.Events[i].Regions[j].ShareOfVoluntary = nil
		}
	}
	if _, ok := run(t, Input{Video: v}).Facts["video.mouth_change"]; ok {
		t.Error("a mouth of unknown width was measured against")
	}
	v.Summary.Resting.ApertureMM = measure.SidePair{Right: known(10, 1), Left: known(10, 1)}
	v.Summary.Resting.MouthWidthMM = known(50, 1)
	r := run(t, Input{Video: v})
	if got := r.Facts["video.closure_share"]; math.Abs(got-0.4) > 1e-9 {
		t.Errorf("4 of 10 mm are %g", got)
	}
	if got := r.Facts["video.mouth_change"]; math.Abs(got-0.06) > 1e-9 {
		t.Errorf("3 of 50 mm are %g", got)
	}
	if g := r.grade("class"); g == nil || g.Low != 2 || g.High != 2 {
		t.Errorf("closures of 40 %% at %.1f a minute: %+v", r.Facts["video.rate"], g)
	}
}

// A smile that goes further on one side is no synkinesis; an eye that narrows
// with it is one.
func TestUnevenSmileIsNoSynkinesis(t *testing.T) {
	for region, want := range map[anatomy.Region]string{anatomy.OrbicularisOris: "unknown", anatomy.OrbicularisOculi: "yes"} {
		v := &Video{DurationS: 60, FaceFraction: 1, Usable: true}
		withTask(v, "smile", 0.05)
		smile := "smile"
		for i := range v.Events {
			if e := &v.Events[i]; e.Kind == event.Synkinesis {
				e.Trigger, e.Lead, e.Regions[0].Region = &smile, region, region
			}
		}
		sum(v)
		r := run(t, Input{Video: v})
		if got := r.finding("UNI").Status; got != want {
			t.Errorf("%s moving more on the left in a smile: one-sided %s, want %s", region, got, want)
		}
	}
}

// Whether a face moves by itself is asked of the side that follows other movements.
func TestASpasmOfTheOtherSideSaysNothingOfALock(t *testing.T) {
	made := func(kind event.Kind, side anatomy.Side, n int) []event.Event {
		return slices.Repeat([]event.Event{{Kind: kind, Side: side}}, n)
	}
	for _, c := range []struct {
		name   string
		events []event.Event
		want   float64
	}{
		{"spasms of the other side", slices.Concat(made(event.Synkinesis, anatomy.Right, 8), made(event.Spasm, anatomy.Left, 2)), 0},
		{"spasms of the same side", slices.Concat(made(event.Synkinesis, anatomy.Left, 8), made(event.Spasm, anatomy.Left, 2)), 0.2},
		{"spasms of both sides at once", slices.Concat(made(event.Synkinesis, anatomy.Left, 8), made(event.Spasm, anatomy.Both, 2)), 0.2},
		{"synkineses of both sides alike", slices.Concat(made(event.Synkinesis, anatomy.Left, 2), made(event.Synkinesis, anatomy.Right, 2), made(event.Spasm, anatomy.Left, 4)), 0.5},
		{"more synkineses of one side", slices.Concat(made(event.Synkinesis, anatomy.Left, 2), made(event.Synkinesis, anatomy.Right, 3), made(event.Spasm, anatomy.Left, 4)), 0},
		{"no synkinesis", made(event.Spasm, anatomy.Left, 3), 1},
	} {
		if got := spontaneousShare(c.events); got != c.want {
			t.Errorf("%s: %g, want %g", c.name, got, c.want)
		}
	}
}

// The affected side is held against the other where both moved and were measured, in five
// movements of both sides and more.
func TestExcursionNeedsBothSides(t *testing.T) {
	moved := func(kind event.Kind, right, left float64) event.Event {
		return event.Event{Kind: kind, Side: anatomy.Both, Regions: []event.RegionMovement{
			{Region: anatomy.Zygomaticus, Side: anatomy.Right, PeakMM: &right}, {Region: anatomy.Zygomaticus, Side: anatomy.Left, PeakMM: &left},
			{Region: anatomy.Malar, Side: anatomy.Left}, {Region: anatomy.Mentalis, Side: anatomy.Right, PeakMM: new(float64)}}}
	}
	four := slices.Repeat([]event.Event{moved(event.Voluntary, 2, 8)}, 4)
	for _, c := range []struct {
		name string
		side string
		last event.Event
		want float64 // 0: none
	}{
		{"five", "right", moved(event.Voluntary, 4, 8), 0.25},
		{"the other side", "left", moved(event.Voluntary, 4, 8), 4},
		{"no side", "", moved(event.Voluntary, 4, 8), 0},
		{"one side still", "right", moved(event.Voluntary, 0, 8), 0},
		{"the other side still", "right", moved(event.Voluntary, 2, 0), 0},
		{"a blink", "right", moved(event.Blink, 2, 8), 0},
	} {
		got := putBy(func(put func(string, float64)) {
			excursion(&Video{Events: append(slices.Clone(four), c.last)}, c.side, put)
		})
		if got["video.excursion_ratio"] != c.want || (c.want == 0) != (len(got) == 0) {
			t.Errorf("%s: %v, want %g", c.name, got, c.want)
		}
	}
}

// Five spasms say of which side they are, and a long train alone does; four do not.
func TestASideNeedsFiveSpasms(t *testing.T) {
	for n, want := range map[int]string{0: "", 4: "", 5: "right", 6: "right"} {
		v := &Video{DurationS: 60, FaceFraction: 1, Usable: true}
		for i := range n {
			v.Events = append(v.Events, event.Event{Kind: event.Spasm, Side: anatomy.Right, Form: event.Twitch, Twitches: 1, OnsetS: 5 + 8*float64(i), OffsetS: 5.2 + 8*float64(i), Lead: anatomy.Zygomaticus,
				Regions: []event.RegionMovement{{Region: anatomy.Zygomaticus, Side: anatomy.Right, PeakMM: p(2)}}})
		}
		sum(v)
		if got := tallyOf(v).side(); got != want {
			t.Errorf("%d spasms are of side %q, want %q", n, got, want)
		}
	}
}
