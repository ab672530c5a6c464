package night

import (
	"testing"

	"facialis/event"
	"facialis/measure"
)

// blocks makes blocks of half a second from a string: o open, s shut, u unseen, m shut
// and moving, M unseen and moving, h shut and held.
func blocks(from float64, text string, each int) []Block {
	var out []Block
	for _, c := range text {
		for range each {
			b := Block{FromS: from + float64(len(out))*BlockS, Face: true}
			switch c {
			case 'o':
				b.Lids = LidsOpen
			case 's':
				b.Lids = LidsShut
			case 'm':
				b.Lids, b.Moving = LidsShut, true
			case 'M':
				b.Moving, b.Face = true, false
			case 'u':
				b.Face = false
			case 'h':
				b.Lids, b.Held, b.Face = LidsShut, true, false
			}
			out = append(out, b)
		}
	}
	return out
}

func TestStates(t *testing.T) {
	const ten = 20 // blocks in ten seconds
	for _, c := range []struct {
		name, text string
		want       []Stretch
	}{
		{"open, then shut for long", "ooss" + "s", []Stretch{{0, 20, Awake, 1, WhyOpen}, {20, 50, Asleep, 0, WhyShut}}},
		{"shut, but not for long", "oso", []Stretch{{0, 10, Awake, 1, WhyOpen}, {10, 20, Unknown, 0, WhyShort}, {20, 30, Awake, 1, WhyOpen}}},
		{"a cover over a still sleeper", "sssuuus", []Stretch{{0, 70, Asleep, 0, WhyStill}}},
		{"a cover under which somebody moves", "sssMMo", []Stretch{{0, 30, Asleep, 0, WhyShut}, {30, 50, Unknown, 0, WhyMoving}, {50, 60, Awake, 1, WhyOpen}}},
		{"never seen", "uuu", []Stretch{{0, 30, Unknown, 0, WhyUnseen}}},
		{"turns over asleep", "sssmsss", []Stretch{{0, 70, Asleep, 0, WhyShut}}},
		{"moves for long with shut lids", "sssmmsss", []Stretch{{0, 30, Asleep, 0, WhyShut}, {30, 50, Unknown, 0, WhyMoving}, {50, 80, Asleep, 0, WhyShut}}},
		{"held while nothing moves", "osshhhh", []Stretch{{0, 10, Awake, 1, WhyOpen}, {10, 70, Asleep, 0, WhyShut}}},
	} {
		got := States(blocks(0, c.text, ten))
		if len(got) != len(c.want) {
			t.Errorf("%s: %v", c.name, got)
			continue
		}
		for i, w := range c.want {
			g := got[i]
			if g.FromS != w.FromS || g.ToS != w.ToS || g.State != w.State || g.Why != w.Why {
				t.Errorf("%s: %+v, want %+v", c.name, g, w)
			}
			if g.State == Asleep && !(g.Certainty > 0.5 && g.Certainty < 1) {
				t.Errorf("%s: asleep with certainty %v", c.name, g.Certainty)
			}
		}
	}
}

// A blink is no sleep, a flutter of a sleeper no waking, and what was not filmed is not
// told.
func TestStatesBetween(t *testing.T) {
	b := blocks(0, "oooooooooooooooooooosooooooooooooooooooo", 1)
	if got := States(b); len(got) != 1 || got[0].State != Awake {
		t.Errorf("a blink: %v", got)
	}
	b = append(blocks(0, "sss", 20), blocks(30, "oo", 1)...)
	b = append(b, blocks(31, "sss", 20)...)
	if got := States(b); len(got) != 1 || got[0].State != Asleep {
		t.Errorf("a flutter: %v", got)
	}
	b = append(append(blocks(0, "sss", 20), blocks(30, "uo", 1)...), blocks(31, "sss", 20)...)
	if got := States(b); len(got) != 1 || got[0].State != Asleep {
		t.Errorf("a glimpse of open lids after a moment in which they were not seen: %v", got)
	}
	if got := States(append(blocks(0, "o", 1), blocks(0.5, "sss", 20)...)); len(got) != 2 || got[0].State != Unknown || got[1].State != Asleep {
		t.Errorf("a glimpse at the start: %v", got)
	}
	b = append(blocks(0, "sss", 20), blocks(100, "sss", 20)...)
	got := States(b)
	if len(got) != 3 || got[1].Why != WhyNotFilmd || got[1].FromS != 30 || got[1].ToS != 100 || At(got, 50) != Unknown || At(got, 110) != Asleep {
		t.Errorf("a gap: %v", got)
	}
	if At(got, -1) != Unknown || At(got, 500) != Unknown {
		t.Error("a state outside the night")
	}
}

