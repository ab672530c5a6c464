package phantom

import "math"

// node is one point of the coarse grid over the picture: where the sheet is
// seen there.
type node struct {
	hx, hy float32 // on the head, before the muscles are undone
	qx, qy float32 // on the sheet at rest, by the lower layer
	ux, uy float32 // by the upper layer
	lit    float32 // how it is lit: 1 as painted
	on     bool    // the head or body is seen there
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
	place    *place
	light    *lighting
	lid      [2]lidShape
	accB     []float32
	accR     []float32
	wall     *picture // the background at the exposure of a steady light
	wallGain float32  // that exposure

	mesh     mesh
	shape    *shape
	vertices []vertex
	rowSpan  [][2]float32 // between which the mesh's rows are seen, px
	lit      []float32    // how much of the lamp the vertices see; nil without one
	coarse   raster       // of the nodes
	fine     raster       // of the torn cells' pixels, four looks each
	slots    []int32      // the torn cells', see raster
}

func newRenderer(sc *scene) *renderer {
	r := &renderer{scene: sc, picture: newPicture(sc.w, sc.h), warp: newWarp()}
	r.step = nodeStep(sc.scale)
	r.nw, r.nh = sc.w/r.step+2, sc.h/r.step+2
	r.nodes, r.cells = make([]node, r.nw*r.nh), make([]sight, r.nw*r.nh)
	r.accB, r.accR = make([]float32, sc.w*sc.h/4), make([]float32, sc.w*sc.h/4)
	r.wall = newPicture(sc.w, sc.h)
	r.mesh = newMesh(sc.scale)
	r.shape = shapeOf(sc.spec.Head.Profile, r.mesh)
	r.vertices, r.rowSpan = make([]vertex, r.mesh.w*r.mesh.h), make([][2]float32, r.mesh.h)
	if sc.spec.Lamp.Share > 0 {
		r.lit = make([]float32, len(r.vertices))
	}
	r.coarse = raster{step: float32(r.step), w: r.nw, h: r.nh, seen: make([]seen, len(r.nodes))}
	r.slots = make([]int32, len(r.cells))
	r.fine = raster{from: -0.25, step: 0.5, slots: r.slots, per: 2 * r.step, cells: r.nw, w: 2 * sc.w, h: 2 * sc.h}
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
	r.place = newPlace(st.pose, r.lens)
	for s := range 2 {
		r.lid[s] = lidShape{aperture: float32(st.aperture[s]), rise: float32(st.rise[s]), closed: float32(1 - st.aperture[s]/RestApertureMM)}
	}
	r.paper(float32(r.spec.Camera.gainAt(st.t)))
	if r.photo {
		inRows(r.nh, r.photoRow)
	} else {
		r.light = newLighting(r.spec, st, r.place)
		r.castShadows()
		r.bend()
		inBands(r.nh, func(j0, j1 int) {
			clearSeen(r.coarse.seen[j0*r.nw : j1*r.nw])
			r.drawMesh(&r.coarse, j0, j1)
			for j := j0; j < j1; j++ {
				r.nodeRow(j)
			}
		})
	}
	inRows(r.nh-1, r.cellRow)
	r.mend()
	inRows(r.h/2, func(j int) {
		k := rowPainter{renderer: r, st: st}
		k.pair(j, index)
	})
}

// paper keeps the background ready at the given exposure, unless the light flickers.
func (r *renderer) paper(gain float32) {
	if r.wallGain == gain || r.spec.Camera.FlickerHz > 0 {
		return
	}
	r.wallGain = gain
	inRows(r.h, func(j int) {
		for i := j * r.w; i < (j+1)*r.w; i++ {
			r.wall.y[i] = lumaByte(16.5 + gain*(r.backY[i]-16))
		}
	})
	for i := range r.backCb {
		r.wall.cb[i], r.wall.cr[i] = chromaByte(128.5+gain*r.backCb[i]), chromaByte(128.5+gain*r.backCr[i])
	}
}

