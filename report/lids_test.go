package report

import (
	"strings"
	"testing"

	"facialis/anatomy"
	"facialis/event"
	"facialis/measure"
)

// A film without a spasm whose eyes close together for long does not read as one
// in which nothing happened.
func TestSpellsOfBothEyesAreTold(t *testing.T) {
	longest, share := 2.7, 0.39
	a := &Analysis{}
	a.Recording.DurationS, a.Measures.UsableS = 30, 30
	a.Measures.RatePerMin = measure.PoissonRate(0, 0.5)
	quiet := strings.Join(english().sentences(a), " ")
	a.Measures.Lids = measure.Lids{WatchedS: 30, Closures: 21, Spells: 5, ShutShare: &share}
	a.Measures.Lids.DurationS.Max = &longest
	told := strings.Join(english().sentences(a), " ")
	if strings.Contains(quiet, "both your eyes") || !strings.Contains(told, "5 times") || !strings.Contains(told, "2.7 s") || !strings.Contains(told, "39 %") {
		t.Errorf("%q\n%q", quiet, told)
	}
	a.Measures.Lids.Spells = 1
	if told := strings.Join(english().sentences(a), " "); !strings.Contains(told, "once") {
		t.Error(told)
	}
	if f := english().lidFigure(a.Measures.Lids); !strings.HasPrefix(f.Plain, "once ") {
		t.Error(f)
	}
}

// What the timeline shows without a name is reported as well.
func TestMovementsWithoutANameAreTold(t *testing.T) {
	a := &Analysis{}
	a.Recording.DurationS, a.Measures.UsableS = 30, 30
	a.Measures.RatePerMin = measure.PoissonRate(0, 0.5)
	if told := strings.Join(english().sentences(a), " "); strings.Contains(told, "could not be named") {
		t.Error(told)
	}
	a.Events = []event.Event{{Kind: event.Other, Side: anatomy.Left}, {Kind: event.Blink, Side: anatomy.Both}}
	if told := strings.Join(english().sentences(a), " "); !strings.Contains(told, "moved alone once") {
		t.Error(told)
	}
	a.Events = append(a.Events, event.Event{Kind: event.Other, Side: anatomy.Right})
	if told := strings.Join(english().sentences(a), " "); !strings.Contains(told, "moved alone 2 times") {
		t.Error(told)
	}
}
