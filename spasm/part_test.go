package spasm

import (
	"math"
	"testing"

	"facialis/anatomy"

	"pgregory.net/rapid"
)

// partTwitching draws a face at rest whose right side twitches at random moments.
func partTwitching(rt *rapid.T, seed uint64) face {
	f := newFace(10, seed)
	for at := 1.5; at < 8.5; at += rapid.Float64Range(1, 2.5).Draw(rt, "pause") {
		k := rapid.SampledFrom([]int{anatomy.AtOrbicularisOculi, anatomy.AtZygomaticus, anatomy.AtDepressor}).Draw(rt, "region")
		f.move(anatomy.AtRight, k, at, 0.08, 0.02, rapid.Float64Range(1, 3).Draw(rt, "mm"))
	}
	return f
}

// joined is b after a, pauseS seconds of nothing between them; every region of b lies
// elsewhere by what offset gives.
func joined(a, b face, pauseS float64, offset func() float64) face {
	out := *a.Trace
	step := a.T[1] - a.T[0]
	from := a.T[a.Len()-1] + step + pauseS
	out.T = append([]float64{}, a.T...)
	for _, t := range b.T {
		out.T = append(out.T, from+t)
	}
	join := func(x, y []float32, by float64) []float32 {
		z := append([]float32{}, x...)
		for _, v := range y {
			z = append(z, v+float32(by))
		}
		return z
	}
	for s := range 2 {
		for k := range anatomy.NumRegions {
			out.DX[s][k], out.DY[s][k] = join(a.DX[s][k], b.DX[s][k], offset()), join(a.DY[s][k], b.DY[s][k], offset())
		}
		out.Aperture[s] = join(a.Aperture[s], b.Aperture[s], 0)
	}
	out.Yaw, out.Pitch, out.Roll = join(a.Yaw, b.Yaw, offset()), join(a.Pitch, b.Pitch, offset()), join(a.Roll, b.Roll, offset())
	out.Quality = join(a.Quality, b.Quality, 0)
	if pauseS == 0 {
		out.Cuts = []float64{from}
	}
	return face{&out}
}

// A recording of two parts that lie at different levels has the events of the parts
// and none at the seam, whether the clock jumped there or nothing was filmed.
func TestPartsAreHeldApart(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		a, b := partTwitching(rt, 1), partTwitching(rt, 2)
		pause := rapid.SampledFrom([]float64{0, 0.5, 3}).Draw(rt, "pause")
		whole := joined(a, b, pause, func() float64 { return rapid.Float64Range(-6, 6).Draw(rt, "offset") })
		from := whole.T[a.Len()]
		want := Detect(a.Trace, nil, DefaultParams())
		for _, e := range Detect(b.Trace, nil, DefaultParams()) {
			e.OnsetS, e.OffsetS = e.OnsetS+from, e.OffsetS+from
			want = append(want, e)
		}
		got := Detect(whole.Trace, nil, DefaultParams())
		if len(got) != len(want) {
			rt.Fatalf("%d events, in the parts %d (they meet at %g s)", len(got), len(want), from)
		}
		for i := range got {
			if math.Abs(got[i].OnsetS-want[i].OnsetS) > 0.01 || math.Abs(got[i].OffsetS-want[i].OffsetS) > 0.01 || got[i].Side != want[i].Side || got[i].Lead != want[i].Lead {
				rt.Fatalf("event %d is %+v, in its part %+v", i, got[i], want[i])
			}
		}
		sight := Look(whole.Trace, got)
		alone := Look(a.Trace, want)
		for s := range 2 {
			for k := range anatomy.NumRegions {
				for i := range len(alone.Filmed) - 1 {
					if x, y := sight.SmallestMM[s][k][i], alone.SmallestMM[s][k][i]; math.Abs(float64(x-y)) > 1e-6 {
						rt.Fatalf("side %d, region %d, block %d: %g mm, in its part %g; %+v", s, k, i, x, y, got)
					}
				}
			}
		}
	})
}
