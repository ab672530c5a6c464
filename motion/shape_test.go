package motion

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"facialis/anatomy"
	"facialis/event"
)

// made is a made-up person before a made-up lens: pins on a head of its own depth.
type made struct {
	g     *grid
	l     lens
	s     [][3]float64
	long  float64
	noise float64
	r     *rand.Rand
}

// ovalFace is a curved face, cm, with the vertices of a mesh in no order but those by which
// the grid is laid.
func ovalFace() (canon [468][3]float32) {
	r := rand.New(rand.NewPCG(4, 4))
	for v := range canon {
		x, y := r.Float64()*13-6.5, r.Float64()*18-9
		canon[v] = [3]float32{float32(x), float32(y), float32(5 - x*x/11 - y*y/40)}
	}
	// The vertices by which the grid is laid.
	put := func(v int, x, y float64) { canon[v] = [3]float32{float32(x), float32(y), float32(5 - x*x/11 - y*y/40)} }
	put(vForehead, 0, 8)
	put(vChin, 0, -7)
	put(vSubnasale, 0, -1)
	put(vCommissure[0], -2.5, -4)
	put(vCommissure[1], 2.5, -4)
	put(vBrowMid, -3, 4.5)
	put(vLipLowerR, -1, -4.8)
	put(vLipUpperR, -1, -3.2)
	put(vCheek, -4, -1)
	for s, sign := range [2]float64{-1, 1} {
		put(vEyeOuter[s], sign*4.5, 2.5)
		put(vEyeInner[s], sign*1.7, 2.5)
		for k := range 5 {
			put(vUpperLid[s][k], sign*(2+0.5*float64(k)), 3)
			put(vLowerLid[s][k], sign*(2+0.5*float64(k)), 2.2)
			put(vJaw[s][k], sign*(6-0.8*float64(k)), -4-0.7*float64(k))
		}
	}
	return canon
}

// oval is a grid of pins over a curved face that nobody's canonical face is needed
// for.
func oval(t testing.TB) *grid {
	canon := ovalFace()
	g := newGrid(&canon, 8)
	if g.len() < 80 {
		t.Fatalf("a grid of %d pins", g.len())
	}
	return g
}

func makePerson(t testing.TB, f float64, seed uint64) *made {
	m := &made{g: oval(t), l: lens{f: f, cx: 480, cy: 360}, long: 960, noise: 0.1, r: rand.New(rand.NewPCG(seed, 2))}
	a, b := m.r.NormFloat64()*5, m.r.NormFloat64()*5
	for i := range m.g.x {
		x, y := m.g.x[i], m.g.y[i]
		z := m.g.deep[i] + a*math.Sin(x/30)*math.Cos(y/45) + b*math.Cos(x/40+1)*math.Sin(y/40)
		m.s = append(m.s, [3]float64{x, y, z})
	}
	return m
}

// at is the pose of a head turned by degrees, mm from the lens.
func (m *made) at(yaw, pitch, roll, distance float64) pose {
	const rad = math.Pi / 180
	p := pose{r: turnBy([3]float64{0, 0, -roll * rad}), t: [3]float64{8, -5, -distance}}
	y, q := turnBy([3]float64{0, yaw * rad, 0}), turnBy([3]float64{-pitch * rad, 0, 0})
	p.r = product(&p.r, &y)
	p.r = product(&p.r, &q)
	return p
}

// see is where the pins are seen; pull moves the right corner of the mouth, mm.
func (m *made) see(p pose, pull, noise float64) (x, y, like []float32) {
	n := m.g.len()
	x, y, like = make([]float32, n), make([]float32, n), make([]float32, n)
	for i, s := range m.s {
		if w := m.g.weight[i][anatomy.AtZygomaticus]; m.g.side[i] == anatomy.AtRight && w > 0 && pull != 0 {
			s[0] -= pull * 0.6
			s[1] += pull * 0.8
		}
		u, v := m.l.at(p.place(s))
		x[i], y[i] = float32(u+noise*m.r.NormFloat64()), float32(v+noise*m.r.NormFloat64())
		like[i] = 0.95
	}
	return x, y, like
}

// learner is a learner of n pictures of the person, turned by up to ±deg.
func (m *made) learner(n int, deg float64) *learner {
	const distance = 500
	sighted := func(p pose, noise float64) sighting {
		x, y, like := m.see(p, 0, noise)
		return sighting{size: m.l.f / distance, x: x, y: y, like: like}
	}
	key := &sampleKey{sighting: sighted(m.at(0, 0, 0, distance), 0)}
	var samples []*sample
	for range n {
		p := m.at(deg*(2*m.r.Float64()-1), deg*(2*m.r.Float64()-1)/2, 3*m.r.NormFloat64(), distance*(1+0.03*m.r.NormFloat64()))
		s := &sample{sighting: sighted(p, m.noise), key: key}
		for v, c := range m.g.canon {
			x, y := m.l.at(p.place(c))
			s.mesh[v] = [2]float32{float32(x), float32(y)}
		}
		samples = append(samples, s)
	}
	return newLearner(m.g, []*sampleKey{key}, samples, m.long)
}

