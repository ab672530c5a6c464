package phantom

import (
	"math"
	"math/rand/v2"
	"slices"
	"sort"

	"facialis/anatomy"
	"facialis/event"
)

// taskMove is what a person does when asked: regions and their size relative
// to the main one.
type taskMove struct {
	mm    float64
	parts []part
	kind  event.Kind
	side  anatomy.Side
}

type part struct {
	region int
	rel    float64 // of the main size
	other  float64 // of the main size on the side that was not asked
}

// taskMoves are the movements of the protocol. Sizes: the brow goes 7.6–9.0 mm in
// healthy people, an eye narrows by 21.6 ± 13.4 % in a smile (here 14 %) and a
// wink moves the other side in 96 %; the rest are typical values.
var taskMoves = map[string]taskMove{
	"brow_raise":  {7.5, []part{{anatomy.AtFrontalis, 1, 1}}, event.Voluntary, anatomy.Both},
	"eye_closure": {RestApertureMM, []part{{anatomy.AtOrbicularisOculi, 1, 1}}, event.Voluntary, anatomy.Both},
	"smile":       {7, []part{{anatomy.AtZygomaticus, 1, 1}, {anatomy.AtOrbicularisOculi, 0.2, 0.2}}, event.Voluntary, anatomy.Both},
	"pucker":      {5, []part{{anatomy.AtOrbicularisOris, 1, 1}, {anatomy.AtMentalis, 0.3, 0.3}}, event.Voluntary, anatomy.Both},
	"snarl":       {4, []part{{anatomy.AtZygomaticus, 1, 1}, {anatomy.AtOrbicularisOculi, 0.6, 0.6}}, event.Voluntary, anatomy.Both},
	"blink":       {RestApertureMM, []part{{anatomy.AtOrbicularisOculi, 1, 1}}, event.Blink, anatomy.Both},
	"wink_right":  {RestApertureMM, []part{{anatomy.AtOrbicularisOculi, 1, 0.1}, {anatomy.AtZygomaticus, 0.25, 0}}, event.Voluntary, anatomy.Right},
	"wink_left":   {RestApertureMM, []part{{anatomy.AtOrbicularisOculi, 1, 0.1}, {anatomy.AtZygomaticus, 0.25, 0}}, event.Voluntary, anatomy.Left},
}

// scheduler turns a spec into a timeline.
type scheduler struct {
	spec *Spec
	r    *rand.Rand
	tl   *timeline
	asym [anatomy.NumRegions]float64 // right over left in voluntary movement, half of it
}

func sidesOf(s anatomy.Side) []int {
	switch s {
	case anatomy.Right:
		return []int{0}
	case anatomy.Left:
		return []int{1}
	}
	return []int{0, 1}
}

func schedule(s *Spec) *timeline {
	r := rand.New(rand.NewPCG(s.Seed, 0x9e3779b97f4a7c15))
	c := &scheduler{spec: s, r: r, tl: &timeline{}}
	c.tl.head = newHeadMotion(s, r)
	if s.portrait != nil { // a photograph can sway and tilt, not turn
		h := c.tl.head
		h.yaw, h.pitch, h.turns, h.breathMM = wander{}, wander{}, nil, 0
	}
	c.tl.rest = newRestless(s, c.tl.head.breathHz)
	c.tl.shadow = newShadowMotion(s)
	c.tl.gaze = newGazer(s.Seconds, r)
	c.tl.talk = newTalker(s.Talk, r)
	draw := func(i int) { c.asym[i] = min(0.05, max(-0.05, 0.025*r.NormFloat64())) }
	for i := range c.asym {
		if i != anatomy.AtMalar {
			draw(i)
		}
	}
	if k := s.Person.Contracture; k != nil {
		for _, i := range sidesOf(k.Side) {
			c.tl.restDrop[i], c.tl.restCorner[i] = k.ApertureMM, k.CornerMM
		}
	}
	for _, e := range s.Events {
		c.add(c.event(e))
	}
	for _, t := range s.Tasks {
		c.task(t)
	}
	for _, g := range s.Generators {
		if len(g.LockedTo) == 0 {
			c.generate(g)
		}
	}
	c.blinks()
	for _, g := range s.Generators {
		if len(g.LockedTo) > 0 {
			c.follow(g)
		}
	}
	c.tl.sort()
	c.mergeTrains()
	return c.tl
}

