package measure

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"facialis/anatomy"
	"facialis/event"
)

// still is a face of s seconds at 30 frames a second that does nothing: eyes
// 10 mm open, a mouth 54 mm wide, noise of 0.02 mm.
func still(s float64) *event.Trace {
	n := int(s * 30)
	rng := rand.New(rand.NewPCG(3, 5))
	col := func(level, noise float64) []float32 {
		c := make([]float32, n)
		for i := range c {
			c[i] = float32(level + noise*rng.NormFloat64())
		}
		return c
	}
	tr := &event.Trace{MMPerPx: 0.5}
	for i := range n {
		tr.T = append(tr.T, float64(i)/30)
	}
	for s := range 2 {
		tr.Aperture[s], tr.BrowHeight[s], tr.CornerOut[s], tr.CornerUp[s] = col(10, 0.1), col(25, 0.1), col(27, 0.1), col(0, 0.1)
		for k := range anatomy.NumRegions {
			tr.Along[s][k] = col(0, 0.02)
			tr.NoiseMM[s][k] = 0.02
		}
	}
	tr.Shown = [2][]float32{col(5, 0.1), col(5, 0.1)}
	tr.LipOpen, tr.Yaw, tr.Pitch, tr.Roll, tr.Quality = col(0, 0.1), col(0, 0.2), col(0, 0.2), col(0, 0.2), col(1, 0)
	differ(tr)
	return tr
}

func differ(tr *event.Trace) {
	for k := range anatomy.NumRegions {
		tr.Diff[k] = make([]float32, tr.Len())
		for i := range tr.Diff[k] {
			tr.Diff[k][i] = tr.Along[0][k][i] - tr.Along[1][k][i]
		}
		tr.DiffNoiseMM[k] = 0.03
	}
}

func watched(tr *event.Trace, events []event.Event, tasks []event.Task) Summary {
	end := tr.T[tr.Len()-1]
	var s Summary
	s.Watch(tr, events, FullView([]Span{{0, end}}), tasks, DefaultParams())
	return s
}

func TestRestingFace(t *testing.T) {
	tr := still(30)
	for i := range tr.T {
		tr.Aperture[anatomy.AtLeft][i] -= 1.5
		tr.CornerUp[anatomy.AtLeft][i] += 2
	}
	blink := event.Event{Kind: event.Blink, Side: anatomy.Both, OnsetS: 10, OffsetS: 20}
	for i, x := range tr.T { // closed in the blink, which must not count
		if x >= 10 && x < 20 {
			tr.Aperture[0][i], tr.Aperture[1][i] = 0, 0
		}
	}
	r := watched(tr, []event.Event{blink}, nil).Resting
	near := func(name string, e Estimate, want float64) {
		t.Helper()
		if e.Value == nil || math.Abs(*e.Value-want) > 0.1 {
			t.Fatalf("%s is %v, want %g", name, e.Value, want)
		}
		if w := e.CI95[1] - e.CI95[0]; w < 2*1.96*DefaultParams().LandmarkBiasMM || w > 3 || e.CI95[0] > want || e.CI95[1] < want {
			t.Errorf("%s lies in %v", name, *e.CI95)
		}
	}
	near("right aperture", r.ApertureMM.Right, 10)
	near("difference of apertures", r.ApertureDifferenceMM, 1.5)
	near("difference of corners", r.CornerUpDifferenceMM, -2)
	near("width of the mouth", r.MouthWidthMM, 54)
	if r.UsableS < 18 || r.UsableS > 20 {
		t.Errorf("%g s between movements, want 19.4", r.UsableS)
	}
	for i := range tr.T {
		tr.Yaw[i] = 30
	}
	if r := watched(tr, nil, nil).Resting; r.ApertureDifferenceMM.Value != nil || r.UsableS != 0 {
		t.Errorf("a face turned away was measured at rest: %+v", r)
	}
}

