package assess

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"facialis/interview"
	"facialis/words"
)

// Person is what the page for the person says, in plain words: the program that
// draws the page, here or in the app, adds only headings.
type Person struct {
	Urgent   []Flag    `json:"urgent"`    // the emergencies; if there is none, what is urgent
	Advice   []Flag    `json:"advice"`    // the rest, each advice once
	Clear    bool      `json:"clear"`     // every emergency was asked for and none is there
	Seen     []string  `json:"seen"`      // by the recording
	Told     []string  `json:"told"`      // by the answers alone
	Differ   []string  `json:"differ"`    // where the two disagree
	Fits     string    `json:"fits"`      // how far it fits with something; First ends the sentence
	First    string    `json:"first"`     // what it fits best with, if one thing leads
	May      []May     `json:"may"`       // empty where too little is known
	Pictures []Picture `json:"pictures"`  // what the person comes with, by name; empty in an emergency
	Notes    []Note    `json:"notes"`     // where common patient information and studies differ
	Basis    string    `json:"basis"`     // how well the comparison is founded
	Limits   []string  `json:"limits"`    // what it does not mean
	TypeText string    `json:"type_text"` // empty where it leans to neither kind
	Do       string    `json:"do"`        // before the advice, or in its place
	Settle   []string  `json:"settle"`
	Speak    string    `json:"speak"`  // before Say; empty in an emergency
	Say      []string  `json:"say"`    // sentences for the doctor's room; in an emergency for the phone
	Ask      []string  `json:"ask"`    // questions to the doctor
	Living   string    `json:"living"` // empty in an emergency
	Mood     string    `json:"mood"`   // empty unless mood or worry weighs
	Crisis   string    `json:"crisis"` // empty where an advice says it
	// ForChild: a parent or guardian answered, so "you" means the child. Note says so,
	// or asks for an adult where a child answered alone; empty otherwise.
	ForChild bool   `json:"for_child"`
	Note     string `json:"note"`
	// Contradictions are answers that cannot all be right.
	Contradictions []string `json:"contradictions"`
	// Short answers the four questions of a person at a glance. It says nothing that the
	// rest of the page does not say.
	Short Short `json:"short"`
}

