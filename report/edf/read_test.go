package edf_test

import (
	"encoding/binary"
	"slices"
	"strconv"
	"strings"
)

// fataler is a test of either kind.
type fataler interface {
	Fatalf(format string, args ...any)
	Helper()
}

// edfFile is what a reader, written from the specification alone, finds.
type edfFile struct {
	patient, recording string
	records            int
	signals            []edfSignal
	notes              []string
}

type edfSignal struct {
	label     string
	low, high float64
	values    []float64
	samples   int
}

func (f *edfFile) signal(t fataler, label string) edfSignal {
	t.Helper()
	i := slices.IndexFunc(f.signals, func(s edfSignal) bool { return s.label == label })
	if i < 0 {
		t.Fatalf("no signal %q", label)
	}
	return f.signals[i]
}

func read(t fataler, data []byte) *edfFile {
	t.Helper()
	at := 0
	text := func(n int) string {
		if at+n > len(data) {
			t.Fatalf("the file ends within the header")
		}
		s := strings.TrimRight(string(data[at:at+n]), " ")
		at += n
		return s
	}
	number := func(n int) float64 {
		s := text(n)
		x, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatalf("%q is no number", s)
		}
		return x
	}
	if v := text(8); v != "0" {
		t.Fatalf("version %q", v)
	}
	f := &edfFile{patient: text(80), recording: text(80)}
	text(16)
	bytes := int(number(8))
	if kind := text(44); kind != "EDF+C" {
		t.Fatalf("kind %q", kind)
	}
	f.records = int(number(8))
	number(8)
	ns := int(number(4))
	if bytes != 256*(ns+1) {
		t.Fatalf("a header of %d bytes for %d signals", bytes, ns)
	}
	f.signals = make([]edfSignal, ns)
	each := func(n int, put func(*edfSignal, string)) {
		for i := range f.signals {
			put(&f.signals[i], text(n))
		}
	}
	num := func(into func(*edfSignal, float64)) func(*edfSignal, string) {
		return func(s *edfSignal, text string) {
			x, err := strconv.ParseFloat(text, 64)
			if err != nil {
				t.Fatalf("%q of %s is no number", text, s.label)
			}
			into(s, x)
		}
	}
	skip := func(*edfSignal, string) {}
	each(16, func(s *edfSignal, v string) { s.label = v })
	each(80, skip)
	each(8, skip)
	each(8, num(func(s *edfSignal, x float64) { s.low = x }))
	each(8, num(func(s *edfSignal, x float64) { s.high = x }))
	each(8, num(func(*edfSignal, float64) {}))
	each(8, num(func(*edfSignal, float64) {}))
	each(80, skip)
	each(8, num(func(s *edfSignal, x float64) { s.samples = int(x) }))
	each(32, skip)
	size := 0
	for _, s := range f.signals {
		size += 2 * s.samples
	}
	if size > 61440 || at+size*f.records != len(data) {
		t.Fatalf("%d records of %d bytes after %d make no %d", f.records, size, at, len(data))
	}
	for r := range f.records {
		for i := range f.signals {
			s := &f.signals[i]
			raw := data[at : at+2*s.samples]
			at += len(raw)
			if s.label == "EDF Annotations" {
				f.notes = append(f.notes, tals(t, raw, r)...)
				continue
			}
			for k := range s.samples {
				d := float64(int16(binary.LittleEndian.Uint16(raw[2*k:])))
				s.values = append(s.values, (d+32768)/65535*(s.high-s.low)+s.low)
			}
		}
	}
	if last := len(f.signals) - 1; f.signals[last].label == "EDF Annotations" {
		f.signals = f.signals[:last]
	}
	return f
}

// tals are a record's annotations as "onset duration text"; the first keeps
// the time.
func tals(t fataler, raw []byte, record int) []string {
	t.Helper()
	var out []string
	parts := strings.Split(strings.TrimRight(string(raw), "\x00"), "\x00")
	if want := "+" + strconv.Itoa(record) + "\x14\x14"; parts[0] != want {
		t.Fatalf("record %d begins with %q, not %q", record, parts[0], want)
	}
	for _, p := range parts[1:] {
		head, rest, ok := strings.Cut(p, "\x14")
		onset, duration, ok2 := strings.Cut(head, "\x15")
		if !ok || !ok2 || !strings.HasPrefix(onset, "+") || !strings.HasSuffix(rest, "\x14") {
			t.Fatalf("annotation %q", p)
		}
		out = append(out, onset[1:]+" "+duration+" "+strings.TrimSuffix(rest, "\x14"))
	}
	return out
}
