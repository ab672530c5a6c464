package elan

import (
	"bytes"
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"math"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"facialis/anatomy"
	"facialis/event"
	"facialis/report"
)

// Options is what the document says beside the analysis.
type Options struct {
	// Media is where the recording lies. An absolute path becomes a file:// address;
	// anything else, and the analysis's own file name when it is empty, is
	// looked for beside the document.
	Media string
	// Written is when the document was made; the zero time is 1970, for a
	// document that is the same each time.
	Written time.Time
}

type document struct {
	XMLName   xml.Name     `xml:"ANNOTATION_DOCUMENT"`
	XSI       string       `xml:"xmlns:xsi,attr"`
	Schema    string       `xml:"xsi:noNamespaceSchemaLocation,attr"`
	Author    string       `xml:"AUTHOR,attr"`
	Date      string       `xml:"DATE,attr"`
	Format    string       `xml:"FORMAT,attr"`
	Version   string       `xml:"VERSION,attr"`
	Header    header       `xml:"HEADER"`
	Slots     []slot       `xml:"TIME_ORDER>TIME_SLOT"`
	Tiers     []tier       `xml:"TIER"`
	Types     []linguistic `xml:"LINGUISTIC_TYPE"`
	Constrain constraint   `xml:"CONSTRAINT"`
}

type header struct {
	MediaFile string     `xml:"MEDIA_FILE,attr"`
	Units     string     `xml:"TIME_UNITS,attr"`
	Media     media      `xml:"MEDIA_DESCRIPTOR"`
	Property  []property `xml:"PROPERTY"`
}

type media struct {
	URL      string `xml:"MEDIA_URL,attr"`
	Relative string `xml:"RELATIVE_MEDIA_URL,attr"`
	MIME     string `xml:"MIME_TYPE,attr"`
}

type property struct {
	Name  string `xml:"NAME,attr"`
	Value string `xml:",chardata"`
}

type slot struct {
	ID    string `xml:"TIME_SLOT_ID,attr"`
	Value int64  `xml:"TIME_VALUE,attr"`
}

type tier struct {
	Type        string       `xml:"LINGUISTIC_TYPE_REF,attr"`
	Parent      string       `xml:"PARENT_REF,attr,omitempty"`
	ID          string       `xml:"TIER_ID,attr"`
	Annotations []annotation `xml:"ANNOTATION"`
}

type annotation struct {
	Aligned *aligned   `xml:"ALIGNABLE_ANNOTATION"`
	Remark  *reference `xml:"REF_ANNOTATION"`
}

type aligned struct {
	ID    string `xml:"ANNOTATION_ID,attr"`
	From  string `xml:"TIME_SLOT_REF1,attr"`
	To    string `xml:"TIME_SLOT_REF2,attr"`
	Value string `xml:"ANNOTATION_VALUE"`
}

type reference struct {
	ID    string `xml:"ANNOTATION_ID,attr"`
	Of    string `xml:"ANNOTATION_REF,attr"`
	Value string `xml:"ANNOTATION_VALUE"`
}

type linguistic struct {
	Constraint string `xml:"CONSTRAINTS,attr,omitempty"`
	Graphic    bool   `xml:"GRAPHIC_REFERENCES,attr"`
	ID         string `xml:"LINGUISTIC_TYPE_ID,attr"`
	Alignable  bool   `xml:"TIME_ALIGNABLE,attr"`
}

type constraint struct {
	Description string `xml:"DESCRIPTION,attr"`
	Stereotype  string `xml:"STEREOTYPE,attr"`
}

// Encode writes the analysis as an ELAN document.
func Encode(w io.Writer, a *report.Analysis, o Options) error {
	a = report.AtFileClock(a)
	d := document{XSI: "http://www.w3.org/2001/XMLSchema-instance", Schema: "http://www.mpi.nl/tools/elan/EAFv3.0.xsd",
		Author: "facialis " + a.Provenance.Version, Format: "3.0", Version: "3.0",
		Date:  time.Unix(max(0, o.Written.Unix()), 0).UTC().Format("2006-01-02T15:04:05-07:00"),
		Types: []linguistic{{ID: "event", Alignable: true}, {ID: "details", Constraint: "Symbolic_Association"}},
		Constrain: constraint{Stereotype: "Symbolic_Association",
			Description: "1-1 association with a parent annotation"}}
	d.Header = header{Units: "milliseconds", Media: mediaOf(a, o.Media)}
	for _, kind := range report.Kinds {
		for _, side := range report.Sides {
			if kind == event.Spasm && !a.SideKnown() && (side == anatomy.Right || side == anatomy.Left) && len(report.EventSpans(a.Events, kind, side)) == 0 {
				continue // no empty tier of a side that nobody can tell
			}
			d.add(tierName(kind, side), report.EventSpans(a.Events, kind, side), eventWords)
		}
	}
	text := func(s report.Span) string { return s.Text }
	d.add("task", report.TaskSpans(a), text)
	d.add("quality", report.WarningSpans(a), text)
	slices.SortStableFunc(d.Slots, func(a, b slot) int { return cmp.Compare(a.Value, b.Value) })
	d.Header.Property = []property{{"lastUsedAnnotationId", strconv.Itoa(d.annotations())}}

	var b bytes.Buffer
	b.WriteString(xml.Header)
	enc := xml.NewEncoder(&b)
	enc.Indent("", "  ")
	if err := enc.Encode(d); err != nil {
		return fmt.Errorf("encoding the ELAN document: %w", err)
	}
	b.WriteByte('\n')
	_, err := w.Write(b.Bytes())
	return err
}

