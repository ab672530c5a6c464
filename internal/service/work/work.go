package work

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"facialis/internal/infer"
	"facialis/internal/pipeline"
	"facialis/internal/service/blob"
	"facialis/internal/service/queue"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
	"facialis/video"
	"facialis/words"
)

// The files of a recording.
const (
	OriginalFile = "original"
	PlayFile     = "play"
	TraceFile    = "trace.bin"
	MeshFile     = "mesh.bin"
	StillsFile   = "stills.json"
)

// What can be wrong.
var (
	ErrNoAnalysis = errors.New("there is no analysis")
	ErrOffset     = errors.New("the bytes do not follow")
	ErrTooLong    = errors.New("more bytes than announced")
	ErrIncomplete = errors.New("the film has not arrived whole")
	ErrBusy       = errors.New("the computer is busy; try again in a while")
)

// The kinds of jobs.
const (
	AnalyseJob = "analyse" // analyse a recording
	PlayJob    = "play"    // make what goes with a recording: the copy to play, the pictures of the report
)

// Run analyses the film at path; pipeline.Run, or a stand-in for tests.
type Run func(ctx context.Context, path string, opt pipeline.Options, progress func(pipeline.Progress)) (*pipeline.Result, error)

// Probe reads the headers of the film at path; video.Probe, or a stand-in for tests.
type Probe func(ctx context.Context, path string) (video.Info, error)

// The limits of what is beside the analysis. None of it may hold anything up.
const (
	stallAfter   = time.Minute      // a copy to play makes no progress
	pictureLimit = 20 * time.Second // one picture takes
	pictureWait  = 30 * time.Second // one picture waits for its turn
	busyPause    = time.Minute      // until a busy computer is asked again
)

// Worker does the work.
type Worker struct {
	Store   *store.Store
	Blobs   *blob.Dir
	Queue   *queue.Queue
	Hub     *Hub
	Log     *slog.Logger
	Version string
	Purpose string // assess.Compare (also when empty) or assess.Measure
	Run     Run
	Probe   Probe

	// Draw, if not nil, makes the film of a recording that has none yet, in the
	// file at path, and reports whether it knows the recording.
	Draw func(ctx context.Context, r *record.Recording, path string, progress func(share float64)) (bool, error)

	mu      sync.Mutex // a result is written or an analysis cancelled, never both
	moving  sync.Mutex // a person is brought in, or somebody or something deleted
	taking  sync.Mutex // an upload becomes a recording, or a person is deleted
	trash   sync.Mutex // one empties it
	engine  *infer.Engine
	opening sync.Mutex
	figures figureCache
	limits  Limits
	frames  chan struct{} // a place for each picture that is taken at once
	taken   pictures

	observer atomic.Pointer[func(kind string, took time.Duration, ok bool)]

	albums albums

	sides   sync.Mutex        // a description is written, or what it describes removed
	marks   map[string]string // of the descriptions of people that are up to date
	waiting sync.Mutex
	soon    map[string]bool // people whose description waits
	every   time.Duration   // from one tidying to the next
	tidied  chan struct{}   // closed when the tidying has ended
	rest    context.CancelFunc

	moveLost  bool // start although the database has no recordings
	recovered bool // Recover has run
}

// Options are the choices of a worker.
type Options struct {
	Workers int           // analyses at once; 0: half as many as cores
	Poll    time.Duration // of the queue
	Retry   time.Duration // of the queue
	Log     *slog.Logger
	Version string
	Purpose string // assess.Compare (also when empty) or assess.Measure
	Run     Run    // nil: the instrument's
	Probe   Probe  // nil: the instrument's
	Limits  Limits // zero: the usual

	Tidy time.Duration // from one tidying of the data folder to the next; 0: an hour

	// MoveLost starts although the database has no recordings: the videos that
	// are there go to lost/.
	MoveLost bool
}

// Limits are how long what goes with an analysis may take.
type Limits struct {
	Stall   time.Duration // of a copy to play without progress
	Picture time.Duration // of one picture
	Wait    time.Duration // of one picture for its turn
	Busy    time.Duration // until a busy computer is asked again

	Analysis time.Duration // of one analysis; 0: by the video's length
}

func (l *Limits) fill() {
	for _, f := range []struct {
		to *time.Duration
		is time.Duration
	}{{&l.Stall, stallAfter}, {&l.Picture, pictureLimit}, {&l.Wait, pictureWait}, {&l.Busy, busyPause}} {
		if *f.to == 0 {
			*f.to = f.is
		}
	}
}

