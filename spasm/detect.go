package spasm

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"sort"

	"facialis/anatomy"
	"facialis/event"
)

// Result is what a search finds.
type Result struct {
	Events     []event.Event // in order of onset
	Candidates []Candidate   // every one-sided movement that was looked at, in order of onset, events among them
}

// Candidate is a one-sided movement with the terms of its score.
type Candidate struct {
	event.Event         // as it would be reported as an event
	LogOdds     float64 // the score: the sum of its terms
	Terms       []Term  // in the order of Features
	Gates       []string
	Rival       bool // another of its side and moment scores higher
	Reported    bool // it is among the events
}

// Detect finds the events of a trace. tasks are the protocol's stretches, if
// there was one.
func Detect(tr *event.Trace, tasks []event.Task, p Params) []event.Event {
	return detect(tr, tasks, p, stretchFrames).Events
}

// Find is Detect that also returns the candidates: what is too small or too
// doubtful to be an event, with the terms that say why.
func Find(tr *event.Trace, tasks []event.Task, p Params) Result {
	return FindBy(tr, tasks, p, score)
}

// FindBy is Find by another model's score.
func FindBy(tr *event.Trace, tasks []event.Task, p Params, m *Model) Result {
	return detectBy(tr, tasks, p, m, stretchFrames)
}

// detect is Find in stretches of so many frames.
func detect(tr *event.Trace, tasks []event.Task, p Params, frames int) Result {
	return detectBy(tr, tasks, p, score, frames)
}

func detectBy(tr *event.Trace, tasks []event.Task, p Params, m *Model, frames int) Result {
	stretches := tr.Stretches()
	if len(stretches) < 2 {
		return detectStretch(tr, tasks, p, m, frames)
	}
	var out Result
	for _, in := range stretches {
		r := detectStretch(tr.Between(in[0], in[1]), tasks, p, m, frames)
		out.Events, out.Candidates = append(out.Events, r.Events...), append(out.Candidates, r.Candidates...)
	}
	Group(out.Events, p, tr.Joints)
	for i := range out.Events {
		out.Events[i].ID = fmt.Sprintf("e%04d", i+1)
	}
	return out
}

// detectStretch is detectBy of what lies between two joints: nothing is learned, paired
// or counted beyond it.
func detectStretch(tr *event.Trace, tasks []event.Task, p Params, m *Model, frames int) Result {
	whole := &detection{p: p, tr: tr, tasks: tasks, model: m}
	var one, both []*candidate
	parts := tr.Parts()
	for i, part := range parts {
		if part[1]-part[0] < leastFrames {
			continue
		}
		d := &detection{p: p, tr: tr.Between(part[0], part[1]), tasks: tasks, model: m}
		if len(parts) > 1 {
			d.tr = leveled(d.tr)
		}
		ones, boths := d.part(frames)
		for _, c := range slices.Concat(ones, boths) {
			c.part = i
		}
		one, both = append(one, ones...), append(both, boths...)
		whole.parts = append(whole.parts, event.Span{FromS: d.tr.T[0], ToS: d.tr.T[d.tr.Len()-1]})
	}
	events := whole.kinds(one, both)
	whole.shares(events)
	var out Result
	for _, e := range events {
		out.Events = append(out.Events, e.Event)
	}
	sort.SliceStable(out.Events, func(i, j int) bool { return out.Events[i].OnsetS < out.Events[j].OnsetS })
	Group(out.Events, p, nil)
	for i := range out.Events {
		out.Events[i].ID = fmt.Sprintf("e%04d", i+1)
	}
	for _, c := range one {
		out.Candidates = append(out.Candidates, Candidate{Event: c.Event, LogOdds: c.logOdds, Terms: c.terms, Gates: c.gates, Rival: c.rival, Reported: c.reported})
	}
	sort.SliceStable(out.Candidates, func(i, j int) bool { return out.Candidates[i].OnsetS < out.Candidates[j].OnsetS })
	return out
}

// part finds the candidates of one part of a recording, between two cuts or holes:
// no level, noise or movement goes on beyond it. How a person usually blinks is
// learned in each part again.
func (d *detection) part(frames int) (one, both []*candidate) {
	f := d.movements(stretchesOf(d.tr.T, frames))
	both, winks := d.bilateral(f)
	one = d.unilateral(slices.Concat(f.one[:]...))
	told, blinks := d.tellWinks(winks, both)
	both = append(both, blinks...)
	d.score(one, both)
	bothLids(one, winks)
	one = append(one, told...)
	sort.SliceStable(one, func(i, j int) bool { return one[i].OnsetS < one[j].OnsetS })
	rivals(one, d.p.LeastLogOdds)
	return one, both
}

