package motion

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"facialis/anatomy"
	"facialis/event"
)

// texture is a smooth random texture that can be sampled anywhere.
type texture struct{ a, b, fx, fy [40]float64 }

func newTexture(seed uint64) *texture {
	r := rand.New(rand.NewPCG(seed, 1))
	s := &texture{}
	for k := range s.a {
		s.a[k] = r.NormFloat64() * 4
		s.b[k] = r.Float64() * 2 * math.Pi
		s.fx[k], s.fy[k] = r.NormFloat64()*0.35, r.NormFloat64()*0.35
	}
	return s
}

func (s *texture) at(x, y float64) float64 {
	v := 128.0
	for k := range s.a {
		v += s.a[k] * wave(s.fx[k]*x+s.fy[k]*y+s.b[k])
	}
	return v
}

// waves is a sine from a table: drawing is half of what these tests take.
var waves = func() (out [1<<12 + 1]float64) {
	for i := range out {
		out[i] = math.Sin(2 * math.Pi * float64(i) / float64(len(out)-1))
	}
	return out
}()

// wave is the sine of x to within 0.000001.
func wave(x float64) float64 {
	at := x * ((float64(len(waves)) - 1) / (2 * math.Pi))
	from := math.Floor(at)
	i, part := int(from)&(len(waves)-2), at-from
	return waves[i] + part*(waves[i+1]-waves[i])
}

// draw samples the skin through a map from picture to skin.
func (s *texture) draw(w, h int, back func(x, y float64) (float64, float64)) picture {
	p := picture{w, h, make([]byte, w*h)}
	for y := range h {
		for x := range w {
			u, v := back(float64(x), float64(y))
			p.pix[y*w+x] = byte(max(0, min(255, math.Round(s.at(u, v)))))
		}
	}
	return p
}

func asIs(x, y float64) (float64, float64) { return x, y }

func TestFindSubpixelShift(t *testing.T) {
	s := newTexture(1)
	p := s.draw(64, 64, asIs)
	ts := newPatches(1, 6)
	ts.learn(p, 0, 32, 32)
	if !ts.ok[0] {
		t.Fatal("a textured patch was not usable")
	}
	for _, d := range [][2]float64{{0, 0}, {0.1, 0}, {0.3, -0.2}, {-0.75, 0.5}, {1.5, 1.2}} {
		q := s.draw(64, 64, func(x, y float64) (float64, float64) { return x - d[0], y - d[1] })
		x, y, like := ts.find(q, 0, 32, 32, mat2{1, 0, 0, 1}, 8)
		if math.Hypot(float64(x)-32-d[0], float64(y)-32-d[1]) > 0.04 {
			t.Errorf("shift %v found as %.3f, %.3f", d, x-32, y-32)
		}
		if like < 0.98 {
			t.Errorf("shift %v: likeness %.3f", d, like)
		}
	}
}

func TestFindIgnoresLight(t *testing.T) {
	s := newTexture(2)
	p := s.draw(64, 64, asIs)
	ts := newPatches(1, 6)
	ts.learn(p, 0, 32, 32)
	q := s.draw(64, 64, func(x, y float64) (float64, float64) { return x - 0.4, y })
	for i, v := range q.pix {
		q.pix[i] = byte(float64(v)*0.7 + 20)
	}
	x, _, like := ts.find(q, 0, 32, 32, mat2{1, 0, 0, 1}, 8)
	if math.Abs(float64(x)-32.4) > 0.05 || like < 0.97 {
		t.Errorf("darker picture: found %.3f, likeness %.3f; want 32.4", x, like)
	}
}

func TestFlatPatchIsNotUsable(t *testing.T) {
	p := picture{32, 32, make([]byte, 32*32)}
	ts := newPatches(1, 5)
	ts.learn(p, 0, 16, 16)
	if ts.ok[0] {
		t.Error("a patch without texture was taken")
	}
}

