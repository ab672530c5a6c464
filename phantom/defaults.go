package phantom

import (
	"fmt"
	"math"
	"slices"

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

// Validate fills in defaults and says what is wrong with the spec, if anything.
func (s *Spec) Validate() error {
	s.Defaults()
	c := s.Camera
	switch {
	case s.Seconds <= 0 || s.Seconds > 24*3600 || math.IsNaN(s.Seconds):
		return fmt.Errorf("seconds must be above 0 and at most a day, not %v", s.Seconds)
	case c.Width < 64 || c.Height < 64 || c.Width > 7680 || c.Height > 4320 || c.Width%2+c.Height%2 != 0:
		return fmt.Errorf("the picture must be 64x64 to 7680x4320 with even sides, not %dx%d", c.Width, c.Height)
	case c.FPS < 1 || c.FPS > 480 || math.IsNaN(c.FPS):
		return fmt.Errorf("fps must be 1 to 480, not %v", c.FPS)
	case c.FaceHeight < 0.05 || c.FaceHeight > 1:
		return fmt.Errorf("face_height must be 0.05 to 1, not %v", c.FaceHeight)
	case c.CRF < 0 || c.CRF > 51:
		return fmt.Errorf("crf must be 0 to 51, not %d", c.CRF)
	case c.FlickerHz != 0 && c.FlickerHz != 50 && c.FlickerHz != 60:
		return fmt.Errorf("flicker_hz must be 50 or 60, not %v", c.FlickerHz)
	case s.Person.Skin < 1 || s.Person.Skin > 6:
		return fmt.Errorf("skin must be 1 to 6, not %d", s.Person.Skin)
	case hairColours[s.Person.Hair] == (rgb{}) && s.Person.Hair != "none":
		return fmt.Errorf("hair must be dark, brown, blond, grey or none, not %q", s.Person.Hair)
	case eyeColours[s.Person.Eyes] == (rgb{}):
		return fmt.Errorf("eyes must be brown, blue or green, not %q", s.Person.Eyes)
	}
	for i, e := range s.Events {
		if err := checkEvent(e); err != nil {
			return fmt.Errorf("event %d: %w", i+1, err)
		}
	}
	for i, g := range s.Generators {
		if err := checkGenerator(g); err != nil {
			return fmt.Errorf("generator %d: %w", i+1, err)
		}
	}
	for i, t := range s.Tasks {
		if _, ok := taskMoves[t.Task]; !ok && t.Every > 0 {
			return fmt.Errorf("task %d: %q has no movement to repeat", i+1, t.Task)
		}
		if t.To <= t.From {
			return fmt.Errorf("task %d: it must end after it begins", i+1)
		}
		if t.Every > 0 && t.Every < t.Hold+1.5 {
			return fmt.Errorf("task %d: every_s must be at least hold_s + 1.5", i+1)
		}
	}
	return nil
}

func checkEvent(e EventSpec) error {
	if !slices.Contains([]event.Kind{event.Blink, event.Voluntary, event.Spasm, event.Synkinesis, event.Other}, e.Kind) {
		return fmt.Errorf("unknown kind %q", e.Kind)
	}
	if !slices.Contains([]event.Form{event.Twitch, event.Clonic, event.Tonic}, e.Form) {
		return fmt.Errorf("unknown form %q", e.Form)
	}
	return checkRegions(e.Regions, e.Side)
}

func checkGenerator(g Generator) error {
	if g.RatePerMin <= 0 && len(g.LockedTo) == 0 {
		return fmt.Errorf("it needs rate_per_min or locked_to")
	}
	if g.RatePerMin > 120 {
		return fmt.Errorf("rate_per_min must be at most 120, not %v", g.RatePerMin)
	}
	return checkRegions(g.Regions, g.Side)
}

func checkRegions(rs []RegionSpec, side anatomy.Side) error {
	if side != anatomy.Right && side != anatomy.Left && side != anatomy.Both {
		return fmt.Errorf("side must be right, left or both, not %q", side)
	}
	if len(rs) == 0 {
		return fmt.Errorf("it moves no region")
	}
	for _, r := range rs {
		if !slices.Contains(anatomy.Regions, r.Region) {
			return fmt.Errorf("unknown region %q", r.Region)
		}
		if r.MM <= 0 || r.MM > 15 {
			return fmt.Errorf("%s: mm must be above 0 and at most 15, not %v", r.Region, r.MM)
		}
	}
	return nil
}
