package spasm

import (
	"math"
	"sort"
)

// turn is how far the head turns about time s, degrees: between its median poses in
// the turnS before and after, turnGapS apart. Medians, because a blink shakes the
// mesh by which the pose is known.
func (d *detection) turn(s float64) float64 {
	d.look()
	pose := func(from float64) (p [3]float64) {
		i, j := sort.SearchFloat64s(d.tr.T, from), sort.SearchFloat64s(d.tr.T, from+turnS)
		for a, c := range [3][]float32{d.tr.Yaw, d.tr.Pitch, d.tr.Roll} {
			p[a] = median(bridge(c[i:j]))
		}
		return p
	}
	a, b := pose(s-turnGapS/2-turnS), pose(s+turnGapS/2)
	return orZero(math.Hypot(math.Hypot(b[0]-a[0], b[1]-a[1]), b[2]-a[2]))
}

const turnS, turnGapS = 0.4, 0.4 // a turn of the head takes about their sum
