package assess

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"facialis/interview"
)

// Person is what the page for the person says, in plain words: the program that
// draws the page, here or in the app, adds only headings.
type Person struct {
	Urgent   []Flag   `json:"urgent"`    // the emergencies; if there is none, what is urgent
	Advice   []Flag   `json:"advice"`    // the rest, each advice once
	Clear    bool     `json:"clear"`     // every emergency was asked for and none is there
	Seen     []string `json:"seen"`      // by the recording
	Told     []string `json:"told"`      // by the answers alone
	Differ   []string `json:"differ"`    // where the two disagree
	Fits     string   `json:"fits"`      // how far it fits with something; First ends the sentence
	First    string   `json:"first"`     // what it fits best with, if one thing leads
	May      []May    `json:"may"`       // empty where too little is known
	Basis    string   `json:"basis"`     // how well the comparison is founded
	Limits   []string `json:"limits"`    // what it does not mean
	TypeText string   `json:"type_text"` // empty where it leans to neither kind
	Do       string   `json:"do"`        // before the advice, or in its place
	Settle   []string `json:"settle"`
	Speak    string   `json:"speak"`  // before Say; empty in an emergency
	Say      []string `json:"say"`    // sentences for the doctor's room; in an emergency for the phone
	Ask      []string `json:"ask"`    // questions to the doctor
	Living   string   `json:"living"` // empty in an emergency
	Mood     string   `json:"mood"`   // empty unless mood or worry weighs
	Crisis   string   `json:"crisis"` // empty where an advice says it
}

// May is one thing that it fits with, with the weightiest reasons; each reason
// is a sentence or empty.
type May struct {
	Plain   string `json:"plain"`
	About   string `json:"about"` // what it is
	For     string `json:"for"`
	Against string `json:"against"` // there, but does not fit so well
	Lacks   string `json:"lacks"`   // often there, but not here
}

// Person puts the report into the person's words.
func (r *Report) Person() Person {
	top := r.Differential.Candidates
	p := Person{Urgent: []Flag{}, Advice: []Flag{}, May: []May{},
		Basis: "Most of the numbers behind this comparison are estimates, not counts of patients. What a doctor finds on examining you counts for more."}
	for _, f := range r.Flags {
		if f.Level == r.Level && (f.Level == "emergency" || f.Level == "urgent") { // beside an emergency the urgent can wait
			p.Urgent = append(p.Urgent, f)
		} else if !slices.ContainsFunc(p.Advice, func(a Flag) bool { return a.Do == f.Do }) {
			p.Advice = append(p.Advice, f)
		}
	}
	p.Clear = len(p.Urgent) == 0 && !slices.ContainsFunc(r.Unchecked, func(id string) bool { return strings.HasPrefix(id, "E-") && id != "E-NONSTOP" })
	seen, told, differ := r.seenAndTold()
	p.Seen, p.Told, p.Differ = notNil(seen), notNil(told), notNil(differ)
	switch r.Differential.Verdict {
	case "not-enough":
		p.Fits, top = "Too little is known to say. That is an honest answer: more questions or a longer recording will help.", nil
	case "leading":
		p.Fits, p.First = "Of all that is known, it fits best with", top[0].Plain
	default:
		p.Fits = "It fits with more than one thing; none of them stands out."
	}
	for i, c := range top {
		if i == 3 || (i > 0 && c.Log10 < top[0].Log10-1) {
			break
		}
		p.May = append(p.May, May{c.Plain, c.About, plainReasons(c.For, "yes"), plainReasons(c.Against, "yes"), plainReasons(c.Against, "no")})
	}
	if len(top) > 0 && (top[0].ID == "HFS1" || top[0].ID == "PPS") {
		switch r.Type.Verdict {
		case "primary-leaning":
			p.TypeText = kinds + "the one that comes by itself."
		case "post-paralytic-leaning":
			p.TypeText = kinds + "the one that follows a palsy."
		}
	}
	p.Settle, p.Ask = r.settle(), r.ask()
	p.Limits, p.Do = r.limits(p), r.do(p)
	p.Crisis = "If you ever think of harming yourself, call your local emergency or crisis line at once."
	if slices.ContainsFunc(r.Flags, func(f Flag) bool { return f.ID == "R-MOOD" }) {
		p.Crisis = "" // R-MOOD says it
		p.Mood = "Your answers show that mood or worry weighs on you. Please speak about it with your doctor; it can be treated, whatever becomes of the twitching."
	} else if r.Answered["irritable"] == "yes" {
		p.Mood = "You are more easily annoyed than before. That is common with a twitching face. If it stays, tell your doctor; it can be helped."
	}
	_, filmed := r.Facts["video.usable_s"]
	p.Say = notNil(r.say(filmed))
	if r.Level == "emergency" { // who has to call now reads nothing of films and visits
		return p
	}
	p.Speak = "Take this page with you, and film your face when it happens, if you can: the twitching often hides in the doctor’s room."
	if filmed {
		p.Speak = "Take this page and the recording with you. The recording is worth most: the twitching often hides in the doctor’s room."
	}
	if len(p.Say) > 0 {
		p.Speak += " You can say it like this:"
	}
	p.Living = "Many people with a twitching face feel watched, sleep badly or worry. That is common, it is no weakness, and it can be treated whatever the cause is. Tell people close to you what it is; a sentence is enough. Keep a short diary: how often, how long, how you slept. Stress and tiredness can make it worse, but they are seldom the cause."
	return p
}

