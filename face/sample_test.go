//go:build cgo && unix

package face

import (
	"math"
	"math/rand/v2"
	"os"
	"syscall"
	"testing"

	_ "facialis/internal/rapidtest"
	"facialis/video"

	"pgregory.net/rapid"
)

// noise is a frame of random bytes that ends where its planes end, each in
// memory of its own.
func noise(w, h int, seed uint64) *video.Frame {
	r := rand.New(rand.NewPCG(seed, 1))
	plane := func(n int) []byte {
		p := make([]byte, n)
		for i := range p {
			p[i] = byte(r.Uint32())
		}
		return p
	}
	chroma := ((w + 1) / 2) * ((h + 1) / 2)
	return &video.Frame{W: w, H: h, Y: plane(w * h), Cb: plane(chroma), Cr: plane(chroma)}
}

// Both loops in C give what their twin in Go gives, to the bit: for any size of
// picture and crop, in either range and matrix, for squares inside, partly
// outside and beyond the picture, turned, smaller than a pixel and far larger
// than the picture.
func TestSampleEqualsItsTwin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w, h := rapid.IntRange(1, 400).Draw(t, "w"), rapid.IntRange(1, 400).Draw(t, "h")
		f := noise(w, h, rapid.Uint64().Draw(t, "seed"))
		f.Full, f.BT709 = rapid.Bool().Draw(t, "full"), rapid.Bool().Draw(t, "bt709")
		n := rapid.OneOf(rapid.Just(meshSide), rapid.Just(detectorSide), rapid.Map(rapid.IntRange(1, 40), func(i int) int { return 2 * i })).Draw(t, "n")
		longer := float64(max(w, h))
		q := Square{
			X:    rapid.Float64Range(-0.5, 1.5).Draw(t, "x") * float64(w),
			Y:    rapid.Float64Range(-0.5, 1.5).Draw(t, "y") * float64(h),
			Side: longer * math.Exp(rapid.Float64Range(-6, 3.5).Draw(t, "side")),
			Angle: rapid.OneOf(rapid.Just(0.0), rapid.Just(math.Pi/2), rapid.Just(-math.Pi),
				rapid.Float64Range(-7, 7)).Draw(t, "angle"),
		}
		scale, shift := float32(1.0/255), float32(0)
		if rapid.Bool().Draw(t, "signed") {
			scale, shift = 2.0/255, -1
		}
		c := newCrop(n, f, q, scale, shift)
		want, got := make([]float32, 3*n*n), make([]float32, 3*n*n)
		c.sampleGo(want, f)
		for _, way := range []struct {
			name   string
			sample func([]float32, *video.Frame)
		}{{"fast", c.sample}, {"plain", c.samplePlain}} {
			for i := range got {
				got[i] = -7
			}
			way.sample(got, f)
			for i := range got {
				if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
					t.Fatalf("%s: plane %d, row %d, column %d is %v, in Go %v", way.name, i/(n*n), i/n%n, i%n, got[i], want[i])
				}
			}
		}
	})
}

// Planes that end where the process's memory ends: nothing beyond is read.
func TestSampleStaysInThePlanes(t *testing.T) {
	for _, size := range [][2]int{{64, 64}, {63, 65}, {640, 480}, {1, 9}, {9, 1}, {10, 40}} {
		f := noise(size[0], size[1], 3)
		f.Y, f.Cb, f.Cr = atTheEnd(t, f.Y), atTheEnd(t, f.Cb), atTheEnd(t, f.Cr)
		w, h := float64(f.W), float64(f.H)
		for _, side := range []float64{8, 40, w, 4 * w, 12 * w} {
			for _, angle := range []float64{0, 0.3, math.Pi / 2, 3} {
				for _, at := range [][2]float64{{w / 2, h / 2}, {w - side/2, h - side/2}, {w, h}} {
					for _, n := range []int{meshSide, detectorSide, 16} {
						Sample(make([]float32, 3*n*n), n, f, Square{at[0], at[1], side, angle}, 1, 0)
					}
				}
			}
		}
	}
}

// atTheEnd copies a plane to the end of a page that has no readable one behind.
func atTheEnd(t *testing.T, plane []byte) []byte {
	page := os.Getpagesize()
	size := (len(plane) + page - 1) / page * page
	m, err := syscall.Mmap(-1, 0, size+page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_PRIVATE|syscall.MAP_ANON)
	if err != nil {
		t.Skip(err)
	}
	t.Cleanup(func() { syscall.Munmap(m) })
	if err := syscall.Mprotect(m[size:], syscall.PROT_NONE); err != nil {
		t.Skip(err)
	}
	copy(m[size-len(plane):], plane)
	return m[size-len(plane) : size : size]
}

func BenchmarkSample(b *testing.B) {
	f := gradient(1920, 1080, false)
	dst := make([]float32, 3*192*192)
	for _, size := range []struct {
		name string
		side float64
	}{{"face230px", 350}, {"face400px", 600}, {"face700px", 1050}} {
		c := newCrop(192, f, Square{960, 540, size.side, 0.1}, 1.0/255, 0)
		for _, way := range []struct {
			name   string
			sample func([]float32, *video.Frame)
		}{{"fast", c.sample}, {"plain", c.samplePlain}, {"go", c.sampleGo}} {
			b.Run(size.name+"/"+way.name, func(b *testing.B) {
				b.ReportAllocs()
				for b.Loop() {
					way.sample(dst, f)
				}
			})
		}
	}
}
