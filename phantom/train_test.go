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
		train := []EventSpec{{At: 1, Side: anatomy.Left, Form: event.Clonic,
			Twitches: n, RateHz: hz, Regular: true, Regions: []RegionSpec{{Region: anatomy.Zygomaticus, MM: 1}}}}
		if rapid.Bool().Draw(t, "twitch by twitch") {
			train = nil
			for i := range n {
				train = append(train, EventSpec{At: 1 + float64(i)/hz, Side: anatomy.Left, RiseMS: 55, FallMS: 85, Regions: []RegionSpec{{Region: anatomy.Zygomaticus, MM: 1}}})
			}
		}
		tr, err := Tell(&Spec{Seconds: 12, Blinks: Blinks{RatePerMin: -1}, Events: train})
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

// A hold is tonic from event.TonicS on, whatever the spec calls it, and twitches that
// follow it without a train's pause are part of it.
func TestFormsAreTheSharedOnes(t *testing.T) {
	at := func(s float64, form event.Form, holdS float64) EventSpec {
		return EventSpec{At: s, Side: anatomy.Left, Form: form, HoldS: holdS, Regions: []RegionSpec{{Region: anatomy.Zygomaticus, MM: 1}}}
	}
	tr, err := Tell(&Spec{Seconds: 20, Blinks: Blinks{RatePerMin: -1}, Events: []EventSpec{at(1, event.Tonic, 0.5), at(4, event.Tonic, 1.5), at(6.1, event.Twitch, 0), at(10, event.Tonic, 0.8)}})
	if err != nil {
		t.Fatal(err)
	}
	if len(tr.Events) != 3 || tr.Events[0].Form != event.Twitch || tr.Events[1].Form != event.Tonic || tr.Events[1].Twitches != 2 || tr.Events[2].Form != event.Tonic {
		t.Errorf("0.7 s, 1.7 s with a twitch behind it and 1.02 s above half came out as %+v", tr.Events)
	}
}
