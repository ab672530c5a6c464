package motion

import (
	"math"
	"testing"

	"facialis/anatomy"
	"facialis/face"
)

// A landmark counts from the frame's corner, a place in a level from the middle of its
// first pixel: the middle of the first of a halved frame's pixels is one px of the frame.
func TestLandmarksInALevel(t *testing.T) {
	lm := &face.Landmarks{}
	lm.Points[7] = face.Point{X: 1, Y: 3}
	m := &mesh{}
	for halved, want := range map[int][2]float32{0: {0.5, 2.5}, 1: {0, 1}, 2: {-0.25, 0.25}} {
		m.take(&face.Observation{Landmarks: lm, Fresh: true}, halved)
		if m.pts[7] != want || !m.fresh {
			t.Errorf("halved %d times: %v, want %v", halved, m.pts[7], want)
		}
	}
	for _, v := range []float32{0, 0.5, 7, 31.25} {
		if fully(halfway(v)) != v {
			t.Errorf("%g goes to %g and comes back as %g", v, halfway(v), fully(halfway(v)))
		}
	}
	if halfway(0.5) != 0 || fully(0) != 0.5 { // between the first two pixels
		t.Errorf("the middle of the first two pixels is %g of the half", halfway(0.5))
	}
}

// The aperture is the mean of the three middle pairs of lid points; the size of a face is
// told by its outer eye corners.
func TestApertureAndSizeByTheMesh(t *testing.T) {
	canon := ovalFace()
	m := newMesh(&canon)
	if math.Abs(m.eyeSpan-90) > 1e-4 {
		t.Errorf("the eye corners are %g mm apart, want 90", m.eyeSpan)
	}
	for j, px := range []float32{50, 6, 9, 12, 70} { // the outer pairs do not count
		m.pts[vUpperLid[1][j]] = [2]float32{100, 40}
		m.pts[vLowerLid[1][j]] = [2]float32{100 + 0.6*px, 40 + 0.8*px}
	}
	if got := m.aperture(1); math.Abs(got-9) > 1e-5 {
		t.Errorf("an aperture of %g px, want 9", got)
	}
	lm := &face.Landmarks{}
	lm.Points[vEyeOuter[0]], lm.Points[vEyeOuter[1]] = face.Point{X: 100, Y: 200}, face.Point{X: 208, Y: 344}
	if got := m.pxPerMM(&face.Observation{Landmarks: lm}); math.Abs(got-2) > 1e-6 {
		t.Errorf("%g px a mm, want 180 px over 90 mm", got)
	}
}

// A point's movement is outwards and upwards of its own side whatever way the head is
// tilted, and goes on from where it was when the key frame was taken.
func TestMovementsOfTheFace(t *testing.T) {
	m := &Tracker{grid: &grid{side: []int{anatomy.AtRight, anatomy.AtLeft}}}
	for _, tilt := range []float64{0, 0.3} {
		s, c := math.Sincos(tilt)
		k := &key{pxPerMM: 2, ex: [2]float64{c, s}, ey: [2]float64{s, -c}, off: [][2]float32{{0.5, 0}, {0, -1}}}
		// 3 mm to the person's left, 1 mm up.
		rx, ry := float32(2*(3*c+1*s)), float32(2*(3*s-1*c))
		for i, want := range [][2]float32{{-2.5, 1}, {3, 0}} {
			got := m.toFace(k, i, rx, ry)
			if math.Hypot(float64(got[0]-want[0]), float64(got[1]-want[1])) > 1e-5 {
				t.Errorf("tilted by %g: %v of point %d, want %v", tilt, got, i, want)
			}
		}
	}
}

