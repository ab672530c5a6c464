package course

import (
	"fmt"
	"math"
	"time"

	"facialis/words"
)

// args are the values of a text's placeholders.
type args = words.Args

func say(key string, a ...args) string { return words.English().Say(key, a...) }

func count(key string, n int, a ...args) string { return words.English().Count(key, n, a...) }

// percent is a share in whole percent.
func percent(share float64) string { return fmt.Sprintf("%.0f", 100*share) }

// sentences is the course in sentences for the person.
func (c *Course) sentences() []string {
	if c.From == nil {
		return []string{say("course.nothing")}
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
		if !words.English().Has(key) { // a direction that says nothing for this series
			continue
		}
		sentence := "course.trend.sentence"
		if t.Direction != "none" && len(c.Treatments) > 0 {
			sentence = "course.trend.treated"
		}
		out = append(out, say(sentence, args{"Trend": say(key)}))
	}
	if !enough {
		out = append(out, say("course.trend.notEnough"))
	}
	out = append(out, c.toxinWords()...)
	for _, d := range c.Decompression {
		text := say("course.operation", args{"Ago": ago(d.Days), "State": d.Text})
		if d.PublishedShare != nil && d.State != "free" && d.TooEarly {
			text += " " + say("course.operation.published", args{"Percent": percent(*d.PublishedShare)})
		}
		if o, ok := d.outcomes(); ok && d.State != "free" {
			text += " " + o
		}
		out = append(out, text)
	}
	for _, s := range c.Statements {
		if s.ID == "S25" && s.Verdict != "not_enough_data" {
			out = append(out, s.Text)
		}
	}
	return out
}

// spanSentence says what was noted, and from when to when.
func (c *Course) spanSentence() string {
	from, to := long(*c.From), long(*c.To)
	days, recordings := count("course.days", len(c.Days)), len(c.Recordings)
	switch {
	case len(c.Days) > 0 && recordings > 0:
		return say("course.span.both", args{"Days": days, "Recordings": count("course.andRecordings", recordings), "From": from, "To": to})
	case len(c.Days) > 0:
		return say("course.span.days", args{"Days": days, "From": from, "To": to})
	}
	return say("course.span.recordings", args{"Recordings": count("course.recordings", recordings), "From": from, "To": to})
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
	text := say("course.toxin.last", args{"Date": long(cy.Date)})
	add := func(sentence string) { text += " " + sentence }
	switch cy.State {
	case "not_enough":
		add(say("course.toxin.notEnough"))
	case "waiting":
		add(say("course.toxin.waiting", args{"Days": fmt.Sprintf("%.0f", param("toxin_onset_published"))}))
	case "no_effect":
		add(say("course.toxin.noEffect"))
	case "working", "renewed", "wearing_off", "returned":
		switch began := int(*cy.OnsetDay); {
		case cy.NadirShare == nil:
			add(count("course.toxin.began", began))
		case *cy.Figure == "attacks":
			add(count("course.toxin.attacks", began, args{"Percent": percent(*cy.NadirShare)}))
		default:
			add(count("course.toxin.rate", began, args{"Percent": percent(*cy.NadirShare)}))
		}
		if cy.State == "wearing_off" {
			add(say("course.toxin.wearingOff"))
		}
		if cy.ReturnDay != nil {
			add(say("course.toxin.returned", args{"Weeks": fmt.Sprintf("%.0f", *cy.ReturnDay/7)}))
		}
	}
	if p := cy.Predicted; p != nil {
		by := "course.toxin.predicted.published"
		if p.From != "published" {
			by = "course.toxin.predicted.own"
		}
		add(say(by, args{"Date": long(p.Date), "Earliest": long(p.Earliest), "Latest": long(p.Latest)}))
	}
	out := []string{text}
	for _, f := range cy.Flags {
		out = append(out, f.Text)
	}
	return out
}

// long is a date as it is spoken.
func long(s string) string {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return s
	}
	return t.Format("2 January 2006")
}

func ago(days float64) string {
	number := func(n float64) args { return args{"Number": fmt.Sprintf("%.0f", math.Floor(n))} }
	switch {
	case days < 14:
		return count("course.ago.days", int(days))
	case days < 61:
		return say("course.ago.weeks", number(days/7))
	case days < 730:
		return say("course.ago.months", number(days/30.4375))
	}
	return say("course.ago.years", number(days/365.25))
}

// outcomes says what became of people in the study that tells of all of them.
func (d Decompression) outcomes() (string, bool) {
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
	return say("course.operation.outcomes", a), len(a) == 4
}
