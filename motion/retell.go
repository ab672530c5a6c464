package motion

import (
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/event"
	"facialis/face"
)

// holds is how well the patches hold their places, 0 to 1: 0 where there is none.
func (t *patches) holds() []float32 {
	hold := make([]float32, len(t.ok))
	for i, ok := range t.ok {
		if ok {
			info := float64(min(t.info[i][0], t.info[i][1]))
			hold[i] = float32(math.Min(info/(fullInfo*float64(t.n)), 1))
		}
	}
	return hold
}

// stick keeps where the pins of a new key frame are stuck. One that the tracker goes on
// to is taken from the present frame.
func (m *Tracker) stick(k *key, what sightingKind) {
	k.slot = m.freeSlot(k)
	k.hold = k.fine.holds()
	g := sighting{row: m.row(), slot: k.slot, what: what, size: k.pxPerMM, x: k.fine.x, y: k.fine.y, like: k.hold}
	m.sights.add(&g)
	if len(m.learnt) < samplesKeys {
		s := &sampleKey{sighting: g}
		if what == aKey {
			if s.from = m.last; s.from == nil { // the frame it was taken from was not kept
				return
			}
			s.from.linked = true
		}
		m.learnt = append(m.learnt, s)
		k.sample = s
	}
}

// freeSlot is the least number that no other key frame in use has.
func (m *Tracker) freeSlot(k *key) int {
	for slot := 0; ; slot++ {
		if !slices.ContainsFunc(m.keys, func(o *key) bool { return o != k && o.slot == slot }) {
			return slot
		}
	}
}

// row is the number of the present frame's row in the whole recording.
func (m *Tracker) row() int { return m.rows.away*blockRows + len(m.rows.t) - 1 }

// sighted is where the pins are in the present frame.
func (m *Tracker) sighted() sighting {
	k := m.active
	return sighting{row: m.row(), slot: k.slot, what: aFrame, size: k.pxPerMM * hyp(m.cam[0][0], m.cam[1][0]), x: m.x, y: m.y, like: m.like}
}

// sight keeps where the pins are in the present frame. Of those that no patch was
// found for it keeps where the mesh sees them.
func (m *Tracker) sight(o *face.Observation) {
	k := m.active
	a := m.cam.linear()
	for i := range m.like {
		if m.like[i] > 0 {
			continue
		}
		x, y := m.cam.at(float64(k.fine.x[i]), float64(k.fine.y[i]), k.z[i])
		gx, gy := a.mul(m.guess[i][0], m.guess[i][1])
		m.x[i], m.y[i] = float32(x)+gx, float32(y)+gy
	}
	g := m.sighted()
	m.sights.add(&g)
	m.last = nil
	if o.Fresh && k.sample != nil {
		m.sample(&g, o)
	}
}

// The pictures by which a head is learnt.
const (
	samplesMost   = 240 // pictures in all
	samplesKeys   = 60  // key frames they belong to
	sampleDeg     = 2.0 // degrees: pictures turned less differently are of one pose
	sampleSize    = 0.04
	samplesPose   = 4    // pictures of one pose
	sampleApartS  = 0.69 // s between them, so that no one movement is in all
	sampleLinkMax = 1.25 // of samplesMost: pictures that another key frame was taken from are kept beyond it
)

// samplePose is a pose up to what counts as the same.
type samplePose struct {
	key              *sampleKey
	yaw, pitch, size int
}

// sample keeps the present frame to learn the head from, if its pose is not among
// those there are enough of. One that a key frame is taken from is kept in any case, see
// keepLast.
func (m *Tracker) sample(g *sighting, o *face.Observation) {
	at := samplePose{m.active.sample, int(math.Floor(o.Pose.Yaw / sampleDeg)), int(math.Floor(o.Pose.Pitch / sampleDeg)), int(math.Floor(math.Log(g.size) / sampleSize))}
	t := m.rows.t[len(m.rows.t)-1]
	have := m.poses[at]
	if have.n >= samplesPose || have.n > 0 && t < have.t+sampleApartS || len(m.samples) >= samplesMost {
		return
	}
	m.poses[at] = sampled{have.n + 1, t}
	m.last = m.keep(g)
}

type sampled struct {
	n int
	t float64
}

func (m *Tracker) keep(g *sighting) *sample {
	s := &sample{sighting: *g, key: m.active.sample}
	s.x, s.y, s.like = slices.Clone(g.x), slices.Clone(g.y), slices.Clone(g.like)
	copy(s.mesh[:], m.pts[:468])
	m.samples = append(m.samples, s)
	return s
}

