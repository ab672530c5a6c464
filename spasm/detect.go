package spasm

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"facialis/motion"
)

// Detect finds the events of a trace. tasks are the protocol's stretches, if
// there was one.
func Detect(tr *motion.Trace, tasks []Task, p Params) []Event {
	if tr.Len() < 5 {
		return nil
	}
	head := headTerm(tr, p)
	var one, both []movement
	channels := make([]*channel, motion.NumRegions)
	for k := range channels {
		channels[k] = newChannel(tr, k, head, p)
	}
	raise(channels, p)
	for k := range channels {
		one = append(one, channels[k].oneSided(p)...)
		both = append(both, channels[k].bothSided(p)...)
	}
	d := &detection{p: p, tr: tr, tasks: tasks, channels: channels}
	events := d.bilateral(both)
	events = append(events, d.unilateral(one)...)
	d.kinds(events)
	d.shares(events)
	out := make([]Event, 0, len(events))
	for _, e := range events {
		out = append(out, e.Event)
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].OnsetS < out[j].OnsetS })
	Group(out, p)
	for i := range out {
		out[i].ID = fmt.Sprintf("e%04d", i+1)
	}
	return out
}

// detection is one run of Detect.
type detection struct {
	p        Params
	tr       *motion.Trace
	tasks    []Task
	channels []*channel
}

// candidate is an event before its kind is settled.
type candidate struct {
	Event
	parts []movement
	snr   float64
	riseS float64 // of the leading region
}

// bilateral turns movements of both sides into blinks and voluntary movements.
func (d *detection) bilateral(moves []movement) []*candidate {
	var out []*candidate
	var rest []movement
	blinks := union(d.channels[motion.OrbicularisOculi].blinks(d.p), lidsByMesh(d.tr).blinks(d.p))
	for _, m := range blinks {
		c := d.gather([]movement{m}, Both)
		c.Kind, c.Form = Blink, Twitch
		out = append(out, c)
	}
	for _, m := range moves {
		if Regions[m.k] == OrbicularisOculi && within(m, blinks) {
			continue
		}
		rest = append(rest, m)
	}
	for _, g := range cluster(rest, 0.3) {
		c := d.gather(g, Both)
		c.Kind = Voluntary
		out = append(out, c)
	}
	return out
}

// within reports whether a closure is no more than the blinks it holds.
func within(m movement, blinks []movement) bool {
	var covered float64
	for _, b := range blinks {
		covered += math.Max(0, math.Min(m.off, b.off)-math.Max(m.on, b.on))
	}
	return covered > 0.5*(m.off-m.on)
}

// unilateral turns one-sided movements into candidates for spasms.
func (d *detection) unilateral(moves []movement) []*candidate {
	var out []*candidate
	for _, side := range []Side{Right, Left} {
		// What rises slowly stays by itself, so that a drift of the head's pose
		// does not swallow the twitches that happen during it.
		var quick, slow []movement
		for _, m := range moves {
			switch {
			case m.side != side:
			case m.longestS >= d.p.TonicS && m.snr < heldSNR: // hardly more than drift: no hold that could take twitches in
				m.riseS = math.Inf(1)
				slow = append(slow, m)
			case m.riseS <= d.p.MaxRiseS && !edge(m.k):
				quick = append(quick, m)
			default:
				slow = append(slow, m)
			}
		}
		groups := cluster(quick, d.p.TwitchGapS)
		for _, m := range slow {
			if g := beside(groups, m); g >= 0 && m.riseS <= d.p.MaxRiseS {
				groups[g] = append(groups[g], m)
				continue
			}
			groups = append(groups, []movement{m})
		}
		for _, g := range groups {
			out = append(out, d.gather(g, side))
		}
	}
	return out
}

// beside is the first group with a movement that begins within 0.1 s of m's
// onset; −1 when there is none. The brow and the neck join what began elsewhere.
func beside(groups [][]movement, m movement) int {
	for i, g := range groups {
		for _, x := range g {
			if math.Abs(x.on-m.on) < 0.1 {
				return i
			}
		}
	}
	return -1
}

// cluster groups movements that overlap or lie closer than gap.
func cluster(m []movement, gap float64) [][]movement {
	m = slices.Clone(m)
	sort.Slice(m, func(i, j int) bool { return m[i].on < m[j].on })
	var out [][]movement
	end := math.Inf(-1)
	for _, x := range m {
		if len(out) == 0 || x.on > end+gap {
			out = append(out, nil)
			end = math.Inf(-1)
		}
		out[len(out)-1] = append(out[len(out)-1], x)
		end = math.Max(end, x.off)
	}
	return out
}

// Neighbouring regions share skin: what one pulls, the next follows a little.
func sameSkin(a, b int) bool { return (a <= int(eyeGroup)) == (b <= int(eyeGroup)) }

const eyeGroup = motion.OrbicularisOculi

