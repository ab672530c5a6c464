package spasm

import (
	"math"
	"slices"
	"strings"

	"facialis/anatomy"
	"facialis/event"
)

// kinds settles what each one-sided candidate is, and returns the events: voluntary
// when it was asked for, synkinesis when it is locked to blinks or to voluntary
// movements, other when a gate closes it, else a spasm. What scores too low stays a
// candidate.
func (d *detection) kinds(one, both []*candidate) []*candidate {
	classes := map[string][]*candidate{} // triggers by name
	for _, e := range both {
		e.Task = d.taskAt(e.OnsetS)
		e.Confidence = confidence(e.snr)
		name := triggerName(e)
		classes[name] = append(classes[name], e)
	}
	var events []*candidate
	held := false // closures of the eyes carry one side along
	var seen []narrowed
	if !d.p.off(string(event.Synkinesis)) {
		seen = d.narrows(both)
	}
	for _, side := range anatomy.Sides {
		var own, sure []*candidate // the rule for a lock holds them against chance, so the doubtful count too
		for _, e := range one {
			if e.Side != side {
				continue
			}
			e.Task = d.taskAt(e.OnsetS)
			if e.rival {
				continue
			}
			own = append(own, e)
			if e.logOdds >= d.p.LockedLogOdds && e.mayLock() {
				sure = append(sure, e)
			}
		}
		locked := map[string]bool{}
		for name, triggers := range classes {
			if d.p.off(string(event.Synkinesis)) {
				break
			}
			locked[name] = d.locked(triggers, sure)
		}
		// Lids that close by themselves and on request do the same.
		if locked["blink"] || locked["eye_closure"] {
			locked["blink"], locked["eye_closure"] = true, true
			held = true
		}
		for _, e := range own {
			d.settle(e, both, locked)
		}
		own = slices.DeleteFunc(own, func(e *candidate) bool { return !e.reported })
		events = append(events, withNarrowed(own, d.oralOcular(seen, side, sure))...)
	}
	out := d.bothSides(slices.Clone(both), held)
	if d.p.off(string(event.Voluntary)) {
		out = slices.DeleteFunc(out, func(e *candidate) bool { return e.Kind == event.Voluntary })
	}
	return append(out, events...)
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
		if t := *e.Task; !resting(t) {
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

// resting says that a task asks for no single movement.
func resting(task string) bool {
	return strings.HasPrefix(task, "rest") || task == "speech" || task == "talk" || strings.HasPrefix(task, "hold")
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
	l, ok := event.LockOf(onsets(triggers), onsets(own), d.parts, func(t, o int) bool { return d.mayFollow(own[o], triggers[t]) })
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
	return e.part == t.part && e.Lead != t.Lead && e.riseS <= math.Max(d.p.MaxRiseS, followRise*t.riseS+followSlackS)
}

// settle gives one-sided candidate e its kind, trigger and confidence, and says
// whether it is an event.
func (d *detection) settle(e *candidate, both []*candidate, locked map[string]bool) {
	e.Kind = event.Spasm
	e.Confidence = math.Round(d.model.Probability(e.logOdds)*confidenceSteps) / confidenceSteps
	e.Reasons = mattered(e.terms)
	e.reported = e.logOdds >= d.p.LeastLogOdds
	if e.Task != nil && !d.p.off(string(event.Voluntary)) && oneSidedTask(*e.Task) && e.logOdds >= d.p.LockedLogOdds {
		e.Kind, e.reported = event.Voluntary, true
		return
	}
	if e.mayLock() && e.logOdds >= d.p.LockedLogOdds {
		for _, t := range both {
			name := triggerName(t)
			if locked[name] && d.follows(e, t) {
				e.Kind, e.reported = event.Synkinesis, true
				e.Trigger = &name
				return
			}
		}
	}
	if len(e.gates) > 0 {
		e.Kind, e.Reasons = event.Other, e.gates
		e.reported = e.reported && !d.p.off(string(event.Other))
	}
}

// mayLock reports whether no gate closes e but that of a slow rise: what goes along
// with a slow movement rises as slowly, see mayFollow.
func (c *candidate) mayLock() bool {
	return len(c.gates) == 0 || len(c.gates) == 1 && c.gates[0] == "slow_rise"
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
