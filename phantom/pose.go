package phantom

import (
	"math"
	"math/rand/v2"
)

// depth is the height of the face over its own plane towards the camera, mm,
// smooth enough to be turned without folding.
func depth(x, y float64) float64 {
	r := math.Abs(x) / 80
	z := 52 * (1 - r*r)
	if r > 1 {
		z = 52 * 2 * (1 - r)
	}
	t := (y - 10) / 130
	z -= 22 * t * t
	z += 17 * math.Exp(-(x*x)/(12*12)-(y-36)*(y-36)/(17*17))
	z += 5 * math.Exp(-(x*x)/(26*26)-(y-70)*(y-70)/(18*18))
	z -= 5 * (math.Exp(-(x-eyeX)*(x-eyeX)/196-y*y/100) + math.Exp(-(x+eyeX)*(x+eyeX)/196-y*y/100))
	return max(z, -140)
}

// depths is depth on a grid of 2 mm from (−130, −170).
var depths = func() (t [191 * 131]float32) {
	for j := range 191 {
		for i := range 131 {
			t[j*131+i] = float32(depth(float64(2*i-130), float64(2*j-170)))
		}
	}
	return t
}()

// depthAt reads depths between its points.
func depthAt(x, y float64) float64 {
	fx, fy := min(max((x+130)/2, 0), 129.99), min(max((y+170)/2, 0), 189.99)
	i, j := int(fx), int(fy)
	ax, ay := fx-float64(i), fy-float64(j)
	a, b := depths[j*131+i:], depths[(j+1)*131+i:]
	return (1-ay)*((1-ax)*float64(a[0])+ax*float64(a[1])) + ay*((1-ax)*float64(b[0])+ax*float64(b[1]))
}

// eyeDepth is the depth that the scale belongs to: that of the irises.
var eyeDepth = depth(eyeX, 0)

const (
	pivotY, pivotZ = 95.0, -70.0 // the neck's joint
	cameraMM       = 700.0
)

// headPose is the head in one frame: angles in radians (as face.Pose's signs),
// shifts in mm of the picture's plane, Fwd towards the camera.
type headPose struct{ Yaw, Pitch, Roll, X, Y, Fwd, Breath float64 }

// place is headPose made ready for many points.
type place struct {
	headPose
	flat                   bool
	cy, sy, cp, sp, cr, sr float64
}

func newPlace(h headPose) *place {
	p := &place{headPose: h}
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

// project says where the head's point (x, y) is seen, in mm of the picture's
// plane at the depth of the irises.
func (p *place) project(x, y float64) (float64, float64) {
	if p.flat { // a photograph is a sheet that moves as a whole
		k := cameraMM / (cameraMM - p.Fwd)
		return k*(x*p.cr-(y-pivotY)*p.sr) + p.X, k*(x*p.sr+(y-pivotY)*p.cr+pivotY) + p.Y
	}
	w := bodyWeight(x, y)
	yb := y - p.Breath*(1-w)
	if w == 0 {
		return x, yb
	}
	z := depthAt(x, y)
	vy, vz := y-pivotY, z-pivotZ
	y1 := vy*p.cp - vz*p.sp
	z1 := vy*p.sp + vz*p.cp
	x2 := x*p.cy + z1*p.sy
	z2 := -x*p.sy + z1*p.cy
	x3 := x2*p.cr - y1*p.sr
	y3 := x2*p.sr + y1*p.cr
	k := cameraMM / (cameraMM - (z2 + pivotZ - eyeDepth) - p.Fwd)
	// perspective of the head at rest is part of how the face is painted:
	// only its change with the pose is wanted
	k0 := cameraMM / (cameraMM - (z - eyeDepth))
	k /= k0
	X := k*x3 + p.X
	Y := k*(y3+pivotY) + p.Y
	return w*X + (1-w)*x, w*Y + (1-w)*yb
}

// unproject finds the head's point seen at (X, Y), starting from (x, y).
func (p *place) unproject(X, Y, x, y float64) (float64, float64) {
	for range 20 {
		u, v := p.project(x, y)
		ex, ey := X-u, Y-v
		x, y = x+ex, y+ey
		if ex*ex+ey*ey < 1e-6 {
			break
		}
	}
	return x, y
}

// wander is a slow random movement: sines of random phase between lo and hi
// hertz with the given standard deviation.
type wander struct{ f, p, a []float64 }

func newWander(r *rand.Rand, sd, lo, hi float64) wander {
	const n = 7
	var w wander
	var sum float64
	for i := range n {
		f := lo * math.Pow(hi/lo, (float64(i)+r.Float64())/n)
		a := math.Pow(lo/f, 0.7)
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
		x: newWander(r, h.SwayMM, 0.05, 1.2), y: newWander(r, 0.6*h.SwayMM, 0.05, 1.2),
		fwd: newWander(r, 2*h.SwayMM, 0.04, 0.5),
		yaw: newWander(r, deg, 0.04, 0.8), pitch: newWander(r, 0.7*deg, 0.04, 0.8), roll: newWander(r, 0.6*deg, 0.04, 0.8),
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
	}
	return p
}
