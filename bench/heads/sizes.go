package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"facialis/anatomy"
	"facialis/event"
	"facialis/internal/cli"
	"facialis/measure"
)

// sizeOf is one printed size with what is true of it.
type sizeOf struct {
	Film   string         `json:"film"`
	Who    string         `json:"who"` // the head, or the person
	Region anatomy.Region `json:"region"`
	Both   bool           `json:"both,omitempty"`
	Read   float64        `json:"read"`  // as printed, mm
	Truth  float64        `json:"truth"` // mm
	SD     float64        `json:"sd"`    // the trace's own, mm, with the scale's
}

// sizeGroup is what is fitted together: a region in movements of one side, the eyes in
// those of both, or all other regions in those of both.
type sizeGroup struct {
	region anatomy.Region // empty: all others
	both   bool
}

func (g sizeGroup) String() string {
	switch {
	case g.both && g.region == "":
		return "other regions, both sides"
	case g.both:
		return g.region.Words() + ", both sides"
	case g.region == "":
		return "all regions, one side"
	}
	return g.region.Words() + ", one side"
}

func (s sizeOf) group() sizeGroup {
	if s.Both && s.Region != anatomy.OrbicularisOculi {
		return sizeGroup{"", true}
	}
	return sizeGroup{s.Region, s.Both}
}

// printedSizes are the sizes of the film's events that a true one stands behind: one to
// one, of the same side, alike or sharing a third of their time, whatever kind they are
// reported as. A region that the truth does not name there is left out and counted:
// nobody knows how far it truly went.
func (f *film) printedSizes() (out []sizeOf, untold int) {
	p := pair(f.truth.Events, f.Events, func(t, r event.Event) bool { return r.Side == t.Side && same(t, r) })
	for i, t := range f.truth.Events {
		if p.to[i] < 0 {
			continue
		}
		e := &f.Events[p.to[i]]
		for k := range e.Regions {
			r := &e.Regions[k]
			if r.PeakMM == nil {
				continue
			}
			mm, ok := f.truth.sizeAt(i, r)
			if !ok {
				untold++
				continue
			}
			out = append(out, sizeOf{f.Name, f.Who, r.Region, t.Side == anatomy.Both, thousandths(*r.PeakMM), mm, thousandths(measure.OwnSizeSD(e, r, f.Trace))})
		}
	}
	return out, untold
}

func thousandths(v float64) float64 { return math.Round(v*1e3) / 1e3 }

// sizeAt is how far the region of a printed size truly goes in event i, mm; false where
// the truth does not say so.
func (t *truth) sizeAt(i int, r *event.RegionMovement) (float64, bool) {
	for _, q := range t.Events[i].Regions {
		region := q.Region
		if t.More[i].Place == string(anatomy.Cheek) && region == anatomy.Zygomaticus && t.Events[i].Form == event.Twitch {
			region = anatomy.Malar
		}
		if q.PeakMM != nil && region == r.Region && q.Side == r.Side {
			return *q.PeakMM, true
		}
	}
	return 0, false
}

// The steps in which a row is searched.
const (
	leastGain, mostGain, gainStep = 0.7, 2.5, 0.05
	mostShare, shareStep          = 0.6, 0.02
)

var floorsMM = []float64{0.05, 0.1, 0.15, 0.2, 0.3}

// What a row is drawn to where there is little to fit it on: no bias, and a fifth of
// the size, each give or take so much (one standard deviation).
const (
	usualShare, usualShareSD, usualGainSD = 0.2, 0.15, 0.3
	sizeDegrees                           = 4 // of freedom, as the trace's own uncertainty (decision 0080)
	mostWeight                            = 3 // of one size in times of the mean
)

// fitSizes is the row that makes the true sizes likeliest. What by names counts alike,
// as far as one size may weigh most times as much as the mean.
func fitSizes(all []sizeOf, by func(sizeOf) string, most float64) measure.SizeError {
	count := map[string]int{}
	for _, s := range all {
		count[by(s)]++
	}
	best, row := math.Inf(-1), measure.SizeError{N: len(all), Groups: len(count)}
	weight := make([]float64, len(all))
	for i, s := range all {
		weight[i] = min(most, float64(len(all))/float64(len(count))/float64(count[by(s)]))
	}
	for gain := leastGain; gain <= mostGain+1e-9; gain += gainStep {
		for share := 0.0; share <= mostShare+1e-9; share += shareStep {
			for _, floor := range floorsMM {
				l := -math.Pow(math.Log(gain)/usualGainSD, 2)/2 - math.Pow((share-usualShare)/usualShareSD, 2)/2
				for i, s := range all {
					v := s.SD*s.SD + share*share*s.Read*s.Read + floor*floor
					d := s.Truth - gain*s.Read
					l += weight[i] * (-math.Log(v)/2 - (sizeDegrees+1)/2.0*math.Log1p(d*d/v/sizeDegrees))
				}
				if l > best {
					best = l
					row.Gain, row.Share, row.FloorMM = math.Round(gain*100)/100, math.Round(share*100)/100, floor
				}
			}
		}
	}
	return row
}

// leastFaces and leastSizes are what a row of a region's own is fitted on; below, an
// estimate stands for it.
const leastFaces, leastSizes = 3, 4

