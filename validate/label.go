package validate

import (
	"strconv"
	"strings"
	"unicode"

	"facialis/anatomy"
	"facialis/event"
)

// label is what the words of a human annotation say about an event.
type label struct {
	kind   event.Kind
	side   anatomy.Side
	form   event.Form
	lead   anatomy.Region
	unseen bool // the label names a place that no region measures
	task   bool
	peakMM *float64
	// implied: no word names the kind; it follows from a form or a request's name.
	implied bool
}

// vocabulary holds the words people write for kinds. A label that names only a
// form is a spasm: nobody calls a blink clonic.
var vocabulary = map[string]event.Kind{
	"blink": event.Blink, "blinks": event.Blink, "blinking": event.Blink,
	"voluntary": event.Voluntary, "volitional": event.Voluntary,
	"spasm": event.Spasm, "spasms": event.Spasm, "hemispasm": event.Spasm, "hfs": event.Spasm,
	"synkinesis": event.Synkinesis, "synkineses": event.Synkinesis, "synkinetic": event.Synkinesis,
	"other": event.Other,
}

var sideWords = map[string]anatomy.Side{
	"right": anatomy.Right, "r": anatomy.Right, "rt": anatomy.Right, "left": anatomy.Left, "l": anatomy.Left, "lt": anatomy.Left,
	"both": anatomy.Both, "bilateral": anatomy.Both, "b": anatomy.Both,
	"unknown": anatomy.Unknown,
}

var formWords = map[string]event.Form{
	"twitch": event.Twitch, "twitches": event.Twitch, "clonic": event.Clonic, "tonic": event.Tonic,
}

// parseLabel reads a tier's name, an annotation's text, a behavior code … The
// first word of each sort counts.
func parseLabel(text string) label {
	var l label
	if len(text) > 1000 {
		text = text[:1000]
	}
	words := strings.FieldsFunc(strings.ToLower(spaced(text)), func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '.'
	})
	for i, w := range words {
		w = strings.Trim(w, ".")
		two := ""
		if i+1 < len(words) {
			two = w + "_" + strings.Trim(words[i+1], ".")
		}
		if k, ok := vocabulary[w]; ok && l.kind == "" {
			l.kind = k
		}
		if s, ok := sideWords[w]; ok && l.side == "" {
			l.side = s
		}
		if f, ok := formWords[w]; ok && l.form == "" {
			l.form = f
		}
		if l.lead == "" && !l.unseen {
			l.lead, l.unseen = leadOf(two, w)
		}
		if w == "task" || w == "tasks" {
			l.task = true
		}
		if l.peakMM == nil {
			l.peakMM = millimeters(w, two)
		}
	}
	l.implied = l.kind == ""
	if l.kind == "" {
		l.kind = asked(words)
	}
	if l.kind == "" && l.form != "" {
		l.kind = event.Spasm
	}
	return l
}

// names reports whether a word names the kind.
func (l label) names() bool { return l.kind != "" && !l.implied }

// place is the label without its kind.
func (l label) place() label {
	l.kind, l.implied, l.task = "", false, false
	return l
}

// merge fills what l does not say from m; a kind that m names comes before one that
// only follows from l's form.
func (l label) merge(m label) label {
	if l.implied && m.names() {
		l.kind, l.implied = m.kind, false
	}
	return l.or(m)
}

// leadOf is the region that the first of the names to mean a place means; two-word
// names come joined by an underscore. A place that no region measures
// says where it was and leaves the region open.
func leadOf(names ...string) (r anatomy.Region, unseen bool) {
	for _, n := range names {
		if r, ok := anatomy.RegionOf(n); ok {
			return r, false
		}
		if _, ok := anatomy.PlaceOf(n); ok {
			return "", true
		}
	}
	return "", false
}

// asked is the kind of movements that people are asked for by their names.
func asked(words []string) event.Kind {
	for _, w := range words {
		switch w {
		case "smile", "smiles", "smiling", "pucker", "puckering", "wink", "winks", "winking", "closure":
			return event.Voluntary
		}
	}
	return ""
}

// spaced puts a space where a small letter is followed by a capital one:
// spasmLeft is spasm Left.
func spaced(text string) string {
	var b strings.Builder
	var last rune
	for _, r := range text {
		if unicode.IsLower(last) && unicode.IsUpper(r) {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
		last = r
	}
	return b.String()
}

// millimeters reads "1.2mm" or "1.2 mm".
func millimeters(w, two string) *float64 {
	num, ok := strings.CutSuffix(w, "mm")
	if !ok {
		if num, ok = strings.CutSuffix(two, "_mm"); !ok {
			return nil
		}
	}
	v, err := strconv.ParseFloat(num, 64)
	if err != nil || !finite(v) || v < 0 {
		return nil
	}
	return &v
}

// or fills what l does not say from m.
func (l label) or(m label) label {
	if l.kind == "" {
		l.kind, l.implied = m.kind, m.implied
	}
	if l.side == "" {
		l.side = m.side
	}
	if l.form == "" {
		l.form = m.form
	}
	if l.lead == "" {
		l.lead = m.lead
	}
	if l.peakMM == nil {
		l.peakMM = m.peakMM
	}
	l.task = l.task || m.task
	return l
}

// event is the labeled event from on to off. A blink is of both eyes unless
// the label says otherwise; every other kind's unknown side stays unknown.
func (l label) event(on, off float64) event.Event {
	e := event.Event{Kind: l.kind, Side: l.side, Form: l.form, OnsetS: on, OffsetS: off, Lead: l.lead, Confidence: 1}
	if e.Side == "" && e.Kind == event.Blink {
		e.Side = anatomy.Both
	}
	if e.Side == anatomy.Unknown {
		e.Side = ""
	}
	if l.lead != "" {
		e.Regions = []event.RegionMovement{{Region: l.lead, Side: e.Side, OnsetS: on, PeakMM: l.peakMM}}
	}
	return e
}

// collect gathers labeled events and remembers the labels that name none.
type collect struct {
	a    *Annotation
	seen map[string]bool
}

func (c *collect) add(l label, text string, on, off float64) {
	if l.task {
		text = strings.TrimPrefix(text, "task ")
		c.a.Tasks = append(c.a.Tasks, event.Task{Task: text, FromS: on, ToS: off})
		return
	}
	if l.kind == "" {
		if c.seen == nil {
			c.seen = map[string]bool{}
		}
		if !c.seen[text] && len(c.seen) < 20 {
			c.seen[text] = true
			c.a.Unknown = append(c.a.Unknown, text)
		}
		return
	}
	c.a.Events = append(c.a.Events, l.event(on, off))
}
