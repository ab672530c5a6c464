package report

import (
	"fmt"
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
func english() voice { return voice{words.English()} }

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

// places are the names of regions, one after the other.
func (l voice) places(regions []anatomy.Region) string {
	names := make([]string, len(regions))
	for i, r := range regions {
		names[i] = l.region(r)
	}
	return strings.Join(names, ", ")
}

func (l voice) unknown() string { return l.Say("report.unknown") }

var unitGap = regexp.MustCompile(`(\d) (mm|ms|s|min|h|%)([^\pL]|$)`)

// keep puts a space that does not break between a number and its unit.
func keep(s string) string { return unitGap.ReplaceAllString(s, "$1\u00a0$2$3") }

func capital(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(first)) + s[n:]
}

func lower(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	if n == 0 {
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
		return trim(s, 2) + " s"
	case s < 10:
		return trim(s, 1) + " s"
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
func stamp(s float64, tenths bool) string {
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
		out += fmt.Sprintf(".%d", d%10)
	}
	return out
}

// trim rounds to decimals and drops zeros behind the point.
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

// about rounds to two digits that count, but never to more than two decimals.
func (l voice) about(x float64) string {
	switch a := math.Abs(x); {
	case !finite(x):
		return l.unknown()
	case a >= 10:
		return trim(x, 0)
	case a >= 1:
		return trim(x, 1)
	}
	return trim(x, 2)
}

// percent is a share for people.
func (l voice) percent(x float64) string {
	switch p := 100 * x; {
	case !finite(x):
		return l.unknown()
	case p > 0 && p < 1:
		return l.Say("report.lessThan", args{"Share": "1 %"})
	default:
		return trim(p, 0) + " %"
	}
}

func (l voice) millimetres(x *float64) string {
	if x == nil || !finite(*x) {
		return l.Say("report.mm.unknown")
	}
	return l.Say("report.mm", args{"Size": trim(math.Abs(*x), 1)})
}
