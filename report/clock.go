package report

import (
	"slices"

	"facialis/event"
)

// AtFileClock is the analysis with its times as a player of the file tells them:
// the first picture may come later than the file's beginning, and slow motion is
// stored slower than it was filmed. It is what programs get that play the file
// themselves.
func AtFileClock(a *Analysis) *Analysis {
	c := a.Clock
	b := *a
	b.Events, b.Tasks, b.Quality.Warnings = slices.Clone(a.Events), slices.Clone(a.Tasks), slices.Clone(a.Quality.Warnings)
	for i := range b.Events {
		e := &b.Events[i]
		e.OnsetS, e.OffsetS = c.FileS(e.OnsetS), c.FileS(e.OffsetS)
		e.Regions = slices.Clone(e.Regions)
		for k := range e.Regions {
			e.Regions[k].OnsetS = c.FileS(e.Regions[k].OnsetS)
		}
	}
	for i, t := range b.Tasks {
		b.Tasks[i] = event.Task{Task: t.Task, FromS: c.FileS(t.FromS), ToS: c.FileS(t.ToS)}
	}
	at := func(s *float64) *float64 {
		if s == nil {
			return nil
		}
		return new(c.FileS(*s))
	}
	for i, w := range b.Quality.Warnings {
		b.Quality.Warnings[i].FromS, b.Quality.Warnings[i].ToS = at(w.FromS), at(w.ToS)
	}
	b.Recording.DurationS = c.FileS(a.Recording.DurationS)
	if c.SlowMotion != nil && *c.SlowMotion > 0 {
		b.Recording.FrameRate /= *c.SlowMotion
	}
	return &b
}