// Short is the page in four answers, each one or two sentences.
type Short struct {
	Seen string `json:"seen"` // what was seen or, without a recording, answered
	Sure string `json:"sure"` // how much that is worth
	May  string `json:"may"`  // what it may mean
	Do   string `json:"do"`   // what to do now
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

// A person reads of at most mayMost things, and of none whose share is less than
// mayShare of the first one's.
const (
	mayMost  = 3
	mayShare = 0.1
)

// Person puts the report into the person's words.
func (r *Report) Person() Person {
	top := r.Differential.Candidates
	p := Person{Urgent: []Flag{}, Advice: []Flag{}, May: []May{},
		Basis: r.language().Say("assess.person.basis")}
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
	case "not-compared":
		p.Fits, p.Basis = "", ""
	case "not-enough":
		p.Fits, top = r.language().Say("assess.person.fits.notEnough"), nil
	case "film-alone":
		p.Fits = r.language().Say("assess.person.fits.filmAlone")
	case "nothing-unusual":
		p.Fits, top = r.language().Say("assess.person.fits.nothingUnusual", args{"Seconds": fmt.Sprintf("%.0f", r.Facts["video.usable_s"])}), nil
	case "withheld":
		p.Fits = r.language().Say("assess.person.fits.withheld")
		top = slices.DeleteFunc(slices.Clone(top), func(c Candidate) bool { return Standard().Entity(c.ID).Harmless })
	case "leading":
		p.Fits, p.First = r.language().Say("assess.person.fits.leading"), top[0].Plain
		p.Basis += " " + r.language().Say("assess.person.readings", args{"First": fmt.Sprint(top[0].FirstIn), "All": fmt.Sprint(r.Differential.Readings)})
	default:
		p.Fits = r.language().Say("assess.person.fits.open")
	}
	var shown []Candidate
	for i, c := range top {
		if i == mayMost || c.Excluded || (i > 0 && c.Share < top[0].Share*mayShare) {
			break
		}
		shown = append(shown, c)
	}
	byDanger(shown)
	for _, c := range shown {
		p.May = append(p.May, c.may(r.language()))
	}
	p.Pictures, p.Notes = r.Pictures, r.Disagreements
	if r.Level == "emergency" { // who has to call now reads nothing of films and visits
		p.Pictures, p.Notes = []Picture{}, []Note{}
	}
	if len(top) > 0 && (top[0].ID == "HFS1" || top[0].ID == "PPS") {
		switch r.Type.Verdict {
		case "primary-leaning":
			p.TypeText = r.language().Say("assess.person.type.primary")
		case "post-paralytic-leaning":
			p.TypeText = r.language().Say("assess.person.type.palsy")
		}
	}
	p.Settle, p.Ask = r.settle(), r.ask()
	p.Limits, p.Do = r.limits(p), r.do(p)
	if !r.moodFine() {
		p.Crisis = r.language().Say("assess.person.crisis")
	}
	if slices.ContainsFunc(r.Flags, func(f Flag) bool { return f.ID == "R-MOOD" }) {
		p.Crisis = "" // R-MOOD says it
		p.Mood = r.language().Say("assess.person.mood.weighs")
	}
	if r.Answered["irritable"] == "yes" { // also where mood weighs: the two are not the same
		p.Mood = strings.TrimSpace(p.Mood + " " + r.language().Say("assess.person.mood.irritable"))
	}
	p.ForChild, p.Contradictions = r.forChild(), notNil(r.Contradictions)
	switch {
	case r.forChild():
		p.Note, p.Crisis = r.language().Say("assess.person.note.child"), ""
	case r.aloneTooYoung():
		p.Note = r.language().Say("assess.person.note.adult")
	}
	_, filmed := r.Facts["video.usable_s"]
	p.Short = r.short(p, filmed)
	p.Say = notNil(r.say(filmed))
	if r.Level == "emergency" {
		return p
	}
	p.Speak = r.language().Say("assess.person.speak")
	if filmed {
		p.Speak = r.language().Say("assess.person.speak.filmed")
	}
	if len(p.Say) > 0 {
		p.Speak += " " + r.language().Say("assess.person.speak.like")
	}
	p.Living = r.language().Say("assess.person.living")
	if r.forChild() {
		p.Living = r.language().Say("assess.person.living.child")
	}
	return p
}

// roughS is the length below which a measured time makes rough figures, s: a minute, the
// rest that the short protocol films. Choice of this program.
const roughS = 60

// short puts the page into four answers.
func (r *Report) short(p Person, filmed bool) Short {
	var s Short
	join := r.language().Sentences
	first := func(list []string, most int) string { return join(list[:min(len(list), most)]...) }
	switch {
	case filmed && len(p.Seen) > 0:
		s.Seen = first(p.Seen, shortSeen)
	case filmed:
		s.Seen = r.language().Say("assess.short.seen.nothing")
	case len(p.Told) > 0:
		s.Seen = join(r.language().Say("assess.short.seen.told"), first(p.Told, shortSeen))
	default:
		s.Seen = r.language().Say("assess.short.seen.none")
	}
	s.Sure = r.language().Say("assess.short.sure.answers")
	if filmed {
		usable := r.Facts["video.usable_s"]
		key := "assess.short.sure.measured"
		if usable < roughS {
			key = "assess.short.sure.rough"
		}
		s.Sure = r.language().Say(key, args{"Seconds": fmt.Sprintf("%.0f", usable)})
		if _, known := r.Facts["video.side_known"]; !known {
			s.Sure = join(s.Sure, r.language().Say("assess.short.sure.side"))
		}
	}
	if len(p.Differ)+len(p.Contradictions) > 0 {
		s.Sure = join(s.Sure, r.language().Say("assess.short.sure.differ"))
	}
	switch {
	case p.Fits == "":
		s.May = r.language().Say("assess.short.may.measure")
	case p.First != "":
		s.May = r.language().Sentences(p.Fits, p.First+r.language().Stop())
	case len(p.May) > 0:
		names := []string{}
		for _, m := range p.May {
			names = append(names, midSentence(r.language(), m.Plain))
		}
		s.May = r.language().Say("assess.short.may.names", args{"Names": r.language().Clauses(names...)})
		if r.Differential.Verdict == "withheld" {
			s.May = p.Fits
		}
	default:
		s.May = p.Fits
	}
	switch {
	case len(p.Urgent) > 0:
		s.Do = p.Urgent[0].Do
	case len(p.Advice) > 0:
		s.Do = p.Advice[0].Do
	default:
		s.Do = p.Do
	}
	return s
}

