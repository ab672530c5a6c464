package pipeline

import (
	"context"
	"math"
	"sync"

	"facialis/face"
	"facialis/video"
)

// A gate lets the pictures of a night through to be measured only while something
// moves where the face is, and some seconds before and after, so that a movement is
// held against the rest around it. What it keeps back was decoded and looked at, but
// not measured. Where no face is known it lets one picture through now and then.
//
// It compares means of small squares ("bins", about 2 mm of the face) with those a
// quarter of a second and a second ago, in blocks of four by four bins. A block has
// changed where its mean difference, less what all blocks have in common, is well above
// what is usual for it, which its own running median tells.
//
// Where the face is comes from another goroutine, which finds it in the pictures that
// went through. The gate takes it up a set time of the film later, and waits for it where
// that goroutine is slower: so the same film gives the same pictures on every machine.
type gate struct {
	ring   []*video.Frame // copies of pictures kept back, the oldest first
	spare  []*video.Frame // for more copies
	all    bool           // everything goes through
	until  float64        // pictures up to this time go through, s
	looked float64        // when a picture last went through, s
	opened bool
	joint  float64 // when what is seen now was first seen, s: see forget
	counts [2]int  // Passed and Kept until then

	mu     sync.Mutex
	boxes  []faceBox     // where the face was in what went through, not taken up yet; side 0: not found
	news   chan struct{} // another one came; nil where nobody looks for the face
	passed []float64     // when what is not taken up went through, s

	box  faceBox             // where the face was last, of what was taken up
	area faceBox             // where is looked now
	bins [gateKept][]float32 // of the latest pictures
	at   [gateKept]float64   // their times, s
	n    int                 // pictures looked at since the area was chosen
	bw   int                 // bins in a row
	bh   int
	bin  int       // px
	rest []float32 // of each bin, what the head's own movement does not explain
	usual,
	diff []float32 // of each block

	Passed, Kept int       // pictures
	spans        []gateRun // in order of time, for the blocks of the night
}

// gateRun is a stretch of time, seconds, in which pictures were kept back, or in which
// much of the picture moved.
type gateRun struct {
	from, to float64
	kind     gateKind
}

type gateKind int

const (
	gateQuiet gateKind = iota // nothing moved: not measured
	gateStir                  // much of the picture moved
)

// faceBox is where the face is, px; side 0 where none is.
type faceBox struct{ x, y, side, at float64 }

// The gate's numbers; docs/night.md has what they let through and what they miss.
const (
	gateKept      = 48   // pictures whose bins are kept: a second at up to 48 a second
	gateNearS     = 0.25 // is how long ago the nearer picture is that is compared with
	gateFarS      = 1.0  // and the further one
	gateBeforeS   = 2.5  // pictures before a movement are measured
	gateAfterS    = 3.5  // and after it
	gateFactor    = 1.9  // times what is usual for a block is a change
	gateFloor     = 0.35 // and at least so many luma steps
	gateBlocks    = 2    // blocks have to change
	gateStirShare = 0.35 // of the blocks, or more, is a stir: the head or the body moves
	gateStirTimes = 3.0  // times the usual, by the median block, is one too
	gateHeartS    = 60.0 // once in so long the gate opens
	gateBeatS     = 2.0  // for so long, to see that all is as it was
	gateMeetS     = 4.0  // and for so long when a face has come
	gateNoFaceS   = 5.0  // without a face one picture in so long is looked at
	gateLagS      = 0.3  // of the film later it is taken up where the face was
	gateLostS     = 4.0  // the face is lost when it was not found for so long while pictures went through
	gateBinsAFace = 75   // bins across a face
	gateAround    = 1.15 // the area looked at, in widths of the face
	gateMost      = 90   // pictures kept back at most, whatever their rate
	gateLearn     = 0.02 // step of the running median, as a share
)

// newGate is a gate that hears of each picture that goes through by saw.
func newGate(all bool) *gate { return &gate{all: all, news: make(chan struct{}, 1)} }

// saw tells the gate where the face is in the next picture of those that went through.
func (g *gate) saw(t float64, o *face.Observation) {
	var b faceBox
	if o.Found && o.Landmarks != nil {
		x0, y0, x1, y1 := math.Inf(1), math.Inf(1), math.Inf(-1), math.Inf(-1)
		for _, v := range [...]int{10, 152, 234, 454} { // forehead, chin and both cheeks
			p := o.Landmarks.Points[v]
			x0, y0, x1, y1 = min(x0, float64(p.X)), min(y0, float64(p.Y)), max(x1, float64(p.X)), max(y1, float64(p.Y))
		}
		b = faceBox{(x0 + x1) / 2, (y0 + y1) / 2, max(x1-x0, y1-y0), t}
	}
	g.mu.Lock()
	g.boxes = append(g.boxes, b)
	g.mu.Unlock()
	select {
	case g.news <- struct{}{}:
	default:
	}
}

