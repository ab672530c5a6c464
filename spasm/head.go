package spasm

import (
	"math"
	"sort"

	"facialis/event"
)

// headTerm is what the head's turning adds to every threshold, mm.
func headTerm(tr *event.Trace, p Params) []float64 {
	n := tr.Len()
	yaw, pitch := smooth(smooth(bridge(tr.Yaw))), smooth(smooth(bridge(tr.Pitch)))
	my, mp := around(tr.T, yaw, usualPoseS), around(tr.T, pitch, usualPoseS)
	out := make([]float64, n)
	for i := range out {
		a, b := max(i-2, 0), min(i+2, n-1)
		dt := tr.T[b] - tr.T[a]
		if dt <= 0 {
			continue
		}
		speed := math.Hypot(yaw[b]-yaw[a], pitch[b]-pitch[a]) / dt
		away := math.Hypot(yaw[i]-my[i], pitch[i]-mp[i]) - p.HeadFreeDeg
		v := p.HeadMMPerDPS*math.Max(speed-freeDegPerS, 0) + p.HeadMMPerDeg*math.Max(away, 0)
		out[i] = orZero(v)
	}
	// A turn disturbs what lies next to it in time.
	wide := make([]float64, n)
	lo := 0
	for i := range wide {
		for tr.T[lo] < tr.T[i]-turnWakeS {
			lo++
		}
		for j := lo; j < n && tr.T[j] <= tr.T[i]+turnWakeS; j++ {
			wide[i] = math.Max(wide[i], out[j])
		}
	}
	return wide
}

// leftover reports whether an event begins while the head turns and goes no further
// than what such a turn leaves over. A face that has turned is another picture: pins
// and strips settle elsewhere on it and stay there as long as the head does, so what
// is left grows with what the head turned while the event lasted. Where the head is
// still or sways, nothing is asked.
func (d *detection) leftover(e *candidate) bool {
	deg := d.turn(e.OnsetS)
	if deg <= d.p.HeadFreeDeg {
		return false
	}
	lasted := math.Min((e.OffsetS-e.OnsetS)/(turnS+turnGapS), 1)
	return e.size() < d.p.LeftMMPerDeg*deg*lasted
}

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
