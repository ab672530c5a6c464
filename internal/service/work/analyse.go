package work

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math"
	"time"

	"facialis/face"
	"facialis/internal/infer"
	"facialis/internal/pipeline"
	"facialis/internal/service/blob"
	"facialis/internal/service/queue"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
	"facialis/internal/service/tracks"
	"facialis/report"
	"facialis/video"
	"facialis/words"
)

// tellEvery is how often progress is told.
const tellEvery = 250 * time.Millisecond

// analyse analyses one recording: a job.
func (w *Worker) analyse(ctx context.Context, j queue.Job) error {
	r, err := w.Store.Recording(ctx, j.ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil // deleted while it waited
	}
	if err != nil {
		return err
	}
	if r.State.Over() {
		return nil // cancelled while it waited
	}
	attempts := max(j.Attempt, r.Attempts)
	if r.State == record.Analysing && j.Attempt <= r.Attempts {
		attempts = r.Attempts // the queue was stopped in between, which counts as no attempt
	}
	if err := w.Store.SetState(ctx, r.ID, record.Analysing, nil, attempts); err != nil {
		return err
	}
	r.State, r.Attempts = record.Analysing, attempts
	w.Hub.Set(ProgressOf(r))

	within := w.limits.Analysis
	if within == 0 {
		within = analysisLimit(r)
	}
	limited, stop := context.WithTimeoutCause(ctx, within, errTooSlow)
	err = w.attempt(limited, r)
	stop()
	if err == nil {
		return nil
	}
	if errors.Is(context.Cause(limited), errTooSlow) { // tried again, as whatever else fails
		err = errTooSlow
	}
	if errors.Is(context.Cause(ctx), queue.ErrCancelled) || ctx.Err() != nil {
		return err
	}
	if errors.Is(err, video.ErrBusy) { // no fault of the film, and no attempt
		if e := w.Store.SetState(ctx, r.ID, record.Queued, nil, max(0, attempts-1)); e != nil {
			return e
		}
		r.State, r.Attempts = record.Queued, max(0, attempts-1)
		w.Hub.Set(ProgressOf(r))
		return &queue.Later{In: w.limits.Busy, Err: err}
	}
	hopeless := video.Unreadable(err) || errors.Is(err, infer.ErrMissing) || errors.Is(err, video.ErrNoFFmpeg)
	if !hopeless && !j.Last() {
		return err
	}
	problem := w.problemLine(r, err)
	written := w.Store.Tx(ctx, func(tx *sql.Tx) error {
		if err := store.SetState(ctx, tx, r.ID, record.Failed, &problem, attempts); err != nil {
			return err
		}
		return w.addJob(ctx, tx, PlayJob, r)
	})
	if written != nil {
		return written
	}
	r.State, r.Problem = record.Failed, &problem
	w.Hub.Set(ProgressOf(r))
	return fmt.Errorf("%w: %w", queue.ErrGiveUp, err)
}

// errTooSlow ends an analysis that takes longer than its video allows.
var errTooSlow = errors.New(words.English().Say("work.problem.slow"))

// problemLine is one line for the person who looks at a failed recording.
func (w *Worker) problemLine(r *record.Recording, err error) string {
	if errors.Is(err, infer.ErrMissing) {
		return words.English().Say("work.problem.networks")
	}
	if of := (*pathError)(nil); errors.As(err, &of) {
		return cleanLine(of.path, of.error)
	}
	if errors.Is(err, blob.ErrNotFound) {
		return words.English().Say("work.problem.failed")
	}
	return cleanLine("", err)
}

// pathError is an error about the video that was read at path.
type pathError struct {
	error
	path string
}

func (e *pathError) Unwrap() error { return e.error }

