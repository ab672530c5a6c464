package motion

import (
	"math"
	"testing"

	"facialis/anatomy"
	"facialis/face"
	"facialis/video"
)

// drawnHead is a textured head far from the lens, of the shape of ovalFace, with a mesh
// that sees where it is and nothing of what its skin does by itself.
type drawnHead struct {
	canon [468][3]float32
	skin  *texture
}

const (
	drawnW, drawnH = 250, 310
	drawnPx        = 1.6 // a mm, at size 1
	drawnPivot     = 40  // mm behind the tip: what the head turns about
)

// drawnPose is how a drawn head is held and what its corners of the mouth do.
type drawnPose struct {
	yaw, pitch, roll float64    // degrees
	size             float64    // 1 as it is at first
	x, y             float64    // px beside the picture's middle
	pull             [2]float64 // mm along the zygomaticus, right and left
}

func newDrawnHead() *drawnHead {
	h := &drawnHead{canon: ovalFace(), skin: newTexture(31)}
	put := func(v int, x, y float64) {
		h.canon[v] = [3]float32{float32(x), float32(y), float32(bulge(10*x, 10*y) / 10)}
	}
	for v, at := range map[int][2]float64{152: {0, -9}, 234: {-6.5, 0}, 454: {6.5, 0}, 54: {-5, 7}, 284: {5, 7},
		168: {0, 1}, 13: {0, -3.8}, 14: {0, -4.4}, 334: {3, 4.5}} {
		put(v, at[0], at[1])
	}
	return h
}

// bulge is the depth of a drawn head at a place of its face, mm.
func bulge(x, y float64) float64 { return 50 - x*x/110 - y*y/400 }

// at is where a place of the face, mm, is seen.
func (p drawnPose) at(x, y, z float64) (px, py float64) {
	const rad = math.Pi / 180
	sy, cy := math.Sincos(p.yaw * rad)
	sp, cp := math.Sincos(p.pitch * rad)
	sr, cr := math.Sincos(p.roll * rad)
	z -= drawnPivot
	u, deep := x*cy+z*sy, z*cy-x*sy
	v := -(y*cp + deep*sp)
	s := drawnPx * p.size
	return drawnW/2 + p.x + s*(u*cr-v*sr), drawnH/2 + p.y + s*(u*sr+v*cr)
}

// back tells the place of the face that is seen at a pixel.
func (p drawnPose) back() func(px, py float64) (x, y float64) {
	const rad = math.Pi / 180
	sy, cy := math.Sincos(p.yaw * rad)
	sp, cp := math.Sincos(p.pitch * rad)
	sr, cr := math.Sincos(p.roll * rad)
	s := drawnPx * p.size
	return func(px, py float64) (x, y float64) {
		a, b := (px-drawnW/2-p.x)/s, (py-drawnH/2-p.y)/s
		u, up := a*cr+b*sr, a*sr-b*cr
		for range 6 {
			z := bulge(x, y) - drawnPivot
			x = (u - z*sy) / cy
			y = (up - (z*cy-x*sy)*sp) / cp
		}
		return x, y
	}
}

// atRest is where the skin at a place of the face, mm, lies while nothing pulls it.
func (p drawnPose) atRest(x, y float64) (float64, float64) {
	for s, sign := range [2]float64{-1, 1} {
		mm := p.pull[s]
		if mm == 0 {
			continue
		}
		d := math.Hypot(x-sign*26.5, y+38.5)
		share := max(0, min(1, (28-d)/12)) // all of it within 16 mm of the corner
		x, y = x-sign*0.6*mm*share, y-0.8*mm*share
	}
	return x, y
}

