package spasm

import (
	"cmp"
	"math"
	"slices"
	"sort"

	"facialis/anatomy"
	"facialis/event"
)

// A recording of up to stretchFrames is searched for movements as one. A longer one
// is searched in stretches that overlap, so that memory does not grow with its
// length, and what they find is joined at a moment without movement. What has to
// be known of all of it (noise floors, a person's usual blink, what is locked to
// what) is found of all of it.
const (
	stretchFrames = 36000 // 20 minutes at 30 frames a second
	stretchS      = 300   // but a stretch lasts at least this long
	overlapS      = 90    // a stretch goes on for this long beyond where the next may begin, on either side
	overlapFrames = 64    // and for this many frames, where much of that was not filmed
	joinS         = 45    // they are joined within this of there: every window is shorter than the rest
)

// stretch is a part of a recording that is searched for itself.
type stretch struct {
	a, b     int     // its frames, not b itself
	from, to int     // those of them that no other stretch has
	endS     float64 // when the last of these is over
}

// stretchesOf cuts a recording with its frames at times t into stretches of about
// so many frames.
func stretchesOf(t []float64, frames int) []stretch {
	var out []stretch
	n := len(t)
	for from := 0; from < n; {
		to := max(from+frames, sort.SearchFloat64s(t, t[from]+stretchS))
		if n-to < frames/4 || t[n-1]-t[to] < 2*overlapS {
			to = n
		}
		s := stretch{a: max(min(sort.SearchFloat64s(t, t[from]-overlapS), from-overlapFrames), 0), b: n, from: from, to: to, endS: math.Inf(1)}
		if to < n {
			s.b = min(max(sort.SearchFloat64s(t, t[to]+overlapS), to+overlapFrames), n)
			s.endS = t[to]
		}
		out = append(out, s)
		from = to
	}
	// Levels that are held for a second change at the same frames in every stretch.
	i, held := 0, 0
	for k := range out {
		for ; i <= out[k].a; i++ {
			if t[i] >= t[held]+1 {
				held = i
			}
		}
		out[k].a = held
	}
	return out
}

// found are the movements of a recording, or of a stretch of it.
type found struct {
	one, both  [anatomy.NumRegions][]movement // by region
	lids, mesh []movement                     // what may be blinks, by pixels and by landmarks

	lowered func(usual float64) []movement        // see blinksOfLowered
	wink    func(blink movement) (movement, bool) // see channel.wink
}

// lists are all movements that are found at once.
func (f *found) lists() []*[]movement {
	out := []*[]movement{&f.lids, &f.mesh}
	for k := range f.one {
		out = append(out, &f.one[k], &f.both[k])
	}
	return out
}

// movements finds the movements of the recording.
func (d *detection) movements(parts []stretch) *found {
	d.noises(parts)
	if len(parts) == 1 {
		mesh := lidsByMesh(d.tr)
		f := d.search(d.tr, mesh)
		f.lowered = func(usual float64) []movement { return mesh.blinksOfLowered(d.p, usual) }
		f.wink = func(blink movement) (movement, bool) { return mesh.wink(blink, d.p) }
		return f
	}
	all := &found{}
	cuts := make([]float64, len(parts)) // where each begins
	cuts[0] = math.Inf(-1)
	for i, s := range parts {
		tr := d.tr.Between(s.a, s.b)
		f := d.search(tr, lidsByMesh(tr))
		d.tr.Free()
		f.shift(s.a)
		if i > 0 {
			cuts[i] = calmest(parts[i-1].endS, all, f)
		}
		all.join(f, cuts[i])
	}
	all.lowered = func(usual float64) (out []movement) {
		for i, s := range parts {
			end := math.Inf(1)
			if i+1 < len(parts) {
				end = cuts[i+1]
			}
			for _, m := range lidsByMesh(d.tr.Between(s.a, s.b)).blinksOfLowered(d.p, usual) {
				if m.on >= cuts[i] && m.on < end {
					out = append(out, m.later(s.a))
				}
			}
			d.tr.Free()
		}
		return out
	}
	// Blinks are asked about in order of time: the lids of one stretch are kept until a
	// blink of another is asked about.
	at, lids := -1, (*channel)(nil)
	all.wink = func(blink movement) (movement, bool) {
		for i, s := range parts {
			if blink.on >= s.endS {
				continue
			}
			if i != at {
				at, lids = i, lidsByMesh(d.tr.Between(s.a, s.b))
				d.tr.Free()
			}
			m, ok := lids.wink(blink.later(-s.a), d.p)
			return m.later(s.a), ok
		}
		return movement{}, false
	}
	return all
}

// search finds the movements of tr.
func (d *detection) search(tr *event.Trace, mesh *channel) *found {
	f := &found{mesh: mesh.closures(d.p)}
	for k := range f.one {
		c := newCurves(tr, k)
		c.noise = d.noise[k]
		f.one[k] = c.oneSided(d.p)
		f.both[k] = c.bothSided(d.p)
		if c.lid() {
			f.lids = c.closures(d.p)
		}
	}
	return f
}

// later is a movement whose frames are counted from so many frames before.
func (m movement) later(frames int) movement {
	m.a, m.b, m.peakI = m.a+frames, m.b+frames, m.peakI+frames
	return m
}

func (f *found) shift(frames int) {
	for _, l := range f.lists() {
		for i, m := range *l {
			(*l)[i] = m.later(frames)
		}
	}
}

// join takes what begins from cut on from g, which goes on after f.
func (f *found) join(g *found, cut float64) {
	late := func(m movement) bool { return m.on >= cut }
	early := func(m movement) bool { return m.on < cut }
	theirs := g.lists()
	for i, l := range f.lists() {
		*l = append(slices.DeleteFunc(*l, late), slices.DeleteFunc(*theirs[i], early)...)
	}
}

// calmest is the middle of the longest pause between movements, whoever found them,
// within joinS of at.
func calmest(at float64, of ...*found) float64 {
	var busy []event.Span
	for _, f := range of {
		for _, l := range f.lists() {
			for _, m := range *l {
				if m.off > at-joinS && m.on < at+joinS {
					busy = append(busy, event.Span{FromS: m.on, ToS: m.off})
				}
			}
		}
	}
	slices.SortFunc(busy, func(a, b event.Span) int { return cmp.Compare(a.FromS, b.FromS) })
	best, pause := at, 0.0
	end := at - joinS
	for _, s := range append(busy, event.Span{FromS: at + joinS, ToS: at + joinS}) {
		if d := s.FromS - end; d > pause {
			best, pause = end+d/2, d
		}
		end = math.Max(end, s.ToS)
	}
	return best
}
