package motion

import (
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/internal/signal"
)

// A video call or a webcam in the dark films fewer pictures a second than it
// stores, and stores some of them again. In a repeated picture nothing moves, so a
// twitch there looks like a staircase, and its speed is wrong. Stored again and
// compressed, such pictures are no longer equal; slow movements are even smoothed
// across them. A fast movement shows them: a step in which the skin stands still,
// while it goes the same way fast in the steps before and after it. And where
// nothing moves fast, the parts of the picture that change most show them: see
// changes.
//
// Repeats come in a pattern: fresh pictures of every period.
type pattern struct{ fresh, period int }

var patterns = []pattern{{1, 2}, {1, 3}, {2, 3}, {1, 4}, {3, 4}, {1, 5}, {2, 5}, {3, 5}, {4, 5}, {1, 6}, {5, 6}}

const longestPeriod = 6

// repeats reports whether a row holds a repeated picture.
func (p pattern) repeats(row int) bool {
	return (row+1)*p.fresh/p.period == row*p.fresh/p.period
}

const (
	leastFresh   = 7.9  // pictures a second: fewer are not told from movements that pause
	repeatFastMM = 0.3  // a movement of one step this large is fast
	repeatFastPx = 0.5  // and this large, px of the frame
	repeatStill  = 0.1  // of the movement before and after: what a repeated picture still moves, on average
	repeatWrong  = 0.07 // how often something else moves in a repeated picture
	repeatFlat   = 0.7  // density of that share where pictures are not repeated
	repeatEnter  = 10.0 // log likelihood ratio from which pictures are called repeated
	repeatLater  = 15.0 // the same in the midst of a film: most films are so from beginning to end
	repeatPhase  = 6.0  // the same for another phase of the same pattern
	repeatLeave  = 8.0  // and for their end
	repeatRows   = 9000 // rows decided at a time

	// For the change from picture to picture: see picturesSay.
	changeNoise  = 0.1 // levels of luma: less is as good as none
	changeFall   = 0.5 // log of the ratio from which a smaller change tells of a repeat
	changeWeight = 0.5 // the most that one step says
)

// repeatState is one pattern in one phase.
type repeatState struct {
	pattern
	phase int
}

var repeatStates = func() (all []repeatState) {
	for _, p := range patterns {
		for phase := range p.period {
			all = append(all, repeatState{p, phase})
		}
	}
	return all
}()

func (s repeatState) repeat(row int) bool { return s.repeats(row + s.phase) }

// around are the fresh steps before and after a repeated one.
func (s repeatState) around(row int) (before, after int) {
	before, after = row-1, row+1
	for s.repeats(before + s.phase + longestPeriod*s.period) {
		before--
	}
	for s.repeats(after + s.phase) {
		after++
	}
	return before, after
}

// stepper tells how much each part of the face moves from row to row.
type stepper struct {
	r      *rows
	parts  []part
	mmPx   float64 // nominal mm a px of the frame
	noise  []float64
	states []repeatState // that the film's rate allows
	memo   [longestPeriod + 1][longestPeriod + 1]float64
}

// part is a column whose steps are looked at.
type part struct {
	c    []float32
	mm   bool  // it is in nominal mm, not px
	mesh int32 // its bit in the rows' byMesh
	lid  []float32
}

// statesAt are the states that can be told in a film with so many seconds from
// picture to picture.
func statesAt(step float64) (all []repeatState) {
	for _, st := range repeatStates {
		if float64(st.fresh) >= leastFresh*step*float64(st.period) {
			all = append(all, st)
		}
	}
	return all
}

func newStepper(r *rows) *stepper {
	s := &stepper{r: r}
	var scale []float64
	for _, v := range r.scale {
		if v == v {
			scale = append(scale, v)
		}
	}
	if len(scale) == 0 {
		return nil
	}
	slices.Sort(scale)
	s.mmPx = 1 / signal.Middle(scale)
	s.states = statesAt(medianStep(r.t))
	s.parts = append(s.parts, part{c: r.fx}, part{c: r.fy})
	for side := range 2 {
		for k := range anatomy.NumRegions {
			bit := int32(1) << (side*anatomy.NumRegions + k)
			s.parts = append(s.parts, part{c: r.dx[side][k], mm: true, mesh: bit}, part{c: r.dy[side][k], mm: true, mesh: bit})
		}
		s.parts = append(s.parts, part{c: r.lidMM[side], mm: true, lid: r.lidSD[side]})
	}
	s.noise = make([]float64, len(s.parts))
	for j := range s.parts {
		var size []float64
		stride := max(len(r.t)/noiseSamples, 1)
		for i := 1; i < len(r.t); i += stride {
			if d := math.Abs(s.step(j, i)); d == d {
				size = append(size, d)
			}
		}
		if len(size) > 0 {
			slices.Sort(size)
			s.noise[j] = 3 * size[len(size)/4] / 0.32
		}
	}
	return s
}

