package motion

import (
	"math"

	"facialis/internal/linear"
)

// fitHead finds the camera that takes a key frame's points to the places found
// when the head moves as one rigid body far from the lens (a scaled orthographic
// view), by iteratively re-weighted least squares with Tukey's biweight. A head
// does not stretch: with θ the turn in the picture's plane, σ the change of size
// and k the tilt (the sine of the turn out of the plane, as a vector),
//
//	p = σ·R(θ)·((I − ½·k·kᵀ)·q + k·z) + t
//
// in px of the key frame, z in the same px. An affine camera would take a raised
// brow for a face that grew longer, and move the chin. The six unknowns are
// linear once the small k·kᵀ is had from the round before. w holds the prior
// weights (0 leaves a point out); the tilt is damped towards that of c, which
// keeps a flat set of points from inventing a turn. resid is room for the
// residuals in px.
func fitHead(c *camera, k *key, px, py []float32, w []float64, damp float64, rounds int, resid []float64) bool {
	kx, ky, kz := k.fine.x, k.fine.y, k.z
	cx, cy, ok := middle(kx, ky, w)
	if !ok {
		return false
	}
	cut := math.Inf(1)
	out := *c
	for round := range rounds {
		f := k.foreshortening(&out)
		// Unknowns a, b, c0, c1, tx, ty of x = a·u − b·v + c0·z + tx and
		// y = a·v + b·u + c1·z + ty, with (u, v) = (I − ½·k·kᵀ)·q.
		var n [6][6]float64 // its upper half
		var flat [6 * 6]float64
		var r [6]float64
		for i, wi := range w {
			if wi <= 0 {
				continue
			}
			if round > 0 {
				e := resid[i] / cut
				if e >= 1 {
					continue
				}
				e = 1 - e*e
				wi *= e * e
			}
			x, y, z := float64(kx[i])-cx, float64(ky[i])-cy, kz[i]
			u, v := f[0]*x+f[1]*y, f[1]*x+f[2]*y
			X, Y := float64(px[i]), float64(py[i])
			n[0][0] += wi * (u*u + v*v)
			n[0][2] += wi * u * z
			n[0][3] += wi * v * z
			n[0][4] += wi * u
			n[0][5] += wi * v
			n[2][2] += wi * z * z
			n[2][4] += wi * z
			n[4][4] += wi
			r[0] += wi * (u*X + v*Y)
			r[1] += wi * (u*Y - v*X)
			r[2] += wi * z * X
			r[3] += wi * z * Y
			r[4] += wi * X
			r[5] += wi * Y
		}
		n[1][1] = n[0][0]
		n[1][2], n[1][3], n[1][4], n[1][5] = -n[0][3], n[0][2], -n[0][5], n[0][4]
		n[2][2] += damp
		r[2] += damp * c[0][2]
		r[3] += damp * c[1][2]
		n[3][3], n[3][5], n[5][5] = n[2][2], n[2][4], n[4][4]
		for i := range 6 {
			for j := range 6 {
				flat[6*i+j] = n[min(i, j)][max(i, j)]
			}
		}
		if !linear.Solve(flat[:], r[:], 6, 1) {
			return false
		}
		a, b := r[0], r[1]
		out[0] = [4]float64{a*f[0] - b*f[1], a*f[1] - b*f[2], r[2], 0}
		out[1] = [4]float64{a*f[1] + b*f[0], a*f[2] + b*f[1], r[3], 0}
		out[0][3] = r[4] - out[0][0]*cx - out[0][1]*cy
		out[1][3] = r[5] - out[1][0]*cx - out[1][1]*cy
		cut = math.Max(headCutTimes*out.spread(kx, ky, kz, px, py, w, resid), headCutLeastPx)
	}
	*c = out
	return true
}

// foreshortening is I − ½·k·kᵀ (xx, xy, yy) for the tilt that a camera's depth
// terms tell of.
func (k *key) foreshortening(c *camera) [3]float64 {
	inv, ok := c.linear().inverse()
	if !ok {
		return [3]float64{1, 0, 1}
	}
	tx, ty := inv.mul(float32(c[0][2]/k.pxPerMM), float32(c[1][2]/k.pxPerMM))
	x, y := float64(tx), float64(ty)
	if n := x*x + y*y; n > steepestSlope*steepestSlope { // a turn of more than 30° is not one from this key frame
		x, y = x*steepestSlope/math.Sqrt(n), y*steepestSlope/math.Sqrt(n)
	}
	return [3]float64{1 - x*x/2, -x * y / 2, 1 - y*y/2}
}
