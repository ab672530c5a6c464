package measure

import (
	"math"
	"slices"
	"testing"

	"facialis/anatomy"
	"facialis/event"
	_ "facialis/internal/rapidtest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

// at makes a spasm of 0.2 s with eye and cheek.
func at(side anatomy.Side, onset float64) event.Event {
	return event.Event{Kind: event.Spasm, Side: side, Form: event.Twitch, OnsetS: onset, OffsetS: onset + 0.2,
		Lead: anatomy.OrbicularisOculi, Regions: []event.RegionMovement{
			{Region: anatomy.OrbicularisOculi, Side: side, OnsetS: onset, PeakMM: ptr(1.0)},
			{Region: anatomy.Zygomaticus, Side: side, OnsetS: onset + 0.05, PeakMM: ptr(2.0)},
		}}
}

func train(side anatomy.Side, onsets ...float64) []event.Event {
	var out []event.Event
	for _, t := range onsets {
		out = append(out, at(side, t))
	}
	return out
}

func near(t *testing.T, what string, got *float64, want float64) {
	t.Helper()
	if got == nil {
		t.Fatalf("%s: nil, want %v", what, want)
	}
	if math.Abs(*got-want) > 1e-3 {
		t.Errorf("%s: %v, want %v", what, *got, want)
	}
}

func TestNothingSeen(t *testing.T) {
	s := Summarize(nil, FullView([]Span{{0, 180}}), nil, DefaultParams())
	near(t, "rate", s.RatePerMin.Value, 0)
	near(t, "upper bound", &s.RatePerMin.CI95[1], 3.68888/3)
	near(t, "burden", s.Burden, 0)
	near(t, "longest free", s.LongestFreeS, 180)
	for name, p := range map[string]*float64{"median": s.DurationS.Median, "cv": s.IntervalS.CV,
		"regularity": s.Regularity, "tonic": s.TonicFraction, "laterality": s.Laterality,
		"overlap": s.BilateralOverlap, "brow": s.BrowLiftShare, "rest": s.RestRatePerMin.Value} {
		if p != nil {
			t.Errorf("%s: %v, want nil: there was no spasm", name, *p)
		}
	}
	if s.Side != nil {
		t.Errorf("side %v of no spasm", *s.Side)
	}
	if s := Summarize(train(anatomy.Right, 1), FullView(nil), nil, DefaultParams()); s.RatePerMin.Value != nil || s.Burden != nil {
		t.Error("a rate over no time")
	}
}

func TestRateOverTrackedTime(t *testing.T) {
	// Two minutes of film, one of them tracked, in two halves.
	s := Summarize(train(anatomy.Right, 10, 20, 60, 100, 110), FullView([]Span{{0, 30}, {90, 120}}), nil, DefaultParams())
	near(t, "rate", s.RatePerMin.Value, 4)
	near(t, "burden", s.Burden, 4*0.2/60)
	if s.IntervalS.N != 2 {
		t.Errorf("%d intervals, want 2: none across the gap", s.IntervalS.N)
	}
	near(t, "longest interval", s.IntervalS.Max, 10)
	near(t, "longest free", s.LongestFreeS, 10)
}

func TestRhythm(t *testing.T) {
	whole := []Span{{0, 1000}}
	s := Summarize(train(anatomy.Left, 1, 2, 3, 4, 5), FullView(whole), nil, DefaultParams())
	near(t, "cv of a metronome", s.IntervalS.CV, 0)
	near(t, "regularity of a metronome", s.Regularity, 1)

	// A metronome that slows down is irregular by CV, nearly regular by CV2.
	slowing := []float64{0}
	for d := 1.0; len(slowing) < 30; d *= 1.1 {
		slowing = append(slowing, slowing[len(slowing)-1]+d)
	}
	s = Summarize(train(anatomy.Left, slowing...), FullView(whole), nil, DefaultParams())
	if *s.IntervalS.CV < 0.5 || *s.Regularity < 0.89 {
		t.Errorf("slowing metronome: cv %.2f, regularity %.2f", *s.IntervalS.CV, *s.Regularity)
	}
	if s := Summarize(train(anatomy.Left, 1, 2), FullView(whole), nil, DefaultParams()); s.Regularity != nil || s.IntervalS.CV != nil {
		t.Error("a regularity of one interval")
	}
}

func TestSides(t *testing.T) {
	alternating := slices.Concat(train(anatomy.Right, 1, 3, 5), train(anatomy.Left, 2, 4))
	s := Summarize(alternating, FullView([]Span{{0, 60}}), nil, DefaultParams())
	near(t, "laterality", s.Laterality, 0.2)
	near(t, "overlap of taking turns", s.BilateralOverlap, 0)
	if *s.Side != anatomy.Both {
		t.Errorf("side %s", *s.Side)
	}
	together := slices.Concat(train(anatomy.Right, 1, 3), train(anatomy.Left, 1.05, 9))
	s = Summarize(together, FullView([]Span{{0, 60}}), nil, DefaultParams())
	near(t, "overlap", s.BilateralOverlap, 0.5)
}

func TestSpreadAndBrow(t *testing.T) {
	e := train(anatomy.Right, 1, 2, 3, 4)
	e[0].Regions = append(e[0].Regions, event.RegionMovement{Region: anatomy.Frontalis, Side: anatomy.Right, OnsetS: 1.02, PeakMM: ptr(0.8)})
	e[1].Regions = append(e[1].Regions, event.RegionMovement{Region: anatomy.Frontalis, Side: anatomy.Right, OnsetS: 2.02, PeakMM: ptr(-0.8)})
	e[2].Regions = e[2].Regions[1:] // cheek alone: no eye closure
	e[3].Form, e[3].OffsetS = event.Tonic, 5.4
	s := Summarize(e, FullView([]Span{{0, 60}}), nil, DefaultParams())
	near(t, "brow lift", s.BrowLiftShare, 1.0/3)
	near(t, "tonic", s.TonicFraction, 1.4/2.0)
	got := []anatomy.Region{}
	for _, r := range s.Spread {
		got = append(got, r.Region)
	}
	if d := cmp.Diff([]anatomy.Region{anatomy.Zygomaticus, anatomy.OrbicularisOculi, anatomy.Frontalis}, got); d != "" {
		t.Error(d)
	}
	near(t, "cheek share", &s.Spread[0].Share, 1)
	near(t, "cheek lag", s.Spread[0].MedianLagMS, 50)
	near(t, "cheek peak", s.Spread[0].PeakMM, 2)
	if len(s.Sides.Left.Spread) != 0 {
		t.Error("the left side has a share in spasms of the right")
	}
}

func TestTasks(t *testing.T) {
	blink := "blink"
	e := train(anatomy.Right, 5, 15, 35)
	e[2].Trigger = &blink
	for _, at := range []float64{10, 31, 32, 33} {
		e = append(e, event.Event{Kind: event.Blink, Side: anatomy.Both, OnsetS: at, OffsetS: at + 0.2})
	}
	tasks := []event.Task{{Task: "rest", FromS: 0, ToS: 30}, {Task: "blink", FromS: 30, ToS: 60}}
	s := Summarize(e, FullView([]Span{{0, 60}}), tasks, DefaultParams())
	near(t, "rest rate", s.RestRatePerMin.Value, 4)
	near(t, "blink rate without those asked for", s.BlinkRatePerMin.Value, 2)
	want := []TriggerShare{{"", 2, 2.0 / 3}, {"blink", 1, 1.0 / 3}}
	if d := cmp.Diff(want, s.ByTrigger); d != "" {
		t.Error(d)
	}
}

// events draws spasms and blinks over two minutes.
func events(t *rapid.T) []event.Event {
	var out []event.Event
	for range rapid.IntRange(0, 20).Draw(t, "n") {
		side := rapid.SampledFrom([]anatomy.Side{anatomy.Right, anatomy.Left}).Draw(t, "side")
		e := at(side, float64(rapid.IntRange(0, 1180).Draw(t, "onset"))/10)
		if rapid.Bool().Draw(t, "blink") {
			e.Kind, e.Side = event.Blink, anatomy.Both
		}
		out = append(out, e)
	}
	return out
}

func TestTimeShift(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e, dt := events(t), float64(rapid.IntRange(-50, 5000).Draw(t, "shift"))
		shifted := slices.Clone(e)
		for i := range shifted {
			s := &shifted[i]
			s.OnsetS, s.OffsetS, s.Regions = s.OnsetS+dt, s.OffsetS+dt, slices.Clone(s.Regions)
			for j := range s.Regions {
				s.Regions[j].OnsetS += dt
			}
		}
		a := Summarize(e, FullView([]Span{{0, 50}, {60, 120}}), nil, DefaultParams())
		b := Summarize(shifted, FullView([]Span{{dt, 50 + dt}, {60 + dt, 120 + dt}}), nil, DefaultParams())
		if d := cmp.Diff(a, b, cmpopts.EquateApprox(1e-9, 1e-6)); d != "" {
			t.Error(d)
		}
	})
}

