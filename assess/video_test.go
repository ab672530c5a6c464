package assess

import (
	"encoding/json"
	"math"
	"strings"
	"testing"

	"facialis/measure"
	"facialis/spasm"

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
func film(side spasm.Side) *Video {
	v := &Video{DurationS: 120, FaceFraction: 1, Usable: true}
	for t := 2.0; t < 118; t += 5 + math.Mod(t, 1.7) {
		v.Events = append(v.Events, spasm.Event{Kind: spasm.Spasm, Side: side, Form: spasm.Twitch, OnsetS: t, OffsetS: t + 0.3, Lead: spasm.OrbicularisOculi,
			Regions: []spasm.RegionMovement{{Region: spasm.OrbicularisOculi, Side: side, OnsetS: t, PeakMM: p(4)}, {Region: spasm.Zygomaticus, Side: side, OnsetS: t, PeakMM: p(3)}}})
	}
	v.Summary = measure.Summarize(v.Events, []measure.Span{{FromS: 0, ToS: 120}}, nil, measure.DefaultParams())
	return v
}

// task adds six movements of one kind, each followed after lag seconds.
func withTask(v *Video, k string, lag float64) {
	from := v.DurationS
	v.DurationS += 30
	v.Tasks = append(v.Tasks, spasm.Task{Task: k, FromS: from, ToS: from + 30})
	for i := range 6 {
		t := from + 1 + 4.7*float64(i)
		kind := spasm.Voluntary
		if k == "blink" {
			kind = spasm.Blink
		}
		v.Events = append(v.Events,
			spasm.Event{Kind: kind, Side: spasm.Both, OnsetS: t, OffsetS: t + 1},
			spasm.Event{Kind: spasm.Synkinesis, Side: spasm.Left, OnsetS: t + lag, OffsetS: t + lag + 0.4, Lead: spasm.Zygomaticus,
				Regions: []spasm.RegionMovement{{Region: spasm.Zygomaticus, Side: spasm.Left, OnsetS: t + lag, PeakMM: p(2), ShareOfVoluntary: p(0.5)}}})
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

// A recording in which everything follows a pucker and nothing comes of itself.
func TestOnlySynkinesis(t *testing.T) {
	v := &Video{DurationS: 60, FaceFraction: 1, Usable: true}
	withTask(v, "pucker", 0.05)
	r := run(t, Input{Video: v})
	if r.finding("LOCK").Status != "yes" || r.finding("MOU1").Status != "unknown" || r.finding("CO").Status != "unknown" {
		t.Errorf("lock %+v, mouth first %+v", r.finding("LOCK"), r.finding("MOU1"))
	}
	withSpasms := film(spasm.Left)
	withTask(withSpasms, "pucker", 0.05)
	if s := run(t, Input{Video: withSpasms}).finding("LOCK").Status; s != "unknown" {
		t.Errorf("one locked task among spontaneous spasms: %s", s)
	}
}

func TestFindingsOfARecording(t *testing.T) {
	r := run(t, Input{Video: film(spasm.Left)})
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
	if r.Facts["video.spread_stage"] != 2 {
		t.Errorf("spread stage %g", r.Facts["video.spread_stage"])
	}
	// unusable: nothing is known from it
	v := film(spasm.Left)
	v.Usable = false
	if r := run(t, Input{Video: v}); r.Differential.Known != 0 || r.Differential.Verdict != "not-enough" {
		t.Errorf("an unusable recording gave %d findings", r.Differential.Known)
	}
}

func TestRecordingAndAnswersDisagree(t *testing.T) {
	in := told(t, m{"rest": "no"})
	in.Video = film(spasm.Left)
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
	in.Video = film(spasm.Left)
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
	if _, err := Assess(Input{Video: film(spasm.Left), Setting: "moon"}); err == nil {
		t.Error("a setting without priors was taken")
	}
}

func TestDiary(t *testing.T) {
	csv := "date,attacks,longest_s,mood,worst_region,weather\n2026-01-01,2,10,7,zygomaticus,rain\n2026-02-01,4,,6,,\n2026-03-01,6,20,6,,\n2026-04-01,8,30,5,,\n2026-05-01,10,40,,,\n2026-06-01,12,50,4,,\n"
	d, err := ReadDiary(strings.NewReader(csv))
	if err != nil {
		t.Fatal(err)
	}
	r := run(t, Input{Video: film(spasm.Left), Diary: d})
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
