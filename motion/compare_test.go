//go:build cgo

package motion

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"testing"
)

// byHand is compare written plainly in Go.
func byHand(t *patches, p picture, i int, cx, cy float32, a mat2) (m moments, ok bool) {
	g, ok := p.lay(t.r, cx, cy, a)
	if !ok {
		return m, false
	}
	n := 2*t.r + 1
	var s [5]float64
	for v := range n {
		for u := range n {
			x, y := g.x+u*g.ux+v*g.vx, g.y+u*g.uy+v*g.vy
			o := (y>>16)*p.w + x>>16
			l := float64(mix(binary.LittleEndian.Uint16(p.pix[o:]), binary.LittleEndian.Uint16(p.pix[o+p.w:]), x, y)) * mixUnit
			k := i*t.n + v*n + u
			for j, f := range [5]float64{1, l, float64(t.tmpl[k]), float64(t.gx[k]), float64(t.gy[k])} {
				s[j] += l * f
			}
		}
	}
	return moments{float32(s[0]), float32(s[1]), float32(s[2]), float32(s[3]), float32(s[4])}, true
}

// Both loops in C and their twin in Go give what the sums written out give, for every size of patch,
// anywhere in the picture up to its edges, under any turn and growth.
func TestCompareAgreesWithTheSumsWrittenOut(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	p := skin(97, 61)
	for i := range p.pix {
		p.pix[i] += byte(r.IntN(20))
	}
	tried := 0
	for half := 1; half <= 9; half++ {
		ps := newPatches(3, half)
		ps.learn(p, 1, 48, 30)
		if !ps.ok[1] {
			t.Fatalf("a patch of half side %d was not learned", half)
		}
		var size float64
		for _, v := range ps.tmpl[ps.n : 2*ps.n] {
			size += math.Abs(float64(v)) * 255
		}
		for range 300 {
			turn, grow := 6.3*r.Float64(), 0.5+1.5*r.Float64()
			s, c := math.Sincos(turn)
			a := mat2{float32(grow * c), float32(-grow * s), float32(grow * s), float32(grow * c)}
			x, y := 97*r.Float32(), 61*r.Float32()
			want, inside := byHand(ps, p, 1, x, y, a)
			for name, f := range map[string]func(picture, int, float32, float32, mat2) (moments, bool){"fast": ps.compare, "plain": ps.comparePlain, "go": ps.compareGo} {
				got, ok := f(p, 1, x, y, a)
				if ok != inside {
					t.Fatalf("%s at %g, %g: inside %v, want %v", name, x, y, ok, inside)
				}
				n := float64(ps.n)
				for k, d := range [5]float64{float64(got.v - want.v), float64(got.vv-want.vv) / 255, float64(got.vt-want.vt) / 64,
					float64(got.vx-want.vx) / 64, float64(got.vy-want.vy) / 64} {
					if math.Abs(d) > 1e-5*(255*n+size) {
						t.Fatalf("%s, half side %d, sum %d: %+v, want %+v", name, half, k, got, want)
					}
				}
			}
			if inside {
				tried++
				plain, _ := ps.comparePlain(p, 1, x, y, a)
				if twin, _ := ps.compareGo(p, 1, x, y, a); twin != plain {
					t.Fatalf("half side %d at %g, %g: Go gives %+v, C %+v", half, x, y, twin, plain)
				}
			}
		}
	}
	if tried < 500 {
		t.Errorf("only %d patches lay in the picture", tried)
	}
}

// The search in C and its twin in Go find the same to the last bit, and the one
// by vectors hardly another place, for every size of patch and from any start.
func TestFindAgreesWithItsTwin(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	p := skin(97, 61)
	for i := range p.pix {
		p.pix[i] += byte(r.IntN(20))
	}
	found := 0
	for half := 1; half <= 9; half++ {
		ps := newPatches(1, half)
		ps.learn(p, 0, 48, 30)
		if !ps.ok[0] {
			t.Fatalf("a patch of half side %d was not learned", half)
		}
		for range 300 {
			s, c := math.Sincos(0.5 - r.Float64())
			grow := 0.8 + 0.4*r.Float64()
			a := mat2{float32(grow * c), float32(-grow * s), float32(grow * s), float32(grow * c)}
			x, y := 45+6*r.Float32(), 27+6*r.Float32()
			if r.IntN(10) == 0 {
				x, y = 97*r.Float32(), 61*r.Float32()
			}
			gx, gy, gl := ps.findGo(p, 0, x, y, a, 5)
			if cx, cy, cl := ps.findPlain(p, 0, x, y, a, 5); cx != gx || cy != gy || cl != gl {
				t.Fatalf("half side %d from %g, %g: C finds %g, %g, %g, Go %g, %g, %g", half, x, y, cx, cy, cl, gx, gy, gl)
			}
			if gl > 0.9 {
				fx, fy, fl := ps.find(p, 0, x, y, a, 5)
				if math.Hypot(float64(fx-gx), float64(fy-gy)) > 1e-2 || math.Abs(float64(fl-gl)) > 1e-2 {
					t.Fatalf("half side %d from %g, %g: by vectors %g, %g, %g, else %g, %g, %g", half, x, y, fx, fy, fl, gx, gy, gl)
				}
				found++
			}
		}
	}
	if found < 300 {
		t.Errorf("only %d patches were found", found)
	}
}

func BenchmarkCompare(b *testing.B) {
	const r = 7
	p := skin(320, 240)
	ps := newPatches(1, r)
	ps.learn(p, 0, 160, 120)
	a := mat2{0.99, -0.05, 0.05, 0.99}
	b.Run("fast", func(b *testing.B) {
		for b.Loop() {
			ps.compare(p, 0, 160.6, 119.5, a)
		}
	})
	b.Run("go", func(b *testing.B) {
		for b.Loop() {
			ps.compareGo(p, 0, 160.6, 119.5, a)
		}
	})
	b.Run("plain", func(b *testing.B) {
		for b.Loop() {
			ps.comparePlain(p, 0, 160.6, 119.5, a)
		}
	})
}