// learn takes up where the face was in what went through gateLagS before time t, s, and
// waits until that is known or ctx ends.
func (g *gate) learn(ctx context.Context, t float64) {
	for g.news != nil && len(g.passed) > 0 && g.passed[0] <= t-gateLagS {
		g.mu.Lock()
		known := min(len(g.boxes), len(g.passed))
		for known > 0 && g.passed[0] <= t-gateLagS {
			if g.boxes[0].side > 0 && g.boxes[0].at >= g.joint {
				g.box = g.boxes[0]
			}
			g.boxes, g.passed = g.boxes[1:], g.passed[1:]
			known--
		}
		g.mu.Unlock()
		if len(g.passed) == 0 || g.passed[0] > t-gateLagS {
			return
		}
		select {
		case <-g.news:
		case <-ctx.Done():
			return
		}
	}
}

// next takes the next picture and gives those that are to be measured now, in order of
// time. What it gives is the caller's to release; what it keeps it releases itself.
func (g *gate) next(ctx context.Context, f *video.Frame) []*video.Frame {
	g.learn(ctx, f.T)
	if f.Cut {
		g.area = faceBox{}
	}
	if f.Joint {
		g.forget(f.T)
	}
	had := g.area.side > 0
	moved, stir := g.change(f)
	if stir {
		g.note(f.T, gateStir)
	}
	known := g.area.side > 0
	switch {
	case known && !had: // a face has come
		g.until = f.T + gateMeetS
	case g.all:
		known, g.until = true, f.T
	case !known:
		// One picture now and then, more often while something moves.
		wait := gateNoFaceS
		if stir || moved {
			wait /= 5
		}
		if !g.opened || f.T-g.looked >= wait {
			g.until = f.T
		}
	case moved || stir:
		g.until = max(g.until, f.T+gateAfterS)
	case f.T-g.looked >= gateHeartS:
		g.until = max(g.until, f.T+gateBeatS)
	}
	if g.joint > 0 && f.T < g.joint+gateMeetS { // whoever is seen now is to be met
		g.until = max(g.until, f.T)
	}
	if f.T > g.until {
		g.keep(f)
		g.note(f.T, gateQuiet)
		return nil
	}
	out := append(g.ring, f)
	if !known {
		g.Kept += len(out) - 1
		g.spare = append(g.spare, g.ring...)
		out = out[len(out)-1:]
	}
	g.ring = nil
	g.opened, g.looked = true, f.T
	g.Passed += len(out)
	for range out {
		g.passed = append(g.passed, f.T)
	}
	if known && len(out) > 1 { // what was kept back for a while is measured after all
		g.unquiet(out[0].T)
	}
	return out
}

// forget lets go of all that is known of what was seen before time t, s: something else
// is seen from then on.
func (g *gate) forget(t float64) {
	g.joint, g.box, g.bins[0] = t, faceBox{}, nil
	g.Kept += len(g.ring)
	g.spare, g.ring = append(g.spare, g.ring...), nil
	g.counts = [2]int{g.Passed, g.Kept}
}

// again is a gate for the film from the latest joint on, with what was noted before.
func (g *gate) again() *gate {
	n := newGate(g.all)
	n.joint, n.counts, n.Passed, n.Kept = g.joint, g.counts, g.counts[0], g.counts[1]
	for _, s := range g.spans {
		if s.from < g.joint {
			s.to = min(s.to, g.joint)
			n.spans = append(n.spans, s)
		}
	}
	return n
}

// keep keeps a copy of the picture for some seconds: the decoder has few to lend.
func (g *gate) keep(f *video.Frame) {
	var c *video.Frame
	if n := len(g.spare); n > 0 && g.spare[n-1].W == f.W && g.spare[n-1].H == f.H {
		c, g.spare = g.spare[n-1], g.spare[:n-1]
	} else {
		c = video.NewFrame(f.W, f.H)
	}
	copy(c.Y, f.Y)
	copy(c.Cb, f.Cb)
	copy(c.Cr, f.Cr)
	c.Index, c.T, c.Cut, c.Joint, c.UnfilmedS, c.Full, c.BT709 = f.Index, f.T, f.Cut, f.Joint, f.UnfilmedS, f.Full, f.BT709
	f.Release()
	g.ring = append(g.ring, c)
	for len(g.ring) > 0 && (c.T-g.ring[0].T > gateBeforeS || len(g.ring) > gateMost) {
		g.spare = append(g.spare, g.ring[0])
		g.ring = g.ring[1:]
		g.Kept++
	}
}

