package phantom

import (
	"fmt"
	"image"
	"math"

	"gonum.org/v1/gonum/mat"
)

// MeshPoints is how many points the mesh of a face has, irises included.
const MeshPoints = 478

// portrait is a photograph fitted to the sheet.
type portrait struct {
	img   image.Image
	tps   *plate
	brows brows
}

// SetPortrait draws the photograph instead of a painted person: its skin is
// moved by the same muscles. points are the mesh points of the face in img, in
// its pixels.
//
// A smooth map (a thin-plate spline through the lids' margins, the lips' line,
// brows, nose, jaw and temples) lays the photograph on the sheet, so that its
// lids and lips lie where the sheet is slit and a millimetre is a millimetre:
// the face is brought to the phantom's own proportions on the way, but for the
// brows, which keep their height over the eyes. Head turns and breathing are left
// out, since a photograph has no depth.
func (s *Spec) SetPortrait(img image.Image, points *[MeshPoints][2]float32) error {
	var sheet, photo [][2]float64
	add := func(x, y float64, p [2]float64) {
		sheet, photo = append(sheet, [2]float64{x, y}), append(photo, p)
	}
	at := func(i int) [2]float64 {
		return [2]float64{float64(points[i][0]) - float64(img.Bounds().Min.X), float64(points[i][1]) - float64(img.Bounds().Min.Y)}
	}
	var b brows
	for side, e := range []struct {
		s                       float64
		outer, inner            int
		upper, lower            []int
		browIn, browMid, temple int
		brow                    []int // its lower edge, from the temple inwards
	}{
		{-1, 33, 133, []int{161, 160, 159, 158, 157}, []int{163, 144, 145, 153, 154}, 107, 105, 234, []int{46, 53, 52, 65, 55}},
		{1, 263, 362, []int{388, 387, 386, 385, 384}, []int{390, 373, 374, 380, 381}, 336, 334, 454, []int{276, 283, 282, 295, 285}},
	} {
		o, i := at(e.outer), at(e.inner)
		l2 := (o[0]-i[0])*(o[0]-i[0]) + (o[1]-i[1])*(o[1]-i[1])
		if l2 < 16 {
			return fmt.Errorf("fitting the portrait: the face is too small in the photograph")
		}
		open := lidShape{aperture: RestApertureMM}
		margin := func(xi float64, k int) (x, y float64) {
			yu, yl, _, _ := open.margins(float32(xi))
			return e.s * (eyeX + fissureHalf*xi), float64([]float32{yu, yl}[k])
		}
		x, y := margin(1, 0)
		add(x, y, o)
		x, y = margin(-1, 0)
		add(x, y, i)
		for k, list := range [][]int{e.upper, e.lower} {
			for _, n := range list {
				p := at(n)
				x, y := margin(max(-0.95, min(0.95, eyeLine{o, i, l2}.along(p))), k)
				add(x, y, p)
			}
		}
		// where the mesh lies on the painted face, the brows as high as they are
		eye := eyeLine{o, i, l2}
		add(e.s*13.4, -max(eye.above(at(e.browIn)), 8), at(e.browIn))
		add(e.s*41.4, -max(eye.above(at(e.browMid)), 8), at(e.browMid))
		add(e.s*70.7, 18.8, at(e.temple))
		b.low += (paintedBrow - eye.above(at(e.browMid))) / 2
		for _, n := range e.brow {
			p := at(n)
			b.edge[side] = append(b.edge[side], [2]float64{eye.along(p), -eye.above(p)})
		}
	}
	b.low = max(min(b.low, 10), -8) // the lids leave the brow's pull alone that far
	r, l := at(61), at(291)
	l2 := (l[0]-r[0])*(l[0]-r[0]) + (l[1]-r[1])*(l[1]-r[1])
	add(-mouthHalf, lipLine(mouthHalf), r)
	add(mouthHalf, lipLine(mouthHalf), l)
	// the slit runs along the lower lip: of a mouth that is open in the photograph
	// the teeth stay with the upper jaw
	for _, i := range []int{178, 87, 14, 317, 402} {
		p := at(i)
		t := ((p[0]-r[0])*(l[0]-r[0]) + (p[1]-r[1])*(l[1]-r[1])) / max(l2, 1)
		x := mouthHalf * (2*t - 1)
		add(x, lipLine(x), p)
	}
	add(0, 42, at(1))
	add(0, 113, at(152))
	add(0, -52, at(10))
	tps, err := newPlate(sheet, photo)
	if err != nil {
		return fmt.Errorf("fitting the portrait: %w", err)
	}
	s.portrait = &portrait{img, tps, b}
	return nil
}

