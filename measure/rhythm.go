package measure

import (
	"math"
	"slices"
	"sort"

	"facialis/anatomy"
	"facialis/event"
)

// jerks looks into the spasms of one side for single jerks: peaks of the leading
// region's signal that stand out by a third of the event's largest. The longest
// run is the longest stretch of them without a pause of RunGapS.
func jerks(tr *event.Trace, events []event.Event, p Params) Jerks {
	var out Jerks
	if tr == nil || tr.Len() < 3 {
		return out
	}
	best := 0.0
	for _, side := range []anatomy.Side{anatomy.Right, anatomy.Left} {
		var at []float64
		for _, e := range events {
			if e.Kind == event.Spasm && e.Side == side {
				at = append(at, peaks(tr, e)...)
			}
		}
		slices.Sort(at)
		out.N += len(at)
		for i := 0; i < len(at); {
			j := i
			for j+1 < len(at) && at[j+1]-at[j] <= p.RunGapS {
				j++
			}
			if d := at[j] - at[i]; j-i+1 >= p.RunMinJerks && d > best {
				best = d
				out.LongestRun = run(at[i : j+1])
			}
			i = j + 1
		}
	}
	return out
}

// run describes a run of jerks. The coefficient of variation is taken without
// the twentieth of longest and shortest intervals, since one jerk missed or seen
// twice would decide it.
func run(at []float64) *Run {
	var d []float64
	for i := 1; i < len(at); i++ {
		d = append(d, at[i]-at[i-1])
	}
	slices.Sort(d)
	cut := len(d) / 20
	mean, sd := meanSD(d[cut : len(d)-cut])
	r := &Run{FromS: at[0], ToS: at[len(at)-1], Jerks: len(at), RateHz: float64(len(at)-1) / (at[len(at)-1] - at[0])}
	if mean > 0 {
		r.CV = ptr(sd / mean)
	}
	return r
}

// peaks are the times of the jerks within an event.
func peaks(tr *event.Trace, e event.Event) []float64 {
	k := slices.Index(anatomy.Regions, e.Lead)
	if k < 0 {
		return nil
	}
	sign := 1.0
	if e.Side == anatomy.Left {
		sign = -1
	}
	var t, v []float64
	for i := sort.SearchFloat64s(tr.T, e.OnsetS-0.05); i < tr.Len() && tr.T[i] <= e.OffsetS+0.05; i++ {
		if d := float64(tr.Diff[k][i]); !math.IsNaN(d) {
			t, v = append(t, tr.T[i]), append(v, sign*d)
		}
	}
	if len(v) < 3 {
		return nil
	}
	top := slices.Max(v)
	need := top / 3
	if n := tr.DiffNoiseMM[k]; !math.IsNaN(n) {
		need = max(need, 6*n) // as far as an event must stand above its noise, and a little
	}
	var out []float64
	low, high, highAt := v[0], v[0], t[0]
	rising := true
	for i, x := range v {
		switch {
		case rising && x > high:
			high, highAt = x, t[i]
		case rising && x < high-need:
			if high-low >= need {
				out = append(out, highAt)
			}
			rising, low = false, x
		case !rising && x < low:
			low = x
		case !rising && x > low+need:
			rising, high, highAt = true, x, t[i]
		}
	}
	if rising && high-low >= need {
		out = append(out, highAt)
	}
	return out
}
