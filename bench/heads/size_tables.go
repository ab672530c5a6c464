package main

import (
	"math"

	"facialis/anatomy"
	"facialis/event"
	"facialis/measure"
)

// covered counts sizes whose interval holds the truth, by probability of the interval.
type covered struct {
	own68, own95, in68, in95 tally
	wide                     []float64 // half the 95 % interval over the size read
}

const level68, level95 = 0.68, 0.95

func (c *covered) add(m *measure.SizeModel, s sizeOf) {
	row, ok := m.Of(s.Region, s.Both)
	if !ok {
		return
	}
	off := math.Abs(s.Truth - s.Read)
	c.own68.add(off <= s.SD)
	c.own95.add(off <= normal95*s.SD)
	within := func(ci [2]float64) bool { return s.Truth >= ci[0] && s.Truth <= ci[1] }
	ci := m.Interval(row, s.Read, s.SD, level95)
	c.in68.add(within(m.Interval(row, s.Read, s.SD, level68)))
	c.in95.add(within(ci))
	if s.Read != 0 {
		c.wide = append(c.wide, (ci[1]-ci[0])/2/math.Abs(s.Read))
	}
}

// normal95 is how many standard deviations hold 95 % of a normal distribution.
const normal95 = 1.96

// coverage is how often the intervals hold the truth.
func coverage(all []sizeOf) *section {
	columns := []string{"true over read", "own 68 %", "own 95 %", "printed 68 %", "printed 95 %", "half width"}
	s := newSection("Sizes of events found", text("sizes coverage"), columns)
	at, ratio := map[sizeGroup]*covered{}, map[sizeGroup][]float64{}
	heldOut(all, func(v sizeOf, m *measure.SizeModel) {
		g := v.group()
		if at[g] == nil {
			at[g] = new(covered)
		}
		at[g].add(m, v)
		ratio[g] = append(ratio[g], v.Truth/v.Read)
	})
	total := new(covered)
	for _, g := range order() {
		c := at[g]
		if c == nil {
			continue
		}
		s.putCovered(g.String(), c, ratio[g])
		for _, t := range []struct{ to, of *tally }{{&total.own68, &c.own68}, {&total.own95, &c.own95}, {&total.in68, &c.in68}, {&total.in95, &c.in95}} {
			t.to.k, t.to.n = t.to.k+t.of.k, t.to.n+t.of.n
		}
		total.wide = append(total.wide, c.wide...)
		ratio[sizeGroup{"all", true}] = append(ratio[sizeGroup{"all", true}], ratio[g]...)
	}
	s.putCovered("all", total, ratio[sizeGroup{"all", true}])
	s.putUnknown(all)
	return s
}

// putUnknown judges the estimate for regions that have no row: each region's sizes by one
// that was fitted without the region.
func (s *section) putUnknown(all []sizeOf) {
	groups := sizeGroups(all)
	c, ratio := new(covered), []float64{}
	for _, g := range order() {
		of := groups[g]
		if g.both || of == nil {
			continue
		}
		delete(groups, g)
		row := estimate(groups)
		groups[g] = of
		m := measure.SizeModel{Degrees: sizeDegrees, Rows: []measure.SizeError{row}}
		for _, v := range of {
			c.add(&m, v)
			ratio = append(ratio, v.Truth/v.Read)
		}
	}
	s.putCovered("one side, by the estimate without the region itself", c, ratio)
}

func (s *section) putCovered(name string, c *covered, ratio []float64) {
	s.put(name, "", "true over read", spread(ratio, 2))
	s.put(name, "", "own 68 %", share(c.own68.k, c.own68.n))
	s.put(name, "", "own 95 %", share(c.own95.k, c.own95.n))
	s.put(name, "", "printed 68 %", share(c.in68.k, c.in68.n))
	s.put(name, "", "printed 95 %", share(c.in95.k, c.in95.n))
	s.put(name, "", "half width", spread(c.wide, 2))
}

// coverageByFace is the same of the 95 % interval, by head and person.
func coverageByFace(all []sizeOf) *section {
	who := faces(all)
	s := newSection("By head and person", text("sizes by face"), who)
	at := map[sizeGroup]map[string]*covered{}
	heldOut(all, func(v sizeOf, m *measure.SizeModel) {
		g := v.group()
		if at[g] == nil {
			at[g] = map[string]*covered{}
		}
		if at[g][v.Who] == nil {
			at[g][v.Who] = new(covered)
		}
		at[g][v.Who].add(m, v)
	})
	for _, g := range order() {
		for _, w := range who {
			if c := at[g][w]; c != nil {
				s.put(g.String(), "", w, share(c.in95.k, c.in95.n))
			}
		}
	}
	return s
}

