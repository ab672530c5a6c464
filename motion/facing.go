package motion

import (
	"math"
	"slices"

	"facialis/event"
	"facialis/internal/signal"
)

// facingFrames marks the frames in which the head is not turned away. A turn goes beyond
// RekeyDeg from the medians of yaw, pitch and roll within the baseline's window, and
// its way there and back belongs to it down to half of that. What a region seems to
// have moved by meanwhile is left over from the turn and nobody's rest. A pose that
// is not known counts as the usual one.
func facingFrames(t *event.Trace, p Params) []bool {
	out := make([]bool, t.Len())
	for i := range out {
		out[i] = true
	}
	if len(t.Yaw) != len(out) || len(t.Pitch) != len(out) || len(t.Roll) != len(out) {
		return out
	}
	pose := [3][]float32{t.Yaw, t.Pitch, t.Roll}
	lo, hi, from := 0, 0, 0
	turned := false
	var usual [3]float32
	next := math.Inf(-1)
	for i, at := range t.T {
		if at >= next {
			for hi < len(t.T) && t.T[hi] <= at+p.BaselineWindowS {
				hi++
			}
			for t.T[lo] < at-p.BaselineWindowS {
				lo++
			}
			for a, c := range pose {
				usual[a] = medianOf(window(nil, c, nil, lo, hi))
			}
			next = at + p.BaselineStepS
		}
		var ss float64
		for a, c := range pose {
			d := float64(c[i] - usual[a])
			ss += d * d
		}
		switch away := math.Sqrt(ss); {
		case !(away > p.RekeyDeg/2):
			from, turned = i+1, false
		case turned:
			out[i] = false
		case away > p.RekeyDeg:
			turned = true
			for j := from; j <= i; j++ {
				out[j] = false
			}
		}
	}
	return out
}

// medianOf is the median of v, which it puts in order.
func medianOf(v []float32) float32 {
	if len(v) == 0 {
		return event.Missing
	}
	slices.Sort(v)
	return signal.Middle(v)
}
