package course

import (
	"fmt"
	"math"
	"time"
)

// words is the course in sentences for the person.
func (c *Course) words() []string {
	out := []string{}
	say := func(format string, args ...any) { out = append(out, fmt.Sprintf(format, args...)) }
	if c.From == nil {
		return append(out, "Nothing has been noted yet. One line a day in the diary, and a recording now and then, is enough to begin with.")
	}
	if len(c.Days) > 0 && len(c.Recordings) > 0 {
		say("%s in the diary and %s, from %s to %s.", plural(len(c.Days), "One day", "%d days"), plural(len(c.Recordings), "one recording", "%d recordings"), long(*c.From), long(*c.To))
	} else if len(c.Days) > 0 {
		say("%s in the diary, from %s to %s.", plural(len(c.Days), "One day", "%d days"), long(*c.From), long(*c.To))
	} else {
		say("%s, from %s to %s.", plural(len(c.Recordings), "One recording", "%d recordings"), long(*c.From), long(*c.To))
	}
	enough := false
	for _, q := range []struct{ series, from, up, down, none string }{
		{"attacks", "diary", "You note more attacks a day than at first", "You note fewer attacks a day than at first", "The number of attacks a day goes neither clearly up nor down"},
		{"longest_s", "diary", "Your longest attacks are getting longer", "Your longest attacks are getting shorter", ""},
		{"rate_per_min", "recordings", "The recordings show more spasms a minute than at first", "The recordings show fewer spasms a minute than at first", "The recordings show no clear change in the spasms a minute"},
		{"mood", "diary", "Your mood is better than at first", "Your mood is lower than at first", ""},
	} {
		t, ok := c.whole(q.series, q.from)
		if !ok || t.PerMonth == nil {
			continue
		}
		enough = true
		text := map[string]string{"rising": q.up, "falling": q.down, "none": q.none}[t.Direction]
		if text == "" {
			continue
		}
		if t.Direction != "none" && len(c.Treatments) > 0 {
			text += " (this takes in the time under treatment)"
		}
		say("%s.", text)
	}
	if !enough {
		say("That is not enough yet to say which way it goes: six days or recordings over two weeks are needed.")
	}
	out = append(out, c.toxinWords()...)
	for _, d := range c.Decompression {
		text := fmt.Sprintf("The operation was %s ago. %s", ago(d.Days), d.Text)
		if d.PublishedShare != nil && d.State != "free" && d.TooEarly {
			text += fmt.Sprintf(" In one study of people who all became free in the end, about %.0f in 100 were free by this time.", 100**d.PublishedShare)
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
	text := fmt.Sprintf("Your last injection was on %s.", long(cy.Date))
	switch cy.State {
	case "not_enough":
		text += " Too little was noted before and after it to say what it did."
	case "waiting":
		text += fmt.Sprintf(" Its effect usually begins after about %.0f days and can take four weeks.", param("toxin_onset_published"))
	case "no_effect":
		text += " No clear effect can be seen in what you noted."
	case "working", "renewed", "wearing_off", "returned":
		text += fmt.Sprintf(" The effect began after %s", plural(int(*cy.OnsetDay), "one day", "%d days"))
		if cy.NadirShare != nil {
			what := "attacks a day"
			if *cy.Figure != "attacks" {
				what = "spasms a minute"
			}
			text += fmt.Sprintf(" and at its best took the %s down to %.0f %% of before", what, 100**cy.NadirShare)
		}
		text += "."
		if cy.State == "wearing_off" {
			text += " It seems to be wearing off."
		}
		if cy.ReturnDay != nil {
			text += fmt.Sprintf(" It had worn off after %.0f weeks.", *cy.ReturnDay/7)
		}
	}
	if p := cy.Predicted; p != nil {
		by := "going by what is published"
		if p.From != "published" {
			by = "going by your earlier injections"
		}
		text += fmt.Sprintf(" The spasms may be back around %s (between %s and %s, %s; this is an estimate).", long(p.Date), long(p.Earliest), long(p.Latest), by)
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
	switch {
	case days < 14:
		return plural(int(days), "one day", "%d days")
	case days < 61:
		return fmt.Sprintf("%.0f weeks", math.Floor(days/7))
	case days < 730:
		return fmt.Sprintf("%.0f months", math.Floor(days/30.4375))
	}
	return fmt.Sprintf("%.0f years", math.Floor(days/365.25))
}
