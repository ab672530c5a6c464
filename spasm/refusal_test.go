package spasm

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"facialis/anatomy"
	"facialis/event"
)

// Each refusal is named by itself where it alone holds, and a plain twitch has
// none.
func TestEachRefusalIsNamed(t *testing.T) {
	plain := func() (*detection, *candidate) {
		d := &detection{tr: &event.Trace{T: []float64{0, 60}}, p: DefaultParams()}
		e := &candidate{Event: event.Event{Kind: event.Spasm, Side: anatomy.Right, OnsetS: 10, OffsetS: 10.2, Lead: anatomy.Zygomaticus, Confidence: 0.9}, dir: 1, riseS: 0.05}
		e.parts = []movement{{k: anatomy.AtZygomaticus, mm: 2}}
		return d, e
	}
	for name, change := range map[string]func(*detection, *candidate){
		"under_way_at_start": func(_ *detection, e *candidate) { e.OnsetS, e.OffsetS = 0, 0.2 },
		"too_short":          func(_ *detection, e *candidate) { e.OffsetS = e.OnsetS + 0.03 },
		"drift":              func(_ *detection, e *candidate) { e.drift = true },
		"dragged":            func(_ *detection, e *candidate) { e.dir = 0.1 },
		"forehead_or_neck_leads": func(_ *detection, e *candidate) {
			e.Lead, e.parts[0].k = anatomy.Platysma, anatomy.AtPlatysma
		},
		"region_too_noisy":    func(d *detection, _ *candidate) { d.base[anatomy.AtZygomaticus] = 3.1 },
		"beyond_any_muscle":   func(_ *detection, e *candidate) { e.parts[0].mm = 10.5 },
		"left_over_by_a_turn": func(_ *detection, e *candidate) { e.left = true },
		"slow_rise":           func(_ *detection, e *candidate) { e.riseS = 0.31 },
		"unsure":              func(_ *detection, e *candidate) { e.Confidence = 0.59 },
	} {
		d, e := plain()
		if got := d.refused(e); got != nil {
			t.Fatalf("a plain twitch is refused: %v", got)
		}
		change(d, e)
		if diff := cmp.Diff([]string{name}, d.refused(e)); diff != "" {
			t.Errorf("%s: (-want +got)\n%s", name, diff)
		}
	}
	if len(refusals) != 10 {
		t.Errorf("%d refusals, 10 are tried here", len(refusals))
	}
	var names []string
	for _, r := range refusals {
		names = append(names, r.name)
	}
	if diff := cmp.Diff(event.Refusals, names); diff != "" {
		t.Errorf("package event names others: (-named +asked)\n%s", diff)
	}
}
