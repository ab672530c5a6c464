package spasm

import (
	"math"
	"sort"

	"facialis/anatomy"
	"facialis/event"
)

// Feature is one thing that is asked of every candidate.
type Feature struct {
	Name string // as it stands in scores and reasons
	Unit string
	Text string // one plain sentence
	Sign int    // 1: more of it never speaks against a contraction; -1: never for it; 0: as fitted
	of   func(*detection, *candidate, *company) float64
}

// company is what else happens in the recording.
type company struct {
	one, both []*candidate
	blinks    []*candidate
}

// Features are all features that a score may use. None is a region's name or a side:
// where a contraction is, and with which others it comes, is found and not expected.
var Features = []Feature{
	{"size_over_noise", "ln", "How far the movement stands out of its noise.", 1,
		func(_ *detection, c *candidate, _ *company) float64 { return math.Log(c.best.snr) }},
	{"size", "ln mm", "How far the skin moves.", 1,
		func(_ *detection, c *candidate, _ *company) float64 {
			return math.Log(math.Max(c.best.mm, leastNoiseMM))
		}},
	{"pixels", "ln px", "How many pixels of the picture that is.", 1,
		func(d *detection, c *candidate, _ *company) float64 {
			return math.Log(math.Max(c.best.mm, leastNoiseMM) / d.tr.MMPerPx)
		}},
	{"scale", "ln mm/px", "How small the face is in the picture.", 0,
		func(d *detection, _ *candidate, _ *company) float64 { return math.Log(d.tr.MMPerPx) }},
	{"rise", "ln s", "How long the movement takes to half its size.", 0,
		func(_ *detection, c *candidate, _ *company) float64 { return math.Log(c.best.riseS + shortestS) }},
	{"length", "ln s", "How long it lasts.", 0,
		func(_ *detection, c *candidate, _ *company) float64 {
			return math.Log(c.OffsetS - c.OnsetS + shortestS)
		}},
	{"hold", "s", "The longest time above half its size.", 0,
		func(_ *detection, c *candidate, _ *company) float64 {
			var s float64
			for _, m := range c.parts {
				s = math.Max(s, m.longestS)
			}
			return math.Min(s, 2*event.TonicS)
		}},
	{"twitches", "ln", "How many excursions it has.", 0,
		func(_ *detection, c *candidate, _ *company) float64 { return math.Log(float64(c.Twitches)) }},
	{"direction", "cosine", "How well the skin goes where the region's muscle pulls it.", 1,
		func(_ *detection, c *candidate, _ *company) float64 { return math.Min(c.best.dir, ownWayCos) }},
	{"other_side", "share", "How far the other side goes along.", -1,
		func(_ *detection, c *candidate, _ *company) float64 {
			if c.best.alone {
				return math.NaN()
			}
			return math.Max(math.Min(c.best.ratio, 1), -1)
		}},
	{"other_unseen", "0 or 1", "The other side could not be seen.", 0,
		func(_ *detection, c *candidate, _ *company) float64 { return oneIf(c.best.alone) }},
	{"straight", "share", "How straight the skin's way to the peak is.", 1,
		func(_ *detection, c *candidate, _ *company) float64 { return c.best.straight }},
	{"return", "share", "How far the skin is from where it was before, when it is over.", -1,
		func(_ *detection, c *candidate, _ *company) float64 { return c.best.back }},
	{"quick", "0 or 1", "It stands out of what lies within a second around it, not of the region's rest.", 0,
		func(_ *detection, c *candidate, _ *company) float64 { return oneIf(c.best.quick) }},
	{"unrest", "ln", "How much noisier the region is around it than in the recording's calm parts.", 0,
		func(d *detection, c *candidate, _ *company) float64 {
			q := heldBand
			if c.best.quick {
				q = quickBand
			}
			return math.Log(c.best.noise / math.Max(math.Max(d.noise[c.best.k].calm[q][0], d.noise[c.best.k].calm[q][1]), leastNoiseMM))
		}},
	{"both_sides", "ln", "How large a movement of both sides of the same part of the face at the same time is beside it.", -1,
		func(_ *detection, c *candidate, w *company) float64 {
			var most float64
			for _, t := range w.both {
				if t.Kind != event.Blink && t.OffsetS > c.OnsetS && t.OnsetS < c.OffsetS && overlapsSkin(c, t) {
					most = math.Max(most, t.size())
				}
			}
			return math.Log1p(most / math.Max(c.best.mm, leastNoiseMM))
		}},
	{"blink", "share", "How close to a blink it begins: 1 within it, less the later.", 0,
		func(_ *detection, c *candidate, w *company) float64 {
			var most float64
			for _, b := range w.blinks {
				gap := math.Max(math.Max(b.OnsetS-c.OffsetS, c.OnsetS-b.OffsetS), 0)
				most = math.Max(most, math.Exp(-gap/blinkWakeS))
			}
			return most
		}},
	{"blink_same_skin", "share", "The same, where the lids or the brow move.", 0,
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
	{"head_speed", "ln °/s", "How fast the head turns meanwhile.", -1,
		func(d *detection, c *candidate, _ *company) float64 {
			d.look()
			i, j := d.frames(c.OnsetS-nearS, math.Min(c.OffsetS, c.OnsetS+event.TonicS)+nearS)
			var most float64
			for ; i < j; i++ {
				most = math.Max(most, headSpeed(d.tr, i))
			}
			return math.Log1p(most)
		}},
	{"head_turn", "ln °", "How far the head turns about its onset.", -1,
		func(d *detection, c *candidate, _ *company) float64 { return math.Log1p(d.turn(c.OnsetS)) }},
	{"lip_speed", "ln mm/s", "How fast the lips open and close around it.", -1,
		func(d *detection, c *candidate, _ *company) float64 {
			d.look()
			i, j := d.frames(c.OnsetS-talkS/2, c.OnsetS+talkS/2)
			var sum float64
			n := 0
			for i++; i < j; i++ {
				if v := math.Abs(float64(d.tr.LipOpen[i]-d.tr.LipOpen[i-1])) / (d.tr.T[i] - d.tr.T[i-1]); !math.IsNaN(v) {
					sum += v
					n++
				}
			}
			if n == 0 {
				return math.NaN()
			}
			return math.Log1p(sum / float64(n))
		}},
	{"talk", "ln mm", "How much the lips opened and closed in the seconds around it.", -1,
		func(d *detection, c *candidate, _ *company) float64 {
			d.look()
			i, j := d.frames(c.OnsetS-talkS, c.OffsetS+talkS)
			lip := func(k int) float64 { return float64(d.tr.LipOpen[k]) }
			m := mean(i, j, lip)
			return math.Log1p(rms(i, j, func(k int) float64 { return lip(k) - m }))
		}},
	{"spread", "regions", "How many regions of the side move together.", 0,
		func(_ *detection, c *candidate, _ *company) float64 {
			seen := map[int]bool{}
			for _, m := range c.parts {
				seen[m.k] = true
			}
			return math.Min(float64(len(seen)), mostSpread)
		}},
	{"other_side_at_once", "ln", "How clear a movement of the other side alone at the same time is beside it.", -1,
		func(_ *detection, c *candidate, w *company) float64 {
			var most float64
			for _, o := range w.near(c.OnsetS-nearS, c.OffsetS+nearS) {
				if o.Side != c.Side {
					most = math.Max(most, o.best.snr)
				}
			}
			return math.Log1p(most / c.best.snr)
		}},
	{"seen", "share", "In how many of the pictures around it the region was seen.", 1,
		func(d *detection, c *candidate, _ *company) float64 {
			d.look()
			s := anatomy.AtRight
			if c.Side == anatomy.Left {
				s = anatomy.AtLeft
			}
			i, j := d.frames(c.OnsetS-talkS/2, c.OffsetS+talkS/2)
			n := 0.0
			for k := i; k < j; k++ {
				n += oneIf(d.tr.DY[s][c.best.k][k] == d.tr.DY[s][c.best.k][k])
			}
			return n / math.Max(float64(j-i), 1)
		}},
}

const (
	ownWayCos  = 0.8  // a muscle pulls within so much of its usual way: 37°
	shortestS  = 0.02 // s, added to times before their logarithm
	blinkWakeS = 0.15 // s, in which a blink's nearness falls to 1/e
	nearS      = 0.1  // s, around a movement
	talkS      = 1.5  // s, in which lips tell talk
	mostSpread = 4
)

func oneIf(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// frames are the frames within [from, to), in seconds.
func (d *detection) frames(from, to float64) (i, j int) {
	return sort.SearchFloat64s(d.tr.T, from), sort.SearchFloat64s(d.tr.T, to)
}

// near are the one-sided candidates with an onset within [from, to).
func (w *company) near(from, to float64) []*candidate {
	i := sort.Search(len(w.one), func(i int) bool { return w.one[i].OnsetS >= from })
	j := sort.Search(len(w.one), func(i int) bool { return w.one[i].OnsetS >= to })
	return w.one[i:j]
}

// score gives every one-sided candidate its score and the gates that close it.
func (d *detection) score(one, both []*candidate) {
	sort.SliceStable(one, func(i, j int) bool { return one[i].OnsetS < one[j].OnsetS })
	w := &company{one: one, both: both}
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
			t := Term{Name: f.Name, Value: values[f.Name], LogOdds: d.model.add(f.Name, values[f.Name])}
			c.logOdds += t.LogOdds
			c.terms = append(c.terms, t)
		}
	}
}

// A gate closes what is physically no contraction of this face that anybody saw.
type gate struct {
	name  string
	text  string
	holds func(*detection, *candidate) bool
}

var gates = []gate{
	{"not_seen", "The region was hardly seen at that moment.", func(d *detection, c *candidate) bool {
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
	{"no_size", "The movement has no size beyond its noise.", func(_ *detection, c *candidate) bool { return c.best.mm < c.best.noise }},
}

const (
	gateFrames  = 2   // around a movement that must have been seen too
	unseenShare = 0.3 // of its pictures
)

// gated names the gates that close a candidate.
func (d *detection) gated(c *candidate) []string {
	var names []string
	for _, g := range gates {
		if g.holds(d, c) {
			names = append(names, g.name)
		}
	}
	return names
}
