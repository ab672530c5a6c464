package motion

import (
	"math"
	"slices"

	"facialis/event"
	"facialis/internal/linear"
	"facialis/internal/signal"
)

// A lid is followed by the strip of skin, lashes and margin over the middle of
// the eye: lidCols columns across, rows along the eye's own vertical.
const (
	lidCols   = 17
	lidRows   = 9
	lidStepMM = 0.35 // between rows
	lidWideMM = 7.0  // half the strip's width
	// The strip reaches past the margin onto the eye by one row, so that the edge
	// itself is in it: on four filmed people at rest the noise is up to a twelfth lower
	// so. With another row coarse films (1 px a mm) show three times as many closures
	// of eyes that the mesh sees open.
	lidInMM   = 0.35
	lidShiftP = 36 // how far a lid can close: steps of lidStepMM (12.6 mm)
	lidShiftN = 6  // and open further
	lidReach  = lidRows + lidShiftP + lidShiftN
	lidRest   = 3 // steps from the place at rest within which an open lid is looked for

	lidLost      = 0.6  // below this likeness the best place is no reason not to learn from the one at rest
	lidUnseenMM  = 0.7  // a margin less certain than this (standard deviation, mm) is not seen
	lidLeastLike = 0.4  // nor is one whose strip is less like its template: shut eyes and hands reach 0.3
	lidHopMM     = 0.6  // a lid this far from where it lay in the frame before is half as likely
	lidMeshMM    = 1.5  // and an upper one this far from where the mesh sees it
	lidLower     = 0.5  // mm: how far a lower lid usually lies from rest, one standard deviation
	lidRestS     = 0.4  // seconds after which a lower lid that is not seen has gone back to rest by a factor of e: a blink's length
	lidForget    = 0.05 // share of the newest frame in what a pixel's change is
	lidSteps     = 5    // steps of refinement
	lidOutlier   = 2.5  // times the strip's usual misfit halves a pixel's say
	// Pixels that share their noise or their misfit. With 3, 0.97 of the 600 eyes of
	// testdata/lids_seen.csv are seen, with 8 it was 0.91; from 2 px a mm on it is 0.99
	// with either.
	lidAlike  = 3
	lidLuma   = 2 // the least misfit that is taken for usual: sensor noise and compression, 8-bit luma
	lidChange = 4 // times the median change halves a pixel's weight
)

// lid is the template of one lid margin in a key frame. Shifts are in mm
// towards closure: down for the upper lid, up for the lower one.
type lid struct {
	ok         bool
	x, y       [lidCols]float32 // the margin in key px
	share      [lidCols]float32 // of the lid's movement that each column makes
	z          float64
	dx, dy     float32 // one step towards closure, key px
	tmpl, grad [lidRows * lidCols]float32
	// What of the strip is the lid's: weights, how each pixel has changed while
	// the lid was at rest, and what follows from them.
	w, change, tmplW, gradW [lidRows * lidCols]float32
	sw, norm, hess, self    float32
	seen                    int
	pxPerMM                 float64 // scale of the key frame
}

