package measure

import (
	"cmp"
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/event"
)

// spread says for each region how often it takes part in those spasms of a side at
// which it was seen, how long after the event's onset and how far. Regions that never
// took part are left out; the most frequent comes first, among equals the earlier.
func spread(spasms []event.Event, side *anatomy.Side, v *View) []RegionShare {
	out := []RegionShare{}
	if side == nil {
		return out
	}
	mine := of(spasms, *side)
	for k, region := range anatomy.Regions {
		n, seen := 0, 0
		in := v.region(*side, k)
		var lags, peaks, lows, highs []float64
		for _, e := range mine {
			m, ok := movement(e, region, *side)
			if ok || find(in, e.OnsetS) >= 0 {
				seen++
			}
			if !ok {
				continue
			}
			n++
			lags = append(lags, (m.OnsetS-e.OnsetS)*1000)
			if m.PeakMM != nil {
				peaks = append(peaks, *m.PeakMM)
			}
			if m.PeakMM != nil && m.PeakCI95MM != nil {
				lows, highs = append(lows, m.PeakCI95MM[0]), append(highs, m.PeakCI95MM[1])
			}
		}
		if n == 0 {
			continue
		}
		out = append(out, RegionShare{
			Region:      region,
			Share:       float64(n) / float64(seen),
			Of:          seen,
			MedianLagMS: median(lags),
			PeakMM:      median(peaks),
			PeakCI95MM:  medianInterval(lows, highs, len(peaks)),
		})
	}
	slices.SortStableFunc(out, func(a, b RegionShare) int {
		return cmp.Or(cmp.Compare(b.Share, a.Share), cmp.Compare(*a.MedianLagMS, *b.MedianLagMS))
	})
	return out
}

// movement is a region's part in an event on a side; where the side is both or not
// known, the part on either, the larger of two.
func movement(e event.Event, region anatomy.Region, side anatomy.Side) (event.RegionMovement, bool) {
	var best event.RegionMovement
	found := false
	for _, m := range e.Regions {
		if m.Region != region || (!either(side) && m.Side != side && !either(m.Side)) {
			continue
		}
		if !found || size(m) > size(best) {
			best, found = m, true
		}
	}
	return best, found
}

func size(m event.RegionMovement) float64 {
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

// medianInterval is from the median of the low ends to that of the high ends; nil where
// one of the n sizes has no interval.
func medianInterval(lows, highs []float64, n int) *[2]float64 {
	if n == 0 || len(lows) < n {
		return nil
	}
	return &[2]float64{*median(lows), *median(highs)}
}

// votes counts a sign that is there or not, once an episode and side: what the
// detector splits, or a run of twitches, is one spasm to who looks at it, and
// its parts are not independent.
type votes map[[2]int]bool // by episode and side: whether the sign was there

// cast counts one event; without an episode it stands for itself.
func (v votes) cast(episode *int, side anatomy.Side, there bool) {
	key := [2]int{-1 - len(v), 0} // of nothing before
	if episode != nil {
		key[0] = *episode
	}
	if side == anatomy.Left {
		key[1] = 1
	}
	v[key] = v[key] || there
}

// share is the part of the votes that are yes, with Wilson's interval.
func (v votes) share() (*float64, *[2]float64, int) {
	if len(v) == 0 {
		return nil, nil, 0
	}
	yes := 0
	for _, there := range v {
		if there {
			yes++
		}
	}
	return ptr(float64(yes) / float64(len(v))), Wilson(yes, len(v)), len(v)
}

// browLift is the share of the episodes of spasm with eye closure in which the
// brow of the same side goes up instead of down (the "other Babinski" sign). A
// movement of the frontalis below zero, along its action, is a brow going down.
func browLift(spasms []event.Event) (share *float64, ci *[2]float64, n int) {
	v := votes{}
	for _, e := range spasms {
		sides := anatomy.Sides[:]
		if sideless(e) {
			sides = []anatomy.Side{anatomy.Unknown}
		}
		for _, side := range sides {
			if !on(e, side) {
				continue
			}
			if _, closes := movement(e, anatomy.OrbicularisOculi, side); !closes {
				continue
			}
			brow, ok := movement(e, anatomy.Frontalis, side)
			v.cast(e.Episode, side, ok && (brow.PeakMM == nil || *brow.PeakMM > 0))
		}
	}
	return v.share()
}

// overlap is the share of spasm events that began together with one of the
// other side: within the given seconds, or as one event of both sides.
func overlap(spasms []event.Event, within float64) (*float64, *[2]float64) {
	if len(spasms) == 0 {
		return nil, nil
	}
	paired := 0
	for i, e := range spasms {
		if e.Side == anatomy.Both || hasPartner(spasms, i, within) {
			paired++
		}
	}
	return ptr(float64(paired) / float64(len(spasms))), Wilson(paired, len(spasms))
}

// hasPartner looks to both sides of event i in the list, sorted by onset.
func hasPartner(spasms []event.Event, i int, within float64) bool {
	e := spasms[i]
	match := func(o event.Event) bool { return o.Side == e.Side.Other() || o.Side == anatomy.Both }
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
