package main

import (
	"fmt"
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/event"
)

var peopleDoc = document{
	page:    "docs/people.md",
	title:   "Accuracy on filmed people",
	about:   text("people"),
	who:     personOf,
	measure: measurePeople,
}

func measurePeople(films []*film) []*section {
	marked := slices.DeleteFunc(slices.Clone(films), func(f *film) bool { return f.truth.State == stateTalker || f.truth.State == statePoser })
	var out []*section
	for _, s := range []struct {
		title  string
		states []string
	}{{"Found at rest", []string{stateRest, stateDense}}, {"Found while talking", []string{stateTalk}}} {
		some := slices.DeleteFunc(slices.Clone(marked), func(f *film) bool { return !slices.Contains(s.states, f.truth.State) })
		out = append(out, foundOnPeople(s.title, some))
	}
	return append(out, posed(films), falseOnPeople(films), traceOverTruth(marked), standsOut(marked), noiseOfPeople(marked), lidsOfPeople(films))
}

// skin is what of the face a true event begins in: the words of its lead's
// region, or the cheek.
func (t *truth) skin(i int) string {
	p, ok := t.lead(i)
	if !ok {
		return ""
	}
	return p.skin()
}

const cheek = "cheek"

func (p *part) skin() string {
	if p.Cheek {
		return cheek
	}
	return p.Region.Words()
}

// skins are what movements were put into.
var skins = []string{anatomy.OrbicularisOculi.Words(), anatomy.Zygomaticus.Words(), anatomy.Depressor.Words(), cheek}

func foundOnPeople(title string, films []*film) *section {
	columns := groups(films)
	s := newSection(title, text("found people"), columns)
	single := func(f *film, i int) bool { return f.truth.Events[i].Form == event.Twitch }
	form := func(k event.Form) func(*film, int) bool {
		return func(f *film, i int) bool { return f.truth.Events[i].Form == k && f.truth.State != stateDense }
	}
	rows := []foundRow{
		{"single twitches of README's sizes", "≥ 0.85", func(f *film, i int) bool { return single(f, i) && f.truth.atGoal(i) }},
		{"1 mm and more, all, with cheek, trains and holds", "≥ 0.95", func(f *film, i int) bool { return f.truth.mm(i) >= truthShare }},
		{"1.5 mm and more, all, with cheek, trains and holds", "", func(f *film, i int) bool { return f.truth.mm(i) >= 1.5*truthShare }},
	}
	if title == "Found while talking" {
		rows[0].goal, rows[1].goal, rows[2].goal = "", "", "≥ 0.6"
	}
	add := func(name string, keep func(f *film, i int) bool) {
		rows = append(rows, foundRow{name, "", keep})
	}
	for _, where := range skins {
		add("single twitches, "+where, func(f *film, i int) bool { return single(f, i) && f.truth.skin(i) == where })
	}
	for _, b := range sizeBins {
		add(fmt.Sprintf("single twitches, %g–%g mm", b.from, b.to), func(f *film, i int) bool {
			mm := f.truth.mm(i)
			return single(f, i) && f.truth.skin(i) != cheek && mm >= b.from && mm < b.to
		})
	}
	add("trains", form(event.Clonic))
	add("holds", form(event.Tonic))
	add("dense trains", func(f *film, i int) bool { return f.truth.State == stateDense })
	const everything = "everything that was put in"
	add(everything, func(*film, int) bool { return true })
	s.putFound(films, columns, everything, rows)
	return s
}

// posed are the movements of one side that filmed people made on purpose, quickly.
func posed(films []*film) *section {
	s := newSection("One side on purpose", text("one side"), []string{all})
	var pull, wink tally
	for _, f := range films {
		if f.truth.State != statePoser {
			continue
		}
		p := pair(f.truth.Events, f.Events, same)
		for i, t := range f.truth.Events {
			called, right := "nothing", false
			if j := p.to[i]; j >= 0 {
				r := f.Events[j]
				called = fmt.Sprintf("%s, %s %s, %.2f–%.2f s, %.2f", r.Kind, r.Side, r.Lead.Words(), r.OnsetS, r.OffsetS, r.Confidence)
				right = r.Side == t.Side && (r.Kind == event.Spasm || t.Lead == anatomy.OrbicularisOculi && r.Kind != event.Blink)
			}
			if t.Lead == anatomy.OrbicularisOculi {
				wink.add(right)
			} else {
				pull.add(right)
			}
			s.note("%s: %s %s, %.2f–%.2f s: %s", f.Name, t.Side, t.Lead.Words(), t.OnsetS, t.OffsetS, called)
		}
	}
	s.put("pulls of one corner reported as a spasm of that side", "all", all, share(pull.k, pull.n))
	s.put("winks told one-sided", "all", all, share(wink.k, wink.n))
	return s
}

