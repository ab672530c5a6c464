package motion

import (
	"math"
	"sort"

	"facialis/anatomy"
)

// minStable is the least weight in the head's motion for which a point is
// followed that belongs to no region.
const minStable = 0.15

// liftedStable is the weight of skin that the frontalis lifts: it tells of turns by its
// parallax, but goes up as a whole, so where poses alone are sought it has liftedShare
// of that.
const (
	liftedStable = 0.15
	liftedShare  = 0.2
)

// neighbors is how many mesh vertices place one grid point on a real face.
const neighbors = 8

// grid is the set of tracked points, laid once over the canonical face (mm;
// x to the person's left, y up, z to the camera), mirror-symmetric: points 2n and
// 2n+1 are twins, the right side's first.
type grid struct {
	x, y, z []float64
	stable  []float64 // prior weight in the head's motion: 1 where the skin sits on bone
	near    [][neighbors]int
	nearW   [][neighbors]float64
	// weight of each point in its side's regions
	side    []int
	weight  [][anatomy.NumRegions]float64
	members [2][anatomy.NumRegions][]int // the points that speak for each region

	step  float64      // how far points are apart, mm
	deep  []float64    // depth of each point of a usual head, mm
	canon [][3]float64 // the vertices of a usual head, mm: the canonical face, as deep as heads are
	slope [][2]float64 // how fast a usual head's depth grows outwards on the picture's x and y at each point
}

func (g *grid) len() int { return len(g.x) }

// Mesh vertices that the grid is laid out by; the person's right, then left.
var (
	vCommissure = [2]int{61, 291}
	vUpperLid   = [2][5]int{{161, 160, 159, 158, 157}, {388, 387, 386, 385, 384}}
	vLowerLid   = [2][5]int{{163, 144, 145, 153, 154}, {390, 373, 374, 380, 381}}
	vEyeOuter   = [2]int{33, 263}
	vEyeInner   = [2]int{133, 362}
	vJaw        = [2][5]int{{172, 136, 150, 149, 176}, {397, 365, 379, 378, 400}}
)

const (
	vBrowMid   = 105 // right
	vLipLowerR = 181 // lower lip border between midline and right commissure
	vLipUpperR = 39
	vSubnasale = 2
	vChin      = 199
	vForehead  = 10
	vCheek     = 205 // right; "rightCheek" in the annotations of the mesh's authors
)

// spot is a Gaussian of skin that speaks for a region, in canonical mm on the
// right side.
type spot struct {
	region       int
	x, y, rx, ry float64
}

// spreads is the square of how many radii a point of the right side lies from the
// spot's middle.
func (s spot) spreads(x, y float64) float64 {
	dx, dy := (x-s.x)/s.rx, (y-s.y)/s.ry
	return dx*dx + dy*dy
}

// malarMM is the radius of the cheek's spot, mm of the canonical face. Its middle is
// that of the malar fat pad, which the zygomatic muscles and the outer orbicularis
// oculi lift: a triangle of skin from the fold beside nose and mouth up to the cheek
// bone. Two radii end above the corner of the mouth and below the lower lid's rim.
const malarMM = 9

// newGrid lays the points. canon is the canonical face in cm.
func newGrid(canon *[468][3]float32, step float64) *grid {
	g := &grid{step: step}
	for _, c := range canon {
		g.canon = append(g.canon, [3]float64{10 * float64(c[0]), 10 * float64(c[1]), depthTimes * 10 * float64(c[2])})
	}
	l := layout{grid: g, face: canon, spots: spotsOf(canon)}
	l.skin()
	l.mouth()
	l.neck()
	g.finish(canon)
	return g
}

// vertexMM is where a vertex of the canonical face lies, mm.
func vertexMM(canon *[468][3]float32, v int) (x, y float64) {
	return 10 * float64(canon[v][0]), 10 * float64(canon[v][1])
}

// spotsOf are the regions' spots on the right side.
func spotsOf(canon *[468][3]float32) []spot {
	at := func(v int) (x, y float64) { return vertexMM(canon, v) }
	cornerX, cornerY := at(vCommissure[anatomy.AtRight])
	browX, browY := at(vBrowMid)
	loX, loY := at(vLipLowerR)
	upX, upY := at(vLipUpperR)
	_, chinY := at(vChin)
	jawX, jawY := at(vJaw[anatomy.AtRight][3])
	cheekX, cheekY := at(vCheek)
	return []spot{
		{region: anatomy.AtFrontalis, x: browX, y: browY + 3, rx: 12, ry: 6},
		{region: anatomy.AtMalar, x: cheekX, y: cheekY, rx: malarMM, ry: malarMM},
		{region: anatomy.AtZygomaticus, x: cornerX - 1.5, y: cornerY + 1.5, rx: 4.5, ry: 4.5},
		{region: anatomy.AtOrbicularisOris, x: upX, y: upY, rx: 5, ry: 4},
		{region: anatomy.AtDepressor, x: loX, y: loY, rx: 3.5, ry: 3.5},
		{region: anatomy.AtMentalis, x: -8, y: chinY, rx: 6, ry: 5},
		{region: anatomy.AtPlatysma, x: jawX, y: jawY - 14, rx: 12, ry: 7},
	}
}