// byFace and byRegion are what counts alike: faces in a region's row, regions in an
// estimate for those that have none.
func byFace(s sizeOf) string   { return s.Who }
func byRegion(s sizeOf) string { return string(s.Region) }

// sizeGroups are the groups that have a row of their own, with what was read of them.
func sizeGroups(all []sizeOf) map[sizeGroup][]sizeOf {
	out := map[sizeGroup][]sizeOf{}
	for _, s := range all {
		out[s.group()] = append(out[s.group()], s)
	}
	for g, of := range out {
		if g.region == "" || len(of) < leastSizes || len(faces(of)) < leastFaces {
			delete(out, g)
		}
	}
	return out
}

// estimate is the row of regions that have none of their own: movements of one side of
// all regions that have, all counting alike.
func estimate(groups map[sizeGroup][]sizeOf) measure.SizeError {
	var of []sizeOf
	for _, g := range order() {
		if !g.both {
			of = append(of, groups[g]...)
		}
	}
	row := fitSizes(of, byRegion, math.Inf(1))
	row.Tag, row.Source = "estimate", "house"
	return row
}

// order are the groups as they are shown.
func order() []sizeGroup {
	var out []sizeGroup
	for _, r := range anatomy.Regions {
		out = append(out, sizeGroup{r, false})
	}
	return append(out, sizeGroup{"", false}, sizeGroup{anatomy.OrbicularisOculi, true}, sizeGroup{"", true})
}

// fitModel fits every row.
func fitModel(all []sizeOf) measure.SizeModel {
	m := measure.SizeModel{Degrees: sizeDegrees, Sources: map[string]string{
		"sizes": "docs/sizes.md: printed sizes of this region against the true ones, three-dimensional heads and filmed people",
		"house": "no true size of this region was to hand: fitted on those of the regions that have one, which count alike; its groups are these regions",
	}}
	groups := sizeGroups(all)
	for g, of := range groups {
		row := fitSizes(of, byFace, mostWeight)
		row.Region, row.Both, row.Tag, row.Source = g.region, g.both, "derived", "sizes"
		m.Rows = append(m.Rows, row)
	}
	row := estimate(groups)
	m.Rows = append(m.Rows, row)
	row.Both = true
	m.Rows = append(m.Rows, row)
	at := order()
	slices.SortFunc(m.Rows, func(a, b measure.SizeError) int {
		return slices.Index(at, sizeGroup{a.Region, a.Both}) - slices.Index(at, sizeGroup{b.Region, b.Both})
	})
	return m
}

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

// sizePages measures the printed sizes of heads and people, fits the model and writes
// it, the sizes it was fitted on and the page.
func sizePages(ctx context.Context, folder string, l looker, workers int) error {
	var films []*film
	for _, part := range []struct {
		dir string
		who func(string) string
	}{{"heads", headOf}, {"implants", personOf}} {
		dir := filepath.Join(folder, part.dir)
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			fmt.Printf("The films of %s are not here (FACIALIS_RECORDINGS names their folder): nothing was measured.\n", dir)
			return nil
		}
		more, err := readFilms(dir, part.who)
		if err != nil {
			return err
		}
		films = append(films, more...)
	}
	if err := each(ctx, films, workers, l); err != nil {
		return err
	}
	var all []sizeOf
	left := 0
	for _, f := range films {
		some, untold := f.printedSizes()
		all, left = append(all, some...), left+untold
	}
	m := fitModel(all)
	found := coverage(all)
	found.note("%d more sizes of the same events are of regions that the truth does not name there (on heads mostly the cheek, of which it says nothing): skin that goes along with a neighbor, or a region named wrongly. They are in no figure of this page.", left)
	r := &result{Schema: "facialis.heads/1", Version: cli.Version, What: "sizes", Programs: []string{l.Name},
		Sections: []*section{found, coverageByFace(all), rows(&m), resting(films), rates(films)}}
	fmt.Print(r.short(true))
	return errors.Join(writeJSON("measure/sizes.json", m), writeLines("measure/testdata/sizes.jsonl", all),
		os.WriteFile("docs/sizes.md", []byte(r.markdown(document{title: "How true the printed sizes are", about: text("sizes page")})), 0o666))
}

func writeJSON(path string, v any) error {
	b, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return fmt.Errorf("writing %s: %w", path, err)
	}
	return os.WriteFile(path, append(b, '\n'), 0o666)
}

func writeLines(path string, all []sizeOf) error {
	var b strings.Builder
	for _, s := range all {
		line, err := json.Marshal(s)
		if err != nil {
			return fmt.Errorf("writing %s: %w", path, err)
		}
		b.Write(append(line, '\n'))
	}
	return os.WriteFile(path, []byte(b.String()), 0o666)
}

// heldOut judges every size by a model that was fitted without its head or person.
func heldOut(all []sizeOf, see func(s sizeOf, m *measure.SizeModel)) {
	for _, who := range faces(all) {
		var rest []sizeOf
		for _, s := range all {
			if s.Who != who {
				rest = append(rest, s)
			}
		}
		m := fitModel(rest)
		for _, s := range all {
			if s.Who == who {
				see(s, &m)
			}
		}
	}
}

func faces(all []sizeOf) []string {
	var out []string
	for _, s := range all {
		if !slices.Contains(out, s.Who) {
			out = append(out, s.Who)
		}
	}
	slices.Sort(out)
	return out
}

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
