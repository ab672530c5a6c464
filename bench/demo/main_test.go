package main

import (
	"testing"

	"facialis/anatomy"
	"facialis/event"
)

func TestAnnotatedBlinks(t *testing.T) {
	a, err := blinks(blinksCSV)
	if err != nil {
		t.Fatal(err)
	}
	if len(a.Events) != 61 {
		t.Fatalf("%d blinks, the annotators marked 61", len(a.Events))
	}
	last := 0.0
	for i, e := range a.Events {
		if e.OnsetS < last || e.OffsetS <= e.OnsetS || e.OffsetS > 200 {
			t.Errorf("blink %d from %v to %v s is out of order or outside the clip", i+1, e.OnsetS, e.OffsetS)
		}
		last = e.OffsetS
	}
	if _, err := blinks("start_s,end_s\n1,x\n"); err == nil {
		t.Error("a blink that ends at x was read")
	}
}

func TestDescribe(t *testing.T) {
	mm := 1.25
	e := event.Event{Kind: event.Spasm, Side: anatomy.Right, OnsetS: 1, OffsetS: 1.2, Lead: anatomy.Depressor,
		Regions: []event.RegionMovement{{Region: anatomy.Depressor, Side: anatomy.Right, PeakMM: &mm}}}
	if got, want := describe(e), "  1.00-1.20   spasm   right depressor 1.2 mm"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	e.Regions[0].PeakMM = nil
	if got, want := describe(e), "  1.00-1.20   spasm   right depressor"; got != want {
		t.Errorf("without a size %q, want %q", got, want)
	}
}
