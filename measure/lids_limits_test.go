package measure

import (
	"math"
	"testing"

	"facialis/anatomy"
	"facialis/event"
)

// eyesAt are two open eyes for s seconds at 100 frames a second: 10 mm wide, 5 mm of
// which shows dark.
func eyesAt(s float64) *event.Trace {
	tr := &event.Trace{}
	for i := range int(s * 100) {
		tr.T = append(tr.T, float64(i)/100)
		for side := range 2 {
			tr.Aperture[side], tr.Shown[side] = append(tr.Aperture[side], 10), append(tr.Shown[side], 5)
			tr.Along[side][anatomy.AtOrbicularisOculi] = append(tr.Along[side][anatomy.AtOrbicularisOculi], 0)
		}
	}
	return tr
}

// lose takes what the mesh saw of both eyes out of a trace.
func lose(tr *event.Trace, on, off float64) {
	for i, at := range tr.T {
		if at >= on-1e-9 && at < off-1e-9 {
			for s := range 2 {
				tr.Aperture[s][i] = float32(math.NaN())
			}
		}
	}
}

// What separates a blink, a closure and a look down, on both sides of every limit.
func TestLimitsOfClosures(t *testing.T) {
	nan := float32(math.NaN())
	for _, c := range []struct {
		name string
		draw func(tr *event.Trace)
		want []Span
	}{
		{"narrow enough for a blink", func(tr *event.Trace) { shutEyes(tr, 5, 5.2, 0.55, 0.7) }, []Span{{5, 5.2}}},
		{"not narrow enough", func(tr *event.Trace) { shutEyes(tr, 5, 5.2, 0.65, 0.7) }, nil},
		{"half shut and dark", func(tr *event.Trace) { shutEyes(tr, 5, 8, 0.75, 0.25) }, []Span{{5, 8}}},
		{"half shut and not dark", func(tr *event.Trace) { shutEyes(tr, 5, 8, 0.75, 0.35) }, nil},
		{"hardly lowered, in the shade", func(tr *event.Trace) { shutEyes(tr, 5, 8, 0.85, 0.1) }, nil},
		{"one of them dark", func(tr *event.Trace) {
			shutEyes(tr, 5, 8, 0.75, 0.1, anatomy.AtRight)
			shutEyes(tr, 5, 8, 0.75, 0.5, anatomy.AtLeft)
		}, nil},
		{"shut by the strips alone", func(tr *event.Trace) {
			shutEyes(tr, 5, 8, 1, 0.1)
			for i, at := range tr.T {
				for s := range 2 {
					if at >= 5 && at < 8 {
						tr.Along[s][anatomy.AtOrbicularisOculi][i] = 3
					}
				}
			}
		}, []Span{{5, 8}}},
		{"by the mesh alone", func(tr *event.Trace) {
			shutEyes(tr, 5, 8, 0.75, 0.1)
			for i := range tr.T {
				tr.Along[0][anatomy.AtOrbicularisOculi][i], tr.Along[1][anatomy.AtOrbicularisOculi][i] = nan, nan
			}
		}, []Span{{5, 8}}},
		{"too short for a look down", func(tr *event.Trace) { shutEyes(tr, 5, 5.35, 0.5, 0.6) }, []Span{{5, 5.35}}},
		{"a look down", func(tr *event.Trace) { shutEyes(tr, 5, 5.48, 0.5, 0.6) }, nil},
		{"shows little enough", func(tr *event.Trace) { shutEyes(tr, 5, 8, 0.5, 0.45) }, []Span{{5, 8}}},
		{"shows a little more in its second half", func(tr *event.Trace) {
			shutEyes(tr, 5, 6.5, 0.3, 0.2)
			shutEyes(tr, 6.5, 8, 0.3, 0.285)
		}, []Span{{5, 8}}},
		{"shows more in its second half", func(tr *event.Trace) {
			shutEyes(tr, 5, 6.5, 0.3, 0.2)
			shutEyes(tr, 6.5, 8, 0.3, 0.32)
		}, []Span{{5, 6.5}}},
		{"lashes that lift on the lids' way down and up", func(tr *event.Trace) {
			for _, part := range [][3]float64{{5, 5.03, 0.2}, {5.03, 5.08, 0.6}, {5.08, 5.6, 0.2}, {5.6, 6.8, 0.6}, {6.8, 7.3, 0.2}, {7.3, 7.35, 0.6}, {7.35, 7.4, 0.2}} {
				shutEyes(tr, part[0], part[1], 0.3, part[2])
			}
		}, []Span{{5, 5.6}, {6.8, 7.4}}},
		{"the lids' way down and up", func(tr *event.Trace) {
			shutEyes(tr, 4.5, 5, 0.7, 1)
			shutEyes(tr, 5, 5.2, 0.2, 0.15)
			shutEyes(tr, 5.2, 5.7, 0.7, 1)
		}, []Span{{4.85, 5.35}}},
		{"not seen for a moment", func(tr *event.Trace) {
			shutEyes(tr, 5, 5.3, 0.2, 0.15)
			lose(tr, 5.1, 5.18)
		}, []Span{{5, 5.3}}},
		{"not seen for longer", func(tr *event.Trace) {
			shutEyes(tr, 5, 5.3, 0.2, 0.15)
			lose(tr, 5.1, 5.22)
		}, []Span{{5, 5.1}, {5.22, 5.3}}},
		{"two blinks with half of the way between for each", func(tr *event.Trace) {
			shutEyes(tr, 5, 5.1, 0.2, 0.15)
			shutEyes(tr, 5.1, 5.2, 0.7, 1)
			shutEyes(tr, 5.2, 5.3, 0.2, 0.15)
		}, []Span{{5, 5.15}, {5.15, 5.3}}},
		{"the film ends while they open", func(tr *event.Trace) {
			shutEyes(tr, 9.7, 9.9, 0.2, 0.15)
			shutEyes(tr, 9.9, 10, 0.7, 1)
		}, []Span{{9.7, 9.99}}},
		{"the film begins while they close", func(tr *event.Trace) {
			shutEyes(tr, 0, 0.1, 0.7, 1)
			shutEyes(tr, 0.1, 0.3, 0.2, 0.15)
		}, []Span{{0, 0.3}}},
	} {
		tr := eyesAt(10)
		c.draw(tr)
		got := closures(tr)
		ok := len(got) == len(c.want)
		for i := 0; ok && i < len(got); i++ {
			ok = math.Abs(got[i].FromS-c.want[i].FromS) < 0.025 && math.Abs(got[i].ToS-c.want[i].ToS) < 0.025
		}
		if !ok {
			t.Errorf("%s: %+v, want %v", c.name, got, c.want)
		}
	}
}

