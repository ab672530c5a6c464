package main

import (
	"fmt"
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/spasm"
)

// shown is a marked event with how far it stood above the smallest findable movement.
type shown struct {
	film  *film
	times float64 // size over noise and uncertainty; NaN where it was not measured
	found bool
}

// nineInTen of the movements from some size on are found; steps and reach say how the
// size is sought: by step, over movements of up to reach times the size.
const (
	nineInTen  = 0.9
	timesLeast = 4.0
	timesMost  = 60.0
	timesStep  = 0.5
	timesReach = 1.5
)

// sights are the marked contractions of one side with what is found of them by the
// score that is held out. A movement that was not measured has no size in noises and
// counts as missed.
func sights(films []*film, point float64) []shown {
	findable := spasm.Constants()["findableTimes"]
	var out []shown
	for _, f := range films {
		got := map[int]bool{}
		for _, c := range f.cands {
			if !c.Rival && c.y == 1 && c.score >= point {
				got[c.truth] = true
			}
		}
		s := spasm.Look(f.trace, f.found.Events)
		for i, t := range f.truth {
			k := t.Lead.Index()
			if !t.oneSided() || k < 0 || t.mm(t.Lead) == 0 {
				continue
			}
			side := slices.Index(anatomy.Sides[:], t.Side)
			v := float64(s.SmallestMM[side][k][s.Block(t.OnsetS)])
			out = append(out, shown{f, findable * t.mm(t.Lead) / v, got[i]})
		}
	}
	return out
}

// share is how many of the movements between two sizes are found.
func share(all []shown, from, to float64) (hit, n int) {
	for _, x := range all {
		if x.times >= from && x.times < to {
			n++
			if x.found {
				hit++
			}
		}
	}
	return hit, n
}

// findable is the smallest size, in standard deviations, at which nine in ten are found.
func findable(all []shown) float64 {
	for v := timesLeast; v < timesMost; v += timesStep {
		if hit, n := share(all, v, timesReach*v); n > 0 && float64(hit) >= nineInTen*float64(n) {
			return v
		}
	}
	return timesMost
}

// only are those of some sets, of one person or of all others ("": of everybody).
func only(all []shown, sets []string, person string, others bool) []shown {
	return slices.DeleteFunc(slices.Clone(all), func(x shown) bool {
		return !slices.Contains(sets, x.film.Set) || person != "" && (x.film.Person == person) == others
	})
}

// seen shows from which size on movements are found: what spasm.Look goes by.
func seen(films []*film, p spasm.Params) {
	holdOut(films, settings[0], p)
	all := sights(films, pointFor(films, 0.5))
	people := []string{"rest", "talk"}
	fmt.Printf("| size | rest | talk | head | drawn |\n|---|---|---|---|---|\n")
	edges := []float64{0, 5, 10, 15, 20, 25, 35, 50, math.Inf(1)}
	for i := range len(edges) - 1 {
		fmt.Printf("| %.1f–%.1f |", edges[i], edges[i+1])
		for _, set := range []string{"rest", "talk", "head", "drawn"} {
			hit, n := share(only(all, []string{set}, "", false), edges[i], edges[i+1])
			fmt.Printf(" %d of %d |", hit, n)
		}
		fmt.Println()
	}
	hits, of := 0, 0
	for _, who := range persons(films) {
		mine := only(all, people, who, false)
		if len(mine) == 0 {
			continue
		}
		v := findable(only(all, people, who, true))
		hit, n := share(mine, v, math.Inf(1))
		hits, of = hits+hit, of+n
		fmt.Printf("| %s | %.2f | %d | %d |\n", who, v, hit, n)
	}
	tell := func(name string, hit, n int) {
		lo, hi := wilson(hit, n)
		fmt.Printf("| %s | %d | %d | %.2f (%.2f–%.2f) |\n", name, hit, n, float64(hit)/float64(n), lo, hi)
	}
	tell("held-out", hits, of)
	fmt.Printf("| p1–p7 | %.2f |\n", findable(only(all, people, "", false)))
	now := spasm.Constants()["findableTimes"]
	for _, set := range []string{"rest", "talk", "head", "drawn"} {
		hit, n := share(only(all, []string{set}, "", false), now, math.Inf(1))
		tell(fmt.Sprintf("%s≥%.0f", set, now), hit, n)
	}
	for _, f := range films {
		s := spasm.Look(f.trace, f.found.Events)
		fmt.Printf("%s|%s|s:", f.Film, f.Person)
		for side, name := range anatomy.Sides {
			fmt.Printf(" %s", name)
			for k := range anatomy.NumRegions {
				var t float64
				for b, filmed := range s.Filmed {
					if s.SeenAt(side, k, b) {
						t += float64(filmed)
					}
				}
				fmt.Printf(" %.0f", t)
			}
		}
		fmt.Println()
	}
}
