package main

import (
	"fmt"
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/event"
	"facialis/validate"
)

var headsDoc = document{
	page:    "docs/heads.md",
	title:   "Accuracy on three-dimensional heads",
	about:   text("heads"),
	who:     headOf,
	measure: measureHeads,
}

func measureHeads(films []*film) []*section {
	var out []*section
	out = append(out, leftOver(films)...)
	return append(out, inventedIn(films), foundOnHeads(films), foundByFilm(films), sizes(films), pose(films), scale(films), lids(films))
}

var goalLeft = [numBins]string{facing: "≤ 0.15", yaw20: "≤ 0.3", pitch20: "≤ 0.3"}

// leftOver is what the trace says moves where nothing does.
func leftOver(films []*film) []*section {
	columns := groups(films)
	type key struct {
		b    bin
		k    int
		what string
		who  string
	}
	kinds := []string{"right minus left", "right", "left"}
	sums := map[key]*blocks{}
	for _, f := range films {
		at, bins := f.truthAt(), f.truth.bins()
		for k, region := range anatomy.Regions {
			calm := f.truth.calm(region)
			right, left := f.truth.moved(0, region), f.truth.moved(1, region)
			for i, j := range at {
				if j < 0 || !calm[j] {
					continue
				}
				var r, l float64
				if right != nil && left != nil {
					r, l = right[j], left[j]
				}
				for w, v := range []struct{ truth, measured float64 }{
					{r - l, float64(f.Trace.Diff[k][i])},
					{r, float64(f.Trace.Along[0][k][i])},
					{l, float64(f.Trace.Along[1][k][i])},
				} {
					for _, who := range []string{all, f.Who} {
						q := key{bins[j], k, kinds[w], who}
						if sums[q] == nil {
							sums[q] = new(blocks)
						}
						sums[q].add(f.Name, f.Trace.T[i], v.truth, v.measured)
					}
				}
			}
		}
	}
	var out []*section
	for b := range numBins {
		s := newSection("Left over: "+binNames[b],
			text("left"), columns)
		for _, kind := range kinds {
			for k, region := range anatomy.Regions {
				for _, who := range columns {
					q := sums[key{b, k, kind, who}]
					if q == nil {
						continue
					}
					if name := region.Words() + ", " + kind; kind == kinds[0] {
						s.put(name, goalLeft[b], who, q.figure(rms, 2))
					} else {
						s.putDetail(name, who, q.figure(rms, 2))
					}
				}
			}
		}
		out = append(out, s)
	}
	return out
}

// told are the kinds of event that may be invented.
var told = []event.Kind{event.Voluntary, event.Synkinesis, event.Spasm, event.Other}

func inventedIn(films []*film) *section {
	columns := groups(films)
	s := newSection("Invented", text("invented"), columns)
	for _, who := range columns {
		own, parts := map[event.Kind]int{}, 0
		var minutes float64
		var hit, missed, falseBlinks int
		for _, f := range of(films, who) {
			minutes += f.minutes()
			mine, some := f.invented()
			parts += len(some)
			for _, e := range mine {
				own[e.Kind]++
				if who == all {
					s.note("%s: %s, %s %s, %.2f–%.2f s, %.2f", f.Name, e.Kind, e.Side, e.Lead.Words(), e.OnsetS, e.OffsetS, e.Confidence)
				}
			}
			p := pair(f.truth.Events, f.Events, func(t, r event.Event) bool { return t.Kind == event.Blink && r.Kind == event.Blink && same(t, r) })
			for i, t := range f.truth.Events {
				if t.Kind == event.Blink && p.to[i] >= 0 {
					hit++
				} else if t.Kind == event.Blink {
					missed++
				}
			}
			for j, r := range f.Events {
				if r.Kind == event.Blink && p.back[j] < 0 {
					falseBlinks++
				}
			}
		}
		for _, k := range told {
			goal := "0"
			if k == event.Other {
				goal = ""
			}
			s.put(string(k), goal, who, perMinute(own[k], minutes))
		}
		s.put("parts of true events", "", who, perMinute(parts, minutes))
		s.put("blinks found", "", who, share(hit, hit+missed))
		s.put("false blinks", "", who, perMinute(falseBlinks, minutes))
	}
	return s
}