// detection is one run of Detect.
type detection struct {
	p      Params
	tr     *event.Trace
	tasks  []event.Task
	model  *Model
	noise  [anatomy.NumRegions]*noiseTable
	parts  []event.Span // what was filmed without a break
	looked int          // how often the trace was looked at in places
}

// look says that the trace is looked at in a place, as every event does. Now and
// then what was looked at is let go of.
func (d *detection) look() {
	if d.looked++; d.looked%256 == 0 {
		d.tr.Free()
	}
}

// candidate is an event before its kind is settled.
type candidate struct {
	event.Event
	parts []movement
	best  *movement // of the parts, the one that stands out most
	snr   float64
	riseS float64 // of the leading region

	logOdds  float64
	terms    []Term
	gates    []string
	rival    bool // another of its side and moment scores higher
	reported bool
	part     int // of the recording, between cuts and holes
}

// alongside reports whether movement m of another region goes along with an event
// from on to off: most of the shorter lies within the longer, and they last about as
// long, unless the event is a train, of which m may show one twitch.
func alongside(m movement, on, off float64, train bool) bool {
	own, length := m.off-m.on, off-on
	shared := math.Min(m.off, off) - math.Max(m.on, on)
	return shared > mostShare*math.Min(own, length) && own < alongTimes*length && (train || own > length/alongTimes)
}

// rivals finds the candidates that another of the same side and moment explains
// better: the one that scores higher is told, and a hold rather than its edges.
func rivals(one []*candidate, least float64) {
	order := slices.Clone(one)
	rank := func(c *candidate) float64 {
		if c.Form == event.Clonic && c.Twitches >= runTwitches && c.logOdds >= least && c.OffsetS-c.OnsetS < runGapS*float64(c.Twitches) {
			return c.logOdds + runFirst
		}
		if c.Form == event.Tonic || c.Form == event.Clonic && c.Twitches >= leastOfTrain {
			return c.logOdds + holdFirst
		}
		if len(c.Regions) > 1 {
			return c.logOdds + wholeFirst
		}
		return c.logOdds
	}
	slices.SortStableFunc(order, func(a, b *candidate) int { return cmp.Compare(rank(b), rank(a)) })
	place := map[*candidate]int{}
	longest := 0.0
	for i, c := range order {
		place[c] = i
		longest = math.Max(longest, c.OffsetS-c.OnsetS)
	}
	for _, c := range order {
		i := sort.Search(len(one), func(i int) bool { return one[i].OnsetS >= c.OnsetS-longest })
		for ; i < len(one) && one[i].OnsetS < c.OffsetS; i++ {
			o := one[i]
			if o.Side != c.Side || o.rival || place[o] >= place[c] {
				continue
			}
			shared := math.Min(c.OffsetS, o.OffsetS) - math.Max(c.OnsetS, o.OnsetS)
			if shared > mostShare*math.Min(c.OffsetS-c.OnsetS, o.OffsetS-o.OnsetS) {
				c.rival = true
				break
			}
		}
	}
}

// holdFirst is by how much, in log-odds, a hold may score less than its edges, or a
// train less than its twitches, and still be told in their place.
const holdFirst = 1

// A run is a train of so many twitches at one place with so short a time from one to the
// next, as measure reads its rhythm. One that is an event is told first: a twitch of it
// that scores higher than all of them would stand for it, and the others be lost.
const (
	runTwitches = 8   // as measure's RunMinJerks
	runGapS     = 1.5 // as measure's RunGapS
	runFirst    = 100 // log-odds, more than any score
)

// leastOfTrain is the fewest twitches of such a train.
const leastOfTrain = 3

// wholeFirst is by how much less, in log-odds, a movement of several regions may score
// than one of them by itself and still be told in its place.
const wholeFirst = 0.1

// bilateral turns movements of both sides into blinks and voluntary movements. What may
// be a wink stands apart.
func (d *detection) bilateral(f *found) (out []*candidate, winks []winking) {
	var rest []movement
	blinks := union(blinksAmong(f.lids, d.p), blinksAmong(f.mesh, d.p))
	blinks = union(blinks, f.lowered(usual(blinks)))
	for _, m := range blinks {
		c := d.gather([]movement{m}, anatomy.Both)
		c.Kind, c.Form = event.Blink, event.Twitch
		if d.p.off(string(event.Blink)) {
			c.Kind = event.Voluntary
		}
		d.eachLid(c)
		if w, ok := f.wink(m); ok {
			winks = append(winks, winking{d.winkOf(w), c})
			continue
		}
		out = append(out, c)
	}
	for _, m := range slices.Concat(f.both[:]...) {
		if anatomy.Regions[m.k] == anatomy.OrbicularisOculi && within(m, blinks) {
			continue
		}
		rest = append(rest, m)
	}
	for _, g := range cluster(rest, bothGapS) {
		c := d.gather(g, anatomy.Both)
		c.Kind = event.Voluntary
		out = append(out, c)
	}
	return out, winks
}

