package course

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"facialis/assess"
)

// Read reads a diary: the app's entries as a JSON list or under "entries", days
// as a JSON list of [Day], or a CSV as [assess.ReadDiary] takes it.
func Read(data []byte) ([]Entry, error) {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	text := bytes.TrimSpace(data)
	if len(text) == 0 {
		return nil, errors.New("read diary: it is empty")
	}
	if text[0] != '[' && text[0] != '{' {
		days, err := assess.ReadDiary(bytes.NewReader(data))
		if err != nil {
			return nil, err
		}
		var out []Entry
		for _, d := range days {
			out = append(out, fromDay(d))
		}
		return out, nil
	}
	var list []json.RawMessage
	var err error
	if text[0] == '[' {
		err = json.Unmarshal(text, &list)
	} else {
		var m struct {
			Entries []json.RawMessage `json:"entries"`
		}
		if err = json.Unmarshal(text, &m); err == nil && m.Entries == nil {
			err = errors.New(`there is no list "entries"`)
		}
		list = m.Entries
	}
	if err != nil {
		return nil, fmt.Errorf("read diary: %w", err)
	}
	var out []Entry
	for i, raw := range list {
		e, err := readOne(raw)
		if err != nil {
			return nil, fmt.Errorf("read diary: entry %d: %w", i+1, err)
		}
		out = append(out, e)
	}
	return out, nil
}

// readOne reads an entry of the app, or a bare day.
func readOne(raw json.RawMessage) (Entry, error) {
	var e Entry
	if err := json.Unmarshal(raw, &e); err != nil {
		return e, err
	}
	if e.Kind != "" {
		if e.At.IsZero() {
			return e, errors.New(`there is no time "at"`)
		}
		return e, nil
	}
	e.Day = &Day{}
	if err := json.Unmarshal(raw, e.Day); err != nil {
		return e, err
	}
	t, err := time.Parse(time.DateOnly, e.Day.Date)
	if err != nil {
		return e, errors.New(`there is neither a "kind" nor a "date" like 2026-01-31`)
	}
	e.Kind, e.At, e.ID = KindDay, t.Add(12*time.Hour), "day-"+e.Day.Date
	return e, nil
}

func fromDay(d assess.Entry) Entry {
	day := &Day{Date: d.Date.Format(time.DateOnly), Attacks: d.Attacks, LongestS: d.LongestS, SleepH: d.SleepH, Pain: d.Pain, Mood: d.Mood}
	if d.WorstRegion != "" {
		day.WorstRegion = &d.WorstRegion
	}
	return Entry{ID: "day-" + day.Date, Kind: KindDay, At: d.Date.Add(12 * time.Hour), Day: day}
}

// Latest is the time of the last entry.
func Latest(entries []Entry) time.Time {
	var t time.Time
	for _, e := range entries {
		if !e.Deleted && e.At.After(t) {
			t = e.At
		}
	}
	return t
}

// Daily is the diary day by day, as the assessment takes it.
func Daily(entries []Entry) []assess.Entry {
	var kept []Entry
	last := 0
	for _, e := range entries {
		if !e.Deleted {
			kept = append(kept, e)
			last = max(last, dayOf(e.At, e.TZOffsetMin)+1)
		}
	}
	var out []assess.Entry
	for _, d := range days(kept, last) {
		e := assess.Entry{Date: time.Unix(int64(d.day)*86400, 0).UTC(), Attacks: d.Attacks, LongestS: d.LongestS, SleepH: d.SleepH, Pain: d.Pain, Mood: d.Mood}
		if d.WorstRegion != nil {
			e.WorstRegion = *d.WorstRegion
		}
		out = append(out, e)
	}
	return out
}

// Treated are the treatments of the diary, as the assessment takes them. An operation
// that is not a decompression counts as another treatment.
func Treated(entries []Entry) []assess.Treatment {
	kinds := map[string]string{BotulinumToxin: "botulinum", Drug: "drugs", Surgery: "other", OtherTreatment: "other"}
	at := func(day int) time.Time { return time.Unix(int64(day)*86400, 0).UTC() }
	var out []assess.Treatment
	for _, e := range entries {
		t := e.Treatment
		if e.Deleted || t == nil || kinds[t.Type] == "" {
			continue
		}
		x := assess.Treatment{Kind: kinds[t.Type], From: at(dayOf(e.At, e.TZOffsetMin))}
		if d, ok := parseDay(t.From, e.TZOffsetMin); ok {
			x.From = at(d)
		}
		if t.To != nil {
			if d, ok := parseDay(*t.To, e.TZOffsetMin); ok {
				x.To = at(d)
			}
		}
		if t.Type == Surgery && t.Operation != nil && *t.Operation == MVD {
			x.Kind = "decompression"
		}
		out = append(out, x)
	}
	return out
}

// Rated are the examiners' readings of the diary's visits, the latest of each scale,
// in the order of their ids.
func Rated(entries []Entry) []assess.Rating {
	latest := map[string]assess.Rating{}
	for _, e := range entries {
		if e.Deleted || e.Visit == nil {
			continue
		}
		for id, x := range e.Visit.Ratings {
			if r, ok := latest[id]; !ok || e.At.After(r.At) {
				r = assess.Rating{Grade: id, Value: x, At: e.At}
				if e.Visit.With != nil {
					r.By = *e.Visit.With
				}
				latest[id] = r
			}
		}
	}
	out := []assess.Rating{}
	for _, id := range slices.Sorted(maps.Keys(latest)) {
		out = append(out, latest[id])
	}
	return out
}