// learn takes the lid's template. pts are the five mid points of its margin;
// ex, ey the unit vector along the eye towards the nose… any direction along
// the eye; (nx, ny) the unit vector towards closure; mm the px a mm.
func (l *lid) learn(p picture, pts [5][2]float32, ex, ey, nx, ny float32, half, mm float32, z float64) {
	l.ok = false
	l.z = z
	l.pxPerMM = float64(mm)
	l.dx, l.dy = nx*lidStepMM*mm, ny*lidStepMM*mm
	// The margin as a parabola over the eye's axis, by least squares on its
	// five points: landmarks jitter, a parabola does not.
	cx, cy := pts[2][0], pts[2][1]
	var m [3 * 3]float64
	var c [3]float64
	for _, q := range pts {
		u := float64((q[0]-cx)*ex + (q[1]-cy)*ey)
		v := float64((q[0]-cx)*nx + (q[1]-cy)*ny)
		b := [3]float64{1, u, u * u}
		for i := range 3 {
			for j := range 3 {
				m[3*i+j] += b[i] * b[j]
			}
			c[i] += b[i] * v
		}
	}
	if !linear.Solve(m[:], c[:], 3, 1) {
		return
	}
	for k := range lidCols {
		u := (2*float64(k)/(lidCols-1) - 1) * lidWideMM * float64(mm)
		v := float32(c[0] + c[1]*u + c[2]*u*u)
		e := u / float64(half)
		l.share[k] = float32(math.Max(1-e*e, lidEdgeShare))
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
	for i := range l.w {
		l.w[i], l.change[i] = 1, 0
	}
	l.seen = 0
	l.weigh()
	l.ok = l.norm > lidContrast*lidRows*lidCols && l.hess > lidEdge*lidRows*lidCols
}

// weigh makes ready what follows from the template and its weights.
func (l *lid) weigh() {
	var sw, st, sg float32
	for i, w := range l.w {
		sw += w
		st += w * l.tmpl[i]
		sg += w * l.grad[i]
	}
	st, sg = st/sw, sg/sw
	l.sw, l.norm, l.hess, l.self = sw, 0, 0, 0
	for i, w := range l.w {
		t, g := l.tmpl[i]-st, l.grad[i]-sg
		l.tmplW[i], l.gradW[i] = w*t, w*g
		l.norm += w * t * t
		l.hess += w * g * g
		l.self += w * t * g
	}
}

// watch learns which of the strip's pixels are the lid's. What changes while
// the lid is at rest is the eyeball behind it, which turns, and weighs the less
// the more it changes:
//
//	w = 1 / (1 + c²/(lidChange·median c²))
//
// c² is the mean square of the difference to the template.
func (l *lid) watch(win []float32) {
	var ss, sm, st float32
	for i, v := range win {
		sm += l.w[i] * v
		ss += l.w[i] * v * v
		st += l.tmplW[i] * v
	}
	mean := sm / l.sw
	if ss -= sm * mean; ss <= 1e-3 || st <= 0 {
		return
	}
	var tm float32
	for i, w := range l.w {
		tm += w * l.tmpl[i]
	}
	tm /= l.sw
	g := l.norm / st
	if g < 1/lidGainTimes || g > lidGainTimes {
		g = 1
	}
	for i, v := range win {
		e := g*(v-mean) - (l.tmpl[i] - tm)
		l.change[i] += lidForget * (e*e - l.change[i])
	}
	if l.seen++; l.seen%4 != 0 {
		return
	}
	var sorted [lidRows * lidCols]float32
	copy(sorted[:], l.change[:])
	slices.Sort(sorted[:])
	usual := lidChange*signal.Middle(sorted[:]) + 1
	for i, c := range l.change {
		l.w[i] = 1 / (1 + c/usual)
	}
	l.weigh()
}

// inherit takes over what an earlier template has learned of the strip's pixels.
func (l *lid) inherit(from *lid) {
	if l.ok && from.ok {
		l.w, l.change, l.seen = from.w, from.change, from.seen
		l.weigh()
	}
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
			o := l.share[k] * float32(from+float64(r)*step-(lidRows-1)+inner)
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

// found is where a lid's margin was found in a frame.
type found struct {
	mm   float32 // towards closure, mm of the key frame's scale
	sd   float32 // its standard deviation, mm; Missing where the strip left the picture or has nothing to be known by
	like float32 // of the strip there
}

// unseenLid is what is known of a margin that cannot be seen.
var unseenLid = found{sd: event.Missing}

// find returns how far the lid has moved towards closure. Every shift is tried, so
// a blink of 10 mm in two frames cannot be lost; the likeliest is refined by
// Gauss–Newton steps. open says that the mesh sees the eye open: then the strip
// near its place at rest is the lid's, and what is learned from it. most is how
// far it may have closed, mm; last where it lay in the frame before and mesh where
// the mesh sees it, mm, NaN where nobody knows.
//
// A shift x is as likely as its strip's likeness c and the two say:
//
//	log L = −n/2 · ln(1 − c²) − ln(1 + ((x − last)/lidHopMM)²) − ln(1 + ((x − mesh)/lidMeshMM)²)
//
// The first term is that of Gaussian misfits of unknown size in n pixels; the others
// have Cauchy's wide tails, because a blink leaves the last place in one frame and
// the mesh may miss a twitch: they choose between places that look alike, and
// nothing else. No likeness is asked for: a pale lid in the sun is as good as its
// strip is sharp.
func (l *lid) find(p picture, cam *camera, open bool, most, last, mesh float64, buf []float32) found {
	if !l.ok {
		return unseenLid
	}
	buf = buf[:lidReach*lidCols]
	if !l.strip(p, cam, -lidShiftN, lidReach, 1, buf) {
		return unseenLid
	}
	var c [lidShiftN + lidShiftP + 1]float32
	var logL [lidShiftN + lidShiftP + 1]float64
	best, top, at := float32(-1), math.Inf(-1), 0
	near, nearAt := float32(-1), 0
	n := lidShiftN + min(lidShiftP, max(lidRest, int(most/lidStepMM))) + 1
	alike := l.alike(cam)
	for s := range n {
		c[s] = l.likeness(buf[s*lidCols : (s+lidRows)*lidCols])
		x, q := float64(s-lidShiftN)*lidStepMM, 1.0
		if d := (x - last) / lidHopMM; d == d {
			q *= 1 + d*d
		}
		if d := (x - mesh) / lidMeshMM; d == d {
			q *= 1 + d*d
		}
		logL[s] = logLikely(alike, float64(c[s])) - math.Log(q)
		if logL[s] > top {
			best, top, at = c[s], logL[s], s
		}
		if d := s - lidShiftN; d >= -lidRest && d <= lidRest && c[s] > near {
			near, nearAt = c[s], s
		}
	}
	if open && (at == nearAt || best < lidLost) {
		l.watch(buf[nearAt*lidCols : (nearAt+lidRows)*lidCols])
	}
	f := l.refine(p, cam, at)
	if nearAt != at {
		if g := l.refine(p, cam, nearAt); g.share > f.share {
			f, at = g, nearAt
		}
	}
	if f.share < 0 || f.like < lidLeastLike {
		return unseenLid
	}
	return found{float32(f.shift * lidStepMM), float32(certainty(logL[:n], at)), f.like}
}

// certainty is the standard deviation of a shift found at a place of the lattice, mm:
// the curvature of the likelihood there, d = 2 steps beside it, and what mass lies
// elsewhere.
//
//	sd² = d²/(2·(log L(0) − log L(±d))) + Σ L(x)·x² / Σ L(x),  |x| > d
func certainty(logL []float64, at int) float64 {
	const d = 2
	beside := func(s int) float64 { return logL[max(0, min(s, len(logL)-1))] }
	top := logL[at]
	drop := top - (beside(at-d)+beside(at+d))/2
	s2 := d * d * lidStepMM * lidStepMM / (2 * math.Max(drop, lidLeastDrop))
	var mass, away float64
	for s := range logL {
		below := logL[s] - top
		if below < -20 { // too little to count
			continue
		}
		w := math.Exp(math.Min(below, 0))
		mass += w
		if e := math.Abs(float64(s - at)); e > d {
			away += w * e * e * lidStepMM * lidStepMM
		}
	}
	return math.Sqrt(s2 + away/mass)
}

// alike is how many pixels of the picture the strip holds that do not share their noise.
func (l *lid) alike(cam *camera) float64 {
	a := cam.linear()
	px := math.Sqrt(math.Abs(float64(a[0]*a[3]-a[1]*a[2]))) * l.pxPerMM
	return lidRows * lidStepMM * 2 * lidWideMM * px * px / lidAlike
}

// logLikely is the logarithm of the likelihood of a strip's place where its likeness
// is c; n is how many pixels do not share their noise.
func logLikely(n, c float64) float64 {
	c = math.Max(c, 0)
	return -n / 2 * math.Log(math.Max(1-c*c, 1e-4))
}

// settled is a place that is left for a while and come back to: an Ornstein–Uhlenbeck
// process about rest with a standard deviation of lidLower, seen with noise (Kalman
// 1960, 10.1115/1.3662552). Where it is not seen it goes back to rest.
type settled struct{ mm, sd2 float64 }

// see puts in what was found so many seconds after the last time.
func (w *settled) see(seconds float64, f found) {
	a := math.Exp(-math.Max(seconds, 0) / lidRestS)
	w.mm *= a
	w.sd2 = a*a*w.sd2 + (1-a*a)*lidLower*lidLower
	if f.sd != f.sd {
		return
	}
	gain := w.sd2 / (w.sd2 + float64(f.sd)*float64(f.sd))
	w.mm += gain * (float64(f.mm) - w.mm)
	w.sd2 *= 1 - gain
}

// fit is where a strip was laid, in steps, and how well it fits there.
type fit struct {
	shift float64
	like  float32
	share float32 // of the strip's weight that fits, −1 where the strip leaves the picture
}

// refine takes a shift found on the lattice to a part of a step, by Gauss–Newton
// steps in which a pixel counts the less the worse it fits:
//
//	w = w₀ / (1 + (e/(lidOutlier·σ))²)²,   σ = 1.4826 · median |e|
//
// (Geman & McClure's weights), so that the iris that has turned behind the margin
// does not draw the lid along.
func (l *lid) refine(p picture, cam *camera, at int) fit {
	start := float64(at - lidShiftN)
	d := start
	var win, e, w [lidRows * lidCols]float32
	w = l.w
	for it := 0; ; it++ {
		if !l.strip(p, cam, d, lidRows, 1, win[:]) {
			return fit{share: -1}
		}
		var sw, sv, st, sg float32
		for k, wk := range w {
			sw += wk
			sv += wk * win[k]
			st += wk * l.tmpl[k]
			sg += wk * l.grad[k]
		}
		mv, mt, mg := sv/sw, st/sw, sg/sw
		var vv, vt, tt float32
		for k, wk := range w {
			v, t := win[k]-mv, l.tmpl[k]-mt
			vv += wk * v * v
			vt += wk * v * t
			tt += wk * t * t
		}
		if vv <= 0 || vt <= 0 || tt <= 0 {
			return fit{shift: start}
		}
		gain := clampTo(tt/vt, 1/gainTimes, gainTimes)
		var hist [128]float32
		var total float32
		for k := range e {
			e[k] = gain*(win[k]-mv) - (l.tmpl[k] - mt)
			hist[min(int(abs32(e[k])*2), len(hist)-1)] += l.w[k]
			total += l.w[k]
		}
		var acc, mid float32
		for b, h := range hist {
			if acc += h; acc >= total/2 {
				mid = (float32(b) + 0.5) / 2
				break
			}
		}
		sigma := lidOutlier * max(madToSD*mid, lidLuma)
		var ge, gg, fits float32
		for k := range e {
			q := e[k] / sigma
			q = 1 / (1 + q*q)
			w[k] = l.w[k] * q * q
			g := l.grad[k] - mg
			ge += w[k] * g * e[k]
			gg += w[k] * g * g
			q = e[k] / (lidOutlier * lidLuma)
			fits += l.w[k] / (1 + q*q)
		}
		if it == lidSteps || gg <= 0 {
			return fit{d, l.likeness(win[:]), fits / total}
		}
		d -= float64(clamp32(ge/gg, lidLongestStep))
		if math.Abs(d-start) > lidFarthest {
			return fit{start, l.likeness(win[:]), 0}
		}
	}
}

func clampTo(x, lo, hi float32) float32 { return max(lo, min(hi, x)) }

// likeness is the weighted zero-mean normalized cross-correlation of a window
// with the template.
func (l *lid) likeness(win []float32) float32 {
	var sm, ss, st float32
	for k, v := range win {
		w := l.w[k] * v
		sm += w
		ss += w * v
		st += v * l.tmplW[k]
	}
	ss -= sm * sm / l.sw
	if ss <= 1e-3 {
		return -1
	}
	return st / float32(math.Sqrt(float64(ss)*float64(l.norm)))
}
