package report

import (
	"strings"

	"facialis/anatomy"
	"facialis/event"
	"facialis/measure"
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
		return paragraphs([]string{film, say("spasms.none", upper)}, otherSentence(a), lidSentence(m), blinkSentence(m))
	}
	return paragraphs(
		[]string{film, countSentence(m)},
		rateSentence(m),
		append(lengthSentences(m), rhythmSentences(m)...),
		append(whereSentences(m), triggerSentence(m)),
		otherSentence(a), lidSentence(m), blinkSentence(m))
}

// otherSentence says of how many movements of one side the kind stayed open: the
// timeline shows them.
func otherSentence(a *Analysis) []string {
	n := 0
	for _, e := range a.Events {
		if e.Kind == event.Other {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	return []string{sayN("others", n)}
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
	out := []string{say("rate", say("per minute", about(*v)), about(ci[0]), about(ci[1]))}
	if m.UsableS < shortS {
		out = append(out, say("short"))
	}
	return out
}

// shortS is a length of film, s, below which the page warns that figures for a
// minute are rough.
const shortS = 60

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
	if m.Attacks > 0 && m.Attacks < m.Spasms {
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
	if m.Side != nil && *m.Side == anatomy.Both && m.Sides.Right.Spasms+m.Sides.Left.Spasms == 0 { // all of both
		return say("spasms.both", sayN("spasm", m.Spasms), m.Spasms, m.Spasms)
	}
	if m.Sides.Right.Spasms+m.Sides.Left.Spasms == 0 {
		return say("spasms.hidden", sayN("spasm", m.Spasms), say(plural("was", m.Spasms)))
	}
	right, left := m.Sides.Right.Spasms, m.Sides.Left.Spasms
	if right > 0 && left > 0 {
		return say("spasms.both", sayN("spasm", m.Spasms), right, left)
	}
	here, there := anatomy.Right, anatomy.Left
	if left > 0 {
		here, there = there, here
	}
	return say("spasms.side", sayN("spasm", m.Spasms), say(plural("was", m.Spasms)), say("your "+string(here)), say("your "+string(there)))
}

// whereSentences say for each side with spasms which place moved most often
// and which others moved too.
func whereSentences(m measure.Summary) []string {
	var out []string
	if m.Sides.Right.Spasms+m.Sides.Left.Spasms == 0 && len(m.Spread) > 0 {
		return []string{whereSentence(measure.SideSummary{Spasms: m.Spasms, Spread: m.Spread})}
	}
	for _, side := range []anatomy.Side{anatomy.Right, anatomy.Left} {
		sum, other := m.Sides.Right, m.Sides.Left
		if side == anatomy.Left {
			sum, other = other, sum
		}
		if len(sum.Spread) == 0 {
			continue
		}
		text := whereSentence(sum)
		if other.Spasms > 0 {
			text = say("where.side", say(string(side)), strings.ToLower(text[:1])+text[1:])
		}
		out = append(out, text)
	}
	return out
}

func whereSentence(sum measure.SideSummary) string {
	count := func(r measure.RegionShare) int { return int(r.Share*float64(sum.Spasms) + 0.5) }
	name := func(r measure.RegionShare) string { return named(regionWords, r.Region) }
	first := sum.Spread[0]
	var names, also []string
	for i, r := range sum.Spread {
		names = append(names, name(r))
		if i > 0 {
			also = append(also, say("where.item", name(r), count(r)))
		}
	}
	if sum.Spasms == 1 {
		return say("where.one", strings.Join(names, ", "))
	}
	out := say("where", name(first), count(first), sum.Spasms)
	if count(first) == sum.Spasms {
		out = say("where.all", name(first))
	}
	if len(also) > 0 {
		out += " " + say("where.also", strings.Join(also, ", "))
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
	if *v == 0 {
		return []string{say("blinks.none")}
	}
	return []string{say("blinks", say("per minute", about(*v)), about(ci[0]), about(ci[1]))}
}

// lidSentence tells of spells in which both eyes closed together: they are no
// spasms here, which are of one side, and would else be told nowhere.
func lidSentence(m measure.Summary) []string {
	l := m.Lids
	if l.Spells == 0 || l.DurationS.Max == nil || l.ShutShare == nil {
		return nil
	}
	if l.Spells == 1 {
		return []string{say("lids.1", clock(*l.DurationS.Max), percent(*l.ShutShare))}
	}
	return []string{say("lids", l.Spells, clock(*l.DurationS.Max), percent(*l.ShutShare))}
}

// tile is one large figure.
type tile struct{ Value, Name, Note string }

func tiles(a *Analysis) []tile {
	m := a.Measures
	if m.UsableS <= 0 {
		return nil
	}
	note := say("tile.side", m.Sides.Right.Spasms, m.Sides.Left.Spasms)
	if !a.SideKnown() {
		note = say("tile.hidden")
	}
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
