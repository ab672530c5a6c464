package assess

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strings"
	"testing"

	"facialis/event"
	"facialis/interview"
	"facialis/measure"
	"facialis/words"
)

// full is the whole picture of a primary hemifacial spasm, told.
func full39() m {
	return m{"now": list("none"), "age": 39, "kind": list("twitch", "close"), "side": "left", "first_place": "lower_lid", "places": list("eye", "cheek", "mouth"),
		"together": "yes", "brow_when_closing": "up", "rest": "yes", "hold": "no", "urge": "no", "sleep": "less", "palsy": "no", "signs": list("none"), "aware": "yes",
		"since": "2025-11", "sudden": "no"}
}

func flagged(r *Report, id string) bool {
	return slices.ContainsFunc(r.Flags, func(f Flag) bool { return f.ID == id })
}

func share(r *Report, id string) float64 { return r.candidate(id).Share }

// One birthday more or less changes little, at any age.
func TestAgesChangeSmoothly(t *testing.T) {
	const most = 0.25 // log10, from one year to the next
	for _, ageAlone := range []bool{false, true} {
		var before *Report
		for age := 2; age <= 90; age++ {
			a := with(full39(), "age", age)
			if ageAlone {
				delete(a, "since")
			}
			r := run(t, told(t, a))
			if before != nil {
				for _, c := range r.Differential.Candidates {
					if step := math.Abs(c.Log10 - before.candidate(c.ID).Log10); step > most {
						t.Errorf("%s moves by %.2f from %d to %d years", c.ID, step, age-1, age)
					}
				}
			}
			before = r
		}
	}
	child, adult := run(t, told(t, with(full39(), "age", 8))), run(t, told(t, full39()))
	if share(child, "HFS1") >= share(adult, "HFS1") {
		t.Errorf("a spasm at eight is as likely a primary one (%.2f) as at thirty-nine (%.2f)", share(child, "HFS1"), share(adult, "HFS1"))
	}
}

// A guardian answers for a child: no mood is asked, nothing is said to an infant
// about itself, and the page says who is meant.
func TestAGuardianAnswers(t *testing.T) {
	a := with(with(full39(), "age", 5), "who", "guardian")
	r := run(t, told(t, a))
	v := r.Person()
	if !v.ForChild || v.Note == "" || v.Mood != "" || v.Crisis != "" || !strings.Contains(v.Living, "child") {
		t.Errorf("for a child: %+v", v)
	}
	if !flagged(r, "U-CHILD") || r.Level != "urgent" {
		t.Errorf("new spasms in a child: %s %v", r.Level, r.Flags)
	}
	for _, q := range interview.Standard().Open(told(t, a).Answers) {
		if strings.HasPrefix(q.ID, "mood_") || q.ID == "more_impact" {
			t.Errorf("a guardian is asked %q", q.Text)
		}
	}
	open := func(a m) string {
		var ids []string
		for _, q := range interview.Standard().Open(told(t, a).Answers) {
			ids = append(ids, q.ID)
		}
		return strings.Join(ids, " ")
	}
	if strings.Contains(open(with(full39(), "age", 40)), "who") || !strings.Contains(open(with(full39(), "age", 9)), "who") {
		t.Error("who answers is asked of children alone")
	}
	if run(t, told(t, with(full39(), "age", 9))).Person().Note != words.English().Say("assess.person.note.adult") {
		t.Error("a child of nine alone is not asked to fetch an adult")
	}
}

