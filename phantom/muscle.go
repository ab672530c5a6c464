package phantom

import (
	"math"

	"facialis/anatomy"
)

// sgn is the sign of x on a side: index 0 is the person's right, at the
// picture's left.
var sgn = [2]float64{-1, 1}

// Patch is where a muscle's pull is exact: a point of the face at rest
// (Out mm away from the midline, Down mm below the pupils' line) and the unit
// vector along which the skin moves there (outwards, downwards).
type Patch struct{ Out, Down, DirOut, DirDown float64 }

// patches are the regions' patches, in the order of anatomy.Regions.
var patches = [anatomy.NumRegions]Patch{
	anatomy.AtFrontalis:        {30, -25, 0, -1},
	anatomy.AtOrbicularisOculi: {31.5, 16, 0.1, -0.995}, // the skin below the lower lid; the lids themselves are drawn by the aperture
	anatomy.AtMalar:            {38, 42, 0.316, -0.949}, // where the cheek lies on the canonical face
	anatomy.AtZygomaticus:      {27, 68, 0.68, -0.733},  // 47° upwards: clinical measurements of the smile's direction
	anatomy.AtOrbicularisOris:  {13, 65, 0.8, -0.6},
	anatomy.AtDepressor:        {12, 75, 0.24, 0.971},
	anatomy.AtMentalis:         {9, 97, 0, -1},
	anatomy.AtPlatysma:         {44, 104, 0.28, 0.96},
}

// skinShare is how far the skin below the lower lid rises for each mm that
// the palpebral aperture drops by orbicularis oculi's contraction.
const skinShare = 0.35

// PatchOf is the patch of a region. For orbicularis oculi the pull is defined
// by the aperture, and the patch moves by 0.35 of it (spasm and closure; a
// blink moves the lids alone).
func PatchOf(r anatomy.Region) Patch {
	if i := r.Index(); i >= 0 {
		return patches[i]
	}
	return Patch{}
}

// Geometry of the mouth, mm.
const (
	mouthHalf = 27.0
	mouthY    = 68.0
)

// lipLine is the height of the closed lips' line at x.
func lipLine(x float64) float64 {
	r := x / mouthHalf
	return mouthY + 0.9*(1-r*r) - 1.3*math.Exp(-x*x/30)
}

// bell is a smooth bump, 1 at the origin, with its own radius above and below.
func bell(u, v, ru, rUp, rDown float64) float64 {
	rv := rDown
	if v < 0 {
		rv = rUp
	}
	return math.Exp(-(u*u)/(ru*ru) - (v*v)/(rv*rv))
}

// slit is 0 at the closed lips' line outside the corners and at the corners,
// growing to 1 inside the mouth and towards the jaw: what acts on the lower
// lip alone is multiplied by it, so that the lips part and the cheeks do not
// tear. Above the line, where the lower lip's layer is not seen, it fades, so
// that both layers are one again below the nose.
func slit(x, y float64) float64 {
	d := y - lipLine(x)
	v := max(0, d)
	r := x / (mouthHalf + 1.3*v)
	return max(0, 1-r*r) * smooth((d+20)/15)
}

