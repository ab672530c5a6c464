package motion

import (
	"math"
	"os"

	"facialis/anatomy"
	"facialis/event"
	"facialis/face"
	"facialis/internal/scratch"
)

// rows are the columns gathered so far, or the latest frames of them: see spill.
type rows struct {
	t                   []float64
	segment             []int32
	dx, dy              [2][anatomy.NumRegions][]float32
	lidMM, lidSD        [2][]float32 // loss of aperture by pixels and its standard deviation, mm
	aperture, brow      [2][]float32
	shown               [2][]float32 // dark height between the lids, mm: see lid.shown
	cornerOut, cornerUp [2][]float32
	lipOpen             []float32
	yaw, pitch, roll    []float32
	fx, fy, fw          []float32
	distance            []float32 // of the eyes from the lens, mm of the head's frame
	quality             []float32
	sd                  [2][anatomy.NumRegions][]float32 // of dx and dy along the muscle, nominal mm
	byMesh              []int32                          // a bit for each side and region in which the mesh speaks for the pixels
	scale               []float64                        // px of the frame a nominal mm
	iris, meshIris      []float32                        // iris diameter in nominal mm by its rim and by the mesh, fresh frames only
	change              []float32                        // from the picture before, levels of luma: see changes

	to []int32 // where each row has gone since repeated ones were taken out, −1 for those; nil where none were

	file *os.File // what was put away
	name string   // its name where it still has one
	away int      // blocks in it
	buf  []byte   // a block
	stay bool     // nothing can be put away

	kept  *scratch.Columns // the file in which whole columns lie, if they do
	aside [8][]float32     // columns set aside meanwhile: two of four regions
}

// addEmpty adds a row of which nothing is known but its time and segment.
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
	a, b := m.mesh.pts[vEyeOuter[anatomy.AtRight]], m.mesh.pts[vEyeOuter[anatomy.AtLeft]]
	dx, dy := float64(b[0]-a[0]), float64(b[1]-a[1])
	span := math.Hypot(dx, dy)
	if span == 0 {
		return
	}
	px := span / m.mesh.eyeSpan / math.Max(math.Cos(o.Pose.Yaw*math.Pi/180), leastYawCos)
	ex := [2]float64{dx / span, dy / span}
	up := func(p, q [2]float32) float64 { // of q over p
		return (float64(q[0]-p[0])*ex[1] - float64(q[1]-p[1])*ex[0]) / px
	}
	along := func(p, q [2]float32) float64 {
		return (float64(q[0]-p[0])*ex[0] + float64(q[1]-p[1])*ex[1]) / px
	}
	nose := m.mesh.pts[168]
	for s := range 2 {
		r.aperture[s][i] = float32(m.mesh.aperture(s) / px)
		brow := [2]int{105, 334}[s]
		eye := m.mesh.pts[vEyeInner[s]]
		r.brow[s][i] = float32(up(eye, m.mesh.pts[brow]))
		c := m.mesh.pts[vCommissure[s]]
		out := along(nose, c)
		if s == anatomy.AtRight {
			out = -out
		}
		r.cornerOut[s][i] = float32(out)
		r.cornerUp[s][i] = float32(up(nose, c))
	}
	in, lo := m.mesh.pts[13], m.mesh.pts[14]
	r.lipOpen[i] = float32(math.Hypot(float64(in[0]-lo[0]), float64(in[1]-lo[1])) / px)
	if o.IrisPx > 0 && math.Abs(o.Pose.Yaw) < 20 && math.Abs(o.Pose.Pitch) < 20 {
		// Iris and eye span shorten alike with yaw, so their ratio stands.
		r.meshIris[i] = float32(o.IrisPx / m.view.scale() / (span / m.mesh.eyeSpan))
		var sum, n float64
		for s := range 2 {
			if d := limbus(p, &m.mesh.pts, s); d > 0 {
				sum += d
				n++
			}
		}
		if n > 0 {
			r.iris[i] = float32(sum / n / (span / m.mesh.eyeSpan))
		}
	}
	r.yaw[i], r.pitch[i], r.roll[i] = float32(o.Pose.Yaw), float32(o.Pose.Pitch), float32(o.Pose.Roll)
}

// measure writes the row of the present frame from the points' movements.
func (m *Tracker) measure(p picture) {
	r, i := &m.rows, len(m.rows.t)-1
	k, g := m.keys.active, m.grid
	var good float64
	for j := range g.x {
		if !m.pins.byMesh[j] {
			good++
		}
	}
	all := float64(g.len())
	for s := range 2 {
		for reg := range anatomy.NumRegions {
			x, y, _, pixels, ok := m.pins.region(g, &m.p, s, reg, k.hold)
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
	r.segment[i] = m.stretch.segment
	f := m.view.scale()
	size := m.keys.pxPerMM() * f
	r.scale[i] = size
	cx, cy := m.keys.cam.at(float64(k.marks[4][0]), float64(k.marks[4][1])+35*k.pxPerMM, k.depthOf(m.mesh.canon[168]))
	r.fx[i], r.fy[i] = float32((cx+0.5)*f), float32((cy+0.5)*f)
	r.fw[i] = float32(150 * size)
}
