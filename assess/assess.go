package assess

import (
	"cmp"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"facialis/interview"
	"facialis/words"
)

// Schema names the shape of a Report.
const Schema = "facialis.assessment/1"

// Finding is one finding in one person.
type Finding struct {
	ID         string      `json:"id"`
	Name       string      `json:"name"`
	Plain      string      `json:"plain"`
	Definition string      `json:"definition"`
	Status     string      `json:"status"` // yes, no, unknown
	From       []string    `json:"from"`   // video, answer
	Conflict   bool        `json:"conflict,omitempty"`
	Value      *float64    `json:"value"` // the measured figure, null if none
	CI95       *[2]float64 `json:"ci95"`
	Settle     Settle      `json:"settle"`
	// Lacks is what the recording lacks for this finding (see Needs); empty where it
	// is good enough or there is none.
	Lacks []string `json:"lacks,omitempty"`
}

// Flag is a red flag or advice that applies.
type Flag struct {
	ID     string `json:"id"`
	Level  string `json:"level"`
	Title  string `json:"title"`
	Do     string `json:"do"`
	Why    string `json:"why"`
	Source string `json:"source"`

	aside     bool
	fallback  bool
	withholds bool // no headline beside it
}

// replaces says whether this flag makes another one, a fallback, superfluous.
// Two fallbacks of one level both stay: if each removed the other, no advice
// would be left.
func (f Flag) replaces(fallback Flag) bool {
	mine, its := slices.Index(levels, f.Level), slices.Index(levels, fallback.Level)
	return !f.aside && (mine < its || (mine == its && !f.fallback))
}

// Term is one summand of the type score; Applies is yes, no or unknown.
type Term struct {
	ID      string  `json:"id"`
	Text    string  `json:"text"`
	Applies string  `json:"applies"`
	Weight  float64 `json:"weight"`
	Tag     string  `json:"tag"`
	Source  string  `json:"source"`
}

// Type says which way the picture leans, primary or post-paralytic.
type Type struct {
	Verdict        string  `json:"verdict"`    // primary-leaning, undetermined, post-paralytic-leaning
	Applicable     bool    `json:"applicable"` // false where both sides move together or no spasm of the facial nerve is in question
	Score          float64 `json:"score"`
	Limit          float64 `json:"limit"`
	Terms          []Term  `json:"terms"`
	SeedVerdict    string  `json:"seed_verdict"` // primary, post-paralytic, undecided
	SeedText       string  `json:"seed_text"`
	LiteratureText string  `json:"literature_text"`
}

// Grade is a scale's reading: Low and High differ where an answer is missing.
type Grade struct {
	ID      string   `json:"id"`
	Name    string   `json:"name"`
	Low     int      `json:"low"`
	High    int      `json:"high"`
	Text    string   `json:"text"`
	Rule    string   `json:"rule"`
	Tag     string   `json:"tag"`
	Source  string   `json:"source"`
	Change  *float64 `json:"smallest_important_change,omitempty"`
	Missing []string `json:"missing,omitempty"`
	// Figures are the measured figures that the rule looked at, by name of fact.
	Figures map[string]float64 `json:"figures,omitempty"`
	// Rated is an examiner's own value; it is not mixed with the program's.
	Rated *Rating `json:"rated"`
}

// Film names the recording that an assessment rests on.
type Film struct {
	ID    string    `json:"id"`
	Label string    `json:"label"`
	At    time.Time `json:"at"`
}

