package phantom

import (
	"math"
	"math/rand/v2"

	"facialis/anatomy"
)

// wandering is how the skin of one side's regions lies off its place at rest, mm:
// along each muscle's pull (of orbicularis oculi: by how much the aperture is
// narrower) and across it.
type wandering struct{ along, across [anatomy.NumRegions]float64 }

// habit is how the skin of a region wanders. Everything is a share of
// Rest.WanderMM; signs are those of the muscle's pull.
type habit struct {
	size  float64 // SD of what wanders by itself
	blink float64 // at the height of a full blink
	gaze  float64 // for a mm that the irises go up
	aside float64 // for a mm that the irises go outwards
	chest float64 // at the top of a breath
}

// habits are sized by films of four people at rest, in which this program's own
// trace of one side lay by 0.06–0.33 mm (SD from the median absolute deviation)
// around its middle, 0.14–0.8 at chin and neck, and by 0.03–0.3 within a second:
// least at the brow and around the eyes, most at mouth, chin and neck, with little
// in common between the sides. A blink draws the brow down, the cheek and the
// mouth's corner up; the upper lid goes with the eye.
var habits = [anatomy.NumRegions]habit{
	anatomy.AtFrontalis:        {size: 0.8, blink: -0.7, gaze: 0.4, aside: 0.1, chest: 0.15},
	anatomy.AtOrbicularisOculi: {size: 0.5, gaze: -2, aside: 0.1},
	anatomy.AtZygomaticus:      {size: 1, blink: 0.5, gaze: 0.15, aside: 0.1, chest: 0.2},
	anatomy.AtMalar:            {size: 1, blink: 0.6, gaze: 0.15, aside: 0.1, chest: 0.2}, // as the corner beside it, nearer to the lids
	anatomy.AtOrbicularisOris:  {size: 1.1, blink: 0.3, chest: 0.3},
	anatomy.AtDepressor:        {size: 0.9, blink: -0.2, chest: 0.4},
	anatomy.AtMentalis:         {size: 1.2, blink: 0.1, chest: -0.4},
	anatomy.AtPlatysma:         {size: 1.5, chest: 0.8},
}

const (
	// The band in which skin wanders, Hz: from a breath's up to where a twitch's
	// begins. Of the films' variance about a fifth lay above 0.5 Hz.
	restLowHz, restHighHz = 0.05, 3.0
	restTilt              = 0.3
	acrossShare           = 0.6 // of the size, across the pull
	moodsPerMin           = 3.0 // small expressions: a corner drawn in, lips pressed
)

// restless makes the skin wander.
type restless struct {
	mm           float64
	breathHz     float64
	along, cross [3][anatomy.NumRegions]wander // what both sides do, the right one, the left one
	moods        [2][]track
	first        int
}

// newRestless draws a face's habits from a source of its own, so that a timeline
// is the same with and without them.
func newRestless(s *Spec, breathHz float64) *restless {
	k := &restless{mm: s.Rest.WanderMM, breathHz: breathHz}
	if k.mm <= 0 {
		return k
	}
	r := rand.New(rand.NewPCG(s.Seed, 0x2e57))
	for g, h := range habits {
		for who := range 3 {
			share := s.Rest.Common
			if who > 0 {
				share = 1 - s.Rest.Common
			}
			sd := k.mm * h.size * math.Sqrt(share)
			k.along[who][g] = newWander(r, sd, restLowHz, restHighHz, restTilt)
			k.cross[who][g] = newWander(r, acrossShare*sd, restLowHz, restHighHz, restTilt)
		}
	}
	for t := 0.0; t < s.Seconds; {
		t += 60 / moodsPerMin * r.ExpFloat64()
		g := []int{anatomy.AtFrontalis, anatomy.AtZygomaticus, anatomy.AtOrbicularisOris, anatomy.AtDepressor, anatomy.AtMentalis}[r.IntN(5)]
		p := pulse{t, 0.4 + 0.6*r.Float64(), 0.5 + 2*r.Float64(), 0.5 + 0.8*r.Float64(), k.mm * (0.7 + r.Float64())}
		for side := range 2 {
			q := p
			q.mm *= 1 + 0.15*r.NormFloat64()
			k.moods[side] = append(k.moods[side], track{side: side, region: g, pulses: []pulse{q}})
		}
	}
	return k
}

// add lays the wandering of time st.t over the face, whose blinks have drawn the
// lids down by the given mm. An eye that shuts keeps none of it.
func (k *restless) add(st *state, blink [2]float64) {
	if k.mm <= 0 {
		return
	}
	chest := math.Sin(2 * math.Pi * k.breathHz * st.t)
	for k.first < len(k.moods[0]) && k.moods[0][k.first].pulses[0].end() < st.t-2 {
		k.first++
	}
	for side := range 2 {
		w := &st.wander[side]
		for g, h := range habits {
			w.along[g] = k.along[0][g].at(st.t) + k.along[1+side][g].at(st.t) +
				k.mm*(h.blink*blink[side]/RestApertureMM-h.gaze*st.gazeY+h.aside*sgn[side]*st.gazeX+h.chest*chest)
			w.across[g] = k.cross[0][g].at(st.t) + k.cross[1+side][g].at(st.t)
		}
		for _, m := range k.moods[side][k.first:] {
			if m.pulses[0].t0 > st.t {
				break
			}
			w.along[m.region] += m.at(st.t)
		}
		const lid = anatomy.AtOrbicularisOculi
		w.along[lid] *= min(1, st.aperture[side]/RestApertureMM)
		w.along[lid] = min(w.along[lid], st.aperture[side])
		st.aperture[side] -= w.along[lid]
	}
}

// shownWander is how far the wandering has moved the skin at a region's patch, mm
// along its muscle's pull, its neighbours' share included; of orbicularis oculi:
// by how much the aperture is narrower.
func (st *state) shownWander(side, region int) (mm float64) {
	w, c := &st.wander[side], carried()
	for g := range anatomy.NumRegions {
		mm += c.along[region][g]*w.along[g] + c.across[region][g]*w.across[g]
	}
	return mm
}

// shadowMotion is how a shadow's edge wanders.
type shadowMotion struct {
	at0 float64
	wander
}

func newShadowMotion(s *Spec) *shadowMotion {
	k := s.Lamp.Shadow
	if k.SwayMM <= 0 || k.Depth <= 0 {
		return &shadowMotion{at0: k.AtMM}
	}
	r := rand.New(rand.NewPCG(s.Seed, 0x5ad0))
	return &shadowMotion{k.AtMM, newWander(r, k.SwayMM, 1/k.PeriodS, 6/k.PeriodS, swayTilt)}
}

func (k *shadowMotion) at(t float64) float64 { return k.at0 + k.wander.at(t) }
