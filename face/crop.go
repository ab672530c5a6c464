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

// colours are the fixed-point (×2¹⁶) factors from YCbCr to RGB 0..255.
type colours struct{ y, yOff, rv, gu, gv, bu int }

func coloursOf(f *video.Frame) colours {
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
	return colours{fix(ys), off << 8, fix(2 * (1 - kr) * cs), fix(2 * (1 - kb) * kb / kg * cs),
		fix(2 * (1 - kr) * kr / kg * cs), fix(2 * (1 - kb) * cs)}
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
	col := coloursOf(f)
	step := q.Side / float64(n)
	sin, cos := math.Sincos(q.Angle)
	dx, dy := int(step*cos*65536), int(step*sin*65536) // along a row; down a column: −dy, dx
	k := 1                                             // k × k luma samples a pixel
	if step > 2 {
		apart := 2.0
		if n == detectorSide { // the whole frame, shrunk by much: finer, against faces that are only texture
			apart = 1.5
		}
		k = min(6, int(math.Ceil(step/apart)))
	}
	// Where the k × k samples lie in the luma plane from the pixel's middle, how
	// far they reach, and what one counts (×2¹⁶).
	var places [36]int
	patch, reach, share := places[:k*k], int(step)+2, 65536/(k*k)
	for i := range patch {
		u, v := (float64(i%k)+0.5)/float64(k)-0.5, (float64(i/k)+0.5)/float64(k)-0.5
		patch[i] = int(math.Round(step*(u*sin+v*cos)))*f.W + int(math.Round(step*(u*cos-v*sin)))
	}
	plane := n * n
	cw, ch := (f.W+1)/2, (f.H+1)/2
	table := &lookup{}
	for i := range table {
		table[i] = float32(i)*scale + shift
	}
	for y := 0; y < n; y += 2 {
		x0, y0 := q.At(0.5, float64(y)+0.5, float64(n))
		sx, sy := int((x0-0.5)*65536), int((y0-0.5)*65536)
		row := dst[y*n : y*n+2*n]
		g, b := dst[plane+y*n:plane+y*n+2*n], dst[2*plane+y*n:2*plane+y*n+2*n]
		for x := 0; x < n; x += 2 {
			// The middle of the 2 × 2 block, in chroma pixels.
			mx, my := sx+(dx-dy)/2, sy+(dy+dx)/2
			rv, gc, bu, inside := chroma(f, &col, (mx-32768)>>1, (my-32768)>>1, cw, ch)
			if !inside && (mx < -65536 || my < -65536 || mx > f.W<<16 || my > f.H<<16) {
				for _, o := range [4]int{x, x + 1, x + n, x + n + 1} {
					row[o], g[o], b[o] = shift, shift, shift
				}
				sx, sy = sx+2*dx, sy+2*dy
				continue
			}
			px, py := sx, sy
			for o := range 4 {
				at := x + o&1 + (o>>1)*n
				switch o {
				case 1:
					px, py = sx+dx, sy+dy
				case 2:
					px, py = sx-dy, sy+dx
				case 3:
					px, py = sx+dx-dy, sy+dy+dx
				}
				var l int // luma × 256
				ok := true
				if k == 1 {
					ix, iy := px>>16, py>>16
					if uint(ix) < uint(f.W-1) && uint(iy) < uint(f.H-1) {
						fx, fy := (px>>8)&255, (py>>8)&255
						i := iy*f.W + ix
						p, r := f.Y[i:i+2], f.Y[i+f.W:i+f.W+2]
						top := int(p[0])<<8 + fx*(int(p[1])-int(p[0]))
						bot := int(r[0])<<8 + fx*(int(r[1])-int(r[0]))
						l = (top<<8 + fy*(bot-top)) >> 8
					} else {
						l, ok = edgeLuma(f, px, py)
					}
				} else {
					if ix, iy := (px+32768)>>16, (py+32768)>>16; uint(ix-reach) < uint(f.W-2*reach) && uint(iy-reach) < uint(f.H-2*reach) {
						i, sum := iy*f.W+ix, 0
						for _, o := range patch {
							sum += int(f.Y[i+o])
						}
						l = sum * share >> 8
					} else {
						l, ok = edgeLuma(f, px, py)
					}
				}
				if !ok {
					row[at], g[at], b[at] = shift, shift, shift
					continue
				}
				l = (l - col.yOff) * col.y >> 8
				row[at] = table.at(l + rv)
				g[at] = table.at(l + gc)
				b[at] = table.at(l + bu)
			}
			sx, sy = sx+2*dx, sy+2*dy
		}
	}
}

// lookup turns a colour of 0..255.75, in quarters, into the network's number.
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

// chroma gives the shares of red, green and blue that the colour planes add at
// a place (×2¹⁶, in pixels of those planes).
func chroma(f *video.Frame, col *colours, x, y, w, h int) (r, g, b int, inside bool) {
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

// edgeLuma is bilinear luma (×256) where some neighbours lie outside; it holds
// the outermost pixel, and is nothing beyond it.
func edgeLuma(f *video.Frame, px, py int) (int, bool) {
	if px < -32768 || py < -32768 || px >= f.W<<16-32768 || py >= f.H<<16-32768 {
		return 0, false
	}
	ix, iy := max(0, min((px+32768)>>16, f.W-1)), max(0, min((py+32768)>>16, f.H-1))
	return int(f.Y[iy*f.W+ix]) << 8, true
}