// end lets go of what is kept.
func (g *gate) end() {
	g.Kept += len(g.ring)
	g.ring, g.spare = nil, nil
}

// note adds time t to the stretch of its kind that goes on, or begins one.
func (g *gate) note(t float64, kind gateKind) {
	for i := len(g.spans) - 1; i >= 0 && i >= len(g.spans)-3; i-- {
		if s := &g.spans[i]; s.kind == kind && t-s.to <= gateFarS {
			s.to = t
			return
		}
	}
	g.spans = append(g.spans, gateRun{t, t, kind})
}

// unquiet takes the time from t on out of the latest quiet stretch.
func (g *gate) unquiet(t float64) {
	for i := len(g.spans) - 1; i >= 0; i-- {
		if s := &g.spans[i]; s.kind == gateQuiet {
			if s.to > t {
				s.to = max(t, s.from)
			}
			return
		}
	}
}

// choose settles where is looked: about the face where one was seen lately, else the
// whole picture, coarsely.
func (g *gate) choose(f *video.Frame) {
	b := g.box
	var want faceBox
	if b.side > 0 && (b.at >= g.looked-gateLostS || f.T-b.at < gateLostS) {
		want = b
		want.side *= gateAround
	}
	same := g.bins[0] != nil && (want.side > 0) == (g.area.side > 0) &&
		math.Hypot(want.x-g.area.x, want.y-g.area.y) < 0.12*max(want.side, 1) && math.Abs(want.side-g.area.side) <= 0.15*want.side
	if same {
		return
	}
	g.area, g.n = want, 0
	if want.side > 0 {
		g.bin = max(1, int(math.Round(want.side/gateAround/gateBinsAFace)))
		n := int(want.side) / g.bin / 4 * 4
		g.bw, g.bh = max(n, 8), max(n, 8)
	} else {
		g.bin = max(4, f.H/60)
		g.bw, g.bh = f.W/g.bin/4*4, f.H/g.bin/4*4
	}
	for i := range g.bins {
		g.bins[i] = make([]float32, g.bw*g.bh)
	}
	g.rest = make([]float32, g.bw*g.bh)
	g.usual, g.diff = make([]float32, g.bw/4*(g.bh/4)), make([]float32, g.bw/4*(g.bh/4))
}

// change says whether something moved where is looked, and whether most of it did.
func (g *gate) change(f *video.Frame) (moved, stir bool) {
	g.choose(f)
	x0, y0 := 0, 0
	if g.area.side > 0 {
		x0, y0 = int(g.area.x)-g.bw*g.bin/2, int(g.area.y)-g.bh*g.bin/2
	}
	k := g.n % gateKept
	now := g.bins[k]
	g.at[k] = f.T
	binMeans(now, f, x0, y0, g.bw, g.bh, g.bin)
	g.n++
	for _, back := range [...]float64{gateNearS, gateFarS} {
		j := g.before(k, f.T-back)
		if j < 0 {
			continue
		}
		m, s := g.compare(now, g.bins[j], back == gateNearS)
		moved, stir = moved || m, stir || s
	}
	return moved, stir
}

// before is the kept picture nearest to time t, -1 where none is old enough.
func (g *gate) before(k int, t float64) int {
	for i := 1; i < min(g.n, gateKept); i++ {
		j := (k - i + gateKept) % gateKept
		if g.at[j] <= t+0.02 {
			return j
		}
	}
	return -1
}

// compare holds two pictures' bins against each other. learn says that the usual
// difference is learned from them.
func (g *gate) compare(a, b []float32, learn bool) (moved, stir bool) {
	g.still(a, b)
	nx, ny := g.bw/4, g.bh/4
	first := g.usual[0] == 0
	var over, beyond float64
	ratios := make([]float32, 0, len(g.diff))
	for y := range ny {
		for x := range nx {
			var sum float32
			for j := range 4 {
				at := (4*y+j)*g.bw + 4*x
				for i := range 4 {
					d := g.rest[at+i]
					if d < 0 {
						d = -d
					}
					sum += d
				}
			}
			g.diff[y*nx+x] = sum / 16
		}
	}
	for i, d := range g.diff {
		if first {
			g.usual[i] = d + 0.05
		}
		ratios = append(ratios, d/g.usual[i])
	}
	// A new picture of the encoder's own changes all blocks alike: only what one does
	// beyond the others counts.
	all := max(aboutMedian(ratios), 1)
	for i, d := range g.diff {
		if d > gateFactor*all*g.usual[i]+gateFloor {
			over++
		}
		if d > gateStirTimes*g.usual[i]+gateFloor {
			beyond++
		}
	}
	if learn {
		for i, d := range g.diff {
			step := gateLearn * (g.usual[i] + 0.1)
			if d < g.usual[i] {
				step = -step
			}
			g.usual[i] = max(g.usual[i]+step, 0.05)
		}
	}
	return over >= gateBlocks, beyond >= gateStirShare*float64(len(g.diff))
}

