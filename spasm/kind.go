package spasm

import (
	"math"
	"strings"

	"facialis/anatomy"
	"facialis/event"
)

// kinds settles what each one-sided candidate is: voluntary when it was asked
// for, synkinesis when it is locked to blinks or to voluntary movements, other
// when it is too faint or too tangled up with them to say, else a spasm.
func (d *detection) kinds(events []*candidate) {
	classes := map[string][]*candidate{} // triggers by name
	for _, e := range events {
		e.Task = d.taskAt(e.OnsetS)
		if e.Side == anatomy.Both {
			e.Confidence = confidence(e.snr)
			name := triggerName(e)
			classes[name] = append(classes[name], e)
		}
	}
	for _, side := range []anatomy.Side{anatomy.Right, anatomy.Left} {
		var own []*candidate
		for _, e := range events {
			if e.Side == side {
				e.left = d.leftover(e)
				own = append(own, e)
			}
		}
		var sure []*candidate // what is too faint to name must not make a pattern
		for _, e := range own {
			if confidence(e.snr) >= d.p.MinSure && !outlying(e) && !e.left {
				sure = append(sure, e)
			}
		}
		locked := map[string]bool{}
		for name, triggers := range classes {
			locked[name] = d.locked(triggers, sure)
		}
		// Lids that close by themselves and on request do the same.
		if locked["blink"] || locked["eye_closure"] {
			locked["blink"], locked["eye_closure"] = true, true
		}
		for _, e := range own {
			d.settle(e, events, locked)
		}
	}
}

// confidence grows with how far an event stands above its threshold: 0.5 at
// the threshold itself, near 1 at three times it.
func confidence(snr float64) float64 {
	c := 1 - doubtAtThreshold*math.Exp(-doubtDecay*math.Max(snr-1, 0))
	return math.Round(c*1000) / 1000
}

// triggerName is the contract's name for what a movement of both sides is.
func triggerName(e *candidate) string {
	if e.Kind == event.Blink {
		return "blink"
	}
	if e.Task != nil {
		switch t := *e.Task; {
		case strings.HasPrefix(t, "rest"), t == "speech", t == "talk", strings.HasPrefix(t, "hold"):
		default:
			return t
		}
	}
	// The largest movement says what it is: lips and chin begin a pucker together.
	var most, named float64
	name := "mouth"
	for _, m := range e.parts {
		most = math.Max(most, m.mm)
		if n := gestures[m.k]; n != "" && m.mm > named {
			named, name = m.mm, n
		}
	}
	if named < gestureShare*most {
		return "mouth"
	}
	return name
}

// gestures are what movements of both sides are called by the region that moves
// furthest.
var gestures = [anatomy.NumRegions]string{anatomy.AtFrontalis: "brow_raise", anatomy.AtOrbicularisOculi: "eye_closure",
	anatomy.AtZygomaticus: "smile", anatomy.AtOrbicularisOris: "pucker"}

// locked reports whether a class of triggers carries one-sided movements with it,
// by the rule of package event.
func (d *detection) locked(triggers, own []*candidate) bool {
	onsets := func(cs []*candidate) (s []float64) {
		for _, c := range cs {
			s = append(s, c.OnsetS)
		}
		return s
	}
	all := []event.Span{{FromS: d.tr.T[0], ToS: d.tr.T[d.tr.Len()-1]}}
	l, ok := event.LockOf(onsets(triggers), onsets(own), all, func(t, o int) bool { return d.mayFollow(own[o], triggers[t]) })
	return ok && l.Holds()
}

// follows reports whether e starts with trigger t and may follow it.
func (d *detection) follows(e, t *candidate) bool {
	return event.InLock(t.OnsetS, e.OnsetS) && d.mayFollow(e, t)
}

// mayFollow reports whether e rises with trigger t: quickly, or as slowly as the
// trigger itself. What the trigger's own region does more of on one side is an
// uneven trigger.
func (d *detection) mayFollow(e, t *candidate) bool {
	return e.Lead != t.Lead && e.riseS <= math.Max(d.p.MaxRiseS, followRise*t.riseS+followSlackS)
}

