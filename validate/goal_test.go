package validate

import (
	"math"
	"testing"

	"facialis/anatomy"
	"facialis/event"
)

func TestGoal(t *testing.T) {
	for _, c := range []struct {
		name   string
		region anatomy.Region
		mm     float64
		ratio  float64
		at     bool
	}{
		{"a lid at the goal", anatomy.OrbicularisOculi, 0.5, 1, true},
		{"a corner whose peak the frames missed", anatomy.Zygomaticus, 0.66, 0.66 / 0.7, true},
		{"a lip too small", anatomy.Depressor, 0.7, 0.875, false},
		{"a brow has no goal", anatomy.Frontalis, 3, 0, false},
	} {
		e := event.Event{Regions: []event.RegionMovement{{Region: c.region, PeakMM: &c.mm}, {Region: anatomy.Zygomaticus}}}
		if got := GoalRatio(e); math.Abs(got-c.ratio) > 1e-9 || AtGoal(e) != c.at {
			t.Errorf("%s: %.3f, %v; want %.3f, %v", c.name, got, AtGoal(e), c.ratio, c.at)
		}
	}
}
