package measure

import (
	"math"
	"slices"
	"testing"

	"facialis/anatomy"
	"facialis/event"
)

// Jerks are looked for from a little before an event to a little after it; a fall without
// a rise is none, nor is a rise of less than a third of the top.
func TestJerksAtTheEndsOfAnEvent(t *testing.T) {
	e := event.Event{Kind: event.Spasm, Side: anatomy.Right, Lead: anatomy.Mentalis, OnsetS: 1, OffsetS: 2}
	of := func(level float64, points map[float64]float64) *event.Trace {
		tr := &event.Trace{}
		for i := range 301 {
			at := float64(i) / 100
			v, ok := points[at]
			if !ok {
				v = level
			}
			tr.T, tr.Diff[anatomy.AtMentalis] = append(tr.T, at), append(tr.Diff[anatomy.AtMentalis], float32(v))
		}
		return tr
	}
	for _, c := range []struct {
		name   string
		level  float64
		points map[float64]float64
		want   []float64
	}{
		{"just before and after", 0, map[float64]float64{0.97: 3, 2.03: 3}, []float64{0.97, 2.03}},
		{"further away", 0, map[float64]float64{0.93: 3, 1.5: 3, 2.07: 3}, []float64{1.5}},
		{"at its end, with no time to fall", 0, map[float64]float64{2.05: 3}, []float64{2.05}},
		{"a rise of less than a third", 2.5, map[float64]float64{1.5: 3, 1.6: 0}, []float64{2.05}},
		{"never far enough", 2.5, map[float64]float64{1.5: 3}, nil},
	} {
		got := peaks(of(c.level, c.points), e)
		if c.name == "a rise of less than a third" { // what follows the fall is a rise to 2.5 mm
			if len(got) != 1 || got[0] <= 1.6 {
				t.Errorf("%s: %v", c.name, got)
			}
			continue
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
	tr := of(0, map[float64]float64{1.5: 3})
	e.Lead = ""
	if got := peaks(tr, e); got != nil {
		t.Errorf("without a leading region: %v", got)
	}
	tr = of(0, map[float64]float64{3: 3})
	e.Lead, e.OnsetS, e.OffsetS = anatomy.Mentalis, 3.035, 5
	if got := peaks(tr, e); got != nil {
		t.Errorf("in two frames: %v", got)
	}
}

// How far a signal rises in an event is counted from where it lay in the third of a
// second before; the last moment before the onset belongs to neither.
func TestRise(t *testing.T) {
	var at []float64
	for i := range 300 {
		at = append(at, float64(i)/100)
	}
	e := event.Event{OnsetS: 1, OffsetS: 1.5}
	v := func(i int) float64 {
		switch x := at[i]; {
		case x < 0.649: // long before
			return 50
		case x < 0.969: // before
			return 1
		case x < 0.9999:
			return 70
		case x < 1.0299: // the onset itself
			return 4
		case x <= 1.5001:
			return 2
		}
		return 90 // after
	}
	if got, ok := rise(at, v, e); !ok || got != 3 {
		t.Errorf("rises by %g, want from 1 to 4", got)
	}
	gone := func(from, to float64) func(int) float64 {
		return func(i int) float64 {
			if at[i] >= from && at[i] <= to {
				return math.NaN()
			}
			return v(i)
		}
	}
	for name, f := range map[string]func(int) float64{"before": gone(0.5, 0.95), "within": gone(0.995, 1.6)} {
		if got, ok := rise(at, f, e); ok {
			t.Errorf("nothing is seen %s it: %g", name, got)
		}
	}
	if got, ok := rise(at, gone(0.7, 0.9), e); !ok || got != 3 {
		t.Errorf("with little before it: %g", got)
	}
}

// A turn is a rise of at least so much and as much of a fall after it.
func TestTurns(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct {
		v    []float32
		want int
	}{
		{[]float32{0, 5, 0}, 1}, {[]float32{5, 0}, 0}, {[]float32{0, 5}, 0}, {[]float32{0, 5, 0, 5, 0}, 2},
		{[]float32{0, 1, 2, 1, 0}, 1}, {[]float32{0, 1.4, 0, 1.4, 0}, 0}, {[]float32{0, 5, 4, 5, 4}, 0},
		{[]float32{4, 2, 3.6, 2}, 1}, {[]float32{nan, 0, nan, 5, nan, 0}, 1}, {nil, 0},
		{[]float32{-6, -4, -6}, 1},
	} {
		if got := turns(c.v, 1.5); got != c.want {
			t.Errorf("%v: %d, want %d", c.v, got, c.want)
		}
	}
}

// Talking is told in windows of two seconds, one every second; a head counts as bowed
// against how it is mostly held.
func TestWhereLidsAreNotWatched(t *testing.T) {
	p := DefaultParams()
	quiet := func() *event.Trace {
		tr := &event.Trace{}
		for i := range 200 {
			tr.T = append(tr.T, float64(i)/10)
			tr.Pitch, tr.Quality, tr.LipOpen = append(tr.Pitch, 20), append(tr.Quality, 1), append(tr.LipOpen, 0)
		}
		return tr
	}
	talk := func(tr *event.Trace, at ...int) {
		for _, i := range at {
			tr.LipOpen[i] = 3
		}
	}
	for _, c := range []struct {
		name  string
		do    func(tr *event.Trace)
		tasks []event.Task
		want  []Span
	}{
		{"held bowed all the time", func(*event.Trace) {}, nil, nil},
		{"three words", func(tr *event.Trace) { talk(tr, 41, 48, 58) }, nil, []Span{{4, 6}}},
		{"two words", func(tr *event.Trace) { talk(tr, 41, 58) }, nil, nil},
		{"three words in three seconds", func(tr *event.Trace) { talk(tr, 41, 55, 68) }, nil, nil},
		{"words without a pause", func(tr *event.Trace) { talk(tr, 41, 44, 47, 51, 54, 57) }, nil, []Span{{3, 7}}},
		{"raised for a second", func(tr *event.Trace) {
			for i := 50; i < 60; i++ {
				tr.Pitch[i] = 5
			}
		}, nil, []Span{{5, 6}}},
		{"bowed further", func(tr *event.Trace) {
			for i := 50; i < 60; i++ {
				tr.Pitch[i] = 33
			}
		}, nil, []Span{{5, 6}}},
		{"a little further", func(tr *event.Trace) {
			for i := 50; i < 60; i++ {
				tr.Pitch[i] = 31
			}
		}, nil, nil},
		{"mostly not tracked", func(tr *event.Trace) {
			for i := range 150 {
				tr.Quality[i], tr.Pitch[i] = 0, float32(math.NaN())
			}
		}, nil, nil},
		{"asked to talk", func(*event.Trace) {}, []event.Task{{Task: "rest", FromS: 0, ToS: 5}, {Task: "speech", FromS: 6, ToS: 9}, {Task: "talk_free", FromS: 12, ToS: 13}}, []Span{{6, 9}, {12, 13}}},
	} {
		tr := quiet()
		c.do(tr)
		got := elsewhere(tr, c.tasks, p)
		ok := len(got) == len(c.want)
		for i := 0; ok && i < len(got); i++ {
			ok = math.Abs(got[i].FromS-c.want[i].FromS) < 1e-9 && math.Abs(got[i].ToS-c.want[i].ToS) < 1e-9
		}
		if !ok {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// The face at rest is had from frames that are clear of every movement and turned to the
// camera, and its interval from how far its seconds differ.
func TestFramesOfTheFaceAtRest(t *testing.T) {
	p := DefaultParams()
	of := func(s int) *event.Trace {
		tr := &event.Trace{}
		for i := range 10 * s {
			tr.T = append(tr.T, float64(i)/10)
			tr.Quality, tr.Yaw, tr.Pitch = append(tr.Quality, 1), append(tr.Yaw, 0), append(tr.Pitch, 0)
			for side := range 2 {
				tr.Aperture[side] = append(tr.Aperture[side], 10)
				tr.CornerUp[side], tr.CornerOut[side] = append(tr.CornerUp[side], float32(side)), append(tr.CornerOut[side], float32(26+side))
			}
		}
		return tr
	}
	if r := resting(of(20), []event.Event{{OnsetS: 5, OffsetS: 7}, {OnsetS: 6, OffsetS: 6.5}, {OnsetS: 15.05, OffsetS: 15.06}}, p); math.Abs(r.UsableS-(20-2.7-0.6)) > 1e-6 {
		t.Errorf("%g s at rest, want 20 less 4.8 to 7.4 and 14.85 to 15.46, ends included", r.UsableS)
	}
	for name, c := range map[string]struct {
		do   func(tr *event.Trace, i int)
		want float64
	}{
		"to the right":      {func(tr *event.Trace, i int) { tr.Yaw[i] = -13 }, 15},
		"to the left":       {func(tr *event.Trace, i int) { tr.Yaw[i] = 13 }, 15},
		"a little":          {func(tr *event.Trace, i int) { tr.Yaw[i], tr.Pitch[i] = -11, 11 }, 20},
		"up":                {func(tr *event.Trace, i int) { tr.Pitch[i] = 13 }, 15},
		"not tracked there": {func(tr *event.Trace, i int) { tr.Quality[i] = 0 }, 15},
	} {
		tr := of(20)
		for i := range 50 {
			c.do(tr, i)
		}
		if r := resting(tr, nil, p); math.Abs(r.UsableS-c.want) > 1e-6 {
			t.Errorf("turned %s for 5 of 20 s: %g s", name, r.UsableS)
		}
	}
	if r := resting(of(2), nil, p); math.Abs(r.UsableS-2) > 1e-6 || r.MouthWidthMM.Value != nil {
		t.Errorf("two seconds: %+v", r)
	}
	// Nine seconds of 6, 7 … 14 mm: half of them within 2 mm of 10, so that one standard
	// deviation is 4/1.349 and a median's error 1.253 of it over three.
	tr := of(9)
	for i := range tr.T {
		tr.Aperture[anatomy.AtRight][i] = float32(6 + i/10)
	}
	r := resting(tr, nil, p)
	half := 1.96 * math.Sqrt(math.Pow(1.253*4/1.349/3, 2)+0.5*0.5)
	if e := r.ApertureMM.Right; *e.Value != 10 || math.Abs(e.CI95[0]-10+half) > 1e-6 || math.Abs(e.CI95[1]-10-half) > 1e-6 {
		t.Errorf("right aperture %g in %v, want 10 ± %g", *e.Value, *e.CI95, half)
	}
	if e := r.ApertureDifferenceMM; *e.Value != 0 {
		t.Errorf("of apertures of 10 mm each the difference is %g", *e.Value)
	}
	if *r.CornerUpDifferenceMM.Value != -1 || *r.MouthWidthMM.Value != 53 {
		t.Errorf("corners %g apart in height, mouth %g mm wide", *r.CornerUpDifferenceMM.Value, *r.MouthWidthMM.Value)
	}
}

// A brow counts as lifted from 0.3 mm on, or five times its noise, and only where the eye
// closed on that side while the face was seen.
func TestWhichLiftsCount(t *testing.T) {
	p := DefaultParams()
	for _, c := range []struct {
		name       string
		own, other float64
		noise      float64
		region     anatomy.Region
		kind       event.Kind
		seen       []Span
		votes      int
		want       float64
	}{
		{"enough", 0.35, 0, 0.01, anatomy.OrbicularisOculi, event.Spasm, []Span{{0, 3}}, 1, 1},
		{"too little", 0.25, 0, 0.01, anatomy.OrbicularisOculi, event.Spasm, []Span{{0, 3}}, 1, 0},
		{"in its noise", 0.45, 0, 0.1, anatomy.OrbicularisOculi, event.Spasm, []Span{{0, 3}}, 1, 0},
		{"out of its noise", 0.55, 0, 0.1, anatomy.OrbicularisOculi, event.Spasm, []Span{{0, 3}}, 1, 1},
		{"noise not known", 0.35, 0, math.NaN(), anatomy.OrbicularisOculi, event.Spasm, []Span{{0, 3}}, 1, 1},
		{"only against the other, which sinks", 0, -1, 0.01, anatomy.OrbicularisOculi, event.Spasm, []Span{{0, 3}}, 1, 0},
		{"no eye closure", 1, 0, 0.01, anatomy.Malar, event.Spasm, []Span{{0, 3}}, 0, 0},
		{"no spasm", 1, 0, 0.01, anatomy.OrbicularisOculi, event.Voluntary, []Span{{0, 3}}, 0, 0},
		{"not seen", 1, 0, 0.01, anatomy.OrbicularisOculi, event.Spasm, []Span{{2, 3}}, 0, 0},
	} {
		for s, side := range anatomy.Sides {
			tr := &event.Trace{}
			for i := range 90 {
				tr.T = append(tr.T, float64(i)/30)
				var v [2]float64
				if i >= 30 && i < 45 {
					v[s], v[1-s] = c.own, c.other
				}
				for k := range 2 {
					tr.Along[k][anatomy.AtFrontalis] = append(tr.Along[k][anatomy.AtFrontalis], float32(v[k]))
				}
				tr.Diff[anatomy.AtFrontalis] = append(tr.Diff[anatomy.AtFrontalis], float32(v[0]-v[1]))
			}
			tr.DiffNoiseMM[anatomy.AtFrontalis] = c.noise
			e := event.Event{Kind: c.kind, Side: side, OnsetS: 1, OffsetS: 1.4, Regions: []event.RegionMovement{{Region: c.region, Side: side}}}
			share, _, n := liftsSeen(tr, []event.Event{e}, c.seen, p)
			if n != c.votes || n > 0 && *share != c.want {
				t.Errorf("%s, %s: %d votes, share %v", c.name, side, n, share)
			}
		}
	}
}

// Events whose side is not known are of the side that the trace has them on; what is of
// both has one part on each.
func TestSidesInThePicture(t *testing.T) {
	of := func(mm float64) *event.Trace {
		tr := &event.Trace{}
		for i := range 90 {
			v := 0.0
			if i >= 30 && i < 45 {
				v = mm
			}
			tr.T = append(tr.T, float64(i)/30)
			for k := range tr.Diff {
				tr.Diff[k] = append(tr.Diff[k], float32(v))
			}
		}
		return tr
	}
	e := event.Event{Kind: event.Spasm, Side: anatomy.Unknown, Lead: anatomy.Zygomaticus, OnsetS: 1, OffsetS: 1.4,
		Regions: []event.RegionMovement{{Region: anatomy.Zygomaticus, Side: anatomy.Unknown}, {Region: anatomy.Malar, Side: anatomy.Unknown}}}
	for _, c := range []struct {
		tr   *event.Trace
		lead anatomy.Region
		want anatomy.Side
	}{{of(2), anatomy.Zygomaticus, anatomy.Right}, {of(-2), anatomy.Zygomaticus, anatomy.Left}, {nil, anatomy.Zygomaticus, anatomy.Unknown}, {of(2), "", anatomy.Unknown}} {
		e.Lead = c.lead
		got := inPicture(c.tr, []event.Event{e})[0]
		if got.Side != c.want || got.Regions[0].Side != c.want || got.Regions[1].Side != c.want {
			t.Errorf("%+v, want %s", got, c.want)
		}
	}
	if e.Side != anatomy.Unknown || e.Regions[0].Side != anatomy.Unknown {
		t.Error("the events themselves were changed")
	}
	e.Side, e.Regions = anatomy.Both, []event.RegionMovement{{Region: anatomy.Malar, Side: anatomy.Unknown}, {Region: anatomy.Malar, Side: anatomy.Unknown}}
	if got := inPicture(nil, []event.Event{e})[0].Regions; got[0].Side != anatomy.Right || got[1].Side != anatomy.Left {
		t.Errorf("of both: %+v", got)
	}
}

// The share of one side, whichever it is, is of the spasms that were seen.
func TestShareOfOneSide(t *testing.T) {
	seen := []Span{{0, 50}}
	spasms := slices.Concat(train(anatomy.Right, 1), train(anatomy.Left, 2, 3, 60), []event.Event{both(event.Spasm, 4, 5, 1), both(event.Blink, 6, 7, 9)})
	if got := oneSidedShare(spasms, seen); got == nil || *got != 0.5 {
		t.Errorf("of a spasm of the right, two of the left and one of both: %v", got)
	}
	if got := oneSidedShare(append(spasms, train(anatomy.Unknown, 8)...), seen); got != nil {
		t.Errorf("with one of nobody knows which side: %g", *got)
	}
	if got := oneSidedShare(spasms[3:4], seen); got != nil {
		t.Errorf("of none that was seen: %g", *got)
	}
}

// An attack lasts from its first onset to its last offset, in whatever order they come.
func TestAttacksAndEpisodes(t *testing.T) {
	one, two := 1, 2
	e := train(anatomy.Right, 1, 3, 10, 14, 40)
	e[0].Attack, e[1].Attack, e[2].Attack, e[3].Attack = &one, &one, &two, &two
	e[0].OffsetS = 3.9 // beyond the second one's end
	e[0].Episode, e[1].Episode, e[4].Episode = &one, &one, &two
	s := Summarize(e, FullView([]Span{{0, 60}}), nil, DefaultParams())
	if s.Attacks != 2 || s.Episodes != 2 || s.AttackS.N != 2 {
		t.Errorf("%d attacks, %d episodes", s.Attacks, s.Episodes)
	}
	near(t, "longer attack", s.AttackS.Max, 4.2)
	near(t, "between the two", s.AttackS.Median, (4.2+2.9)/2)
}

// Spasms of both sides are together where their onsets are within 0.067 s, whatever
// comes between them in the list.
func TestPartners(t *testing.T) {
	for _, c := range []struct {
		name   string
		events []event.Event
		want   float64
	}{
		{"close", slices.Concat(train(anatomy.Right, 1), train(anatomy.Left, 1.06)), 1},
		{"not close", slices.Concat(train(anatomy.Right, 1), train(anatomy.Left, 1.07)), 0},
		{"with one of the same side between", slices.Concat(train(anatomy.Right, 1, 1.02), train(anatomy.Left, 1.05)), 1},
		{"one side alone", train(anatomy.Right, 1, 1.02, 1.05), 0},
		{"beside one of both", slices.Concat(train(anatomy.Right, 1), []event.Event{both(event.Spasm, 1.03, 2, 1)}), 1},
		{"before one of both", slices.Concat([]event.Event{both(event.Spasm, 1, 2, 1)}, train(anatomy.Right, 1.03, 9, 12)), 0.5},
	} {
		s := Summarize(c.events, FullView([]Span{{0, 60}}), nil, DefaultParams())
		near(t, c.name, s.BilateralOverlap, c.want)
	}
}

// The lesser side makes it a matter of both from a fifth of the spasms on.
func TestTheLeadingSide(t *testing.T) {
	p := DefaultParams()
	for _, c := range []struct {
		right, left int
		side        anatomy.Side
		laterality  float64
	}{{9, 1, anatomy.Right, 0.8}, {1, 9, anatomy.Left, -0.8}, {8, 2, anatomy.Both, 0.6}, {2, 8, anatomy.Both, -0.6}, {81, 19, anatomy.Right, 0.62}, {3, 0, anatomy.Right, 1}} {
		got, lat := side(c.right, c.left, p)
		if *got != c.side || math.Abs(*lat-c.laterality) > 1e-12 {
			t.Errorf("%d of the right, %d of the left: %s, %g", c.right, c.left, *got, *lat)
		}
	}
}

// Two by two, intervals of 1 and 3 s differ by half of their mean each time: CV2 is 1.
func TestNeighboringIntervals(t *testing.T) {
	s := Summarize(train(anatomy.Right, 1, 2, 5, 6, 9), FullView([]Span{{0, 60}}), nil, DefaultParams())
	near(t, "cv2", s.IntervalS.CV2, 1)
	near(t, "regularity", s.Regularity, 0)
	near(t, "cv", s.IntervalS.CV, math.Sqrt(4.0/3)/2)
	near(t, "median interval", s.IntervalS.Median, 2)
	// Of both sides each side's own are taken; neighbors across a gap are none.
	s = Summarize(slices.Concat(train(anatomy.Right, 1, 2, 5), train(anatomy.Left, 1.5, 2.5, 30, 31)), FullView([]Span{{0, 10}, {20, 60}}), nil, DefaultParams())
	if s.IntervalS.N != 4 {
		t.Errorf("%d intervals, want 1 and 3 s of the right, 1 and 1 s of the left", s.IntervalS.N)
	}
	near(t, "cv2 of both", s.IntervalS.CV2, 1)
}

// Where a movement is on both sides the larger one counts, up or down; one whose size is
// not known is smaller than any.
func TestTheLargerOfTwoParts(t *testing.T) {
	part := func(side anatomy.Side, mm *float64) event.RegionMovement {
		return event.RegionMovement{Region: anatomy.Malar, Side: side, PeakMM: mm}
	}
	for _, c := range []struct {
		right, left *float64
		want        anatomy.Side
	}{{ptr(1.0), ptr(2.0), anatomy.Left}, {ptr(2.0), ptr(1.0), anatomy.Right}, {ptr(-3.0), ptr(2.0), anatomy.Right}, {nil, ptr(0.0), anatomy.Left}, {ptr(0.1), nil, anatomy.Right}} {
		e := event.Event{Regions: []event.RegionMovement{{Region: anatomy.Mentalis, PeakMM: ptr(9.0)}, part(anatomy.Right, c.right), part(anatomy.Left, c.left)}}
		if m, ok := movement(e, anatomy.Malar, anatomy.Both); !ok || m.Side != c.want {
			t.Errorf("%+v: %+v", c, m)
		}
		if m, ok := movement(e, anatomy.Malar, anatomy.Left); !ok || m.Side != anatomy.Left {
			t.Errorf("of the left: %+v", m)
		}
	}
}

// A sight's blocks lie where it begins.
func TestSightOfALaterPart(t *testing.T) {
	sight := sightOf()
	sight.FromS = 100
	sight.Filmed[4] = 0
	unsee(sight, anatomy.AtRight, 10, 40, anatomy.AtMalar)
	for b := range 4 { // of the ten blocks seen, one not filmed; 3, 3, 3, 3, 1, 1, 1, 1, 1
		sight.SmallestMM[anatomy.AtRight][anatomy.AtMalar][b] = 3
	}
	v := ViewOf([]Span{{99, 121}}, sight, nil)
	if got := v.Region[anatomy.AtRight][anatomy.AtMalar]; !slices.Equal(got, []Span{{100, 102}, {102.5, 105}}) {
		t.Errorf("%v", got)
	}
	if got := v.Seen(sight).Right[anatomy.Malar]; got.Seconds != 4.5 || *got.SmallestMM != 1 {
		t.Errorf("%g s, from %g mm on", got.Seconds, *got.SmallestMM)
	}
	if got := v.Seen(sight).Left[anatomy.Malar]; got.Seconds != 19.5 {
		t.Errorf("of the left %g s", got.Seconds)
	}
	for _, c := range []struct {
		side anatomy.Side
		want float64
	}{{anatomy.Right, 4.5}, {anatomy.Left, 19.5}, {anatomy.Both, 19.5}, {anatomy.Unknown, 19.5}} {
		if got := total(v.region(c.side, anatomy.AtMalar)); got != c.want {
			t.Errorf("%s: seen for %g s, want %g", c.side, got, c.want)
		}
	}
}

// Shares and rates of numbers that cannot be.
func TestImpossibleCounts(t *testing.T) {
	if Wilson(-1, 5) != nil || Wilson(6, 5) != nil || Wilson(0, -1) != nil {
		t.Error("a share of fewer than none or more than all")
	}
	if e := PoissonRate(-1, 5); e.Value != nil {
		t.Errorf("a rate of %g", *e.Value)
	}
	if w := Wilson(5, 5); w[1] != 1 || math.Abs(w[0]-0.5655) > 1e-4 { // Newcombe 1998
		t.Errorf("of five all: %v", *w)
	}
}
