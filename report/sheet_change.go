package report

import (
	"fmt"
	"html/template"
	"math"
	"slices"
	"time"

	"facialis/course"
	"facialis/measure"
)

// change says how the rate changed from the last recording to this one and which
// treatments there were, and draws it.
func (l voice) change(s Sheet) (template.HTML, []string) {
	if s.Course == nil {
		return "", []string{l.Say("report.sheet.change.one")}
	}
	at := slices.IndexFunc(s.Course.Recordings, func(p course.RecordingPoint) bool { return p.ID == s.Recording })
	if at < 0 {
		return "", []string{l.Say("report.sheet.change.other")}
	}
	now := s.Course.Recordings[at]
	var treated []course.TreatmentMark
	for _, t := range s.Course.Treatments {
		if t.From <= now.Date {
			treated = append(treated, t)
		}
	}
	treated = treated[max(0, len(treated)-sheetTreatments):]
	points := s.Course.Recordings[max(0, at+1-sheetPoints) : at+1]
	var text []string
	if at == 0 {
		text = append(text, l.Say("report.sheet.change.first"))
	} else {
		text = append(text, l.changed(s.Course.Recordings[at-1], now))
	}
	for i, t := range treated {
		what := short(t.Label, sheetText/2)
		if t.UnitsTotal != nil {
			what = l.Say("report.sheet.change.units", args{"What": what, "Units": l.trim(*t.UnitsTotal, 1)})
		}
		text = append(text, l.Say("report.sheet.change.treatment", args{"Number": i + 1, "Date": l.day(t.From), "What": what, "Ago": l.Count("report.sheet.days", daysBetween(t.From, now.Date))}))
	}
	if len(treated) == 0 {
		text = append(text, l.Say("report.sheet.change.untreated"))
	}
	if at == 0 && len(treated) == 0 {
		return "", text
	}
	return l.changeChart(points, treated), text
}

// changed compares two recordings: they differ where their intervals do not overlap,
// which is stricter than a test at 5 %.
func (l voice) changed(before, now course.RecordingPoint) string {
	a, b := before.RatePerMin, now.RatePerMin
	if a.Value == nil || b.Value == nil || a.CI95 == nil || b.CI95 == nil {
		return l.Say("report.sheet.change.unknown", args{"Date": l.day(before.Date)})
	}
	key := "report.sheet.change.same"
	switch {
	case b.CI95[1] < a.CI95[0]:
		key = "report.sheet.change.fewer"
	case b.CI95[0] > a.CI95[1]:
		key = "report.sheet.change.more"
	}
	text := func(e measure.Estimate) string {
		return l.Say("report.sheet.rate.text", args{"Rate": l.perMinute(*e.Value), "Low": l.about(e.CI95[0]), "High": l.about(e.CI95[1])})
	}
	return l.Say(key, args{"Date": l.day(before.Date), "Before": text(a), "Now": text(b)})
}

// day writes a date such as 2026-08-12 as the language does.
func (l voice) day(date string) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return l.Day(t)
}

// daysBetween is how many days lie between two dates.
func daysBetween(from, to string) int {
	a, errA := time.Parse(time.DateOnly, from)
	b, errB := time.Parse(time.DateOnly, to)
	if errA != nil || errB != nil {
		return 0
	}
	return int(math.Round(b.Sub(a).Hours() / 24))
}

// changeChart draws the rate of the recordings with their intervals, and the treatments
// as numbered lines.
func (l voice) changeChart(points []course.RecordingPoint, treated []course.TreatmentMark) template.HTML {
	const w, h, left, right, top, bottom, font = 420.0, 160.0, 40.0, 12.0, 36.0, 22.0, 12.0
	first, last := points[0].Date, points[len(points)-1].Date
	if len(treated) > 0 && treated[0].From < first {
		first = treated[0].From
	}
	span := max(float64(daysBetween(first, last)), 1)
	most := 1.0
	var said []string
	for _, p := range points {
		if p.RatePerMin.Value == nil {
			continue
		}
		most = max(most, *p.RatePerMin.Value)
		if p.RatePerMin.CI95 != nil {
			most = max(most, p.RatePerMin.CI95[1])
		}
		said = append(said, l.Say("report.sheet.chart.point", args{"Date": l.day(p.Date), "Rate": l.perMinute(*p.RatePerMin.Value)}))
	}
	most = niceTop(most)
	x := func(date string) float64 {
		return left + 10 + (w-left-right-20)*float64(daysBetween(first, date))/span
	}
	if first == last {
		x = func(string) float64 { return left + (w-left-right)/2 }
	}
	y := func(rate float64) float64 { return h - bottom - (h-top-bottom)*rate/most }
	s := newSVG("change", w, h, l.Say("report.sheet.chart.title"), l.Clauses(said...))
	s.rect("lane", left, top, w-left-right, h-top-bottom, "")
	for _, v := range []float64{0, most / 2, most} {
		s.line("zero", left, y(v), w-right, y(v))
		s.text("ink soft", "end", left-5, y(v)+4, font, l.about(v))
	}
	s.text("ink soft", "start", 2, 12, font, l.Say("report.sheet.chart.axis"))
	for i, t := range treated {
		s.line("treatment", x(t.From), top, x(t.From), h-bottom)
		s.text("ink strong", "middle", x(t.From), top-5, font, fmt.Sprint(i+1))
	}
	for i, p := range points {
		if p.RatePerMin.Value == nil {
			continue
		}
		at := x(p.Date)
		if ci := p.RatePerMin.CI95; ci != nil {
			s.line("whisker", at, y(ci[0]), at, y(ci[1]))
		}
		class := "dot"
		if i == len(points)-1 {
			class = "dot this"
		}
		s.add(`<circle class="%s" cx="%s" cy="%s" r="4.5"/>`, class, f1(at), f1(y(*p.RatePerMin.Value)))
	}
	s.text("ink soft", "start", left, h-6, font, l.day(first))
	if last != first {
		s.text("ink soft", "end", w-right, h-6, font, l.day(last))
	}
	return s.html()
}

// niceTop is the smallest of 1, 2, 4, 10, 20, 40, 100 ... that is not less than x.
func niceTop(x float64) float64 {
	for unit := 1.0; ; unit *= 10 {
		for _, k := range []float64{1, 2, 4} {
			if k*unit >= x {
				return k * unit
			}
		}
	}
}