// within reports whether a closure is no more than the blinks it holds.
func within(m movement, blinks []movement) bool {
	var covered float64
	for _, b := range blinks {
		covered += math.Max(0, math.Min(m.off, b.off)-math.Max(m.on, b.on))
	}
	return covered > mostShare*(m.off-m.on)
}

// unilateral turns one-sided movements into candidates for spasms.
func (d *detection) unilateral(moves []movement) []*candidate {
	var out []*candidate
	for _, side := range anatomy.Sides {
		// What rises slowly stays by itself, so that a drift of the head's pose
		// does not swallow the twitches that happen during it.
		var quick, medium, slow, holds []movement
		for _, m := range moves {
			switch {
			case m.side != side:
			case m.band == mediumBand:
				medium = append(medium, m)
			case m.longestS >= event.TonicS:
				holds = append(holds, m)
			case m.riseS <= d.p.MaxRiseS:
				quick = append(quick, m)
			default:
				slow = append(slow, m)
			}
		}
		quick, drift := unspanned(quick, d.p.TwitchGapS)
		groups := slices.Concat(grow(quick, d.p.TwitchGapS), grow(medium, 0), grow(holds, d.p.TwitchGapS))
		for _, m := range append(slow, drift...) {
			groups = append(groups, []movement{m})
		}
		for _, g := range groups {
			whole := d.gather(g, side)
			ways := []*candidate{whole}
			for _, run := range runs(g, d.p.TwitchGapS) {
				c := d.gather(run, side)
				if !slices.ContainsFunc(ways, func(w *candidate) bool {
					return math.Abs(c.OnsetS-w.OnsetS) <= togetherOnsetS && math.Abs(c.OffsetS-w.OffsetS) <= togetherOnsetS
				}) {
					ways = append(ways, c)
				}
			}
			out = append(out, ways...)
		}
	}
	return out
}

// grow puts movements of one side together, the clearest first: one that lies less
// than gap from what is together already belongs to it when it is about as clear, or
// one more excursion of the same region. What is much fainter must not say when an
// event begins and ends, nor chain two together: within the event it goes along as
// minor, and elsewhere it is looked at by itself.
func grow(moves []movement, gap float64) [][]movement {
	order := slices.Clone(moves)
	slices.SortFunc(order, func(a, b movement) int {
		return cmp.Or(cmp.Compare(b.snr, a.snr), cmp.Compare(a.on, b.on), cmp.Compare(a.k, b.k))
	})
	byOnset := make([]int, len(order)) // indices into order
	for i := range byOnset {
		byOnset[i] = i
	}
	slices.SortFunc(byOnset, func(a, b int) int { return cmp.Compare(order[a].on, order[b].on) })
	longest := 0.0
	for _, m := range order {
		longest = math.Max(longest, m.off-m.on)
	}
	taken := make([]bool, len(order))
	// each calls do with the free movements that reach into [from, to].
	each := func(from, to float64, do func(i int)) {
		a := sort.Search(len(byOnset), func(x int) bool { return order[byOnset[x]].on >= from-longest })
		for ; a < len(byOnset) && order[byOnset[a]].on <= to; a++ {
			if i := byOnset[a]; !taken[i] && order[i].off >= from {
				do(i)
			}
		}
	}
	var out [][]movement
	for i, seed := range order {
		if taken[i] {
			continue
		}
		taken[i] = true
		g := []movement{seed}
		on, off, train := seed.on, seed.off, seed.twitches > 1
		var peak [anatomy.NumRegions]float64
		peak[seed.k] = seed.peak
		for grew := true; grew; {
			grew = false
			each(on-gap, off+gap, func(j int) {
				m := order[j]
				if m.on-off >= gap || on-m.off >= gap { // as event.SameTrain
					return
				}
				again := peak[m.k] > 0 && m.peak >= twitchShare*peak[m.k] && m.snr >= faintShare*seed.snr
				clear := m.snr >= clearShare*seed.snr || m.snr >= clearSNR
				if !again && !(clear && alongside(m, on, off, train)) {
					return
				}
				train = train || again || m.twitches > 1
				taken[j], grew = true, true
				g = append(g, m)
				on, off = math.Min(on, m.on), math.Max(off, m.off)
				peak[m.k] = math.Max(peak[m.k], m.peak)
			})
		}
		each(on, off, func(j int) {
			if m := order[j]; m.snr < clearShare*seed.snr && alongside(m, on, off, train) {
				taken[j] = true
				m.minor = true
				g = append(g, m)
			}
		})
		out = append(out, g)
	}
	return out
}

