package presets

import (
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/assess"
	"facialis/event"
	"facialis/measure"
	"facialis/phantom"
)

// Film is the recording of a preset as a faultless instrument would see it: the
// truth's events in the detector's words, and a trace made of the truth's
// displacements. By the binding words a spasm is one-sided; what both sides do
// together is a blink when short and voluntary when not.
func Film(name string) (*assess.Video, error) {
	spec, err := phantom.Preset(name)
	if err != nil {
		return nil, err
	}
	truth, err := phantom.Tell(spec)
	if err != nil {
		return nil, err
	}
	v := &assess.Video{Tasks: truth.Tasks, DurationS: truth.Recording.DurationS, FaceFraction: 1, Usable: true}
	for _, e := range truth.Events {
		v.Events = append(v.Events, inDetectorsWords(e)...)
	}
	slices.SortStableFunc(v.Events, func(a, b event.Event) int {
		if a.OnsetS < b.OnsetS {
			return -1
		}
		return 1
	})
	all := []measure.Span{{FromS: 0, ToS: v.DurationS}}
	v.Summary = measure.Summarize(v.Events, measure.FullView(all), v.Tasks, measure.DefaultParams())
	v.Summary.Watch(traceOf(truth, spec.Person.Contracture), v.Events, measure.FullView(all), v.Tasks, measure.DefaultParams())
	return v, nil
}

func inDetectorsWords(e event.Event) []event.Event {
	if e.Kind != event.Spasm || e.Side != anatomy.Both {
		return []event.Event{e}
	}
	e.Episode, e.Attack = nil, nil
	if e.Form != event.Clonic || e.Twitches < 2 || len(e.Regions) > 2 {
		e.Kind = event.Voluntary
		return []event.Event{e}
	}
	var out []event.Event
	step := e.Duration() / float64(e.Twitches)
	for i := range e.Twitches {
		b := e
		b.Kind, b.Form, b.Twitches, b.RateHz = event.Blink, event.Twitch, 1, nil
		b.OnsetS = e.OnsetS + float64(i)*step
		b.OffsetS = b.OnsetS + 0.8*step
		out = append(out, b)
	}
	return out
}

// traceOf is the trace of a face that does exactly what the truth says. A mouth
// 54 mm wide and the calm of a good recording are the phantom's own.
func traceOf(t *phantom.Truth, c *phantom.Contracture) *event.Trace {
	n := len(t.Displacement.T)
	tr := &event.Trace{T: t.Displacement.T, MMPerPx: 1 / t.Recording.PxPerMM, ScaleUncertainty: 0.07}
	const mouthMM, noiseMM = 54, 0.05
	column := func(f func(i int) float64) []float32 {
		out := make([]float32, n)
		for i := range out {
			out[i] = float32(f(i))
		}
		return out
	}
	for s, d := range []map[anatomy.Region][]float64{t.Displacement.Right, t.Displacement.Left} {
		up, side := 0.0, []anatomy.Side{anatomy.Right, anatomy.Left}[s]
		if c != nil && c.Side == side {
			up = c.CornerMM
		}
		aperture := [][]float64{t.ApertureMM.Right, t.ApertureMM.Left}[s]
		tr.Aperture[s] = column(func(i int) float64 { return aperture[i] })
		tr.BrowHeight[s] = column(func(i int) float64 { return 25 + d[anatomy.Frontalis][i] })
		a := anatomy.Directions[anatomy.AtZygomaticus]
		tr.CornerOut[s] = column(func(i int) float64 { return mouthMM/2 + a[0]*(up+d[anatomy.Zygomaticus][i]) })
		tr.CornerUp[s] = column(func(i int) float64 { return a[1] * (up + d[anatomy.Zygomaticus][i]) })
		for k, r := range anatomy.Regions {
			tr.Along[s][k] = column(func(i int) float64 { return d[r][i] })
			tr.DX[s][k] = column(func(i int) float64 { return anatomy.Directions[k][0] * d[r][i] })
			tr.DY[s][k] = column(func(i int) float64 { return anatomy.Directions[k][1] * d[r][i] })
			tr.NoiseMM[s][k] = noiseMM
		}
	}
	for k := range anatomy.Regions {
		tr.Diff[k] = column(func(i int) float64 {
			return float64(tr.Along[anatomy.AtRight][k][i]) - float64(tr.Along[anatomy.AtLeft][k][i])
		})
		tr.DiffNoiseMM[k] = noiseMM * math.Sqrt2
	}
	tr.LipOpen = column(func(i int) float64 { return t.JawMM[i] })
	tr.Yaw = column(func(i int) float64 { return t.Head.Yaw[i] })
	tr.Pitch = column(func(i int) float64 { return t.Head.Pitch[i] })
	tr.Roll = column(func(i int) float64 { return t.Head.Roll[i] })
	tr.Quality = column(func(int) float64 { return 1 })
	return tr
}
