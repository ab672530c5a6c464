package pipeline

import (
	"fmt"
	"math"
	"slices"

	"facialis/internal/signal"
	"facialis/motion"
	"facialis/report"
	"facialis/video"
	"facialis/words"
)

// mostClockWarnings is how many places of one kind are named one by one; the
// ledger has them all.
const mostClockWarnings = 20

// clockWarnings says what of the film's clock the reader of a result must know.
func clockWarnings(c video.Clock, rate float64, repeated []motion.Repeated, tracks int) []report.Warning {
	var out []report.Warning
	say := words.Default().Say
	add := func(code string, from, to *float64, args words.Args) {
		out = append(out, report.Warning{Code: code, Text: say("quality.clock."+code, args), FromS: from, ToS: to})
	}
	for _, h := range c.Holes[:min(len(c.Holes), mostClockWarnings)] {
		add("not_filmed", &h.FromS, &h.ToS, words.Args{"From": seconds(h.FromS), "To": seconds(h.ToS)})
	}
	for _, j := range c.Jumps[:min(len(c.Jumps), mostClockWarnings)] {
		add("clock_jumped", &j.AtS, &j.AtS, words.Args{"At": seconds(j.AtS)})
	}
	for _, at := range c.Resized[:min(len(c.Resized), mostClockWarnings)] {
		add("size_changed", &at, &at, words.Args{"At": seconds(at)})
	}
	for _, at := range c.Joints[:min(len(c.Joints), mostClockWarnings)] {
		add("joined", &at, &at, words.Args{"At": seconds(at)})
	}
	for _, f := range c.Frozen[:min(len(c.Frozen), mostClockWarnings)] {
		add("frozen", &f.FromS, &f.ToS, words.Args{"From": seconds(f.FromS), "To": seconds(f.ToS)})
	}
	for _, r := range repeated[:min(len(repeated), mostClockWarnings)] {
		args := words.Args{"From": seconds(r.FromS), "To": seconds(r.ToS), "Stored": fmt.Sprintf("%.3g", rate), "New": fmt.Sprintf("%.3g", rate*r.Share)}
		if r.Whole {
			add("repeated", nil, nil, args)
		} else {
			add("repeated_part", &r.FromS, &r.ToS, args)
		}
	}
	if c.SlowMotion != nil {
		code := "slow_motion"
		times := *c.SlowMotion
		if times < 1 {
			code, times = "time_lapse", 1/times
		}
		add(code, nil, nil, words.Args{"Times": fmt.Sprintf("%.3g", times)})
	}
	if tracks > 1 {
		add("several_films", nil, nil, words.Args{"Number": tracks})
	}
	return out
}

// trueRate is the rate of a recording without the repeated pictures in it.
func trueRate(rate, length float64, repeated []motion.Repeated) float64 {
	fresh := rate
	for _, r := range repeated {
		if r.Whole {
			return round(rate * r.Share)
		}
		if length > 0 {
			fresh -= rate * (1 - r.Share) * (r.ToS - r.FromS) / length
		}
	}
	if len(repeated) == 0 {
		return rate
	}
	return round(fresh)
}

// round rounds a rate to thousandths.
func round(rate float64) float64 { return math.Round(1000*rate) / 1000 }

// cutsOf are the times at which a film does not go on: those of its clock, and where
// a picture begins and ends to be held, for the face has gone elsewhere meanwhile.
func cutsOf(c video.Clock, held [][2]float64) []float64 {
	out := c.Cuts()
	for _, h := range held {
		out = append(out, h[0], h[1])
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// frozen are the stretches in which a picture was held.
func frozen(held [][2]float64) []video.Stretch {
	out := []video.Stretch{}
	for _, h := range held {
		out = append(out, video.Stretch{FromS: h[0], ToS: h[1]})
	}
	return out
}

func seconds(s float64) string { return fmt.Sprintf("%.1f", s) }

// rateOf is the median frame rate, and whether the steps between frames differ
// by more than a tenth in more than one frame of fifty.
func rateOf(steps []float64) (float64, bool) {
	if len(steps) == 0 {
		return 0, false
	}
	s := slices.Clone(steps)
	slices.Sort(s)
	med := signal.Middle(s)
	odd := 0
	for _, d := range s {
		if math.Abs(d-med) > 0.1*med+0.0015 {
			odd++
		}
	}
	if med <= 0 {
		return 0, true
	}
	return math.Round(1000/evened(s, med)) / 1000, odd*50 > len(s)
}

const (
	stampS     = 0.001 // the coarsest stamps that containers write
	stampShare = 0.9   // share of the steps that are the usual one but for the stamps
)

// evened is the usual step between frames where stamps are too coarse to tell it:
// at 30 frames a second, steps of 33 and 34 ms. It is the mean of the steps that
// are the median but for that, or what a usual rate gives where the stamps allow
// it. Where stamps are fine it is the median. steps are in order.
func evened(steps []float64, med float64) float64 {
	var sum float64
	n := 0
	low, high := math.Inf(1), math.Inf(-1)
	for _, d := range steps {
		if math.Abs(d-med) <= 1.1*stampS {
			sum += d
			n++
			low, high = min(low, d), max(high, d)
		}
	}
	if float64(n) < stampShare*float64(len(steps)) || high-low < stampS/4 {
		return med
	}
	mean := sum / float64(n)
	for _, k := range []float64{1, 1000.0 / 1001} {
		if usual := math.Round(1/mean/k) * k; math.Abs(usual*mean-1) <= stampS/sum {
			return 1 / usual
		}
	}
	return mean
}
