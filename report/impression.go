package report

import (
	"slices"

	"facialis/anatomy"
	"facialis/assess"
	"facialis/event"
	"facialis/measure"
)

// sheetGrades are the scales of the first page that a recording alone can fill.
var sheetGrades = []string{"smc", "overall", "jankovic"}

// answer is what was seen in one sentence.
func (l voice) answer(a *Analysis) string {
	m := a.Measures
	along := ofKind(a.Events, event.Synkinesis)
	switch {
	case m.UsableS <= 0:
		return l.Say("report.sheet.answer.nothing")
	case m.Spasms == 0 && len(along) > 0:
		return l.Count("report.sheet.answer.along", len(along), args{"Where": l.onSides(a, ofSide(along, anatomy.Right), ofSide(along, anatomy.Left)), "Seen": l.clock(m.UsableS)})
	case m.Spasms == 0 && m.RatePerMin.CI95 == nil:
		return l.Say("report.sheet.answer.none", args{"Seen": l.clock(m.UsableS)})
	case m.Spasms == 0:
		return l.Say("report.sheet.answer.upTo", args{"Seen": l.clock(m.UsableS), "Rate": l.about(m.RatePerMin.CI95[1])})
	}
	return l.Count("report.sheet.answer.spasms", m.Spasms, args{"Where": l.sideText(a), "Seen": l.clock(m.UsableS)})
}

// sideText says on which side the spasms were.
func (l voice) sideText(a *Analysis) string {
	m := a.Measures
	right, left := m.Sides.Right.Spasms, m.Sides.Left.Spasms
	here := anatomy.Right
	if left > 0 {
		here = anatomy.Left
	}
	if a.SideKnown() && (right > 0) != (left > 0) && m.Sides.Of(here.Other()).Unseen() {
		return l.Say("report.sheet.side.alone", args{"Side": l.side(here), "Other": l.side(here.Other())})
	}
	return l.onSides(a, right, left)
}

// onSides says on which side so many movements were; those of neither were on both.
func (l voice) onSides(a *Analysis, right, left int) string {
	switch {
	case !a.SideKnown():
		return l.Say("report.sheet.side.unknown")
	case right > 0 && left > 0:
		return l.Say("report.sheet.side.each", args{"Right": right, "Left": left})
	case right > 0:
		return l.Say("report.sheet.side.one", args{"Side": l.side(anatomy.Right)})
	case left > 0:
		return l.Say("report.sheet.side.one", args{"Side": l.side(anatomy.Left)})
	}
	return l.Say("report.sheet.side.both")
}

// ofSide counts the events of one side.
func ofSide(events []event.Event, side anatomy.Side) (n int) {
	for _, e := range events {
		if e.Side == side {
			n++
		}
	}
	return n
}

// alongs are what moved along with other movements, the most frequent first: the side,
// the place that led, the movement that it went with, and how often.
func (l voice) alongs(a *Analysis) []string {
	type along struct {
		side  anatomy.Side
		place anatomy.Region
		with  string
	}
	n := map[along]int{}
	var all []along
	for _, e := range ofKind(a.Events, event.Synkinesis) {
		if e.Trigger == nil {
			continue
		}
		x := along{e.Side, e.Lead, *e.Trigger}
		if n[x]++; n[x] == 1 {
			all = append(all, x)
		}
	}
	slices.SortStableFunc(all, func(x, y along) int { return n[y] - n[x] })
	out := make([]string, len(all))
	for i, x := range all {
		key := "report.along.item"
		if !a.SideKnown() {
			key = "report.along.sideless"
		}
		out[i] = l.Say(key, args{"Side": l.side(x.side), "Place": l.region(x.place), "What": l.trigger(x.with), "Number": n[x]})
	}
	return out
}

