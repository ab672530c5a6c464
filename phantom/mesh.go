package phantom

import (
	"math"
	"runtime"
)

// mesh is the grid of vertices that the sheet is bent on: every step mm. Above
// bodyTop it is as wide as the head alone.
type mesh struct {
	step float64
	w, h int
}

const (
	meshX0, meshX1 = -170.0, 170.0
	meshY0, meshY1 = -150.0, 206.0
	headReach      = 112.0 // mm to the side of the midline, above bodyTop
	bodyTop        = 78.0
)

// newMesh is as fine as a picture of so many px a mm can show.
func newMesh(scale float64) mesh {
	m := mesh{step: 2}
	if scale < 1 {
		m.step = 4
	}
	m.w, m.h = int((meshX1-meshX0)/m.step)+1, int((meshY1-meshY0)/m.step)+1
	return m
}

// at is the vertex (i, j) on the sheet.
func (m mesh) at(i, j int) (x, y float64) {
	return meshX0 + m.step*float64(i), meshY0 + m.step*float64(j)
}

// columns are the vertices from and to which a row of the mesh is drawn.
func (m mesh) columns(j int) (from, to int) {
	if _, y := m.at(0, j); y < bodyTop {
		n := int((-headReach - meshX0) / m.step)
		return n, m.w - 1 - n
	}
	return 0, m.w - 1
}

// vertex is a point of the mesh in one frame: where it is seen, px; how far in
// front of the irises' rest it is, mm; how it is lit (1 as painted).
type vertex struct{ x, y, z, lit float32 }

// bend puts every vertex where the head's pose has it.
func (r *renderer) bend() {
	m, p, l := r.mesh, r.place, r.light
	inRows(m.h, func(j int) {
		lo, hi := float32(math.Inf(1)), float32(math.Inf(-1))
		from, to := m.columns(j)
		for i := from; i <= to; i++ {
			x, y := m.at(i, j)
			k := j*m.w + i
			w := float64(r.shape.weight[k])
			u, v, z := p.space(x, y, float64(r.shape.z[k]), w)
			X, Y := p.lens.see(u, v, z)
			o := vertex{float32(X*r.scale + r.cx - 0.5), float32(Y*r.scale + r.cy - 0.5), float32(z), 0}
			o.lit = l.at(r.shape.normal[k], r.lamplit(k), float32(w), float32(X), float32(Y))
			r.vertices[k] = o
			lo, hi = min(lo, o.y), max(hi, o.y)
		}
		r.rowSpan[j] = [2]float32{lo, hi}
	})
}

// seen is a point of the sheet that is seen at a place of the picture, and how it
// is lit; z is how near it is, -Inf where there is none.
type seen struct{ x, y, z, lit float32 }

// none says that no facet is there.
func (s seen) none() bool { return s.z < -1e9 }

// raster is a grid of places in the picture, every step px from (from, from) on,
// onto which the mesh is drawn: of all facets over a place the nearest stays.
type raster struct {
	from, step float32
	w, h       int
	seen       []seen
	slots      []int32 // nil: all of the grid; else the slot of each cell of per × per places, -1 where none is wanted
	per, cells int     // how many cells are in a row
}

// index is where a place's seen is kept by slots, -1 when it is not wanted.
func (g *raster) index(i, j int) int {
	s := int(g.slots[j/g.per*g.cells+i/g.per])
	if s < 0 {
		return -1
	}
	return (s*g.per+j%g.per)*g.per + i%g.per
}

// wanted says that a cell between the given places has a slot.
func (g *raster) wanted(ia, ib, ja, jb int) bool {
	for j := ja / g.per; j <= jb/g.per; j++ {
		for _, s := range g.slots[j*g.cells+ia/g.per : j*g.cells+ib/g.per+1] {
			if s >= 0 {
				return true
			}
		}
	}
	return false
}

// drawMesh draws the mesh's facets that face the camera on rows j0 to j1 of the
// raster, which is emptied before.
func (r *renderer) drawMesh(g *raster, j0, j1 int) {
	m := r.mesh
	inv := 1 / g.step
	top, end := g.from+float32(j0)*g.step, g.from+float32(j1-1)*g.step
	for j := range m.h - 1 {
		lo, hi := min(r.rowSpan[j][0], r.rowSpan[j+1][0]), max(r.rowSpan[j][1], r.rowSpan[j+1][1])
		if hi < top || lo > end {
			continue
		}
		from, to := m.columns(j)
		_, y := m.at(0, j)
		v := r.vertices[j*m.w : (j+2)*m.w]
		for i := from; i < to; i++ {
			a, b, c, d := &v[i], &v[i+1], &v[m.w+i], &v[m.w+i+1]
			x := meshX0 + m.step*float64(i)
			g.facet(a, b, c, float32(x), float32(y), float32(m.step), inv, j0, j1)
			g.facet(d, c, b, float32(x+m.step), float32(y+m.step), float32(-m.step), inv, j0, j1)
		}
	}
}

// facet draws one half of a square of the mesh: a is the corner at (x, y) of the
// sheet, b the one beside it by step, c the one below it.
func (g *raster) facet(a, b, c *vertex, x, y, step, inv float32, j0, j1 int) {
	abx, aby, acx, acy := b.x-a.x, b.y-a.y, c.x-a.x, c.y-a.y
	area := abx*acy - aby*acx
	if area <= 0 { // its back
		return
	}
	const rim = 1e-4 // of a facet, so that neighbours leave nothing out between them
	y0, y1 := (min(a.y, b.y, c.y)-g.from)*inv, (max(a.y, b.y, c.y)-g.from)*inv
	x0, x1 := (min(a.x, b.x, c.x)-g.from)*inv, (max(a.x, b.x, c.x)-g.from)*inv
	ja, jb := max(ceil(y0-0.01), j0), min(floor(y1+0.01), j1-1)
	ia, ib := max(ceil(x0-0.01), 0), min(floor(x1+0.01), g.w-1)
	if ja > jb || ia > ib {
		return
	}
	if g.slots != nil && !g.wanted(ia, ib, ja, jb) {
		return
	}
	n := 1 / area
	// s and t are how far along a–b and a–c a place is; they grow evenly along a row
	ds, dt := g.step*acy*n, -g.step*aby*n
	px := g.from + float32(ia)*g.step - a.x
	bz, cz, bl, cl := b.z-a.z, c.z-a.z, b.lit-a.lit, c.lit-a.lit
	for j := ja; j <= jb; j++ {
		py := g.from + float32(j)*g.step - a.y
		s, t := (px*acy-py*acx)*n, (abx*py-aby*px)*n
		for i := ia; i <= ib; i, s, t = i+1, s+ds, t+dt {
			if s < -rim || t < -rim || s+t > 1+rim {
				continue
			}
			k := j*g.w + i
			if g.slots != nil {
				if k = g.index(i, j); k < 0 {
					continue
				}
			}
			if o, z := &g.seen[k], a.z+s*bz+t*cz; z > o.z {
				*o = seen{x + step*s, y + step*t, z, a.lit + s*bl + t*cl}
			}
		}
	}
}

func floor(v float32) int {
	i := int(v)
	if v < float32(i) {
		i--
	}
	return i
}

func ceil(v float32) int { return -floor(-v) }

// inBands calls f for bands of n rows, in parallel.
func inBands(n int, f func(j0, j1 int)) {
	k := max(1, min(runtime.GOMAXPROCS(0), n))
	inRows(k, func(b int) { f(b*n/k, (b+1)*n/k) })
}