func (c *scheduler) add(h *happening) {
	h.bounds()
	c.tl.happenings = append(c.tl.happenings, h)
}

// busy is the end of whatever happens between from and to, with a margin, or 0.
func (c *scheduler) busy(from, to, margin float64) (until float64) {
	for _, h := range c.tl.happenings {
		if !h.overlap && h.t0-margin < to && h.t1+margin > from {
			until = max(until, h.t1+margin)
		}
	}
	return until
}

// shapeDefaults fills in the shape of an event's excursions by its form.
func (e *EventSpec) shapeDefaults() {
	switch e.Form {
	case event.Tonic:
		defaultTo(&e.HoldS, 2)
		defaultTo(&e.RiseMS, 150)
		defaultTo(&e.FallMS, 300)
	case event.Clonic:
		defaultTo(&e.Twitches, 5)
		defaultTo(&e.RateHz, 5)
		defaultTo(&e.RiseMS, 55)
		defaultTo(&e.FallMS, 85)
		e.HoldS = 0
	default:
		defaultTo(&e.RiseMS, 70)
		defaultTo(&e.FallMS, 130)
		e.HoldS = 0
	}
}

// event makes a happening from its description.
func (c *scheduler) event(e EventSpec) *happening {
	h := &happening{kind: e.Kind, side: e.Side, form: e.Form, trigger: e.Trigger, twitches: 1}
	r := c.r
	var train []pulse // of size 1, from time 0
	e.shapeDefaults()
	switch e.Form {
	case event.Tonic:
		train = []pulse{{0, e.RiseMS / 1000, e.HoldS, e.FallMS / 1000, 1}}
	case event.Clonic:
		t := 0.0
		for range e.Twitches {
			mm := 1.0
			step := 1 / e.RateHz
			if !e.Regular {
				mm = math.Exp(0.2 * r.NormFloat64())
				step *= min(1.8, max(0.7, math.Exp(0.25*r.NormFloat64())))
			}
			train = append(train, pulse{t, e.RiseMS / 1000, 0, e.FallMS / 1000, mm})
			t += step
		}
		h.twitches = e.Twitches
	default:
		train = []pulse{{0, e.RiseMS / 1000, 0, e.FallMS / 1000, 1}}
	}
	h.first, h.last = e.At, e.At+train[len(train)-1].t0
	top := 0.0
	for _, p := range train {
		top = max(top, p.mm)
	}
	for i, g := range e.Regions {
		if i > 0 && r.Float64() >= g.Share {
			continue
		}
		mm := g.MM * math.Exp(g.SD*r.NormFloat64())
		for _, side := range sidesOf(g.Side) {
			k := track{side: side, region: g.Region.Index()}
			k.lower, k.skin = g.Lower, skinShare
			for _, p := range train {
				p.t0 += e.At + g.LagMS/1000
				p.mm *= mm / top
				k.pulses = append(k.pulses, p)
			}
			h.tracks = append(h.tracks, k)
		}
	}
	return h
}

// task adds the movements that a task asks for.
func (c *scheduler) task(t TaskSpec) {
	m, ok := taskMoves[t.Task]
	if !ok || t.Every <= 0 {
		return
	}
	for at := t.From + 0.6; at+t.Hold+1 < t.To; at += t.Every * (1 + 0.05*c.r.NormFloat64()) {
		if m.kind == event.Blink {
			c.add(c.blink(at, 1))
			continue
		}
		h := &happening{kind: m.kind, side: m.side, form: event.Tonic, twitches: 1}
		size := t.MM * math.Exp(0.08*c.r.NormFloat64())
		for _, p := range m.parts {
			for side := range 2 {
				rel := p.rel
				if m.side != anatomy.Both && side != sidesOf(m.side)[0] {
					rel = p.other
				}
				if rel == 0 {
					continue
				}
				mm := size * rel * (1 + sgn[side]*c.asym[p.region])
				if p.region == anatomy.AtOrbicularisOculi {
					mm = min(mm, RestApertureMM)
				}
				h.tracks = append(h.tracks, track{side: side, region: p.region, lower: 0.2, skin: 0.15, pucker: t.Task == "pucker" && p.region == anatomy.AtOrbicularisOris,
					pulses: []pulse{{at, 0.3, t.Hold, 0.4, mm}}})
			}
		}
		c.add(h)
	}
}

