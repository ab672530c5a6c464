package motion

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"facialis/anatomy"
	"facialis/video"
)

// shown tells which picture a row shows, by its number and its time.
type shown func(row int) (picture int, at float64)

// everyNth shows another picture in each row.
func everyNth(rate float64) shown {
	return func(row int) (int, float64) { return row, float64(row) / rate }
}

// some shows new pictures in so many rows of so many.
func some(fresh, of int, rate float64) shown {
	return func(row int) (int, float64) {
		p := row * fresh / of
		return p, float64(p*of) / float64(fresh) / rate
	}
}

// moving is a face that nods, speaks and blinks, seen with noise. Compression
// changes a picture a little that is shown again.
func moving(rate, seconds float64, show shown) *rows {
	r := &rows{}
	again := rand.New(rand.NewPCG(3, 4))
	for i := range int(rate * seconds) {
		picture, t := show(i)
		noise := rand.New(rand.NewPCG(uint64(picture), 2))
		r.addEmpty(float64(i)/rate, 1)
		r.scale[i], r.quality[i] = 2, 1
		n := func(sd float64) float32 { return float32(sd*noise.NormFloat64() + 0.003*again.NormFloat64()) }
		r.fx[i], r.fy[i] = float32(240+8*math.Sin(2.1*t))+n(0.03), float32(240+5*math.Sin(3.3*t))+n(0.03)
		for s := range 2 {
			for k := range anatomy.NumRegions {
				speech := 1.5 * math.Sin(2*math.Pi*(1.9+0.2*float64(k))*t) * math.Abs(math.Sin(0.8*t))
				r.dx[s][k][i], r.dy[s][k][i] = float32(0.4*speech)+n(0.02), float32(speech)+n(0.02)
			}
			u := math.Mod(t, 3) - 1.5
			r.lidMM[s][i], r.lidSD[s][i] = float32(9*math.Exp(-u*u/0.008))+n(0.05), 0.05
		}
	}
	return r
}

func TestRepeatedPicturesAreLeftOut(t *testing.T) {
	for _, c := range []struct {
		fresh, of int
		rate      float64
	}{{1, 2, 30}, {4, 5, 30}, {1, 4, 60}, {2, 5, 30}, {2, 3, 30}, {1, 3, 30}, {1, 2, 25}} {
		r := moving(c.rate, 8, some(c.fresh, c.of, c.rate))
		n := len(r.t)
		got := r.leaveRepeats()
		want := float64(n*c.fresh) / float64(c.of)
		if len(got) != 1 || !got[0].Whole || got[0].Share != float64(c.fresh)/float64(c.of) || math.Abs(float64(len(r.t))-want) > 2 {
			t.Errorf("%d of %d at %g: %+v, %d rows of %d are left", c.fresh, c.of, c.rate, got, len(r.t), n)
		}
		for i, f := range r.fx {
			if f != f || r.quality[i] != 1 {
				t.Fatalf("%d of %d: row %d is empty", c.fresh, c.of, i)
			}
		}
	}
	for _, rate := range []float64{15, 24, 25, 30, 60, 120} {
		r := moving(rate, 20, everyNth(rate))
		n := len(r.t)
		if got := r.leaveRepeats(); got != nil || len(r.t) != n {
			t.Errorf("a healthy film of %g a second: %+v", rate, got)
		}
	}
}

// A part of a film may come from a slower camera.
func TestRepeatedInAPart(t *testing.T) {
	r := moving(30, 20, func(row int) (int, float64) {
		if row >= 300 {
			row -= row % 2
		}
		return row, float64(row) / 30
	})
	got := r.leaveRepeats()
	if len(got) != 1 || got[0].Whole || math.Abs(got[0].FromS-10) > 1.5 || math.Abs(got[0].ToS-20) > 0.1 || math.Abs(got[0].Share-0.5) > 0.01 {
		t.Errorf("%+v", got)
	}
}

// What the mesh says is held between the pictures in which it is asked: such rows
// say nothing of repeats.
func TestMeshIsNoRepeat(t *testing.T) {
	r, held := moving(30, 8, everyNth(30)), moving(30, 8, some(1, 3, 30))
	r.dx, r.dy = held.dx, held.dy
	if got := r.repeats(); got == nil {
		t.Fatal("the rows that are held do not look like repeats")
	}
	for i := range r.byMesh {
		r.byMesh[i] = 1<<(2*anatomy.NumRegions) - 1
	}
	if got := r.leaveRepeats(); got != nil {
		t.Errorf("%+v", got)
	}
}

