package course

import (
	"cmp"
	"fmt"
	"math"
	"strings"
	"time"

	"facialis/words"
)

// args are the values of a text's placeholders.
type args = words.Args

// language is the one in which the course speaks.
func (c *Course) language() *words.Language { return cmp.Or(c.lang, words.Default()) }

// percent is a share in whole percent.
func percent(share float64) string { return fmt.Sprintf("%.0f", 100*share) }

// sentences is the course in sentences for the person.
func (c *Course) sentences() []string {
	if c.From == nil {
		return []string{c.language().Say("course.nothing")}
	}
	out := []string{c.spanSentence()}
	enough := false
	for _, q := range []struct{ series, from string }{{"attacks", "diary"}, {"longest_s", "diary"}, {"rate_per_min", "recordings"}, {"mood", "diary"}} {
		t, ok := c.whole(q.series, q.from)
		if !ok || t.PerMonth == nil {
			continue
		}
		enough = true
		key := "course.trend." + q.series + "." + t.Direction
		if !c.language().Has(key) { // a direction that says nothing for this series
			continue
		}
		sentence := "course.trend.sentence"
		if t.Direction != "none" && len(c.Treatments) > 0 {
			sentence = "course.trend.treated"
		}
		out = append(out, c.language().Say(sentence, args{"Trend": c.language().Say(key), "Slope": t.slope(c.language(), *t.PerMonth), "Low": t.slope(c.language(), t.CI95[0]), "High": t.slope(c.language(), t.CI95[1]), "Values": t.N}))
	}
	if !enough {
		out = append(out, c.language().Say("course.trend.notEnough"))
	}
	out = append(out, c.toxinWords()...)
	for _, d := range c.Decompression {
		text := c.language().Say("course.operation", args{"Ago": c.ago(d.Days), "State": d.Text})
		text = c.language().Sentences(text, d.figures(c.language()))
		if d.PublishedShare != nil && d.State != "free" && d.TooEarly {
			text = c.language().Sentences(text, c.language().Say("course.operation.published", args{"Percent": percent(*d.PublishedShare)}))
		}
		if o, ok := d.outcomes(c.language()); ok && d.State != "free" {
			text = c.language().Sentences(text, o)
		}
		out = append(out, text)
	}
	for _, s := range c.Statements {
		if s.ID == "S25" && s.Verdict != "not_enough_data" {
			out = append(out, c.language().Sentences(s.Text, s.correlations(c.language())))
		}
	}
	return out
}

// slope is a change in 30 days as it is written: with its sign and the unit of the series.
func (t Trend) slope(l *words.Language, x float64) string {
	sign := ""
	switch {
	case x > 0:
		sign = "+"
	case x < 0:
		sign = "−"
	}
	return l.Say("course.trend.slope."+t.Series, args{"Slope": sign + rounded(l, math.Abs(x))})
}

// rounded is a figure with two digits that count.
func rounded(l *words.Language, x float64) string {
	switch {
	case x == 0:
		return "0"
	case x >= 10:
		return fmt.Sprintf("%.0f", x)
	case x >= 1:
		return l.Decimal(fmt.Sprintf("%.1f", x))
	case x >= 0.1:
		return l.Decimal(fmt.Sprintf("%.2f", x))
	}
	return l.Decimal(fmt.Sprintf("%.2g", x))
}

// figures are what the state after an operation stands on, each with its interval.
func (d Decompression) figures(l *words.Language) string {
	if d.Figure == nil {
		return ""
	}
	text := ""
	for _, f := range []struct {
		key   string
		value *float64
		ci    *[2]float64
	}{{"before", d.Before, d.BeforeCI95}, {"now", d.Now, d.NowCI95}} {
		if f.value != nil && f.ci != nil {
			text = l.Sentences(text, l.Say("course.operation.figures."+f.key+"."+*d.Figure, args{"Value": rounded(l, *f.value), "Low": rounded(l, f.ci[0]), "High": rounded(l, f.ci[1])}))
		}
	}
	return text
}

// correlations are the figures of the answer about mood.
func (s Statement) correlations(l *words.Language) string {
	text := ""
	for _, f := range s.Figures {
		if f.Value != nil && f.CI95 != nil {
			text = l.Sentences(text, l.Say("course.statement.mood.figure", args{"Name": f.Name, "Value": signed(l, *f.Value), "Low": signed(l, f.CI95[0]), "High": signed(l, f.CI95[1]), "Pairs": f.N}))
		}
	}
	return text
}

