package night

import (
	"slices"

	"facialis/anatomy"
	"facialis/event"
)

// The tasks that a night's states stand for: whatever reads an analysis compares the
// rates of the two (S19).
const (
	TaskSleep = "sleep"
	TaskRest  = "rest"
)

// Tasks are the stretches asleep and awake as tasks.
func Tasks(states []Stretch) []event.Task {
	out := []event.Task{}
	for _, s := range states {
		switch s.State {
		case Asleep:
			out = append(out, event.Task{Task: TaskSleep, FromS: s.FromS, ToS: s.ToS})
		case Awake:
			out = append(out, event.Task{Task: TaskRest, FromS: s.FromS, ToS: s.ToS})
		}
	}
	return out
}

// Keep leaves out what shut lids cannot do: blinks, and closures that both lids lead,
// that begin while they are shut. shut are stretches of frames, see [Shut].
//
// Where one eye is hidden, a closing of the other is no contraction of one side as far
// as anybody can tell: it stays a blink, or a closure that takes longer than one.
// The same holds of a wide and short closing of one open lid by itself, wideShare of the
// opening and more: in the dark the other lid is not seen well enough to say that it
// stayed open.
// A side whose eye is hidden lies in the pillow or under a hand: nothing is said of it.
// What begins while the head moves is not told from the movement and is left out; still
// are the times without.
func Keep(tr *event.Trace, shut [][2]int, hidden [2][]bool, moving []event.Span, opens float64, events []event.Event) []event.Event {
	isShut := func(t float64) bool {
		return slices.ContainsFunc(shut, func(s [2]int) bool { return t >= tr.T[s[0]] && t <= tr.T[s[1]-1] })
	}
	out := []event.Event{}
	frame := func(t float64) int {
		i, _ := slices.BinarySearch(tr.T, t)
		return min(i, tr.Len()-1)
	}
	for _, e := range events {
		lids := e.Kind == event.Blink || e.Kind == event.Voluntary && e.Lead == anatomy.OrbicularisOculi
		if lids && isShut(e.OnsetS) {
			continue
		}
		if slices.ContainsFunc(moving, func(m event.Span) bool { return e.OnsetS < m.ToS && e.OffsetS > m.FromS }) && e.Kind != event.Blink {
			continue
		}
		i := frame(e.OnsetS)
		if e.Side == anatomy.Right && hidden[anatomy.AtRight][i] || e.Side == anatomy.Left && hidden[anatomy.AtLeft][i] {
			continue
		}
		if e.Kind == event.Spasm && e.Lead == anatomy.OrbicularisOculi && !isShut(e.OnsetS) &&
			(e.Side == anatomy.Right && hidden[anatomy.AtLeft][i] || e.Side == anatomy.Left && hidden[anatomy.AtRight][i]) {
			e.Kind, e.Side = event.Blink, anatomy.Both
			if e.Duration() > blinkMostS {
				e.Kind = event.Voluntary
			}
		} else if e.Kind == event.Spasm && lidAlone(e) && !isShut(e.OnsetS) && e.Duration() <= blinkMostS && size(e) >= wideShare*opens {
			e.Kind, e.Side = event.Blink, anatomy.Both
		}
		out = append(out, e)
	}
	return out
}

// Unasked calls what both sides do asleep `other`: nobody moves on purpose there. It
// changes events and gives them back.
func Unasked(events []event.Event, states []Stretch) []event.Event {
	for i := range events {
		if e := &events[i]; e.Kind == event.Voluntary && At(states, e.OnsetS) == Asleep {
			e.Kind = event.Other
		}
	}
	return events
}

// blinkMostS is how long a blink of the only eye that is seen lasts at most, seconds: as
// spasm's own.
const blinkMostS = 0.6

// wideShare of how far the eyes open is a wide closing.
const wideShare = 0.4

// alongShare of what the lid goes is what a region that it draws along goes at most.
const alongShare = 0.35

// lidAlone says that nothing but the lid of one side takes part, and what it draws
// along.
func lidAlone(e event.Event) bool {
	return e.Lead == anatomy.OrbicularisOculi && !slices.ContainsFunc(e.Regions, func(m event.RegionMovement) bool {
		return m.Region != anatomy.OrbicularisOculi && m.PeakMM != nil && *m.PeakMM > alongShare*size(e)
	})
}

// size is the largest peak of an event, mm.
func size(e event.Event) (v float64) {
	for _, m := range e.Regions {
		if m.PeakMM != nil {
			v = max(v, *m.PeakMM)
		}
	}
	return v
}

// Sure leaves out the spasms whose leading region was hardly seen around them, unless
// they are as certain as sureAnyway: by noise alone something stands out there sooner
// or later, and a night is long.
func Sure(sight *event.Sight, events []event.Event) []event.Event {
	out := []event.Event{}
	for _, e := range events {
		if e.Kind == event.Spasm && e.Confidence < sureAnyway && seenAround(sight, e) < sureShare {
			continue
		}
		out = append(out, e)
	}
	return out
}

const (
	sureAnyway  = 0.85 // certainty
	sureShare   = 0.3  // of the blocks within sureAroundS the region was seen
	sureAroundS = 10.0
)

// seenAround is the share of the filmed blocks around an event in which its leading
// region was seen.
func seenAround(sight *event.Sight, e event.Event) float64 {
	s, k := anatomy.AtRight, e.Lead.Index()
	if e.Side == anatomy.Left {
		s = anatomy.AtLeft
	}
	if k < 0 || len(sight.Filmed) == 0 {
		return 1
	}
	all, seen := 0, 0
	for b := sight.Block(e.OnsetS - sureAroundS); b <= sight.Block(e.OffsetS+sureAroundS); b++ {
		if sight.Filmed[b] > 0 {
			all++
			if sight.SeenAt(s, k, b) {
				seen++
			}
		}
	}
	if all == 0 {
		return 0
	}
	return float64(seen) / float64(all)
}
