package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"facialis/anatomy"
	"facialis/event"
	"facialis/spasm"
)

// closeAlone adds a closure of one lid to a copy of a trace: up in rise seconds, held,
// down again.
func closeAlone(tr *event.Trace, side int, at, rise, hold, mm float64) *event.Trace {
	out := *tr
	k := anatomy.AtOrbicularisOculi
	out.DY[side][k], out.Aperture[side] = slices.Clone(tr.DY[side][k]), slices.Clone(tr.Aperture[side])
	for i, t := range tr.T {
		v := 0.0
		switch d := t - at; {
		case d <= 0 || d >= 2*rise+hold:
		case d < rise:
			v = mm * (1 - math.Cos(math.Pi*d/rise)) / 2
		case d < rise+hold:
			v = mm
		default:
			v = mm * (1 + math.Cos(math.Pi*(d-rise-hold)/rise)) / 2
		}
		out.DY[side][k][i] -= float32(v)
		out.Aperture[side][i] -= float32(v)
	}
	return &out
}

// halfway stands for the middle between a blink and the next.
const halfway = -1

// blinks puts closures of one lid into the kept traces, in and after the blinks that
// the faces themselves make, and counts which are reported by a model that has not
// seen the person. Every second person and head is held back: the rule for blinks was
// chosen without them. What a lid's picture would add in noise while it moves is not in it.
func blinks(films []*film, p spasm.Params) string {
	var out strings.Builder
	out.WriteString("| where | mm | people | people held back | heads | heads held back |\n|---|---|---|---|---|---|\n")
	who := persons(films)
	models := make([]spasm.Model, len(who))
	for i := range who {
		models[i] = train(films, who[i], settings[0])
		models[i].Point = p.LeastLogOdds
	}
	for _, c := range []struct {
		name          string
		after, at, mm float64
		hold          float64
		rise          float64
	}{
		{"halfway to the next, which is 2 s away or more", 1, halfway, 1, 0.05, 0.08},
		{"halfway to the next, which is 2 s away or more", 1, halfway, 1.5, 0.05, 0.08},
		{"after its end, 0.1 s later", 1, 0.1, 1, 0.05, 0.08},
		{"after its end, 0.1 s later", 1, 0.1, 1.5, 0.05, 0.08},
		{"from its middle on, held for 0.3 s", 0.5, 0, 1, 0.3, 0.08},
		{"from its middle on, held for 0.3 s", 0.5, 0, 1.5, 0.3, 0.08},
		{"within it", 0, 0, 1, 0.05, 0.1},
		{"within it", 0, 0, 2, 0.05, 0.1},
	} {
		n, hit := map[string]int{}, map[string]int{}
		for _, f := range films {
			m := &models[slices.Index(who, f.Person)]
			var bs []event.Event
			for _, e := range f.found.Events {
				if e.Kind == event.Blink && (len(bs) == 0 || e.OnsetS > bs[len(bs)-1].OffsetS+2) {
					bs = append(bs, e)
				}
			}
			if len(bs) == 0 || f.Set == "drawn" {
				continue
			}
			for side := range 2 {
				tr := f.trace
				var at []float64
				for i, b := range bs {
					if i%3 != 0 { // not in every blink: that would be how this person blinks
						continue
					}
					t := b.OnsetS + c.after*(b.OffsetS-b.OnsetS) + c.at
					if c.at == halfway {
						j := slices.IndexFunc(f.found.Events, func(e event.Event) bool { return e.Kind == event.Blink && e.OnsetS > b.OnsetS })
						if j < 0 || f.found.Events[j].OnsetS < b.OffsetS+2 {
							continue
						}
						t = (f.found.Events[j].OnsetS + b.OffsetS) / 2
					}
					at = append(at, t)
					tr = closeAlone(tr, side, t, c.rise, c.hold, c.mm)
				}
				found := spasm.FindBy(tr, nil, p, m)
				set := f.Set
				if set != "head" {
					set = "people"
				}
				if slices.Index(who, f.Person)%2 == 1 {
					set += " held back"
				}
				for _, t := range at {
					n[set]++
					if slices.ContainsFunc(found.Events, func(e event.Event) bool {
						return (e.Kind == event.Spasm || e.Kind == event.Synkinesis) && e.Side == anatomy.Sides[side] && math.Abs(e.OnsetS-t) < onsetS
					}) {
						hit[set]++
					}
				}
			}
		}
		fmt.Fprintf(&out, "| %s | %.1f |", c.name, c.mm)
		for _, set := range []string{"people", "people held back", "head", "head held back"} {
			fmt.Fprintf(&out, " %d of %d |", hit[set], n[set])
		}
		fmt.Fprintln(&out)
	}
	return out.String()
}
