package phantom

import (
	"math"
	"math/rand/v2"
)

// skinColours run from type 1 (light) to 6 (dark).
var skinColours = [6]rgb{{236, 198, 178}, {226, 182, 158}, {206, 158, 126}, {176, 124, 92}, {130, 86, 62}, {88, 58, 44}}

var hairColours = map[string]rgb{"dark": {38, 30, 27}, "brown": {66, 48, 37}, "blond": {158, 124, 82}, "grey": {128, 125, 122}}

var eyeColours = map[string]rgb{"brown": {92, 62, 38}, "blue": {104, 134, 158}, "green": {108, 114, 78}}

// painter paints a person.
type painter struct {
	p       Person
	ppm     float64
	r       *rand.Rand
	seed    uint32
	skin    rgb
	hair    rgb
	light   [3]float64
	profile profile
	shades  []float32 // on a 1 mm grid from (−110, −140)
}

const (
	shadeW, shadeH   = 221, 311
	shadeX0, shadeY0 = -110.0, -140.0
)

func newPainter(s *Spec, ppm float64) *painter {
	q := &painter{p: s.Person, ppm: ppm, r: rand.New(rand.NewPCG(s.Seed, 77)), seed: uint32(s.Seed)*2654435761 + 1}
	q.skin = skinColours[s.Person.Skin-1]
	q.hair = hairColours[s.Person.Hair]
	if s.Person.Hair == "none" {
		q.hair = hairColours["brown"]
	}
	q.light, q.profile = s.roomLight(), profiles[s.Head.Profile]
	q.shade()
	return q
}

// relief is the face's surface for shading, mm: depth plus its features.
func relief(x, y float64) float64 {
	g := func(cx, cy, rx, ry, a float64) float64 {
		u, v := (x-cx)/rx, (y-cy)/ry
		return a * math.Exp(-u*u-v*v)
	}
	pair := func(cx, cy, rx, ry, a float64) float64 { return g(cx, cy, rx, ry, a) + g(-cx, cy, rx, ry, a) }
	z := 46 * math.Sqrt(max(0.03, 1-(x*x)/(78*78)-(y-10)*(y-10)/(150*150)))
	z += g(0, 16, 8, 20, 7) + g(0, 36, 8, 11, 12) + pair(10, 41, 6, 6, 5) // the nose
	z += pair(24, -21, 20, 7, 2.4) + g(0, -16, 12, 8, 1.5)                // brows
	z += pair(eyeX, 1, 19, 13, -3.6) + pair(eyeX, 1, 13, 8, 3)            // sockets, eyeballs
	z += pair(44, 26, 20, 16, 3.4)                                        // cheekbones
	z += g(0, 68, 24, 14, 4) + g(0, 62, 17, 5, 1.4) + g(0, 75, 15, 5, 2) + g(0, 84, 16, 5, -1.6)
	z += g(0, 98, 15, 12, 4) + g(0, 54, 3, 7, -0.7) // chin, philtrum
	return z
}

func (q *painter) shade() {
	q.shades = make([]float32, shadeW*shadeH)
	inRows(shadeH, func(j int) {
		y := shadeY0 + float64(j)
		for i := range shadeW {
			x := shadeX0 + float64(i)
			n := normalOf(q.profile.relief, x, y)
			q.shades[j*shadeW+i] = float32(shadeOf(n[0]*q.light[0] + n[1]*q.light[1] + n[2]*q.light[2]))
		}
	})
}

func (q *painter) shadeAt(x, y float64) float32 {
	fx, fy := min(max(x-shadeX0, 0), shadeW-1.001), min(max(y-shadeY0, 0), shadeH-1.001)
	i, j := int(fx), int(fy)
	ax, ay := float32(fx)-float32(i), float32(fy)-float32(j)
	k := j*shadeW + i
	s := q.shades
	return lerp(lerp(s[k], s[k+1], ax), lerp(s[k+shadeW], s[k+shadeW+1], ax), ay)
}

