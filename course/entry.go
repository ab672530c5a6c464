package course

import (
	"encoding/json"
	"fmt"
	"time"

	"facialis/anatomy"
)

// The kinds of diary entry.
const (
	KindAttack    = "attack"
	KindDay       = "day"
	KindTreatment = "treatment"
	KindVisit     = "visit"
)

// Entry is one entry of the diary, in JSON as the app exchanges it: the part that
// its kind names stands under "data". TZOffsetMin is the person's clock in
// minutes east of UTC, by which an entry belongs to a day.
type Entry struct {
	ID          string
	Kind        string
	At          time.Time
	TZOffsetMin int
	UpdatedAt   time.Time
	Deleted     bool

	Attack    *Attack
	Day       *Day
	Treatment *Treatment
	Visit     *Visit
}

// Attack is one attack from its start on.
type Attack struct {
	End         *time.Time `json:"end"`          // nil: not stopped
	WorstRegion *string    `json:"worst_region"` // a place; in older entries a region, see anatomy.Tapped
	Side        *string    `json:"side"`
	Trigger     *string    `json:"trigger"`
	Note        string     `json:"note"`
}

// Day is a day's check; what is nil was not noted.
type Day struct {
	Date          string   `json:"date"` // 2026-01-31; the day of the entry if empty
	Attacks       *float64 `json:"attacks"`
	LongestS      *float64 `json:"longest_s"`
	IntervalS     *float64 `json:"interval_s"`
	WorstRegion   *string  `json:"worst_region"`
	Triggers      []string `json:"triggers"`
	SleepH        *float64 `json:"sleep_h"`
	SleepQuality  *float64 `json:"sleep_quality"` // 0..10
	Pain          *float64 `json:"pain"`          // 0..10
	Headache      *float64 `json:"headache"`      // 0..10
	Tinnitus      *float64 `json:"tinnitus"`      // 0..10
	Mood          *float64 `json:"mood"`          // 0 worst .. 10 best
	TakenMedicine *bool    `json:"taken_medicine"`
	Note          string   `json:"note"`
}

// Site is one injected place.
type Site struct {
	Region string  `json:"region"`
	Side   string  `json:"side"`
	Units  float64 `json:"units"`
}

// The types of treatment.
const (
	BotulinumToxin = "botulinum_toxin"
	Surgery        = "surgery"
	Drug           = "drug"
	OtherTreatment = "other"

	// MVD is the operation whose follow-up has its own rules.
	MVD = "microvascular_decompression"
)

// Treatment is an injection, an operation, a drug or something else.
type Treatment struct {
	Type       string   `json:"type"`
	Product    *string  `json:"product"`
	UnitsTotal *float64 `json:"units_total"`
	// UnitsPerML is how the product was dissolved; units of one product are not those
	// of another.
	UnitsPerML *float64 `json:"units_per_ml,omitempty"`
	Sites      []Site   `json:"sites"`
	Drug       *string  `json:"drug"`
	Dose       *string  `json:"dose"`
	From       string   `json:"from"` // a date or a time; the entry's own if empty
	To         *string  `json:"to"`
	Operation  *string  `json:"operation"`
	Note       string   `json:"note"`
}

// Visit is a visit to a doctor.
type Visit struct {
	With *string `json:"with"`
	Note string  `json:"note"`
	Next *string `json:"next"`
	// Ratings are what the examiner read on scales, by the scale's id (RatedScales).
	Ratings map[string]float64 `json:"ratings,omitempty"`
}

// RatedScales are the scales that an examiner's own value can be noted for, with
// their largest value. The grading scale HSGS has no open wording: it is noted, not
// computed.
var RatedScales = map[string]float64{"jankovic_severity": 4, "jankovic_frequency": 4, "smc": 4, "overall": 4, "hsgs": 100, "synkinesis": 15}

type wireEntry struct {
	ID          string          `json:"id"`
	Kind        string          `json:"kind"`
	At          time.Time       `json:"at"`
	TZOffsetMin int             `json:"tz_offset_min"`
	UpdatedAt   time.Time       `json:"updated_at"`
	Deleted     bool            `json:"deleted"`
	Data        json.RawMessage `json:"data"`
}

// UnmarshalJSON reads an entry as the app sends it. Fields that are not known
// are passed over; an unknown kind is kept without data. A worst region of an older
// entry becomes the place that was tapped (see anatomy.Tapped).
func (e *Entry) UnmarshalJSON(data []byte) error {
	var w wireEntry
	if err := json.Unmarshal(data, &w); err != nil {
		return fmt.Errorf("read diary entry: %w", err)
	}
	*e = Entry{ID: w.ID, Kind: w.Kind, At: w.At, TZOffsetMin: w.TZOffsetMin, UpdatedAt: w.UpdatedAt, Deleted: w.Deleted}
	return e.ReadData(w.Data)
}

// ReadData reads the part of an entry that its kind names, which stands under
// "data", and leaves the rest as it is. An unknown kind has none.
func (e *Entry) ReadData(data []byte) error {
	if len(data) == 0 || string(data) == "null" {
		return nil
	}
	var into any
	switch e.Kind {
	case KindAttack:
		e.Attack = &Attack{}
		into = e.Attack
	case KindDay:
		e.Day = &Day{}
		into = e.Day
	case KindTreatment:
		e.Treatment = &Treatment{}
		into = e.Treatment
	case KindVisit:
		e.Visit = &Visit{}
		into = e.Visit
	default:
		return nil
	}
	if err := json.Unmarshal(data, into); err != nil {
		return fmt.Errorf("read diary entry %s (%s): %w", e.ID, e.Kind, err)
	}
	switch {
	case e.Attack != nil:
		tapped(e.Attack.WorstRegion)
	case e.Day != nil:
		tapped(e.Day.WorstRegion)
	}
	return nil
}

func tapped(region *string) {
	if region != nil {
		*region = anatomy.Tapped(*region)
	}
}

// MarshalJSON writes an entry as the app reads it.
func (e Entry) MarshalJSON() ([]byte, error) {
	var part any
	switch e.Kind {
	case KindAttack:
		part = e.Attack
	case KindDay:
		part = e.Day
	case KindTreatment:
		part = e.Treatment
	case KindVisit:
		part = e.Visit
	}
	data, err := json.Marshal(part)
	if err != nil {
		return nil, err
	}
	return json.Marshal(wireEntry{e.ID, e.Kind, e.At, e.TZOffsetMin, e.UpdatedAt, e.Deleted, data})
}

// Days are counted from 1970-01-01.

func dayOf(t time.Time, tzMin int) int {
	t = t.UTC().Add(time.Duration(tzMin) * time.Minute)
	return int(time.Date(t.Year(), t.Month(), t.Day(), 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

func date(day int) string { return time.Unix(int64(day)*86400, 0).UTC().Format(time.DateOnly) }

// parseDay reads a date or a time; ok is false for anything else.
func parseDay(s string, tzMin int) (day int, ok bool) {
	if t, err := time.Parse(time.DateOnly, s); err == nil {
		return dayOf(t, 0), true
	}
	if t, err := time.Parse(time.RFC3339, s); err == nil {
		return dayOf(t, tzMin), true
	}
	return 0, false
}
