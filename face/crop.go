package face

import (
	"math"

	"facialis/video"
)

// Square is a turned square in a picture: its middle, its side in pixels and
// the angle of its x axis in radians, clockwise as seen on the screen.
type Square struct{ X, Y, Side, Angle float64 }

// turned is the square turned by half a circle.
func (q Square) turned() Square {
	q.Angle += math.Pi
	return q
}

// At carries the point x, y of an n × n crop of the square to the picture.
func (q Square) At(x, y, n float64) (px, py float64) {
	u, v := (x/n-0.5)*q.Side, (y/n-0.5)*q.Side
	s, c := math.Sincos(q.Angle)
	return q.X + u*c - v*s, q.Y + u*s + v*c
}

// Sample fills a network's input, n × n pixels as a red, a green and a blue
// plane, from the square of the frame: RGB in 0..255 times scale plus shift,
// black outside the picture. n is even.
//
// Luma is interpolated bilinearly, which is what the networks were trained
// with. Where a pixel of the crop covers more than two of the picture, that
// would skip pixels and let noise and fine texture flicker through, so there
// it is the mean of several. Chroma, which the recording holds at half the
// resolution anyway, is sampled once for 2 × 2 pixels of the crop.
func Sample(dst []float32, n int, f *video.Frame, q Square, scale, shift float32) {
	c := newCrop(n, f, q, scale, shift)
	c.sample(dst[:3*n*n], f)
}

// crop is what the loops over the pixels need to know. Places are in pixels of
// the luma plane, 16.16 fixed point.
type crop struct {
	n            int
	square       Square
	dx, dy       int // the step along a row; down a column it is −dy, dx
	samples      int // luma samples a pixel: 1 is bilinear, more are a mean
	patch        [maxPatch]int
	share        int // what each of them counts (×2¹⁶)
	reach        int // how far they lie from the pixel at most, pixels
	colors       colors
	scale, shift float32
}

// maxPatch is the most luma samples a pixel: 6 × 6.
const maxPatch = 36

func newCrop(n int, f *video.Frame, q Square, scale, shift float32) crop {
	step := q.Side / float64(n)
	sin, cos := math.Sincos(q.Angle)
	k := 1 // k × k luma samples a pixel
	if step > 2 {
		apart := 2.0
		if n == detectorSide { // the whole frame, shrunk by much: finer, against faces that are only texture
			apart = 1.5
		}
		k = min(6, int(math.Ceil(step/apart)))
	}
	c := crop{
		n: n, square: q, dx: int(step * cos * 65536), dy: int(step * sin * 65536),
		samples: k * k, share: 65536 / (k * k), reach: int(step) + 2,
		colors: colorsOf(f), scale: scale, shift: shift,
	}
	for i := range c.patch[:c.samples] {
		u, v := (float64(i%k)+0.5)/float64(k)-0.5, (float64(i/k)+0.5)/float64(k)-0.5
		c.patch[i] = int(math.Round(step*(u*sin+v*cos)))*f.W + int(math.Round(step*(u*cos-v*sin)))
	}
	return c
}

// start is the place of the first pixel in row y.
func (c *crop) start(y int) (px, py int) {
	x0, y0 := c.square.At(0.5, float64(y)+0.5, float64(c.n))
	return int((x0 - 0.5) * 65536), int((y0 - 0.5) * 65536)
}

// colors are the fixed-point (×2¹⁶) factors from YCbCr to RGB 0..255.
type colors struct{ y, yOff, rv, gu, gv, bu int }

func colorsOf(f *video.Frame) colors {
	kr, kb := 0.299, 0.114 // BT.601
	if f.BT709 {
		kr, kb = 0.2126, 0.0722
	}
	kg := 1 - kr - kb
	ys, cs, off := 255.0/219, 255.0/224, 16
	if f.Full {
		ys, cs, off = 1, 255.0/255, 0
	}
	fix := func(v float64) int { return int(math.Round(v * 65536)) }
	return colors{fix(ys), off << 8, fix(2 * (1 - kr) * cs), fix(2 * (1 - kb) * kb / kg * cs),
		fix(2 * (1 - kr) * kr / kg * cs), fix(2 * (1 - kb) * cs)}
}