// outline is the signed distance (mm, roughly; negative inside) to the edge of
// the face.
func outline(x, y float64) float64 {
	a, b, p := 71.0, 103.0, 2.35
	dy := y - 9
	if dy < 0 {
		b, p = 106, 2.1
	}
	r := math.Pow(math.Pow(math.Abs(x)/a, p)+math.Pow(math.Abs(dy)/b, p), 1/p)
	return (r - 1) * 72
}

func neckEdge(x, y float64) float64 {
	w := 52 + 0.5*max(0, y-125) + max(0, y-150)*max(0, y-150)*0.03
	return max(math.Abs(x)-w, 60-y)
}

// hairline is the height of the hair's edge over the forehead at x.
func (q *painter) hairline(x float64) float64 {
	t := math.Abs(x) / 68
	return -64 + 30*t*t*t + 1.6*float64(valueNoise(x/3, 0, q.seed+9)) + 0.8*float64(valueNoise(x/0.9, 0, q.seed+10))
}

// skinAt is the skin's colour before shading.
func (q *painter) skinAt(x, y float64) rgb {
	s := q.seed
	n := 0.03*valueNoise(x/14, y/14, s) + 0.030*valueNoise(x/4.5, y/4.5, s+1) +
		0.045*valueNoise(x/1.7, y/1.7, s+2) + 0.045*valueNoise(x/0.75, y/0.75, s+3) + 0.03*valueNoise(x/0.38, y/0.38, s+4)
	c := q.skin.mul(1 + n)
	// blood in cheeks, nose, chin and ears, a little in patches everywhere
	red := 0.10*gauss(math.Hypot((math.Abs(x)-40)/22, (y-32)/20), 1) + 0.10*gauss(math.Hypot(x/13, (y-38)/13), 1) +
		0.04*gauss(math.Hypot(x/20, (y-98)/14), 1) + 0.03*valueNoise(x/9, y/9, s+5)
	c = c.times(1+0.3*red, 1-0.75*red, 1-0.8*red)
	// darker below the eyes and on the upper lid
	d := 0.10*gauss(math.Hypot((math.Abs(x)-29)/14, (y-12)/5), 1) + 0.10*gauss(math.Hypot((math.Abs(x)-eyeX)/17, (y+7)/6), 1)
	c = c.times(1-d, 1-1.15*d, 1-1.1*d)
	if q.p.Beard > 0 { // shaved or growing hair shines through
		m := float32(q.p.Beard) * beardMask(x, y)
		c = c.mix(q.hair.mul(1.2), 0.42*m*(0.8+0.35*valueNoise(x/2, y/2.5, s+6)))
	}
	return c
}

// beardMask is 1 where a beard grows.
func beardMask(x, y float64) float32 {
	ax := math.Abs(x)
	cheek := smooth((y - (58 - 0.55*max(0, ax-38)*1.9) + 0*ax) / 12)
	side := smooth((ax-52)/8) * smooth((y-5)/20)
	lip := smooth((y-50)/5) * (1 - smooth((ax-30)/8))
	m := max(cheek*smooth((ax-20)/14+1.2), side, lip)
	mouth := math.Hypot(x/(mouthHalf+1.5), (y-68.5)/9.5)
	m *= smooth((mouth - 0.92) / 0.25)
	return float32(m * (1 - smooth((y-118)/20)))
}