// leak is what a corner of the mouth seems to move along its muscle, mm, when a head at
// rest turns by yaw, measured as h says.
func (m *made) leak(h *head, yaw float64) float64 {
	tr := m.teller(h)
	x, y, like := m.see(m.at(yaw, 0, 0, 500), 0, 0)
	if err := tr.see(&sighting{row: 0, what: aFrame, x: x, y: y, like: like}); err != nil {
		return math.NaN()
	}
	a := anatomy.Directions[anatomy.AtZygomaticus]
	r := &tr.m.rows
	var most float64
	for s := range 2 {
		along := a[0]*float64(r.dx[s][anatomy.AtZygomaticus][0]) + a[1]*float64(r.dy[s][anatomy.AtZygomaticus][0])
		most = math.Max(most, math.Abs(along))
	}
	return most
}

// teller has seen a key frame of the person facing the lens.
func (m *made) teller(h *head) *teller {
	n := m.g.len()
	tr := &Tracker{p: DefaultParams(), grid: m.g, pins: newPins(n), whole: whole{head: h}}
	tr.rows.addEmpty(0, 0)
	tr.rows.quality[0] = 1
	out := &teller{m: tr, g: m.g, h: h, slots: map[int]*stuck{}}
	x, y, _ := m.see(m.at(0, 0, 0, 500), 0, 0)
	hold := make([]float32, n)
	for i := range hold {
		hold[i] = 1
	}
	if err := out.see(&sighting{what: aBegin, size: m.l.f / 500, x: x, y: y, like: hold}); err != nil {
		panic(err)
	}
	return out
}

// Where the file tells the lens, less than the lens could show, the lens and the turn
// are told better than by the film alone.
func TestALensThatTheFileTells(t *testing.T) {
	for _, f := range []float64{600, 1000, 2100} {
		var told, sought float64
		for seed := range uint64(3) {
			m := makePerson(t, f, seed)
			l := m.learner(60, 15)
			sought += math.Abs(math.Log(l.learn(lens{f: l.usual * m.long, cx: 480, cy: 360}).lens.f / f))
			l = m.learner(60, 15)
			l.expect(f / m.long / lensCut)
			told += math.Abs(math.Log(l.learn(lens{f: l.usual * m.long, cx: 480, cy: 360}).lens.f / f))
		}
		if told > 0.3 || told > sought+0.03 {
			t.Errorf("f = %g: off by %.3f with what the file tells, by %.3f without (sums of three)", f, told, sought)
		}
	}
}

// A head's depth and the lens come out of its own turns: what a turn of 15° leaves of
// the mouth's corners is a tenth of a millimeter, where everybody's head leaves more.
func TestTheHeadIsLearnedFromItsTurns(t *testing.T) {
	for _, f := range []float64{600, 1000, 2100} {
		var learned, usual, off float64
		const people = 3
		for seed := range uint64(people) {
			m := makePerson(t, f, seed)
			h := m.learner(60, 15).learn(lens{f: lensUsual * m.long, cx: 480, cy: 360})
			learned += math.Abs(m.leak(h, 15)) / people
			usual += math.Abs(m.leak(usualHead(m.g, lens{f: lensUsual * m.long, cx: 480, cy: 360}), 15)) / people
			off += math.Abs(math.Log(h.lens.f/f)) / people
		}
		if learned > 0.12 || usual < 3*learned {
			t.Errorf("f = %g: a turn leaves %.2f mm, %.2f by everybody's head", f, learned, usual)
		}
		if off > 0.35 {
			t.Errorf("f = %g: the lens is off by a factor of %.2f", f, math.Exp(off))
		}
	}
}

// A film without turns leaves the head everybody's.
func TestAStillHeadStaysEverybodys(t *testing.T) {
	m := makePerson(t, 1000, 1)
	h := m.learner(40, 0.1).learn(lens{f: lensUsual * m.long, cx: 480, cy: 360})
	var far float64
	for i, d := range h.depth {
		far = math.Max(far, math.Abs(d-m.g.deep[i]))
	}
	if far > 6 {
		t.Errorf("a pin's depth went %.1f mm away from everybody's", far)
	}
}