// limits are what the page does not mean.
func (r *Report) limits(p Person) []string {
	out := []string{
		"It is not a diagnosis. A program can compare; only a doctor can examine you and name the cause.",
		"It does not mean that you imagine it or that you do it on purpose.",
	}
	switch {
	case p.Clear:
		return append(out, "None of your answers points to an emergency. If that changes (sudden weakness, trouble speaking, fainting), call the emergency number at once.")
	case len(p.Urgent) == 0:
		return append(out, "The warning signs could not all be checked, because some questions were left open. Sudden weakness, trouble speaking, fainting or jerking that does not stop are emergencies: then call the emergency number at once.")
	}
	return out
}

// do is what stands before the advice, or in its place where there is none.
func (r *Report) do(p Person) string {
	const later = "If it stays for more than three months, closes the eye or spreads, see a doctor."
	switch {
	case len(p.Advice) > 0 && r.Level == "emergency":
		return "First what stands at the top. After that:"
	case len(p.Advice) > 0:
		return ""
	case len(p.Urgent) > 0:
		return "First what stands at the top. The rest can wait."
	case !p.Clear:
		return "Too much was left open to say. Answer the first question at least: it asks for what cannot wait. " + later
	}
	return "Nothing presses. " + later
}

const kinds = "There are two main kinds of spasm of one half of the face: one comes by itself, the other follows a facial palsy. Yours looks more like "

// settle says what the person can answer or film to make it clearer. In an
// emergency nothing of that matters.
func (r *Report) settle() []string {
	out := []string{}
	if r.Level == "emergency" {
		return out
	}
	film, err := interview.LoadProtocol("full")
	if err != nil {
		panic(err) // embedded
	}
	for _, o := range r.Differential.Candidates[0].Settle {
		line := ""
		if q := interview.Standard().Find(o.Settle.Ask); q != nil {
			if _, said := r.Answered[q.ID]; said { // it was answered, and yet the finding is not known
				continue
			}
			line = "Answer: “" + q.Text + "”"
		} else if i := slices.IndexFunc(film.Tasks, func(s interview.Step) bool { return s.Task == o.Settle.Film }); i >= 0 {
			line = "Film yourself: “" + film.Tasks[i].Screen + "”."
		} else if o.Settle.Film == "sleep" {
			line = "Film yourself asleep, with a camera that sees in the dark."
		}
		if line != "" && !slices.Contains(out, line) {
			out = append(out, line)
		}
	}
	return out
}

// ask are questions to the doctor; that for a picture only where what it fits
// with would be looked for by one.
func (r *Report) ask() []string {
	out := []string{"What else could it be?"}
	if top := r.Differential.Candidates[0]; r.Differential.Verdict != "not-enough" && strings.Contains(strings.Join(top.Tests, " "), "MRI") {
		out = append(out, "Do I need a picture of the nerve or the brain (MRI)?")
	}
	return append(out, "What treatments are there?", "What happens if I wait?")
}

