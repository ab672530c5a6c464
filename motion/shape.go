package motion

import (
	"math"
	"slices"
	"sync"

	"facialis/anatomy"
	"facialis/internal/linear"
	"facialis/internal/signal"
)

// A head is what has to be known of a person and a film before movement can be
// measured in the head's own frame: the lens, and how deep each pin lies.
type head struct {
	lens  lens
	depth []float64 // of each pin in the head's frame, mm of the canonical face
	sd    []float64 // how well it is known, 1 sd, mm
	zero  pose      // what turns the head's frame to where the mesh sees the face look; only its rotation counts
}

// What is known of a head before its film is seen.
const (
	depthTimes    = 0.9  // of the canonical face's depth: heads are flatter. With that depth and the true lens, yaw came out 0.77 to 0.88 times the true one on each of four three-dimensional heads
	depthSD       = 6.0  // mm: what a face's depth differs from everybody's, 1 sd
	depthReachMM  = 20.0 // over this distance it differs alike
	depthOwnMM    = 1.0  // mm: what one pin differs by itself, 1 sd
	neckSDTimes   = 3.0  // times depthSD: the neck's depth follows from no face
	depthStepMM   = 8.0  // the longest step of a depth in one round
	centerApartMM = 20.0 // spacing of the places of which the depth is the sum of bells
	lensUsual     = 1.0  // the focal length over the picture's longer side: 0.7 to 1.0 for the front camera of a phone (26 to 32 mm for 36 mm of film, and what stabilization cuts off), 0.8 to 1.1 for a webcam of 50 to 65 degrees, 1.2 to 2 for a clinic's camera
	lensSpread    = 0.6  // 1 sd of its logarithm
	shapeNoisePx  = 0.5  // a pin that misses by this counts half as much: what skin moves by itself at rest, and the patch's error
	shapeShared   = 75.0 // residuals that share their error: of some twenty pins side by side in the pictures of one pose, up to samplesPose of them
	missLeastPx   = 0.02 // what sightings are rounded to
	shapeRounds   = 12   // rounds of poses and depths
	shapeFirst    = 5    // rounds for each lens that is tried
	lensSamples   = 48   // pictures by which lenses are compared
	zeroSamples   = 60   // pictures in which the mesh says where the face looks
	shapeFewest   = 6    // pictures: of fewer no depth is learned
)

// lensTried are the focal lengths that are tried, over the picture's longer side; 8
// is as good as none.
var lensTried = [...]float64{0.5, 0.63, 0.8, 1, 1.25, 1.6, 2.2, 3.5, 8}

// usualHead is everybody's head before a usual lens.
func usualHead(g *grid, l lens) *head {
	h := &head{lens: l, depth: make([]float64, g.len()), sd: make([]float64, g.len()), zero: pose{r: turnBy([3]float64{})}}
	copy(h.depth, g.deep)
	for i := range h.sd {
		h.sd[i] = g.depthSD(i)
	}
	return h
}

// depthSD is what the depth of pin i differs from everybody's, 1 sd, mm.
func (g *grid) depthSD(i int) float64 {
	if g.stable[i] == 0 {
		return math.Hypot(neckSDTimes*depthSD, depthOwnMM)
	}
	return math.Hypot(depthSD, depthOwnMM)
}

// points are where the pins of a key frame lie in the head's frame, mm: on their
// rays, as deep as the head is there.
func (h *head) points(s [][3]float64, p *pose, x, y []float32) {
	b := p.back(p.t)
	for i := range s {
		r := p.back(h.lens.ray(float64(x[i]), float64(y[i])))
		far := (h.depth[i] + b[2]) / r[2]
		for j := range 3 {
			s[i][j] = far*r[j] - b[j]
		}
	}
}