// step is how far a part went in the step to a row, nominal mm; NaN where pixels
// did not hold it in both.
func (s *stepper) step(j, i int) float64 {
	p := &s.parts[j]
	if s.r.segment[i] != s.r.segment[i-1] || (s.r.byMesh[i]|s.r.byMesh[i-1])&p.mesh != 0 || p.lid != nil && !(max(p.lid[i], p.lid[i-1]) < lidUnseenMM) {
		return math.NaN()
	}
	d := float64(p.c[i]) - float64(p.c[i-1])
	if !p.mm {
		d *= s.mmPx
	}
	return d
}

// still is what the step to row i moves of the fast movements that go on from
// step before to step after; NaN where there are none.
func (s *stepper) still(before, i, after int) float64 {
	if before < 1 || after >= len(s.r.t) {
		return math.NaN()
	}
	var moved, fast float64
	least := max(repeatFastMM, repeatFastPx*s.mmPx)
	for j := range s.parts {
		a, b := s.step(j, before), s.step(j, after)
		if !(a*b > 0) {
			continue
		}
		m := min(math.Abs(a), math.Abs(b))
		d := s.step(j, i)
		if d != d || m < least || m < s.noise[j] {
			continue
		}
		moved += math.Abs(d)
		fast += m
	}
	if fast == 0 {
		return math.NaN()
	}
	return moved / fast
}

// says is the log likelihood ratio of step i being a repeat against its not being
// one.
func (s *stepper) says(before, i, after int) float64 {
	x := s.still(before, i, after)
	if x != x {
		return 0
	}
	return math.Log((repeatWrong + (1-repeatWrong)*math.Exp(-x/repeatStill)/repeatStill) / repeatFlat)
}

// picturesSay is the same by how much the pictures themselves change in the step,
// and in the fresh ones around it. One step counts for little: an encoder spends
// its bits unevenly, too.
func (s *stepper) picturesSay(before, i, after int) float64 {
	c := s.r.change
	if before < 1 || after >= len(c) {
		return 0
	}
	fresh := min(c[before], c[after])
	fall := math.Log(float64(fresh+changeNoise) / float64(c[i]+changeNoise))
	if fall != fall {
		return 0
	}
	return changeWeight * max(-1, min(fall-changeFall, 1))
}

// repeats finds which rows hold repeated pictures, by how the skin moves or, where
// that shows none, by how the pictures change. It is nil where there are none.
func (r *rows) repeats() []repeatRun {
	s := newStepper(r)
	if s == nil {
		return nil
	}
	if runs := s.runs(s.says); runs != nil {
		return runs
	}
	return s.runs(s.picturesSay)
}

// evidence is the log likelihood ratio of step i being a repeat against its not
// being one, where the fresh steps around it are before and after.
type evidence func(before, i, after int) float64

// runs are the most likely course through the patterns and none (Viterbi).
func (s *stepper) runs(says evidence) []repeatRun {
	var out []repeatRun
	for from := 0; from < len(s.r.t); from += repeatRows {
		for _, run := range s.decide(from, min(from+repeatRows, len(s.r.t)), says) {
			if n := len(out); n > 0 && out[n-1].to == run.from && out[n-1].state.pattern == run.state.pattern && out[n-1].state == run.state {
				out[n-1].to = run.to
				continue
			}
			out = append(out, run)
		}
	}
	return out
}

// repeatRun are rows in which pictures repeat in one pattern.
type repeatRun struct {
	from, to int
	state    repeatState
}

// decide finds the most likely course through the rows between from and to. It begins
// without repeats; beginning in a pattern costs repeatEnter.
func (s *stepper) decide(from, to int, says evidence) []repeatRun {
	n := len(s.states)
	if n == 0 {
		return nil
	}
	score := make([]float64, n+1) // the last is that of no repeats
	for k := range n {
		score[k] = -repeatEnter
	}
	back := make([]int8, (to-from)*(n+1))
	old := make([]float64, n+1)
	for i := from; i < to; i++ {
		copy(old, score)
		s.advance(i, old, score, back[(i-from)*(n+1):][:n+1], says)
	}
	return s.course(from, to, argmax(score, n), back)
}

