package pipeline

import (
	"math"
	"math/rand/v2"
	"testing"

	"facialis/face"
	"facialis/video"
)

// lidFace is a picture with two dark strokes, the lines of closed lids, and a bridge of
// the nose, at 2 px a millimeter; the left line (at the picture's right) lies up mm higher.
func lidFace(up float64, dx float64, rng *rand.Rand) *video.Frame {
	const w, h = 360, 240
	f := video.NewFrame(w, h)
	for y := range h {
		for x := range w {
			u, v := float64(x)-180-dx, float64(y)-120
			l := 90 + 6*math.Sin(u/9)*math.Cos(v/11)
			for s, mid := range [2]float64{-64, 64} {
				rise := 0.0
				if s == 1 {
					rise = 2 * up
				}
				if math.Abs(u-mid) < 26 {
					d := v + rise + (u-mid)*(u-mid)/120 - 4
					l -= 45 * math.Exp(-d*d/8)
				}
			}
			l += 14 * math.Exp(-u*u/90) * math.Cos(v/8)
			f.Y[y*w+x] = byte(math.Max(l+1.5*rng.NormFloat64(), 0))
		}
	}
	return f
}

// lidPoints are landmarks of that face, its eyes shut or open by some millimeters.
func lidPoints(open float64) *face.Landmarks {
	l := &face.Landmarks{}
	put := func(i int, x, y float64) { l.Points[i] = face.Point{X: float32(180 + 2*x), Y: float32(120 - 2*y)} }
	put(face.RightEyeOuter, -44, 0)
	put(face.LeftEyeOuter, 44, 0)
	put(face.RightEyeInner, -20, 0)
	put(face.LeftEyeInner, 20, 0)
	put(168, 0, 0)
	put(159, -32, open)
	put(145, -32, 0)
	put(386, 32, open)
	put(374, 32, 0)
	return l
}

// A closed lid's line that rises is followed to a quarter of a millimeter, the other
// stays, and neither a head that sways nor open eyes count.
func TestClosedLids(t *testing.T) {
	rng := rand.New(rand.NewPCG(20, 3))
	c := &closedLids{}
	var times []float64
	for i := range 150 {
		at := float64(i) / 15
		up := 0.0
		if at >= 5 && at < 5.4 {
			up = 1.5
		}
		open := 1.0
		if at >= 8 {
			open = 10
		}
		f := lidFace(up, math.Sin(at), rng)
		f.T = at
		c.see(f, &face.Observation{Found: true, Landmarks: lidPoints(open)})
		times = append(times, at)
	}
	lids := c.columns(times)
	for i, at := range times {
		left, right := lids[1].Up[i], lids[0].Up[i]
		switch {
		case i == 0 || at >= 8:
			if at >= 8 && left == left {
				t.Errorf("at %.1f s an open eye has a closed lid at %v", at, left)
			}
		case at >= 5.1 && at < 5.3:
			if math.Abs(float64(left)-1.5) > 0.25 {
				t.Errorf("at %.1f s the left line is %.2f mm up, not 1.5", at, left)
			}
		case at < 4.9 || at > 5.5:
			if math.Abs(float64(left)) > 0.3 {
				t.Errorf("at %.1f s the left line is %.2f mm up", at, left)
			}
		}
		if i > 0 && at < 8 && !(math.Abs(float64(right)) < 0.3) {
			t.Errorf("at %.1f s the right line is %.2f mm up", at, right)
		}
	}
}
