package phantom

import (
	"math"
)

// node is one point of the coarse grid over the picture: where the sheet is
// seen there.
type node struct {
	hx, hy float32 // on the head, before the muscles are undone
	qx, qy float32 // on the sheet at rest, by the lower layer
	ux, uy float32 // by the upper layer
	on     bool    // within the head's reach
}

// renderer draws frames of one scene. One renderer draws one frame at a time.
type renderer struct {
	*scene
	step  int // px between nodes
	nw    int
	nh    int
	nodes []node
	warp  *warp
	y     []byte
	cb    []byte
	cr    []byte
	accB  []float32
	accR  []float32
	flatY []byte // the background at the exposure of a steady light
}

func newRenderer(sc *scene) *renderer {
	r := &renderer{scene: sc, warp: newWarp()}
	r.step = max(1, min(4, int(sc.scale*1.2)))
	r.nw, r.nh = sc.w/r.step+2, sc.h/r.step+2
	r.nodes = make([]node, r.nw*r.nh)
	r.y, r.cb, r.cr = make([]byte, sc.w*sc.h), make([]byte, sc.w*sc.h/4), make([]byte, sc.w*sc.h/4)
	r.accB, r.accR = make([]float32, sc.w*sc.h/4), make([]float32, sc.w*sc.h/4)
	r.flatY = make([]byte, sc.w*sc.h)
	for i, v := range sc.backY {
		r.flatY[i] = byte(16.5 + float32(sc.spec.Camera.Light)*(v-16))
	}
	return r
}

// frame draws the face's state as frame number index. The planes are valid
// until the next call.
func (r *renderer) frame(st *state, index int) {
	r.warp.set(r.m, st)
	p := newPlace(st.pose)
	p.flat = r.photo
	inRows(r.nh, func(j int) { r.nodeRow(p, j) })
	var lid [2]lidShape
	for s := range 2 {
		rest := RestApertureMM
		lid[s] = lidShape{aperture: float32(st.aperture[s]), rise: float32(st.rise[s]), closed: float32(1 - st.aperture[s]/rest)}
	}
	inRows(r.h/2, func(j int) {
		k := newRowPainter(r, st, &lid)
		k.pair(j, index)
	})
}

// nodeRow fills one row of nodes.
func (r *renderer) nodeRow(p *place, j int) {
	Y := (float64(j*r.step) + 0.5 - r.cy) / r.scale
	var ox, oy float64
	warm := false
	for i := range r.nw {
		n := &r.nodes[j*r.nw+i]
		X := (float64(i*r.step) + 0.5 - r.cx) / r.scale
		n.on = math.Abs(X) < 170 && Y > -170 && Y < 200 || r.photo
		if !n.on {
			warm = false
			if Y > 80 {
				yb := Y + p.Breath*(1-bodyWeight(X, Y))
				n.hx, n.hy = float32(X), float32(yb)
			} else {
				n.hx, n.hy = float32(X), float32(Y)
			}
			n.qx, n.qy, n.ux, n.uy = n.hx, n.hy, n.hx, n.hy
			continue
		}
		if !warm {
			ox, oy = -p.X, -p.Y
		}
		x, y := p.unproject(X, Y, X+ox, Y+oy)
		ox, oy, warm = x-X, y-Y, true
		n.hx, n.hy = float32(x), float32(y)
		n.qx, n.qy = undo(r.warp.lower, n.hx, n.hy)
		n.ux, n.uy = n.qx, n.qy
		if x > -40 && x < 40 && y > 40 && y < 110 {
			n.ux, n.uy = undo(r.warp.up, n.hx, n.hy)
		}
	}
}

// rowPainter draws two rows of the picture at a time (one of chroma).
type rowPainter struct {
	*renderer
	st  *state
	lid *[2]lidShape
}

func newRowPainter(r *renderer, st *state, lid *[2]lidShape) *rowPainter {
	return &rowPainter{renderer: r, st: st, lid: lid}
}

// exposure is the light that a row is taken in: the lamps flicker at twice the
// mains' frequency and the rows are read one after the other.
func (r *renderer) exposure(t float64, row int) float32 {
	c := r.spec.Camera
	g := c.Light
	if c.FlickerHz > 0 {
		t += 0.7 / c.FPS * float64(row) / float64(r.h)
		g *= 1 + c.Flicker*math.Sin(4*math.Pi*c.FlickerHz*t)
	}
	return float32(g)
}

