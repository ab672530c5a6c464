package motion

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"facialis/anatomy"
	"facialis/event"
)

// madeUp pushes rows of a face that moves a little at random into m, with gaps.
func madeUp(m *Tracker, frames int, rate float64) {
	r := rand.New(rand.NewPCG(1, 2))
	for i := range frames {
		m.rows.spill()
		m.rows.addEmpty(float64(i)/rate, int32(i/5000))
		if i%5000 < 20 {
			continue
		}
		now := len(m.rows.t) - 1
		for s := range 2 {
			for k := range anatomy.NumRegions {
				m.rows.dx[s][k][now] = float32(0.05*r.NormFloat64() + 2*math.Max(0, math.Sin(float64(i)/97+float64(k))-0.95)*20)
				m.rows.dy[s][k][now] = float32(0.05 * r.NormFloat64())
			}
			m.rows.lidMM[s][now], m.rows.lidSD[s][now] = float32(0.1*r.NormFloat64()), float32(r.Float64())
			m.rows.aperture[s][now] = float32(10 + 0.2*r.NormFloat64())
			m.rows.brow[s][now], m.rows.cornerOut[s][now], m.rows.cornerUp[s][now] = 20, 25, -30
		}
		m.rows.lipOpen[now], m.rows.yaw[now], m.rows.pitch[now] = 1, float32(12*math.Sin(float64(i)/400)), float32(r.NormFloat64())
		m.rows.roll[now], m.rows.quality[now], m.rows.scale[now] = 0, 1, 3
		m.rows.fx[now], m.rows.fy[now], m.rows.fw[now] = 100, 100, 80
		if i%2 == 0 {
			m.rows.iris[now] = float32(11.7 + 0.1*r.NormFloat64())
		}
	}
}

// every calls f with each column of a trace.
func every(t *event.Trace, f func(c []float32)) {
	for s := range 2 {
		for k := range anatomy.NumRegions {
			f(t.DX[s][k])
			f(t.DY[s][k])
			f(t.Along[s][k])
		}
		f(t.Aperture[s])
		f(t.BrowHeight[s])
		f(t.CornerOut[s])
		f(t.CornerUp[s])
	}
	for k := range anatomy.NumRegions {
		f(t.Diff[k])
	}
	for _, c := range [][]float32{t.LipOpen, t.Yaw, t.Pitch, t.Roll, t.FaceX, t.FaceY, t.FaceW, t.Quality} {
		f(c)
	}
}

// A trace whose columns lie in a file is the trace that would be in memory, to
// the last bit.
func TestKeptIsTheSame(t *testing.T) {
	const frames = 4*blockRows + 321
	inFile, inMemory := &Tracker{p: DefaultParams()}, &Tracker{p: DefaultParams()}
	inMemory.rows.stay = true
	madeUp(inFile, frames, 30)
	madeUp(inMemory, frames, 30)
	a, err := inFile.Finish()
	if err != nil {
		t.Fatal(err)
	}
	b, err := inMemory.Finish()
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(a.T, b.T) || a.NoiseMM != b.NoiseMM || a.DiffNoiseMM != b.DiffNoiseMM || a.MMPerPx != b.MMPerPx || a.ScaleUncertainty != b.ScaleUncertainty {
		t.Error("times, noise or scale differ")
	}
	a.Free()
	var columns [][]float32
	every(a, func(c []float32) { columns = append(columns, c) })
	every(b, func(c []float32) {
		if !slices.EqualFunc(columns[0], c, func(x, y float32) bool { return math.Float32bits(x) == math.Float32bits(y) }) {
			t.Error("a column differs")
		}
		columns = columns[1:]
	})
	part := a.Between(3100, 3200)
	if part.Len() != 100 || part.T[0] != a.T[3100] || part.Along[1][3][7] != a.Along[1][3][3107] {
		t.Error("a part of it is another part")
	}
	if err := a.Close(); err != nil {
		t.Error(err)
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
	a.Free() // nothing is left to give back
}