// blink makes a spontaneous blink of relative size rel: closing in 66–100 ms,
// opening in 150–200 ms, both lids together.
func (c *scheduler) blink(at, rel float64) *happening {
	h := &happening{kind: event.Blink, side: anatomy.Both, form: event.Twitch, twitches: 1}
	rise, fall := 0.066+0.034*c.r.Float64(), 0.15+0.05*c.r.Float64()
	for side := range 2 {
		mm := min(RestApertureMM, RestApertureMM*rel*(1+sgn[side]*0.4*c.asym[anatomy.AtOrbicularisOculi]))
		h.tracks = append(h.tracks, track{side: side, region: anatomy.AtOrbicularisOculi, lower: 0.06,
			pulses: []pulse{{at, rise, 0.01 + 0.01*c.r.Float64(), fall, mm}}})
	}
	return h
}

// blinks adds spontaneous blinks: log-normal intervals around the rate.
func (c *scheduler) blinks() {
	rate := c.spec.Blinks.RatePerMin
	if rate <= 0 {
		return
	}
	const sigma = 0.55
	mean := 60/rate - 0.3
	for t := mean * c.r.Float64(); t < c.spec.Seconds-0.3; {
		rel := min(1.05, 0.9+0.12*c.r.Float64()+0.03*c.r.NormFloat64())
		if u := c.busy(t, t+0.3, 0.3); u > 0 {
			t = u + 0.05
			continue
		}
		c.add(c.blink(t, rel))
		t += 0.3 + mean*math.Exp(sigma*c.r.NormFloat64()-sigma*sigma/2)
	}
}

func between(r *rand.Rand, v [2]float64) float64 { return v[0] + (v[1]-v[0])*r.Float64() }

// draw makes one event of a generator at a time and side.
func (c *scheduler) draw(g Generator, at float64, side anatomy.Side) EventSpec {
	e := EventSpec{At: at, Kind: g.Kind, Side: side, Regular: g.EvenTrain, RiseMS: g.RiseMS, FallMS: g.FallMS}
	var sum float64
	for _, w := range g.Forms {
		sum += w
	}
	u := c.r.Float64() * sum
	for _, f := range []event.Form{event.Twitch, event.Clonic, event.Tonic} {
		if u -= g.Forms[f]; u < 0 {
			e.Form = f
			break
		}
	}
	defaultTo(&e.Form, event.Twitch)
	e.Twitches = g.Twitches[0] + c.r.IntN(max(1, g.Twitches[1]-g.Twitches[0]+1))
	e.RateHz, e.HoldS = between(c.r, g.RateHz), between(c.r, g.HoldS)
	for _, p := range g.Regions {
		defaultTo(&p.Side, side)
		e.Regions = append(e.Regions, p)
	}
	return e
}

// generate adds a generator's events: exponential gaps, never closer than
// 0.8 s to anything else, so that each stands for itself.
func (c *scheduler) generate(g Generator) {
	const gap = 0.8
	side, last := g.Side, math.Inf(-1)
	var dur float64
	for t := g.From; ; {
		mean := max(0.1, 60/g.RatePerMin-gap-dur)
		d := mean
		if !g.Regular {
			d = mean * c.r.ExpFloat64()
		}
		t += gap + d
		if t >= g.To {
			return
		}
		if g.Alternate && t-last > 10 {
			if side = g.Side; c.r.Float64() < 0.5 {
				side = g.Side.Other()
			}
		}
		h := c.event(c.draw(g, t, side))
		h.bounds()
		if u := c.busy(h.t0, h.t1, gap); u > 0 && !g.Overlap {
			t = u
			continue
		}
		if h.t1 >= min(g.To, c.spec.Seconds) {
			return
		}
		h.overlap = g.Overlap
		c.add(h)
		dur, last = h.t1-h.t0, h.t1
		t = h.t1
	}
}