// both is a closure of both eyes, by peak mm.
func both(kind event.Kind, on, off, mm float64, more ...anatomy.Region) event.Event {
	e := event.Event{Kind: kind, Side: anatomy.Both, OnsetS: on, OffsetS: off, Lead: anatomy.OrbicularisOculi}
	for _, r := range append([]anatomy.Region{anatomy.OrbicularisOculi}, more...) {
		e.Regions = append(e.Regions, event.RegionMovement{Region: r, Side: anatomy.Right, PeakMM: &mm}, event.RegionMovement{Region: r, Side: anatomy.Left, PeakMM: &mm})
	}
	return e
}

func TestLids(t *testing.T) {
	name := "smile"
	asked := both(event.Voluntary, 52, 54, 9)
	asked.Trigger = &name
	events := []event.Event{
		both(event.Blink, 1, 1.2, 9),                                                                     // a blink alone
		both(event.Voluntary, 5, 7, 9),                                                                   // long
		both(event.Voluntary, 10, 12, 2),                                                                 // eyes narrowed: a smile
		both(event.Blink, 20, 20.2, 9), both(event.Blink, 20.4, 20.6, 9), both(event.Blink, 20.8, 21, 9), // a cluster
		both(event.Blink, 30, 30.2, 9), both(event.Blink, 30.4, 30.6, 9), // two are none
		both(event.Voluntary, 40, 41, 9, anatomy.Platysma), // long, with the neck
		asked,                            // asked for by a trigger
		both(event.Voluntary, 65, 67, 9), // asked for by a task
	}
	tasks := []event.Task{{Task: "rest", FromS: 0, ToS: 60}, {Task: "eye_closure", FromS: 60, ToS: 70}}
	tr := still(70)
	for _, e := range events {
		width := 1 - *e.Regions[0].PeakMM/10
		shows := width
		if width < 0.5 {
			shows = 0.15
		}
		shutEyes(tr, e.OnsetS, e.OffsetS, width, shows)
	}
	lidsOf(t, watched(tr, events, tasks).Lids)
	var told Summary // without a trace
	told.Watch(nil, events, FullView([]Span{{0, 70}}), tasks, DefaultParams())
	lidsOf(t, told.Lids)
	if l := watched(still(10), nil, []event.Task{{Task: "blink", FromS: 0, ToS: 10}}).Lids; l.ShutShare != nil || l.LongRatePerMin.Value != nil {
		t.Errorf("a film of a task alone was watched: %+v", l)
	}
}

// lidsOf are the closures of TestLids.
func lidsOf(t *testing.T, l Lids) {
	t.Helper()
	if math.Abs(l.WatchedS-60) > 0.1 || l.Closures != 8 || l.Spells != 3 {
		t.Errorf("watched %g s, %d closures, %d spells; want 60, 8, 3", l.WatchedS, l.Closures, l.Spells)
	}
	if *l.LongRatePerMin.Value < 1.9 || *l.LongRatePerMin.Value > 2.1 || *l.ClusterRatePerMin.Value < 0.9 || *l.ClusterRatePerMin.Value > 1.1 {
		t.Errorf("long %g, clusters %g a minute; want 2 and 1", *l.LongRatePerMin.Value, *l.ClusterRatePerMin.Value)
	}
	if math.Abs(*l.WithMouthShare-1.0/3) > 1e-9 || l.WithMouthShareCI95 == nil {
		t.Errorf("share with the mouth %g", *l.WithMouthShare)
	}
	if want := (2 + 1 + 5*0.2 + 0.2) / 60; math.Abs(*l.ShutShare-want) > 0.004 {
		t.Errorf("shut for %g of the time, want %g", *l.ShutShare, want)
	}
}

