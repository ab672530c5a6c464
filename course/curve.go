package course

import (
	"math"
	"math/rand/v2"
	"slices"

	"facialis/internal/signal"
)

// curve is one figure around one injection, days counted from it.
type curve struct {
	figure string
	before []float64 // values of the baseline days
	after  []point   // in order, one a day or a recording
	level  float64   // the baseline in use
}

type point struct{ day, v float64 }

func (c *Course) collect(cu *curve, from, end int) {
	if cu.figure == "attacks" {
		for _, d := range c.Days {
			switch k := d.day - from; {
			case d.Attacks == nil || d.day >= end:
			case k < 0 && -k <= int(param("toxin_baseline_days")):
				cu.before = append(cu.before, *d.Attacks)
			case k > 0:
				cu.after = append(cu.after, point{float64(k), *d.Attacks})
			}
		}
		return
	}
	for _, r := range c.Recordings {
		switch k := r.day - from; {
		case r.RatePerMin.Value == nil || r.day >= end:
		case k <= 0 && -k <= int(param("toxin_recording_days")):
			cu.before = append(cu.before, *r.RatePerMin.Value)
		case k > 0:
			cu.after = append(cu.after, point{float64(k), *r.RatePerMin.Value})
		}
	}
}

// baseline is the median of the days before; NaN for too few.
func (cu *curve) baseline() float64 {
	if cu.figure == "attacks" && len(cu.before) < int(param("toxin_baseline_min")) {
		return math.NaN()
	}
	return signal.Median(cu.before)
}

// confirm is how many points, from one on, must agree by their median.
func (cu *curve) confirm(name string) int {
	if cu.figure == "attacks" {
		return int(param(name))
	}
	return 1
}

// effect finds the first point at or below the share and the first after it that
// is back, each confirmed by the points that follow; −1 where there is none. A
// fall that is over within days was chance.
func (cu *curve) effect() (onset, back int) {
	down := func(share float64) bool { return share <= param("toxin_share") }
	up := func(share float64) bool { return share >= param("toxin_share") }
	for from := 0; ; from = back {
		onset = cu.first(from, cu.confirm("toxin_confirm_onset"), down)
		if onset < 0 {
			return -1, -1
		}
		back = cu.first(onset+1, cu.confirm("toxin_confirm_return"), up)
		if back < 0 || cu.after[back].day-cu.after[onset].day >= param("toxin_effect_min_days") {
			return onset, back
		}
	}
}

func (cu *curve) first(from, n int, agree func(float64) bool) int {
	var window []float64
	for i := from; i+n <= len(cu.after); i++ {
		if !agree(cu.after[i].v / cu.level) {
			continue
		}
		window = window[:0]
		for _, p := range cu.after[i : i+n] {
			window = append(window, p.v/cu.level)
		}
		if agree(signal.Median(window)) {
			return i
		}
	}
	return -1
}

// smooth is the median of the points within three days (a recording's own
// value).
func (cu *curve) smooth() []float64 {
	out := make([]float64, len(cu.after))
	var w []float64
	for i, p := range cu.after {
		w = append(w[:0], p.v)
		for j := range cu.after {
			if j != i && cu.figure == "attacks" && math.Abs(cu.after[j].day-p.day) <= 3 {
				w = append(w, cu.after[j].v)
			}
		}
		out[i] = signal.Median(w)
	}
	return out
}

// read finds onset, nadir, return and area.
func (cu *curve) read(cy *Cycle) {
	s := cu.smooth()
	for i, p := range cu.after {
		cy.Curve = append(cy.Curve, CurvePoint{p.day, s[i] / cu.level})
	}
	on, back := cu.effect()
	if on < 0 {
		return
	}
	cy.OnsetDay = &cu.after[on].day
	end := len(cu.after)
	if back >= 0 {
		end = back
		cy.ReturnDay = &cu.after[back].day
		cy.EffectDays = ptr(*cy.ReturnDay - *cy.OnsetDay)
	} else {
		cy.AtLeastDays = &cu.after[end-1].day
	}
	low := on
	for i := on; i < end; i++ {
		if s[i] < s[low] {
			low = i
		}
	}
	cy.NadirDay, cy.NadirShare = &cu.after[low].day, ptr(s[low]/cu.level)
	if cu.figure != "attacks" { // the recordings around: no more is known
		cy.OnsetBetween = cu.around(on)
		if back >= 0 {
			cy.ReturnBetween = cu.around(back)
		}
	}
	cy.AreaDays = cu.area(cy.ReturnDay)
}

func (cu *curve) around(i int) *[2]float64 {
	b := [2]float64{0, cu.after[i].day}
	if i > 0 {
		b[0] = cu.after[i-1].day
	}
	return &b
}

// area is the integral of 1 − share from the injection to the return (or the last
// point); nil where the diary has too long a gap.
func (cu *curve) area(until *float64) *float64 {
	last := point{0, cu.level}
	sum := 0.0
	for _, p := range cu.after {
		if until != nil && p.day > *until {
			break
		}
		if cu.figure == "attacks" && p.day-last.day > param("toxin_gap_days") {
			return nil
		}
		sum += (p.day - last.day) * (1 - (p.v+last.v)/2/cu.level)
		last = p
	}
	return &sum
}

const resamples = 200

// resample tells how far onset and return could lie elsewhere had the days fallen
// out otherwise: each day gets its smoothed value and the residual of a day within
// a week of it, the baseline days are drawn again. The draws are the same for the
// same diary.
func (cu *curve) resample(cy *Cycle, own bool) {
	if len(cu.after) < 14 || cy.OnsetDay == nil {
		return
	}
	rng := rand.New(rand.NewPCG(1, uint64(len(cu.after))))
	s := cu.smooth()
	var on, back, deep []float64
	nadir := slices.IndexFunc(cu.after, func(p point) bool { return p.day == *cy.NadirDay })
	again := curve{figure: cu.figure, level: cu.level, after: slices.Clone(cu.after)}
	for range resamples {
		for i := range again.after {
			lo, hi := i, i
			for lo > 0 && cu.after[i].day-cu.after[lo-1].day <= 7 {
				lo--
			}
			for hi+1 < len(cu.after) && cu.after[hi+1].day-cu.after[i].day <= 7 {
				hi++
			}
			j := lo + rng.IntN(hi-lo+1)
			again.after[i].v = max(0, s[i]+cu.after[j].v-s[j])
		}
		if own {
			b := make([]float64, len(cu.before))
			for i := range b {
				b[i] = cu.before[rng.IntN(len(cu.before))]
			}
			again.level = signal.Median(b)
		}
		if again.level <= 0 {
			continue
		}
		deep = append(deep, again.smooth()[nadir]/again.level)
		if i, j := again.effect(); i >= 0 {
			on = append(on, again.after[i].day)
			if j >= 0 {
				back = append(back, again.after[j].day)
			}
		}
	}
	cy.OnsetBetween = span95(on, *cy.OnsetDay)
	cy.NadirBetween = span95(deep, *cy.NadirShare)
	if cy.ReturnDay != nil {
		cy.ReturnBetween = span95(back, *cy.ReturnDay)
	}
}

// span95 are the 2.5 and 97.5 percentiles, the found value within; nil where less
// than four in five resamplings had one.
func span95(v []float64, found float64) *[2]float64 {
	if len(v) < resamples*4/5 {
		return nil
	}
	slices.Sort(v)
	return &[2]float64{min(v[len(v)/40], found), max(v[len(v)-1-len(v)/40], found)}
}
