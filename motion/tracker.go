package motion

import (
	"fmt"
	"math"
	"os"

	"facialis/anatomy"
	"facialis/event"
	"facialis/face"
	"facialis/internal/scratch"
	"facialis/video"
)

// Tracker follows the skin of one face through a recording. Push every frame in
// order, then call Finish.
type Tracker struct {
	p       Params
	canon   *[468][3]float32
	eyeSpan float64
	grid    *grid

	shift      int // the picture is halved this many times before tracking
	levels     [3]picture
	half       picture
	active     *key
	keys       []*key
	cam        camera
	prev       [][2]float32 // a point's own movement in the last frame, key px
	startT     float64      // when the present segment began
	startI     int
	segment    int32
	x, y, like []float32
	w, resid   []float64
	buf        []float32
	move       [][2]float32 // this frame: a point's movement, mm (out, up)
	guess      [][2]float32 // what the mesh says a point has moved by itself, key px
	vx, vy, sv []float32    // buffers of region
	vw, sw     []float64
	byMesh     []bool // this frame: the movement is the mesh's, not the pixels'
	pts        [face.NumPoints][2]float32

	sights  sightings
	learnt  []*sampleKey // key frames of samples
	samples []*sample
	poses   map[samplePose]sampled
	last    *sample    // the present frame, if it is a sample
	long    float64    // the picture's longer side, px of the level
	center  [2]float64 // and its middle
	head    *head      // known after Finish
	known   float64    // the focal length over the picture's longer side that the film tells; 0 where it does not
	units   float64    // see unit

	changes changes
	margins [2]margins // where each side's lids lay last
	fresh   bool       // the mesh is of this very frame

	rows     rows
	repeated []Repeated
	frozen   [][2]float64

	rest        [anatomy.NumRegions][2]float64 // slow levels for Uneven
	restKnown   [anatomy.NumRegions]bool
	restSegment int32
}

// rows are the columns gathered so far, or the latest frames of them: see putAway.
type rows struct {
	t                   []float64
	segment             []int32
	dx, dy              [2][anatomy.NumRegions][]float32
	lidMM, lidSD        [2][]float32 // loss of aperture by pixels and its standard deviation, mm
	aperture, brow      [2][]float32
	shown               [2][]float32 // dark height between the lids, mm: see lid.shown
	cornerOut, cornerUp [2][]float32
	lipOpen             []float32
	yaw, pitch, roll    []float32
	fx, fy, fw          []float32
	distance            []float32 // of the eyes from the lens, mm of the head's frame
	quality             []float32
	sd                  [2][anatomy.NumRegions][]float32 // of dx and dy along the muscle, nominal mm
	byMesh              []int32                          // a bit for each side and region in which the mesh speaks for the pixels
	scale               []float64                        // px of the frame a nominal mm
	iris, meshIris      []float32                        // iris diameter in nominal mm by its rim and by the mesh, fresh frames only
	change              []float32                        // from the picture before, levels of luma: see changes

	to []int32 // where each row has gone since repeated ones were taken out, −1 for those; nil where none were

	file *os.File // what was put away
	name string   // its name where it still has one
	away int      // blocks in it
	buf  []byte   // a block
	stay bool     // nothing can be put away

	kept  *scratch.Columns // the file in which whole columns lie, if they do
	aside [8][]float32     // columns set aside meanwhile: two of four regions
}

// New returns a tracker. canon is the canonical face in cm (face.Canonical).
func New(p Params, canon *[468][3]float32) *Tracker {
	g := newGrid(canon, p.GridMM)
	n := g.len()
	return &Tracker{p: p, canon: canon, eyeSpan: eyeSpanMM(canon), grid: g, sights: sightings{n: n}, poses: map[samplePose]sampled{},
		prev: make([][2]float32, n), x: make([]float32, n), y: make([]float32, n), like: make([]float32, n),
		w: make([]float64, n), resid: make([]float64, n), move: make([][2]float32, n), guess: make([][2]float32, n), byMesh: make([]bool, n),
		buf: make([]float32, max((2*p.MaxPatchPx+1)*(2*p.MaxPatchPx+1), lidReach*lidCols))}
}

// Lens tells the focal length, over the picture's longer side, that the film's file
// names; what is not above zero is not known. It is where the person's lens is sought.
func (m *Tracker) Lens(focal float64) {
	if focal > 0 && !math.IsInf(focal, 0) {
		m.known = focal
	}
}

