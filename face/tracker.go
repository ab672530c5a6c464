package face

import (
	"fmt"
	"math"
	"slices"

	"facialis/internal/infer"
	"facialis/video"
)

// Options choose how a face is followed.
type Options struct {
	MeshEveryS float64 // the mesh runs at least this often, besides the frames in which the eyes or the mouth changed
	RecheckS   float64 // the detector runs this often to count faces while one is followed
	LostRetryS float64 // and this often, in smaller squares too, while none is
	SwitchArea float64 // another face this much larger in area, at three looks in a row, becomes the patient
	// Face picks the patient where there are several: "" or "largest"; "left",
	// "right" or "center" as seen on the screen; "1", "2" … from the screen's
	// left; "x,y" as fractions of width and height.
	Face string

	AnyRoll bool `json:",omitempty"` // the face may lie any way in the picture, as at night, and turn over
}

// DefaultOptions returns the settings that docs/decisions (0003) gives reasons for.
func DefaultOptions() Options {
	return Options{MeshEveryS: 0.2, RecheckS: 2, LostRetryS: 0.2, SwitchArea: 1.6}
}

// Validate checks the options.
func (o Options) Validate() error {
	_, err := parseChoice(o.Face)
	return err
}

const (
	meshSide  = 192
	meshFlag  = 0.5   // MediaPipe's own threshold of the face flag, to go on
	startFlag = 0.9   // and to begin: true faces have 0.99 and more
	smallFlag = 0.995 // and to begin on one with less than smallSpan px between the eye corners
	smallSpan = 40
	// By how much the detector's logit must be higher for the face turned by half
	// a circle than for the face as it is. In the median over each of 5 recordings
	// it was 1.5 to 2.0 higher where they stood upside down, and 0.6 to 1.2 lower
	// where they stood upright (nine tenths of those frames: 0.3 lower or more).
	// The same recordings chose the number, so this is no measure of its errors.
	upsideDown = 0.5
	// The least median, over all looks at a recording, of the logit for the way up
	// that was taken less that for the other. Over 67 recordings, each as it is and
	// turned by half a circle, 124 readings that stood right had medians of 0.40 to
	// 1.83 and at most 5 looks in 100 below 0; the one that stood wrong (a dark face
	// that lies on its side) had -0.62, and 90 in 100 below 0. In 9 more no face was found upside down.
	clearMedian = 0.2
	// The most looks in 100 that may favor the other way up.
	clearAgainst = 25
	cropScale    = 1.5 // crop side over the landmarks' bounding square
)

// Tracker follows the patient's face through the frames of one recording, in
// order. It serves one goroutine.
type Tracker struct {
	opt       Options
	choose    chooser
	detector  *Detector
	mesh      Net
	close     []func() error
	canonical *[468][3]float32

	tracking  bool
	known     bool // last holds a face seen earlier
	square    Square
	last      Landmarks
	pose      Pose
	iris      float64
	faces     int
	facesMax  int
	looks     int     // how often faces were counted
	faceCount int     // at the last of these
	meshT     float64 // when the mesh ran last
	settle    int     // runs in which the square still goes exactly with the points
	nextCheck float64
	nextDeep  float64
	rivals    int
	change    changes
	gain      float64   // by which a dark face is brightened for the networks; 1 unless Options.AnyRoll
	margins   []float64 // the detector's logit for the face as it was taken less that for the face turned by half a circle
}

// New makes a tracker that runs the networks n.
func New(n *Networks, opt Options) (*Tracker, error) {
	if err := opt.Validate(); err != nil {
		return nil, err
	}
	canonical, err := n.engine.Canonical()
	if err != nil {
		return nil, err
	}
	det, err := n.engine.Session(infer.Detector)
	if err != nil {
		return nil, err
	}
	mesh, err := n.engine.Session(infer.Attention)
	if err != nil {
		det.Close()
		return nil, err
	}
	t := NewWith(det, mesh, canonical, opt)
	t.close = []func() error{det.Close, mesh.Close}
	return t, nil
}

