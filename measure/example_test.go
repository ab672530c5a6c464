package measure_test

import (
	"fmt"

	"facialis/anatomy"
	"facialis/event"
	"facialis/measure"
)

// From events to figures, over the time in which the face was seen.
func ExampleSummarize() {
	var events []event.Event
	for _, at := range []float64{5, 12, 31, 44} {
		events = append(events, event.Event{Kind: event.Spasm, Side: anatomy.Right, Form: event.Twitch, OnsetS: at, OffsetS: at + 0.2,
			Lead: anatomy.Zygomaticus, Confidence: 0.9})
	}
	seen := measure.FullView([]measure.Span{{FromS: 0, ToS: 60}})
	s := measure.Summarize(events, seen, nil, measure.DefaultParams())
	fmt.Printf("%d spasms in %.0f s: %.0f a minute, 95 %% interval %.1f to %.1f\n", s.Spasms, s.UsableS, *s.RatePerMin.Value, s.RatePerMin.CI95[0], s.RatePerMin.CI95[1])
	// Output: 4 spasms in 60 s: 4 a minute, 95 % interval 1.1 to 10.2
}
