package motion

import "facialis/video"

// picture is a luma plane to sample from.
type picture struct {
	w, h int
	pix  []byte
}

// level returns f's luma halved n times (n is 0, 1 or 2) within the box, each
// pixel the mean of a 2×2 block. Outside the box the halved plane keeps what it
// held: nothing reads there.
func (m *Tracker) level(src picture, dst *picture, x0, y0, x1, y1 int) {
	w, h := src.w/2, src.h/2
	dst.w, dst.h = w, h
	if cap(dst.pix) < w*h {
		dst.pix = make([]byte, w*h)
	}
	dst.pix = dst.pix[:w*h]
	x0, y0 = max(x0/2, 0), max(y0/2, 0)
	x1, y1 = min(x1/2+1, w), min(y1/2+1, h)
	if x1 <= x0 {
		return
	}
	for y := y0; y < y1; y++ {
		a := src.pix[2*y*src.w+2*x0 : 2*y*src.w+2*x1]
		b := src.pix[(2*y+1)*src.w+2*x0 : (2*y+1)*src.w+2*x1]
		d := dst.pix[y*w+x0 : y*w+x1]
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

// sample reads (2r+1)×(2r+1) values around (cx, cy) into dst, row by row,
// stepping by a's columns, bilinear. It reports false where the patch leaves
// the picture.
func (p picture) sample(dst []float32, r int, cx, cy float32, a mat2) bool {
	fr := float32(r)
	ex := fr * (abs32(a[0]) + abs32(a[1]))
	ey := fr * (abs32(a[2]) + abs32(a[3]))
	if !(cx-ex >= 1 && cy-ey >= 1 && cx+ex < float32(p.w-2) && cy+ey < float32(p.h-2)) {
		return false
	}
	n := 2*r + 1
	rx := cx - fr*a[0] - fr*a[1]
	ry := cy - fr*a[2] - fr*a[3]
	// 16.16 fixed point: coordinates are positive and below 8192.
	const one = 1 << 16
	dux, duy := int32(a[0]*one), int32(a[2]*one)
	dvx, dvy := int32(a[1]*one), int32(a[3]*one)
	bx, by := int32(rx*one), int32(ry*one)
	w := p.w
	pix := p.pix
	k := 0
	for range n {
		x, y := bx, by
		row := dst[k : k+n]
		for u := range row {
			o := int(y>>16)*w + int(x>>16)
			fx, fy := x>>4&0xfff, y>>4&0xfff // 12 bits
			q := pix[o : o+w+2]
			top := int32(q[0])<<12 + (int32(q[1])-int32(q[0]))*fx
			bot := int32(q[w])<<12 + (int32(q[w+1])-int32(q[w]))*fx
			row[u] = float32(top)*(1.0/4096) + float32(bot-top)*float32(fy)*(1.0/4096/4096)
			x += dux
			y += duy
		}
		k += n
		bx += dvx
		by += dvy
	}
	return true
}

func abs32(x float32) float32 {
	if x < 0 {
		return -x
	}
	return x
}
