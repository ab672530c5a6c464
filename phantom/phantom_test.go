package phantom

import (
	"context"
	"crypto/sha256"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"facialis/anatomy"
	"facialis/event"
)

// stillSpec is a spec of a small, noiseless picture of a head that holds still.
func stillSpec() *Spec {
	return &Spec{Seconds: 1, Camera: Camera{Width: 400, Height: 320, FaceHeight: 0.9, Noise: -1},
		Head: Head{SwayMM: -1, TurnDeg: -1, BreathMM: -1}, Blinks: Blinks{RatePerMin: -1}}
}

// stillScene is painted once for all tests.
var stillScene = sync.OnceValue(func() *scene {
	s := stillSpec()
	if err := s.Validate(); err != nil {
		panic(err)
	}
	return newScene(s)
})

// luma draws one state and returns its luma plane.
func luma(sc *scene, st *state) []byte {
	r := newRenderer(sc)
	r.frame(st, 0)
	return slices.Clone(r.y)
}

func rest() *state {
	return &state{aperture: [2]float64{RestApertureMM, RestApertureMM}}
}

// bilinear reads a luma plane between pixels.
func bilinear(p []byte, w int, x, y float64) float64 {
	i, j := int(x), int(y)
	ax, ay := x-float64(i), y-float64(j)
	at := func(i, j int) float64 { return float64(p[j*w+i]) }
	return (1-ax)*(1-ay)*at(i, j) + ax*(1-ay)*at(i+1, j) + (1-ax)*ay*at(i, j+1) + ax*ay*at(i+1, j+1)
}

// shift finds by Gauss–Newton how far (px) the block of half size h around
// (cx, cy) has moved between two planes.
func shift(a, b []byte, w int, cx, cy, h float64) (dx, dy float64) {
	for range 60 {
		var xx, xy, yy, bx, by float64
		for y := cy - h; y <= cy+h; y++ {
			for x := cx - h; x <= cx+h; x++ {
				gx := (bilinear(b, w, x+dx+1, y+dy) - bilinear(b, w, x+dx-1, y+dy)) / 2
				gy := (bilinear(b, w, x+dx, y+dy+1) - bilinear(b, w, x+dx, y+dy-1)) / 2
				e := bilinear(a, w, x, y) - bilinear(b, w, x+dx, y+dy)
				xx, xy, yy, bx, by = xx+gx*gx, xy+gx*gy, yy+gy*gy, bx+gx*e, by+gy*e
			}
		}
		d := xx*yy - xy*xy
		sx, sy := (yy*bx-xy*by)/d, (xx*by-xy*bx)/d
		dx, dy = dx+sx, dy+sy
		if math.Hypot(sx, sy) < 1e-4 {
			break
		}
	}
	return dx, dy
}

func TestPullMovesSkinByItsMillimetres(t *testing.T) {
	sc := stillScene()
	before := luma(sc, rest())
	for r, region := range anatomy.Regions {
		if r == anatomy.AtOrbicularisOculi {
			continue // drawn by the aperture: TestApertureIsExact
		}
		for side := range 2 {
			for _, mm := range []float64{0.1, 0.5, 1} {
				st := rest()
				st.pull[side][r] = mm
				after := luma(sc, st)
				p := patches[r]
				// where the patch is after the pull: the field is strongest on the rest patch
				cx, cy := sc.cx-0.5+sc.scale*sgn[side]*p.Out, sc.cy-0.5+sc.scale*p.Down
				dx, dy := shift(before, after, sc.w, cx, cy, 5)
				want := mm * sc.scale
				got := dx*sgn[side]*p.DirOut + dy*p.DirDown
				off := math.Abs(-dx*sgn[side]*p.DirDown + dy*p.DirOut)
				if math.Abs(got-want) > 0.06*want+0.08 || off > 0.05*want+0.06 {
					t.Errorf("%s %s %.1f mm: moved %.3f px along and %.3f px across, want %.3f and 0",
						region, []string{"right", "left"}[side], mm, got, off, want)
				}
			}
		}
	}
}

