package phantom

import (
	"math"
	"testing"

	_ "facialis/internal/rapidtest"

	"pgregory.net/rapid"

	"facialis/anatomy"
	"facialis/event"
)

// A train is one event as long as its pauses are shorter than event.TrainGapS;
// slower twitches are events of their own, and none is lost.
func TestTrainsAreCutAtTheSharedGap(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 8).Draw(t, "twitches")
		hz := rapid.Float64Range(1, 8).Draw(t, "hz")
		pause := 1/hz - 0.14*(1-math.Acos(0.8)/math.Pi) // a twitch rises for 55 ms and falls for 85, and is timed at a tenth of its size
		if pause > event.TrainGapS-0.002 && pause < event.TrainGapS+0.002 {
			t.Skip("too close to the gap")
		}
		tr, err := Tell(&Spec{Seconds: 12, Blinks: Blinks{RatePerMin: -1}, Events: []EventSpec{{At: 1, Side: anatomy.Left, Form: event.Clonic,
			Twitches: n, RateHz: hz, Regular: true, Regions: []RegionSpec{{Region: anatomy.Zygomaticus, MM: 1}}}}})
		if err != nil {
			t.Fatal(err)
		}
		events, form := 1, event.Clonic
		if pause >= event.TrainGapS {
			events, form = n, event.Twitch
		}
		sum := 0
		for _, e := range tr.Events {
			sum += e.Twitches
			if e.Form != form {
				t.Errorf("%s at %.1f Hz", e.Form, hz)
			}
		}
		if len(tr.Events) != events || sum != n {
			t.Errorf("%d twitches at %.2f Hz: %d events with %d, want %d", n, hz, len(tr.Events), sum, events)
		}
	})
}
