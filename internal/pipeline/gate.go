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
