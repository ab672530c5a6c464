package phantom

// rowPainter draws two rows of the picture at a time (one of chroma).
type rowPainter struct {
	*renderer
	st *state
}

// pair draws rows 2j and 2j+1.
func (k *rowPainter) pair(j, index int) {
	w, cw := k.w, k.w/2
	cbRow, crRow := k.cb[j*cw:(j+1)*cw], k.cr[j*cw:(j+1)*cw]
	for d := range 2 {
		row := 2*j + d
		gain := k.exposure(k.st.t, row)
		out := k.y[row*w : (row+1)*w]
		cells := k.cells[row/k.step*k.nw:][:k.nw-1]
		for i := 0; i*k.step < w; {
			what, end := cells[i], i+1
			for end < len(cells) && cells[end] == what {
				end++
			}
			x0, x1 := i*k.step, min(w, end*k.step)
			switch what {
			case nothing:
				k.backRow(out, row, x0, x1, gain)
			case anything:
				k.closeRow(out, row, i, end, gain)
			case torn:
				k.tornRow(out, row, i, end, gain)
			default:
				k.sheetRow(out[x0:x1], what, row, i, gain)
				if d == 0 {
					k.sheetChroma(cbRow[x0/2:x1/2], crRow[x0/2:x1/2], what, row, i, gain)
				}
			}
			i = end
		}
		k.noise.add(out, k.spec.Seed, index, row)
	}
	k.looseChroma(j, cbRow, crRow)
	k.noiseC.add(cbRow, k.spec.Seed+1, index, 2*j)
	k.noiseC.add(crRow, k.spec.Seed+1, index, 2*j+1)
}

// backRow draws the background's pixels x0 to x1 of a row.
func (k *rowPainter) backRow(out []byte, row, x0, x1 int, gain float32) {
	if k.spec.Camera.FlickerHz == 0 {
		copy(out[x0:x1], k.wall.y[row*k.w+x0:row*k.w+x1])
		return
	}
	back := k.backY[row*k.w : (row+1)*k.w]
	for n := x0; n < x1; n++ {
		out[n] = lumaByte(16.5 + gain*(back[n]-16))
	}
}

// looseChroma writes the chroma of background and of what was looked at closely.
func (k *rowPainter) looseChroma(j int, cb, cr []byte) {
	gain := k.exposure(k.st.t, 2*j)
	cw := k.w / 2
	cells := k.cells[2*j/k.step*k.nw:][:k.nw-1]
	accB, accR := k.accB[j*cw:(j+1)*cw], k.accR[j*cw:(j+1)*cw]
	bb, br := k.backCb[j*cw:(j+1)*cw], k.backCr[j*cw:(j+1)*cw]
	steady := k.spec.Camera.FlickerHz == 0
	for i := 0; i*k.step < k.w; {
		what, end := cells[i], i+1
		for end < len(cells) && cells[end] == what {
			end++
		}
		m0, m1 := i*k.step/2, min(k.w, end*k.step)/2
		switch {
		case k.step == 1 || what == anything || what == torn:
			for m := m0; m < m1; m++ {
				cb[m], cr[m] = chromaByte(128.5+gain*accB[m]/4), chromaByte(128.5+gain*accR[m]/4)
				accB[m], accR[m] = 0, 0
			}
		case what != nothing:
		case steady:
			o := j * cw
			copy(cb[m0:m1], k.wall.cb[o+m0:o+m1])
			copy(cr[m0:m1], k.wall.cr[o+m0:o+m1])
		default:
			for m := m0; m < m1; m++ {
				cb[m], cr[m] = chromaByte(128.5+gain*bb[m]), chromaByte(128.5+gain*br[m])
			}
		}
		i = end
	}
}

