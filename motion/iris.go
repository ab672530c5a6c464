package motion

import (
	"math"
	"slices"
)

// Mesh points of each iris: its middle, its rim towards the nose and away from
// it; the person's right, then left.
var vIris = [2][3]int{{468, 469, 471}, {473, 476, 474}}

const (
	limbusRays   = 7    // to each side of the iris
	limbusSpread = 0.35 // radians either side of the eye's axis: the lids hide what is beyond
	limbusFrom   = 0.70 // of the mesh's radius: the pupil ends within half of it
	limbusTo     = 1.30
	limbusSteps  = 25
	limbusLuma   = 12 // the sclera is this much brighter than the iris, 8-bit luma
)

// limbus measures the iris's horizontal diameter (px of the picture) at its
// rim, where the dark of the iris passes into the white of the eye:
//
//	d = median r_nose + median r_ear,   r = argmax of dI/dr on a ray
//
// over rays within 20° of the eye's axis. The mesh, which sees the eye at a
// few dozen pixels, gives the middle and the range in which the rim is sought.
// 0 where too few rays find a rim: a closed, turned or dark eye.
func limbus(p picture, pts *[478][2]float32, side int) float64 {
	mid, a, b := pts[vIris[side][0]], pts[vIris[side][1]], pts[vIris[side][2]]
	dx, dy := float64(b[0]-a[0]), float64(b[1]-a[1])
	r := math.Hypot(dx, dy) / 2
	if r < 4 {
		return 0
	}
	axis := math.Atan2(dy, dx)
	var sum float64
	for _, way := range [2]float64{0, math.Pi} {
		var found [limbusRays]float64
		n := 0
		for k := range limbusRays {
			phi := axis + way + limbusSpread*(2*float64(k)/(limbusRays-1)-1)
			if d, ok := rim(p, float64(mid[0]), float64(mid[1]), math.Cos(phi), math.Sin(phi), r); ok {
				found[n] = d
				n++
			}
		}
		if n < limbusRays-2 {
			return 0
		}
		slices.Sort(found[:n])
		sum += found[n/2]
	}
	return sum
}

// rim is the distance from (x, y) along the unit vector (ux, uy) at which the
// picture brightens most, within limbusFrom to limbusTo of r.
func rim(p picture, x, y, ux, uy, r float64) (float64, bool) {
	var v [limbusSteps]float64
	step := r * (limbusTo - limbusFrom) / (limbusSteps - 1)
	for i := range v {
		d := r*limbusFrom + float64(i)*step
		q, ok := p.bilinear(float32(x+d*ux), float32(y+d*uy))
		if !ok {
			return 0, false
		}
		v[i] = float64(q)
	}
	const wide = 3 // the slope is taken over this many steps either side
	best, at := 0.0, -1
	var slope [limbusSteps]float64
	for i := wide; i < limbusSteps-wide; i++ {
		for k := 1; k <= wide; k++ {
			slope[i] += v[i+k] - v[i-k]
		}
		if slope[i] > best {
			best, at = slope[i], i
		}
	}
	if at <= wide || at >= limbusSteps-wide-1 || best < limbusLuma*wide*limbusShare {
		return 0, false
	}
	l, m, h := slope[at-1], slope[at], slope[at+1]
	sub := 0.0
	if den := l - 2*m + h; den < 0 {
		sub = 0.5 * (l - h) / den
	}
	return r*limbusFrom + (float64(at)+sub)*step, true
}
