package spasm

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"facialis/anatomy"
	"facialis/event"
)

// stillFace has so little noise that only the limits in mm decide.
func stillFace(seconds float64) face {
	f := newFace(seconds, 40)
	for s := range 2 {
		for k := range anatomy.NumRegions {
			for i := range f.T {
				f.DX[s][k][i] *= 0.1
				f.DY[s][k][i] *= 0.1
			}
		}
	}
	return f
}

// A movement that is larger than its region's limit is looked at, a smaller one is not.
func TestTheSmallestThatIsLookedAt(t *testing.T) {
	for region, limit := range map[int]float64{anatomy.AtOrbicularisOculi: 0.15, anatomy.AtZygomaticus: 0.2, anatomy.AtFrontalis: 0.25, anatomy.AtPlatysma: 0.3} {
		for _, c := range []struct {
			times float64
			found bool
		}{{0.8, false}, {1.25, true}} {
			f := stillFace(20)
			f.move(anatomy.AtRight, region, 8, 0.1, 0.04, c.times*limit)
			n := 0
			for _, m := range Find(f.Trace, nil, DefaultParams()).Candidates {
				if math.Abs(m.OnsetS-8) < 0.1 && m.Lead == anatomy.Regions[region] {
					n++
				}
			}
			if (n > 0) != c.found {
				t.Errorf("%s of %.3f mm: %d candidates", anatomy.Regions[region], c.times*limit, n)
			}
		}
	}
}

// What both sides do is voluntary from 1 mm on.
func TestTheSmallestOfBothSides(t *testing.T) {
	for mm, found := range map[float64]bool{0.8: false, 1.2: true} {
		f := stillFace(20)
		for s := range 2 {
			f.move(s, anatomy.AtZygomaticus, 8, 0.3, 1, mm)
		}
		if n := len(of(f.events(), event.Voluntary)); (n > 0) != found {
			t.Errorf("a smile of %.1f mm: %d voluntary movements", mm, n)
		}
	}
}

// A blink closes by 1.5 mm and by 0.3 of the person's usual blink, and takes no
// longer than 0.6 s.
func TestWhatABlinkIs(t *testing.T) {
	for _, c := range []struct {
		usual, mm, holdS float64
		blink            bool
	}{
		{1.8, 1.8, 0.02, true}, {1.3, 1.3, 0.02, false},
		{9, 9 * 0.36, 0.02, true}, {9, 9 * 0.25, 0.02, false},
		{9, 9, 0.34, true}, {9, 9, 0.5, false},
	} {
		f := stillFace(40)
		close := func(at, mm, hold float64) {
			for s := range 2 {
				f.move(s, anatomy.AtOrbicularisOculi, at, 0.1, hold, mm)
			}
		}
		for _, at := range []float64{4, 10, 16, 22, 28} {
			close(at, c.usual, 0.02)
		}
		close(34, c.mm, c.holdS)
		blinks := of(f.events(), event.Blink)
		if is := slices.ContainsFunc(blinks, func(e event.Event) bool { return math.Abs(e.OnsetS-34) < 0.2 }); is != c.blink {
			t.Errorf("%+v: blinks %+v", c, blinks)
		}
	}
}

// The gates at their limits.
func TestGatesHoldAtTheirLimits(t *testing.T) {
	closes := func(name string, f face, c candidate) bool {
		d := &detection{p: DefaultParams(), tr: f.Trace}
		return slices.Contains(d.gated(&c), name)
	}
	moved := func(m movement) candidate {
		m.a, m.b = 240, 240+int(30*(m.off-m.on))
		return candidate{Event: event.Event{Side: anatomy.Right, OnsetS: 8, OffsetS: 8 + m.off - m.on}, best: &m, parts: []movement{m}}
	}
	for missing, want := range map[int]bool{7: false, 15: true} { // of 34 pictures
		g := newFace(20, 41)
		for i := range missing {
			g.DY[anatomy.AtRight][0][240+i] = event.Missing
		}
		if got := closes("not_seen", g, moved(movement{mm: 1, off: 1})); got != want {
			t.Errorf("%d pictures missing: closed %v", missing, got)
		}
	}
}