// eyes is the middle between the outer corners of the eyes in the head's frame, mm:
// there the face's size is told, by the distance of the corners and by the irises.
func (h *head) eyes(g *grid) [3]float64 {
	a, b := g.canon[vEyeOuter[anatomy.AtRight]], g.canon[vEyeOuter[anatomy.AtLeft]]
	var deeper, sum float64
	for i, z := range h.depth {
		w := near(g.x[i]-a[0], g.y[i]-a[1]) + near(g.x[i]-b[0], g.y[i]-b[1])
		deeper += w * (z - g.deep[i])
		sum += w
	}
	return [3]float64{(a[0] + b[0]) / 2, (a[1] + b[1]) / 2, (a[2]+b[2])/2 + deeper/sum}
}

// begin finds the pose of a segment's first key frame, in which the mesh has put the
// pins: the one in which the head's own pins lie there.
func (h *head) begin(g *grid, k *sighting, w []float64, fit *poseFit) (pose, bool) {
	s := make([][3]float64, g.len())
	for i := range s {
		s[i] = [3]float64{g.x[i], g.y[i], g.deep[i]}
		w[i] = 0
		if k.x[i] == k.x[i] && g.stable[i] > 0 {
			w[i] = 1
		}
	}
	at, ok := h.meshPose(s, k.x, k.y, w, k.size, fit)
	return at, ok
}

// meshPose is the pose in which points of the canonical face are seen at (x, y).
func (h *head) meshPose(s [][3]float64, x, y []float32, w []float64, size float64, fit *poseFit) (pose, bool) {
	mx, my, ok := middle(x, y, w)
	if !ok || !(size > 0) {
		return pose{}, false
	}
	at := h.lens.toward(mx, my, size)
	return at, h.lens.fitPose(&at, s, x, y, w, meshRounds, fit)
}

const meshRounds = 10 // steps from a face that looks into the camera

// weights are what each pin has to say about the head's pose in a frame.
func (g *grid) weights(w []float64, frame, key *sighting) {
	for i := range w {
		like := float64(frame.like[i])
		w[i] = g.stable[i] * like * like * float64(key.like[i])
	}
}

// steady is weights without what the frontalis lifts.
func (g *grid) steady(w []float64) {
	for i := range w {
		if g.stable[i] == liftedStable {
			w[i] *= liftedShare
		}
	}
}

// learner is the work of learning a head.
type learner struct {
	g       *grid
	keys    []*sampleKey // each after the one its frame belongs to
	samples []*sample
	bells   []bell
	long    float64 // the picture's longer side, px

	usual, spread float64   // focal length over long before the film is seen, and 1 sd of its logarithm
	tried         []float64 // focal lengths that are tried, over long, the shortest first

	w   []float64
	fit poseFit
}

// bell is a place about which the depth differs from everybody's.
type bell struct {
	x, y float64
	at   []float64 // its height at each pin
}

func newLearner(g *grid, keys []*sampleKey, samples []*sample, long float64) *learner {
	return &learner{g: g, keys: keys, samples: samples, bells: bellsOver(g), long: long, usual: lensUsual, spread: lensSpread, tried: lensTried[:], w: make([]float64, g.len())}
}

// expect takes the focal length, over the picture's longer side, from the film's file.
func (l *learner) expect(focal float64) {
	l.usual, l.spread = focal*lensCut, lensToldSD
	l.tried = nil
	for k := -lensToldSteps; k <= lensToldSteps; k++ {
		l.tried = append(l.tried, l.usual*math.Exp(float64(k)*l.spread))
	}
}

// What a file tells of its lens.
const (
	lensCut       = 1.1 // a film's pictures show this much less than the lens could: stabilization cuts off none to a fifth
	lensToldSD    = 0.1 // 1 sd of the logarithm of what is left: that, and pictures of 4:3 and 16:9
	lensToldSteps = 2   // standard deviations to either side that are tried
)

// bellsOver lays bells over the pins, no two nearer than centerApartMM.
func bellsOver(g *grid) []bell {
	var out []bell
	for i := range g.x {
		far := true
		for _, b := range out {
			far = far && math.Hypot(g.x[i]-b.x, g.y[i]-b.y) >= centerApartMM
		}
		if far {
			out = append(out, bell{x: g.x[i], y: g.y[i]})
		}
	}
	for k := range out {
		out[k].at = make([]float64, g.len())
		for i := range g.x {
			times := 1.0
			if g.stable[i] == 0 {
				times = neckSDTimes
			}
			out[k].at[i] = times * near(g.x[i]-out[k].x, g.y[i]-out[k].y)
		}
	}
	return out
}