// Looking down and talking are no cramp of the lids: lids that hang low for long,
// a bowed head, and the rows of blinks of somebody who talks.
func TestLookingDownAndTalkingAreNoCramp(t *testing.T) {
	// shut closes both eyes to a width, showing so much between the lids, for a time
	// from each moment on.
	shut := func(tr *event.Trace, moments []float64, forS float64, width, shows float32) {
		for i, x := range tr.T {
			for _, at := range moments {
				if x >= at && x < at+forS {
					for s := range 2 {
						tr.Aperture[s][i], tr.Shown[s][i] = width, shows
					}
				}
			}
		}
	}
	var long, rows []float64
	for at := 3.0; at < 55; at += 6 {
		long = append(long, at)
		for k := 0.0; k < 4; k++ {
			rows = append(rows, at+0.4*k)
		}
	}
	cramp, low := still(60), still(60)
	shut(cramp, long, 1.5, 1, 0.3)
	shut(low, long, 3, 3.5, 3)
	if l := watched(cramp, nil, nil).Lids; l.Spells != len(long) {
		t.Fatalf("%d spells of %d closures", l.Spells, len(long))
	}
	if l := watched(low, nil, nil).Lids; l.Spells != 0 {
		t.Errorf("lids that hang low: %d spells", l.Spells)
	}
	inRows := still(60)
	shut(inRows, rows, 0.2, 1, 0.3)
	if l := watched(inRows, nil, nil).Lids; l.Spells != len(long) {
		t.Fatalf("%d spells of %d rows of blinks", l.Spells, len(long))
	}
	talking, bowed := still(60), still(60)
	shut(talking, rows, 0.2, 1, 0.3)
	var down []float64
	for at := 9.2; at < 55; at += 6 {
		down = append(down, at)
	}
	shut(bowed, down, 2, 1, 0.3)
	for i, x := range talking.T {
		talking.LipOpen[i] = float32(4 + 3*math.Sin(2*math.Pi*3*x))
		if int(x/3)%2 == 1 && x > 4 {
			bowed.Pitch[i] = 25
		}
	}
	if l := watched(talking, nil, nil).Lids; l.Spells != 0 || l.WatchedS > 3 {
		t.Errorf("somebody who talks: %d spells in %g s", l.Spells, l.WatchedS)
	}
	if l := watched(inRows, nil, []event.Task{{Task: "speech_read", FromS: 0, ToS: 60}}).Lids; l.Spells != 0 {
		t.Errorf("somebody who reads aloud: %d spells", l.Spells)
	}
	if l := watched(bowed, nil, nil).Lids; l.Spells != 0 {
		t.Errorf("a bowed head: %d spells", l.Spells)
	}
}

// What people reject, add or move among the closures of both eyes counts as they say.
func TestLidsFollowCorrections(t *testing.T) {
	tr := still(60)
	var found []event.Event
	for k, at := range []float64{10, 20, 30} {
		for i, x := range tr.T {
			if x >= at && x < at+1.5 {
				for s := range 2 {
					tr.Aperture[s][i], tr.Shown[s][i] = 1, 0.3
				}
			}
		}
		e := both(event.Voluntary, at, at+1.5, 9)
		e.ID = fmt.Sprint(k)
		found = append(found, e)
	}
	spells := func(events []event.Event) int {
		var s Summary
		s.WatchCorrected(tr, events, found, FullView([]Span{{0, 60}}), nil, DefaultParams())
		return s.Lids.Spells
	}
	row := slices.Clone(found)
	for k := range 3 {
		row = append(row, event.Event{ID: fmt.Sprint("a", k), Kind: event.Blink, Side: anatomy.Both, OnsetS: 40 + 0.4*float64(k), OffsetS: 40.2 + 0.4*float64(k)})
	}
	moved := slices.Clone(found)
	moved[2].OffsetS = 30.2 // a blink now
	for name, c := range map[string]struct {
		events []event.Event
		want   int
	}{"as found": {found, 3}, "one rejected": {found[:2], 2}, "three blinks in a row added": {row, 4}, "one made short": {moved, 2}} {
		if n := spells(c.events); n != c.want {
			t.Errorf("%s: %d spells, want %d", name, n, c.want)
		}
	}
}

