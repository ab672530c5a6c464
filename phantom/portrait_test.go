package phantom

import (
	"image"
	"math"
	"testing"

	"facialis/anatomy"
)

func TestPlateGoesThroughItsPoints(t *testing.T) {
	from := [][2]float64{{-30, 0}, {30, 0}, {0, 40}, {-25, 70}, {25, 68}, {0, 110}, {-70, 20}, {70, 20}, {0, -50}}
	var to [][2]float64
	for i, p := range from { // a turned and enlarged picture, with one point out of place
		q := [2]float64{400 + 3*p[0] - 0.5*p[1], 300 + 0.5*p[0] + 3*p[1]}
		if i == 2 {
			q[0] += 6
		}
		to = append(to, q)
	}
	p, err := newPlate(from, to)
	if err != nil {
		t.Fatal(err)
	}
	for i, f := range from {
		if u := p.at(f[0], f[1]); math.Hypot(u[0]-to[i][0], u[1]-to[i][1]) > 0.2 {
			t.Errorf("point %d lands at %.2f, want %.2f", i, u, to[i])
		}
	}
	if u := p.at(500, 400); math.Abs(u[0]-(400+1500-200)) > 25 || math.Abs(u[1]-(300+250+1200)) > 25 {
		t.Errorf("far away the map is %.1f, not nearly the affine one", u)
	}
}

func TestPortraitRefusesATinyFace(t *testing.T) {
	var points [MeshPoints][2]float32
	if err := new(Spec).SetPortrait(image.NewGray(image.Rect(0, 0, 10, 10)), &points); err == nil {
		t.Error("a face of no size was accepted")
	}
}

// TestPortraitMovesByItsMillimetres lays a painted face, taken as a
// photograph, on the sheet and pulls at its skin.
func TestPortraitMovesByItsMillimetres(t *testing.T) {
	sc := stillScene()
	r := newRenderer(sc)
	r.frame(rest(), 0)
	img := &image.YCbCr{Y: r.y, Cb: r.cb, Cr: r.cr, YStride: sc.w, CStride: sc.w / 2, Rect: image.Rect(0, 0, sc.w, sc.h),
		SubsampleRatio: image.YCbCrSubsampleRatio420}
	var points [MeshPoints][2]float32
	put := func(i int, x, y float64) {
		points[i] = [2]float32{float32(sc.cx + sc.scale*x), float32(sc.cy + sc.scale*y)}
	}
	open := lidShape{aperture: RestApertureMM}
	for k, e := range []struct {
		s            float64
		outer, inner int
		rows         [2][]int
	}{
		{-1, 33, 133, [2][]int{{161, 160, 159, 158, 157}, {163, 144, 145, 153, 154}}},
		{1, 263, 362, [2][]int{{388, 387, 386, 385, 384}, {390, 373, 374, 380, 381}}},
	} {
		put(e.outer, e.s*(eyeX+fissureHalf), -0.7)
		put(e.inner, e.s*(eyeX-fissureHalf), 1.5)
		for j, row := range e.rows {
			for n, id := range row {
				xi := 0.7 - 0.35*float64(n)
				yu, yl, _, _ := open.margins(float32(xi))
				put(id, e.s*(eyeX+fissureHalf*xi), float64([2]float32{yu, yl}[j]))
			}
		}
		put([]int{107, 336}[k], e.s*13.4, -25.8)
		put([]int{105, 334}[k], e.s*41.4, -30.5)
		put([]int{234, 454}[k], e.s*70.7, 18.8)
		for n, id := range [2][]int{{46, 53, 52, 65, 55}, {276, 283, 282, 295, 285}}[k] {
			put(id, e.s*(eyeX+14-7*float64(n)), -22)
		}
	}
	put(61, -mouthHalf, lipLine(mouthHalf))
	put(291, mouthHalf, lipLine(mouthHalf))
	for n, ij := range [][2]int{{81, 178}, {82, 87}, {13, 14}, {312, 317}, {311, 402}} {
		x := -16 + 8*float64(n)
		put(ij[0], x, lipLine(x))
		put(ij[1], x, lipLine(x))
	}
	put(1, 0, 42)
	put(152, 0, 113)
	put(10, 0, -52)
	s := stillSpec()
	if err := s.Validate(); err != nil {
		t.Fatal(err)
	}
	if err := s.SetPortrait(img, &points); err != nil {
		t.Fatal(err)
	}
	ps := newScene(s)
	before := luma(ps, rest())
	st := rest()
	st.pull[1][anatomy.AtZygomaticus] = 1
	p := patches[anatomy.AtZygomaticus]
	dx, dy := shift(before, luma(ps, st), ps.w, ps.cx-0.5+ps.scale*p.Out, ps.cy-0.5+ps.scale*p.Down, 5)
	if got := (dx*p.DirOut + dy*p.DirDown) / ps.scale; math.Abs(got-1) > 0.1 {
		t.Errorf("a pull of 1 mm moved the photograph's skin by %.3f mm", got)
	}
}