// tierName is the tier of a kind and side. Most blinks are of both eyes, as
// most movements on request are of both sides; their tier names no side.
func tierName(kind event.Kind, side anatomy.Side) string {
	if side == "" || side == anatomy.Both && kind != event.Spasm && kind != event.Synkinesis {
		return string(kind)
	}
	return string(kind) + "-" + string(side)
}

// add puts spans into a tier, and what would overlap into further ones, each
// with a tier of details below it where its spans are events. Empty tiers are
// left out, but for those of spasms of one side.
func (d *document) add(name string, spans []report.Span, words func(report.Span) string) {
	lanes := report.Lanes(spans)
	if len(lanes) == 0 && (name == "spasm-right" || name == "spasm-left") {
		lanes = [][]report.Span{nil}
	}
	first := d.lanes(name)
	for i, lane := range lanes {
		t := tier{ID: name, Type: "event"}
		if n := first + i + 1; n > 1 {
			t.ID = fmt.Sprintf("%s %d", name, n)
		}
		more := tier{ID: t.ID + " details", Type: "details", Parent: t.ID}
		for _, s := range lane {
			id := fmt.Sprintf("a%d", d.annotations()+len(t.Annotations)+len(more.Annotations)+1)
			from, to := d.slot(s.FromMS), d.slot(s.ToMS)
			t.Annotations = append(t.Annotations, annotation{Aligned: &aligned{id, from, to, words(s)}})
			if s.Event != nil {
				if text := details(*s.Event); text != "" {
					more.Annotations = append(more.Annotations, annotation{Remark: &reference{"d" + id[1:], id, text}})
				}
			}
		}
		d.Tiers = append(d.Tiers, t)
		if len(more.Annotations) > 0 {
			d.Tiers = append(d.Tiers, more)
		}
	}
}

// lanes counts the tiers that a name has already: events without a side share
// the name of those of both.
func (d *document) lanes(name string) int {
	n := 0
	for _, t := range d.Tiers {
		if t.Parent == "" && (t.ID == name || strings.HasPrefix(t.ID, name+" ")) {
			n++
		}
	}
	return n
}

func (d *document) annotations() int {
	n := 0
	for _, t := range d.Tiers {
		n += len(t.Annotations)
	}
	return n
}

func (d *document) slot(ms int64) string {
	id := fmt.Sprintf("ts%d", len(d.Slots)+1)
	d.Slots = append(d.Slots, slot{id, ms})
	return id
}

// eventWords says what an event is in words that package validate reads back:
// kind, side, form, leading region and how far it went.
func eventWords(s report.Span) string {
	e := s.Event
	parts := []string{string(e.Kind)}
	if e.Side != "" {
		parts = append(parts, string(e.Side))
	}
	if e.Form != "" {
		parts = append(parts, string(e.Form))
	}
	text := strings.Join(parts, " ")
	if e.Lead != "" {
		text += ", " + string(e.Lead)
		if mm := report.PlainMM(leadPeak(*e)); mm != "" {
			text += ", " + mm
		}
	}
	return text
}

// leadPeak is the leading region's part that went furthest; empty when no size is known.
func leadPeak(e event.Event) event.RegionMovement {
	var best event.RegionMovement
	for _, r := range e.Regions {
		if r.Region == e.Lead && r.PeakMM != nil && !math.IsNaN(*r.PeakMM) && !math.IsInf(*r.PeakMM, 0) && (best.PeakMM == nil || *r.PeakMM > *best.PeakMM) {
			best = r
		}
	}
	return best
}

// details is the rest that is known of an event.
func details(e event.Event) string {
	var parts []string
	if e.ID != "" {
		parts = append(parts, e.ID)
	}
	if e.Trigger != nil {
		parts = append(parts, "set off by "+*e.Trigger)
	}
	if e.Twitches > 1 {
		parts = append(parts, fmt.Sprintf("%d twitches", e.Twitches))
	}
	for _, r := range e.Regions {
		if r.Region == e.Lead && (r.Side == e.Side || e.Side != anatomy.Both) {
			continue
		}
		text := string(r.Side) + " " + string(r.Region)
		if r.Side == anatomy.Unknown {
			text = string(r.Region)
		}
		if r.PeakMM != nil {
			text += " " + report.PlainMM(r)
		}
		parts = append(parts, text)
	}
	if e.Confidence > 0 {
		parts = append(parts, fmt.Sprintf("certainty %.2f", e.Confidence))
	}
	return strings.Join(parts, "; ")
}

func mediaOf(a *report.Analysis, where string) media {
	if where == "" {
		where = a.Recording.File
	}
	name := path.Base(filepath.ToSlash(where))
	m := media{Relative: "./" + (&url.URL{Path: name}).EscapedPath(), MIME: mime(name)}
	full := "/" + name
	if filepath.IsAbs(where) {
		full = filepath.ToSlash(where)
	}
	m.URL = (&url.URL{Scheme: "file", Path: full}).String()
	return m
}

// mime is the type by which ELAN chooses how to play a file.
func mime(name string) string {
	switch strings.ToLower(path.Ext(name)) {
	case ".mp4", ".m4v":
		return "video/mp4"
	case ".mov":
		return "video/quicktime"
	case ".webm":
		return "video/webm"
	case ".mkv":
		return "video/x-matroska"
	case ".avi":
		return "video/x-msvideo"
	case ".mpg", ".mpeg":
		return "video/mpeg"
	}
	return "unknown"
}
