package motion

import (
	"math"

	"facialis/face"
)

// Light that changes is no movement: a shadow that wanders across a cheek takes
// patches along with its edge. Skin returns a share of the light that falls on it, and
// light changes slowly across a face, a share of skin fast. So patches are compared in
// a picture of
//
//	128 + plainGain·(I − M)/(M + plainDark)
//
// M is the mean of I over a square (the retinex idea: Land & McCann 1971,
// 10.1364/JOSA.61.000001). The lids and the mesh see the picture as it is.
const (
	plainGain  = 256 // a share of light of one is so many levels: 2 a level in middle light
	plainDark  = 32  // levels of luma: keeps noise in the dark from being skin
	plainShift = 128.5
	flatLeast  = 3  // px
	flatMost   = 40 // px
)

// flatPx is FlatMM in px of the tracker's level.
func (m *Tracker) flatPx(o *face.Observation) int {
	px := m.pxPerMM(o) / float64(int(1)<<m.shift)
	return max(flatLeast, min(flatMost, int(math.Round(m.p.FlatMM*px))))
}

// plain makes skin of a picture within a box, as far as the square around each pixel
// lies in the picture; nearer to its rim everything is 128.
func (m *Tracker) plain(p picture, x0, y0, x1, y1 int) {
	r := m.flat
	if cap(m.skin.pix) < p.w*p.h {
		m.skin.pix = make([]byte, p.w*p.h)
	}
	m.skin.w, m.skin.h, m.skin.pix = p.w, p.h, m.skin.pix[:p.w*p.h]
	for y := max(y0, 0); y < min(y1+2, p.h); y++ { // what no square fits around
		if a, b := max(x0, 0), min(x1+2, p.w); b > a && (y < r || y >= p.h-r || a < r || b > p.w-r) {
			row := m.skin.pix[y*p.w+a : y*p.w+b]
			for i := range row {
				row[i] = 128
			}
		}
	}
	x0, y0 = max(x0, r), max(y0, r)
	x1, y1 = min(x1+2, p.w-r), min(y1+2, p.h-r)
	if x1 <= x0 || y1 <= y0 {
		return
	}
	if n := 2 * (x1 - x0 + 2*r); cap(m.cols) < n {
		m.cols = make([]int32, n)
	}
	plain(p, m.skin, x0, y0, x1, y1, r, m.cols[:2*(x1-x0+2*r)])
}

// plainGo is plain's twin in Go, equal bit by bit: each product and quotient is
// rounded. cols is room for the sums of the columns within r rows, and of the squares.
func plainGo(src, dst picture, x0, y0, x1, y1, r int, cols []int32) {
	w := x1 - x0
	col, sq := cols[:w+2*r], cols[w+2*r:]
	clear(col)
	for y := y0 - r; y < y0+r; y++ {
		for x, v := range src.pix[y*src.w+x0-r:][:w+2*r] {
			col[x] += int32(v)
		}
	}
	share := 1 / float32((2*r+1)*(2*r+1))
	for y := y0; y < y1; y++ {
		var s int32
		for x, v := range src.pix[(y+r)*src.w+x0-r:][:w+2*r] {
			col[x] += int32(v)
			if s += col[x]; x >= 2*r {
				sq[x-2*r] = s
				s -= col[x-2*r]
			}
		}
		d := dst.pix[y*dst.w+x0:][:w]
		for x, v := range src.pix[y*src.w+x0:][:w] {
			m := float32(float32(sq[x]) * share)
			f := float32(float32(float32(float32(v)-m)*plainGain)/float32(m+plainDark)) + plainShift
			d[x] = byte(max(0, min(255, f)))
		}
		for x, v := range src.pix[(y-r)*src.w+x0-r:][:w+2*r] {
			col[x] -= int32(v)
		}
	}
}
