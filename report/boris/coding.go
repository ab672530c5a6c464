package boris

import (
	"cmp"
	"fmt"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"facialis/event"
	"facialis/report"
)

// Category is the group that behaviors of the face and requests belong to.
const (
	movements = "movement of the face"
	requests  = "asked for"
)

// row is one row of an observation: the start or the stop of a state.
type row struct {
	ms                        int64
	subject, code, modifiers  string
	category, comment, status string // status START or STOP
}

// rows are the analysis's events and tasks as starts and stops, by time. Where
// one state stops when the next of its kind starts, the stop comes first.
func rows(a *report.Analysis) []row {
	type pair struct {
		span report.Span
		row  row
	}
	var pairs []pair
	add := func(spans []report.Span, make func(report.Span) row) {
		for lane, list := range report.Lanes(spans) {
			for _, s := range list {
				r := make(s)
				if lane > 0 {
					r.code = fmt.Sprintf("%s %d", r.code, lane+1)
				}
				pairs = append(pairs, pair{s, r})
			}
		}
	}
	for _, kind := range report.Kinds {
		for _, side := range report.Sides {
			add(report.EventSpans(a.Events, kind, side), func(s report.Span) row {
				return row{subject: string(side), code: string(kind), category: movements,
					modifiers: modifier(string(s.Event.Form)) + "|" + modifier(string(s.Event.Lead)),
					comment:   comment(*s.Event)}
			})
		}
	}
	byTask := map[string][]report.Span{}
	var names []string
	for _, s := range report.TaskSpans(a) {
		if byTask[s.Text] == nil {
			names = append(names, s.Text)
		}
		byTask[s.Text] = append(byTask[s.Text], s)
	}
	for _, n := range names {
		add(byTask[n], func(report.Span) row { return row{code: "task " + n, category: requests} })
	}
	var out []row
	for _, p := range pairs {
		start, stop := p.row, p.row
		start.ms, start.status = p.span.FromMS, "START"
		stop.ms, stop.status, stop.comment = p.span.ToMS, "STOP", ""
		out = append(out, start, stop)
	}
	slices.SortStableFunc(out, func(x, y row) int {
		return cmp.Or(cmp.Compare(x.ms, y.ms), -cmp.Compare(x.status, y.status)) // STOP before START
	})
	return out
}

// behaviors are the codes that the rows use, each once, in the rows' order but
// with those of spasms first.
func behaviors(rows []row) []row {
	seen := map[string]bool{}
	var out []row
	for _, r := range rows {
		if !seen[r.code] {
			seen[r.code] = true
			out = append(out, r)
		}
	}
	slices.SortStableFunc(out, func(x, y row) int {
		return cmp.Or(cmp.Compare(x.category, y.category)*-1, cmp.Compare(place(x.code), place(y.code)), cmp.Compare(x.code, y.code))
	})
	return out
}

func place(code string) int {
	i := slices.IndexFunc(report.Kinds, func(k event.Kind) bool { return strings.HasPrefix(code, string(k)) })
	if i < 0 {
		return len(report.Kinds)
	}
	return i
}

func modifier(s string) string {
	if s == "" {
		return "None"
	}
	return s
}

// comment says what the codes do not.
func comment(e event.Event) string {
	var parts []string
	for _, r := range e.Regions {
		if r.PeakMM != nil {
			parts = append(parts, fmt.Sprintf("%s %s %s", r.Side, r.Region, report.PlainMM(r)))
		}
	}
	if e.Trigger != nil {
		parts = append(parts, "set off by "+*e.Trigger)
	}
	if e.Confidence > 0 {
		parts = append(parts, fmt.Sprintf("certainty %.2f", e.Confidence))
	}
	if e.ID != "" {
		parts = append(parts, e.ID)
	}
	return strings.Join(parts, "; ")
}

// frame is the picture shown at a time of the file's clock, "NA" where pictures come unevenly and
// a time does not tell its number.
func frame(a *report.Analysis, ms int64) any {
	if a.Recording.VariableRate || !(a.Recording.FrameRate > 0) {
		return "NA"
	}
	n := int((float64(ms)/1000-a.Clock.FileS(0))*a.Recording.FrameRate + 0.5)
	return max(0, min(n, a.Recording.Frames-1))
}

// names are how the recording is called: its file, and the observation.
func names(a *report.Analysis, media string) (file, observation string) {
	if media == "" {
		media = a.Recording.File
	}
	if media == "" {
		media = "recording"
	}
	base := path.Base(filepath.ToSlash(media))
	return filepath.ToSlash(media), strings.TrimSuffix(base, path.Ext(base))
}
