package face

import (
	"fmt"
	"slices"
	"testing"

	"facialis/video"
)

// Each thing that is wrong with the view of a face is said where it is beyond its limit,
// and not before: how far the head is turned, either way and on both axes, how small the
// face is, turned or not, and how dark.
func TestWatchKeepsItsLimits(t *testing.T) {
	for _, c := range []struct {
		pose Pose
		span float64 // px between the outer corners of the eyes
		luma byte
		want []string
	}{
		{Pose{}, 100, 120, nil},
		{Pose{Yaw: 29}, 100, 120, nil},
		{Pose{Yaw: 31}, 100, 120, []string{"profile"}},
		{Pose{Yaw: -31}, 100, 120, []string{"profile"}},
		{Pose{Pitch: 29}, 100, 120, nil},
		{Pose{Pitch: 31}, 100, 120, []string{"profile"}},
		{Pose{Pitch: -31}, 100, 120, []string{"profile"}},
		{Pose{}, 94, 120, []string{"tiny_face"}},
		{Pose{}, 96, 120, nil},
		{Pose{Yaw: 25}, 88, 120, nil},       // 97 px if it were seen from in front
		{Pose{}, 100, 54, []string{"dark"}}, // 44 of 255: a film's luma begins at 16 and ends at 235
		{Pose{}, 100, 56, nil},
	} {
		w := NewWatch()
		lm := &Landmarks{Score: 1}
		for i := range lm.Points { // a face of its size
			lm.Points[i] = Point{X: float32(320 + c.span*(float64(i%23)/22-0.5)), Y: float32(240 + 1.3*c.span*(float64(i%19)/18-0.5))}
		}
		lm.Points[RightCommissure] = Point{X: 300, Y: 290}
		lm.Points[RightEyeOuter] = Point{X: float32(320 - c.span/2), Y: 220}
		lm.Points[LeftEyeOuter] = Point{X: float32(320 + c.span/2), Y: 220}
		for i := range 60 {
			f := video.NewFrame(640, 480)
			f.Index, f.T = i, float64(i)/30
			for k := range f.Y {
				f.Y[k] = c.luma
			}
			w.Add(f, &Observation{Index: i, T: f.T, Found: true, Fresh: true, Landmarks: lm, Pose: c.pose})
		}
		var got []string
		for _, x := range w.Warnings() {
			got = append(got, x.Code)
		}
		slices.Sort(got)
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%+v, %g px, luma %d: %v, want %v", c.pose, c.span, c.luma, got, c.want)
		}
	}
}

// An iris is measured of eyes that are open by more than a fifth of their width.
func TestIrisOfOpenEyes(t *testing.T) {
	for _, c := range []struct{ right, left, want float64 }{
		{0.3, 0.3, 11}, {0.21, 0.3, 11}, {0.19, 0.3, 12}, {0.3, 0.19, 10}, {0.19, 0.15, 0},
	} {
		lm := &Landmarks{}
		put := func(i int, x, y float64) { lm.Points[i] = Point{X: float32(x), Y: float32(y)} }
		eye := func(out, in, up, low, rimA, rimB int, x, open, iris float64) {
			put(out, x, 100)
			put(in, x+30, 100)
			put(up, x+15, 100-15*open)
			put(low, x+15, 100+15*open)
			put(rimA, x+15-iris/2, 100)
			put(rimB, x+15+iris/2, 100)
		}
		eye(RightEyeOuter, RightEyeInner, 159, 145, 469, 471, 100, c.right, 10)
		eye(LeftEyeOuter, LeftEyeInner, 386, 374, 474, 476, 200, c.left, 12)
		if got := irisPx(lm); got < c.want-0.01 || got > c.want+0.01 {
			t.Errorf("open by %g and %g: %.2f px, want %g", c.right, c.left, got, c.want)
		}
	}
}
