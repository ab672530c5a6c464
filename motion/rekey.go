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
	k := m.keys.active
	s := m.keys.times()
	far := math.Hypot(o.Pose.Yaw-k.yaw, o.Pose.Pitch-k.pitch)
	if far < m.p.RekeyDeg && math.Abs(s-1) < m.p.RekeyScale {
		return
	}
	size := m.keys.pxPerMM()
	for _, other := range m.keys.all {
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
		if m.mesh.aperture(side)/size < openShare*k.open[side] {
			return
		}
	}
	next := m.newKey(p, o)
	if next == nil {
		return
	}
	copy(next.off, m.pins.move)
	m.lids.carry(k, next)
	now := m.sighted()
	m.album.link(&now, k.sample, &m.mesh)
	m.keys.add(next, m.p.MaxKeys)
	m.stick(next, aKey)
	clear(m.pins.own)
}

// adopt goes back to a key frame taken earlier.
func (m *Tracker) adopt(other *key) {
	g := m.grid
	cam := unmoved
	for i := range g.x {
		m.pins.w[i] = 0
		if g.stable[i] >= bonyStable && m.pins.like[i] > 0 && other.fine.ok[i] {
			m.pins.w[i] = g.stable[i]
		}
	}
	if !fitHead(&cam, other, m.pins.x, m.pins.y, m.pins.w, 100, 4, m.pins.resid) {
		return
	}
	m.keys.active, m.keys.cam = other, cam
	inv, ok := cam.linear().inverse()
	if !ok {
		clear(m.pins.own)
		return
	}
	for i := range g.x {
		m.pins.own[i] = [2]float32{}
		if m.pins.like[i] > 0 {
			x, y := other.place(&cam, i)
			rx, ry := inv.mul(m.pins.x[i]-float32(x), m.pins.y[i]-float32(y))
			m.pins.own[i] = [2]float32{rx, ry}
		}
	}
}
