package edf

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"facialis/anatomy"
	"facialis/event"
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
func annotate(a *report.Analysis, t *event.Trace, records, most int) ([][]byte, int, error) {
	notes := allNotes(a, t)
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

func allNotes(a *report.Analysis, t *event.Trace) []note {
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
	out = append(out, gaps(t)...)
	slices.SortStableFunc(out, func(x, y note) int { return cmp.Compare(x.onset, y.onset) })
	return out
}

// gaps are the stretches in which the face was not measured.
func gaps(t *event.Trace) []note {
	var out []note
	from := math.NaN()
	for i := range t.Len() {
		lost := i < len(t.Quality) && !(t.Quality[i] > 0)
		switch {
		case lost && math.IsNaN(from):
			from = t.T[i]
		case !lost && !math.IsNaN(from):
			out = append(out, note{from, t.T[i] - from, "not measured"})
			from = math.NaN()
		}
		if i > 0 && !lost && t.T[i]-t.T[i-1] > maxGapS {
			out = append(out, note{t.T[i-1], t.T[i] - t.T[i-1], "not measured"})
		}
	}
	if !math.IsNaN(from) {
		out = append(out, note{from, t.T[t.Len()-1] - from, "not measured"})
	}
	return out
}
