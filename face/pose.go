package face

import (
	"math"

	"facialis/internal/linear"
)

// poseOf fits the affine camera that takes the canonical face to the mesh and
// reads the head's turn off it: the camera's first row holds the image's x of
// each of the head's axes, the second its y.
//
//	yaw = asin(x of the head's forward axis / length of the row)
func poseOf(lm *Landmarks, canon *[468][3]float32) Pose {
	var n [4 * 4]float64
	var rows [4 * 2]float64 // the camera's rows as columns
	for v := range canon {
		q := [4]float64{float64(canon[v][0]), float64(canon[v][1]), float64(canon[v][2]), 1}
		for i := range 4 {
			rows[2*i] += q[i] * float64(lm.Points[v].X)
			rows[2*i+1] += q[i] * float64(lm.Points[v].Y)
			for j := range 4 {
				n[4*i+j] += q[i] * q[j]
			}
		}
	}
	if !linear.Solve(n[:], rows[:], 4, 2) {
		return Pose{math.NaN(), math.NaN(), math.NaN()}
	}
	a, b := [3]float64{rows[0], rows[2], rows[4]}, [3]float64{rows[1], rows[3], rows[5]}
	la := math.Sqrt(a[0]*a[0] + a[1]*a[1] + a[2]*a[2])
	lb := math.Sqrt(b[0]*b[0] + b[1]*b[1] + b[2]*b[2])
	const deg = 180 / math.Pi
	return Pose{
		Yaw:   math.Asin(max(-1, min(1, a[2]/la))) * deg,
		Pitch: math.Asin(max(-1, min(1, -b[2]/lb))) * deg,
		Roll:  math.Atan2(b[0], a[0]) * deg,
	}
}

// irisPx is the mean horizontal iris diameter of the eyes that are open, px; 0
// when neither is.
func irisPx(lm *Landmarks) float64 {
	var sum float64
	n := 0
	for _, e := range [2]struct{ a, b, up, low, out, in int }{
		{469, 471, 159, 145, RightEyeOuter, RightEyeInner},
		{474, 476, 386, 374, LeftEyeOuter, LeftEyeInner},
	} {
		if width := dist(lm, e.out, e.in); width > 0 && dist(lm, e.up, e.low)/width > minOpening {
			sum += dist(lm, e.a, e.b)
			n++
		}
	}
	if n == 0 {
		return 0
	}
	return sum / float64(n)
}

// minOpening is the lid opening over the eye's width under which the lids hide
// so much of the iris that the mesh guesses it.
const minOpening = 0.2

// dist is the distance of two points in the picture, px.
func dist(lm *Landmarks, i, j int) float64 {
	a, b := lm.Points[i], lm.Points[j]
	return math.Hypot(float64(a.X-b.X), float64(a.Y-b.Y))
}

// LidOpening is the opening of the person's right and left eye as a share of
// the eye's width (the eye-aspect ratio, mean of three lid distances): about
// 0.3 when open, under 0.1 when closed.
func LidOpening(lm *Landmarks) (right, left float64) {
	one := func(up, low *[9]int) float64 {
		sum := dist(lm, up[2], low[2]) + dist(lm, up[4], low[4]) + dist(lm, up[6], low[6])
		return sum / 3 / max(1e-6, dist(lm, up[0], up[8]))
	}
	return one(&RightUpperLid, &RightLowerLid), one(&LeftUpperLid, &LeftLowerLid)
}
