package spasm

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"facialis/anatomy"
	"facialis/event"
)

// A weak region that goes on through a pause of the eye's spasms does not make one
// of two.
func TestDriftDoesNotJoinTwoHolds(t *testing.T) {
	f := newFace(30, 21)
	f.move(anatomy.AtRight, anatomy.AtOrbicularisOculi, 5, 0.15, 3, 6)
	f.move(anatomy.AtRight, anatomy.AtOrbicularisOculi, 10, 0.15, 3, 6)
	f.move(anatomy.AtRight, anatomy.AtMentalis, 4.9, 0.2, 9, 0.9)
	spasms := of(f.events(), event.Spasm)
	if len(spasms) != 2 || spasms[0].Form != event.Tonic || spasms[1].Form != event.Tonic || spasms[0].Lead != anatomy.OrbicularisOculi {
		t.Fatalf("two holds of the eye came out as %+v", spasms)
	}
}

// Lips and chin begin a pucker together; the lips say what it is.
func TestSynkinesisIsNamedByTheLargestMovement(t *testing.T) {
	f := newFace(40, 22)
	for _, at := range []float64{5, 12, 19, 26} {
		for s := range 2 {
			f.move(s, anatomy.AtOrbicularisOris, at, 0.25, 1.5, 4.5)
			f.move(s, anatomy.AtMentalis, at-0.03, 0.25, 1.5, 1.6)
		}
		f.move(anatomy.AtRight, anatomy.AtOrbicularisOculi, at+0.03, 0.25, 1.5, 2.6)
	}
	got := of(f.events(), event.Synkinesis)
	if len(got) != 4 {
		t.Fatalf("%d of 4 synkineses: %+v", len(got), f.events())
	}
	for _, e := range got {
		if e.Trigger == nil || *e.Trigger != "pucker" || e.Side != anatomy.Right {
			t.Errorf("a synkinesis of %v on the %s side", e.Trigger, e.Side)
		}
	}
}

// An eye that closes further with each smile than the other is synkinesis; a smile
// that is larger on one side is a smile.
func TestAnUnevenTriggerIsNoSynkinesis(t *testing.T) {
	f := newFace(40, 23)
	for _, at := range []float64{5, 12, 19, 26} {
		f.move(anatomy.AtRight, anatomy.AtZygomaticus, at, 0.3, 1.5, 5)
		f.move(anatomy.AtLeft, anatomy.AtZygomaticus, at, 0.3, 1.5, 7)
	}
	if e := append(of(f.events(), event.Synkinesis), of(f.events(), event.Spasm)...); len(e) > 0 {
		t.Fatalf("an uneven smile: %+v", e)
	}
	for _, at := range []float64{5, 12, 19, 26} {
		f.move(anatomy.AtRight, anatomy.AtOrbicularisOculi, at+0.03, 0.3, 1.5, 1.4)
		f.move(anatomy.AtLeft, anatomy.AtOrbicularisOculi, at+0.03, 0.3, 1.5, 4.2)
	}
	got := of(f.events(), event.Synkinesis)
	if len(got) != 4 || got[0].Side != anatomy.Left || got[0].Lead != anatomy.OrbicularisOculi {
		t.Fatalf("an eye that closes with the smile: %+v", f.events())
	}
}

// A lower lip that is pulled down drags the corner along: the corner does not lead.
func TestADraggedRegionDoesNotLead(t *testing.T) {
	f := newFace(20, 24)
	f.move(anatomy.AtLeft, anatomy.AtDepressor, 8, 0.08, 0.03, 1.5)
	a := anatomy.Directions[anatomy.AtDepressor]
	for i := range f.T { // the corner goes the lip's way
		f.DX[anatomy.AtLeft][anatomy.AtZygomaticus][i] += 0.6 * f.DX[anatomy.AtLeft][anatomy.AtDepressor][i]
		f.DY[anatomy.AtLeft][anatomy.AtZygomaticus][i] += 0.6 * f.DY[anatomy.AtLeft][anatomy.AtDepressor][i]
	}
	e := only(t, f.events(), event.Spasm)
	if e.Lead != anatomy.Depressor || len(e.Regions) != 1 {
		t.Fatalf("a pull along %v came out as %s of %+v", a, e.Lead, e.Regions)
	}
}

