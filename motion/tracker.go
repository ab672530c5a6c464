package motion

import (
	"fmt"
	"math"

	"facialis/event"
	"facialis/face"
	"facialis/video"
)

// Tracker follows the skin of one face through a recording. Push every frame in
// order, then call Finish.
type Tracker struct {
	p       Params
	grid    *grid     // where the pins are on everybody's face
	mesh    mesh      // where the network sees the face now
	view    view      // the picture now
	keys    keyFrames // what the face looked like before
	stretch stretch   // since when it has been followed
	pins    pins      // where the skin is now
	lids    lids      // where the lids are now

	sights  sightings // where the pins were in every frame
	rows    rows      // what was measured in every frame
	album   album     // what the head is learned from
	changes changes   // by how much pictures differ
	uneven  uneven    // a hint while the film is read
	whole   whole     // known after Finish
}

// stretch is the present segment: frames in a row in which the face is not lost. The
// first stretch is segment 0, also before a face was seen.
type stretch struct {
	segment int32
	from    float64 // when it began, s
	row     int     // its first row, of those in memory: below 0 once it was put away
}

// New returns a tracker. canon is the canonical face in cm (face.Canonical).
func New(p Params, canon *[468][3]float32) *Tracker {
	g := newGrid(canon, p.GridMM)
	return &Tracker{p: p, grid: g, mesh: newMesh(canon), pins: newPins(g.len()), sights: sightings{n: g.len()}, album: newAlbum(),
		lids: lids{buf: make([]float32, lidReach*lidCols)}}
}

// Lens tells the focal length, over the picture's longer side, that the film's file
// names; what is not above zero is not known. It is where the person's lens is sought.
func (m *Tracker) Lens(focal float64) {
	if focal > 0 && !math.IsInf(focal, 0) {
		m.album.focal = focal
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
	m.stretch.row -= m.rows.spill()
	m.rows.addEmpty(f.T, m.stretch.segment)
	m.rows.change[len(m.rows.t)-1] = m.changes.next(f)
	if !o.Found || o.Landmarks == nil {
		m.lose()
		return nil
	}
	if o.Reset {
		m.lose()
	}
	if m.keys.active == nil && !o.Fresh {
		return nil
	}
	if m.keys.active == nil {
		m.view.choose(f, m.mesh.pxPerMM(o), m.p.MaxPxPerMM)
	}
	m.mesh.take(o, m.view.shift)
	p := m.prepare(f)
	if o.Fresh {
		m.slow(p, o)
	}
	if m.keys.active == nil {
		m.begin(p, f, o)
	} else if o.Fresh && f.T-m.stretch.from < m.p.StartupS && m.moreNeutral() {
		m.restart(p, f, o)
	}
	if m.keys.active == nil {
		return nil
	}
	if !m.follow(p, o.Fresh) || o.Fresh && !m.agrees() {
		m.lose()
		if !o.Fresh {
			return nil
		}
		m.begin(p, f, o)
		if m.keys.active == nil || !m.follow(p, true) {
			m.lose()
			return nil
		}
	}
	m.measure(p)
	m.sight(o)
	m.rekey(p, o)
	return nil
}

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
		m.rows.addEmpty(last+float64(i+1)*step, m.stretch.segment)
	}
}

// lose ends the segment: what comes next is not continuous with what was.
func (m *Tracker) lose() {
	if m.keys.active != nil {
		m.stretch.segment++
	}
	m.keys.lose()
}

const facePad = 0.3 // of the face's width: what is made ready beyond the face

