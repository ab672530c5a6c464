package spasm

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"facialis/event"
)

// A film that is joined of two has the events of the two: none at the joint, and no
// episode or attack that goes on over it.
func TestJointsAreHeldApart(t *testing.T) {
	column := func(rows int) []float32 { return make([]float32, rows) }
	rapid.Check(t, func(rt *rapid.T) {
		a, b := partTwitching(rt, 3), partTwitching(rt, 4)
		a.move(0, 1, 9.6, 0.1, 0.02, 2) // up to the joint, so that an attack would go on over it
		b.move(0, 1, 0.3, 0.1, 0.02, 2)
		want := Detect(a.Trace, nil, DefaultParams())
		n, from := len(want), a.T[a.Len()-1]+a.T[1]-a.T[0]
		for _, e := range Detect(b.Trace, nil, DefaultParams()) {
			e.OnsetS, e.OffsetS = e.OnsetS+from, e.OffsetS+from
			want = append(want, e)
		}
		for i := range b.T {
			b.T[i] += from
		}
		whole, err := event.Join([]*event.Trace{a.Trace, b.Trace}, column)
		if err != nil {
			rt.Fatal(err)
		}
		got := Detect(whole, nil, DefaultParams())
		if len(got) != len(want) {
			rt.Fatalf("%d events, in the two films %d (they meet at %g s)", len(got), len(want), from)
		}
		before := map[int]bool{}
		for i, e := range got {
			if w := want[i]; math.Abs(e.OnsetS-w.OnsetS) > 1e-6 || math.Abs(e.OffsetS-w.OffsetS) > 1e-6 || e.Side != w.Side || e.Lead != w.Lead || e.Kind != w.Kind {
				rt.Fatalf("event %d is %+v, in its film %+v", i, e, w)
			}
			switch {
			case e.Attack == nil:
			case i < n:
				before[*e.Attack] = true
			case before[*e.Attack]:
				rt.Fatalf("the attack of %s at %g s began before the joint at %g s", e.ID, e.OnsetS, from)
			}
		}
	})
}