// Whether both sides ever twitch together is found, not expected.
func TestSidesMayCoincide(t *testing.T) {
	for _, later := range []float64{0.3, 4} {
		f := newFace(20, 25)
		f.move(anatomy.AtRight, anatomy.AtZygomaticus, 8, 0.1, 0.05, 2)
		f.move(anatomy.AtLeft, anatomy.AtZygomaticus, 8+later, 0.1, 0.05, 2)
		if got := of(f.events(), event.Spasm); len(got) != 2 {
			t.Fatalf("right, then left after %.1f s: %+v", later, got)
		}
	}
}

// A forehead or a neck may lead, and no movement is refused for being large.
func TestAnyRegionMayLeadAndGoAnyWay(t *testing.T) {
	for k := range anatomy.NumRegions {
		for _, mm := range []float64{3, 14} {
			f := newFace(20, 26)
			f.move(anatomy.AtRight, k, 8, 0.1, 0.1, mm)
			if e := only(t, f.events(), event.Spasm); e.Lead != anatomy.Regions[k] || e.Side != anatomy.Right {
				t.Errorf("%s by %g mm came out as %+v", anatomy.Regions[k], mm, e)
			}
		}
	}
}

// A blink may end with the eyes cast down, or begin there. Eyes that shut and stay
// shut do not blink.
func TestBlinksOfLoweredEyes(t *testing.T) {
	lower := func(f face, at, to, mm float64) {
		for i, x := range f.T {
			if x >= at && x < to {
				for s := range 2 {
					f.DY[s][anatomy.AtOrbicularisOculi][i] -= float32(mm)
					f.Aperture[s][i] -= float32(mm)
				}
			}
		}
	}
	f := newFace(40, 27)
	for _, at := range []float64{3, 6, 30, 34} {
		f.blink(at)
	}
	lower(f, 15, 20, 6)
	lower(f, 14.93, 15, 8.5)
	lower(f, 20, 20.1, 8.5)
	var at []float64
	for _, b := range of(f.events(), event.Blink) {
		at = append(at, b.OnsetS)
	}
	if len(at) != 6 || math.Abs(at[2]-14.93) > 0.1 || math.Abs(at[3]-20) > 0.2 {
		t.Fatalf("blinks at %.2f, want six, with 14.93 and 20.0", at)
	}
	g := newFace(40, 27)
	for _, at := range []float64{3, 6, 30, 34} {
		g.blink(at)
	}
	lower(g, 15, 20, 9)
	if got := of(g.events(), event.Blink); len(got) != 4 {
		t.Fatalf("eyes that stay shut: %d blinks, want 4", len(got))
	}
}

// A mouth that goes with every blink goes with the one closure on request too.
func TestClosureIsLockedWhereBlinksAre(t *testing.T) {
	f := newFace(40, 28)
	for _, at := range []float64{3, 9, 15, 21, 33} {
		f.blink(at)
		f.move(anatomy.AtLeft, anatomy.AtZygomaticus, at+0.03, 0.1, 0.05, 2)
	}
	for s := range 2 {
		f.move(s, anatomy.AtOrbicularisOculi, 26, 0.15, 2, 9)
	}
	f.move(anatomy.AtLeft, anatomy.AtZygomaticus, 26.03, 0.15, 2, 2.5)
	got := of(f.events(), event.Synkinesis)
	if len(got) != 6 {
		t.Fatalf("%d of 6 synkineses: %+v", len(got), f.events())
	}
	if last := got[4]; last.Trigger == nil || *last.Trigger != "eye_closure" {
		t.Errorf("the closure's synkinesis is by %v", last.Trigger)
	}
}