// Who is treated is not told to ask for a referral as if it were new, whether the
// diary or the answers tell of it.
func TestTreatedPeople(t *testing.T) {
	anew := regexp.MustCompile(`Ask your doctor to send you to a neurologist`)
	diary := told(t, full39())
	diary.Treatments = []Treatment{{Kind: "botulinum", From: day.AddDate(0, -2, 0)}}
	old := told(t, full39())
	old.Treatments = []Treatment{{Kind: "botulinum", From: day.AddDate(-1, 0, 0)}}
	for name, in := range map[string]Input{
		"answers": told(t, with(full39(), "treated", list("botulinum"))),
		"surgery": told(t, with(full39(), "treated", list("decompression"))),
		"diary":   diary, "long ago": old,
	} {
		r := run(t, in)
		if !flagged(r, "R-TREATED") {
			t.Errorf("%s: %v", name, r.Flags)
		}
		for _, f := range r.Flags {
			if anew.MatchString(f.Do) {
				t.Errorf("%s: %s says %q", name, f.ID, f.Do)
			}
		}
	}
	if r := run(t, told(t, full39())); !flagged(r, "R-HFS") || flagged(r, "R-TREATED") {
		t.Errorf("who is not treated: %v", r.Flags)
	}
	planned := told(t, full39())
	planned.Treatments = []Treatment{{Kind: "botulinum", From: day.AddDate(0, 1, 0)}}
	if r := run(t, planned); flagged(r, "R-TREATED") {
		t.Error("an injection that is planned counts as given")
	}
}

// A result of an examination moves what it speaks for, and one that was not had
// moves nothing.
func TestExaminations(t *testing.T) {
	base := with(full39(), "age", 52)
	at := func(more m, id string) float64 {
		a := base
		for k, v := range more {
			a = with(a, k, v)
		}
		return run(t, told(t, a)).candidate(id).Log10
	}
	for _, c := range []struct {
		up   m
		id   string
		down m
	}{
		{m{"examined": list("mri"), "mri": list("mass")}, "CPA", m{"examined": list("mri"), "mri": list("none")}},
		{m{"examined": list("mri"), "mri": list("vessel"), "vessel_side": "left"}, "HFS1", m{"examined": list("mri"), "mri": list("vessel"), "vessel_side": "right"}},
		{m{"examined": list("mri"), "mri": list("plaque")}, "FACMYO", m{"examined": list("mri"), "mri": list("none")}},
		{m{"examined": list("emg"), "emg": list("lateral_spread")}, "HFS1", m{"examined": list("emg"), "emg": list("none")}},
		{m{"examined": list("emg"), "emg": list("blink_mouth")}, "PPS", m{"examined": list("emg"), "emg": list("none")}},
		{m{"examined": list("emg"), "emg": list("denervation")}, "ALS", m{"examined": list("emg"), "emg": list("none")}},
		{m{"examined": list("eeg"), "eeg": "attack_yes"}, "FMS", m{"examined": list("eeg"), "eeg": "attack_no"}},
		{m{"examined": list("blood"), "calcium": "low"}, "HYPOCA", m{"examined": list("blood"), "calcium": "normal"}},
		{m{"examined": list("blood"), "glucose": "high"}, "EPC", m{"examined": list("blood"), "glucose": "normal"}},
		{m{"examined": list("blood"), "lgi1": "found"}, "FBDS", m{"examined": list("blood"), "lgi1": "none"}},
	} {
		up, none, down := at(c.up, c.id), at(m{}, c.id), at(c.down, c.id)
		if up <= none || down >= none {
			t.Errorf("%s: %v gives %.2f, nothing %.2f, %v %.2f", c.id, c.up, up, none, c.down, down)
		}
	}
	// a mass outweighs a typical picture; that is what makes it worth an entry
	a := with(with(with(base, "examined", list("mri")), "mri", list("mass")), "signs", list("numb"))
	if r := run(t, told(t, a)); share(r, "CPA") < share(r, "HFS1")/2 || r.Level != "urgent" {
		t.Errorf("with a mass in the MRI: HFS1 %.2f, CPA %.2f, %s", share(r, "HFS1"), share(r, "CPA"), r.Level)
	}
}

