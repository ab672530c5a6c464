package edf

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"time"

	"facialis/event"
	"facialis/report"
)

// Options is what the header says beside the analysis.
type Options struct {
	Recorded time.Time // when filming began; zero where that is not known
	Code     string    // the patient's code; empty for none
	Sex      string    // F, M or empty
	Born     time.Time // zero where not known
	Name     string    // empty for none
}

// maxRecord is the largest record of EDF, bytes.
const maxRecord = 61440

// Encode writes the trace's signals and the analysis's events.
func Encode(w io.Writer, a *report.Analysis, t *event.Trace, o Options) error {
	if t.Len() == 0 {
		return errors.New("the trace is empty: there is nothing to write as EDF+")
	}
	signals := columns(t)
	rate := sampleRate(t.T)
	records := int(math.Floor(t.T[t.Len()-1])) + 1
	size := maxRecord - 2*rate*len(signals)
	values, held := sample(signals, t, rate, records)
	notes, room, err := annotate(allNotes(a, holes(signals, held, rate)), records, size)
	if err != nil {
		return err
	}
	b := bufio.NewWriterSize(w, 1<<16)
	if err := writeHeader(b, a, o, signals, rate, records, room); err != nil {
		return err
	}
	for r := range records {
		for i := range signals {
			if err := binary.Write(b, binary.LittleEndian, values[i][r*rate:(r+1)*rate]); err != nil {
				return err
			}
		}
		if _, err := b.Write(notes[r]); err != nil {
			return err
		}
		if _, err := b.Write(make([]byte, room-len(notes[r]))); err != nil {
			return err
		}
	}
	return b.Flush()
}

// sample is each signal at the file's rate, and whether each sample was measured.
func sample(signals []signal, t *event.Trace, rate, records int) (values [][]int16, held [][]bool) {
	for i := range signals {
		s := &signals[i]
		v, h := make([]int16, rate*records), make([]bool, rate*records)
		for k := range v {
			v[k] = s.digital(s.at(t.T, float64(k)/float64(rate)))
			h[k] = v[k] != digitalMin
		}
		values, held = append(values, v), append(held, h)
	}
	return values, held
}

// sampleRate is 30, 60 or 120 samples a second, by the median time between
// frames.
func sampleRate(at []float64) int {
	fps := 1 / medianStep(at)
	for _, rate := range []int{30, 60} {
		if fps <= float64(rate)/0.9 {
			return rate
		}
	}
	return 120
}

// field is text of a header's field: ASCII, padded with blanks, cut to n.
func field(s string, n int) string {
	s = strings.Map(func(r rune) rune {
		if r < 32 || r > 126 {
			return '?'
		}
		return r
	}, s)
	if len(s) > n {
		s = s[:n]
	}
	return s + strings.Repeat(" ", n-len(s))
}

// word is a part of a field that is split at blanks: X where it is empty.
func word(s string) string {
	if s = strings.TrimSpace(s); s == "" {
		return "X"
	}
	return strings.Join(strings.Fields(s), "_")
}

func date(t time.Time) string {
	if t.IsZero() {
		return "X"
	}
	return strings.ToUpper(t.Format("02-Jan-2006"))
}

func writeHeader(w io.Writer, a *report.Analysis, o Options, signals []signal, rate, records, room int) error {
	start := time.Date(1985, 1, 1, 0, 0, 0, 0, time.UTC) // EDF's first day, for a day that is not known
	if !o.Recorded.IsZero() {
		start = o.Recorded
	}
	var b strings.Builder
	put := func(s string, n int) { b.WriteString(field(s, n)) }
	put("0", 8)
	put(strings.Join([]string{word(o.Code), word(o.Sex), date(o.Born), word(o.Name)}, " "), 80)
	put("Startdate "+date(o.Recorded)+" X X facialis_"+word(a.Provenance.Version), 80)
	put(start.Format("02.01.06"), 8)
	put(start.Format("15.04.05"), 8)
	ns := len(signals) + 1
	put(fmt.Sprint(256*(ns+1)), 8)
	put("EDF+C", 44)
	put(fmt.Sprint(records), 8)
	put("1", 8)
	put(fmt.Sprint(ns), 4)
	each := func(n int, of func(*signal) string, note string) {
		for i := range signals {
			put(of(&signals[i]), n)
		}
		put(note, n)
	}
	each(16, func(s *signal) string { return s.label }, "EDF Annotations")
	each(80, func(s *signal) string { return s.source }, "")
	each(8, func(s *signal) string { return s.unit }, "")
	each(8, func(s *signal) string { return s.lowText }, "-1")
	each(8, func(s *signal) string { return s.highText }, "1")
	each(8, func(*signal) string { return fmt.Sprint(digitalMin) }, fmt.Sprint(digitalMin))
	each(8, func(*signal) string { return fmt.Sprint(digitalMax) }, fmt.Sprint(digitalMax))
	each(80, func(*signal) string { return "lowest value: not measured" }, "")
	each(8, func(*signal) string { return fmt.Sprint(rate) }, fmt.Sprint(room/2))
	each(32, func(*signal) string { return "" }, "")
	_, err := io.WriteString(w, b.String())
	return err
}
