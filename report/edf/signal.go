package edf

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"facialis/anatomy"
	"facialis/event"
)

// The range of a sample. digitalMin stands for what was not measured.
const (
	digitalMin = -32768
	digitalMax = 32767
)

// maxGapS is the longest time between two frames over which a value is carried.
const maxGapS = 0.25

// signal is one column of the trace in EDF's terms.
type signal struct {
	label, unit, source string
	x                   []float32
	low, high           float64 // the values of digitalMin and digitalMax
	lowText, highText   string
	frame               int  // where the last look-up stopped
	face                bool // a movement of the face; pose and quality may go on without it
}

// shortNames are the regions in at most 13 letters.
var shortNames = func() (n [anatomy.NumRegions]string) {
	for i, r := range anatomy.RegionNames {
		n[i] = strings.NewReplacer("orbicularis", "orbic", "_", " ").Replace(r)
	}
	return n
}()

// columns are the trace's signals in the order in which they are written.
func columns(t *event.Trace) []signal {
	var out []signal
	add := func(label, unit, source string, x []float32) {
		s := signal{label: label, unit: unit, source: source, x: x, face: unit == "mm"}
		s.scale()
		out = append(out, s)
	}
	for s, side := range []string{"R ", "L "} {
		for r, name := range shortNames {
			add(side+name, "mm", "skin along the muscle's pull, head motion removed", t.Along[s][r])
		}
	}
	for r, name := range shortNames {
		add("R-L "+name, "mm", "right minus left", t.Diff[r])
	}
	for s, side := range []string{"R ", "L "} {
		add(side+"aperture", "mm", "palpebral aperture", t.Aperture[s])
	}
	add("yaw", "deg", "head", t.Yaw)
	add("pitch", "deg", "head", t.Pitch)
	add("roll", "deg", "head", t.Roll)
	add("quality", "", "share of the points found", t.Quality)
	return out
}

// spare is how much of the measured span the range goes on below the lowest measured
// value, so that what stands for "not measured" lies clearly apart from it.
const spare = 0.25

// leastSpan is the narrowest range of a signal, in its unit: one that never moves still
// needs a scale.
const leastSpan = 0.002

// scale chooses the physical range: the measured values and, below them, room for the
// lowest value that stands for none. It is written in eight characters and read back
// from them, so that writer and reader agree.
func (s *signal) scale() {
	low, high := math.Inf(1), math.Inf(-1)
	for _, x := range s.x {
		if v := float64(x); !math.IsNaN(v) && !math.IsInf(v, 0) {
			low, high = min(low, v), max(high, v)
		}
	}
	if low > high {
		low, high = 0, 0
	}
	if high-low < leastSpan {
		high = low + leastSpan
	}
	low -= spare * (high - low)
	for decimals := 4; decimals >= 0; decimals-- {
		unit := math.Pow(10, float64(decimals))
		s.lowText = strconv.FormatFloat(math.Floor(low*unit)/unit, 'f', decimals, 64)
		s.highText = strconv.FormatFloat(math.Ceil(high*unit)/unit, 'f', decimals, 64)
		if len(s.lowText) <= 8 && len(s.highText) <= 8 {
			break
		}
	}
	s.low, _ = strconv.ParseFloat(s.lowText, 64)
	s.high, _ = strconv.ParseFloat(s.highText, 64)
}

// digital is a value as a sample.
func (s *signal) digital(v float64) int16 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return digitalMin
	}
	d := math.Round((v-s.low)/(s.high-s.low)*(digitalMax-digitalMin) + digitalMin)
	return int16(min(max(d, digitalMin+1), digitalMax))
}

// at is the column's value at a time, interpolated between frames; NaN where a
// frame beside it has none or is too far away. Times are asked for in order.
func (s *signal) at(t []float64, now float64) float64 {
	n := min(len(t), len(s.x))
	if n == 0 {
		return math.NaN()
	}
	for s.frame+1 < n && t[s.frame+1] <= now {
		s.frame++
	}
	i := s.frame
	switch {
	case now <= t[0] && t[0]-now <= maxGapS:
		return float64(s.x[0])
	case i+1 >= n:
		if now-t[i] > maxGapS {
			return math.NaN()
		}
		return float64(s.x[i])
	case t[i+1]-t[i] > maxGapS:
		if now == t[i] {
			return float64(s.x[i])
		}
		return math.NaN()
	}
	u := (now - t[i]) / (t[i+1] - t[i])
	if u <= 0 {
		return float64(s.x[i])
	}
	return float64(s.x[i])*(1-u) + float64(s.x[i+1])*u
}

// medianStep is the median time between frames, seconds.
func medianStep(t []float64) float64 {
	var d []float64
	for i := 1; i < len(t); i++ {
		if t[i] > t[i-1] {
			d = append(d, t[i]-t[i-1])
		}
	}
	if len(d) == 0 {
		return 1.0 / 30
	}
	slices.Sort(d)
	return d[len(d)/2]
}