// Who lies still for longer is the likelier asleep.
func TestCertaintyGrows(t *testing.T) {
	last := 0.0
	for _, n := range []int{3, 12, 60, 180} {
		s := ""
		for range n {
			s += "s"
		}
		got := States(blocks(0, s, 20))
		if len(got) != 1 || got[0].Certainty <= last {
			t.Errorf("%d0 s: %v after %v", n, got, last)
		}
		last = got[0].Certainty
	}
}

// At a joint somebody else may lie there: no sleep is made of what was shut before and
// after it, and nobody wakes at it.
func TestStatesAtAJoint(t *testing.T) {
	const ten = 20 // blocks in ten seconds
	joint := func(text string, at ...int) []Block {
		b := blocks(0, text, ten)
		for _, i := range at {
			b[i].Joint = true
		}
		return b
	}
	for _, c := range []struct {
		name   string
		b      []Block
		want   []Stretch
		awakes int
	}{
		{"a sleeper, then somebody awake", joint("sssoo", 3*ten), []Stretch{{0, 30, Asleep, 0, WhyShut}, {30, 50, Awake, 1, WhyOpen}}, 0},
		{"the same without a joint", joint("sssoo"), []Stretch{{0, 30, Asleep, 0, WhyShut}, {30, 50, Awake, 1, WhyOpen}}, 1},
		{"shut before and after", joint("oss"+"o", 2*ten), []Stretch{{0, 10, Awake, 1, WhyOpen}, {10, 30, Unknown, 0, WhyShort}, {30, 40, Awake, 1, WhyOpen}}, 0},
		{"two sleepers", joint("osssss", 3*ten), []Stretch{{0, 10, Awake, 1, WhyOpen}, {10, 30, Asleep, 0, WhyShut}, {30, 60, Asleep, 0, WhyShut}}, 0},
		{"unseen before, shut after", joint("sssuusss", 4*ten), []Stretch{{0, 40, Asleep, 0, WhyStill}, {40, 50, Unknown, 0, WhyUnseen}, {50, 80, Asleep, 0, WhyShut}}, 0},
		{"wakes some time after a joint", joint("osssso", 2*ten), []Stretch{{0, 10, Awake, 1, WhyOpen}, {10, 20, Unknown, 0, WhyShort}, {20, 50, Asleep, 0, WhyShut}, {50, 60, Awake, 1, WhyOpen}}, 1},
	} {
		got := States(c.b)
		if len(got) != len(c.want) {
			t.Errorf("%s: %+v", c.name, got)
			continue
		}
		for i, w := range c.want {
			if g := got[i]; g.FromS != w.FromS || g.ToS != w.ToS || g.State != w.State || g.Why != w.Why {
				t.Errorf("%s: %+v, want %+v", c.name, g, w)
			}
		}
		if a := awakenings(c.b, got, nil, measure.View{}); len(a) != c.awakes {
			t.Errorf("%s: %d awakenings, want %d", c.name, len(a), c.awakes)
		}
	}
}

// Asleep nobody moves on purpose; awake it stays what it was, and so does all else.
func TestUnasked(t *testing.T) {
	states := []Stretch{{0, 20, Awake, 1, WhyOpen}, {20, 80, Asleep, 0.6, WhyShut}}
	got := Unasked([]event.Event{{Kind: event.Voluntary, OnsetS: 10}, {Kind: event.Voluntary, OnsetS: 30}, {Kind: event.Spasm, OnsetS: 40}, {Kind: event.Voluntary, OnsetS: 90}}, states)
	for i, want := range []event.Kind{event.Voluntary, event.Other, event.Spasm, event.Voluntary} {
		if got[i].Kind != want {
			t.Errorf("event %d is %s, want %s", i, got[i].Kind, want)
		}
	}
}