// lips is the coverage and colour of the lips at a point.
func (q *painter) lips(x, y float64) (rgb, float32) {
	r := math.Abs(x) / mouthHalf
	if r >= 1.02 {
		return rgb{}, 0
	}
	k := math.Sqrt(max(0, 1-r*r))
	d := y - lipLine(x)
	var t float64 // 0 at the line, 1 at the lip's edge
	if d < 0 {
		t = -d / (0.3 + k*(6.6-1.3*math.Exp(-x*x/14)+1.2*math.Exp(-(math.Abs(x)-6)*(math.Abs(x)-6)/20)))
	} else {
		t = d / (0.3 + k*9.2)
	}
	cov := 1 - float32(smooth((t-0.86)/0.2))
	lines := 0.10*valueNoise(x/0.55, y/5, q.seed+20) + 0.05*valueNoise(x/1.4, y/3, q.seed+21) + 0.04*valueNoise(x/0.5, y/0.5, q.seed+22)
	c := q.skin.times(0.86, 0.62, 0.64).mul(1 + lines)
	if d < 0 {
		c = c.mul(0.88)
	}
	if d > 0 { // the lower lip shines a little
		c = c.mul(1 + 0.13*gauss(math.Hypot(x/11, (d-3.6)/2), 1))
	}
	return c, cov * 0.92
}

// colour paints one point of the head: hair, ears, face and neck.
func (q *painter) colour(x, y float64) (rgb, float32) {
	var c rgb
	var a float32
	over := func(col rgb, cov float32) {
		if cov <= 0 {
			return
		}
		c = c.mix(col, cov/max(1e-6, a+cov-a*cov))
		a += cov - a*cov
	}
	ax := math.Abs(x)
	bald := q.p.Hair == "none"
	edge := 1.5 * float64(valueNoise(math.Atan2(x, -y)*22, 0, q.seed+32))
	scalp := (math.Pow(math.Pow(ax/80, 2.3)+math.Pow(math.Abs(y+18)/(101), 2.3), 1/2.3) - 1) * 80
	var hair rgb
	crown, fringe := float32(0), float32(0) // coverage of the hair behind and in front
	if !bald {
		crown = cover(max(scalp+edge, y-22), q.ppm)
		hl := max(y-q.hairline(x), scalp+edge)
		side := max(max(64+1.5*float64(valueNoise(y/4, 3, q.seed+33))-ax, y-6+2*float64(valueNoise(x/1.2, 7, q.seed+34))), ax-78)
		side = max(side, -70-y, scalp+edge)
		fringe = clamp01(float32(0.5 - min(hl, side)*0.45))
	}
	if crown > 0 || fringe > 0 {
		th := math.Atan2(x, 60-y)
		strand := 1 + 0.22*valueNoise(th*70, math.Hypot(x, y-40)/26, q.seed+30) + 0.10*valueNoise(th*170, y/14, q.seed+31)
		sheen := 1 + 0.35*gauss((y+96)/14, 1)*(1-0.5*float32(ax/80))
		hair = q.hair.mul(strand * sheen)
		over(hair.mul(0.6), crown)
	}
	f := outline(x, y)
	e := (math.Hypot((ax-74)/9.5, (y-14)/27) - 1) * 9
	neck, ear, face := cover(neckEdge(x, y), q.ppm), cover(e, q.ppm), cover(f, q.ppm)
	if fringe < 1 && max(neck, ear, face) > 0 {
		bare := q.skinAt(x, y)
		if neck > 0 && face < 1 {
			over(q.neckAt(bare, x, y), neck)
		}
		if ear > 0 && face < 1 {
			ec := bare.times(0.84, 0.76, 0.74).mul(1 - 0.35*gauss(math.Hypot((ax-72)/4, (y-14)/13), 1) - 0.2*float32(smooth((y-22)/16)) + 0.1*gauss((e+2.2)/1.3, 1))
			over(ec, ear)
		}
		if face > 0 {
			over(q.faceAt(bare, x, y), face)
		}
	}
	over(hair, fringe)
	// the sheet ends softly on the neck, where the body's own painting goes on
	a *= float32(1 - smooth((y-146)/10))
	return c, a
}

