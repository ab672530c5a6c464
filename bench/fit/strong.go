package main

import (
	"math"
	"math/rand/v2"
	"slices"

	"facialis/anatomy"
	"facialis/event"
	"facialis/spasm"
)

// Severe spasms are hardly in the recordings: of marked contractions of four
// millimeters and more there are a few dozen. So that the score learns what a strong
// contraction looks like in a face that is hardly ever at rest, strong ones are put into
// kept traces, one after another on either side, for the fit only: they never judge.
const (
	strongEveryS = 1.3      // s from one to the next
	strongFromMM = 4.0      // mm, evenly by logarithm
	strongToMM   = 16.0     // one-sided pulls of the mouth that were filmed go 7 to 17
	strongFastS  = 0.08     // s of rise
	strongSlowS  = 0.25     //
	strongHoldS  = 0.25     // held up to this long
	strongShare  = 1.0 / 3  // of them close a lid, the others pull at the mouth
	strongAlong  = 0.35     // up to this share the other side goes along, or the opposite way
	strongWeight = 0.1      // of a marked contraction: with 0.25 all four filmed pulls are found and six more marked movements of the others lost
	strongSeed   = 20261129 // of the random numbers
	strongLidMM  = 8.0      // a lid closes no further
)

// strong puts strong contractions of one side into the film and gives those of the
// candidates that tell them.
func (f *film) strong(p spasm.Params) []cand {
	if f.Set == "head" || f.Set == "pose" || f.Set == "drawn" || f.trace.Len() == 0 {
		return nil
	}
	r := rand.New(rand.NewPCG(strongSeed, uint64(len(f.Film))+uint64(f.trace.Len())))
	g := &film{Film: f.Film, Person: f.Person, Set: f.Set, trace: clone(f.trace)}
	between := func(a, b float64) float64 { return a + (b-a)*r.Float64() }
	for at := 1.0; at+strongEveryS < min(f.trace.T[f.trace.Len()-1], 25); at += strongEveryS {
		s := r.IntN(2)
		mm := strongFromMM * math.Exp(between(0, math.Log(strongToMM/strongFromMM)))
		rise, hold := between(strongFastS, strongSlowS), between(0, strongHoldS)
		along := between(-strongAlong, strongAlong)
		shares := map[int]float64{anatomy.AtZygomaticus: 1, anatomy.AtMalar: 0.5, anatomy.AtOrbicularisOris: 0.6}
		lead := anatomy.AtZygomaticus
		if r.Float64() < strongShare {
			lead, mm, along = anatomy.AtOrbicularisOculi, min(mm, strongLidMM), math.Abs(along)
			shares = map[int]float64{anatomy.AtOrbicularisOculi: 1, anatomy.AtMalar: 0.25}
		}
		for k, share := range shares {
			pull(g.trace, s, k, at, rise, hold, share*mm)
			pull(g.trace, 1-s, k, at, rise, hold, along*share*mm)
		}
		m := marked{Event: event.Event{Kind: event.Spasm, Form: event.Twitch, Side: anatomy.Sides[s], Lead: anatomy.Regions[lead],
			OnsetS: at + 0.2*rise, OffsetS: at + 1.8*rise + hold}}
		g.truth = append(g.truth, m)
	}
	g.find(p)
	return slices.DeleteFunc(g.cands, func(c cand) bool { return c.y != 1 })
}

// clone is a trace whose movements may be changed.
func clone(t *event.Trace) *event.Trace {
	out := *t
	for s := range 2 {
		for k := range anatomy.NumRegions {
			out.DX[s][k], out.DY[s][k] = slices.Clone(t.DX[s][k]), slices.Clone(t.DY[s][k])
		}
		out.Aperture[s] = slices.Clone(t.Aperture[s])
	}
	return &out
}

// pull adds a movement of a region along its action: there in rise seconds, held, and
// back in rise seconds.
func pull(tr *event.Trace, side, region int, at, rise, hold, mm float64) {
	a := anatomy.Directions[region]
	for i, t := range tr.T {
		d := t - at
		if d <= 0 || d >= 2*rise+hold {
			continue
		}
		v := mm
		if d < rise {
			v = mm * (1 - math.Cos(math.Pi*d/rise)) / 2
		} else if d > rise+hold {
			v = mm * (1 + math.Cos(math.Pi*(d-rise-hold)/rise)) / 2
		}
		tr.DX[side][region][i] += float32(a[0] * v)
		tr.DY[side][region][i] += float32(a[1] * v)
		if region == anatomy.AtOrbicularisOculi {
			tr.Aperture[side][i] -= float32(v)
		}
	}
}
