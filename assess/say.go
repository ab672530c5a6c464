package assess

import (
	"math"
	"slices"
	"strings"

	"facialis/interview"
	"facialis/words"
)

// args are the values of a text's placeholders.
type args = words.Args

func say(key string, a ...args) string { return words.English().Say(key, a...) }

// sideName is right or left within a sentence.
func sideName(side string) string { return words.English().Name("assess.side", side) }

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
		out = append(out, say("assess.say.nothing"))
	case r.Side == nil:
		out = append(out, say("assess.say.face."+does))
	case *r.Side == "both":
		out = append(out, say("assess.say.both."+does))
	default:
		out = append(out, say("assess.say.half."+does, args{"Side": sideName(*r.Side)}))
	}
	out = append(r.now(), out...)
	first, since := text("first_place"), monthName(text("since"))
	switch {
	case first != "" && since != "":
		out = append(out, say("assess.say.began.place", args{"Month": since, "Place": first}))
	case since != "":
		out = append(out, say("assess.say.began", args{"Month": since}))
	case first != "":
		out = append(out, say("assess.say.first", args{"Place": first}))
	}
	if s := monthName(text("spread_since")); s != "" {
		out = append(out, say("assess.say.spread", args{"Month": s}))
	}
	if s := text("rest"); s != "" {
		out = append(out, r.spoken("rest")...)
	}
	out = append(out, r.then()...)
	out = append(out, r.spoken("hold", "sleep", "rest_helps")...)
	if r.Answered["palsy"] == "yes" {
		out = append(out, say("assess.say.palsy.same"))
		if s, _ := r.Answered["palsy_side"].(string); s != "" && (r.Side == nil || s != *r.Side) {
			out[len(out)-1] = say("assess.say.palsy.side", args{"Side": sideName(s)})
		}
	}
	if places := r.listed("places"); len(places) > 1 {
		out = append(out, say("assess.say.places", args{"Places": strings.Join(places, ", ")}))
	}
	switch s := text("pain"); {
	case r.Answered["pain"] == "other":
		out = append(out, say("assess.say.pain"))
	case s != "" && s != "no":
		out = append(out, say("assess.say.pain.kind", args{"Pain": s}))
	}
	if ear := r.listed("ear"); len(ear) > 0 {
		out = append(out, say("assess.say.ear", args{"Ear": strings.Join(ear, ", ")}))
	}
	if signs := r.listed("signs"); len(signs) > 0 {
		out = append(out, say("assess.say.signs", args{"Signs": strings.Join(signs, "; ")}))
	}
	out = append(out, r.spoken("headache", "work", "vision_blocked")...)
	if d, ok := r.Facts["diary.persistence_days"]; ok && d >= 1 && !calling {
		out = append(out, say("assess.say.diary", args{"Days": math.Round(d)}))
	}
	if filmed && !calling {
		out = append(out, say("assess.say.filmed"))
	}
	return out
}

// word is the answer to a question in the question's words; a month stays.
func (r *Report) word(id string) string {
	v, _ := r.Answered[id].(string)
	return midSentence(interview.Standard().Find(id).Words(v))
}

// spoken are the sentences that go with the answers to these questions, for the
// answers that have one.
func (r *Report) spoken(questions ...string) []string {
	var out []string
	for _, q := range questions {
		answer, _ := r.Answered[q].(string)
		if key := "assess.say.answer." + q + "." + answer; words.English().Has(key) {
			out = append(out, say(key))
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
			out = append(out, say(q.same, args{"Now": is}))
		default:
			out = append(out, say(q.changed, args{"Then": was, "Now": is}))
		}
	}
	return out
}

// listed are the options chosen of a question, in its words.
func (r *Report) listed(id string) []string {
	chosen, _ := r.Answered[id].([]string)
	var out []string
	for _, o := range interview.Standard().Find(id).Options {
		if o.Value != "none" && slices.Contains(chosen, o.Value) {
			out = append(out, midSentence(o.Text))
		}
	}
	return out
}

// now says what was ticked of the emergencies.
func (r *Report) now() []string {
	var out []string
	for _, s := range r.listed("now") {
		out = append(out, say("assess.say.now", args{"Sign": s}))
	}
	return out
}
