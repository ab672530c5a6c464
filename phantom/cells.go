package phantom

// sight is what is seen between four neighbouring nodes.
type sight uint8

const (
	nothing  sight = iota // the background alone
	skin                  // the head's sheet alone, nothing shining through, by the lower layer
	skinUp                // the same by the upper layer: above the lips' line
	clothes               // the body's sheet alone
	torn                  // one part of the head hides another: each pixel asks the mesh
	anything              // edges, lids, lips, glasses: each pixel takes a closer look
)

// cellRow says what is seen in one row of cells.
func (r *renderer) cellRow(j int) {
	top, bot := r.nodes[j*r.nw:(j+1)*r.nw], r.nodes[(j+1)*r.nw:(j+2)*r.nw]
	out := r.cells[j*r.nw : (j+1)*r.nw]
	for i := range r.nw - 1 {
		out[i] = r.sightOf([4]*node{&top[i], &top[i+1], &bot[i], &bot[i+1]})
	}
}

// span is the range that the corners of a cell take.
func span(v [4]float32) (lo, hi float32) {
	return min(v[0], v[1], v[2], v[3]), max(v[0], v[1], v[2], v[3])
}

func (r *renderer) sightOf(c [4]*node) sight {
	empty, on := true, true
	for _, n := range c {
		empty = empty && r.empty(n)
		on = on && n.on
	}
	if empty {
		return nothing
	}
	if r.step == 1 {
		return anything
	}
	if r.isTorn(c, on) {
		return torn
	}
	y0, y1 := span([4]float32{c[0].qy, c[1].qy, c[2].qy, c[3].qy})
	x0, x1 := span([4]float32{c[0].qx, c[1].qx, c[2].qx, c[3].qx})
	head, body := bare, bare
	if c[0].on || c[1].on || c[2].on || c[3].on {
		if head = r.headTex.over(x0, y0, x1, y1); head == full && !on {
			head = mixed
		}
	}
	if !r.photo && y1 > 80 {
		body = r.bodyTex.over(x0, y0, x1, y1)
	}
	if r.glasses != nil {
		h0, h1 := span([4]float32{c[0].hy, c[1].hy, c[2].hy, c[3].hy})
		g0, g1 := span([4]float32{c[0].hx, c[1].hx, c[2].hx, c[3].hx})
		if r.glasses.over(g0, h0, g1, h1) != bare {
			return anything
		}
	}
	switch {
	case head == bare && body == bare:
		return nothing
	case head == bare && body == full && y0 > 80:
		return clothes
	case head != full:
		return anything
	}
	if r.nearEye(x0, x1, y0, y1) {
		return anything
	}
	if y1 < 40 || y0 > 110 || x1 < -mouthHalf || x0 > mouthHalf {
		return skin
	}
	return r.lipSight(c)
}

// isTorn says that the head's edge is within a cell, or that its corners are further
// apart on the head than a surface that is seen whole can be.
func (r *renderer) isTorn(c [4]*node, on bool) bool {
	if r.photo {
		return false
	}
	h0, h1 := span([4]float32{c[0].hx, c[1].hx, c[2].hx, c[3].hx})
	g0, g1 := span([4]float32{c[0].hy, c[1].hy, c[2].hy, c[3].hy})
	const shoulders = 130 // mm: from there down the mesh ends where nothing moves
	if !on && g0 < shoulders && (c[0].on || c[1].on || c[2].on || c[3].on) {
		return true
	}
	const steep = 4 // mm of the sheet for one of the picture: a slope of 76°
	most := steep * float32(r.step) / float32(r.scale)
	return h1-h0 > most || g1-g0 > most
}

// nearEye says that a lid may be seen in a cell: its skin moves with its margin,
// and of an open eye only the opening needs a closer look.
func (r *renderer) nearEye(x0, x1, y0, y1 float32) bool {
	for s := range 2 {
		l := &r.lid[s]
		lo, hi := float32(-34), float32(24)
		if d := l.aperture - float32(RestApertureMM); d > -1e-4 && d < 1e-4 && l.rise < 1e-4 {
			lo, hi = -9, 9
		}
		if y1 < lo || y0 > hi {
			continue
		}
		e0, e1 := x0-eyeX, x1-eyeX
		if s == 0 {
			e0, e1 = -x1-eyeX, -x0-eyeX
		}
		if e1 > -fissureHalf && e0 < fissureHalf {
			return true
		}
	}
	return false
}

// lipSight tells the lips' skin from the line between them.
func (r *renderer) lipSight(c [4]*node) sight {
	above, below := true, true
	const near = 0.7 // mm, more than the soft edge
	for _, n := range c {
		if n.qx < -mouthHalf || n.qx > mouthHalf || n.ux < -mouthHalf || n.ux > mouthHalf || n.qy < 40 || n.qy > 110 {
			return anything
		}
		du, dl := n.uy-look(&lipTable, n.ux/mouthHalf), n.qy-look(&lipTable, n.qx/mouthHalf)
		above = above && du < -near && dl < -near
		below = below && du > near && dl > near
	}
	switch {
	case above && r.headTex.over(c[0].ux, c[0].uy, c[3].ux, c[3].uy) == full:
		return skinUp
	case below:
		return skin
	}
	return anything
}

// empty says that nothing of the person can be at a node.
func (r *renderer) empty(n *node) bool {
	if r.photo {
		return false
	}
	if n.qy > 88 {
		return n.qx < -342 || n.qx > 342 || n.qy < 150 && (n.qx < -175 || n.qx > 175)
	}
	return !n.on || n.hx < -104 || n.hx > 104 || n.hy < -138
}
