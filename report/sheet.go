package report

import (
	"html/template"
	"slices"
	"strings"
	"time"

	"facialis/anatomy"
	"facialis/assess"
	"facialis/course"
	"facialis/event"
	"facialis/measure"
)

// Sheet is what the first page says beside the analysis. Everything may be absent;
// what is absent is left out of the page or reported as missing.
type Sheet struct {
	Name, Code string
	BirthYear  *int
	Recorded   time.Time // zero where it is not known
	Label      string    // what the recording is called
	Device     string    // what it was recorded with
	Meaning    *assess.Report
	Course     *course.Course // nil where only one recording is known
	Recording  string         // this recording's id in the course
	Notes      []string       // sentences beside the impression, as of corrections by hand
}

// Bounds of the first page, so that it stays one page whatever the recording holds.
// They are choices of layout; the rest goes into the appendix.
const (
	sheetRegions    = 6
	sheetMoved      = 3 // regions of a picture
	sheetCautions   = 3
	sheetUnseen     = 3
	sheetPeaks      = 3
	sheetTasks      = 6
	sheetTreatments = 3
	sheetAlerts     = 2
	sheetPoints     = 10
	sheetText       = 44  // characters of a text that somebody typed
	sheetSentence   = 110 // characters of a caution
	sheetRows       = 2   // rows of the timeline

	// sheetDense is the number of characters from which the page is printed smaller.
	sheetDense = 1900
)

// pair is one line of the first page; Strong stands before its text.
type pair struct{ Name, Strong, Text string }

// peakMoment is one picture of the first page.
type peakMoment struct {
	Title, Note, Alt string
	JPEG             template.URL
	W, H             int
}

// sheet is the first page as the template draws it.
type sheet struct {
	Title      string
	Dense      bool   // there is much to say, so it is printed smaller
	Facts      []pair // who and which recording
	Alerts     []string
	Answer     string
	Impression []pair
	Notes      []string
	Timeline   []drawing
	Legend     []legendItem
	Peaks      []peakMoment
	PeaksNote  string
	SizeNote   string // what the brackets behind sizes say
	Change     template.HTML
	ChangeText []string
	Unseen     []string
	Foot       string
}

// sheet fills the first page. Every figure on it is the one that the appendix and the
// files have.
func (l voice) sheet(a *Analysis, in Inputs, gaps []measure.Span) sheet {
	s := sheet{Title: l.Say("report.sheet.title"), Answer: l.answer(a), Legend: l.legend(a, gaps), Notes: in.Sheet.Notes,
		Unseen: l.unseen(a), Foot: l.Say("report.sheet.foot", args{"Version": a.Provenance.Version})}
	s.Facts = l.recordingFacts(a, in.Sheet)
	s.Impression = l.impression(a, in.Sheet.Meaning)
	if m := in.Sheet.Meaning; m != nil {
		for _, f := range m.Person().Urgent {
			s.Alerts = append(s.Alerts, l.Say("report.sheet.alert", args{"Title": short(f.Title, sheetText), "Do": short(f.Do, 2*sheetText)}))
		}
		s.Alerts = l.firstOf(s.Alerts, sheetAlerts)
	}
	for _, c := range sheetCanvases {
		s.Timeline = append(s.Timeline, drawing{strings.TrimPrefix(c.name, "sheet-"), l.timeline(a, gaps, c)})
	}
	s.Peaks, s.PeaksNote = l.peaks(a, in.Stills)
	s.SizeNote = l.sizeNote(a.Events)
	s.Change, s.ChangeText = l.change(in.Sheet)
	s.Dense = s.characters() > sheetDense
	return s
}

// characters is how much text the page has.
func (s *sheet) characters() int {
	n := len(s.Answer)
	for _, p := range append(slices.Clone(s.Facts), s.Impression...) {
		n += len(p.Name) + len(p.Strong) + len(p.Text)
	}
	for _, p := range s.Peaks {
		n += len(p.Note)
	}
	for _, texts := range [][]string{s.Alerts, s.Notes, s.ChangeText, s.Unseen} {
		for _, t := range texts {
			n += len(t)
		}
	}
	return n
}

// firstOf keeps the first n texts and says how many more the appendix has.
func (l voice) firstOf(texts []string, n int) []string {
	if len(texts) <= n {
		return texts
	}
	return append(slices.Clone(texts[:n]), l.Count("report.sheet.more", len(texts)-n))
}

// short cuts a text that somebody typed.
func short(s string, most int) string {
	r := []rune(strings.Join(strings.Fields(s), " "))
	if len(r) <= most {
		return string(r)
	}
	return strings.TrimSpace(string(r[:most-1])) + "…"
}

// peaks are the pictures of the strongest spasms, at most sheetPeaks, each with how far
// it moved.
func (l voice) peaks(a *Analysis, stills []Still) ([]peakMoment, string) {
	var out []peakMoment
	for _, s := range stills {
		i := slices.IndexFunc(a.Events, func(e event.Event) bool { return e.ID == s.EventID && e.Kind == event.Spasm })
		if i < 0 || len(out) == sheetPeaks {
			continue
		}
		e := a.Events[i]
		p := peakMoment{Title: l.Say("report.sheet.peak.title", args{"At": l.stamp(s.T, true), "Side": l.side(e.Side)}), JPEG: jpegURL(s.JPEG), W: s.W, H: s.H}
		parts := []string{l.Say("report.still.note", args{"Form": capital(l.form(e.Form)), "Length": l.clock(e.Duration())})}
		for _, r := range byOnset(e.Regions) {
			if e.Side != anatomy.Both || r.Side != anatomy.Left {
				parts = append(parts, l.Say("report.sheet.peak.region", args{"Place": l.region(r.Region), "Size": l.movement(r)}))
			}
		}
		p.Note = l.Parts(l.firstOf(parts, 1+sheetMoved)...) + l.Stop()
		p.Alt = l.Say("report.still.alt", args{"At": l.stamp(s.T, true), "Note": p.Note})
		out = append(out, p)
	}
	switch {
	case len(out) > 0:
		return out, ""
	case a.Measures.Spasms == 0:
		return nil, ""
	}
	return nil, l.Say("report.sheet.peak.none")
}