// pair draws rows 2j and 2j+1.
func (k *rowPainter) pair(j, index int) {
	w, cw := k.w, k.w/2
	cbRow, crRow := k.cb[j*cw:(j+1)*cw], k.cr[j*cw:(j+1)*cw]
	accB, accR := k.accB[j*cw:(j+1)*cw], k.accR[j*cw:(j+1)*cw]
	clear(accB)
	clear(accR)
	bb, br := k.backCb[j*cw:(j+1)*cw], k.backCr[j*cw:(j+1)*cw]
	for d := range 2 {
		row := 2*j + d
		gain := k.exposure(k.st.t, row)
		out, back := k.y[row*w:(row+1)*w], k.backY[row*w:(row+1)*w]
		nj := row / k.step
		fy := float32(row%k.step) / float32(k.step)
		top, bot := k.nodes[nj*k.nw:(nj+1)*k.nw], k.nodes[(nj+1)*k.nw:(nj+2)*k.nw]
		steady := k.spec.Camera.FlickerHz == 0
		if steady {
			copy(out, k.flatY[row*w:(row+1)*w])
		}
		a := mixNode(&top[0], &bot[0], fy)
		for i := 0; i < w; {
			ni := i / k.step
			b := mixNode(&top[ni+1], &bot[ni+1], fy)
			end := min(w, (ni+1)*k.step)
			if k.empty(&a) && k.empty(&b) {
				if !steady {
					for n := i; n < end; n++ {
						out[n] = byte(16.5 + gain*(back[n]-16))
					}
				}
				for n := i; n < end; n++ {
					accB[n/2] += bb[n/2]
					accR[n/2] += br[n/2]
				}
				i, a = end, b
				continue
			}
			plain := k.plain(&a, &b)
			inv := 1 / float32(k.step)
			dx, dy := (b.qx-a.qx)*inv, (b.qy-a.qy)*inv
			for n := i; n < end; n++ {
				var v [4]float32
				d := float32(n - i)
				if plain != nil {
					x, y := a.qx+d*dx, a.qy+d*dy
					v = plain.sample(x, y)
					if v[3] < 0.999 && y > 90 && plain == k.headTex && !k.photo {
						v = under(v, k.bodyTex.sample(x, y))
					}
				} else {
					m := mixNode(&a, &b, d*inv)
					v = k.pixel(&m)
				}
				t := 1 - v[3]
				out[n] = toByte(16.5 + gain*(v[0]+t*back[n]-16))
				accB[n/2] += v[1] + t*bb[n/2]
				accR[n/2] += v[2] + t*br[n/2]
			}
			i, a = end, b
		}
		g := newGrain(k.noise, k.spec.Seed, index, row)
		g.add(out, false)
	}
	gain := k.exposure(k.st.t, 2*j) / 4
	for i := range cw {
		cbRow[i] = toByte(128.5 + gain*accB[i])
		crRow[i] = toByte(128.5 + gain*accR[i])
	}
	g := newGrain(k.noise, k.spec.Seed+1, index, j)
	g.add(cbRow, true)
	g.add(crRow, true)
}

func toByte(v float32) byte {
	i := int32(v)
	if uint32(i) > 255 {
		return byte(^i >> 31) // 0 below, 255 above
	}
	return byte(i)
}

// plain is the canvas that alone is seen between two neighbouring nodes, away
// from lids, lips and glasses; nil where it takes a closer look.
func (k *rowPainter) plain(a, b *node) *canvas {
	if k.glasses != nil && a.hy < 40 {
		return nil
	}
	lo, hi := min(a.qy, b.qy), max(a.qy, b.qy)
	switch {
	case lo > 158 && !k.photo:
		return k.bodyTex
	case !a.on || !b.on:
		return nil
	case lo > 110 || lo > 24 && hi < 40 || hi < -34:
		return k.headTex
	}
	const eyeEnd = eyeX + fissureHalf
	if l, r := min(a.qx, b.qx), max(a.qx, b.qx); l > eyeEnd || r < -eyeEnd {
		return k.headTex
	}
	return nil
}

// empty says that nothing of the person can be at a node.
func (k *rowPainter) empty(n *node) bool {
	if k.photo {
		return false
	}
	if n.qy > 88 {
		return n.qx < -342 || n.qx > 342 || n.qy < 150 && (n.qx < -175 || n.qx > 175)
	}
	return !n.on || n.hx < -104 || n.hx > 104 || n.hy < -138
}

func mixNode(a, b *node, t float32) node {
	return node{lerp(a.hx, b.hx, t), lerp(a.hy, b.hy, t), lerp(a.qx, b.qx, t), lerp(a.qy, b.qy, t),
		lerp(a.ux, b.ux, t), lerp(a.uy, b.uy, t), a.on || b.on}
}

// under lays v over w (both premultiplied).
func under(v, w [4]float32) [4]float32 {
	t := 1 - v[3]
	return [4]float32{v[0] + t*w[0], v[1] + t*w[1], v[2] + t*w[2], v[3] + t*w[3]}
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
	return v
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
