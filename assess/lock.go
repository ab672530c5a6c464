package assess

import (
	"math"
	"slices"
	"strings"

	"facialis/anatomy"
	"facialis/event"
	"facialis/internal/signal"
	"facialis/measure"
)

// Lock is how tightly one-sided movements follow one kind of voluntary movement.
type Lock struct {
	Movement  string  `json:"movement"`
	Movements int     `json:"movements"` // how many were made
	Followed  float64 `json:"followed"`  // share that a one-sided movement follows, see event.LockOf
	Chance    float64 `json:"chance"`    // share expected if those came at any time alike
	P         float64 `json:"p"`         // probability of so large a share by chance; small: beyond it
	// Amplitude is the largest one-sided movement that followed against the same
	// region's own voluntary range, median over movements; null where none was measured.
	Amplitude *float64 `json:"amplitude"`

	Locked bool `json:"locked"` // by the rule of package event
}

// locks measures the lock of every kind of movement made at least three times.
func locks(v *Video) []Lock {
	if v == nil || !v.Usable {
		return nil
	}
	var out []Lock
	for _, k := range []string{"blink", "brow_raise", "eye_closure", "smile", "pucker", "snarl"} {
		var windows []event.Span
		for _, t := range v.Tasks {
			if triggerOf(t.Task) == k {
				windows = append(windows, event.Span{FromS: t.FromS, ToS: t.ToS})
			}
		}
		if k == "blink" && len(windows) == 0 {
			windows = unasked(v)
		}
		if l, ok := lockOf(k, windows, v.Events); ok {
			out = append(out, l)
		}
	}
	return out
}

// unasked are the stretches in which nobody asked for a movement, where blinks
// come of themselves.
func unasked(v *Video) []event.Span {
	var busy []measure.Span
	for _, t := range v.Tasks {
		if !strings.HasPrefix(t.Task, "rest") {
			busy = append(busy, measure.Span{FromS: t.FromS, ToS: t.ToS})
		}
	}
	var out []event.Span
	from := 0.0
	for _, b := range measure.Union(busy) {
		if b.FromS > from {
			out = append(out, event.Span{FromS: from, ToS: b.FromS})
		}
		from = b.ToS
	}
	if v.DurationS > from {
		out = append(out, event.Span{FromS: from, ToS: v.DurationS})
	}
	return out
}

func lockOf(k string, windows []event.Span, events []event.Event) (Lock, bool) {
	var moves, one []float64
	for _, e := range events {
		switch {
		case involuntary(e) && e.Side != anatomy.Both:
			one = append(one, e.OnsetS)
		case k == "blink" && e.Kind == event.Blink, k != "blink" && e.Kind == event.Voluntary:
			moves = append(moves, e.OnsetS)
		}
	}
	rule, ok := event.LockOf(moves, one, windows, nil)
	if !ok {
		return Lock{}, false
	}
	l := Lock{Movement: k, Movements: rule.Triggers, Followed: rule.Followed, Chance: rule.Chance, P: rule.P, Locked: rule.Holds()}
	var amps []float64
	for _, t := range moves {
		if !slices.ContainsFunc(windows, func(w event.Span) bool { return t >= w.FromS && t <= w.ToS }) {
			continue
		}
		a := math.NaN()
		for _, e := range events {
			if !involuntary(e) || !event.InLock(t, e.OnsetS) {
				continue
			}
			for _, r := range e.Regions {
				if r.ShareOfVoluntary != nil && !(*r.ShareOfVoluntary <= a) {
					a = *r.ShareOfVoluntary
				}
			}
		}
		if !math.IsNaN(a) {
			amps = append(amps, a)
		}
	}
	if len(amps) > 0 {
		slices.Sort(amps)
		a := signal.Middle(amps)
		l.Amplitude = &a
	}
	return l, true
}

// filmedLock says of a lock that the recording shows with which movements it was
// filmed, and how often: blinks alone are not "every movement of the face".
func (r *Report) filmedLock() {
	i := slices.IndexFunc(r.Findings, func(f Finding) bool { return f.ID == "LOCK" })
	if i < 0 || !r.filmHolds(r.Findings[i]) {
		return
	}
	var with []string
	for _, l := range r.Locks {
		if !l.Locked {
			continue
		}
		with = append(with, r.language().Say("assess.lock.with", args{"Movement": r.language().Name("assess.lock.movement", l.Movement),
			"Followed": math.Round(l.Followed * float64(l.Movements)), "Of": l.Movements}))
	}
	if len(with) > 0 {
		r.Findings[i].Plain = r.language().Say("assess.lock.filmed", args{"Movements": r.language().And(with...)})
	}
}

// lockFacts: a movement is locked by the rule of package event; it is unlocked when
// at most 30 % are followed, or no more than chance would have it.
func lockFacts(ls []Lock, put func(string, float64)) {
	if len(ls) == 0 {
		return
	}
	var locked, unlocked float64
	for _, l := range ls {
		put("video.lock."+l.Movement, l.Followed)
		switch {
		case l.Locked:
			locked++
		case l.Followed <= 0.3 || (l.Followed < 0.8 && l.P > 0.2):
			unlocked++
		}
		switch {
		case l.P >= 0.05: // no more than chance: nothing moves along
			put("video.synk."+l.Movement, 0)
		case l.Amplitude != nil:
			put("video.synk."+l.Movement, *l.Amplitude)
		}
	}
	put("video.lock_tasks", float64(len(ls)))
	put("video.locked_tasks", locked)
	put("video.unlocked_tasks", unlocked)
}