// edge is where the sheet is seen at a column of nodes, between their rows, in
// texels · 2¹⁶, and how it is lit.
func (k *rowPainter) edge(c *canvas, what sight, row, i int, fy float32) (u, v int, lit float32) {
	top, bot := &k.nodes[row/k.step*k.nw+i], &k.nodes[(row/k.step+1)*k.nw+i]
	x, y := lerp(top.qx, bot.qx, fy), lerp(top.qy, bot.qy, fy)
	if what == skinUp {
		x, y = lerp(top.ux, bot.ux, fy), lerp(top.uy, bot.uy, fy)
	}
	return int((x - float32(c.x0)) * float32(c.ppm) * 65536), int((y - float32(c.y0)) * float32(c.ppm) * 65536), lerp(top.lit, bot.lit, fy)
}

func (k *rowPainter) sheetOf(what sight) *canvas {
	if what == clothes {
		return k.bodyTex
	}
	return k.headTex
}

// sheetRow draws luma where one sheet alone is seen, from cell i on.
func (k *rowPainter) sheetRow(out []byte, what sight, row, i int, gain float32) {
	c := k.sheetOf(what)
	fy := float32(row%k.step) / float32(k.step)
	p, w := c.luma, c.w
	u, v, lit := k.edge(c, what, row, i, fy)
	g := int(gain * lit * 65536)
	for len(out) > 0 {
		i++
		u1, v1, lit := k.edge(c, what, row, i, fy)
		g1 := int(gain * lit * 65536)
		du, dv, dg := (u1-u)/k.step, (v1-v)/k.step, (g1-g)/k.step
		n := min(k.step, len(out))
		for x := range out[:n] {
			t := v>>16*w + u>>16
			a, b, e, f := int(p[t]), int(p[t+1]), int(p[t+w]), int(p[t+w+1])
			fu, fv := u>>8&255, v>>8&255
			lo, hi := a<<8+(b-a)*fu, e<<8+(f-e)*fu
			l := (lo<<8 + (hi-lo)*fv) >> 6                              // luma · 2¹⁶
			out[x] = byte(max(16, min(235, ((l-16<<16)*g+33<<31)>>32))) // 16.5 + gain·(luma − 16)
			u, v, g = u+du, v+dv, g+dg
		}
		out = out[n:]
		u, v, g = u1, v1, g1
	}
}

// sheetChroma draws the same cells' chroma: each sample is read in the middle of
// its four pixels.
func (k *rowPainter) sheetChroma(cb, cr []byte, what sight, row, i int, gain float32) {
	c := k.sheetOf(what)
	fy := (float32(row%k.step) + 0.5) / float32(k.step)
	p, w := c.chroma, c.cw
	level := func(a, b, e, f, fu, fv, g int) byte {
		lo, hi := a<<8+(b-a)*fu, e<<8+(f-e)*fu
		l := (lo<<8+(hi-lo)*fv)>>7 - 128<<16 // chroma · 2¹⁶
		return byte(max(16, min(240, (l*g+257<<31)>>32)))
	}
	u, v, lit := k.edge(c, what, row, i, fy)
	g := int(gain * lit * 65536)
	for len(cb) > 0 {
		i++
		u1, v1, lit := k.edge(c, what, row, i, fy)
		g1 := int(gain * lit * 65536)
		du, dv, dg := (u1-u)/k.step, (v1-v)/k.step, 2*(g1-g)/k.step
		n := min(k.step/2, len(cb))
		// half as many texels, whose middles lie between the full ones'
		s, t := (u+du/2)/2-1<<14, (v+dv/2)/2-1<<14
		for x := range n {
			o := t>>16*w + s>>16
			a, b, e, f := p[o], p[o+1], p[o+w], p[o+w+1]
			fu, fv := s>>8&255, t>>8&255
			cb[x] = level(int(a[0]), int(b[0]), int(e[0]), int(f[0]), fu, fv, g)
			cr[x] = level(int(a[1]), int(b[1]), int(e[1]), int(f[1]), fu, fv, g)
			s, t, g = s+du, t+dv, g+dg
		}
		cb, cr = cb[n:], cr[n:]
		u, v, g = u1, v1, g1
	}
}

