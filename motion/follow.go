package motion

import (
	"math"

	"facialis/anatomy"
)

// follow registers every pin to its template and fits the head's motion; false where
// the face is lost.
func (m *Tracker) follow(p picture, fresh bool) bool {
	k, q := m.keys.active, &m.pins
	found := m.findBony()
	if found < leastBonyPoints {
		return false
	}
	cam := m.keys.cam
	damp := tiltDamp * float64(found) / tiltDampPins
	if !fitHead(&cam, k, q.x, q.y, q.w, damp, coarseRounds, q.resid) {
		return false
	}
	inv, ok := cam.linear().inverse()
	if !ok {
		return false
	}
	if fresh {
		m.meshGuess(&cam, inv)
	}
	if m.findAll(p, &cam, inv) < m.grid.len()/leastPointsOf {
		return false
	}
	if !fitHead(&cam, k, q.x, q.y, q.w, damp, fineRounds, q.resid) {
		return false
	}
	s := math.Hypot(cam[0][0], cam[1][0])
	if !(s > 1/headScaleTimes && s < headScaleTimes) {
		return false
	}
	m.keys.cam = cam
	if inv, ok = cam.linear().inverse(); !ok {
		return false
	}
	m.moves(inv)
	return true
}

// How a frame is searched.
const (
	tiltDamp     = 1e4 // how hard the head's tilt is held to that of the frame before, for tiltDampPins pins
	tiltDampPins = 60
	coarseRounds = 3 // of the fit of the head by pins on bone
	fineRounds   = 5 // and by all pins
	coarseSteps  = 3 // the longest search for a pin on bone at half size
	fineSteps    = 4 // and for any pin after that
)

// halfway takes a place of the level (px from the middle of its first pixel) to the
// half of it, and fully takes it back.
func halfway[T float32 | float64](v T) T { return v/2 - 0.25 }
func fully(v float32) float32            { return 2*v + 0.5 }

// findBony finds the pins on bone at half size, from where the head was, with weights
// for the fit of its motion. It returns how many were found.
func (m *Tracker) findBony() (found int) {
	k, g, q := m.keys.active, m.grid, &m.pins
	a := m.keys.cam.linear()
	for i := range g.x {
		q.w[i] = 0
		if g.stable[i] < bonyStable || !k.coarse.ok[i] {
			continue
		}
		x, y := m.keys.place(i)
		cx, cy, like := k.coarse.find(m.view.half, i, float32(halfway(x)), float32(halfway(y)), a, coarseSteps)
		if like > coarseLike {
			q.x[i], q.y[i] = fully(cx), fully(cy)
			q.w[i] = g.stable[i] * float64(like)
			found++
		}
	}
	return found
}

// findAll finds every pin at full size, from where the head and the pin's own last
// movement put it. It returns how many were found.
func (m *Tracker) findAll(p picture, cam *camera, inv mat2) (found int) {
	k, g, q := m.keys.active, m.grid, &m.pins
	a := cam.linear()
	for i := range g.x {
		q.w[i], q.like[i] = 0, 0
		if !k.fine.ok[i] {
			continue
		}
		x, y := k.place(cam, i)
		px, py := a.mul(q.own[i][0], q.own[i][1])
		sx, sy := float32(x)+px, float32(y)+py
		fx, fy, like := k.fine.find(p, i, sx, sy, a, fineSteps)
		if like < float32(m.p.MinZNCC) || !m.plausible(inv, i, fx-float32(x), fy-float32(y)) {
			// Once more, coarse to fine, from where the mesh sees the pin.
			like = 0
			px, py = a.mul(q.guess[i][0], q.guess[i][1])
			if k.coarse.ok[i] {
				cx, cy, cl := k.coarse.find(m.view.half, i, halfway(float32(x)+px), halfway(float32(y)+py), a, fineSteps)
				if cl > coarseAgainLike {
					fx, fy, like = k.fine.find(p, i, fully(cx), fully(cy), a, fineSteps)
				}
			}
			if !m.plausible(inv, i, fx-float32(x), fy-float32(y)) {
				like = 0
			}
		}
		q.x[i], q.y[i], q.like[i] = fx, fy, like
		if like < float32(m.p.MinZNCC) {
			q.like[i] = 0
			continue
		}
		q.w[i] = g.stable[i] * float64(like*like) * k.fine.holds(i)
		found++
	}
	return found
}

// moves sets what each pin has moved by itself, once the head's motion is known (inv
// undoes its turn and size). Where no patch was found the mesh speaks.
func (m *Tracker) moves(inv mat2) {
	k, q := m.keys.active, &m.pins
	for i := range q.like {
		q.byMesh[i] = q.like[i] == 0
		if q.byMesh[i] {
			q.own[i] = q.guess[i]
		} else {
			x, y := m.keys.place(i)
			rx, ry := inv.mul(q.x[i]-float32(x), q.y[i]-float32(y))
			q.own[i] = [2]float32{rx, ry}
		}
		q.move[i] = m.toFace(k, i, q.own[i][0], q.own[i][1])
	}
}

// meshGuess sets what the mesh says each point has moved by itself: where its
// nearest vertices are now, less where the head's motion would put them.
func (m *Tracker) meshGuess(cam *camera, inv mat2) {
	k, g := m.keys.active, m.grid
	for i := range g.x {
		var dx, dy float64
		for n, v := range g.near[i] {
			x, y := cam.at(float64(k.mesh[v][0]), float64(k.mesh[v][1]), k.depthOf(m.mesh.canon[v]))
			dx += g.nearW[i][n] * (float64(m.mesh.pts[v][0]) - x)
			dy += g.nearW[i][n] * (float64(m.mesh.pts[v][1]) - y)
		}
		m.pins.guess[i][0], m.pins.guess[i][1] = inv.mul(float32(dx), float32(dy))
	}
}

// plausible reports whether a movement (px of the frame) agrees with what the
// mesh sees, as far as the mesh can see it: it misses most of a small movement
// but not a large one.
func (m *Tracker) plausible(inv mat2, i int, dx, dy float32) bool {
	rx, ry := inv.mul(dx, dy)
	g := m.pins.guess[i]
	apart := math.Hypot(float64(rx-g[0]), float64(ry-g[1]))
	return apart < m.p.MeshSlackMM*m.keys.active.pxPerMM+meshSlackShare*math.Hypot(float64(g[0]), float64(g[1]))
}

// toFace turns a point's movement in key px into mm outwards and up, with what
// it had moved before the key frame.
func (m *Tracker) toFace(k *key, i int, rx, ry float32) [2]float32 {
	out := (float64(rx)*k.ex[0] + float64(ry)*k.ex[1]) / k.pxPerMM
	up := (float64(rx)*k.ey[0] + float64(ry)*k.ey[1]) / k.pxPerMM
	if m.grid.side[i] == anatomy.AtRight {
		out = -out
	}
	return [2]float32{float32(out) + k.off[i][0], float32(up) + k.off[i][1]}
}

// agrees reports whether the pixel tracker still sits on the face that the mesh
// sees.
func (m *Tracker) agrees() bool {
	k := m.keys.active
	var bad int
	span := k.pxPerMM * m.mesh.eyeSpan * m.keys.times()
	for j, v := range rigidMarks {
		x, y := m.keys.cam.at(float64(k.marks[j][0]), float64(k.marks[j][1]), k.depthOf(m.mesh.canon[v]))
		if math.Hypot(x-float64(m.mesh.pts[v][0]), y-float64(m.mesh.pts[v][1])) > marksApartSpans*span {
			bad++
		}
	}
	return bad*2 < len(rigidMarks)
}
