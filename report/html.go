package report

import (
	"bytes"
	"cmp"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"math"
	"slices"
	"strings"

	"facialis/anatomy"
	"facialis/event"
	"facialis/measure"
)

//go:embed report.css
var pageCSS string

//go:embed report.html.tmpl
var pageTemplate string

var pageTmpl = template.Must(template.New("report").Funcs(template.FuncMap{"keep": keep}).Parse(pageTemplate))

// maxWarnings is how many warnings the page lists; the rest stand in analysis.json.
const maxWarnings = 30

// closeUpS is how much film a close-up shows on either side of its event.
const closeUpS = 1.5

// unsureBelow is the confidence below which a close-up says that the program
// is not sure.
const unsureBelow = 0.5

// page is what the template is filled with.
type page struct {
	voice
	A         *Analysis
	Sheet     sheet
	CSS       template.CSS
	Pages     []template.HTML
	Sentences []string
	Tiles     []tile
	Timeline  []drawing
	Legend    []legendItem
	Events    []eventRow
	MoreRows  string // says how many events are left out
	SizeNote  string // what the brackets behind sizes say
	Traces    []drawing
	Face      template.HTML
	FaceNote  string
	CloseUps  []closeUp
	Figures   []figure
	Unknown   string // names of the figures that could not be had
	Trust     string
	Why       []string // reasons for caution, as on the first page
	Warnings  []warning
	More      string // says how many warnings are left out
	Limits    []string
	How       []figure
}

// drawing is a picture in one of the two widths.
type drawing struct {
	Width string
	SVG   template.HTML
}

// closeUp is one moment: its picture where the first page does not have it, and its
// curves.
type closeUp struct {
	Title, Note, Alt string
	JPEG             template.URL
	W, H             int
	Curves           template.HTML
}

// eventRow is one line of the table of events.
type eventRow struct{ At, Length, Kind, Side, Form, Places string }

// maxRows is how many events the page lists; the rest stand in events.csv.
const maxRows = 300

type warning struct{ When, Text string }

// EncodeHTML writes the page: one file that needs nothing else.
func EncodeHTML(w io.Writer, a *Analysis, in Inputs) error {
	l := in.voice()
	gaps := trackingGaps(a, in.Trace)
	p := page{
		voice: l, A: a, CSS: template.CSS(pageCSS), Pages: in.Pages,
		Sentences: l.sentences(a), Tiles: l.tiles(a),
		FaceNote: l.Say("report.face.note", args{"FrameRate": l.trim(a.Recording.FrameRate, 0)}),
		Legend:   l.legend(a, gaps), Limits: l.limits(), How: l.provenance(a),
	}
	if a.Measures.Spasms > 0 && !a.Measures.SideUnknown() {
		p.Face = l.drawnFace(a.Measures)
	}
	if a.Measures.UsableS > 0 {
		var unknown []string
		p.Figures, unknown = l.knownFigures(l.figures(a))
		p.Unknown = l.List(unknown...)
	}
	for _, c := range canvases {
		p.Timeline = append(p.Timeline, drawing{c.name, l.timeline(a, gaps, c)})
		if t := in.Trace; t != nil && t.Len() > 1 && a.Measures.UsableS > 0 {
			ps := panels(a)
			desc := ""
			for _, pn := range ps {
				if !a.SideKnown() {
					desc += l.Say("report.traces.desc.hidden", args{"Place": l.region(pn.spasm), "Size": l.movement(peakIn(a.Events, pn.spasm, anatomy.Unknown))}) + " "
					continue
				}
				desc += l.Say("report.traces.desc", args{"Place": l.region(pn.spasm), "Right": l.movement(peakIn(a.Events, pn.spasm, anatomy.Right)),
					"Left": l.movement(peakIn(a.Events, pn.spasm, anatomy.Left))}) + " "
			}
			p.Traces = append(p.Traces, drawing{c.name, l.traces(a, t, c, "traces-"+c.name, t.T[0], t.T[t.Len()-1], 2.8*c.font, strings.TrimSpace(desc))})
		}
	}
	p.CloseUps = l.closeUps(a, in)
	p.Sheet = l.sheet(a, in, gaps)
	p.Events, p.MoreRows = l.eventRows(a.Events)
	p.SizeNote = l.sizeNote(a.Events)
	if p.SizeNote != "" {
		p.FaceNote = l.Sentences(p.FaceNote, p.SizeNote)
	}
	p.Trust, p.Why = l.trust(a)
	if in.Trace != nil {
		in.Trace.Free()
	}
	for i, x := range a.Quality.Warnings {
		if i == maxWarnings {
			p.More = l.Say("report.trust.more", args{"More": len(a.Quality.Warnings) - i})
			break
		}
		p.Warnings = append(p.Warnings, warning{l.when(x), capital(WarningText(l.Language, x))})
	}
	if err := pageTmpl.Execute(w, p); err != nil {
		return fmt.Errorf("filling in the page: %w", err)
	}
	return nil
}

