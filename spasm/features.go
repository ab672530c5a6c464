package spasm

import (
	"math"
	"sort"

	"facialis/anatomy"
	"facialis/event"
	"facialis/internal/signal"
)

// Feature is one thing that is asked of every candidate. Its plain sentence is
// rules.term.NAME of the catalog.
type Feature struct {
	Name string // as it stands in scores and reasons
	Unit string
	Sign int // 1: more of it never speaks against a contraction; -1: never for it; 0: as fitted
	of   func(*detection, *candidate, *company) float64
}

// company is what else happens in the recording.
type company struct {
	both   []*candidate
	blinks []*candidate
}

// Features are what a score is made of. None is a region's name or a side: where a
// contraction is, how far it goes, and with which others it comes, is found and not
// expected. Tried and left out, since they decided nothing on people held out: size
// in mm and in pixels beyond its noise, hold, number of excursions, whether the other
// side was seen, level after it, local unrest, distance to a blink elsewhere, how far
// the head turns, talk in the seconds around, the lips' speed, spread, what the other side does at
// once, repetition at the same place, side of the movements around, time between
// pictures.
var Features = []Feature{
	{"size_over_noise", "ln", 1,
		func(_ *detection, c *candidate, _ *company) float64 { return math.Log(c.best.snr) }},
	{"scale", "ln mm/px", 0,
		func(d *detection, _ *candidate, _ *company) float64 { return math.Log(d.tr.MMPerPx) }},
	{"rise", "ln s", 0,
		func(_ *detection, c *candidate, _ *company) float64 { return math.Log(c.best.riseS + shortestS) }},
	{"length", "ln s", 0,
		func(_ *detection, c *candidate, _ *company) float64 {
			return math.Log(c.OffsetS - c.OnsetS + shortestS)
		}},
	{"direction", "cosine", 1,
		func(_ *detection, c *candidate, _ *company) float64 { return math.Min(c.best.dir, ownWayCos) }},
	{"other_side", "share", -1,
		func(_ *detection, c *candidate, _ *company) float64 {
			if c.best.alone {
				return math.NaN()
			}
			return math.Min(math.Abs(c.best.ratio), 1)
		}},
	{"straight", "share", 1,
		func(_ *detection, c *candidate, _ *company) float64 { return c.best.straight }},
	{"beyond_other_side", "ln", 1,
		func(d *detection, c *candidate, _ *company) float64 {
			other := anatomy.AtLeft
			if c.Side == anatomy.Left {
				other = anatomy.AtRight
			}
			return math.Log(c.best.peak / d.noise[c.best.k].tail[other])
		}},
	{"both_sides", "ln", -1,
		func(_ *detection, c *candidate, w *company) float64 {
			var most float64
			for _, t := range w.both {
				if t.Kind != event.Blink && t.OffsetS > c.OnsetS && t.OnsetS < c.OffsetS && overlapsSkin(c, t) {
					most = math.Max(most, t.size())
				}
			}
			return math.Log1p(most / math.Max(c.best.mm, leastNoiseMM))
		}},
	{"blink_same_skin", "share", 0,
		func(_ *detection, c *candidate, w *company) float64 {
			if !periocular[c.best.k] {
				return 0
			}
			var most float64
			for _, b := range w.blinks {
				gap := math.Max(math.Max(b.OnsetS-c.OffsetS, c.OnsetS-b.OffsetS), 0)
				most = math.Max(most, math.Exp(-gap/blinkWakeS))
			}
			return most
		}},
	{"head_speed", "ln °/s", -1,
		func(d *detection, c *candidate, _ *company) float64 {
			d.look()
			i, j := d.frames(c.OnsetS-nearS, math.Min(c.OffsetS, c.OnsetS+event.TonicS)+nearS)
			var most float64
			for ; i < j; i++ {
				most = math.Max(most, headSpeed(d.tr, i))
			}
			return math.Log1p(most)
		}},
	{"edge", "share", -1, lostNearby},
	{"quick_pull", "ln", 1, quickPull},
}

// lostNearby is the share of pictures around a movement in which its region was not
// measured, on either side: where skin is lost and found again, it jumps.
func lostNearby(d *detection, c *candidate, _ *company) float64 {
	d.look()
	i, j := max(c.best.a-edgeFrames, 0), min(c.best.b+edgeFrames+1, d.tr.Len())
	n := 0
	for s := range 2 {
		for _, v := range d.tr.DY[s][c.best.k][i:j] {
			if v != v {
				n++
			}
		}
	}
	return float64(n) / float64(2*(j-i))
}

// quickPull is by how much a quick, clean, one-sided pull is larger than pullLeastMM,
// as a logarithm; 0 for any other movement. In a face that is hardly ever at rest, as
// in a severe spasm, nothing stands far out of the noise; but no leak of a turned head
// goes so far, on one side, as straight along a muscle, without a jump.
func quickPull(d *detection, c *candidate, _ *company) float64 {
	m := c.best
	if c.OffsetS-c.OnsetS >= event.TonicS || m.alone || m.dir < pullCos || math.Abs(m.ratio) > pullOther || m.straight < pullStraight || m.twitches > 1 || m.mm < pullLeastMM || m.mm > pullMostMM {
		return 0
	}
	d.look()
	s := anatomy.AtRight
	if c.Side == anatomy.Left {
		s = anatomy.AtLeft
	}
	beyond := func(i int) (x, y float64) {
		return float64(d.tr.DX[s][m.k][i]) - float64(d.tr.DX[1-s][m.k][i]), float64(d.tr.DY[s][m.k][i]) - float64(d.tr.DY[1-s][m.k][i])
	}
	jump, rough, n := 0.0, 0.0, 0
	for i := max(m.a-1, 1); i <= min(m.b+1, d.tr.Len()-2); i++ {
		x0, y0 := beyond(i - 1)
		x1, y1 := beyond(i)
		x2, y2 := beyond(i + 1)
		v := math.Hypot(x0+x2-2*x1, y0+y2-2*y1)
		if v != v { // not measured
			return 0
		}
		rough += v
		n++
		jump = math.Max(jump, math.Hypot(x1-x0, y1-y0))
	}
	if n == 0 || jump > pullJump*m.mm || rough > pullRough*m.mm*float64(n) {
		return 0
	}
	return math.Log(m.mm / pullLeastMM)
}

