package spasm

import (
	"math"
	"sort"

	"facialis/anatomy"
)

// How unevenly a person's lids close in a blink is learned from all of their blinks:
// what one lid does beyond the other in one blink is held against that. So a spasm
// that a blink sets off, or that falls into one, is not hidden by it.
const (
	unevenFromS   = -0.1     // s from a blink's onset
	unevenToS     = 0.7      // s
	unevenBinS    = 1.0 / 30 // s
	unevenLeast   = 5        // blinks, below which the usual share stands for it
	madToSD       = 1.4826   // of a median absolute deviation, for a normal distribution
	unevenShare   = 0.03     // of what both lids do: nobody's blinks are known better
	unevenBeforeS = 0.2      // s: the level before a blink is the mean within this
)

// blinkTable is how far the right lid usually closes beyond the left, by time from a
// blink's onset, mm.
type blinkTable struct {
	onsets   []float64 // s
	usual    []float64 // median of each bin
	sd       []float64
	complete bool // enough blinks
}

// of is what is usual at time t, and one standard deviation of it; false outside
// blinks.
func (b *blinkTable) of(t float64) (usual, sd float64, in bool) {
	if b == nil || !b.complete {
		return 0, 0, false
	}
	i := sort.SearchFloat64s(b.onsets, t-unevenFromS) - 1
	if i < 0 {
		return 0, 0, false
	}
	bin := int((t - b.onsets[i] - unevenFromS) / unevenBinS)
	if bin < 0 || bin >= len(b.usual) || math.IsNaN(b.usual[bin]) {
		return 0, 0, false
	}
	return b.usual[bin], b.sd[bin], true
}

// unevenness learns the table from the whole recording, stretch by stretch.
func (d *detection) unevenness(parts []stretch) *blinkTable {
	own := func(i int) (from, to float64) {
		from, to = math.Inf(-1), parts[i].endS
		if i > 0 {
			from = parts[i-1].endS
		}
		return from, to
	}
	var closures []movement
	for i, s := range parts {
		from, to := own(i)
		for _, m := range newCurves(d.tr.Between(s.a, s.b), anatomy.AtOrbicularisOculi).closures(d.p) {
			if m.on >= from && m.on < to {
				closures = append(closures, m.later(s.a))
			}
		}
		d.tr.Free()
	}
	b := &blinkTable{}
	for _, m := range blinksAmong(closures, d.p) {
		b.onsets = append(b.onsets, m.on)
	}
	sort.Float64s(b.onsets)
	if len(b.onsets) < unevenLeast {
		return b
	}
	bins := int((unevenToS - unevenFromS) / unevenBinS)
	excess := make([][]float64, bins)
	for i, s := range parts {
		from, to := own(i)
		c := newCurves(d.tr.Between(s.a, s.b), anatomy.AtOrbicularisOculi)
		beyond := func(k int) float64 { return c.along[0][k] - c.along[1][k] }
		for _, on := range b.onsets {
			if on < from || on >= to {
				continue
			}
			k := sort.SearchFloat64s(c.t, on+unevenFromS-unevenBeforeS)
			j := sort.SearchFloat64s(c.t, on+unevenFromS)
			level := orZero(mean(k, j, beyond))
			for ; j < len(c.t) && c.t[j] < on+unevenToS; j++ {
				if bin := int((c.t[j] - on - unevenFromS) / unevenBinS); bin < bins && !math.IsNaN(beyond(j)) {
					excess[bin] = append(excess[bin], beyond(j)-level)
				}
			}
		}
		d.tr.Free()
	}
	for _, e := range excess {
		m := median(e)
		var off []float64
		for _, v := range e {
			off = append(off, math.Abs(v-m))
		}
		b.usual, b.sd = append(b.usual, m), append(b.sd, madToSD*median(off))
	}
	b.complete = true
	return b
}
