package report

import (
	"strings"

	"facialis/measure"
	"facialis/spasm"
)

// sentences says in plain words what was seen: a few paragraphs, each of
// sentences that belong together.
func sentences(a *Analysis) []string {
	m := a.Measures
	dur := clock(a.Recording.DurationS)
	if m.UsableS <= 0 {
		return []string{say("film.none", dur)}
	}
	film := say("film", dur, clock(m.UsableS))
	if a.Recording.DurationS-m.UsableS < 0.5 {
		film = say("film.all", dur)
	}
	if m.Spasms == 0 {
		upper := say("unknown")
		if ci := m.RatePerMin.CI95; ci != nil {
			upper = say("per minute", about(ci[1]))
		}
		return paragraphs([]string{film, say("spasms.none", upper)}, blinkSentence(m))
	}
	return paragraphs(
		[]string{film, countSentence(m)},
		rateSentence(m),
		append(lengthSentences(m), rhythmSentences(m)...),
		append(whereSentence(a), triggerSentence(m)),
		blinkSentence(m))
}

func paragraphs(groups ...[]string) []string {
	var out []string
	for _, g := range groups {
		if len(g) > 0 {
			out = append(out, strings.Join(g, " "))
		}
	}
	return out
}

func rateSentence(m measure.Summary) []string {
	v, ci := m.RatePerMin.Value, m.RatePerMin.CI95
	if v == nil || ci == nil {
		return nil
	}
	return []string{say("rate", say("per minute", about(*v)), about(ci[0]), about(ci[1]))}
}

func lengthSentences(m measure.Summary) []string {
	med, longest := m.DurationS.Median, m.DurationS.Max
	if med == nil || longest == nil {
		return nil
	}
	if m.Spasms == 1 {
		return []string{say("length.1", clock(*med))}
	}
	out := []string{say("length", clock(*med), clock(*longest))}
	if m.TonicFraction != nil && *m.TonicFraction > 0 {
		out = append(out, say("held", percent(*m.TonicFraction)))
	}
	return out
}

// rhythmSentences say how the spasms lie in time, when there are enough.
func rhythmSentences(m measure.Summary) []string {
	if m.Spasms < 2 {
		return nil
	}
	var out []string
	if m.Attacks > 0 {
		out = append(out, sayN("bouts", m.Attacks))
	}
	if m.IntervalS.CV != nil && m.IntervalS.N >= 5 {
		name := "irregular"
		if *m.IntervalS.CV < regularCV {
			name = "regular"
		}
		out = append(out, say(name))
	}
	return out
}

// regularCV is the coefficient of variation below which intervals are called
// regular (an engineering choice; no published limit for facial spasm exists).
const regularCV = 0.3

// sayN is a sentence about a number, with its form for one.
func sayN(name string, n int) string {
	if n == 1 {
		return say(name + ".1")
	}
	return say(name, n)
}

func countSentence(m measure.Summary) string {
	right, left := m.Sides.Right.Spasms, m.Sides.Left.Spasms
	if right > 0 && left > 0 {
		return say("spasms.both", sayN("spasm", m.Spasms), right, left)
	}
	here, there := spasm.Right, spasm.Left
	if left > 0 {
		here, there = there, here
	}
	return say("spasms.side", sayN("spasm", m.Spasms), say(plural("was", m.Spasms)), say("your "+string(here)), say("your "+string(there)))
}

// whereSentence says which place moved most often and which others moved too,
// on the side with more spasms.
func whereSentence(a *Analysis) []string {
	m := a.Measures
	sum := m.Sides.Right
	if m.Sides.Left.Spasms > sum.Spasms {
		sum = m.Sides.Left
	}
	if len(sum.Spread) == 0 {
		return nil
	}
	count := func(r measure.RegionShare) int { return int(r.Share*float64(sum.Spasms) + 0.5) }
	first := sum.Spread[0]
	out := []string{say("where", named(regionWords, first.Region), count(first), sum.Spasms)}
	if count(first) == sum.Spasms && sum.Spasms > 1 {
		out = []string{say("where.all", named(regionWords, first.Region))}
	}
	var also []string
	for _, r := range sum.Spread[1:] {
		also = append(also, say("where.item", named(regionWords, r.Region), count(r)))
	}
	if len(also) > 0 {
		out = append(out, say("where.also", strings.Join(also, ", ")))
	}
	return out
}

func triggerSentence(m measure.Summary) string {
	var names []string
	n := 0
	for _, t := range m.ByTrigger {
		if t.Trigger != "" {
			names = append(names, named(triggerWords, t.Trigger))
			n += t.Spasms
		}
	}
	switch {
	case n == 0:
		return say("trigger.none")
	case n == m.Spasms:
		return say("trigger.all", strings.Join(names, " / "))
	}
	return say("trigger", n, strings.Join(names, " / "), m.Spasms-n)
}

func blinkSentence(m measure.Summary) []string {
	v, ci := m.BlinkRatePerMin.Value, m.BlinkRatePerMin.CI95
	if v == nil || ci == nil {
		return nil
	}
	return []string{say("blinks", say("per minute", about(*v)), about(ci[0]), about(ci[1]))}
}

// tile is one large figure.
type tile struct{ Value, Name, Note string }

func tiles(a *Analysis) []tile {
	m := a.Measures
	if m.UsableS <= 0 {
		return nil
	}
	note := say("tile.side", m.Sides.Right.Spasms, m.Sides.Left.Spasms)
	if m.Spasms == 0 {
		note = say("tile.of", clock(m.UsableS))
	}
	out := []tile{{trim(float64(m.Spasms), 0), say(plural("tile.count", m.Spasms)), note}}
	if v, ci := m.RatePerMin.Value, m.RatePerMin.CI95; v != nil && ci != nil {
		out = append(out, tile{about(*v), say("tile.rate"), say("tile.between", about(ci[0]), about(ci[1]))})
	}
	if m.DurationS.Median != nil && m.DurationS.Max != nil {
		out = append(out, tile{clock(*m.DurationS.Median), say("tile.length"), say("tile.longest", clock(*m.DurationS.Max))})
	}
	if m.Burden != nil && m.Spasms > 0 {
		out = append(out, tile{percent(*m.Burden), say("tile.burden"), say("tile.of", clock(m.UsableS))})
	}
	return out
}