func TestSwapSides(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		e := events(t)
		swapped := slices.Clone(e)
		for i := range swapped {
			s := &swapped[i]
			s.Side, s.Regions = s.Side.Other(), slices.Clone(s.Regions)
			for j := range s.Regions {
				s.Regions[j].Side = s.Regions[j].Side.Other()
			}
		}
		a := Summarize(e, FullView([]Span{{0, 120}}), nil, DefaultParams())
		b := Summarize(swapped, FullView([]Span{{0, 120}}), nil, DefaultParams())
		if a.Sides.Right.Spasms == a.Sides.Left.Spasms {
			return // which side leads is a tie
		}
		if *a.Side != b.Side.Other() {
			t.Errorf("side %s and %s", *a.Side, *b.Side)
		}
		if *a.Laterality != -*b.Laterality {
			t.Errorf("laterality %v and %v", *a.Laterality, *b.Laterality)
		}
		a.Sides.Right, a.Sides.Left = a.Sides.Left, a.Sides.Right
		a.Side, a.Laterality = b.Side, b.Laterality
		if d := cmp.Diff(a, b, cmpopts.EquateApprox(1e-9, 1e-9)); d != "" {
			t.Error(d)
		}
	})
}

// An episode has one vote on the brow, however many events the detector made of
// it and in whatever order they show it; the other side's vote is its own.
func TestAnEpisodeHasOneVote(t *testing.T) {
	for _, lifted := range [][]int{{0}, {1}, {0, 1}} {
		e := slices.Concat(train(anatomy.Right, 1, 1.6, 9), train(anatomy.Left, 1.1))
		one, two := 1, 2
		e[0].Episode, e[1].Episode, e[2].Episode, e[3].Episode = &one, &one, &two, &one
		for _, i := range lifted {
			e[i].Regions = append(e[i].Regions, event.RegionMovement{Region: anatomy.Frontalis, Side: anatomy.Right, OnsetS: e[i].OnsetS, PeakMM: ptr(0.8)})
		}
		share, _, n := browLift(e)
		if n != 3 {
			t.Errorf("lifted in %v: %d votes", lifted, n)
		}
		near(t, "brow lift", share, 1.0/3)
	}
}