// Push measures one frame. The observation is the face tracker's of the same
// frame.
func (m *Tracker) Push(f *video.Frame, o *face.Observation) error {
	if len(m.rows.t) > 0 && f.T < m.rows.t[len(m.rows.t)-1] {
		return fmt.Errorf("motion: frame %d comes before the one pushed last", f.Index)
	}
	if f.Cut {
		m.lose()
		m.notFilmed(f)
	}
	m.startI -= m.rows.putAway()
	m.rows.addEmpty(f.T, m.segment)
	m.rows.change[len(m.rows.t)-1] = m.changes.next(f)
	if !o.Found || o.Landmarks == nil {
		m.lose()
		return nil
	}
	if o.Reset {
		m.lose()
	}
	if m.active == nil && !o.Fresh {
		return nil
	}
	if m.active == nil {
		m.shift = m.chooseLevel(o)
		side := float64(int(1) << m.shift)
		m.long = float64(max(f.W, f.H)) / side
		m.center = [2]float64{(float64(f.W)/side - 1) / 2, (float64(f.H)/side - 1) / 2}
	}
	m.toLevel(o)
	m.fresh = o.Fresh
	p := m.prepare(f)
	if o.Fresh {
		m.slow(p, o)
	}
	if m.active == nil {
		m.begin(p, f, o)
	} else if o.Fresh && f.T-m.startT < m.p.StartupS && m.moreNeutral() {
		m.restart(p, f, o)
	}
	if m.active == nil {
		return nil
	}
	if !m.follow(p, o.Fresh) || o.Fresh && !m.agrees() {
		m.lose()
		if !o.Fresh {
			return nil
		}
		m.begin(p, f, o)
		if m.active == nil || !m.follow(p, true) {
			m.lose()
			return nil
		}
	}
	m.measure(p)
	m.sight(o)
	m.rekey(p, o)
	return nil
}

// lose ends the segment: what comes next is not continuous with what was.
// notFilmedRows is how many rows stand for a stretch that was not filmed: more
// than the gaps across which any later step carries a value on.
const notFilmedRows = 8

// notFilmed puts empty rows where nothing was filmed before f, a usual step apart
// from its beginning on.
func (m *Tracker) notFilmed(f *video.Frame) {
	n := len(m.rows.t)
	if n == 0 || f.UnfilmedS <= 0 {
		return
	}
	last := m.rows.t[n-1]
	step := min(f.T-last-f.UnfilmedS, f.UnfilmedS/(notFilmedRows+1))
	for i := range notFilmedRows {
		m.rows.addEmpty(last+float64(i+1)*step, m.segment)
	}
}

func (m *Tracker) lose() {
	if m.active != nil {
		m.segment++
	}
	m.active = nil
	m.keys = m.keys[:0]
}

// pxPerMM is the size of a face in the frame, px a mm of the canonical face.
func (m *Tracker) pxPerMM(o *face.Observation) float64 {
	a, b := o.Landmarks.Points[vEyeOuter[anatomy.AtRight]], o.Landmarks.Points[vEyeOuter[anatomy.AtLeft]]
	return math.Hypot(float64(a.X-b.X), float64(a.Y-b.Y)) / m.eyeSpan
}

func (m *Tracker) chooseLevel(o *face.Observation) int {
	mm, s := m.pxPerMM(o), 0
	for mm > m.p.MaxPxPerMM && s < 2 {
		mm /= 2
		s++
	}
	return s
}

// toLevel puts the mesh (px from the frame's corner) into px of the tracker's
// level (px from the middle of its first pixel).
func (m *Tracker) toLevel(o *face.Observation) {
	s := float32(int(1) << m.shift)
	for i, q := range o.Landmarks.Points {
		m.pts[i] = [2]float32{q.X/s - 0.5, q.Y/s - 0.5}
	}
}

// prepare makes the levels of the frame that tracking reads, around the face.
func (m *Tracker) prepare(f *video.Frame) picture {
	p := luma(f)
	x0, y0, x1, y1 := float32(1e9), float32(1e9), float32(-1e9), float32(-1e9)
	for _, v := range [...]int{10, 152, 234, 454, 172, 397, 54, 284} {
		q := m.pts[v]
		x0, y0 = min(x0, q[0]), min(y0, q[1])
		x1, y1 = max(x1, q[0]), max(y1, q[1])
	}
	if m.active != nil { // the mesh may be some frames old: follow the camera
		for _, i := range [...]int{0, 1, m.grid.len() - 1, m.grid.len() - 2} {
			x, y := m.cam.at(float64(m.active.fine.x[i]), float64(m.active.fine.y[i]), m.active.z[i])
			x0, y0 = min(x0, float32(x)), min(y0, float32(y))
			x1, y1 = max(x1, float32(x)), max(y1, float32(y))
		}
	}
	pad := (x1 - x0) * 0.3
	x0, y0, x1, y1 = x0-pad, y0-pad, x1+pad, y1+pad
	for s := 0; s < m.shift; s++ {
		k := float32(int(1) << (m.shift - s))
		m.level(p, &m.levels[s], int(x0*k), int(y0*k), int(x1*k), int(y1*k))
		p = m.levels[s]
	}
	m.level(p, &m.half, int(x0), int(y0), int(x1), int(y1))
	return p
}

