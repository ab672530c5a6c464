package main

import (
	"fmt"
	"math"
	"os"
	"slices"

	"facialis/anatomy"
	"facialis/event"
	"facialis/measure"
	"facialis/spasm"
)

// shown is a marked event with how far it stood above the smallest findable movement.
type shown struct {
	film  *film
	times float64 // size in smallest findable movements; NaN where it was not seen
	mm    float64
	found bool
	form  event.Form
	lead  anatomy.Region
}

// ninth is the share that the smallest findable movement stands for.
const nineInTen = 0.9

// sights are the marked contractions of one side with what is found of them by the
// score that is held out.
func sights(films []*film, point float64) []shown {
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
			k := slices.Index(anatomy.Regions[:], t.Lead)
			if !t.oneSided() || k < 0 || t.mm(t.Lead) == 0 {
				continue
			}
			side := slices.Index(anatomy.Sides[:], t.Side)
			v := float64(s.SmallestMM[side][k][s.Block(t.OnsetS)])
			out = append(out, shown{f, t.mm(t.Lead) / v, t.mm(t.Lead), got[i], t.Form, t.Lead})
		}
	}
	return out
}

// seen shows what share is found by size over the smallest findable movement.
func seen(films []*film, p spasm.Params) {
	holdOut(films, settings[0], p)
	all := sights(films, pointFor(films, 0.5))
	edges := []float64{0, 0.25, 0.5, 0.75, 1, 1.5, 2, 3, math.Inf(1)}
	for _, set := range []string{"rest", "talk", "head"} {
		for i := range len(edges) - 1 {
			n, hit := 0, 0
			for _, x := range all {
				if x.film.Set == set && x.times >= edges[i] && x.times < edges[i+1] {
					n++
					if x.found {
						hit++
					}
				}
			}
			fmt.Printf("%s %.2f-%.2f: %d of %d\n", set, edges[i], edges[i+1], hit, n)
		}
	}
	above := func(factor float64, use func(shown) bool) (hit, n int) {
		for _, x := range all {
			if use(x) && x.times >= factor {
				n++
				if x.found {
					hit++
				}
			}
		}
		return
	}
	for _, set := range []string{"rest", "talk", "head", ""} {
		for _, factor := range []float64{0.5, 0.75, 1, 1.25, 1.5, 2, 2.5, 3} {
			hit, n := above(factor, func(x shown) bool { return set == "" || x.film.Set == set })
			ci := measure.Wilson(hit, max(n, 1))
			fmt.Printf("%-5s from %.2f: %d of %d %.2f (%.2f-%.2f)\n", set, factor, hit, n, float64(hit)/float64(n), ci[0], ci[1])
		}
	}
	for _, x := range all {
		if os.Getenv("V") != "" {
			fmt.Printf("V %s %s %s %s %.2f mm times %.2f %v\n", x.film.Film, x.film.Set, x.lead, x.form, x.mm, x.times, x.found)
		}
	}
}
