package report

import (
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"

	"facialis/anatomy"
	"facialis/event"
)

// words is every sentence of the page, in one place so that it can be
// translated. A name ending in .1 is the form for one, without it for several.
var words = map[string]string{
	"lang":  "en",
	"title": "What this film shows",
	"lead":  "Facialis looked at every picture of this film and measured how your face moved. It measures; it does not diagnose. Please show this page to your doctor.",
	"right": "right", "left": "left", "both": "both",
	"your right": "your right side", "your left": "your left side", "your unknown": "side not known",
	"unknown side": "side not known", "one side": "one side", "other side": "other side",

	"unusable":      "This film is not good enough to measure. The figures below should not be relied on. The reasons are listed under “How far to trust this”.",
	"seen.head":     "What was seen",
	"film":          "The film is %s long. Your face could be followed for %s of it.",
	"film.all":      "The film is %s long, and your face could be followed all the time.",
	"film.none":     "The film is %s long. Your face could not be followed in it, so nothing could be measured.",
	"spasms.side":   "In that time, %[1]s %[2]s seen on %[3]s of the face and none on %[4]s.",
	"spasms.both":   "In that time, %[1]s were seen: %[2]d on your right side of the face and %[3]d on your left.",
	"spasms.hidden": "In that time, %[1]s %[2]s seen. The side is not known: right and left cannot be told apart in this film.",
	"spasms.none":   "In that time, no spasm was seen. That does not rule spasms out: by chance alone, a film like this could miss spasms that come up to about %s.",
	"spasm":         "%d spasms", "spasm.1": "1 spasm", "was": "were", "was.1": "was",
	"rate":         "That is about %s. How often they come changes from film to film: with this many, the long-run figure may lie anywhere between %s and %s a minute, and more widely when spasms come in bouts.",
	"length":       "A typical spasm lasted about %s; the longest lasted %s.",
	"length.1":     "It lasted about %s.",
	"where.one":    "It moved the %s.",
	"where.side":   "On your %s side: %s",
	"unsure":       "The program is not sure about this one.",
	"short":        "This film is short, so the figures for a minute are rough. Two minutes or more are better.",
	"where.all":    "The %s moved in every spasm.",
	"where":        "The %s moved in %d of %d spasms.",
	"where.also":   "Also seen moving: %s.",
	"where.item":   "the %s (in %d)",
	"bouts":        "They came in %d bouts; within a bout, one follows the other in less than 10 s.",
	"bouts.1":      "They came close together, in one bout.",
	"trigger":      "%d of them came right with %s. For the other %d, nothing was seen that set them off.",
	"trigger.all":  "All of them came right with %s.",
	"trigger.none": "Nothing was seen that set them off.",
	"regular":      "They came at rather even steps of time.",
	"irregular":    "They came at uneven steps of time.",
	"held":         "Some were held for a second or longer; these made up %s of the time in spasm.",
	"blinks.none":  "No blink was seen.",
	"lids":         "Without being asked to, both your eyes closed for half a second or longer, or three times or more in a row: %d times. The longest closure took %s, and both eyes were shut for %s of the time.",
	"lids.1":       "Without being asked to, both your eyes closed for half a second or longer, or three times or more in a row, once. The longest closure took %s, and both eyes were shut for %s of the time.",
	"others":       "Besides, one side moved %d times alone in a way that could not be named: too slow or too faint for a spasm, or mixed up with other movements. That is common when a face talks, pulls or turns.",
	"others.1":     "Besides, one side moved once alone in a way that could not be named: too slow or too faint for a spasm, or mixed up with other movements. That is common when a face talks, pulls or turns.",
	"blinks":       "You blinked about %s (likely between %s and %s).",

	"tile.rate": "spasms a minute", "tile.burden": "of the time in spasm", "tile.length": "a typical spasm", "tile.count": "spasms seen", "tile.count.1": "spasm seen",
	"tile.between": "%s to %s likely", "tile.side": "%d right, %d left", "tile.hidden": "side not known", "tile.longest": "longest %s", "tile.of": "of %s measured",

	"timeline.head":        "When it happened",
	"timeline.text":        "Each line is a stretch of the film, read from left to right. The upper half of a line is your right side, the lower half your left. The height and the pattern of a mark tell what kind of movement it was.",
	"timeline.desc":        "%d lines of %s each. Spasms on your right side: %d, on your left side: %d. The list of all events is in events.csv.",
	"timeline.hidden":      "Each line is a stretch of the film, read from left to right. Right and left cannot be told apart in this film, so both sides share a line. The height and the pattern of a mark tell what kind of movement it was.",
	"timeline.desc.hidden": "%d lines of %s each, with %d spasms, side not known. The list of all events is in events.csv.",
	"traces.head":          "How far it moved",
	"traces.text":          "The lines show how far the skin moved in millimetres, over the whole film. A spike is a short movement. Coloured stretches are spasms. Spikes taller than a strip, such as blinks, are cut off at its edge.",
	"traces.desc":          "Curves of the %s over the film, your right side above and your left side below. Largest movement within a spasm: %s on your right side, %s on your left.",
	"traces.desc.hidden":   "Curves of the %s over the film, both sides, which cannot be named. Largest movement within a spasm: %s.",
	"closeup.desc":         "Curves of %s around %s: eye, cheek and mouth of both sides.",
	"face.head":            "Where it moved",
	"face.text":            "Deeper colour: the place took part in more of the spasms. The face looks at you, so your right side is on the left of the picture.",
	"face.desc":            "Drawing of a face. %s",
	"face.side":            "On your %s side: %s.",
	"face.none":            "no spasm seen",
	"face.item":            "%s in %s of the spasms",
	"face.later":           "%s, +%s ms",
	"face.note":            "mm: the middle value of how far the place moved. +ms: how long after the start of the spasm it began, as far as the film's %s pictures a second can tell.",
	"stills.head":          "The moments themselves",
	"stills.text":          "The strongest spasms of the film, and what moved around that moment.",
	"still.alt":            "Picture of the face at %s. %s",
	"figures.head":         "All figures",
	"figures.text":         "Every figure is an estimate. The range beside it says how far it may be off by chance (in 95 of 100 such films the true value lies within it).",
	"figures.unknown":      "Could not be had from this film:",
	"figures.what":         "What", "figures.plain": "In plain words", "figures.clinic": "For clinicians",
	"trust.head":  "How far to trust this",
	"trust.none":  "Nothing was found that makes the figures less trustworthy than usual.",
	"trust.whole": "whole film",
	"trust.more":  "… and %d more, in analysis.json.",
	"limits.head": "What this cannot tell",
	"how.head":    "How this was made",
	"how.text":    "With the same program and the same film, the same figures come out again.",
	"event.title": "%s, %s, at %s, %s long",
	"event.more":  "%s, %s",
	"mm":          "%s mm", "mm.unknown": "size not known",
	"unknown":    "not known",
	"per minute": "%s a minute",
	"less than":  "less than %s",
	"not seen":   "face not seen",
	"tasks":      "Asked for",
	"legend":     "Legend",
	"cut":        "top of a strip: %s mm",
	"pages":      "Assessment",
}