// near is how alike two places' depths differ from everybody's, from 1 to 0.
func near(dx, dy float64) float64 {
	return math.Exp(-(dx*dx + dy*dy) / (2 * depthReachMM * depthReachMM))
}

// learn finds the person's head: for each lens poses and depths in turn, then the
// lens by which the pins miss least, beside what is usual. The head stays everybody's where there is too little
// to learn from.
func (l *learner) learn(usual lens) *head {
	best := usualHead(l.g, usual)
	if len(l.samples) < shapeFewest {
		return best
	}
	best.lens.f = l.long * l.bestLens(usual)
	if _, ok := l.improve(best, shapeRounds); !ok {
		return usualHead(l.g, usual)
	}
	l.zero(best)
	return best
}

// bestLens is the focal length, over the picture's longer side, by which the pins
// miss least, beside what is usual: the top of the parabola through the best one
// tried and its neighbors.
func (l *learner) bestLens(usual lens) float64 {
	cost := make([]float64, len(l.tried))
	samples := thinned(l.samples, lensSamples)
	var wait sync.WaitGroup
	for i, f := range l.tried {
		wait.Go(func() {
			try := *l // with room of its own
			try.samples, try.w, try.fit = samples, make([]float64, l.g.len()), poseFit{}
			c, ok := try.improve(usualHead(l.g, lens{f * l.long, usual.cx, usual.cy}), shapeFirst)
			d := math.Log(f/l.usual) / l.spread
			if cost[i] = c + d*d/2; !ok {
				cost[i] = math.Inf(1)
			}
		})
	}
	wait.Wait()
	best := 0
	for i, c := range cost {
		if c < cost[best] {
			best = i
		}
	}
	if best == 0 || best == len(l.tried)-1 {
		return l.tried[best]
	}
	x0, x1, x2 := math.Log(l.tried[best-1]), math.Log(l.tried[best]), math.Log(l.tried[best+1])
	a, b := (cost[best-1]-cost[best])/(x1-x0), (cost[best+1]-cost[best])/(x2-x1)
	if !(a+b > 0) || math.IsInf(a+b, 0) {
		return l.tried[best]
	}
	return math.Exp(x1 + (a*(x2-x1)-b*(x1-x0))/(2*(a+b)))
}

// thinned are about n of the samples, spread over them; those that key frames were
// taken from are all among them.
func thinned(all []*sample, n int) []*sample {
	step := max(len(all)/n, 1)
	var out []*sample
	for i, s := range all {
		if i%step == 0 || s.linked {
			out = append(out, s)
		}
	}
	return out
}

// improve fits the head's depths to the samples in so many rounds, and says what
// the fit costs (minus a log-likelihood).
func (l *learner) improve(h *head, rounds int) (cost float64, ok bool) {
	g, n := l.g, l.g.len()
	hess, grad := make([]float64, n), make([]float64, n)
	keys := map[*sampleKey]*placed{}
	poses := make(map[*sample]pose, len(l.samples))
	var miss []float64 // by each pin on bone, px
	for round := range rounds + 1 {
		clear(hess)
		clear(grad)
		bony := false
		var missed *[]float64 // asked for in the last round only
		if round == rounds {
			missed = &miss
		}
		for _, k := range l.keys {
			p, ok := l.place(h, k, poses)
			if !ok {
				delete(keys, k)
				continue
			}
			keys[k] = p
			for _, s := range l.samples {
				if s.key != k {
					continue
				}
				at, known := poses[s]
				rounds := 1 // the depths have changed but a little
				if !known {
					at, rounds = p.pose, poseRounds
				}
				g.weights(l.w, &s.sighting, &k.sighting)
				if !h.lens.fitPose(&at, p.s, s.x, s.y, l.w, rounds, &l.fit) {
					continue
				}
				poses[s] = at
				bony = l.slopes(h, p, s, &at, hess, grad, missed) || bony
			}
		}
		if !bony {
			return 0, false
		}
		if round == rounds {
			slices.Sort(miss)
			cost = float64(len(miss)) / shapeShared * math.Log(math.Max(signal.Middle(miss), missLeastPx))
			break
		}
		if !l.deepen(h, hess, grad, round == rounds-1) {
			return 0, false
		}
	}
	for i, d := range h.depth {
		d = (d - g.deep[i]) / g.depthSD(i)
		cost += d * d / 2 / (depthReachMM * depthReachMM / (g.step * g.step))
	}
	return cost, true
}