// impression is the answer's figures, line by line.
func (l voice) impression(a *Analysis, meaning *assess.Report) []pair {
	m := a.Measures
	var out []pair
	add := func(key, text string) {
		if text != "" {
			out = append(out, pair{Name: l.Say("report.sheet." + key), Text: text})
		}
	}
	if m.UsableS > 0 {
		if m.Spasms > 0 {
			add("regions", l.regionCounts(m))
			add("form", l.formCounts(a))
			add("rate", l.rates(m))
			add("stage", l.stage(meaning))
		}
		if along := l.alongs(a); len(along) > 0 {
			add("along", capital(l.Clauses(l.firstOf(along, sheetRegions)...)))
			if m.Spasms == 0 {
				add("rate", l.rates(m))
			}
		}
		if d := m.Lids; d.Spells > 0 && d.DurationS.Max != nil && d.ShutShare != nil {
			add("lids", l.Count("report.sheet.lids.text", d.Spells, args{"Longest": l.clock(*d.DurationS.Max), "Share": l.percent(*d.ShutShare)}))
		}
		add("grade", l.grades(meaning))
	}
	trust, why := l.trust(a)
	why = l.firstOf(why, sheetCautions)
	for i, s := range why {
		why[i] = l.sentence(s)
	}
	return append(out, pair{l.Say("report.sheet.trust"), trust, l.Sentences(why...)})
}

// regionCounts says in how many spasms each region took part, the most frequent first.
func (l voice) regionCounts(m measure.Summary) string {
	var out []string
	for _, r := range m.Spread {
		of := r.Of
		if of == 0 { // of an older version
			of = m.Spasms
		}
		out = append(out, l.Say("report.where.item", args{"Place": l.region(r.Region), "In": int(r.Share*float64(of) + 0.5), "All": of}))
	}
	return capital(l.Parts(l.firstOf(out, sheetRegions)...))
}

// formCounts says which forms the spasms had, the most frequent first, and how long they lasted.
func (l voice) formCounts(a *Analysis) string {
	spasms := ofKind(a.Events, event.Spasm)
	n := map[event.Form]int{}
	for _, e := range spasms {
		n[e.Form]++
	}
	forms := []event.Form{event.Twitch, event.Clonic, event.Tonic}
	slices.SortStableFunc(forms, func(a, b event.Form) int { return n[b] - n[a] })
	var out []string
	for _, f := range forms {
		switch {
		case n[f] == 0:
		case len(spasms) == a.Measures.Spasms:
			out = append(out, l.Count("report.sheet.form."+string(f), n[f]))
		default: // events while the face was hardly seen are not among the measures
			out = append(out, l.form(f))
		}
	}
	text := l.Parts(out...)
	if d := a.Measures.DurationS; d.Median != nil && d.Max != nil {
		text = l.Clauses(text, l.Say("report.sheet.form.length", args{"Median": l.clock(*d.Median), "Longest": l.clock(*d.Max)}))
	}
	return capital(text)
}

// rates are how often and for how much of the time, with their intervals.
func (l voice) rates(m measure.Summary) string {
	rate := func(e measure.Estimate) string {
		if e.Value == nil {
			return ""
		}
		text := l.perMinute(*e.Value)
		if e.CI95 == nil {
			return text
		}
		return l.Say("report.sheet.rate.text", args{"Rate": text, "Low": l.about(e.CI95[0]), "High": l.about(e.CI95[1])})
	}
	out := []string{rate(m.RatePerMin)}
	if rest := rate(m.RestRatePerMin); rest != "" {
		out = append(out, l.Say("report.sheet.rate.rest", args{"Rate": rest}))
	}
	if m.Burden != nil {
		out = append(out, l.Say("report.sheet.rate.burden", args{"Share": l.percent(*m.Burden)}))
	}
	return l.Clauses(out...)
}

// stage is how far down the face the spasms reach, by the assessment.
func (l voice) stage(meaning *assess.Report) string {
	if meaning == nil {
		return ""
	}
	x, ok := meaning.Facts["video.spread_stage"]
	if !ok {
		return ""
	}
	if x < 1 {
		return l.Say("report.sheet.stage.none")
	}
	return l.Name("report.sheet.stage", l.trim(x, 0))
}

// grades are the scales that the recording fills, by the assessment.
func (l voice) grades(meaning *assess.Report) string {
	if meaning == nil {
		return ""
	}
	var out []string
	for _, id := range sheetGrades {
		for _, g := range meaning.Grades {
			if g.ID == id && g.Low >= 0 {
				out = append(out, l.Say("report.sheet.grade.text", args{"Name": g.Name, "Grade": g.Text}))
			}
		}
	}
	return capital(l.Clauses(out...))
}