func (l voice) when(w Warning) string {
	switch {
	case w.FromS == nil:
		return l.Say("report.trust.whole")
	case w.ToS == nil:
		return l.stamp(*w.FromS, false)
	}
	return l.stamp(*w.FromS, false) + "–" + l.stamp(*w.ToS, false)
}

// gapS is the shortest time without a face, s, that the page reports: longer than a
// blink or a cut hides a face.
const gapS = 0.5

// trackingGaps are the stretches of at least gapS in which the trace has no face.
func trackingGaps(a *Analysis, t *event.Trace) []measure.Span {
	var out []measure.Span
	if t == nil || t.Len() != len(t.Quality) {
		return nil
	}
	from := math.NaN()
	for i, q := range t.Quality {
		switch lost := !(q > 0); {
		case lost && math.IsNaN(from):
			from = t.T[i]
		case !lost && !math.IsNaN(from):
			out = append(out, measure.Span{FromS: from, ToS: t.T[i]})
			from = math.NaN()
		}
	}
	if !math.IsNaN(from) {
		out = append(out, measure.Span{FromS: from, ToS: a.Recording.DurationS})
	}
	return slices.DeleteFunc(out, func(s measure.Span) bool { return s.Len() < gapS })
}

// strongest are up to n spasms with the largest peaks, from different moments,
// in the order of time.
func strongest(events []event.Event, n int) []event.Event {
	all := ofKind(events, event.Spasm)
	slices.SortStableFunc(all, func(a, b event.Event) int { return cmp.Compare(peakSize(b), peakSize(a)) })
	var out []event.Event
	for _, e := range all {
		apart := func(o event.Event) bool { return math.Abs(o.OnsetS-e.OnsetS) < closeUpS }
		if len(out) < n && !slices.ContainsFunc(out, apart) {
			out = append(out, e)
		}
	}
	slices.SortFunc(out, func(a, b event.Event) int { return cmp.Compare(a.OnsetS, b.OnsetS) })
	return out
}

func peakSize(e event.Event) float64 {
	if p := largest(e).PeakMM; p != nil {
		return math.Abs(*p)
	}
	return 0
}

// closeUps are the stills, or without any the strongest spasms, with the
// curves around them.
func (l voice) closeUps(a *Analysis, in Inputs) []closeUp {
	byID := map[string]event.Event{}
	for _, e := range a.Events {
		byID[e.ID] = e
	}
	var out []closeUp
	add := func(e *event.Event, s *Still) {
		c := closeUp{}
		at := 0.0
		if s != nil {
			at = s.T
			c.Title, c.Note, c.W, c.H = l.stamp(s.T, true), s.Caption, s.W, s.H
			if e == nil || e.Kind != event.Spasm { // those of spasms are on the first page
				c.JPEG = jpegURL(s.JPEG)
			}
		}
		if e != nil {
			at = (e.OnsetS + e.OffsetS) / 2
			c.Title = fmt.Sprintf("%s, %s", l.stamp(e.OnsetS, true), l.yourSide(e.Side))
			c.Note = l.eventNote(*e) // the picture's own is in the language of the analysis
			if e.Confidence < unsureBelow {
				c.Note = l.Sentences(c.Note, l.Say("report.unsure"))
			}
		}
		c.Alt = l.Say("report.still.alt", args{"At": l.stamp(at, true), "Note": c.Note})
		if t := in.Trace; e != nil && t != nil && t.Len() > 1 {
			small := canvas{name: "closeup", w: 360, left: 44, font: 12, maxTicks: 3, points: 700}
			from, to := max(t.T[0], at-closeUpS), min(t.T[t.Len()-1], at+closeUpS)
			if to > from {
				c.Curves = l.traces(a, t, small, "closeup-"+e.ID, from, to, 30, l.Say("report.closeup.desc", args{"Step": "0.5 s", "At": l.stamp(at, true)}))
			}
		}
		out = append(out, c)
	}
	for i := range in.Stills {
		s := &in.Stills[i]
		if e, ok := byID[s.EventID]; ok {
			add(&e, s)
		} else {
			add(nil, s)
		}
	}
	if len(in.Stills) == 0 && in.Trace != nil {
		for _, e := range strongest(a.Events, 3) {
			add(&e, nil)
		}
	}
	return out
}

