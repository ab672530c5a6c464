package phantom

import (
	"facialis/anatomy"
	"facialis/event"
)

// defaultTo sets *p to v when it is the zero value.
func defaultTo[T comparable](p *T, v T) {
	var zero T
	if *p == zero {
		*p = v
	}
}

// Defaults fills in what the spec leaves open.
func (s *Spec) Defaults() {
	defaultTo(&s.Name, "phantom")
	defaultTo(&s.Seed, 1)
	defaultTo(&s.Seconds, 20)
	p := &s.Person
	defaultTo(&p.Skin, 2)
	defaultTo(&p.Age, 55)
	defaultTo(&p.Hair, "brown")
	defaultTo(&p.Eyes, "brown")
	c := &s.Camera
	defaultTo(&c.Width, 1920)
	defaultTo(&c.Height, 1080)
	defaultTo(&c.FPS, 30)
	defaultTo(&c.DistanceMM, RestDistanceMM)
	if c.FocalMM > 0 {
		defaultTo(&c.FaceHeight, c.faceHeight())
	}
	defaultTo(&c.FaceHeight, 0.5)
	defaultTo(&c.Light, 1)
	defaultTo(&c.LightFrom, -0.3)
	if c.FlickerHz > 0 {
		defaultTo(&c.Flicker, 0.02)
	}
	defaultTo(&c.Noise, 1.5)
	defaultTo(&c.BlurPx, 0.6)
	defaultTo(&c.CRF, 18)
	defaultTo(&c.Preset, "veryfast")
	h := &s.Head
	defaultTo(&h.SwayMM, 1.5)
	defaultTo(&h.TurnDeg, 1)
	defaultTo(&h.BreathMM, 0.5)
	defaultTo(&h.Profile, "usual")
	if s.Lamp.Shadow.Depth > 0 {
		defaultTo(&s.Lamp.Shadow.EdgeMM, 8)
		defaultTo(&s.Lamp.Shadow.PeriodS, 8)
	}
	if s.Rest.WanderMM > 0 {
		defaultTo(&s.Rest.Common, 0.3)
	}
	defaultTo(&s.Blinks.RatePerMin, 17)
	for i := range s.Tasks {
		t := &s.Tasks[i]
		defaultTo(&t.Hold, 1.5)
		if m, ok := taskMoves[t.Task]; ok {
			defaultTo(&t.MM, m.mm)
		}
	}
	for i := range s.Events {
		e := &s.Events[i]
		defaultTo(&e.Kind, event.Spasm)
		defaultTo(&e.Form, event.Twitch)
		fillRegions(e.Regions, e.Side)
	}
	for i := range s.Generators {
		g := &s.Generators[i]
		defaultTo(&g.Kind, event.Spasm)
		defaultTo(&g.Share, 1)
		defaultTo(&g.Twitches, [2]int{3, 9})
		defaultTo(&g.RateHz, [2]float64{4, 7})
		defaultTo(&g.HoldS, [2]float64{1.5, 4})
		defaultTo(&g.To, s.Seconds)
		if len(g.Forms) == 0 {
			g.Forms = map[event.Form]float64{event.Twitch: 1}
		}
		fillRegions(g.Regions, "")
	}
}

func fillRegions(rs []RegionSpec, side anatomy.Side) {
	for i := range rs {
		defaultTo(&rs[i].Share, 1)
		defaultTo(&rs[i].Side, side)
		defaultTo(&rs[i].Lower, 0.45)
	}
}
