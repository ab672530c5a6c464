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

	"facialis/spasm"
)

// parseTable reads CSV or TSV (comma, semicolon or tab): our own columns
// (onset_s, offset_s, kind, side, form, lead, region, peak_mm), lists of blinks
// (start_s, end_s, eye, label), or a table exported by BORIS.
func parseTable(data []byte, rater string) (*Annotation, error) {
	first, _, _ := bytes.Cut(data, []byte("\n"))
	r := csv.NewReader(bytes.NewReader(data))
	r.Comma = ','
	for _, c := range []rune{'\t', ';'} {
		if bytes.Count(first, []byte(string(c))) > bytes.Count(first, []byte(string(r.Comma))) {
			r.Comma = c
		}
	}
	r.FieldsPerRecord = -1
	r.LazyQuotes = true
	r.ReuseRecord = true
	header, err := r.Read()
	if err != nil {
		return nil, fmt.Errorf("not a table: %w", err)
	}
	t := &table{r: r, col: map[string]int{}}
	for i, h := range header {
		h = strings.ToLower(strings.TrimSpace(h))
		if _, ok := t.col[h]; !ok {
			t.col[h] = i
		}
		if strings.HasPrefix(h, "modifier #") {
			t.modifiers = append(t.modifiers, i)
		}
	}
	switch {
	case t.has("behavior") && t.has("behavior type"):
		return t.boris(rater)
	case t.has("onset_s") || t.has("start_s"):
		return t.events()
	}
	return nil, errors.New("no annotation: a table needs the columns onset_s, offset_s, kind and side, or those of a BORIS export")
}

// table is a CSV file under its header.
type table struct {
	r         *csv.Reader
	col       map[string]int
	modifiers []int
	row       []string
	line      int
}

func (t *table) has(name string) bool { _, ok := t.col[name]; return ok }

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
	s := t.get(names...)
	v, err := seconds(s)
	if err != nil {
		return 0, fmt.Errorf("line %d: %s %.40q is not a time in seconds", t.line, names[0], s)
	}
	return v, nil
}

// seconds reads a number of seconds or hh:mm:ss.sss.
func seconds(s string) (float64, error) {
	if !strings.Contains(s, ":") {
		v, err := strconv.ParseFloat(s, 64)
		if err == nil && !finite(v) {
			err = errors.New("not finite")
		}
		return v, err
	}
	neg := strings.HasPrefix(s, "-")
	var sum float64
	for _, p := range strings.Split(strings.TrimPrefix(s, "-"), ":") {
		v, err := strconv.ParseFloat(p, 64)
		if err != nil || !finite(v) {
			return 0, errors.New("not a clock time")
		}
		sum = sum*60 + v
	}
	if neg {
		sum = -sum
	}
	if !finite(sum) {
		return 0, errors.New("not finite")
	}
	return sum, nil
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
		if len(t.row) == 1 && strings.TrimSpace(t.row[0]) == "" || strings.HasPrefix(t.row[0], "#") {
			continue
		}
		on, err := t.number("onset_s", "start_s")
		if err != nil {
			return nil, err
		}
		off, err := t.number("offset_s", "end_s")
		if err != nil {
			return nil, err
		}
		if f, err := strconv.ParseFloat(t.get("start_frame"), 64); err == nil && on > 0 && f > 0 {
			fps = append(fps, f/on)
		}
		kind := strings.ToLower(t.get("kind", "label"))
		if kind == "task" {
			a.Tasks = append(a.Tasks, spasm.Task{Task: t.get("task", "form"), FromS: on, ToS: off})
			continue
		}
		l := parseLabel(kind)
		l = label{kind: l.kind, side: sideWords[strings.ToLower(t.get("side", "eye"))], form: formWords[strings.ToLower(t.get("form"))]}.or(l)
		if l.kind == "" {
			return nil, fmt.Errorf("line %d: kind %.40q is not one of blink, voluntary, spasm, synkinesis, other", t.line, kind)
		}
		e := l.event(on, off)
		lead, region := parseLabel(t.get("lead")).lead, parseLabel(t.get("region")).lead
		if lead != "" {
			e.Lead = lead
		}
		if region == "" {
			region = lead
		}
		if region != "" {
			m := spasm.RegionMovement{Region: region, Side: e.Side, OnsetS: on}
			if v, err := strconv.ParseFloat(t.get("peak_mm"), 64); err == nil && finite(v) && v >= 0 {
				m.PeakMM = &v
			}
			e.Regions = []spasm.RegionMovement{m}
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