// What scores above the operating point is an event; what is locked to a trigger
// needs less.
func TestOperatingPoints(t *testing.T) {
	f := newFace(20, 42)
	const near = 0.2 // log-odds
	trigger := &candidate{Event: event.Event{Kind: event.Blink, Side: anatomy.Both, Lead: anatomy.OrbicularisOculi, OnsetS: 8}}
	for _, c := range []struct {
		logOdds float64
		locked  bool
		kind    event.Kind
		told    bool
	}{
		{score.Point + near, false, event.Spasm, true}, {score.Point - near, false, event.Spasm, false},
		{score.LockedPoint + near, true, event.Synkinesis, true}, {score.LockedPoint - near, true, event.Spasm, false},
	} {
		d := &detection{p: DefaultParams(), tr: f.Trace, model: score}
		e := &candidate{Event: event.Event{Side: anatomy.Right, Lead: anatomy.Zygomaticus, OnsetS: 8.02}, logOdds: c.logOdds, riseS: 0.1}
		d.settle(e, []*candidate{trigger}, map[string]bool{"blink": c.locked})
		if e.Kind != c.kind || e.reported != c.told {
			t.Errorf("%+v: %s, reported %v", c, e.Kind, e.reported)
		}
	}
}

// Spasms less than 0.5 s apart are one episode, episodes less than 10 s one attack.
func TestPauses(t *testing.T) {
	for _, c := range []struct {
		pauseS           float64
		episodes, attack int
	}{{0.45, 1, 1}, {0.55, 2, 1}, {9, 2, 1}, {11, 2, 2}} {
		list := []event.Event{{Kind: event.Spasm, Side: anatomy.Right, OnsetS: 1, OffsetS: 1.2}, {Kind: event.Spasm, Side: anatomy.Right, OnsetS: 1.2 + c.pauseS, OffsetS: 2 + c.pauseS}}
		Group(list, DefaultParams(), nil)
		if *list[1].Episode != c.episodes || *list[1].Attack != c.attack {
			t.Errorf("a pause of %g s: episode %d, attack %d", c.pauseS, *list[1].Episode, *list[1].Attack)
		}
	}
}

// A rule that is switched off does nothing, and the others go on.
func TestWithoutARule(t *testing.T) {
	p := DefaultParams()
	f := newFace(40, 43)
	f.blink(5)
	f.move(anatomy.AtRight, anatomy.AtZygomaticus, 20, 0.08, 0.02, 3)
	for i := range f.T {
		if f.T[i] > 19.9 && f.T[i] < 20.1 {
			f.DX[0][anatomy.AtZygomaticus][i], f.DY[0][anatomy.AtZygomaticus][i] = event.Missing, event.Missing
		}
	}
	whole := Find(f.Trace, nil, p)
	for _, r := range Rules() {
		if !r.Removable() {
			continue
		}
		p.Without = []string{r.Name}
		got := Find(f.Trace, nil, p)
		for _, c := range got.Candidates {
			if slices.Contains(c.Gates, r.Name) {
				t.Errorf("without %s, it closes %+v", r.Name, c.Event)
			}
			for _, x := range c.Terms {
				if x.Name == r.Name && x.LogOdds != 0 {
					t.Errorf("without %s, it adds %g", r.Name, x.LogOdds)
				}
			}
		}
		if len(of(got.Events, event.Kind(r.Name))) > 0 {
			t.Errorf("without %s: %+v", r.Name, got.Events)
		}
		if r.Sort == Gate && len(got.Candidates) != len(whole.Candidates) {
			t.Errorf("without %s: %d candidates instead of %d", r.Name, len(got.Candidates), len(whole.Candidates))
		}
	}
}