func falseOnPeople(films []*film) *section {
	s := newSection("False", text("false"), []string{all})
	sets := []struct {
		name, goal string
		in         func(f *film) bool
	}{
		{"controls at rest", "0", func(f *film) bool { return len(f.truth.Events) == 0 && f.truth.State == stateRest }},
		{"controls talking", "≤ 0.4", func(f *film) bool { return len(f.truth.Events) == 0 && f.truth.State == stateTalk }},
		{"talkers", "≤ 0.4", func(f *film) bool { return f.truth.State == stateTalker }},
		{"amid what was put in, at rest", "0", func(f *film) bool { return len(f.truth.Events) > 0 && f.truth.State != stateTalk }},
		{"amid what was put in, talking", "≤ 0.4", func(f *film) bool { return len(f.truth.Events) > 0 && f.truth.State == stateTalk }},
	}
	for _, set := range sets {
		n, parts := 0, 0
		var minutes float64
		for _, f := range films {
			if !set.in(f) {
				continue
			}
			minutes += f.minutes()
			own, some := f.invented()
			for _, e := range own {
				if e.Kind == event.Spasm || e.Kind == event.Synkinesis {
					n++
					s.note("%s: %s, %s %s, %.2f–%.2f s, %.2f", f.Name, e.Kind, e.Side, e.Lead.Words(), e.OnsetS, e.OffsetS, e.Confidence)
				}
			}
			for _, e := range some {
				if e.Kind == event.Spasm || e.Kind == event.Synkinesis {
					parts++
				}
			}
		}
		s.put(set.name, set.goal, all, perMinute(n, minutes))
		if parts > 0 {
			s.put(set.name+", parts of it", "", all, perMinute(parts, minutes))
		}
	}
	return s
}

func traceOverTruth(films []*film) *section {
	columns := groups(films)
	s := newSection("Sizes", text("sizes people"), columns)
	for _, who := range columns {
		for _, talk := range []bool{false, true} {
			alone, diff, told := map[string][]float64{}, map[string][]float64{}, map[string][]float64{}
			var long, short []float64
			for _, f := range of(films, who) {
				if (f.truth.State == stateTalk) != talk {
					continue
				}
				p := f.found()
				for i := range f.truth.Events {
					e := &f.truth.Events[i]
					for _, q := range f.truth.parts(i) {
						if q.MM < truthShare {
							continue
						}
						a, d := f.ratio(e, &q)
						alone[q.skin()], diff[q.skin()] = append(alone[q.skin()], a), append(diff[q.skin()], d)
						if j := p.to[i]; j >= 0 {
							told[q.skin()] = append(told[q.skin()], toldSize(&f.Events[j], &q))
						}
						if e.Form == event.Tonic && e.Duration() >= leastHoldS {
							long = append(long, f.keptShare(e, &q))
						} else if e.Form == event.Tonic {
							short = append(short, f.keptShare(e, &q))
						}
					}
				}
			}
			when := ", rest"
			if talk {
				when = ", talking"
			}
			for _, where := range skins {
				for _, r := range []struct {
					name, goal string
					v          []float64
				}{{", that side", "0.90–1.10", alone[where]}, {", right minus left", "0.90–1.10", diff[where]}, {", as told in events", "0.90–1.10", told[where]}} {
					if talk {
						r.goal = ""
					}
					if v := known(r.v); len(v) > 0 {
						s.put(where+when+r.name, r.goal, who, spread(v, 2))
					}
				}
			}
			if v := known(long); len(v) > 0 {
				s.put("kept at the end, 3 s and longer"+when, "≥ 0.9", who, spread(v, 2))
			}
			if v := known(short); len(v) > 0 {
				s.put("kept at the end, shorter holds"+when, "", who, spread(v, 2))
			}
		}
	}
	return s
}

