package report

import (
	"fmt"
	"strings"

	"facialis/anatomy"
	"facialis/event"
	"facialis/measure"
)

// figure is one row of the table: what, in plain words, for clinicians.
type figure struct{ What, Plain, Clinic string }

// knownFigures parts the rows into those with a value and the names of those
// that could not be had.
func knownFigures(all []figure) (known []figure, unknown []string) {
	for _, f := range all {
		if strings.HasPrefix(f.Plain, say("unknown")) {
			unknown = append(unknown, f.What)
			continue
		}
		known = append(known, f)
	}
	return known, unknown
}

// figures is every measure with its uncertainty. What could not be had is said
// to be unknown.
func figures(a *Analysis) []figure {
	m := a.Measures
	f := []figure{
		{"Spasms seen", fmt.Sprintf("%d in %s of film with your face in view", m.Spasms, clock(m.UsableS)),
			fmt.Sprintf("n = %d%s; tracked %s", m.Spasms, clinicSides(a), percent(a.Tracking.FaceFraction))},
		{"How often", plainRate(m.RatePerMin), clinicRate(m.RatePerMin) + " (exact Poisson)"},
		{"How often at rest", plainRate(m.RestRatePerMin), clinicRate(m.RestRatePerMin)},
		{"Time in spasm", optPlain(m.Burden, "%s of the time", percent), "burden " + optPercent(m.Burden) + rightLeft(a)},
		{"How long one lasts", plainQuantiles(m.DurationS), clinicQuantiles(m.DurationS)},
		{"Held for a second or more", optPlain(m.TonicFraction, "%s of the time in spasm", percent), "tonic fraction " + optPercent(m.TonicFraction)},
		{"Time from one to the next", plainQuantiles(m.IntervalS.Quantiles),
			clinicQuantiles(m.IntervalS.Quantiles) + fmt.Sprintf("; CV %s, CV2 %s", opt(m.IntervalS.CV, 2), opt(m.IntervalS.CV2, 2))},
		{"How even the steps are", plainRegularity(m), fmt.Sprintf("regularity 1−CV2 = %s (1 metronome, 0 at random); CV below %s would be regular", opt(m.Regularity, 2), trim(regularCV, 1))},
		{"Bouts", plainBouts(m), fmt.Sprintf("%d episodes (gap < %s), %d attacks (gap < %s); attack length %s", m.Episodes, clock(event.EpisodeGapS), m.Attacks, clock(event.AttackGapS), clinicQuantiles(m.AttackS))},
		{"Longest quiet time", optPlain(m.LongestFreeS, "%s without a spasm", clock), optSeconds(m.LongestFreeS) + ", tracked without a break"},
	}
	for _, t := range m.ByTrigger {
		what := "Came right with " + named(triggerWords, t.Trigger)
		if t.Trigger == "" {
			what = "Came by themselves"
		}
		ci := measure.Wilson(t.Spasms, m.Spasms)
		f = append(f, figure{what, fmt.Sprintf("%d of %d", t.Spasms, m.Spasms), percent(t.Share) + interval(ci, percent)})
	}
	for _, t := range m.ByTask {
		f = append(f, figure{"While asked to: " + named(taskWords, t.Task), fmt.Sprintf("%d in %s", t.Spasms, clock(t.UsableS)), clinicRate(t.RatePerMin)})
	}
	f = append(f,
		figure{"Both sides at once", optPlain(m.BilateralOverlap, "%s of the spasms", percent),
			"overlap within 67 ms " + optPercent(m.BilateralOverlap) + interval(m.BilateralOverlapCI95, percent)},
		figure{"Brow went up while the eye closed", optPlain(m.BrowLiftShare, fmt.Sprintf("in %%s of %d spasms that closed the eye", m.BrowLiftOf), percent),
			"“other Babinski” sign, of episodes " + optPercent(m.BrowLiftShare) + interval(m.BrowLiftShareCI95, percent)},
		figure{"Blinks", plainRate(m.BlinkRatePerMin), clinicRate(m.BlinkRatePerMin)},
		lidFigure(m.Lids),
	)
	return append(f, precision(a)...)
}

// lidFigure is what both eyes did together without being asked to.
func lidFigure(l measure.Lids) figure {
	f := figure{"Both eyes closed in spells", say("unknown"), ""}
	if l.WatchedS > 0 {
		n := fmt.Sprintf("%d times", l.Spells)
		switch l.Spells {
		case 0:
			n = "never"
		case 1:
			n = "once"
		}
		f.Plain = fmt.Sprintf("%s, for half a second or longer or three times or more in a row; both shut for %s of the time", n, optPercent(l.ShutShare))
		f.Clinic = fmt.Sprintf("%d spells, %s; closures ≥ 0.5 s %s; runs of 3 or more %s; longest closure %s; shut %s", l.Spells, clinicRate(l.SpellRatePerMin),
			clinicRate(l.LongRatePerMin), clinicRate(l.ClusterRatePerMin), optSeconds(l.DurationS.Max), optPercent(l.ShutShare))
	}
	return f
}

