package face

import (
	"math"
	"testing"

	"facialis/video"
)

// gradient is a frame whose luma is a plane: bilinear sampling of it is exact.
func gradient(w, h int, full bool) *video.Frame {
	f := video.NewFrame(w, h)
	f.Full = full
	for y := range h {
		for x := range w {
			f.Y[y*w+x] = byte(40 + 100*x/w + 60*y/h)
		}
	}
	return f
}

func TestSampleFollowsTheSquare(t *testing.T) {
	const n, w, h = 64, 1600, 1200
	f := gradient(w, h, true)
	dst := make([]float32, 3*n*n)
	for _, q := range []Square{
		{800, 600, 200, 0}, {800, 600, 60, 0.4}, {700, 500, 300, -1.2}, {800, 600, 128, math.Pi}, {800, 600, 700, 0.3},
	} {
		Sample(dst, n, f, q, 1, 0)
		for y := range n {
			for x := range n {
				px, py := q.At(float64(x)+0.5, float64(y)+0.5, n)
				want := 40 + 100*(px-0.5)/w + 60*(py-0.5)/h - 0.9 // two roundings down, half a step each
				for c := range 3 {
					if got := float64(dst[c*n*n+y*n+x]); math.Abs(got-want) > 1.2 {
						t.Fatalf("square %v: pixel %d,%d channel %d is %.2f, want %.2f", q, x, y, c, got, want)
					}
				}
			}
		}
	}
}

func TestSampleIsBlackOutside(t *testing.T) {
	const n = 32
	f := gradient(100, 100, true)
	dst := make([]float32, 3*n*n)
	Sample(dst, n, f, Square{0, 50, 80, 0}, 2.0/255, -1)
	for y := range n {
		if got := dst[y*n+4]; got != -1 {
			t.Fatalf("outside the picture: %v, want -1", got)
		}
		if got := dst[y*n+n-4]; got < -0.8 {
			t.Fatalf("inside the picture: %v", got)
		}
	}
}

// The reference values are those of ITU-R BT.601 and BT.709 for pure red.
func TestSampleColors(t *testing.T) {
	for _, c := range []struct {
		y, cb, cr   byte
		full, bt709 bool
	}{
		{81, 90, 240, false, false},
		{63, 102, 240, false, true},
		{76, 85, 255, true, false},
		{54, 99, 255, true, true},
	} {
		f := video.NewFrame(64, 64)
		f.Full, f.BT709 = c.full, c.bt709
		for i := range f.Y {
			f.Y[i] = c.y
		}
		for i := range f.Cb {
			f.Cb[i], f.Cr[i] = c.cb, c.cr
		}
		dst := make([]float32, 3*16*16)
		Sample(dst, 16, f, Square{32, 32, 20, 0}, 1, 0)
		if r, g, b := dst[100], dst[256+100], dst[512+100]; r < 251 || g > 3 || b > 3 {
			t.Errorf("%+v: red comes out as %v %v %v", c, r, g, b)
		}
	}
}

func TestSampleDoesNotAllocate(t *testing.T) {
	f := gradient(1280, 720, false)
	dst := make([]float32, 3*192*192)
	if a := testing.AllocsPerRun(5, func() { Sample(dst, 192, f, Square{640, 360, 500, 0.1}, 1.0/255, 0) }); a != 0 {
		t.Errorf("%v allocations", a)
	}
}
