package report

import (
	"fmt"
	"html/template"
	"math"
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"facialis/anatomy"
	"facialis/event"
	"facialis/words"
)

// voice is the language in which a report speaks.
type voice struct{ *words.Language }

// args are the values of a text's placeholders.
type args = words.Args

// english is a voice for files that have no reader's language.
func english() voice { return voice{words.Default()} }

// limits are what the page says the program cannot know.
func (l voice) limits() []string {
	return []string{l.Say("report.limits.cause"), l.Say("report.limits.skin"), l.Say("report.limits.film"), l.Say("report.limits.purpose"), l.Say("report.limits.number")}
}

func (l voice) kind(k event.Kind) string { return l.Name("report.kind", string(k)) }

// kindShort is for where there is little room.
func (l voice) kindShort(k event.Kind) string { return l.Name("report.kindShort", string(k)) }

func (l voice) form(f event.Form) string       { return l.Name("report.form", string(f)) }
func (l voice) region(r anatomy.Region) string { return l.Name("report.region", string(r)) }
func (l voice) trigger(t string) string        { return l.Name("report.trigger", t) }
func (l voice) refusal(r string) string        { return l.Name("report.refusal", r) }
func (l voice) reason(r string) string         { return ReasonText(l.Language, r) }
func (l voice) task(t string) string           { return l.Name("report.task", t) }
func (l voice) side(s anatomy.Side) string     { return l.Name("report.side", string(s)) }
func (l voice) yourSide(s anatomy.Side) string { return l.Name("report.yourSide", string(s)) }
func (l voice) perMinute(rate float64) string {
	return l.Say("report.perMinute", args{"Rate": l.about(rate)})
}

// NotSeenText says, for a warning, which regions of which side were not seen. Where the
// sides are not known it names none.
func NotSeenText(language *words.Language, regions []anatomy.Region, side anatomy.Side, known bool) string {
	l := voice{language}
	if !known {
		return l.Say("quality.warning.not_seen.hidden", args{"Places": l.places(regions)})
	}
	return l.Say("quality.warning.not_seen", args{"Side": l.side(side), "Places": l.places(regions)})
}

// WarningText is what a warning says, in a language. An analysis keeps it in the language
// in which it was made; a text that is none of the catalog's stays as it is.
func WarningText(language *words.Language, w Warning) string {
	return language.Again(w.Text, "quality.", "report.region.", "report.side.")
}

// places are the names of regions, one after the other.
func (l voice) places(regions []anatomy.Region) string {
	names := make([]string, len(regions))
	for i, r := range regions {
		names[i] = l.region(r)
	}
	return l.And(names...)
}

func (l voice) unknown() string { return l.Say("report.unknown") }

var unitGap = regexp.MustCompile(`(\d) (mm|ms|s|min|h|%)([^\pL]|$)`)

var numberRange = regexp.MustCompile(`\d[\d.,]*–\d[\d.,]*\d|\d–\d`)

// keep puts a space that does not break between a number and its unit, and holds the two
// ends of a range on one line.
func keep(s string) template.HTML {
	s = template.HTMLEscapeString(unitGap.ReplaceAllString(s, "$1\u00a0$2$3"))
	return template.HTML(numberRange.ReplaceAllString(s, `<span class="whole">$0</span>`)) // escaped above
}

func capital(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(first)) + s[n:]
}

// lower lets a sentence go on in the middle of another; German keeps its capitals,
// which mark the nouns.
func (l voice) lower(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	if n == 0 || l.Tag() == "de" {
		return s
	}
	return string(unicode.ToLower(first)) + s[n:]
}

// clock is a length of time for people: 0.25 s, 14 s, 3 min 20 s, 2 h 5 min.
func (l voice) clock(s float64) string {
	switch {
	case !finite(s):
		return l.unknown()
	case s < 1:
		return l.trim(s, 2) + " s"
	case s < 10:
		return l.trim(s, 1) + " s"
	}
	n := int(math.Round(s))
	switch {
	case n < 60:
		return fmt.Sprintf("%d s", n)
	case n < 3600 && n%60 == 0:
		return fmt.Sprintf("%d min", n/60)
	case n < 3600:
		return fmt.Sprintf("%d min %d s", n/60, n%60)
	case n%3600/60 == 0:
		return fmt.Sprintf("%d h", n/3600)
	}
	return fmt.Sprintf("%d h %d min", n/3600, n%3600/60)
}

// stamp is a moment of the film: 0:07, 3:20, 1:02:05; with tenths where asked.
func (l voice) stamp(s float64, tenths bool) string {
	if !finite(s) {
		return "–"
	}
	d := int(math.Round(s * 10))
	if !tenths {
		d = int(math.Round(s)) * 10
	}
	out := fmt.Sprintf("%d:%02d", d/600, d/10%60)
	if d >= 36000 {
		out = fmt.Sprintf("%d:%02d:%02d", d/36000, d/600%60, d/10%60)
	}
	if tenths {
		out += l.Decimal(fmt.Sprintf(".%d", d%10))
	}
	return out
}

// trim rounds to decimals and drops zeros behind the point, as a drawing takes it.
func trim(x float64, decimals int) string {
	s := strconv.FormatFloat(x, 'f', decimals, 64)
	if strings.Contains(s, ".") {
		s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	}
	if s == "-0" {
		s = "0"
	}
	return s
}

// trim is such a number as the language writes it.
func (l voice) trim(x float64, decimals int) string { return l.Decimal(trim(x, decimals)) }

// about rounds to two digits that count, but never to more than two decimals.
func (l voice) about(x float64) string {
	switch a := math.Abs(x); {
	case !finite(x):
		return l.unknown()
	case a >= 10:
		return l.trim(x, 0)
	case a >= 1:
		return l.trim(x, 1)
	}
	return l.trim(x, 2)
}

// percent is a share for people.
func (l voice) percent(x float64) string {
	switch p := 100 * x; {
	case !finite(x):
		return l.unknown()
	case p > 0 && p < 1:
		return l.Say("report.lessThan", args{"Share": "1 %"})
	default:
		return l.trim(p, 0) + " %"
	}
}

// movement is how far a region's part in an event goes, as millimeters says it.
func (l voice) movement(r event.RegionMovement) string {
	return l.millimeters(r.PeakMM, r.PeakCI95MM)
}

// millimeters is a size, with the range in which the true one lies 95 times in 100
// where it has one.
func (l voice) millimeters(x *float64, ci *[2]float64) string {
	if x == nil || !finite(*x) {
		return l.Say("report.mm.unknown")
	}
	size := l.trim(math.Abs(*x), 1)
	if ci == nil {
		return l.Say("report.mm", args{"Size": size})
	}
	low, high := math.Abs(ci[0]), math.Abs(ci[1])
	return l.Say("report.mm.range", args{"Size": size, "Low": l.trim(min(low, high), 1), "High": l.trim(max(low, high), 1)})
}
