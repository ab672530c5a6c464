package assess

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"facialis/anatomy"
	_ "facialis/internal/rapidtest"
	"facialis/interview"

	"pgregory.net/rapid"
)

// factNames reads the names of all facts out of the sources, where each is put
// by name.
func factNames(t *testing.T) map[string]bool {
	t.Helper()
	out := map[string]bool{"side.affected": true, "side.own": true, "type.verdict": true}
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	name := regexp.MustCompile(`"((?:video|diary)\.[a-z0-9_.]+|since_days|operated_days|onset_age|phq2|gad2|palsy_to_onset_months|spread_after_months)"`)
	interval := regexp.MustCompile(`\b(?:estimate|share|fall)\("([a-z0-9_.]+)"`)
	for _, f := range files {
		if strings.HasSuffix(f, "_test.go") {
			continue
		}
		src, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range name.FindAllStringSubmatch(string(src), -1) {
			out[m[1]] = true
		}
		for _, m := range interval.FindAllStringSubmatch(string(src), -1) {
			out[m[1]+".lo"], out[m[1]+".hi"] = true, true
		}
	}
	for _, k := range []string{"video.fine_lid", "video.fine_face"} {
		for _, x := range []string{"_share", "_share.lo", "_share.hi", "_mm", "_hz", "_even"} {
			out[k+x] = true
		}
	}
	for _, k := range []string{"blink", "brow_raise", "eye_closure", "smile", "pucker", "snarl"} {
		out["video.lock."+k], out["video.synk."+k] = true, true
	}
	for _, f := range []string{"blink", "eye_closure", "smile", "pucker", "hold_back", "distraction", "sleep", "rest"} {
		out["video.task."+f] = true
	}
	return out
}

var day = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

func told(t testing.TB, answers map[string]any) Input {
	t.Helper()
	r := interview.NewResponse()
	for id, a := range answers {
		if err := r.Set(interview.Standard(), id, a); err != nil {
			t.Fatal(err)
		}
	}
	return Input{Answers: r, Today: day}
}

