package night

import (
	"fmt"
	"math"

	"facialis/anatomy"
	"facialis/measure"
	"facialis/words"
)

// duration is a time in words: hours and minutes, or minutes.
func duration(l *words.Language, s float64) string {
	m := int(math.Round(s / 60))
	switch {
	case s < 90:
		return l.Count("night.seconds", int(math.Round(s)))
	case m < 60:
		return l.Count("night.minutes", m)
	}
	return l.Say("night.hours", words.Args{"Hours": m / 60, "Minutes": fmt.Sprintf("%02d", m%60)})
}

func number(l *words.Language, v float64) string {
	switch {
	case v >= 10:
		return fmt.Sprintf("%.0f", v)
	case v >= 1:
		return l.Decimal(fmt.Sprintf("%.1f", v))
	}
	return l.Decimal(fmt.Sprintf("%.2f", v))
}

// rate is a rate with its interval.
func rate(l *words.Language, e measure.Estimate) string {
	if e.Value == nil || e.CI95 == nil {
		return l.Say("night.rate.none")
	}
	return l.Say("night.rate", words.Args{"Value": number(l, *e.Value), "Lo": number(l, e.CI95[0]), "Hi": number(l, e.CI95[1])})
}

// ForPerson are the sentences that the person reads: what was seen, what it says about
// sleep, and what is commonly said about it.
func ForPerson(l *words.Language, s *Summary) []string {
	c := s.Sleep
	out := []string{l.Say("night.person.filmed", words.Args{"Filmed": duration(l, s.FilmedS), "Asleep": duration(l, s.AsleepS), "Awake": duration(l, s.AwakeS), "Unknown": duration(l, s.UnknownS)})}
	if len(s.Gaps) > 0 {
		var gone float64
		for _, g := range s.Gaps {
			gone += g.ToS - g.FromS
		}
		out = append(out, l.Say("night.person.gaps", words.Args{"Gaps": l.Count("night.gaps", len(s.Gaps)), "Time": duration(l, gone)}))
	}
	out = append(out, l.Say("night.person.seen", words.Args{"Right": duration(l, seen(s, anatomy.AtRight)), "Left": duration(l, seen(s, anatomy.AtLeft))}))
	out = append(out, c.forPerson(l)...)
	if n := len(s.Awakenings); n > 0 {
		after := 0
		for _, a := range s.Awakenings {
			if len(a.Spasms) > 0 {
				after++
			}
		}
		out = append(out, l.Say("night.person.awakenings", words.Args{"Count": l.Count("night.awakenings", n), "After": after, "Within": fmt.Sprintf("%.0f", BeforeS)}))
	}
	return append(out, l.Say("night.person.known"), l.Say("night.person.estimate"))
}

func seen(s *Summary, side int) (t float64) {
	for _, h := range s.Hours {
		t += h.SeenS[side]
	}
	return t
}

// ForDoctor are the sentences for a doctor.
func ForDoctor(l *words.Language, s *Summary) []string {
	c := s.Sleep
	out := c.forDoctor(l)
	m := s.Missed
	out = append(out, l.Say("night.doctor.missed", words.Args{"Rate": number(l, m.RateHz), "Share": fmt.Sprintf("%.0f", 100*m.Share), "Lo": fmt.Sprintf("%.0f", 100*m.ShareCI95[0]),
		"Hi": fmt.Sprintf("%.0f", 100*m.ShareCI95[1]), "Size": fmt.Sprintf("%.0f", 100*m.Size), "SizeLo": fmt.Sprintf("%.0f", 100*m.SizeCI95[0]), "SizeHi": fmt.Sprintf("%.0f", 100*m.SizeCI95[1]), "Persons": m.Persons, "Movements": m.Movements}))
	for _, h := range s.Hours {
		out = append(out, l.Say("night.doctor.hour", words.Args{"Hour": int(h.FromS/hourS) + 1, "Filmed": duration(l, h.FilmedS), "Asleep": duration(l, h.AsleepS),
			"Right": duration(l, h.SeenS[anatomy.AtRight]), "Left": duration(l, h.SeenS[anatomy.AtLeft]), "SpasmsRight": h.Spasms[anatomy.AtRight], "SpasmsLeft": h.Spasms[anatomy.AtLeft],
			"Rate": rate(l, h.SleepRate)}))
	}
	return append(out, l.Say("night.doctor.known"), l.Say("night.doctor.differential"), l.Say("night.doctor.stages"))
}

// forPerson is what a comparison says to the person.
func (c Comparison) forPerson(l *words.Language) []string {
	out := []string{l.Name("night.person.verdict", string(c.Verdict))}
	if c.Verdict != TooShort {
		out = append(out, l.Say("night.person.rates", words.Args{"Asleep": rate(l, c.AsleepRate), "Awake": rate(l, c.AwakeRate)}))
	}
	return out
}

// forDoctor is what a comparison says to a doctor.
func (c Comparison) forDoctor(l *words.Language) []string {
	out := []string{l.Say("night.doctor.counts", words.Args{"Asleep": c.Asleep, "AsleepS": duration(l, c.AsleepS), "Awake": c.Awake, "AwakeS": duration(l, c.AwakeS),
		"AsleepRate": rate(l, c.AsleepRate), "AwakeRate": rate(l, c.AwakeRate)})}
	if c.Ratio.Value != nil && c.Ratio.CI95 != nil {
		out = append(out, l.Say("night.doctor.ratio", words.Args{"Ratio": number(l, *c.Ratio.Value), "Lo": number(l, c.Ratio.CI95[0]), "Hi": number(l, c.Ratio.CI95[1])}))
	} else {
		out = append(out, l.Say("night.doctor.noRatio"))
	}
	return append(out, l.Name("night.doctor.verdict", string(c.Verdict)))
}

// ForPersonAllNights and ForDoctorAllNights are the sentences over several nights, with
// what the founding text and the sleep laboratory say beside.
func (c Comparison) ForPersonAllNights(l *words.Language) []string {
	return append(c.forPerson(l), l.Say("night.person.known"), l.Say("night.person.estimate"))
}

// ForDoctorAllNights are the sentences for a doctor.
func (c Comparison) ForDoctorAllNights(l *words.Language) []string {
	return append(c.forDoctor(l), l.Say("night.doctor.known"), l.Say("night.doctor.differential"), l.Say("night.doctor.stages"))
}
