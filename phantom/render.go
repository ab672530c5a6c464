package phantom

import "math"

// node is one point of the coarse grid over the picture: where the sheet is
// seen there.
type node struct {
	hx, hy float32 // on the head, before the muscles are undone
	qx, qy float32 // on the sheet at rest, by the lower layer
	ux, uy float32 // by the upper layer
	on     bool    // within the head's reach
}

// picture is one frame in planar YUV 4:2:0.
type picture struct{ y, cb, cr []byte }

func newPicture(w, h int) *picture {
	return &picture{make([]byte, w*h), make([]byte, w*h/4), make([]byte, w*h/4)}
}

// renderer draws frames of one scene. One renderer draws one frame at a time.
type renderer struct {
	*scene
	*picture // what is drawn on
	step     int
	nw       int
	nh       int
	nodes    []node
	cells    []sight // what is seen between four nodes, by the node at its top left
	warp     *warp
	lid      [2]lidShape
	accB     []float32
	accR     []float32
	wall     *picture // the background at the exposure of a steady light
}

func newRenderer(sc *scene) *renderer {
	r := &renderer{scene: sc, picture: newPicture(sc.w, sc.h), warp: newWarp()}
	r.step = nodeStep(sc.scale)
	r.nw, r.nh = sc.w/r.step+2, sc.h/r.step+2
	r.nodes, r.cells = make([]node, r.nw*r.nh), make([]sight, r.nw*r.nh)
	r.accB, r.accR = make([]float32, sc.w*sc.h/4), make([]float32, sc.w*sc.h/4)
	r.wall = newPicture(sc.w, sc.h)
	gain := float32(sc.spec.Camera.Light)
	for i, v := range sc.backY {
		r.wall.y[i] = lumaByte(16.5 + gain*(v-16))
	}
	for i := range sc.backCb {
		r.wall.cb[i], r.wall.cr[i] = chromaByte(128.5+gain*sc.backCb[i]), chromaByte(128.5+gain*sc.backCr[i])
	}
	return r
}

// nodeStep is how many pixels lie between nodes: no more than the muscles'
// fields have between theirs, and even, so that a sample of chroma lies between
// the same nodes as its four pixels; 1 in small pictures.
func nodeStep(scale float64) int {
	for _, n := range []int{4, 2} {
		if float64(n) <= gridStep*scale {
			return n
		}
	}
	return 1
}

// frame draws the face's state as frame number index on the renderer's picture.
func (r *renderer) frame(st *state, index int) {
	r.warp.set(r.m, st)
	p := newPlace(st.pose)
	p.flat = r.photo
	reach := p.reach()
	for s := range 2 {
		r.lid[s] = lidShape{aperture: float32(st.aperture[s]), rise: float32(st.rise[s]), closed: float32(1 - st.aperture[s]/RestApertureMM)}
	}
	inRows(r.nh, func(j int) { r.nodeRow(p, reach, j) })
	inRows(r.nh-1, r.cellRow)
	inRows(r.h/2, func(j int) {
		k := rowPainter{renderer: r, st: st}
		k.pair(j, index)
	})
}

// box is a part of the picture's plane, mm.
type box struct{ x0, y0, x1, y1 float64 }

// reach is where the head can be seen above the shoulders: around all that its
// sheet's edge is projected to.
func (p *place) reach() box {
	b := box{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	for _, x := range []float64{-106, -70, -35, 0, 35, 70, 106} {
		for _, y := range []float64{-140, -100, -50, 0, 50, 100} {
			u, v := p.project(x, y)
			b = box{min(b.x0, u), min(b.y0, v), max(b.x1, u), max(b.y1, v)}
		}
	}
	const margin = 6
	return box{b.x0 - margin, b.y0 - margin, b.x1 + margin, b.y1 + margin}
}

// nodeRow fills one row of nodes.
func (r *renderer) nodeRow(p *place, reach box, j int) {
	Y := (float64(j*r.step) + 0.5 - r.cy) / r.scale
	var ox, oy, px, py float64 // the last node's offset, and the one's before
	warm := 0
	var low, up [2]float32 // the muscles' displacement at the last node
	for i := range r.nw {
		n := &r.nodes[j*r.nw+i]
		X := (float64(i*r.step) + 0.5 - r.cx) / r.scale
		if Y <= 80 {
			n.on = X > reach.x0 && X < reach.x1 && Y > reach.y0 || r.photo
		} else {
			n.on = math.Abs(X) < 170 && Y < 200 || r.photo
		}
		if !n.on {
			warm = 0
			if Y > 80 {
				yb := Y + p.Breath*(1-bodyWeight(X, Y))
				n.hx, n.hy = float32(X), float32(yb)
			} else {
				n.hx, n.hy = float32(X), float32(Y)
			}
			n.qx, n.qy, n.ux, n.uy = n.hx, n.hy, n.hx, n.hy
			continue
		}
		sx, sy := -p.X, -p.Y
		switch {
		case warm == 1:
			sx, sy = ox, oy
		case warm > 1: // go on along the line of the last two
			sx, sy = 2*ox-px, 2*oy-py
		}
		x, y := p.unproject(X, Y, X+sx, Y+sy)
		px, py, ox, oy = ox, oy, x-X, y-Y
		warm++
		n.hx, n.hy = float32(x), float32(y)
		n.qx, n.qy = undo(r.warp.lower, n.hx, n.hy, &low)
		n.ux, n.uy = n.qx, n.qy
		if x > -40 && x < 40 && y > 40 && y < 110 {
			n.ux, n.uy = undo(r.warp.up, n.hx, n.hy, &up)
		}
	}
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

// lumaByte and chromaByte keep to the ranges of BT.709's limited levels.
func lumaByte(v float32) byte   { return byte(max(16, min(235, int32(v)))) }
func chromaByte(v float32) byte { return byte(max(16, min(240, int32(v)))) }

func mixNode(a, b *node, t float32) node {
	return node{lerp(a.hx, b.hx, t), lerp(a.hy, b.hy, t), lerp(a.qx, b.qx, t), lerp(a.qy, b.qy, t),
		lerp(a.ux, b.ux, t), lerp(a.uy, b.uy, t), a.on || b.on}
}

// under lays v over w (both premultiplied).
func under(v, w [4]float32) [4]float32 {
	t := 1 - v[3]
	return [4]float32{v[0] + t*w[0], v[1] + t*w[1], v[2] + t*w[2], v[3] + t*w[3]}
}