// nearS is how far beyond a movement its candidate may be.
const nearS = 0.05

// standsOut counts the single twitches whose quick movement is candidateK times
// the local noise: right minus left, or that side alone where the other is not
// seen.
func standsOut(films []*film) *section {
	columns := groups(films)
	s := newSection("Standing out of the noise", text("standing"), columns)
	type both struct{ value, noise []float64 }
	cache := map[*film][][3]both{}
	for _, f := range films {
		cols := make([][3]both, anatomy.NumRegions)
		for k := range cols {
			d, sides := f.quickDiff(k)
			for n, v := range [3][]float64{d, sides[0], sides[1]} {
				cols[k][n] = both{v, localNoise(f.Trace.T, v)}
			}
		}
		cache[f] = cols
	}
	stands := func(f *film, i int, p *part) (seen, out bool) {
		k, side := f.column(p), slices.Index(anatomy.Sides[:], p.Side)
		if k < 0 || side < 0 {
			return false, false
		}
		e := f.truth.Events[i]
		try := func(b both, sign float64) (seen, out bool) {
			for n, t := range f.Trace.T {
				if t < e.OnsetS-nearS || t > e.OffsetS+nearS || math.IsNaN(b.value[n]) {
					continue
				}
				seen = true
				out = out || sign*b.value[n] >= standing*b.noise[n]
			}
			return seen, out
		}
		seen, out = try(cache[f][k][0], float64(1-2*side))
		if !seen {
			seen, out = try(cache[f][k][1+side], 1)
		}
		return seen, out
	}
	for _, talk := range []bool{false, true} {
		when := ", rest"
		if talk {
			when = ", talking"
		}
		for _, where := range skins {
			least := 0.5
			for _, r := range anatomy.Regions {
				if r.Words() == where && goalOf(r) > 0 {
					least = goalOf(r)
				}
			}
			for _, who := range columns {
				n, k, unseen := 0, 0, 0
				for _, f := range of(films, who) {
					for i, e := range f.truth.Events {
						p, ok := f.truth.lead(i)
						if !ok || e.Form != event.Twitch || p.skin() != where || p.MM < least*truthShare || (f.truth.State == stateTalk) != talk {
							continue
						}
						n++
						seen, out := stands(f, i, &p)
						if out {
							k++
						}
						if !seen {
							unseen++
						}
					}
				}
				if n == 0 {
					continue
				}
				goal := ""
				if where == skins[0] && !talk {
					goal = "≥ 0.9"
				}
				c := share(k, n)
				if unseen > 0 {
					c.N += fmt.Sprintf(", %d not seen", unseen)
				}
				s.put(fmt.Sprintf("%s from %g mm%s", where, least, when), goal, who, c)
			}
		}
	}
	return s
}

func noiseOfPeople(films []*film) *section {
	columns := groups(films)
	s := newSection("Noise of the quick difference", text("noise"), columns)
	for _, talk := range []bool{false, true} {
		when := ", rest"
		if talk {
			when = ", talking"
		}
		for k, region := range anatomy.Regions {
			for _, who := range columns {
				var v []float64
				for _, f := range of(films, who) {
					if (f.truth.State == stateTalk) == talk {
						d, _ := f.quickDiff(k)
						v = append(v, known(localNoise(f.Trace.T, d))...)
					}
				}
				if len(v) > 0 {
					s.put(region.Words()+when, "", who, plain(median(v), 3, ""))
				}
			}
		}
	}
	return s
}

func lidsOfPeople(films []*film) *section {
	s := newSection("Lids", text("lids people"), []string{"right seen", "left seen", "noise right", "noise left", "noise of right minus left", "mm per px", "over the truth's"})
	for _, f := range films {
		s.putLids(f.Name, f)
		s.put(f.Name, "", "mm per px", plain(f.Trace.MMPerPx, 3, ""))
		if px := f.truth.Recording.PxPerMM; px > 0 {
			s.put(f.Name, "", "over the truth's", plain(f.Trace.MMPerPx*px, 3, ""))
		}
	}
	return s
}
