package main

import (
	"fmt"
	"math"
	"strings"

	"facialis/anatomy"
	"facialis/event"
	"facialis/spasm"
)

// byHand is a rule list set by hand after the fits, by someone who had seen them: a
// movement counts by how far it stands out of its noise, unless a rule refuses it.
func byHand() spasm.Model {
	never := -100.0
	below := func(name string, limit float64) spasm.Curve {
		return spasm.Curve{Name: name, Knots: []float64{limit - 0.01, limit}, Adds: []float64{never, 0}}
	}
	above := func(name string, limit float64) spasm.Curve {
		return spasm.Curve{Name: name, Knots: []float64{limit, limit + 0.01}, Adds: []float64{0, never}}
	}
	return spasm.Model{Terms: []spasm.Curve{
		bySize(),
		below("direction", 0.5),
		below("straight", 0.5),
		above("scale", math.Log(0.9)),       // mm per pixel
		above("rise", math.Log(0.2)),        // s
		above("other_side", 0.5),            // share
		above("both_sides", math.Log1p(1)),  // times its size
		above("blink_same_skin", 0.5),       //
		above("head_speed", math.Log1p(20)), // degrees a second
		below("beyond_other_side", 0),       // ln
	}}
}

// bySize is size over noise alone.
func bySize() spasm.Curve {
	return spasm.Curve{Name: "size_over_noise", Knots: []float64{0, 10}, Adds: []float64{0, 10}}
}

// compare judges the fitted score beside simpler ways, each at the same false rates.
func compare(films []*film, p spasm.Params) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| way, at %.1f / 1 false a minute | twitches at rest | at rest, 1 mm | talking, 1.5 mm | heads facing | turned | while turning | posed | all marked |\n|---|---|---|---|---|---|---|---|---|\n", mostFalse)
	line := func(name string) {
		var rs [2]result
		for i, q := range []float64{mostFalse, 1} {
			rs[i] = judge(films, pointFor(films, q))
		}
		fmt.Fprintf(&b, "| %s |", name)
		for _, k := range [][]int{{0}, {2}, {6}, {7}, {8}, {9}, {10, 11}} {
			x, y, n := 0, 0, 0
			for _, i := range k {
				x, y, n = x+rs[0].hit[i], y+rs[1].hit[i], n+rs[0].n[i]
			}
			fmt.Fprintf(&b, " %d / %d of %d |", x, y, n)
		}
		fmt.Fprintf(&b, " %d / %d of %d |\n", rs[0].hits, rs[1].hits, rs[0].all)
	}
	for _, way := range []struct {
		name string
		m    spasm.Model
	}{{"size over noise alone", spasm.Model{Terms: []spasm.Curve{bySize()}}}, {"rules set by hand", byHand()}} {
		for _, f := range films {
			f.rescore(&way.m, p)
		}
		line(way.name)
	}
	holdOut(films, setting{2, 2, 1, nil, strongWeight}, p)
	line("fitted, straight lines, held out")
	holdOut(films, settings[0], p)
	line("fitted, curves, held out (in use)")
	return b.String()
}

// invented counts the synkineses that are reported where none is marked, by the held
// out models' events above the operating point.
func invented(films []*film) string {
	found, marked, other := 0, 0, 0
	for _, f := range films {
		for _, t := range f.truth {
			if t.Kind == "synkinesis" {
				marked++
			}
		}
		for _, e := range f.found.Events {
			if e.Kind != "synkinesis" {
				continue
			}
			right := false
			for _, t := range f.truth {
				right = right || t.Kind == "synkinesis" && fits(t.Event, e)
			}
			if right {
				found++
			} else {
				other++
			}
		}
	}
	return fmt.Sprintf("Synkineses: %d of %d found, %d invented.\n", found, marked, other)
}

// ofBothSides counts the spasms of both sides that are reported, by how they move alone:
// in the drawn presets of them, and elsewhere.
func ofBothSides(films []*film) string {
	found, marked, other, minutes := 0, 0, 0, 0.0
	for _, f := range films {
		n := 0
		for _, t := range f.truth {
			if t.Kind == event.Spasm && t.Side == anatomy.Both {
				n++
			}
		}
		marked += n
		if n == 0 {
			minutes += f.minutes
		}
		for _, e := range f.found.Events {
			if e.Kind != event.Spasm || e.Side != anatomy.Both {
				continue
			}
			right := false
			for _, t := range f.truth {
				right = right || t.Kind == event.Spasm && t.Side == anatomy.Both && fits(t.Event, e)
			}
			if right {
				found++
			} else {
				other++
			}
		}
	}
	return fmt.Sprintf("Spasms of both sides: %d of %d drawn ones found, %d invented in all; recordings without one last %.0f minutes.\n", found, marked, other, minutes)
}

// blinkScore is precision and recall of blinks where they are marked.
func blinkScore(films []*film) string {
	var b strings.Builder
	n, hit, found := 0, 0, 0
	for _, f := range films {
		if f.Set != "head" {
			continue
		}
		used := map[int]bool{}
		for _, e := range f.found.Events {
			if e.Kind != "blink" {
				continue
			}
			found++
			for i, t := range f.truth {
				if t.Kind == "blink" && !used[i] && math.Abs(t.OnsetS-e.OnsetS) < onsetS {
					used[i] = true
					hit++
					break
				}
			}
		}
		for _, t := range f.truth {
			if t.Kind == "blink" {
				n++
			}
		}
	}
	fmt.Fprintf(&b, "Blinks of the heads: %d of %d found, %d others reported, F1 %.3f.\n", hit, n, found-hit, 2*float64(hit)/float64(n+found))
	return b.String()
}