func run(t testing.TB, in Input) *Report {
	t.Helper()
	r, err := Assess(in)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

type m = map[string]any

// Each flag alone: answers that must raise it, and the same answers changed in
// one point that must not.
func TestEachFlag(t *testing.T) {
	spasms := m{"side": "left", "kind": list("close", "twitch")}
	for _, c := range []struct {
		flag     string
		yes, not m
	}{
		{"E-STROKE", m{"now": list("droop")}, m{"now": list("none")}},
		{"E-STROKE", m{"now": list("limb_weak")}, m{"weak": "yes"}},
		{"E-STROKE", m{"now": list("speech")}, m{"signs": list("slurred")}},
		{"E-STROKE", m{"now": list("vision")}, m{"signs": list("double")}},
		{"E-STROKE", m{"now": list("headache")}, m{"headache": "yes"}},
		{"E-AWARE", m{"now": list("passed_out")}, m{"aware": "yes"}},
		{"E-AWARE", m{"now": list("spreading")}, m{"places": list("arm")}},
		{"E-AWARE", m{"aware": "no"}, m{"aware": "yes"}},
		{"E-NONSTOP", m{"now": list("nonstop")}, m{"kind": list("tremble")}},
		{"E-NONSTOP", m{"now": list("hourlong")}, m{"attack_now": "minutes"}},
		{"E-BREATH", m{"now": list("breathing")}, m{"now": list("bite")}},
		{"E-TETANY", m{"now": list("hand_cramp")}, m{"signs": list("tingling")}},
		{"E-BITE", m{"now": list("bite")}, m{"now": list("breathing")}},
		{"U-LGI1", m{"signs": list("arm_jerk"), "arm_jerks_day": 5}, m{"signs": list("arm_jerk"), "arm_jerks_day": 1, "confused": "no", "age": 20}},
		{"U-LGI1", m{"signs": list("arm_jerk"), "confused": "yes"}, m{"signs": list("none"), "confused": "yes"}},
		{"U-LGI1", m{"signs": list("arm_jerk"), "age": 66}, m{"signs": list("limbs"), "age": 66}},
		{"E-STROKE", m{"kind": list("weak_only"), "sudden": "yes"}, m{"kind": list("weak_only"), "sudden": "yes", "since": "2022-03"}},
		{"E-NONSTOP", m{"attack_now": "nonstop", "kind": list("twitch"), "places": list("mouth", "arm")}, m{"attack_now": "nonstop", "kind": list("twitch"), "places": list("mouth"), "signs": list("none")}},
		{"U-NERVES", m{"kind": list("weak_only"), "sudden": "no"}, m{"kind": list("none"), "sudden": "no"}},
		{"U-DRUG", m{"drugs": list("metoclopramide"), "sudden": "yes", "kind": list("pull"), "places": list("jaw")}, m{"drugs": list("metoclopramide"), "sudden": "no", "kind": list("pull"), "places": list("jaw")}},
		{"E-TETANUS", m{"wound": "yes", "signs": list("jaw_locked")}, m{"wound": "no", "signs": list("jaw_locked")}},
		{"U-LUMP", m{"side": "left", "lump": "yes"}, m{"side": "left", "lump": "no"}},
		{"U-RADIO", m{"kind": list("twitch"), "radiation": "yes"}, m{"kind": list("none"), "radiation": "yes"}},
		{"U-GAZE", m{"signs": list("gaze")}, m{"signs": list("double")}},
		{"U-CALCIUM", m{"signs": list("tingling")}, m{"signs": list("numb")}},
		{"U-SEIZURE", m{"signs": list("arm_jerk")}, m{"signs": list("limbs")}},
		{"U-SEIZURE", m{"kind": list("tremble"), "places": list("mouth", "arm")}, m{"kind": list("tremble"), "places": list("mouth")}},
		{"U-NERVES", with(with(spasms, "weak", "yes"), "treated", list("none")), with(with(spasms, "weak", "yes"), "treated", list("botulinum"))},
		{"R-YOUNG", with(spasms, "age", 23), with(with(spasms, "age", 23), "palsy", "yes")},
		{"R-YOUNG", with(spasms, "age", 23), with(spasms, "age", 33)},
		{"R-YOUNG", with(with(spasms, "age", 31), "since", "2025-01"), with(with(spasms, "age", 55), "since", "1990-01")}, // not after many years of it
		{"U-CHILD", with(with(spasms, "age", 9), "places", list("eye", "mouth")), with(with(spasms, "age", 39), "places", list("eye", "mouth"))},
		{"U-CHILD", m{"age": 7, "side": "left", "kind": list("twitch"), "places": list("mouth")}, m{"age": 7, "side": "left", "kind": list("twitch"), "places": list("mouth"), "hold": "long"}},
		{"U-CHILD", m{"age": 7, "side": "left", "kind": list("pull")}, m{"age": 7, "side": "left", "kind": list("flicker")}},
		{"U-INFANT", m{"age": 0, "side": "left", "kind": list("twitch")}, m{"age": 2, "side": "left", "kind": list("twitch")}},
		{"E-TOXIN", m{"treated": list("botulinum"), "after_treatment": list("swallow")}, m{"treated": list("botulinum"), "after_treatment": list("lid")}},
		{"E-OPERATED", m{"treated": list("decompression"), "after_treatment": list("fluid")}, m{"treated": list("decompression"), "after_treatment": list("hearing")}},
		{"U-OPERATED", m{"treated": list("decompression"), "after_treatment": list("hearing"), "operated": "2026-03"}, m{"treated": list("decompression"), "after_treatment": list("hearing"), "operated": "2020-03"}},
		{"U-NERVES", with(with(with(spasms, "weak", "yes"), "treated", list("decompression")), "operated", "2020-03"), with(with(with(spasms, "weak", "yes"), "treated", list("decompression")), "operated", "2026-03")},
		{"U-LYME", m{"kind": list("weak_only"), "tick": "yes"}, m{"kind": list("weak_only"), "tick": "no"}},
		{"U-MASS", m{"examined": list("mri"), "mri": list("mass")}, m{"examined": list("mri"), "mri": list("vessel")}},
		{"U-PLAQUE", m{"examined": list("mri"), "mri": list("plaque")}, m{"examined": list("mri"), "mri": list("none")}},
		{"U-EEG", m{"examined": list("eeg"), "eeg": "spikes"}, m{"examined": list("eeg"), "eeg": "attack_no"}},
		{"U-BLOOD", m{"examined": list("blood"), "calcium": "low"}, m{"examined": list("blood"), "calcium": "normal"}},
		{"E-SUGAR", m{"kind": list("twitch"), "examined": list("blood"), "glucose": "high"}, m{"kind": list("twitch"), "examined": list("blood"), "glucose": "normal"}},
		{"R-HFS", with(spasms, "treated", list("drugs")), with(spasms, "treated", list("botulinum"))},
		{"R-TREATED", with(spasms, "treated", list("botulinum_past")), spasms},
		{"R-RELAPSE", m{"treated": list("decompression"), "after_operation": "back"}, m{"treated": list("decompression"), "after_operation": "same", "operated": "2026-03"}},
		{"R-RELAPSE", m{"treated": list("decompression"), "after_operation": "same", "operated": "2024-03"}, m{"treated": list("decompression"), "after_operation": "better", "operated": "2024-03"}},
		{"R-TOXIN", m{"treated": list("botulinum"), "after_treatment": list("lid")}, m{"treated": list("botulinum"), "after_treatment": list("none")}},
		{"R-SEEN", m{"kind": list("flow")}, m{"kind": list("flicker")}},
		{"R-SEEN", m{"kind": list("twitch")}, m{"kind": list("twitch"), "hold": "long"}},
		{"U-RIPPLE", m{"kind": list("ripple"), "side": "both", "age": 71}, m{"kind": list("flow"), "side": "both", "age": 71}},
		{"U-RIPPLE", m{"kind": list("ripple")}, m{"kind": list("flicker")}},
		{"U-NERVES", m{"signs": list("numb")}, m{"signs": list("none")}},
		{"U-NERVES", m{"signs": list("double")}, m{"signs": list("eye_red")}},
		{"U-NERVES", m{"signs": list("unsteady")}, m{"signs": list("tongue")}},
		{"U-NERVES", m{"ear": list("hearing")}, m{"ear": list("ringing")}},
		{"U-NERVES", with(with(spasms, "weak", "yes"), "palsy", "no"), with(with(spasms, "weak", "yes"), "palsy", "yes")},
		{"U-BULBAR", m{"signs": list("slurred")}, m{"signs": list("throat")}},
		{"U-BULBAR", m{"signs": list("wasting")}, m{"signs": list("none")}},
		{"U-CANCER", m{"illness": list("cancer")}, m{"illness": list("none")}},
		{"U-CANCER", m{"illness": list("immune")}, m{"illness": list("diabetes")}},
		{"U-BILATERAL", m{"side": "both", "both_how": "together", "sudden": "yes"}, m{"side": "both", "both_how": "together", "sudden": "no"}},
		{"U-SHOCK", m{"pain": "shock"}, m{"pain": "ache"}},
		{"U-EYE", m{"signs": list("eye_red")}, m{"signs": list("none")}},
		{"U-EYE", m{"signs": list("eye_open")}, m{"signs": list("lids_stuck")}},
		{"R-HFS", spasms, m{"side": "left", "kind": list("flicker")}},
		{"R-HFS", m{"side": "right", "together": "yes"}, m{"side": "both", "together": "yes"}},
		{"R-MOVE", m{"hold": "no", "kind": list("twitch")}, m{"hold": "long", "kind": list("twitch")}},
		{"R-LID", m{"since": "2026-01", "first_place": "lower_lid", "kind": list("flicker")}, m{"since": "2026-05", "first_place": "lower_lid", "kind": list("flicker")}},
		{"R-LID", m{"side": "both", "both_how": "together", "kind": list("close")}, m{"side": "both", "both_how": "alternating", "kind": list("close")}},
		{"R-DRUG", m{"drugs": list("neuroleptic"), "first_place": "tongue"}, m{"drugs": list("none"), "first_place": "tongue"}},
		{"R-MOOD", m{"mood_low": "2", "mood_interest": "1"}, m{"mood_low": "1", "mood_interest": "1"}},
		{"R-MOOD", m{"mood_nervous": "3", "mood_worry": "0"}, m{"mood_nervous": "2"}},
		{"R-MOOD", m{"mood_worry": "3"}, m{"mood_worry": "1"}}, // whatever the other answer is
		{"E-STROKE", m{"weak": "yes", "sudden": "yes", "since": "2026-05"}, m{"weak": "yes", "sudden": "yes", "since": "2026-05", "palsy": "yes"}},
		{"E-NONSTOP", m{"kind": list("tremble"), "side": "left", "attack_now": "long", "since": "2026-05"}, m{"kind": list("tremble"), "side": "left", "attack_now": "long", "since": "2020-05"}},
		{"E-NONSTOP", m{"kind": list("twitch"), "side": "left", "attack_now": "nonstop", "gap_now": "none"}, m{"kind": list("twitch"), "side": "left", "attack_now": "nonstop", "gap_now": "none", "since": "2020-05"}},
		{"E-NONSTOP", m{"kind": list("twitch"), "side": "left", "attack_now": "nonstop", "gap_now": "none", "places": list("mouth")}, m{"kind": list("twitch"), "side": "left", "attack_now": "nonstop", "gap_now": "none", "places": list("eye")}},
		{"U-BULBAR", m{"kind": list("wander"), "places": list("tongue")}, m{"kind": list("wander"), "places": list("mouth")}},
		{"E-SUGAR", m{"illness": list("diabetes"), "kind": list("twitch"), "side": "right", "first_place": "mouth", "sudden": "yes", "since": "2026-05"}, m{"illness": list("diabetes"), "kind": list("twitch"), "side": "right", "first_place": "mouth", "sudden": "yes", "since": "2020-05"}},
		{"U-NEWJERK", m{"kind": list("twitch"), "side": "right", "first_place": "mouth", "sudden": "yes"}, m{"kind": list("twitch"), "side": "right", "first_place": "mouth", "sudden": "yes", "hold": "long"}},
		{"U-LGI1", m{"signs": list("arm_jerk")}, m{"signs": list("arm_jerk"), "arm_jerks_day": 1}},
		{"U-LGI1", m{"age": 60, "places": list("mouth", "arm"), "attack_now": "instant", "kind": list("twitch")}, m{"age": 30, "places": list("mouth", "arm"), "attack_now": "instant", "kind": list("twitch")}},
		{"U-SEIZURE", m{"kind": list("twitch"), "places": list("mouth", "arm")}, m{"kind": list("twitch"), "places": list("mouth", "arm"), "hold": "long"}},
		{"U-NERVES", m{"kind": list("ripple"), "side": "left", "weak": "yes"}, m{"kind": list("ripple"), "side": "left", "weak": "no"}},
		{"U-BILATERAL", m{"side": "both", "sudden": "yes"}, m{"side": "both", "both_how": "later", "sudden": "yes"}},
		{"R-LID", m{"since": "2026-01", "places": list("eye"), "kind": list("flicker")}, m{"since": "2026-01", "places": list("mouth"), "kind": list("flicker")}},
		{"W-LID", m{"kind": list("flicker")}, m{"kind": list("flicker"), "since": "2025-05"}},
		{"W-LID", m{"kind": list("flicker"), "since": "2026-05"}, m{"kind": list("flicker", "close"), "since": "2026-05"}},
		{"R-MS", m{"kind": list("flicker"), "illness": list("ms")}, m{"kind": list("none"), "illness": list("ms")}},
		{"W-LID", m{"kind": list("flicker")}, m{"kind": list("flicker"), "illness": list("ms")}},
		{"W-LID", m{"kind": list("flicker")}, m{"kind": list("flicker"), "together": "yes"}},
		{"R-WEAK", m{"kind": list("weak_only"), "palsy": "yes", "since": "2020"}, m{"kind": list("twitch"), "weak": "no"}},
		{"R-LID", m{"since": "2026-01", "kind": list("flicker")}, m{"since": "2026-05", "kind": list("flicker")}},
		{"W-MOVES", m{"kind": list("twitch"), "hold": "long"}, m{"kind": list("twitch")}},
		{"W-FASC", m{"kind": list("wander")}, m{"kind": list("wander"), "signs": list("wasting")}},
	} {
		raised := func(a m) bool {
			return slices.ContainsFunc(run(t, told(t, a)).Flags, func(f Flag) bool { return f.ID == c.flag })
		}
		if !raised(c.yes) {
			t.Errorf("%s is missed for %v", c.flag, c.yes)
		}
		if raised(c.not) {
			t.Errorf("%s is raised for %v", c.flag, c.not)
		}
	}
	// nothing said raises nothing, but the emergencies stand as unchecked
	r := run(t, told(t, m{}))
	if len(r.Flags) != 0 || !slices.Contains(r.Unchecked, "E-STROKE") {
		t.Errorf("with no answer: flags %v, unchecked %v", r.Flags, r.Unchecked)
	}
}

func TestEveryFlagIsTried(t *testing.T) {
	src := ""
	for _, name := range []string{"assess_test.go", "video_test.go"} {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		src += string(b)
	}
	for _, f := range Standard().Flags {
		if !strings.Contains(src, `{"`+f.ID+`"`) && !strings.Contains(src, `f.ID == "`+f.ID+`"`) {
			t.Errorf("flag %s has no case of its own", f.ID)
		}
	}
}

func (r *Report) finding(id string) Finding {
	i := slices.IndexFunc(r.Findings, func(f Finding) bool { return f.ID == id })
	return r.Findings[i]
}

func (r *Report) candidate(id string) Candidate {
	i := slices.IndexFunc(r.Differential.Candidates, func(c Candidate) bool { return c.ID == id })
	return r.Differential.Candidates[i]
}

func (r *Report) grade(id string) *Grade {
	i := slices.IndexFunc(r.Grades, func(g Grade) bool { return g.ID == id })
	if i < 0 {
		return nil
	}
	return &r.Grades[i]
}

// answersGen draws answers to some of the questions.
func answersGen(rt *rapid.T) m {
	out := m{}
	for _, k := range interview.Standard().Questions {
		if !rapid.Bool().Draw(rt, "asked") {
			continue
		}
		switch k.Type {
		case "yesno", "choice":
			out[k.ID] = rapid.SampledFrom(k.Options).Draw(rt, k.ID).Value
		case "multi":
			var list []string
			for _, o := range k.Options {
				if o.Value != "none" && rapid.IntRange(0, 3).Draw(rt, o.Value) == 0 {
					list = append(list, o.Value)
				}
			}
			if len(list) == 0 {
				list = []string{k.Options[0].Value}
			}
			out[k.ID] = list
		case "number":
			out[k.ID] = float64(rapid.IntRange(int(*k.Min), int(*k.Max)).Draw(rt, k.ID))
		case "month":
			out[k.ID] = rapid.SampledFrom([]string{"2026-05", "2025-02", "2010", "1999-12"}).Draw(rt, k.ID)
		}
	}
	return out
}

// An added finding that speaks for an entity never lowers it, whatever is known
// already.
func TestSupportNeverLowers(t *testing.T) {
	ev := Standard()
	rapid.Check(t, func(rt *rapid.T) {
		found := run(t, told(t, answersGen(rt))).Findings
		i := rapid.IntRange(0, len(found)-1).Draw(rt, "finding")
		e := rapid.SampledFrom(ev.Entities).Draw(rt, "entity")
		there := rapid.Bool().Draw(rt, "there")
		w, _, ok := ev.log10LR(found[i].ID, e.ID, there)
		if !ok || w < 0 {
			return
		}
		with, without := slices.Clone(found), slices.Clone(found)
		without[i].Status, with[i].Status = "unknown", map[bool]string{true: "yes", false: "no"}[there]
		at := func(f []Finding) float64 {
			for _, c := range differential(ev, "public", f, nil).Candidates {
				if c.ID == e.ID {
					return c.Log10
				}
			}
			return math.NaN()
		}
		if at(with) < at(without)-1e-9 {
			rt.Errorf("%s falls from %g to %g when %s is %s", e.ID, at(without), at(with), found[i].ID, with[i].Status)
		}
	})
}

// "I don't know" must give what not asking gives, everywhere.
func TestUnknownIsNotNo(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a := answersGen(rt)
		id := rapid.SampledFrom(interview.Standard().Questions).Draw(rt, "question").ID
		delete(a, id)
		left := run(t, told(t, a))
		a[id] = interview.DontKnow
		if d := diff(left, run(t, told(t, a))); d != "" {
			rt.Errorf("not knowing %s is not the same as not being asked:\n%s", id, d)
		}
	})
	// and differs from no where no means something
	no, unknown := run(t, told(t, m{"palsy": "no"})), run(t, told(t, m{"palsy": interview.DontKnow}))
	if no.finding("PAL").Status != "no" || unknown.finding("PAL").Status != "unknown" {
		t.Errorf("palsy no gives %s, unknown gives %s", no.finding("PAL").Status, unknown.finding("PAL").Status)
	}
}

