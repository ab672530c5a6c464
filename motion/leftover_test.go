package motion

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"facialis/anatomy"
	"facialis/event"
	"facialis/internal/signal"
)

// turner is a minute of a face that sways and looks aside three times: twice to one
// side and once to the other, 15° each. leak is what a turn leaves over, mm a degree:
// outwards of every region and in the lids, more of the one eye and less of the other.
func turner(leak float64) (*Tracker, *event.Trace) {
	const seconds, rate, noiseMM = 60, 30, 0.05
	r := rand.New(rand.NewPCG(7, 7))
	m := &Tracker{p: DefaultParams()}
	t := &event.Trace{}
	for i := range seconds * rate {
		at := float64(i) / rate
		yaw := 2.5 * math.Sin(at*1.3)
		for _, turn := range [][3]float64{{10, 18, 15}, {30, 38, -15}, {50, 57, 15}} {
			yaw += turn[2] / 2 * (math.Tanh(6*(at-turn[0])) - math.Tanh(6*(at-turn[1])))
		}
		t.T = append(t.T, at)
		t.Yaw = append(t.Yaw, float32(yaw))
		t.Pitch = append(t.Pitch, float32(1.5*math.Sin(at*0.9)))
		t.Roll = append(t.Roll, float32(math.Sin(at*0.4)))
		t.Distance = append(t.Distance, float32(500+5*math.Sin(at*0.3)))
		m.rows.segment = append(m.rows.segment, 1)
		for s := range 2 {
			way := float64(1 - 2*s) // right and left mirror each other
			for k := range anatomy.NumRegions {
				x, y := way*leak*yaw, 0.3*leak*yaw
				if k == anatomy.AtOrbicularisOculi {
					x, y = 0, way*leak*yaw
				}
				t.DX[s][k] = append(t.DX[s][k], float32(x+noiseMM*r.NormFloat64()))
				t.DY[s][k] = append(t.DY[s][k], float32(y+noiseMM*r.NormFloat64()))
				t.SD[s][k] = append(t.SD[s][k], 0.1)
			}
		}
	}
	return m, t
}

// pulled is how far region k of side s lies along its own way in a stretch, beyond
// where it lies elsewhere with the head alike, mm.
func pulled(t *event.Trace, s, k int, a, b float64, pulls [][2]float64) float64 {
	dir := anatomy.Directions[k]
	if k == anatomy.AtOrbicularisOculi {
		dir = [2]float64{0, -1}
	}
	var in, out []float64
	var yaw float64
	for i, at := range t.T {
		if at > a+0.2 && at < b-0.2 {
			yaw = float64(t.Yaw[i])
		}
	}
	for i, at := range t.T {
		v := dir[0]*float64(t.DX[s][k][i]) + dir[1]*float64(t.DY[s][k][i])
		switch {
		case v != v:
		case at > a+0.2 && at < b-0.2:
			in = append(in, v)
		case math.Abs(float64(t.Yaw[i])-yaw) < 5 && !slices.ContainsFunc(pulls, func(p [2]float64) bool { return at > p[0]-0.2 && at < p[1]+0.2 }):
			out = append(out, v)
		}
	}
	return signal.UpperMedian(in) - signal.UpperMedian(out)
}

// A pull that is held for three seconds and more keeps nine tenths of its size, of
// every region, whether the head faces the lens or is turned; what the turns leave
// over is gone.
func TestHeldPullsSurviveWhatIsLearnedOfTurns(t *testing.T) {
	const pullMM = 1.5
	pulls := [][2]float64{{3, 6.5}, {12, 15.5}, {33, 36.5}, {42, 46}}
	for k := range anatomy.NumRegions {
		if k == anatomy.AtPlatysma { // is not measured while the head is turned
			continue
		}
		m, tr := turner(0.06)
		dir := anatomy.Directions[k]
		if k == anatomy.AtOrbicularisOculi {
			dir = [2]float64{0, -1}
		}
		for _, p := range pulls {
			hold(tr, anatomy.AtRight, k, p[0], p[1], pullMM*dir[0], pullMM*dir[1])
		}
		m.leftover(tr)
		for _, p := range pulls {
			if got := pulled(tr, anatomy.AtRight, k, p[0], p[1], pulls) / pullMM; got < 0.9 || got > 1.1 {
				t.Errorf("%s: a pull from %g s on keeps %.2f of its size", anatomy.Regions[k], p[0], got)
			}
		}
		var left []float64
		for i, at := range tr.T {
			if at > 31 && at < 32.7 || at > 16 && at < 17.5 {
				left = append(left, math.Abs(float64(tr.DX[0][k][i]-tr.DX[1][k][i]))+math.Abs(float64(tr.DY[0][k][i]-tr.DY[1][k][i])))
			}
		}
		if v := signal.UpperMedian(left); v > 0.4 { // 1.8 mm before
			t.Errorf("%s: a turn of 15° leaves %.2f mm between the sides", anatomy.Regions[k], v)
		}
	}
}

// A lid that closes at every turn to one side is no mirror of the other lid: it stays.
func TestALidThatClosesAtEveryTurnStays(t *testing.T) {
	const closedMM = 1.5
	m, tr := turner(0)
	pulls := [][2]float64{{10.3, 17.7}, {50.3, 56.7}}
	for _, p := range pulls {
		hold(tr, anatomy.AtRight, anatomy.AtOrbicularisOculi, p[0], p[1], 0, -closedMM)
	}
	m.leftover(tr)
	for _, p := range pulls {
		var in, out []float64
		for i, at := range tr.T {
			if v := -float64(tr.DY[anatomy.AtRight][anatomy.AtOrbicularisOculi][i]); at > p[0]+0.2 && at < p[1]-0.2 {
				in = append(in, v)
			} else if at > 20 && at < 29 {
				out = append(out, v)
			}
		}
		if got := (signal.UpperMedian(in) - signal.UpperMedian(out)) / closedMM; got < 0.9 {
			t.Errorf("a lid closed from %g s on keeps %.2f of its size", p[0], got)
		}
	}
}

// What one side does with every blink of both eyes is a synkinesis, and stays.
func TestACornerThatGoesWithEveryBlinkStays(t *testing.T) {
	const goesMM = 1.0
	m, tr := turner(0.03)
	var blinks [][2]float64
	for at := 1.0; at < 59; at += 2.5 {
		blinks = append(blinks, [2]float64{at, at + 0.3})
		for s := range 2 {
			hold(tr, s, anatomy.AtOrbicularisOculi, at, at+0.3, 0, -8)
		}
		hold(tr, anatomy.AtRight, anatomy.AtZygomaticus, at, at+0.3, 0, goesMM)
	}
	corner := tr.DY[anatomy.AtRight][anatomy.AtZygomaticus]
	m.leftover(tr)
	var sizes []float64
	for _, b := range blinks {
		var in, around []float64
		for i, at := range tr.T {
			v := float64(corner[i])
			if at >= b[0] && at < b[1] {
				in = append(in, v)
			} else if math.Abs(at-b[0]) < 0.8 {
				around = append(around, v)
			}
		}
		sizes = append(sizes, signal.UpperMedian(in)-signal.UpperMedian(around))
	}
	if got := signal.UpperMedian(sizes) / goesMM; got < 0.9 || got > 1.1 {
		t.Errorf("a corner that goes with blinks keeps %.2f of its size", got)
	}
}
