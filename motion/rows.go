package motion

import (
	"math"

	"facialis/face"
)

func (r *rows) addEmpty(t float64, segment int32) {
	r.t = append(r.t, t)
	r.segment = append(r.segment, segment)
	for s := range 2 {
		for k := range NumRegions {
			r.dx[s][k] = append(r.dx[s][k], Missing)
			r.dy[s][k] = append(r.dy[s][k], Missing)
		}
		r.lidMM[s] = append(r.lidMM[s], Missing)
		r.lidLike[s] = append(r.lidLike[s], 0)
		r.aperture[s] = append(r.aperture[s], Missing)
		r.brow[s] = append(r.brow[s], Missing)
		r.cornerOut[s] = append(r.cornerOut[s], Missing)
		r.cornerUp[s] = append(r.cornerUp[s], Missing)
	}
	for _, c := range []*[]float32{&r.lipOpen, &r.yaw, &r.pitch, &r.roll, &r.fx, &r.fy, &r.fw, &r.iris} {
		*c = append(*c, Missing)
	}
	r.quality = append(r.quality, 0)
	r.scale = append(r.scale, math.NaN())
}

// slow writes the signals that come from landmarks, in nominal mm.
func (m *Tracker) slow(o *face.Observation) {
	r, i := &m.rows, len(m.rows.t)-1
	a, b := m.pts[vEyeOuter[Right]], m.pts[vEyeOuter[Left]]
	dx, dy := float64(b[0]-a[0]), float64(b[1]-a[1])
	span := math.Hypot(dx, dy)
	if span == 0 {
		return
	}
	px := span / m.eyeSpan / math.Max(math.Cos(o.Pose.Yaw*math.Pi/180), 0.5)
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
		if s == Right {
			out = -out
		}
		r.cornerOut[s][i] = float32(out)
		r.cornerUp[s][i] = float32(up(nose, c))
	}
	in, lo := m.pts[13], m.pts[14]
	r.lipOpen[i] = float32(math.Hypot(float64(in[0]-lo[0]), float64(in[1]-lo[1])) / px)
	if o.IrisPx > 0 && math.Abs(o.Pose.Yaw) < 20 && math.Abs(o.Pose.Pitch) < 20 {
		// Iris and eye span shorten alike with yaw, so their ratio stands.
		r.iris[i] = float32(o.IrisPx / float64(int(1)<<m.shift) / (span / m.eyeSpan))
	}
	r.yaw[i], r.pitch[i], r.roll[i] = float32(o.Pose.Yaw), float32(o.Pose.Pitch), float32(o.Pose.Roll)
}

// measure writes the row of the present frame from the points' movements.
func (m *Tracker) measure(p picture, o *face.Observation) {
	r, i := &m.rows, len(m.rows.t)-1
	k, g := m.active, m.grid
	var good, all float64
	var sw [2][NumRegions]float64
	var sx, sy [2][NumRegions]float64
	for j := range g.x {
		all++
		s := g.side[j]
		n := float64(k.fine.n)
		q := float64(m.like[j]) * math.Min(float64(k.fine.info[j][0]+k.fine.info[j][1])/(60*n), 1)
		if m.byMesh[j] {
			q = 0.1
		} else {
			good++
		}
		for reg, wt := range g.weight[j] {
			if wt > 0 {
				wt *= q
				sw[s][reg] += wt
				sx[s][reg] += wt * float64(m.move[j][0])
				sy[s][reg] += wt * float64(m.move[j][1])
			}
		}
	}
	for s := range 2 {
		for reg := range NumRegions {
			if sw[s][reg] > 0.15 {
				r.dx[s][reg][i] = float32(sx[s][reg] / sw[s][reg])
				r.dy[s][reg][i] = float32(sy[s][reg] / sw[s][reg])
			}
		}
		u, lu := k.lids[s][0].find(p, &m.cam, m.buf)
		l, ll := k.lids[s][1].find(p, &m.cam, m.buf)
		if lu > 0 && ll > 0 {
			r.lidMM[s][i] = u + k.lidOff[s][0] + l + k.lidOff[s][1]
			r.lidLike[s][i] = min(lu, ll)
		}
	}
	r.quality[i] = float32(good / all)
	r.segment[i] = m.segment
	f := float64(int(1) << m.shift)
	size := k.pxPerMM * hyp(m.cam[0][0], m.cam[1][0]) * f
	r.scale[i] = size
	x, y := m.cam.at(float64(k.marks[4][0]), float64(k.marks[4][1]), 10*float64(m.canon[168][2]))
	cx, cy := m.cam.at(float64(k.marks[4][0]), float64(k.marks[4][1])+35*k.pxPerMM, 10*float64(m.canon[168][2]))
	_, _ = x, y
	r.fx[i], r.fy[i] = float32((cx+0.5)*f), float32((cy+0.5)*f)
	r.fw[i] = float32(150 * size)
}