// How wide an open eye is, is had from a minute around a frame, in which it may be shut
// for three quarters of the time; what it shows, from the frames in which it is open.
func TestWhatAnOpenEyeIs(t *testing.T) {
	var at []float64
	var c []float32
	var open []bool
	for i := range 400 {
		at = append(at, float64(i)/2)
		v := float32(10)
		if i >= 200 { // from 100 s on the face is smaller
			v = 5
		}
		c, open = append(c, v), append(open, true)
	}
	got := shareOfOpen(at, c, nil)
	// Of the minute before and the one after, a quarter lies before 100 s until 130 s.
	for _, x := range []struct{ at, want float64 }{{90, 1}, {110, 0.5}, {127, 0.5}, {133, 1}, {190, 1}} {
		if v := got[int(2*x.at)]; math.Abs(v-x.want) > 1e-6 {
			t.Errorf("at %g s %.2f of open, want %g", x.at, v, x.want)
		}
	}
	got = shareOfOpen(at, c, open)
	for _, x := range []struct{ at, want float64 }{{97, 1}, {103, 1}} { // half of them
		if v := got[int(2*x.at)]; math.Abs(v-x.want) > 1e-6 {
			t.Errorf("at %g s %.2f of what shows in open eyes, want %g", x.at, v, x.want)
		}
	}
	for i := range open {
		open[i] = i%10 == 0
		if !open[i] {
			c[i] = 2
		}
	}
	if v := shareOfOpen(at, c, open)[101]; math.Abs(v-0.2) > 1e-6 {
		t.Errorf("a shut eye shows %.2f of what it does when open, want 0.2", v)
	}
	for _, x := range []struct {
		mm    float32
		tells bool
	}{{0.9, false}, {1.1, true}} {
		for i := range c {
			c[i] = x.mm
		}
		if v := shareOfOpen(at, c, nil)[50]; (v == v) != x.tells {
			t.Errorf("an open eye of %g mm: %g", x.mm, v)
		}
	}
}

// Where an eye's own width is not known it is taken for 10 mm wide.
func TestUsualEyes(t *testing.T) {
	for mm, want := range map[float64]int{6.5: 1, 5.5: 0} { // 0.65 and 0.55 shut, of 0.6
		if got := closuresTold([]event.Event{both(event.Voluntary, 1, 2, mm)}, RestingFace{}, DefaultParams()); len(got) != want {
			t.Errorf("lids that close by %g mm: %+v", mm, got)
		}
	}
}

// Of the closures of the trace those count in which the eyes are shut by 0.6 or next to
// nothing shows between them.
func TestHowFarLidsMustShut(t *testing.T) {
	for _, c := range []struct {
		name         string
		width, shows float64
		blind        bool // nothing is known of what shows
		want         int
	}{
		{"shut", 0.3, 0.5, true, 1}, {"half shut", 0.5, 0.5, true, 0},
		{"half shut and dark", 0.5, 0.1, false, 1}, {"shut and not dark", 0.3, 0.5, false, 1},
	} {
		tr := still(20)
		shutEyes(tr, 5, 5.3, c.width, c.shows)
		if c.blind {
			tr.Shown = [2][]float32{}
		}
		if l := watched(tr, nil, nil).Lids; l.Closures != c.want {
			t.Errorf("%s: %d closures", c.name, l.Closures)
		}
	}
}

