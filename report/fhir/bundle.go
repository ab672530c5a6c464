package fhir

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"facialis/assess"
	"facialis/interview"
	"facialis/report"
)

// Person is who the bundle is about. An empty person is nobody in particular.
type Person struct {
	ID, Name, Code string
	BirthYear      *int
	Sex            *string // f, m, x
}

// Film is one recording with what was measured in it.
type Film struct {
	Key      string // tells two films of the same bytes apart; empty: the film's sha256
	Analysis *report.Analysis
	Recorded time.Time // zero where not known
	Type     string    // media type; empty where not known
	URL      string    // where the film lies in the export; empty: its name alone
	JSON     []byte    // the analysis.json itself; nil leaves the document out
	JSONURL  string    // where it lies in the export
}

// Day is one entry of the diary: what was noted, by name.
type Day struct {
	At     time.Time
	ID     string
	Kind   string
	Values []Value
}

// Value is one thing that was noted; Number is nil where it is Text.
type Value struct {
	Name   string
	Number *float64
	Text   string
}

// Treatment is a treatment with what is known of it, in words.
type Treatment struct {
	ID       string
	Name     string    // botulinum toxin, surgery …
	From     time.Time // zero where not known
	To       time.Time // zero where it goes on or is not known
	Sites    []string
	Note     string
	Finished bool
}

// Input is everything that goes into a bundle; all of it may be missing but the
// moment of making it.
type Input struct {
	Person     Person
	Films      []Film
	Answers    *interview.Response
	Assessment *assess.Report
	Days       []Day
	Treatments []Treatment
	Version    string
	Now        time.Time
}

// builder gathers entries.
type builder struct {
	in      Input
	key     string // what ids are derived from
	patient Reference
	entries []Entry
}

// Write writes the bundle as JSON.
func Write(w io.Writer, in Input) error {
	b, err := New(in)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(b); err != nil {
		return fmt.Errorf("encoding the FHIR bundle: %w", err)
	}
	return nil
}

// New is the bundle of what is known.
func New(in Input) (*Bundle, error) {
	key := in.Person.ID
	if key == "" && len(in.Films) > 0 {
		key = in.Films[0].Analysis.Recording.SHA256
	}
	b := &builder{in: in, key: key}
	b.person()
	for i := range in.Films {
		b.film(&in.Films[i])
	}
	if err := b.answers(); err != nil {
		return nil, err
	}
	if in.Assessment != nil {
		b.assessment(in.Assessment)
	}
	for _, d := range in.Days {
		b.day(d)
	}
	for _, t := range in.Treatments {
		b.treatment(t)
	}
	return &Bundle{ResourceType: "Bundle", Type: "collection", Timestamp: instant(in.Now), Entry: b.entries}, nil
}

// id is a UUID (version 8, by our own rule) of a role within this bundle.
func (b *builder) id(role ...string) string {
	h := sha256.Sum256([]byte("facialis\x00" + b.key + "\x00" + strings.Join(role, "\x00")))
	h[6], h[8] = h[6]&0x0f|0x80, h[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", h[0:4], h[4:6], h[6:8], h[8:10], h[10:16])
}

// add puts a resource into the bundle and returns a reference to it.
func (b *builder) add(id string, resource any) Reference {
	b.entries = append(b.entries, Entry{"urn:uuid:" + id, resource})
	return Reference{Reference: "urn:uuid:" + id}
}

func (b *builder) person() {
	p := Patient{ResourceType: "Patient", ID: b.id("patient")}
	if b.in.Person.ID != "" {
		p.Identifier = append(p.Identifier, Identifier{System: persons, Value: b.in.Person.ID})
	}
	if b.in.Person.Code != "" {
		p.Identifier = append(p.Identifier, Identifier{Value: b.in.Person.Code})
	}
	if b.in.Person.Name != "" {
		p.Name = []HumanName{{b.in.Person.Name}}
	}
	if b.in.Person.BirthYear != nil {
		p.BirthDate = fmt.Sprintf("%04d", *b.in.Person.BirthYear)
	}
	if b.in.Person.Sex != nil {
		p.Gender = map[string]string{"f": "female", "m": "male", "x": "other"}[*b.in.Person.Sex]
	}
	b.patient = b.add(p.ID, p)
}

func (b *builder) device(version string, models map[string]string) Reference {
	names := make([]string, 0, len(models))
	for n := range models {
		names = append(names, n)
	}
	slices.Sort(names)
	d := Device{ResourceType: "Device", DeviceName: []DeviceName{{"facialis", "user-friendly-name"}},
		Version: []DeviceVersion{{nil, orUnknown(version)}}}
	role := []string{"device", version}
	for _, n := range names {
		d.Version = append(d.Version, DeviceVersion{&Concept{Text: "model " + n + ", sha256"}, orUnknown(models[n])})
		role = append(role, n, models[n])
	}
	d.ID = b.id(role...)
	full := "urn:uuid:" + d.ID
	if slices.ContainsFunc(b.entries, func(e Entry) bool { return e.FullURL == full }) {
		return Reference{Reference: full}
	}
	return b.add(d.ID, d)
}

func orUnknown(s string) string {
	if s == "" {
		return "unknown"
	}
	return s
}

// answers takes the interview's own QuestionnaireResponse and says whose it is.
func (b *builder) answers() error {
	r := b.in.Answers
	if r == nil || len(r.Values)+len(r.Skipped) == 0 {
		return nil
	}
	data, err := r.Encode(interview.Standard())
	if err != nil {
		return err
	}
	var q QuestionnaireResponse
	if err := json.Unmarshal(data, &q); err != nil {
		return fmt.Errorf("reading the answers back: %w", err)
	}
	q.ID, q.Subject = b.id("answers"), b.patient
	b.add(q.ID, q)
	return nil
}

func (b *builder) day(d Day) {
	q := QuestionnaireResponse{ResourceType: "QuestionnaireResponse", ID: b.id("diary", d.ID), Questionnaire: "facialis-diary-" + d.Kind,
		Status: "completed", Subject: b.patient, Authored: instant(d.At)}
	for _, v := range d.Values {
		a := Answer{ValueDecimal: v.Number}
		if v.Number == nil {
			if a.ValueString = v.Text; v.Text == "" {
				continue
			}
		}
		q.Item = append(q.Item, Item{LinkID: v.Name, Text: strings.ReplaceAll(v.Name, "_", " "), Answer: []Answer{a}})
	}
	b.add(q.ID, q)
}

func (b *builder) treatment(t Treatment) {
	p := Procedure{ResourceType: "Procedure", ID: b.id("treatment", t.ID), Status: "unknown", Code: Concept{Text: t.Name}, Subject: b.patient}
	if t.Finished {
		p.Status = "completed"
	}
	if !t.From.IsZero() {
		p.PerformedPeriod = &Period{Start: instant(t.From), End: instant(t.To)}
	}
	for _, s := range t.Sites {
		p.BodySite = append(p.BodySite, Concept{Text: s})
	}
	if t.Note != "" {
		p.Note = []Annotation{{t.Note}}
	}
	b.add(p.ID, p)
}

// instant is a moment as FHIR writes it, empty for the zero time.
func instant(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05Z07:00")
}
