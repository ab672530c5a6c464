package spasm

import (
	"cmp"
	"math"
	"slices"
	"sort"

	"facialis/anatomy"
	"facialis/event"
	"facialis/motion"
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

	lowered func(usual float64) []movement // see blinksOfLowered
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
	if len(parts) == 1 {
		mesh := lidsByMesh(d.tr, nil)
		f := d.search(d.tr, nil, mesh)
		f.lowered = func(usual float64) []movement { return mesh.blinksOfLowered(d.p, usual) }
		return f
	}
	of := d.noises(parts)
	all := &found{}
	cuts := make([]float64, len(parts)) // where each begins
	cuts[0] = math.Inf(-1)
	for i, s := range parts {
		tr := d.tr.Between(s.a, s.b)
		f := d.search(tr, of, lidsByMesh(tr, &of.mesh))
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
			for _, m := range lidsByMesh(d.tr.Between(s.a, s.b), &of.mesh).blinksOfLowered(d.p, usual) {
				if m.on >= cuts[i] && m.on < end {
					out = append(out, m.later(s.a))
				}
			}
			d.tr.Free()
		}
		return out
	}
	return all
}

// search finds the movements of tr. A region's threshold needs what all regions do,
// its movements only its own channel: channels are made twice and held one at a
// time.
func (d *detection) search(tr *event.Trace, of *whole, mesh *channel) *found {
	p := d.p
	head := headTerm(tr, p)
	noiseOf := func(k int) *noises {
		if of == nil {
			return nil
		}
		return &of.region[k]
	}
	var common [anatomy.NumRegions][]float64
	for k := range common {
		common[k] = newChannel(tr, k, head, p, noiseOf(k)).common()
	}
	mouth := mouthOf(common[:])
	f := &found{mesh: mesh.closures(p)}
	for k := range common {
		c := newChannel(tr, k, head, p, noiseOf(k))
		c.raise(common[k], mouth, p)
		d.base[k] = c.base
		f.one[k] = c.oneSided(p)
		f.both[k] = c.bothSided(p)
		if anatomy.Regions[k] == anatomy.OrbicularisOculi {
			f.lids = c.closures(p)
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

// floors are the noise floors of one region's curves, mm.
type floors struct {
	side [2]float64 // of each side along its action
	x, y float64    // of right less left outwards and up
}

// noises are the noise floors of a channel in the whole recording.
type noises struct{ held, quick floors }

func (n *noises) of(quick bool) floors {
	if quick {
		return n.quick
	}
	return n.held
}

// whole are the noise floors of the whole recording.
type whole struct {
	region [anatomy.NumRegions]noises
	mesh   noises // of the lids by landmarks
}

// noises finds the noise floors of the whole recording, stretch by stretch.
func (d *detection) noises(parts []stretch) *whole {
	n := d.tr.Len()
	var out whole
	for k := range out.region {
		held, quick := newMeter(n), newMeter(n)
		for _, s := range parts {
			c := newCurves(d.tr.Between(s.a, s.b), k)
			held.add(c, s)
			quick.add(c.quickCurves(), s)
			d.tr.Free()
		}
		out.region[k] = noises{held.floors(), quick.floors()}
	}
	mesh := newMeter(n)
	for _, s := range parts {
		mesh.add(lidsByMesh(d.tr.Between(s.a, s.b), &noises{}), s)
		d.tr.Free()
	}
	out.mesh.held = mesh.floors()
	return &out
}

// meter finds the noise floors of a channel that comes in stretches.
type meter struct{ side, axis [2]*motion.NoiseFloor }

func newMeter(frames int) *meter {
	f := func() [2]*motion.NoiseFloor {
		return [2]*motion.NoiseFloor{motion.NewNoiseFloor(frames), motion.NewNoiseFloor(frames)}
	}
	return &meter{f(), f()}
}

// add shows the frames of a stretch that no other has.
func (m *meter) add(c *channel, s stretch) {
	for i := s.from - s.a; i < s.to-s.a; i++ {
		for k := range 2 {
			m.side[k].Add(c.t[i], float32(c.along[k][i]))
		}
		if c.x[0] != nil {
			m.axis[0].Add(c.t[i], float32(c.x[0][i]-c.x[1][i]))
			m.axis[1].Add(c.t[i], float32(c.y[0][i]-c.y[1][i]))
		}
	}
}

func (m *meter) floors() floors {
	return floors{side: [2]float64{orZero(m.side[0].MM()), orZero(m.side[1].MM())}, x: orZero(m.axis[0].MM()), y: orZero(m.axis[1].MM())}
}