func (t *truth) bin(i int) bin { return binOf(t.More[i].Yaw, t.More[i].Pitch, t.More[i].Turning) }

// turned says whether the head is held turned by 10–20°.
func (t *truth) turned(i int) bool { b := t.bin(i); return b == yaw20 || b == pitch20 }

// foundRow is a row of what was found: of which true events.
type foundRow struct {
	name, goal string
	keep       func(f *film, i int) bool
}

// putFound writes the rows of what was found; in the one of everything also what else
// is said of it. It returns what was paired in each film.
func (s *section) putFound(films []*film, columns []string, everything string, rows []foundRow) map[*film]pairs {
	paired := map[*film]pairs{}
	for _, f := range films {
		paired[f] = f.found()
	}
	for _, r := range rows {
		for _, who := range columns {
			var c scored
			for _, f := range of(films, who) {
				c.score(f, paired[f], func(i int) bool { return r.keep(f, i) })
			}
			s.put(r.name, r.goal, who, share(c.k, c.n))
			if r.name == everything {
				s.putScored(who, c)
			}
		}
	}
	return paired
}

func foundOnHeads(films []*film) *section {
	columns := groups(films)
	s := newSection("Found", text("found heads"), columns)
	spasmOf := func(f *film, i int) bool { return f.truth.Events[i].Kind == event.Spasm }
	leadIs := func(r anatomy.Region) func(*film, int) bool {
		return func(f *film, i int) bool {
			return spasmOf(f, i) && f.truth.bin(i) == facing && f.truth.atGoal(i) && f.truth.Events[i].Lead == r
		}
	}
	const everything = "all one-sided"
	paired := s.putFound(films, columns, everything, []foundRow{
		{"facing, README's sizes", "≥ 0.95", func(f *film, i int) bool {
			return spasmOf(f, i) && f.truth.bin(i) == facing && f.truth.atGoal(i)
		}},
		{"– lid leads", "", leadIs(anatomy.OrbicularisOculi)},
		{"– corner of the mouth leads", "", leadIs(anatomy.Zygomaticus)},
		{"– lower lip leads", "", leadIs(anatomy.Depressor)},
		{"facing, from 1 mm", "", func(f *film, i int) bool {
			return spasmOf(f, i) && f.truth.bin(i) == facing && f.truth.mm(i) >= truthShare
		}},
		{"facing, all", "", func(f *film, i int) bool { return spasmOf(f, i) && f.truth.bin(i) == facing }},
		{"turned 10–20° and held, from 1.2 mm", "≥ 0.9", func(f *film, i int) bool {
			return spasmOf(f, i) && f.truth.turned(i) && f.truth.mm(i) >= 1.2*truthShare
		}},
		{"turned beyond 20° and held, from 1.2 mm", "", func(f *film, i int) bool {
			return spasmOf(f, i) && f.truth.bin(i) == beyond && f.truth.mm(i) >= 1.2*truthShare
		}},
		{"while turning, from 2.5 mm", "≥ 0.6", func(f *film, i int) bool {
			return spasmOf(f, i) && f.truth.bin(i) == turning && f.truth.mm(i) >= 2.5*truthShare
		}},
		{"trains", "", func(f *film, i int) bool { return spasmOf(f, i) && f.truth.Events[i].Form == event.Clonic }},
		{"holds", "", func(f *film, i int) bool { return spasmOf(f, i) && f.truth.Events[i].Form == event.Tonic }},
		{"synkineses told so", "≥ 0.9", func(f *film, i int) bool { return f.truth.Events[i].Kind == event.Synkinesis }},
		{everything, "", func(*film, int) bool { return true }},
	})
	for _, f := range films {
		for i, t := range f.truth.Events {
			if oneSided(t) && paired[f].to[i] < 0 && (f.truth.atGoal(i) || t.Kind == event.Synkinesis) {
				s.note("%s: missed %s %s %s, %.2f–%.2f s, %.2f mm, %s", f.Name, t.Side, t.Lead.Words(), t.Form, t.OnsetS, t.OffsetS, f.truth.mm(i), binNames[f.truth.bin(i)])
			}
		}
	}
	return s
}