// neckAt is the neck's skin in the chin's shadow.
func (q *painter) neckAt(skin rgb, x, y float64) rgb {
	ax := math.Abs(x)
	under := 1 - 0.42*float32(1-smooth((y-outlineBottom(x)-4)/34))
	nk := skin.mul(under * float32(0.93-0.22*math.Pow(min(1, ax/55), 3)))
	return nk.mul(1 + 0.07*float32(gauss(ax-22, 6)) - 0.06*float32(gauss(ax-14, 5)))
}

// faceAt is the face's skin with lips, nostrils, lines and shading.
func (q *painter) faceAt(fc rgb, x, y float64) rgb {
	ax := math.Abs(x)
	if lc, lcov := q.lips(x, y); lcov > 0 {
		fc = fc.mix(lc, lcov)
	}
	sh := q.shadeAt(x, y)
	// nostrils, wings, lip line, fold under the lip, the lids' crease
	dark := 0.86*gauss(math.Hypot((ax-6.5)/3.6, (y-46.5)/1.9), 1) + 0.26*gauss(math.Hypot((ax-14.2)/1.2, (y-42)/4.5), 1) +
		0.16*gauss(math.Hypot(ax/9, (y-49.5)/2.2), 1)
	if r := ax / mouthHalf; r < 1.06 {
		dl := y - lipLine(x)
		dark += 0.62 * gauss(dl/(0.55), 1) * float32(1-smooth((r-0.97)/0.09))
		dark += 0.35 * gauss(math.Hypot((ax-mouthHalf)/1.6, dl/1.2), 1)
	}
	dark += q.folds(ax, y)
	fc = fc.mul(sh)
	return fc.times(1-dark, 1-1.08*dark, 1-1.1*dark)
}

// outlineBottom is where the chin's edge is at x.
func outlineBottom(x float64) float64 {
	r := min(1, math.Abs(x)/71)
	return 9 + 103*math.Pow(max(0, 1-math.Pow(r, 2.35)), 1/2.35)
}

// folds are the lines of the face, deeper with age; ax = |x|.
func (q *painter) folds(ax, y float64) float32 {
	old := float32(min(1, max(0, (q.p.Age-25)/50)))
	var d float32
	// naso-labial fold from the nose's wing to beside the mouth
	if y > 38 && y < 76 {
		t := (y - 38) / 38
		fx := 16.5 + 20*math.Pow(t, 0.8)
		d += (0.05 + 0.20*old) * gauss((ax-fx)/1.5, 1) * float32(math.Sin(math.Pi*min(1, t)))
	}
	// crease of the upper lid, fold below the lower one
	xi := (ax - eyeX) / (fissureHalf + 2)
	if math.Abs(xi) < 1 {
		up := -(upperRest+4.0)*math.Pow(1-xi*xi, 0.6) + 0.5 - 1.1*xi
		d += 0.30 * gauss((y-up)/0.65, 1)
		lo := 5.5 + 5.2*math.Pow(1-xi*xi, 0.5)
		d += (0.05 + 0.13*old) * gauss((y-lo)/0.9, 1)
	}
	// under the lower lip
	d += 0.12 * gauss(math.Hypot(ax/15, (y-81.5)/2), 1)
	if old > 0.15 { // forehead, crow's feet, frown
		for i := range 3 {
			fy := -36 - 8*float64(i) + 2.2*math.Cos(ax/20+float64(i)) + 0.8*float64(valueNoise(ax/12, float64(i), q.seed+40))
			d += 0.13 * old * gauss((y-fy)/0.7, 1) * float32(1-smooth((ax-30)/14))
		}
		for i := range 4 {
			x0, y0 := 50.0, -4+4*float64(i)
			sl := -0.45 + 0.32*float64(i)
			if ax > x0 && ax < 64 {
				d += 0.14 * old * gauss((y-y0-sl*(ax-x0))/0.6, 1) * float32(math.Sin(math.Pi*(ax-x0)/14))
			}
		}
		d += 0.14 * old * gauss((ax-4.5)/0.7, 1) * gauss((y+17)/7, 1)
	}
	return d
}