// Answers that cannot all be right are named; those that can are not.
func TestContradictions(t *testing.T) {
	for _, c := range []struct {
		a    m
		want string
	}{
		{m{"since": "2027-01"}, "future"},
		{m{"since": "2024-05", "spread_since": "2023-02"}, "spread"},
		{m{"age": 20, "since": "1990"}, "birth"},
		{m{"kind": list("none"), "places": list("mouth"), "hold": "no"}, "nothing"},
		{m{"since": "2024-05", "spread_since": "2024"}, ""},
		{m{"age": 20, "since": "2006"}, ""},
		{m{"kind": list("none")}, ""},
		{full39(), ""},
	} {
		got := run(t, told(t, c.a)).Person().Contradictions
		if c.want == "" && len(got) > 0 || c.want != "" && !slices.Contains(got, words.English().Say("assess.contradict."+c.want)) {
			t.Errorf("%v: %q, want %q", c.a, got, c.want)
		}
	}
	in := told(t, with(full39(), "treated", list("none")))
	in.Treatments = []Treatment{{Kind: "drugs", From: day.AddDate(0, -1, 0)}}
	if got := run(t, in).Contradictions; !slices.Contains(got, words.English().Say("assess.contradict.treated")) {
		t.Errorf("the diary names a drug, the answers deny it: %q", got)
	}
}

// What measures names no disease, ranks nothing and still tells of an emergency;
// what compares gives a person guidance without a list and its shares.
func TestPurposes(t *testing.T) {
	in := told(t, full39())
	in.Video = film("left")
	in.Purpose = Measure
	r := run(t, in)
	if len(r.Differential.Candidates) > 0 || len(r.Pictures) > 0 || len(r.Type.Terms) > 0 || r.Level != "" || len(r.Grades) == 0 {
		t.Errorf("measure compares: %+v", r.Differential)
	}
	page := string(PersonHTML(r)) + string(ClinicianHTML(r))
	for _, e := range Standard().Entities {
		if strings.Contains(page, e.Plain+".") || strings.Contains(page, ">"+e.Name+"<") {
			t.Errorf("a page that measures names %s", e.Name)
		}
	}
	stroke := told(t, m{"now": list("droop")})
	stroke.Purpose = Measure
	if r := run(t, stroke); r.Level != "emergency" || len(r.Person().Urgent) == 0 {
		t.Error("a stroke is not told where only measuring is meant")
	}
	in.Purpose = Compare
	v := run(t, in).Guidance()
	if len(v.Differential.Candidates) > 0 || len(v.Person.May) == 0 || v.Person.Do == "" && len(v.Person.Advice) == 0 {
		t.Errorf("guidance: %+v", v.Person)
	}
	if _, err := Assess(Input{Purpose: "guess", Answers: in.Answers}); err == nil {
		t.Error("any purpose is taken")
	}
}

// No sentence says of a disease that it is harmless, no danger or cured without a
// condition: it may stand beside a flag that says otherwise.
func TestNothingIsReassuringWithoutACondition(t *testing.T) {
	flat := regexp.MustCompile(`(?i)(is not a danger|is no danger|not dangerous|it is harmless|are sound|can end it|antidote|looked at once)`)
	condition := regexp.MustCompile(`(?i)(if|as a rule|mostly|without|where|usually)`)
	check := func(where, text string) {
		for _, s := range strings.Split(text, ". ") {
			if flat.MatchString(s) && !condition.MatchString(s) {
				t.Errorf("%s: %q", where, s)
			}
		}
	}
	for _, e := range Standard().Entities {
		check(e.ID, e.About)
	}
	for _, f := range Standard().Flags {
		check(f.ID, f.Do+". "+f.Why)
	}
	for _, k := range words.English().Keys() {
		if strings.HasPrefix(k, "assess.") {
			check(k, fmt.Sprint(words.English().Source(k)))
		}
	}
}

