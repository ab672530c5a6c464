package phantom

import (
	"maps"
	"math"
	"slices"
	"sync"
)

// profile is the shape of a head: how far each point of the face's sheet lies
// towards the camera. All figures are mm and our own: they span what adults'
// heads look like and are no one's likeness.
type profile struct {
	vault  float64 // from the middle of the face back to the ears
	flat   float64 // 0..1: how flat the front is before it falls away to the sides
	brow   float64 // how far forehead and scalp lean back, 130 mm above the face's middle
	jaw    float64 // how far jaw and neck do, 130 mm below it
	nose   float64 // the tip's height over the cheeks
	bridge float64 // the bridge's
	long   float64 // from the bridge's middle to the tip
	lips   float64 // the lips' height
	chin   float64 // the chin's
	socket float64 // how deep the eyes lie
	bent   float64 // how far the nose's tip stands to the person's left
	fuller float64 // how much fuller the left cheek is than the right one
}

var profiles = map[string]profile{
	"usual":  {vault: 70, flat: 0.55, brow: 22, jaw: 12, nose: 20, bridge: 6, long: 22, lips: 6, chin: 5, socket: 7},
	"flat":   {vault: 54, flat: 0.65, brow: 18, jaw: 14, nose: 12, bridge: 1, long: 20, lips: 5, chin: 1, socket: 3},
	"deep":   {vault: 86, flat: 0.45, brow: 28, jaw: 18, nose: 28, bridge: 10, long: 23, lips: 4, chin: 4, socket: 9},
	"long":   {vault: 78, flat: 0.5, brow: 40, jaw: 4, nose: 23, bridge: 8, long: 26, lips: 5, chin: 10, socket: 8},
	"uneven": {vault: 72, flat: 0.55, brow: 23, jaw: 13, nose: 21, bridge: 7, long: 22, lips: 6, chin: 4, socket: 7, bent: 4, fuller: 7},
}

// Profiles lists the names of the heads' shapes.
func Profiles() []string { return slices.Sorted(maps.Keys(profiles)) }

const (
	halfWidth  = 80.0   // mm from the midline to where the head's side begins
	halfHeight = 130.0  // mm that brow and jaw belong to
	middleY    = 10.0   // mm below the pupils' line: the face's middle
	deepest    = -110.0 // mm behind the irises: no part of a head that is seen from the front
)

// height is the depth of the sheet's point (x, y) towards the camera, mm, from
// an origin inside the head. Where its hills stand is where the painter has their
// features, and their radii (mm, at 1/e) are as wide as those are painted.
func (p profile) height(x, y float64) float64 {
	r := min(math.Abs(x)/halfWidth, 1)
	z := -p.vault * ((1-p.flat)*r*r + p.flat*r*r*r*r)
	if over := math.Abs(x)/halfWidth - 1; over > 0 { // on along the slope there
		z -= p.vault * (2 + 2*p.flat) * over
	}
	t := (y - middleY) / halfHeight
	if t < 0 {
		z -= p.brow * t * t * (0.5 - 0.5*t)
	} else {
		z -= p.jaw * t * t
	}
	hill := func(cx, cy, rx, ry, mm float64) { z += mm * math.Exp(-sq((x-cx)/rx)-sq((y-cy)/ry)) }
	lean := p.bent * smooth(y/40)
	hill(lean, 14+p.long, 12, 17, p.nose)
	hill(lean/2, 14, 9, 20, p.bridge)
	hill(0, 70, 26, 18, p.lips)
	hill(0, 100, 17, 14, p.chin)
	hill(eyeX, 0, 14, 10, -p.socket)
	hill(-eyeX, 0, 14, 10, -p.socket)
	hill(44, 34, 22, 24, p.fuller/2)
	hill(-44, 34, 22, 24, -p.fuller/2)
	return z
}

func sq(v float64) float64 { return v * v }

// depth is how far the sheet's point (x, y) lies in front of the irises, mm. The
// neck comes forward to the irises' plane, in which the shoulders are drawn.
func (p profile) depth(x, y float64) float64 {
	eyes := (p.height(-eyeX, 0) + p.height(eyeX, 0)) / 2
	return max(p.height(x, y)-eyes, deepest) * bodyWeight(x, y)
}

// relief is the surface that the profile's skin is shaded by, mm: the usual
// face's with all its features, and what the profile differs by.
func (p profile) relief(x, y float64) float64 {
	return relief(x, y) + p.height(x, y) - profiles["usual"].height(x, y)
}

// shape is a profile on the mesh: each vertex' depth and its normal for the light.
type shape struct {
	z      []float32
	weight []float32 // its bodyWeight
	normal [][3]float32
}

var shapes sync.Map // of shapes by profile and step: they are made once

// shapeOf is the profile on the mesh.
func shapeOf(name string, m mesh) *shape {
	type key struct {
		name string
		m    mesh
	}
	if s, ok := shapes.Load(key{name, m}); ok {
		return s.(*shape)
	}
	p := profiles[name]
	n := m.w * m.h
	s := &shape{make([]float32, n), make([]float32, n), make([][3]float32, n)}
	inRows(m.h, func(j int) {
		for i := range m.w {
			x, y := m.at(i, j)
			s.z[j*m.w+i], s.weight[j*m.w+i] = float32(p.depth(x, y)), float32(bodyWeight(x, y))
			s.normal[j*m.w+i] = p.normal(x, y)
		}
	})
	shapes.Store(key{name, m}, s)
	return s
}

// normal is what the light sees of the sheet at (x, y): the face with its
// features; hair, ears and neck, which are painted without, by the head's shape.
func (p profile) normal(x, y float64) (n [3]float32) {
	const rim = 8.0 // mm at the face's edge, over which the one becomes the other
	face, head := normalOf(p.relief, x, y), normalOf(p.height, x, y)
	t := smooth(outline(x, y)/rim + 1)
	u := unit(face[0]+t*(head[0]-face[0]), face[1]+t*(head[1]-face[1]), face[2]+t*(head[2]-face[2]))
	return [3]float32{float32(u[0]), float32(u[1]), float32(u[2])}
}

// normalOf is the unit normal of a surface at (x, y), towards the camera.
func normalOf(surface func(x, y float64) float64, x, y float64) [3]float64 {
	const h = 0.7 // mm
	dx := (surface(x+h, y) - surface(x-h, y)) / (2 * h)
	dy := (surface(x, y+h) - surface(x, y-h)) / (2 * h)
	n := math.Sqrt(dx*dx + dy*dy + 1)
	return [3]float64{-dx / n, -dy / n, 1 / n}
}