// foundByFilm counts the spasms found in each film, by how the head stands.
func foundByFilm(films []*film) *section {
	columns := append(slices.Clone(binNames[:]), all)
	s := newSection("Found by film", text("found by film"), columns)
	for _, f := range films {
		p := f.found()
		for b, column := range columns {
			var c scored
			c.score(f, p, func(i int) bool {
				return f.truth.Events[i].Kind == event.Spasm && f.truth.atGoal(i) && (column == all || f.truth.bin(i) == bin(b))
			})
			if c.n > 0 {
				s.put(f.Name, "", column, share(c.k, c.n))
			}
		}
	}
	return s
}

// putScored writes what is told of the found events beyond that they are.
func (s *section) putScored(who string, c scored) {
	s.put("side right", "≥ 0.99", who, share(c.side, c.k))
	s.put("form right", "≥ 0.95", who, share(c.form, c.k))
	s.put("lead right", "≥ 0.9", who, share(c.lead, c.k))
	s.put("lead right, or reported as tied with it", "", who, share(c.leadTied, c.k))
	s.put("onset, frames late", "", who, spread(c.onset, 1))
}

// leastHoldS is how long a held movement is of which a kept share is asked for.
const leastHoldS = 3.0

func sizes(films []*film) *section {
	columns := groups(films)
	s := newSection("Sizes", text("sizes heads"), columns)
	within := func(name string, who string, v []float64, goal string) { s.put(name, goal, who, spread(known(v), 2)) }
	for _, who := range columns {
		type kindOf struct {
			region anatomy.Region
			turned bool
		}
		alone, diff, told := map[kindOf][]float64{}, map[kindOf][]float64{}, map[anatomy.Region][]float64{}
		asked := map[anatomy.Region][]float64{}
		var long, short, shortTurned []float64
		for _, f := range of(films, who) {
			p := f.found()
			for i := range f.truth.Events {
				e := &f.truth.Events[i]
				if e.Kind == event.Blink {
					continue
				}
				for _, q := range f.truth.parts(i) {
					if q.MM < truthShare {
						continue
					}
					a, d := f.ratio(e, &q)
					if e.Kind == event.Voluntary {
						asked[q.Region] = append(asked[q.Region], a)
					} else {
						k := kindOf{q.Region, f.truth.bin(i) != facing}
						alone[k], diff[k] = append(alone[k], a), append(diff[k], d)
						if p.to[i] >= 0 {
							told[q.Region] = append(told[q.Region], toldSize(&f.Events[p.to[i]], &q))
						}
					}
					switch v := f.keptShare(e, &q); {
					case e.Form != event.Tonic:
					case e.Duration() >= leastHoldS:
						long = append(long, v)
					case f.truth.bin(i) == facing:
						short = append(short, v)
					default:
						shortTurned = append(shortTurned, v)
					}
				}
			}
		}
		for _, region := range anatomy.Regions {
			for _, t := range []bool{false, true} {
				how := ", facing"
				if t {
					how = ", turned or turning"
				}
				k := kindOf{region, t}
				if len(alone[k]) > 0 || who == all {
					within(region.Words()+how+", that side", who, alone[k], "0.90–1.10")
					within(region.Words()+how+", right minus left", who, diff[k], "0.90–1.10")
				}
			}
			within(region.Words()+", as told in events", who, told[region], "0.90–1.10")
		}
		within("brow raises of both sides", who, asked[anatomy.Frontalis], "0.90–1.10")
		within("smiles of both sides, corner", who, asked[anatomy.Zygomaticus], "0.90–1.10")
		within("kept at the end, 3 s and longer", who, long, "≥ 0.9")
		within("kept at the end, shorter holds, facing", who, short, "")
		within("kept at the end, shorter holds, turned", who, shortTurned, "")
	}
	s.Rows = slices.DeleteFunc(s.Rows, func(r *row) bool { // what no film shows
		for _, c := range r.Cells {
			if c[0].Value != nil {
				return false
			}
		}
		return true
	})
	return s
}

