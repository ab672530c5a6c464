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
	cov    [36]float64   // of the six unknowns of step: rad² and mm²
	sd     float64       // what the points miss their places by, px
	missed []missedPoint // room: the points that have weight
}

// missedPoint is a point of the head in a pose, and what it misses its place in the
// picture by.
type missedPoint struct {
	turned [3]float64 // as the head is turned, about the head's middle, mm
	size   float64    // px a mm there
	away   float64    // from the lens, mm
	ru, rv float64    // what it misses by, px
	resid  float64    // the length of that
	weight float64
}

// fitPose finds the pose in which a head whose points lie at s is seen at (x, y), by
// re-weighted Gauss–Newton steps with Tukey's biweight, so that what moves by itself
// does not pull. w holds the prior weights (0 leaves a point out). It starts from p
// and leaves it alone where it fails.
func (l lens) fitPose(p *pose, s [][3]float64, x, y []float32, w []float64, rounds int, fit *poseFit) bool {
	at := *p
	for range rounds {
		var h [36]float64
		var g [6]float64
		fit.normal(&at, l.misses(&at, s, x, y, w, fit), &h, &g)
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
	var h [36]float64
	var g [6]float64
	fit.normal(p, l.misses(p, s, x, y, w, fit), &h, &g)
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

// misses fills in fit what the points miss their places by and returns where Tukey's
// weight ends, px.
func (l lens) misses(p *pose, s [][3]float64, x, y []float32, w []float64, fit *poseFit) float64 {
	var hist [256]float64
	var total float64
	const bins = 32 // a px
	fit.missed = fit.missed[:0]
	r, t := p.r, p.t
	for i, wi := range w {
		if wi <= 0 {
			continue
		}
		m := missedPoint{weight: wi}
		a, b, c := s[i][0], s[i][1], s[i][2]
		m.turned[0] = r[0][0]*a + r[0][1]*b + r[0][2]*c
		m.turned[1] = r[1][0]*a + r[1][1]*b + r[1][2]*c
		m.turned[2] = r[2][0]*a + r[2][1]*b + r[2][2]*c
		m.away = -(m.turned[2] + t[2])
		m.size = l.f / m.away
		m.ru = float64(x[i]) - (l.cx + m.size*(m.turned[0]+t[0]))
		m.rv = float64(y[i]) - (l.cy - m.size*(m.turned[1]+t[1]))
		m.resid = math.Sqrt(m.ru*m.ru + m.rv*m.rv)
		hist[min(int(m.resid*bins), len(hist)-1)] += wi
		total += wi
		fit.missed = append(fit.missed, m)
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

// normal sets the normal equations h·d = g of a step d from p, for the points in fit.
// With q a turned point, w its size and (w, 0, a) and (0, −w, b) the slopes of its
// place, its two rows of the derivatives are
//
//	(q₁·a, q₂·w − q₀·a, −q₁·w, w, 0, a) and (q₁·b + q₂·w, −q₀·b, −q₀·w, 0, −w, b).
//
// This is most of what follows a film's last picture, so every sum has a name of its
// own: an array's elements would go through memory.
func (f *poseFit) normal(p *pose, cut float64, h *[36]float64, g *[6]float64) {
	var h00, h01, h02, h03, h04, h05, h11, h12, h13, h14, h15, h22, h23, h24, h25, h33, h35, h44, h45, h55 float64
	var g0, g1, g2, g3, g4, g5 float64
	tx, ty := p.t[0], p.t[1]
	for i := range f.missed {
		m := &f.missed[i]
		if m.resid >= cut {
			continue
		}
		wi := m.weight
		if e := m.resid / cut; e > 0 {
			e = 1 - e*e
			wi *= e * e
		}
		q0, q1, q2, w := m.turned[0], m.turned[1], m.turned[2], m.size
		a := w * (q0 + tx) / m.away
		b := -w * (q1 + ty) / m.away

		u0, u1, u2 := q1*a, q2*w-q0*a, -(q1 * w)
		k := wi * u0
		g0 += k * m.ru
		h00 += k * u0
		h01 += k * u1
		h02 += k * u2
		h03 += k * w
		h05 += k * a
		k = wi * u1
		g1 += k * m.ru
		h11 += k * u1
		h12 += k * u2
		h13 += k * w
		h15 += k * a
		k = wi * u2
		g2 += k * m.ru
		h22 += k * u2
		h23 += k * w
		h25 += k * a
		k = wi * w
		g3 += k * m.ru
		h33 += k * w
		h35 += k * a
		k = wi * a
		g5 += k * m.ru
		h55 += k * a

		v0, v1, v2, v4 := q1*b+q2*w, -(q0 * b), -(q0 * w), -w
		k = wi * v0
		g0 += k * m.rv
		h00 += k * v0
		h01 += k * v1
		h02 += k * v2
		h04 += k * v4
		h05 += k * b
		k = wi * v1
		g1 += k * m.rv
		h11 += k * v1
		h12 += k * v2
		h14 += k * v4
		h15 += k * b
		k = wi * v2
		g2 += k * m.rv
		h22 += k * v2
		h24 += k * v4
		h25 += k * b
		k = wi * v4
		g4 += k * m.rv
		h44 += k * v4
		h45 += k * b
		k = wi * b
		g5 += k * m.rv
		h55 += k * b
	}
	*h = [36]float64{
		h00, h01, h02, h03, h04, h05,
		h01, h11, h12, h13, h14, h15,
		h02, h12, h22, h23, h24, h25,
		h03, h13, h23, h33, 0, h35,
		h04, h14, h24, 0, h44, h45,
		h05, h15, h25, h35, h45, h55}
	*g = [6]float64{g0, g1, g2, g3, g4, g5}
}

// toward is where a head of the given size in the picture stands if it faces the
// camera: (u, v) is where its middle lies, size px a mm.
func (l lens) toward(u, v, size float64) pose {
	d := l.f / size
	r := l.ray(u, v)
	return pose{r: [3][3]float64{{1, 0, 0}, {0, 1, 0}, {0, 0, 1}}, t: [3]float64{r[0] * d, r[1] * d, -d}}
}