// A lid that shuts under a low brow draws out the skin between them evenly and
// leaves the brow where it is.
func TestLidLeavesTheBrow(t *testing.T) {
	var b brows
	b.edge[1] = [][2]float64{{1.2, -9}, {0.5, -11}, {0, -10}, {-0.5, -9}, {-1.2, -8}}
	k := &rowPainter{renderer: &renderer{scene: &scene{photo: true}}}
	k.lidSkin[1] = b.lidSkin(1)
	for _, xi := range []float32{-0.9, -0.3, 0, 0.4, 0.9} {
		brow := look(&k.lidSkin[1], xi)
		for _, closed := range []float32{0, 0.3, 1} {
			l := &lidShape{aperture: RestApertureMM * (1 - closed), rise: 1.5 * closed, closed: closed}
			yu, _, yu0, _ := l.margins(xi)
			last := yu0 + 0.01
			for s := float32(0); s < 30; s += 0.1 {
				y := k.unfolded(1, l, xi, s, yu, yu0)
				if y > last {
					t.Fatalf("ξ %v, closed %v: the skin folds %v mm above the margin", xi, closed, s)
				}
				last = y
				if yu-s < brow && y != yu-s {
					t.Fatalf("ξ %v, closed %v: the brow moves from %v to %v", xi, closed, y, yu-s)
				}
				if closed == 0 && math.Abs(float64(y-(yu-s))) > 1e-4 {
					t.Fatalf("ξ %v: an open lid is read at %v instead of %v", xi, y, yu-s)
				}
			}
		}
	}
}

// Brows are read in mm by the eye's width, also of a head that is tilted, and a
// photograph's low brows take the forehead's muscle down with them.
func TestBrowsKeepTheirHeight(t *testing.T) {
	const turn = 0.2
	place := func(x, y float64) [2]float64 { // mm of the face to px
		return [2]float64{300 + 4*(x*math.Cos(turn)-y*math.Sin(turn)), 200 + 4*(x*math.Sin(turn)+y*math.Cos(turn))}
	}
	for _, s := range []float64{-1, 1} {
		o, i := place(s*(eyeX+fissureHalf), 0), place(s*(eyeX-fissureHalf), 0)
		e := eyeLine{o, i, (o[0]-i[0])*(o[0]-i[0]) + (o[1]-i[1])*(o[1]-i[1])}
		p := place(s*(eyeX+5), -14)
		if got := e.above(p); math.Abs(got-14) > 1e-9 {
			t.Errorf("side %v: %v mm over the eye, want 14", s, got)
		}
		if got := e.along(p); math.Abs(got-5/fissureHalf) > 1e-9 {
			t.Errorf("side %v: at ξ = %v, want %v", s, got, 5/fissureHalf)
		}
	}
	m := newMuscles(10)
	p := patches[anatomy.AtFrontalis]
	if _, dy := at(m.f[1][anatomy.AtFrontalis].up, float32(p.Out), float32(p.Down+10)); math.Abs(float64(dy)+1) > 0.01 {
		t.Errorf("a pull of 1 mm moves a low brow by %v mm", dy)
	}
}