// NewWith makes a tracker of given networks and canonical face (cm). Options
// that are 0 take their defaults.
func NewWith(detector, mesh Net, canonical *[468][3]float32, opt Options) *Tracker {
	d := DefaultOptions()
	if opt.MeshEveryS <= 0 {
		opt.MeshEveryS = d.MeshEveryS
	}
	if opt.RecheckS <= 0 {
		opt.RecheckS = d.RecheckS
	}
	if opt.LostRetryS <= 0 {
		opt.LostRetryS = d.LostRetryS
	}
	if opt.SwitchArea <= 0 {
		opt.SwitchArea = d.SwitchArea
	}
	choose, _ := parseChoice(opt.Face) // a wrong choice is the largest face; New refuses it
	t := &Tracker{opt: opt, choose: choose, detector: NewDetector(detector), mesh: mesh, canonical: canonical}
	t.detector.anyRoll, t.gain = opt.AnyRoll, 1
	return t
}

// FacesMax is the largest number of faces seen at once, at two looks in a row: what
// the detector takes for a face once is none. Of a film with a single look it is what
// that look showed.
func (t *Tracker) FacesMax() int {
	if t.looks == 1 {
		return t.faceCount
	}
	return t.facesMax
}

// count notes how many faces a look at time now, s, has shown. More than before are
// looked for again soon.
func (t *Tracker) count(n int, now float64) {
	if t.looks > 0 {
		t.facesMax = max(t.facesMax, min(n, t.faceCount))
	}
	if n > max(t.facesMax, 1) {
		t.nextCheck = min(t.nextCheck, now+confirmS)
	}
	t.looks++
	t.faces, t.faceCount = n, n
}

// WayUpClear says whether it is clear which way up the face is, by all looks at
// the recording together.
func (t *Tracker) WayUpClear() bool {
	if len(t.margins) == 0 {
		return true
	}
	m := slices.Sorted(slices.Values(t.margins))
	return m[len(m)/2] >= clearMedian && m[len(m)*clearAgainst/100] >= 0
}

// lookUp notes how clear it is which way up the face that is followed stands.
func (t *Tracker) lookUp(f *video.Frame) error {
	as, err := t.detector.best(f, t.square)
	if err != nil {
		return err
	}
	other, err := t.detector.best(f, t.square.turned())
	t.margins = append(t.margins, as-other)
	return err
}

// Close frees the networks.
func (t *Tracker) Close() error {
	var first error
	for _, c := range t.close {
		if err := c(); err != nil && first == nil {
			first = err
		}
	}
	t.close = nil
	return first
}

// Next looks at the next frame. The observation's landmarks are valid until
// the next call.
func (t *Tracker) Next(f *video.Frame) (Observation, error) {
	o := Observation{Index: f.Index, T: f.T}
	if f.Cut { // the face may be anywhere
		t.tracking = false
	}
	if f.Joint { // and may be somebody else's
		t.known, t.rivals, t.nextDeep = false, 0, f.T
	}
	due := f.T-t.meshT > t.opt.MeshEveryS-clockSlackS
	if t.tracking {
		// The changes are looked at on every frame, so that their usual size
		// is known when it matters.
		changed := t.change.seen(f)
		due = due || changed
	}
	if t.tracking && f.T >= t.nextCheck {
		moved, err := t.check(f)
		if err != nil {
			return o, err
		}
		o.Reset = moved
		due = due || moved
	}
	switch {
	case t.tracking && due:
		ok, err := t.run(f)
		if err != nil {
			return o, err
		}
		o.Fresh = ok
		t.tracking = ok
	}
	if !t.tracking {
		ok, err := t.find(f)
		if err != nil {
			return o, err
		}
		o.Fresh, o.Reset = ok, ok
	}
	o.Faces = t.faces
	if t.tracking {
		o.Found, o.Landmarks = true, &t.last
		o.Pose, o.IrisPx = t.pose, t.iris
	}
	return o, nil
}

// find looks for the patient's face in the whole frame.
func (t *Tracker) find(f *video.Frame) (bool, error) {
	if t.opt.AnyRoll {
		t.brighten(brightLuma(f))
	}
	faces, err := t.detector.Faces(f, false)
	if err != nil {
		return false, err
	}
	if (len(faces) == 0 || small(faces[0], f)) && f.T >= t.nextDeep {
		t.nextDeep = f.T + t.opt.LostRetryS
		if faces, err = t.detector.Faces(f, true); err != nil {
			return false, err
		}
	}
	t.faces = len(faces)
	t.nextCheck = f.T + min(1, t.opt.RecheckS)
	for range min(3, len(faces)) {
		i := t.choose.pick(faces, f, t.known, t.square)
		t.square, t.settle = faces[i].Square(), settleRuns
		ok := false
		// Once from the detection and once from the landmarks: the crop then
		// lies as it will lie in the frames that follow.
		for range 2 {
			if ok, err = t.run(f); err != nil {
				return false, err
			}
			if ok = ok && t.sure(); !ok {
				break
			}
		}
		if ok {
			if err := t.turnUpright(f); err != nil {
				return false, err
			}
			t.tracking, t.known, t.rivals = true, true, 0
			t.count(t.faces, f.T)
			return true, nil
		}
		faces[i].Score = 0 // the mesh sees no face there: try the next
		t.faces--
	}
	return false, nil
}