// film is the frame and what the mesh sees in it.
func (h *drawnHead) film(i int, p drawnPose) (*video.Frame, *face.Observation) {
	back := p.back()
	pic := h.skin.draw(drawnW, drawnH, func(px, py float64) (float64, float64) {
		x, y := p.atRest(back(px, py))
		return 1.9 * x, 1.9 * y
	})
	lm := &face.Landmarks{Score: 1}
	for v, c := range h.canon {
		x, y := p.at(10*float64(c[0]), 10*float64(c[1]), 10*float64(c[2]))
		// A landmark counts from the frame's corner.
		lm.Points[v] = face.Point{X: float32(x + 0.5), Y: float32(y + 0.5)}
	}
	o := &face.Observation{Index: i, T: float64(i) / 30, Found: true, Fresh: true, Landmarks: lm, Pose: face.Pose{Yaw: p.yaw, Pitch: p.pitch, Roll: p.roll}}
	return &video.Frame{Index: i, T: float64(i) / 30, W: drawnW, H: drawnH, Y: pic.pix, Full: true}, o
}

// A head that tilts, comes nearer and goes aside moves no region by itself, and a pull of
// 2 mm reads 2 mm wherever the head is, on its own side alone. What a turn leaves over
// while the film is read is put right after it (see retell); a pull adds to it.
func TestAPullIsMeasuredWhateverTheHeadDoes(t *testing.T) {
	front := drawnPose{size: 1}
	tilted := drawnPose{roll: 8, size: 1.06, x: 5, y: -4}
	aside := drawnPose{yaw: 13, pitch: -2, roll: 8, size: 1.06, x: 5, y: -4}
	pulled := func(p drawnPose, s int) drawnPose {
		p.pull[s] = 2
		return p
	}
	right, left := anatomy.AtRight, anatomy.AtLeft
	h := newDrawnHead()
	m := New(DefaultParams(), &h.canon)
	now, frame := front, 0
	for _, step := range []struct {
		name   string
		to     drawnPose
		frames int
		slack  float64 // mm
		keys   int
	}{
		{"at rest", front, 2, 0.05, 1},
		{"the right pulled", pulled(front, right), 2, 0.15, 1},
		{"let go", front, 1, 0.1, 1},
		{"tilted", tilted, 5, 0.15, 1},
		{"tilted, the left pulled", pulled(tilted, left), 2, 0.2, 1},
		{"tilted, let go", tilted, 1, 0.15, 1},
		{"turned aside", aside, 5, 3, 2},
		{"turned aside, the right pulled", pulled(aside, right), 2, 0.3, 2},
		{"turned aside, let go", aside, 1, 3, 2},
		{"back at rest", front, 6, 0.8, 2},
	} {
		from := now
		for i := range step.frames {
			k := float64(i+1) / float64(step.frames)
			mix := func(a, b float64) float64 { return a + k*(b-a) }
			now = drawnPose{mix(from.yaw, step.to.yaw), mix(from.pitch, step.to.pitch), mix(from.roll, step.to.roll), mix(from.size, step.to.size),
				mix(from.x, step.to.x), mix(from.y, step.to.y), [2]float64{mix(from.pull[0], step.to.pull[0]), mix(from.pull[1], step.to.pull[1])}}
			f, o := h.film(frame, now)
			if err := m.Push(f, o); err != nil {
				t.Fatal(err)
			}
			frame++
		}
		r, i := &m.rows, len(m.rows.t)-1
		for s := range 2 {
			for _, k := range []int{anatomy.AtZygomaticus, anatomy.AtFrontalis, anatomy.AtMentalis, anatomy.AtMalar} {
				var out, up float64
				if k == anatomy.AtZygomaticus {
					out, up = 0.6*step.to.pull[s], 0.8*step.to.pull[s]
				}
				x, y := float64(r.dx[s][k][i]), float64(r.dy[s][k][i])
				if was := i - step.frames; step.to.yaw > 5 && step.to.pull != ([2]float64{}) {
					x, y = x-float64(r.dx[s][k][was]), y-float64(r.dy[s][k][was])
				}
				if !(math.Hypot(x-out, y-up) < step.slack) {
					t.Errorf("%s: %s of side %d reads %.2f out and %.2f up, want %.2f and %.2f", step.name, anatomy.Regions[k], s, x, y, out, up)
				}
			}
		}
		if r.quality[i] < 0.9 || r.segment[i] != 0 || len(m.keys.all) != step.keys {
			t.Errorf("%s: quality %.2f, segment %d, %d key frames", step.name, r.quality[i], r.segment[i], len(m.keys.all))
		}
		near := func(what string, got, want, slack float64) {
			if !(math.Abs(got-want) < slack) {
				t.Errorf("%s: %s %.3f, want %.3f", step.name, what, got, want)
			}
		}
		near("size", r.scale[i], drawnPx*step.to.size, 0.03)
		x, y := step.to.at(0, 10, bulge(0, 10))
		// The face's middle is 35 mm below the nose's root.
		dx, dy := math.Sincos(step.to.roll * math.Pi / 180)
		near("middle's x", float64(r.fx[i]), x-35*drawnPx*step.to.size*dx+0.5, 9)
		near("middle's y", float64(r.fy[i]), y+35*drawnPx*step.to.size*dy+0.5, 4)
		near("width", float64(r.fw[i]), 150*drawnPx*step.to.size, 5)
		near("yaw", float64(r.yaw[i]), step.to.yaw, 1e-6)
		near("pitch", float64(r.pitch[i]), step.to.pitch, 1e-6)
		near("roll", float64(r.roll[i]), step.to.roll, 1e-6)
		if step.to.yaw < 5 { // by landmarks, which a turn takes along
			slack := 0.05 + 0.8*math.Abs(step.to.yaw) + 0.3*math.Abs(step.to.pitch)
			for s := range 2 {
				near("aperture", float64(r.aperture[s][i]), 8, 0.1+0.1*slack)
				near("brow", float64(r.brow[s][i]), 20, slack)
				near("corner outwards", float64(r.cornerOut[s][i]), 25, slack)
				near("corner upwards", float64(r.cornerUp[s][i]), -50, slack)
			}
			near("lips", float64(r.lipOpen[i]), 6, 0.1+0.1*slack)
		}
	}
	if m.keys.active != m.keys.all[0] {
		t.Error("a head that came back is not seen from its first key frame")
	}
}