// settle gives one-sided event e its kind, trigger and confidence.
func (d *detection) settle(e *candidate, events []*candidate, locked map[string]bool) {
	e.Confidence = confidence(e.snr)
	e.Kind = event.Spasm
	if e.Task != nil && oneSidedTask(*e.Task) {
		e.Kind = event.Voluntary
		return
	}
	for _, t := range events {
		if t.Side != anatomy.Both || !event.InLock(t.OnsetS, e.OnsetS) {
			continue
		}
		name := triggerName(t)
		if locked[name] && d.follows(e, t) && !outlying(e) && !e.left && !(e.drift && dragsAlong(e, events)) {
			e.Kind = event.Synkinesis
			e.Trigger = &name
			return
		}
	}
	// What both sides do at the time may be what is seen here.
	busy := 1.0
	for _, t := range events {
		// Both sides twitch in turn, never together (docs/statements.md, S21): a
		// mouth that goes right and left at once talks.
		if t.Side == e.Side.Other() && !t.drift && t.OffsetS > e.OnsetS-d.p.TwitchGapS && t.OnsetS < e.OffsetS+d.p.TwitchGapS &&
			overlapsSkin(e, t) && t.size() > busySizeShare*e.size() {
			busy = math.Min(busy, d.p.BusySkin)
		}
		if t.Side != anatomy.Both || t.OffsetS < e.OnsetS || t.OnsetS > e.OffsetS {
			continue
		}
		switch {
		case overlapsSkin(e, t) && (t.size() > busySizeShare*e.size() || t.Kind == event.Blink): // a blink shuts both, however little of a lid is seen meanwhile
			busy = math.Min(busy, d.p.BusySkin)
		case t.Kind != event.Blink:
			busy = math.Min(busy, d.p.BusyFace)
		}
	}
	e.Confidence = math.Round(e.Confidence*busy*d.sampling()*1000) / 1000
	if e.Reasons = d.refused(e); len(e.Reasons) > 0 {
		e.Kind = event.Other
	}
}

// dragsAlong reports whether most of e lies within a surer event of the same side:
// then it is skin that the other drags along.
func dragsAlong(e *candidate, events []*candidate) bool {
	for _, o := range events {
		if o.Side == e.Side && !o.drift && overlapsSkin(e, o) && math.Min(e.OffsetS, o.OffsetS)-math.Max(e.OnsetS, o.OnsetS) > mostShare*(e.OffsetS-e.OnsetS) {
			return true
		}
	}
	return false
}

// sampling is what a low frame rate takes from certainty: a twitch of 100 ms is
// three frames at 30 frames a second but hardly one at 10, where nothing shows
// its rise any more.
func (d *detection) sampling() float64 {
	n := d.tr.Len()
	span := d.filmedS
	if span <= 0 {
		return 1
	}
	return math.Sqrt(math.Min(float64(n-1)/span/d.p.FullRateHz, 1))
}

// size is the candidate's largest movement, mm.
func (c *candidate) size() float64 {
	var s float64
	for _, m := range c.parts {
		s = math.Max(s, m.mm)
	}
	return s
}

// overlapsSkin reports whether the two move the same part of the face. Where t moves
// the cheek, which every closing of the lids pushes up, that says nothing of the mouth.
func overlapsSkin(e, t *candidate) bool {
	for _, a := range e.parts {
		for _, b := range t.parts {
			if a.k == b.k || perioral[a.k] && perioral[b.k] && !periocular[b.k] {
				return true
			}
		}
	}
	return false
}

// oneSidedTask reports whether a task asks for a movement of one side.
func oneSidedTask(task string) bool {
	return strings.Contains(task, "wink") || strings.Contains(task, "smirk") ||
		strings.HasSuffix(task, "_right") || strings.HasSuffix(task, "_left")
}

func (d *detection) taskAt(s float64) *string {
	for i := range d.tasks {
		if t := &d.tasks[i]; s >= t.FromS && s < t.ToS {
			return &t.Task
		}
	}
	return nil
}

// outlying reports whether an event starts in the brow or in the neck. A
// hemifacial spasm hardly ever has its focus there (docs/statements.md, S12 and
// S13), while expression and head movement often do.
func outlying(e *candidate) bool { return e.Lead == anatomy.Frontalis || e.Lead == anatomy.Platysma }
