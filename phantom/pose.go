package phantom

import (
	"math"
	"math/rand/v2"
)

const (
	pivotY, pivotZ = 95.0, -109.0 // the neck's joint, mm from the point between the irises
	// RestDistanceMM is how far the lens is from the irises unless the spec says so:
	// a phone on a stand.
	RestDistanceMM = 700.0
)

// headPose is the head in one frame: angles in radians (as face.Pose's signs),
// shifts in mm, Fwd towards the camera.
type headPose struct{ Yaw, Pitch, Roll, X, Y, Fwd, Breath float64 }

// lens is the camera: a pinhole before which the irises at rest stand at
// distance mm, the head's origin (offX, offY) mm off its axis.
type lens struct{ distance, offX, offY float64 }

// see is where the lens sees a point of space that lies (x, y) from the head's
// origin at rest and z in front of it: mm of the picture's plane at the depth of
// the irises.
func (l lens) see(x, y, z float64) (float64, float64) {
	k := l.distance / (l.distance - z)
	return k*(x+l.offX) - l.offX, k*(y+l.offY) - l.offY
}

// place is headPose made ready for many points.
type place struct {
	headPose
	lens                   lens
	cy, sy, cp, sp, cr, sr float64
}

func newPlace(h headPose, l lens) *place {
	p := &place{headPose: h, lens: l}
	p.sy, p.cy = math.Sincos(h.Yaw)
	p.sp, p.cp = math.Sincos(h.Pitch)
	p.sr, p.cr = math.Sincos(h.Roll)
	return p
}

// bodyWeight is 1 where the head moves freely and falls to 0 at the shoulders.
func bodyWeight(x, y float64) float64 {
	if y <= 104 {
		return 1
	}
	return (1 - smooth((y-104)/86)) * (1 - smooth((math.Abs(x)-90)/60)*smooth((y-104)/30))
}

// turn rotates a vector with the head: about x by the pitch, then about y by the
// yaw, then about z by the roll.
func (p *place) turn(x, y, z float64) (float64, float64, float64) {
	y, z = y*p.cp-z*p.sp, y*p.sp+z*p.cp
	x, z = x*p.cy+z*p.sy, -x*p.sy+z*p.cy
	return x*p.cr - y*p.sr, x*p.sr + y*p.cr, z
}

// back rotates a vector of the room into the head's frame: the inverse of turn.
func (p *place) back(x, y, z float64) (float64, float64, float64) {
	x, y = x*p.cr+y*p.sr, -x*p.sr+y*p.cr
	x, z = x*p.cy-z*p.sy, x*p.sy+z*p.cy
	return x, y*p.cp + z*p.sp, -y*p.sp + z*p.cp
}

// space is where the head's point (x, y), z mm in front of the irises, is in the
// room, mm from where the head's origin is at rest. w is its bodyWeight.
func (p *place) space(x, y, z, w float64) (float64, float64, float64) {
	rest := y - p.Breath*(1-w)
	if w == 0 {
		return x, rest, z
	}
	u, v, d := p.turn(x, y-pivotY, z-pivotZ)
	return w*(u+p.X) + (1-w)*x, w*(v+pivotY+p.Y) + (1-w)*rest, w*(d+pivotZ+p.Fwd) + (1-w)*z
}

// distanceMM is how far the point between the irises is from the lens, along the
// lens' axis.
func (p *place) distanceMM() float64 {
	_, _, z := p.space(0, 0, 0, 1)
	return p.lens.distance - z
}

// onSheet is the point of a photograph that is seen at (X, Y): it moves as a
// whole, having no depth.
func (p *place) onSheet(x, y float64) (float64, float64) {
	k := p.lens.distance / (p.lens.distance - p.Fwd)
	x, y = (x-p.X)/k, (y-p.Y)/k-pivotY
	return x*p.cr + y*p.sr, -x*p.sr + y*p.cr + pivotY
}

// wander is a slow random movement: sines of random phase between lo and hi
// hertz with the given standard deviation, whose size falls with the frequency's
// power tilt.
type wander struct{ f, p, a []float64 }

func newWander(r *rand.Rand, sd, lo, hi, tilt float64) wander {
	const n = 7
	var w wander
	var sum float64
	for i := range n {
		f := lo * math.Pow(hi/lo, (float64(i)+r.Float64())/n)
		a := math.Pow(lo/f, tilt)
		sum += a * a / 2
		w.f, w.p, w.a = append(w.f, 2*math.Pi*f), append(w.p, 2*math.Pi*r.Float64()), append(w.a, a)
	}
	for i := range w.a {
		w.a[i] *= max(sd, 0) / math.Sqrt(sum)
	}
	return w
}

func (w wander) at(t float64) (v float64) {
	for i, f := range w.f {
		v += w.a[i] * math.Sin(f*t+w.p[i])
	}
	return v
}

const swayTilt = 0.7 // of the head's and of shadows' movement

// headMotion is the head's movement over the whole recording.
type headMotion struct {
	x, y, fwd, yaw, pitch, roll wander
	breathMM, breathHz          float64
	turns                       []Turn
}

func newHeadMotion(s *Spec, r *rand.Rand) *headMotion {
	h := s.Head
	deg := h.TurnDeg * math.Pi / 180
	return &headMotion{
		x: newWander(r, h.SwayMM, 0.05, 1.2, swayTilt), y: newWander(r, 0.6*h.SwayMM, 0.05, 1.2, swayTilt),
		fwd: newWander(r, 2*h.SwayMM, 0.04, 0.5, swayTilt),
		yaw: newWander(r, deg, 0.04, 0.8, swayTilt), pitch: newWander(r, 0.7*deg, 0.04, 0.8, swayTilt), roll: newWander(r, 0.6*deg, 0.04, 0.8, swayTilt),
		breathMM: max(h.BreathMM, 0), breathHz: 0.22 + 0.08*r.Float64(), turns: h.Turns,
	}
}

func (h *headMotion) at(t float64) headPose {
	b := math.Sin(2 * math.Pi * h.breathHz * t)
	p := headPose{X: h.x.at(t), Y: h.y.at(t) + 0.2*h.breathMM*b, Fwd: h.fwd.at(t),
		Yaw: h.yaw.at(t), Pitch: h.pitch.at(t) + 0.001*h.breathMM*b, Roll: h.roll.at(t), Breath: h.breathMM * b}
	for _, u := range h.turns {
		g := smooth((t-u.At)/0.9) * (1 - smooth((t-u.At-0.9-u.Hold)/0.9))
		p.Yaw += g * u.Yaw * math.Pi / 180
		p.Pitch += g * u.Pitch * math.Pi / 180
		p.Roll += g * u.Roll * math.Pi / 180
		p.Fwd += g * u.Forward
	}
	return p
}