func TestHeadMovesByItsPose(t *testing.T) {
	sc := stillScene()
	before := luma(sc, rest())
	st := rest()
	st.pose.X, st.pose.Y = 0.5, -0.3
	dx, dy := shift(before, luma(sc, st), sc.w, sc.cx+sc.scale*20, sc.cy+sc.scale*30, 8)
	// eight bits of brightness tell a shift to about 0.05 px here, with or without a lens
	if math.Abs(dx-0.5*sc.scale) > 0.06 || math.Abs(dy+0.3*sc.scale) > 0.06 {
		t.Errorf("a sway of (0.5, -0.3) mm moved the skin by (%.3f, %.3f) px, want (%.3f, %.3f)", dx, dy, 0.5*sc.scale, -0.3*sc.scale)
	}
}

func TestApertureIsExact(t *testing.T) {
	for _, a := range []float64{0, 2, 5, RestApertureMM} {
		l := lidShape{aperture: float32(a), rise: 1}
		yu, yl, _, _ := l.margins(0)
		if math.Abs(float64(yl-yu)-a) > 1e-5 {
			t.Errorf("aperture %v mm: margins are %v mm apart", a, yl-yu)
		}
		for _, xi := range []float32{-0.9, -0.3, 0.5, 0.95} {
			if yu, yl, _, _ := l.margins(xi); a == 0 && math.Abs(float64(yl-yu)) > 1e-6 || yl < yu-1e-6 {
				t.Errorf("aperture %v mm at %v: margins %v and %v cross or gape", a, xi, yu, yl)
			}
		}
	}
	sc := stillScene()
	ahead := rest()
	ahead.aperture[1], ahead.rise[1] = 6, 1
	aside := *ahead
	aside.gazeX = 10
	p, q := luma(sc, ahead), luma(sc, &aside)
	// over the pupil's column, what changes with the gaze is the opening
	x := int(sc.cx + sc.scale*eyeX)
	n := 0
	for y := int(sc.cy - 12*sc.scale); y < int(sc.cy+12*sc.scale); y++ {
		if d := int(p[y*sc.w+x]) - int(q[y*sc.w+x]); d > 8 || d < -8 {
			n++
		}
	}
	if got := float64(n) / sc.scale; math.Abs(got-6) > 0.6 {
		t.Errorf("an aperture of 6 mm opens %.1f mm of picture", got)
	}
}

// A pull of the cheek is told as it was asked for, and moves its skin so far.
func TestTheCheekIsDrawn(t *testing.T) {
	s, err := Parse([]byte("seconds: 4\nblinks: {rate_per_min: -1}\nevents: [{at: 1, side: left, regions: [{region: malar, mm: 2}]}]\n"))
	if err != nil {
		t.Fatal(err)
	}
	ts, _ := s.times()
	tr := tell(s, ts)
	if len(tr.Events) != 1 || tr.Events[0].Lead != anatomy.Malar || math.Abs(*tr.Events[0].Regions[0].PeakMM-2) > 0.1 {
		t.Fatalf("%+v", tr.Events)
	}
	p := patches[anatomy.AtMalar]
	dx, dy := at(newMuscles(0).f[anatomy.AtLeft][anatomy.AtMalar].up, float32(p.Out), float32(p.Down))
	if math.Abs(float64(dx)-p.DirOut) > 0.02 || math.Abs(float64(dy)-p.DirDown) > 0.02 {
		t.Errorf("1 mm moves the cheek by %.2f, %.2f", dx, dy)
	}
}

