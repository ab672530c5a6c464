package main

import (
	"math"

	"facialis/event"
)

// largest is the largest peak of an event on its side, mm.
func largest(e event.Event) (v float64) {
	for _, m := range e.Regions {
		if m.PeakMM != nil {
			v = math.Max(v, *m.PeakMM)
		}
	}
	return v
}

// overlaps says that two events share a moment, give or take two pictures.
func overlaps(a, b event.Event) bool {
	const slack = 0.15
	return a.OnsetS < b.OffsetS+slack && b.OnsetS < a.OffsetS+slack
}
