package phantom

import "math"

// head paints the head's canvas.
func (q *painter) head() *canvas {
	c := newCanvas(-100, -135, 100, 157, q.ppm)
	c.fill(q.colour)
	q.spots(c)
	q.beard(c)
	for _, s := range sgn {
		q.brow(c, s)
		q.lashLine(c, s)
	}
	return c
}

// spots paints pores, moles, freckles and the spots of age.
func (q *painter) spots(c *canvas) {
	r := q.r
	dot := func(x, y, rad float64, col rgb, a float64) { c.stroke(x, y, x+0.01, y, 2*rad, col, a) }
	for range 2600 {
		x, y := 64*(2*r.Float64()-1), -60+165*r.Float64()
		if outline(x, y) > -2 || eyeMask(x, y) > 0.2 || math.Hypot(x/30, (y-68)/12) < 1 {
			continue
		}
		dot(x, y, 0.12+0.16*r.Float64(), q.skin.times(0.62, 0.52, 0.48), 0.35)
	}
	n := 60 + int(2.2*max(0, q.p.Age-20))
	if q.p.Skin <= 2 {
		n += 120
	}
	for range n {
		x, y := 66*(2*r.Float64()-1), -60+165*r.Float64()
		rad := 0.25 + 0.45*r.Float64()*r.Float64()
		if r.Float64() < 0.05 {
			rad += 0.7
		}
		a := 0.25 + 0.4*r.Float64()
		if outline(x, y) > -2 || eyeMask(x, y) > 0.05 || math.Hypot(x/30, (y-68)/12) < 1 {
			continue
		}
		dot(x, y, rad, q.skin.times(0.66, 0.50, 0.42), a)
	}
	for range 160 { // on the neck
		x, y := 46*(2*r.Float64()-1), 112+40*r.Float64()
		dot(x, y, 0.2+0.5*r.Float64()*r.Float64(), q.skin.times(0.62, 0.48, 0.42), 0.4)
	}
}

// beard paints the single hairs of a beard.
func (q *painter) beard(c *canvas) {
	if q.p.Beard <= 0 {
		return
	}
	r := q.r
	for range int(26000 * q.p.Beard) {
		x, y := 72*(2*r.Float64()-1), 5+125*r.Float64()
		if float64(beardMask(x, y)) < r.Float64() || (y < 112 && outline(x, y) > 0) || r.Float64() > 0.25 && y > 112 {
			continue
		}
		l := 0.5 + 4.5*q.p.Beard*r.Float64()
		t := 0.35*r.NormFloat64() + 0.006*x
		col := q.hair.mul(float32(0.7 + 0.6*r.Float64()))
		if q.p.Age > 50 && r.Float64() < (q.p.Age-50)/60 {
			col = rgb{168, 164, 160}
		}
		c.stroke(x, y, x+l*math.Sin(t), y+l*math.Cos(t), 0.22, col, 0.55)
	}
}

// brow paints one eyebrow, hair by hair.
func (q *painter) brow(c *canvas, s float64) {
	r := q.r
	col := q.hair.mul(0.8)
	if q.p.Hair == "blond" {
		col = rgb{128, 98, 66}
	}
	for range 520 {
		t := r.Float64()
		u := 13 + 36*t
		mid := -20.5 - 6.6*math.Sin(math.Pi*math.Pow(t, 1.1)*0.72) + 4.5*max(0, t-0.75)
		w := 3.4 * (0.55 + 0.45*math.Sin(math.Pi*min(1, t+0.22))) * (1 - 0.65*smooth((t-0.6)/0.4))
		v := mid + w*(r.Float64()+r.Float64()-1)
		l := 3 + 3.5*r.Float64()
		dir := -0.95 + 1.25*t + 0.22*r.NormFloat64() // up at the inner end, along the arch further out
		c.stroke(s*u, v, s*(u+l*math.Cos(dir)), v+l*math.Sin(dir), 0.28, col.mul(float32(0.8+0.4*r.Float64())), 0.55)
	}
}

