package pipeline

import (
	"math"

	"facialis/report"
	"facialis/words"
)

// parted reports whether only a part of the recording is measured.
func (o Options) parted() bool { return o.FromS > 0 || o.ToS > 0 && !math.IsInf(o.ToS, 0) }

// within reports whether the picture at t, seconds from the first, is measured.
func (o Options) within(t float64) bool { return t >= o.FromS && (o.ToS <= 0 || t <= o.ToS) }

// partWarning says that only a part was measured.
func partWarning(o Options, durationS float64) report.Warning {
	to := o.ToS
	if to <= 0 || to > durationS {
		to = durationS
	}
	return report.Warning{Code: "part", Text: words.Default().Say("quality.warning.part",
		words.Args{"From": seconds(o.FromS), "To": seconds(to)})}
}
