package assess

import (
	"strings"
	"testing"

	"facialis/interview"
)

// bends lists where a condition turns on an answer being missing: there is
// (known) or there is not (unless, not known).
func bends(c interview.Cond, negated bool) (known, missing bool) {
	note := func(s interview.Cond, neg bool) {
		k, x := bends(s, neg)
		known, missing = known || k, missing || x
	}
	if c.Leaf != nil && c.Leaf.Op == "known" {
		return !negated, negated
	}
	for _, s := range c.All {
		note(s, negated)
	}
	for _, s := range c.Any {
		note(s, negated)
	}
	if c.Not != nil {
		note(*c.Not, !negated)
	}
	if c.Unless != nil {
		missing = true
	}
	return known, missing
}

// A finding is absent only by what was answered. So the condition of its absence
// may not hold because something is missing; and where absence is that its
// presence is certainly not so, presence may not ask whether there is an answer.
func TestMissingIsNotNo(t *testing.T) {
	for _, d := range Standard().Findings {
		switch {
		case d.Answer == nil:
		case d.Answer.No != nil:
			if _, missing := bends(*d.Answer.No, false); missing {
				t.Errorf("%s is absent where an answer is missing", d.ID)
			}
		default:
			if known, _ := bends(d.Answer.Yes, false); known {
				t.Errorf("%s is absent where an answer is missing", d.ID)
			}
		}
	}
	// and that it can fail: as EXT once was
	no := interview.Cond{All: []interview.Cond{{Not: &interview.Cond{Leaf: &interview.Leaf{Fact: "signs", Op: "known"}}}}}
	if _, missing := bends(no, false); !missing {
		t.Error("a condition on what is missing is not seen")
	}
}

// A person who says right, with a palsy of the right, and whose film is mirrored:
// the palsy is of that side, and the page asks.
func TestMirroredFilm(t *testing.T) {
	in := told(t, m{"side": "right", "palsy": "yes", "palsy_side": "right", "ear": []string{"click"}, "ear_side": "right"})
	in.Video = film("left")
	r := run(t, in)
	if r.finding("PAL").Status != "yes" || r.finding("CLICK").Status != "yes" {
		t.Errorf("palsy of that side %s, click of that side %s", r.finding("PAL").Status, r.finding("CLICK").Status)
	}
	if d := strings.Join(r.Person().Differ, " "); !strings.Contains(d, "mirrored") {
		t.Errorf("the sides differ and the page says %q", d)
	}
}

// What cannot be is not known: a beginning in the future or before birth.
func TestImpossibleDates(t *testing.T) {
	if _, known := run(t, told(t, m{"since": "2027-03"})).Facts["since_days"]; known {
		t.Error("begun next year counts as days")
	}
	if x, known := run(t, told(t, m{"since": "1990", "age": 10})).Facts["onset_age"]; known {
		t.Errorf("begun before birth counts as an age of %g", x)
	}
	if x := run(t, told(t, m{"since": "2026-05", "age": 0})).Facts["onset_age"]; x != 0 {
		t.Errorf("a baby's begins at %g", x)
	}
}

// Beside an emergency nothing says that there are two weeks of time.
func TestAnEmergencyStandsAlone(t *testing.T) {
	r := run(t, told(t, m{"now": []string{"droop"}, "signs": []string{"numb"}, "side": "left", "kind": []string{"twitch"}}))
	p, page := r.Person(), string(PersonHTML(r))
	if len(p.Urgent) != 1 || p.Urgent[0].ID != "E-STROKE" {
		t.Errorf("at the top: %v", p.Urgent)
	}
	later := false
	for _, f := range p.Advice {
		later = later || f.ID == "U-NERVES"
	}
	if !later || len(p.Settle) != 0 {
		t.Errorf("later: %v; to film or answer: %v", p.Advice, p.Settle)
	}
	// What to say on the phone stands next to the box, before anything is explained.
	box, phone, mean := strings.Index(page, "Act now"), strings.Index(page, "What to say on the phone"), strings.Index(page, "What this may mean")
	if box < 0 || phone < box || mean < phone {
		t.Errorf("the box stands at %d, the phone at %d, the meaning at %d", box, phone, mean)
	}
	if !strings.HasPrefix(p.Say[0], "“In the last days: one side of the face suddenly droops") {
		t.Errorf("on the phone first: %s", p.Say[0])
	}
	for _, no := range []string{"speak with the doctor", "Living with it", "You can ask"} {
		if strings.Contains(page, no) {
			t.Errorf("the page says %q", no)
		}
	}
}

// One answer decides several findings and yet says nothing by itself.
func TestOneAnswerIsNotEnough(t *testing.T) {
	for _, a := range []m{{"side": "left"}, {"kind": []string{"flicker"}}, {"side": "left", "kind": []string{"twitch"}}, {"side": "left", "sex": "male", "age": 40, "work": "no", "mood_low": "1"}} {
		if v := run(t, told(t, a)).Differential.Verdict; v != "not-enough" {
			t.Errorf("%v: %s", a, v)
		}
	}
	if v := run(t, told(t, m{"side": "left", "kind": []string{"flicker"}, "first_place": "lower_lid"})).Differential.Verdict; v != "leading" {
		t.Errorf("three answers: %s", v)
	}
}

// A weakness of years is no stroke, and a deaf ear of the other side no sign.
func TestOldWeaknessAndOtherEar(t *testing.T) {
	r := run(t, told(t, m{"now": []string{"none"}, "kind": []string{"weak_only"}, "side": "left", "palsy": "yes", "palsy_side": "left", "palsy_since": "2020", "sudden": "yes", "since": "2020"}))
	if c := r.Differential.Candidates[0].ID; c != "PPS" || r.Level != "routine" {
		t.Errorf("weak since a palsy of 2020: %s, %s", c, r.Level)
	}
	for side, want := range map[string]string{"left": "yes", "right": "no"} {
		if got := run(t, told(t, m{"side": "left", "ear": []string{"hearing"}, "ear_side": side, "signs": []string{"none"}})).finding("HEAR").Status; got != want {
			t.Errorf("deaf on the %s: %s, want %s", side, got, want)
		}
	}
}
