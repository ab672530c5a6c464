package spasm

import (
	"math"
	"math/rand/v2"
	"testing"

	"pgregory.net/rapid"

	"facialis/anatomy"
	"facialis/event"
	"facialis/phantom"
)

// traceOf is what would be seen of a drawn face without loss, with noise of 0.03 mm.
func traceOf(truth *phantom.Truth, seed uint64) *event.Trace {
	r := rand.New(rand.NewPCG(seed, 9))
	d := truth.Displacement
	tr := &event.Trace{MMPerPx: 0.3, T: d.T}
	column := func(base, sd float64) []float32 {
		c := make([]float32, len(d.T))
		for i := range c {
			c[i] = float32(base + sd*r.NormFloat64())
		}
		return c
	}
	for s, pulls := range []map[anatomy.Region][]float64{d.Right, d.Left} {
		tr.Aperture[s] = column(10, 0.05)
		for k, region := range anatomy.Regions {
			tr.DX[s][k], tr.DY[s][k] = column(0, 0.03), column(0, 0.03)
			a := anatomy.Directions[k]
			for i, v := range pulls[region] {
				tr.DX[s][k][i] += float32(a[0] * v)
				tr.DY[s][k][i] += float32(a[1] * v)
				if k == anatomy.AtOrbicularisOculi {
					tr.Aperture[s][i] -= float32(v)
				}
			}
		}
	}
	tr.Yaw, tr.Pitch, tr.Roll, tr.Quality = column(0, 0.1), column(0, 0.1), column(0, 0.1), column(1, 0)
	return tr
}

// A pause looks up to three pictures shorter than it is, or one longer: pictures come
// one by one, and the trace is smoothed over three.
const shorter, longer = 3, 1

// leastPictures is how many pictures a twitch lasts: of fewer, smoothing over three
// leaves too little of a millimeter to be told from noise every time.
const leastPictures = 3

// counted is the share of a train's time that its twitches may fill for each to be
// counted: in a fuller train the level between them is not the skin's rest.
const counted = 0.65

// train draws a train of even twitches, and nothing else.
type train struct {
	n       int
	hz, fps float64
	length  float64 // of a twitch, s
	at, mm  float64
	region  anatomy.Region
	side    anatomy.Side
	seed    uint64
}

// pause is the time between two of its twitches.
func (c train) pause() float64 {
	foot := math.Acos(1-2*event.FootShare) / math.Pi // of a twitch's length lies before its onset or after its end
	return 1/c.hz - c.length*(1-foot)
}

func (c train) events() (drawn, all []event.Event, err error) {
	truth, err := phantom.Tell(&phantom.Spec{Seconds: c.at + float64(c.n)/c.hz + 2, Camera: phantom.Camera{FPS: c.fps}, Blinks: phantom.Blinks{RatePerMin: -1},
		Events: []phantom.EventSpec{{At: c.at, Side: c.side, Form: event.Clonic, Twitches: c.n, RateHz: c.hz, RiseMS: 400 * c.length, FallMS: 600 * c.length, Regular: true,
			Regions: []phantom.RegionSpec{{Region: c.region, MM: c.mm}}}}})
	if err != nil {
		return nil, nil, err
	}
	return truth.Events, Detect(traceOf(truth, c.seed), nil, DefaultParams()), nil
}

// Trains of 1 to 8 Hz are reported as they were drawn: as many events, each of the
// drawn form, with as many twitches, and nearer to the drawn one than to its
// neighbors.
func TestTrainsAreToldAsDrawn(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := train{n: rapid.IntRange(1, 8).Draw(t, "twitches"), hz: rapid.Float64Range(1, 8).Draw(t, "hz"),
			fps: rapid.SampledFrom([]float64{25, 30, 50, 60}).Draw(t, "fps"), at: rapid.Float64Range(2, 3).Draw(t, "at"), mm: rapid.Float64Range(1, 3).Draw(t, "mm"),
			region: rapid.SampledFrom([]anatomy.Region{anatomy.OrbicularisOculi, anatomy.Zygomaticus, anatomy.Depressor, anatomy.Mentalis}).Draw(t, "region"),
			side:   rapid.SampledFrom(anatomy.Sides[:]).Draw(t, "side"), seed: rapid.Uint64Range(1, 1000).Draw(t, "seed")}
		if c.hz > c.fps/5 {
			t.Skip("fewer than five pictures a twitch")
		}
		c.length = rapid.Float64Range(max(0.11, leastPictures/c.fps), max(min(0.2, 1/c.hz), leastPictures/c.fps)).Draw(t, "length")
		for _, gap := range []float64{event.TrainGapS, event.EpisodeGapS} {
			if p := c.pause(); p > gap-longer/c.fps && p < gap+shorter/c.fps {
				t.Skip("a pause too close to a limit to be told")
			}
		}
		drawn, all, err := c.events()
		if err != nil {
			t.Fatal(err)
		}
		got := of(all, event.Spasm)
		if len(got) != len(drawn) {
			t.Fatalf("%d spasms, %d are drawn: %+v", len(got), len(drawn), all)
		}
		for i, e := range got {
			w := drawn[i]
			if e.Form != w.Form || e.Side != w.Side || e.Twitches != w.Twitches && c.length*c.hz < counted || *e.Episode != *w.Episode || math.Abs(e.OnsetS-w.OnsetS) > 0.5/c.hz {
				t.Fatalf("%s %s of %d at %.3f s (episode %d), drawn %s %s of %d at %.3f s (episode %d)", e.Side, e.Form, e.Twitches, e.OnsetS, *e.Episode, w.Side, w.Form, w.Twitches, w.OnsetS, *w.Episode)
			}
		}
	})
}

// One twitch of a train that is seen better than the train does not take its place,
// and a pause that goes back a little is no twitch.
func TestTrainsKeepTheirTwitches(t *testing.T) {
	for _, c := range []train{
		{n: 5, hz: 4.5, fps: 30, length: 0.14, at: 2, mm: 2, region: anatomy.Depressor, side: anatomy.Left, seed: 1},
		{n: 7, hz: 6.34375, fps: 60, length: 0.128173828125, at: 3, mm: 1.6608734130859375, region: anatomy.Zygomaticus, side: anatomy.Right, seed: 2},
		{n: 8, hz: 3.595703125, fps: 60, length: 0.1484375, at: 3, mm: 1.5, region: anatomy.Zygomaticus, side: anatomy.Right, seed: 14},
		{n: 8, hz: 5, fps: 60, length: 0.125, at: 2, mm: 1, region: anatomy.Zygomaticus, side: anatomy.Right, seed: 3}, // in step with a level sampled every fourth picture
	} {
		drawn, all, err := c.events()
		if err != nil {
			t.Fatal(err)
		}
		if got := of(all, event.Spasm); len(got) != 1 || len(drawn) != 1 || got[0].Twitches != c.n || got[0].Form != event.Clonic {
			t.Errorf("%d twitches at %.2f Hz: %+v", c.n, c.hz, all)
		}
	}
}
