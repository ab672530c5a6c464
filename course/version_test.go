package course

import (
	"fmt"
	"testing"
	"time"

	"facialis/measure"
)

// measuredBy are recordings, a day apart, that were measured by these versions.
func measuredBy(versions ...string) []Recording {
	var out []Recording
	for i, v := range versions {
		rate := float64(i)
		out = append(out, Recording{ID: fmt.Sprint("r", i), Label: "film", Version: v, At: time.Date(2026, 3, 1+i, 12, 0, 0, 0, time.UTC),
			Measures: measure.Summary{UsableS: 60, Spasms: i, RatePerMin: measure.Estimate{Value: &rate}}})
	}
	return out
}

// A course holds recordings of one version and names those that it leaves out.
func TestACourseIsOfOneVersion(t *testing.T) {
	now := time.Date(2026, 4, 1, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		have         []string
		wanted       string
		shown        string
		kept, leftTo int
	}{
		{[]string{"1", "1", "2"}, "", "1", 2, 1},
		{[]string{"1", "2", "2"}, "", "2", 2, 1},
		{[]string{"1", "2"}, "", "2", 1, 1},
		{[]string{"2", "1"}, "", "1", 1, 1},
		{[]string{"1", "1", "2"}, "2", "2", 1, 2},
		{[]string{"1", "1", "2"}, "3", "1", 2, 1},
		{[]string{"1", "1"}, "", "1", 2, 0},
	} {
		got, err := Follow(Input{Recordings: measuredBy(c.have...), Now: now, Version: c.wanted})
		if err != nil {
			t.Fatal(err)
		}
		if *got.Measured.Version != c.shown || len(got.Recordings) != c.kept || len(got.Measured.LeftOut) != c.leftTo {
			t.Errorf("%v: %+v, %d recordings", c, got.Measured, len(got.Recordings))
		}
		for _, r := range got.Recordings {
			if r.Version != c.shown {
				t.Errorf("%v: a recording of version %s", c, r.Version)
			}
		}
		for _, r := range got.Measured.LeftOut {
			if r.Version == c.shown || r.Date == "" || r.ID == "" {
				t.Errorf("%v: left out %+v", c, r)
			}
		}
	}
	none, err := Follow(Input{Now: now})
	if err != nil || none.Measured.Version != nil || none.Measured.Versions == nil || none.Measured.LeftOut == nil {
		t.Errorf("without recordings: %+v %v", none.Measured, err)
	}
}