// limits are what the page says the program cannot know.
var limits = []string{
	"It cannot tell why your face moves. Many things can make a face twitch. Finding the cause needs a doctor, and often more tests than a film.",
	"It sees the skin, not the muscles or the nerve, and it knows nothing of what you feel.",
	"It only knows what is in this film. How your face moves on other days, or in sleep, may be quite different.",
	"It has to guess which movements were made on purpose. It may take a wink or a one-sided smile for a spasm, or a spasm for a wink.",
	"A film with no spasm does not mean that you have none, and a film with many does not mean that they are dangerous.",
}

var kindWords = map[event.Kind]string{
	event.Spasm: "Spasm", event.Synkinesis: "Moves along with something else", event.Voluntary: "Both sides, or on purpose",
	event.Blink: "Blink", event.Other: "Other movement",
}

// kindShort are the kinds where there is little room.
var kindShort = map[event.Kind]string{
	event.Spasm: "Spasm", event.Synkinesis: "Moves along", event.Voluntary: "Both or on purpose",
}

var formWords = map[event.Form]string{
	event.Twitch: "one twitch", event.Clonic: "a run of twitches", event.Tonic: "a hold",
}

// regionWords are anatomy's words for the regions.
var regionWords = func() map[anatomy.Region]string {
	words := map[anatomy.Region]string{}
	for _, r := range anatomy.Regions {
		words[r] = r.Words()
	}
	return words
}()

var triggerWords = map[string]string{
	"blink": "a blink", "brow_raise": "raising the brows", "eye_closure": "closing the eyes", "smile": "a smile",
	"pucker": "pursing the lips", "snarl": "wrinkling the nose", "speech": "talking",
}

var taskWords = map[string]string{
	"rest": "rest", "blink": "blink", "eye_closure": "close eyes", "brow_raise": "raise brows", "smile": "smile",
	"pucker": "purse lips", "snarl": "wrinkle nose", "speech": "talk", "wink_right": "wink right", "wink_left": "wink left",
}

// say is the sentence of a name with its blanks filled. A name that is not in
// words is a mistake of the program, which every test of the page would meet.
func say(name string, args ...any) string {
	format, ok := words[name]
	if !ok {
		panic("report: no words for " + strconv.Quote(name))
	}
	if len(args) == 0 {
		return format
	}
	return fmt.Sprintf(format, args...)
}

// plural is name for several and name.1 for one.
func plural(name string, n int) string {
	if n == 1 {
		return name + ".1"
	}
	return name
}

// named is a word from a table, or the name itself in readable form.
func named[K ~string](table map[K]string, key K) string {
	if w, ok := table[key]; ok {
		return w
	}
	return strings.ReplaceAll(string(key), "_", " ")
}

var unitGap = regexp.MustCompile(`(\d) (mm|ms|s|min|h|%)([^\pL]|$)`)

// keep puts a space that does not break between a number and its unit.
func keep(s string) string { return unitGap.ReplaceAllString(s, "$1\u00a0$2$3") }

func capital(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// clock is a length of time for people: 0.25 s, 14 s, 3 min 20 s, 2 h 5 min.
func clock(s float64) string {
	switch {
	case !finite(s):
		return say("unknown")
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
func about(x float64) string {
	switch a := math.Abs(x); {
	case !finite(x):
		return say("unknown")
	case a >= 10:
		return trim(x, 0)
	case a >= 1:
		return trim(x, 1)
	}
	return trim(x, 2)
}

// percent is a share for people.
func percent(x float64) string {
	switch p := 100 * x; {
	case !finite(x):
		return say("unknown")
	case p > 0 && p < 1:
		return say("less than", "1 %")
	default:
		return trim(p, 0) + " %"
	}
}

func millimetres(x *float64) string {
	if x == nil || !finite(*x) {
		return say("mm.unknown")
	}
	return say("mm", trim(math.Abs(*x), 1))
}
