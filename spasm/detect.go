package spasm

import (
	"fmt"
	"math"
	"slices"
	"sort"

	"facialis/anatomy"
	"facialis/event"
)

// Detect finds the events of a trace. tasks are the protocol's stretches, if
// there was one.
func Detect(tr *event.Trace, tasks []event.Task, p Params) []event.Event {
	return detect(tr, tasks, p, stretchFrames)
}

// detect is Detect in stretches of so many frames.
func detect(tr *event.Trace, tasks []event.Task, p Params, frames int) []event.Event {
	if tr.Len() < leastFrames {
		return nil
	}
	d := &detection{p: p, tr: tr, tasks: tasks, filmedS: tr.FilmedS()}
	f := d.movements(stretchesOf(tr.T, frames))
	events := d.bilateral(f)
	one := slices.Concat(f.one[:]...)
	events = append(events, d.unilateral(one)...)
	d.kinds(events)
	d.shares(events)
	out := make([]event.Event, 0, len(events))
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
	p       Params
	tr      *event.Trace
	tasks   []event.Task
	filmedS float64                     // how much was filmed
	base    [anatomy.NumRegions]float64 // each region's threshold where nothing raises it, mm
	looked  int                         // how often the trace was looked at in places
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
	snr   float64
	riseS float64 // of the leading region
	dir   float64 // cosine between the leading region's movement and its own action
	drift bool    // it is one movement that may be drift
	left  bool    // it may be what the head's turn leaves over, see leftover
}

// bilateral turns movements of both sides into blinks and voluntary movements.
func (d *detection) bilateral(f *found) []*candidate {
	var out []*candidate
	var rest []movement
	blinks := union(blinksAmong(f.lids, d.p), blinksAmong(f.mesh, d.p))
	blinks = union(blinks, f.lowered(usual(blinks)))
	for _, m := range blinks {
		c := d.gather([]movement{m}, anatomy.Both)
		c.Kind, c.Form = event.Blink, event.Twitch
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
	return out
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
	for _, side := range []anatomy.Side{anatomy.Right, anatomy.Left} {
		// What rises slowly stays by itself, so that a drift of the head's pose
		// does not swallow the twitches that happen during it.
		var quick, slow []movement
		for _, m := range moves {
			switch {
			case m.side != side:
			case m.longestS >= event.TonicS && m.snr < heldSNR: // hardly more than drift: no hold that could take twitches in
				m.drift = true
				slow = append(slow, m)
			case m.riseS <= d.p.MaxRiseS && !edge(m.k):
				quick = append(quick, m)
			default:
				slow = append(slow, m)
			}
		}
		quick, drift := unspanned(quick, d.p.TwitchGapS)
		for _, m := range drift {
			m.drift = true
			slow = append(slow, m)
		}
		groups := cluster(quick, d.p.TwitchGapS)
		for _, m := range slow {
			if g := beside(groups, m); g >= 0 && m.riseS <= d.p.MaxRiseS && !m.drift {
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
func Group(events []event.Event, p Params) { event.Group(events, p.EpisodeGapS, p.AttackGapS) }
