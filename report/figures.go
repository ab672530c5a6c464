package report

import (
	"strings"

	"facialis/anatomy"
	"facialis/event"
	"facialis/measure"
)

// figure is one row of the table: what, in plain words, for clinicians.
type figure struct{ What, Plain, Clinic string }

// knownFigures parts the rows into those with a value and the names of those
// that could not be had.
func (l voice) knownFigures(all []figure) (known []figure, unknown []string) {
	for _, f := range all {
		if f.Plain == l.unknown() || f.Plain == l.Say("report.figure.regularity.few") {
			unknown = append(unknown, f.What)
			continue
		}
		known = append(known, f)
	}
	return known, unknown
}

// figures is every measure with its uncertainty. What could not be had is said
// to be unknown.
func (l voice) figures(a *Analysis) []figure {
	m := a.Measures
	f := []figure{
		{l.Say("report.figure.spasms"), l.Say("report.figure.spasms.plain", args{"Number": m.Spasms, "Length": l.clock(m.UsableS)}),
			l.Say(sided(a, "report.figure.spasms.clinic"), args{"Number": m.Spasms, "Right": l.spasmsOf(m.Sides.Right), "Left": l.spasmsOf(m.Sides.Left),
				"Laterality": l.opt(m.Laterality, 2), "Tracked": l.percent(a.Tracking.FaceFraction)})},
		{l.Say("report.figure.rate"), l.plainRate(m.RatePerMin), l.Say("report.figure.rate.exact", args{"Rate": l.clinicRate(m.RatePerMin)})},
		{l.Say("report.figure.rest"), l.plainRate(m.RestRatePerMin), l.clinicRate(m.RestRatePerMin)},
		{l.Say("report.figure.burden"), l.optShare(m.Burden, "report.figure.burden.plain"),
			l.Say(sided(a, "report.figure.burden.clinic"), args{"Share": l.optPercent(m.Burden), "Right": l.optPercent(m.Sides.Right.Burden), "Left": l.optPercent(m.Sides.Left.Burden)})},
		{l.Say("report.figure.duration"), l.plainQuantiles(m.DurationS), l.clinicQuantiles(m.DurationS)},
		{l.Say("report.figure.tonic"), l.optShare(m.TonicFraction, "report.figure.tonic.plain"), l.Say("report.figure.tonic.clinic", args{"Share": l.optPercent(m.TonicFraction)})},
		{l.Say("report.figure.between"), l.plainQuantiles(m.IntervalS.Quantiles),
			l.Say("report.figure.between.clinic", args{"Quantiles": l.clinicQuantiles(m.IntervalS.Quantiles), "CV": l.opt(m.IntervalS.CV, 2), "CV2": l.opt(m.IntervalS.CV2, 2)})},
		{l.Say("report.figure.regularity"), l.plainRegularity(m), l.Say("report.figure.regularity.clinic", args{"Regularity": l.opt(m.Regularity, 2), "Limit": l.trim(regularCV, 1)})},
		{l.Say("report.figure.bouts"), l.plainBouts(a), l.Say("report.figure.bouts.clinic", args{"Episodes": m.Episodes, "EpisodeGap": l.clock(event.EpisodeGapS), "Attacks": m.Attacks, "AttackGap": l.clock(event.AttackGapS), "Lengths": l.clinicQuantiles(m.AttackS)})},
		{l.Say("report.figure.quiet"), l.quiet(m.LongestFreeS), l.Say("report.figure.quiet.clinic", args{"Length": l.optSeconds(m.LongestFreeS)})},
	}
	for _, t := range m.ByTrigger {
		what := l.Say("report.figure.spontaneous")
		if t.Trigger != "" {
			what = l.Say("report.figure.triggered", args{"Trigger": l.trigger(t.Trigger)})
		}
		ci := measure.Wilson(t.Spasms, m.Spasms)
		f = append(f, figure{what, l.Say("report.figure.share", args{"Part": t.Spasms, "All": m.Spasms}), l.interval(l.percent(t.Share), ci, l.percent)})
	}
	for _, t := range m.ByTask {
		f = append(f, figure{l.Say("report.figure.task", args{"Task": l.task(t.Task)}), l.Say("report.figure.task.plain", args{"Number": t.Spasms, "Length": l.clock(t.UsableS)}), l.clinicRate(t.RatePerMin)})
	}
	f = append(f,
		figure{l.Say("report.figure.overlap"), l.optShare(m.BilateralOverlap, "report.figure.overlap.plain"),
			l.Say("report.figure.overlap.clinic", args{"Share": l.interval(l.optPercent(m.BilateralOverlap), m.BilateralOverlapCI95, l.percent)})},
		figure{l.Say("report.figure.brow"), l.browLift(m),
			l.Say("report.figure.brow.clinic", args{"Share": l.interval(l.optPercent(m.BrowLiftShare), m.BrowLiftShareCI95, l.percent)})},
		figure{l.Say("report.figure.blinks"), l.plainRate(m.BlinkRatePerMin), l.clinicRate(m.BlinkRatePerMin)},
		l.lidFigure(m.Lids),
	)
	f = append(f, l.seenFigures(a)...)
	return append(f, l.precision(a)...)
}