// layout lays points of skin into a grid.
type layout struct {
	*grid
	face  *[468][3]float32 // the canonical face, cm
	spots []spot           // of the regions on the right side
}

// add lays one point. stable is how much it says of the head, 0 to 1, before the cheek's
// share is taken off.
func (l *layout) add(x, y, z, stable float64, side int) {
	var w [anatomy.NumRegions]float64
	mx := x
	if side == anatomy.AtLeft {
		mx = -x
	}
	for _, s := range l.spots {
		if d := s.spreads(mx, y); d < 2*2 {
			w[s.region] = math.Exp(-d / 2)
		}
	}
	stable *= 1 - w[anatomy.AtMalar] // skin that its muscles move is no bone
	// What speaks for no region and hardly for the head is not worth following.
	if stable < minStable && w == [anatomy.NumRegions]float64{} {
		return
	}
	l.x, l.y, l.z = append(l.x, x), append(l.y, y), append(l.z, z)
	l.stable = append(l.stable, stable)
	l.side = append(l.side, side)
	l.weight = append(l.weight, w)
}

// skin lays the regular points over the face, closer around mouth, brow and cheek.
func (l *layout) skin() {
	_, browY := vertexMM(l.face, vBrowMid)
	_, chinY := vertexMM(l.face, vChin)
	_, noseY := vertexMM(l.face, vSubnasale)
	_, foreheadY := vertexMM(l.face, vForehead)
	var malar spot
	for _, s := range l.spots {
		if s.region == anatomy.AtMalar {
			malar = s
		}
	}
	hull, leftEye := convexHull(l.face), eyeBox(l.face, anatomy.AtLeft)
	for j, y := 0, foreheadY-4; y > chinY-22; j, y = j+1, y-l.step {
		for i := 0; ; i++ {
			x := (float64(i) + 0.5) * l.step
			if x > 85 {
				break
			}
			if !inside(hull, x, y, 5) || inBox(leftEye, x, y) {
				continue
			}
			nearMouth := y < noseY+4 && x < 50
			nearBrow := math.Abs(y-browY-3) < 12 && x < 60
			nearMalar := malar.spreads(-x, y) < 1
			if !nearMouth && !nearBrow && !nearMalar && (i+j)%2 == 1 {
				continue
			}
			stable, z := stableAt(x, y, noseY, browY), depth(l.face, x, y)
			l.add(-x, y, z, stable, anatomy.AtRight)
			l.add(x, y, z, stable, anatomy.AtLeft)
		}
	}
}

// stableAt is how much skin at (x, y) of the left side says of the head, 0 to 1: noseY is
// the height of the nose's root at the lip, browY that of the brow's middle.
func stableAt(x, y, noseY, browY float64) float64 {
	switch {
	case y < noseY+2 && x < 56:
		return 0.05
	case y < noseY+2:
		return 0.1
	case y > browY-18 && x > 8 && x < 62, y > browY+10 && x <= 8: // what the frontalis lifts
		return liftedStable
	case y < browY-20 && x > 20 && x < 56:
		return 0.25
	}
	return 1
}

// mouth lays the middles of the regions around the mouth, closer than the grid: a lower
// lip can pull over hardly a centimeter of skin.
func (l *layout) mouth() {
	for _, s := range l.spots {
		if s.region == anatomy.AtFrontalis || s.region == anatomy.AtMalar || s.region == anatomy.AtPlatysma {
			continue
		}
		for _, o := range [][2]float64{{0, 0}, {3, 0}, {-3, 0}, {0, 3}, {0, -3}} {
			x, y := s.x+o[0], s.y+o[1]
			z := depth(l.face, x, y)
			l.add(x, y, z, 0.05, anatomy.AtRight)
			l.add(-x, y, z, 0.05, anatomy.AtLeft)
		}
	}
}

// neck lays the points below the jaw line, where only the platysma moves the skin.
func (l *layout) neck() {
	for k := 0; k < 5; k++ {
		for _, down := range []float64{8, 14, 20} {
			v := vJaw[anatomy.AtRight][k]
			x, y := vertexMM(l.face, v)
			z := 10 * float64(l.face[v][2])
			l.add(x, y-down, z-down*0.5, 0, anatomy.AtRight)
			l.add(-x, y-down, z-down*0.5, 0, anatomy.AtLeft)
		}
	}
}

