package validate

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"unicode"

	"facialis/event"
)

// Names that columns go by, after [columnName]; the first that a table has counts.
var (
	fromNames   = []string{"onset_s", "start_s", "begin_s", "from_s", "onset", "start", "begin", "from", "start_time", "begin_time", "begin_time_ss_msec", "onset_ms", "start_ms", "begin_ms", "begin_time_msec"}
	toNames     = []string{"offset_s", "end_s", "stop_s", "to_s", "offset", "end", "stop", "to", "end_time", "stop_time", "end_time_ss_msec", "offset_ms", "end_ms", "stop_ms", "end_time_msec"}
	lengthNames = []string{"duration_s", "duration", "duration_ms"}
	kindNames   = []string{"kind", "label", "type", "event", "annotation", "code", "value", "tier"}
	sideNames   = []string{"side", "eye", "laterality"}
	leadNames   = []string{"lead", "lead_region", "muscle"}
	peakNames   = []string{"peak_mm", "amplitude_mm", "size_mm"}

	behaviorNames = []string{"behavior", "behaviour", "code"}
	markNames     = []string{"behavior_type", "behaviour_type", "status", "type"}
	timeNames     = []string{"start_s", "time", "time_s"}
)

// columnName is a column's name in lower case, with one underscore for whatever
// is neither letter nor digit: "Start (s)" is start_s.
func columnName(h string) string {
	words := strings.FieldsFunc(strings.ToLower(h), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
	return strings.Join(words, "_")
}

// maxPreamble is how many lines may come before a table's header.
const maxPreamble = 40

// parseTable reads CSV or TSV (comma, semicolon or tab, also with decimal
// commas): our own columns (onset_s, offset_s, kind, side, form, lead, region,
// peak_mm), lists of blinks (start_s, end_s, eye, label), or a table exported by
// BORIS. The columns' order is free. Lines before the header are passed over.
func parseTable(data []byte, o Options) (*Annotation, error) {
	if !bytes.ContainsRune(data, '\n') {
		data = bytes.ReplaceAll(data, []byte("\r"), []byte("\n"))
	}
	rest, seen := data, ""
	for line := 0; line < maxPreamble && len(rest) > 0; line++ {
		t := newTable(rest, line)
		if t == nil {
			break
		}
		_, from := t.first(fromNames)
		_, to := t.first(append(toNames, lengthNames...))
		_, behavior := t.first(behaviorNames)
		_, when := t.first(timeNames)
		_, mark := t.first(markNames)
		_, kind := t.first(kindNames)
		switch {
		case behavior && when && (mark || !to):
			t.settle(rest, o)
			return t.boris(o.Rater)
		case from && (to || kind):
			t.settle(rest, o)
			return t.events()
		}
		if seen == "" {
			seen = strings.Join(t.names, ", ")
		}
		_, rest, _ = bytes.Cut(rest, []byte("\n"))
	}
	if len(seen) > 120 {
		seen = seen[:120] + "…"
	}
	return nil, fmt.Errorf("no annotation: a table needs the columns onset_s, offset_s, kind and side, or those of a BORIS export; this one begins with %q", seen)
}

// newTable takes the first line of data for a header; nil where it is none.
func newTable(data []byte, before int) *table {
	first, _, _ := bytes.Cut(data, []byte("\n"))
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma = separator(first)
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	r.ReuseRecord = true
	header, err := r.Read()
	if err != nil {
		return nil
	}
	t := &table{r: r, col: map[string]int{}, before: before}
	for i, h := range header {
		h = columnName(h)
		t.names = append(t.names, h)
		if _, ok := t.col[h]; !ok {
			t.col[h] = i
		}
		if strings.HasPrefix(h, "modifier") {
			t.modifiers = append(t.modifiers, i)
		}
	}
	return t
}

// separator is what divides a table's columns, by its first line.
func separator(first []byte) rune {
	sep := ','
	for _, c := range []rune{'\t', ';'} {
		if bytes.Count(first, []byte(string(c))) > bytes.Count(first, []byte(string(sep))) {
			sep = c
		}
	}
	return sep
}

// settle looks through the whole table for what its commas mean and how many
// pictures a second has. Columns divided by semicolons leave the comma to decimals, as
// spreadsheets of such countries write them.
func (t *table) settle(data []byte, o Options) {
	t.rate = o.FrameRate
	first, _, _ := bytes.Cut(data, []byte("\n"))
	any := false
	defer func() {
		switch {
		case t.comma != commaOpen:
		case !any:
			t.comma = commaThousands
		case separator(first) == ';':
			t.comma = commaDecimal
		}
	}()
	scan := newTable(data, t.before)
	if scan == nil {
		return
	}
	for {
		more, err := scan.next()
		if err != nil || !more {
			return
		}
		for _, names := range [][]string{fromNames, toNames, lengthNames, timeNames, peakNames, {"stop_s"}} {
			number := scan.get(names...)
			any = any || strings.Contains(number, ",") && !strings.Contains(number, ":")
			if c := commaOf(number); c == commaDecimal || c == commaThousands && t.comma == commaOpen {
				t.comma = c
			}
		}
		if f, err := strconv.ParseFloat(scan.get("fps", "fps_frame_s", "frame_rate"), 64); err == nil && f > 0 && t.rate == nil {
			t.rate = &f
		}
	}
}

// table is a CSV file under its header.
type table struct {
	r         *csv.Reader
	col       map[string]int
	names     []string
	before    int // lines above the header
	modifiers []int
	row       []string
	line      int
	comma     comma    // what a comma in its numbers means
	rate      *float64 // pictures a second, for times that count them; nil where nobody says
}

func (t *table) has(name string) bool { _, ok := t.col[name]; return ok }

// first is the first of the names that the table has.
func (t *table) first(names []string) (string, bool) {
	for _, n := range names {
		if t.has(n) {
			return n, true
		}
	}
	return "", false
}

// next reads a row, false at the end.
func (t *table) next() (bool, error) {
	row, err := t.r.Read()
	if err == io.EOF {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("reading the table: %w", err)
	}
	t.line, _ = t.r.FieldPos(0)
	t.line += t.before
	t.row = row
	return true, nil
}

// get is the field under the first of the names that the table has.
func (t *table) get(names ...string) string {
	for _, n := range names {
		if i, ok := t.col[n]; ok && i < len(t.row) {
			return strings.TrimSpace(t.row[i])
		}
	}
	return ""
}

func (t *table) number(names ...string) (float64, error) {
	name, _ := t.first(names)
	s := t.get(name)
	v, err := t.comma.seconds(s, t.rate)
	switch {
	case errors.Is(err, errNoRate), errors.Is(err, errEitherComma), errors.Is(err, errBothCommas):
		return 0, fmt.Errorf("line %d: %s %.40q: %w", t.line, name, s, err)
	case err != nil:
		return 0, fmt.Errorf("line %d: %s %.40q is not a time in seconds", t.line, name, s)
	}
	if (strings.HasSuffix(name, "_ms") || strings.HasSuffix(name, "_time_msec")) && !strings.Contains(s, ":") {
		v /= 1000
	}
	return v, nil
}

// times are a row's onset and offset; what has neither an end nor a length is a
// point.
func (t *table) times() (on, off float64, err error) {
	if on, err = t.number(fromNames...); err != nil {
		return 0, 0, err
	}
	if _, ok := t.first(toNames); ok && t.get(toNames...) != "" {
		off, err = t.number(toNames...)
		return on, off, err
	}
	if _, ok := t.first(lengthNames); ok && t.get(lengthNames...) != "" {
		off, err = t.number(lengthNames...)
		return on, on + off, err
	}
	return on, on, nil
}

// events reads our own columns. Rows with the same id are the regions of one
// event.
func (t *table) events() (*Annotation, error) {
	a := &Annotation{}
	byID := map[string]int{}
	var fps []float64
	for {
		more, err := t.next()
		if err != nil {
			return nil, err
		}
		if !more {
			break
		}
		if strings.TrimSpace(strings.Join(t.row, "")) == "" || strings.HasPrefix(t.row[0], "#") {
			continue
		}
		on, off, err := t.times()
		if err != nil {
			return nil, err
		}
		if f, err := strconv.ParseFloat(t.get("start_frame"), 64); err == nil && on > 0 && f > 0 {
			fps = append(fps, f/on)
		}
		kind := t.get(kindNames...)
		if strings.EqualFold(kind, "task") {
			a.Tasks = append(a.Tasks, event.Task{Task: t.get("task", "form"), FromS: on, ToS: off})
			continue
		}
		l := parseLabel(kind)
		l = label{kind: l.kind, side: parseLabel(t.get(sideNames...)).side, form: parseLabel(t.get("form")).form}.or(l).or(parseLabel(t.get("tier")))
		if l.kind == "" {
			return nil, fmt.Errorf("line %d: kind %.40q is not one of blink, voluntary, spasm, synkinesis, other", t.line, kind)
		}
		e := l.event(on, off)
		lead, region := parseLabel(t.get(leadNames...)).lead, parseLabel(t.get("region")).lead
		if lead != "" {
			e.Lead = lead
		}
		if region == "" {
			region = lead
		}
		if region != "" {
			m := event.RegionMovement{Region: region, Side: e.Side, OnsetS: on}
			if v, err := t.comma.number(t.get(peakNames...)); err == nil && finite(v) && v >= 0 {
				m.PeakMM = &v
			}
			e.Regions = []event.RegionMovement{m}
			if e.Lead == "" {
				e.Lead = region
			}
		}
		e.ID = t.get("id")
		if i, ok := byID[e.ID]; ok && e.ID != "" {
			a.Events[i].Regions = append(a.Events[i].Regions, e.Regions...)
			continue
		}
		byID[e.ID] = len(a.Events)
		a.Events = append(a.Events, e)
		if len(a.Events) > maxEvents {
			break
		}
	}
	if len(fps) > 0 {
		// Start frames over start times: their median is the frame rate.
		if f := math.Round(quantile(fps, 0.5)*1000) / 1000; f > 0 {
			a.FrameRate = &f
		}
	}
	return a, nil
}
