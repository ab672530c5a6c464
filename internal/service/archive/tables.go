package archive

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"facialis/internal/service/record"
	"facialis/interview"
)

//go:embed readme.txt
var readme []byte

// table is a CSV by RFC 4180.
type table struct {
	b bytes.Buffer
	w *csv.Writer
}

func newTable(head ...string) *table {
	t := &table{}
	t.w = csv.NewWriter(&t.b)
	t.w.UseCRLF = true
	t.w.Write(head)
	return t
}

func (t *table) row(cells ...string) { t.w.Write(cells) }

func (t *table) bytes() ([]byte, error) {
	t.w.Flush()
	return t.b.Bytes(), t.w.Error()
}

// text is a cell that a person wrote. A spreadsheet would compute what begins
// like a formula, so such a cell begins with an apostrophe; the JSON has the
// text as it is.
func text(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

func optText[T ~string](s *T) string {
	if s == nil {
		return ""
	}
	return text(string(*s))
}

func number[T int | float64](x *T) string {
	if x == nil {
		return ""
	}
	return strconv.FormatFloat(float64(*x), 'g', -1, 64)
}

func yes(b *bool) string {
	if b == nil {
		return ""
	}
	return strconv.FormatBool(*b)
}

func moment(t *time.Time) string {
	if t == nil {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}

// tables are the tables beside the JSON.
func tables(a *record.Answers, entries []record.Entry, films []film) ([]piece, error) {
	var out []piece
	keep := func(name string, t *table) error {
		data, err := t.bytes()
		if err != nil {
			return fmt.Errorf("writing %s: %w", name, err)
		}
		out = append(out, piece{name, data})
		return nil
	}
	if err := keep("answers.csv", answerTable(a)); err != nil {
		return nil, err
	}
	d, err := diaryTables(entries)
	if err != nil {
		return nil, err
	}
	for _, kind := range kinds {
		if err := keep(kind.file, d[kind.name]); err != nil {
			return nil, err
		}
	}
	return out, keep("recordings.csv", filmTable(films))
}

// answerTable has a row for each question that was put.
func answerTable(a *record.Answers) *table {
	t := newTable("id", "question", "answer")
	for _, q := range interview.Standard().Questions {
		v, answered := a.Values[q.ID]
		why, skipped := a.Skipped[q.ID]
		switch {
		case answered:
			t.row(q.ID, q.Text, phrase(v))
		case skipped && why == interview.DontKnow:
			t.row(q.ID, q.Text, "unknown")
		case skipped:
			t.row(q.ID, q.Text, "")
		}
	}
	return t
}

// phrase is an answer's value in a cell.
func phrase(v any) string {
	switch x := v.(type) {
	case []any:
		parts := make([]string, len(x))
		for i, e := range x {
			parts[i] = fmt.Sprint(e)
		}
		return text(strings.Join(parts, "; "))
	case []string:
		return text(strings.Join(x, "; "))
	case float64:
		return number(&x)
	}
	return text(fmt.Sprint(v))
}

// kinds are the diary's tables.
var kinds = []struct{ name, file string }{
	{"day", "days.csv"}, {"attack", "attacks.csv"}, {"treatment", "treatments.csv"}, {"visit", "visits.csv"}}

func diaryTables(entries []record.Entry) (map[string]*table, error) {
	out := map[string]*table{
		"day": newTable("id", "date", "attacks", "longest_s", "interval_s", "worst_region", "triggers", "sleep_h", "sleep_quality", "pain", "headache",
			"tinnitus", "mood", "taken_medicine", "note"),
		"attack":    newTable("id", "start", "end", "worst_region", "side", "trigger", "note"),
		"treatment": newTable("id", "type", "from", "to", "product", "units_total", "units_per_ml", "sites", "drug", "dose", "operation", "note"),
		"visit":     newTable("id", "at", "with", "next", "note"),
	}
	for _, e := range entries {
		if e.Deleted {
			continue
		}
		t, err := out[e.Kind], error(nil)
		switch e.Kind {
		case "day":
			var d record.DayData
			err = json.Unmarshal(e.Data, &d)
			t.row(e.ID, d.Date, number(d.Attacks), number(d.LongestS), number(d.IntervalS), optText(d.WorstRegion), text(strings.Join(d.Triggers, "; ")), number(d.SleepH),
				number(d.SleepQuality), number(d.Pain), number(d.Headache), number(d.Tinnitus), number(d.Mood), yes(d.TakenMedicine), text(d.Note))
		case "attack":
			var d record.AttackData
			err = json.Unmarshal(e.Data, &d)
			t.row(e.ID, moment(&e.At), moment(d.End), optText(d.WorstRegion), optText(d.Side), optText(d.Trigger), text(d.Note))
		case "treatment":
			var d record.TreatmentData
			err = json.Unmarshal(e.Data, &d)
			var sites []string
			for _, s := range d.Sites {
				sites = append(sites, fmt.Sprintf("%s %s %g", s.Side, s.Region, s.Units))
			}
			t.row(e.ID, d.Type, d.From, optText(d.To), optText(d.Product), number(d.UnitsTotal), number(d.UnitsPerML), text(strings.Join(sites, "; ")), optText(d.Drug), optText(d.Dose), optText(d.Operation), text(d.Note))
		case "visit":
			var d record.VisitData
			err = json.Unmarshal(e.Data, &d)
			t.row(e.ID, moment(&e.At), optText(d.With), optText(d.Next), text(d.Note))
		}
		if err != nil {
			return nil, fmt.Errorf("reading an entry: %w", err)
		}
	}
	return out, nil
}

func filmTable(films []film) *table {
	t := newTable("id", "label", "recorded_at", "created_at", "duration_s", "width", "height", "frame_rate", "mirrored", "protocol", "state", "usable", "rate_per_min", "spasms", "spells", "corrected", "consent_keep", "consent_research", "consent_by", "consent_at", "bytes", "sha256", "file")
	for i := range films {
		f := &films[i]
		keep, research, by, said := "", "", "", ""
		if c := f.Consent; c != nil {
			keep, research, by, said = strconv.FormatBool(c.Keep), strconv.FormatBool(c.Research), c.By, moment(&c.At)
		}
		t.row(f.ID, text(f.Label), moment(f.RecordedAt), moment(&f.CreatedAt), number(f.DurationS), number(f.Width), number(f.Height), number(f.FrameRate),
			yes(f.Mirrored), optText(f.Protocol), string(f.State), yes(f.Usable), number(f.RatePerMin), number(f.Spasms), number(f.Spells), strconv.FormatBool(f.Corrected), keep, research, by, said,
			strconv.FormatInt(f.Bytes, 10), f.SHA256, f.Original)
	}
	return t
}

// correctionTable has a row for each correction that was ever made.
func correctionTable(all []record.Correction) ([]byte, error) {
	t := newTable("id", "at", "by", "op", "event", "onset_s", "offset_s", "side", "kind", "form", "lead", "regions", "note")
	for i := range all {
		c := &all[i]
		regions := ""
		if c.Regions != nil {
			var names []string
			for _, r := range *c.Regions {
				names = append(names, string(r))
			}
			regions = strings.Join(names, "+")
		}
		t.row(c.ID, moment(&c.At), text(c.By), c.Op, optText(c.EventID), number(c.OnsetS), number(c.OffsetS), optText(c.Side), optText(c.Kind), optText(c.Form), optText(c.Lead), regions, optText(c.Note))
	}
	return t.bytes()
}
