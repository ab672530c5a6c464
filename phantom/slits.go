package phantom

import "math"

// eyePixel draws the region of one eye: the lid's skin that follows its
// margin, or the eyeball in the opening. ex is the distance outwards from the
// pupil's line.
func (k *rowPainter) eyePixel(side int, x, y, ex float32) [4]float32 {
	l := &k.lid[side]
	xi := ex / fissureHalf
	yu, yl, yu0, yl0 := l.margins(xi)
	// the soft width of an edge: half a pixel and the lens's blur
	soft := float32(k.scale / (1 + 1.6*k.spec.Camera.BlurPx))
	cu := clamp01((yu-y)*soft + 0.5)
	cl := clamp01((y-yl)*soft + 0.5)
	if y <= (yu+yl)/2 || l.aperture <= 0 && y < yl+0.01 {
		var skin [4]float32
		if cu > 0 {
			s := max(0, yu-y)
			if k.photo {
				skin = k.photoLid(side, l, x, xi, s)
			} else {
				skin = k.lashes(k.headTex.sample(x, yu0-s+(yu-yu0)*ease(s/upperSkin)), s, ex, 1)
			}
			if cu >= 1 {
				return skin
			}
		}
		return blend(k.ballPixel(side, x, y, ex, yu, yl), skin, cu)
	}
	var skin [4]float32
	if cl > 0 {
		s := max(0, y-yl)
		skin = k.headTex.sample(x, yl0+s+k.spare(l, s)+(yl-yl0)*ease(s/lowerSkin))
		if !k.photo {
			skin = k.fallenLashes(skin, y-yu, ex, l.closed)
		}
		if cl >= 1 {
			return skin
		}
	}
	return blend(k.ballPixel(side, x, y, ex, yu, yl), skin, cl)
}

// photoLid is a photograph's upper lid, s mm above its margin. Little of the lid is
// seen while the eye is open, less where it is hooded: as it shuts the opening is
// covered with skin of the lower lid, and its lashes are a dark rim.
func (k *rowPainter) photoLid(side int, l *lidShape, x, xi, s float32) [4]float32 {
	yu, _, yu0, yl0 := l.margins(xi)
	skin := k.headTex.sample(x, k.unfolded(side, l, xi, s, yu, yu0))
	w := ease((l.closed - hiddenFrom) / 0.4)
	if w <= 0 {
		return skin
	}
	still := k.headTex.sample(x, yu-s)
	if in := ease((yu-s-yu0+overMM)/(overMM/2)) * ease((1-xi*xi)/0.3); in > 0 {
		below := yl0 + spareMM + lowerLid - float32(math.Abs(float64(lowerLid-float32(math.Mod(float64(s), 2*lowerLid)))))
		still = blend(still, k.headTex.sample(x, below), in)
	}
	return k.lashes(blend(skin, still, w), s, xi*fissureHalf, w)
}

const (
	spareMM    = 2.4  // how far a photograph's lids may lie off the sheet's
	lowerLid   = 6    // of the lower lid's skin are used, mm, there and back
	overMM     = 8    // so far above the open margin the cover begins; from half of that on it hides the open eye's lashes
	hiddenFrom = 0.25 // a lid that shuts less shows its own skin
)

// unfolded is the height at which a photograph's upper lid is read, s mm above its
// margin at yu, which rests at yu0: the skin between margin and brow is drawn out
// evenly, the brow stays.
func (k *rowPainter) unfolded(side int, l *lidShape, xi, s, yu, yu0 float32) float32 {
	brow := look(&k.lidSkin[side], xi)
	rest, now := yu0-brow, yu-brow
	if s >= now {
		return yu - s
	}
	off := min(k.spare(l, 0), rest/2)
	return yu0 - off - s*(rest-off)/now
}

// spare is how much further from its margin a photograph's lower lid is read, s mm
// off the margin: a photograph's lids fit the sheet's to a millimetre or two,
// and what lies within would show the eye on a closing lid.
func (k *rowPainter) spare(l *lidShape, s float32) float32 {
	if !k.photo {
		return 0
	}
	return spareMM * clamp01(l.closed*1.5) * (1 - ease(s/8))
}

func blend(a, b [4]float32, t float32) [4]float32 {
	for i := range a {
		a[i] = lerp(a[i], b[i], t)
	}
	return a
}

// shadeBy darkens towards black (luma 16, no colour).
func shadeBy(v [4]float32, f float32) [4]float32 {
	v[0] = 16*v[3] + (v[0]-16*v[3])*f
	v[1] *= f
	v[2] *= f
	return v
}

// lashes darkens the rim of the upper lid, by a share of what is usual.
func (k *rowPainter) lashes(v [4]float32, s, ex, share float32) [4]float32 {
	if s > 1.6 {
		return v
	}
	e := ex / fissureHalf
	return shadeBy(v, 1-0.35*share*(1-ease(s/1.6))*ease((1-e*e)/0.3))
}