// A camera that made the places must be found again, whatever some points do
// by themselves.
func TestFitCameraIgnoresMovers(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "seed"), 7))
		want := camera{{1 + 0.05*r.NormFloat64(), 0.05 * r.NormFloat64(), 0.1 * r.NormFloat64(), 3},
			{0.05 * r.NormFloat64(), 1 + 0.05*r.NormFloat64(), 0.1 * r.NormFloat64(), -2}}
		const n = 80
		kx, ky, px, py := make([]float32, n), make([]float32, n), make([]float32, n), make([]float32, n)
		kz, w, resid := make([]float64, n), make([]float64, n), make([]float64, n)
		for i := range kx {
			kx[i], ky[i], kz[i], w[i] = float32(r.Float64()*200), float32(r.Float64()*200), r.Float64()*40, 1
			x, y := want.at(float64(kx[i]), float64(ky[i]), kz[i])
			px[i], py[i] = float32(x+0.05*r.NormFloat64()), float32(y+0.05*r.NormFloat64())
			if i%5 == 0 {
				px[i] += 4
			}
		}
		got := camera{{1, 0, 0, 0}, {0, 1, 0, 0}}
		if !fitCamera(&got, kx, ky, kz, px, py, w, 0, 6, resid) {
			t.Fatal("no fit")
		}
		for _, q := range [][3]float64{{100, 100, 20}, {20, 180, 5}} {
			ax, ay := want.at(q[0], q[1], q[2])
			bx, by := got.at(q[0], q[1], q[2])
			if math.Hypot(ax-bx, ay-by) > 0.15 {
				t.Fatalf("at %v: %.3f, %.3f instead of %.3f, %.3f", q, bx, by, ax, ay)
			}
		}
	})
}

// eyeOf draws a lid lowered by drop px over an eyeball that has turned by gaze px.
func eyeOf(s *texture, drop, gaze float64) picture {
	p := picture{80, 80, make([]byte, 80*80)}
	for y := range 80 {
		lid := max(0, min(1, 40.5+drop-float64(y))) // share of the pixel that the lid covers
		for x := range 80 {
			v := lid*s.at(float64(x), float64(y)-drop) + (1-lid)*s.at(1000+float64(x)+gaze, float64(y))
			p.pix[y*80+x] = byte(max(0, min(255, math.Round(v))))
		}
	}
	return p
}

func lidOf(t *testing.T, p picture) *lid {
	t.Helper()
	l := new(lid)
	var pts [5][2]float32
	for i := range pts {
		pts[i] = [2]float32{float32(30 + 5*i), 40}
	}
	const wide = 1e6 // an eye so wide that all of the strip goes alike
	l.learn(p, pts, 1, 0, 0, 1, wide, 2, 0)
	if !l.ok {
		t.Fatal("the lid was not usable")
	}
	return l
}

func TestLidFollowsItsMargin(t *testing.T) {
	s := newTexture(5)
	l := lidOf(t, eyeOf(s, 0, 0))
	cam := camera{{1, 0, 0, 0}, {0, 1, 0, 0}}
	buf := make([]float32, lidReach*lidCols)
	for _, px := range []float64{0, 0.5, 1, 3, 8, 14} {
		f := l.find(eyeOf(s, px, 0), &cam, false, 12, math.NaN(), math.NaN(), buf)
		mm, like := f.mm, f.like
		if math.Abs(float64(mm)-px/2) > max(0.12, 0.05*px/2) || like < 0.8 {
			t.Errorf("lid lowered %.2f mm: read %.2f, likeness %.2f", px/2, mm, like)
		}
	}
	if mm := l.find(eyeOf(s, 14, 0), &cam, false, 3, math.NaN(), math.NaN(), buf).mm; mm > 3.5 {
		t.Errorf("a lid that can have closed 3 mm at most has closed %.2f", mm)
	}
}

// An eye that turns changes what lies behind the lid's margin, not the lid.
func TestLidForgetsTheEyeball(t *testing.T) {
	s := newTexture(6)
	l := lidOf(t, eyeOf(s, -1, 0)) // the strip reaches half a millimeter onto the eyeball
	cam := camera{{1, 0, 0, 0}, {0, 1, 0, 0}}
	buf := make([]float32, lidReach*lidCols)
	before := l.find(eyeOf(s, -1, 9), &cam, true, 4, math.NaN(), math.NaN(), buf).like
	for i := range 60 {
		l.find(eyeOf(s, -1, float64(3*(i%7))), &cam, true, 4, math.NaN(), math.NaN(), buf)
	}
	after := l.find(eyeOf(s, -1, 9), &cam, true, 4, math.NaN(), math.NaN(), buf).like
	if after < before+0.05 || after < 0.9 {
		t.Errorf("with the eye turned the lid's likeness is %.2f at first and %.2f when the eyeball is known", before, after)
	}
	for _, px := range []float64{1, 3, 8} {
		if f := l.find(eyeOf(s, px-1, 9), &cam, false, 12, math.NaN(), math.NaN(), buf); math.Abs(float64(f.mm)-px/2) > 0.15 {
			t.Errorf("lid lowered %.2f mm before a turned eye: read %.2f, likeness %.2f", px/2, f.mm, f.like)
		}
	}
}

