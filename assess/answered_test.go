package assess

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"facialis/interview"

	"pgregory.net/rapid"
)

// An answer to a question that was left open may make a finding uncertain, but it
// never turns a yes into a no: then the yes would have rested on what was not
// answered. Only the date of a palsy may, since the question before it already
// asks for a palsy before the spasms.
func TestOpenQuestionsDecideNothing(t *testing.T) {
	for _, a := range []m{
		{"age": 62, "kind": []string{"weak_only"}, "side": "left"},
		{"age": 62, "kind": []string{"weak_only"}, "side": "left", "now": []string{"none"}},
	} {
		r := run(t, told(t, a))
		if s := r.finding("DROOP").Status; s != "unknown" || slices.Contains(r.Person().Told, "One side of the face suddenly drooped.") {
			t.Fatalf("%v: a sudden droop is %s, told %v", a, s, r.Person().Told)
		}
	}
	rapid.Check(t, func(rt *rapid.T) {
		few := answersGen(rt)
		more := answersGen(rt)
		delete(more, "palsy_since")
		if _, dated := few["palsy_since"]; dated {
			delete(more, "since")
		}
		maps.Copy(more, few)
		before, after := run(t, told(t, few)).Findings, run(t, told(t, more)).Findings
		for i, f := range before {
			if f.Status == "yes" && after[i].Status == "no" {
				rt.Errorf("%s is yes for %v and no for %v", f.ID, few, more)
			}
		}
	})
}

// restsOn are the questions that decide a finding by the answers alone.
func restsOn(d *FindingDef) []string {
	derived := map[string][]string{"since_days": {"since"}, "onset_age": {"since", "age"}, "palsy_to_onset_months": {"palsy_since", "since"}, "side.own": {"side"}}
	names := d.Answer.Yes.Names()
	if d.Answer.No != nil {
		names = append(names, d.Answer.No.Names()...)
	}
	var out []string
	for _, n := range names {
		switch {
		case interview.Standard().Find(n) != nil:
			out = append(out, n)
		default:
			out = append(out, derived[n]...)
		}
	}
	return out
}

// Each line under "What you answered" rests on an answer: without the answers that
// it depends on it goes away, and the finding is neither yes nor no.
func TestWhatYouAnsweredWasAnswered(t *testing.T) {
	ev := Standard()
	rapid.Check(t, func(rt *rapid.T) {
		a := answersGen(rt)
		r := run(t, told(t, a))
		lines := r.Person().Told
		// Many findings rest on the same answers: what is left without them is assessed once.
		reports := map[string]*Report{}
		for i := range ev.Findings {
			d := &ev.Findings[i]
			if d.Answer == nil {
				continue
			}
			line := d.Plain + "."
			lines = slices.DeleteFunc(lines, func(l string) bool { return l == line })
			left := maps.Clone(a)
			for _, q := range restsOn(d) {
				delete(left, q)
			}
			key := strings.Join(slices.Sorted(maps.Keys(left)), " ")
			without := reports[key]
			if without == nil {
				without = run(t, told(t, left))
				reports[key] = without
			}
			if s := without.Findings[i].Status; s != "unknown" || slices.Contains(without.Person().Told, line) {
				rt.Errorf("%s is %s without an answer: %v", d.ID, s, left)
			}
		}
		if _, said := a["side"]; said { // the first line says which half
			lines = slices.DeleteFunc(lines, func(l string) bool { return l == "It is on "+r.sideWords()+"." })
		}
		if len(lines) > 0 {
			rt.Errorf("lines that are no finding's: %s", strings.Join(lines, " "))
		}
	})
}