// Whoever is lost begins again: another segment, at rest where it is then.
func TestAFaceThatWasLostBeginsAnew(t *testing.T) {
	h := newDrawnHead()
	m := New(DefaultParams(), &h.canon)
	push := func(i int, p drawnPose, change func(f *video.Frame, o *face.Observation)) {
		t.Helper()
		f, o := h.film(i, p)
		if change != nil {
			change(f, o)
		}
		if err := m.Push(f, o); err != nil {
			t.Fatal(err)
		}
	}
	smiling := drawnPose{size: 1, pull: [2]float64{2, 2}}
	zyg := func() float64 {
		i := len(m.rows.t) - 1
		return math.Hypot(float64(m.rows.dx[0][anatomy.AtZygomaticus][i]), float64(m.rows.dy[0][anatomy.AtZygomaticus][i]))
	}
	push(0, drawnPose{size: 1}, nil)
	push(1, smiling, nil)
	if got := zyg(); math.Abs(got-2) > 0.2 {
		t.Errorf("a smile of 2 mm reads %.2f", got)
	}
	push(2, smiling, func(_ *video.Frame, o *face.Observation) { o.Fresh = false }) // the mesh rests
	if got := zyg(); math.Abs(got-2) > 0.2 || m.rows.yaw[2] == m.rows.yaw[2] {
		t.Errorf("without the mesh it reads %.2f, at %g°", got, m.rows.yaw[2])
	}
	push(3, smiling, func(_ *video.Frame, o *face.Observation) { o.Found = false })
	if got := zyg(); got == got || m.rows.quality[3] != 0 {
		t.Errorf("nobody there and the corner reads %.2f", got)
	}
	push(4, smiling, func(_ *video.Frame, o *face.Observation) { o.Fresh = false }) // nothing to begin with
	if got := zyg(); got == got {
		t.Errorf("before the mesh ran again the corner reads %.2f", got)
	}
	push(5, smiling, nil)
	if got := zyg(); got > 0.05 || m.rows.segment[5] != 1 {
		t.Errorf("begun anew the corner reads %.2f in segment %d", got, m.rows.segment[5])
	}
	push(6, smiling, func(_ *video.Frame, o *face.Observation) { o.Reset = true })
	push(7, smiling, func(f *video.Frame, _ *face.Observation) { f.Cut, f.UnfilmedS, f.T = true, 2, 2.5 })
	n := len(m.rows.t)
	if m.rows.segment[6] != 2 || m.rows.segment[n-1] != 3 || n != 8+notFilmedRows {
		t.Errorf("%d rows, segments %v", n, m.rows.segment)
	}
	for i := 7; i < n-1; i++ { // what was not filmed
		if !(m.rows.t[i] > m.rows.t[i-1] && m.rows.t[i] < 2.5) || m.rows.quality[i] != 0 {
			t.Errorf("row %d at %.3f s, quality %g", i, m.rows.t[i], m.rows.quality[i])
		}
	}
	f, o := h.film(3, smiling)
	if m.Push(f, o) == nil {
		t.Error("a frame from before was taken")
	}
}

