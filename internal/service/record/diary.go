package record

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"facialis/anatomy"
	"facialis/assess"
	"facialis/course"
	"facialis/words"
)

// Entry is one line of the diary. ID is made by the client (a ULID). Of two states
// of one id the one that the server received later holds; see [Entry.Follow].
type Entry struct {
	ID          string          `json:"id" pattern:"^[0-9A-HJKMNP-TV-Z]{26}$"`
	Kind        string          `json:"kind" enum:"attack,day,treatment,visit"`
	At          time.Time       `json:"at"`
	TZOffsetMin int             `json:"tz_offset_min" minimum:"-960" maximum:"960" required:"false" doc:"Minutes that the local clock was ahead of UTC"`
	UpdatedAt   time.Time       `json:"updated_at"`
	Deleted     bool            `json:"deleted" required:"false"`
	Data        json.RawMessage `json:"data" doc:"By kind: AttackData, DayData, TreatmentData or VisitData"`
	Version     int64           `json:"version" required:"false" minimum:"0" doc:"The server's number of this state. Hand it in with a change, so that the server knows which state was changed; 0 for a new entry"`
	Others      []Other         `json:"others" required:"false" doc:"States that were written elsewhere without knowing of this one, the latest first; they go when a change of this state is handed in"`
}

// Other is a state of an entry beside the one that holds.
type Other struct {
	Kind        string          `json:"kind"`
	At          time.Time       `json:"at"`
	TZOffsetMin int             `json:"tz_offset_min"`
	UpdatedAt   time.Time       `json:"updated_at" doc:"By the device's own clock"`
	ReceivedAt  time.Time       `json:"received_at" doc:"By the server's clock"`
	Deleted     bool            `json:"deleted"`
	Data        json.RawMessage `json:"data"`
}

func (o *Other) entry(id string) *Entry {
	return &Entry{ID: id, Kind: o.Kind, At: o.At, TZOffsetMin: o.TZOffsetMin, UpdatedAt: o.UpdatedAt, Deleted: o.Deleted, Data: o.Data}
}

// What an entry holds beside its time, by its kind. Package course says what the
// fields mean; here they are checked before they are kept.
type (
	AttackData    course.Attack
	DayData       course.Day
	TreatmentData course.Treatment
	VisitData     course.Visit
	Site          = course.Site
)

// maxData bounds one entry's data in bytes.
const maxData = 64 << 10

// Check says what is wrong with an entry. It brings the times to UTC and
// microseconds, and the data to one form, so that equal entries are equal bytes.
func (e *Entry) Check() error {
	e.At, e.UpdatedAt = Micros(e.At), Micros(e.UpdatedAt)
	switch {
	case !IsID(e.ID):
		return invalid("record.invalid.entry.id")
	case !sane(e.At) || !sane(e.UpdatedAt):
		return invalid("record.invalid.entry.times")
	case e.TZOffsetMin < -960 || e.TZOffsetMin > 960:
		return invalid("record.invalid.entry.clock")
	case len(e.Data) > maxData:
		return invalid("record.invalid.entry.size", words.Args{"Size": maxData >> 10})
	}
	if e.Deleted {
		e.Data = json.RawMessage("{}")
	}
	if len(e.Others) > maxOthers {
		return invalid("record.invalid.entry.others")
	}
	if e.Others == nil {
		e.Others = []Other{}
	}
	for i := range e.Others {
		o := e.Others[i].entry(e.ID)
		if err := o.Check(); err != nil {
			return err
		}
		e.Others[i] = Other{o.Kind, o.At, o.TZOffsetMin, o.UpdatedAt, Micros(e.Others[i].ReceivedAt), o.Deleted, o.Data}
	}
	var err error
	switch e.Kind {
	case "attack":
		err = canonical(&e.Data, e.Deleted, checkAttack)
	case "day":
		err = canonical(&e.Data, e.Deleted, checkDay)
	case "treatment":
		err = canonical(&e.Data, e.Deleted, checkTreatment)
	case "visit":
		err = canonical(&e.Data, e.Deleted, checkVisit)
	default:
		return invalid("record.invalid.entry.kind", words.Args{"Kind": fmt.Sprintf("%q", clip(e.Kind))})
	}
	return err
}

