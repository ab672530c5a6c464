package motion

import (
	"math"

	"facialis/face"
)

// rekey takes or goes back to another key frame when the head has turned or
// come nearer.
func (m *Tracker) rekey(p picture, o *face.Observation) {
	if !o.Fresh {
		return
	}
	k := m.active
	s := hyp(m.cam[0][0], m.cam[1][0])
	far := math.Hypot(o.Pose.Yaw-k.yaw, o.Pose.Pitch-k.pitch)
	if far < m.p.RekeyDeg && math.Abs(s-1) < m.p.RekeyScale {
		return
	}
	size := k.pxPerMM * s
	for _, other := range m.keys {
		if other == k {
			continue
		}
		d := math.Hypot(o.Pose.Yaw-other.yaw, o.Pose.Pitch-other.pitch)
		if d < far-rekeyNearerDeg && d < m.p.RekeyDeg*rekeyBackShare && math.Abs(size/other.pxPerMM-1) < m.p.RekeyScale {
			m.adopt(other)
			return
		}
	}
	if far < m.p.RekeyDeg*rekeyNewTimes && math.Abs(s-1) < m.p.RekeyScale*rekeyNewTimes {
		return
	}
	// A new key frame needs open eyes.
	for side := range 2 {
		if aperture(&m.pts, side)/size < openShare*k.open[side] {
			return
		}
	}
	next := m.newKey(p, m.half, &m.pts, o)
	if next == nil {
		return
	}
	copy(next.off, m.move)
	m.carryLids(k, next)
	if len(m.keys) >= m.p.MaxKeys {
		m.keys = append(m.keys[:1], m.keys[2:]...) // the first is the most neutral: keep it
	}
	m.keys = append(m.keys, next)
	m.keepLast()
	m.stick(next, aKey)
	m.active = next
	m.cam = camera{{1, 0, 0, 0}, {0, 1, 0, 0}}
	clear(m.prev)
}

// carryLids hands on to a new key frame what is known of the lids, and how far they
// have moved by now.
func (m *Tracker) carryLids(k, next *key) {
	for side := range 2 {
		w := &m.margins[side]
		for j := range 2 {
			next.lids[side][j].inherit(&k.lids[side][j])
		}
		next.lidOff[side] = [2]float32{k.lidOff[side][0], float32(w.lower.mm)}
		if w.upper.sd < lidUnseenMM {
			next.lidOff[side][0] = w.upper.mm
		}
	}
}

// adopt goes back to a key frame taken earlier.
func (m *Tracker) adopt(other *key) {
	g := m.grid
	cam := camera{{1, 0, 0, 0}, {0, 1, 0, 0}}
	for i := range g.x {
		m.w[i] = 0
		if g.stable[i] >= bonyStable && m.like[i] > 0 && other.fine.ok[i] {
			m.w[i] = g.stable[i]
		}
	}
	if !fitHead(&cam, other, m.x, m.y, m.w, 100, 4, m.resid) {
		return
	}
	m.active = other
	m.cam = cam
	inv, ok := cam.linear().inverse()
	if !ok {
		clear(m.prev)
		return
	}
	for i := range g.x {
		m.prev[i] = [2]float32{}
		if m.like[i] > 0 {
			x, y := cam.at(float64(other.fine.x[i]), float64(other.fine.y[i]), other.z[i])
			rx, ry := inv.mul(m.x[i]-float32(x), m.y[i]-float32(y))
			m.prev[i] = [2]float32{rx, ry}
		}
	}
}