func TestHeldPicturesAreEmptied(t *testing.T) {
	r := moving(30, 10, func(row int) (int, float64) {
		if row >= 130 && row < 160 {
			row = 130
		}
		return row, float64(row) / 30
	})
	got := r.leaveFrozen()
	if len(got) != 1 || math.Abs(got[0][0]-130.0/30) > 0.04 || math.Abs(got[0][1]-160.0/30) > 0.04 {
		t.Fatalf("%v", got)
	}
	for i := 131; i < 160; i++ {
		if r.quality[i] != 0 || r.fx[i] == r.fx[i] || r.lidSD[0][i] == r.lidSD[0][i] || r.t[i] != float64(i)/30 {
			t.Fatalf("row %d is not empty", i)
		}
	}
	if r.quality[130] != 1 || r.quality[160] != 1 {
		t.Error("more than the held picture is gone")
	}
}

// A face that comes to rest and moves on is not a held picture: neither where
// compression stills it, nor where it stops and starts at once.
func TestRestIsNotHeld(t *testing.T) {
	rest := func(slow, fast float64) shown {
		return func(row int) (int, float64) {
			t := float64(row) / 30
			switch {
			case t < 4:
				return row, t
			case t < 4+slow: // slower and slower
				u := t - 4
				return row, 4 + u - u*u/(2*slow)
			case t < 7:
				return row, 4 + slow/2
			case t < 7+fast:
				u := t - 7
				return row, 4 + slow/2 + u*u/(2*fast)
			}
			return row, 4 + slow/2 + fast/2 + t - 7 - fast
		}
	}
	still := rest(0.5, 0.5)
	clean := func(row int) (int, float64) { // one noise for all of the rest
		picture, at := still(row)
		if row >= 137 && row < 210 {
			picture = 137
		}
		return picture, at
	}
	twice := func(row int) (int, float64) { // stops at once and goes on with a jump
		t := float64(row) / 30
		switch {
		case t >= 4 && t < 5.5:
			return row, 4
		case t >= 8 && t < 9.5:
			return row, 8
		}
		return row, t
	}
	for name, show := range map[string]shown{"stilled": clean, "noisy": rest(0.5, 0.5), "twice": twice} {
		if got := moving(30, 12, show).leaveFrozen(); got != nil {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// Of five pictures a second nobody can say whether the face paused between them.
func TestTooFewPicturesToTell(t *testing.T) {
	s := newStepper(moving(30, 2, everyNth(30)))
	for _, state := range s.states {
		if float64(state.fresh)*30/float64(state.period) < leastFresh {
			t.Errorf("%d new pictures of %d are looked for at 30 a second", state.fresh, state.period)
		}
	}
}

// Compression smooths slow movements across repeated pictures: only fast ones
// count, against or for repeats.
func TestSlowMovementsAreSmoothed(t *testing.T) {
	r := moving(30, 8, some(1, 2, 30))
	for i := 1; i+1 < len(r.t); i += 2 {
		if math.Abs(float64(r.fx[i+1]-r.fx[i-1])) < 1 {
			r.fx[i] = (r.fx[i-1] + r.fx[i+1]) / 2
		}
		if math.Abs(float64(r.fy[i+1]-r.fy[i-1])) < 1 {
			r.fy[i] = (r.fy[i-1] + r.fy[i+1]) / 2
		}
		for s := range 2 {
			for k := range anatomy.NumRegions {
				for _, c := range [][]float32{r.dx[s][k], r.dy[s][k]} {
					if math.Abs(float64(c[i+1]-c[i-1])) < 0.25 || i%20 > 2 {
						c[i] = (c[i-1] + c[i+1]) / 2
					}
					c[i], c[i-1], c[i+1] = 0.1*c[i], 0.1*c[i-1], 0.1*c[i+1]
				}
			}
		}
	}
	if got := r.leaveRepeats(); len(got) != 1 || got[0].Share != 0.5 {
		t.Errorf("%+v", got)
	}
}

// resting is a face that does not move, in a film whose pictures change by a few
// levels; in a repeated picture they change by a share of that.
func resting(frames int, repeat func(i int) bool, share, sd float64) *rows {
	r, noise := &rows{}, rand.New(rand.NewPCG(5, 6))
	for i := range frames {
		r.addEmpty(float64(i)/30, 1)
		r.scale[i], r.quality[i] = 2, 1
		change := 2 * math.Exp(sd*noise.NormFloat64())
		if repeat(i) {
			change *= share
		}
		if i > 0 {
			r.change[i] = float32(change)
		}
	}
	return r
}

// Repeats in a nearly still film are told from how the pictures change.
func TestRepeatsOfARestingFace(t *testing.T) {
	for _, p := range []pattern{{1, 2}, {2, 3}, {1, 3}, {4, 5}} {
		got := resting(300, p.repeats, 0.25, 0.3).leaveRepeats()
		if want := float64(p.fresh) / float64(p.period); len(got) != 1 || !got[0].Whole || got[0].Share != want {
			t.Errorf("%d of %d are new: %+v", p.fresh, p.period, got)
		}
	}
	// A change of phase, and a film that is slow in a part only.
	moved := resting(600, func(i int) bool { return i%2 == 1 != (i >= 301) }, 0.25, 0.3).leaveRepeats()
	if len(moved) != 2 || moved[0].Share > 0.51 || moved[1].Share > 0.51 {
		t.Errorf("the phase changes: %+v", moved)
	}
	part := resting(600, func(i int) bool { return i > 300 && i%2 == 1 }, 0.25, 0.3).leaveRepeats()
	if len(part) != 1 || part[0].Whole || math.Abs(part[0].FromS-10) > 1 {
		t.Errorf("repeats in a part: %+v", part)
	}
}

// Encoders give every second or third picture fewer bits, so that it changes a
// little less; and changes scatter.
func TestUnevenChangesAreNoRepeats(t *testing.T) {
	for _, sd := range []float64{0.1, 0.3, 0.6, 1} {
		for _, p := range []pattern{{1, 2}, {2, 3}, {1, 3}} {
			if got := resting(18000, p.repeats, 0.75, sd).leaveRepeats(); got != nil {
				t.Errorf("%d of %d change less, scatter %g: %+v", p.fresh, p.period, sd, got)
			}
		}
	}
}

// What changes is measured where it moves; a lamp that flickers moves nothing, and
// pictures of other sizes or after a cut are not compared.
func TestChangesOfPictures(t *testing.T) {
	var c changes
	draw := func(w, at, light int) *video.Frame {
		f := video.NewFrame(w, 240)
		for y := range f.H {
			for x := range f.W {
				f.Y[y*f.W+x] = byte(60 + light + 40*((x+at)/4%2))
			}
		}
		return f
	}
	if v := c.next(draw(320, 0, 0)); v == v {
		t.Errorf("the first picture changes by %g", v)
	}
	for _, s := range []struct {
		at, light int
		want      float32
	}{{0, 0, 0}, {0, 20, 0}, {4, 20, 40}, {4, 0, 0}, {2, 0, 20}} {
		if v := c.next(draw(320, s.at, s.light)); v != s.want {
			t.Errorf("moved to %d, light %d: changes by %g, want %g", s.at, s.light, v, s.want)
		}
	}
	if v := c.next(draw(288, 2, 0)); v == v {
		t.Errorf("another size changes by %g", v)
	}
	cut := draw(288, 4, 0)
	cut.Cut = true
	if v := c.next(cut); v == v {
		t.Errorf("a cut changes by %g", v)
	}
	if v := c.next(draw(16, 0, 0)); v == v {
		t.Errorf("a tiny picture changes by %g", v)
	}
}

// The loop in C says of each block what the one in Go says.
func TestChangesInC(t *testing.T) {
	const w, h, across, down = 131, 61, (131-changeBlock)/changeEvery + 1, (61-changeBlock)/changeEvery + 1
	r := rand.New(rand.NewPCG(5, 6))
	var a, b changes
	for _, c := range []*changes{&a, &b} {
		c.before, c.each = make([]byte, across*down*changeBlock*changeBlock), make([]int32, across*down)
	}
	for range 4 {
		p := picture{w, h, make([]byte, w*h)}
		for i := range p.pix {
			p.pix[i] = byte(r.IntN(2) * r.IntN(256)) // lighter here, darker there, and often black
		}
		a.blocks(p, across, down)
		b.blocksGo(p, across, down)
		if !slices.Equal(a.each, b.each) || !slices.Equal(a.before, b.before) {
			t.Fatalf("in C %v, in Go %v", a.each, b.each)
		}
	}
	if slices.Max(a.each) == 0 {
		t.Error("nothing changed")
	}
}
