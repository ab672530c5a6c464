package measure

import (
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/event"

	"gonum.org/v1/gonum/dsp/fourier"
)

// fine looks for fine movement between the larger ones: spectra of windows of
// FineWindowS (Hann, half overlapped) of each region's movement along its action
// on either side, between FineLowHz and FineHighHz. Windows are left out in
// which a movement was asked for, an event goes beyond FineLargeMM, the lips part
// and meet (talking), or the head turns. In every other one
//
//	amplitude     = √(2 · power within ±0.75 Hz of the peak)
//	concentration = that power / power of the whole band
//
// Of the lids only what one side does alone is looked at (right minus left), since
// both blink. A window counts as active when the amplitude is above FineNoiseK of the
// region's noise floor and FineMinMM. Even noise puts about a tenth of its
// power there, an even tremor nearly all. What both sides do by more than half
// of the larger is of both.
//
// Regions are given when FineMinWindows were looked at.
func fine(tr *event.Trace, events []event.Event, tasks []event.Task, p Params) []FineMovement {
	out := []FineMovement{}
	if tr == nil || tr.Len() < 2 {
		return out
	}
	large := largeMovements(events, tasks, p)
	span := tr.T[tr.Len()-1] - tr.T[0]
	fs := float64(tr.Len()-1) / span
	n := int(p.FineWindowS * fs)
	if span < float64(p.FineMinWindows)*p.FineWindowS/2 || fs < 20 || fs < 2.2*p.FineHighHz {
		return out
	}
	quiet := quietWindows(tr, large, n, p)
	for k, region := range anatomy.Regions {
		tr.Free()
		if region == anatomy.Platysma || region == anatomy.Frontalis {
			continue // at the rim, where the head leaves the most
		}
		var side [2][]tone
		for s := range 2 {
			side[s] = tones(tr.T, tr.Along[s][k], n, fs, p)
		}
		var alone []tone
		if region == anatomy.OrbicularisOculi {
			alone = tones(tr.T, tr.Diff[k], n, fs, p)
		}
		w := activeWindows(tr, k, side, alone, quiet, p)
		if w.looked >= p.FineMinWindows && w.active > 0 {
			out = append(out, w.movement(region))
		}
	}
	return out
}

// largeMovements are the spans in which a movement was asked for or an event goes
// beyond FineLargeMM.
func largeMovements(events []event.Event, tasks []event.Task, p Params) []Span {
	large := asked(tasks)
	for _, e := range events {
		if e.Kind == event.Blink {
			continue // the lids' own side-by-side difference holds it
		}
		most := math.NaN()
		for _, m := range e.Regions {
			if m.PeakMM != nil && !(*m.PeakMM <= most) {
				most = *m.PeakMM
			}
		}
		if !(most <= p.FineLargeMM) {
			large = append(large, Span{e.OnsetS - 0.1, e.OffsetS + 0.3})
		}
	}
	return Union(large)
}

// fineWindows are the windows of one region that were looked at, and of the active
// ones the tones: amplitude in mm, rate in Hz, concentration.
type fineWindows struct {
	looked, active, both, right int
	amp, hz, conc               []float64
}

// activeWindows looks at the quiet windows of region k: the tones of either side, and
// alone those of the difference, nil for all regions but the lids.
func activeWindows(tr *event.Trace, k int, side [2][]tone, alone []tone, quiet []bool, p Params) (w fineWindows) {
	for i := range min(len(side[0]), len(side[1])) {
		a, b := side[0][i], side[1][i]
		if !quiet[i] || math.IsNaN(a.amp) || math.IsNaN(b.amp) {
			continue
		}
		w.looked++
		top, noise := a, tr.NoiseMM[anatomy.AtRight][k]
		if b.amp > a.amp {
			top, noise = b, tr.NoiseMM[anatomy.AtLeft][k]
		}
		if alone != nil {
			top, noise = alone[i], tr.DiffNoiseMM[k]
		}
		if math.IsNaN(top.amp) || top.amp < p.FineMinMM || top.amp < p.FineNoiseK*noise {
			continue
		}
		w.active++
		w.amp, w.hz, w.conc = append(w.amp, top.amp), append(w.hz, top.hz), append(w.conc, top.conc)
		switch { // a lid's own side is the one that moves more
		case alone == nil && min(a.amp, b.amp) > 0.5*max(a.amp, b.amp):
			w.both++
		case a.amp > b.amp:
			w.right++
		}
	}
	return w
}

