package main

import (
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/event"
)

const (
	calmS     = 0.3  // how far from any true movement a frame without events is
	stillMM   = 0.05 // a true displacement up to this is none
	gazeMM    = 1.0  // a lid that goes along with the gaze moves less than this
	turnS     = 0.1  // the head's speed is had from the frames this far before and after
	turningDS = 15.0 // degrees a second from which the head is turning
	aroundS   = 1.5  // the local level is had from within this of an event
	clearS    = 0.1  // and not from nearer than this
)

// truthAt is the frame of the truth that each row of the trace shows, −1 where
// there is none.
func (f *film) truthAt() []int {
	out := make([]int, f.Trace.Len())
	ts := f.truth.Displacement.T
	for i, t := range f.Trace.T {
		j, _ := slices.BinarySearch(ts, t)
		if j == len(ts) || j > 0 && t-ts[j-1] < ts[j]-t {
			j--
		}
		if j < 0 || math.Abs(ts[j]-t) > 0.6/f.truth.Recording.FrameRate {
			j = -1
		}
		out[i] = j
	}
	return out
}

// moved is a side's true displacement of a region, by frame; nil where the truth
// says nothing of it.
func (t *truth) moved(side int, region anatomy.Region) []float64 {
	if side == anatomy.AtRight {
		return t.Displacement.Right[region]
	}
	return t.Displacement.Left[region]
}

// calm are the frames of the truth in which a region of either side does nothing:
// no displacement within calmS, and for the lids no blink and no event. Of a
// region whose displacement is not told, those in which no event is.
func (t *truth) calm(region anatomy.Region) []bool {
	ts := t.Displacement.T
	busy := make([]bool, len(ts))
	eye := region == anatomy.OrbicularisOculi
	most := stillMM
	if eye {
		most = gazeMM
	}
	told := false
	for s := range anatomy.Sides {
		for j, v := range t.moved(s, region) {
			told = true
			busy[j] = busy[j] || math.Abs(v) > most
		}
	}
	out := make([]bool, len(ts))
	for j := range out {
		out[j] = true
	}
	hide := func(from, to float64) {
		a, _ := slices.BinarySearch(ts, from-calmS)
		for j := a; j < len(ts) && ts[j] <= to+calmS; j++ {
			out[j] = false
		}
	}
	for j, b := range busy {
		if b {
			hide(ts[j], ts[j])
		}
	}
	for _, e := range t.Events {
		if !told || eye && slices.ContainsFunc(e.Regions, func(r event.RegionMovement) bool { return r.Region == region }) {
			hide(e.OnsetS, e.OffsetS)
		}
	}
	return out
}

// bin is how the head stands.
type bin int

const (
	facing bin = iota // yaw and pitch up to 10°
	yaw20             // yaw 10–20°
	pitch20
	beyond  // either over 20°
	turning // faster than turningDS
	numBins
)

var binNames = [numBins]string{"yaw and pitch up to 10°", "yaw 10–20°", "pitch 10–20°", "yaw or pitch beyond 20°", "while turning (over 15° a second)"}

// binOf is how a head stands, in degrees and degrees a second.
func binOf(yaw, pitch, speed float64) bin {
	yaw, pitch = math.Abs(yaw), math.Abs(pitch)
	switch {
	case speed > turningDS:
		return turning
	case yaw > 20 || pitch > 20:
		return beyond
	case yaw > 10:
		return yaw20
	case pitch > 10:
		return pitch20
	}
	return facing
}

// bins is how the head stands in each frame of the truth.
func (t *truth) bins() []bin {
	h, ts := &t.Head, t.Displacement.T
	out := make([]bin, len(ts))
	for j := range ts {
		a, b := j, j
		for a > 0 && ts[j]-ts[a] < turnS {
			a--
		}
		for b < len(ts)-1 && ts[b]-ts[j] < turnS {
			b++
		}
		var v float64
		for _, c := range [][]float64{h.Yaw, h.Pitch, h.Roll} {
			d := (c[b] - c[a]) / (ts[b] - ts[a])
			v += d * d
		}
		out[j] = binOf(h.Yaw[j], h.Pitch[j], math.Sqrt(v))
	}
	return out
}

