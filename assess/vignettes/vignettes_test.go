package vignettes

import (
	"os"
	"testing"
)

// The goals: no expected flag missed, the type right in 95 % of those decided,
// the entity first in 85 % and among three in 97 %.
func TestVignettes(t *testing.T) {
	s, err := RunAll()
	if err != nil {
		t.Fatal(err)
	}
	if s.Cases < 60 {
		t.Errorf("only %d cases", s.Cases)
	}
	for _, r := range s.Results {
		if len(r.Missed) > 0 {
			t.Errorf("%s: missed %v, got %v", r.ID, r.Missed, r.Report.Flags)
		}
		if os.Getenv("VERBOSE") != "" && (r.Place > 1 || (r.Type != "" && r.Type != r.TypeGot)) {
			t.Logf("%-24s %s place %d, leading %s; type %s (%.2f) want %s", r.ID, r.Entity, r.Place, r.Leading, r.TypeGot, r.Report.Type.Score, r.Type)
		}
	}
	t.Log(s)
	if s.TypeRight < 0.95*s.TypeDecided {
		t.Errorf("type right in %g of %g", s.TypeRight, s.TypeDecided)
	}
	if float64(s.LevelsRight) < 0.95*float64(s.Levels) {
		t.Errorf("level of advice right in %d of %d", s.LevelsRight, s.Levels)
	}
	if s.First < 0.85*s.Ranked || s.Three < 0.97*s.Ranked {
		t.Errorf("first in %g, among three in %g of %g", s.First, s.Three, s.Ranked)
	}
}
