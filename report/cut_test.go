package report

import (
	"strings"
	"testing"

	"facialis/anatomy"
	"facialis/event"
)

// An attack that the film cuts is not given as its whole length.
func TestAnAttackThatTheFilmCuts(t *testing.T) {
	for _, c := range []struct {
		from, to float64
		cut      bool
	}{{3, 54, true}, {20, 100, false}, {20, 115, true}, {0.1, 60, true}} {
		one := 1
		a := &Analysis{Recording: Recording{DurationS: 120}}
		for at := c.from; at < c.to; at += 5 {
			a.Events = append(a.Events, event.Event{Kind: event.Spasm, Side: anatomy.Left, OnsetS: at, OffsetS: min(at+4, c.to), Attack: &one})
		}
		if got := cutAttack(a); got != c.cut {
			t.Errorf("from %g to %g s of 120: cut is %v", c.from, c.to, got)
		}
		longest := c.to - c.from
		a.Measures.Attacks, a.Measures.AttackS.Max = 1, &longest
		if said := english().plainBouts(a); strings.Contains(said, "at least") != c.cut {
			t.Errorf("from %g to %g s of 120 it is said: %s", c.from, c.to, said)
		}
	}
}
