package face

import (
	"fmt"
	"math"
	"strconv"
	"strings"

	"facialis/internal/infer"
	"facialis/video"
)

const (
	meshSide  = 192
	cropScale = 1.5 // MediaPipe's own
	minFlag   = 0.5
)

// Options choose how a face is followed.
type Options struct {
	MeshEvery  int     // the mesh runs on at least every so many frames
	RecheckS   float64 // the detector runs this often to count faces
	LostRetryS float64 // and this often while no face is tracked
	SwitchArea float64 // another face this much larger in area, three times in a row, becomes the patient
	Face       string  // "" or "largest"; "left", "right", "center" of the picture; "1", "2" … from the picture's left; "x,y" as fractions
}

// DefaultOptions returns the settings that docs/decisions.md gives reasons for.
func DefaultOptions() Options {
	return Options{MeshEvery: 4, RecheckS: 2, LostRetryS: 0.2, SwitchArea: 1.6}
}

// Validate checks the options.
func (o Options) Validate() error {
	switch o.Face {
	case "", "largest", "left", "right", "center":
		return nil
	}
	if n, err := strconv.Atoi(o.Face); err == nil && n >= 1 {
		return nil
	}
	if _, _, ok := fractions(o.Face); ok {
		return nil
	}
	return fmt.Errorf("face %q is not one of largest, left, right, center, a number from the picture's left, or x,y between 0 and 1", o.Face)
}

func fractions(s string) (x, y float64, ok bool) {
	a, b, ok := strings.Cut(s, ",")
	if !ok {
		return 0, 0, false
	}
	x, err1 := strconv.ParseFloat(a, 64)
	y, err2 := strconv.ParseFloat(b, 64)
	return x, y, err1 == nil && err2 == nil && x >= 0 && x <= 1 && y >= 0 && y <= 1
}

// Tracker follows the patient's face from frame to frame. It is not safe for
// concurrent use.
type Tracker struct {
	opt    Options
	det    *detector
	mesh   Net
	canon  *[468][3]float32
	lm     Landmarks
	has    bool
	crop   crop
	pose   Pose
	iris   float64
	faces  int
	max    int
	since  int     // frames since the mesh ran
	hot    int     // frames for which the mesh runs on, after something moved
	nextAt float64 // when the detector runs next
	larger int     // rechecks in a row that saw a larger face
	look   glance
	close  []func() error
}

// New opens a tracker on the engine's networks.
func New(e *infer.Engine, opt Options) (*Tracker, error) {
	if err := opt.Validate(); err != nil {
		return nil, err
	}
	det, err := e.Session(infer.Detector)
	if err != nil {
		return nil, err
	}
	mesh, err := e.Session(infer.Attention)
	if err != nil {
		return nil, err
	}
	canon, err := e.Canonical()
	if err != nil {
		return nil, err
	}
	t := NewWith(det, mesh, canon, opt)
	t.close = []func() error{det.Close, mesh.Close}
	return t, nil
}

// NewWith makes a tracker of given networks and canonical face (cm).
func NewWith(det, mesh Net, canon *[468][3]float32, opt Options) *Tracker {
	return &Tracker{opt: opt, det: newDetector(det), mesh: mesh, canon: canon}
}

// Close frees the networks that New opened.
func (t *Tracker) Close() error {
	var first error
	for _, c := range t.close {
		if err := c(); err != nil && first == nil {
			first = fmt.Errorf("closing the face networks: %w", err)
		}
	}
	t.close = nil
	return first
}

// FacesMax is the largest number of faces seen at once.
func (t *Tracker) FacesMax() int { return t.max }

// Next looks at the next frame. The observation's landmarks are valid until
// the next call.
func (t *Tracker) Next(f *video.Frame) (Observation, error) {
	o := Observation{Index: f.Index, T: f.T}
	reset := false
	if !t.has || f.T >= t.nextAt {
		if t.has || f.T >= t.nextAt {
			var err error
			if reset, err = t.detect(f); err != nil {
				return o, err
			}
		}
	}
	if !t.has {
		o.Faces = t.faces
		return o, nil
	}
	t.since++
	moved := t.look.moved(f, &t.lm)
	if moved {
		t.hot = 2
	}
	if reset || t.since >= t.opt.MeshEvery || t.hot > 0 {
		t.hot--
		if err := t.runMesh(f); err != nil {
			return o, err
		}
		if t.has && reset { // once more, from the better crop that the mesh itself gives
			if err := t.runMesh(f); err != nil {
				return o, err
			}
		}
		if !t.has { // lost: look again at once
			t.nextAt = 0
			again, err := t.detect(f)
			if err != nil {
				return o, err
			}
			if again {
				if err := t.runMesh(f); err != nil {
					return o, err
				}
				reset = t.has
			}
		}
		o.Fresh = t.has
		t.since = 0
	}
	o.Faces = t.faces
	if !t.has {
		return o, nil
	}
	o.Found, o.Reset = true, reset
	o.Landmarks, o.Pose, o.IrisPx = &t.lm, t.pose, t.iris
	if o.Fresh {
		t.look.learn(f, &t.lm)
	}
	return o, nil
}

