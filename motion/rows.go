package motion

import (
	"math"

	"facialis/anatomy"
	"facialis/event"
	"facialis/face"
)

func (r *rows) addEmpty(t float64, segment int32) {
	r.t = append(r.t, t)
	r.segment = append(r.segment, segment)
	for s := range 2 {
		for k := range anatomy.NumRegions {
			r.dx[s][k] = append(r.dx[s][k], event.Missing)
			r.dy[s][k] = append(r.dy[s][k], event.Missing)
			r.sd[s][k] = append(r.sd[s][k], event.Missing)
		}
		r.lidMM[s] = append(r.lidMM[s], event.Missing)
		r.lidSD[s] = append(r.lidSD[s], event.Missing)
		r.aperture[s] = append(r.aperture[s], event.Missing)
		r.shown[s] = append(r.shown[s], event.Missing)
		r.brow[s] = append(r.brow[s], event.Missing)
		r.cornerOut[s] = append(r.cornerOut[s], event.Missing)
		r.cornerUp[s] = append(r.cornerUp[s], event.Missing)
	}
	for _, c := range []*[]float32{&r.lipOpen, &r.yaw, &r.pitch, &r.roll, &r.fx, &r.fy, &r.fw, &r.distance, &r.iris, &r.meshIris, &r.change} {
		*c = append(*c, event.Missing)
	}
	r.quality = append(r.quality, 0)
	r.byMesh = append(r.byMesh, 0)
	r.scale = append(r.scale, math.NaN())
}

// slow writes the signals that come from landmarks, in nominal mm.
func (m *Tracker) slow(p picture, o *face.Observation) {
	r, i := &m.rows, len(m.rows.t)-1
	a, b := m.pts[vEyeOuter[anatomy.AtRight]], m.pts[vEyeOuter[anatomy.AtLeft]]
	dx, dy := float64(b[0]-a[0]), float64(b[1]-a[1])
	span := math.Hypot(dx, dy)
	if span == 0 {
		return
	}
	px := span / m.eyeSpan / math.Max(math.Cos(o.Pose.Yaw*math.Pi/180), leastYawCos)
	ex := [2]float64{dx / span, dy / span}
	up := func(p, q [2]float32) float64 { // of q over p
		return (float64(q[0]-p[0])*ex[1] - float64(q[1]-p[1])*ex[0]) / px
	}
	along := func(p, q [2]float32) float64 {
		return (float64(q[0]-p[0])*ex[0] + float64(q[1]-p[1])*ex[1]) / px
	}
	nose := m.pts[168]
	for s := range 2 {
		r.aperture[s][i] = float32(aperture(&m.pts, s) / px)
		brow := [2]int{105, 334}[s]
		eye := m.pts[vEyeInner[s]]
		r.brow[s][i] = float32(up(eye, m.pts[brow]))
		c := m.pts[vCommissure[s]]
		out := along(nose, c)
		if s == anatomy.AtRight {
			out = -out
		}
		r.cornerOut[s][i] = float32(out)
		r.cornerUp[s][i] = float32(up(nose, c))
	}
	in, lo := m.pts[13], m.pts[14]
	r.lipOpen[i] = float32(math.Hypot(float64(in[0]-lo[0]), float64(in[1]-lo[1])) / px)
	if o.IrisPx > 0 && math.Abs(o.Pose.Yaw) < 20 && math.Abs(o.Pose.Pitch) < 20 {
		// Iris and eye span shorten alike with yaw, so their ratio stands.
		r.meshIris[i] = float32(o.IrisPx / float64(int(1)<<m.shift) / (span / m.eyeSpan))
		var sum, n float64
		for s := range 2 {
			if d := limbus(p, &m.pts, s); d > 0 {
				sum += d
				n++
			}
		}
		if n > 0 {
			r.iris[i] = float32(sum / n / (span / m.eyeSpan))
		}
	}
	r.yaw[i], r.pitch[i], r.roll[i] = float32(o.Pose.Yaw), float32(o.Pose.Pitch), float32(o.Pose.Roll)
}

// measure writes the row of the present frame from the points' movements.
func (m *Tracker) measure(p picture) {
	r, i := &m.rows, len(m.rows.t)-1
	k, g := m.active, m.grid
	var good float64
	for j := range g.x {
		if !m.byMesh[j] {
			good++
		}
	}
	all := float64(g.len())
	for s := range 2 {
		for reg := range anatomy.NumRegions {
			x, y, _, pixels, ok := m.region(s, reg, k.hold)
			if ok {
				r.dx[s][reg][i], r.dy[s][reg][i] = x, y
			}
			if !pixels {
				r.byMesh[i] |= 1 << (s*anatomy.NumRegions + reg)
			}
		}
	}
	m.measureLids(p)
	r.quality[i] = float32(good / all)
	r.segment[i] = m.segment
	f := float64(int(1) << m.shift)
	size := k.pxPerMM * hyp(m.cam[0][0], m.cam[1][0]) * f
	r.scale[i] = size
	cx, cy := m.cam.at(float64(k.marks[4][0]), float64(k.marks[4][1])+35*k.pxPerMM, k.depthOf(m.canon[168]))
	r.fx[i], r.fy[i] = float32((cx+0.5)*f), float32((cy+0.5)*f)
	r.fw[i] = float32(150 * size)
}