// argmax is the place of the largest value; of equal ones first's, then the earliest.
func argmax(v []float64, first int) int {
	best := first
	for k := range v {
		if v[k] > v[best] {
			best = k
		}
	}
	return best
}

// advance carries the scores of all states over row i, from old to score, and keeps in back
// which state each came from.
func (s *stepper) advance(i int, old, score []float64, back []int8, says evidence) {
	n := len(s.states)
	for a := range s.memo {
		for b := range s.memo[a] {
			s.memo[a][b] = math.NaN()
		}
	}
	best := argmax(old[:n], 0) // of the patterns
	for k, st := range s.states {
		top, by := s.comeFrom(k, best, old)
		if st.repeat(i) {
			before, after := st.around(i)
			m := &s.memo[i-before][after-i]
			if *m != *m {
				*m = says(before, i, after)
			}
			top += *m
		}
		score[k], back[k] = top, int8(by)
	}
	top, by := old[n], n
	if v := old[best] - repeatLeave; v > top {
		top, by = v, best
	}
	score[n], back[n] = top, int8(by)
}

// comeFrom is the state from which pattern k is best reached, and the score that it then
// has: from itself, from none, from the best pattern or from another phase of its own.
func (s *stepper) comeFrom(k, best int, old []float64) (top float64, by int) {
	n, st := len(s.states), s.states[k]
	top, by = old[k], k
	if v := old[n] - repeatLater; v > top {
		top, by = v, n
	}
	if v := old[best] - repeatLater; v > top {
		top, by = v, best
	}
	for m := k - st.phase; m < k-st.phase+st.period; m++ {
		if v := old[m] - repeatPhase; v > top {
			top, by = v, m
		}
	}
	return top, by
}

// course walks back from state at after the last row, and gives the runs of repeats on
// the way.
func (s *stepper) course(from, to, at int, back []int8) []repeatRun {
	n := len(s.states)
	var out []repeatRun
	for i := to - 1; i >= from; i-- {
		if at < n {
			if l := len(out); l > 0 && out[l-1].state == s.states[at] && out[l-1].from == i+1 {
				out[l-1].from = i
			} else {
				out = append(out, repeatRun{i, i + 1, s.states[at]})
			}
		}
		at = int(back[(i-from)*(n+1)+at])
	}
	slices.Reverse(out)
	return out
}

// medianStep is the usual step between rows, seconds.
func medianStep(t []float64) float64 {
	var d []float64
	for i := 1; i < len(t); i++ {
		d = append(d, t[i]-t[i-1])
	}
	if len(d) == 0 {
		return math.Inf(1)
	}
	slices.Sort(d)
	return signal.Middle(d)
}

// Repeated is a stretch in which pictures were repeated.
type Repeated struct {
	FromS, ToS float64
	Share      float64 // of its pictures that are new
	Whole      bool    // it is the whole recording
}

// Repeated are the stretches in which pictures were repeated. The repeats are not
// in the trace. It is known after Finish.
func (m *Tracker) Repeated() []Repeated { return m.whole.repeated }

// wholeShare of the rows make a stretch the whole recording.
const wholeShare = 0.95

// leaveRepeats takes the repeated pictures out of the rows.
func (r *rows) leaveRepeats() []Repeated {
	runs := r.repeats()
	if len(runs) == 0 {
		return nil
	}
	drop := make([]bool, len(r.t))
	var out []Repeated
	for _, run := range runs {
		n := 0
		for i := max(run.from, 1); i < run.to; i++ {
			if drop[i] = run.state.repeat(i); drop[i] {
				n++
			}
		}
		f := Repeated{FromS: r.t[run.from], ToS: r.t[run.to-1], Share: 1 - float64(n)/float64(run.to-run.from)}
		if float64(run.to-run.from) >= wholeShare*float64(len(r.t)) {
			f.Whole, f.Share = true, float64(run.state.fresh)/float64(run.state.period)
		}
		out = append(out, f)
	}
	r.to = make([]int32, len(drop))
	left := int32(0)
	for i, gone := range drop {
		if r.to[i] = left; gone {
			r.to[i] = -1
			continue
		}
		left++
	}
	for _, c := range r.columns() {
		c.thin(drop)
	}
	return out
}