// Report is the assessment of one person at one time.
type Report struct {
	Schema        string             `json:"schema"`
	Setting       string             `json:"setting"`
	Purpose       string             `json:"purpose"`   // compare, measure
	Recording     *Film              `json:"recording"` // the one that counts; null where none is named
	Side          *string            `json:"side"`      // affected side; null if not known
	Level         string             `json:"level"`
	Flags         []Flag             `json:"flags"`
	Unchecked     []string           `json:"unchecked_flags"` // could not be decided: an answer is missing
	Type          Type               `json:"type"`
	Differential  Differential       `json:"differential"`
	Findings      []Finding          `json:"findings"`
	Locks         []Lock             `json:"locks"`
	Grades        []Grade            `json:"grades"`
	Disagreements []Note             `json:"disagreements"`
	Pictures      []Picture          `json:"pictures"` // what the person comes with, by name
	Facts         map[string]float64 `json:"facts"`    // every measured or derived figure
	Answered      map[string]any     `json:"answered"`
	// Contradictions are answers that cannot all be right, as sentences.
	Contradictions []string `json:"contradictions"`

	known   interview.Facts
	clashes []Clash         // Contradictions with the questions that they are about
	lang    *words.Language // in which it speaks
}

// Levels of advice, the most pressing first.
var levels = []string{"emergency", "urgent", "routine", "watch"}

// Assess turns what is known into a report. The input needs a recording or
// answers; everything else may be missing.
func Assess(in Input) (*Report, error) {
	lang := cmp.Or(in.Language, words.Default())
	ev := StandardIn(lang)
	if in.Setting == "" {
		in.Setting = "public"
	}
	if _, ok := ev.Priors[in.Setting]; !ok {
		return nil, fmt.Errorf("assess: there is no setting %q", in.Setting)
	}
	if in.Purpose != "" && in.Purpose != Compare && in.Purpose != Measure {
		return nil, fmt.Errorf("assess: there is no purpose %q", in.Purpose)
	}
	if in.Video == nil && in.Answers == nil {
		return nil, fmt.Errorf("assess: there is neither a recording nor an answer")
	}
	f, ls := facts(in)
	r := &Report{lang: lang, Schema: Schema, Setting: in.Setting, Locks: ls, Facts: map[string]float64{}, Answered: map[string]any{}}
	if in.Answers != nil {
		r.Answered = in.Answers.Values
	}
	if v := in.Video; v != nil && v.ID != "" {
		r.Recording = &Film{v.ID, v.Label, v.At}
	}
	for k, v := range f {
		if x, ok := v.(float64); ok && !math.IsNaN(x) && !math.IsInf(x, 0) {
			r.Facts[k] = x
		}
	}
	if s, ok := f["side.affected"].(string); ok {
		r.Side = &s
	}
	for _, d := range ev.Findings {
		x := find(d, f)
		if x.Status != "unknown" {
			f["f."+d.ID] = x.Status
		}
		r.Findings = append(r.Findings, x)
	}
	r.filmedLock()
	r.Differential = differential(ev, in.Setting, r.Findings, f)
	if ev.informative(r.Answered) < MinAnswers {
		r.fewAnswers(in.Video != nil)
	}
	r.flags(ev, f, in.Video != nil)
	r.withhold(ev)
	r.typeScore(ev, f)
	f["type.verdict"] = r.Type.Verdict
	r.codes(ev)
	r.ways()
	r.grades(ev, f)
	r.rated(in.Ratings)
	for _, n := range ev.Notes {
		if n.When.Eval(f) == interview.Yes {
			r.Disagreements = append(r.Disagreements, n)
		}
	}
	r.pictures(ev, f)
	r.known = f
	r.clashes, r.Contradictions = r.contradictions(in.day()), []string{}
	for _, c := range r.clashes {
		r.Contradictions = append(r.Contradictions, c.Text)
	}
	if r.Purpose = cmp.Or(in.Purpose, Compare); r.Purpose == Measure {
		r.onlyMeasure()
	}
	r.Flags, r.Unchecked, r.Locks = notNil(r.Flags), notNil(r.Unchecked), notNil(r.Locks)
	r.Grades, r.Disagreements = notNil(r.Grades), notNil(r.Disagreements)
	return r, nil
}

// Emergencies are what answers say that cannot wait for the rest of the
// questions, in a language; nil is the process's own.
func Emergencies(a *interview.Response, today time.Time, language *words.Language) ([]Flag, error) {
	flags, _, err := SoFar(a, nil, today, language)
	return flags, err
}