// placed is a key frame's pins in the head's frame.
type placed struct {
	pose pose
	s    [][3]float64
}

func (l *learner) place(h *head, k *sampleKey, poses map[*sample]pose) (*placed, bool) {
	p := &placed{s: make([][3]float64, l.g.len())}
	ok := true
	if k.from == nil {
		p.pose, ok = h.begin(l.g, &k.sighting, l.w, &l.fit)
	} else {
		p.pose, ok = poses[k.from]
	}
	if ok {
		h.points(p.s, &p.pose, k.x, k.y)
	}
	return p, ok
}

// slopes adds a sample's normal equations for the depths, one by one, and says
// whether it has pins on bone. Where miss is not nil it appends to it what those miss
// their places by, px. Like poseFit.normal it leaves out what is multiplied by nothing.
func (l *learner) slopes(h *head, p *placed, s *sample, at *pose, hess, grad []float64, miss *[]float64) (bony bool) {
	b := p.pose.back(p.pose.t)
	r, t, lens := at.r, at.t, h.lens
	for i := range p.s {
		held := s.key.like[i]
		if s.like[i] == 0 || held == 0 {
			continue
		}
		x, y, z := p.s[i][0], p.s[i][1], p.s[i][2]
		q0 := r[0][0]*x + r[0][1]*y + r[0][2]*z + t[0]
		q1 := r[1][0]*x + r[1][1]*y + r[1][2]*z + t[1]
		away := -(r[2][0]*x + r[2][1]*y + r[2][2]*z + t[2])
		size := lens.f / away
		ru, rv := float64(s.x[i])-(lens.cx+size*q0), float64(s.y[i])-(lens.cy-size*q1)
		// A step of depth goes along the key frame's ray: s + b is far times r.
		far := (h.depth[i] + b[2])
		dx, dy := (x+b[0])/far, (y+b[1])/far
		d0 := r[0][0]*dx + r[0][1]*dy + r[0][2]
		d1 := r[1][0]*dx + r[1][1]*dy + r[1][2]
		d2 := r[2][0]*dx + r[2][1]*dy + r[2][2]
		du := size*d0 + size*q0/away*d2
		dv := -size*d1 + -size*q1/away*d2
		e := (ru*ru + rv*rv) / (4 * shapeNoisePx * shapeNoisePx)
		e = 1 / (1 + e)
		w := e * e * float64(held) / (shapeNoisePx * shapeNoisePx)
		hess[i] += w * (du*du + dv*dv)
		grad[i] += w * (du*ru + dv*rv)
		if l.g.stable[i] >= bonyStable {
			bony = true
			if miss != nil {
				*miss = append(*miss, math.Hypot(ru, rv))
			}
		}
	}
	return bony
}