// prepare makes the levels of the frame that tracking reads, around the face.
func (m *Tracker) prepare(f *video.Frame) picture {
	x0, y0, x1, y1 := float32(1e9), float32(1e9), float32(-1e9), float32(-1e9)
	for _, v := range [...]int{10, 152, 234, 454, 172, 397, 54, 284} {
		q := m.mesh.pts[v]
		x0, y0 = min(x0, q[0]), min(y0, q[1])
		x1, y1 = max(x1, q[0]), max(y1, q[1])
	}
	if m.keys.active != nil { // the mesh may be some frames old: follow the camera
		for _, i := range [...]int{0, 1, m.grid.len() - 1, m.grid.len() - 2} {
			x, y := m.keys.place(i)
			x0, y0 = min(x0, float32(x)), min(y0, float32(y))
			x1, y1 = max(x1, float32(x)), max(y1, float32(y))
		}
	}
	pad := (x1 - x0) * facePad
	return m.view.prepare(f, x0-pad, y0-pad, x1+pad, y1+pad)
}

// begin takes the present frame as the first key frame of a segment.
func (m *Tracker) begin(p picture, f *video.Frame, o *face.Observation) {
	k := m.newKey(p, o)
	if k == nil {
		return
	}
	m.keys.begin(k)
	m.stick(k, aBegin)
	m.lids.rest(f.T)
	clear(m.pins.own)
	clear(m.pins.guess)
	m.stretch.from, m.stretch.row = f.T, len(m.rows.t)-1
	m.rows.segment[m.stretch.row] = m.stretch.segment
}

// moreNeutral reports whether the eyes are wider open than in the key frame,
// which then was taken in a blink or a closure.
func (m *Tracker) moreNeutral() bool {
	for side := range 2 {
		now := m.mesh.aperture(side) / m.keys.pxPerMM()
		if now < m.keys.active.open[side]*widerTimes+widerMM {
			return false
		}
	}
	return true
}

// restart takes the present frame as the key frame in place of one taken with
// the eyes closed.
func (m *Tracker) restart(p picture, f *video.Frame, o *face.Observation) {
	start, at := m.stretch.from, m.stretch.row
	m.begin(p, f, o)
	if m.keys.active == nil {
		return
	}
	m.stretch.from, m.stretch.row = start, at
	for i := max(at, 0); i < len(m.rows.t)-1; i++ {
		for side := range 2 {
			m.rows.lidMM[side][i], m.rows.lidSD[side][i] = event.Missing, event.Missing
		}
	}
}

// stick keeps where the pins of a new key frame are stuck. One that the tracker goes on
// to is taken from the present frame.
func (m *Tracker) stick(k *key, what sightingKind) {
	k.slot = m.keys.freeSlot(k)
	k.hold = k.fine.allHold()
	g := sighting{row: m.row(), slot: k.slot, what: what, size: k.pxPerMM, x: k.fine.x, y: k.fine.y, like: k.hold}
	m.sights.add(&g)
	k.sample = m.album.addKey(&g)
}

// row is the number of the present frame's row in the whole recording.
func (m *Tracker) row() int { return m.rows.away*blockRows + len(m.rows.t) - 1 }

// sighted is where the pins are in the present frame.
func (m *Tracker) sighted() sighting {
	k := m.keys.active
	return sighting{row: m.row(), slot: k.slot, what: aFrame, size: m.keys.pxPerMM(), x: m.pins.x, y: m.pins.y, like: m.pins.like}
}

// sight keeps where the pins are in the present frame. Of those that no patch was
// found for it keeps where the mesh sees them.
func (m *Tracker) sight(o *face.Observation) {
	k := m.keys.active
	a := m.keys.cam.linear()
	for i := range m.pins.like {
		if m.pins.like[i] > 0 {
			continue
		}
		x, y := m.keys.place(i)
		gx, gy := a.mul(m.pins.guess[i][0], m.pins.guess[i][1])
		m.pins.x[i], m.pins.y[i] = float32(x)+gx, float32(y)+gy
	}
	g := m.sighted()
	m.sights.add(&g)
	m.album.last = nil
	if o.Fresh && k.sample != nil {
		m.album.offer(&g, k.sample, &m.mesh, m.rows.t[len(m.rows.t)-1], o.Pose)
	}
}