// lashLine darkens the margins of the lids where the lashes grow.
func (q *painter) lashLine(c *canvas, s float64) {
	l := lidShape{aperture: RestApertureMM}
	col := rgb{40, 30, 26}
	for i := range 120 {
		xi := -0.97 + 1.94*float64(i)/119
		yu, yl, _, _ := l.margins(float32(xi))
		x := s * (eyeX + fissureHalf*xi)
		c.stroke(x, float64(yu)-0.45, x+0.2, float64(yu)-0.45, 0.9, col, 0.42)
		c.stroke(x, float64(yl)+0.35, x+0.2, float64(yl)+0.35, 0.5, q.skin.times(0.6, 0.42, 0.4), 0.30)
	}
}

// ball paints the white of the eye and iris paints the iris, both around the
// pupil's place at rest.
func (q *painter) ball() *canvas {
	c := newCanvas(-20, -12, 20, 12, q.ppm)
	c.fill(func(x, y float64) (rgb, float32) {
		r := math.Hypot(x/15, y/13)
		v := float32(1 - 0.34*r*r)
		w := rgb{224, 216, 209}.mul(v * (1 + 0.02*valueNoise(x, y, q.seed+50)))
		vein := max(0, valueNoise(x/3, y/0.6+0.2*x, q.seed+51)-0.55)
		w = w.times(1, 1-0.3*vein, 1-0.3*vein)
		return w, 1
	})
	return c
}

func (q *painter) iris() *canvas {
	c := newCanvas(-7.5, -7.5, 7.5, 7.5, q.ppm)
	base := eyeColours[q.p.Eyes]
	c.fill(func(x, y float64) (rgb, float32) {
		r := math.Hypot(x, y)
		th := math.Atan2(y, x)
		n := 0.26*valueNoise(th*9, r/2.5, q.seed+60) + 0.18*valueNoise(th*22, r/1.3, q.seed+61)
		col := base.mul(1.05 + n)
		col = col.mix(base.times(1.25, 1.1, 0.8), gauss((r-2.4)/0.9, 1)*0.5)
		col = col.mul(1 - 0.62*float32(smooth((r-4.7)/1.2)))
		col = col.mix(rgb{10, 9, 9}, cover(r-1.9, q.ppm))
		return col, cover((r-irisRadius)*0.8, q.ppm)
	})
	return c
}

// body paints shoulders and clothes at a coarser scale.
func (q *painter) body() *canvas {
	k := q.ppm
	c := newCanvas(-340, 90, 340, 520, k)
	cloth := []rgb{{52, 66, 98}, {96, 60, 62}, {70, 84, 72}, {110, 104, 96}}[q.seed%4]
	c.fill(func(x, y float64) (rgb, float32) {
		var col rgb
		var a float32
		over := func(cc rgb, cov float32) {
			if cov > 0 {
				col = col.mix(cc, cov/max(1e-6, a+cov-a*cov))
				a += cov - a*cov
			}
		}
		ax := math.Abs(x)
		top := 172 + 16*math.Cos(min(1, ax/46)*math.Pi/2) - 14*smooth((ax-30)/26) + 0.16*max(0, ax-56) + 90*math.Pow(max(0, (ax-120)/110), 2.4)
		shirt := cover(top-y, k)
		if neck := cover(neckEdge(x, y), k); neck > 0 && shirt < 1 {
			over(q.neckAt(q.skinAt(x, y), x, y), neck)
		}
		if shirt == 0 {
			return col, a
		}
		f := float32(1 + 0.06*valueNoise(x/1.1, y/1.1, q.seed+70) + 0.10*valueNoise(x/30, y/60, q.seed+71))
		f *= float32(1 - 0.25*smooth((ax-110)/110))
		f *= 1 - 0.35*gauss((y-top-1)/2.2, 1)
		over(cloth.mul(f), shirt)
		return col, a
	})
	return c
}