// A spell takes the lower face along where an event moves it during the closure itself.
func TestTheMouthMovesDuringASpell(t *testing.T) {
	mouth := func(kind event.Kind, on, off float64, r anatomy.Region) []event.Event {
		return []event.Event{{Kind: kind, Side: anatomy.Right, OnsetS: on, OffsetS: off, Regions: []event.RegionMovement{{Region: r, Side: anatomy.Right}}}}
	}
	for name, c := range map[string]struct {
		events []event.Event
		want   bool
	}{
		"during it":         {mouth(event.Spasm, 10.5, 11, anatomy.Mentalis), true},
		"over its end":      {mouth(event.Spasm, 11.5, 14, anatomy.Depressor), true},
		"over its onset":    {mouth(event.Voluntary, 9, 10.5, anatomy.OrbicularisOris), true},
		"before":            {mouth(event.Spasm, 8, 9.5, anatomy.Mentalis), false},
		"after":             {mouth(event.Spasm, 12.5, 13, anatomy.Mentalis), false},
		"the cheek":         {mouth(event.Spasm, 10.5, 11, anatomy.Malar), false},
		"a blink's own":     {mouth(event.Blink, 10.5, 11, anatomy.Mentalis), false},
		"nothing but lids":  {nil, false},
		"the forehead only": {mouth(event.Spasm, 10.5, 11, anatomy.Frontalis), false},
	} {
		if got := duringLower(c.events, Span{10, 12}); got != c.want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

// A closure counts as asked for where it begins within a movement that something set off.
func TestTriggeredClosures(t *testing.T) {
	name, none := "smile", ""
	e := both(event.Voluntary, 10, 12, 9)
	for _, c := range []struct {
		trigger *string
		from    float64
		want    bool
	}{{&name, 11, true}, {&name, 10, true}, {&name, 9.5, false}, {&name, 12.5, false}, {nil, 11, false}, {&none, 11, false}} {
		e.Trigger = c.trigger
		if got := triggered([]event.Event{e}, Span{c.from, c.from + 0.3}); got != c.want {
			t.Errorf("from %g s on: %t", c.from, got)
		}
	}
	e.Trigger, e.Side = &name, anatomy.Right
	if triggered([]event.Event{e}, Span{11, 11.3}) {
		t.Error("what set one side off shut both eyes")
	}
}

// What people say of the lids replaces what the trace shows during the same time, and
// nothing besides.
func TestCorrectionsReplaceWhatTheyCover(t *testing.T) {
	p := DefaultParams()
	seen := []closure{{Span: Span{5, 6}}, {Span: Span{10, 11}}, {Span: Span{15, 16}}}
	blink := func(id string, from, to float64) event.Event {
		e := both(event.Blink, from, to, 9)
		e.ID = id
		return e
	}
	for _, c := range []struct {
		name          string
		events, found []event.Event
		want          []Span
	}{
		{"nothing said", nil, nil, []Span{{5, 6}, {10, 11}, {15, 16}}},
		{"kept", []event.Event{blink("1", 10, 11)}, []event.Event{blink("1", 10, 11)}, []Span{{5, 6}, {10, 11}, {15, 16}}},
		{"gone", nil, []event.Event{blink("1", 10.4, 10.6)}, []Span{{5, 6}, {15, 16}}},
		{"added over one", []event.Event{blink("1", 10.8, 12)}, nil, []Span{{5, 6}, {10.8, 12}, {15, 16}}},
		{"added before one", []event.Event{blink("1", 8, 9.9)}, nil, []Span{{5, 6}, {8, 9.9}, {10, 11}, {15, 16}}},
		{"added after the last", []event.Event{blink("1", 16.1, 17)}, nil, []Span{{5, 6}, {10, 11}, {15, 16}, {16.1, 17}}},
		{"made longer", []event.Event{blink("1", 10, 13)}, []event.Event{blink("1", 10, 11)}, []Span{{5, 6}, {10, 13}, {15, 16}}},
	} {
		got := closuresCorrected(append([]closure(nil), seen...), c.events, c.found, RestingFace{}, p)
		ok := len(got) == len(c.want)
		for i := 0; ok && i < len(got); i++ {
			ok = got[i].Span == c.want[i]
		}
		if !ok {
			t.Errorf("%s: %+v, want %v", c.name, got, c.want)
		}
	}
	added := closuresCorrected(nil, []event.Event{blink("1", 8, 9.5)}, nil, RestingFace{}, p)
	if len(added) != 1 || added[0].ShutS != 1.5 {
		t.Errorf("a blink of 1.5 s that was added is shut for %+v", added)
	}
}
