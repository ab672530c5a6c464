package motion

// sampleUnit is one step of a sampled value: 12 bits of the fraction along a row
// make whole numbers (compare.c).
const sampleUnit = float32(1) / 4096

// compareGo is compare's twin in Go, equal bit by bit to the plain loop in C: the
// same order of sums, each product rounded before it is added.
func (t *patches) compareGo(p picture, i int, cx, cy float32, a mat2) (m moments, ok bool) {
	g, ok := p.lay(t.r, cx, cy, a)
	if !ok {
		return m, false
	}
	side, k := 2*t.r+1, i*t.n
	tmpl, gx, gy := t.tmpl[k:k+t.n], t.gx[k:k+t.n], t.gy[k:k+t.n]
	for v, at := 0, 0; v < side; v++ {
		x, y := g.x+v*g.vx, g.y+v*g.vy
		for range side {
			o := (y>>16)*p.w + x>>16
			up, low := p.pix[o:o+2], p.pix[o+p.w:o+p.w+2]
			fx, fy := int32(x>>4&0xfff), float32(y>>4&0xfff)
			top := float32(int32(up[0])*(4096-fx) + int32(up[1])*fx)
			bottom := float32(int32(low[0])*(4096-fx) + int32(low[1])*fx)
			l := top + float32((bottom-top)*float32(fy*sampleUnit))
			m.v += l
			m.vv += float32(l * l)
			m.vt += float32(l * tmpl[at])
			m.vx += float32(l * gx[at])
			m.vy += float32(l * gy[at])
			at++
			x += g.ux
			y += g.uy
		}
	}
	return moments{m.v * sampleUnit, m.vv * sampleUnit * sampleUnit, m.vt * sampleUnit, m.vx * sampleUnit, m.vy * sampleUnit}, true
}
