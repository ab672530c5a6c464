package assess

import (
	"bufio"
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

	"facialis/internal/signal"
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

// ReadDiary reads a CSV with a header: date (2026-01-31) and any of attacks,
// longest_s, sleep_h, pain, mood, worst_region. Other columns are passed over.
// Columns may be parted by commas, semicolons or tabs.
func ReadDiary(r io.Reader) ([]Entry, error) {
	b := bufio.NewReader(r)
	if mark, _ := b.Peek(3); string(mark) == "\xef\xbb\xbf" {
		_, _ = b.Discard(3)
	}
	c := csv.NewReader(b)
	line, _ := b.Peek(b.Size())
	line, _, _ = bytes.Cut(line, []byte("\n"))
	for _, comma := range ";\t" {
		if bytes.ContainsRune(line, comma) && !bytes.ContainsRune(line, ',') {
			c.Comma = comma
		}
	}
	c.TrimLeadingSpace = true
	head, err := c.Read()
	if err != nil {
		return nil, fmt.Errorf("read diary: %w", err)
	}
	for i := range head {
		head[i] = strings.ToLower(strings.TrimSpace(head[i]))
	}
	if !slices.Contains(head, "date") {
		return nil, errors.New("read diary: there is no column date")
	}
	var out []Entry
	for {
		row, err := c.Read()
		if errors.Is(err, io.EOF) {
			slices.SortStableFunc(out, func(a, b Entry) int { return a.Date.Compare(b.Date) })
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read diary: %w", err)
		}
		var e Entry
		num := map[string]**float64{"attacks": &e.Attacks, "longest_s": &e.LongestS, "sleep_h": &e.SleepH, "pain": &e.Pain, "mood": &e.Mood}
		for i, h := range head {
			cell := strings.TrimSpace(row[i])
			switch p, isNum := num[h]; {
			case cell == "":
			case h == "date":
				if e.Date, err = time.Parse(time.DateOnly, cell); err != nil {
					return nil, fmt.Errorf("read diary: %w", err)
				}
			case h == "worst_region":
				e.WorstRegion = cell
			case isNum:
				x, err := strconv.ParseFloat(strings.Replace(cell, ",", ".", 1), 64)
				if err != nil || x < 0 || math.IsInf(x, 0) || math.IsNaN(x) {
					return nil, fmt.Errorf("read diary: %s on %s: %q is no number from 0 up", h, row[slices.Index(head, "date")], cell)
				}
				*p = &x
			}
		}
		if e.Date.IsZero() {
			return nil, errors.New("read diary: a row without a date")
		}
		out = append(out, e)
	}
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