// fallenLashes draws the upper lashes over the lower lid as the eye closes: d
// is the distance below the upper margin.
func (k *rowPainter) fallenLashes(v [4]float32, d, ex, closed float32) [4]float32 {
	e := ex / fissureHalf
	long := 3.4 + 1.6*e // longer towards the temple
	if closed < 0.3 || d > long || d < 0 {
		return v
	}
	u := ex - 0.45*d*e // they fan outwards
	strand := float32(math.Abs(math.Sin(float64(u)*2.3 + 0.9*math.Sin(float64(u)*1.7))))
	a := ease((closed-0.3)/0.7) * (1 - d/long) * (0.2 + 0.6*ease((strand-0.3)/0.6)) * ease((1-e*e)/0.4)
	return shadeBy(v, 1-0.75*a)
}

// ballPixel is the eyeball at a point of the opening.
func (k *rowPainter) ballPixel(side int, x, y, ex, yu, yl float32) [4]float32 {
	if k.photo { // the photograph's own eye looks on
		return k.headTex.sample(x, y)
	}
	out := float32(1)
	if side == 0 {
		out = -1
	}
	lx := ex * out // picture's direction, from the pupil's place at rest
	v := k.ballTex.sample(lx, y)
	gx, gy := float32(k.st.gazeX), float32(k.st.gazeY)
	i := k.irisTex.sample(lx-gx, y-gy)
	v = under(i, v)
	// the window's reflection stays with the light
	hx, hy := lx-0.5*gx-float32(2.4*k.spec.Camera.LightFrom)-0.3, y-0.5*gy+2.1
	if r2 := hx*hx + hy*hy; r2 < 4 {
		g := 0.9 * clamp01((1.05-float32(math.Sqrt(float64(r2))))*2.2)
		v = blend(v, [4]float32{228, 0, 0, 1}, g)
	}
	// the upper lid's shadow, the corners' and the wet rim below
	d := max(0, y-yu)
	f := 1 - 0.45*float32(math.Exp(float64(-d/1.5)))
	e := ex / fissureHalf
	f *= 1 - 0.38*e*e*e*e
	v = shadeBy(v, f)
	if b := yl - y; b < 1.1 {
		v = blend(v, [4]float32{142, -6, 22, 1}, 0.55*(1-ease(b/1.1)))
	}
	if e < -0.78 { // the caruncle
		v = blend(v, [4]float32{126, -9, 28, 1}, 0.8*ease((-0.78-e)/0.12))
	}
	return v
}

// mouthPixel draws the region between the mouth's corners: upper lip, lower
// lip, or what is seen between them.
func (k *rowPainter) mouthPixel(n *node) [4]float32 {
	du := n.uy - look(&lipTable, n.ux/mouthHalf)
	dl := n.qy - look(&lipTable, n.qx/mouthHalf)
	if du <= 0 && dl >= 0 { // pressed together: the nearer one is in front
		if -du > dl {
			return k.headTex.sample(n.ux, n.uy)
		}
		return k.headTex.sample(n.qx, n.qy)
	}
	soft := float32(k.scale / (1 + 1.6*k.spec.Camera.BlurPx))
	if du <= 0 {
		return k.headTex.sample(n.ux, n.uy)
	}
	if dl >= 0 {
		return k.headTex.sample(n.qx, n.qy)
	}
	in := k.inside(n, du, -dl)
	if c := clamp01(1 - du*soft); c > 0 {
		in = blend(in, k.headTex.sample(n.ux, n.uy), c)
	} else if c := clamp01(1 + dl*soft); c > 0 {
		in = blend(in, k.headTex.sample(n.qx, n.qy), c)
	}
	return in
}

var lipTable = func() (t [257]float32) {
	for i := range t {
		t[i] = float32(lipLine((float64(i)/128 - 1) * mouthHalf))
	}
	return t
}()

// inside is the mouth's inside: teeth and dark, du below the upper lip's edge
// and dl above the lower one's.
func (k *rowPainter) inside(n *node, du, dl float32) [4]float32 {
	dark := [4]float32{34, -3, 12, 1}
	tooth := func(x, depth float32) [4]float32 {
		gap := float32(math.Abs(math.Sin(float64(x) * math.Pi / 8.2)))
		v := [4]float32{176, -7, 4, 1}
		v = shadeBy(v, (0.72+0.28*ease(gap/0.25))*(1-0.3*depth))
		return shadeBy(v, 1-0.55*ease(float32(math.Abs(float64(x)))/26))
	}
	if k.photo { // whose teeth are seen already
		return dark
	}
	v := dark
	// upper teeth hang from the upper jaw, lower ones ride with the lower one
	up := n.hy - 66
	if n.hx > -24 && n.hx < 24 && up < 6 {
		v = blend(v, tooth(n.hx, ease(up/6)), clamp01((6-up)*2))
	}
	if low := n.qy - 66; low > -1 {
		v = blend(v, tooth(n.qx*1.3+4, 0.6), 0.75*clamp01((low+1)*1.2))
	}
	edge := min(du, dl)
	return shadeBy(v, 0.45+0.55*ease(edge/2.2))
}