// pull is the displacement of the rest point (x, y) by a pull of 1 mm of a
// side's muscle, before normalisation: common acts on both lips, lower on the
// lower lip and jaw only. Signs are those of the picture. p is the muscle's patch.
func pull(region, side int, p Patch, x, y float64) (common, lower [2]float64) {
	s := sgn[side]
	u, v := x*s-p.Out, y-p.Down
	var c, l float64
	switch region {
	case anatomy.AtFrontalis:
		c = bell(u, v, 21, 27, 9.5)
	case anatomy.AtOrbicularisOculi:
		c = bell(u, v, 17, 7, 13)
	case anatomy.AtMalar:
		c = bell(u, v, 15, 15, 15)
	case anatomy.AtZygomaticus:
		c = bell(u, v, 14, 24, 13)
		// the middle of the lips stays: the other corner is not pulled along
		c *= smooth((x*s + 4) / 22)
	case anatomy.AtOrbicularisOris:
		c = bell(u, v, 12, 12, 12)
	case anatomy.AtDepressor:
		l = bell(u, v, 10, 14, 15) * slit(x, y)
		c = 0.3 * bell(x*s-27, y-70, 10, 9, 14)
	case anatomy.AtMentalis:
		c = bell(u, v, 11, 16, 16) * smooth((y-76)/18)
	case anatomy.AtPlatysma:
		c = bell(u, v, 19, 26, 45)
	}
	c *= 1 - eyeMask(x, y) // the lids' opening is drawn by the aperture alone
	return [2]float64{s * p.DirOut * c, p.DirDown * c}, [2]float64{s * p.DirOut * l, p.DirDown * l}
}

// puckerPull draws a side's lips to the midline by 1 mm at (15, 66).
func puckerPull(side int, x, y float64) (common, lower [2]float64) {
	c := bell(x*sgn[side]-15, y-66, 12, 14, 14) * (1 - eyeMask(x, y))
	return [2]float64{-sgn[side] * c, 0}, [2]float64{}
}

// jawPull is the displacement by 1 mm of jaw opening.
func jawPull(x, y float64) (common, lower [2]float64) {
	v := max(0, y-lipLine(x))
	c := 0.25 * bell(x, y-70, 42, 20, 20)
	l := (0.75 + 0.25*smooth(v/30)) * slit(x, y) * (1 - smooth((y-112)/40))
	return [2]float64{0, c}, [2]float64{0, l}
}

// smooth is the smoothstep from 0 (t ≤ 0) to 1 (t ≥ 1).
func smooth(t float64) float64 {
	if t <= 0 {
		return 0
	}
	if t >= 1 {
		return 1
	}
	return t * t * (3 - 2*t)
}

// The grid on which the muscles' fields are held.
const (
	gridStep = 1.5 // mm
	gridX0   = -96.0
	gridY0   = -75.0
	gridW    = 129
	gridH    = 189
)

// field is one muscle's (or the jaw's) displacement per mm of pull, on the
// grid: interleaved x, y for the upper layer (what is above the lips' line) and
// the lower one.
type field struct {
	y0, y1    int // rows that are not zero
	up, lower []float32
}

func newField(f func(x, y float64) (common, lower [2]float64), px, py float64) *field {
	norm := 1.0
	if !math.IsNaN(px) {
		c, l := f(px, py)
		norm = 1 / math.Hypot(c[0]+l[0], c[1]+l[1])
	}
	d := &field{y0: gridH, up: make([]float32, 2*gridW*gridH), lower: make([]float32, 2*gridW*gridH)}
	for j := range gridH {
		for i := range gridW {
			x, y := gridX0+gridStep*float64(i), gridY0+gridStep*float64(j)
			c, l := f(x, y)
			k := 2 * (j*gridW + i)
			for a := range 2 {
				if math.Abs(c[a])+math.Abs(l[a]) < 1e-5 {
					continue
				}
				d.up[k+a] = float32(norm * c[a])
				d.lower[k+a] = float32(norm * (c[a] + l[a]))
				d.y0, d.y1 = min(d.y0, j), max(d.y1, j+1)
			}
		}
	}
	return d
}

// muscles are all fields of the face.
type muscles struct {
	f      [2][anatomy.NumRegions]*field
	pucker [2]*field
	jaw    *field
}