// ratio is measured over true peak of a part of an event, each above its local
// level: of the side alone, and of the side less the other one. NaN where the
// trace or a level is missing. Where the truth tells each frame, the measured
// value is that within one frame of the true peak; else it is the largest
// between the event's begin and end, over the truth's peak.
func (f *film) ratio(e *event.Event, p *part) (alone, diff float64) {
	s := slices.Index(anatomy.Sides[:], p.Side)
	k := f.column(p)
	if s < 0 || k < 0 {
		return math.NaN(), math.NaN()
	}
	tr := f.Trace
	along, less := tr.Along[s][k], make([]float64, tr.Len())
	sign := float64(1 - 2*s)
	for i := range less {
		less[i] = sign * float64(tr.Diff[k][i])
	}
	own := make([]float64, tr.Len())
	for i := range own {
		own[i] = float64(along[i])
	}
	region := p.Region
	truthOwn, truthOther := f.truth.moved(s, region), f.truth.moved(1-s, region)
	if truthOwn == nil {
		return f.rise(e, own) / p.MM, f.rise(e, less) / p.MM
	}
	at := f.truthAt()
	calm := f.truth.calm(region)
	tOwn, tLess := make([]float64, tr.Len()), make([]float64, tr.Len())
	for i, j := range at {
		tOwn[i], tLess[i] = math.NaN(), math.NaN()
		if j >= 0 {
			tOwn[i], tLess[i] = truthOwn[j], truthOwn[j]-truthOther[j]
		}
	}
	over := func(measured, truth []float64) float64 {
		peak := -1
		var level, truthLevel []float64
		for i, t := range tr.T {
			switch {
			case t >= e.OnsetS && t <= e.OffsetS:
				if truth[i] == truth[i] && (peak < 0 || truth[i] > truth[peak]) {
					peak = i
				}
			case at[i] >= 0 && calm[at[i]] && t > e.OnsetS-aroundS && t < e.OffsetS+aroundS && measured[i] == measured[i]:
				level, truthLevel = append(level, measured[i]), append(truthLevel, truth[i])
			}
		}
		if peak < 0 || len(level) == 0 {
			return math.NaN()
		}
		top := math.NaN()
		for i := max(0, peak-1); i <= min(tr.Len()-1, peak+1); i++ {
			if v := measured[i]; v == v && !(top >= v) {
				top = v
			}
		}
		return (top - median(level)) / (truth[peak] - median(truthLevel))
	}
	return over(own, tOwn), over(less, tLess)
}

// column is the trace's column of a part: the region's own, or that of the
// cheek's skin where the program has one.
func (f *film) column(p *part) int {
	if p.Cheek {
		if r, ok := anatomy.RegionOf(string(anatomy.Cheek)); ok {
			return r.Index()
		}
	}
	return p.Region.Index()
}

// rise is the largest value within an event above the median around it, where no
// other event is.
func (f *film) rise(e *event.Event, c []float64) float64 {
	top := math.NaN()
	var level []float64
	for i, t := range f.Trace.T {
		if v := c[i]; v == v {
			switch {
			case t >= e.OnsetS && t <= e.OffsetS:
				if !(top >= v) {
					top = v
				}
			case t > e.OnsetS-aroundS && t < e.OffsetS+aroundS && f.between(t):
				level = append(level, v)
			}
		}
	}
	if len(level) == 0 {
		return math.NaN()
	}
	return top - median(level)
}

// between reports times at which no true event is.
func (f *film) between(t float64) bool {
	for _, e := range f.truth.Events {
		if t > e.OnsetS-clearS && t < e.OffsetS+clearS {
			return false
		}
	}
	return true
}

// A held event keeps its size where it reads the same near its end as near its
// begin; what is left out is the rise and the fall.
const (
	riseS = 0.3
	partS = 0.5
)

// keptShare is what of a held movement's size is left at its end, over what is
// truly left; NaN where that cannot be had.
func (f *film) keptShare(e *event.Event, p *part) float64 {
	s := slices.Index(anatomy.Sides[:], p.Side)
	k := f.column(p)
	if s < 0 || k < 0 || e.Duration() < 2*(riseS+partS) {
		return math.NaN()
	}
	c := make([]float64, f.Trace.Len())
	for i := range c {
		c[i] = float64(f.Trace.Along[s][k][i])
	}
	part := func(from, to float64, c []float64, ts []float64) float64 {
		var v []float64
		for i, t := range ts {
			if t >= from && t <= to && c[i] == c[i] {
				v = append(v, c[i])
			}
		}
		return median(v)
	}
	var around []float64
	for i, t := range f.Trace.T {
		if t > e.OnsetS-aroundS && t < e.OffsetS+aroundS && f.between(t) && c[i] == c[i] {
			around = append(around, c[i])
		}
	}
	level := median(around)
	kept := func(c, ts []float64, level float64) float64 {
		begin := part(e.OnsetS+riseS, e.OnsetS+riseS+partS, c, ts) - level
		end := part(e.OffsetS-riseS-partS, e.OffsetS-riseS, c, ts) - level
		return end / begin
	}
	v := kept(c, f.Trace.T, level)
	if t := f.truth.moved(s, p.Region); t != nil {
		v /= kept(t, f.truth.Displacement.T, 0)
	}
	return v
}

// lidsSeen is the share of the frames in which a side's lid was measured.
func (f *film) lidsSeen(side int) (k, n int) {
	for _, v := range f.Trace.Along[side][anatomy.AtOrbicularisOculi] {
		if v == v {
			k++
		}
		n++
	}
	return k, n
}

// quickDiff is a region's quick movement, right less left, and of each side.
func (f *film) quickDiff(k int) (diff []float64, sides [2][]float64) {
	for s := range sides {
		sides[s] = quick(f.Trace.T, f.Trace.Along[s][k])
	}
	diff = make([]float64, f.Trace.Len())
	for i := range diff {
		diff[i] = sides[0][i] - sides[1][i]
	}
	return diff, sides
}

// quickNoise is the film's local noise of a region's quick movement, its median
// over the film: of right less left, and of each side.
func (f *film) quickNoise(k int) (diff float64, sides [2]float64) {
	d, s := f.quickDiff(k)
	for i := range s {
		sides[i] = median(known(localNoise(f.Trace.T, s[i])))
	}
	return median(known(localNoise(f.Trace.T, d))), sides
}