// Key frames beyond the most that are kept go, the oldest first and the very first never;
// each has a slot of its own.
func TestKeyFramesInUse(t *testing.T) {
	var f keyFrames
	keys := make([]*key, 5)
	for i := range keys {
		keys[i] = &key{pxPerMM: 2}
	}
	f.begin(keys[0])
	for _, k := range keys[1:4] {
		f.cam = camera{{3, 0, 0, 0}, {0, 3, 0, 0}}
		f.add(k, 3)
		k.slot = f.freeSlot(k)
		if f.active != k || f.cam != unmoved {
			t.Errorf("a new key frame is not where it was taken: %v", f.cam)
		}
	}
	if len(f.all) != 3 || f.all[0] != keys[0] || f.all[1] != keys[2] || f.all[2] != keys[3] {
		t.Errorf("%v are kept of %v", f.all, keys)
	}
	if keys[1].slot != 1 || keys[2].slot != 2 || keys[3].slot != 1 { // the second one's is free again
		t.Errorf("slots %d, %d and %d", keys[1].slot, keys[2].slot, keys[3].slot)
	}
	f.cam = camera{{0.9, -1.2, 0, 7}, {1.2, 0.9, 0, 7}} // turned, and half as large again
	if math.Abs(f.times()-1.5) > 1e-9 || math.Abs(f.pxPerMM()-3) > 1e-9 {
		t.Errorf("%g times as large, %g px a mm; want 1.5 and 3", f.times(), f.pxPerMM())
	}
	f.lose()
	if f.active != nil || len(f.all) != 0 {
		t.Error("a lost face has key frames")
	}
}

// How uneven a face moves is what one side does beyond the other, over levels that follow
// by 0.02 mm a frame.
func TestUneven(t *testing.T) {
	m := &Tracker{}
	row := func(right, left float64) float64 {
		m.rows.addEmpty(float64(len(m.rows.t))/30, 0)
		i := len(m.rows.t) - 1
		m.rows.quality[i] = 1
		d := anatomy.Directions[anatomy.AtZygomaticus]
		for s, v := range [2]float64{right, left} {
			m.rows.dx[s][anatomy.AtZygomaticus][i], m.rows.dy[s][anatomy.AtZygomaticus][i] = float32(v*d[0]), float32(v*d[1])
		}
		m.rows.fx[i], m.rows.fy[i], m.rows.fw[i] = 100, 200, 80
		x, y, w, mm := m.Uneven()
		if x != 100 || y != 200 || w != 80 {
			t.Errorf("the face is at %g, %g, %g wide", x, y, w)
		}
		return mm
	}
	if _, _, _, mm := m.Uneven(); mm == mm {
		t.Errorf("before the first frame %g mm", mm)
	}
	for _, c := range []struct{ right, left, want float64 }{
		{5, 7, 0},       // the first frame is the level
		{7, 7, 2},       // the right alone; its level is 5.02 now
		{7, 9, 0},       // both go, by 1.98 and 2: levels 5.04 and 7.02
		{7, 6.02, 2.96}, // 1.96 up and 1 down: levels 5.06 and 7
		{8.06, 8, 1},    // 3 and 1, of which both do 1: levels 5.08 and 7.02
		{5.08, 4.02, 3}, // the left alone, down
	} {
		if got := row(c.right, c.left); math.Abs(got-c.want) > 1e-5 {
			t.Errorf("right %g, left %g: %.3f mm, want %g", c.right, c.left, got, c.want)
		}
	}
	m.stretch.segment = 1
	if got := row(20, 30); got != 0 {
		t.Errorf("another segment begins uneven by %g mm", got)
	}
	m.rows.quality[len(m.rows.t)-1] = 0
	if _, _, _, mm := m.Uneven(); mm == mm {
		t.Errorf("of a face that is not tracked %g mm", mm)
	}
}

// What the foreshortening of a head's picture is: a head that turned by the sine k shows
// 1 − k²/2 of its width, at most as much as at 30°.
func TestForeshortening(t *testing.T) {
	k := &key{pxPerMM: 2}
	for _, c := range []struct{ tx, ty float64 }{{0.2, 0}, {0, -0.3}, {0.2, 0.3}, {0.6, 0.8}} {
		cam := camera{{1, 0, 2 * c.tx, 0}, {0, 1, 2 * c.ty, 0}}
		x, y := c.tx, c.ty
		if n := math.Hypot(x, y); n > 0.5 {
			x, y = x/n/2, y/n/2
		}
		got := k.foreshortening(&cam)
		for i, want := range [3]float64{1 - x*x/2, -x * y / 2, 1 - y*y/2} {
			if math.Abs(got[i]-want) > 1e-6 {
				t.Errorf("tilted by %g and %g: %v", c.tx, c.ty, got)
			}
		}
	}
}