// toldSize is a found event's size of a part over the true one; NaN where the
// event has no such part.
func toldSize(r *event.Event, q *part) float64 {
	for _, m := range r.Regions {
		if m.Region == q.Region && (m.Side == q.Side || m.Side == anatomy.Both) && m.PeakMM != nil {
			return *m.PeakMM / q.MM
		}
	}
	return math.NaN()
}

// poseUpTo is the angle up to which the pose has goals, degrees.
const poseUpTo = 25

func pose(films []*film) *section {
	names := []string{"yaw", "pitch", "roll"}
	var columns []string
	for _, n := range names {
		columns = append(columns, n+" slope", n+" offset", n+" rms error")
	}
	s := newSection("Pose", text("pose"), columns)
	put := func(name string, b *[3]blocks) {
		for a, n := range names {
			s.put(name, "", n+" slope", b[a].figure(slope, 2))
			s.put(name, "", n+" offset", b[a].figure(offset, 1))
			s.put(name, "", n+" rms error", b[a].figure(rms, 1))
		}
	}
	var total [3]blocks
	byFilm := make([][3]blocks, len(films))
	for n, f := range films {
		h := &f.truth.Head
		for i, j := range f.truthAt() {
			if j < 0 || math.Abs(h.Yaw[j]) > poseUpTo || math.Abs(h.Pitch[j]) > poseUpTo {
				continue
			}
			for a, v := range [][2]float64{{h.Yaw[j], float64(f.Trace.Yaw[i])}, {h.Pitch[j], float64(f.Trace.Pitch[i])}, {h.Roll[j], float64(f.Trace.Roll[i])}} {
				if math.Abs(v[0]) > poseUpTo {
					continue
				}
				total[a].add(f.Name, f.Trace.T[i], v[0], v[1])
				byFilm[n][a].add(f.Name, f.Trace.T[i], v[0], v[1])
			}
		}
	}
	put(all, &total)
	for n, f := range films {
		put(f.Name, &byFilm[n])
	}
	return s
}

func scale(films []*film) *section {
	s := newSection("Scale", text("scale"), []string{"mm per px", "distance"})
	for _, f := range films {
		s.put(f.Name, "", "mm per px", plain(f.Trace.MMPerPx*f.truth.Recording.PxPerMM, 3, ""))
		if d := f.Tracking.DistanceMM; d != nil && f.truth.DistMM != nil {
			s.put(f.Name, "", "distance", plain(*d / *f.truth.DistMM, 2, fmt.Sprintf("%.0f mm", *d)))
		}
	}
	return s
}

func lids(films []*film) *section {
	s := newSection("Lids", text("lids heads"), []string{"right seen", "left seen", "noise right", "noise left", "noise of right minus left"})
	for _, f := range films {
		s.putLids(f.Name, f)
	}
	return s
}

func (s *section) putLids(name string, f *film) {
	for side, n := range anatomy.SideNames {
		k, of := f.lidsSeen(side)
		s.put(name, "", n+" seen", plain(float64(k)/float64(of), 3, ""))
	}
	d, sides := f.quickNoise(anatomy.AtOrbicularisOculi)
	s.put(name, "", "noise right", plain(sides[0], 3, ""))
	s.put(name, "", "noise left", plain(sides[1], 3, ""))
	s.put(name, "", "noise of right minus left", plain(d, 3, ""))
}

// sizeBins are the ranges of size in which review/real_faces.md counts, mm.
var sizeBins = []struct{ from, to float64 }{{0.3, 0.75}, {0.75, 1.1}, {1.1, 1.75}, {1.75, 3.1}}

// goalOf is the size from which README says that a region's spasms are found; 0
// for none.
func goalOf(r anatomy.Region) float64 {
	for _, g := range validate.GoalSizes {
		if g.Region == r {
			return g.MM
		}
	}
	return 0
}