func clearSeen(v []seen) {
	for i := range v {
		v[i].z = float32(math.Inf(-1))
	}
}

// nodeRow fills one row of nodes with what the mesh shows there, and with the
// still part of the body beside it.
func (r *renderer) nodeRow(j int) {
	Y := (float64(j*r.step) + 0.5 - r.cy) / r.scale
	var low, up [2]float32 // the muscles' displacement at the last node
	for i := range r.nw {
		n := &r.nodes[j*r.nw+i]
		if s := r.coarse.seen[j*r.nw+i]; s.none() {
			*n = r.still((float64(i*r.step)+0.5-r.cx)/r.scale, Y)
		} else {
			r.unpull(n, s, &low, &up)
		}
	}
}

// still is the node at (X, Y) mm of the picture's plane where the mesh is not seen.
func (r *renderer) still(x, y float64) (n node) {
	n.hx, n.hy = float32(x), float32(y)
	n.lit = float32(r.light.body) * r.light.dimmed(n.hx, n.hy)
	if y > bodyTop {
		n.hy += float32(r.place.Breath * (1 - bodyWeight(x, y)))
	}
	n.qx, n.qy, n.ux, n.uy = n.hx, n.hy, n.hx, n.hy
	return n
}

// unpull makes a node of what is seen: where the muscles have it from.
func (r *renderer) unpull(n *node, s seen, low, up *[2]float32) {
	n.on, n.lit = true, s.lit
	n.hx, n.hy = s.x, s.y
	n.qx, n.qy = undo(r.warp.lower, n.hx, n.hy, low)
	n.ux, n.uy = n.qx, n.qy
	if n.hx > -40 && n.hx < 40 && n.hy > 40 && n.hy < 110 {
		n.ux, n.uy = undo(r.warp.up, n.hx, n.hy, up)
	}
}

// photoRow fills one row of nodes with where a photograph is seen.
func (r *renderer) photoRow(j int) {
	Y := (float64(j*r.step) + 0.5 - r.cy) / r.scale
	var low, up [2]float32
	for i := range r.nw {
		x, y := r.place.onSheet((float64(i*r.step)+0.5-r.cx)/r.scale, Y)
		r.unpull(&r.nodes[j*r.nw+i], seen{float32(x), float32(y), 0, 1}, &low, &up)
	}
}

// mend looks closely at the torn cells, between whose corners one part of the head
// hides another: four looks a pixel, at the mesh itself.
func (r *renderer) mend() {
	n := int32(0)
	for k, c := range r.cells {
		r.slots[k] = -1
		if c == torn {
			r.slots[k] = n
			n++
		}
	}
	if n == 0 {
		return
	}
	looks := int(n) * r.fine.per * r.fine.per
	if cap(r.fine.seen) < looks {
		r.fine.seen = make([]seen, looks)
	}
	r.fine.seen = r.fine.seen[:looks]
	clearSeen(r.fine.seen)
	inBands(r.nh-1, func(j0, j1 int) { r.drawMesh(&r.fine, j0*r.fine.per, min(j1*r.fine.per, r.fine.h)) })
}

// exposure is the light that a row is taken in: the lamps flicker at twice the
// mains' frequency and the rows are read one after the other.
func (r *renderer) exposure(t float64, row int) float32 {
	c := &r.spec.Camera
	g := c.gainAt(t)
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
	if t == 0 {
		return *a
	}
	return node{lerp(a.hx, b.hx, t), lerp(a.hy, b.hy, t), lerp(a.qx, b.qx, t), lerp(a.qy, b.qy, t),
		lerp(a.ux, b.ux, t), lerp(a.uy, b.uy, t), lerp(a.lit, b.lit, t), a.on || b.on}
}

// under lays v over w (both premultiplied).
func under(v, w [4]float32) [4]float32 {
	t := 1 - v[3]
	return [4]float32{v[0] + t*w[0], v[1] + t*w[1], v[2] + t*w[2], v[3] + t*w[3]}
}
