package record_test

import (
	"testing"
	"time"

	"facialis/event"
	"facialis/internal/service/record"
)

// The film that counts is the best for its purpose, not the newest; the named one
// where one is named.
func TestFilmThatCounts(t *testing.T) {
	now := time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)
	yes, no := true, false
	film := func(id string, days int, seconds float64, protocol bool, usable *bool) record.Recording {
		r := record.Recording{ID: id, CreatedAt: now.AddDate(0, 0, -days), DurationS: &seconds, Usable: usable, Analysis: "a"}
		if protocol {
			r.Tasks = []event.Task{{Task: "rest", ToS: seconds}}
		}
		return r
	}
	all := []record.Recording{
		film("dark", 0, 600, true, &no),
		film("short", 1, 20, false, &yes),
		film("long", 10, 400, false, &yes),
		film("guided", 20, 90, true, &yes),
		film("old", 200, 600, true, &yes),
	}
	for named, want := range map[string]string{"": "guided", "short": "short", "old": "old"} {
		if r := record.FilmThatCounts(all, named); r == nil || r.ID != want {
			t.Errorf("%q: %+v, want %s", named, r, want)
		}
	}
	if r := record.FilmThatCounts(all[1:3], ""); r.ID != "long" {
		t.Errorf("without a protocol: %s", r.ID)
	}
	if r := record.FilmThatCounts([]record.Recording{all[1], all[4]}, ""); r.ID != "short" {
		t.Errorf("of before three months: %s", r.ID)
	}
	if r := record.FilmThatCounts(all[:1], ""); r != nil {
		t.Errorf("one that cannot be used counts: %s", r.ID)
	}
}
