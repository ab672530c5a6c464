package motion

import (
	"math"

	"facialis/event"
)

// lids are both sides' lid margins from frame to frame: where each lay last, from
// which the next frame is searched.
type lids struct {
	margins [2]margins
	buf     []float32 // room for a strip at all its shifts
}

// margins is where a side's lids lay last, mm towards closure.
type margins struct {
	t     float64
	upper found
	lower settled
}

// rest takes both eyes' lids for what they are in a key frame: at rest.
func (l *lids) rest(t float64) {
	for s := range l.margins {
		l.margins[s] = margins{t: t, upper: unseenLid, lower: settled{sd2: lidLower * lidLower}}
		l.margins[s].upper.mm = event.Missing
	}
}

// measureLids writes the lids' columns of the present frame. The upper lid has to be
// seen; the lower one, which hardly moves, lies near where it lay last.
func (m *Tracker) measureLids(p picture) {
	r, i, k := &m.rows, len(m.rows.t)-1, m.keys.active
	for s := range 2 {
		w := &m.lids.margins[s]
		r.shown[s][i] = k.lids[s][0].shown(p, &m.keys.cam, k.open[s], m.lids.buf)
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
	k := m.keys.active
	now := m.mesh.aperture(side) / m.keys.pxPerMM()
	most := math.Min(math.Max(k.open[side]-now, 0)+m.p.LidSlackMM, lidMostTimes*k.open[side])
	if which == 1 {
		most = math.Min(most, lowerLidShare*k.open[side])
	}
	mesh := math.NaN()
	if which == 0 && m.mesh.fresh {
		mesh = k.open[side] - now
	}
	return k.lids[side][which].find(p, &m.keys.cam, now > openShare*k.open[side], most, last, mesh, m.lids.buf)
}

// carry hands on to a new key frame what is known of the lids, and how far they
// have moved by now.
func (l *lids) carry(k, next *key) {
	for side := range 2 {
		w := &l.margins[side]
		for j := range 2 {
			next.lids[side][j].inherit(&k.lids[side][j])
		}
		next.lidOff[side] = [2]float32{k.lidOff[side][0], float32(w.lower.mm)}
		if w.upper.sd < lidUnseenMM {
			next.lidOff[side][0] = w.upper.mm
		}
	}
}
