package spasm

import (
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/event"
)

// Regions on one sheet of skin: what one pulls, the next follows a little.
func sameSkin(a, b int) bool { return periocular[a] && periocular[b] || perioral[a] && perioral[b] }

// draggedCos is the cosine below which a region moves aside from or against its own
// action: then its neighbor pulls it.
const draggedCos = 0.25

// togetherOnsetS is how far apart two regions may begin and still begin at the same
// moment, as far as frames can tell; s.
const togetherOnsetS = 0.05

// periocular and perioral say of each region whether it lies on the eye's and on the
// mouth's sheet of skin; the cheek is on both.
var periocular, perioral = func() (eye, mouth [anatomy.NumRegions]bool) {
	for k, r := range anatomy.Regions {
		i, _ := anatomy.Of(r)
		eye[k], mouth[k] = i.Periocular, i.Perioral
	}
	return eye, mouth
}()

// regionMovement is what the movements of one region are together.
type regionMovement struct {
	onS, riseS, holdS float64 // onset and rise of the first, longest hold
	peak, mm, snr     float64 // the largest
	dir               float64 // of the largest, see movement
	n, twitches       int
	minor             bool // only minor ones
}

// regionMovements are the movements of every region; n is 0 where there are none.
type regionMovements [anatomy.NumRegions]regionMovement

// movementsByRegion puts movements together by their region. Those that are minor come
// last and count only where the region has no other.
func movementsByRegion(parts []movement) (by regionMovements) {
	for _, m := range parts {
		if r := &by[m.k]; r.n == 0 || !m.minor {
			r.add(m)
		}
	}
	for _, m := range parts { // as within a movement, a twitch stands out by a share of the largest
		if r := &by[m.k]; r.n == 1 || m.peak > twitchShare*r.peak {
			r.twitches += m.twitches
		}
	}
	return by
}

func (r *regionMovement) add(m movement) {
	r.minor = m.minor
	if r.n == 0 || m.on < r.onS {
		r.onS = m.on
		r.riseS = m.riseS
	}
	r.n++
	if m.peak > r.peak {
		r.peak, r.dir = m.peak, m.dir
	}
	r.mm = math.Max(r.mm, m.mm)
	r.snr = math.Max(r.snr, m.snr)
	r.holdS = math.Max(r.holdS, m.longestS)
}

// own are the regions that move by themselves: not those that a neighbor on the same
// skin pulls along.
func (by *regionMovements) own() (use []int) {
	for k, r := range by {
		if r.n > 0 && !by.dragged(k) {
			use = append(use, k)
		}
	}
	return use
}

// dragged says whether a neighbor on the same skin pulls region k along.
func (by *regionMovements) dragged(k int) bool {
	r := &by[k]
	for j := range by {
		q := &by[j]
		if j == k || q.n == 0 || q.minor && !r.minor || !sameSkin(j, k) {
			continue
		}
		if r.peak < leakShare*q.peak || r.dir < draggedCos && q.dir >= draggedCos && r.peak < q.peak {
			return true
		}
	}
	return false
}

// span is from the first onset to the last end of what is not minor in the regions.
func (by *regionMovements) span(parts []movement, use []int) (on, off float64) {
	on, off = math.Inf(1), math.Inf(-1)
	for _, k := range use {
		if !by[k].minor {
			on = math.Min(on, by[k].onS)
		}
	}
	for _, m := range parts {
		if !m.minor && slices.Contains(use, m.k) {
			off = math.Max(off, m.off)
		}
	}
	return on, off
}

// lead is the region that began first; of those that began at the same moment, as far
// as frames can tell, the one that moves most, and the others are tied.
func (by *regionMovements) lead(use []int, on float64) (lead int, tied []anatomy.Region) {
	lead, tied = -1, []anatomy.Region{}
	first := func(k int) bool { return !by[k].minor && by[k].onS <= on+togetherOnsetS }
	for _, k := range use {
		if first(k) && (lead < 0 || by[k].peak > by[lead].peak) {
			lead = k
		}
	}
	for _, k := range use {
		if k != lead && first(k) {
			tied = append(tied, anatomy.Regions[k])
		}
	}
	return lead, tied
}

// gather makes a candidate of movements: its times, its regions, which led, its
// form.
func (d *detection) gather(parts []movement, side anatomy.Side) *candidate {
	c := &candidate{parts: parts}
	c.Side = side
	by := movementsByRegion(parts)
	use := by.own()
	on, off := by.span(parts, use)
	c.OnsetS, c.OffsetS = on, off
	lead, tied := by.lead(use, on)
	c.Lead, c.LeadTied = anatomy.Regions[lead], tied
	c.riseS = by[lead].riseS
	holdS := by[lead].holdS
	for _, k := range use {
		c.snr = math.Max(c.snr, by[k].snr)
		if by[k].holdS > holdS {
			holdS = by[k].holdS
		}
		c.Regions = append(c.Regions, d.regionsOf(parts, k, side, &by[k])...)
	}
	for i := range parts {
		if slices.Contains(use, parts[i].k) && (c.best == nil || parts[i].snr > c.best.snr) {
			c.best = &parts[i]
		}
	}
	c.Twitches = by[lead].twitches
	c.Form = event.FormOf(c.Twitches, holdS)
	if c.Twitches >= 2 && off > on {
		hz := float64(c.Twitches) / (off - on)
		c.RateHz = &hz
	}
	return c
}

// regionsOf is the movement of region k on the side, or on each of both.
func (d *detection) regionsOf(parts []movement, k int, side anatomy.Side, r *regionMovement) []event.RegionMovement {
	of := func(s anatomy.Side, peak float64) event.RegionMovement {
		return event.RegionMovement{Region: anatomy.Regions[k], Side: s, OnsetS: r.onS, PeakMM: d.mm(k, peak)}
	}
	if side != anatomy.Both {
		return []event.RegionMovement{of(side, r.mm)}
	}
	return []event.RegionMovement{
		of(anatomy.Right, d.peakOf(parts, k, anatomy.Right)),
		of(anatomy.Left, d.peakOf(parts, k, anatomy.Left)),
	}
}