// shortSeen is how many of the sentences on what was seen stand in the short answer.
const shortSeen = 2

// moodFine says whether all four questions about mood and worry were answered with
// "not at all".
func (r *Report) moodFine() bool {
	for _, q := range []string{"mood_nervous", "mood_worry", "mood_interest", "mood_low"} {
		if r.Answered[q] != "0" {
			return false
		}
	}
	return true
}

// limits are what the page does not mean.
func (r *Report) limits(p Person) []string {
	out := []string{
		r.language().Say("assess.person.limits.diagnosis"),
		r.language().Say("assess.person.limits.imagined"),
	}
	switch {
	case p.Clear:
		return append(out, r.language().Say("assess.person.limits.clear"))
	case len(p.Urgent) == 0:
		return append(out, r.language().Say("assess.person.limits.unchecked"))
	}
	return out
}

// do is what stands before the advice, or in its place where there is none.
func (r *Report) do(p Person) string {
	later := r.language().Say("assess.person.do.later")
	switch {
	case len(p.Advice) > 0 && r.Level == "emergency":
		return r.language().Say("assess.person.do.emergency")
	case len(p.Advice) > 0:
		return ""
	case len(p.Urgent) > 0:
		return r.language().Say("assess.person.do.urgent")
	case !p.Clear:
		return r.language().Say("assess.person.do.open") + " " + later
	}
	return r.language().Say("assess.person.do.nothing") + " " + later
}

