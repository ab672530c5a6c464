package work

import (
	"encoding/json"
	"testing"

	"facialis/anatomy"
	"facialis/event"
	"facialis/internal/service/record"
	"facialis/measure"
	"facialis/report"
	"facialis/spasm"
)

// What is computed again after a correction follows the parameters that the
// analysis was made with, not those of the program that is running.
func TestCorrectionsFollowTheAnalysisOwnParameters(t *testing.T) {
	events := []event.Event{
		{ID: "e0001", Kind: event.Spasm, Side: anatomy.Right, OnsetS: 1, OffsetS: 1.2, Lead: anatomy.Zygomaticus},
		{ID: "e0002", Kind: event.Spasm, Side: anatomy.Right, OnsetS: 3, OffsetS: 3.2, Lead: anatomy.Zygomaticus},
		{ID: "e0003", Kind: event.Spasm, Side: anatomy.Right, OnsetS: 30, OffsetS: 30.2, Lead: anatomy.Zygomaticus},
	}
	rejected := "e0003"
	episodes := func(gap float64) int {
		sp, me := spasm.DefaultParams(), measure.DefaultParams()
		sp.EpisodeGapS = gap
		a := &report.Analysis{Schema: report.Schema, Events: events, Provenance: report.Provenance{
			Parameters: map[string]any{report.StageSpasm: sp, report.StageMeasure: me}}}
		b, err := json.Marshal(a) // as an older program's file is read
		if err != nil {
			t.Fatal(err)
		}
		a = &report.Analysis{}
		if err := json.Unmarshal(b, a); err != nil {
			t.Fatal(err)
		}
		f, err := corrected(a, []record.Correction{{ID: "c1", Edit: record.Edit{Op: record.Reject, EventID: &rejected}}})
		if err != nil {
			t.Fatal(err)
		}
		seen := map[int]bool{}
		for _, e := range f.Events {
			if e.Episode != nil {
				seen[*e.Episode] = true
			}
		}
		return len(seen)
	}
	if n := episodes(0.5); n != 2 {
		t.Errorf("%d episodes where 2 s are too long a gap, want 2", n)
	}
	if n := episodes(5); n != 1 {
		t.Errorf("%d episodes where the analysis joins up to 5 s, want 1", n)
	}
}
