package validate

import (
	"strconv"
	"strings"
	"unicode"

	"facialis/spasm"
)

// label is what the words of a human annotation say about an event.
type label struct {
	kind   spasm.Kind
	side   spasm.Side
	form   spasm.Form
	lead   spasm.Region
	task   bool
	peakMM *float64
}

// vocabulary holds the words people write for kinds. A label that names only a
// form is a spasm: nobody calls a blink clonic.
var vocabulary = map[string]spasm.Kind{
	"blink": spasm.Blink, "blinks": spasm.Blink, "blinking": spasm.Blink,
	"voluntary": spasm.Voluntary, "volitional": spasm.Voluntary,
	"spasm": spasm.Spasm, "spasms": spasm.Spasm, "hemispasm": spasm.Spasm, "hfs": spasm.Spasm,
	"synkinesis": spasm.Synkinesis, "synkineses": spasm.Synkinesis, "synkinetic": spasm.Synkinesis,
	"other": spasm.Other,
}

var sideWords = map[string]spasm.Side{
	"right": spasm.Right, "r": spasm.Right, "rt": spasm.Right, "left": spasm.Left, "l": spasm.Left, "lt": spasm.Left,
	"both": spasm.Both, "bilateral": spasm.Both, "b": spasm.Both,
}

var formWords = map[string]spasm.Form{
	"twitch": spasm.Twitch, "twitches": spasm.Twitch, "clonic": spasm.Clonic, "tonic": spasm.Tonic,
}

// regionWords maps the words of a label to regions; two-word names come joined
// by an underscore.
var regionWords = map[string]spasm.Region{
	"frontalis": spasm.Frontalis, "brow": spasm.Frontalis, "forehead": spasm.Frontalis,
	"orbicularis_oculi": spasm.OrbicularisOculi, "eye": spasm.OrbicularisOculi, "lid": spasm.OrbicularisOculi, "eyelid": spasm.OrbicularisOculi,
	"zygomaticus": spasm.Zygomaticus, "cheek": spasm.Zygomaticus, "mouth_corner": spasm.Zygomaticus,
	"orbicularis_oris": spasm.OrbicularisOris, "lips": spasm.OrbicularisOris,
	"depressor": spasm.Depressor, "lower_lip": spasm.Depressor,
	"mentalis": spasm.Mentalis, "chin": spasm.Mentalis,
	"platysma": spasm.Platysma, "neck": spasm.Platysma,
}

// parseLabel reads a tier's name, an annotation's text, a behaviour code … The
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
		if r, ok := regionWords[two]; ok && l.lead == "" {
			l.lead = r
		} else if r, ok := regionWords[w]; ok && l.lead == "" {
			l.lead = r
		}
		if w == "task" || w == "tasks" {
			l.task = true
		}
		if l.peakMM == nil {
			l.peakMM = millimetres(w, two)
		}
	}
	if l.kind == "" {
		l.kind = asked(words)
	}
	if l.kind == "" && l.form != "" {
		l.kind = spasm.Spasm
	}
	return l
}

// asked is the kind of movements that people are asked for by their names.
func asked(words []string) spasm.Kind {
	for _, w := range words {
		switch w {
		case "smile", "smiles", "smiling", "pucker", "puckering", "wink", "winks", "winking", "closure":
			return spasm.Voluntary
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

// millimetres reads "1.2mm" or "1.2 mm".
func millimetres(w, two string) *float64 {
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
		l.kind = m.kind
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

// event is the labelled event from on to off. A blink is of both eyes unless
// the label says otherwise; every other kind's unknown side stays unknown.
func (l label) event(on, off float64) spasm.Event {
	e := spasm.Event{Kind: l.kind, Side: l.side, Form: l.form, OnsetS: on, OffsetS: off, Lead: l.lead, Confidence: 1}
	if e.Side == "" && e.Kind == spasm.Blink {
		e.Side = spasm.Both
	}
	if l.lead != "" {
		e.Regions = []spasm.RegionMovement{{Region: l.lead, Side: e.Side, OnsetS: on, PeakMM: l.peakMM}}
	}
	return e
}

// collect gathers labelled events and remembers the labels that name none.
type collect struct {
	a    *Annotation
	seen map[string]bool
}

func (c *collect) add(l label, text string, on, off float64) {
	if l.task {
		text = strings.TrimPrefix(text, "task ")
		c.a.Tasks = append(c.a.Tasks, spasm.Task{Task: text, FromS: on, ToS: off})
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