// quiet is the longest time without a spasm.
func (l voice) quiet(s *float64) string {
	if s == nil || !finite(*s) {
		return l.unknown()
	}
	return l.Say("report.figure.quiet.plain", args{"Length": l.clock(*s)})
}

func (l voice) browLift(m measure.Summary) string {
	if m.BrowLiftShare == nil || !finite(*m.BrowLiftShare) {
		return l.unknown()
	}
	return l.Say("report.figure.brow.plain", args{"Share": l.percent(*m.BrowLiftShare), "All": m.BrowLiftOf})
}

// lidFigure is what both eyes did together without being asked to.
func (l voice) lidFigure(lids measure.Lids) figure {
	f := figure{l.Say("report.figure.lids"), l.unknown(), ""}
	if lids.WatchedS > 0 {
		share := args{"Share": l.optPercent(lids.ShutShare)}
		f.Plain = l.Count("report.figure.lids.plain", lids.Spells, share)
		if lids.Spells == 0 {
			f.Plain = l.Say("report.figure.lids.never", share)
		}
		f.Clinic = l.Say("report.figure.lids.clinic", args{"Spells": lids.Spells, "Rate": l.clinicRate(lids.SpellRatePerMin), "Long": l.clinicRate(lids.LongRatePerMin),
			"Runs": l.clinicRate(lids.ClusterRatePerMin), "Longest": l.optSeconds(lids.DurationS.Max), "Share": l.optPercent(lids.ShutShare)})
	}
	return f
}

// precision says how fine the measurement itself is.
func (l voice) precision(a *Analysis) []figure {
	scale := figure{l.Say("report.figure.scale"), l.unknown(), l.Say("report.figure.scale.unknown")}
	if u := a.Tracking.ScaleUncertainty; u != nil && finite(*u) {
		scale.Plain = l.Say("report.figure.scale.plain", args{"Share": l.percent(*u)})
		scale.Clinic = l.Say("report.figure.scale.clinic", args{"Share": l.percent(*u), "Scale": l.opt(a.Tracking.MMPerPx, 3)})
	}
	lo, hi := noiseRange(a.Tracking.NoiseMM)
	noise := figure{l.Say("report.figure.noise"), l.unknown(), l.Say("report.figure.noise.unknown")}
	if lo != nil {
		noise.Plain = l.Say("report.figure.noise.plain", args{"Least": l.about(noiseSDs * *lo), "Most": l.about(noiseSDs * *hi)})
		noise.Clinic = l.Say("report.figure.noise.clinic", args{"Least": l.trim(*lo, 3), "Most": l.trim(*hi, 3)})
	}
	fps := a.Recording.FrameRate
	time := figure{l.Say("report.figure.time"), l.unknown(), l.unknown()}
	if fps > 0 {
		clinic := "report.figure.time.clinic"
		if a.Recording.VariableRate {
			clinic = "report.figure.time.variable"
		}
		time.Plain = l.Say("report.figure.time.plain", args{"Step": l.about(1 / fps)})
		time.Clinic = l.Say(clinic, args{"Step": l.trim(1000/fps, 1), "Rate": l.trim(fps, 2)})
	}
	return []figure{scale, noise, time}
}

// noiseSDs is how many standard deviations of the noise a movement must have to be
// told from it.
const noiseSDs = 5

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

func (l voice) plainRate(e measure.Estimate) string {
	switch {
	case e.Value == nil:
		return l.unknown()
	case e.CI95 == nil:
		return l.Say("report.figure.rate.plain", args{"Rate": l.perMinute(*e.Value)})
	case *e.Value == 0:
		return l.Say("report.figure.rate.none", args{"Rate": l.perMinute(e.CI95[1])})
	}
	return l.Say("report.figure.rate.range", args{"Rate": l.perMinute(*e.Value), "Low": l.about(e.CI95[0]), "High": l.about(e.CI95[1])})
}