// keepLast keeps the present frame because a key frame is taken from it.
func (m *Tracker) keepLast() {
	if m.last == nil && m.active.sample != nil && float64(len(m.samples)) < sampleLinkMax*samplesMost {
		g := m.sighted()
		m.last = m.keep(&g)
	}
}

// learn finds the person's head from the samples.
func (m *Tracker) learn() *head {
	usual := lens{f: lensUsual * m.long, cx: m.center[0], cy: m.center[1]}
	return newLearner(m.grid, m.learnt, m.samples, m.long).learn(usual)
}

// retell measures every frame once more, in the frame of the person's own head.
func (m *Tracker) retell() error {
	if m.sights.empty() {
		return nil
	}
	m.head = m.learn()
	n := m.grid.len()
	t := teller{m: m, g: m.grid, h: m.head, slots: map[int]*stuck{}, fit: poseFit{resid: make([]float64, n)}, eyes: m.head.eyes(m.grid)}
	if err := m.sights.each(t.see); err != nil {
		return err
	}
	if len(t.sizes) > 0 {
		slices.Sort(t.sizes)
		m.units = t.sizes[len(t.sizes)/2]
	}
	for i := range m.rows.scale {
		m.rows.scale[i] /= m.unit()
	}
	return nil
}

// unit is how many nominal mm, which are told by the distance of the eyes' corners, one
// is of the head's frame, which is told by the whole face.
func (m *Tracker) unit() float64 {
	if m.units > 0 {
		return m.units
	}
	return 1
}

const (
	retellRounds = 3  // steps from the pose of the picture before
	unitFrames   = 10 // of so many pictures one tells the unit
)

// stuck is a key frame in the head's frame.
type stuck struct {
	placed
	hold []float32
	off  [][2]float32
	key  sighting
}

// teller goes through the sightings of a recording.
type teller struct {
	m     *Tracker
	g     *grid
	h     *head
	slots map[int]*stuck
	pose  pose
	lost  bool
	fit   poseFit
	eyes  [3]float64 // see head.eyes
	n     int
	sizes []float64 // px a mm of the head's frame over px a nominal mm
}

func (t *teller) see(s *sighting) error {
	m, n := t.m, t.g.len()
	row := s.row
	if m.rows.to != nil && row < len(m.rows.to) {
		row = int(m.rows.to[row])
	}
	if s.what != aFrame {
		k := &stuck{hold: slices.Clone(s.like), off: make([][2]float32, n), key: sighting{like: slices.Clone(s.like), size: s.size}}
		k.s = make([][3]float64, n)
		if s.what == aKey && !t.lost {
			copy(k.off, m.move)
		} else {
			var ok bool
			if t.pose, ok = t.h.begin(t.g, s, m.w, &t.fit); !ok {
				t.pose = t.h.lens.toward(t.h.lens.cx, t.h.lens.cy, s.size)
			}
		}
		k.pose = t.pose
		t.h.points(k.s, &k.pose, s.x, s.y)
		t.slots[s.slot] = k
		return nil
	}
	k := t.slots[s.slot]
	if k == nil {
		return nil
	}
	t.g.weights(m.w, s, &k.key)
	t.g.steady(m.w)
	rounds := retellRounds
	if t.lost {
		t.pose, rounds = k.pose, meshRounds
	}
	t.lost = !t.h.lens.fitPose(&t.pose, k.s, s.x, s.y, m.w, rounds, &t.fit) || !t.h.lens.sure(&t.pose, k.s, s.x, s.y, m.w, &t.fit)
	if t.lost {
		if row >= 0 {
			m.rows.empty(row)
		}
		return nil
	}
	t.move(k, s)
	if row >= 0 && m.rows.quality[row] > 0 { // neither taken out nor of a held picture
		t.write(k, s, row)
	}
	return nil
}

// move sets how far each pin has moved in the head's frame, mm (out, up). Skin moves
// along itself: a step of x or y takes its depth along by the face's slope there.
func (t *teller) move(k *stuck, s *sighting) {
	m, h := t.m, t.h
	for i := range k.s {
		m.byMesh[i] = s.like[i] == 0 || k.hold[i] == 0
		m.like[i] = s.like[i]
		at := t.pose.place(k.s[i])
		u, v := h.lens.at(at)
		su, sv := h.lens.slopes(at)
		g := t.g.slope[i]
		dx, dy := t.pose.turn([3]float64{1, 0, g[0]}), t.pose.turn([3]float64{0, 1, g[1]})
		a, b := dot(su, dx), dot(su, dy)
		c, d := dot(sv, dx), dot(sv, dy)
		if det, flat := a*d-b*c, su[0]*su[0]; math.Abs(det) < steepestSkin*flat {
			// Seen from the side, skin shows nothing of how far it goes away: what is
			// seen counts as it is.
			dx, dy = t.pose.turn([3]float64{1, 0, 0}), t.pose.turn([3]float64{0, 1, 0})
			a, b, c, d = dot(su, dx), dot(su, dy), dot(sv, dx), dot(sv, dy)
		}
		det := a*d - b*c
		ru, rv := float64(s.x[i])-u, float64(s.y[i])-v
		out, up := (d*ru-b*rv)/det, (a*rv-c*ru)/det
		if t.g.side[i] == anatomy.AtRight {
			out = -out
		}
		m.move[i] = [2]float32{float32(out) + k.off[i][0], float32(up) + k.off[i][1]}
	}
}