// settle says what the person can answer or film to make it clearer. In an
// emergency nothing of that matters.
func (r *Report) settle() []string {
	out := []string{}
	if r.Level == "emergency" || len(r.Differential.Candidates) == 0 {
		return out
	}
	film, err := interview.ProtocolIn(r.language(), "full")
	if err != nil {
		panic(err) // embedded
	}
	for _, o := range r.Differential.Candidates[0].Settle {
		line := ""
		if q := interview.In(r.language()).Find(o.Settle.Ask); q != nil {
			if _, said := r.Answered[q.ID]; said { // it was answered, and yet the finding is not known
				continue
			}
			line = r.language().Say("assess.person.settle.ask", args{"Question": q.Text})
		} else if i := slices.IndexFunc(film.Tasks, func(s interview.Step) bool { return s.Task == o.Settle.Film }); i >= 0 {
			line = r.language().Say("assess.person.settle.film", args{"Task": film.Tasks[i].Screen})
		} else if o.Settle.Film == "sleep" {
			line = r.language().Say("assess.person.settle.sleep")
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
	out := []string{r.language().Say("assess.person.ask.else")}
	if r.Purpose == Measure {
		return out
	}
	if top := r.Differential.Candidates[0]; r.Differential.Verdict != "not-enough" && strings.Contains(strings.Join(top.Tests, " "), "MRI") {
		out = append(out, r.language().Say("assess.person.ask.picture"))
	}
	if r.inTreatment() {
		return append(out, r.language().Say("assess.person.ask.treated"))
	}
	return append(out, r.language().Say("assess.person.ask.treatments"), r.language().Say("assess.person.ask.wait"))
}

// inTreatment says whether the answers or the diary name a treatment.
func (r *Report) inTreatment() bool {
	kinds, _ := r.known["treated"].([]string)
	return slices.ContainsFunc(kinds, func(s string) bool { return s != "none" })
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
	for _, d := range StandardIn(r.language()).Flags {
		if slices.Contains(r.Unchecked, d.ID) {
			v.UncheckedTexts = append(v.UncheckedTexts, d.Title)
		}
	}
	return v
}

// seenAndTold are the findings that are there, in plain words: by the
// recording, by the answers alone, and where the two differ.
func (r *Report) seenAndTold() (seen, told, differ []string) {
	counted := false // whether a sentence says how many spasms there were
	if s := r.sideWords(); s != "" {
		line := r.language().Say("assess.person.side", args{"Side": s})
		_, oneSided := r.Facts["video.one_sided_share"]
		if _, known := r.Facts["video.side_known"]; oneSided && known { // else the answers say which side it is
			sided, known := r.Facts["measure.affected"]
			if n := r.Facts["measure.spasms"]; n > 0 && known { // with how much certainty
				counted = true
				line = r.language().Say("assess.person.side.filmed", args{"Side": s, "Sided": sided, "Of": n})
			}
			seen = append(seen, line)
		} else {
			told = append(told, line)
		}
	}
	// Without a side the number stands alone.
	if n := r.Facts["measure.spasms"]; n > 0 && !counted {
		seen = append(seen, r.language().Say("assess.person.spasms", args{"Number": fmt.Sprintf("%.0f", n), "Seconds": fmt.Sprintf("%.0f", r.Facts["video.usable_s"])}))
	}
	if n, ok := r.Facts["video.spasms"]; ok && n == 0 && r.Facts["video.spells"] == 0 {
		seen = append(seen, r.language().Say("assess.person.noSpasm", args{"Seconds": fmt.Sprintf("%.0f", r.Facts["video.usable_s"])}))
	}
	for _, f := range r.Findings {
		byFilm := slices.Contains(f.From, "video")
		if f.Conflict {
			key := "assess.person.differ.told"
			if (f.Status == "yes") == r.filmHolds(f) {
				key = "assess.person.differ.seen"
			}
			differ = append(differ, r.language().Say(key, args{"Finding": f.Plain}))
		}
		switch {
		case f.Status != "yes" || f.ID == "UNI" || f.ID == "MOVES":
		case f.ID == "REST" && f.Value != nil && *f.Value >= 1:
			whole := func(x float64) string { return fmt.Sprintf("%.0f", x) }
			key := "assess.person.rest"
			if _, asked := r.Facts["video.rest_asked"]; !asked { // no rest was filmed: the time in which nothing was asked
				key = "assess.person.unasked"
			}
			line := r.language().Say(key, args{"Times": whole(*f.Value)})
			if f.CI95 != nil {
				line = r.language().Say(key+".range", args{"Times": whole(*f.Value), "Low": whole(f.CI95[0]), "High": whole(f.CI95[1])})
			}
			seen = append(seen, line)
		case byFilm && r.filmHolds(f):
			if len(seen) < 8 {
				seen = append(seen, f.Plain+".")
			}
		case len(told) < 8:
			told = append(told, f.Plain+".")
		}
	}
	if s, _ := r.Answered["side"].(string); r.Side != nil && (s == "left" || s == "right") && (*r.Side == "left" || *r.Side == "right") && s != *r.Side {
		differ = append(differ, r.language().Say("assess.person.differ.side", args{"Side": r.language().Name("assess.side", s), "Half": r.sideWords()}))
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
	if key := "assess.half." + *r.Side; r.language().Has(key) {
		return r.language().Say(key)
	}
	return ""
}

// plainReasons joins the weightiest three reasons of a status in plain words.
func plainReasons(l *words.Language, rs []Reason, status string) string {
	var out []string
	for _, x := range rs {
		if x.Status == status && x.Counted && math.Abs(x.Log10LR) >= 0.15 && len(out) < 3 {
			out = append(out, midSentence(l, x.Plain))
		}
	}
	if len(out) == 0 {
		return ""
	}
	return l.Clauses(out...) + l.Stop()
}