// gather makes a candidate of movements: its times, its regions, which led, its
// form.
func (d *detection) gather(parts []movement, side Side) *candidate {
	c := &candidate{parts: parts}
	c.Side = side
	on, off := math.Inf(1), math.Inf(-1)
	var byRegion [motion.NumRegions]struct {
		on, peak, mm, hold, snr, rise float64
		n, twitches                   int
	}
	for _, m := range parts {
		r := &byRegion[m.k]
		if r.n == 0 || m.on < r.on {
			r.on = m.on
			r.rise = m.riseS
		}
		r.n++
		r.twitches += m.twitches
		r.peak = math.Max(r.peak, m.peak)
		r.mm = math.Max(r.mm, m.mm)
		r.snr = math.Max(r.snr, m.snr)
		r.hold = math.Max(r.hold, m.longestS)
	}
	largest := -1
	for k, r := range byRegion {
		if r.n > 0 && (largest < 0 || r.peak > byRegion[largest].peak) {
			largest = k
		}
	}
	var use []int
	for k, r := range byRegion {
		if r.n == 0 {
			continue
		}
		leak := false
		for j, q := range byRegion {
			if j != k && q.n > 0 && sameSkin(j, k) && r.peak < 0.45*q.peak {
				leak = true
			}
		}
		if !leak {
			use = append(use, k)
		}
	}
	for _, k := range use {
		on = math.Min(on, byRegion[k].on)
	}
	for _, m := range parts {
		if slices.Contains(use, m.k) {
			off = math.Max(off, m.off)
		}
	}
	lead := -1
	for _, k := range use {
		if byRegion[k].on > on+0.05 {
			continue
		}
		if lead < 0 || edge(lead) && !edge(k) || edge(lead) == edge(k) && byRegion[k].peak > byRegion[lead].peak {
			lead = k
		}
	}
	// Among those that begin at the same moment, as far as frames can tell, the
	// likeliest focus leads unless it moves much less: the eye, where most
	// hemifacial spasms begin (docs/statements.md, S9), then the cheek.
	if largest := lead; largest >= 0 && !edge(largest) && side != Both {
		for _, k := range use {
			if (k == motion.OrbicularisOculi || k == motion.Zygomaticus) && k < largest &&
				byRegion[k].on <= on+0.05 && byRegion[k].peak >= 0.5*byRegion[largest].peak {
				lead = k
				break
			}
		}
	}
	c.OnsetS, c.OffsetS = on, off
	c.Lead = Regions[lead]
	c.riseS = byRegion[lead].rise
	best := byRegion[lead]
	for _, k := range use {
		r := byRegion[k]
		c.snr = math.Max(c.snr, r.snr)
		if r.hold > best.hold {
			best.hold = r.hold
		}
		peak := r.mm
		sides := []Side{side}
		if side == Both {
			sides = []Side{Right, Left}
		}
		for _, s := range sides {
			pk := peak
			if side == Both {
				pk = d.peakOf(parts, k, s)
			}
			c.Regions = append(c.Regions, RegionMovement{Region: Regions[k], Side: s, OnsetS: r.on, PeakMM: d.mm(pk)})
		}
	}
	c.Twitches = best.twitches
	switch {
	case best.hold >= d.p.TonicS:
		c.Form, c.Twitches = Tonic, max(1, c.Twitches)
	case c.Twitches >= 2:
		c.Form = Clonic
	default:
		c.Form = Twitch
	}
	if c.Twitches >= 2 && off > on {
		hz := float64(c.Twitches) / (off - on)
		c.RateHz = &hz
	}
	return c
}

// edge reports whether region k lies at the rim of the face, where a spasm
// hardly ever starts and where head motion leaves the most.
func edge(k int) bool { return k == motion.Frontalis || k == motion.Platysma }

// peakOf is the largest movement of one side within the parts of region k.
func (d *detection) peakOf(parts []movement, k int, s Side) float64 {
	i := 0
	if s == Left {
		i = 1
	}
	var peak float64
	ch := d.channels[k]
	for _, m := range parts {
		if m.k != k {
			continue
		}
		for j := m.a; j <= m.b; j++ {
			if v := math.Abs(ch.along0[i][j]); v > peak {
				peak = v
			}
		}
	}
	return peak
}

// mm is null where the recording gave no scale.
func (d *detection) mm(v float64) *float64 {
	if math.IsNaN(d.tr.MMPerPx) || v != v {
		return nil
	}
	v = math.Round(v*1000) / 1000
	return &v
}

// shares relates every peak to the same region's own largest voluntary one.
func (d *detection) shares(events []*candidate) {
	largest := map[[2]string]float64{}
	for _, e := range events {
		if e.Kind != Voluntary && e.Kind != Blink {
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

// Group numbers the episodes and attacks of the spasms among events, which are
// in order of onset. Each side has its own.
func Group(events []Event, p Params) {
	episode, attack := 0, 0
	for _, side := range []Side{Right, Left, Both} {
		end := math.Inf(-1)
		for i := range events {
			e := &events[i]
			if e.Side != side {
				continue
			}
			e.Episode, e.Attack = nil, nil
			if e.Kind != Spasm {
				continue
			}
			if e.OnsetS >= end+p.EpisodeGapS {
				episode++
			}
			if e.OnsetS >= end+p.AttackGapS {
				attack++
			}
			ep, at := episode, attack
			e.Episode, e.Attack = &ep, &at
			end = math.Max(end, e.OffsetS)
		}
	}
}
