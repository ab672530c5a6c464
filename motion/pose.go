package motion

import (
	"math"

	"facialis/internal/linear"
)

// lens is a pinhole in front of the picture: a place p before the camera (mm; x to
// the picture's right, y up, z towards the camera, which is at 0) lies at
//
//	u = cx + f·x/(−z),   v = cy − f·y/(−z)
//
// in px of the tracker's level (Hartley & Zisserman 2004, chapter 6,
// 10.1017/CBO9780511811685). The picture's middle is taken for the point on the
// axis, which a film that was cut out of a larger one does not keep.
type lens struct{ f, cx, cy float64 }

func (l lens) at(p [3]float64) (u, v float64) {
	w := l.f / -p[2]
	return l.cx + w*p[0], l.cy - w*p[1]
}

// ray is the direction in which (u, v) is seen, with a depth of one.
func (l lens) ray(u, v float64) [3]float64 {
	return [3]float64{(u - l.cx) / l.f, -(v - l.cy) / l.f, -1}
}

// slopes are how far u and v go with a step of each of a place's coordinates, px a mm.
func (l lens) slopes(p [3]float64) (u, v [3]float64) {
	w := l.f / -p[2]
	return [3]float64{w, 0, w * p[0] / -p[2]}, [3]float64{0, -w, -w * p[1] / -p[2]}
}

// pose is where a head is: a place s of the head's own frame (mm of the canonical
// face; x to the person's left, y up, z out of the face) lies at r·s + t before the
// camera.
type pose struct {
	r [3][3]float64
	t [3]float64
}

func (p *pose) place(s [3]float64) [3]float64 {
	q := p.turn(s)
	return [3]float64{q[0] + p.t[0], q[1] + p.t[1], q[2] + p.t[2]}
}

func (p *pose) turn(s [3]float64) [3]float64 {
	r := &p.r
	return [3]float64{r[0][0]*s[0] + r[0][1]*s[1] + r[0][2]*s[2], r[1][0]*s[0] + r[1][1]*s[1] + r[1][2]*s[2], r[2][0]*s[0] + r[2][1]*s[1] + r[2][2]*s[2]}
}

// back is turn's inverse.
func (p *pose) back(q [3]float64) [3]float64 {
	r := &p.r
	return [3]float64{r[0][0]*q[0] + r[1][0]*q[1] + r[2][0]*q[2], r[0][1]*q[0] + r[1][1]*q[1] + r[2][1]*q[2], r[0][2]*q[0] + r[1][2]*q[1] + r[2][2]*q[2]}
}

// step turns the pose by the small rotation in d[:3] (rad, about the camera's axes)
// and shifts it by d[3:] (mm).
func (p *pose) step(d *[6]float64) {
	q := turnBy([3]float64{d[0], d[1], d[2]})
	p.r = product(&q, &p.r)
	for i := range 3 {
		p.t[i] += d[3+i]
	}
}

// turnBy is the rotation about w by its length in rad (Rodrigues' formula).
func turnBy(w [3]float64) [3][3]float64 {
	a := math.Sqrt(w[0]*w[0] + w[1]*w[1] + w[2]*w[2])
	if a == 0 {
		return [3][3]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}
	}
	s, c := math.Sincos(a)
	x, y, z := w[0]/a, w[1]/a, w[2]/a
	k := 1 - c
	return [3][3]float64{
		{c + k*x*x, k*x*y - s*z, k*x*z + s*y},
		{k*x*y + s*z, c + k*y*y, k*y*z - s*x},
		{k*x*z - s*y, k*y*z + s*x, c + k*z*z}}
}

func product(a, b *[3][3]float64) (c [3][3]float64) {
	for i := range 3 {
		for j := range 3 {
			c[i][j] = a[i][0]*b[0][j] + a[i][1]*b[1][j] + a[i][2]*b[2][j]
		}
	}
	return c
}

// degrees are the pose's yaw, pitch and roll, with the signs of [face.Pose]: yaw is
// how far the face points to the picture's right, pitch how far up, roll how far
// its x axis goes down in the picture.
func (p *pose) degrees() (yaw, pitch, roll float64) {
	const deg = 180 / math.Pi
	r := &p.r
	return math.Atan2(r[0][2], r[2][2]) * deg, math.Asin(max(-1, min(1, r[1][2]))) * deg, math.Atan2(-r[1][0], r[0][0]) * deg
}

// poseFit is what the fit of a pose leaves behind.
type poseFit struct {
	cov   [36]float64 // of the six unknowns of step: rad² and mm²
	sd    float64     // what the points miss their places by, px
	resid []float64   // room, px
}

