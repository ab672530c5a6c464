package work

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"time"

	"facialis/anatomy"
	"facialis/event"
	"facialis/face"
	"facialis/internal/infer"
	"facialis/internal/pipeline"
	"facialis/internal/service/blob"
	"facialis/internal/service/queue"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
	"facialis/internal/service/tracks"
	"facialis/night"
	"facialis/report"
	"facialis/video"
	"facialis/words"
)

// tellEvery is how often progress is told.
const tellEvery = 250 * time.Millisecond

// analyze analyzes one recording: a job.
func (w *Worker) analyze(ctx context.Context, j queue.Job) error {
	r, err := w.Store.Recording(ctx, j.ID)
	if errors.Is(err, store.ErrNotFound) {
		return nil // deleted while it waited
	}
	if err != nil {
		return err
	}
	if r.State.Over() {
		return nil // canceled while it waited
	}
	attempts := max(j.Attempt, r.Attempts)
	if r.State == record.Analyzing && j.Attempt <= r.Attempts {
		attempts = r.Attempts // the queue was stopped in between, which counts as no attempt
	}
	if err := w.Store.SetState(ctx, r.ID, record.Analyzing, nil, attempts); err != nil {
		return err
	}
	r.State, r.Attempts = record.Analyzing, attempts
	w.Hub.Set(ProgressOf(r))

	within := w.limits.Analysis
	if within == 0 {
		within = analysisLimit(r)
	}
	limited, stop := context.WithTimeoutCause(ctx, within, errTooSlow)
	err = w.attempt(limited, j, r)
	stop()
	if err == nil {
		return nil
	}
	if errors.Is(context.Cause(limited), errTooSlow) { // tried again, as whatever else fails
		err = errTooSlow
	}
	if errors.Is(context.Cause(ctx), queue.ErrCanceled) || ctx.Err() != nil {
		return err
	}
	if errors.Is(err, queue.ErrLost) || errors.Is(err, queue.ErrCanceled) {
		return err
	}
	if errors.Is(err, video.ErrBusy) || w.away(err) { // no fault of the film, and no attempt
		e := w.Store.Tx(ctx, func(tx *sql.Tx) error {
			if err := w.Queue.Holds(ctx, tx, j); err != nil {
				return err
			}
			return w.Store.SetStateTx(ctx, tx, r.ID, record.Queued, nil, max(0, attempts-1))
		})
		if e != nil && !w.away(e) {
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
		if err := w.Queue.Holds(ctx, tx, j); err != nil {
			return err
		}
		if err := w.Store.SetStateTx(ctx, tx, r.ID, record.Failed, &problem, attempts); err != nil {
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
var errTooSlow = errors.New(words.Default().Say("work.problem.slow"))

// problemLine is one line for the person who looks at a failed recording.
func (w *Worker) problemLine(r *record.Recording, err error) string {
	if errors.Is(err, infer.ErrMissing) {
		return words.Default().Say("work.problem.networks")
	}
	if of := (*pathError)(nil); errors.As(err, &of) {
		return cleanLine(of.path, of.error)
	}
	if errors.Is(err, blob.ErrNotFound) {
		return words.Default().Say("work.problem.failed")
	}
	return cleanLine("", err)
}

// pathError is an error about the video that was read at path.
type pathError struct {
	error
	path string
}

func (e *pathError) Unwrap() error { return e.error }

// attempt analyzes a recording and stores what was found.
func (w *Worker) attempt(ctx context.Context, j queue.Job, r *record.Recording) error {
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
	opt.Night = ofNight(r)
	if r.Face != nil {
		opt.Face.Face = *r.Face
	}
	opt.TurnDeg = r.TurnDeg
	opt.FromS, opt.ToS = r.Part()
	if err := w.firstLook(ctx, r, path, opt); err != nil {
		return &pathError{err, path}
	}
	var res *pipeline.Result
	err = w.putMesh(ctx, r, file(MeshFile), func(out io.Writer) error {
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
		if err := w.patiently(ctx, func() error { return w.Blobs.As(r.PersonID).Put(file(f.name), f.write) }); err != nil {
			return fmt.Errorf("storing the result: %w", err)
		}
	}
	w.albums.put(id, res.Album)
	was := r.Analysis
	if err := w.patiently(ctx, func() error { return w.settle(ctx, j, r, was, id, res) }); err != nil {
		kept = w.away(err) // it may be written all the same
		w.albums.take(id).Close()
		return err
	}
	kept = true
	w.finishedAfter(key(r.ID, id))
	w.described(w.Describe(context.WithoutCancel(ctx), r.ID))
	return w.empty(context.WithoutCancel(ctx))
}

// putMesh stores the mesh, which grows with the analysis. Beside a shared database
// it is written in the spool first: a server that is not there for a while must
// not end an analysis of an hour.
func (w *Worker) putMesh(ctx context.Context, r *record.Recording, k string, write func(io.Writer) error) (err error) {
	if !w.Store.Shared() {
		return w.Blobs.As(r.PersonID).Put(k, write)
	}
	part := k + ".part"
	name, err := w.Blobs.Path(part)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return fmt.Errorf("storing the result: %w", err)
	}
	defer os.Remove(name)
	f, err := os.OpenFile(name, os.O_CREATE|os.O_TRUNC|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("storing the result: %w", err)
	}
	defer f.Close()
	buffered := bufio.NewWriter(f)
	if err := write(buffered); err != nil {
		return err
	}
	if err := buffered.Flush(); err != nil {
		return fmt.Errorf("storing the result: %w", err)
	}
	return w.patiently(ctx, func() error {
		return w.Blobs.As(r.PersonID).Put(k, func(out io.Writer) error {
			if _, err := f.Seek(0, io.SeekStart); err != nil {
				return err
			}
			_, err := io.Copy(out, f)
			return err
		})
	})
}

// settle makes an analysis the one that holds instead of the one that was. Twice
// does no more than once.
func (w *Worker) settle(ctx context.Context, j queue.Job, r *record.Recording, was, id string, res *pipeline.Result) error {
	all, err := w.Store.Corrections(ctx, r.ID)
	if err != nil {
		return err
	}
	a := res.Analysis
	figures, err := compute(a, res.Trace, all)
	if err != nil {
		return err
	}
	release, err := w.Store.Lock(ctx, resultsLock)
	if err != nil {
		return err
	}
	defer release()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	var discard []string
	if was != "" {
		discard = append(discard, key(r.ID, was))
	}
	r.Analysis = id
	figured(r, a, figures)
	if err := w.finishedWith(key(r.ID, id)); err != nil {
		return err
	}
	// What goes with the analysis comes after it, and cannot spoil it.
	then := func(tx *sql.Tx) error {
		if err := w.Queue.Holds(ctx, tx, j); err != nil {
			return err
		}
		return w.addJob(ctx, tx, PlayJob, r)
	}
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

// A recording of at least firstWorthS seconds is looked at twice: its first
// firstLookS seconds at once, so that the person who waits reads something soon. The
// second look costs a sixth more time for two minutes. Choices of this program.
const (
	firstLookS  = 15
	firstWorthS = 45
)

// firstLook analyses the beginning of a long recording and tells the hub what it
// showed. A beginning that cannot be analyzed is left to the analysis of the whole.
func (w *Worker) firstLook(ctx context.Context, r *record.Recording, path string, opt pipeline.Options) error {
	if r.DurationS == nil || *r.DurationS < firstWorthS {
		return nil
	}
	opt.UntilS, opt.Tasks = firstLookS, tasksUntil(r.Tasks, firstLookS)
	res, err := w.Run(ctx, path, opt, func(pipeline.Progress) {})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		return nil
	}
	defer res.Close()
	m := res.Analysis.Measures
	if !res.Analysis.Quality.Usable {
		return nil
	}
	first := &FirstLook{Seconds: math.Round(res.Analysis.Recording.DurationS), SeenS: math.Round(m.UsableS), Spasms: m.Spasms}
	if m.Spasms > 0 && !m.SideUnknown() {
		first.Right, first.Left = new(int), new(int)
		for _, e := range res.Analysis.Events {
			switch {
			case e.Kind != event.Spasm:
			case e.Side == anatomy.Right:
				*first.Right++
			case e.Side == anatomy.Left:
				*first.Left++
			}
		}
	}
	w.Hub.Set(Progress{Recording: r.ID, PersonID: r.PersonID, State: record.Analyzing, First: first})
	return nil
}

// tasksUntil are the tasks' parts before a time, s.
func tasksUntil(tasks []event.Task, untilS float64) []event.Task {
	out := []event.Task{}
	for _, t := range tasks {
		if t.FromS < untilS {
			t.ToS = min(t.ToS, untilS)
			out = append(out, t)
		}
	}
	return out
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
		out := Progress{Recording: r.ID, PersonID: r.PersonID, State: record.Analyzing, Frames: p.Frames}
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
	if r.Reduced() || r.ToReduce() {
		return ErrReduced
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
	release, err := w.Store.Lock(ctx, resultsLock)
	if err != nil {
		return err
	}
	defer release()
	r, err := w.Store.Recording(ctx, id)
	if err != nil || r.State.Over() {
		return err
	}
	if err := w.Queue.Cancel(ctx, AnalyzeJob, id); err != nil {
		return err
	}
	err = w.Store.Tx(ctx, func(tx *sql.Tx) error {
		if err := w.Store.SetStateTx(ctx, tx, id, record.Canceled, nil, r.Attempts); err != nil {
			return err
		}
		return w.addJob(ctx, tx, PlayJob, r)
	})
	if err != nil {
		return err
	}
	r.State = record.Canceled
	w.Hub.Set(ProgressOf(r))
	return nil
}

// ofNight says that a recording is measured as a night: the person was asked for nothing
// but sleep.
func ofNight(r *record.Recording) bool {
	return len(r.Tasks) == 1 && r.Tasks[0].Task == night.TaskSleep
}
