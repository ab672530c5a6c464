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
// action: then its neighbour pulls it.
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

// gather makes a candidate of movements: its times, its regions, which led, its
// form.
func (d *detection) gather(parts []movement, side anatomy.Side) *candidate {
	c := &candidate{parts: parts}
	c.Side = side
	on, off := math.Inf(1), math.Inf(-1)
	var byRegion [anatomy.NumRegions]struct {
		on, peak, mm, hold, snr, rise, dir float64
		n, twitches                        int
		minor                              bool
	}
	for _, m := range parts { // those that are minor come last
		r := &byRegion[m.k]
		if m.minor && r.n > 0 {
			continue
		}
		r.minor = m.minor
		if r.n == 0 || m.on < r.on {
			r.on = m.on
			r.rise = m.riseS
		}
		r.n++
		if m.peak > r.peak {
			r.peak, r.dir = m.peak, m.dir
		}
		r.mm = math.Max(r.mm, m.mm)
		r.snr = math.Max(r.snr, m.snr)
		r.hold = math.Max(r.hold, m.longestS)
	}
	for _, m := range parts { // as within a movement, a twitch stands out by a share of the largest
		if r := &byRegion[m.k]; r.n == 1 || m.peak > twitchShare*r.peak {
			r.twitches += m.twitches
		}
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
			if j != k && q.n > 0 && (!q.minor || r.minor) && sameSkin(j, k) && (r.peak < leakShare*q.peak || r.dir < draggedCos && q.dir >= draggedCos && r.peak < q.peak) {
				leak = true
			}
		}
		if !leak {
			use = append(use, k)
		}
	}
	for _, k := range use {
		if !byRegion[k].minor {
			on = math.Min(on, byRegion[k].on)
		}
	}
	for _, m := range parts {
		if !m.minor && slices.Contains(use, m.k) {
			off = math.Max(off, m.off)
		}
	}
	// The region that began first leads; of those that began at the same moment, as
	// far as frames can tell, the one that moves most, and the others are tied.
	lead := -1
	for _, k := range use {
		if !byRegion[k].minor && byRegion[k].on <= on+togetherOnsetS && (lead < 0 || byRegion[k].peak > byRegion[lead].peak) {
			lead = k
		}
	}
	c.OnsetS, c.OffsetS = on, off
	c.Lead = anatomy.Regions[lead]
	c.LeadTied = []anatomy.Region{}
	for _, k := range use {
		if k != lead && !byRegion[k].minor && byRegion[k].on <= on+togetherOnsetS {
			c.LeadTied = append(c.LeadTied, anatomy.Regions[k])
		}
	}
	c.riseS = byRegion[lead].rise
	for i := range parts {
		if slices.Contains(use, parts[i].k) && (c.best == nil || parts[i].snr > c.best.snr) {
			c.best = &parts[i]
		}
	}
	best := byRegion[lead]
	for _, k := range use {
		r := byRegion[k]
		c.snr = math.Max(c.snr, r.snr)
		if r.hold > best.hold {
			best.hold = r.hold
		}
		peak := r.mm
		sides := []anatomy.Side{side}
		if side == anatomy.Both {
			sides = []anatomy.Side{anatomy.Right, anatomy.Left}
		}
		for _, s := range sides {
			pk := peak
			if side == anatomy.Both {
				pk = d.peakOf(parts, k, s)
			}
			c.Regions = append(c.Regions, event.RegionMovement{Region: anatomy.Regions[k], Side: s, OnsetS: r.on, PeakMM: d.mm(pk)})
		}
	}
	c.Twitches = best.twitches
	c.Form = event.FormOf(c.Twitches, best.hold)
	if c.Twitches >= 2 && off > on {
		hz := float64(c.Twitches) / (off - on)
		c.RateHz = &hz
	}
	return c
}