// newMuscles makes the fields; browLow is by how many mm the brows lie lower than
// the painted face's (see brows).
func newMuscles(browLow float64) *muscles {
	m := new(muscles)
	for s := range 2 {
		for r := range anatomy.NumRegions {
			p := patches[r]
			if r == anatomy.AtFrontalis {
				p.Down += browLow
			}
			m.f[s][r] = newField(func(x, y float64) ([2]float64, [2]float64) { return pull(r, s, p, x, y) }, sgn[s]*p.Out, p.Down)
		}
	}
	for s := range 2 {
		m.pucker[s] = newField(func(x, y float64) ([2]float64, [2]float64) { return puckerPull(s, x, y) }, sgn[s]*15, 66)
	}
	m.jaw = newField(jawPull, math.NaN(), 0)
	return m
}

// warp is the sum of all fields at one moment.
type warp struct{ up, lower []float32 }

func newWarp() *warp {
	return &warp{make([]float32, 2*gridW*gridH), make([]float32, 2*gridW*gridH)}
}

// set sums the fields for the pulls of state st.
func (w *warp) set(m *muscles, st *state) {
	clear(w.up)
	clear(w.lower)
	add := func(f *field, a float64) {
		if a == 0 || f.y1 <= f.y0 {
			return
		}
		g := float32(a)
		lo, hi := 2*f.y0*gridW, 2*f.y1*gridW
		for i, v := range f.up[lo:hi] {
			w.up[lo+i] += g * v
		}
		for i, v := range f.lower[lo:hi] {
			w.lower[lo+i] += g * v
		}
	}
	aside := func(f *field, a float64) { // across the field's direction
		if a == 0 || f.y1 <= f.y0 {
			return
		}
		g := float32(a)
		for _, l := range [2][2][]float32{{f.up, w.up}, {f.lower, w.lower}} {
			v, o := l[0], l[1]
			for i := 2 * f.y0 * gridW; i < 2*f.y1*gridW; i += 2 {
				o[i] -= g * v[i+1]
				o[i+1] += g * v[i]
			}
		}
	}
	for s := range 2 {
		for r := range anatomy.NumRegions {
			a := st.pull[s][r]
			switch r {
			case anatomy.AtOrbicularisOculi:
				a = st.skin[s]
			case anatomy.AtZygomaticus:
				a += st.restCorner[s]
			}
			if r != anatomy.AtOrbicularisOculi { // whose wandering is the lid's
				a += st.wander[s].along[r]
			}
			add(m.f[s][r], a)
			aside(m.f[s][r], sgn[s]*st.wander[s].across[r])
		}
		add(m.pucker[s], st.pucker[s])
	}
	add(m.jaw, st.jaw)
}

// at is the displacement of a layer at a rest point.
func at(layer []float32, x, y float32) (dx, dy float32) {
	fx, fy := (x-gridX0)*(1/float32(gridStep)), (y-gridY0)*(1/float32(gridStep))
	if !(fx >= 0 && fy >= 0 && fx < gridW-1 && fy < gridH-1) {
		return 0, 0
	}
	i, j := int(fx), int(fy)
	ax, ay := fx-float32(i), fy-float32(j)
	k := 2 * (j*gridW + i)
	a, b := layer[k:k+4:k+4], layer[k+2*gridW:k+2*gridW+4:k+2*gridW+4]
	w00, w10, w01, w11 := (1-ax)*(1-ay), ax*(1-ay), (1-ax)*ay, ax*ay
	return w00*a[0] + w10*a[2] + w01*b[0] + w11*b[2], w00*a[1] + w10*a[3] + w01*b[1] + w11*b[3]
}

// undo finds the rest point that the layer has moved to (x, y). last is the
// displacement found at a point beside it, where the search starts, and becomes
// this point's.
func undo(layer []float32, x, y float32, last *[2]float32) (qx, qy float32) {
	dx, dy := last[0], last[1]
	for range 14 {
		ex, ey := at(layer, x-dx, y-dy)
		cx, cy := ex-dx, ey-dy
		dx, dy = dx+0.75*cx, dy+0.75*cy
		if cx*cx+cy*cy < 1e-7 {
			break
		}
	}
	last[0], last[1] = dx, dy
	return x - dx, y - dy
}
