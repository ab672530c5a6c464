package assess

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"facialis/interview"
	"facialis/spasm"
)

// The app draws its pages from the view alone: every source that it names must
// be in it, every list a list, and what is undecided must have a title.
func TestViewIsWhole(t *testing.T) {
	q := interview.Standard()
	for name, values := range map[string]map[string]any{
		"little":    {"side": "right"},
		"emergency": {"now": []string{"droop"}, "side": "left", "kind": []string{"twitch"}},
		"much":      {"now": []string{"none"}, "side": "left", "since": "2024-03", "kind": []string{"twitch", "close"}, "first_place": "lower_lid", "places": []string{"eye", "cheek", "mouth"}, "rest": "yes", "sleep": "continues", "hold": "no", "palsy": "no", "mood_low": "2", "mood_interest": "2"},
	} {
		a := interview.NewResponse()
		for id, v := range values {
			if err := a.Set(q, id, v); err != nil {
				t.Fatal(err)
			}
		}
		r, err := Assess(Input{Answers: a})
		if err != nil {
			t.Fatal(err)
		}
		v := r.View()
		data, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		var back struct {
			Schema string
			Person map[string]any
		}
		if err := json.Unmarshal(data, &back); err != nil || back.Schema != Schema {
			t.Fatalf("%s: schema %q, %v", name, back.Schema, err)
		}
		for k, x := range back.Person {
			if x == nil {
				t.Errorf("%s: person.%s is null", name, k)
			}
		}
		for _, c := range r.Differential.Candidates {
			for _, x := range slices.Concat(c.For, c.Against) {
				if x.Source != "house" && v.Sources[x.Source] == "" {
					t.Errorf("%s: the source %q is not there", name, x.Source)
				}
			}
		}
		if len(v.UncheckedTexts) != len(r.Unchecked) {
			t.Errorf("%s: %d titles for %d undecided flags", name, len(v.UncheckedTexts), len(r.Unchecked))
		}
		if page := string(PersonHTML(r)); len(v.Person.Say) < 1 || !strings.Contains(page, v.Person.Say[0]) {
			t.Errorf("%s: the page does not say what the view says", name)
		}
		if name == "emergency" && (len(v.Person.Urgent) == 0 || v.Person.Clear) {
			t.Error("a drooping face is not urgent")
		}
		if name == "much" && v.Person.Mood == "" {
			t.Error("low mood is passed over")
		}
	}
}

// The sentences for the doctor's room say only what was told.
func TestSaysNoMoreThanWasTold(t *testing.T) {
	for _, c := range []struct {
		a          m
		film       bool
		says, nots string
	}{
		{m{"side": "left", "kind": []string{"twitch"}}, false, "The left half of my face twitches", "filmed"},
		{m{"side": "left", "kind": []string{"weak_only"}}, false, "is weak", "twitches"},
		{m{"side": "left", "work": "yes"}, false, "work or study", "reading"},
		{m{"kind": []string{"none"}}, false, "notice nothing", "twitches"},
		{m{"side": "right"}, true, "I have filmed it", "notice nothing"},
	} {
		in := told(t, c.a)
		if c.film {
			in.Video = film(spasm.Right)
		}
		said := strings.Join(run(t, in).Person().Say, "\n")
		if !strings.Contains(said, c.says) || strings.Contains(said, c.nots) {
			t.Errorf("%v: %s", c.a, said)
		}
	}
}
