package main

import (
	"fmt"

	"facialis/anatomy"
	"facialis/event"
)

// row is one line of the table of what is found.
type row struct {
	name string
	of   func(*film, marked) bool
}

// readme says that an event is of the sizes that README names: lid 0.5, corner 0.7,
// lower lip 0.8 mm.
func readme(t marked) bool {
	return t.mm(anatomy.OrbicularisOculi) >= 0.5 || t.mm(anatomy.Zygomaticus) >= 0.7 && t.Place != "cheek" || t.mm(anatomy.Depressor) >= 0.8
}

var rows = []row{
	{"implants at rest, README's sizes, twitches", func(f *film, t marked) bool {
		return f.Set == "rest" && t.Form == event.Twitch && t.Place != "cheek" && readme(t)
	}},
	{"implants at rest, README's sizes, all forms", func(f *film, t marked) bool { return f.Set == "rest" && t.Place != "cheek" && readme(t) }},
	{"implants at rest, 1 mm and more, all", func(f *film, t marked) bool { return f.Set == "rest" && t.largest() >= 1 }},
	{"  of them cheek", func(f *film, t marked) bool { return f.Set == "rest" && t.largest() >= 1 && t.Place == "cheek" }},
	{"  of them trains", func(f *film, t marked) bool { return f.Set == "rest" && t.largest() >= 1 && t.Form == event.Clonic }},
	{"  of them holds", func(f *film, t marked) bool { return f.Set == "rest" && t.largest() >= 1 && t.Form == event.Tonic }},
	{"implants while talking, 1.5 mm and more", func(f *film, t marked) bool { return f.Set == "talk" && t.largest() >= 1.5 }},
	{"heads facing, README's sizes", func(f *film, t marked) bool {
		return f.Set == "head" && abs(t.Yaw) < 10 && t.Turning < 15 && readme(t)
	}},
	{"heads turned 10-20, held, 1.2 mm and more", func(f *film, t marked) bool {
		return f.Set == "head" && abs(t.Yaw) >= 10 && t.Turning < 15 && t.largest() >= 1.2
	}},
	{"heads while turning, 2.5 mm and more", func(f *film, t marked) bool {
		return f.Set == "head" && t.Turning >= 15 && t.largest() >= 2.45
	}},
	{"one-sided pulls of the mouth (posed)", func(f *film, t marked) bool { return f.Film == "one_sided_mouth" }},
	{"winks (posed)", func(f *film, t marked) bool {
		return f.Film == "one_sided_eyes" && t.Lead == anatomy.OrbicularisOculi
	}},
	{"all lids at rest 0.5", func(f *film, t marked) bool {
		return f.Set == "rest" && t.Form == event.Twitch && t.Lead == anatomy.OrbicularisOculi && readme(t)
	}},
	{"all corners at rest 0.7", func(f *film, t marked) bool {
		return f.Set == "rest" && t.Form == event.Twitch && t.Place != "cheek" && t.Lead == anatomy.Zygomaticus && readme(t)
	}},
	{"all lips at rest 0.8", func(f *film, t marked) bool {
		return f.Set == "rest" && t.Form == event.Twitch && t.Lead == anatomy.Depressor && readme(t)
	}},
	{"synkineses", func(f *film, t marked) bool { return t.Kind == event.Synkinesis && f.Set != "drawn" }},
	{"drawn presets, spasms", func(f *film, t marked) bool { return f.Set == "drawn" && t.Kind == event.Spasm }},
	{"drawn presets, synkineses", func(f *film, t marked) bool { return f.Set == "drawn" && t.Kind == event.Synkinesis }},
}

func abs(v float64) float64 { return max(v, -v) }

// recall counts for how many marked events there is a candidate at all.
func recall(films []*film) {
	for _, r := range rows {
		n, hit := 0, 0
		for _, f := range films {
			got := map[int]bool{}
			for _, c := range f.cands {
				got[c.truth] = true
			}
			for i, t := range f.truth {
				if t.oneSided() && r.of(f, t) {
					n++
					if got[i] {
						hit++
					}
				}
			}
		}
		fmt.Printf("%-48s %3d of %3d\n", r.name, hit, n)
	}
	n := map[string]float64{}
	minutes := map[string]float64{}
	for _, f := range films {
		minutes[f.Set] += f.minutes
		for _, c := range f.cands {
			if c.y == 0 {
				n[f.Set]++
			}
		}
	}
	for s, m := range minutes {
		fmt.Printf("%s: %.1f candidates a minute that are none, %.1f min\n", s, n[s]/m, m)
	}
}
