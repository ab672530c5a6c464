package event

import "math"

// The rule for a lock. A movement follows a trigger when it begins between
// LockLeadS before and LockLagS after the trigger's onset: synkinetic muscles start
// together with the trigger, and the lag holds the 20 to 100 ms by which the
// movement's own onset is seen later. A class of at least LockTriggers triggers is
// locked when the share that is followed is at least LockShare, and more than
// LockOverChance times the share expected by chance (or more than LockCertain,
// where chance is so high that its multiple means nothing). Measured against a rule
// of ±0.15 s, a share of 0.6 and random shifts: docs/decisions/0095-one-lock.md.
const (
	LockLeadS      = 0.08 // s
	LockLagS       = 0.20 // s
	LockShare      = 0.5
	LockOverChance = 3
	LockCertain    = 0.95
	LockTriggers   = 3
)

// Span is a stretch of time in seconds.
type Span struct{ FromS, ToS float64 }

// Lock says how tightly movements follow the triggers of one class.
type Lock struct {
	Triggers int
	Followed float64 // share of the triggers that a movement follows
	Chance   float64 // share expected if the movements came at any time alike
	P        float64 // probability of so large a share by chance alone
}

// InLock reports whether a movement with onset onsetS lies close enough to a
// trigger with onset triggerS to be locked to it.
func InLock(triggerS, onsetS float64) bool {
	lag := onsetS - triggerS
	return lag > -LockLeadS && lag < LockLagS
}

// LockOf holds the onsets of movements, in seconds, against the onsets of triggers.
// Only what lies within the spans counts. A pair that may refuses, by the indices
// of trigger and movement, is none; nil takes every pair. False for fewer than
// LockTriggers triggers.
func LockOf(triggersS, onsetsS []float64, within []Span, may func(trigger, movement int) bool) (Lock, bool) {
	var n, hits, movements int
	var length float64
	for _, w := range within {
		length += w.ToS - w.FromS
		for _, o := range onsetsS {
			if w.holds(o) {
				movements++
			}
		}
		for i, t := range triggersS {
			if !w.holds(t) {
				continue
			}
			n++
			for j, o := range onsetsS {
				if w.holds(o) && InLock(t, o) && (may == nil || may(i, j)) {
					hits++
					break
				}
			}
		}
	}
	if n < LockTriggers || !(length > 0) {
		return Lock{}, false
	}
	l := Lock{Triggers: n, Followed: float64(hits) / float64(n)}
	l.Chance = 1 - math.Exp(-float64(movements)/length*(LockLagS+LockLeadS))
	l.P = atLeast(hits, n, l.Chance)
	return l, true
}

// Holds is the verdict.
func (l Lock) Holds() bool {
	return l.Followed >= LockShare && l.Followed > math.Min(LockOverChance*l.Chance, LockCertain)
}

func (w Span) holds(t float64) bool { return t >= w.FromS && t <= w.ToS }

// atLeast is the binomial probability of k or more of n.
func atLeast(k, n int, p float64) float64 {
	if k <= 0 {
		return 1
	}
	if p <= 0 {
		return 0
	}
	if p >= 1 {
		return 1
	}
	lg := func(x int) float64 { v, _ := math.Lgamma(float64(x) + 1); return v }
	sum := 0.0
	for i := k; i <= n; i++ {
		sum += math.Exp(lg(n) - lg(i) - lg(n-i) + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
	}
	return math.Min(sum, 1)
}
