package motion

import (
	"math"

	"facialis/internal/linear"
)

// camera is an affine camera from a key frame's points (x, y in px of the key
// frame, z the canonical depth in mm) to a frame: rows for x and y of
// a·x + b·y + c·z + d. The depth term takes up the parallax of small turns of
// the head, which a similarity would leave in the face's movement.
type camera [2][4]float64

func (c *camera) at(x, y, z float64) (float64, float64) {
	return c[0][0]*x + c[0][1]*y + c[0][2]*z + c[0][3],
		c[1][0]*x + c[1][1]*y + c[1][2]*z + c[1][3]
}

func (c *camera) linear() mat2 {
	return mat2{float32(c[0][0]), float32(c[0][1]), float32(c[1][0]), float32(c[1][1])}
}

// toward is the way towards the camera in the axes that c takes to the picture
// (x to the person's left, y up).
func (c *camera) toward() [3]float64 {
	a, b := c[0], c[1]
	n := [3]float64{a[2]*b[1] - a[1]*b[2], a[0]*b[2] - a[2]*b[0], a[1]*b[0] - a[0]*b[1]}
	l := math.Sqrt(n[0]*n[0] + n[1]*n[1] + n[2]*n[2])
	if l == 0 {
		return [3]float64{0, 0, 1}
	}
	return [3]float64{n[0] / l, n[1] / l, n[2] / l}
}

// spread fills resid with how far each weighted point lies from where c puts it,
// px, and returns their weighted median; by a histogram, which avoids sorting.
func (c *camera) spread(kx, ky []float32, kz []float64, px, py []float32, w, resid []float64) float64 {
	var hist [256]float64
	var total float64
	for i, wi := range w {
		if wi <= 0 {
			continue
		}
		x, y := c.at(float64(kx[i]), float64(ky[i]), kz[i])
		dx, dy := float64(px[i])-x, float64(py[i])-y
		resid[i] = math.Sqrt(dx*dx + dy*dy)
		hist[min(int(resid[i]*64), 255)] += wi
		total += wi
	}
	var acc float64
	for k, v := range hist {
		acc += v
		if acc >= total/2 {
			return (float64(k) + 0.5) / 64
		}
	}
	return 0
}

// middle is the weighted mean of points; not ok when none has weight.
func middle(x, y []float32, w []float64) (mx, my float64, ok bool) {
	var sum float64
	for i, wi := range w {
		if wi > 0 {
			mx += wi * float64(x[i])
			my += wi * float64(y[i])
			sum += wi
		}
	}
	if sum == 0 {
		return 0, 0, false
	}
	return mx / sum, my / sum, true
}

// fitCamera finds the camera that takes key points to the places found, by
// iteratively re-weighted least squares with Tukey's biweight, so that what
// moves by itself does not pull on the head's motion. w holds the prior weights
// (0 leaves a point out). The depth terms are damped towards prior's, which
// keeps a flat set of points from inventing a turn. resid is room for the
// residuals in px.
func fitCamera(c *camera, kx, ky []float32, kz []float64, px, py []float32, w []float64, damp float64, rounds int, resid []float64) bool {
	cx, cy, ok := middle(kx, ky, w)
	if !ok {
		return false
	}
	cut := math.Inf(1)
	out := *c
	for round := 0; round < rounds; round++ {
		var n [4 * 4]float64
		var b [4 * 2]float64 // the camera's rows as columns
		for i, wi := range w {
			if wi <= 0 {
				continue
			}
			q := [4]float64{float64(kx[i]) - cx, float64(ky[i]) - cy, kz[i], 1}
			if round > 0 {
				u := resid[i] / cut
				if u >= 1 {
					continue
				}
				u = 1 - u*u
				wi *= u * u
			}
			for j, qj := range q {
				wq := wi * qj
				b[2*j] += wq * float64(px[i])
				b[2*j+1] += wq * float64(py[i])
				for k, qk := range q {
					n[4*j+k] += wq * qk
				}
			}
		}
		n[4*2+2] += damp
		b[2*2] += damp * c[0][2]
		b[2*2+1] += damp * c[1][2]
		if !linear.Solve(n[:], b[:], 4, 2) {
			return false
		}
		for r := range out {
			out[r] = [4]float64{b[r], b[2+r], b[4+r], b[6+r] - b[r]*cx - b[2+r]*cy}
		}
		cut = max(headCutTimes*out.spread(kx, ky, kz, px, py, w, resid), headCutLeastPx)
	}
	*c = out
	return true
}
