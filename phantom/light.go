package phantom

import "math"

// shadeOf is how bright the painter makes skin whose normal and the room's light
// enclose an angle of the given cosine.
func shadeOf(cos float64) float64 { return 0.42 + 0.66*max(0, cos) }

// lampShade is how bright a lamp alone makes skin that faces it.
const lampShade = 1.25

// roomLight is the direction to the room's light, which is painted into the skin.
func (s *Spec) roomLight() [3]float64 {
	return unit(0.55*s.Camera.LightFrom, -0.5, 0.85)
}

// towards is the direction to the lamp.
func (l Lamp) towards() [3]float64 {
	ss, cs := math.Sincos(l.SideDeg * math.Pi / 180)
	sh, ch := math.Sincos(l.HeightDeg * math.Pi / 180)
	return [3]float64{ss * ch, -sh, cs * ch}
}

func unit(x, y, z float64) [3]float64 {
	n := math.Sqrt(x*x + y*y + z*z)
	return [3]float64{x / n, y / n, z / n}
}

func dot(a [3]float64, b [3]float32) float64 {
	return a[0]*float64(b[0]) + a[1]*float64(b[1]) + a[2]*float64(b[2])
}

// lighting is the light of one frame in the head's frame: how much brighter or
// darker each point is than it is painted.
type lighting struct {
	painted, room, lamp [3]float64
	share               float64 // of the light that the lamp gives
	body                float64 // how the shoulders are lit
	shadow              Shadow
	sin, cos, edge      float64 // the shadow's edge lies where x·cos + y·sin = edge
}

// bodyNormal is the chest's and shoulders'.
var bodyNormal = [3]float32{0, -0.2, 0.98}

func newLighting(s *Spec, st *state, p *place) *lighting {
	l := &lighting{painted: s.roomLight(), share: s.Lamp.Share, shadow: s.Lamp.Shadow, edge: st.shadowMM}
	l.room[0], l.room[1], l.room[2] = p.back(l.painted[0], l.painted[1], l.painted[2])
	lamp := s.Lamp.towards()
	l.lamp[0], l.lamp[1], l.lamp[2] = p.back(lamp[0], lamp[1], lamp[2])
	l.body = 1 - l.share + l.share*lampShade*max(0, dot(lamp, bodyNormal))/shadeOf(dot(l.painted, bodyNormal))
	l.sin, l.cos = math.Sincos(l.shadow.AngleDeg * math.Pi / 180)
	return l
}

// at is the light at a point of the sheet with the given normal, seen at (x, y) mm
// of the picture's plane; lamplit is how much of the lamp is seen from there.
func (l *lighting) at(normal [3]float32, lamplit, w, x, y float32) float32 {
	v := shadeOf(dot(l.room, normal))
	if l.share > 0 {
		v += l.share * (lampShade*max(0, dot(l.lamp, normal))*float64(lamplit) - v)
	}
	v /= shadeOf(dot(l.painted, normal))
	v = l.body + float64(w)*(v-l.body)
	return float32(v) * l.dimmed(x, y)
}

// dimmed is what the shadow leaves at (x, y).
func (l *lighting) dimmed(x, y float32) float32 {
	if l.shadow.Depth == 0 {
		return 1
	}
	d := float64(x)*l.cos + float64(y)*l.sin - l.edge
	return float32(1 - l.shadow.Depth*smooth(d/max(l.shadow.EdgeMM, 0.1)+0.5))
}

// castShadows finds how much of the lamp each vertex sees: what of the head
// stands before it, the nearer the sharper.
func (r *renderer) castShadows() {
	l := r.light
	if l.share == 0 {
		return
	}
	const (
		stride = 4.0  // mm from one look to the next
		far    = 96.0 // mm: further off nothing of a face is in the way
		rise   = 1.0  // mm over the skin where the look begins
	)
	m := r.mesh
	inRows(m.h, func(j int) {
		from, to := m.columns(j)
		for i := from; i <= to; i++ {
			k := j*m.w + i
			r.lit[k] = 1
			if dot(l.lamp, r.shape.normal[k]) <= 0 {
				continue // it faces away
			}
			x, y := m.at(i, j)
			z := float64(r.shape.z[k]) + rise
			hidden := 0.0
			for d := stride; d < far && hidden < 1; d += stride {
				over := r.depthAt(x+d*l.lamp[0], y+d*l.lamp[1]) - (z + d*l.lamp[2])
				hidden = max(hidden, over/(0.6+0.12*d))
			}
			r.lit[k] = float32(1 - smooth(hidden))
		}
	})
}

// lamplit is how much of the lamp vertex k sees.
func (r *renderer) lamplit(k int) float32 {
	if r.lit == nil {
		return 1
	}
	return r.lit[k]
}

// depthAt reads the head's depth between the mesh's vertices.
func (r *renderer) depthAt(x, y float64) float64 {
	m, z := r.mesh, r.shape.z
	fx := min(max((x-meshX0)/m.step, 0), float64(m.w)-1.001)
	fy := min(max((y-meshY0)/m.step, 0), float64(m.h)-1.001)
	i, j := int(fx), int(fy)
	ax, ay := float32(fx)-float32(i), float32(fy)-float32(j)
	k := j*m.w + i
	return float64(lerp(lerp(z[k], z[k+1], ax), lerp(z[k+m.w], z[k+m.w+1], ax), ay))
}

// gainAt is the exposure at time t: the camera's own, and what its steps have
// made of it.
func (c *Camera) gainAt(t float64) float64 {
	g := 1.0
	for _, s := range c.Exposure {
		g += (s.Gain - g) * smooth((t-s.At)/max(s.OverS, 1e-6))
	}
	return g * c.Light
}
