package cli

import (
	"regexp"
	"strings"
	"testing"

	"facialis/event"
	"facialis/report/reporttest"
	"facialis/words"
)

// One of a thing is written as one, several as several, and none as several.
func TestOneAndMany(t *testing.T) {
	kinds := []event.Kind{event.Spasm, event.Synkinesis, event.Blink, event.Voluntary, event.Other}
	lines := make([]string, 3)
	for n := range lines {
		a := reporttest.Small()
		a.Events = nil
		for _, k := range kinds {
			for range n {
				a.Events = append(a.Events, event.Event{Kind: k, Side: "right"})
			}
		}
		a.Small = &event.Small{Count: n, Gated: n, Likely: float64(n)}
		var b strings.Builder
		say(&b, "face.mp4", a)
		lines[n] = b.String()
	}
	for n, want := range []string{
		"0 spasms (right 0, left 0), 0 synkineses, 0 blinks, 0 voluntary movements, 0 others",
		"1 spasm (right 1, left 0), 1 synkinesis, 1 blink, 1 voluntary movement, 1 other\n",
		"2 spasms (right 2, left 0), 2 synkineses, 2 blinks, 2 voluntary movements, 2 others",
	} {
		if !strings.Contains(lines[n], want) {
			t.Errorf("of %d: %q does not hold %q", n, lines[n], want)
		}
	}
	if wrong := regexp.MustCompile(`\b1 \w+ or doubtful (one-sided )?movements`).FindString(lines[1]); wrong != "" {
		t.Errorf("of one small movement: %q", wrong)
	}
}

// In every language one of a thing has a form of its own where the language has one, and
// the lines use it.
func TestOneAndManyInEveryLanguage(t *testing.T) {
	defer words.SetDefault(words.English())
	counted := map[string]event.Kind{"spasms": event.Spasm, "synkineses": event.Synkinesis, "blinks": event.Blink, "voluntary": event.Voluntary, "others": event.Other}
	number := regexp.MustCompile(`\d+`)
	for _, tag := range words.Tags() {
		l, _ := words.In(tag)
		words.SetDefault(l)
		for n := range 3 {
			a := reporttest.Small()
			a.Events = nil
			for _, k := range counted {
				for range n {
					a.Events = append(a.Events, event.Event{Kind: k, Side: "right"})
				}
			}
			var b strings.Builder
			say(&b, "face.mp4", a)
			for key := range counted {
				if want := l.Count("cli.count."+key, n); !strings.Contains(b.String(), want) {
					t.Errorf("%s, %d: %q does not hold %q", tag, n, b.String(), want)
				}
			}
		}
		one, many := number.ReplaceAllString(l.Count("cli.count.spasms", 1), ""), number.ReplaceAllString(l.Count("cli.count.spasms", 2), "")
		if (one == many) != (tag == "zh-Hans") {
			t.Errorf("%s: one is %q and many are %q", tag, one, many)
		}
	}
}
