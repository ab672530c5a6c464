package work

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"facialis/course"
)

// Course is how a person's spasms change: their diary and every recording that
// can be used, by the corrected events. The clock is that of the latest entry.
// version, if not empty, is the one whose recordings are shown.
func (w *Worker) Course(ctx context.Context, person, version string, now time.Time) (*course.Course, error) {
	entries, err := w.Store.Diary(ctx, person, time.Time{}, time.Time{})
	if err != nil {
		return nil, err
	}
	in := course.Input{Now: now, Version: version, Entries: make([]course.Entry, len(entries))}
	data, err := json.Marshal(entries)
	if err != nil {
		return nil, fmt.Errorf("reading the diary: %w", err)
	}
	if err := json.Unmarshal(data, &in.Entries); err != nil {
		return nil, fmt.Errorf("reading the diary: %w", err)
	}
	if n := len(entries); n > 0 {
		in.TZOffset = entries[n-1].TZOffsetMin
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
		in.Recordings = append(in.Recordings, course.Recording{ID: r.ID, Label: r.Label, At: r.When(), TZOffsetMin: in.TZOffset, Measures: f.Measures, Version: f.Analysis.Provenance.MeasuredBy()})
	}
	return course.Follow(in)
}