// View is a report with what a page needs beside it.
type View struct {
	*Report
	Person         Person            `json:"person"`
	Sources        map[string]string `json:"sources"`         // what the report names as source, in full
	UncheckedTexts []string          `json:"unchecked_texts"` // the titles of Unchecked
}

// View adds to a report the person's words and its sources.
func (r *Report) View() View {
	v := View{Report: r, Person: r.Person(), Sources: map[string]string{}, UncheckedTexts: []string{}}
	ev := Standard()
	use := func(ids ...string) {
		for _, id := range ids {
			if text, ok := ev.Sources[id]; ok {
				v.Sources[id] = text
			}
		}
	}
	for _, f := range r.Flags {
		use(f.Source)
	}
	for _, t := range r.Type.Terms {
		use(t.Source)
	}
	for _, g := range r.Grades {
		use(g.Source)
	}
	for _, n := range r.Disagreements {
		use(n.Source)
	}
	for _, c := range r.Differential.Candidates {
		use(c.PriorSource)
		for _, x := range slices.Concat(c.For, c.Against) {
			use(x.Source)
		}
	}
	for _, d := range ev.Flags {
		if slices.Contains(r.Unchecked, d.ID) {
			v.UncheckedTexts = append(v.UncheckedTexts, d.Title)
		}
	}
	return v
}

// seenAndTold are the findings that are there, in plain words: by the
// recording, by the answers alone, and where the two differ.
func (r *Report) seenAndTold() (seen, told, differ []string) {
	if s := r.sideWords(); s != "" {
		line := "It is on " + s + "."
		if _, ok := r.Facts["video.one_sided_share"]; ok {
			seen = append(seen, line)
		} else {
			told = append(told, line)
		}
	}
	if n, ok := r.Facts["video.spasms"]; ok && n == 0 && r.Facts["video.spells"] == 0 {
		seen = append(seen, fmt.Sprintf("No spasm in %.0f seconds. A short quiet film does not show that the face is always quiet.", r.Facts["video.usable_s"]))
	}
	for _, f := range r.Findings {
		byFilm := slices.Contains(f.From, "video")
		if f.Conflict {
			differ = append(differ, "“"+f.Plain+"”: the recording "+map[bool]string{true: "shows it, your answer does not say so.", false: "does not show it, your answer says so."}[(f.Status == "yes") == r.filmHolds(f)])
		}
		switch {
		case f.Status != "yes" || f.ID == "UNI" || f.ID == "MOVES":
		case f.ID == "REST" && f.Value != nil && *f.Value >= 1:
			line := fmt.Sprintf("At rest it came about %.0f times a minute", *f.Value)
			if f.CI95 != nil {
				line += fmt.Sprintf(" (on another day it may be %.0f to %.0f)", f.CI95[0], f.CI95[1])
			}
			seen = append(seen, line+".")
		case byFilm && r.filmHolds(f):
			if len(seen) < 8 {
				seen = append(seen, f.Plain+".")
			}
		case len(told) < 8:
			told = append(told, f.Plain+".")
		}
	}
	if s, _ := r.Answered["side"].(string); r.Side != nil && (s == "left" || s == "right") && (*r.Side == "left" || *r.Side == "right") && s != *r.Side {
		differ = append(differ, "You say that it is on your "+s+" side; the recording shows "+r.sideWords()+". Is the film mirrored?")
	}
	return seen, told, differ
}

// filmHolds says whether a finding's status is the recording's: of a finding of
// which both speak, the preferred one's is shown.
func (r *Report) filmHolds(f Finding) bool {
	return slices.Contains(f.From, "video") && (!slices.Contains(f.From, "answer") || Standard().Finding(f.ID).Prefer != "answer")
}

func (r *Report) sideWords() string {
	if r.Side == nil {
		return ""
	}
	return map[string]string{"right": "the right half of your face", "left": "the left half of your face", "both": "both sides of your face"}[*r.Side]
}

// plainReasons joins the weightiest three reasons of a status in plain words.
func plainReasons(rs []Reason, status string) string {
	var out []string
	for _, x := range rs {
		if x.Status == status && x.Counted && math.Abs(x.Log10LR) >= 0.15 && len(out) < 3 {
			out = append(out, midSentence(x.Plain))
		}
	}
	if len(out) == 0 {
		return ""
	}
	return strings.Join(out, "; ") + "."
}
