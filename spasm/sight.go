package spasm

import (
	"math"
	"sort"

	"facialis/anatomy"
	"facialis/event"
	"facialis/internal/signal"
)

// What of a movement is found depends on its size over the noise it is held against.
// docs/detector.md has how the factor was measured, on people held out.
const (
	// findableTimes is how many standard deviations (local noise of the twitch's band,
	// and sdShare of what motion says of its own uncertainty, together) a movement has
	// to be for nine in ten of them to be found at the operating point.
	findableTimes = 25.0
	// sdShare is how much of that uncertainty a twitch meets: most of it is of the pose
	// and the depth and stays the same for seconds. Of 0, 0.1, 0.3 and 1 it tells best
	// what is found.
	sdShare      = 0.1
	seenShare    = 0.5 // in a block of which less was measured, the region was not seen
	sightMarginS = 0.5 // a found movement is no noise, nor is what lies this near to it, s
)

// Look says how small a movement could be, of each region and side at each time, and
// would still be found. events are those that were found: they do not count as noise,
// or else who has strong or many spasms would be told to be unseen.
//
// A side is judged by itself, so what becomes of the other changes nothing:
//
//	smallest = findableTimes · √(noise² + (sdShare · sd)²)
//
// noise is of the twitch's band: root mean squares of blocks of half a second, the
// level that the calmer 60 % of the blocks within ±5 s keep below. sd is the median of
// the trace's own uncertainty (event.Trace.SD) in the block; 0 in old traces.
func Look(tr *event.Trace, events []event.Event) *event.Sight {
	out := &event.Sight{BlockS: blockS}
	if tr.Len() == 0 {
		return out
	}
	out.FromS = tr.T[0]
	out.Filmed = filmed(tr.T)
	var parts []stretch
	var starts []float64
	for _, p := range tr.Parts() { // what was filmed before a cut or a hole says nothing of after it
		starts = append(starts, tr.T[p[0]])
		for _, s := range stretchesOf(tr.T[p[0]:p[1]], stretchFrames) {
			s.a, s.b, s.from, s.to = s.a+p[0], s.b+p[0], s.from+p[0], s.to+p[0]
			if p[1] < tr.Len() {
				s.endS = math.Min(s.endS, tr.T[p[1]])
			}
			parts = append(parts, s)
		}
	}
	for k := range anatomy.NumRegions {
		n := newNoiseTable(tr.T)
		for _, at := range starts {
			n.starts = append(n.starts, int(math.Ceil((at-n.fromS)/blockS)))
		}
		var measured [2][]float32
		for s := range 2 {
			measured[s], out.SmallestMM[s][k] = make([]float32, len(out.Filmed)), make([]float32, len(out.Filmed))
		}
		for i, p := range parts {
			part := tr.Between(p.a, p.b)
			c := newCurves(part, k)
			from, to := tr.T[p.from], p.endS
			if math.IsInf(to, 1) {
				to = tr.T[tr.Len()-1] + 1
			}
			n.add(c, c.less(quickBand), c, from, to)
			for s := range 2 {
				readable(tr, s, k, p.from, p.to, n, measured[s], out.SmallestMM[s][k])
			}
			if i+1 < len(parts) {
				tr.Free()
			}
		}
		for s, side := range anatomy.Sides {
			noise := ownNoise(n, s, k, contractionsOf(events, side))
			for b := range noise {
				v := findableTimes * math.Hypot(noise[b], sdShare*float64(out.SmallestMM[s][k][b]))
				if float64(measured[s][b]) < seenShare {
					v = math.NaN()
				}
				out.SmallestMM[s][k][b] = float32(v)
			}
		}
		tr.Free()
	}
	return out
}

// filmed is how much of each block was filmed, s: a picture stands for the time up to
// the next, unless that is a hole.
func filmed(t []float64) []float32 {
	n := &noiseTable{fromS: t[0]}
	out := make([]float32, n.block(t[len(t)-1])+1)
	for i := 0; i+1 < len(t); i++ {
		if t[i+1]-t[i] > event.HoleS {
			continue
		}
		for at := t[i]; at < t[i+1]; {
			b := n.block(at)
			end := math.Min(t[i+1], n.fromS+float64(b+1)*blockS)
			if end <= at {
				break
			}
			out[b] += float32(end - at)
			at = end
		}
	}
	return out
}

// readable fills, for the blocks of frames from a up to b, which share of the pictures
// was measured and the median of their uncertainty, mm.
func readable(tr *event.Trace, s, k, a, b int, n *noiseTable, share, sd []float32) {
	for i := a; i < b; {
		block := n.block(tr.T[i])
		end := i + sort.SearchFloat64s(tr.T[i:b], n.fromS+float64(block+1)*blockS)
		end = max(end, i+1)
		seen := 0
		var sds []float64
		for j := i; j < end; j++ {
			if v := tr.DX[s][k][j] + tr.DY[s][k][j]; v == v {
				seen++
			}
			if c := tr.SD[s][k]; len(c) == tr.Len() && c[j] == c[j] {
				sds = append(sds, float64(c[j]))
			}
		}
		share[block] = float32(seen) / float32(end-i)
		sd[block] = float32(orZero(signal.UpperMedian(sds)))
		i = end
	}
}

// contractionsOf are the one-sided contractions of a side among events.
func contractionsOf(events []event.Event, side anatomy.Side) []event.Event {
	var out []event.Event
	for _, e := range events {
		if e.Kind != event.Blink && e.Kind != event.Voluntary && (e.Side == side || e.Side == anatomy.Both || e.Side == anatomy.Unknown) {
			out = append(out, e)
		}
	}
	return out
}

// ownNoise is one standard deviation of what a side of a region does by itself
// without being found, in each block, mm.
func ownNoise(n *noiseTable, s, k int, found []event.Event) []float64 {
	axis := func(a int) []float64 {
		v := n.sideQuick[s][a]
		for _, e := range found {
			for b := n.block(e.OnsetS - sightMarginS); b <= n.block(e.OffsetS+sightMarginS) && b < len(v); b++ {
				v[b] = math.NaN()
			}
		}
		return n.local(v, quickNoiseS)
	}
	out := axis(1)
	if k != anatomy.AtOrbicularisOculi { // of a lid only closing counts
		for b, v := range axis(0) {
			out[b] = math.Max(out[b], v)
		}
	}
	return out
}