// SoFar is what a page tells between two questions: the emergencies that the answers
// so far point to, and which of them cannot all be right, with the treatments that the
// diary names. It speaks the language, or the process's own where that is nil.
func SoFar(a *interview.Response, treatments []Treatment, today time.Time, language *words.Language) ([]Flag, []Clash, error) {
	r, err := Assess(Input{Answers: a, Treatments: treatments, Today: today, Language: language})
	if err != nil {
		return nil, nil, err
	}
	return slices.DeleteFunc(notNil(r.Flags), func(f Flag) bool { return f.Level != "emergency" }), r.clashes, nil
}

// notNil keeps lists that are empty from being written as null.
func notNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// find decides one finding from the recording and the answers. Where they
// disagree the preferred one (the recording, unless the definition says
// otherwise) holds, and the finding is marked.
func find(d FindingDef, f interview.Facts) Finding {
	out := Finding{ID: d.ID, Name: d.Name, Plain: d.Plain, Definition: d.Definition, Status: "unknown", From: []string{}, Settle: d.Settle}
	v, a := d.Video.eval(f), d.Answer.eval(f)
	if _, filmed := f["video.usable_s"]; filmed && d.Video != nil {
		if out.Lacks = d.Needs.lacks(f); len(out.Lacks) > 0 {
			v = interview.Unknown
		}
	}
	if v != interview.Unknown {
		out.From = append(out.From, "video")
	}
	if a != interview.Unknown {
		out.From = append(out.From, "answer")
	}
	first, second := v, a
	if d.Prefer == "answer" {
		first, second = a, v
	}
	if first == interview.Unknown {
		first, second = second, first
	}
	out.Status = first.String()
	out.Conflict = second != interview.Unknown && first != second
	if d.Seen != "" && v != interview.Unknown && (a == interview.Unknown || d.Prefer != "answer") {
		out.Plain = d.Seen
	}
	if x, ok := f[d.Fact].(float64); ok {
		out.Value = &x
		lo, ok1 := f[d.Fact+".lo"].(float64)
		hi, ok2 := f[d.Fact+".hi"].(float64)
		if ok1 && ok2 {
			out.CI95 = &[2]float64{lo, hi}
		}
	}
	return out
}

func (r *Rule) eval(f interview.Facts) interview.Truth {
	if r == nil {
		return interview.Unknown
	}
	yes := r.Yes.Eval(f)
	if yes == interview.Yes || r.No == nil {
		return yes
	}
	if r.No.Eval(f) == interview.Yes {
		return interview.No
	}
	return interview.Unknown
}

// flags raises what applies. Where there is no recording, only an answer can be
// what a flag lacks.
func (r *Report) flags(ev *Evidence, f interview.Facts, filmed bool) {
	if !filmed {
		f = maps.Clone(f)
		for _, d := range ev.Flags {
			for _, n := range d.When.Names() {
				if _, have := f[n]; !have && strings.HasPrefix(n, "video.") {
					f[n] = math.NaN() // no comparison holds
				}
			}
		}
	}
	for _, d := range ev.Flags {
		switch d.When.Eval(f) {
		case interview.Yes:
			r.Flags = append(r.Flags, Flag{d.ID, d.Level, d.Title, d.Do, d.Why, d.Source, d.Aside, d.Else, d.Withholds})
		case interview.Unknown:
			r.Unchecked = append(r.Unchecked, d.ID)
		}
	}
	r.leadAdvice(ev)
	raised := slices.Clone(r.Flags)
	r.Flags = slices.DeleteFunc(r.Flags, func(f Flag) bool {
		return f.fallback && slices.ContainsFunc(raised, func(o Flag) bool { return o.replaces(f) })
	})
	slices.SortStableFunc(r.Flags, func(a, b Flag) int { return slices.Index(levels, a.Level) - slices.Index(levels, b.Level) })
	if len(r.Flags) > 0 {
		r.Level = r.Flags[0].Level
	}
}

