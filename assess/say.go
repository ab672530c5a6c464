package assess

import (
	"cmp"
	"math"
	"slices"

	"facialis/interview"
	"facialis/words"
)

// args are the values of a text's placeholders.
type args = words.Args

// language is the one in which the report speaks.
func (r *Report) language() *words.Language { return cmp.Or(r.lang, words.Default()) }

// say are sentences in the person's mouth, made of what they answered. On the
// phone, in an emergency, what has just happened comes first, and nobody there
// can look at a film or a diary.
func (r *Report) say(filmed bool) []string {
	var out []string
	calling := r.Level == "emergency"
	text := r.word
	kinds, _ := r.Answered["kind"].([]string)
	does := "twitches"
	if slices.Contains(kinds, "weak_only") {
		does = "weak"
	}
	if slices.Equal(kinds, []string{"flicker"}) {
		does = "flickers"
	}
	switch {
	case !filmed && len(r.Answered) == 0:
		return nil
	case !filmed && slices.Equal(kinds, []string{"none"}):
		out = append(out, r.language().Say("assess.say.nothing"))
	case r.Side == nil:
		out = append(out, r.language().Say("assess.say.face."+does))
	case *r.Side == "both":
		out = append(out, r.language().Say("assess.say.both."+does))
	default:
		out = append(out, r.language().Say("assess.say.half."+does, args{"Side": r.language().Name("assess.side", *r.Side)}))
	}
	out = append(r.now(), out...)
	first, since := text("first_place"), r.monthName(text("since"))
	switch {
	case first != "" && since != "":
		out = append(out, r.language().Say("assess.say.began.place", args{"Month": since, "Place": first}))
	case since != "":
		out = append(out, r.language().Say("assess.say.began", args{"Month": since}))
	case first != "":
		out = append(out, r.language().Say("assess.say.first", args{"Place": first}))
	}
	if s := r.monthName(text("spread_since")); s != "" {
		out = append(out, r.language().Say("assess.say.spread", args{"Month": s}))
	}
	if s := text("rest"); s != "" {
		out = append(out, r.spoken("rest")...)
	}
	out = append(out, r.then()...)
	out = append(out, r.spoken("hold", "sleep", "rest_helps")...)
	if r.Answered["palsy"] == "yes" {
		out = append(out, r.language().Say("assess.say.palsy.same"))
		if s, _ := r.Answered["palsy_side"].(string); s != "" && (r.Side == nil || s != *r.Side) {
			out[len(out)-1] = r.language().Say("assess.say.palsy.side", args{"Side": r.language().Name("assess.side", s)})
		}
	}
	if places := r.listed("places"); len(places) > 1 {
		out = append(out, r.language().Say("assess.say.places", args{"Places": r.language().And(places...)}))
	}
	switch s := text("pain"); {
	case r.Answered["pain"] == "other":
		out = append(out, r.language().Say("assess.say.pain"))
	case s != "" && s != "no":
		out = append(out, r.language().Say("assess.say.pain.kind", args{"Pain": s}))
	}
	if ear := r.listed("ear"); len(ear) > 0 {
		out = append(out, r.language().Say("assess.say.ear", args{"Ear": r.language().And(ear...)}))
	}
	if signs := r.listed("signs"); len(signs) > 0 {
		out = append(out, r.language().Say("assess.say.signs", args{"Signs": r.language().Clauses(signs...)}))
	}
	out = append(out, r.spoken("headache", "work", "vision_blocked")...)
	if d, ok := r.Facts["diary.persistence_days"]; ok && d >= 1 && !calling {
		out = append(out, r.language().Say("assess.say.diary", args{"Days": math.Round(d) + 1})) // the first and the last day are both counted
	}
	if filmed && !calling {
		out = append(out, r.language().Say("assess.say.filmed"))
	}
	return out
}

// word is the answer to a question in the question's words; a month stays.
func (r *Report) word(id string) string {
	v, _ := r.Answered[id].(string)
	return midSentence(r.language(), interview.In(r.language()).Find(id).Words(v))
}

// spoken are the sentences that go with the answers to these questions, for the
// answers that have one.
func (r *Report) spoken(questions ...string) []string {
	var out []string
	for _, q := range questions {
		answer, _ := r.Answered[q].(string)
		if key := "assess.say.answer." + q + "." + answer; r.language().Has(key) {
			out = append(out, r.language().Say(key))
		}
	}
	return out
}

// then compares the beginning with today: how long an attack is, and how long
// the quiet between two.
func (r *Report) then() []string {
	var out []string
	for _, q := range []struct{ then, now, same, changed string }{
		{"attack_then", "attack_now", "assess.say.attack", "assess.say.attack.then"},
		{"gap_then", "gap_now", "assess.say.gap", "assess.say.gap.then"},
	} {
		was, is := r.word(q.then), r.word(q.now)
		switch {
		case is == "":
		case was == "" || was == is:
			out = append(out, r.language().Say(q.same, args{"Now": is}))
		default:
			out = append(out, r.language().Say(q.changed, args{"Then": was, "Now": is}))
		}
	}
	return out
}

// listed are the options chosen of a question, in its words.
func (r *Report) listed(id string) []string {
	chosen, _ := r.Answered[id].([]string)
	var out []string
	for _, o := range interview.In(r.language()).Find(id).Options {
		if o.Value != "none" && slices.Contains(chosen, o.Value) {
			out = append(out, midSentence(r.language(), o.Text))
		}
	}
	return out
}

// now says what was ticked of the emergencies.
func (r *Report) now() []string {
	var out []string
	for _, s := range r.listed("now") {
		out = append(out, r.language().Say("assess.say.now", args{"Sign": s}))
	}
	return out
}
