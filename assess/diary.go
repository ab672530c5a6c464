package assess

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"facialis/internal/signal"
	"facialis/words"
)

// Entry is one day of the diary; nil is not noted.
type Entry struct {
	Date        time.Time `json:"date"`
	Attacks     *float64  `json:"attacks"`      // that day
	LongestS    *float64  `json:"longest_s"`    // longest attack, seconds
	SleepH      *float64  `json:"sleep_h"`      // hours slept
	Pain        *float64  `json:"pain"`         // 0..10
	Mood        *float64  `json:"mood"`         // 0 worst .. 10 best
	WorstRegion string    `json:"worst_region"` // as in the analysis
}

// dayForms are the ways in which a day may be written: as a program does, and as
// Excel does in much of Europe. A day with slashes is refused, since nobody can
// tell whether its first number is the day or the month.
var dayForms = []string{time.DateOnly, "02.01.2006", "2.1.2006", "2006-01-02 15:04:05", "02.01.2006 15:04", "02.01.2006 15:04:05"}

// ReadDiary reads a CSV with a header: date (2026-01-31 or 31.01.2026) and any of
// attacks, longest_s, sleep_h, pain, mood, worst_region. Other columns are passed
// over. Cells may be parted by commas, semicolons or tabs, numbers may have a
// decimal comma, and the text may be UTF-8, UTF-16 or Windows-1252: what Excel
// writes. Of several rows of one day the attacks are added up, the longest attack
// counts, and what is said once a day must not differ. Errors are one line.
func ReadDiary(r io.Reader) ([]Entry, error) {
	data, err := io.ReadAll(r)
	if err != nil {
		return nil, fmt.Errorf("read diary: %w", err)
	}
	text, err := decodeText(data)
	if err != nil {
		return nil, err
	}
	c := csv.NewReader(strings.NewReader(text))
	line, rest, _ := strings.Cut(text, "\n")
	if mark, ok := strings.CutPrefix(strings.TrimRight(line, "\r"), "sep="); ok && len(mark) == 1 { // how Excel is told of the mark
		c = csv.NewReader(strings.NewReader(rest))
		c.Comma = rune(mark[0])
	} else if n := strings.Count(line, ","); strings.Count(line, ";") > n {
		c.Comma = ';'
	} else if strings.Count(line, "\t") > n {
		c.Comma = '\t'
	}
	c.TrimLeadingSpace, c.FieldsPerRecord = true, -1
	head, err := c.Read()
	if err != nil {
		return nil, diaryProblem("empty")
	}
	for i := range head {
		head[i] = strings.ToLower(strings.TrimSpace(head[i]))
	}
	if !slices.Contains(head, "date") {
		return nil, diaryProblem("noDate")
	}
	days := map[time.Time]*Entry{}
	for {
		row, err := c.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var wrong *csv.ParseError
		if errors.As(err, &wrong) {
			return nil, diaryProblem("quotes", words.Args{"Line": wrong.Line})
		}
		if err != nil {
			return nil, fmt.Errorf("read diary: %w", err)
		}
		if !slices.ContainsFunc(row, func(cell string) bool { return strings.TrimSpace(cell) != "" }) {
			continue // Excel's empty rows
		}
		at, _ := c.FieldPos(0)
		e, err := diaryRow(head, row, at)
		if err != nil {
			return nil, err
		}
		if old := days[e.Date]; old != nil {
			if err := old.add(e); err != nil {
				return nil, err
			}
			continue
		}
		days[e.Date] = e
	}
	out := make([]Entry, 0, len(days))
	for _, e := range days {
		out = append(out, *e)
	}
	slices.SortFunc(out, func(a, b Entry) int { return a.Date.Compare(b.Date) })
	return out, nil
}

// diaryProblem is an error about a diary in the words of the catalog.
func diaryProblem(key string, args ...words.Args) error {
	return errors.New(words.Default().Say("assess.diary."+key, args...))
}

// decodeText gives a table's text in whatever of Excel's encodings it is.
func decodeText(data []byte) (string, error) {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xfe")), bytes.HasPrefix(data, []byte("\xfe\xff")):
		out, err := unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder().Bytes(data)
		if err != nil {
			return "", diaryProblem("encoding")
		}
		return string(out), nil
	case utf8.Valid(data):
		return strings.TrimPrefix(string(data), "\ufeff"), nil
	}
	out, err := charmap.Windows1252.NewDecoder().Bytes(data)
	if err != nil {
		return "", diaryProblem("encoding")
	}
	return string(out), nil
}