// A corner pulled on one side and then on the other are two one-sided movements;
// pulled on both at once they are none.
func TestPullsInTurnAreOneSided(t *testing.T) {
	type turn struct {
		at   float64
		side int
	}
	var turns []turn
	for i := range 8 {
		turns = append(turns, turn{3 + 0.9*float64(i), i % 2})
	}
	f := newFace(30, 25)
	for i := range turns {
		turns[i].at += 9
	}
	for _, p := range turns {
		f.move(p.side, anatomy.AtZygomaticus, p.at, 0.1, 0.55, 4)
	}
	for _, p := range turns {
		found := false
		for _, e := range f.events() {
			if e.Side == []anatomy.Side{anatomy.Right, anatomy.Left}[p.side] && math.Abs(e.OnsetS-p.at) < 0.1 && e.Lead == anatomy.Zygomaticus {
				found = true
			}
		}
		if !found {
			t.Errorf("the pull of side %d at %.2f s is not told: %+v", p.side, p.at, f.events())
		}
	}
	g := newFace(12, 25)
	for _, p := range turns {
		g.move(anatomy.AtLeft, anatomy.AtZygomaticus, p.at, 0.1, 0.55, 0.8)
		g.move(anatomy.AtRight, anatomy.AtZygomaticus, p.at, 0.1, 0.55, 0.6)
	}
	for _, e := range g.events() {
		if e.Side != anatomy.Both {
			t.Errorf("pulls of both sides gave %+v", e)
		}
	}
}

// A lip whose border places it well up and down but hardly sideways is seen to
// twitch downwards by what it is placed well along.
func TestATwitchIsHeldToItsOwnAxisNoise(t *testing.T) {
	r := rand.New(rand.NewPCG(26, 1))
	f := newFace(20, 26)
	for s := range 2 {
		for i := range f.T {
			f.DX[s][anatomy.AtDepressor][i] += float32(0.25 * r.NormFloat64())
		}
	}
	ats := []float64{4, 8, 12, 16}
	for _, at := range ats {
		f.move(anatomy.AtRight, anatomy.AtDepressor, at, 0.08, 0.02, 0.9)
	}
	spasms := of(f.events(), event.Spasm)
	if len(spasms) != len(ats) {
		t.Fatalf("%d of %d twitches: %+v", len(spasms), len(ats), f.events())
	}
	for i, e := range spasms {
		if e.Side != anatomy.Right || e.Lead != anatomy.Depressor || math.Abs(e.OnsetS-ats[i]) > 0.07 {
			t.Errorf("a twitch at %.2f s came out as %+v", ats[i], e)
		}
	}
}

// A twitch after which the skin is slow to come back to its rest ends where it
// ends, and does not reach into what the other side does next.
func TestATailIsNoPartOfATwitch(t *testing.T) {
	f := newFace(20, 27)
	f.move(anatomy.AtLeft, anatomy.AtZygomaticus, 8, 0.08, 0.02, 1.4)
	f.move(anatomy.AtLeft, anatomy.AtZygomaticus, 8.1, 0.05, 1.2, 0.3)
	f.move(anatomy.AtRight, anatomy.AtZygomaticus, 9.45, 0.08, 0.02, 1.4)
	spasms := of(f.events(), event.Spasm)
	if len(spasms) != 2 || spasms[0].Side != anatomy.Left || spasms[1].Side != anatomy.Right {
		t.Fatalf("two twitches came out as %+v", f.events())
	}
	if d := spasms[0].Duration(); d > 0.4 {
		t.Errorf("a twitch of 0.18 s lasts %.2f s", d)
	}
}

