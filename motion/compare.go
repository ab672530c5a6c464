//go:build cgo

package motion

/*
#cgo CFLAGS: -O3 -std=c11
#cgo LDFLAGS: -lm
#cgo noescape facialis_compare
#cgo nocallback facialis_compare
#cgo noescape facialis_compare_plain
#cgo nocallback facialis_compare_plain
#cgo noescape facialis_find
#cgo nocallback facialis_find
#cgo noescape facialis_find_plain
#cgo nocallback facialis_find_plain
#cgo noescape facialis_halve
#cgo nocallback facialis_halve
#cgo noescape facialis_changes
#cgo nocallback facialis_changes
#include "compare.h"
*/
import "C"

// find is [patches.findGo] in C: the innermost loop of the program, some thousand
// calls a frame. The compiler for Go has no vectors of numbers.
func (t *patches) find(p picture, i int, x, y float32, a mat2, iterations int) (float32, float32, float32) {
	k := i * t.n
	f := C.facialis_find((*C.uint8_t)(&p.pix[0]), C.int32_t(p.w), C.int32_t(p.h), t.search(i, x, y, a, iterations),
		(*C.float)(&t.tmpl[k]), (*C.float)(&t.gx[k]), (*C.float)(&t.gy[k]))
	return float32(f.x), float32(f.y), float32(f.like)
}

// findPlain is find by the loop for processors without AVX2.
func (t *patches) findPlain(p picture, i int, x, y float32, a mat2, iterations int) (float32, float32, float32) {
	k := i * t.n
	f := C.facialis_find_plain((*C.uint8_t)(&p.pix[0]), C.int32_t(p.w), C.int32_t(p.h), t.search(i, x, y, a, iterations),
		(*C.float)(&t.tmpl[k]), (*C.float)(&t.gx[k]), (*C.float)(&t.gy[k]))
	return float32(f.x), float32(f.y), float32(f.like)
}

// search gives a search to C.
func (t *patches) search(i int, x, y float32, a mat2, iterations int) (s C.facialis_search) {
	s.r, s.iterations = C.int32_t(t.r), C.int32_t(iterations)
	for k, v := range t.inv[i] {
		s.inv[k] = C.float(v)
	}
	for k, v := range a {
		s.a[k] = C.float(v)
	}
	s.norm, s.self[0], s.self[1] = C.float(t.norm[i]), C.float(t.self[i][0]), C.float(t.self[i][1])
	s.x, s.y, s.longest = C.float(x), C.float(y), longestPx
	s.least_gain, s.most_gain = 1/gainTimes, gainTimes
	s.near, s.left, s.first_shrink = nearPx*nearPx, leftPx*leftPx, firstShrink*firstShrink
	return s
}

// halve is [halveGo] in C.
func halve(src, dst picture, x0, y0, x1, y1 int) {
	C.facialis_halve((*C.uint8_t)(&src.pix[2*y0*src.w+2*x0]), C.int32_t(src.w), (*C.uint8_t)(&dst.pix[y0*dst.w+x0]), C.int32_t(dst.w),
		C.int32_t(x1-x0), C.int32_t(y1-y0))
}

// blocks is [changes.blocksGo] in C.
func (c *changes) blocks(p picture, across, down int) {
	C.facialis_changes((*C.uint8_t)(&p.pix[0]), C.int32_t(p.w), C.int32_t(across), C.int32_t(down), changeEvery,
		(*C.uint8_t)(&c.before[0]), (*C.int32_t)(&c.each[0]))
}

// Both sides mean the same blocks.
const _ = uint(changeBlock-C.FACIALIS_BLOCK) + uint(C.FACIALIS_BLOCK-changeBlock)

// compare is [patches.compareGo] in C.
func (t *patches) compare(p picture, i int, cx, cy float32, a mat2) (m moments, ok bool) {
	g, ok := p.lay(t.r, cx, cy, a)
	if !ok {
		return m, false
	}
	k := i * t.n
	s := C.facialis_compare((*C.uint8_t)(&p.pix[0]), C.int32_t(p.w), g.c(),
		(*C.float)(&t.tmpl[k]), (*C.float)(&t.gx[k]), (*C.float)(&t.gy[k]), C.int32_t(2*t.r+1))
	return moments{float32(s.v), float32(s.vv), float32(s.vt), float32(s.vx), float32(s.vy)}, true
}

// comparePlain is compare by the loop for processors without AVX2.
func (t *patches) comparePlain(p picture, i int, cx, cy float32, a mat2) (m moments, ok bool) {
	g, ok := p.lay(t.r, cx, cy, a)
	if !ok {
		return m, false
	}
	k := i * t.n
	s := C.facialis_compare_plain((*C.uint8_t)(&p.pix[0]), C.int32_t(p.w), g.c(),
		(*C.float)(&t.tmpl[k]), (*C.float)(&t.gx[k]), (*C.float)(&t.gy[k]), C.int32_t(2*t.r+1))
	return moments{float32(s.v), float32(s.vv), float32(s.vt), float32(s.vx), float32(s.vy)}, true
}

// c gives the lattice to C. Pictures are narrower than 32768 pixels, so 16.16
// fits 32 bits.
func (g lattice) c() C.facialis_lattice {
	return C.facialis_lattice{x: C.int32_t(g.x), y: C.int32_t(g.y), ux: C.int32_t(g.ux), uy: C.int32_t(g.uy), vx: C.int32_t(g.vx), vy: C.int32_t(g.vy)}
}