// still leaves in g.rest how two pictures' bins differ beyond what a small movement of
// everything (a shift, a turn, a step nearer) and another exposure explain:
//
//	a − b ≈ c₀ + c₁·b + gx·(sx + z·u − r·v) + gy·(sy + z·v + r·u)
//
// by least squares over all bins, g being the mean gradient of both pictures. So a
// sleeper's breath does not open the gate, and a twitch, which moves a part of the face
// alone, does.
func (g *gate) still(a, b []float32) {
	w, h := g.bw, g.bh
	var m [gateTerms][gateTerms]float64
	var y [gateTerms]float64
	terms := func(i, j int) [gateTerms]float32 {
		k := j*w + i
		gx := (a[k+1] - a[k-1] + b[k+1] - b[k-1]) / 4
		gy := (a[k+w] - a[k-w] + b[k+w] - b[k-w]) / 4
		u, v := float32(i-w/2)/float32(w), float32(j-h/2)/float32(w)
		return [gateTerms]float32{1, b[k] / 64, gx, gy, gx*u + gy*v, gy*u - gx*v}
	}
	for j := 1; j < h-1; j += 2 { // every other bin is enough for six unknowns
		for i := 1 + j/2%2; i < w-1; i += 2 {
			x := terms(i, j)
			d := float64(a[j*w+i] - b[j*w+i])
			for p := range gateTerms {
				for q := range p + 1 {
					m[p][q] += float64(x[p] * x[q])
				}
				y[p] += float64(x[p]) * d
			}
		}
	}
	c := solveGate(&m, &y)
	for j := range h {
		for i := range w {
			k := j*w + i
			if i == 0 || j == 0 || i == w-1 || j == h-1 {
				g.rest[k] = 0
				continue
			}
			x := terms(i, j)
			d := a[k] - b[k]
			for p := range gateTerms {
				d -= x[p] * float32(c[p])
			}
			g.rest[k] = d
		}
	}
}

// gateTerms is how many unknowns a movement of everything has.
const gateTerms = 6

// solveGate solves the normal equations, whose lower half is given, by Cholesky.
func solveGate(m *[gateTerms][gateTerms]float64, y *[gateTerms]float64) (c [gateTerms]float64) {
	var l [gateTerms][gateTerms]float64
	for p := range gateTerms {
		for q := range p + 1 {
			v := m[p][q]
			if p == q {
				v += 1e-3 * (1 + v) // a flat picture has no gradient
			}
			for k := range q {
				v -= l[p][k] * l[q][k]
			}
			if p == q {
				l[p][p] = math.Sqrt(max(v, 1e-9))
			} else {
				l[p][q] = v / l[q][q]
			}
		}
	}
	var z [gateTerms]float64
	for p := range gateTerms {
		v := y[p]
		for k := range p {
			v -= l[p][k] * z[k]
		}
		z[p] = v / l[p][p]
	}
	for p := gateTerms - 1; p >= 0; p-- {
		v := z[p]
		for k := p + 1; k < gateTerms; k++ {
			v -= l[k][p] * c[k]
		}
		c[p] = v / l[p][p]
	}
	return c
}

// The histogram of [aboutMedian]: bins of a sixteenth, up to 8.
const (
	binsPerOne = 16
	medianBins = 8 * binsPerOne
)

// aboutMedian is the median of values from 0 to 8, to a sixteenth.
func aboutMedian(v []float32) float32 {
	var bins [medianBins]int
	for _, x := range v {
		bins[min(int(max(x, 0)*binsPerOne), medianBins-1)]++
	}
	n := 0
	for i, c := range bins {
		if n += c; 2*n >= len(v) {
			return float32(i) / binsPerOne
		}
	}
	return medianBins / binsPerOne
}

// binMeans are the means of w × h squares of side px each, from (x0, y0) on; what lies
// outside the picture is 0.
func binMeans(dst []float32, f *video.Frame, x0, y0, w, h, side int) {
	clear(dst)
	inv := 1 / float32(side*side)
	for j := range h {
		for dy := range side {
			y := y0 + j*side + dy
			if y < 0 || y >= f.H {
				continue
			}
			row := f.Y[y*f.W : (y+1)*f.W]
			for i := range w {
				a, b := max(x0+i*side, 0), min(x0+(i+1)*side, f.W)
				if a >= b {
					continue
				}
				sum := 0
				for _, v := range row[a:b] {
					sum += int(v)
				}
				dst[j*w+i] += float32(sum)
			}
		}
	}
	for i := range dst {
		dst[i] *= inv
	}
}
