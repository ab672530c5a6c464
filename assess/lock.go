package assess

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"

	"facialis/anatomy"
	"facialis/event"
	"facialis/measure"
)

// The lock's window and the number of shifts against which it is tested.
const (
	LockWindowS = 0.150
	lockShifts  = 1000
)

// Lock is how tightly one-sided movements follow one kind of voluntary movement.
type Lock struct {
	Movement  string  `json:"movement"`
	Movements int     `json:"movements"` // how many were made
	Followed  float64 `json:"followed"`  // share with a one-sided onset within 150 ms
	Chance    float64 `json:"chance"`    // mean share after shifting the onsets round
	P         float64 `json:"p"`         // share of shifts that lock as well; small: beyond chance
	// Amplitude is the largest one-sided movement that followed against the same
	// region's own voluntary range, median over movements; null where none was measured.
	Amplitude *float64 `json:"amplitude"`
}

type span struct{ from, to float64 }

// locks measures the lock of every kind of movement made at least three times.
func locks(v *Video) []Lock {
	if v == nil || !v.Usable {
		return nil
	}
	var out []Lock
	for _, k := range []string{"blink", "brow_raise", "eye_closure", "smile", "pucker", "snarl"} {
		var windows []span
		for _, t := range v.Tasks {
			if triggerOf(t.Task) == k {
				windows = append(windows, span{t.FromS, t.ToS})
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
func unasked(v *Video) []span {
	var busy []measure.Span
	for _, t := range v.Tasks {
		if !strings.HasPrefix(t.Task, "rest") {
			busy = append(busy, measure.Span{FromS: t.FromS, ToS: t.ToS})
		}
	}
	var out []span
	from := 0.0
	for _, b := range measure.Union(busy) {
		if b.FromS > from {
			out = append(out, span{from, b.FromS})
		}
		from = b.ToS
	}
	if v.DurationS > from {
		out = append(out, span{from, v.DurationS})
	}
	return out
}

func lockOf(k string, windows []span, events []event.Event) (Lock, bool) {
	var moves [][]float64 // per window
	var one [][]float64
	var amps []float64
	n := 0
	for _, w := range windows {
		var m, o []float64
		for _, e := range events {
			if e.OnsetS < w.from || e.OnsetS >= w.to {
				continue
			}
			switch {
			case involuntary(e) && e.Side != anatomy.Both:
				o = append(o, e.OnsetS)
			case k == "blink" && e.Kind == event.Blink, k != "blink" && e.Kind == event.Voluntary:
				m = append(m, e.OnsetS)
			}
		}
		moves, one, n = append(moves, m), append(one, o), n+len(m)
		for _, t := range m {
			a := math.NaN()
			for _, e := range events {
				if !involuntary(e) || math.Abs(e.OnsetS-t) > LockWindowS {
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
	}
	if n < 3 {
		return Lock{}, false
	}
	followed := func(shift float64) float64 {
		hit := 0
		for i, w := range windows {
			length := w.to - w.from
			for _, t := range moves[i] {
				if slices.ContainsFunc(one[i], func(o float64) bool {
					s := w.from + math.Mod(o-w.from+shift*length, length)
					return math.Abs(s-t) <= LockWindowS
				}) {
					hit++
				}
			}
		}
		return float64(hit) / float64(n)
	}
	l := Lock{Movement: k, Movements: n, Followed: followed(0)}
	rng := rand.New(rand.NewPCG(1, 2)) // fixed: the same recording gives the same figure
	as, sum := 0, 0.0
	for range lockShifts {
		f := followed(rng.Float64())
		sum += f
		if f >= l.Followed {
			as++
		}
	}
	l.Chance, l.P = sum/lockShifts, float64(as+1)/(lockShifts+1)
	if len(amps) > 0 {
		slices.Sort(amps)
		a := amps[len(amps)/2]
		l.Amplitude = &a
	}
	return l, true
}

// lockFacts: a task is locked when at least 60 % are followed, 80 % lie within
// the 95 % interval of that share (of eight movements one or two are missed
// easily), and p < 0.05; unlocked below 30 % or when no better than chance.
func lockFacts(ls []Lock, put func(string, float64)) {
	if len(ls) == 0 {
		return
	}
	var locked, unlocked float64
	for _, l := range ls {
		put("video.lock."+l.Movement, l.Followed)
		ci := measure.Wilson(int(math.Round(l.Followed*float64(l.Movements))), l.Movements)
		switch {
		case l.Followed >= 0.6 && ci[1] >= 0.8 && l.P < 0.05:
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