// movement sums the active windows of a region up.
func (w *fineWindows) movement(region anatomy.Region) FineMovement {
	f := FineMovement{Region: region}
	f.ActiveShare, f.ActiveShareCI95 = float64(w.active)/float64(w.looked), Wilson(w.active, w.looked)
	f.AmplitudeMM, f.RateHz, f.Concentration = *median(w.amp), *median(w.hz), *median(w.conc)
	slices.Sort(w.hz)
	f.RateSpreadHz = (Quantile(w.hz, 0.75) - Quantile(w.hz, 0.25)) / 1.349
	switch {
	case w.both*2 > w.active:
		f.Side = anatomy.Both
	case w.right*2 > w.active-w.both:
		f.Side = anatomy.Right
	default:
		f.Side = anatomy.Left
	}
	return f
}

// quietWindows says of every window whether nothing larger goes on in it.
func quietWindows(tr *event.Trace, large []Span, n int, p Params) []bool {
	var out []bool
	spread := func(c []float32) float64 {
		var lo, hi float64 = math.Inf(1), math.Inf(-1)
		for _, v := range c {
			if v == v {
				lo, hi = min(lo, float64(v)), max(hi, float64(v))
			}
		}
		return max(hi-lo, 0)
	}
	for a := 0; a+n <= tr.Len(); a += n / 2 {
		b := a + n
		w := []Span{{tr.T[a], tr.T[b-1]}}
		out = append(out, len(Intersect(w, large)) == 0 && spread(tr.LipOpen[a:b]) <= p.FineLipsMM &&
			max(spread(tr.Yaw[a:b]), spread(tr.Pitch[a:b]), spread(tr.Roll[a:b])) <= p.FineHeadDeg)
	}
	return out
}

// tone is the strongest frequency of a window.
type tone struct{ amp, hz, conc float64 }

func tones(t []float64, c []float32, n int, fs float64, p Params) []tone {
	fft := fourier.NewFFT(n)
	w := make([]float64, n)
	var sumW2 float64
	for i := range w {
		w[i] = 0.5 - 0.5*math.Cos(2*math.Pi*(float64(i)+0.5)/float64(n))
		sumW2 += w[i] * w[i]
	}
	x := make([]float64, n)
	var out []tone
	for a := 0; a+n <= len(c); a += n / 2 {
		ok := t[a+n-1]-t[a] < 1.2*p.FineWindowS
		missing := 0
		var mean float64
		for i := range x {
			v := float64(c[a+i])
			if math.IsNaN(v) {
				missing++
				v = 0
				if i > 0 {
					v = x[i-1]
				}
			}
			x[i] = v
			mean += v / float64(n)
		}
		if !ok || missing > n/20 {
			out = append(out, tone{math.NaN(), math.NaN(), math.NaN()})
			continue
		}
		for i := range x {
			x[i] = (x[i] - mean) * w[i]
		}
		co := fft.Coefficients(nil, x)
		power := make([]float64, len(co))
		for i, z := range co {
			power[i] = 2 * (real(z)*real(z) + imag(z)*imag(z)) / (sumW2 * float64(n))
		}
		df := fs / float64(n)
		lo, hi := int(math.Ceil(p.FineLowHz/df)), int(p.FineHighHz/df)
		top, all := lo, 0.0
		for i := lo; i <= hi; i++ {
			all += power[i]
			if power[i] > power[top] {
				top = i
			}
		}
		near := 0.0
		for i := max(lo, top-int(0.75/df)); i <= min(hi, top+int(0.75/df)); i++ {
			near += power[i]
		}
		out = append(out, tone{amp: math.Sqrt(2 * near), hz: float64(top) * df, conc: near / all})
	}
	return out
}
