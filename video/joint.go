package video

import "math"

// A joint is where one picture is followed by one of another film, from another place
// or in another light, though the clock goes on: films that were joined by stream copy,
// a camera that was moved between two pictures or whose infrared lamp went on.
//
// Each picture is reduced to means of jointW × jointH cells, less what each has in common
// with the cells around it, so that exposure and slow shadows fall out. The difference of
// two pictures is
//
//	d = 1 − Σ xy / √(Σ x² · Σ y²)
//
// 0 for the same picture and about 1 for two that have nothing in common. At a joint it
// is large in one step only: a face or a hand that moves as far takes several pictures,
// and so does a blanket. A twitch changes a cell or two.
//
// The numbers were chosen on the joints of six drawn nights with each other (30: d 0.23 and
// more, at least 11.5 times what it is before and after) and on 16 films without a joint (at
// most 3.5 times); docs/night.md has others.
const (
	jointW, jointH = 48, 36 // cells
	jointReach     = 4      // cells on each side that a cell is compared with
	jointSamples   = 8      // pixels that are read across and down a cell, at most
	jointLeast     = 0.15   // d at a joint, at least
	jointTimes     = 6.0    // times the largest d before and after it
	jointUsual     = 0.02   // less than this before and after counts as this
	jointBeforeS   = 0.5    // s before a joint that have to be calmer
	jointAfter     = 3      // pictures after it
	jointFlat      = 0.3    // mean square of the cells, luma²: a picture with less shows nothing and is passed over
)

// joints finds the joints of a film. Pictures go in at one end and come out, told, at
// the other jointAfter pictures later.
type joints struct {
	waiting []*Frame
	steps   []jointStep // of the latest pictures: those within jointBeforeS before the first that waits, and those that wait
	last    []float32   // cells of the latest picture that showed something
	sums    [(jointW + 2*jointReach + 1) * (jointH + 2*jointReach + 1)]float64
	err     error // what came in place of a picture
}

// jointStep is by how much a picture differs from the one before; 0 where one of them
// shows nothing.
type jointStep struct {
	t, d float64
	seen bool // the picture shows something
}

// take gives the next picture of from, with Joint and Cut set where it is the first
// after a joint.
func (j *joints) take(from func() (*Frame, error)) (*Frame, error) {
	for j.err == nil && len(j.waiting) <= jointAfter {
		f, err := from()
		if err != nil {
			j.err = err
			break
		}
		j.add(f)
	}
	if len(j.waiting) == 0 {
		return nil, j.err
	}
	f := j.waiting[0]
	j.waiting = append(j.waiting[:0], j.waiting[1:]...)
	at := len(j.steps) - len(j.waiting) - 1
	if j.joint(at) {
		f.Joint, f.Cut = true, true
	}
	for len(j.steps) > 0 && j.steps[0].t < f.T-jointBeforeS {
		j.steps = append(j.steps[:0], j.steps[1:]...)
	}
	return f, nil
}

// add takes the next picture in.
func (j *joints) add(f *Frame) {
	f.Joint = false
	cells, flat := j.cells(f)
	s := jointStep{t: f.T, seen: !flat}
	if !flat {
		if j.last != nil {
			s.d = apart(j.last, cells)
		}
		j.last = cells
	}
	j.waiting, j.steps = append(j.waiting, f), append(j.steps, s)
}

// joint says that there is a joint before the picture of a step.
func (j *joints) joint(at int) bool {
	s := j.steps[at]
	if !s.seen || s.d < jointLeast {
		return false
	}
	around := jointUsual
	for i, o := range j.steps {
		if i != at && o.t >= s.t-jointBeforeS {
			around = math.Max(around, o.d)
		}
	}
	return s.d >= jointTimes*around
}

// release lets go of the pictures that wait.
func (j *joints) release() {
	for _, f := range j.waiting {
		f.Release()
	}
	j.waiting = nil
}

// cells reduces a picture; flat says that it shows nothing.
func (j *joints) cells(f *Frame) (out []float32, flat bool) {
	const pw, ph = jointW + 2*jointReach + 1, jointH + 2*jointReach + 1
	out = make([]float32, jointW*jointH)
	for y := range jointH {
		y0, y1 := y*f.H/jointH, max((y+1)*f.H/jointH, y*f.H/jointH+1)
		down := max((y1-y0)/jointSamples, 1)
		for x := range jointW {
			x0, x1 := x*f.W/jointW, max((x+1)*f.W/jointW, x*f.W/jointW+1)
			across := max((x1-x0)/jointSamples, 1)
			sum, n := 0, 0
			for v := y0; v < min(y1, f.H); v += down {
				row := f.Y[v*f.W : (v+1)*f.W]
				for u := x0; u < min(x1, f.W); u += across {
					sum += int(row[u])
					n++
				}
			}
			out[y*jointW+x] = float32(sum) / float32(max(n, 1))
		}
	}
	// Sums over all cells above and to the left; beyond the edge the last cell goes on.
	for y := 1; y < ph; y++ {
		var row float64
		v := min(max(y-1-jointReach, 0), jointH-1)
		for x := 1; x < pw; x++ {
			u := min(max(x-1-jointReach, 0), jointW-1)
			row += float64(out[v*jointW+u])
			j.sums[y*pw+x] = j.sums[(y-1)*pw+x] + row
		}
	}
	const side = 2*jointReach + 1
	var power float64
	for y := range jointH {
		for x := range jointW {
			a := j.sums[(y+side)*pw+x+side] - j.sums[y*pw+x+side] - j.sums[(y+side)*pw+x] + j.sums[y*pw+x]
			k := y*jointW + x
			out[k] -= float32(a / (side * side))
			power += float64(out[k]) * float64(out[k])
		}
	}
	return out, power < jointFlat*jointW*jointH
}

// apart is d of two reduced pictures.
func apart(a, b []float32) float64 {
	var ab, aa, bb float64
	for i, x := range a {
		y := b[i]
		ab, aa, bb = ab+float64(x)*float64(y), aa+float64(x)*float64(x), bb+float64(y)*float64(y)
	}
	return 1 - ab/math.Sqrt(aa*bb)
}
