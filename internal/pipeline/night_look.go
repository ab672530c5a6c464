package pipeline

import (
	"math"
	"slices"

	"facialis/event"
	"facialis/internal/signal"
	"facialis/measure"
	"facialis/night"
	"facialis/spasm"
)

// nightLook is what a night adds to what was looked at.
type nightLook struct {
	blocks []night.Block
	found  spasm.Result  // all of the detector's own
	events []event.Event // those that stay, see night.Keep and night.Sure
	moving []event.Span
	held   []measure.Span
	hidden [2][]measure.Span // of each side, when it lay in the pillow or under a hand
}

// nightOf searches the trace of a night, [from, to) of its film. It changes the trace:
// what shut lids cannot show is taken out.
func (w *looked) nightOf(tr *event.Trace, opt Options, from, to float64) *nightLook {
	// What is learned of a person (how far the eyes open, where the lids rest, which eye
	// is hidden) is learned of each stretch by itself.
	type stretch struct {
		tr     *event.Trace
		opens  float64
		shut   [][2]int
		hidden [2][]bool
	}
	var all []stretch
	var lids []night.Lids
	n := &nightLook{}
	for i, in := range tr.Stretches() {
		s := stretch{tr: tr.Between(in[0], in[1])}
		s.opens = night.Opens(s.tr)
		own := night.LidsOf(s.tr, s.opens)
		lids = append(lids, own...)
		s.shut, s.hidden = night.Shut(s.tr, own), night.Hidden(s.tr)
		for side := range s.hidden {
			n.hidden[side] = append(n.hidden[side], spansWhere(s.tr.T, s.hidden[side])...)
		}
		closed := w.closed[i].columns(s.tr.T)
		if opt.Mirrored != nil && *opt.Mirrored {
			closed[0], closed[1] = closed[1], closed[0]
		}
		night.Mask(s.tr, own, s.hidden, closed)
		all = append(all, s)
	}
	n.blocks = blocksOf(tr, lids, w.gate, from, to)
	n.moving, n.held = movingOf(n.blocks), heldSpans(n.blocks)
	n.found = spasm.Find(tr, nil, opt.Spasm)
	events := n.found.Events
	for i, s := range all {
		k := len(events)
		if i+1 < len(all) {
			k = slices.IndexFunc(events, func(e event.Event) bool { return e.OnsetS >= all[i+1].tr.T[0] })
			if k < 0 {
				k = len(events)
			}
		}
		own := slices.Clone(events[:k])
		n.events = append(n.events, night.Keep(s.tr, s.shut, s.hidden, n.moving, orZero(s.opens), night.Sure(spasm.Look(s.tr, own), own))...)
		events = events[k:]
	}
	measure.Sizes(n.events, tr)
	return n
}

// opensMost is how far the eyes open in the longest stretch of a trace, mm.
func opensMost(tr *event.Trace) float64 {
	var most [2]int
	for _, in := range tr.Stretches() {
		if in[1]-in[0] > most[1]-most[0] {
			most = in
		}
	}
	return night.Opens(tr.Between(most[0], most[1]))
}

// view is what was seen, what was held included and movement of the head left out.
func (n *nightLook) view(tr *event.Trace, events []event.Event) (measure.View, *event.Sight) {
	v, sight := View(tr, events)
	still(&v, n.moving)
	for s := range v.Region {
		rest := outside(n.hidden[s])
		for k := range v.Region[s] {
			v.Region[s][k] = measure.Intersect(v.Region[s][k], rest)
		}
		v.Side[s] = measure.Intersect(v.Side[s], rest)
	}
	v.Any = measure.Union(slices.Concat(v.Side[0], v.Side[1]))
	hold(&v, n.held)
	return v, sight
}

// blocksOf are the blocks of [from, to) of the film.
func blocksOf(tr *event.Trace, lids []night.Lids, g *gate, from, to float64) []night.Block {
	var out []night.Block
	i := 0
	joints := tr.Joints
	for b := 0; from+float64(b)*night.BlockS < to-1e-9; b++ {
		t := from + float64(b)*night.BlockS
		k := night.Block{FromS: t}
		for ; len(joints) > 0 && joints[0] < t+night.BlockS; joints = joints[1:] {
			if joints[0] >= t { // the block is what follows the joint
				k.Joint = true
				for i < tr.Len() && tr.T[i] < joints[0] {
					i++
				}
			}
		}
		for i < tr.Len() && tr.T[i] < t {
			i++
		}
		j := i
		count := map[night.Lids]int{}
		for ; j < tr.Len() && tr.T[j] < t+night.BlockS; j++ {
			if tr.Quality[j] > 0 {
				k.Face = true
			}
			count[lids[j]]++
		}
		if j > i {
			for _, l := range [...]night.Lids{night.LidsOpen, night.LidsShut} {
				if 2*count[l] > j-i && j-i >= leastLidFrames {
					k.Lids = l
				}
			}
			first := i
			if !k.Joint {
				first = max(i-1, 0)
			}
			k.Moving = movesIn(tr, first, j)
		} else if n := len(out); n > 0 && g.quietAt(t+night.BlockS/2) && (out[n-1].Face || out[n-1].Held) {
			k.Held, k.Lids = true, out[n-1].Lids
		}
		if !k.Face && g.stirs(t, t+night.BlockS) {
			k.Moving = true
		}
		i = j
		out = append(out, k)
	}
	return out
}

