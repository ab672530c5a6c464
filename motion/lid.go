package motion

import "math"

// A lid is followed by the strip of skin, lashes and margin over the middle of
// the eye: lidCols columns across, rows along the eye's own vertical.
const (
	lidCols   = 13
	lidRows   = 14
	lidStepMM = 0.35
	lidWideMM = 4.5 // half the strip's width
	lidInMM   = 0.5 // how far the strip reaches past the margin onto the eye
	lidShiftP = 36  // how far a lid can close: steps of lidStepMM (12.6 mm)
	lidShiftN = 6   // and open further
	lidReach  = lidRows + lidShiftP + lidShiftN
)

// lid is the template of one lid margin in a key frame. Shifts are in mm
// towards closure: down for the upper lid, up for the lower one.
type lid struct {
	ok         bool
	x, y       [lidCols]float32 // the margin in key px
	z          float64
	dx, dy     float32 // one step towards closure, key px
	tmpl, grad [lidRows * lidCols]float32
	norm, hess float32
	self       float32
}

// learn takes the lid's template. pts are the five mid points of its margin;
// ex, ey the unit vector along the eye towards the nose… any direction along
// the eye; (nx, ny) the unit vector towards closure; mm the px a mm.
func (l *lid) learn(p picture, pts [5][2]float32, ex, ey, nx, ny float32, mm float32, z float64) {
	l.ok = false
	l.z = z
	l.dx, l.dy = nx*lidStepMM*mm, ny*lidStepMM*mm
	// The margin as a parabola over the eye's axis, by least squares on its
	// five points: landmarks jitter, a parabola does not.
	cx, cy := pts[2][0], pts[2][1]
	var m [3][4]float64
	for _, q := range pts {
		u := float64((q[0]-cx)*ex + (q[1]-cy)*ey)
		v := float64((q[0]-cx)*nx + (q[1]-cy)*ny)
		b := [3]float64{1, u, u * u}
		for i := range 3 {
			for j := range 3 {
				m[i][j] += b[i] * b[j]
			}
			m[i][3] += b[i] * v
		}
	}
	c, ok := solve3(m)
	if !ok {
		return
	}
	for k := range lidCols {
		u := (2*float64(k)/(lidCols-1) - 1) * lidWideMM * float64(mm)
		v := float32(c[0] + c[1]*u + c[2]*u*u)
		l.x[k] = cx + float32(u)*ex + v*nx
		l.y[k] = cy + float32(u)*ey + v*ny
	}
	var ext [(lidRows + 2) * lidCols]float32
	id := camera{{1, 0, 0, 0}, {0, 1, 0, 0}}
	if !l.strip(p, &id, -1, lidRows+2, 1, ext[:]) {
		return
	}
	copy(l.tmpl[:], ext[lidCols:lidCols*(lidRows+1)])
	for r := range lidRows {
		for k := range lidCols {
			l.grad[r*lidCols+k] = (ext[(r+2)*lidCols+k] - ext[r*lidCols+k]) / 2
		}
	}
	center(l.tmpl[:])
	center(l.grad[:])
	l.norm, l.hess, l.self = 0, 0, 0
	for k, v := range l.tmpl {
		l.norm += v * v
		l.hess += l.grad[k] * l.grad[k]
		l.self += v * l.grad[k]
	}
	l.ok = l.norm > 4*lidRows*lidCols && l.hess > 0.2*lidRows*lidCols
}

// strip samples rows of the lid's strip in a frame seen by cam. Row 0 of the
// template lies lidRows−1 steps before the innermost; from is the first row, in
// template rows (may be fractional), step the rows' spacing in template steps.
func (l *lid) strip(p picture, cam *camera, from float64, rows int, step float64, dst []float32) bool {
	a := cam.linear()
	sx, sy := a.mul(l.dx, l.dy)
	const inner = lidInMM / lidStepMM // rows past the margin towards closure
	for k := range lidCols {
		bx, by := cam.at(float64(l.x[k]), float64(l.y[k]), l.z)
		for r := range rows {
			o := float32(from + float64(r)*step - (lidRows - 1) + inner)
			v, ok := p.bilinear(float32(bx)+o*sx, float32(by)+o*sy)
			if !ok {
				return false
			}
			dst[r*lidCols+k] = v
		}
	}
	return true
}

func (p picture) bilinear(x, y float32) (float32, bool) {
	if !(x >= 0 && y >= 0 && x < float32(p.w-1) && y < float32(p.h-1)) {
		return 0, false
	}
	xi, yi := int(x), int(y)
	fx, fy := x-float32(xi), y-float32(yi)
	q := p.pix[yi*p.w+xi:]
	top := float32(q[0]) + fx*(float32(q[1])-float32(q[0]))
	bot := float32(q[p.w]) + fx*(float32(q[p.w+1])-float32(q[p.w]))
	return top + fy*(bot-top), true
}

// find returns how far the lid has moved towards closure, mm of the key
// frame's scale, and the likeness of the strip there. Every shift is tried, so
// a blink of 10 mm in two frames cannot be lost; the best is refined by
// Gauss–Newton steps.
func (l *lid) find(p picture, cam *camera, buf []float32) (mm, like float32) {
	if !l.ok {
		return 0, 0
	}
	buf = buf[:lidReach*lidCols]
	if !l.strip(p, cam, -lidShiftN, lidReach, 1, buf) {
		return 0, 0
	}
	best, at := float32(-1), 0
	for s := 0; s <= lidShiftP+lidShiftN; s++ {
		if c := l.zncc(buf[s*lidCols : (s+lidRows)*lidCols]); c > best {
			best, at = c, s
		}
	}
	d := float64(at - lidShiftN)
	var win [lidRows * lidCols]float32
	for range 3 {
		if !l.strip(p, cam, d, lidRows, 1, win[:]) {
			return 0, 0
		}
		var st, sg float32
		center(win[:])
		var ss float32
		for k, v := range win {
			st += v * l.tmpl[k]
			sg += v * l.grad[k]
			ss += v * v
		}
		if st <= 0 || ss <= 0 {
			break
		}
		best = st / float32(math.Sqrt(float64(ss)*float64(l.norm)))
		g := l.norm / st
		d -= float64(clamp32((g*sg-l.self)/l.hess, 0.6))
		if math.Abs(d-float64(at-lidShiftN)) > 1.5 {
			d = float64(at - lidShiftN)
			break
		}
	}
	return float32(d) * lidStepMM, best
}

func (l *lid) zncc(win []float32) float32 {
	var s, ss, st float32
	for k, v := range win {
		s += v
		ss += v * v
		st += v * l.tmpl[k]
	}
	ss -= s * s / float32(len(win))
	if ss <= 1e-3 {
		return -1
	}
	return st / float32(math.Sqrt(float64(ss)*float64(l.norm)))
}

func solve3(m [3][4]float64) (r [3]float64, ok bool) {
	for k := range 3 {
		p := k
		for i := k + 1; i < 3; i++ {
			if math.Abs(m[i][k]) > math.Abs(m[p][k]) {
				p = i
			}
		}
		m[k], m[p] = m[p], m[k]
		if math.Abs(m[k][k]) < 1e-12 {
			return r, false
		}
		for i := range 3 {
			if i == k {
				continue
			}
			f := m[i][k] / m[k][k]
			for j := k; j < 4; j++ {
				m[i][j] -= f * m[k][j]
			}
		}
	}
	for k := range 3 {
		r[k] = m[k][3] / m[k][k]
	}
	return r, true
}