// A blink shuts both eyes. Where glasses or shadow let one lid be seen badly while
// it is on its way, what the other shows beyond it is doubtful at most.
func TestABlinkSeenUnevenlyIsDoubtful(t *testing.T) {
	f := newFace(20, 25)
	seen := [2][]float32{ // mm of closure, frame by frame, as read in a drawn portrait
		{0.6, 6.3, 2.7, 2.6, 4.9, 6.7, 3.3, 1.0},
		{0.6, 0.0, 3.1, 3.1, 2.1, -0.3, 2.4, 0.7},
	}
	for s := range seen {
		for i, v := range seen[s] {
			f.DY[s][anatomy.AtOrbicularisOculi][i+240] -= v
		}
	}
	events := f.events()
	if len(of(events, event.Blink)) != 1 {
		t.Fatalf("one blink came out as %+v", events)
	}
	for _, e := range of(events, event.Spasm) {
		if e.Confidence >= 0.6 {
			t.Errorf("a blink seen unevenly is a spasm: %+v", e)
		}
	}
}

// An event names the regions that began together with the one that leads, and none
// that began later.
func TestTiedRegionsAreNamed(t *testing.T) {
	for _, c := range []struct {
		laterS float64
		tied   []anatomy.Region
	}{{0, []anatomy.Region{anatomy.Zygomaticus}}, {0.15, []anatomy.Region{}}} {
		f := newFace(20, 41)
		f.move(anatomy.AtRight, anatomy.AtOrbicularisOculi, 8, 0.1, 0.3, 5)
		f.move(anatomy.AtRight, anatomy.AtZygomaticus, 8+c.laterS, 0.1, 0.3, 4)
		got := of(f.events(), event.Spasm)
		if len(got) != 1 || got[0].Lead != anatomy.OrbicularisOculi || !slices.Equal(got[0].LeadTied, c.tied) || got[0].LeadTied == nil {
			t.Errorf("%g s later: %+v, want %v tied", c.laterS, got, c.tied)
		}
	}
}

// A twitch of the cheek is a spasm that leads with it. What eye or corner draw along
// is no region of its own, and a blink that pushes both cheeks up hides nothing at
// the mouth.
func TestTheCheek(t *testing.T) {
	f := newFace(40, 1)
	f.move(anatomy.AtLeft, anatomy.AtMalar, 6, 0.1, 0.05, 2)
	f.move(anatomy.AtLeft, anatomy.AtZygomaticus, 6, 0.1, 0.05, 0.5)
	f.move(anatomy.AtLeft, anatomy.AtZygomaticus, 12, 0.1, 0.05, 3)
	f.move(anatomy.AtLeft, anatomy.AtMalar, 12, 0.1, 0.05, 1)
	f.move(anatomy.AtLeft, anatomy.AtOrbicularisOculi, 18, 0.1, 0.05, 3)
	f.move(anatomy.AtLeft, anatomy.AtMalar, 18, 0.1, 0.05, 1)
	f.move(anatomy.AtLeft, anatomy.AtOrbicularisOculi, 24, 0.1, 0.05, 2)
	f.move(anatomy.AtLeft, anatomy.AtMalar, 24, 0.1, 0.05, 1.8)
	for s := range 2 {
		f.move(s, anatomy.AtOrbicularisOculi, 30, 0.08, 0.02, 9)
		f.move(s, anatomy.AtMalar, 30, 0.08, 0.02, 1.5)
	}
	f.move(anatomy.AtLeft, anatomy.AtZygomaticus, 30.02, 0.08, 0.02, 4)
	var got []string
	for _, e := range of(f.events(), event.Spasm) {
		text := string(e.Lead)
		for _, r := range e.Regions {
			if r.Region != e.Lead {
				text += "+" + string(r.Region)
			}
		}
		got = append(got, text)
	}
	want := []string{"malar", "zygomaticus", "orbicularis_oculi", "orbicularis_oculi+malar", "zygomaticus"}
	if !slices.Equal(got, want) {
		t.Errorf("spasms %v, want %v", got, want)
	}
}