// A pose that made the places is found again, whatever some points do by themselves,
// and its covariance says by how much it may be off.
func TestFitPoseFindsThePose(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := makePerson(&testing.T{}, rapid.Float64Range(500, 3000).Draw(t, "f"), rapid.Uint64Range(1, 99).Draw(t, "seed"))
		want := m.at(rapid.Float64Range(-25, 25).Draw(t, "yaw"), rapid.Float64Range(-15, 15).Draw(t, "pitch"), rapid.Float64Range(-30, 30).Draw(t, "roll"), m.l.f/2)
		x, y, _ := m.see(want, 0, 0.1)
		w, fit := make([]float64, len(m.s)), poseFit{}
		for i := range w {
			w[i] = 1
			if i%5 == 0 {
				y[i] -= 8
			}
		}
		got := m.l.toward(480, 360, 2)
		if !m.l.fitPose(&got, m.s, x, y, w, 12, &fit) || !m.l.sure(&got, m.s, x, y, w, &fit) {
			t.Fatal("no fit")
		}
		y1, p1, r1 := want.degrees()
		y2, p2, r2 := got.degrees()
		if off := math.Abs(y1-y2) + math.Abs(p1-p2) + math.Abs(r1-r2); off > 1 {
			t.Fatalf("yaw, pitch, roll %.2f %.2f %.2f instead of %.2f %.2f %.2f", y2, p2, r2, y1, p1, r1)
		}
		for i := range 6 {
			if v := fit.cov[7*i]; !(v > 0) || v > 1e4 {
				t.Fatalf("variance %d is %g", i, v)
			}
		}
	})
}

// The normal equations are those of the derivatives written out in full.
func TestNormalEquationsInFull(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m := makePerson(&testing.T{}, rapid.Float64Range(500, 3000).Draw(t, "f"), rapid.Uint64Range(1, 99).Draw(t, "seed"))
		p := m.at(rapid.Float64Range(-25, 25).Draw(t, "yaw"), rapid.Float64Range(-15, 15).Draw(t, "pitch"), rapid.Float64Range(-30, 30).Draw(t, "roll"), m.l.f/2)
		x, y, _ := m.see(p, 0, 0.5)
		w := make([]float64, len(m.s))
		for i := range w {
			w[i] = float64(i%4) / 3
		}
		var fit poseFit
		cut := m.l.misses(&p, m.s, x, y, w, &fit)
		var h, full [36]float64
		var g, right [6]float64
		fit.normal(&p, cut, &h, &g)
		for i, s := range m.s {
			q, at := p.turn(s), p.place(s)
			u, v := m.l.at(at)
			su, sv := m.l.slopes(at)
			ru, rv := float64(x[i])-u, float64(y[i])-v
			e := math.Sqrt(ru*ru+rv*rv) / cut
			if w[i] == 0 || e >= 1 {
				continue
			}
			for _, row := range [2]struct {
				s [3]float64
				r float64
			}{{su, ru}, {sv, rv}} {
				a := [6]float64{q[1]*row.s[2] - q[2]*row.s[1], q[2]*row.s[0] - q[0]*row.s[2], q[0]*row.s[1] - q[1]*row.s[0], row.s[0], row.s[1], row.s[2]}
				for j := range 6 {
					wa := w[i] * (1 - e*e) * (1 - e*e)
					right[j] += wa * a[j] * row.r
					for k := range 6 {
						full[6*j+k] += wa * a[j] * a[k]
					}
				}
			}
		}
		for i := range full {
			if near := 1e-9 * math.Sqrt(full[i/6*7]*full[i%6*7]); math.Abs(h[i]-full[i]) > near {
				t.Fatalf("element %d, %d is %g instead of %g", i/6, i%6, h[i], full[i])
			}
		}
		for j := range right {
			if math.Abs(g[j]-right[j]) > 1e-9*math.Sqrt(full[7*j]*float64(len(m.s))) {
				t.Fatalf("right side %d is %g instead of %g", j, g[j], right[j])
			}
		}
	})
}

// Sightings come back as they were, in order, from memory and from the file.
func TestSightingsComeBack(t *testing.T) {
	const n, frames = 300, 1500
	s := sightings{n: n}
	defer s.close()
	r := rand.New(rand.NewPCG(3, 3))
	var kept []sighting
	for i := range frames {
		g := sighting{row: i, slot: i % 7, what: sightingKind(i % 3), size: 2.5, x: make([]float32, n), y: make([]float32, n), like: make([]float32, n)}
		for j := range n {
			g.x[j], g.y[j], g.like[j] = float32(500+300*r.Float64()), float32(400+300*r.Float64()), float32(r.Float64())
		}
		s.add(&g)
		kept = append(kept, g)
	}
	if s.in == 0 {
		t.Error("nothing was put into the file")
	}
	i := 0
	err := s.each(func(g *sighting) error {
		k := kept[i]
		if g.row != k.row || g.slot != k.slot || g.what != k.what || g.size != k.size {
			t.Fatalf("sighting %d is %+v", i, g)
		}
		for j := range n {
			if math.Abs(float64(g.x[j]-k.x[j])) > 0.02 || math.Abs(float64(g.y[j]-k.y[j])) > 0.02 || math.Abs(float64(g.like[j]-k.like[j])) > 0.003 {
				t.Fatalf("sighting %d, pin %d: %g, %g, %g", i, j, g.x[j], g.y[j], g.like[j])
			}
		}
		i++
		return nil
	})
	if err != nil || i != frames {
		t.Errorf("%d of %d: %v", i, frames, err)
	}
}

