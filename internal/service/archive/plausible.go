package archive

import (
	"slices"
	"time"

	"facialis/anatomy"
	"facialis/event"
	"facialis/internal/service/record"
	"facialis/report"
	"facialis/words"
)

// plausible reports whether an analysis can be one: what computes and draws with
// it counts on that.
func plausible(a *report.Analysis) error {
	r := a.Recording
	if a.Schema != report.Schema {
		return record.Invalid("archive.analysis.form", words.Args{"Schema": report.Schema})
	}
	if !(r.DurationS >= 0 && r.DurationS <= 1e7) || r.Frames < 0 || r.Frames > 1<<28 || r.Width < 0 || r.Height < 0 || r.Width > 1<<16 || r.Height > 1<<16 || !(r.FrameRate >= 0 && r.FrameRate <= 1e5) {
		return record.Invalid("archive.analysis.recording")
	}
	f := record.Film{Tasks: a.Tasks}
	if err := f.Check(); err != nil {
		return err
	}
	seen := map[string]bool{}
	for i := range a.Events {
		e := &a.Events[i]
		if seen[e.ID] {
			return record.Invalid("archive.analysis.twice")
		}
		seen[e.ID] = true
		if err := plausibleEvent(e, r.DurationS+1); err != nil {
			return err
		}
	}
	return nil
}

func plausibleEvent(e *event.Event, length float64) error {
	kinds := []event.Kind{event.Blink, event.Voluntary, event.Spasm, event.Synkinesis, event.Other}
	if !record.Plain(e.ID, 60) || e.ID == "" || !slices.Contains(kinds, e.Kind) || !slices.Contains([]anatomy.Side{anatomy.Right, anatomy.Left, anatomy.Both, anatomy.Unknown}, e.Side) {
		return record.Invalid("archive.analysis.event")
	}
	if !slices.Contains([]event.Form{"", event.Twitch, event.Clonic, event.Tonic}, e.Form) || e.Lead != "" && !slices.Contains(anatomy.Regions, e.Lead) {
		return record.Invalid("archive.analysis.event.form")
	}
	for _, r := range e.Regions {
		if !slices.Contains(anatomy.Regions, r.Region) || r.Side != anatomy.Right && r.Side != anatomy.Left && r.Side != anatomy.Unknown {
			return record.Invalid("archive.analysis.event.regions")
		}
	}
	if !(e.OnsetS >= 0 && e.OffsetS >= e.OnsetS && e.OffsetS <= length) || len(e.Regions) > 2*len(anatomy.Regions) {
		return record.Invalid("archive.analysis.event.times")
	}
	return nil
}

func sane(times ...time.Time) bool {
	return !slices.ContainsFunc(times, func(t time.Time) bool { return t.Year() < 1900 || t.Year() >= 2200 })
}