// follow adds events locked to triggers: they begin DelayMS after and last as
// long as the trigger does.
func (c *scheduler) follow(g Generator) {
	var hs []*happening
	for _, h := range c.tl.happenings {
		name := triggerName(c.spec, h)
		if !slices.Contains(g.LockedTo, name) || c.r.Float64() >= g.Share {
			continue
		}
		e := c.draw(g, h.t0+g.DelayMS/1000, g.Side)
		e.Trigger = name
		p := h.tracks[0].pulses[0]
		e.Form = event.Twitch
		e.RiseMS, e.FallMS = 1000*p.rise*1.1, 1000*p.fall
		if h.t1-h.t0 > 1 {
			e.Form, e.HoldS = event.Tonic, p.hold
		}
		hs = append(hs, c.event(e))
	}
	for _, h := range hs {
		c.add(h)
	}
}

// triggerName is what a happening is called as a trigger: a blink, or the task
// that asked for it; "" for others.
func triggerName(s *Spec, h *happening) string {
	if h.kind == event.Blink {
		return "blink"
	}
	if h.kind == event.Voluntary {
		for _, t := range s.Tasks {
			if h.t0 >= t.From && h.t0 < t.To {
				return t.Task
			}
		}
	}
	return ""
}

// split cuts a train of spasm twitches where package event ends a train: what is
// further apart is several events.
func (h *happening) split() []*happening {
	if h.kind != event.Spasm || len(h.tracks) == 0 || len(h.tracks[0].pulses) < 2 {
		return []*happening{h}
	}
	lead := h.tracks[0].pulses
	var out []*happening
	from, end := 0, math.Inf(-1)
	cut := func(to int) {
		part := *h
		part.tracks = slices.Clone(h.tracks)
		for i := range part.tracks {
			part.tracks[i].pulses = h.tracks[i].pulses[from:to]
		}
		part.first = h.first + lead[from].t0 - lead[0].t0
		part.last = h.first + lead[to-1].t0 - lead[0].t0
		part.twitches = to - from
		part.bounds()
		out = append(out, &part)
		from = to
	}
	for i := range lead {
		start, stop := math.Inf(1), math.Inf(-1)
		for _, k := range h.tracks {
			on, off := k.pulses[i].feet()
			start, stop = min(start, on), max(stop, off)
		}
		if i > 0 && !event.SameTrain(end, start) {
			cut(i)
		}
		end = max(end, stop)
	}
	cut(len(lead))
	return out
}

// mergeTrains makes one event of the spasm twitches, trains and holds of one side
// that package event calls one train, and gives each its form.
func (c *scheduler) mergeTrains() {
	var parts []*happening
	for _, h := range c.tl.happenings {
		parts = append(parts, h.split()...)
	}
	sort.SliceStable(parts, func(i, j int) bool { return parts[i].on < parts[j].on })
	var out []*happening
	lastOf := map[anatomy.Side]*happening{}
	for _, h := range parts {
		if h.kind == event.Spasm {
			if l := lastOf[h.side]; l != nil && event.SameTrain(l.off, h.on) {
				l.tracks = append(l.tracks, h.tracks...)
				l.twitches += h.twitches
				l.first, l.last = min(l.first, h.first), max(l.last, h.last)
				l.bounds()
				continue
			}
			lastOf[h.side] = h
		}
		out = append(out, h)
	}
	for _, h := range out {
		if h.kind == event.Spasm && len(h.tracks) > 0 {
			h.form = event.FormOf(h.twitches, h.holdS())
		}
		h.rateHz = 0
		if h.twitches > 1 && h.last > h.first {
			h.rateHz = float64(h.twitches-1) / (h.last - h.first)
		}
	}
	c.tl.happenings = out
	sort.SliceStable(out, func(i, j int) bool { return out[i].t0 < out[j].t0 })
}