// movesIn says that the face moves within frames [i, j).
func movesIn(tr *event.Trace, i, j int) bool {
	j--
	var x, y, a []float64
	for f := i; f <= j; f++ {
		if tr.Quality[f] > 0 {
			x, y = append(x, float64(tr.FaceX[f])), append(y, float64(tr.FaceY[f]))
			if r := float64(tr.Roll[f]); r == r {
				a = append(a, r)
			}
		}
	}
	if len(x) < 2 {
		return false
	}
	mm := tr.MMPerPx
	if mm != mm || mm == 0 {
		mm = 150 / math.Max(signal.Median(floats(tr.FaceW[i:j+1])), 1) // a face is about so wide, mm
	}
	width := func(v []float64) float64 {
		if len(v) == 0 {
			return 0
		}
		return slices.Max(v) - slices.Min(v)
	}
	return math.Hypot(width(x), width(y))*mm > movingMM || width(a) > movingDeg
}

// movingOf are the stretches of blocks in which the face moves, half a second longer at
// either end, of the film's time.
func movingOf(blocks []night.Block) []event.Span {
	var out []event.Span
	for _, b := range blocks {
		if !b.Moving {
			continue
		}
		from, to := b.FromS-night.BlockS, b.FromS+2*night.BlockS
		if n := len(out); n > 0 && from <= out[n-1].ToS {
			out[n-1].ToS = to
			continue
		}
		out = append(out, event.Span{FromS: from, ToS: to})
	}
	return out
}

// still takes the times in which the face moves out of a view: nothing is looked for
// there.
func still(v *measure.View, moving []event.Span) {
	var spans []measure.Span
	for _, m := range moving {
		spans = append(spans, measure.Span{FromS: m.FromS, ToS: m.ToS})
	}
	rest := outside(spans)
	each(v, v, func(list []measure.Span) []measure.Span { return measure.Intersect(list, rest) })
}

// outside is all time outside spans, which are in order.
func outside(spans []measure.Span) []measure.Span {
	at := math.Inf(-1)
	var out []measure.Span
	for _, s := range spans {
		out = append(out, measure.Span{FromS: at, ToS: s.FromS})
		at = s.ToS
	}
	return measure.Union(append(out, measure.Span{FromS: at, ToS: math.Inf(1)}))
}

// spansWhere are the stretches of frames at which something is so.
func spansWhere(t []float64, is []bool) []measure.Span {
	var out []measure.Span
	for i := 0; i < len(t); i++ {
		if !is[i] {
			continue
		}
		j := i
		for j+1 < len(t) && is[j+1] {
			j++
		}
		out = append(out, measure.Span{FromS: t[i], ToS: t[j]})
		i = j
	}
	return out
}

func floats(c []float32) (v []float64) {
	for _, x := range c {
		if x == x {
			v = append(v, float64(x))
		}
	}
	return v
}

// quietAt says that pictures were kept back at time t.
func (g *gate) quietAt(t float64) bool {
	return g != nil && slices.ContainsFunc(g.spans, func(s gateRun) bool { return s.kind == gateQuiet && t >= s.from-gateFarS && t <= s.to+gateFarS })
}

// stirs says that much of the picture moves between two times.
func (g *gate) stirs(from, to float64) bool {
	return g != nil && slices.ContainsFunc(g.spans, func(s gateRun) bool { return s.kind == gateStir && s.from < to && s.to >= from })
}

// heldSpans are the stretches of blocks that were held, of the film's time.
func heldSpans(blocks []night.Block) []measure.Span {
	var out []measure.Span
	for _, b := range blocks {
		if !b.Held {
			continue
		}
		if n := len(out); n > 0 && b.FromS-out[n-1].ToS < 1e-6 {
			out[n-1].ToS = b.FromS + night.BlockS
			continue
		}
		out = append(out, measure.Span{FromS: b.FromS, ToS: b.FromS + night.BlockS})
	}
	return slices.DeleteFunc(out, func(s measure.Span) bool { return s.Len() < heldLeastS })
}

// hold adds to a view the stretches in which nothing moved, for the regions that were
// seen just before.
func hold(v *measure.View, held []measure.Span) {
	add := func(list []measure.Span) []measure.Span {
		var more []measure.Span
		for _, h := range held {
			if within(list, h.FromS-night.BlockS) || within(list, h.FromS-2*night.BlockS) {
				more = append(more, measure.Span{FromS: h.FromS - 2*night.BlockS, ToS: h.ToS + night.BlockS})
			}
		}
		return measure.Union(slices.Concat(list, more))
	}
	v.Face = add(v.Face)
	for s := range v.Region {
		var all []measure.Span
		for k := range v.Region[s] {
			v.Region[s][k] = add(v.Region[s][k])
			all = append(all, v.Region[s][k]...)
		}
		v.Side[s] = measure.Union(all)
	}
	v.Any = measure.Union(slices.Concat(v.Side[0], v.Side[1]))
}

func within(list []measure.Span, t float64) bool {
	return slices.ContainsFunc(list, func(s measure.Span) bool { return t >= s.FromS && t < s.ToS })
}
