package motion

import (
	"math"
	"slices"

	"facialis/anatomy"
)

// Snapshot is a copy of what was measured so far, to be finished while more is pushed
// to m, also in another goroutine. Nil once some of it was put away on disk, which
// happens after about twenty seconds.
func (m *Tracker) Snapshot() *Tracker {
	if m.rows.away > 0 || m.sights.in > 0 || len(m.rows.t) == 0 {
		return nil
	}
	c := New(m.p, m.mesh.canon)
	c.view.shift, c.view.long, c.view.center = m.view.shift, m.view.long, m.view.center
	c.stretch, c.album = m.stretch, m.album.copy()
	c.rows = m.rows
	c.rows.stay, c.rows.buf = true, nil
	for _, column := range c.rows.columns() {
		column.own()
	}
	c.sights.buf = slices.Clone(m.sights.buf)
	return c
}

// Rows is how many pictures were pushed.
func (m *Tracker) Rows() int { return m.rows.away*blockRows + len(m.rows.t) }

// Latest is how far each region of each side lies along its direction in the picture
// pushed last, nominal mm from where it lay in the key frame: a first look while
// pictures come, neither leveled nor cleaned of the head's turn as [Tracker.Finish]
// does. What was not seen is NaN.
func (m *Tracker) Latest() (mm [2][anatomy.NumRegions]float64) {
	r, i := &m.rows, len(m.rows.t)-1
	for s := range mm {
		for k := range mm[s] {
			mm[s][k] = math.NaN()
			switch {
			case i < 0 || r.quality[i] == 0:
			case k == anatomy.AtOrbicularisOculi:
				mm[s][k] = float64(r.lidMM[s][i])
			default:
				mm[s][k] = anatomy.Directions[k][0]*float64(r.dx[s][k][i]) + anatomy.Directions[k][1]*float64(r.dy[s][k][i])
			}
		}
	}
	return mm
}
