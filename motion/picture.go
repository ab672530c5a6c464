package motion

import (
	"encoding/binary"

	"facialis/video"
)

// picture is a luma plane to sample from.
type picture struct {
	w, h int
	pix  []byte
}

// halveOf makes p the half of src within a box of src, each pixel the mean of a 2×2
// block. Outside the box p keeps what it held: nothing reads there.
func (p *picture) halveOf(src picture, x0, y0, x1, y1 int) {
	w, h := src.w/2, src.h/2
	p.w, p.h = w, h
	if cap(p.pix) < w*h {
		p.pix = make([]byte, w*h)
	}
	p.pix = p.pix[:w*h]
	x0, y0 = max(x0/2, 0), max(y0/2, 0)
	x1, y1 = min(x1/2+1, w), min(y1/2+1, h)
	if x1 <= x0 {
		return
	}
	if y1 > y0 {
		halve(src, *p, x0, y0, x1, y1)
	}
}

// halveGo fills dst from x0, y0 up to x1, y1, each pixel the mean of a 2×2 block
// of src.
func halveGo(src, dst picture, x0, y0, x1, y1 int) {
	for y := y0; y < y1; y++ {
		a := src.pix[2*y*src.w+2*x0 : 2*y*src.w+2*x1]
		b := src.pix[(2*y+1)*src.w+2*x0 : (2*y+1)*src.w+2*x1]
		d := dst.pix[y*dst.w+x0 : y*dst.w+x1]
		// Four at a time: the sums lie in 16 bits each.
		for len(d) >= 4 && len(a) >= 8 && len(b) >= 8 {
			const low = 0x00ff00ff00ff00ff
			p, q := binary.LittleEndian.Uint64(a), binary.LittleEndian.Uint64(b)
			s := p&low + p>>8&low + q&low + q>>8&low + 0x0002000200020002
			s = s >> 2 & low
			s |= s >> 8
			binary.LittleEndian.PutUint32(d, uint32(s&0xffff|s>>16&0xffff0000))
			a, b, d = a[8:], b[8:], d[4:]
		}
		for i := range d {
			d[i] = byte((uint(a[2*i]) + uint(a[2*i+1]) + uint(b[2*i]) + uint(b[2*i+1]) + 2) >> 2)
		}
	}
}

// luma is the frame's own plane.
func luma(f *video.Frame) picture { return picture{f.W, f.H, f.Y} }

// mat2 is a 2×2 matrix, row by row.
type mat2 [4]float32

func (a mat2) mul(x, y float32) (float32, float32) { return a[0]*x + a[1]*y, a[2]*x + a[3]*y }

func (a mat2) inverse() (mat2, bool) {
	det := a[0]*a[3] - a[1]*a[2]
	if det < 1e-6 && det > -1e-6 {
		return mat2{}, false
	}
	d := 1 / det
	return mat2{a[3] * d, -a[1] * d, -a[2] * d, a[0] * d}, true
}

// lattice is where a patch's samples lie: its first one, the step along a row (u)
// and down a column (v), in 16.16 fixed point.
type lattice struct{ x, y, ux, uy, vx, vy int }

// lay puts a lattice of (2r+1)×(2r+1) samples around (cx, cy), stepping by a's
// columns. It reports false where it leaves the picture.
func (p picture) lay(r int, cx, cy float32, a mat2) (lattice, bool) {
	fr := float32(r)
	ex := fr * (abs32(a[0]) + abs32(a[1]))
	ey := fr * (abs32(a[2]) + abs32(a[3]))
	if !(cx-ex >= 1 && cy-ey >= 1 && cx+ex < float32(p.w-2) && cy+ey < float32(p.h-2)) {
		return lattice{}, false
	}
	const one = 1 << 16
	return lattice{int((cx - float32(fr*a[0]) - float32(fr*a[1])) * one), int((cy - float32(fr*a[2]) - float32(fr*a[3])) * one),
		int(a[0] * one), int(a[2] * one), int(a[1] * one), int(a[3] * one)}, true
}

// mix is the bilinear value between two neighbors of a row (the left one in the
// low byte) and the two below them, by the fractions of x and y; mixUnit makes
// it luma.
func mix(above, below uint16, x, y int) float32 {
	fx, fy := x>>4&0xfff, y>>4&0xfff // 12 bits
	q, r := int(above&255), int(below&255)
	top := q<<12 + (int(above>>8)-q)*fx
	bot := r<<12 + (int(below>>8)-r)*fx
	return float32(top<<12 + (bot-top)*fy)
}

const mixUnit = 1.0 / (1 << 24)

// sample reads (2r+1)×(2r+1) values around (cx, cy) into dst, row by row,
// stepping by a's columns, bilinear. It reports false where the patch leaves
// the picture.
func (p picture) sample(dst []float32, r int, cx, cy float32, a mat2) bool {
	g, ok := p.lay(r, cx, cy, a)
	if !ok {
		return false
	}
	n := 2*r + 1
	up, low := p.pix, p.pix[p.w:]
	for v := range n {
		x, y := g.x, g.y
		for u := range n {
			o := (y>>16)*p.w + x>>16
			dst[v*n+u] = mix(binary.LittleEndian.Uint16(up[o:]), binary.LittleEndian.Uint16(low[o:]), x, y) * mixUnit
			x += g.ux
			y += g.uy
		}
		g.x += g.vx
		g.y += g.vy
	}
	return true
}

func abs32(x float32) float32 {
	if x < 0 {
		return -x
	}
	return x
}
