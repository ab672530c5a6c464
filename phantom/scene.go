package phantom

import (
	"math"
)

// scene is everything that is painted once.
type scene struct {
	spec    *Spec
	w, h    int
	scale   float64 // px a mm at the irises' depth
	cx, cy  float64 // where the face's origin is seen at rest, px
	lens    lens
	m       *muscles
	headTex *canvas
	bodyTex *canvas
	ballTex *canvas
	irisTex *canvas
	glasses *canvas         // nil without
	photo   bool            // headTex is a photograph that fills the picture
	lidSkin [2][257]float32 // of a photograph, see brows
	backY   []float32
	backCb  []float32
	backCr  []float32
	noise   *pool // of luma
	noiseC  *pool // of chroma, half as strong
}

const (
	faceTop, faceBottom = -63.0, 112.0 // hairline and chin, mm
)

// scale is the picture's, px a mm at the irises' depth.
func (s *Spec) scale() float64 {
	return s.Camera.FaceHeight * float64(s.Camera.Height) / (faceBottom - faceTop)
}

// faceHeight is what the focal length and the distance make of it.
func (c *Camera) faceHeight() float64 {
	const film = 36.0 // mm, the width that focal lengths are given for
	return c.FocalMM / film * float64(c.Width) / c.DistanceMM * (faceBottom - faceTop) / float64(c.Height)
}

func newScene(s *Spec) *scene {
	c := s.Camera
	sc := &scene{spec: s, w: c.Width, h: c.Height, m: newMuscles(s.browLow())}
	sc.scale = s.scale()
	sc.cx = float64(c.Width) / 2
	// the face's middle a little above the picture's
	sc.cy = float64(c.Height)*0.47 - sc.scale*(faceBottom+faceTop)/2
	sc.lens = lens{s.Camera.DistanceMM, 0, (sc.cy - float64(c.Height)/2) / sc.scale}
	ppm := min(16, max(1.2, 1.6*sc.scale))
	if s.portrait != nil {
		sc.photo = true
		for side := range sc.lidSkin {
			sc.lidSkin[side] = s.portrait.brows.lidSkin(side)
		}
		sigma := math.Hypot(c.BlurPx, 0.45) * ppm / sc.scale
		sc.headTex = s.portrait.sheet(sc, ppm).finish(sigma).pack()
		n := c.Width * c.Height
		sc.backY, sc.backCb, sc.backCr = make([]float32, n), make([]float32, n/4), make([]float32, n/4)
		sc.noise, sc.noiseC = newPool(c.Noise, s.Seed), newPool(c.Noise/2, s.Seed+1)
		return sc
	}
	q := newPainter(s, ppm)
	// sharpness: the lens's blur, and at least what one pixel averages
	sigma := math.Hypot(c.BlurPx, 0.45) * ppm / sc.scale
	sc.headTex = q.head().finish(sigma).pack()
	sc.ballTex = q.ball().finish(sigma)
	sc.irisTex = q.iris().finish(sigma)
	if s.Person.Glasses {
		sc.glasses = q.spectacles().finish(sigma).pack()
	}
	qb := *q
	qb.ppm = min(ppm, max(1, 0.5*ppm))
	sc.bodyTex = qb.body().finish(sigma * qb.ppm / ppm).pack()
	sc.background(q)
	sc.noise, sc.noiseC = newPool(c.Noise, s.Seed), newPool(c.Noise/2, s.Seed+1)
	return sc
}

// background is a wall with a little unevenness.
func (sc *scene) background(q *painter) {
	w, h := sc.w, sc.h
	cw := w / 2
	sc.backY, sc.backCb, sc.backCr = make([]float32, w*h), make([]float32, cw*h/2), make([]float32, cw*h/2)
	wall := []rgb{{122, 128, 124}, {150, 142, 130}, {108, 116, 128}, {164, 164, 160}}[(sc.spec.Seed/3)%4]
	inRows(h, func(j int) {
		for i := range w {
			x, y := (float64(i)-sc.cx)/sc.scale, (float64(j)-sc.cy)/sc.scale
			k := 1 + 0.03*valueNoise(x/90, y/90, q.seed+80) + 0.015*valueNoise(x/2.5, y/2.5, q.seed+81)
			k *= float32(1 - 0.12*(x/400)*(x/400) - 0.06*y/300 + 0.10*sc.spec.Camera.LightFrom*x/350)
			yy, cb, cr := ycc(wall.mul(k))
			sc.backY[j*w+i] = yy
			if i%2 == 0 && j%2 == 0 {
				sc.backCb[j/2*cw+i/2], sc.backCr[j/2*cw+i/2] = cb, cr
			}
		}
	})
}

// spectacles paints glasses, which move with the head but not with the skin.
func (q *painter) spectacles() *canvas {
	c := newCanvas(-80, -32, 80, 36, q.ppm)
	rim := rgb{46, 38, 34}
	c.fill(func(x, y float64) (rgb, float32) {
		ax := math.Abs(x)
		r := (math.Pow(math.Pow(math.Abs(ax-32.5)/26, 3)+math.Pow(math.Abs(y-3)/20, 3), 1.0/3) - 1) * 21
		a := cover(math.Abs(r)-1.1, q.ppm)
		a = max(a, cover(max(math.Abs(y+3+0.02*x*x)-1.1, ax-7), q.ppm))     // bridge
		a = max(a, cover(max(math.Abs(y+4)-1.3, max(57-ax, ax-76)), q.ppm)) // temples
		col := rim
		if a < 1 && r < 0 { // glare: a slanting window and a breath of haze
			g := 0.02 + 0.16*gauss((x-0.6*y-sgnOf(x)*38)/3.2, 1) + 0.07*gauss((x-0.6*y-sgnOf(x)*30)/1.6, 1)
			n := a + g - a*g
			col = rim.mix(rgb{235, 240, 245}, g*(1-a)/max(1e-6, n))
			a = n
		}
		return col, a
	})
	return c
}

func sgnOf(x float64) float64 {
	if x < 0 {
		return -1
	}
	return 1
}