// closeRow draws cells i to end of a row pixel by pixel and gathers their
// chroma.
func (k *rowPainter) closeRow(out []byte, row, i, end int, gain float32) {
	w, cw := k.w, k.w/2
	top, bot := k.nodes[row/k.step*k.nw:][:k.nw], k.nodes[(row/k.step+1)*k.nw:][:k.nw]
	back := k.backY[row*w : (row+1)*w]
	o := row / 2 * cw
	accB, accR, bb, br := k.accB[o:o+cw], k.accR[o:o+cw], k.backCb[o:o+cw], k.backCr[o:o+cw]
	fy, inv := float32(row%k.step)/float32(k.step), 1/float32(k.step)
	a := mixNode(&top[i], &bot[i], fy)
	for ; i < end && i*k.step < w; i++ {
		b := mixNode(&top[i+1], &bot[i+1], fy)
		for n := i * k.step; n < min(w, (i+1)*k.step); n++ {
			m := mixNode(&a, &b, float32(n-i*k.step)*inv)
			v := k.pixel(&m)
			t := 1 - v[3]
			out[n] = lumaByte(16.5 + gain*(v[0]+t*back[n]-16))
			accB[n/2] += v[1] + t*bb[n/2]
			accR[n/2] += v[2] + t*br[n/2]
		}
		a = b
	}
}

// pixel is the person's colour seen at a node: premultiplied Y'CbCr.
func (k *rowPainter) pixel(n *node) [4]float32 {
	var v [4]float32
	if n.on {
		v = k.headPixel(n)
	}
	if v[3] < 0.999 && n.qy > 80 && !k.photo {
		v = under(v, k.bodyTex.sample(n.qx, n.qy))
	}
	if k.glasses != nil && n.hy > -32 && n.hy < 36 && n.on {
		if g := k.glasses.sample(n.hx, n.hy); g[3] > 0 {
			v = under(g, v)
		}
	}
	return shadeBy(v, n.lit)
}

// tornRow draws cells i to end of a row from four looks a pixel and gathers their
// chroma.
func (k *rowPainter) tornRow(out []byte, row, i, end int, gain float32) {
	w, cw := k.w, k.w/2
	o := row / 2 * cw
	var low, up [2]float32
	for ; i < end && i*k.step < w; i++ {
		slot := int(k.slots[row/k.step*k.nw+i])
		for x := range min(k.step, w-i*k.step) {
			n := i*k.step + x
			back := [4]float32{k.backY[row*w+n], k.backCb[o+n/2], k.backCr[o+n/2], 1}
			var sum [4]float32
			for look := range 4 {
				at := (slot*k.fine.per+2*(row%k.step)+look/2)*k.fine.per + 2*x + look%2
				var m node
				if s := k.fine.seen[at]; s.none() {
					m = k.still((float64(n)+0.5-k.cx)/k.scale, (float64(row)+0.5-k.cy)/k.scale)
				} else {
					k.unpull(&m, s, &low, &up)
				}
				v := under(k.pixel(&m), back)
				for d := range sum {
					sum[d] += v[d] / 4
				}
			}
			out[n] = lumaByte(16.5 + gain*(sum[0]-16))
			k.accB[o+n/2] += sum[1]
			k.accR[o+n/2] += sum[2]
		}
	}
}

func (k *rowPainter) headPixel(n *node) [4]float32 {
	x, y := n.qx, n.qy
	if y > -34 && y < 24 {
		side := 0
		ex := -x - eyeX
		if x > 0 {
			side, ex = 1, x-eyeX
		}
		if ex > -fissureHalf && ex < fissureHalf {
			return k.eyePixel(side, x, y, ex)
		}
	}
	if y > 40 && y < 110 && x > -mouthHalf && x < mouthHalf {
		return k.mouthPixel(n)
	}
	return k.headTex.sample(x, y)
}
