package report

import (
	"cmp"
	"slices"

	"facialis/anatomy"
	"facialis/event"
)

// MinSpanS is the shortest length, in seconds, that annotation programs can
// hold: they count whole milliseconds.
const MinSpanS = 0.001

// Span is a labeled stretch of time as annotation programs know it. Its times
// are whole milliseconds and it lasts at least one.
type Span struct {
	FromMS, ToMS int64
	Event        *event.Event // the event it stands for; nil for a task or a warning
	Text         string       // the task's name or the warning's words, when Event is nil
}

// NewSpan is the span from one time to another, in seconds; times before the
// recording are its beginning.
func NewSpan(fromS, toS float64) Span {
	s := Span{FromMS: max(0, millis(fromS)), ToMS: max(0, millis(toS))}
	s.ToMS = max(s.ToMS, s.FromMS+1)
	return s
}

func millis(s float64) int64 {
	if s < 0 {
		return int64(s*1000 - 0.5)
	}
	return int64(s*1000 + 0.5)
}

// Lanes lays spans into as few rows as are needed for none to overlap another
// of its row, the earliest first. Annotation programs allow no overlap within
// one tier or one behavior.
func Lanes(spans []Span) [][]Span {
	spans = slices.Clone(spans)
	slices.SortStableFunc(spans, func(a, b Span) int {
		return cmp.Or(cmp.Compare(a.FromMS, b.FromMS), cmp.Compare(a.ToMS, b.ToMS))
	})
	var lanes [][]Span
next:
	for _, s := range spans {
		for i, l := range lanes {
			if l[len(l)-1].ToMS <= s.FromMS {
				lanes[i] = append(l, s)
				continue next
			}
		}
		lanes = append(lanes, []Span{s})
	}
	return lanes
}

// EventSpans are the spans of the events of one kind and side.
func EventSpans(events []event.Event, kind event.Kind, side anatomy.Side) []Span {
	var out []Span
	for i := range events {
		if e := &events[i]; e.Kind == kind && e.Side == side {
			s := NewSpan(e.OnsetS, e.OffsetS)
			s.Event = e
			out = append(out, s)
		}
	}
	return out
}

// TaskSpans are the stretches of the protocol.
func TaskSpans(a *Analysis) []Span {
	var out []Span
	for _, t := range a.Tasks {
		s := NewSpan(t.FromS, t.ToS)
		s.Text = t.Task
		out = append(out, s)
	}
	return out
}

// WarningSpans are the warnings; one about the whole recording spans it.
func WarningSpans(a *Analysis) []Span {
	var out []Span
	for _, w := range a.Quality.Warnings {
		from, to := 0.0, a.Recording.DurationS
		if w.FromS != nil {
			from = *w.FromS
		}
		if w.ToS != nil {
			to = *w.ToS
		}
		s := NewSpan(from, to)
		s.Text = w.Text
		out = append(out, s)
	}
	return out
}

// Kinds and Sides are the order in which exports list what happened.
var (
	Kinds = []event.Kind{event.Spasm, event.Synkinesis, event.Blink, event.Voluntary, event.Other}
	Sides = []anatomy.Side{anatomy.Right, anatomy.Left, anatomy.Both, anatomy.Unknown, ""}
)
