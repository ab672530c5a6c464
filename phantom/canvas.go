package phantom

import (
	"math"
	"runtime"
	"sync"
)

// rgb is a colour in sRGB, 0..255.
type rgb struct{ r, g, b float32 }

func (c rgb) mul(k float32) rgb { return rgb{c.r * k, c.g * k, c.b * k} }
func (c rgb) mix(d rgb, a float32) rgb {
	return rgb{lerp(c.r, d.r, a), lerp(c.g, d.g, a), lerp(c.b, d.b, a)}
}
func (c rgb) times(r, g, b float32) rgb { return rgb{c.r * r, c.g * g, c.b * b} }
func lerp(a, b, t float32) float32      { return a + (b-a)*t }
func clamp01(v float32) float32         { return max(0, min(1, v)) }
func cover(d, texels float64) float32   { return clamp01(float32(0.5 - d*texels)) } // of an edge at signed distance d mm (negative inside)

// gauss is a bell curve of width s.
func gauss(d, s float64) float32 {
	q := d * d / (s * s)
	if q > 12 { // below the finest step of a colour
		return 0
	}
	return float32(math.Exp(-q))
}

// canvas is a painted part of the sheet: straight colour and coverage while it
// is painted, premultiplied Y'CbCr afterwards (see finish).
type canvas struct {
	w, h   int
	x0, y0 float64 // mm of the first texel's centre
	ppm    float64 // texels a mm
	pix    []float32

	// What finish makes of it for where nothing shines through:
	luma   []uint16    // · 64
	chroma [][2]uint16 // (Cb, Cr + 128) · 128, half as many each way
	cw     int
	blocks []cloth // by squares of blockSize texels
	bw     int
}

// cloth is what a block of a canvas and all around it is: nothing, opaque, or
// some of both.
type cloth uint8

const (
	mixed cloth = iota
	full
	bare
)

const (
	blockSize = 8
	blockRim  = 1 // blocks around it that are the same
)

func newCanvas(x0, y0, x1, y1, ppm float64) *canvas {
	c := &canvas{x0: x0, y0: y0, ppm: ppm, w: int((x1-x0)*ppm) + 2, h: int((y1-y0)*ppm) + 2}
	c.pix = make([]float32, 4*c.w*c.h)
	return c
}

// fill paints every texel with f(x, y): colour and coverage.
func (c *canvas) fill(f func(x, y float64) (rgb, float32)) {
	inRows(c.h, func(j int) {
		y := c.y0 + float64(j)/c.ppm
		for i := range c.w {
			col, a := f(c.x0+float64(i)/c.ppm, y)
			copy(c.pix[4*(j*c.w+i):], []float32{col.r, col.g, col.b, a})
		}
	})
}

// inRows calls f for every row, in parallel.
func inRows(n int, f func(j int)) {
	var wg sync.WaitGroup
	k := max(1, min(runtime.GOMAXPROCS(0), n))
	for i := range k {
		wg.Go(func() {
			for j := i * n / k; j < (i+1)*n/k; j++ {
				f(j)
			}
		})
	}
	wg.Wait()
}

// stroke draws a line of the given width (mm), antialiased, over what has
// coverage already.
func (c *canvas) stroke(x0, y0, x1, y1, width float64, col rgb, alpha float64) {
	ax, ay := (x0-c.x0)*c.ppm, (y0-c.y0)*c.ppm
	bx, by := (x1-c.x0)*c.ppm, (y1-c.y0)*c.ppm
	hw := width * c.ppm / 2
	if hw < 0.5 { // thinner than a texel: keep the darkness, not the width
		alpha *= hw / 0.5
		hw = 0.5
	}
	r := hw + 1
	dx, dy := bx-ax, by-ay
	l2 := dx*dx + dy*dy + 1e-9
	for j := max(0, int(min(ay, by)-r)); j <= min(c.h-1, int(max(ay, by)+r)+1); j++ {
		for i := max(0, int(min(ax, bx)-r)); i <= min(c.w-1, int(max(ax, bx)+r)+1); i++ {
			px, py := float64(i)-ax, float64(j)-ay
			t := max(0, min(1, (px*dx+py*dy)/l2))
			d := math.Hypot(px-t*dx, py-t*dy)
			a := float32(alpha) * clamp01(float32(hw+0.5-d))
			if a <= 0 {
				continue
			}
			p := c.pix[4*(j*c.w+i):][:4]
			p[0], p[1], p[2] = lerp(p[0], col.r, a), lerp(p[1], col.g, a), lerp(p[2], col.b, a)
		}
	}
}

