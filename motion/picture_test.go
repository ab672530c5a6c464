package motion

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"
)

// The halved picture is the mean of four, whatever box is asked for.
func TestLevelIsTheMeanOfFour(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	src := picture{205, 23, make([]byte, 205*23)} // wider than what is done at a time
	for i := range src.pix {
		src.pix[i] = byte(r.IntN(256))
		if i%7 == 0 {
			src.pix[i] = 255
		}
	}
	for _, box := range [][4]int{{0, 0, 204, 22}, {3, 5, 31, 18}, {7, 1, 150, 20}, {-9, -9, 299, 99}, {20, 4, 22, 6}} {
		var got picture
		got.halveOf(src, box[0], box[1], box[2], box[3])
		twin := picture{got.w, got.h, make([]byte, len(got.pix))}
		x0, y0 := max(box[0]/2, 0), max(box[1]/2, 0)
		x1, y1 := min(box[2]/2+1, got.w), min(box[3]/2+1, got.h)
		halveGo(src, twin, x0, y0, x1, y1)
		for y := y0; y < y1; y++ {
			if a, b := got.pix[y*got.w+x0:y*got.w+x1], twin.pix[y*got.w+x0:y*got.w+x1]; !bytes.Equal(a, b) {
				t.Fatalf("box %v, row %d: %v, in Go %v", box, y, a, b)
			}
		}
		for y := max(box[1]/2, 0); y < min(box[3]/2+1, got.h); y++ {
			for x := max(box[0]/2, 0); x < min(box[2]/2+1, got.w); x++ {
				at := func(dx, dy int) int { return int(src.pix[(2*y+dy)*src.w+2*x+dx]) }
				if want := byte((at(0, 0) + at(1, 0) + at(0, 1) + at(1, 1) + 2) / 4); got.pix[y*got.w+x] != want {
					t.Fatalf("box %v: %d at %d, %d, want %d", box, got.pix[y*got.w+x], x, y, want)
				}
			}
		}
	}
}

// compare sums what sample reads, and sample reads what lies between the
// pixels.
func TestCompareSumsWhatSampleReads(t *testing.T) {
	const r = 6
	p := newTexture(3).draw(80, 64, asIs)
	ts := newPatches(1, r)
	ts.learn(p, 0, 40, 30)
	a := mat2{1.03, 0.05, -0.04, 0.97}
	buf := make([]float32, ts.n)
	const cx, cy = 40.37, 30.81
	m, ok := ts.compare(p, 0, cx, cy, a)
	if !ok || !p.sample(buf, r, cx, cy, a) {
		t.Fatal("the patch left the picture")
	}
	var want [5]float64
	for k, v := range buf {
		x, y := a.mul(float32(k%(2*r+1)-r), float32(k/(2*r+1)-r))
		if real, _ := p.bilinear(cx+x, cy+y); math.Abs(float64(v-real)) > 0.05 {
			t.Fatalf("sample %d is %.3f, want %.3f", k, v, real)
		}
		for i, f := range [5]float32{1, v, ts.tmpl[k], ts.gx[k], ts.gy[k]} {
			want[i] += float64(v) * float64(f)
		}
	}
	for i, got := range [5]float32{m.v, m.vv, m.vt, m.vx, m.vy} {
		if math.Abs(float64(got)-want[i]) > 1e-4*math.Abs(want[i])+0.5 {
			t.Errorf("sum %d is %.2f, want %.2f", i, got, want[i])
		}
	}
}