// detect runs the detector; it reports true when the tracker starts on a face.
func (t *Tracker) detect(f *video.Frame) (bool, error) {
	boxes, err := t.det.find(f)
	if err != nil {
		return false, err
	}
	t.faces = len(boxes)
	t.max = max(t.max, len(boxes))
	if t.has {
		t.nextAt = f.T + t.opt.RecheckS
	} else {
		t.nextAt = f.T + t.opt.LostRetryS
	}
	if len(boxes) == 0 {
		return false, nil
	}
	b := t.choose(boxes, f)
	if b == nil {
		return false, nil
	}
	if t.has {
		own := t.crop.size / cropScale
		if t.opt.Face != "" && t.opt.Face != "largest" || math.Hypot(b.X-t.crop.x, b.Y-t.crop.y) < 0.4*own ||
			b.W*b.H < t.opt.SwitchArea*own*own*0.6 {
			t.larger = 0
			return false, nil
		}
		t.larger++
		if t.larger < 3 {
			return false, nil
		}
	}
	t.larger = 0
	t.crop = b.crop()
	t.has = true
	t.nextAt = f.T + t.opt.RecheckS
	return true, nil
}

// choose picks the patient's face among the boxes, which are largest first.
func (t *Tracker) choose(boxes []Box, f *video.Frame) *Box {
	best := &boxes[0]
	pick := func(score func(b *Box) float64) *Box {
		for i := range boxes {
			if score(&boxes[i]) < score(best) {
				best = &boxes[i]
			}
		}
		return best
	}
	switch t.opt.Face {
	case "", "largest":
		return best
	case "left":
		return pick(func(b *Box) float64 { return b.X })
	case "right":
		return pick(func(b *Box) float64 { return -b.X })
	case "center":
		return pick(func(b *Box) float64 { return math.Hypot(b.X-float64(f.W)/2, b.Y-float64(f.H)/2) })
	}
	if x, y, ok := fractions(t.opt.Face); ok {
		return pick(func(b *Box) float64 { return math.Hypot(b.X-x*float64(f.W), b.Y-y*float64(f.H)) })
	}
	n, _ := strconv.Atoi(t.opt.Face)
	if n > len(boxes) {
		return nil
	}
	rank := func(b *Box) int {
		r := 1
		for i := range boxes {
			if boxes[i].X < b.X {
				r++
			}
		}
		return r
	}
	for i := range boxes {
		if rank(&boxes[i]) == n {
			return &boxes[i]
		}
	}
	return nil
}

// runMesh measures the landmarks in the present crop and sets the next one.
func (t *Tracker) runMesh(f *video.Frame) error {
	t.crop.tensor(t.mesh.Input(), meshSide, f, 0, 1)
	if err := t.mesh.Run(); err != nil {
		return fmt.Errorf("measuring the landmarks: %w", err)
	}
	t.lm.Score = infer.Sigmoid(t.mesh.Output(1)[0])
	if t.lm.Score < minFlag {
		t.has = false
		return nil
	}
	raw := t.mesh.Output(0)
	z := t.crop.size / meshSide
	minX, minY, maxX, maxY := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for i := range t.lm.Points {
		x, y := t.crop.point(float64(raw[3*i])/meshSide, float64(raw[3*i+1])/meshSide)
		t.lm.Points[i] = Point{float32(x), float32(y), raw[3*i+2] * float32(z)}
		if i < 468 {
			minX, maxX = math.Min(minX, x), math.Max(maxX, x)
			minY, maxY = math.Min(minY, y), math.Max(maxY, y)
		}
	}
	a, b := t.lm.Points[RightEyeOuter], t.lm.Points[LeftEyeOuter]
	t.crop = crop{x: (minX+maxX)/2 + 0.5, y: (minY+maxY)/2 + 0.5,
		size:  cropScale * math.Max(maxX-minX, maxY-minY),
		angle: math.Atan2(float64(b.Y-a.Y), float64(b.X-a.X))}
	if !(t.crop.size > 8) || maxX < 0 || maxY < 0 || minX > float64(f.W) || minY > float64(f.H) {
		t.has = false
		return nil
	}
	t.pose = poseOf(&t.lm, t.canon)
	t.iris = irisPx(&t.lm)
	return nil
}