// canonical decodes data strictly by its kind, checks it, and encodes it again.
func canonical[T any](data *json.RawMessage, deleted bool, check func(*T) error) error {
	if deleted {
		return nil
	}
	var v T
	dec := json.NewDecoder(bytes.NewReader(*data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&v); err != nil {
		return invalid("record.invalid.entry.data", words.Args{"Reason": err})
	}
	if dec.More() {
		return invalid("record.invalid.entry.data.several")
	}
	if err := check(&v); err != nil {
		return err
	}
	b, err := json.Marshal(v)
	if err != nil {
		return fmt.Errorf("encoding an entry: %w", err)
	}
	*data = b
	return nil
}

func checkAttack(a *AttackData) error {
	if a.End != nil {
		t := Micros(*a.End)
		a.End = &t
	}
	switch {
	case a.End != nil && !sane(*a.End):
		return invalid("record.invalid.attack.end")
	case !region(a.WorstRegion) || a.Side != nil && !side(*a.Side):
		return invalid("record.invalid.attack.region")
	case a.Trigger != nil && badText(*a.Trigger, 100) || badText(a.Note, 5000):
		return invalid("record.invalid.attack.text")
	}
	return nil
}

func checkDay(d *DayData) error {
	if _, err := time.Parse(time.DateOnly, d.Date); err != nil {
		return invalid("record.invalid.day.date")
	}
	if d.Triggers == nil {
		d.Triggers = []string{}
	}
	for _, x := range []struct {
		v    *float64
		most float64
	}{{d.Attacks, 1e5}, {d.LongestS, 1e6}, {d.IntervalS, 1e6}, {d.SleepH, 24}, {d.SleepQuality, 10}, {d.Pain, 10}, {d.Headache, 10}, {d.Tinnitus, 10}, {d.Mood, 10}} {
		if x.v != nil && !(*x.v >= 0 && *x.v <= x.most) {
			return invalid("record.invalid.day.figure", words.Args{"Most": fmt.Sprintf("%g", x.most)})
		}
	}
	if !region(d.WorstRegion) || len(d.Triggers) > 50 || badText(d.Note, 5000) ||
		slices.ContainsFunc(d.Triggers, func(s string) bool { return badText(s, 100) }) {
		return invalid("record.invalid.day.region")
	}
	return nil
}

func checkTreatment(t *TreatmentData) error {
	if t.Sites == nil {
		t.Sites = []Site{}
	}
	if !oneOf(&t.Type, "botulinum_toxin", "surgery", "drug", "other") {
		return invalid("record.invalid.treatment.type")
	}
	if !date(t.From) || t.To != nil && !date(*t.To) {
		return invalid("record.invalid.treatment.dates")
	}
	if t.UnitsTotal != nil && !(*t.UnitsTotal >= 0 && *t.UnitsTotal <= 1e5) || t.UnitsPerML != nil && !(*t.UnitsPerML > 0 && *t.UnitsPerML <= 1e5) || len(t.Sites) > 100 {
		return invalid("record.invalid.treatment.units")
	}
	for _, s := range t.Sites {
		if !(s.Units >= 0 && s.Units <= 1e5) || !side(s.Side) || s.Region == "" || badText(s.Region, 60) {
			return invalid("record.invalid.treatment.site")
		}
	}
	for _, s := range []*string{t.Product, t.Drug, t.Dose, t.Operation, &t.Note} {
		if s != nil && badText(*s, 5000) {
			return invalid("record.invalid.treatment.text")
		}
	}
	return nil
}

func checkVisit(v *VisitData) error {
	if v.Next != nil && !date(*v.Next) {
		return invalid("record.invalid.visit.next")
	}
	for id, x := range v.Ratings {
		if most, known := course.RatedScales[id]; !known || !(x >= 0 && x <= most) {
			return invalid("record.invalid.visit.rating")
		}
	}
	if v.With != nil && badText(*v.With, 300) || badText(v.Note, 20000) {
		return invalid("record.invalid.visit.text")
	}
	return nil
}

// date reports a day, or a day with a time.
func date(s string) bool {
	for _, layout := range []string{time.DateOnly, time.RFC3339} {
		if _, err := time.Parse(layout, s); err == nil {
			return true
		}
	}
	return false
}

func side(s string) bool { return s == "right" || s == "left" || s == "both" }

// region reports a place; a region is what older diaries stored for one.
func region(r *string) bool {
	return r == nil || anatomy.IsPlace(*r) || slices.Contains(anatomy.Regions, anatomy.Region(*r))
}

func sane(t time.Time) bool { return t.Year() >= 1900 && t.Year() < 2200 }

func clip(s string) string { return s[:min(len(s), 40)] }

// Micros is a time in UTC to the microsecond, as the store keeps it.
func Micros(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

// Same reports whether two states of an entry say the same, whenever they were
// written.
func Same(a, b *Entry) bool { return a.Deleted == b.Deleted && bytes.Equal(weigh(a), weigh(b)) }

// Sum is a short sum of a state: what it says and when its device says that it
// was written.
func (e *Entry) Sum() string {
	h := sha256.Sum256(fmt.Appendf(nil, "%d %t %s", e.UpdatedAt.UnixMicro(), e.Deleted, weigh(e)))
	const bytes = 12 // enough for the states of one entry
	return hex.EncodeToString(h[:bytes])
}

// maxOthers bounds the states that are kept beside the one that holds.
const maxOthers = 50

// Follow is the state after e has come to a server that has old, and whether
// anything has changed. Devices' clocks decide nothing: what comes later holds.
// If it was made from old, or says the same, it takes its place; else somebody
// changed the entry elsewhere meanwhile (old was received at received, e is now), and both are kept: old beside it, or, where
// e deletes what was changed, e beside old.
func (e Entry) Follow(old *Entry, after bool, received, now time.Time) Entry {
	e.Others = []Other{}
	if after {
		return e
	}
	beside := *old
	if e.Deleted && !old.Deleted { // what somebody else has just changed stays to be seen
		e, beside, received = *old, e, now
		e.Others = []Other{}
	}
	for _, o := range append([]Other{{Kind: beside.Kind, At: beside.At, TZOffsetMin: beside.TZOffsetMin, UpdatedAt: beside.UpdatedAt, ReceivedAt: received, Deleted: beside.Deleted, Data: beside.Data}}, old.Others...) {
		if !Same(&e, o.entry(e.ID)) && len(e.Others) < maxOthers {
			e.Others = append(e.Others, o)
		}
	}
	return e
}

func weigh(e *Entry) []byte {
	return fmt.Appendf(nil, "%s %d %d %s", e.Kind, e.At.UnixMicro(), e.TZOffsetMin, e.Data)
}

// Days are the daily checks among entries, as the assessment wants them.
func Days(entries []Entry) []assess.Entry {
	var out []assess.Entry
	for _, e := range entries {
		var d DayData
		if e.Deleted || e.Kind != "day" || json.Unmarshal(e.Data, &d) != nil {
			continue
		}
		t, err := time.Parse(time.DateOnly, d.Date)
		if err != nil {
			continue
		}
		x := assess.Entry{Date: t, Attacks: d.Attacks, LongestS: d.LongestS, SleepH: d.SleepH, Pain: d.Pain, Mood: d.Mood}
		if d.WorstRegion != nil {
			x.WorstRegion = anatomy.Tapped(*d.WorstRegion)
		}
		out = append(out, x)
	}
	slices.SortStableFunc(out, func(a, b assess.Entry) int { return a.Date.Compare(b.Date) })
	return out
}

// Rated are the examiners' readings among entries, the latest of each scale.
func Rated(entries []Entry) []assess.Rating { return course.Rated(readable(entries, course.KindVisit)) }

// Treated are the treatments among entries, as the assessment wants them.
func Treated(entries []Entry) []assess.Treatment {
	return course.Treated(readable(entries, course.KindTreatment))
}

// readable are the entries of a kind that are not deleted and can be read, as package
// course takes them.
func readable(entries []Entry, kind string) []course.Entry {
	var list []course.Entry
	for _, e := range entries {
		x := course.Entry{Kind: kind, At: e.At, TZOffsetMin: e.TZOffsetMin}
		if e.Kind == kind && !e.Deleted && len(e.Data) > 0 && x.ReadData(e.Data) == nil {
			list = append(list, x)
		}
	}
	return list
}
