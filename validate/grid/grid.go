package grid

import (
	"fmt"
	"math/rand/v2"

	"facialis/anatomy"
	"facialis/event"
	"facialis/phantom"
)

// View is a way of seeing a face.
type View struct {
	Width   int     `json:"width"`
	Height  int     `json:"height"`
	FPS     float64 `json:"fps"`
	Noise   float64 `json:"noise"` // one SD of sensor noise in 8-bit levels
	Skin    int     `json:"skin"`  // 1 light … 6 dark
	Beard   bool    `json:"beard"`
	Glasses bool    `json:"glasses"`
}

// Name names the view in file names and tables.
func (v View) Name() string {
	s := fmt.Sprintf("%dp%g-noise%g-skin%d", v.Height, v.FPS, v.Noise, v.Skin)
	if v.Beard {
		s += "-beard"
	}
	if v.Glasses {
		s += "-glasses"
	}
	return s
}

// Head is the shape of a drawn head and how far it is from the lens.
type Head struct {
	Profile    string  `json:"profile"` // one of phantom.Profiles
	DistanceMM float64 `json:"distance_mm"`
}

// Grid is what is drawn.
type Grid struct {
	Amplitudes []float64        `json:"amplitudes_mm"`
	Regions    []anatomy.Region `json:"regions"`
	Views      []View           `json:"views"`
	Repeats    int              `json:"repeats"` // twitches of each amplitude and region under each view
	HealthyS   float64          `json:"healthy_s"`
	Healthy    []View           `json:"healthy_views"` // views under which rest and talk are drawn, HealthyS each
	FaceHeight float64          `json:"face_height"`   // hairline to chin over picture height
	Heads      []Head           `json:"heads"`         // whose head it is: the views take them in turn
	WanderMM   float64          `json:"wander_mm"`     // one SD of what the skin does at rest, by region
	Seed       uint64           `json:"seed"`
}

// Full is the grid of `make validate`: every combination of two picture sizes,
// two frame rates, two levels of noise and three skins, and under the plainest
// of them beard and glasses. Heads, distances and the skin's wandering are those
// of the scenes that accuracy is measured on (bench/accuracy/scenes.yaml).
func Full() Grid {
	g := Grid{
		Amplitudes: []float64{0.25, 0.35, 0.5, 0.7, 1, 2},
		Regions:    []anatomy.Region{anatomy.OrbicularisOculi, anatomy.Zygomaticus, anatomy.Depressor, anatomy.Frontalis},
		Repeats:    1, HealthyS: 60, FaceHeight: 0.5, Seed: 1, WanderMM: 0.2,
		Heads: []Head{{"usual", 500}, {"deep", 400}, {"flat", 700}, {"long", 350}, {"uneven", 500}},
	}
	for _, size := range [][2]int{{1920, 1080}, {1280, 720}} {
		for _, fps := range []float64{30, 60} {
			for _, noise := range []float64{1.5, 4} {
				for _, skin := range []int{2, 4, 6} {
					g.Views = append(g.Views, View{Width: size[0], Height: size[1], FPS: fps, Noise: noise, Skin: skin})
				}
			}
		}
	}
	plain := g.Views[0]
	beard, glasses := plain, plain
	beard.Beard, glasses.Glasses = true, true
	g.Views = append(g.Views, beard, glasses)
	g.Healthy = []View{plain, {Width: 1280, Height: 720, FPS: 30, Noise: 4, Skin: 4}}
	return g
}

// Small is a grid of a few seconds, for tests.
func Small() Grid {
	v := View{Width: 320, Height: 180, FPS: 12, Noise: 1.5, Skin: 2}
	return Grid{Amplitudes: []float64{0.5, 1}, Regions: []anatomy.Region{anatomy.OrbicularisOculi, anatomy.Zygomaticus},
		Views: []View{v}, Repeats: 1, HealthyS: 2, Healthy: []View{v}, FaceHeight: 0.5, Seed: 1}
}

const (
	leadInS   = 3.0 // before the first twitch: the person looks into the camera
	spacingS  = 1.5 // from one twitch's onset to the next, and up to jitterS more
	jitterS   = 0.3
	rateBlink = 17
)

// spec is the phantom of a view: every amplitude of every region, in random
// order, sides alternating.
func (g Grid) spec(v View, n int) *phantom.Spec {
	s := g.base(v, n)
	s.Name = v.Name()
	r := rand.New(rand.NewPCG(g.Seed, uint64(n)+1))
	type twitch struct {
		region anatomy.Region
		mm     float64
	}
	var all []twitch
	for range g.Repeats {
		for _, region := range g.Regions {
			for _, mm := range g.Amplitudes {
				all = append(all, twitch{region, mm})
			}
		}
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	at := leadInS
	side := []anatomy.Side{anatomy.Right, anatomy.Left}[n%2]
	for _, t := range all {
		s.Events = append(s.Events, phantom.EventSpec{At: at, Kind: event.Spasm, Side: side, Form: event.Twitch,
			Regions: []phantom.RegionSpec{{Region: t.region, MM: t.mm, Side: side, Share: 1}}})
		side = side.Other()
		at += spacingS + jitterS*r.Float64()
	}
	s.Seconds = at + 0.5
	return s
}

// healthy is a face without spasms: at rest, or talking and smiling.
func (g Grid) healthy(v View, talk bool, n int) *phantom.Spec {
	s := g.base(v, 1000+n)
	s.Seconds = g.HealthyS
	s.Name = "rest-" + v.Name()
	if talk {
		s.Name = "talk-" + v.Name()
		// A quarter smiling, the rest talking, from early on.
		s.Talk = []phantom.Span{{From: 0.04 * g.HealthyS, To: 0.7 * g.HealthyS}}
		s.Tasks = []phantom.TaskSpec{{Task: "smile", From: 0.72 * g.HealthyS, To: g.HealthyS, Every: 4}}
	}
	return s
}

func (g Grid) base(v View, n int) *phantom.Spec {
	beard := 0.0
	if v.Beard {
		beard = 1
	}
	s := &phantom.Spec{Seed: g.Seed*7919 + uint64(n),
		Person: phantom.Person{Skin: v.Skin, Beard: beard, Glasses: v.Glasses},
		Camera: phantom.Camera{Width: v.Width, Height: v.Height, FPS: v.FPS, Noise: v.Noise, FaceHeight: g.FaceHeight},
		Blinks: phantom.Blinks{RatePerMin: rateBlink}}
	s.Rest.WanderMM = g.WanderMM
	if len(g.Heads) > 0 {
		h := g.Heads[n%len(g.Heads)]
		s.Head.Profile, s.Camera.DistanceMM = h.Profile, h.DistanceMM
	}
	return s
}
