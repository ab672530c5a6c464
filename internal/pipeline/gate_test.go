package pipeline

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"facialis/face"
	"facialis/video"

	"github.com/google/go-cmp/cmp"
)

// skins are pictures of texture without noise, by how far the middle part is shifted
// and how far all of it.
type skins map[[2]float64][]float64

// draw draws a noisy picture whose middle part is shifted by some pixels, and all of it
// by others.
func (s skins) draw(at float64, part, whole float64, rng *rand.Rand) *video.Frame {
	const w, h = 320, 240
	clean := s[[2]float64{part, whole}]
	if clean == nil {
		clean = make([]float64, w*h)
		for y := range h {
			for x := range w {
				u, v := float64(x)-whole, float64(y)
				if x > 130 && x < 190 && y > 100 && y < 150 {
					u -= part
				}
				clean[y*w+x] = 80 + 9*math.Sin(u/7)*math.Cos(v/9) + 6*math.Sin(u/17+v/13) + 5*math.Cos(u/5-v/21)
			}
		}
		s[[2]float64{part, whole}] = clean
	}
	f := video.NewFrame(w, h)
	f.T = at
	for i, c := range clean {
		r := rng.Uint32()
		f.Y[i] = byte(c + float64(int(r&7)+int(r>>3&7)-7)/1.6) // noise of two dice, sd 2
	}
	return f
}

// A face that only breathes is looked at and kept back; a part of it that moves by
// itself opens the gate, with the seconds before; and once in a while it is looked at
// anyway.
func TestGate(t *testing.T) {
	const hz = 15.0
	rng, drawn := rand.New(rand.NewPCG(20, 1)), skins{}
	run := func(move bool) (passed int, first, last float64) {
		g := &gate{}
		first = -1
		for i := range int(25 * hz) {
			at := float64(i) / hz
			part := 0.0
			if move && at >= 15 && at < 15.2 {
				part = 5
			}
			whole := 0.3
			if i/20%2 == 0 {
				whole = -0.3
			}
			g.box = faceBox{160, 120, 180, at}
			for _, f := range g.next(t.Context(), drawn.draw(at, part, whole, rng)) {
				passed++
				if f.T > 10 {
					if first < 0 {
						first = f.T
					}
					last = f.T
				}
			}
		}
		g.end()
		if g.Passed+g.Kept != int(25*hz) {
			t.Errorf("%d passed and %d were kept back of %d", g.Passed, g.Kept, int(25*hz))
		}
		return passed, first, last
	}
	if passed, first, _ := run(false); first >= 0 || passed > int(8*hz) {
		t.Errorf("of a face that only breathes %d pictures passed, one at %.1f s", passed, first)
	}
	passed, first, last := run(true)
	if first < 0 || first > 13 || last < 18 || passed > int(18*hz) {
		t.Errorf("of a twitch at 15 s %d pictures passed, from %.1f to %.1f s", passed, first, last)
	}
}

// Without a face one picture in a while goes through.
func TestGateWithoutFace(t *testing.T) {
	rng, drawn := rand.New(rand.NewPCG(20, 2)), skins{}
	g := &gate{}
	n := 0
	for i := range 600 {
		n += len(g.next(t.Context(), drawn.draw(float64(i)/15, 0, 0, rng)))
	}
	if n < 5 || n > 60 {
		t.Errorf("%d of 600 pictures without a face went through", n)
	}
}

// What goes through does not depend on how fast the face is found.
func TestGateOnABusyMachine(t *testing.T) {
	const hz, seconds = 15.0, 12
	var lm face.Landmarks
	for v, p := range map[int][2]float32{10: {160, 30}, 152: {160, 210}, 234: {70, 120}, 454: {250, 120}} {
		lm.Points[v].X, lm.Points[v].Y = p[0], p[1]
	}
	run := func(pause time.Duration) (times []float64) {
		rng, drawn := rand.New(rand.NewPCG(20, 3)), skins{}
		g, through := newGate(false), make(chan float64, 4)
		done := make(chan struct{})
		go func() {
			defer close(done)
			for at := range through {
				time.Sleep(pause)
				g.saw(at, &face.Observation{Found: true, Landmarks: &lm})
			}
		}()
		for i := range int(hz * seconds) {
			for _, f := range g.next(t.Context(), drawn.draw(float64(i)/hz, 0, 0.3, rng)) {
				times = append(times, f.T)
				through <- f.T
			}
		}
		close(through)
		<-done
		return times
	}
	at := run(0)
	if len(at) < 3*hz || len(at) > 8*hz {
		t.Errorf("%d pictures of %.0f went through", len(at), hz*seconds)
	}
	if d := cmp.Diff(at, run(3*time.Millisecond)); d != "" {
		t.Errorf("a slow machine: %s", d)
	}
}
