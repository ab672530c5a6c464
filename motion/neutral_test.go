package motion

import (
	"math/rand/v2"
	"testing"

	"facialis/anatomy"
	"facialis/event"
)

// atEase is half a minute of a face at rest, 30 frames a second, with noise of
// 0.03 mm; hold moves a region of a side by (x, y) mm from a to b s.
func atEase(seed uint64) (*Tracker, *event.Trace) {
	r := rand.New(rand.NewPCG(seed, 2))
	m := &Tracker{p: DefaultParams()}
	t := &event.Trace{}
	for i := range 30 * 30 {
		t.T = append(t.T, float64(i)/30)
		m.rows.segment = append(m.rows.segment, 1)
		for s := range 2 {
			for k := range anatomy.NumRegions {
				t.DX[s][k] = append(t.DX[s][k], float32(0.03*r.NormFloat64()))
				t.DY[s][k] = append(t.DY[s][k], float32(0.03*r.NormFloat64()))
			}
		}
	}
	return m, t
}

func hold(t *event.Trace, s, k int, a, b, x, y float64) {
	for i, at := range t.T {
		if at >= a && at < b {
			t.DX[s][k][i] += float32(x)
			t.DY[s][k][i] += float32(y)
		}
	}
}

// held are stretches that fill most of half a minute.
var held = [][2]float64{{1, 8}, {9.5, 17}, {18.5, 26}}

func TestRestIsWhereNothingPulls(t *testing.T) {
	for _, c := range []struct {
		name string
		act  func(t *event.Trace, a, b float64)
		k    int
		want float64 // mm along the action while held
	}{
		{"an eye held shut", func(t *event.Trace, a, b float64) {
			hold(t, anatomy.AtRight, anatomy.AtOrbicularisOculi, a, b, 0, -6)
		}, anatomy.AtOrbicularisOculi, 6},
		{"the corner held up with the eye", func(t *event.Trace, a, b float64) {
			hold(t, anatomy.AtRight, anatomy.AtOrbicularisOculi, a, b, 0, -6)
			hold(t, anatomy.AtRight, anatomy.AtZygomaticus, a, b, 0.6*2.5, 0.8*2.5)
			hold(t, anatomy.AtRight, anatomy.AtMentalis, a, b, 0, 1)
		}, anatomy.AtZygomaticus, 2.5},
		{"the chin that goes along with them", func(t *event.Trace, a, b float64) {
			hold(t, anatomy.AtRight, anatomy.AtOrbicularisOculi, a, b, 0, -6)
			hold(t, anatomy.AtRight, anatomy.AtZygomaticus, a, b, 0.6*2.5, 0.8*2.5)
			hold(t, anatomy.AtRight, anatomy.AtMentalis, a, b, 0, 1)
		}, anatomy.AtMentalis, 1},
	} {
		m, tr := atEase(3)
		for _, h := range held {
			c.act(tr, h[0], h[1])
		}
		m.settle(tr, anatomy.AtRight, facingFrames(tr, m.p))
		for _, at := range []float64{4, 13, 22} {
			if got := float64(tr.Along[anatomy.AtRight][c.k][int(at*30)]); got < c.want-0.25 || got > c.want+0.25 {
				t.Errorf("%s: %.2f mm at %.0f s, want %.1f", c.name, got, at, c.want)
			}
		}
		for _, at := range []float64{0.5, 8.8, 17.8, 28} {
			if got := float64(tr.Along[anatomy.AtRight][c.k][int(at*30)]); got < -0.25 || got > 0.25 {
				t.Errorf("%s: %.2f mm at rest, %.1f s", c.name, got, at)
			}
		}
	}
}

