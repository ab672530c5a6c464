package motion

import "math"

// patches are the templates of one key frame: for each point the pixels around
// it, their gradients and what follows from them. All slices are indexed by
// point; pixels are (2r+1)² a point.
type patches struct {
	r, n   int // half side, samples a patch
	x, y   []float32
	ok     []bool
	tmpl   []float32 // less its mean
	gx, gy []float32 // gradients, less their means
	inv    [][3]float32
	norm   []float32    // sum of squares of tmpl
	self   [][2]float32 // the template's product with its own gradients
	info   [][2]float32 // how well the patch fixes its own x and y: 1 / (H⁻¹)xx, 1 / (H⁻¹)yy
}

func newPatches(points, r int) *patches {
	n := (2*r + 1) * (2*r + 1)
	return &patches{r: r, n: n,
		x: make([]float32, points), y: make([]float32, points), ok: make([]bool, points),
		tmpl: make([]float32, points*n), gx: make([]float32, points*n), gy: make([]float32, points*n),
		inv: make([][3]float32, points), norm: make([]float32, points), self: make([][2]float32, points), info: make([][2]float32, points)}
}

// learn takes the template of point i at (x, y) of the picture. A patch without
// texture in either direction is not usable.
func (t *patches) learn(p picture, i int, x, y float32) {
	t.x[i], t.y[i] = x, y
	t.ok[i] = false
	s := t.tmpl[i*t.n : (i+1)*t.n]
	gx := t.gx[i*t.n : (i+1)*t.n]
	gy := t.gy[i*t.n : (i+1)*t.n]
	id := mat2{1, 0, 0, 1}
	// Gradients by central differences half a pixel either side of each sample.
	if !p.sample(gx, t.r, x+1, y, id) || !p.sample(s, t.r, x-1, y, id) {
		return
	}
	for k := range gx {
		gx[k] = (gx[k] - s[k]) / 2
	}
	if !p.sample(gy, t.r, x, y+1, id) || !p.sample(s, t.r, x, y-1, id) {
		return
	}
	for k := range gy {
		gy[k] = (gy[k] - s[k]) / 2
	}
	if !p.sample(s, t.r, x, y, id) {
		return
	}
	center(s)
	center(gx)
	center(gy)
	var hxx, hxy, hyy, norm, bx, by float32
	for k := range s {
		bx += s[k] * gx[k]
		by += s[k] * gy[k]
		hxx += gx[k] * gx[k]
		hxy += gx[k] * gy[k]
		hyy += gy[k] * gy[k]
		norm += s[k] * s[k]
	}
	// A little damping keeps a patch with an edge in one direction only from
	// running along it.
	n := float32(t.n)
	damp := patchDamp * n
	hxx, hyy = hxx+damp, hyy+damp
	det := hxx*hyy - hxy*hxy
	if norm < patchContrast*n || det <= 0 {
		return
	}
	t.inv[i] = [3]float32{hyy / det, -hxy / det, hxx / det}
	t.info[i] = [2]float32{det / hyy, det / hxx}
	t.norm[i] = norm
	t.self[i] = [2]float32{bx, by}
	t.ok[i] = true
}

func center(s []float32) {
	var sum float32
	for _, v := range s {
		sum += v
	}
	mean := sum / float32(len(s))
	for k := range s {
		s[k] -= mean
	}
}

// findGo registers the picture to template i by the inverse compositional
// Lucas–Kanade method, starting from (x, y), under the linear map a from
// template to picture. It returns the place and the likeness there (zero-mean
// normalized cross-correlation), 0 where the patch was lost. It stops where the
// next step would be under leftPx: steps shrink by about the same factor each
// time, which the last two tell. compare.c has its twin, which must round alike:
// each product is rounded before it is added.
func (t *patches) findGo(p picture, i int, x, y float32, a mat2, iterations int) (float32, float32, float32) {
	inv := t.inv[i]
	shrink, last := float32(firstShrink*firstShrink), float32(0) // squares: of what a step shrinks by, of the last one's length
	for it := 0; ; it++ {
		m, ok := t.compareGo(p, i, x, y, a)
		if !ok {
			return x, y, 0
		}
		ss := m.vv - float32(m.v*m.v)/float32(t.n)
		if ss <= 0 {
			return x, y, 0
		}
		like := m.vt / float32(math.Sqrt(float64(ss)*float64(t.norm[i])))
		if it == iterations {
			return x, y, like
		}
		// The patch's own contrast is scaled to the template's, so that light
		// that brightens or dims does not pull.
		g := t.norm[i] / m.vt
		if !(g > 1/gainTimes && g < gainTimes) {
			g = 1
		}
		bx, by := t.self[i][0], t.self[i][1]
		ex, ey := float32(g*m.vx)-bx, float32(g*m.vy)-by
		dx := float32(inv[0]*ex) + float32(inv[1]*ey)
		dy := float32(inv[1]*ex) + float32(inv[2]*ey)
		dx, dy = clamp32(dx, longestPx), clamp32(dy, longestPx)
		x -= float32(a[0]*dx) + float32(a[1]*dy)
		y -= float32(a[2]*dx) + float32(a[3]*dy)
		step := float32(dx*dx) + float32(dy*dy)
		if it > 0 {
			shrink = step / last
		}
		if step < nearPx*nearPx && step*shrink < leftPx*leftPx {
			return x, y, like
		}
		last = step
	}
}

// holds is how well patch i holds its place, 0 to 1: 0 where there is none.
func (t *patches) holds(i int) float64 {
	if !t.ok[i] {
		return 0
	}
	info := float64(min(t.info[i][0], t.info[i][1]))
	return math.Min(info/(fullInfo*float64(t.n)), 1)
}

// allHold is holds of every patch.
func (t *patches) allHold() []float32 {
	hold := make([]float32, len(t.ok))
	for i := range hold {
		hold[i] = float32(t.holds(i))
	}
	return hold
}

const (
	longestPx   = 2    // a step in each direction
	leftPx      = 0.01 // what may be left between a patch and its template, px
	nearPx      = 0.1  // the likeness before a longer step than this is not the one after it
	firstShrink = 0.3  // what the first step is taken to shrink by
)

// moments are sums over a patch: of its values v, of their squares and of their
// products with the template t and its gradients x and y.
type moments struct{ v, vv, vt, vx, vy float32 }

func clamp32(x, lim float32) float32 { return max(-lim, min(lim, x)) }
