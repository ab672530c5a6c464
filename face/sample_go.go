package face

import "facialis/video"

// sampleGo is sample's twin in Go, equal bit by bit to both loops in C.
func (c *crop) sampleGo(dst []float32, f *video.Frame) {
	n, plane, dx, dy := c.n, c.n*c.n, c.dx, c.dy
	cw, ch := (f.W+1)/2, (f.H+1)/2
	table := &lookup{}
	for i := range table {
		table[i] = float32(float32(i)*c.scale) + c.shift
	}
	for y := 0; y < n; y += 2 {
		sx, sy := c.start(y)
		row := dst[y*n : y*n+2*n]
		g, b := dst[plane+y*n:plane+y*n+2*n], dst[2*plane+y*n:2*plane+y*n+2*n]
		for x := 0; x < n; x += 2 {
			// The middle of the 2 × 2 block, in chroma pixels.
			mx, my := sx+(dx-dy)/2, sy+(dy+dx)/2
			rv, gc, bu, inside := chroma(f, &c.colors, (mx-32768)>>1, (my-32768)>>1, cw, ch)
			far := !inside && (mx < -65536 || my < -65536 || mx > f.W<<16 || my > f.H<<16)
			for o := range 4 {
				px, py := sx, sy
				switch o {
				case 1:
					px, py = sx+dx, sy+dy
				case 2:
					px, py = sx-dy, sy+dx
				case 3:
					px, py = sx+dx-dy, sy+dy+dx
				}
				at := x + o&1 + (o>>1)*n
				var l int
				ok := !far
				if ok {
					l, ok = c.luma(f, px, py)
				}
				if !ok {
					row[at], g[at], b[at] = c.shift, c.shift, c.shift
					continue
				}
				l = (l - c.colors.yOff) * c.colors.y >> 8
				row[at] = table.at(l + rv)
				g[at] = table.at(l + gc)
				b[at] = table.at(l + bu)
			}
			sx, sy = sx+2*dx, sy+2*dy
		}
	}
}

// luma is the picture's brightness (×256) at a place; not ok outside of it.
func (c *crop) luma(f *video.Frame, px, py int) (l int, ok bool) {
	if c.samples == 1 {
		ix, iy := px>>16, py>>16
		if uint(ix) >= uint(f.W-1) || uint(iy) >= uint(f.H-1) {
			return edgeLuma(f, px, py)
		}
		fx, fy := (px>>8)&255, (py>>8)&255
		i := iy*f.W + ix
		p, r := f.Y[i:i+2], f.Y[i+f.W:i+f.W+2]
		top := int(p[0])<<8 + fx*(int(p[1])-int(p[0]))
		bottom := int(r[0])<<8 + fx*(int(r[1])-int(r[0]))
		return (top<<8 + fy*(bottom-top)) >> 8, true
	}
	ix, iy := (px+32768)>>16, (py+32768)>>16
	if ix < c.reach || iy < c.reach || ix >= f.W-c.reach || iy >= f.H-c.reach {
		return edgeLuma(f, px, py)
	}
	i, sum := iy*f.W+ix, 0
	for _, o := range c.patch[:c.samples] {
		sum += int(f.Y[i+o])
	}
	return sum * c.share >> 8, true
}

// lookup turns a color of 0..255.75, in quarters, into the network's number.
type lookup [256]float32

func (t *lookup) at(v int) float32 {
	v = (v + 32768) >> 16
	if uint(v) > 255 {
		if v < 0 {
			return t[0]
		}
		return t[255]
	}
	return t[v]
}

// chroma gives the shares of red, green and blue that the color planes add at
// a place (×2¹⁶, in pixels of those planes).
func chroma(f *video.Frame, col *colors, x, y, w, h int) (r, g, b int, inside bool) {
	ix, iy := x>>16, y>>16
	inside = true
	if uint(ix) >= uint(w-1) || uint(iy) >= uint(h-1) {
		inside = false
		ix, iy = max(0, min(ix, w-2)), max(0, min(iy, h-2))
		x, y = max(0, min(x, (w-1)<<16)), max(0, min(y, (h-1)<<16))
		if w < 2 || h < 2 {
			return 0, 0, 0, false
		}
	}
	fx, fy := (x-ix<<16)>>8, (y-iy<<16)>>8
	i := iy*w + ix
	w11 := fx * fy
	w10, w01 := fx<<8-w11, fy<<8-w11
	w00 := 65536 - w11 - w10 - w01
	ut, ub := f.Cb[i:i+2], f.Cb[i+w:i+w+2]
	vt, vb := f.Cr[i:i+2], f.Cr[i+w:i+w+2]
	u := (w00*int(ut[0])+w10*int(ut[1])+w01*int(ub[0])+w11*int(ub[1]))>>8 - 128<<8
	v := (w00*int(vt[0])+w10*int(vt[1])+w01*int(vb[0])+w11*int(vb[1]))>>8 - 128<<8
	return v * col.rv >> 8, -(u*col.gu + v*col.gv) >> 8, u * col.bu >> 8, inside
}

// edgeLuma is bilinear luma (×256) where some neighbors lie outside; it holds
// the outermost pixel, and is nothing beyond it.
func edgeLuma(f *video.Frame, px, py int) (int, bool) {
	if px < -32768 || py < -32768 || px >= f.W<<16-32768 || py >= f.H<<16-32768 {
		return 0, false
	}
	ix, iy := max(0, min((px+32768)>>16, f.W-1)), max(0, min((py+32768)>>16, f.H-1))
	return int(f.Y[iy*f.W+ix]) << 8, true
}
