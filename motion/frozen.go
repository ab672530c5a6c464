package motion

import (
	"math"
	"slices"
)

// A picture that a call or a camera holds for a while is no resting face. Even one
// that rests wanders a little from picture to picture, by breath, by the camera's
// noise and by what compression does to it. A held picture stands ten times as
// still as the stillest moments of the same film, with the face moving up to it
// and again after it.
const (
	frozenS     = 0.5  // a picture held for shorter is not told from a face that rests
	frozenShare = 0.1  // of what the face wanders in the stillest moments elsewhere
	frozenNear  = 0.3  // s before and after, in which the face has to move
	frozenMoves = 1.0  // times what it wanders in those moments
	frozenCalm  = 0.05 // share of the film that are its stillest moments
	frozenLeast = 3.0  // s of film needed elsewhere
)

// Frozen are the stretches, from and to in seconds, in which one picture was held.
// Nothing is seen in them. It is known after Finish.
func (m *Tracker) Frozen() [][2]float64 { return m.frozen }

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
		out[i] = size[len(size)/2]
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
	for side := range 2 {
		r.lidLike[side][i] = 0
	}
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
	most := seen[len(seen)/2] * frozenShare // no limit can lie above this
	var out [][2]int
	for a := 1; a < len(t); a++ {
		if !(w[a] <= most) {
			continue
		}
		b := a
		for b+1 < len(t) && w[b+1] <= most {
			b++
		}
		if t[b]-t[a-1] >= frozenS && s.held(w, a, b) {
			out = append(out, [2]int{a - 1, min(b+1, len(t)-1)})
		}
		a = b
	}
	return out
}

// held reports whether the steps from a to b are those of a held picture.
func (s *stepper) held(w []float64, a, b int) bool {
	t := s.r.t
	// The stillest moments elsewhere, each as long as a held picture at least is.
	var calm []float64
	var part []float64
	from := 0.0
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
				slices.Sort(part)
				calm = append(calm, part[len(part)/2])
			}
			part, from = part[:0], t[i]
		}
	}
	if float64(len(calm))*frozenS < frozenLeast {
		return false
	}
	slices.Sort(calm)
	least := calm[int(frozenCalm*float64(len(calm)))]
	inside := slices.Clone(w[a : b+1])
	slices.Sort(inside)
	if inside[len(inside)*9/10] > frozenShare*least {
		return false
	}
	return moves(w, t, a-1, -1, least) && moves(w, t, b+1, 1, least)
}

// moves reports whether the face moves just before or after a picture that is held.
func moves(w, t []float64, i, by int, least float64) bool {
	var near []float64
	for k := i; k > 0 && k < len(t) && math.Abs(t[k]-t[min(max(i, 0), len(t)-1)]) <= frozenNear; k += by {
		if w[k] == w[k] {
			near = append(near, w[k])
		}
	}
	if len(near) == 0 {
		return false
	}
	slices.Sort(near)
	return near[len(near)/2] >= frozenMoves*least
}