// rows shows the numbers of the model.
func rows(m *measure.SizeModel) *section {
	columns := []string{"gain", "share", "floor, mm", "sizes", "groups"}
	s := newSection("The numbers", text("sizes numbers"), columns)
	for _, r := range m.Rows {
		name := sizeGroup{r.Region, r.Both}.String() + " (" + r.Tag + ")"
		s.put(name, "", "gain", plain(r.Gain, 2, ""))
		s.put(name, "", "share", plain(r.Share, 2, ""))
		s.put(name, "", "floor, mm", plain(r.FloorMM, 2, ""))
		s.put(name, "", "sizes", plain(float64(r.N), 0, ""))
		s.put(name, "", "groups", plain(float64(r.Groups), 0, ""))
	}
	return s
}

// aroundBlinkS is how far from a blink a lid at rest is, s.
const aroundBlinkS = 0.3

// resting is how often the trace's own uncertainty holds what it says beyond the truth
// where nothing moves: right minus left, one picture of every second.
func resting(films []*film) *section {
	columns := []string{"heads, 68 %", "heads, 95 %", "people at rest, 68 %", "people at rest, 95 %"}
	s := newSection("Right minus left at rest", text("sizes rest"), columns)
	type key struct{ group, k int }
	own68, own95 := map[key]*tally{}, map[key]*tally{}
	for _, f := range films {
		group := 0
		if f.truth.State != "" {
			group = 1
		}
		if group == 1 && f.truth.State != stateRest {
			continue
		}
		for k, region := range anatomy.Regions {
			still := f.still(k, region)
			last := -1
			for i, t := range f.Trace.T {
				truth, ok := still(i)
				d, a, b := float64(f.Trace.Diff[k][i]), float64(f.Trace.SD[0][k][i]), float64(f.Trace.SD[1][k][i])
				if !ok || int(t) == last || math.IsNaN(d+a+b) {
					continue
				}
				last = int(t)
				q := key{group, k}
				if own68[q] == nil {
					own68[q], own95[q] = new(tally), new(tally)
				}
				sd := math.Hypot(a, b)
				own68[q].add(math.Abs(d-truth) <= sd)
				own95[q].add(math.Abs(d-truth) <= normal95*sd)
			}
		}
	}
	for k, region := range anatomy.Regions {
		for group, name := range []string{"heads", "people at rest"} {
			if t := own68[key{group, k}]; t != nil {
				s.put(region.Words(), "", name+", 68 %", share(t.k, t.n))
				u := own95[key{group, k}]
				s.put(region.Words(), "", name+", 95 %", share(u.k, u.n))
			}
		}
	}
	return s
}

// still says of a picture whether a region of either side does nothing in it, and how
// far right truly is from left there. In people everything between what was put in
// counts, but for blinks of the lids.
func (f *film) still(k int, region anatomy.Region) func(i int) (float64, bool) {
	if f.truth.State == "" {
		at, calm := f.truthAt(), f.truth.calm(region)
		right, left := f.truth.moved(0, region), f.truth.moved(1, region)
		return func(i int) (float64, bool) {
			j := at[i]
			if j < 0 || !calm[j] {
				return 0, false
			}
			if right == nil || left == nil {
				return 0, true
			}
			return right[j] - left[j], true
		}
	}
	return func(i int) (float64, bool) {
		t := f.Trace.T[i]
		for _, e := range f.truth.Events {
			if t > e.OnsetS-calmS && t < e.OffsetS+calmS {
				return 0, false
			}
		}
		for _, e := range f.Events {
			if k == anatomy.AtOrbicularisOculi && e.Kind == event.Blink && t > e.OnsetS-aroundBlinkS && t < e.OffsetS+aroundBlinkS {
				return 0, false
			}
		}
		return 0, true
	}
}

// rates is how often the printed interval of the rate of spasms holds the true rate.
func rates(films []*film) *section {
	s := newSection("Rates", text("sizes rates"), []string{"all", "with spasms", "without"})
	type key struct{ name, what string }
	tallies := map[key]*tally{}
	for _, f := range films {
		name, n, found := "heads", 0, 0
		if f.truth.State != "" {
			name = "people, " + f.truth.State
		}
		for _, e := range f.truth.Events {
			if e.Kind == event.Spasm {
				n++
			}
		}
		for _, e := range f.Events {
			if e.Kind == event.Spasm {
				found++
			}
		}
		filmed := f.Trace.FilmedS() / 60
		ci := measure.PoissonRate(found, f.minutes()).CI95
		what := "with spasms"
		if n == 0 {
			what = "without"
		}
		rate := float64(n) / filmed
		for _, w := range []string{"all", what} {
			q := key{name, w}
			if tallies[q] == nil {
				tallies[q] = new(tally)
			}
			tallies[q].add(ci != nil && rate >= ci[0] && rate <= ci[1])
		}
	}
	for _, name := range []string{"heads", "people, " + stateRest, "people, " + stateDense, "people, " + stateTalk} {
		for _, w := range s.Columns {
			if t := tallies[key{name, w}]; t != nil {
				s.put(name, "", w, share(t.k, t.n))
			}
		}
	}
	return s
}