// Every answer moves something, or says that it is for the doctor.
func TestEveryAnswerMovesSomething(t *testing.T) {
	ev := Standard()
	used := map[string]bool{} // "question=option" or "question"
	use := func(c interview.Cond) {
		for _, l := range c.Leaves() {
			for _, v := range strings.Split(l.Value, "|") {
				used[l.Fact+"="+v] = true
			}
			if !slices.Contains([]string{"=", "in", "has"}, l.Op) {
				used[l.Fact] = true
			}
			if l.Op == "same" {
				used[l.Value] = true
			}
		}
	}
	for _, d := range ev.Findings {
		for _, r := range []*Rule{d.Video, d.Answer} {
			if r != nil {
				use(r.Yes)
				if r.No != nil {
					use(*r.No)
				}
			}
		}
	}
	for _, d := range ev.Flags {
		use(d.When)
	}
	for _, e := range ev.Entities {
		for _, c := range []*interview.Cond{e.Out, e.Sign} {
			if c != nil {
				use(*c)
			}
		}
	}
	for _, x := range ev.Type.Terms {
		use(x.When)
	}
	use(ev.Type.NotPrimary)
	use(ev.Type.Seed.Primary)
	use(ev.Type.Seed.PostParalytic)
	for _, n := range ev.Notes {
		use(n.When)
	}
	for _, p := range ev.Pictures {
		use(p.When)
	}
	for _, g := range ev.Grades {
		use(g.For)
		for _, l := range g.Levels {
			use(l.When)
		}
		if g.Sum != nil {
			for _, id := range g.Sum.Items {
				used[id] = true
			}
		}
	}
	for _, id := range []string{"mood_low", "mood_interest", "mood_nervous", "mood_worry", "since", "spread_since", "palsy_since", "operated", "age", "who", "irritable"} {
		used[id] = true // counted in facts.go and person.go
	}
	q := interview.Standard()
	for _, k := range q.Questions {
		use(k.When) // an answer that opens a question moves something
	}
	for _, k := range q.Questions {
		if k.Type == "number" && !used[k.ID] && !k.ForDoctor {
			t.Errorf("%s moves nothing and is not marked as for the doctor", k.ID)
		}
		if used[k.ID] {
			if k.ForDoctor {
				t.Errorf("%s is said to be for the doctor and moves something", k.ID)
			}
			continue
		}
		moved := 0
		for _, o := range k.Options {
			if used[k.ID+"="+o.Value] {
				moved++
				if o.ForDoctor {
					t.Errorf("%s=%s is said to be for the doctor and moves something", k.ID, o.Value)
				}
			}
		}
		// of a question in which something is told, "none" and the last alternative say that the rest is not so
		for _, o := range k.Options {
			if !used[k.ID+"="+o.Value] && !k.ForDoctor && !o.ForDoctor && !(moved > 0 && o.Value == "none") && !(k.Type == "yesno" && moved > 0) {
				t.Errorf("%s=%s moves nothing and is not marked as for the doctor", k.ID, o.Value)
			}
		}
	}
}

func list(v ...string) []string { return v }

// with is the answers with another one.
func with(a m, id string, v any) m {
	out := maps.Clone(a)
	out[id] = v
	return out
}

// An examiner's value stands beside the program's and changes nothing.
func TestRatingsStandBeside(t *testing.T) {
	in := Input{Video: film("left")}
	plain := run(t, in)
	in.Ratings = []Rating{{Grade: "smc", Value: 4, By: "Dr. A", At: day}, {Grade: "hsgs", Value: 12, At: day}}
	r := run(t, in)
	a, b := plain.grade("smc"), r.grade("smc")
	if b.Rated == nil || b.Rated.Value != 4 || b.Low != a.Low || b.High != a.High || b.Text != a.Text {
		t.Errorf("%+v, without the rating %+v", b, a)
	}
	if g := r.grade("hsgs"); g == nil || g.Low != -1 || g.Rated.Value != 12 {
		t.Errorf("a scale that the program does not read: %+v", g)
	}
	if page := string(ClinicianHTML(r)); !strings.Contains(page, "rated 4 by Dr. A, 1 June 2026") {
		t.Error("the page does not show the rating")
	}
}