// deepen takes the depths to where the slopes and what is usual balance: the sum of
// bells first, then what each pin differs by itself. last says how well they are
// known too.
func (l *learner) deepen(h *head, hess, grad []float64, last bool) bool {
	g, m := l.g, len(l.bells)
	n := g.len()
	a, b := make([]float64, m*m), make([]float64, m)
	for j, bj := range l.bells {
		for k := j; k < m; k++ {
			v := near(bj.x-l.bells[k].x, bj.y-l.bells[k].y) / (depthSD * depthSD)
			if j == k {
				v *= 1 + bellDamp
			}
			for i := range n {
				v += hess[i] * bj.at[i] * l.bells[k].at[i]
			}
			a[j*m+k], a[k*m+j] = v, v
		}
		for i := range n {
			b[j] += bj.at[i] * (hess[i]*(h.depth[i]-g.deep[i]) + grad[i])
		}
	}
	inv := append([]float64(nil), a...)
	if !linear.Solve(a, b, m, 1) {
		return false
	}
	const own = 1 / (depthOwnMM * depthOwnMM)
	for i := range n {
		smooth := g.deep[i]
		for j := range m {
			smooth += b[j] * l.bells[j].at[i]
		}
		// What the pin itself misses, with the smooth depth taken in.
		left := grad[i] - hess[i]*(smooth-h.depth[i])
		to := smooth + left/(hess[i]+own)
		h.depth[i] += math.Max(-depthStepMM, math.Min(depthStepMM, to-h.depth[i]))
	}
	if !last {
		return true
	}
	cov := make([]float64, m*m)
	for j := range m {
		cov[j*m+j] = 1
	}
	if !linear.Solve(inv, cov, m, m) {
		return false
	}
	for i := range n {
		variance := 1 / (hess[i] + own)
		for j := range m {
			for k := range m {
				variance += l.bells[j].at[i] * cov[j*m+k] * l.bells[k].at[i]
			}
		}
		h.sd[i] = math.Sqrt(variance)
	}
	return true
}

const bellDamp = 1e-6 // of a bell's own weight: keeps the sum of near bells from being undetermined

// zero turns the head's frame to where the mesh sees the face look, in the middle of
// all samples: one picture's mesh is wrong by a degree or two. How far up the face
// looks is told by what lies above the mouth, which stands with the skull: a jaw that
// is longer or further back than everybody's looks like a nod. Yaw and roll are told
// by the whole face, whose outline is their longest lever.
func (l *learner) zero(h *head) {
	poses := map[*sample]pose{}
	canon := l.g.canon
	l.samples = thinned(l.samples, zeroSamples)
	var w [2][]float64 // of the whole face, and of what lies above the mouth
	for k := range w {
		w[k] = make([]float64, len(canon))
	}
	for i, c := range canon {
		w[0][i] = 1
		if c[1] > canon[vSubnasale][1] {
			w[1][i] = 1
		}
	}
	x, y := make([]float32, len(canon)), make([]float32, len(canon))
	var fit poseFit
	var mean [3]float64
	count := 0
	for _, k := range l.keys {
		p, ok := l.place(h, k, poses)
		if !ok {
			continue
		}
		for _, s := range l.samples {
			if s.key != k {
				continue
			}
			at := p.pose
			l.g.weights(l.w, &s.sighting, &k.sighting)
			if !h.lens.fitPose(&at, p.s, s.x, s.y, l.w, poseRounds, &l.fit) {
				continue
			}
			poses[s] = at
			for v := range x {
				x[v], y[v] = s.mesh[v][0], s.mesh[v][1]
			}
			whole, upper := at, at
			if !h.lens.fitPose(&whole, canon, x, y, w[0], poseRounds, &fit) || !h.lens.fitPose(&upper, canon, x, y, w[1], poseRounds, &fit) {
				continue
			}
			mean[0] += turnFrom(&at, &upper)[0]
			d := turnFrom(&at, &whole)
			mean[1] += d[1]
			mean[2] += d[2]
			count++
		}
	}
	if count > 0 {
		for i := range mean {
			mean[i] /= float64(count)
		}
		h.zero.r = turnBy(mean)
	}
}

// turnFrom is the small turn within the head's frame (rad) by which pose q differs
// from p.
func turnFrom(p, q *pose) [3]float64 {
	var d [3][3]float64
	for i := range 3 {
		for j := range 3 {
			for m := range 3 {
				d[i][j] += p.r[m][i] * q.r[m][j]
			}
		}
	}
	return [3]float64{(d[2][1] - d[1][2]) / 2, (d[0][2] - d[2][0]) / 2, (d[1][0] - d[0][1]) / 2}
}