// precision says how fine the measurement itself is.
func precision(a *Analysis) []figure {
	scale := figure{"Millimetres", say("unknown"), "no iris seen, no scale"}
	if u := a.Tracking.ScaleUncertainty; u != nil && finite(*u) {
		scale = figure{"Millimetres", fmt.Sprintf("all lengths may be off by about %s together", percent(*u)),
			fmt.Sprintf("scale ±%s (2 SD), from an iris width of 11.7 mm; %s mm/px", percent(*u), opt(a.Tracking.MMPerPx, 3))}
	}
	lo, hi := noiseRange(a.Tracking.NoiseMM)
	noise := figure{"Smallest movement", say("unknown"), "noise floor " + say("unknown")}
	if lo != nil {
		noise = figure{"Smallest movement", fmt.Sprintf("movements under about %s mm (steadiest place) to %s mm (least steady) cannot be told from noise", about(5**lo), about(5**hi)),
			fmt.Sprintf("noise %s–%s mm (1 SD, by region); the plain figures are 5 SD", trim(*lo, 3), trim(*hi, 3))}
	}
	fps := a.Recording.FrameRate
	time := figure{"Finest step in time", say("unknown"), say("unknown")}
	if fps > 0 {
		variable := ""
		if a.Recording.VariableRate {
			variable = ", variable"
		}
		time = figure{"Finest step in time", fmt.Sprintf("%s s, one picture of the film", about(1/fps)), fmt.Sprintf("%s ms a frame (%s frames/s%s)", trim(1000/fps, 1), trim(fps, 2), variable)}
	}
	return []figure{scale, noise, time}
}

func noiseRange(n NoiseMM) (lo, hi *float64) {
	for _, side := range []map[anatomy.Region]*float64{n.Right, n.Left} {
		for _, v := range side {
			if v == nil || !finite(*v) {
				continue
			}
			if lo == nil || *v < *lo {
				lo = v
			}
			if hi == nil || *v > *hi {
				hi = v
			}
		}
	}
	return lo, hi
}

func plainRate(e measure.Estimate) string {
	if e.Value == nil {
		return say("unknown")
	}
	if *e.Value == 0 && e.CI95 != nil {
		return "none seen; up to about " + say("per minute", about(e.CI95[1])) + " could go unseen by chance"
	}
	out := "about " + say("per minute", about(*e.Value))
	if e.CI95 != nil {
		out += fmt.Sprintf(", likely between %s and %s", about(e.CI95[0]), about(e.CI95[1]))
	}
	return out
}

func clinicRate(e measure.Estimate) string {
	if e.Value == nil {
		return say("unknown")
	}
	return trim(*e.Value, 2) + " /min" + interval(e.CI95, func(x float64) string { return trim(x, 2) })
}

// interval is ", 95 % CI lo–hi", or nothing where there is none.
func interval(ci *[2]float64, show func(float64) string) string {
	if ci == nil {
		return ""
	}
	lo, hi := show(ci[0]), show(ci[1])
	if strings.HasSuffix(hi, " %") {
		lo = strings.TrimSuffix(lo, " %")
	}
	return fmt.Sprintf(", 95 %% CI %s–%s", lo, hi)
}

func plainQuantiles(q measure.Quantiles) string {
	if q.Median == nil || q.Max == nil {
		return say("unknown")
	}
	if q.N == 1 {
		return clock(*q.Median) + " (only one)"
	}
	return fmt.Sprintf("typically %s, at most %s", clock(*q.Median), clock(*q.Max))
}

func clinicQuantiles(q measure.Quantiles) string {
	if q.Median == nil || q.P5 == nil || q.P95 == nil || q.Max == nil {
		return say("unknown")
	}
	s := func(x float64) string { return trim(x, 2) }
	return fmt.Sprintf("median %s s%s; P5 %s, P95 %s, max %s (n = %d)", s(*q.Median), interval(q.MedianCI95, s), s(*q.P5), s(*q.P95), s(*q.Max), q.N)
}

func plainRegularity(m measure.Summary) string {
	switch {
	case m.IntervalS.CV == nil:
		return say("unknown") + " (too few spasms)"
	case *m.IntervalS.CV < regularCV:
		return "rather even"
	}
	return "uneven"
}

func plainBouts(m measure.Summary) string {
	if m.Attacks == 0 || m.AttackS.Max == nil {
		return "none"
	}
	return fmt.Sprintf("%d, the longest lasting %s", m.Attacks, clock(*m.AttackS.Max))
}

// clinicSides is how the spasms part into right and left.
func clinicSides(a *Analysis) string {
	m := a.Measures
	if !a.SideKnown() {
		return ", " + say("unknown side")
	}
	return fmt.Sprintf(" (right %d, left %d); laterality (R−L)/(R+L) %s", m.Sides.Right.Spasms, m.Sides.Left.Spasms, opt(m.Laterality, 2))
}

func rightLeft(a *Analysis) string {
	m := a.Measures
	if !a.SideKnown() {
		return ""
	}
	return fmt.Sprintf(" (right %s, left %s)", optPercent(m.Sides.Right.Burden), optPercent(m.Sides.Left.Burden))
}

func opt(x *float64, decimals int) string {
	if x == nil || !finite(*x) {
		return say("unknown")
	}
	return trim(*x, decimals)
}

func optPercent(x *float64) string {
	if x == nil || !finite(*x) {
		return say("unknown")
	}
	return trim(100**x, 1) + " %"
}

func optSeconds(x *float64) string {
	if x == nil || !finite(*x) {
		return say("unknown")
	}
	return trim(*x, 1) + " s"
}

func optPlain(x *float64, format string, show func(float64) string) string {
	if x == nil || !finite(*x) {
		return say("unknown")
	}
	return fmt.Sprintf(format, show(*x))
}