func (m *Tracker) begin(p picture, f *video.Frame, o *face.Observation) {
	k := m.newKey(p, m.half, &m.pts, o)
	if k == nil {
		return
	}
	m.active = k
	m.keys = append(m.keys[:0], k)
	m.stick(k, aBegin)
	m.restLids(f.T)
	m.cam = camera{{1, 0, 0, 0}, {0, 1, 0, 0}}
	clear(m.prev)
	clear(m.guess)
	m.startT, m.startI = f.T, len(m.rows.t)-1
	m.rows.segment[m.startI] = m.segment
}

// restLids takes both eyes' lids for what they are in a key frame: at rest.
func (m *Tracker) restLids(t float64) {
	for s := range m.margins {
		m.margins[s] = margins{t: t, upper: unseenLid, lower: settled{sd2: lidLower * lidLower}}
		m.margins[s].upper.mm = event.Missing
	}
}

// moreNeutral reports whether the eyes are wider open than in the key frame,
// which then was taken in a blink or a closure.
func (m *Tracker) moreNeutral() bool {
	for side := range 2 {
		now := aperture(&m.pts, side) / (m.active.pxPerMM * float64(hyp(m.cam[0][0], m.cam[1][0])))
		if now < m.active.open[side]*widerTimes+widerMM {
			return false
		}
	}
	return true
}

// restart takes the present frame as the key frame in place of one taken with
// the eyes closed.
func (m *Tracker) restart(p picture, f *video.Frame, o *face.Observation) {
	start, at := m.startT, m.startI
	m.begin(p, f, o)
	if m.active == nil {
		return
	}
	m.startT, m.startI = start, at
	for i := max(at, 0); i < len(m.rows.t)-1; i++ {
		for side := range 2 {
			m.rows.lidMM[side][i], m.rows.lidSD[side][i] = event.Missing, event.Missing
		}
	}
}

func hyp(a, b float64) float64 { return math.Hypot(a, b) }