// jpegURL is a picture within the page.
func jpegURL(jpeg []byte) template.URL {
	return template.URL("data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(jpeg))
}

// eventRows are the events but for blinks, which the timeline shows, in order of time.
func (l voice) eventRows(events []event.Event) (rows []eventRow, more string) {
	all := slices.DeleteFunc(slices.Clone(events), func(e event.Event) bool { return e.Kind == event.Blink })
	for i, e := range all {
		if i == maxRows {
			return rows, l.Count("report.events.more", len(all)-i)
		}
		var places []string
		for _, r := range byOnset(e.Regions) {
			if e.Side != anatomy.Both || r.Side != anatomy.Left {
				places = append(places, l.Say("report.sheet.peak.region", args{"Place": l.region(r.Region), "Size": l.movement(r)}))
			}
		}
		rows = append(rows, eventRow{l.stamp(e.OnsetS, true), l.clock(e.Duration()), l.kind(e.Kind), l.side(e.Side), l.formOf(e.Form), l.Parts(places...)})
	}
	return rows, ""
}

// sizeNote says what the brackets behind the sizes of events are; empty where no size
// has any, as in analyses of older versions.
func (l voice) sizeNote(events []event.Event) string {
	for _, e := range events {
		if slices.ContainsFunc(e.Regions, func(r event.RegionMovement) bool { return r.PeakCI95MM != nil }) {
			return l.Say("report.mm.note")
		}
	}
	return ""
}

// formOf is a form in words, empty where the event has none.
func (l voice) formOf(f event.Form) string {
	if f == "" {
		return ""
	}
	return l.form(f)
}

// appendixTag opens the appendix of a page.
const appendixTag = `<details class="appendix"`

// appendixEnd closes it.
const appendixEnd = "</details>\n</main>"

// ForPrint is a page that EncodeHTML made, as it is printed: its first page alone, or
// that with the appendix. False where the page has no appendix, as those of older
// versions, of which nothing is changed.
func ForPrint(page []byte, appendix bool) ([]byte, bool) {
	from := bytes.Index(page, []byte(appendixTag))
	to := bytes.LastIndex(page, []byte(appendixEnd))
	if from < 0 || to < from {
		return page, false
	}
	if appendix {
		return bytes.Replace(page, []byte(appendixTag), []byte(appendixTag+" open"), 1), true
	}
	return slices.Concat(page[:from], page[to+len("</details>\n"):]), true
}

// eventNote is an event's form, length and regions in words, and why it is no spasm
// where a rule said so.
func (l voice) eventNote(e event.Event) string {
	parts := []string{l.Say("report.still.note", args{"Form": capital(l.form(e.Form)), "Length": l.clock(e.Duration())})}
	for _, r := range byOnset(e.Regions) {
		if e.Side != anatomy.Both || r.Side != anatomy.Left {
			parts = append(parts, fmt.Sprintf("%s %s", l.region(r.Region), l.movement(r)))
		}
	}
	out := l.Parts(parts...)
	if e.Trigger != nil {
		out = l.Clauses(out, l.Say("report.still.trigger", args{"Trigger": l.trigger(*e.Trigger)}))
	}
	out += l.Stop()
	if why := l.refusals([]event.Event{e}); len(why) > 0 {
		return l.Sentences(out, l.Say("report.refused", args{"Reasons": l.Clauses(why...)}))
	}
	if why := l.reasons(e); len(why) > 0 {
		return l.Sentences(out, l.Say("report.why", args{"Reasons": l.Clauses(why...)}))
	}
	return out
}

// settingsText turns a line of JSON into name = value.
var settingsText = strings.NewReplacer(`,"`, ", ", `":`, " = ")

// provenance is what is needed to compute the same again.
func (l voice) provenance(a *Analysis) []figure {
	r := a.Recording
	film := "report.how.film.text"
	switch {
	case r.Mirrored == nil:
		film = "report.how.film.unknown"
	case *r.Mirrored:
		film = "report.how.film.mirrored"
	}
	out := []figure{
		{What: l.Say("report.how.film"), Plain: l.Say(film, args{"File": r.File, "Width": r.Width, "Height": r.Height, "Frames": r.Frames, "FrameRate": l.trim(r.FrameRate, 2)})},
		{What: l.Say("report.how.sha256"), Clinic: r.SHA256},
		{What: l.Say("report.how.program"), Plain: "facialis " + a.Provenance.Version},
	}
	names := []string{}
	for n := range a.Provenance.Models {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		out = append(out, figure{What: l.Say("report.how.model", args{"Name": n}), Clinic: a.Provenance.Models[n]})
	}
	names = names[:0]
	for n := range a.Provenance.Parameters {
		names = append(names, n)
	}
	slices.Sort(names)
	for _, n := range names {
		if b, err := json.Marshal(a.Provenance.Parameters[n]); err == nil {
			out = append(out, figure{What: l.Say("report.how.settings", args{"Name": n}), Clinic: settingsText.Replace(strings.TrimPrefix(strings.Trim(string(b), "{}"), `"`))})
		}
	}
	return out
}
