package motion

import (
	"math"
	"slices"
)

// facing marks the frames in which the head is about where it usually is around
// then: within RekeyDeg, beyond which a key frame no longer says what the face looks
// like, of the median of yaw and pitch within the baseline's window. What a region
// seems to have moved by while the head is turned is left over from the turn and
// nobody's rest. A pose that is not known counts as the usual one.
func (t *Trace) facing(p Params) []bool {
	out := make([]bool, t.Len())
	for i := range out {
		out[i] = true
	}
	if len(t.Yaw) != len(out) || len(t.Pitch) != len(out) {
		return out
	}
	lo, hi := 0, 0
	var yaw, pitch float32
	next := math.Inf(-1)
	for i, at := range t.T {
		if at >= next {
			for hi < len(t.T) && t.T[hi] <= at+p.BaselineWindowS {
				hi++
			}
			for t.T[lo] < at-p.BaselineWindowS {
				lo++
			}
			yaw, pitch = medianOf(window(nil, t.Yaw, nil, lo, hi)), medianOf(window(nil, t.Pitch, nil, lo, hi))
			next = at + p.BaselineStepS
		}
		if math.Hypot(float64(t.Yaw[i]-yaw), float64(t.Pitch[i]-pitch)) > p.RekeyDeg {
			out[i] = false
		}
	}
	return out
}

// medianOf is the median of v, which it puts in order.
func medianOf(v []float32) float32 {
	if len(v) == 0 {
		return Missing
	}
	slices.Sort(v)
	return v[len(v)/2]
}
