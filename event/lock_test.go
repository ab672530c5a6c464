package event

import (
	"math"
	"testing"
)

// every makes n triggers 5 s apart of which the first hits are followed at a lag,
// and more movements far from any of them.
func every(n, hits int, lag float64, more int) (triggers, movements []float64, all []Span) {
	for i := range n {
		t := 2 + 5*float64(i)
		triggers = append(triggers, t)
		if i < hits {
			movements = append(movements, t+lag)
		}
	}
	for i := range more {
		movements = append(movements, 4+5*math.Mod(float64(i), float64(n))+0.01*float64(i))
	}
	return triggers, movements, []Span{{0, 5 * float64(n)}}
}

func TestLock(t *testing.T) {
	for _, c := range []struct {
		name    string
		n, hits int
		lag     float64
		more    int
		holds   bool
	}{
		{"all", 8, 8, 0.03, 0, true}, {"half", 8, 4, 0.03, 0, true}, {"less than half", 40, 19, 0.03, 0, false},
		{"just before", 8, 8, -0.07, 0, true}, {"too early", 8, 8, -0.09, 0, false}, {"late", 8, 8, 0.19, 0, true}, {"too late", 8, 8, 0.21, 0, false},
		{"chance as high", 8, 4, 0.03, 40, false}, {"all, whatever chance is", 8, 8, 0.03, 80, true},
	} {
		tr, mv, all := every(c.n, c.hits, c.lag, c.more)
		l, ok := LockOf(tr, mv, all, nil)
		if !ok || l.Holds() != c.holds {
			t.Errorf("%s: %+v", c.name, l)
		}
	}
	tr, mv, all := every(8, 8, 0.03, 0)
	if l, _ := LockOf(tr, mv, all, func(i, j int) bool { return i != j }); l.Followed != 0 || l.P != 1 {
		t.Errorf("refused pairs: %+v", l)
	}
	if l, ok := LockOf(tr, mv, []Span{{0, 10}}, nil); ok {
		t.Errorf("two triggers: %+v", l)
	}
	if p := atLeast(2, 3, 0.5); math.Abs(p-0.5) > 1e-12 {
		t.Errorf("two of three coins: %g", p)
	}
}

func TestForms(t *testing.T) {
	for _, c := range []struct {
		n    int
		hold float64
		want Form
	}{{1, 0.1, Twitch}, {1, 0.99, Twitch}, {2, 0.1, Clonic}, {2, 0.99, Clonic}, {1, 1, Tonic}, {5, 1, Tonic}} {
		if got := FormOf(c.n, c.hold); got != c.want {
			t.Errorf("%d of %g s: %s", c.n, c.hold, got)
		}
	}
	if !SameTrain(1, 1.2499) || SameTrain(1, 1.25) {
		t.Error("a train ends at a pause of TrainGapS")
	}
}

// What a lock says of chance, in numbers: movements that come at any time alike begin in
// a trigger's 0.28 s with probability 1 − exp(−rate · 0.28 s).
func TestLockAgainstChance(t *testing.T) {
	triggers := []float64{102, 104, 106}
	movements := []float64{102.05, 104.05, 107, 108, 109}
	within := []Span{{100, 110}}
	l, ok := LockOf(triggers, movements, within, nil)
	if !ok || l.Triggers != 3 {
		t.Fatalf("%+v, %t", l, ok)
	}
	chance := 1 - math.Exp(-0.5*0.28)
	p := 3*chance*chance*(1-chance) + chance*chance*chance
	if math.Abs(l.Followed-2.0/3) > 1e-12 || math.Abs(l.Chance-chance) > 1e-12 || math.Abs(l.P-p) > 1e-12 {
		t.Errorf("%+v, want chance %g, p %g", l, chance, p)
	}
	if _, ok := LockOf(triggers[:2], movements, within, nil); ok {
		t.Error("two triggers are too few")
	}
}

// One or more of four is what none of four is not.
func TestAtLeastOne(t *testing.T) {
	for _, p := range []float64{0, 0.2, 0.7, 1} {
		if got, want := atLeast(1, 4, p), 1-math.Pow(1-p, 4); math.Abs(got-want) > 1e-12 {
			t.Errorf("at %g: %g, want %g", p, got, want)
		}
	}
	if got := atLeast(0, 4, 0.2); got != 1 {
		t.Errorf("none or more: %g", got)
	}
}

// A lock needs half of the triggers and three times chance, or nearly all of them where
// chance is high.
func TestVerdictOfALock(t *testing.T) {
	for _, c := range []struct {
		followed, chance float64
		holds            bool
	}{
		{0.5, 0.1, true}, {0.49, 0.1, false}, {0.6, 0.19, true}, {0.6, 0.21, false}, {0.6, 0.25, false}, {0.96, 0.5, true}, {0.94, 0.5, false}, {0.94, 0.32, false},
	} {
		if got := (Lock{Followed: c.followed, Chance: c.chance}).Holds(); got != c.holds {
			t.Errorf("%g followed, %g by chance: %t", c.followed, c.chance, got)
		}
	}
}

// An excursion begins and ends at a tenth of its peak, for whoever draws or measures it.
func TestFoot(t *testing.T) {
	if FootShare != 0.1 {
		t.Errorf("the foot lies at %g of the peak; what was drawn and fitted took a tenth", FootShare)
	}
}
