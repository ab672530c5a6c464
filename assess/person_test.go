package assess

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"facialis/anatomy"
	"facialis/interview"
	"facialis/words"
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
		p := v.Person
		for _, s := range slices.Concat([]string{p.Fits, p.Do, p.Speak, p.Living, p.Crisis}, p.Limits) {
			if !strings.Contains(string(PersonHTML(r)), s) {
				t.Errorf("%s: the page does not say %q", name, s)
			}
		}
		if hurry := name == "emergency"; (p.Speak == "") != hurry || (p.Living == "") != hurry {
			t.Errorf("%s: of visits %q, of life %q", name, p.Speak, p.Living)
		}
		if twice := strings.Count(string(PersonHTML(r)), "crisis line"); twice != 1 {
			t.Errorf("%s: the crisis line stands %d times", name, twice)
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
		{m{"side": "left", "kind": []string{"twitch"}}, false, "The left side of my face twitches", "filmed"},
		{m{"side": "left", "kind": []string{"weak_only"}}, false, "is weak", "twitches"},
		{m{"side": "left", "work": "yes"}, false, "work or studies", "reading"},
		{m{"kind": []string{"none"}}, false, "notice nothing", "twitches"},
		{m{"side": "right"}, true, "I have filmed it", "notice nothing"},
	} {
		in := told(t, c.a)
		if c.film {
			in.Video = film(anatomy.Right)
		}
		said := strings.Join(run(t, in).Person().Say, "\n")
		if !strings.Contains(said, c.says) || strings.Contains(said, c.nots) {
			t.Errorf("%v: %s", c.a, said)
		}
	}
}

// What was answered and is no finding reaches the doctor's room by the person's
// own words, and nothing is said that was not.
func TestWhatIsSaidToTheDoctor(t *testing.T) {
	all := m{"side": "left", "kind": []string{"twitch"}, "since": "2021-03", "spread_since": "2023", "rest_helps": "no", "hold": "no", "sleep": "less",
		"attack_then": "instant", "attack_now": "seconds", "gap_then": "hours", "gap_now": "minutes", "pain": "ache", "ear": []string{"ringing"},
		"headache": "yes", "irritable": "yes", "places": []string{"eye", "mouth"}}
	p := run(t, told(t, all)).Person()
	said := strings.Join(p.Say, "\n")
	for _, want := range []string{"does not go away with rest", "cannot hold it back", "sleep, but less", "at first: less than a second; now: up to a minute", "at first: hours; now: minutes",
		"another part of the face in 2023", "dull ache", "ringing or noise", "stronger headaches", "mouth or corner"} {
		if !strings.Contains(said, want) {
			t.Errorf("not said: %q", want)
		}
	}
	if !strings.Contains(p.Mood, "annoyed") {
		t.Errorf("of being annoyed: %q", p.Mood)
	}
	quiet := strings.Join(run(t, told(t, m{"side": "left", "kind": []string{"twitch"}, "pain": "none", "ear": []string{"none"}, "rest_helps": "yes"})).Person().Say, "\n")
	if quiet != "“The left side of my face twitches.”" {
		t.Errorf("said without an answer: %s", quiet)
	}
}

// A palsy that came after the spasms, as after an operation, is not their cause.
func TestPalsyAfterTheSpasms(t *testing.T) {
	for since, want := range map[string]string{"2015-03": "no", "2022-01": "yes", "2020-10": "yes"} {
		in := told(t, m{"side": "left", "palsy": "yes", "palsy_side": "left", "palsy_since": "2021-01", "since": since})
		if got := run(t, in).finding("PAL").Status; got != want {
			t.Errorf("palsy in January 2021, spasms since %s: %s, want %s", since, got, want)
		}
	}
	if got := run(t, told(t, m{"nerve_injury": "yes", "treated": []string{"decompression"}})).finding("INJ").Status; got == "yes" {
		t.Error("the operation that frees the nerve counts as an injury")
	}
}

// That film and answers, or two answers, disagree is part of how sure the page is.
func TestHowSureSaysWhatDiffers(t *testing.T) {
	differs := words.Default().Say("assess.short.sure.differ")
	said := map[bool]int{}
	rapid.Check(t, func(rt *rapid.T) {
		in, a := anyInput(rt, t)
		p := run(t, in).Person()
		want := len(p.Differ)+len(p.Contradictions) > 0
		said[want]++
		if got := strings.Contains(p.Short.Sure, differs); got != want {
			rt.Errorf("%d differences and %d contradictions, and how sure: %q, answers %v", len(p.Differ), len(p.Contradictions), p.Short.Sure, a)
		}
	})
	if said[true] == 0 || said[false] == 0 {
		t.Errorf("how often something differed: %v", said)
	}
}

// From twelve on a person answers alone; a younger one is asked for an adult, unless a
// parent or guardian answers.
func TestAChildIsAskedForAnAdult(t *testing.T) {
	ask := words.Default().Say("assess.person.note.adult")
	for _, c := range []struct {
		age  int
		who  string
		asks bool
	}{{11, "", true}, {12, "", false}, {16, "", false}, {11, "guardian", false}} {
		a := m{"age": c.age, "kind": []string{"twitch"}, "side": "left"}
		if c.who != "" {
			a["who"] = c.who
		}
		if r := run(t, told(t, a)); r.aloneTooYoung() != c.asks || strings.Contains(r.Person().Note, ask) != c.asks {
			t.Errorf("%d years, answered by %q: asked for an adult: %t, note %q", c.age, c.who, r.aloneTooYoung(), r.Person().Note)
		}
	}
}