// fitPose finds the pose in which a head whose points lie at s is seen at (x, y), by
// re-weighted Gauss–Newton steps with Tukey's biweight, so that what moves by itself
// does not pull. w holds the prior weights (0 leaves a point out). It starts from p
// and leaves it alone where it fails.
func (l lens) fitPose(p *pose, s [][3]float64, x, y []float32, w []float64, rounds int, fit *poseFit) bool {
	at := *p
	for range rounds {
		h, g := l.normal(&at, s, x, y, w, fit.resid, l.misses(&at, s, x, y, w, fit))
		mirrorUpper(&h)
		if !linear.Solve(h[:], g[:], 6, 1) {
			return false
		}
		at.step(&g)
		if !(at.t[2] < -nearestMM) {
			return false
		}
	}
	*p = at
	return true
}

// sure sets fit's covariance for a pose that was found.
func (l lens) sure(p *pose, s [][3]float64, x, y []float32, w []float64, fit *poseFit) bool {
	h, _ := l.normal(p, s, x, y, w, fit.resid, l.misses(p, s, x, y, w, fit))
	mirrorUpper(&h)
	for i := range fit.cov {
		fit.cov[i] = 0
		if i%7 == 0 {
			fit.cov[i] = fit.sd * fit.sd * sharedErrors
		}
	}
	return linear.Solve(h[:], fit.cov[:], 6, 6)
}

const (
	nearestMM    = 60 // no head is nearer to a lens: a phone at the nose is at 100 mm
	poseRounds   = 4  // steps from a pose nearby
	farAwayPx    = 7  // points that miss by more are not yet where they belong
	sharedErrors = 6  // points that share what they miss by: pins 6 mm apart on one bone and in one light
)

// misses fills fit's residuals and returns where Tukey's weight ends, px.
func (l lens) misses(p *pose, s [][3]float64, x, y []float32, w []float64, fit *poseFit) float64 {
	var hist [256]float64
	var total float64
	const bins = 32 // a px
	for i, wi := range w {
		if wi <= 0 {
			continue
		}
		u, v := l.at(p.place(s[i]))
		dx, dy := float64(x[i])-u, float64(y[i])-v
		fit.resid[i] = math.Sqrt(dx*dx + dy*dy)
		hist[min(int(fit.resid[i]*bins), len(hist)-1)] += wi
		total += wi
	}
	var acc, mid float64
	for k, v := range hist {
		if acc += v; acc >= total/2 {
			mid = (float64(k) + 0.5) / bins
			break
		}
	}
	fit.sd = mid / medianToSD
	if mid > farAwayPx { // a first guess: everything pulls
		return math.Inf(1)
	}
	return math.Max(headCutTimes*mid, headCutLeastPx)
}

// medianToSD is the median length of a pair of errors over the standard deviation of
// each: √(2·ln 2), Rayleigh's distribution.
const medianToSD = 1.1774

// normal are the normal equations of a step: the upper half of the matrix, and the
// right side.
func (l lens) normal(p *pose, s [][3]float64, x, y []float32, w, resid []float64, cut float64) (h [36]float64, g [6]float64) {
	for i, wi := range w {
		if wi <= 0 || resid[i] >= cut {
			continue
		}
		if e := resid[i] / cut; e > 0 {
			e = 1 - e*e
			wi *= e * e
		}
		q := p.turn(s[i])
		at := [3]float64{q[0] + p.t[0], q[1] + p.t[1], q[2] + p.t[2]}
		u, v := l.at(at)
		su, sv := l.slopes(at)
		for _, row := range [2]struct {
			s [3]float64
			r float64
		}{{su, float64(x[i]) - u}, {sv, float64(y[i]) - v}} {
			a := [6]float64{q[1]*row.s[2] - q[2]*row.s[1], q[2]*row.s[0] - q[0]*row.s[2], q[0]*row.s[1] - q[1]*row.s[0], row.s[0], row.s[1], row.s[2]}
			for j := range 6 {
				wa := wi * a[j]
				g[j] += wa * row.r
				for k := j; k < 6; k++ {
					h[6*j+k] += wa * a[k]
				}
			}
		}
	}
	return h, g
}

func mirrorUpper(h *[36]float64) {
	for i := range 6 {
		for j := range i {
			h[6*i+j] = h[6*j+i]
		}
	}
}

// toward is where a head of the given size in the picture stands if it faces the
// camera: (u, v) is where its middle lies, size px a mm.
func (l lens) toward(u, v, size float64) pose {
	d := l.f / size
	r := l.ray(u, v)
	return pose{r: [3][3]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, t: [3]float64{r[0] * d, r[1] * d, -d}}
}
