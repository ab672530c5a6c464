package spasm_test

import (
	"fmt"
	"math"
	"math/rand/v2"

	"facialis/anatomy"
	"facialis/event"
	"facialis/spasm"
)

// made is a trace of twenty seconds at 30 pictures a second with 0.05 mm of noise, in
// which the left corner of the mouth is pulled by 3 mm at 8 s for 0.2 s.
func made() *event.Trace {
	const n = 600
	r := rand.New(rand.NewPCG(1, 2))
	noise := func() []float32 {
		c := make([]float32, n)
		for i := range c {
			c[i] = float32(0.05 * r.NormFloat64())
		}
		return c
	}
	level := func(v float32) []float32 {
		c := make([]float32, n)
		for i := range c {
			c[i] = v
		}
		return c
	}
	tr := &event.Trace{MMPerPx: 0.4, ScaleUncertainty: 0.02}
	for i := range n {
		tr.T = append(tr.T, float64(i)/30)
	}
	for s := range 2 {
		for k := range anatomy.NumRegions {
			tr.DX[s][k], tr.DY[s][k], tr.NoiseMM[s][k] = noise(), noise(), 0.05
		}
		tr.Aperture[s], tr.BrowHeight[s], tr.CornerOut[s], tr.CornerUp[s] = level(10), level(25), level(25), level(0)
	}
	for i := range n {
		pull := 3 * math.Exp(-math.Pow((tr.T[i]-8.1)/0.06, 2))
		d := anatomy.Directions[anatomy.AtZygomaticus]
		tr.DX[1][anatomy.AtZygomaticus][i] += float32(pull * d[0])
		tr.DY[1][anatomy.AtZygomaticus][i] += float32(pull * d[1])
	}
	for k := range anatomy.NumRegions {
		tr.DiffNoiseMM[k], tr.Diff[k] = 0.07, make([]float32, n)
		for s := range 2 {
			tr.Along[s][k] = make([]float32, n)
			for i := range n {
				d := anatomy.Directions[k]
				tr.Along[s][k][i] = tr.DX[s][k][i]*float32(d[0]) + tr.DY[s][k][i]*float32(d[1])
			}
		}
		for i := range n {
			tr.Diff[k][i] = tr.Along[0][k][i] - tr.Along[1][k][i]
		}
	}
	tr.LipOpen, tr.Yaw, tr.Pitch, tr.Roll = level(0), level(0), level(0), level(0)
	tr.FaceX, tr.FaceY, tr.FaceW, tr.Quality, tr.Distance = level(500), level(500), level(400), level(1), level(500)
	return tr
}

// From movement to events, each with the reasons that made it one.
func ExampleDetect() {
	for _, e := range spasm.Detect(made(), nil, spasm.DefaultParams()) {
		fmt.Printf("%s of the %s %s at %.1f s, %s\n", e.Kind, e.Side, e.Lead.Words(), e.OnsetS, e.Form)
	}
	// Output: spasm of the left corner of the mouth at 8.0 s, twitch
}