// A lip that is pulled down, or lips that are pursed, take the corner of the mouth
// along: where it goes then is not its rest.
func TestAMouthPulledElsewhereIsNotItsRest(t *testing.T) {
	for name, act := range map[string]func(t *event.Trace, a, b float64){
		"pulled down": func(t *event.Trace, a, b float64) {
			hold(t, anatomy.AtLeft, anatomy.AtDepressor, a, b, 0.5, -3.5)
			hold(t, anatomy.AtLeft, anatomy.AtZygomaticus, a, b, -0.2, -1.4)
		},
		"pursed": func(t *event.Trace, a, b float64) {
			hold(t, anatomy.AtLeft, anatomy.AtOrbicularisOris, a, b, -2.5, -1)
			hold(t, anatomy.AtLeft, anatomy.AtZygomaticus, a, b, -1.6, 0)
		},
	} {
		m, tr := atEase(5)
		for _, h := range [][2]float64{{4, 6.5}, {11, 13.5}, {18, 20.5}, {24, 26.5}} {
			act(tr, h[0], h[1])
		}
		m.settle(tr, anatomy.AtLeft, facingFrames(tr, m.p))
		for _, at := range []float64{2, 9, 15, 22} {
			if got := tr.Along[anatomy.AtLeft][anatomy.AtZygomaticus][int(at*30)]; got < -0.2 || got > 0.2 {
				t.Errorf("%s: the resting corner reads %.2f mm at %.0f s", name, got, at)
			}
		}
	}
}

// In a film shorter than the window a corner that is often pulled, and never quite
// still in between, rests in between.
func TestShortFilmRestsBetweenPulls(t *testing.T) {
	m, tr := atEase(5)
	r := rand.New(rand.NewPCG(5, 3))
	n := 9 * 30
	m.rows.segment, tr.T = m.rows.segment[:n], tr.T[:n]
	for s := range 2 {
		for k := range anatomy.NumRegions {
			tr.DX[s][k], tr.DY[s][k] = tr.DX[s][k][:n], tr.DY[s][k][:n]
		}
	}
	for _, k := range []int{anatomy.AtZygomaticus, anatomy.AtOrbicularisOris} { // a mouth that fidgets
		for i := range n {
			tr.DX[anatomy.AtRight][k][i] += float32(0.8 * r.NormFloat64())
			tr.DY[anatomy.AtRight][k][i] += float32(0.8 * r.NormFloat64())
		}
	}
	for _, a := range []float64{1, 3, 5, 7} {
		hold(tr, anatomy.AtRight, anatomy.AtZygomaticus, a, a+0.7, 0.6*9, 0.8*9)
	}
	m.settle(tr, anatomy.AtRight, facingFrames(tr, m.p))
	for i, at := range tr.T {
		got := float64(tr.Along[anatomy.AtRight][anatomy.AtZygomaticus][i])
		want := 0.0
		for _, a := range []float64{1, 3, 5, 7} {
			if at >= a && at < a+0.7 {
				want = 9
			}
		}
		if d := got - want; d < -3.5 || d > 3.5 {
			t.Fatalf("%.1f mm at %.2f s, moved %.0f", got, at, want)
		}
	}
}

// What a turned head leaves over at the corner is not its rest, even where it lies
// below it.
func TestATurnedHeadShowsNobodysRest(t *testing.T) {
	m, tr := atEase(7)
	for range tr.T {
		tr.Yaw, tr.Pitch, tr.Roll = append(tr.Yaw, 0), append(tr.Pitch, 0), append(tr.Roll, 0)
	}
	for _, turn := range [][2]float64{{3, 6}, {10, 13}, {18, 21}} {
		hold(tr, anatomy.AtRight, anatomy.AtZygomaticus, turn[0], turn[1], -0.6*1.5, -0.8*1.5)
		for i, at := range tr.T {
			if at >= turn[0] && at < turn[1] {
				tr.Yaw[i], tr.Roll[i] = 7, 6 // degrees
			}
		}
	}
	m.settle(tr, anatomy.AtRight, facingFrames(tr, m.p))
	for _, at := range []float64{1, 8, 15, 16.5, 25} {
		if got := tr.Along[anatomy.AtRight][anatomy.AtZygomaticus][int(at*30)]; got < -0.2 || got > 0.2 {
			t.Errorf("the resting corner reads %.2f mm at %.1f s", got, at)
		}
	}
}
