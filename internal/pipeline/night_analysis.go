package pipeline

import (
	"crypto/sha256"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"facialis/anatomy"
	"facialis/event"
	"facialis/face"
	"facialis/internal/signal"
	"facialis/measure"
	"facialis/night"
	"facialis/report"
	"facialis/spasm"
)

// NightAnalysis puts the pieces of a night together: one analysis with tasks "sleep"
// and "rest", so that whatever reads an analysis knows both rates.
func NightAnalysis(engine *face.Networks, segments []night.Segment, pieces []*Piece, states []night.Stretch, opt NightOptions) *report.Analysis {
	a := &report.Analysis{Schema: report.Schema, Tasks: night.Tasks(states), Events: []event.Event{}}
	var rates []float64
	for _, p := range pieces {
		a.Recording.Frames += p.Frames
		if p.Rate > 0 {
			rates = append(rates, p.Rate)
		}
		a.Recording.Width, a.Recording.Height = max(a.Recording.Width, p.Width), max(a.Recording.Height, p.Height)
		a.Events = append(a.Events, p.Events...)
	}
	view := NightView(pieces)
	slices.SortStableFunc(a.Events, func(x, y event.Event) int { return int(math.Copysign(1, x.OnsetS-y.OnsetS)) })
	var joints []float64
	for _, p := range pieces {
		joints = append(joints, p.Joints...)
	}
	a.Clock.Joints = joints
	spasm.Group(a.Events, opt.Spasm, joints)
	for i := range a.Events {
		e := &a.Events[i]
		e.ID = fmt.Sprintf("e%04d", i+1)
	}
	a.Events = night.Unasked(withTasks(a.Events, a.Tasks), states)
	a.Recording.File, a.Recording.SHA256 = night.Name(segments), nightSum(pieces)
	a.Recording.FrameRate = orZero(signal.Median(rates))
	a.Recording.Mirrored = opt.Mirrored
	if n := len(pieces); n > 0 {
		a.Recording.DurationS = pieces[n-1].ToS
	}
	var filmed, face float64
	for _, p := range pieces {
		filmed += p.ToS - p.FromS
	}
	for _, s := range view.Face {
		face += s.Len()
	}
	if filmed > 0 {
		a.Tracking.FaceFraction = math.Round(min(face/filmed, 1)*1e4) / 1e4
	}
	seen := seenOf(pieces, view)
	a.Tracking.Seen = &seen
	a.Tracking.NoiseMM = report.NoiseMM{Right: map[anatomy.Region]*float64{}, Left: map[anatomy.Region]*float64{}}
	regions := view.Usable(filmed)
	a.Quality = report.Quality{Warnings: []report.Warning{}, UsableRegions: &regions}
	a.Quality.Usable = face >= measure.UsableS && regions.Any()
	for _, p := range pieces {
		a.Quality.Warnings = append(a.Quality.Warnings, p.Notes...)
	}
	a.Measures = measure.Summarize(a.Events, view, a.Tasks, opt.Measure)
	a.Provenance = Provenance(engine, opt.Options)
	a.Provenance.Constants["night"] = night.Constants()
	a.Provenance.Parameters["night"] = map[string]any{"all": opt.All, "at": time.Now().UTC().Format(time.RFC3339)}
	return a
}

// nightSum is the checksum of a night: that of its film, or, where there are several,
// the SHA-256 of theirs in order of time, each written as 64 hexadecimal digits and a
// line feed, as "sha256sum FILES | cut -c1-64 | sha256sum" gives it.
func nightSum(pieces []*Piece) string {
	var sums []string
	for _, p := range pieces {
		if p.SHA256 != "" {
			sums = append(sums, p.SHA256)
		}
	}
	if len(sums) == 1 {
		return sums[0]
	}
	return fmt.Sprintf("%x", sha256.Sum256([]byte(strings.Join(append(sums, ""), "\n"))))
}

// withTasks are events with the task in which each began.
func withTasks(events []event.Event, tasks []event.Task) []event.Event {
	for i := range events {
		e := &events[i]
		e.Task = nil
		for j := range tasks {
			if t := &tasks[j]; e.OnsetS >= t.FromS && e.OnsetS < t.ToS {
				e.Task = &t.Task
			}
		}
	}
	return events
}

// NightView is what was seen of a night, by its pieces.
func NightView(pieces []*Piece) (view measure.View) {
	for i, p := range pieces {
		if i == 0 {
			view = p.View
			continue
		}
		both := func(x, y []measure.Span) []measure.Span { return measure.Union(slices.Concat(x, y)) }
		view.Face, view.Any = both(view.Face, p.View.Face), both(view.Any, p.View.Any)
		for s := range 2 {
			view.Side[s] = both(view.Side[s], p.View.Side[s])
			for k := range view.Region[s] {
				view.Region[s][k] = both(view.Region[s][k], p.View.Region[s][k])
			}
		}
	}
	return view
}

// seenOf is the whole night's: seconds by the joined view, sizes by the median of the
// pieces in which the region was seen.
func seenOf(pieces []*Piece, view measure.View) measure.Seen {
	return view.SeenWith(func(s, k int) (mm []float64) {
		for _, p := range pieces {
			if x := p.Seen.Of(anatomy.Sides[s])[anatomy.Regions[k]].SmallestMM; x != nil {
				mm = append(mm, *x)
			}
		}
		return mm
	})
}
