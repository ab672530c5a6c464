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

// raisedAlone are the flags whose own conditions hold, without regard to others.
func raisedAlone(r *Report) []FlagDef {
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
