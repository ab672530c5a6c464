package report

import (
	"strings"
	"testing"

	"facialis/anatomy"
	"facialis/event"
	"facialis/measure"
	"facialis/words"
)

// Every refusal has words, the same in the report and on the pages.
func TestEveryRefusalHasWords(t *testing.T) {
	seen := map[string]string{}
	for _, r := range event.Refusals {
		said, page := words.English().Say("report.refusal."+r), words.English().Say("pages.names.refusal."+r)
		if strings.Contains(said, "refusal.") || said != page {
			t.Errorf("%s: the report says %q, the pages say %q", r, said, page)
		}
		if other, twice := seen[said]; twice {
			t.Errorf("%s and %s have the same words", r, other)
		}
		seen[said] = r
	}
}

// Where the report speaks of other movements it says why they are no spasms, the
// most frequent reason first.
func TestReportSaysWhyAMovementIsNoSpasm(t *testing.T) {
	l := english()
	a := &Analysis{}
	a.Recording.DurationS, a.Measures.UsableS = 30, 30
	a.Measures.RatePerMin = measure.PoissonRate(0, 0.5)
	a.Events = []event.Event{
		{Kind: event.Other, Side: anatomy.Left, Form: event.Twitch, Reasons: []string{"drift", "unsure"}},
		{Kind: event.Other, Side: anatomy.Left, Form: event.Twitch, Reasons: []string{"unsure"}},
		{Kind: event.Spasm, Side: anatomy.Left, Form: event.Twitch, Reasons: []string{"slow_rise"}},
	}
	told := strings.Join(l.sentences(a), " ")
	if want := l.refusal("unsure") + " (2 ×); " + l.refusal("drift") + "."; !strings.Contains(told, want) || strings.Contains(told, l.refusal("slow_rise")) {
		t.Errorf("%s\nwant %s", told, want)
	}
	if note := l.eventNote(a.Events[0]); !strings.Contains(note, "because "+l.refusal("drift")) {
		t.Error(note)
	}
	if note := l.eventNote(a.Events[2]); strings.Contains(note, "because") {
		t.Error(note)
	}
}
