package motion

import (
	"math"

	"facialis/anatomy"
)

// pins are the tracked points of the skin in one frame. Every slice has the grid's
// length and order. Where no patch was found like is 0, byMesh is true, and move is
// what the mesh says.
type pins struct {
	x, y   []float32    // where they are found, px of the level
	like   []float32    // how like its template each patch looks there, 0 to 1
	byMesh []bool       // the movement is the mesh's, not the pixels'
	move   [][2]float32 // each pin's own movement, mm (out, up)
	own    [][2]float32 // the same from the active key frame on, px of it: where the next frame is searched from
	guess  [][2]float32 // what the mesh says that would be

	w, resid []float64 // room to fit the head's motion: weights, and residuals in px
	room     medians
}

func newPins(n int) pins {
	return pins{x: make([]float32, n), y: make([]float32, n), like: make([]float32, n), byMesh: make([]bool, n),
		move: make([][2]float32, n), own: make([][2]float32, n), guess: make([][2]float32, n), w: make([]float64, n), resid: make([]float64, n)}
}

// region is a region's own movement, mm (out, up): the mean of its points,
// weighted by how near they lie to its middle, how well their texture holds
// them and how like their template they look, and by how well they agree with
// the weighted median, so that one patch that slipped does not move the region.
// Where pixels hold less than PixelShare of a region, the mesh speaks for it.
//
// hold is how well each pin's patch holds its place, 0 to 1. spread is what the
// agreeing points differ by, as the standard error of their mean, mm.
func (q *pins) region(g *grid, p *Params, s, reg int, hold []float32) (x, y float32, spread float64, pixels, ok bool) {
	members := g.members[s][reg]
	var byPixel, whole float64
	for _, j := range members {
		w := g.weight[j][reg]
		whole += w
		if !q.byMesh[j] {
			byPixel += w
		}
	}
	if whole == 0 || len(members) < 3 {
		return 0, 0, 0, false, false
	}
	pixels = byPixel >= p.PixelShare*whole
	if !pixels && reg == anatomy.AtPlatysma { // the mesh ends at the jaw
		return 0, 0, 0, false, false
	}
	vx, vy, vw := q.room.x[:0], q.room.y[:0], q.room.w[:0]
	for _, j := range members {
		if pixels == q.byMesh[j] {
			continue
		}
		w := g.weight[j][reg]
		if pixels {
			w *= float64(q.like[j]) * float64(hold[j])
		}
		vx, vy, vw = append(vx, q.move[j][0]), append(vy, q.move[j][1]), append(vw, w)
	}
	q.room.x, q.room.y, q.room.w = vx, vy, vw
	mx, my := q.room.median(vx, vw), q.room.median(vy, vw)
	var sw, sx, sy, sxx, ww float64
	for i := range vx {
		d := math.Hypot(float64(vx[i]-mx), float64(vy[i]-my)) / p.AgreeMM
		w := vw[i] / (1 + d*d)
		sw += w
		ww += w * w
		sx += w * float64(vx[i])
		sy += w * float64(vy[i])
	}
	if sw <= 0 {
		return 0, 0, 0, pixels, false
	}
	sx, sy = sx/sw, sy/sw
	for i := range vx {
		d := math.Hypot(float64(vx[i]-mx), float64(vy[i]-my)) / p.AgreeMM
		dx, dy := float64(vx[i])-sx, float64(vy[i])-sy
		sxx += vw[i] / (1 + d*d) * (dx*dx + dy*dy) / 2
	}
	return float32(sx), float32(sy), math.Sqrt(sxx / sw * ww / (sw * sw)), pixels, true
}

// medians is room for the medians of a region's pins, which are had some twenty times
// a frame: the values of a region with their weights, and the same in order.
type medians struct {
	x, y, sorted []float32
	w, sortedW   []float64
}

// median is the weighted median of a few values. It sorts them by insertion into its
// own room, so that nothing is allocated.
func (r *medians) median(v []float32, w []float64) float32 {
	sv, sw := r.sorted[:0], r.sortedW[:0]
	var total float64
	for i, x := range v {
		sv, sw = append(sv, x), append(sw, w[i])
		total += w[i]
		for j := len(sv) - 1; j > 0 && sv[j-1] > sv[j]; j-- {
			sv[j-1], sv[j] = sv[j], sv[j-1]
			sw[j-1], sw[j] = sw[j], sw[j-1]
		}
	}
	r.sorted, r.sortedW = sv, sw
	var acc float64
	for i := range sv {
		if acc += sw[i]; acc >= total/2 {
			return sv[i]
		}
	}
	return 0
}
