package face

import (
	"math"

	"facialis/video"
)

// crop is a rotated square of a frame: its centre and side in px and the angle
// of its x axis in radians, clockwise as the picture is seen.
type crop struct{ x, y, size, angle float64 }

// point takes a place in the crop (0..1 across and down) to px of the frame.
func (c crop) point(u, v float64) (float64, float64) {
	s, k := math.Sincos(c.angle)
	du, dv := (u-0.5)*c.size, (v-0.5)*c.size
	return c.x + du*k - dv*s - 0.5, c.y + du*s + dv*k - 0.5
}

// tensor samples the crop into n×n planes R, G, B scaled to lo..hi, bilinear in
// luma and nearest in chroma. Where the crop is more than twice the tensor's
// size, four luma samples a pixel stand in for a smoothing filter. Outside the
// frame everything is black.
func (c crop) tensor(dst []float32, n int, f *video.Frame, lo, hi float32) {
	s, k := math.Sincos(c.angle)
	step := c.size / float64(n)
	const one = 1 << 16
	dux, duy := int64(step*k*one), int64(step*s*one)
	dvx, dvy := -duy, dux
	x0, y0 := c.point(0.5/float64(n), 0.5/float64(n))
	bx, by := int64(x0*one), int64(y0*one)
	conv := newConverter(f, lo, hi)
	super := step > 2
	q := int64(step * one / 4)
	plane := n * n
	r, g, b := dst[:plane], dst[plane:2*plane], dst[2*plane:3*plane]
	w, h := f.W, f.H
	cw := (w + 1) / 2
	for j := 0; j < n; j++ {
		x, y := bx, by
		for i := 0; i < n; i++ {
			xi, yi := int(x>>16), int(y>>16)
			o := j*n + i
			if xi < 0 || yi < 0 || xi >= w-1 || yi >= h-1 {
				r[o], g[o], b[o] = lo, lo, lo
			} else {
				var l float32
				if super && xi > 2*int(step) && yi > 2*int(step) && xi < w-2*int(step)-2 && yi < h-2*int(step)-2 {
					l = (luma(f, x-q, y-q) + luma(f, x+q, y-q) + luma(f, x-q, y+q) + luma(f, x+q, y+q)) / 4
				} else {
					l = luma(f, x, y)
				}
				ci := (yi>>1)*cw + xi>>1
				cb, cr := float32(f.Cb[ci])-128, float32(f.Cr[ci])-128
				l = conv.y0 + conv.y1*l
				r[o] = clamp(l+conv.rv*cr, lo, hi)
				g[o] = clamp(l-conv.gu*cb-conv.gv*cr, lo, hi)
				b[o] = clamp(l+conv.bu*cb, lo, hi)
			}
			x += dux
			y += duy
		}
		bx += dvx
		by += dvy
	}
}

// luma is the bilinear luma at 16.16 fixed-point coordinates inside the frame.
func luma(f *video.Frame, x, y int64) float32 {
	o := int(y>>16)*f.W + int(x>>16)
	fx, fy := int32(x>>4&0xfff), int32(y>>4&0xfff)
	p := f.Y[o : o+f.W+2]
	top := int32(p[0])<<12 + (int32(p[1])-int32(p[0]))*fx
	bot := int32(p[f.W])<<12 + (int32(p[f.W+1])-int32(p[f.W]))*fx
	return float32(top)*(1.0/4096) + float32(bot-top)*float32(fy)*(1.0/4096/4096)
}

func clamp(v, lo, hi float32) float32 { return min(max(v, lo), hi) }

// converter holds the YCbCr to RGB terms for a frame's range and matrix, scaled
// to lo..hi (ITU-R BT.601-7 and BT.709-6).
type converter struct{ y0, y1, rv, gu, gv, bu float32 }

func newConverter(f *video.Frame, lo, hi float32) converter {
	kr, kb := 0.299, 0.114
	if f.BT709 {
		kr, kb = 0.2126, 0.0722
	}
	kg := 1 - kr - kb
	span := float64(hi - lo)
	yScale, cScale, black := span/255, span/255, 0.0
	if !f.Full {
		yScale, cScale, black = span/219, span/224, 16
	}
	return converter{
		y0: lo - float32(black*yScale), y1: float32(yScale),
		rv: float32(2 * (1 - kr) * cScale), bu: float32(2 * (1 - kb) * cScale),
		gu: float32(2 * kb * (1 - kb) / kg * cScale), gv: float32(2 * kr * (1 - kr) / kg * cScale),
	}
}
