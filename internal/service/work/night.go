package work

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"
	"time"

	"facialis/event"
	"facialis/internal/service/record"
	"facialis/measure"
	"facialis/video"
)

// What can be wrong with the film of a night.
var (
	// ErrHidden: whoever asks may not see pictures of it.
	ErrHidden = errors.New("these pictures are for others")
	// ErrReduced: only its moments are left, so it cannot be analyzed again.
	ErrReduced = errors.New("only the moments of the spasms are left of this film")
	// ErrNoNight: it is no night, or its analysis is not done.
	ErrNoNight = errors.New("there is no analyzed film of a night")
)

const (
	momentS = 5.0  // before and after an event is kept, s
	blackS  = 0.25 // of black pictures after each moment, so that a player shows nothing until the next
)

// Looked says that somebody who may has looked at the film of a night. Where it is to
// be kept by its moments only, the rest is deleted as soon as the computer has time.
func (w *Worker) Looked(ctx context.Context, id string, now time.Time) error {
	r, err := w.Store.Recording(ctx, id)
	if err != nil {
		return err
	}
	if r.Night == nil || r.Analysis == "" || !r.State.Over() {
		return ErrNoNight
	}
	if r.Night.LookedAt == nil {
		at := record.Micros(now)
		r.Night.LookedAt = &at
		if err := w.Store.SaveFilm(ctx, r.ID, &r.Film); err != nil {
			return err
		}
		w.described(w.Describe(ctx, r.ID))
	}
	if !r.ToReduce() {
		return nil
	}
	return w.Store.Tx(ctx, func(tx *sql.Tx) error { return w.addJob(ctx, tx, PlayJob, r) })
}

// reduce replaces the film of a night by one that shows only its moments, at the times
// at which they were. Broken off at any point it can be done again: of a film that is
// reduced already the same moments stay.
func (w *Worker) reduce(ctx context.Context, r *record.Recording) error {
	if !r.ToReduce() || r.Analysis == "" {
		return nil
	}
	f, err := w.Corrected(ctx, r)
	if err != nil {
		return err
	}
	c, done, err := w.copying(ctx, r, "reduce.part")
	if err != nil {
		return err
	}
	defer done()
	// Between two moments nothing is written, so nothing tells of progress.
	run := video.FFmpeg{Folder: c.folder, StallS: (w.limits.Stall + length(r)).Seconds()}
	if err := encoded(ctx, run, c.path, c.info, c.start, momentFilters(momentsOf(f.analysis().Events))...); err != nil {
		return err
	}
	release, err := w.Store.Lock(ctx, resultsLock)
	if err != nil {
		return err
	}
	defer release()
	if now, err := w.Store.Recording(ctx, r.ID); err != nil || !now.ToReduce() || now.Analysis != r.Analysis {
		return err // deleted, or changed meanwhile
	}
	if err := w.Blobs.As(r.PersonID).Take(c.copy, key(r.ID, OriginalFile)); err != nil {
		return err
	}
	if err := w.Blobs.Remove(key(r.ID, PlayFile)); err != nil {
		return err
	}
	w.taken.drop(r.ID)
	return w.reduced(ctx, r)
}

// reduced writes what a reduced film is now.
func (w *Worker) reduced(ctx context.Context, r *record.Recording) error {
	k := key(r.ID, OriginalFile)
	var err error
	if r.Bytes, err = w.Blobs.Size(k); err != nil {
		return err
	}
	if r.SHA256, err = w.sum(ctx, k); err != nil {
		return err
	}
	r.Type = "video/mp4"
	if err := w.Store.SetFile(ctx, r); err != nil {
		return err
	}
	at := record.Micros(time.Now())
	r.Night.ReducedAt = &at
	if err := w.Store.SaveFilm(ctx, r.ID, &r.Film); err != nil {
		return err
	}
	w.described(w.Describe(ctx, r.ID))
	return nil
}

// momentsOf are the times that are kept of a night.
func momentsOf(events []event.Event) []measure.Span {
	var out []measure.Span
	for _, e := range events {
		if e.Kind == event.Spasm || e.Kind == event.Synkinesis {
			out = append(out, measure.Span{FromS: max(e.OnsetS-momentS, 0), ToS: e.OffsetS + momentS})
		}
	}
	return measure.Union(out)
}

// momentFilters are ffmpeg's filters that let only moments through, each followed by
// some black pictures; the first picture is black too, and keeps the film's clock.
func momentFilters(moments []measure.Span) []string {
	later := make([]measure.Span, len(moments))
	for i, m := range moments {
		later[i] = measure.Span{FromS: m.FromS, ToS: m.ToS + blackS}
	}
	return []string{"select='eq(n,0)+" + inAny(measure.Union(later)) + "'", "drawbox=t=fill:c=black:enable='not(" + inAny(moments) + ")'"}
}

// inAny is ffmpeg's expression that is 1 within any of the spans, which are in order:
// a tree, since a night has many.
func inAny(s []measure.Span) string {
	number := func(v float64) string { return strconv.FormatFloat(v, 'f', 3, 64) }
	switch len(s) {
	case 0:
		return "0"
	case 1:
		return "between(t," + number(s[0].FromS) + "," + number(s[0].ToS) + ")"
	}
	m := len(s) / 2
	return strings.Join([]string{"if(lt(t," + number(s[m].FromS) + ")", inAny(s[:m]), inAny(s[m:]) + ")"}, ",")
}

// mayLook is an error for whoever may not see pictures of a recording.
func mayLook(r *record.Recording) error {
	if r.Hidden {
		return ErrHidden
	}
	return nil
}

// since tells apart what a film was and what it is once it was reduced.
func since(r *record.Recording) string {
	if r.Reduced() {
		return "-" + strconv.FormatInt(r.Night.ReducedAt.UnixMicro(), 36)
	}
	return ""
}
