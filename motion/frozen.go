package motion

import (
	"math"
	"slices"

	"facialis/internal/signal"
)

// A picture that a call or a camera holds for a while is no resting face. Even one
// that rests wanders a little from picture to picture, by breath, by the camera's
// noise and by what compression does to it. A held picture stands much stiller than
// the stillest moments of the same film, and the film goes on with a jump. Measured on 7 films with a picture held for 1 s, in 3 codecs,
// and on all others that were to be had: frozenShare 0.09 to 0.27 against 0.67 and
// more, frozenJump 2.4 and more against 1.1.
const (
	frozenS     = 0.5  // a picture held for shorter is not told from a face that rests
	frozenUsual = 0.25 // of what the face usually wanders: held pictures lie below it
	frozenShare = 0.4  // of what it wanders in the stillest moments elsewhere
	frozenJump  = 1.6  // of what it usually wanders: the step with which the film goes on
	frozenCalm  = 0.05 // share of the film that are its stillest moments
	frozenLeast = 3.0  // s of film needed elsewhere
)

// Frozen are the stretches, from and to in seconds, in which one picture was held.
// Nothing is seen in them. It is known after Finish.
func (m *Tracker) Frozen() [][2]float64 { return m.whole.frozen }

// wander is how far the parts of the face went in each step, the median of them,
// nominal mm; NaN where they were not seen.
func (s *stepper) wander() []float64 {
	out := make([]float64, len(s.r.t))
	size := make([]float64, 0, len(s.parts))
	for i := range out {
		out[i] = math.NaN()
		if i == 0 || s.r.quality[i] == 0 || s.r.quality[i-1] == 0 {
			continue
		}
		size = size[:0]
		for j := range s.parts {
			if d := math.Abs(s.step(j, i)); d == d {
				size = append(size, d)
			}
		}
		if len(size) < len(s.parts)/4 {
			continue
		}
		slices.Sort(size)
		out[i] = signal.Middle(size)
	}
	return out
}

// leaveFrozen empties the rows of a picture that was held.
func (r *rows) leaveFrozen() [][2]float64 {
	s := newStepper(r)
	if s == nil {
		return nil
	}
	var out [][2]float64
	for _, f := range s.frozen() {
		out = append(out, [2]float64{r.t[f[0]], r.t[f[1]]})
		for i := f[0] + 1; i < f[1]; i++ {
			r.empty(i)
		}
	}
	return out
}

// empty makes a row one of which nothing is known but its time.
func (r *rows) empty(i int) {
	t := r.t[i]
	for _, c := range r.columns() {
		c.blank(i)
	}
	r.t[i], r.quality[i], r.byMesh[i] = t, 0, 0
}

// frozen are the rows whose picture is held: the first of them, and the first
// after them.
func (s *stepper) frozen() [][2]int {
	w, t := s.wander(), s.r.t
	var seen []float64
	for i := range w {
		if w[i] == w[i] {
			seen = append(seen, w[i])
		}
	}
	if len(seen) == 0 {
		return nil
	}
	slices.Sort(seen)
	usual := signal.Middle(seen)
	var out [][2]int
	for _, run := range quiet(w, t, frozenUsual*usual) {
		if s.held(w, run[0], run[1], usual) {
			out = append(out, [2]int{run[0] - 1, min(run[1]+1, len(t)-1)})
		}
	}
	return out
}

// quiet are the stretches of steps, from and to, of at least frozenS in which the
// running median of five lies below most.
func quiet(w, t []float64, most float64) [][2]int {
	var out [][2]int
	low := func(i int) bool {
		n, of := 0, 0
		for k := max(i-2, 1); k <= min(i+2, len(w)-1); k++ {
			if w[k] <= most {
				n++
			}
			of++
		}
		return 2*n > of
	}
	for a := 1; a < len(t); a++ {
		if !low(a) {
			continue
		}
		b := a
		for b+1 < len(t) && low(b+1) {
			b++
		}
		next := b + 1
		for a < b && !(w[a] <= most) {
			a++
		}
		for b > a && !(w[b] <= most) {
			b--
		}
		if t[b]-t[a-1] >= frozenS {
			out = append(out, [2]int{a, b})
		}
		a = next
	}
	return out
}

// held reports whether the steps from a to b are those of a held picture.
func (s *stepper) held(w []float64, a, b int, usual float64) bool {
	t := s.r.t
	// The stillest moments elsewhere, each as long as a held picture at least is.
	var calm, part []float64
	from := t[0]
	for i := 1; i < len(t); i++ {
		if i >= a && i <= b {
			part, from = part[:0], t[i]
			continue
		}
		if w[i] == w[i] {
			part = append(part, w[i])
		}
		if t[i]-from >= frozenS {
			if len(part) > 0 {
				calm = append(calm, signal.UpperMedian(part))
			}
			part, from = part[:0], t[i]
		}
	}
	if float64(len(calm))*frozenS < frozenLeast {
		return false
	}
	slices.Sort(calm)
	least := calm[int(frozenCalm*float64(len(calm)))]
	jump := 0.0
	for k := b + 1; k <= min(b+2, len(w)-1); k++ {
		if w[k] == w[k] {
			jump = max(jump, w[k])
		}
	}
	return signal.UpperMedian(w[a:b+1]) <= frozenShare*least && jump >= frozenJump*usual
}
