package report

import (
	"math"
	"slices"
	"strings"

	"facialis/anatomy"
	"facialis/event"
	"facialis/measure"
	"facialis/words"
)

// sentences says in plain words what was seen: a few paragraphs, each of
// sentences that belong together.
func (l voice) sentences(a *Analysis) []string {
	m := a.Measures
	dur := l.clock(a.Recording.DurationS)
	if m.UsableS <= 0 {
		return []string{l.Say("report.film.none", args{"Length": dur})}
	}
	film := l.Say("report.film", args{"Length": dur, "Followed": l.clock(m.UsableS)})
	if a.Recording.DurationS-m.UsableS < 0.5 {
		film = l.Say("report.film.all", args{"Length": dur})
	}
	unseen := a.NotSeenNotes(l.Language)
	if m.Spasms == 0 {
		upper := l.unknown()
		if ci := m.RatePerMin.CI95; ci != nil {
			upper = l.perMinute(ci[1])
		}
		return l.paragraphs([]string{film, l.Say("report.spasms.none", args{"Rate": upper})}, unseen, l.alongSentence(a), l.otherSentence(a), l.smallSentence(a), l.lidSentence(m), l.blinkSentence(m))
	}
	return l.paragraphs(
		[]string{film, l.countSentence(m)},
		unseen,
		l.rateSentence(m),
		append(l.lengthSentences(m), l.rhythmSentences(m)...),
		append(l.whereSentences(m), l.triggerSentence(m)),
		l.alongSentence(a), l.otherSentence(a), l.smallSentence(a), l.lidSentence(m), l.blinkSentence(m))
}

// alongSentence says what moved along with other movements and how often.
func (l voice) alongSentence(a *Analysis) []string {
	if along := l.alongs(a); len(along) > 0 {
		return []string{l.Say("report.along", args{"What": l.Clauses(along...)})}
	}
	return nil
}

// smallSentence says how many movements were too small or too doubtful to be events.
func (l voice) smallSentence(a *Analysis) []string {
	if a.Small == nil || a.Small.Count == 0 {
		return nil
	}
	return []string{l.Count("report.small", a.Small.Count, args{"Likely": l.likely(a.Small.Likely)})}
}

// likely is how many of the small movements were contractions, as far as their
// certainties say.
func (l voice) likely(n float64) string {
	if n < leastLikely {
		return l.Say("report.small.none")
	}
	return l.Count("report.small.likely", int(math.Round(n)))
}

// leastLikely is the number of contractions below which none is likely.
const leastLikely = 0.5

