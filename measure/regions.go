package measure

import (
	"cmp"
	"math"
	"slices"

	"facialis/spasm"
)

// spread says for each region how often it takes part in the spasms of a side,
// how long after the event's onset and how far. Regions that never took part
// are left out; the most frequent comes first, among equals the earlier.
func spread(spasms []spasm.Event, side *spasm.Side) []RegionShare {
	out := []RegionShare{}
	if side == nil {
		return out
	}
	mine := of(spasms, *side)
	for _, region := range spasm.Regions {
		n := 0
		var lags, peaks []float64
		for _, e := range mine {
			m, ok := movement(e, region, *side)
			if !ok {
				continue
			}
			n++
			lags = append(lags, (m.OnsetS-e.OnsetS)*1000)
			if m.PeakMM != nil {
				peaks = append(peaks, *m.PeakMM)
			}
		}
		if n == 0 {
			continue
		}
		out = append(out, RegionShare{
			Region:      region,
			Share:       float64(n) / float64(len(mine)),
			MedianLagMS: median(lags),
			PeakMM:      median(peaks),
		})
	}
	slices.SortStableFunc(out, func(a, b RegionShare) int {
		return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(*a.MedianLagMS, *b.MedianLagMS))
	})
	return out
}

// movement is a region's part in an event on a side; with side "both", the
// part on either, the larger of two.
func movement(e spasm.Event, region spasm.Region, side spasm.Side) (spasm.RegionMovement, bool) {
	var best spasm.RegionMovement
	found := false
	for _, m := range e.Regions {
		if m.Region != region || (side != spasm.Both && m.Side != side && m.Side != spasm.Both) {
			continue
		}
		if !found || size(m) > size(best) {
			best, found = m, true
		}
	}
	return best, found
}

func size(m spasm.RegionMovement) float64 {
	if m.PeakMM == nil {
		return -1
	}
	return math.Abs(*m.PeakMM)
}

func median(x []float64) *float64 {
	if len(x) == 0 {
		return nil
	}
	return ptr(Quantile(slices.Sorted(slices.Values(x)), 0.5))
}

// browLift is the share of spasms with eye closure in which the brow of the
// same side goes up instead of down (the "other Babinski" sign). A movement of
// the frontalis below zero, along its action, is a brow going down.
func browLift(spasms []spasm.Event) (share *float64, ci *[2]float64, n int) {
	lifts := 0
	for _, e := range spasms {
		for _, side := range []spasm.Side{spasm.Right, spasm.Left} {
			if !on(e, side) {
				continue
			}
			if _, closes := movement(e, spasm.OrbicularisOculi, side); !closes {
				continue
			}
			n++
			if brow, ok := movement(e, spasm.Frontalis, side); ok && (brow.PeakMM == nil || *brow.PeakMM > 0) {
				lifts++
			}
		}
	}
	if n == 0 {
		return nil, nil, 0
	}
	return ptr(float64(lifts) / float64(n)), Wilson(lifts, n), n
}

// overlap is the share of spasm events that began together with one of the
// other side: within the given seconds, or as one event of both sides.
func overlap(spasms []spasm.Event, within float64) (*float64, *[2]float64) {
	if len(spasms) == 0 {
		return nil, nil
	}
	paired := 0
	for i, e := range spasms {
		if e.Side == spasm.Both || hasPartner(spasms, i, within) {
			paired++
		}
	}
	return ptr(float64(paired) / float64(len(spasms))), Wilson(paired, len(spasms))
}

// hasPartner looks to both sides of event i in the list, sorted by onset.
func hasPartner(spasms []spasm.Event, i int, within float64) bool {
	e := spasms[i]
	match := func(o spasm.Event) bool { return o.Side == e.Side.Other() || o.Side == spasm.Both }
	for j := i - 1; j >= 0 && e.OnsetS-spasms[j].OnsetS <= within; j-- {
		if match(spasms[j]) {
			return true
		}
	}
	for j := i + 1; j < len(spasms) && spasms[j].OnsetS-e.OnsetS <= within; j++ {
		if match(spasms[j]) {
			return true
		}
	}
	return false
}
