package motion

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	_ "facialis/internal/rapidtest"
)

// headKey is a key frame of points on a curved face, 2.5 px a mm, with their
// weights.
func headKey(r *rand.Rand, n int) (*key, []float64) {
	k := &key{fine: newPatches(n, 3), z: make([]float64, n), pxPerMM: 2.5}
	w := make([]float64, n)
	for i := range n {
		x, y := r.Float64()*130-65, r.Float64()*140-70
		k.fine.x[i], k.fine.y[i] = float32(500+2.5*x), float32(400-2.5*y)
		k.z[i] = 40 - x*x/110 - y*y/300
		w[i] = 1
	}
	return k, w
}

// seen is where a head that turns by tilt (sines), rolls and grows puts point i.
func (k *key) seen(i int, tx, ty, roll, size float64) (x, y float64) {
	qx, qy, qz := float64(k.fine.x[i])-500, float64(k.fine.y[i])-400, k.z[i]*k.pxPerMM
	u := qx - tx*(tx*qx+ty*qy)/2 + tx*qz
	v := qy - ty*(tx*qx+ty*qy)/2 + ty*qz
	s, c := math.Sincos(roll)
	return 510 + size*(c*u-s*v), 390 + size*(s*u+c*v)
}

// A head that turned, rolled and grew is found again, whatever some points do by
// themselves.
func TestFitHeadFindsTheMotion(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 5))
		tx, ty := rapid.Float64Range(-0.1, 0.1).Draw(t, "tx"), rapid.Float64Range(-0.1, 0.1).Draw(t, "ty")
		roll, size := rapid.Float64Range(-0.2, 0.2).Draw(t, "roll"), rapid.Float64Range(0.9, 1.1).Draw(t, "size")
		const n = 120
		k, w := headKey(r, n)
		px, py, resid := make([]float32, n), make([]float32, n), make([]float64, n)
		for i := range n {
			x, y := k.seen(i, tx, ty, roll, size)
			px[i], py[i] = float32(x+0.05*r.NormFloat64()), float32(y+0.05*r.NormFloat64())
			if i%5 == 0 {
				py[i] -= 8
			}
		}
		c := camera{{1, 0, 0, 0}, {0, 1, 0, 0}}
		if !fitHead(&c, k, px, py, w, 0, 12, resid) {
			t.Fatal("no fit")
		}
		for i := 0; i < n; i += 7 {
			wx, wy := k.seen(i, tx, ty, roll, size)
			x, y := c.at(float64(k.fine.x[i]), float64(k.fine.y[i]), k.z[i])
			if math.Hypot(x-wx, y-wy) > 0.25 {
				t.Fatalf("point %d is put at %.2f, %.2f and is at %.2f, %.2f", i, x, y, wx, wy)
			}
		}
	})
}

// A forehead that goes up by itself, most where it is highest, must not stretch
// the head: an affine camera moves the chin by it, the head's does not.
func TestARaisedBrowDoesNotMoveTheChin(t *testing.T) {
	r := rand.New(rand.NewPCG(8, 8))
	const n = 200
	k, w := headKey(r, n)
	px, py, resid := make([]float32, n), make([]float32, n), make([]float64, n)
	for i := range n {
		px[i], py[i] = k.fine.x[i]+float32(0.05*r.NormFloat64()), k.fine.y[i]+float32(0.05*r.NormFloat64())
		up := (400 - float64(k.fine.y[i])) / 2.5 // mm over the middle of the face
		if up < -20 {
			w[i] = 0 // the mouth tells nothing of the head
		}
		if up > 25 {
			py[i] -= float32(2.5 * 6 * math.Min((up-25)/15, 1)) // up to 6 mm
			w[i] = 0.3
		}
	}
	chin := func(c *camera) float64 {
		_, y := c.at(500, 400+2.5*75, 20)
		return math.Abs(y-(400+2.5*75)) / 2.5
	}
	head, affine := camera{{1, 0, 0, 0}, {0, 1, 0, 0}}, camera{{1, 0, 0, 0}, {0, 1, 0, 0}}
	if !fitHead(&head, k, px, py, w, 1e4, 5, resid) || !fitCamera(&affine, k.fine.x, k.fine.y, k.z, px, py, w, 1e4, 5, resid) {
		t.Fatal("no fit")
	}
	if a, b := chin(&head), chin(&affine); a > 0.4 || a > b/2 {
		t.Fatalf("a raised brow moves the chin by %.2f mm (an affine camera by %.2f)", a, b)
	}
}

func TestFitHeadWithoutPoints(t *testing.T) {
	k, w := headKey(rand.New(rand.NewPCG(1, 1)), 10)
	clear(w)
	c := camera{{1, 0, 0, 0}, {0, 1, 0, 0}}
	if fitHead(&c, k, make([]float32, 10), make([]float32, 10), w, 0, 3, make([]float64, 10)) {
		t.Fatal("a head was found in nothing")
	}
}

// The way towards the camera is the face's own front, turned as the head is.
func TestTowardTheCamera(t *testing.T) {
	s, c := math.Sincos(0.3)
	cam := camera{{2 * c, 0, 2 * s, 0}, {0, -2, 0, 0}} // turned about the upright axis; y of a picture runs down
	got := cam.toward()
	for i, want := range [3]float64{-s, 0, c} {
		if math.Abs(got[i]-want) > 1e-9 {
			t.Fatalf("towards the camera is %v, want (%.3f, 0, %.3f)", got, -s, c)
		}
	}
}

// Points that lie in a plane say nothing of the depth's share in the picture: it stays what
// it was before, on both axes, and the rest is as the points have it.
func TestAFlatSetKeepsItsDepth(t *testing.T) {
	var kx, ky, px, py []float32
	var kz, w []float64
	for i := range 25 {
		x, y := float64(i%5)*10, float64(i/5)*10
		kx, ky, kz, w = append(kx, float32(x)), append(ky, float32(y)), append(kz, 0), append(w, 1)
		px, py = append(px, float32(1.1*x-0.1*y+3)), append(py, float32(0.1*x+1.1*y-2))
	}
	c := camera{{1, 0, 0.3, 0}, {0, 1, -0.2, 0}}
	if !fitCamera(&c, kx, ky, kz, px, py, w, 50, 4, make([]float64, len(w))) {
		t.Fatal("no fit")
	}
	want := camera{{1.1, -0.1, 0.3, 3}, {0.1, 1.1, -0.2, -2}}
	for r := range want {
		for k := range want[r] {
			if math.Abs(c[r][k]-want[r][k]) > 1e-4 {
				t.Errorf("row %d, term %d is %.4f, want %.4f", r, k, c[r][k], want[r][k])
			}
		}
	}
}
