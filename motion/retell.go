package motion

import (
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/event"
	"facialis/internal/signal"
)

// retell measures every frame once more, in the frame of the person's own head.
func (m *Tracker) retell() error {
	if m.sights.empty() {
		return nil
	}
	m.whole.head = m.album.learn(m.grid, &m.view)
	t := teller{m: m, g: m.grid, h: m.whole.head, slots: map[int]*stuck{}, eyes: m.whole.head.eyes(m.grid)}
	if err := m.sights.each(t.see); err != nil {
		return err
	}
	if len(t.sizes) > 0 {
		slices.Sort(t.sizes)
		m.whole.units = signal.Middle(t.sizes)
	}
	for i := range m.rows.scale {
		m.rows.scale[i] /= m.whole.unit()
	}
	return nil
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
			copy(k.off, m.pins.move)
		} else {
			var ok bool
			if t.pose, ok = t.h.begin(t.g, s, m.pins.w, &t.fit); !ok {
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
	t.g.weights(m.pins.w, s, &k.key)
	t.g.steady(m.pins.w)
	rounds := retellRounds
	if t.lost {
		t.pose, rounds = k.pose, meshRounds
	}
	t.lost = !t.h.lens.fitPose(&t.pose, k.s, s.x, s.y, m.pins.w, rounds, &t.fit) || !t.h.lens.sure(&t.pose, k.s, s.x, s.y, m.pins.w, &t.fit)
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
	m, lens, r, at := t.m, t.h.lens, t.pose.r, t.pose.t
	for i := range k.s {
		m.pins.byMesh[i] = s.like[i] == 0 || k.hold[i] == 0
		m.pins.like[i] = s.like[i]
		x, y, z := k.s[i][0], k.s[i][1], k.s[i][2]
		q0 := r[0][0]*x + r[0][1]*y + r[0][2]*z + at[0]
		q1 := r[1][0]*x + r[1][1]*y + r[1][2]*z + at[1]
		away := -(r[2][0]*x + r[2][1]*y + r[2][2]*z + at[2])
		size := lens.f / away
		u, v := lens.cx+size*q0, lens.cy-size*q1
		su, sv := size*q0/away, -size*q1/away // px a mm nearer
		g := t.g.slope[i]
		a := size*(r[0][0]+r[0][2]*g[0]) + su*(r[2][0]+r[2][2]*g[0])
		b := size*(r[0][1]+r[0][2]*g[1]) + su*(r[2][1]+r[2][2]*g[1])
		c := -size*(r[1][0]+r[1][2]*g[0]) + sv*(r[2][0]+r[2][2]*g[0])
		d := -size*(r[1][1]+r[1][2]*g[1]) + sv*(r[2][1]+r[2][2]*g[1])
		if det, flat := a*d-b*c, size*size; math.Abs(det) < steepestSkin*flat {
			// Seen from the side, skin shows nothing of how far it goes away: what is
			// seen counts as it is.
			a, b = size*r[0][0]+su*r[2][0], size*r[0][1]+su*r[2][1]
			c, d = -size*r[1][0]+sv*r[2][0], -size*r[1][1]+sv*r[2][1]
		}
		det := a*d - b*c
		ru, rv := float64(s.x[i])-u, float64(s.y[i])-v
		out, up := (d*ru-b*rv)/det, (a*rv-c*ru)/det
		if t.g.side[i] == anatomy.AtRight {
			out = -out
		}
		m.pins.move[i] = [2]float32{float32(out) + k.off[i][0], float32(up) + k.off[i][1]}
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
			x, y, spread, pixels, ok := m.pins.region(t.g, &m.p, side, reg, k.hold)
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
	r.scale[i] = size * m.view.scale()
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
	// What a millimeter of depth along the key frame's ray looks like now.
	b := k.pose.back(k.pose.t)
	d := t.pose.turn([3]float64{(mid[0] + b[0]) / (mid[2] + b[2]), (mid[1] + b[1]) / (mid[2] + b[2]), 1})
	shift := (a[0]*dot(su, d) - a[1]*dot(sv, d)) / size
	part := &sureParts[reg]
	v := part.rest*part.rest + part.pins*part.pins*spread*spread + part.pose*part.pose*pose + part.depth*part.depth*shift*shift*deep/sum
	if !pixels {
		v += meshErrorMM * meshErrorMM
	}
	return math.Sqrt(v)
}

// sureParts are what each kind of error counts in a region's uncertainty: rest is
// what is left of a level that was sought, mm; the others are factors. They were
// fitted to what the trace misses on four three-dimensional heads and what it tells
// of four people at rest, each of the eight alike, so that 95 % lie within 1.96
// standard deviations (docs/decisions/0080-calibrated-uncertainty.md has each held out). Pins of one region err
// together, so their own spread counts up to three times; most of a wrong pose and
// nearly all of a wrong depth is the same in the whole film, or a function of the
// pose, and goes with the level and with what leftover takes out.
var sureParts = [anatomy.NumRegions]struct{ rest, pins, pose, depth float64 }{
	anatomy.AtFrontalis:       {0.042, 1.1, 0.22, 0.02},
	anatomy.AtMalar:           {0.034, 2.3, 0.29, 0.14},
	anatomy.AtZygomaticus:     {0.042, 1.1, 0.22, 0.02},
	anatomy.AtOrbicularisOris: {0.042, 1.1, 0.22, 0.02},
	anatomy.AtDepressor:       {0.042, 1.1, 0.22, 0.02},
	anatomy.AtMentalis:        {0.048, 3.0, 0.30, 1.1},
	anatomy.AtPlatysma:        {0.20, 2.2, 0.01, 1.9},
}

const meshErrorMM = 1.0 // what the mesh alone misses small movements by: a true 2 to 3 mm reads as 0.2 to 1.4 (docs/decisions/0080-calibrated-uncertainty.md)