// measureLids writes the lids' columns of the present frame. The upper lid has to be
// seen; the lower one, which hardly moves, lies near where it lay last.
func (m *Tracker) measureLids(p picture) {
	r, i, k := &m.rows, len(m.rows.t)-1, m.active
	for s := range 2 {
		w := &m.margins[s]
		r.shown[s][i] = k.lids[s][0].shown(p, &m.cam, k.open[s], m.buf)
		u, l := m.lid(p, s, 0, float64(w.upper.mm-k.lidOff[s][0])), m.lid(p, s, 1, w.lower.mm-float64(k.lidOff[s][1]))
		l.mm += k.lidOff[s][1]
		u.mm += k.lidOff[s][0]
		w.lower.see(r.t[i]-w.t, l)
		w.upper, w.t = u, r.t[i]
		if u.sd != u.sd {
			w.upper.mm = event.Missing
			continue
		}
		r.lidMM[s][i] = u.mm + float32(w.lower.mm)
		r.lidSD[s][i] = float32(math.Sqrt(float64(u.sd)*float64(u.sd) + w.lower.sd2))
	}
}

// lid finds a side's upper (0) or lower (1) lid in the present frame. It cannot
// have closed much further than the mesh sees, nor further than the eye was
// open; the lower lid makes at most half the way.
func (m *Tracker) lid(p picture, side, which int, last float64) found {
	k := m.active
	now := aperture(&m.pts, side) / (k.pxPerMM * hyp(m.cam[0][0], m.cam[1][0]))
	most := math.Min(math.Max(k.open[side]-now, 0)+m.p.LidSlackMM, lidMostTimes*k.open[side])
	if which == 1 {
		most = math.Min(most, lowerLidShare*k.open[side])
	}
	mesh := math.NaN()
	if which == 0 && m.fresh {
		mesh = k.open[side] - now
	}
	return k.lids[side][which].find(p, &m.cam, now > openShare*k.open[side], most, last, mesh, m.buf)
}

// region is a region's own movement, mm (out, up): the mean of its points,
// weighted by how near they lie to its middle, how well their texture holds
// them and how like their template they look, and by how well they agree with
// the weighted median, so that one patch that slipped does not move the region.
// Where pixels hold less than PixelShare of a region, the mesh speaks for it.
//
// hold is how well each pin's patch holds its place, 0 to 1. spread is what the
// agreeing points differ by, as the standard error of their mean, mm.
func (m *Tracker) region(s, reg int, hold []float32) (x, y float32, spread float64, pixels, ok bool) {
	g := m.grid
	members := g.members[s][reg]
	var byPixel, whole float64
	for _, j := range members {
		w := g.weight[j][reg]
		whole += w
		if !m.byMesh[j] {
			byPixel += w
		}
	}
	if whole == 0 || len(members) < 3 {
		return 0, 0, 0, false, false
	}
	pixels = byPixel >= m.p.PixelShare*whole
	if !pixels && reg == anatomy.AtPlatysma { // the mesh ends at the jaw
		return 0, 0, 0, false, false
	}
	vx, vy, vw := m.vx[:0], m.vy[:0], m.vw[:0]
	for _, j := range members {
		if pixels == m.byMesh[j] {
			continue
		}
		w := g.weight[j][reg]
		if pixels {
			w *= float64(m.like[j]) * float64(hold[j])
		}
		vx, vy, vw = append(vx, m.move[j][0]), append(vy, m.move[j][1]), append(vw, w)
	}
	m.vx, m.vy, m.vw = vx, vy, vw
	mx, my := m.weightedMedian(vx, vw), m.weightedMedian(vy, vw)
	var sw, sx, sy, sxx, ww float64
	for i := range vx {
		d := math.Hypot(float64(vx[i]-mx), float64(vy[i]-my)) / m.p.AgreeMM
		w := vw[i] / (1 + d*d)
		sw += w
		ww += w * w
		sx += w * float64(vx[i])
		sy += w * float64(vy[i])
	}
	if sw <= 0 {
		return 0, 0, 0, pixels, false
	}
	sx, sy = sx/sw, sy/sw
	for i := range vx {
		d := math.Hypot(float64(vx[i]-mx), float64(vy[i]-my)) / m.p.AgreeMM
		dx, dy := float64(vx[i])-sx, float64(vy[i])-sy
		sxx += vw[i] / (1 + d*d) * (dx*dx + dy*dy) / 2
	}
	return float32(sx), float32(sy), math.Sqrt(sxx / sw * ww / (sw * sw)), pixels, true
}

// weightedMedian sorts the few values by insertion into the tracker's own
// buffers, so that nothing is allocated.
func (m *Tracker) weightedMedian(v []float32, w []float64) float32 {
	sv, sw := m.sv[:0], m.sw[:0]
	var total float64
	for i, x := range v {
		sv, sw = append(sv, x), append(sw, w[i])
		total += w[i]
		for j := len(sv) - 1; j > 0 && sv[j-1] > sv[j]; j-- {
			sv[j-1], sv[j] = sv[j], sv[j-1]
			sw[j-1], sw[j] = sw[j], sw[j-1]
		}
	}
	m.sv, m.sw = sv, sw
	var acc float64
	for i := range sv {
		if acc += sw[i]; acc >= total/2 {
			return sv[i]
		}
	}
	return 0
}