// soften blurs with a Gaussian of sigma texels.
func (c *canvas) soften(sigma float64) {
	if sigma < 0.3 {
		return
	}
	n := int(math.Ceil(2.5 * sigma))
	k := make([]float32, 2*n+1)
	var sum float32
	for i := range k {
		d := float64(i - n)
		k[i] = float32(math.Exp(-d * d / (2 * sigma * sigma)))
		sum += k[i]
	}
	for i := range k {
		k[i] /= sum
	}
	tmp := make([]float32, len(c.pix))
	inRows(c.h, func(j int) {
		row, out := c.pix[4*j*c.w:4*(j+1)*c.w], tmp[4*j*c.w:4*(j+1)*c.w]
		for i := range c.w {
			for t, g := range k {
				s := 4 * min(max(i+t-n, 0), c.w-1)
				for a := range 4 {
					out[4*i+a] += g * row[s+a]
				}
			}
		}
	})
	inRows(c.h, func(j int) {
		out := c.pix[4*j*c.w : 4*(j+1)*c.w]
		clear(out)
		for t, g := range k {
			row := tmp[4*min(max(j+t-n, 0), c.h-1)*c.w:][:4*c.w]
			for i, v := range row {
				out[i] += g * v
			}
		}
	})
}

// finish turns straight RGB into premultiplied Y'CbCr of BT.709, limited range,
// and softens by sigma texels.
func (c *canvas) finish(sigma float64) *canvas {
	for i := 0; i < len(c.pix); i += 4 {
		p := c.pix[i : i+4]
		y, cb, cr := ycc(rgb{p[0], p[1], p[2]})
		p[0], p[1], p[2] = y*p[3], cb*p[3], cr*p[3]
	}
	c.soften(sigma)
	return c
}

// pack makes luma, chroma and blocks, which are what most of the picture is
// drawn from.
func (c *canvas) pack() *canvas {
	c.luma = make([]uint16, c.w*c.h)
	for i := range c.luma {
		c.luma[i] = uint16(max(0, 64*c.pix[4*i]+0.5))
	}
	c.cw = c.w / 2
	ch := c.h / 2
	c.chroma = make([][2]uint16, c.cw*ch)
	for j := range ch {
		for i := range c.cw {
			for d := range 2 {
				k := 4*(2*j*c.w+2*i) + 1 + d
				mean := (c.pix[k] + c.pix[k+4] + c.pix[k+4*c.w] + c.pix[k+4*c.w+4]) / 4
				c.chroma[j*c.cw+i][d] = uint16(max(0, min(65535, 128*(mean+128)+0.5)))
			}
		}
	}
	c.bw = c.w/blockSize + 1
	bh := c.h/blockSize + 1
	alone := make([]cloth, c.bw*bh)
	for b := range alone {
		alone[b] = c.blockAt(b%c.bw*blockSize, b/c.bw*blockSize)
	}
	c.blocks = make([]cloth, c.bw*bh)
	for b := range c.blocks {
		c.blocks[b] = alone[b]
		for y := b/c.bw - blockRim; y <= b/c.bw+blockRim; y++ {
			for x := b%c.bw - blockRim; x <= b%c.bw+blockRim; x++ {
				other := bare // beyond the canvas
				if x >= 0 && y >= 0 && x < c.bw && y < bh {
					other = alone[y*c.bw+x]
				}
				if other != c.blocks[b] {
					c.blocks[b] = mixed
				}
			}
		}
	}
	return c
}