// What goes with the pose is taken out, and a pull that is held for four seconds is
// not.
func TestLeftoverKeepsWhatIsHeld(t *testing.T) {
	const n = 1800
	r := rand.New(rand.NewPCG(6, 6))
	m := &Tracker{}
	tr := &event.Trace{}
	column := func() []float32 { return make([]float32, n) }
	for s := range 2 {
		for k := range anatomy.NumRegions {
			tr.DX[s][k], tr.DY[s][k] = column(), column()
		}
	}
	tr.Yaw, tr.Pitch, tr.Roll, tr.Distance = column(), column(), column(), column()
	up := tr.DY[anatomy.AtLeft][anatomy.AtZygomaticus]
	for i := range n {
		at := float64(i) / 30
		m.rows.segment = append(m.rows.segment, 0)
		tr.T = append(tr.T, at)
		tr.Yaw[i], tr.Pitch[i] = float32(12*math.Sin(at/3)), float32(5*math.Sin(at/5+1))
		tr.Roll[i], tr.Distance[i] = float32(2*math.Sin(at/7)), float32(500+10*math.Sin(at/4))
		up[i] = float32(0.08*float64(tr.Yaw[i]) - 0.05*float64(tr.Pitch[i]) + 0.03*r.NormFloat64())
		if at > 20 && at < 24 {
			up[i] += 2
		}
	}
	m.leftover(tr)
	level := func(from, to int) float64 {
		var s float64
		for _, v := range up[from:to] {
			s += float64(v)
		}
		return s / float64(to-from)
	}
	rest := (level(400, 590) + level(730, 900)) / 2
	if held := level(605, 715) - rest; held < 1.8 || held > 2.2 {
		t.Errorf("a pull of 2 mm held for 4 s reads %.2f", held)
	}
	var ss float64
	for i := 900; i < n; i++ {
		d := float64(up[i]) - level(900, n)
		ss += d * d
	}
	if sd := math.Sqrt(ss / 900); sd > 0.15 {
		t.Errorf("the turn leaves %.2f mm", sd)
	}
}

// The neck does not turn with the head: the further and the faster the head turns, the
// less sure it is, and in a fast turn it is not measured. The corner of the mouth is.
func TestTheNeckIsNotSureWhileTheHeadTurns(t *testing.T) {
	const n = 1800
	m := &Tracker{}
	tr := &event.Trace{}
	column := func(v float32) []float32 {
		c := make([]float32, n)
		for i := range c {
			c[i] = v
		}
		return c
	}
	for s := range 2 {
		for k := range anatomy.NumRegions {
			tr.DX[s][k], tr.DY[s][k], tr.SD[s][k] = column(0), column(0), column(0.2)
		}
	}
	tr.Yaw, tr.Pitch, tr.Roll, tr.Distance = column(0), column(0), column(0), column(500)
	for i := range n {
		at := float64(i) / 30
		m.rows.segment = append(m.rows.segment, 0)
		tr.T = append(tr.T, at)
		// still, then turned away by 8 degrees, slowly, then to and fro at 30 degrees a second
		switch {
		case at > 40 && at < 45:
			tr.Yaw[i] = float32(15 * math.Sin(2*at))
		case at > 20 && at < 30:
			tr.Yaw[i] = 8
		}
	}
	m.leftover(tr)
	const neck, corner = anatomy.AtPlatysma, anatomy.AtZygomaticus
	sd := tr.SD[anatomy.AtRight][neck]
	if still, turned := sd[300], sd[750]; math.Abs(float64(still)-0.2) > 1e-6 || math.Abs(float64(turned)-math.Hypot(0.2, 8*neckTurnMM)) > 1e-5 {
		t.Errorf("the neck is unsure by %g mm facing and %g turned away", still, turned)
	}
	lost := 0
	for i := 1215; i < 1335; i++ {
		if v := tr.DY[anatomy.AtRight][neck][i]; v != v && sd[i] != sd[i] {
			lost++
		}
		if v := tr.DY[anatomy.AtRight][corner][i]; v != v || tr.SD[anatomy.AtRight][corner][i] != 0.2 {
			t.Fatalf("the corner at %.2f s is %g", tr.T[i], v)
		}
	}
	if lost < 90 {
		t.Errorf("of 120 frames of a fast turn the neck is not measured in %d", lost)
	}
}