func (l voice) clinicRate(e measure.Estimate) string {
	if e.Value == nil {
		return l.unknown()
	}
	return l.interval(l.Say("report.figure.rate.clinic", args{"Rate": l.trim(*e.Value, 2)}), e.CI95, func(x float64) string { return l.trim(x, 2) })
}

// interval is a value with its interval, or the value alone where there is none.
func (l voice) interval(value string, ci *[2]float64, show func(float64) string) string {
	if ci == nil {
		return value
	}
	lo, hi := show(ci[0]), show(ci[1])
	if strings.HasSuffix(hi, " %") {
		lo = strings.TrimSuffix(lo, " %")
	}
	return l.Say("report.figure.interval", args{"Value": value, "Low": lo, "High": hi})
}

func (l voice) plainQuantiles(q measure.Quantiles) string {
	if q.Median == nil || q.Max == nil {
		return l.unknown()
	}
	if q.N == 1 {
		return l.Say("report.figure.quantiles.one", args{"Length": l.clock(*q.Median)})
	}
	return l.Say("report.figure.quantiles.plain", args{"Median": l.clock(*q.Median), "Longest": l.clock(*q.Max)})
}

func (l voice) clinicQuantiles(q measure.Quantiles) string {
	if q.Median == nil || q.P5 == nil || q.P95 == nil || q.Max == nil {
		return l.unknown()
	}
	s := func(x float64) string { return l.trim(x, 2) }
	return l.Say("report.figure.quantiles.clinic", args{"Median": l.interval(s(*q.Median)+" s", q.MedianCI95, s), "P5": s(*q.P5), "P95": s(*q.P95), "Longest": s(*q.Max), "Number": q.N})
}

func (l voice) plainRegularity(m measure.Summary) string {
	switch {
	case m.IntervalS.CV == nil:
		return l.Say("report.figure.regularity.few")
	case *m.IntervalS.CV < regularCV:
		return l.Say("report.figure.regularity.even")
	}
	return l.Say("report.figure.regularity.uneven")
}

func (l voice) plainBouts(a *Analysis) string {
	m := a.Measures
	if m.Attacks == 0 || m.AttackS.Max == nil {
		return l.Say("report.figure.bouts.none")
	}
	key := "report.figure.bouts.plain"
	if cutAttack(a) {
		key = "report.figure.bouts.cut"
	}
	return l.Say(key, args{"Number": m.Attacks, "Longest": l.clock(*m.AttackS.Max)})
}

// cutAttack says whether the longest attack may have begun before the film or gone
// on after it: one of the film's ends is nearer than the gap that ends an attack.
func cutAttack(a *Analysis) bool {
	attacks := map[int]measure.Span{}
	for _, e := range a.Events {
		if e.Kind != event.Spasm || e.Attack == nil {
			continue
		}
		s, ok := attacks[*e.Attack]
		if !ok {
			s = measure.Span{FromS: e.OnsetS, ToS: e.OffsetS}
		}
		attacks[*e.Attack] = measure.Span{FromS: min(s.FromS, e.OnsetS), ToS: max(s.ToS, e.OffsetS)}
	}
	var longest measure.Span
	for _, s := range attacks {
		if s.ToS-s.FromS > longest.ToS-longest.FromS {
			longest = s
		}
	}
	return len(attacks) > 0 && (longest.FromS < event.AttackGapS || longest.ToS > a.Recording.DurationS-event.AttackGapS)
}

// sided is the key of a figure's text, which names no side where the sides cannot
// be told apart.
func sided(a *Analysis, key string) string {
	if a.SideKnown() {
		return key
	}
	return key + ".hidden"
}

func (l voice) opt(x *float64, decimals int) string {
	if x == nil || !finite(*x) {
		return l.unknown()
	}
	return l.trim(*x, decimals)
}

func (l voice) optPercent(x *float64) string {
	if x == nil || !finite(*x) {
		return l.unknown()
	}
	return l.trim(100**x, 1) + " %"
}

func (l voice) optSeconds(x *float64) string {
	if x == nil || !finite(*x) {
		return l.unknown()
	}
	return l.trim(*x, 1) + " s"
}

// optShare is the text of a key about a share.
func (l voice) optShare(x *float64, key string) string {
	if x == nil || !finite(*x) {
		return l.unknown()
	}
	return l.Say(key, args{"Share": l.percent(*x)})
}