// The score of daily life claims no published limit, since its words are our own.
func TestOwnWordsClaimNoPublishedLimit(t *testing.T) {
	for _, d := range Standard().Grades {
		if (d.ID == "hfs7" || d.ID == "hfs8") && (d.Change != nil || d.Tag == "published") {
			t.Errorf("%s: %+v", d.ID, d)
		}
	}
	for id, want := range map[string]string{"mood_nervous": "Feeling nervous, anxious or on edge", "mood_worry": "Not being able to stop or control worrying",
		"mood_interest": "Little interest or pleasure in doing things", "mood_low": "Feeling down, depressed, or hopeless"} {
		q := interview.Standard().Find(id)
		if q.Text != "Over the last 2 weeks, how often have you been bothered by the following problems? "+want {
			t.Errorf("%s asks %q", id, q.Text)
		}
		var options []string
		for _, o := range q.Options {
			options = append(options, o.Text)
		}
		if got := strings.Join(options, "; "); got != "Not at all; Several days; More than half the days; Nearly every day" {
			t.Errorf("%s offers %q", id, got)
		}
	}
}

// What a page says of the film is what the film's own figures say.
func TestOnePlaceForEachFigure(t *testing.T) {
	number := regexp.MustCompile(`[0-9]+(?:\.[0-9]+)?`)
	v := film("left")
	v.Tasks = []event.Task{{Task: "rest", FromS: 0, ToS: v.DurationS}}
	// a synkinesis is no spasm, and the face is lost for a quarter of the time: whoever counts or divides again is off
	blink := "blink"
	along := v.Events[0]
	along.Kind, along.Trigger, along.OnsetS, along.OffsetS = event.Synkinesis, &blink, 1, 1.2
	v.Events = append([]event.Event{along}, v.Events...)
	seen := measure.FullView([]measure.Span{{FromS: 0, ToS: v.DurationS * 0.75}})
	v.Summary = measure.Summarize(v.Events, seen, v.Tasks, measure.DefaultParams())
	v.Summary.Watch(nil, v.Events, seen, v.Tasks, measure.DefaultParams())
	r := run(t, Input{Video: v})
	s := v.Summary
	allowed := map[string]bool{}
	for _, x := range []float64{float64(s.Spasms), float64(s.Sides.Left.Spasms), float64(s.Sides.Right.Spasms), s.UsableS, *s.RestRatePerMin.Value, s.RestRatePerMin.CI95[0], s.RestRatePerMin.CI95[1]} {
		allowed[fmt.Sprintf("%.0f", x)] = true
	}
	found := 0
	for _, line := range r.Person().Seen {
		for _, n := range number.FindAllString(line, -1) {
			found++
			if !allowed[n] {
				t.Errorf("%q holds %s, which is none of the recording's figures", line, n)
			}
		}
	}
	if found < 4 {
		t.Errorf("%d figures: %q", found, r.Person().Seen)
	}
	if math.Abs(r.Facts["video.rest_rate"]-*s.RestRatePerMin.Value) > 1e-9 {
		t.Errorf("at rest %g and %g", r.Facts["video.rest_rate"], *s.RestRatePerMin.Value)
	}
}

// Beside an emergency, and beside new spasms of a child, no best fit is named that
// does not press as much itself; and what is likelier than all else together has its
// own advice although no one thing leads.
func TestNoHeadlineBesideWhatMustBeRuledOut(t *testing.T) {
	for name, a := range map[string]m{"aware": with(full39(), "aware", "no"), "child": with(full39(), "age", 6), "baby": with(full39(), "age", 0)} {
		r := run(t, told(t, a))
		if r.Differential.Verdict != "withheld" || r.Person().First != "" {
			t.Errorf("%s: %s, %q, %v", name, r.Differential.Verdict, r.Person().First, r.Flags)
		}
	}
	if r := run(t, told(t, full39())); r.Person().First == "" {
		t.Error("nothing is named for the full picture of a grown person")
	}
	r := run(t, told(t, m{"now": list("none"), "age": 62, "kind": list("weak_only"), "side": "left"}))
	if c := r.Differential.Candidates[0]; c.ID == "STROKE" && c.Share >= leadShare && r.Level != "emergency" {
		t.Errorf("a stroke has %.2f and the advice is %s", c.Share, r.Level)
	}
}
