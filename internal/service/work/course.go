package work

import (
	"context"
	"fmt"
	"time"

	"facialis/course"
	"facialis/internal/service/record"
	"facialis/words"
)

// courseYears is how far back a course looks: longer than any treatment is
// followed, and short enough that a trend over every pair of days stays quick.
const courseYears = 10

// Course is how a person's spasms change: their diary and every recording that
// can be used, by the corrected events. The clock is that of the latest entry.
// version, if not empty, is the one whose recordings are shown.
func (w *Worker) Course(ctx context.Context, person, version string, now time.Time) (*course.Course, error) {
	in := course.Input{Now: now, Version: version, Language: words.From(ctx)}
	err := w.Store.EachEntry(ctx, person, now.AddDate(-courseYears, 0, 0), func(e *record.Entry) error {
		c := course.Entry{Kind: e.Kind}
		if err := c.ReadData(e.Data); err != nil {
			return fmt.Errorf("reading the diary: %w", err)
		}
		if c.Day != nil {
			day, err := time.Parse(time.DateOnly, c.Day.Date)
			if err == nil && day.Before(now.AddDate(-courseYears, 0, 0)) {
				return nil
			}
		}
		// Of two checks of one day the one that came later counts, whatever the
		// devices' clocks say.
		c.ID, c.At, c.TZOffsetMin, c.UpdatedAt = e.ID, e.At, e.TZOffsetMin, time.UnixMicro(e.Version).UTC()
		in.Entries = append(in.Entries, c)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if n := len(in.Entries); n > 0 {
		in.TZOffset = in.Entries[n-1].TZOffsetMin
	}
	recs, err := w.Store.Recordings(ctx, person)
	if err != nil {
		return nil, err
	}
	for i := range recs {
		r := &recs[i]
		if r.Analysis == "" || r.Usable == nil || !*r.Usable {
			continue
		}
		f, err := w.Corrected(ctx, r)
		if err != nil {
			return nil, err
		}
		x := course.Recording{ID: r.ID, Label: r.Label, At: r.When(), TZOffsetMin: in.TZOffset, Measures: f.Measures, Version: f.Analysis.Provenance.MeasuredBy(), LengthS: f.Analysis.Recording.DurationS}
		if n := f.Analysis.Night; n != nil {
			x.Night = n.Recount(f.analysis().Events)
		}
		in.Recordings = append(in.Recordings, x)
	}
	return course.Follow(in)
}