const (
	edgeFrames   = 4    // around a movement
	pullLeastMM  = 2.0  // mm
	pullMostMM   = 20.0 // mm: one-sided pulls that were filmed go 7 to 17; what goes further is a measurement that broke
	pullCos      = 0.7  // along the muscle's own way
	pullOther    = 0.5  // the other side goes along by no more than this share, or the opposite way
	pullStraight = 0.55 // of its way out
	pullJump     = 0.6  // of its size is the largest step from one picture to the next
	pullRough    = 0.3  // of its size is the mean bend of its path, from picture to picture
)

const (
	ownWayCos  = 0.8  // a muscle pulls within so much of its usual way: 37°
	shortestS  = 0.02 // s, added to times before their logarithm
	blinkWakeS = 0.15 // s, in which a blink's nearness falls to 1/e
	nearS      = 0.1  // s, around a movement
)

// frames are the frames within [from, to), in seconds.
func (d *detection) frames(from, to float64) (i, j int) {
	return sort.SearchFloat64s(d.tr.T, from), sort.SearchFloat64s(d.tr.T, to)
}

// score gives every one-sided candidate its score and the gates that close it.
func (d *detection) score(one, both []*candidate) {
	sort.SliceStable(one, func(i, j int) bool { return one[i].OnsetS < one[j].OnsetS })
	w := &company{both: both}
	for _, b := range both {
		if b.Kind == event.Blink {
			w.blinks = append(w.blinks, b)
		}
	}
	for _, c := range one {
		values := map[string]float64{}
		for _, f := range Features {
			values[f.Name] = f.of(d, c, w)
		}
		c.gates = d.gated(c)
		c.logOdds = d.model.Intercept
		for _, f := range Features {
			t := Term{Name: f.Name, Value: values[f.Name]}
			if !d.p.off(f.Name) {
				t.LogOdds = d.model.add(f.Name, t.Value)
			}
			c.logOdds += t.LogOdds
			c.terms = append(c.terms, t)
		}
	}
}

// A gate closes what is physically no contraction of this face that anybody saw. Its
// plain sentence is rules.gate.NAME of the catalog.
type gate struct {
	name  string
	holds func(*detection, *candidate) bool
}

var gates = []gate{
	{"not_seen", func(d *detection, c *candidate) bool {
		d.look()
		s := anatomy.AtRight
		if c.Side == anatomy.Left {
			s = anatomy.AtLeft
		}
		i, j := max(c.best.a-gateFrames, 0), min(c.best.b+gateFrames+1, d.tr.Len())
		n := 0
		for k := i; k < j; k++ {
			if v := d.tr.DY[s][c.best.k][k]; v != v {
				n++
			}
		}
		return float64(n) > unseenShare*float64(j-i)
	}},
	{"slow_rise", func(d *detection, c *candidate) bool { return c.best.riseS > d.p.MaxRiseS }},
	{"picture_edge", func(d *detection, c *candidate) bool {
		d.look()
		s := anatomy.AtRight
		if c.Side == anatomy.Left {
			s = anatomy.AtLeft
		}
		lost := func(from, to float64) bool {
			i, j := d.frames(from, to)
			n := 0
			for k := i; k < j; k++ {
				if v := d.tr.DY[s][c.best.k][k]; v != v {
					n++
				}
			}
			return n > 0 && n == j-i
		}
		return lost(d.tr.T[c.best.a]-outOfSightS, d.tr.T[c.best.a]) || lost(math.Nextafter(d.tr.T[c.best.b], math.Inf(1)), d.tr.T[c.best.b]+outOfSightS)
	}},
	{"other_eye_unseen", (*detection).loneBlink},
}

// loneBlink reports whether a candidate is an eye that shuts as far and as briefly as
// in a blink while the other eye is not seen: nobody can tell then whether one eye shut
// or both.
func (d *detection) loneBlink(c *candidate) bool {
	if m := c.best; m.k != anatomy.AtOrbicularisOculi || !m.alone || c.OffsetS-c.OnsetS > d.p.BlinkMaxS {
		return false
	}
	d.look()
	s := anatomy.AtRight
	if c.Side == anatomy.Left {
		s = anatomy.AtLeft
	}
	var open []float64
	for i, t := range d.tr.T {
		if v := float64(d.tr.Aperture[s][i]); math.Abs(t-c.OnsetS) < openWindowS && v == v {
			open = append(open, v)
		}
	}
	return c.size() >= loneShut*signal.UpperMedian(open)
}

const (
	gateFrames  = 2   // around a movement that must have been seen too
	unseenShare = 0.3 // of its pictures
	loneShut    = 0.5 // of the open aperture: an eye that is seen alone and shuts so far may have blinked
	outOfSightS = 0.3 // s before or after a movement: what is not seen at all there leaves the picture, or comes into it, while it moves
)

// gated names the gates that close a candidate.
func (d *detection) gated(c *candidate) []string {
	var names []string
	for _, g := range gates {
		if !d.p.off(g.name) && g.holds(d, c) {
			names = append(names, g.name)
		}
	}
	return names
}
