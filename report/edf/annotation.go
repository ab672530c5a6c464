package edf

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"facialis/anatomy"
	"facialis/report"
)

// note is one annotation.
type note struct {
	onset, duration float64
	text            string
}

// bytes is the note as a time-stamped annotations list: onset, duration, text.
func (n note) bytes() []byte {
	return []byte("+" + number(n.onset) + "\x15" + number(n.duration) + "\x14" + clean(n.text) + "\x14\x00")
}

func number(x float64) string {
	return strconv.FormatFloat(math.Round(max(0, x)*1e4)/1e4, 'f', -1, 64)
}

// clean keeps EDF's own separators and control characters out of a text.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 32 || r == 127 {
			return ' '
		}
		return r
	}, s)
}

// annotate lays the notes into records: each record begins with its own time,
// and a note goes to the second it begins in, or to the next with room. It
// returns each record's bytes and the room that every record has.
func annotate(notes []note, records, most int) ([][]byte, int, error) {
	for room := 120; ; room *= 2 {
		room = min(room, most-most%2)
		if out := lay(notes, records, room); out != nil {
			return out, room, nil
		}
		if room >= most-most%2 {
			return nil, 0, fmt.Errorf("%d annotations do not fit into %d seconds of EDF+", len(notes), records)
		}
	}
}

// lay returns nil when the notes do not fit.
func lay(notes []note, records, room int) [][]byte {
	out := make([][]byte, records)
	for r := range out {
		out[r] = fmt.Appendf(nil, "+%d\x14\x14\x00", r)
	}
	for _, n := range notes {
		b := n.bytes()
		first := min(int(max(0, n.onset)), records-1)
		placed := false
		for k := range records {
			if r := (first + k) % records; len(out[r])+len(b) <= room {
				out[r] = append(out[r], b...)
				placed = true
				break
			}
		}
		if !placed {
			return nil
		}
	}
	return out
}

// sideWord is a side for a note.
func sideWord(s anatomy.Side) string {
	if s == anatomy.Unknown {
		return "side unknown"
	}
	return string(s)
}

func allNotes(a *report.Analysis, holes []note) []note {
	var out []note
	for _, e := range a.Events {
		var words []string
		for _, w := range []string{string(e.Kind), sideWord(e.Side), string(e.Form), string(e.Lead)} {
			if w != "" {
				words = append(words, w)
			}
		}
		out = append(out, note{e.OnsetS, e.Duration(), strings.Join(words, " ")})
	}
	for _, k := range a.Tasks {
		out = append(out, note{k.FromS, k.ToS - k.FromS, "task " + k.Task})
	}
	out = append(out, holes...)
	slices.SortStableFunc(out, func(x, y note) int { return cmp.Compare(x.onset, y.onset) })
	return out
}

// bad begins the text of an annotation over samples that hold no measurement. MNE and
// programs like it leave out what such an annotation spans, and take "@@" and a label
// at its end for the one channel that it speaks of.
const bad = "BAD_not measured"

// holes are the stretches of samples that hold no measured value: one annotation
// where no channel of the face has one, else one for each channel. held is, for each
// signal, whether each sample was measured.
func holes(signals []signal, held [][]bool, rate int) []note {
	if len(held) == 0 {
		return nil
	}
	type stretch struct{ from, to int } // samples
	find := func(lost func(k int) bool) []stretch {
		var out []stretch
		for k := range held[0] {
			switch {
			case !lost(k):
			case len(out) > 0 && out[len(out)-1].to == k:
				out[len(out)-1].to++
			default:
				out = append(out, stretch{k, k + 1})
			}
		}
		return out
	}
	whole := func(k int) bool {
		for i := range signals {
			if signals[i].face && held[i][k] {
				return false
			}
		}
		return true
	}
	var out []note
	add := func(s stretch, text string) {
		out = append(out, note{float64(s.from) / float64(rate), float64(s.to-s.from) / float64(rate), text})
	}
	for _, s := range find(whole) {
		add(s, bad)
	}
	for i := range signals {
		for _, s := range find(func(k int) bool { return !held[i][k] && !whole(k) }) {
			add(s, bad+"@@"+signals[i].label)
		}
	}
	return out
}
