package phantom

import "math"

// paintedBrow is how high over the eye's corners the mesh's middle of the brow
// lies on the painted face, mm.
const paintedBrow = 30.5

// brows are where a photograph's brows lie. The painted face has them high; a
// lid that closes under low ones takes only the skin between with it.
type brows struct {
	low  float64         // mm that they lie lower than the painted face's
	edge [2][][2]float64 // of a side, their lower edge over the eye: ξ along the eye, mm down from its line; from the temple inwards
}

// browLow is by how many mm the brows lie lower than the painted face's.
func (s *Spec) browLow() float64 {
	if s.portrait == nil {
		return 0
	}
	return s.portrait.brows.low
}

// eyeLine is a photograph's eye from corner to corner, px.
type eyeLine struct {
	outer, inner [2]float64
	length2      float64
}

// along is where a point lies along the eye: −1 at the inner corner, 1 at the
// outer one.
func (e eyeLine) along(p [2]float64) float64 {
	t := (p[0]-e.inner[0])*(e.outer[0]-e.inner[0]) + (p[1]-e.inner[1])*(e.outer[1]-e.inner[1])
	return 2*t/e.length2 - 1
}

// above is how far a point lies over the eye's line, mm by the eye's width.
func (e eyeLine) above(p [2]float64) float64 {
	dx, dy := e.outer[0]-e.inner[0], e.outer[1]-e.inner[1]
	cross := math.Abs(dx)*(p[1]-e.inner[1]) - math.Copysign(1, dx)*dy*(p[0]-e.inner[0])
	return -cross / e.length2 * 2 * fissureHalf
}

// browHair is by how much the mesh's lower edge of a brow may lie in its hair, mm.
const browHair = 1.5

// leastLid is how much skin there is at least between an open lid and its brow,
// mm: where the mesh sees less, the fold hides it.
const leastLid = 3

// lidSkin is the height, mm down from the eye's line, up to which the skin over
// the eye goes along with the upper lid, for ξ = −1 … 1.
func (b *brows) lidSkin(side int) (t [257]float32) {
	edge := b.edge[side]
	for i := range t {
		xi := float64(i)/128 - 1
		y := edge[0][1] + browHair
		for k := 0; k+1 < len(edge); k++ {
			p, q := edge[k], edge[k+1]
			if xi <= p[0] && p[0] > q[0] {
				f := min((p[0]-xi)/(p[0]-q[0]), 1)
				y = p[1] + f*(q[1]-p[1]) + browHair
			}
		}
		open := lidShape{aperture: RestApertureMM}
		_, _, upper, _ := open.margins(float32(xi))
		t[i] = float32(max(min(y, float64(upper)-leastLid), float64(upper)-upperSkin))
	}
	return t
}
