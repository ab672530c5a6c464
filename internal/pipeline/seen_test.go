package pipeline

import (
	"math"
	"testing"

	"facialis/anatomy"
	"facialis/event"
	"facialis/measure"
)

// A lid that cannot be read is named with its side and stretch; regions that are hidden
// together are told together, and a glimpse does not part a stretch.
func TestWhatWasNotSeenIsNamed(t *testing.T) {
	sight := &event.Sight{BlockS: 0.5}
	for range 40 {
		sight.Filmed = append(sight.Filmed, 0.5)
	}
	for side := range 2 {
		for k := range anatomy.NumRegions {
			for b := range 40 {
				v := float32(1)
				switch {
				case side == anatomy.AtRight && k == anatomy.AtOrbicularisOculi && b >= 4 && b != 10:
					v = event.Missing
				case side == anatomy.AtLeft && k >= anatomy.AtDepressor && b < 8:
					v = event.SeenMM + 1
				case side == anatomy.AtLeft && k == anatomy.AtFrontalis && b == 20: // too short to tell
					v = event.Missing
				}
				sight.SmallestMM[side][k] = append(sight.SmallestMM[side][k], v)
			}
		}
	}
	v := measure.ViewOf([]measure.Span{{FromS: 0, ToS: 20}}, sight, nil)
	got := unseenWarnings(v, true)
	want := []struct {
		code, text string
		from, to   float64
	}{
		{"not_seen", "Not seen well enough on the left: lower lip, chin and neck. This time does not count there.", 0, 4},
		{"lid_not_seen", "Not seen well enough on the right: eye. This time does not count there.", 2, 20},
	}
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i, w := range want {
		if g := got[i]; g.Code != w.code || g.Text != w.text || math.Abs(*g.FromS-w.from) > 1e-9 || math.Abs(*g.ToS-w.to) > 1e-9 {
			t.Errorf("%+v from %g to %g, want %+v", g, *g.FromS, *g.ToS, w)
		}
	}
	if hidden := unseenWarnings(v, false); hidden[1].Text != "Not seen well enough on one side: eye. This time does not count there." {
		t.Errorf("%q names a side", hidden[1].Text)
	}
}
