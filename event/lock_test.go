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