// Order: the same answers put in another order give the same report.
func TestOrderDoesNotMatter(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a := answersGen(rt)
		var ids []string
		for id := range a {
			ids = append(ids, id)
		}
		slices.Sort(ids)
		reports := [2]*Report{}
		for i := range reports {
			r := interview.NewResponse()
			if i == 1 {
				slices.Reverse(ids)
			}
			for _, id := range ids {
				if err := r.Set(interview.Standard(), id, a[id]); err != nil {
					rt.Fatal(err)
				}
			}
			reports[i] = run(t, Input{Answers: r, Today: day})
		}
		if d := diff(reports[0], reports[1]); d != "" {
			rt.Error(d)
		}
	})
}

func swap(a m) m {
	out := m{}
	for k, v := range a {
		switch v {
		case "left":
			v = "right"
		case "right":
			v = "left"
		}
		out[k] = v
	}
	return out
}

// Left and right: the mirrored person gets the mirrored report.
func TestSidesSwap(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a := answersGen(rt)
		in, mirrored := told(t, a), told(t, swap(a))
		if rapid.Bool().Draw(rt, "filmed") {
			in.Video, mirrored.Video = film(anatomy.Left), film(anatomy.Right)
		}
		r, s := run(t, in), run(t, mirrored)
		if (r.Side == nil) != (s.Side == nil) || (r.Side != nil && anatomy.Side(*r.Side).Other() != anatomy.Side(*s.Side)) {
			rt.Fatalf("sides %v and %v", r.Side, s.Side)
		}
		r.Side, s.Side, r.Answered, s.Answered = nil, nil, nil, nil
		left, filmed := s.Facts["measure.left"]
		if filmed {
			s.Facts["measure.left"], s.Facts["measure.right"] = s.Facts["measure.right"], left
		}
		for _, x := range []*Report{r, s} { // these two may name the side
			x.Facts["video.laterality"] = 0
			for i := range x.Differential.Candidates {
				x.Differential.Candidates[i].ICD10CM = nil
			}
		}
		if d := diff(r, s); d != "" {
			rt.Error(d)
		}
	})
}
