package night

import (
	"math"
	"testing"

	"facialis/anatomy"
	"facialis/event"
)

// sleeper is a trace of 60 s at 15 pictures a second: the eyes are open for 20 s, with a
// blink at 10 s, then shut. The left eye lies in the pillow where hidden is set.
func sleeper(open, shut float64, hidden bool) *event.Trace {
	const n, hz = 900, 15.0
	tr := &event.Trace{}
	col := func(v float32) []float32 {
		c := make([]float32, n)
		for i := range c {
			c[i] = v
		}
		return c
	}
	tr.Quality = col(0.5)
	for s := range 2 {
		tr.Aperture[s], tr.Shown[s] = col(float32(open)), col(4)
		for k := range anatomy.NumRegions {
			tr.DX[s][k], tr.DY[s][k], tr.Along[s][k], tr.SD[s][k] = col(0), col(0), col(0), col(0.2)
		}
	}
	for i := range n {
		t := float64(i) / hz
		tr.T = append(tr.T, t)
		if t >= 20 || t >= 10 && t < 10.25 {
			for s := range 2 {
				tr.Aperture[s][i], tr.Shown[s][i] = float32(shut), 0.5
			}
		}
		if hidden {
			tr.Aperture[anatomy.AtLeft][i], tr.Shown[anatomy.AtLeft][i] = float32(open), event.Missing
		}
	}
	return tr
}

func TestLidsOf(t *testing.T) {
	for _, c := range []struct {
		name       string
		open, shut float64
		hidden     bool
	}{{"wide eyes", 10, 2.5, false}, {"narrow eyes", 5.5, 2, false}, {"a mesh that leaves shut eyes half open", 9, 4.4, false}, {"one eye in the pillow", 10, 2.5, true}} {
		tr := sleeper(c.open, c.shut, c.hidden)
		lids := LidsOf(tr, Opens(tr))
		for i, l := range lids {
			at := tr.T[i]
			switch {
			case at < 19 && (at < 9 || at > 11) && l != LidsOpen, at > 21 && l != LidsShut:
				t.Fatalf("%s: %q at %.1f s", c.name, l, at)
			}
		}
		shut := Shut(tr, lids)
		if len(shut) != 1 || math.Abs(tr.T[shut[0][0]]-20) > 1 || shut[0][1] != tr.Len() {
			t.Errorf("%s: shut %v", c.name, shut)
		}
		hidden := Hidden(tr)
		if hidden[anatomy.AtLeft][450] != c.hidden || hidden[anatomy.AtRight][450] {
			t.Errorf("%s: hidden %v %v", c.name, hidden[1][450], hidden[0][450])
		}
	}
}

// In shut eyes nothing of the lids' channel stays but the closed lids' line; open ones
// keep theirs, and a hidden one has nothing.
func TestMask(t *testing.T) {
	tr := sleeper(10, 2.5, false)
	lids := LidsOf(tr, Opens(tr))
	k := anatomy.AtOrbicularisOculi
	line := make([]float32, tr.Len())
	line[600] = 1.5
	hidden := [2][]bool{make([]bool, tr.Len()), make([]bool, tr.Len())}
	for i := 700; i < tr.Len(); i++ {
		hidden[anatomy.AtLeft][i] = true
	}
	zero := make([]float32, tr.Len())
	Mask(tr, lids, hidden, [2]ClosedLid{{Out: zero, Up: line}, {}})
	if v := tr.DY[0][k][600]; v != -1.5 {
		t.Errorf("the closed lid's line is %v", v)
	}
	if v := tr.DY[1][k][600]; v == v {
		t.Errorf("a lid that was not followed has %v", v)
	}
	if v := tr.DY[0][k][100]; v != 0 {
		t.Errorf("an open eye lost its channel: %v", v)
	}
	if v := tr.Aperture[0][600]; v == v {
		t.Errorf("a shut eye has an opening of %v", v)
	}
	if v := tr.DY[1][k][800]; v == v {
		t.Errorf("a hidden lid has %v", v)
	}
}

func TestKeep(t *testing.T) {
	tr := sleeper(10, 2.5, false)
	lids := LidsOf(tr, Opens(tr))
	shut := Shut(tr, lids)
	none := [2][]bool{make([]bool, tr.Len()), make([]bool, tr.Len())}
	mm := func(v float64) *float64 { return &v }
	lid := func(at, size float64) event.Event {
		return event.Event{Kind: event.Spasm, Side: anatomy.Right, Lead: anatomy.OrbicularisOculi, OnsetS: at, OffsetS: at + 0.3,
			Regions: []event.RegionMovement{{Region: anatomy.OrbicularisOculi, Side: anatomy.Right, PeakMM: mm(size)}}}
	}
	corner := event.Event{Kind: event.Spasm, Side: anatomy.Right, Lead: anatomy.Zygomaticus, OnsetS: 50, OffsetS: 50.3}
	got := Keep(tr, shut, none, []event.Span{{FromS: 49, ToS: 51}}, 10, []event.Event{
		{Kind: event.Blink, Side: anatomy.Both, Lead: anatomy.OrbicularisOculi, OnsetS: 5, OffsetS: 5.2},
		{Kind: event.Blink, Side: anatomy.Both, Lead: anatomy.OrbicularisOculi, OnsetS: 30, OffsetS: 30.2},
		{Kind: event.Voluntary, Side: anatomy.Both, Lead: anatomy.OrbicularisOculi, OnsetS: 31, OffsetS: 33},
		lid(7, 2), lid(8, 9), lid(40, 2), corner,
	})
	var kinds []event.Kind
	for _, e := range got {
		kinds = append(kinds, e.Kind)
	}
	// The blinks of open eyes, a small twitch of an open lid, a wide one that may be a
	// blink, and a twitch of the closed lid; nothing of a moving head.
	want := []event.Kind{event.Blink, event.Spasm, event.Blink, event.Spasm}
	if len(kinds) != len(want) {
		t.Fatalf("%v", kinds)
	}
	for i := range want {
		if kinds[i] != want[i] {
			t.Errorf("%v, want %v", kinds, want)
		}
	}
	hidden := none
	hidden[anatomy.AtLeft] = make([]bool, tr.Len())
	for i := range hidden[anatomy.AtLeft] {
		hidden[anatomy.AtLeft][i] = true
	}
	if got := Keep(tr, shut, hidden, nil, 10, []event.Event{lid(7, 2)}); got[0].Kind != event.Blink || got[0].Side != anatomy.Both {
		t.Errorf("the closing of the only eye that is seen is a %s of %s", got[0].Kind, got[0].Side)
	}
	right := corner
	right.OnsetS, right.OffsetS, right.Side = 40, 40.3, anatomy.Left
	if got := Keep(tr, shut, hidden, nil, 10, []event.Event{right}); len(got) != 0 {
		t.Errorf("the side in the pillow has %v", got)
	}
}