const steepestSkin = 0.5 // of what faces the camera: skin that is foreshortened more is not straightened

func dot(a, b [3]float64) float64 { return a[0]*b[0] + a[1]*b[1] + a[2]*b[2] }

// write writes a frame's row.
func (t *teller) write(k *stuck, s *sighting, i int) {
	m := t.m
	r := &m.rows
	r.byMesh[i] = 0
	for side := range 2 {
		for reg := range anatomy.NumRegions {
			x, y, spread, pixels, ok := m.region(side, reg, k.hold)
			if !pixels {
				r.byMesh[i] |= 1 << (side*anatomy.NumRegions + reg)
			}
			r.dx[side][reg][i], r.dy[side][reg][i], r.sd[side][reg][i] = event.Missing, event.Missing, event.Missing
			if ok {
				r.dx[side][reg][i], r.dy[side][reg][i] = x, y
				r.sd[side][reg][i] = float32(t.sure(k, side, reg, spread, pixels))
			}
		}
	}
	p := t.pose
	p.r = product(&p.r, &t.h.zero.r)
	yaw, pitch, roll := p.degrees()
	r.yaw[i], r.pitch[i], r.roll[i] = float32(yaw), float32(pitch), float32(roll)
	away := -t.pose.place(t.eyes)[2]
	r.distance[i] = float32(away)
	size := t.h.lens.f / away
	r.scale[i] = size * float64(int(1)<<m.shift)
	if t.n++; t.n%unitFrames == 1 {
		t.sizes = append(t.sizes, size/s.size)
	}
}

// sure is how well a region's movement along its muscle is known, 1 sd, mm: what its
// pins differ by, what the head's pose is off by there, and what the depth that is
// not known makes of the turn since the key frame.
func (t *teller) sure(k *stuck, side, reg int, spread float64, pixels bool) float64 {
	a := anatomy.Directions[reg]
	if side == anatomy.AtRight {
		a[0] = -a[0]
	}
	var sum, deep float64
	var mid [3]float64
	for _, i := range t.g.members[side][reg] {
		w := t.g.weight[i][reg]
		sum += w
		deep += w * t.h.sd[i] * t.h.sd[i]
		for j := range mid {
			mid[j] += w * k.s[i][j]
		}
	}
	for j := range mid {
		mid[j] /= sum
	}
	q := t.pose.turn(mid)
	at := [3]float64{q[0] + t.pose.t[0], q[1] + t.pose.t[1], q[2] + t.pose.t[2]}
	su, sv := t.h.lens.slopes(at)
	size := su[0] // px a mm
	var row [6]float64
	for j, s := range [2][3]float64{su, sv} {
		c := a[0]
		if j == 1 {
			c = -a[1]
		}
		for n, v := range [6]float64{q[1]*s[2] - q[2]*s[1], q[2]*s[0] - q[0]*s[2], q[0]*s[1] - q[1]*s[0], s[0], s[1], s[2]} {
			row[n] += c * v / size
		}
	}
	var pose float64
	for m := range 6 {
		for n := range 6 {
			pose += row[m] * t.fit.cov[6*m+n] * row[n]
		}
	}
	// What a millimetre of depth along the key frame's ray looks like now.
	b := k.pose.back(k.pose.t)
	d := t.pose.turn([3]float64{(mid[0] + b[0]) / (mid[2] + b[2]), (mid[1] + b[1]) / (mid[2] + b[2]), 1})
	shift := (a[0]*dot(su, d) - a[1]*dot(sv, d)) / size
	v := spread*spread + pose + shift*shift*deep/sum
	if !pixels {
		v += meshErrorMM * meshErrorMM
	}
	return math.Sqrt(v)
}

const meshErrorMM = 1.0 // what the mesh alone misses small movements by: a true 2 to 3 mm reads as 0.2 to 1.4 (docs/decisions.md)
