package record

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"facialis/event"
	_ "facialis/internal/rapidtest"
)

func drawPlan(t *rapid.T) *Plan {
	p := &Plan{Title: "x", Kinds: []event.Kind{event.Spasm}, Scales: []string{"smc"}, Statistics: []string{"icc"}, ToleranceS: 0.1,
		RepeatShare: rapid.Float64Range(0, 1).Draw(t, "share"), SecondRound: rapid.Bool().Draw(t, "second"), Seed: rapid.Uint64().Draw(t, "seed")}
	for i := range rapid.IntRange(1, 20).Draw(t, "films") {
		p.Films = append(p.Films, fmt.Sprintf("f%02d", i))
	}
	p.Raters = []string{"A", "B"}
	return p
}

// Every rater sees every film once, the right share of them again and later, and in a
// second round all once more; the order is the same each time and the rater's own.
func TestLooks(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t)
		if err := p.Ready(); err != nil {
			t.Fatal(err)
		}
		looks := p.Looks("A")
		if !slices.Equal(looks, p.Looks("A")) {
			t.Fatal("another order the second time")
		}
		count := map[[2]int]int{}
		first := map[string]int{}
		for i, l := range looks {
			if l.N != i+1 {
				t.Fatalf("look %d has the number %d", i+1, l.N)
			}
			count[[2]int{l.Round, l.Repeat}]++
			switch {
			case l.Round == 1 && l.Repeat == 0:
				if _, twice := first[l.Film]; twice {
					t.Fatalf("%s comes first twice", l.Film)
				}
				first[l.Film] = i
			case l.Repeat == 1:
				at, seen := first[l.Film]
				if !seen || i <= at {
					t.Fatalf("%s comes again before it came", l.Film)
				}
			}
		}
		n := len(p.Films)
		again := int(math.Ceil(p.RepeatShare * float64(n)))
		second := 0
		if p.SecondRound {
			second = n
		}
		if count[[2]int{1, 0}] != n || count[[2]int{1, 1}] != again || count[[2]int{2, 0}] != second {
			t.Fatalf("%v of %d films, share %g", count, n, p.RepeatShare)
		}
		if n >= 15 && slices.Equal(films(looks), films(p.Looks("B"))) {
			t.Fatal("both raters see the same order")
		}
	})
}

func films(l []Look) []string {
	var out []string
	for _, x := range l {
		out = append(out, x.Film)
	}
	return out
}

// A locked plan keeps what is rated; any change of it changes the hash.
func TestPlanLock(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawPlan(t)
		next := *p
		next.Raters = slices.Clone(p.Raters)
		allowed := true
		switch rapid.IntRange(0, 6).Draw(t, "change") {
		case 0:
			next.ToleranceS += 0.1
		case 1:
			next.Raters = append(next.Raters, "C")
		case 2:
			next.Raters, allowed = next.Raters[:1], false
		case 3:
			next.Films, allowed = append(slices.Clone(p.Films), "g"), false
		case 4:
			next.Scales, allowed = []string{"tunc"}, false
		case 5:
			next.Seed, allowed = p.Seed+1, false
		case 6:
			next.Version, allowed = "other", false
		}
		if next.Sum() == p.Sum() {
			t.Fatal("a changed plan has the same hash")
		}
		if err := p.Amend(&next); (err == nil) != allowed {
			t.Fatalf("allowed %v: %v", allowed, err)
		}
	})
}