// blockAt is what the block of texels from (i, j) on is.
func (c *canvas) blockAt(i, j int) cloth {
	whole, none := i+blockSize <= c.w && j+blockSize <= c.h, true
	for y := j; y < min(j+blockSize, c.h); y++ {
		for x := i; x < min(i+blockSize, c.w); x++ {
			a := c.pix[4*(y*c.w+x)+3]
			whole, none = whole && a >= 0.998, none && a < 0.002
		}
	}
	switch {
	case whole:
		return full
	case none:
		return bare
	}
	return mixed
}

// over is what the canvas is between the two corners of a small box.
func (c *canvas) over(x0, y0, x1, y1 float32) cloth {
	a := c.clothAt(x0, y0)
	if a != mixed && a != c.clothAt(x1, y1) {
		return mixed
	}
	return a
}

// clothAt is what the canvas is around (x, y).
func (c *canvas) clothAt(x, y float32) cloth {
	fx, fy := (x-float32(c.x0))*float32(c.ppm), (y-float32(c.y0))*float32(c.ppm)
	const rim = blockRim * blockSize
	switch {
	case fx >= 0 && fy >= 0 && fx < float32(c.w-1) && fy < float32(c.h-1):
		return c.blocks[int(fy)/blockSize*c.bw+int(fx)/blockSize]
	case fx < -rim || fy < -rim || fx > float32(c.w+rim) || fy > float32(c.h+rim):
		return bare
	}
	return mixed
}

// ycc is BT.709, limited range, with chroma around 0.
func ycc(c rgb) (y, cb, cr float32) {
	l := 0.2126*c.r + 0.7152*c.g + 0.0722*c.b
	return 16 + l*(219.0/255), (c.b - l) / 1.8556 * (224.0 / 255), (c.r - l) / 1.5748 * (224.0 / 255)
}

// sample reads the canvas between texels; outside it is transparent.
func (c *canvas) sample(x, y float32) (v [4]float32) {
	fx, fy := (x-float32(c.x0))*float32(c.ppm), (y-float32(c.y0))*float32(c.ppm)
	if !(fx >= 0 && fy >= 0 && fx < float32(c.w-1) && fy < float32(c.h-1)) {
		return v
	}
	i, j := int(fx), int(fy)
	ax, ay := fx-float32(i), fy-float32(j)
	k := 4 * (j*c.w + i)
	a, b := c.pix[k:k+8:k+8], c.pix[k+4*c.w:k+4*c.w+8:k+4*c.w+8]
	w00, w10, w01, w11 := (1-ax)*(1-ay), ax*(1-ay), (1-ax)*ay, ax*ay
	v[0] = w00*a[0] + w10*a[4] + w01*b[0] + w11*b[4]
	v[1] = w00*a[1] + w10*a[5] + w01*b[1] + w11*b[5]
	v[2] = w00*a[2] + w10*a[6] + w01*b[2] + w11*b[6]
	v[3] = w00*a[3] + w10*a[7] + w01*b[3] + w11*b[7]
	return v
}

// valueNoise is smooth lattice noise in −1..1 with features of size 1.
func valueNoise(x, y float64, seed uint32) float32 {
	fx, fy := math.Floor(x), math.Floor(y)
	i, j := int32(fx), int32(fy)
	ax, ay := float32(x-fx), float32(y-fy)
	ax, ay = ax*ax*(3-2*ax), ay*ay*(3-2*ay)
	return lerp(lerp(lattice(i, j, seed), lattice(i+1, j, seed), ax), lerp(lattice(i, j+1, seed), lattice(i+1, j+1, seed), ax), ay)
}

func lattice(i, j int32, seed uint32) float32 {
	h := uint32(i)*0x8da6b343 ^ uint32(j)*0xd8163841 ^ seed*0xcb1ab31f
	h ^= h >> 13
	h *= 0x5bd1e995
	h ^= h >> 15
	h *= 0x27d4eb2d
	h ^= h >> 16
	return float32(h)/(1<<31) - 1
}