// New makes a worker and its queue. Nothing runs before Start.
func New(ctx context.Context, st *store.Store, blobs *blob.Dir, o Options) (*Worker, error) {
	if o.Workers == 0 {
		o.Workers = max(1, runtime.NumCPU()/2)
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	w := &Worker{Store: st, Blobs: blobs, Hub: NewHub(), Log: o.Log, Version: o.Version, Purpose: o.Purpose, Run: o.Run, Probe: o.Probe, moveLost: o.MoveLost,
		limits: o.Limits, frames: make(chan struct{}, max(2, runtime.NumCPU()/2))}
	w.marks, w.soon, w.every = map[string]string{}, map[string]bool{}, o.Tidy
	if w.every == 0 {
		w.every = tidyEvery
	}
	w.limits.fill()
	if w.Probe == nil {
		w.Probe = video.Probe
	}
	if w.Run == nil {
		w.Run = w.instrument
	}
	var err error
	w.Queue, err = queue.New(ctx, st.QueueDB(), w.do, queue.Options{Workers: o.Workers, Aside: []string{PlayJob}, Poll: o.Poll, Retry: o.Retry, Log: o.Log})
	return w, err
}

// Start recovers from a process that died (Recover), takes its jobs up again,
// and begins to work.
func (w *Worker) Start(ctx context.Context) error {
	if err := w.Recover(ctx); err != nil {
		return err
	}
	if err := w.Queue.Start(ctx); err != nil {
		return err
	}
	if err := w.adopt(ctx); err != nil {
		return err
	}
	tidying, rest := context.WithCancel(context.WithoutCancel(ctx))
	w.rest, w.tidied = rest, make(chan struct{})
	go w.tidying(tidying, w.every)
	return nil
}

// Stop breaks off what runs, to be taken up at the next start.
func (w *Worker) Stop(ctx context.Context) error {
	w.Hub.Close()
	if w.rest != nil {
		w.rest()
		<-w.tidied
		w.rest = nil
	}
	err := w.Queue.Stop(ctx)
	w.opening.Lock()
	defer w.opening.Unlock()
	if w.engine != nil {
		err = errors.Join(err, w.engine.Close())
		w.engine = nil
	}
	return err
}

// instrument analyses with the real instrument, whose networks are loaded when
// they are first needed.
func (w *Worker) instrument(ctx context.Context, path string, opt pipeline.Options, progress func(pipeline.Progress)) (*pipeline.Result, error) {
	w.opening.Lock()
	if w.engine == nil {
		e, err := infer.Open("")
		if err != nil {
			w.opening.Unlock()
			return nil, err
		}
		w.engine = e
	}
	e := w.engine
	w.opening.Unlock()
	return pipeline.Run(ctx, e, path, opt, progress)
}

// Observe has each job told of that was done: its kind, how long it took, and
// whether it went well.
func (w *Worker) Observe(see func(kind string, took time.Duration, ok bool)) { w.observer.Store(&see) }

// do is the queue's handler.
func (w *Worker) do(ctx context.Context, j queue.Job) error {
	start := time.Now()
	err := fmt.Errorf("there is no work of the kind %s: %w", j.Kind, queue.ErrGiveUp)
	switch j.Kind {
	case AnalyseJob:
		err = w.analyse(ctx, j)
	case PlayJob:
		err = w.play(ctx, j)
	}
	if see := w.observer.Load(); see != nil {
		(*see)(j.Kind, time.Since(start), err == nil)
	}
	w.Log.Info("job", "kind", j.Kind, "id", j.ID, "attempt", j.Attempt, "seconds", time.Since(start).Seconds(), "ok", err == nil)
	return err
}

// adopt gives a job to every recording whose analysis is not over and that has
// none: the process died often enough that the queue gave it up, or the
// recording came in another way.
func (w *Worker) adopt(ctx context.Context) error {
	open, err := w.Store.Unfinished(ctx)
	if err != nil {
		return err
	}
	for _, r := range open {
		has, err := w.Queue.Has(ctx, AnalyseJob, r.ID)
		if err != nil {
			return err
		}
		switch {
		case has:
		case r.Attempts >= queue.MaxAttempts:
			problem := words.English().Say("work.problem.brokenOff", words.Args{"Times": r.Attempts})
			if err := w.Store.SetState(ctx, r.ID, record.Failed, &problem, r.Attempts); err != nil {
				return err
			}
		default:
			err := w.Store.Tx(ctx, func(tx *sql.Tx) error { return w.addJob(ctx, tx, AnalyseJob, &r) })
			if err != nil {
				return err
			}
		}
	}
	return nil
}

// key is the blob key of a file of a recording.
func key(rec string, name ...string) string {
	k := "films/" + rec
	for _, n := range name {
		k += "/" + n
	}
	return k
}

// File is an open file with what a client is told about it.
type File struct {
	blob.File
	Type, Ext, Tag string
}

// Open opens a file of a recording: the original, the copy to play, or a file of
// the analysis that holds, by its name.
func (w *Worker) Open(ctx context.Context, r *record.Recording, name string) (*File, error) {
	k, media, tag := "", "application/octet-stream", `"`+r.ID+`"`
	switch name {
	case OriginalFile:
		k, media = key(r.ID, OriginalFile), r.Type
	case PlayFile:
		k, media, tag = key(r.ID, PlayFile), "video/mp4", `"p`+r.ID+`"`
		if _, err := w.Blobs.Size(k); errors.Is(err, blob.ErrNotFound) {
			k, media, tag = key(r.ID, OriginalFile), r.Type, `"o`+r.ID+`"`
		}
	default:
		if r.Analysis == "" {
			return nil, ErrNoAnalysis
		}
		k, tag = key(r.ID, r.Analysis, name), `"`+r.Analysis+`"`
	}
	f, err := w.Blobs.Open(k)
	if err != nil {
		return nil, err
	}
	return &File{File: f, Type: media, Ext: extensions[media], Tag: tag}, nil
}

// Has reports whether the analysis that holds has a file.
func (w *Worker) Has(r *record.Recording, name string) bool {
	if r.Analysis == "" {
		return false
	}
	_, err := w.Blobs.Size(key(r.ID, r.Analysis, name))
	return err == nil
}

// Path is the original's path for the programs that read films, for as long as
// done is not called.
func (w *Worker) Path(r *record.Recording) (path string, done func(), err error) {
	return w.Blobs.Plain(key(r.ID, OriginalFile))
}