// leadAdvice raises the advice to what the leading entity calls for. Without it
// a page could name a stroke and yet say that there is time.
func (r *Report) leadAdvice(ev *Evidence) {
	first := r.Differential.Candidates[0]
	if r.Differential.Verdict != "leading" && (r.Differential.Verdict != "open" || first.Share < leadShare) {
		return
	}
	id := first.ID
	d := ev.Entity(id).Lead
	if d == nil {
		return
	}
	f := Flag{"LEAD-" + id, d.Level, d.Title, d.Do, d.Why, d.Source, false, false, false}
	if !slices.ContainsFunc(r.Flags, func(o Flag) bool {
		return !o.aside && slices.Index(levels, o.Level) <= slices.Index(levels, f.Level)
	}) {
		r.Flags = append(r.Flags, f)
	}
}

// leadShare is the share from which on the first of several close ones has its own
// advice too: it is likelier than all others together. Estimate of this program.
const leadShare = 0.5

// fewAnswers is the verdict where next to nothing was answered. A recording alone
// shows what moves, on which side and how; it names no illness.
func (r *Report) fewAnswers(filmed bool) {
	d := &r.Differential
	switch {
	case !filmed:
		d.Verdict = "not-enough"
	case d.Verdict == "leading" && d.Candidates[0].ID == "NORMAL":
		d.Verdict = "nothing-unusual"
	case d.Verdict != "not-enough":
		d.Verdict = "film-alone"
	}
}

// withhold names nothing harmless as the best fit beside a flag that presses, and
// nothing that has no pressing advice of its own beside an emergency or a flag that
// withholds (new spasms in a child): what the flag is about must be ruled out first.
func (r *Report) withhold(ev *Evidence) {
	if r.Differential.Verdict != "leading" {
		return
	}
	first := ev.Entity(r.Differential.Candidates[0].ID)
	strict := r.Level == "emergency" || slices.ContainsFunc(r.Flags, func(f Flag) bool { return f.withholds })
	if first.Harmless && r.pressing() || first.Lead == nil && strict {
		r.Differential.Verdict = "withheld"
	}
}

// pressing says whether the advice is urgent or an emergency.
func (r *Report) pressing() bool { return r.Level == "emergency" || r.Level == "urgent" }

// typeShare is the share that a spasm of the facial nerve must have for the
// question of its type to arise.
const typeShare = 0.02

func (r *Report) typeScore(ev *Evidence, f interview.Facts) {
	d := ev.Type
	t := Type{Limit: d.Limit, SeedText: d.Seed.Text, LiteratureText: d.Seed.Literature, Verdict: "undetermined", SeedVerdict: "undecided"}
	t.Applicable = f["f.BSYN"] != "yes" && slices.ContainsFunc(r.Differential.Candidates, func(c Candidate) bool {
		return c.Share >= typeShare && slices.Contains([]string{"HFS1", "PPS", "PTC", "CPA"}, c.ID)
	})
	known := false
	for _, x := range d.Terms {
		a := x.When.Eval(f)
		if a == interview.Yes {
			t.Score += x.Weight
			known = true
		}
		t.Terms = append(t.Terms, Term{x.ID, x.Text, a.String(), x.Weight, x.Tag, x.Source})
	}
	t.Score = math.Round(t.Score*100) / 100
	switch {
	case !t.Applicable:
	case known && t.Score > d.Limit:
		t.Verdict = "post-paralytic-leaning"
	case known && t.Score < -d.Limit && d.NotPrimary.Eval(f) != interview.Yes:
		t.Verdict = "primary-leaning"
	}
	switch {
	case d.Seed.Primary.Eval(f) == interview.Yes:
		t.SeedVerdict = "primary"
	case d.Seed.PostParalytic.Eval(f) == interview.Yes:
		t.SeedVerdict = "post-paralytic"
	}
	r.Type = t
}

// grades reads every scale. A grade about which nothing is known is left out.
func (r *Report) grades(ev *Evidence, f interview.Facts) {
	for _, d := range ev.Grades {
		if d.For.Eval(f) != interview.Yes {
			continue
		}
		g := Grade{ID: d.ID, Name: d.Name, Rule: d.Rule, Tag: d.Tag, Source: d.Source, Change: d.Change}
		known := false
		if d.Sum != nil {
			known = r.sum(d, f, &g)
		} else {
			known = g.level(d, f)
		}
		if !known {
			continue
		}
		g.addFigures(d, f)
		g.Text = r.gradeText(d, g)
		r.Grades = append(r.Grades, g)
	}
}

