package assess

import (
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"facialis/anatomy"
	"facialis/event"

	"pgregory.net/rapid"
)

var (
	timesAMinute = regexp.MustCompile(`(\d+) times a minute`)
	oneHalf      = regexp.MustCompile(`(right|left) side of your face`)
	sidedOf      = regexp.MustCompile(`^\d+ of (\d+) spasms`)
)

// disagree lists what one place of a report says against another: the short answers,
// what was seen, told and differs, the advice, the sentences for the doctor and the
// figures.
func disagree(v View) (out []string) {
	r, p := v.Report, v.Person
	say := func(s string) { out = append(out, s) }
	all := strings.Join(slices.Concat(p.Seen, []string{p.Short.Seen}), " ")
	_, filmed := v.Facts["video.usable_s"]
	_, sided := v.Facts["video.side_known"]

	// Sides.
	for side, other := range map[string]string{"right": "left", "left": "right"} {
		if !filmed || r.Side == nil || *r.Side != side {
			continue
		}
		if strings.Contains(all, "the "+other+" side of your face") {
			say("the side is " + side + ", and the page says: " + all)
		}
	}
	if filmed && !sided && oneHalf.MatchString(all) {
		say("no side can be told from the recording, and it is said to have shown one: " + all)
	}
	if filmed && sided == strings.Contains(p.Short.Sure, "cannot be told apart") {
		say("whether sides are known: " + p.Short.Sure)
	}

	// Counts and rates.
	spasms := v.Facts["video.spasms"]
	none := slices.ContainsFunc(p.Seen, func(s string) bool { return strings.HasPrefix(s, "No spasm") })
	if none && (spasms > 0 || timesAMinute.MatchString(all) || sidedOf.MatchString(all)) {
		say("no spasm, and yet: " + all)
	}
	for _, s := range p.Seen {
		if m := sidedOf.FindStringSubmatch(s); m != nil && m[1] != strconv.Itoa(int(v.Facts["measure.spasms"])) {
			say("another number of spasms than the figures': " + s)
		}
	}
	if v.Facts["measure.spasms"] > 0 && strings.HasPrefix(p.Short.Seen, "Nothing") {
		say("spasms were measured, and in short: " + p.Short.Seen)
	}
	rates := map[string]bool{}
	for _, m := range timesAMinute.FindAllStringSubmatch(all+" "+strings.Join(p.Say, " "), -1) {
		rates[m[1]] = true
	}
	if len(rates) > 1 {
		say("two rates: " + strings.Join(slices.Collect(maps.Keys(rates)), ", "))
	}
	if spasms > 0 && slices.ContainsFunc(p.Differ, func(s string) bool {
		return strings.Contains(s, Standard().Finding("MOVES").Plain) && strings.Contains(s, "does not show")
	}) {
		say("spasms were seen, and the recording is said to show none")
	}

	// One finding stands on one side only.
	for _, f := range v.Findings {
		line := f.Plain + "."
		if slices.Contains(p.Seen, line) && slices.Contains(p.Told, line) {
			say(f.ID + " is both seen and told")
		}
		if (slices.Contains(p.Seen, line) || slices.Contains(p.Told, line)) && f.Status != "yes" {
			say(f.ID + " is reported and " + f.Status)
		}
		if slices.Contains(p.Seen, line) && slices.ContainsFunc(p.Differ, func(s string) bool {
			return strings.Contains(s, "“"+f.Plain+"”") && strings.Contains(s, "does not show it")
		}) {
			say(f.ID + " is seen, and the recording is said not to show it")
		}
	}

	// What it may mean.
	if p.First != "" && (!strings.Contains(p.Short.May, p.First) || len(p.May) == 0) {
		say("the first is " + p.First + ", and in short: " + p.Short.May)
	}
	if v.Differential.Verdict == "not-enough" && len(p.May) > 0 {
		say("too little is known, and yet something is named")
	}
	if v.Differential.Verdict == "withheld" {
		for _, m := range p.May {
			if strings.Contains(p.Short.May, m.Plain) {
				say("withheld, and named in short: " + m.Plain)
			}
		}
	}

	// What to do.
	if len(p.Urgent) > 0 && (p.Short.Do != p.Urgent[0].Do || strings.Contains(p.Do, "Nothing is urgent") || p.Clear) {
		say("urgent: " + p.Urgent[0].Do + ", and in short: " + p.Short.Do + " " + p.Do)
	}
	if v.Level == "emergency" && (p.Speak != "" || p.Living != "" || len(p.Settle) > 0) {
		say("an emergency, and talk of a visit")
	}
	if len(p.Advice) > 0 && strings.Contains(p.Do, "Nothing is urgent") {
		say("advice, and nothing presses")
	}
	if r.inTreatment() && slices.ContainsFunc(p.Ask, func(s string) bool { return strings.HasPrefix(s, "What treatments are there") }) {
		say("treated already, and asks what treatments there are")
	}
	for name, s := range map[string]string{"seen": p.Short.Seen, "sure": p.Short.Sure, "may": p.Short.May, "do": p.Short.Do} {
		if s == "" {
			say("in short, nothing is said of: " + name)
		}
	}
	return out
}