// peakOf is the largest movement of one side within the parts of region k.
func (d *detection) peakOf(parts []movement, k int, s anatomy.Side) float64 {
	i := 0
	if s == anatomy.Left {
		i = 1
	}
	d.look()
	a, x, y := anatomy.Directions[k], d.tr.DX[i][k], d.tr.DY[i][k]
	var peak float64
	for _, m := range parts {
		if m.k != k {
			continue
		}
		for j := m.a; j <= m.b; j++ {
			if v := math.Abs(a[0]*float64(x[j]) + a[1]*float64(y[j])); v > peak {
				peak = v
			}
		}
	}
	return peak
}

// mm is the size of region k's part in an event: null where the recording gave no
// scale, and where no face moves that far. Then the tracking broke, which is no
// measurement.
func (d *detection) mm(k int, v float64) *float64 {
	if math.IsNaN(d.tr.MMPerPx) || v != v || v > faceMostMM[k] {
		return nil
	}
	v = math.Round(v*1000) / 1000
	return &v
}

// faceMostMM is how far each region can go at all, mm. A jaw opens by 51 mm on average
// (316 students; Woelfel 2014, 10.4047/jap.2014.6.6.483), and lower lip and chin go
// with it. An eye is not open wider than mostLidMM. The others are a quarter and more
// above the furthest that was measured in 35 films of people, some of whom made faces
// on purpose: brow 14.5, corner of the mouth 19.8, lips 18.1 mm.
var faceMostMM = [anatomy.NumRegions]float64{
	anatomy.AtFrontalis:        mostBrowMM,
	anatomy.AtOrbicularisOculi: mostLidMM,
	anatomy.AtMalar:            mostCheekMM,
	anatomy.AtZygomaticus:      mostCornerMM,
	anatomy.AtOrbicularisOris:  mostCornerMM,
	anatomy.AtDepressor:        mostJawMM,
	anatomy.AtMentalis:         mostJawMM,
	anatomy.AtPlatysma:         mostNeckMM,
}

const (
	mostBrowMM   = 20.0
	mostLidMM    = 18.0
	mostCheekMM  = 20.0
	mostCornerMM = 25.0
	mostJawMM    = 65.0
	mostNeckMM   = 40.0
)

// shares relates every peak to the same region's own largest voluntary one.
func (d *detection) shares(events []*candidate) {
	largest := map[[2]string]float64{}
	for _, e := range events {
		if e.Kind != event.Voluntary && e.Kind != event.Blink {
			continue
		}
		for _, r := range e.Regions {
			if r.PeakMM != nil {
				key := [2]string{string(r.Side), string(r.Region)}
				largest[key] = math.Max(largest[key], *r.PeakMM)
			}
		}
	}
	for _, e := range events {
		for i, r := range e.Regions {
			if v := largest[[2]string{string(r.Side), string(r.Region)}]; v > 0 && r.PeakMM != nil {
				share := *r.PeakMM / v
				e.Regions[i].ShareOfVoluntary = &share
			}
		}
	}
}

// Group numbers the episodes and attacks of the spasms among events by the gaps of p.
// No episode goes on over a joint ([event.Trace.Joints], s, ascending; nil where the
// events are of one film).
func Group(events []event.Event, p Params, joints []float64) {
	episodes, attacks := 0, 0
	for {
		n := len(events)
		if len(joints) > 0 {
			n = sort.Search(n, func(i int) bool { return events[i].OnsetS >= joints[0] })
		}
		event.Group(events[:n], p.EpisodeGapS, p.AttackGapS)
		mostE, mostA := episodes, attacks
		for i := range events[:n] {
			if e := &events[i]; e.Episode != nil {
				*e.Episode, *e.Attack = *e.Episode+episodes, *e.Attack+attacks
				mostE, mostA = max(mostE, *e.Episode), max(mostA, *e.Attack)
			}
		}
		if len(joints) == 0 {
			return
		}
		events, joints, episodes, attacks = events[n:], joints[1:], mostE, mostA
	}
}
