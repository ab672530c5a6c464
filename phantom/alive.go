package phantom

import (
	"math"
	"math/rand/v2"

	"facialis/anatomy"
)

// gazer moves the eyes in small saccades of about 40 ms.
type gazer struct {
	t, x, y []float64 // each fixation's start and place, mm of the iris
	i       int
}

func newGazer(seconds float64, r *rand.Rand) *gazer {
	g := &gazer{t: []float64{-1}, x: []float64{0}, y: []float64{0}}
	for t := 0.0; t < seconds; {
		t += 0.25 + 1.6*r.ExpFloat64()
		g.t, g.x, g.y = append(g.t, t), append(g.x, 0.9*r.NormFloat64()), append(g.y, 0.3*r.NormFloat64())
	}
	return g
}

func (g *gazer) at(t float64) (x, y float64) {
	for g.i+1 < len(g.t) && g.t[g.i+1] <= t {
		g.i++
	}
	i := g.i
	if i == 0 {
		return g.x[0], g.y[0]
	}
	a := smooth((t - g.t[i]) / 0.04)
	return g.x[i-1] + a*(g.x[i]-g.x[i-1]), g.y[i-1] + a*(g.y[i]-g.y[i-1])
}

// talker opens the jaw and works the lips, syllable by syllable (about 4.5 a
// second, in phrases with pauses).
type talker struct {
	jaw   []pulse
	parts []track
	i     int
}

func newTalker(spans []Span, r *rand.Rand) *talker {
	k := new(talker)
	for _, s := range spans {
		for t := s.From; t < s.To; {
			for n := 4 + r.IntN(12); n > 0 && t < s.To-0.3; n-- {
				d := 0.16 + 0.12*r.Float64()
				o := 1.5 + 6*r.Float64()*r.Float64()
				k.jaw = append(k.jaw, pulse{t, 0.5 * d, 0.1 * d, 0.6 * d, o})
				region, mm := anatomy.AtZygomaticus, 0.4+1.2*r.Float64()
				if r.Float64() < 0.5 {
					region, mm = anatomy.AtOrbicularisOris, 0.5+2*r.Float64()
				}
				for side := range 2 {
					m := mm * (1 + 0.07*r.NormFloat64())
					k.parts = append(k.parts, track{side: side, region: region, pucker: region == anatomy.AtOrbicularisOris, pulses: []pulse{{t, 0.6 * d, 0.2 * d, 0.8 * d, m}}})
				}
				t += d
			}
			t += 0.25 + 0.9*r.ExpFloat64()
		}
	}
	return k
}

// add puts the speech of time st.t into the face.
func (k *talker) add(st *state) {
	for k.i < len(k.jaw) && k.jaw[k.i].end() < st.t-2 {
		k.i++
	}
	for i := k.i; i < len(k.jaw) && k.jaw[i].t0 <= st.t; i++ {
		st.jaw = math.Max(st.jaw, k.jaw[i].at(st.t))
		for _, p := range k.parts[2*i : 2*i+2] {
			if p.pucker {
				st.pucker[p.side] = math.Max(st.pucker[p.side], p.at(st.t))
				continue
			}
			st.pull[p.side][p.region] = math.Max(st.pull[p.side][p.region], p.at(st.t))
		}
	}
}