// sure says that what the mesh sees is face enough to begin with.
func (t *Tracker) sure() bool {
	if dist(&t.last, RightEyeOuter, LeftEyeOuter) < smallSpan {
		return t.last.Score >= smallFlag
	}
	return t.last.Score >= startFlag
}

// turnUpright turns the square by half a circle where the face stands upside down
// in the picture. The mesh lays an upright face over such a face, eyes on the
// mouth and right on left, with a flag as sure as ever; only the detector tells
// the two apart, by its score for the face as it is and for the face turned.
func (t *Tracker) turnUpright(f *video.Frame) error {
	square, settle, points := t.square, t.settle, t.last
	turned := square.turned()
	as, err := t.detector.best(f, square)
	if err != nil {
		return err
	}
	other, err := t.detector.best(f, turned)
	if err != nil {
		return err
	}
	t.margins = append(t.margins, as-other)
	if other < as+upsideDown {
		return nil
	}
	t.square, t.settle = turned, settleRuns
	for range settleRuns {
		ok, err := t.run(f)
		if err != nil {
			return err
		}
		if !ok { // no face that way round after all
			t.square, t.settle, t.last = square, settle, points
			t.pose, t.iris = poseOf(&t.last, t.canonical), irisPx(&t.last)
			t.change.renew(f, &t.last)
			return nil
		}
	}
	t.margins[len(t.margins)-1] = other - as
	return nil
}

// small says that a face fills so little of the frame that others as large may
// be unseen at the detector's resolution.
func small(d Detection, f *video.Frame) bool {
	return max(d.W, d.H) < smallShare*float64(max(f.W, f.H))
}

// check counts the faces while one is followed, and goes over to another one
// that is larger by SwitchArea at three looks in a row.
func (t *Tracker) check(f *video.Frame) (moved bool, err error) {
	t.nextCheck = f.T + t.opt.RecheckS
	if t.opt.AnyRoll {
		// Who turned over unseen is followed upside down as surely as ever.
		was := t.square.Angle
		if err := t.turnUpright(f); err != nil {
			return false, err
		}
		if math.Abs(math.Remainder(t.square.Angle-was, 2*math.Pi)) > math.Pi/2 {
			return true, nil
		}
	} else if err := t.lookUp(f); err != nil {
		return false, err
	}
	mine := t.box()
	faces, err := t.detector.Faces(f, small(mine, f) && f.T >= t.nextDeep)
	if err != nil {
		return false, err
	}
	n, rival := 1, -1
	for i, d := range faces {
		if overlap(d, mine) > overlapSame {
			continue
		}
		n++
		if rival < 0 && d.W*d.H > t.opt.SwitchArea*mine.W*mine.H {
			rival = i
		}
	}
	t.count(n, f.T)
	switch {
	case rival < 0 || t.choose.fixed():
		t.rivals = 0
		return false, nil
	case t.rivals < 2:
		t.rivals++
		t.nextCheck = f.T + min(1, t.opt.RecheckS)
		return false, nil
	}
	before := t.square
	t.square, t.settle = faces[rival].Square(), settleRuns
	ok, err := t.run(f)
	t.rivals = 0
	if !ok {
		t.square = before
		return ok, err
	}
	return ok, t.turnUpright(f)
}

// box is about the box that the detector gives for the face that is followed:
// from the brows to the chin, without the forehead.
func (t *Tracker) box() Detection {
	x0, y0, x1, y1 := t.last.bounds()
	return Detection{X: (x0 + x1) / 2, Y: y0 + 0.58*(y1-y0), W: 0.95 * (x1 - x0), H: 0.8 * (y1 - y0)}
}