// follow registers every point to its template and fits the head's motion.
func (m *Tracker) follow(p picture, fresh bool) bool {
	k, g := m.active, m.grid
	a := m.cam.linear()
	// First the points on bone, at half size, for the head's motion.
	found := 0
	for i := range g.x {
		m.w[i] = 0
		if g.stable[i] < bonyStable || !k.coarse.ok[i] {
			continue
		}
		x, y := m.cam.at(float64(k.fine.x[i]), float64(k.fine.y[i]), k.z[i])
		cx, cy, like := k.coarse.find(m.half, i, float32(x/2-0.25), float32(y/2-0.25), a, 3)
		if like > coarseLike {
			m.x[i], m.y[i] = 2*cx+0.5, 2*cy+0.5
			m.w[i] = g.stable[i] * float64(like)
			found++
		}
	}
	if found < leastBonyPoints {
		return false
	}
	cam := m.cam
	damp := 1e4 * float64(found) / 60
	if !fitHead(&cam, k, m.x, m.y, m.w, damp, 3, m.resid) {
		return false
	}
	a = cam.linear()
	inv, ok := a.inverse()
	if !ok {
		return false
	}
	if fresh {
		m.meshGuess(&cam, inv)
	}
	// Then every point, at full size, from where the head and its own last
	// movement put it.
	found = 0
	for i := range g.x {
		m.w[i], m.like[i] = 0, 0
		if !k.fine.ok[i] {
			continue
		}
		x, y := cam.at(float64(k.fine.x[i]), float64(k.fine.y[i]), k.z[i])
		px, py := a.mul(m.prev[i][0], m.prev[i][1])
		sx, sy := float32(x)+px, float32(y)+py
		fx, fy, like := k.fine.find(p, i, sx, sy, a, 4)
		if like < float32(m.p.MinZNCC) || !m.plausible(inv, i, fx-float32(x), fy-float32(y)) {
			// Once more, coarse to fine, from where the mesh sees the point.
			like = 0
			px, py = a.mul(m.guess[i][0], m.guess[i][1])
			if k.coarse.ok[i] {
				cx, cy, cl := k.coarse.find(m.half, i, (float32(x)+px)/2-0.25, (float32(y)+py)/2-0.25, a, 4)
				if cl > coarseAgainLike {
					fx, fy, like = k.fine.find(p, i, 2*cx+0.5, 2*cy+0.5, a, 4)
				}
			}
			if !m.plausible(inv, i, fx-float32(x), fy-float32(y)) {
				like = 0
			}
		}
		m.x[i], m.y[i], m.like[i] = fx, fy, like
		if like < float32(m.p.MinZNCC) {
			m.like[i] = 0
			continue
		}
		info := float64(min(k.fine.info[i][0], k.fine.info[i][1]))
		m.w[i] = g.stable[i] * float64(like*like) * math.Min(info/(fullInfo*float64(k.fine.n)), 1)
		found++
	}
	if found < g.len()/leastPointsOf {
		return false
	}
	if !fitHead(&cam, k, m.x, m.y, m.w, damp, 5, m.resid) {
		return false
	}
	s := hyp(cam[0][0], cam[1][0])
	if !(s > 1/headScaleTimes && s < headScaleTimes) {
		return false
	}
	m.cam = cam
	if inv, ok = cam.linear().inverse(); !ok {
		return false
	}
	for i := range g.x {
		m.byMesh[i] = m.like[i] == 0
		if m.like[i] == 0 {
			m.prev[i] = m.guess[i]
			m.move[i] = m.toFace(k, i, m.guess[i][0], m.guess[i][1])
			continue
		}
		x, y := cam.at(float64(k.fine.x[i]), float64(k.fine.y[i]), k.z[i])
		rx, ry := inv.mul(m.x[i]-float32(x), m.y[i]-float32(y))
		m.prev[i] = [2]float32{rx, ry}
		m.move[i] = m.toFace(k, i, rx, ry)
	}
	return true
}

// meshGuess sets what the mesh says each point has moved by itself: where its
// nearest vertices are now, less where the head's motion would put them.
func (m *Tracker) meshGuess(cam *camera, inv mat2) {
	k, g := m.active, m.grid
	for i := range g.x {
		var dx, dy float64
		for n, v := range g.near[i] {
			x, y := cam.at(float64(k.mesh[v][0]), float64(k.mesh[v][1]), k.depthOf(m.canon[v]))
			dx += g.nearW[i][n] * (float64(m.pts[v][0]) - x)
			dy += g.nearW[i][n] * (float64(m.pts[v][1]) - y)
		}
		m.guess[i][0], m.guess[i][1] = inv.mul(float32(dx), float32(dy))
	}
}

// plausible reports whether a movement (px of the frame) agrees with what the
// mesh sees, as far as the mesh can see it: it misses most of a small movement
// but not a large one.
func (m *Tracker) plausible(inv mat2, i int, dx, dy float32) bool {
	rx, ry := inv.mul(dx, dy)
	g := m.guess[i]
	apart := math.Hypot(float64(rx-g[0]), float64(ry-g[1]))
	return apart < m.p.MeshSlackMM*m.active.pxPerMM+meshSlackShare*math.Hypot(float64(g[0]), float64(g[1]))
}

// toFace turns a point's movement in key px into mm outwards and up, with what
// it had moved before the key frame.
func (m *Tracker) toFace(k *key, i int, rx, ry float32) [2]float32 {
	out := (float64(rx)*k.ex[0] + float64(ry)*k.ex[1]) / k.pxPerMM
	up := (float64(rx)*k.ey[0] + float64(ry)*k.ey[1]) / k.pxPerMM
	if m.grid.side[i] == anatomy.AtRight {
		out = -out
	}
	return [2]float32{float32(out) + k.off[i][0], float32(up) + k.off[i][1]}
}

// agrees reports whether the pixel tracker still sits on the face that the mesh
// sees.
func (m *Tracker) agrees() bool {
	k := m.active
	var bad int
	span := k.pxPerMM * m.eyeSpan * hyp(m.cam[0][0], m.cam[1][0])
	for j, v := range rigidMarks {
		x, y := m.cam.at(float64(k.marks[j][0]), float64(k.marks[j][1]), k.depthOf(m.canon[v]))
		if math.Hypot(x-float64(m.pts[v][0]), y-float64(m.pts[v][1])) > marksApartSpans*span {
			bad++
		}
	}
	return bad*2 < len(rigidMarks)
}