// Jerks drawn into one long event are found each, with their rhythm; an uneven
// train is told from an even one.
func TestJerks(t *testing.T) {
	for _, c := range []struct {
		side    anatomy.Side
		scatter float64
	}{{anatomy.Left, 0}, {anatomy.Right, 0}, {anatomy.Right, 0.35}} {
		tr := still(60)
		rng := rand.New(rand.NewPCG(1, 1))
		s := 0
		if c.side == anatomy.Left {
			s = 1
		}
		n := 0
		last := 0.0
		for at := 10.0; at < 30; at += 0.45 * math.Exp(c.scatter*rng.NormFloat64()) {
			for i, x := range tr.T {
				tr.Along[s][anatomy.AtZygomaticus][i] += float32(3 * math.Exp(-math.Pow((x-at)/0.06, 2)))
			}
			n++
			last = at
		}
		differ(tr)
		e := event.Event{Kind: event.Spasm, Side: c.side, OnsetS: 9.9, OffsetS: last + 0.2, Lead: anatomy.Zygomaticus}
		j := watched(tr, []event.Event{e}, nil).Jerks
		if math.Abs(float64(j.N-n)) > 0.1*float64(n) || j.LongestRun == nil {
			t.Fatalf("%+v: %d jerks, want %d", c, j.N, n)
		}
		if cv := *j.LongestRun.CV; (c.scatter == 0) != (cv < 0.1) || (c.scatter > 0) != (cv > 0.2) {
			t.Errorf("%+v: intervals vary by %g", c, cv)
		}
		if c.scatter == 0 && math.Abs(j.LongestRun.RateHz-1/0.45) > 0.1 {
			t.Errorf("%g jerks a second, want %g", j.LongestRun.RateHz, 1/0.45)
		}
	}
	if j := watched(still(20), []event.Event{{Kind: event.Spasm, Side: anatomy.Right, OnsetS: 2, OffsetS: 4, Lead: anatomy.Zygomaticus}}, nil).Jerks; j.N != 0 {
		t.Errorf("in noise alone %d jerks", j.N)
	}
}