func TestEventsOfAGivenSpec(t *testing.T) {
	s, err := Parse([]byte(`
seconds: 8
blinks: {rate_per_min: -1}
events:
  - {at: 1, side: left, regions: [{region: orbicularis_oculi, mm: 2}, {region: zygomaticus, mm: 1, lag_ms: 100}]}
  - {at: 3, side: right, form: clonic, twitches: 4, rate_hz: 5, regular: true, regions: [{region: depressor, mm: 1.5}]}
  - {at: 6, side: right, form: tonic, hold_s: 1.2, regions: [{region: platysma, mm: 2}]}
`))
	if err != nil {
		t.Fatal(err)
	}
	ts, _ := s.times()
	tr := tell(s, ts)
	if len(tr.Events) != 3 {
		t.Fatalf("%d events, want 3", len(tr.Events))
	}
	e := tr.Events[0]
	// a raised cosine of 70 ms reaches a tenth after 70·acos(0.8)/π = 14.3 ms
	if want := 1 + 0.070*math.Acos(0.8)/math.Pi; math.Abs(e.OnsetS-want) > 0.001 || e.Lead != anatomy.OrbicularisOculi || e.Form != event.Twitch || e.Side != anatomy.Left {
		t.Errorf("first event %+v, want onset %.4f", e, want)
	}
	if lag := e.Regions[1].OnsetS - e.Regions[0].OnsetS; math.Abs(lag-0.1) > 0.001 {
		t.Errorf("lag %.4f s, want 0.1", lag)
	}
	if c := tr.Events[1]; c.Twitches != 4 || c.RateHz == nil || math.Abs(*c.RateHz-5) > 1e-6 || *c.Attack != *tr.Events[2].Attack || *c.Episode == *tr.Events[2].Episode || *c.Attack == *e.Attack {
		t.Errorf("clonic event %+v", c)
	}
	if c := tr.Events[2]; c.Form != event.Tonic || c.Duration() < 1.4 || c.Duration() > 1.7 {
		t.Errorf("tonic event lasts %.3f s", c.Duration())
	}
	if d := tr.Displacement.Left[anatomy.OrbicularisOculi]; slices.Max(d) < 1.9 || slices.Max(d) > 2 {
		t.Errorf("the lid's largest drop is %.3f mm", slices.Max(d))
	}
}

func TestSameSeedSameBytes(t *testing.T) {
	draw := func(seed uint64) (sum [32]byte) {
		s, err := Preset("primary-spread")
		if err != nil {
			t.Fatal(err)
		}
		s.SetSeconds(0.3)
		s.Seed = seed
		s.Camera.Width, s.Camera.Height = 128, 96
		path := filepath.Join(t.TempDir(), "a.mp4")
		if _, err := Render(context.Background(), s, path, nil); err != nil {
			t.Fatal(err)
		}
		b, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		return sha256.Sum256(b)
	}
	a, b, c := draw(3), draw(3), draw(4)
	if a != b {
		t.Error("the same seed gave two different videos")
	}
	if a == c {
		t.Error("another seed gave the same video")
	}
}

func BenchmarkFrame1080p(b *testing.B) {
	s := &Spec{Seconds: 60}
	if err := s.Validate(); err != nil {
		b.Fatal(err)
	}
	sc := newScene(s)
	r := newRenderer(sc)
	tl := schedule(s)
	i := 0
	for b.Loop() {
		r.frame(tl.at(float64(i)/30), i)
		i++
	}
}

// TestJawLeavesTheNose holds both layers together above the mouth: an opening
// jaw moves neither nose nor forehead.
func TestJawLeavesTheNose(t *testing.T) {
	m := newMuscles(0)
	w := newWarp()
	w.set(m, &state{jaw: 7})
	for y := float32(-60); y < 45; y++ {
		for x := float32(-60); x <= 60; x += 3 {
			ux, uy := at(w.up, x, y)
			lx, ly := at(w.lower, x, y)
			if ux != lx || uy != ly {
				t.Fatalf("at (%v, %v) the layers part: (%v, %v) and (%v, %v) mm", x, y, ux, uy, lx, ly)
			}
			if y < 30 && uy > 0.3 {
				t.Fatalf("a jaw 7 mm open moves (%v, %v) by %v mm", x, y, uy)
			}
		}
	}
}
