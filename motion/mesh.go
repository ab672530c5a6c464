package motion

import (
	"math"

	"facialis/anatomy"
	"facialis/face"
)

// mesh is where the network sees the face in the present frame, beside the canonical
// face that its vertices are numbered by. Where the network did not run in this frame
// the points are those of the last one in which it did.
type mesh struct {
	canon   *[468][3]float32           // the canonical face, cm
	eyeSpan float64                    // between its outer eye corners, mm
	pts     [face.NumPoints][2]float32 // px of the tracker's level
	fresh   bool                       // the network ran in this very frame
}

func newMesh(canon *[468][3]float32) mesh { return mesh{canon: canon, eyeSpan: eyeSpanMM(canon)} }

// pxPerMM is the size of a face in the frame, px a mm of the canonical face.
func (m *mesh) pxPerMM(o *face.Observation) float64 {
	a, b := o.Landmarks.Points[vEyeOuter[anatomy.AtRight]], o.Landmarks.Points[vEyeOuter[anatomy.AtLeft]]
	return math.Hypot(float64(a.X-b.X), float64(a.Y-b.Y)) / m.eyeSpan
}

// take puts the observation's landmarks (px from the frame's corner) into px of a level
// that is halved so many times (px from the middle of its first pixel).
func (m *mesh) take(o *face.Observation, halved int) {
	s := float32(int(1) << halved)
	for i, q := range o.Landmarks.Points {
		m.pts[i] = [2]float32{q.X/s - 0.5, q.Y/s - 0.5}
	}
	m.fresh = o.Fresh
}

// camera is the affine camera from the canonical face (mm) to where it is
// seen.
func (m *mesh) camera() (camera, bool) {
	var x, y, px, py [468]float32
	var z, w [468]float64
	var resid [468]float64
	for v := range x {
		x[v], y[v], z[v] = 10*m.canon[v][0], 10*m.canon[v][1], 10*float64(m.canon[v][2])
		px[v], py[v] = m.pts[v][0], m.pts[v][1]
		w[v] = 1
	}
	var c camera
	ok := fitCamera(&c, x[:], y[:], z[:], px[:], py[:], w[:], 0, 1, resid[:])
	return c, ok
}

// aperture is the palpebral aperture in px: the mean distance of the three
// middle pairs of lid points.
func (m *mesh) aperture(side int) float64 {
	var sum float64
	for j := 1; j <= 3; j++ {
		u, l := m.pts[vUpperLid[side][j]], m.pts[vLowerLid[side][j]]
		sum += math.Hypot(float64(u[0]-l[0]), float64(u[1]-l[1]))
	}
	return sum / 3
}

// eyeSpanMM is the canonical distance of the outer eye corners.
func eyeSpanMM(canon *[468][3]float32) float64 {
	a, b := canon[vEyeOuter[anatomy.AtRight]], canon[vEyeOuter[anatomy.AtLeft]]
	return 10 * math.Hypot(float64(a[0]-b[0]), float64(a[1]-b[1]))
}
