//go:build cgo

package motion

/*
#cgo CFLAGS: -O3 -std=c11
#cgo noescape facialis_compare
#cgo nocallback facialis_compare
#cgo noescape facialis_compare_plain
#cgo nocallback facialis_compare_plain
#include "compare.h"
*/
import "C"

// compare holds the picture around (cx, cy) against template i under the linear
// map a. It reports false where the patch leaves the picture.
//
// It is the innermost loop of the program, some two thousand calls a frame, and
// so the one thing in C: the compiler for Go has no vectors of numbers.
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