// finish notes for every point the regions that it is a member of, the vertices that
// carry it, and its depth.
func (g *grid) finish(canon *[468][3]float32) {
	for i := range g.x {
		for reg, w := range g.weight[i] {
			if w > 0 {
				g.members[g.side[i]][reg] = append(g.members[g.side[i]][reg], i)
			}
		}
		n, w := nearest(canon, g.x[i], g.y[i])
		g.near = append(g.near, n)
		g.nearW = append(g.nearW, w)
		g.deep = append(g.deep, depthTimes*g.z[i])
		s := slopeAt(canon, g.x[i], g.y[i])
		g.slope = append(g.slope, [2]float64{depthTimes * s[0], depthTimes * s[1]})
	}
}

func eyeBox(canon *[468][3]float32, side int) [4]float64 {
	box := [4]float64{math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)}
	grow := func(v int) {
		x, y := 10*float64(canon[v][0]), 10*float64(canon[v][1])
		box[0], box[1] = min(box[0], x), min(box[1], y)
		box[2], box[3] = max(box[2], x), max(box[3], y)
	}
	grow(vEyeOuter[side])
	grow(vEyeInner[side])
	for k := range vUpperLid[side] {
		grow(vUpperLid[side][k])
		grow(vLowerLid[side][k])
	}
	box[0], box[1], box[2], box[3] = box[0]-3, box[1]-6, box[2]+3, box[3]+6
	return box
}

func inBox(b [4]float64, x, y float64) bool { return x > b[0] && x < b[2] && y > b[1] && y < b[3] }

// depth is the canonical depth at (x, y): the inverse-distance mean of the
// nearest vertices.
func depth(canon *[468][3]float32, x, y float64) float64 {
	n, w := nearest(canon, x, y)
	var z float64
	for k, v := range n {
		z += w[k] * 10 * float64(canon[v][2])
	}
	return z
}

// slopeAt is how fast the canonical depth grows with x and y at a place, taken over
// slopeOverMM to either side.
func slopeAt(canon *[468][3]float32, x, y float64) [2]float64 {
	return [2]float64{
		(depth(canon, x+slopeOverMM, y) - depth(canon, x-slopeOverMM, y)) / (2 * slopeOverMM),
		(depth(canon, x, y+slopeOverMM) - depth(canon, x, y-slopeOverMM)) / (2 * slopeOverMM)}
}

const slopeOverMM = 6 // skin's slope is taken over a region's own width

// nearest returns the vertices nearest to (x, y), the nearest first, and their
// inverse-distance weights, which sum to one. Of two equally near ones the first
// in the mesh comes first.
func nearest(canon *[468][3]float32, x, y float64) (n [neighbors]int, w [neighbors]float64) {
	var d [neighbors]float64
	for v := range canon {
		far := math.Hypot(x-10*float64(canon[v][0]), y-10*float64(canon[v][1]))
		at := min(v, neighbors) // the place it takes, those behind it moving back
		for ; at > 0 && far < d[at-1]; at-- {
			if at < neighbors {
				n[at], d[at] = n[at-1], d[at-1]
			}
		}
		if at < neighbors {
			n[at], d[at] = v, far
		}
	}
	var sum float64
	for k := range n {
		w[k] = 1 / (d[k] + 2)
		sum += w[k]
	}
	for k := range w {
		w[k] /= sum
	}
	return n, w
}

// convexHull is the face's outline seen from the front, counter-clockwise, mm.
func convexHull(canon *[468][3]float32) [][2]float64 {
	pts := make([][2]float64, 0, 468)
	for _, c := range canon {
		pts = append(pts, [2]float64{10 * float64(c[0]), 10 * float64(c[1])})
	}
	sort.Slice(pts, func(i, j int) bool {
		if pts[i][0] != pts[j][0] {
			return pts[i][0] < pts[j][0]
		}
		return pts[i][1] < pts[j][1]
	})
	half := func(pts [][2]float64) [][2]float64 {
		var h [][2]float64
		for _, p := range pts {
			for len(h) > 1 && cross(h[len(h)-2], h[len(h)-1], p) <= 0 {
				h = h[:len(h)-1]
			}
			h = append(h, p)
		}
		return h[:len(h)-1]
	}
	lower := half(pts)
	rev := make([][2]float64, len(pts))
	for i, p := range pts {
		rev[len(pts)-1-i] = p
	}
	return append(lower, half(rev)...)
}

func cross(o, a, b [2]float64) float64 {
	return (a[0]-o[0])*(b[1]-o[1]) - (a[1]-o[1])*(b[0]-o[0])
}

// inside reports whether (x, y) lies at least margin mm inside the hull.
func inside(hull [][2]float64, x, y, margin float64) bool {
	for i, a := range hull {
		b := hull[(i+1)%len(hull)]
		l := math.Hypot(b[0]-a[0], b[1]-a[1])
		if l > 0 && cross(a, b, [2]float64{x, y})/l < margin {
			return false
		}
	}
	return true
}
