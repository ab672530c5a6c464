package assess

import (
	"slices"
	"testing"

	"facialis/interview"

	"pgregory.net/rapid"
)

// everyReport draws reports: random interviews, some of them with a recording,
// in either setting.
func everyReport(rt *rapid.T, t *testing.T) *Report {
	in := told(t, answersGen(rt))
	in.Setting = rapid.SampledFrom([]string{"public", "clinic"}).Draw(rt, "setting")
	return run(t, in)
}

// factsOf are the facts of a report with its findings.
func factsOf(r *Report) interview.Facts {
	f := interview.Facts{}
	for id, v := range r.Answered {
		f[id] = v
	}
	for k, v := range r.Facts {
		f[k] = v
	}
	for _, x := range r.Findings {
		if x.Status != "unknown" {
			f["f."+x.ID] = x.Status
		}
	}
	return f
}

// raisedAlone are the flags whose own conditions hold, without regard to others.
func raisedAlone(r *Report) []FlagDef {
	f := factsOf(r)
	return slices.DeleteFunc(slices.Clone(Standard().Flags), func(d FlagDef) bool { return d.When.Eval(f) != interview.Yes })
}

// Whoever reports a movement or a weakness gets advice, and two fallbacks never
// remove each other.
func TestAdviceNeverVanishes(t *testing.T) {
	palsy := run(t, told(t, m{"now": []string{"none"}, "age": 50, "kind": []string{"twitch"}, "side": "left", "palsy": "yes", "palsy_side": "left",
		"weak": "yes", "places": []string{"mouth"}, "signs": []string{"none"}, "aware": "yes"}))
	if palsy.Level != "routine" {
		t.Fatalf("twitching and weak after a palsy: level %q, flags %v", palsy.Level, palsy.Flags)
	}
	rapid.Check(t, func(rt *rapid.T) {
		r := everyReport(rt, t)
		notAside := func(d FlagDef) bool { return !d.Aside }
		raised := raisedAlone(r)
		stays := slices.ContainsFunc(r.Flags, func(f Flag) bool { return !f.aside })
		if slices.ContainsFunc(raised, notAside) && !stays {
			rt.Errorf("flags were raised and none stays: %v", r.Answered)
		}
		kinds, _ := r.Answered["kind"].([]string)
		if slices.ContainsFunc(kinds, func(k string) bool { return k != "none" }) && !stays {
			rt.Errorf("a movement was reported and there is no advice: %v", r.Answered)
		}
	})
}

// dangerous are the entities that must never lead beside lesser advice, and the
// least advice for each.
var dangerous = map[string]string{"STROKE": "emergency", "EPC": "emergency", "FMS": "urgent", "FBDS": "urgent", "HYPOCA": "urgent",
	"ALS": "urgent", "FACMYO": "urgent", "CPA": "urgent", "PTC": "urgent", "OMM": "urgent"}

// What leads and what is advised go together.
func TestLeadingEntityHasItsAdvice(t *testing.T) {
	for id, level := range dangerous {
		if e := Standard().Entity(id); e.Lead == nil || e.Lead.Level != level {
			t.Errorf("%s has not its own advice %s", id, level)
		}
	}
	fits := func(r *Report) string {
		want := dangerous[r.Differential.Candidates[0].ID]
		if r.Person().First == "" || want == "" || (r.Level != "" && slices.Index(levels, r.Level) <= slices.Index(levels, want)) {
			return ""
		}
		return r.Differential.Candidates[0].ID + " leads and the advice is " + r.Level
	}
	for _, a := range []m{
		{"age": 62, "kind": []string{"weak_only"}, "side": "left"},
		{"age": 62, "kind": []string{"weak_only"}, "side": "left", "now": []string{"none"}},
		{"kind": []string{"twitch"}, "first_place": "mouth", "illness": []string{"thyroid"}, "side": "both", "both_how": "together"},
		{"kind": []string{"ripple"}, "side": "left", "age": 60, "hold": "no"},
	} {
		if s := fits(run(t, told(t, a))); s != "" {
			t.Fatalf("%v: %s", a, s)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		if r := everyReport(rt, t); fits(r) != "" {
			rt.Errorf("%s: %v", fits(r), r.Answered)
		}
	})
}