// A tremor is found with its frequency, size and side; noise, blinks, a spasm
// and a talking mouth are none.
func TestFine(t *testing.T) {
	wave := func(tr *event.Trace, s, k int, mm, hz float64) {
		for i, x := range tr.T {
			tr.Along[s][k][i] += float32(mm * math.Sin(2*math.Pi*hz*x))
		}
		differ(tr)
	}
	tr := still(30)
	wave(tr, anatomy.AtLeft, anatomy.AtOrbicularisOculi, 0.4, 6)
	wave(tr, anatomy.AtLeft, anatomy.AtMentalis, 0.3, 5)
	wave(tr, anatomy.AtRight, anatomy.AtMentalis, 0.3, 5)
	got := watched(tr, nil, nil).Fine
	if len(got) != 2 {
		t.Fatalf("fine movement: %+v", got)
	}
	for i, want := range []struct {
		r      anatomy.Region
		s      anatomy.Side
		hz, mm float64
	}{{anatomy.OrbicularisOculi, anatomy.Left, 6, 0.4}, {anatomy.Mentalis, anatomy.Both, 5, 0.3}} {
		f := got[i]
		if f.Region != want.r || f.Side != want.s || math.Abs(f.RateHz-want.hz) > 0.3 || math.Abs(f.AmplitudeMM-want.mm) > 0.05 || f.Concentration < 0.9 || f.ActiveShare != 1 {
			t.Errorf("want %+v, got %+v", want, f)
		}
	}
	if got := watched(still(30), nil, nil).Fine; len(got) != 0 {
		t.Errorf("in noise alone: %+v", got)
	}
	talking := still(30)
	wave(talking, anatomy.AtRight, anatomy.AtDepressor, 2, 4)
	wave(talking, anatomy.AtLeft, anatomy.AtDepressor, 2, 4)
	for i, x := range talking.T {
		talking.LipOpen[i] = float32(3 + 3*math.Sin(2*math.Pi*4*x))
	}
	if got := watched(talking, nil, nil).Fine; len(got) != 0 {
		t.Errorf("a talking mouth: %+v", got)
	}
	blinking := still(30)
	for s := range 2 {
		for at := 1.0; at < 29; at += 2.3 {
			for i, x := range blinking.T {
				blinking.Along[s][anatomy.AtOrbicularisOculi][i] += float32(9 * math.Exp(-math.Pow((x-at)/0.08, 2)))
			}
		}
	}
	differ(blinking)
	if got := watched(blinking, nil, nil).Fine; len(got) != 0 {
		t.Errorf("blinks: %+v", got)
	}
	mm := 3.0
	spasms := still(30)
	var events []event.Event
	for at := 3.0; at < 27; at += 6 {
		for i, x := range spasms.T {
			spasms.Along[0][anatomy.AtZygomaticus][i] += float32(mm * math.Exp(-math.Pow((x-at)/0.06, 2)))
		}
		events = append(events, event.Event{Kind: event.Spasm, Side: anatomy.Right, OnsetS: at - 0.1, OffsetS: at + 0.1, Lead: anatomy.Zygomaticus, Regions: []event.RegionMovement{{Region: anatomy.Zygomaticus, Side: anatomy.Right, PeakMM: &mm}}})
	}
	differ(spasms)
	if got := watched(spasms, events, nil).Fine; len(got) != 0 {
		t.Errorf("spasms: %+v", got)
	}
}

// Without a trace nothing is said of what it would tell.
func TestWatchWithoutTrace(t *testing.T) {
	var s Summary
	s.Watch(nil, nil, FullView([]Span{{0, 60}}), nil, DefaultParams())
	if s.Resting.MouthWidthMM.Value != nil || s.Jerks.LongestRun != nil || len(s.Fine) != 0 || s.Lids.WatchedS != 60 {
		t.Errorf("%+v", s)
	}
}

// A brow that rises during the spasm counts, however far the lid goes; one that
// rises on both sides, that sinks, or that stood high before does not.
func TestLiftsSeen(t *testing.T) {
	mm := 8.0
	for name, c := range map[string]struct {
		own, other, before float64
		want               float64
	}{"rises": {1, 0, 0, 1}, "both rise": {1, 1, 0, 0}, "sinks": {-1, 0, 0, 0}, "stood high": {1, 0, 1, 0}, "still": {0, 0, 0, 0}} {
		tr := still(40)
		var events []event.Event
		for at := 4.0; at < 36; at += 5 {
			for i, x := range tr.T {
				if x >= at && x < at+1 {
					tr.Along[1][anatomy.AtFrontalis][i] += float32(c.own)
					tr.Along[0][anatomy.AtFrontalis][i] += float32(c.other)
				}
				if x >= at-1 && x < at {
					tr.Along[1][anatomy.AtFrontalis][i] += float32(c.before)
				}
			}
			events = append(events, event.Event{Kind: event.Spasm, Side: anatomy.Left, OnsetS: at, OffsetS: at + 1, Lead: anatomy.OrbicularisOculi,
				Regions: []event.RegionMovement{{Region: anatomy.OrbicularisOculi, Side: anatomy.Left, PeakMM: &mm}}})
		}
		differ(tr)
		s := watched(tr, events, nil)
		if s.BrowLiftOf != 7 || *s.BrowLiftShare != c.want || s.BrowLiftShareCI95 == nil {
			t.Errorf("%s: lifted in %g of %d", name, *s.BrowLiftShare, s.BrowLiftOf)
		}
	}
}
