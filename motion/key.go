package motion

import (
	"math"

	"facialis/anatomy"
	"facialis/face"
)

// key is a key frame: what the face looked like at one moment, and what is
// needed to say how far each point has moved from there. Coordinates are px of
// the tracker's picture level.
type key struct {
	fine, coarse *patches
	z            []float64  // depth of each point towards the camera of this frame, canonical mm
	toward       [3]float64 // the way towards the camera, in the canonical face's axes
	pxPerMM      float64    // at this frame, by the distance of the outer eye corners
	ex, ey       [2]float64
	off          [][2]float32 // what a point had moved when the key was taken, mm (out, up)
	lids         [2][2]lid    // side; upper, lower
	lidOff       [2][2]float32
	marks        [len(rigidMarks)][2]float32
	mesh         [468][2]float32 // the mesh's vertices
	open         [2]float64      // palpebral aperture by landmarks, mm
	yaw, pitch   float64
	hold         []float32  // how well each patch holds its place, 0 to 1
	slot         int        // its number among the key frames in use
	sample       *sampleKey // the same among those the head is learned from, if it is one
}

// rigidMarks are mesh vertices on bone, by which the pixel tracker's idea of
// the head is held against the mesh's.
var rigidMarks = [...]int{33, 133, 362, 263, 168, 6, 197, 195, 10, 151, 9, 127, 356, 234, 454}

// newKey takes a key frame from the present frame; nil where the mesh has no shape.
func (m *Tracker) newKey(p picture, o *face.Observation) *key {
	g, pts := m.grid, &m.mesh.pts
	k := &key{z: make([]float64, g.len()), off: make([][2]float32, g.len()), yaw: o.Pose.Yaw, pitch: o.Pose.Pitch}
	r, l := pts[vEyeOuter[anatomy.AtRight]], pts[vEyeOuter[anatomy.AtLeft]]
	dx, dy := float64(l[0]-r[0]), float64(l[1]-r[1])
	span := math.Hypot(dx, dy)
	// A turned head shortens the span; the upright height of the face does not
	// change with yaw, so the span is put right by the cosine.
	k.pxPerMM = span / m.mesh.eyeSpan / math.Max(math.Cos(o.Pose.Yaw*math.Pi/180), leastYawCos)
	k.ex = [2]float64{dx / span, dy / span} // towards the person's left
	k.ey = [2]float64{k.ex[1], -k.ex[0]}    // up
	radius := int(math.Round(m.p.PatchMM * k.pxPerMM))
	radius = max(m.p.MinPatchPx, min(m.p.MaxPatchPx, radius))
	k.fine = newPatches(g.len(), radius)
	k.coarse = newPatches(g.len(), max(m.p.MinPatchPx, radius-1))
	cam, ok := m.mesh.camera()
	if !ok {
		return nil
	}
	k.toward = cam.toward()
	// The canonical face is bent onto this one by what its vertices miss.
	var miss [468][2]float64
	for v := range miss {
		x, y := cam.at(10*float64(m.mesh.canon[v][0]), 10*float64(m.mesh.canon[v][1]), 10*float64(m.mesh.canon[v][2]))
		miss[v] = [2]float64{float64(pts[v][0]) - x, float64(pts[v][1]) - y}
	}
	for i := range g.x {
		x, y := cam.at(g.x[i], g.y[i], g.z[i])
		for n, v := range g.near[i] {
			x += g.nearW[i][n] * miss[v][0]
			y += g.nearW[i][n] * miss[v][1]
		}
		k.z[i] = k.depth(g.x[i], g.y[i], g.z[i])
		k.fine.learn(p, i, float32(x), float32(y))
		k.coarse.learn(m.view.half, i, float32(halfway(x)), float32(halfway(y)))
	}
	for side := range 2 {
		k.open[side] = m.mesh.aperture(side) / k.pxPerMM
		z := k.depthOf(m.mesh.canon[vUpperLid[side][2]])
		in, out := pts[vEyeInner[side]], pts[vEyeOuter[side]]
		ux, uy := in[0]-out[0], in[1]-out[1]
		n := float32(math.Hypot(float64(ux), float64(uy)))
		ux, uy = ux/n, uy/n
		downX, downY := -uy, ux
		if downY < 0 { // the person's left eye runs the other way
			downX, downY = uy, -ux
		}
		var up, low [5][2]float32
		for j := range 5 {
			up[j], low[j] = pts[vUpperLid[side][j]], pts[vLowerLid[side][j]]
		}
		k.lids[side][0].learn(p, up, ux, uy, downX, downY, n/2, float32(k.pxPerMM), z)
		k.lids[side][1].learn(p, low, ux, uy, -downX, -downY, n/2, float32(k.pxPerMM), z)
	}
	copy(k.mesh[:], pts[:468])
	for j, v := range rigidMarks {
		k.marks[j] = pts[v]
	}
	return k
}

// place is where pin i lies if a camera sees the key frame's face, px.
func (k *key) place(cam *camera, i int) (x, y float64) {
	return cam.at(float64(k.fine.x[i]), float64(k.fine.y[i]), k.z[i])
}

// depth is how near a place of the canonical face (mm) lies to the camera.
func (k *key) depth(x, y, z float64) float64 {
	return k.toward[0]*x + k.toward[1]*y + k.toward[2]*z
}

// depthOf is depth of a vertex in cm.
func (k *key) depthOf(v [3]float32) float64 {
	return 10 * k.depth(float64(v[0]), float64(v[1]), float64(v[2]))
}
