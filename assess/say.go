package assess

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"facialis/interview"
)

// say are sentences in the person's mouth, made of what they answered. On the
// phone, in an emergency, what has just happened comes first, and nobody there
// can look at a film or a diary.
func (r *Report) say(filmed bool) []string {
	var out []string
	calling := r.Level == "emergency"
	text := r.word
	kinds, _ := r.Answered["kind"].([]string)
	does, both := "twitches", "twitch"
	own, half := "The ", "half of my face"
	if slices.Contains(kinds, "weak_only") {
		does, both = "is weak", "are weak"
	}
	if slices.Equal(kinds, []string{"flicker"}) {
		does, own, half = "flickers", "My ", "eyelid"
	}
	switch {
	case !filmed && len(r.Answered) == 0:
		return nil
	case !filmed && slices.Equal(kinds, []string{"none"}):
		out = append(out, "“I notice nothing myself.”")
	case r.Side == nil:
		out = append(out, "“My face "+does+".”")
	case *r.Side == "both":
		out = append(out, "“Both sides of my face "+both+".”")
	default:
		out = append(out, "“"+own+*r.Side+" "+half+" "+does+".”")
	}
	out = append(r.now(), out...)
	first, since := text("first_place"), monthName(text("since"))
	switch {
	case first != "" && since != "":
		out = append(out, "“It began in "+since+". The first place was: "+first+".”")
	case since != "":
		out = append(out, "“It began in "+since+".”")
	case first != "":
		out = append(out, "“The first place was: "+first+".”")
	}
	if s := monthName(text("spread_since")); s != "" {
		out = append(out, "“It first reached another part of the face in "+s+".”")
	}
	if s := text("rest"); s != "" {
		out = append(out, map[string]string{"yes": "“It also comes when I sit still.”", "sometimes": "“Now and then it comes when I sit still.”", "no": "“It comes only when I move my face.”"}[r.Answered["rest"].(string)])
	}
	out = append(out, r.then()...)
	out = append(out, r.spoken("hold", "no", "I cannot hold it back", "sleep", "continues", "It goes on in my sleep", "sleep", "less", "It goes on in my sleep, but less",
		"sleep", "stops", "In sleep it stops, as far as I know", "rest_helps", "no", "A rest or a holiday does not make it go away")...)
	if r.Answered["palsy"] == "yes" {
		out = append(out, "“That half of my face was once paralysed.”")
		if s, _ := r.Answered["palsy_side"].(string); s != "" && (r.Side == nil || s != *r.Side) {
			out[len(out)-1] = "“My face was once paralysed, side: " + s + ".”"
		}
	}
	if places := r.listed("places"); len(places) > 1 {
		out = append(out, "“Today it is at these places: "+strings.Join(places, ", ")+".”")
	}
	switch s := text("pain"); {
	case r.Answered["pain"] == "other":
		out = append(out, "“The face hurts.”")
	case s != "" && s != "no":
		out = append(out, "“The face hurts: "+s+".”")
	}
	if ear := r.listed("ear"); len(ear) > 0 {
		out = append(out, "“I notice in an ear: "+strings.Join(ear, ", ")+".”")
	}
	if signs := r.listed("signs"); len(signs) > 0 {
		out = append(out, "“New since it began: "+strings.Join(signs, "; ")+".”")
	}
	out = append(out, r.spoken("headache", "yes", "Headaches have become new or stronger since", "work", "yes", "It hinders me in my work or study",
		"vision_blocked", "yes", "The closing eye keeps me from reading or driving")...)
	if d, ok := r.Facts["diary.persistence_days"]; ok && d >= 1 && !calling {
		out = append(out, fmt.Sprintf("“My diary shows it over %.0f days.”", math.Round(d)))
	}
	if filmed && !calling {
		out = append(out, "“I have filmed it and can show you.”")
	}
	return out
}

// word is the answer to a question in the question's words; a month stays.
func (r *Report) word(id string) string {
	v, _ := r.Answered[id].(string)
	return midSentence(interview.Standard().Find(id).Words(v))
}

// spoken are sentences for answers, given as question, answer, sentence.
func (r *Report) spoken(of ...string) []string {
	var out []string
	for i := 0; i+2 < len(of); i += 3 {
		if r.Answered[of[i]] == of[i+1] {
			out = append(out, "“"+of[i+2]+".”")
		}
	}
	return out
}

// then compares the beginning with today: how long an attack is, and how long
// the quiet between two.
func (r *Report) then() []string {
	var out []string
	for _, q := range [][3]string{{"attack_then", "attack_now", "An attack lasted"}, {"gap_then", "gap_now", "The quiet between attacks lasted"}} {
		was, is := r.word(q[0]), r.word(q[1])
		switch {
		case is == "":
		case was == "" || was == is:
			out = append(out, "“"+strings.Replace(q[2], "lasted", "lasts", 1)+": "+is+".”")
		default:
			out = append(out, "“"+q[2]+" at first: "+was+"; now: "+is+".”")
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
		out = append(out, "“In the last days: "+s+".”")
	}
	return out
}
