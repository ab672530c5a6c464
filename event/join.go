package event

import (
	"errors"
	"math"

	"facialis/anatomy"
)

// Join is one trace of several stretches of a film, in order of time, that were measured
// each by itself: with a cut where each but the first begins, listed in Joints too. A
// column that a stretch lacks is missing there. Noise floors and scale are means over the
// stretches in which they are known, weighted by their frames; the scale's uncertainty is
// the largest. make gives a column of so many rows. The stretches' columns are copied, and
// the stretches closed.
func Join(parts []*Trace, make func(rows int) []float32) (*Trace, error) {
	if len(parts) == 1 {
		return parts[0], nil
	}
	out := &Trace{}
	for i, p := range parts {
		if i > 0 && p.Len() > 0 {
			out.Cuts, out.Joints = append(out.Cuts, p.T[0]), append(out.Joints, p.T[0])
		}
		out.T = append(out.T, p.T...)
	}
	into := out.columns()
	for c, to := range into {
		has := false
		for _, p := range parts {
			from := *p.columns()[c]
			has = has || len(from) > 0 && len(from) == p.Len()
		}
		if !has {
			continue
		}
		*to = make(out.Len())
		at := 0
		for _, p := range parts {
			rows := (*to)[at : at+p.Len()]
			if from := *p.columns()[c]; len(from) == len(rows) {
				copy(rows, from)
			} else {
				for i := range rows {
					rows[i] = Missing
				}
			}
			at += p.Len()
			p.Free()
		}
	}
	mean := func(of func(*Trace) float64) float64 {
		var sum, n float64
		for _, p := range parts {
			if v := of(p); v == v {
				sum, n = sum+v*float64(p.Len()), n+float64(p.Len())
			}
		}
		return sum / n
	}
	for k := range anatomy.NumRegions {
		for s := range out.NoiseMM {
			out.NoiseMM[s][k] = mean(func(t *Trace) float64 { return t.NoiseMM[s][k] })
		}
		out.DiffNoiseMM[k] = mean(func(t *Trace) float64 { return t.DiffNoiseMM[k] })
	}
	out.MMPerPx = mean(func(t *Trace) float64 { return t.MMPerPx })
	out.FocalPx = mean(func(t *Trace) float64 {
		if t.FocalPx == 0 {
			return math.NaN()
		}
		return t.FocalPx
	})
	if out.FocalPx != out.FocalPx {
		out.FocalPx = 0
	}
	out.ScaleUncertainty = math.NaN()
	var err error
	for _, p := range parts {
		if v := p.ScaleUncertainty; !(v <= out.ScaleUncertainty) && v == v {
			out.ScaleUncertainty = v
		}
		err = errors.Join(err, p.Close())
	}
	return out, err
}

// Stretches are the frames, [from, to), between joints: what was measured by itself.
func (t *Trace) Stretches() [][2]int {
	var out [][2]int
	from, next := 0, 0
	for i := 0; i < t.Len() && next < len(t.Joints); i++ {
		for ; next < len(t.Joints) && t.T[i] >= t.Joints[next]-cutSlackS; next++ {
			if i > from {
				out = append(out, [2]int{from, i})
				from = i
			}
		}
	}
	if from < t.Len() {
		out = append(out, [2]int{from, t.Len()})
	}
	return out
}

// NumColumns is how many columns a trace has beside its times.
const NumColumns = 9 + 2*(4*anatomy.NumRegions+5) + anatomy.NumRegions

// columns are all columns but the times, in a fixed order.
func (t *Trace) columns() []*[]float32 {
	out := []*[]float32{&t.LipOpen, &t.Yaw, &t.Pitch, &t.Roll, &t.FaceX, &t.FaceY, &t.FaceW, &t.Quality, &t.Distance}
	for s := range 2 {
		for k := range anatomy.NumRegions {
			out = append(out, &t.DX[s][k], &t.DY[s][k], &t.Along[s][k], &t.SD[s][k])
		}
		out = append(out, &t.Aperture[s], &t.BrowHeight[s], &t.Shown[s], &t.CornerOut[s], &t.CornerUp[s])
	}
	for k := range anatomy.NumRegions {
		out = append(out, &t.Diff[k])
	}
	return out
}
