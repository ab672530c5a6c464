package assess

import (
	"maps"
	"slices"
	"testing"

	"facialis/measure"
)

// putBy is what a function puts down.
func putBy(of func(put func(string, float64))) map[string]float64 {
	out := map[string]float64{}
	of(func(name string, v float64) { out[name] = v })
	return out
}

// A run of five seconds and ten jerks has a rhythm. A shorter one has none, unless the
// intervals between the spasms themselves are enough.
func TestRhythmNeedsALongRun(t *testing.T) {
	for _, c := range []struct {
		seconds   float64
		jerks     int
		intervals int
		run, cv   bool
	}{
		{5, 10, 0, true, true}, {4.9, 10, 0, false, false}, {5, 9, 0, false, false},
		{30, 60, 0, true, true}, {4.9, 10, 9, false, true}, {4.9, 10, 8, false, false},
	} {
		cv := 0.2
		s := measure.Summary{Jerks: measure.Jerks{N: c.jerks, LongestRun: &measure.Run{FromS: 2, ToS: 2 + c.seconds, Jerks: c.jerks, RateHz: 2, CV: &cv}}}
		if c.intervals > 0 {
			s.IntervalS.CV, s.IntervalS.N = &cv, c.intervals
		}
		got := putBy(func(put func(string, float64)) { rhythmFacts(s, put) })
		if (got["video.train_s"] > 0) != c.run {
			t.Errorf("%g s of %d jerks: %v", c.seconds, c.jerks, got)
		}
		if _, ok := got["video.rhythm_cv"]; ok != c.cv {
			t.Errorf("%g s of %d jerks, %d intervals: %v", c.seconds, c.jerks, c.intervals, got)
		}
	}
	if got := putBy(func(put func(string, float64)) { rhythmFacts(measure.Summary{}, put) }); len(got) > 0 {
		t.Errorf("a film that was not watched has %v", slices.Sorted(maps.Keys(got)))
	}
}

// What the lids did together counts from twenty seconds watched on, and what the mouth did
// with them from three spells on.
func TestLidFactsNeedTime(t *testing.T) {
	shut, share := 0.1, 0.5
	for _, c := range []struct {
		watched     float64
		spells      int
		lids, mouth bool
	}{{19.9, 3, false, false}, {20, 2, true, false}, {20, 3, true, true}} {
		l := measure.Lids{WatchedS: c.watched, Spells: c.spells, ShutShare: &shut, WithMouthShare: &share}
		got := putBy(func(put func(string, float64)) { lidFacts(l, put) })
		if _, ok := got["video.spells"]; ok != c.lids {
			t.Errorf("%+v: %v", c, got)
		}
		if _, ok := got["video.spell_mouth_share"]; ok != c.mouth {
			t.Errorf("%+v: %v", c, got)
		}
		if c.lids && got["video.shut_share"] != shut {
			t.Errorf("%+v: %v", c, got)
		}
	}
}