// level reads the lowest and the highest level that the facts leave open, and what
// is missing to tell them apart; false where nothing about the scale is known.
func (g *Grade) level(d GradeDef, f interview.Facts) bool {
	low, high := -1, -1
	known := false
	for _, l := range d.Levels {
		t := l.When.Eval(f)
		known = known || t == interview.Yes || slices.ContainsFunc(l.When.Names(), func(n string) bool { _, have := f[n]; return have })
		if t == interview.No {
			continue
		}
		high = max(high, l.Value)
		low = l.Value
		if t == interview.Yes {
			break
		}
		g.addMissing(l.When.Names(), f)
	}
	if low < 0 || !known {
		return false
	}
	g.Low, g.High = low, high
	return true
}

func (g *Grade) addMissing(names []string, f interview.Facts) {
	for _, n := range names {
		if _, have := f[n]; !have && !slices.Contains(g.Missing, n) {
			g.Missing = append(g.Missing, n)
		}
	}
}

// addFigures keeps the measured numbers that the scale's levels ask for.
func (g *Grade) addFigures(d GradeDef, f interview.Facts) {
	for _, l := range d.Levels {
		for _, n := range l.When.Names() {
			x, ok := f[n].(float64)
			if !ok || !strings.Contains(n, ".") {
				continue
			}
			if g.Figures == nil {
				g.Figures = map[string]float64{}
			}
			g.Figures[n] = x
		}
	}
}

// rated puts the examiners' readings beside the grades. A scale that the program does
// not read has a line of its own without a value.
func (r *Report) rated(list []Rating) {
	for i := range list {
		x := &list[i]
		if g := slices.IndexFunc(r.Grades, func(g Grade) bool { return g.ID == x.Grade }); g >= 0 {
			r.Grades[g].Rated = x
			continue
		}
		name, rule := r.language().Say("assess.grade.unread", args{"Scale": x.Grade}), r.language().Say("assess.grade.unread.rule")
		if i := slices.IndexFunc(StandardIn(r.language()).Grades, func(d GradeDef) bool { return d.ID == x.Grade }); i >= 0 {
			name = StandardIn(r.language()).Grades[i].Name
		}
		r.Grades = append(r.Grades, Grade{ID: x.Grade, Name: name, Low: -1, High: -1, Text: "–", Rule: rule, Rated: x})
	}
}

// sum adds answers or other grades; what is missing may be anything from 0 to
// the item's maximum.
func (r *Report) sum(d GradeDef, f interview.Facts, g *Grade) bool {
	known := false
	for _, id := range d.Sum.Items {
		x, ok := number(f, id)
		if !ok {
			g.High += d.Sum.Max
			g.Missing = append(g.Missing, id)
			continue
		}
		known = true
		g.Low, g.High = g.Low+int(x), g.High+int(x)
	}
	for _, id := range d.Sum.Grades {
		i := slices.IndexFunc(r.Grades, func(x Grade) bool { return x.ID == id })
		if i < 0 {
			g.High += d.Sum.Max
			g.Missing = append(g.Missing, id)
			continue
		}
		known = true
		g.Low, g.High = g.Low+r.Grades[i].Low, g.High+r.Grades[i].High
	}
	return known
}

func (r *Report) gradeText(d GradeDef, g Grade) string {
	one := func(n int) string {
		if w, ok := d.Words[n]; ok {
			return w
		}
		if d.Roman && n >= 1 && n <= 4 {
			return [...]string{"I", "II", "III", "IV"}[n-1]
		}
		return fmt.Sprint(n)
	}
	if g.Low == g.High {
		return one(g.Low)
	}
	return r.language().Say("assess.grade.span", args{"Low": one(g.Low), "High": one(g.High)})
}