// Pins are laid onto the person's own face: where its mesh lies lower than everybody's,
// so do they, and nowhere else.
func TestPinsLieOnTheFaceThatIsSeen(t *testing.T) {
	h := newDrawnHead()
	laid := func(lower float32) *key {
		m := New(DefaultParams(), &h.canon)
		f, o := h.film(0, drawnPose{size: 1})
		for v, c := range h.canon {
			if c[1] < -3 && c[1] > -6 {
				o.Landmarks.Points[v].Y += lower
			}
		}
		if err := m.Push(f, o); err != nil {
			t.Fatal(err)
		}
		return m.keys.active
	}
	m := New(DefaultParams(), &h.canon)
	as, low := laid(0), laid(5)
	for i, y := range m.grid.y {
		x, want := drawnPose{size: 1}.at(m.grid.x[i], y, m.grid.z[i])
		if math.Abs(float64(as.fine.x[i])-x) > 0.05 || math.Abs(float64(as.fine.y[i])-want) > 0.05 {
			t.Errorf("a pin lies at %.2f, %.2f, want %.2f, %.2f", as.fine.x[i], as.fine.y[i], x, want)
		}
		moved := float64(low.fine.y[i] - as.fine.y[i])
		switch {
		case y < -40 && y > -50 && math.Abs(m.grid.x[i]) < 50 && math.Abs(moved-5) > 1.2,
			y > 0 && math.Abs(moved) > 1.2:
			t.Errorf("a pin %.0f mm up lies %.2f px lower", y, moved)
		}
	}
}

// A snapshot is what was measured up to then, whatever is pushed afterwards, and is
// finished by itself; there is none of nothing and none of what was put away.
func TestASnapshotStandsByItself(t *testing.T) {
	h := newDrawnHead()
	m := New(DefaultParams(), &h.canon)
	if m.Snapshot() != nil {
		t.Error("a snapshot of nothing")
	}
	push := func(i int) {
		f, o := h.film(i, drawnPose{size: 1, pull: [2]float64{float64(i), 0}})
		if err := m.Push(f, o); err != nil {
			t.Fatal(err)
		}
	}
	push(0)
	push(1)
	c := m.Snapshot()
	if c == nil {
		t.Fatal("no snapshot")
	}
	push(2)
	tr, err := c.Finish()
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	if tr.Len() != 2 || len(m.rows.t) != 3 {
		t.Errorf("%d frames in the snapshot, %d in all", tr.Len(), len(m.rows.t))
	}
	x, y := m.rows.dx[0][anatomy.AtZygomaticus], m.rows.dy[0][anatomy.AtZygomaticus]
	if got := math.Hypot(float64(x[1]-x[0]), float64(y[1]-y[0])); math.Abs(got-1) > 0.15 {
		t.Errorf("a pull of 1 mm reads %.2f after the snapshot was finished", got)
	}
	m.rows.away = 1
	if m.Snapshot() != nil {
		t.Error("a snapshot of what was put away")
	}
}