// Wrong parameters are refused in one line that says what is right.
func TestCheckOfParams(t *testing.T) {
	for _, c := range []struct {
		p    func(*Params)
		says string
	}{
		{func(*Params) {}, "<nil>"},
		{func(p *Params) { p.Without = []string{"not_seen", "direction", "blink"} }, "<nil>"},
		{func(p *Params) { p.NoiseK = 50 }, "NoiseK is 50: it must be from 2 to 8 sd"},
		{func(p *Params) { p.BlinkMaxS = math.NaN() }, "BlinkMaxS is NaN: it must be from 0.3 to 1 s"},
		{func(p *Params) { p.Without = []string{"slow"} }, `"slow" is not a rule: facialis rules lists them`},
		{func(p *Params) { p.Without = []string{"spasm"} }, "spasm cannot be switched off: it is what the other rules leave"},
	} {
		p := DefaultParams()
		c.p(&p)
		if got := fmt.Sprint(p.Check()); got != c.says {
			t.Errorf("says %q, want %q", got, c.says)
		}
	}
}

// What no face can do is no measurement: the event stays, its size is left empty. What a
// face can do is measured.
func TestNoSizeThatNoFaceHas(t *testing.T) {
	for k, most := range faceMostMM {
		for _, c := range []struct {
			times    float64
			measured bool
		}{{0.8, true}, {1.3, false}} {
			f := newFace(20, 41)
			f.move(anatomy.AtRight, k, 8, 0.5, 0.1, c.times*most)
			told := false
			for _, e := range Detect(f.Trace, nil, DefaultParams()) {
				for _, r := range e.Regions {
					if r.Side != anatomy.Right || r.Region != anatomy.Regions[k] || math.Abs(e.OnsetS-8) > 0.3 {
						continue
					}
					told = true
					if (r.PeakMM != nil) != c.measured {
						t.Errorf("%s of %.0f mm: measured is %t", anatomy.Regions[k], c.times*most, r.PeakMM != nil)
					}
				}
			}
			if !told {
				t.Errorf("%s of %.0f mm: no event", anatomy.Regions[k], c.times*most)
			}
		}
	}
}

// What moves while the skin goes out of sight, or comes into it, is no contraction; the
// same movement in full sight is one.
func TestTheEdgeOfThePictureIsNoContraction(t *testing.T) {
	for _, c := range []struct {
		name       string
		from, to   float64 // s, in which the whole face is not seen
		wantSpasms int
	}{
		{"in full sight", 0, 0, 1},
		{"then the face leaves", 8.25, 10, 0},
		{"the face comes in", 6, 7.97, 0},
		{"the face leaves later", 9.2, 11, 1},
	} {
		f := newFace(20, 43)
		f.move(anatomy.AtRight, anatomy.AtZygomaticus, 8, 0.2, 0.1, 3)
		for i, s := range f.T {
			if s < c.from || s >= c.to {
				continue
			}
			for side := range 2 {
				for k := range anatomy.NumRegions {
					f.DX[side][k][i], f.DY[side][k][i] = event.Missing, event.Missing
				}
			}
		}
		all := f.events()
		if got := of(all, event.Spasm); len(got) != c.wantSpasms {
			t.Errorf("%s: %d spasms, want %d: %+v", c.name, len(got), c.wantSpasms, all)
		}
		// What the gate closes is told with its name, and not left out.
		got := of(all, event.Other)
		if len(got) != 1-c.wantSpasms || len(got) == 1 && !slices.Equal(got[0].Reasons, []string{"picture_edge"}) {
			t.Errorf("%s: others %+v", c.name, got)
		}
	}
}

// A lid that is further open than its own mean is no closing of the other: where one eye is
// held shut soon after a blink, the other one does nothing.
func TestTheOtherLidDoesNotCloseByAnOpening(t *testing.T) {
	for seed := range uint64(4) {
		f := newFace(60, 40+seed)
		for i := range 14 {
			at := 2 + 4*float64(i)
			f.blink(at)
			if i%2 == 0 {
				f.move(anatomy.AtLeft, anatomy.AtOrbicularisOculi, at+0.5+0.1*float64(i%5), 0.1, 1.7, 4.4)
			}
		}
		events := f.events()
		if n := len(of(events, event.Spasm)); n < 5 {
			t.Errorf("seed %d: %d of 7 holds of the left eye", seed, n)
		}
		for _, e := range events {
			if e.Side == anatomy.Right {
				t.Errorf("seed %d: the right eye, which rests, has a %s of %.1f mm at %.2f s", seed, e.Kind, *e.Regions[0].PeakMM, e.OnsetS)
			}
		}
	}
}