// diaryRow reads one row; line is where it stands in the file.
func diaryRow(head, row []string, line int) (*Entry, error) {
	e := &Entry{}
	num := map[string]**float64{"attacks": &e.Attacks, "longest_s": &e.LongestS, "sleep_h": &e.SleepH, "pain": &e.Pain, "mood": &e.Mood}
	for i, cell := range row {
		cell = strings.TrimSpace(cell)
		if cell == "" {
			continue
		}
		if i >= len(head) {
			return nil, diaryProblem("cells", words.Args{"Line": line})
		}
		p, isNum := num[head[i]]
		switch {
		case head[i] == "date":
			for _, form := range dayForms {
				if day, err := time.Parse(form, cell); err == nil {
					e.Date = day.Truncate(24 * time.Hour)
				}
			}
			if e.Date.IsZero() {
				return nil, diaryProblem("date", words.Args{"Line": line, "Cell": cell})
			}
		case head[i] == "worst_region":
			e.WorstRegion = cell
		case isNum:
			x, err := strconv.ParseFloat(strings.Replace(cell, ",", ".", 1), 64)
			if err != nil || x < 0 || math.IsInf(x, 0) || math.IsNaN(x) {
				return nil, diaryProblem("number", words.Args{"Line": line, "Column": head[i], "Cell": cell})
			}
			*p = &x
		}
	}
	if e.Date.IsZero() {
		return nil, diaryProblem("noDay", words.Args{"Line": line})
	}
	return e, nil
}

// add takes another row of the same day in.
func (e *Entry) add(o *Entry) error {
	if o.Attacks != nil {
		if e.Attacks != nil {
			sum := *e.Attacks + *o.Attacks
			o.Attacks = &sum
		}
		e.Attacks = o.Attacks
	}
	if o.LongestS != nil && (e.LongestS == nil || *o.LongestS > *e.LongestS) {
		e.LongestS = o.LongestS
	}
	for _, v := range []struct {
		name    string
		is, now **float64
	}{{"sleep_h", &e.SleepH, &o.SleepH}, {"pain", &e.Pain, &o.Pain}, {"mood", &e.Mood, &o.Mood}} {
		switch {
		case *v.is == nil:
			*v.is = *v.now
		case *v.now != nil && **v.now != **v.is:
			return diaryProblem("twice", words.Args{"Day": e.Date.Format(time.DateOnly), "Column": v.name, "One": **v.is, "Other": **v.now})
		}
	}
	switch {
	case e.WorstRegion == "":
		e.WorstRegion = o.WorstRegion
	case o.WorstRegion != "" && o.WorstRegion != e.WorstRegion:
		return diaryProblem("twice", words.Args{"Day": e.Date.Format(time.DateOnly), "Column": "worst_region", "One": e.WorstRegion, "Other": o.WorstRegion})
	}
	return nil
}

// diaryFacts says how long the diary runs and which way it goes: the trend is
// the slope of Theil and Sen per 30 days, given from six days on. Package course
// says more about it.
func diaryFacts(d []Entry, put func(string, float64)) {
	if len(d) == 0 {
		return
	}
	d = slices.Clone(d)
	slices.SortStableFunc(d, func(a, b Entry) int { return a.Date.Compare(b.Date) })
	day := func(e Entry) float64 { return e.Date.Sub(d[0].Date).Hours() / 24 }
	if a, b := firstAttack(d), lastAttack(d); a >= 0 {
		put("diary.persistence_days", day(d[b])-day(d[a]))
	}
	for name, get := range map[string]func(Entry) *float64{
		"diary.attacks_trend":   func(e Entry) *float64 { return e.Attacks },
		"diary.longest_trend_s": func(e Entry) *float64 { return e.LongestS },
		"diary.mood_trend":      func(e Entry) *float64 { return e.Mood },
	} {
		var x, y []float64
		for _, e := range d {
			if v := get(e); v != nil {
				x, y = append(x, day(e)), append(y, *v)
			}
		}
		if len(x) < 6 {
			continue
		}
		if s, ok := signal.TheilSen(x, y, 1); ok {
			put(name, s.Value*30)
		}
	}
}

func firstAttack(d []Entry) int {
	return slices.IndexFunc(d, func(e Entry) bool { return e.Attacks != nil && *e.Attacks > 0 })
}

func lastAttack(d []Entry) int {
	for i := len(d) - 1; i >= 0; i-- {
		if d[i].Attacks != nil && *d[i].Attacks > 0 {
			return i
		}
	}
	return -1
}
