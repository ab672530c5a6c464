package motion

import (
	"math"

	"facialis/anatomy"
)

// unevenStep is how far the level of a region follows it in a frame, nominal mm:
// slow enough for a movement of a second, fast enough for drift.
const unevenStep = 0.02

// uneven is the level about which each region moves, while the film is read. Levels
// begin again with each segment.
type uneven struct {
	level   [anatomy.NumRegions][2]float64 // nominal mm, right and left
	known   [anatomy.NumRegions]bool       // the region was seen in this segment
	segment int32
}

// Uneven tells of the frame pushed last where the face is (middle and width, px)
// and by how much one side has moved alone in the region where that is most,
// nominal mm: right less left about levels that follow slowly, less what both
// sides do. It is a hint while the recording is read, not a measurement: neutral
// levels and noise need the whole of it. Everything is NaN where the face is not
// tracked.
func (m *Tracker) Uneven() (x, y, w, mm float64) {
	r, i := &m.rows, len(m.rows.t)-1
	if i < 0 || r.quality[i] == 0 {
		return math.NaN(), math.NaN(), math.NaN(), math.NaN()
	}
	if m.stretch.segment != m.uneven.segment {
		m.uneven = uneven{segment: m.stretch.segment}
	}
	for k := range anatomy.NumRegions {
		var v [2]float64
		for s := range v {
			v[s] = anatomy.Directions[k][0]*float64(r.dx[s][k][i]) + anatomy.Directions[k][1]*float64(r.dy[s][k][i])
			if k == anatomy.AtOrbicularisOculi {
				v[s] = float64(r.lidMM[s][i])
			}
		}
		if math.IsNaN(v[anatomy.AtRight] + v[anatomy.AtLeft]) {
			continue
		}
		if !m.uneven.known[k] {
			m.uneven.known[k], m.uneven.level[k] = true, v
		}
		for s := range v {
			v[s] -= m.uneven.level[k][s]
			m.uneven.level[k][s] += max(-unevenStep, min(unevenStep, v[s]))
		}
		both := 0.0
		if v[anatomy.AtRight]*v[anatomy.AtLeft] > 0 {
			both = min(math.Abs(v[anatomy.AtRight]), math.Abs(v[anatomy.AtLeft]))
		}
		mm = max(mm, math.Abs(v[anatomy.AtRight]-v[anatomy.AtLeft])-both)
	}
	return float64(r.fx[i]), float64(r.fy[i]), float64(r.fw[i]), mm
}