func signed(l *words.Language, x float64) string {
	return strings.ReplaceAll(l.Decimal(fmt.Sprintf("%+.2f", x)), "-", "−")
}

// spanSentence says what was noted, and from when to when.
func (c *Course) spanSentence() string {
	from, to := c.long(*c.From), c.long(*c.To)
	days, recordings := c.language().Count("course.days", len(c.Days)), len(c.Recordings)
	switch {
	case len(c.Days) > 0 && recordings > 0:
		return c.language().Say("course.span.both", args{"Days": days, "Recordings": c.language().Count("course.andRecordings", recordings), "From": from, "To": to})
	case len(c.Days) > 0:
		return c.language().Say("course.span.days", args{"Days": days, "From": from, "To": to})
	}
	return c.language().Say("course.span.recordings", args{"Recordings": c.language().Count("course.recordings", recordings), "From": from, "To": to})
}

func (c *Course) whole(name, from string) (Trend, bool) {
	for _, t := range c.Trends {
		if t.Series == name && t.From == from && t.Over == "all" {
			return t, true
		}
	}
	return Trend{}, false
}

func (c *Course) toxinWords() []string {
	if len(c.Toxin.Cycles) == 0 {
		return nil
	}
	cy := c.Toxin.Cycles[len(c.Toxin.Cycles)-1]
	text := c.language().Say("course.toxin.last", args{"Date": c.long(cy.Date)})
	add := func(sentence string) { text = c.language().Sentences(text, sentence) }
	switch cy.State {
	case "not_enough":
		add(c.language().Say("course.toxin.notEnough"))
	case "waiting":
		add(c.language().Say("course.toxin.waiting", args{"Days": fmt.Sprintf("%.0f", param("toxin_onset_published"))}))
	case "no_effect":
		add(c.language().Say("course.toxin.noEffect"))
	case "working", "renewed", "wearing_off", "returned":
		if b := cy.OnsetBetween; b != nil {
			add(c.language().Count("course.toxin.began", int(*cy.OnsetDay), args{"Low": fmt.Sprintf("%.0f", b[0]), "High": fmt.Sprintf("%.0f", b[1])}))
		} else {
			add(c.language().Say("course.toxin.beganUnsure"))
		}
		if b := cy.NadirBetween; b != nil {
			add(c.language().Say("course.toxin.best", args{"Percent": percent(*cy.NadirShare), "Low": percent(b[0]), "High": percent(b[1])}))
		}
		if cy.State == "wearing_off" {
			add(c.language().Say("course.toxin.wearingOff"))
		}
		if cy.ReturnDay != nil {
			if b := cy.ReturnBetween; b != nil {
				add(c.language().Say("course.toxin.returned", args{"Weeks": fmt.Sprintf("%.0f", *cy.ReturnDay/7), "Low": fmt.Sprintf("%.0f", b[0]/7), "High": fmt.Sprintf("%.0f", b[1]/7)}))
			} else {
				add(c.language().Say("course.toxin.returnedUnsure"))
			}
		}
	}
	if p := cy.Predicted; p != nil {
		by := "course.toxin.predicted.published"
		if p.From != "published" {
			by = "course.toxin.predicted.own"
		}
		add(c.language().Say(by, args{"Date": c.long(p.Date), "Earliest": c.long(p.Earliest), "Latest": c.long(p.Latest)}))
	}
	out := []string{text}
	for _, f := range cy.Flags {
		out = append(out, f.Text)
	}
	return out
}

// long is a date as it is spoken.
func (c *Course) long(s string) string {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return s
	}
	return c.language().Day(t)
}

func (c *Course) ago(days float64) string {
	number := func(n float64) args { return args{"Number": fmt.Sprintf("%.0f", math.Floor(n))} }
	switch {
	case days < 14:
		return c.language().Count("course.ago.days", int(days))
	case days < 61:
		return c.language().Say("course.ago.weeks", number(days/7))
	case days < 730:
		return c.language().Say("course.ago.months", number(days/30.4375))
	}
	return c.language().Say("course.ago.years", number(days/365.25))
}

// outcomes says what became of people in the study that tells of all of them.
func (d Decompression) outcomes(l *words.Language) (string, bool) {
	a := args{}
	for _, o := range d.Outcomes {
		switch o.ID {
		case "free":
			a["Free"], a["Of"] = percent(o.Share), o.Of
		case "better":
			a["Better"] = percent(o.Share)
		case "never":
			a["Never"] = percent(o.Share)
		}
	}
	return l.Say("course.operation.outcomes", a), len(a) == 4
}