// otherSentence says of how many movements of one side the kind stayed open: the
// timeline shows them.
func (l voice) otherSentence(a *Analysis) []string {
	n := 0
	for _, e := range a.Events {
		if e.Kind == event.Other {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	out := []string{l.Count("report.others", n)}
	if why := l.refusals(a.Events); len(why) > 0 {
		out = append(out, l.Say("report.others.why", args{"Reasons": l.Clauses(why...)}))
	}
	return out
}

// refusals are the reasons for which movements are not spasms, the most frequent
// first, each with how many it holds of where that is more than one.
func (l voice) refusals(events []event.Event) []string {
	n := map[string]int{}
	var names []string
	for _, e := range ofKind(events, event.Other) {
		for _, r := range e.Reasons {
			if n[r]++; n[r] == 1 {
				names = append(names, r)
			}
		}
	}
	slices.SortStableFunc(names, func(a, b string) int { return n[b] - n[a] })
	out := make([]string, len(names))
	for i, r := range names {
		if out[i] = l.refusal(r); n[r] > 1 {
			out[i] = l.Say("report.others.times", args{"Reason": out[i], "Number": n[r]})
		}
	}
	return out
}

// ReasonText is one of an event's reasons in words: the name of a gate, or of a term
// with "+" where it spoke for the movement and "-" where it spoke against it.
func ReasonText(l *words.Language, r string) string {
	if strings.HasSuffix(r, "+") || strings.HasSuffix(r, "-") {
		return l.Name("report.reason", r)
	}
	return l.Name("report.refusal", r)
}

// RegionText is a region in words.
func RegionText(l *words.Language, r anatomy.Region) string {
	return l.Name("report.region", string(r))
}

// reasons are what weighed most for or against an event that is no `other`.
func (l voice) reasons(e event.Event) []string {
	var out []string
	for _, r := range e.Reasons {
		out = append(out, l.reason(r))
	}
	return out
}

func (l voice) paragraphs(groups ...[]string) []string {
	var out []string
	for _, g := range groups {
		if len(g) > 0 {
			out = append(out, l.Sentences(g...))
		}
	}
	return out
}

func (l voice) rateSentence(m measure.Summary) []string {
	v, ci := m.RatePerMin.Value, m.RatePerMin.CI95
	if v == nil || ci == nil {
		return nil
	}
	out := []string{l.Say("report.rate", args{"Rate": l.perMinute(*v), "Low": l.about(ci[0]), "High": l.about(ci[1])})}
	if m.UsableS < shortS {
		out = append(out, l.Say("report.short"))
	}
	return out
}

// shortS is a length of film, s, below which the page warns that figures for a
// minute are rough.
const shortS = 60

func (l voice) lengthSentences(m measure.Summary) []string {
	med, longest := m.DurationS.Median, m.DurationS.Max
	if med == nil || longest == nil {
		return nil
	}
	if m.Spasms == 1 {
		return []string{l.Say("report.length.only", args{"Length": l.clock(*med)})}
	}
	out := []string{l.Say("report.length", args{"Median": l.clock(*med), "Longest": l.clock(*longest)})}
	if m.TonicFraction != nil && *m.TonicFraction > 0 {
		out = append(out, l.Say("report.held", args{"Share": l.percent(*m.TonicFraction)}))
	}
	return out
}

// rhythmSentences say how the spasms lie in time, when there are enough.
func (l voice) rhythmSentences(m measure.Summary) []string {
	if m.Spasms < 2 {
		return nil
	}
	var out []string
	if m.Attacks > 0 && m.Attacks < m.Spasms {
		out = append(out, l.Count("report.bouts", m.Attacks))
	}
	if m.IntervalS.CV != nil && m.IntervalS.N >= 5 {
		name := "report.irregular"
		if *m.IntervalS.CV < regularCV {
			name = "report.regular"
		}
		out = append(out, l.Say(name))
	}
	return out
}

// regularCV is the coefficient of variation below which intervals are called
// regular (an engineering choice; no published limit for facial spasm exists).
const regularCV = 0.3

func (l voice) countSentence(m measure.Summary) string {
	if m.Side != nil && *m.Side == anatomy.Both && m.Sides.Right.Spasms+m.Sides.Left.Spasms == 0 { // all of both
		return l.Count("report.spasms.both", m.Spasms, args{"Right": m.Spasms, "Left": m.Spasms})
	}
	if m.Sides.Right.Spasms+m.Sides.Left.Spasms == 0 {
		return l.Count("report.spasms.hidden", m.Spasms)
	}
	right, left := m.Sides.Right.Spasms, m.Sides.Left.Spasms
	if right > 0 && left > 0 {
		return l.Count("report.spasms.both", m.Spasms, args{"Right": right, "Left": left})
	}
	here, there := anatomy.Right, anatomy.Left
	if left > 0 {
		here, there = there, here
	}
	if m.Sides.Right.Unseen() || m.Sides.Left.Unseen() { // nobody knows what that side did
		return l.Count("report.spasms.alone", m.Spasms, args{"Side": l.yourSide(here), "OtherSide": l.yourSide(there)})
	}
	return l.Count("report.spasms.side", m.Spasms, args{"Side": l.yourSide(here), "OtherSide": l.yourSide(there)})
}

// whereSentences say for each side with spasms which place moved most often
// and which others moved too.
func (l voice) whereSentences(m measure.Summary) []string {
	var out []string
	if m.Sides.Right.Spasms+m.Sides.Left.Spasms == 0 && len(m.Spread) > 0 {
		return []string{l.whereSentence(measure.SideSummary{Spasms: m.Spasms, Spread: m.Spread})}
	}
	for _, side := range []anatomy.Side{anatomy.Right, anatomy.Left} {
		sum, other := m.Sides.Of(side), m.Sides.Of(side.Other())
		if len(sum.Spread) == 0 {
			continue
		}
		text := l.whereSentence(sum)
		if other.Spasms > 0 {
			text = l.Say("report.where.side", args{"Side": l.side(side), "Sentence": l.lower(text)})
		}
		out = append(out, text)
	}
	return out
}

func (l voice) whereSentence(sum measure.SideSummary) string {
	of := func(r measure.RegionShare) int {
		if r.Of == 0 { // of an older version
			return sum.Spasms
		}
		return r.Of
	}
	count := func(r measure.RegionShare) int { return int(r.Share*float64(of(r)) + 0.5) }
	name := func(r measure.RegionShare) string { return l.region(r.Region) }
	first := sum.Spread[0]
	var names, also []string
	for i, r := range sum.Spread {
		names = append(names, name(r))
		if i > 0 {
			also = append(also, l.Say("report.where.item", args{"Place": name(r), "In": count(r), "All": of(r)}))
		}
	}
	if sum.Spasms == 1 {
		return l.Say("report.where.one", args{"Places": l.And(names...)})
	}
	out := l.Say("report.where", args{"Place": name(first), "In": count(first), "All": of(first)})
	switch {
	case of(first) < sum.Spasms:
		out = l.Say("report.where.seen", args{"Place": name(first), "In": count(first), "All": of(first)})
	case count(first) == sum.Spasms:
		out = l.Say("report.where.all", args{"Place": name(first)})
	}
	if len(also) > 0 {
		out = l.Sentences(out, l.Say("report.where.also", args{"Places": l.And(also...)}))
	}
	return out
}

func (l voice) triggerSentence(m measure.Summary) string {
	var names []string
	n := 0
	for _, t := range m.ByTrigger {
		if t.Trigger != "" {
			names = append(names, l.trigger(t.Trigger))
			n += t.Spasms
		}
	}
	switch {
	case n == 0:
		return l.Say("report.triggered.none")
	case n == m.Spasms:
		return l.Say("report.triggered.all", args{"What": l.List(names...)})
	}
	return l.Say("report.triggered", args{"With": n, "What": l.List(names...), "Without": m.Spasms - n})
}

func (l voice) blinkSentence(m measure.Summary) []string {
	v, ci := m.BlinkRatePerMin.Value, m.BlinkRatePerMin.CI95
	if v == nil || ci == nil {
		return nil
	}
	if *v == 0 {
		return []string{l.Say("report.blinks.none")}
	}
	return []string{l.Say("report.blinks", args{"Rate": l.perMinute(*v), "Low": l.about(ci[0]), "High": l.about(ci[1])})}
}

// lidSentence tells of spells in which both eyes closed together: they are no
// spasms here, which are of one side, and would else be told nowhere.
func (l voice) lidSentence(m measure.Summary) []string {
	lids := m.Lids
	if lids.Spells == 0 || lids.DurationS.Max == nil || lids.ShutShare == nil {
		return nil
	}
	return []string{l.Count("report.lids", lids.Spells, args{"Longest": l.clock(*lids.DurationS.Max), "Share": l.percent(*lids.ShutShare)})}
}

// tile is one large figure.
type tile struct{ Value, Name, Note string }

func (l voice) tiles(a *Analysis) []tile {
	m := a.Measures
	if m.UsableS <= 0 {
		return nil
	}
	note := l.Say("report.tile.side", args{"Right": l.spasmsOf(m.Sides.Right), "Left": l.spasmsOf(m.Sides.Left)})
	if !a.SideKnown() {
		note = l.Say("report.tile.hidden")
	}
	if m.Spasms == 0 && !m.Sides.Right.Unseen() && !m.Sides.Left.Unseen() {
		note = l.Say("report.tile.of", args{"Length": l.clock(m.UsableS)})
	}
	out := []tile{{l.trim(float64(m.Spasms), 0), l.Count("report.tile.count", m.Spasms), note}}
	if v, ci := m.RatePerMin.Value, m.RatePerMin.CI95; v != nil && ci != nil {
		out = append(out, tile{l.about(*v), l.Say("report.tile.rate"), l.Say("report.tile.between", args{"Low": l.about(ci[0]), "High": l.about(ci[1])})})
	}
	if m.DurationS.Median != nil && m.DurationS.Max != nil {
		out = append(out, tile{l.clock(*m.DurationS.Median), l.Say("report.tile.length"), l.Say("report.tile.longest", args{"Length": l.clock(*m.DurationS.Max)})})
	}
	if m.Burden != nil && m.Spasms > 0 {
		out = append(out, tile{l.percent(*m.Burden), l.Say("report.tile.burden"), l.Say("report.tile.of", args{"Length": l.clock(m.UsableS)})})
	}
	return out
}
