//go:build cgo

package face

/*
#cgo CFLAGS: -O3 -std=c11
#cgo noescape facialis_sample
#cgo nocallback facialis_sample
#cgo noescape facialis_sample_plain
#cgo nocallback facialis_sample_plain
#include "sample.h"
*/
import "C"

import (
	"math"

	"facialis/video"
)

// sample fills dst from the frame. It is in C for the reason that motion's
// compare is: the compiler for Go has no vectors of numbers.
func (c *crop) sample(dst []float32, f *video.Frame) {
	if !c.fits(f) {
		c.sampleGo(dst, f)
		return
	}
	k := c.c(f)
	C.facialis_sample(&k, (*C.uint8_t)(&f.Y[0]), (*C.uint8_t)(&f.Cb[0]), (*C.uint8_t)(&f.Cr[0]), (*C.float)(&dst[0]))
}

// samplePlain is sample by the loop for processors without AVX2.
func (c *crop) samplePlain(dst []float32, f *video.Frame) {
	if !c.fits(f) {
		c.sampleGo(dst, f)
		return
	}
	k := c.c(f)
	C.facialis_sample_plain(&k, (*C.uint8_t)(&f.Y[0]), (*C.uint8_t)(&f.Cb[0]), (*C.uint8_t)(&f.Cr[0]), (*C.float)(&dst[0]))
}

const (
	farthest   = 30000   // px: farther from the picture's corner 16.16 may not fit 32 bits
	mostPixels = 1 << 30 // the same for offsets in a plane
)

// fits says that every number of the loops in C fits its 32 bits, and that the
// frame has the bytes they read.
func (c *crop) fits(f *video.Frame) bool {
	q, chroma := c.square, ((f.W+1)/2)*((f.H+1)/2)
	return c.n > 0 && c.n%2 == 0 && c.n <= C.facialis_max_side &&
		math.Abs(q.X)+q.Side < farthest && math.Abs(q.Y)+q.Side < farthest && q.Side >= 0 &&
		f.W > 0 && f.H > 0 && f.W < farthest && f.H < farthest && f.W*f.H < mostPixels &&
		len(f.Y) >= f.W*f.H && len(f.Cb) >= chroma && len(f.Cr) >= chroma
}

// c gives the crop to C.
func (c *crop) c(f *video.Frame) (k C.facialis_crop) {
	k.w, k.h, k.n = C.int32_t(f.W), C.int32_t(f.H), C.int32_t(c.n)
	k.dx, k.dy = C.int32_t(c.dx), C.int32_t(c.dy)
	k.samples, k.share, k.reach = C.int32_t(c.samples), C.int32_t(c.share), C.int32_t(c.reach)
	for i, o := range c.patch[:c.samples] {
		k.patch[i] = C.int32_t(o)
	}
	k.y, k.y_off, k.rv = C.int32_t(c.colors.y), C.int32_t(c.colors.yOff), C.int32_t(c.colors.rv)
	k.gu, k.gv, k.bu = C.int32_t(c.colors.gu), C.int32_t(c.colors.gv), C.int32_t(c.colors.bu)
	k.scale, k.shift = C.float(c.scale), C.float(c.shift)
	for i := range c.n / 2 {
		px, py := c.start(2 * i)
		k.starts[i] = [2]C.int32_t{C.int32_t(px), C.int32_t(py)}
	}
	return k
}
