package motion

import (
	"math"
	"math/rand/v2"
	"testing"

	"facialis/video"
)

// skin is a picture with texture in every direction.
func skin(w, h int) picture {
	p := picture{w: w, h: h, pix: make([]byte, w*h)}
	for y := range h {
		for x := range w {
			fx, fy := float64(x), float64(y)
			p.pix[y*w+x] = byte(128 + 50*math.Sin(0.9*fx+0.3*fy) + 40*math.Cos(0.7*fy-0.2*fx))
		}
	}
	return p
}

var identity = mat2{1, 0, 0, 1}

// still fails the test when f, run again and again, allocates.
func still(tb testing.TB, what string, f func()) {
	tb.Helper()
	if n := testing.AllocsPerRun(100, f); n != 0 {
		tb.Errorf("%s allocates %v times a call", what, n)
	}
}

// The loops that run some hundred times a frame must not allocate.
func TestHotLoopsDoNotAllocate(t *testing.T) {
	const r = 5
	p := skin(320, 240)
	ps := newPatches(1, r)
	ps.learn(p, 0, 160, 120)
	if !ps.ok[0] {
		t.Fatal("the patch was not learned")
	}
	buf := make([]float32, (2*r+1)*(2*r+1))
	still(t, "sample", func() { p.sample(buf, r, 160.3, 120.7, identity) })
	still(t, "find", func() { ps.find(p, 0, 160.6, 119.5, identity, 8) })
	still(t, "learn", func() { ps.learn(p, 0, 160, 120) })
}

// A patch that starts a little beside its place comes back to it.
func TestFindComesBack(t *testing.T) {
	const r = 5
	p := skin(320, 240)
	ps := newPatches(1, r)
	ps.learn(p, 0, 160, 120)
	x, y, like := ps.find(p, 0, 160.7, 119.4, identity, 12)
	if math.Hypot(float64(x-160), float64(y-120)) > 0.05 || like < 0.98 {
		t.Errorf("found at %.3f, %.3f with a likeness of %.3f, want 160, 120 and 1", x, y, like)
	}
}

func BenchmarkSample(b *testing.B) {
	const r = 5
	p := skin(320, 240)
	buf := make([]float32, (2*r+1)*(2*r+1))
	b.ReportAllocs()
	for b.Loop() {
		p.sample(buf, r, 160.3, 120.7, identity)
	}
}

func BenchmarkFind(b *testing.B) {
	const r = 5
	p := skin(320, 240)
	ps := newPatches(1, r)
	ps.learn(p, 0, 160, 120)
	b.ReportAllocs()
	for b.Loop() {
		ps.find(p, 0, 160.6, 119.5, identity, 8)
	}
}

func BenchmarkChanges720p(b *testing.B) {
	f := video.NewFrame(1280, 720)
	r := rand.New(rand.NewPCG(1, 2))
	for i := range f.Y {
		f.Y[i] = byte(r.IntN(256))
	}
	var c changes
	for b.Loop() {
		f.Y[0]++
		c.next(f)
	}
}