// run runs the mesh on the present square and, if there is a face, takes over
// its points and moves the square along.
func (t *Tracker) run(f *video.Frame) (bool, error) {
	t.meshT = f.T
	if !(t.square.Side > leastSquarePx) || t.square.Side > mostSquareTimes*float64(max(f.W, f.H)) {
		return false, nil
	}
	Sample(t.mesh.Input(), meshSide, f, t.square, float32(t.gain/255), 0)
	if err := t.mesh.Run(); err != nil {
		return false, fmt.Errorf("running the face mesh: %w", err)
	}
	flag := float64(infer.Sigmoid(t.mesh.Output(1)[0]))
	if !(flag >= meshFlag) {
		return false, nil
	}
	t.place(t.mesh.Output(0))
	t.last.Score = float32(flag)
	if next := t.last.square(); t.settle > 0 {
		t.settle--
		t.square = next
	} else {
		t.square = t.square.follow(next)
	}
	t.pose = poseOf(&t.last, t.canonical)
	t.iris = irisPx(&t.last)
	t.change.renew(f, &t.last)
	t.brighten(meanLuma(f, &t.last))
	return true, nil
}

// brighten sets by how much what the networks see is brightened where the face has this
// mean luma: they were trained on faces in the light. Only at night.
func (t *Tracker) brighten(luma float64) {
	if t.opt.AnyRoll {
		t.gain = min(max(litLuma/max(luma, 1), 1), mostGain)
		t.detector.gain = t.gain
	}
}

const (
	litLuma  = 110.0 // of 255, the mean of a face that is well lit
	mostGain = 4.0
	brightOf = 0.25 // without a face, the brightest quarter of the picture stands for it
)

// brightLuma is the mean of the picture's brightest quarter, of 255.
func brightLuma(f *video.Frame) float64 {
	var count [256]int
	n := 0
	for y := 0; y < f.H; y += 8 {
		for x := 0; x < f.W; x += 8 {
			count[f.Y[y*f.W+x]]++
			n++
		}
	}
	left := int(brightOf * float64(n))
	var sum, of float64
	for v := 255; v >= 0 && left > 0; v-- {
		k := min(count[v], left)
		sum, of, left = sum+float64(k*v), of+float64(k), left-k
	}
	m := sum / max(of, 1)
	if !f.Full {
		m = (m - 16) * 255 / 219
	}
	return m
}

// place carries the network's points from the crop to the frame.
func (t *Tracker) place(out []float32) {
	q := t.square
	s, c := math.Sincos(q.Angle)
	k := q.Side / meshSide
	for i := range t.last.Points {
		u := (float64(out[3*i]) - meshSide/2) * k
		v := (float64(out[3*i+1]) - meshSide/2) * k
		t.last.Points[i] = Point{float32(q.X + u*c - v*s), float32(q.Y + u*s + v*c), out[3*i+2] * float32(k)}
	}
}

// bounds is the upright box around the points.
func (l *Landmarks) bounds() (x0, y0, x1, y1 float64) {
	x0, y0, x1, y1 = math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
	for i := range l.Points {
		x, y := float64(l.Points[i].X), float64(l.Points[i].Y)
		x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x), max(y1, y)
	}
	return x0, y0, x1, y1
}

// square is the crop for the next frame: the bounding square, enlarged, with
// the outer eye corners level.
func (l *Landmarks) square() Square {
	x0, y0, x1, y1 := l.bounds()
	a, b := l.Points[RightEyeOuter], l.Points[LeftEyeOuter]
	return Square{(x0 + x1) / 2, (y0 + y1) / 2, cropScale * max(x1-x0, y1-y0),
		math.Atan2(float64(b.Y-a.Y), float64(b.X-a.X))}
}

// follow is the next square: the old one, as long as the new one lies within a
// small slack of it. The mesh's error depends on how the square lies on the
// pixels; a square that follows every tremble of the points feeds that error
// back into itself. Of four clips the slack lowered the points' median noise
// from frame to frame clearly in one (14 to 53 %) and changed it between 31 %
// lower and 20 % higher in the others; no point is smoothed.
func (q Square) follow(to Square) Square {
	if math.Hypot(to.X-q.X, to.Y-q.Y) < slackPlace*q.Side && math.Abs(to.Side-q.Side) < slackSide*q.Side &&
		math.Abs(math.Remainder(to.Angle-q.Angle, 2*math.Pi)) < slackAngle {
		return q
	}
	return to
}

const (
	slackPlace = 0.03
	slackSide  = 0.05
	slackAngle = 0.05 // radians
	settleRuns = 4    // MediaPipe's square needs about as many to come to rest
)
