package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"facialis/anatomy"
	"facialis/event"
	"facialis/measure"
	"facialis/phantom"
)

// made are sizes of n faces that read so many times too small, with an error of a share
// of the size.
func made(rng *rand.Rand, region anatomy.Region, n int, gain, share float64) []sizeOf {
	var out []sizeOf
	for face := range n {
		for range 12 {
			read := 0.5 + 3*rng.Float64()
			out = append(out, sizeOf{Who: fmt.Sprint(face), Region: region, Read: read, Truth: read * (gain + share*rng.NormFloat64()), SD: 0.05})
		}
	}
	return out
}

// The fit finds again how much a region reads short and how far sizes scatter.
func TestFitSizes(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for _, c := range []struct{ gain, share float64 }{{1, 0.05}, {1.8, 0.3}, {0.9, 0.15}} {
		row := fitSizes(made(rng, anatomy.Malar, 8, c.gain, c.share), byFace, mostWeight)
		if math.Abs(row.Gain-c.gain) > 0.15 || math.Abs(row.Share-c.share) > 0.08 || row.N != 96 || row.Groups != 8 {
			t.Errorf("gain %.2f, share %.2f: %+v", c.gain, c.share, row)
		}
	}
}

// A face is judged by a model that has not seen it: one that reads quite otherwise than
// the others falls out of its intervals; in the fit it makes them wider.
func TestHeldOutSizes(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	all := made(rng, anatomy.Zygomaticus, 5, 1, 0.03)
	for range 30 {
		all = append(all, sizeOf{Who: "other", Region: anatomy.Zygomaticus, Read: 2, Truth: 3, SD: 0.05})
	}
	in := map[string]*covered{}
	heldOut(all, func(s sizeOf, m *measure.SizeModel) {
		if in[s.Who] == nil {
			in[s.Who] = new(covered)
		}
		in[s.Who].add(m, s)
	})
	if c := in["other"]; c.in95.k > 0 || c.in95.n != 30 {
		t.Errorf("%d of %d sizes of a face that is unlike the others are held", c.in95.k, c.in95.n)
	}
	if c := in["0"]; c.in95.k < 10 {
		t.Errorf("%d of %d sizes of a face like the others are held", c.in95.k, c.in95.n)
	}
	with, _ := fitted(all).Of(anatomy.Zygomaticus, false)
	without, _ := fitted(all[:60]).Of(anatomy.Zygomaticus, false)
	if with.Share < without.Share+0.02 {
		t.Errorf("a share of %.2f with the face in the fit, %.2f without", with.Share, without.Share)
	}
}

func fitted(all []sizeOf) *measure.SizeModel {
	m := fitModel(all)
	return &m
}

// A printed size is held against the true one of its own event, side and region, and a
// pull of the cheek against the cheek's.
func TestPrintedSizes(t *testing.T) {
	size := func(mm float64) *float64 { return &mm }
	part := func(r anatomy.Region, s anatomy.Side, mm float64) event.RegionMovement {
		return event.RegionMovement{Region: r, Side: s, OnsetS: 1, PeakMM: size(mm)}
	}
	of := func(at float64, s anatomy.Side, parts ...event.RegionMovement) event.Event {
		return event.Event{Kind: event.Spasm, Side: s, Form: event.Twitch, OnsetS: at, OffsetS: at + 0.2, Regions: parts}
	}
	f := &film{Name: "x", Who: "p1", truth: &truth{Truth: phantom.Truth{Events: []event.Event{
		of(1, anatomy.Right, part(anatomy.OrbicularisOculi, anatomy.Right, 2)),
		of(3, anatomy.Left, part(anatomy.Zygomaticus, anatomy.Left, 3)),
		of(5, anatomy.Left, part(anatomy.Zygomaticus, anatomy.Left, 4)),
	}}, More: []more{{}, {Place: string(anatomy.Cheek)}, {}}}, seen: &seen{Trace: new(event.Trace), Events: []event.Event{
		of(1.02, anatomy.Right, part(anatomy.OrbicularisOculi, anatomy.Right, 1.9), part(anatomy.Frontalis, anatomy.Right, 0.4)),
		of(3.02, anatomy.Left, part(anatomy.Malar, anatomy.Left, 1.5), part(anatomy.Zygomaticus, anatomy.Left, 0.5)),
		of(5, anatomy.Right, part(anatomy.Zygomaticus, anatomy.Right, 4)), // the wrong side
	}}}
	got, untold := f.printedSizes()
	if len(got) != 2 || untold != 2 || got[0].Region != anatomy.OrbicularisOculi || got[0].Read != 1.9 || got[0].Truth != 2 ||
		got[1].Region != anatomy.Malar || got[1].Read != 1.5 || got[1].Truth != 3 {
		t.Errorf("%+v", got)
	}
}