// Nothing that one place of the page says is contradicted by another, whatever was
// filmed, answered and noted, whether or not the sides are known.
func TestThePageAgreesWithItself(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		in, _ := anyInput(rt, t)
		if in.Video != nil && rapid.Bool().Draw(rt, "sides unknown") {
			for i := range in.Video.Events {
				if e := &in.Video.Events[i]; e.Side != anatomy.Both || e.Kind == event.Spasm {
					e.Side = anatomy.Unknown
				}
			}
			sum(in.Video)
			in.Video.Summary.HideSides()
			in.Video.Summary.OneSidedShare = p(1)
		}
		for _, s := range disagree(run(t, in).View()) {
			rt.Error(s)
		}
	})
}

// The check sees each kind of contradiction: a page that is made to say two things is
// found out.
func TestAContradictionIsFound(t *testing.T) {
	calm := m{"now": []string{"none"}, "kind": []string{"twitch"}, "side": "right", "age": 60, "treated": []string{"botulinum"}}
	in := told(t, calm)
	in.Video = film(anatomy.Right)
	page := func() View { return run(t, in).View() }
	if got := disagree(page()); len(got) > 0 {
		t.Fatalf("as it is: %q", got)
	}
	for name, spoil := range map[string]func(*View){
		"another side":   func(v *View) { v.Person.Seen[0] = "It is on the left side of your face." },
		"another number": func(v *View) { v.Person.Seen[0] = "3 of 4 spasms were on the right side of your face." },
		"no spasm":       func(v *View) { v.Person.Seen = append(v.Person.Seen, "No spasm in 120 seconds.") },
		"two rates": func(v *View) {
			v.Person.Seen = append(v.Person.Seen, "It came about 99 times a minute.", "It came about 9 times a minute.")
		},
		"sides not known": func(v *View) { v.Person.Short.Sure = "Right and left cannot be told apart." },
		"not seen": func(v *View) {
			v.Person.Differ = append(v.Person.Differ, "“Something moves by itself”: the recording does not show it.")
		},
		"seen and told":    func(v *View) { v.Person.Told = append(v.Person.Told, v.Person.Seen...) },
		"another first":    func(v *View) { v.Person.First = "something else" },
		"nothing presses":  func(v *View) { v.Person.Advice, v.Person.Do = []Flag{{}}, "Nothing is urgent." },
		"treated":          func(v *View) { v.Person.Ask = append(v.Person.Ask, "What treatments are there?") },
		"nothing":          func(v *View) { v.Person.Short.Seen = "Nothing stood out in the recording." },
		"an empty answer":  func(v *View) { v.Person.Short.May = "" },
		"urgent elsewhere": func(v *View) { v.Person.Urgent = []Flag{{Do: "Call."}} },
	} {
		v := page()
		spoil(&v)
		if len(disagree(v)) == 0 {
			t.Errorf("%s is not found", name)
		}
	}
}

// Two spasms are too few for a finding, but they were seen: the recording does not
// deny what the person feels.
func TestAFewSpasmsAreNotDenied(t *testing.T) {
	in := told(t, m{"kind": []string{"twitch"}, "side": "right"})
	in.Video = film(anatomy.Right)
	in.Video.Events = in.Video.Events[:2]
	sum(in.Video)
	if got := disagree(run(t, in).View()); len(got) > 0 {
		t.Error(got)
	}
}