// sheet samples the photograph over the whole picture's extent.
func (p *portrait) sheet(sc *scene, ppm float64) *canvas {
	const margin = 20 // mm, for the sway
	x1, y1 := -sc.cx/sc.scale-margin, -sc.cy/sc.scale-margin
	c := newCanvas(x1, y1, (float64(sc.w)-sc.cx)/sc.scale+margin, (float64(sc.h)-sc.cy)/sc.scale+margin, ppm)
	b := p.img.Bounds()
	w, h := b.Dx(), b.Dy()
	pix := make([]float32, 3*w*h)
	inRows(h, func(j int) {
		for i := range w {
			r, g, bl, _ := p.img.At(b.Min.X+i, b.Min.Y+j).RGBA()
			k := 3 * (j*w + i)
			pix[k], pix[k+1], pix[k+2] = float32(r)/257, float32(g)/257, float32(bl)/257
		}
	})
	// the spline is smooth: a grid of 1.5 mm is plenty
	const step = 1.5
	gw, gh := int(float64(c.w)/ppm/step)+3, int(float64(c.h)/ppm/step)+3
	grid := make([][2]float64, gw*gh)
	inRows(gh, func(j int) {
		for i := range gw {
			grid[j*gw+i] = p.tps.at(x1+step*float64(i), y1+step*float64(j))
		}
	})
	c.fill(func(x, y float64) (rgb, float32) {
		fx, fy := (x-x1)/step, (y-y1)/step
		i, j := int(fx), int(fy)
		ax, ay := fx-float64(i), fy-float64(j)
		k := j*gw + i
		var u [2]float64
		for d := range 2 {
			u[d] = (1-ay)*((1-ax)*grid[k][d]+ax*grid[k+1][d]) + ay*((1-ax)*grid[k+gw][d]+ax*grid[k+gw+1][d])
		}
		px, py := min(max(u[0], 0), float64(w)-1.001), min(max(u[1], 0), float64(h)-1.001)
		m, n := int(px), int(py)
		bx, by := float32(px)-float32(m), float32(py)-float32(n)
		at := func(d int) float32 {
			q := 3*(n*w+m) + d
			return lerp(lerp(pix[q], pix[q+3], bx), lerp(pix[q+3*w], pix[q+3*w+3], bx), by)
		}
		return rgb{at(0), at(1), at(2)}, 1
	})
	return c
}

// plate is a thin-plate spline from the sheet (mm) to the photograph (px),
//
//	f(x) = a₀ + a₁x + a₂y + Σ wᵢ U(|x − xᵢ|),  U(r) = r² ln r,
//
// which far from the face goes over into the affine map that fits best.
type plate struct {
	from   [][2]float64
	w      [2][]float64
	affine [2][3]float64
}

func newPlate(from, to [][2]float64) (*plate, error) {
	n := len(from)
	const stiff = 4 // relaxes the fit a little where points disagree
	a, b := mat.NewDense(n+3, n+3, nil), mat.NewDense(n+3, 2, nil)
	f, g := mat.NewDense(n, 3, nil), mat.NewDense(n, 2, nil)
	for i, p := range from {
		for j, q := range from {
			a.Set(i, j, radial(math.Hypot(p[0]-q[0], p[1]-q[1])))
		}
		a.Set(i, i, stiff)
		for k, v := range []float64{1, p[0], p[1]} {
			a.Set(i, n+k, v)
			a.Set(n+k, i, v)
			f.Set(i, k, v)
		}
		for d := range 2 {
			b.Set(i, d, to[i][d])
			g.Set(i, d, to[i][d])
		}
	}
	var x, y mat.Dense
	if err := x.Solve(a, b); err != nil {
		return nil, fmt.Errorf("the mesh's points do not spread over a face: %w", err)
	}
	if err := y.Solve(f, g); err != nil {
		return nil, fmt.Errorf("the mesh's points do not spread over a face: %w", err)
	}
	p := &plate{from: from}
	for d := range 2 {
		for i := range n + 3 {
			p.w[d] = append(p.w[d], x.At(i, d))
		}
		for k := range 3 {
			p.affine[d][k] = y.At(k, d)
		}
	}
	return p, nil
}

func radial(r float64) float64 {
	if r < 1e-9 {
		return 0
	}
	return r * r * math.Log(r)
}

func (p *plate) at(x, y float64) (u [2]float64) {
	far := smooth((math.Hypot(x/80, (y-25)/100) - 1) / 0.8)
	n := len(p.from)
	for d := range 2 {
		a := p.affine[d]
		flat := a[0] + a[1]*x + a[2]*y
		if far >= 1 {
			u[d] = flat
			continue
		}
		w := p.w[d]
		v := w[n] + w[n+1]*x + w[n+2]*y
		for i, q := range p.from {
			v += w[i] * radial(math.Hypot(x-q[0], y-q[1]))
		}
		u[d] = v + far*(flat-v)
	}
	return u
}