// attempt analyses a recording and stores what was found.
func (w *Worker) attempt(ctx context.Context, r *record.Recording) error {
	if err := w.drawn(ctx, r); err != nil {
		return err
	}
	path, done, err := w.Path(r)
	if err != nil {
		return err
	}
	defer done()
	id := record.NewID()
	file := func(name string) string { return key(r.ID, id, name) }
	if err := w.begin(key(r.ID, id)); err != nil {
		return err
	}
	kept := false
	defer func() {
		if !kept {
			w.Blobs.Remove(key(r.ID, id))
		}
	}()

	opt := pipeline.DefaultOptions()
	opt.Version, opt.Mirrored, opt.Tasks = w.Version, r.Mirrored, r.Tasks
	if r.Face != nil {
		opt.Face.Face = *r.Face
	}
	var res *pipeline.Result
	err = w.Blobs.As(r.PersonID).Put(file(MeshFile), func(out io.Writer) error {
		mesh := tracks.NewMeshWriter(out, r.Mirrored != nil && *r.Mirrored)
		opt.Seen = func(f *video.Frame, o *face.Observation) {
			if o.Found && o.Fresh {
				mesh.Add(f.T, f.W, f.H, o.Landmarks)
			}
		}
		var err error
		if res, err = w.Run(ctx, path, opt, w.teller(r)); err != nil {
			return err
		}
		return mesh.Close()
	})
	if err != nil {
		return &pathError{err, path}
	}
	defer func() {
		if !kept {
			res.Album.Close()
		}
		res.Trace.Close()
	}()
	a := res.Analysis
	a.Recording.File = r.ID // the film's own name is not kept
	for _, f := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{TraceFile, func(out io.Writer) error { return tracks.WriteTrace(out, res.Trace) }},
		{report.TraceFile, func(out io.Writer) error { return report.EncodeParquet(out, res.Trace, w.Version) }},
		{report.CandidatesFile, func(out io.Writer) error { return report.EncodeCandidates(out, res.Small, w.Version) }},
		{StillsFile, func(out io.Writer) error { return encodeStills(out, nil) }}, // taken later
		{report.AnalysisFile, func(out io.Writer) error { return report.EncodeJSON(out, a) }},
	} {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := w.Blobs.As(r.PersonID).Put(file(f.name), f.write); err != nil {
			return fmt.Errorf("storing the result: %w", err)
		}
	}
	w.albums.put(id, res.Album)
	if err := w.settle(ctx, r, id, res); err != nil {
		w.albums.take(id)
		return err
	}
	kept = true
	w.described(w.Describe(context.WithoutCancel(ctx), r.ID))
	return w.empty(context.WithoutCancel(ctx))
}

// settle makes an analysis the one that holds.
func (w *Worker) settle(ctx context.Context, r *record.Recording, id string, res *pipeline.Result) error {
	all, err := w.Store.Corrections(ctx, r.ID)
	if err != nil {
		return err
	}
	a := res.Analysis
	figures, err := compute(a, res.Trace, all)
	if err != nil {
		return err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var discard []string
	if r.Analysis != "" {
		discard = append(discard, key(r.ID, r.Analysis))
	}
	r.Analysis = id
	figured(r, a, figures)
	if err := w.finished(key(r.ID, id)); err != nil {
		return err
	}
	// What goes with the analysis comes after it, and cannot spoil it.
	then := func(tx *sql.Tx) error { return w.addJob(ctx, tx, PlayJob, r) }
	if err := w.Store.SetResult(ctx, r, then, discard...); err != nil {
		return err
	}
	r.State = record.Done
	w.Hub.Set(ProgressOf(r))
	return nil
}

// figured puts into a recording's row what its analysis and the corrections say.
func figured(r *record.Recording, a *report.Analysis, f *Figures) {
	width, height, usable, duration, rate := a.Recording.Width, a.Recording.Height, a.Quality.Usable, a.Recording.DurationS, a.Recording.FrameRate
	r.Width, r.Height, r.Usable, r.DurationS, r.FrameRate = &width, &height, &usable, &duration, &rate
	f.list(r)
}

// teller tells the hub of progress, a few times a second.
func (w *Worker) teller(r *record.Recording) func(pipeline.Progress) {
	start := time.Now()
	var told time.Time
	return func(p pipeline.Progress) {
		now := time.Now()
		if now.Sub(told) < tellEvery {
			return
		}
		told = now
		out := Progress{Recording: r.ID, PersonID: r.PersonID, State: record.Analysing, Frames: p.Frames}
		spent := now.Sub(start).Seconds()
		if spent > 0.5 {
			rate := math.Round(10*float64(p.Frames)/spent) / 10
			out.Rate = &rate
		}
		if p.TotalS > 0 && !math.IsInf(p.TotalS, 0) {
			share := min(1, p.AtS/p.TotalS)
			out.Progress = &share
			if share > 0.02 && spent > 1 {
				left := math.Round(spent * (1 - share) / share)
				out.LeftS = &left
			}
		}
		w.Hub.Set(out)
	}
}

// Again queues a recording's analysis, unless one is under way.
func (w *Worker) Again(ctx context.Context, id string) error {
	r, err := w.Store.Recording(ctx, id)
	if err != nil || !r.State.Over() {
		return err
	}
	// It comes again after the analysis.
	if err := w.Queue.Cancel(ctx, PlayJob, id); err != nil {
		return err
	}
	w.Queue.Wait(PlayJob, id)
	return w.enqueue(ctx, r)
}

// Cancel breaks an analysis off. What was found before stays.
func (w *Worker) Cancel(ctx context.Context, id string) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	r, err := w.Store.Recording(ctx, id)
	if err != nil || r.State.Over() {
		return err
	}
	if err := w.Queue.Cancel(ctx, AnalyseJob, id); err != nil {
		return err
	}
	err = w.Store.Tx(ctx, func(tx *sql.Tx) error {
		if err := store.SetState(ctx, tx, id, record.Cancelled, nil, r.Attempts); err != nil {
			return err
		}
		return w.addJob(ctx, tx, PlayJob, r)
	})
	if err != nil {
		return err
	}
	r.State = record.Cancelled
	w.Hub.Set(ProgressOf(r))
	return nil
}