// The iris' rim is found where it is drawn, whatever the mesh thinks.
func TestLimbus(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		r := rapid.Float64Range(8, 30).Draw(t, "r")
		off := r * rapid.Float64Range(-0.05, 0.05).Draw(t, "off")
		mesh := rapid.Float64Range(0.92, 1.12).Draw(t, "mesh")
		p := picture{120, 120, make([]byte, 120*120)}
		for y := range 120 {
			for x := range 120 {
				d := math.Hypot(float64(x)-60-off, float64(y)-60)
				v := 60 + 120/(1+math.Exp(-(d-r)/0.8))
				if d < 0.4*r {
					v = 15 // the pupil
				}
				p.pix[y*120+x] = byte(v)
			}
		}
		var pts [478][2]float32
		pts[468] = [2]float32{60, 60}
		pts[469], pts[471] = [2]float32{float32(60 + mesh*r), 60}, [2]float32{float32(60 - mesh*r), 60}
		// 3 % of the rim, and in a small picture half a pixel and a bit on either side.
		if d := limbus(p, &pts, anatomy.AtRight); math.Abs(d-2*r) > max(0.03*2*r, 0.6) {
			t.Fatalf("a rim of %.2f px was found at %.2f", 2*r, d)
		}
		clear(p.pix)
		if d := limbus(p, &pts, anatomy.AtRight); d != 0 {
			t.Fatalf("a dark picture has a rim of %.2f px", d)
		}
	})
}

func TestNeutralIsRest(t *testing.T) {
	p := DefaultParams()
	n := 30 * 60
	ts, c, seg := make([]float64, n), make([]float32, n), make([]int32, n)
	r := rand.New(rand.NewPCG(3, 3))
	for i := range ts {
		ts[i] = float64(i) / 30
		c[i] = float32(2 + 0.05*r.NormFloat64())
		if int(ts[i])%10 < 5 { // half the time held 3 mm away, at uneven heights
			c[i] += float32(3 + math.Sin(ts[i]*3))
		}
	}
	base := p.neutral(ts, seg, c, -1, nil)
	for i := 0; i < n; i += 100 {
		if math.Abs(float64(base[i])-2) > 0.1 {
			t.Fatalf("neutral at %.1f s is %.2f, want 2", ts[i], base[i])
		}
	}
}

func TestNoise(t *testing.T) {
	r := rand.New(rand.NewPCG(4, 4))
	n := 30 * 60
	ts, c := make([]float64, n), make([]float32, n)
	for i := range ts {
		ts[i] = float64(i) / 30
		c[i] = float32(0.1 * r.NormFloat64())
	}
	if got := Noise(ts, c); math.Abs(got-0.1) > 0.02 {
		t.Errorf("noise of 0.1 mm read as %.3f", got)
	}
	for i := range c { // a spasm every other second is not noise
		if int(ts[i])%2 == 0 {
			c[i] += 5
		}
	}
	if got := Noise(ts, c); got > 0.3 {
		t.Errorf("noise under spasms read as %.3f", got)
	}
	if !math.IsNaN(Noise(nil, nil)) {
		t.Error("noise of nothing is a number")
	}
}

func TestFillBridgesShortGapsOnly(t *testing.T) {
	ts := []float64{0, 0.1, 0.2, 1.2, 1.3}
	c := []float32{1, event.Missing, 3, event.Missing, 5}
	fill(ts, c, 0.25, nil)
	if c[1] != 2 {
		t.Errorf("short gap filled with %v, want 2", c[1])
	}
	if c[3] == c[3] {
		t.Errorf("long gap filled with %v", c[3])
	}
}
