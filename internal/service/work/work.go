package work

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"facialis/face"
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
	AnalyzeJob = "analyse" // analyze a recording; the name stands in databases
	PlayJob    = "play"    // make what goes with a recording: the copy to play, the pictures of the report
)

// Run analyzes the film at path; pipeline.Run, or a stand-in for tests.
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
	Blobs   blob.Store
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

	engine  *face.Networks
	opening sync.Mutex
	figures figureCache
	limits  Limits
	frames  chan struct{} // a place for each picture that is taken at once
	taken   pictures

	observer atomic.Pointer[func(kind string, took time.Duration, ok bool)]

	albums albums

	marked  sync.Mutex
	marks   map[string]string // of the descriptions of people that are up to date
	waiting sync.Mutex
	soon    map[string]bool // people whose description waits
	every   time.Duration   // from one tidying to the next
	tidied  chan struct{}   // closed when the tidying has ended
	rest    context.CancelFunc

	moveLost  bool // start although the database has no recordings
	recovered bool // Recover has run

	id, kind  string         // of this process, for the others
	others    sync.WaitGroup // what talks with other processes
	place     *store.Lead    // nil: another process leads
	nextTidy  time.Time
	abandoned time.Duration // see abandonedAfter
	look      time.Duration // how often it asks whether it leads
}

// Options are the choices of a worker.
type Options struct {
	Workers int           // analyses at once; 0: half as many as cores; less than 0: none, other processes do them
	Poll    time.Duration // of the queue
	Retry   time.Duration // of the queue
	Log     *slog.Logger
	Version string
	Purpose string // assess.Compare (also when empty) or assess.Measure
	Run     Run    // nil: the instrument's
	Probe   Probe  // nil: the instrument's
	Limits  Limits // zero: the usual

	Tidy time.Duration // from one tidying of the data folder to the next; 0: an hour

	// Kind is what the other processes on a shared database are told that this one
	// is; empty: a server.
	Kind  string
	Beat  time.Duration // see queue.Options
	Lease time.Duration // see queue.Options
	Look  time.Duration // how often a process asks whether it leads; 0: ten seconds

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
func New(ctx context.Context, st *store.Store, blobs blob.Store, o Options) (*Worker, error) {
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
	w.id, w.kind, w.abandoned, w.look = newID(), cmp.Or(o.Kind, "server"), abandonedAfter, cmp.Or(o.Look, lookEvery)
	if w.Probe == nil {
		w.Probe = video.Probe
	}
	if w.Run == nil {
		w.Run = w.instrument
	}
	var err error
	w.Queue, err = queue.New(ctx, st.QueueDB(), w.do, queue.Options{Workers: o.Workers, Aside: []string{PlayJob}, Poll: o.Poll, Retry: o.Retry, Log: o.Log,
		Pool: st.Pool(), Beat: o.Beat, Lease: o.Lease})
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
	if !w.Store.Shared() {
		if err := w.adopt(ctx); err != nil {
			return err
		}
	}
	tidying, rest := context.WithCancel(context.WithoutCancel(ctx))
	w.rest, w.tidied = rest, make(chan struct{})
	go w.tidying(tidying, w.every)
	if w.Store.Shared() {
		for _, do := range []func(context.Context){w.tellOthers, w.hearOthers, w.keepBeating} {
			w.others.Go(func() { do(tidying) })
		}
	}
	return nil
}

// Stop breaks off what runs, to be taken up at the next start.
func (w *Worker) Stop(ctx context.Context) error {
	w.Hub.Close()
	err := w.Queue.Stop(ctx)
	if w.rest != nil {
		w.rest()
		<-w.tidied
		w.others.Wait()
		w.rest = nil
	}
	w.opening.Lock()
	defer w.opening.Unlock()
	if w.engine != nil {
		err = errors.Join(err, w.engine.Close())
		w.engine = nil
	}
	return err
}

// instrument analyzes with the real instrument, whose networks are loaded when
// they are first needed.
func (w *Worker) instrument(ctx context.Context, path string, opt pipeline.Options, progress func(pipeline.Progress)) (*pipeline.Result, error) {
	e, err := w.Engine()
	if err != nil {
		return nil, err
	}
	return pipeline.Run(ctx, e, path, opt, progress)
}

// Engine is what runs the networks, loaded when it is first needed. The worker closes
// it when it stops.
func (w *Worker) Engine() (*face.Networks, error) {
	w.opening.Lock()
	defer w.opening.Unlock()
	if w.engine == nil {
		e, err := face.Open("")
		if err != nil {
			return nil, err
		}
		w.engine = e
	}
	return w.engine, nil
}

// Observe has each job told of that was done: its kind, how long it took, and
// whether it went well.
func (w *Worker) Observe(see func(kind string, took time.Duration, ok bool)) { w.observer.Store(&see) }

// do is the queue's handler.
func (w *Worker) do(ctx context.Context, j queue.Job) error {
	start := time.Now()
	err := fmt.Errorf("there is no work of the kind %s: %w", j.Kind, queue.ErrGiveUp)
	switch j.Kind {
	case AnalyzeJob:
		err = w.analyze(ctx, j)
	case PlayJob:
		err = w.play(ctx, j)
	}
	if later := (*queue.Later)(nil); w.away(err) && !errors.As(err, &later) {
		err = &queue.Later{In: w.limits.Busy, Err: err}
	}
	if w.away(err) {
		w.Log.Warn("a job waits: the database, the store of videos or the spool is not there or has no room", "kind", j.Kind, "id", j.ID, "error", err.Error())
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
	if err != nil || len(open) == 0 {
		return err
	}
	has, err := w.Queue.IDs(ctx, AnalyzeJob)
	if err != nil {
		return err
	}
	for _, r := range open {
		if has[r.ID] {
			continue
		}
		err := w.adoptOne(ctx, r.ID, func(tx *sql.Tx, r *record.Recording) error {
			if r.Attempts < queue.MaxAttempts {
				return w.addJob(ctx, tx, AnalyzeJob, r)
			}
			problem := words.Default().Say("work.problem.brokenOff", words.Args{"Times": r.Attempts})
			return w.Store.SetStateTx(ctx, tx, r.ID, record.Failed, &problem, r.Attempts)
		})
		if err != nil {
			return err
		}
		w.reread(ctx, r.ID)
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
	if name == OriginalFile || name == PlayFile {
		if err := mayLook(r); err != nil {
			return nil, err
		}
	}
	switch name {
	case OriginalFile:
		k, media = key(r.ID, OriginalFile), r.Type
	case PlayFile:
		k, media, tag = key(r.ID, PlayFile), "video/mp4", `"p`+r.ID+since(r)+`"`
		if _, err := w.Blobs.Size(k); errors.Is(err, blob.ErrNotFound) {
			k, media, tag = key(r.ID, OriginalFile), r.Type, `"o`+r.ID+since(r)+`"`
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

// OpenCopy opens the copy to play, which holds nothing but pictures and their times. Where
// there is none yet it is blob.ErrNotFound, never the film itself: that may say where and
// when it was made.
func (w *Worker) OpenCopy(r *record.Recording) (*File, error) {
	if err := mayLook(r); err != nil {
		return nil, err
	}
	f, err := w.Blobs.Open(key(r.ID, PlayFile))
	if err != nil {
		return nil, err
	}
	return &File{File: f, Type: "video/mp4", Ext: extensions["video/mp4"]}, nil
}

// Link is an address from which a client that has it plays a recording for so
// long; "" where there is none.
func (w *Worker) Link(r *record.Recording, within time.Duration) (string, error) {
	if err := mayLook(r); err != nil {
		return "", err
	}
	k := key(r.ID, PlayFile)
	if _, err := w.Blobs.Size(k); errors.Is(err, blob.ErrNotFound) {
		return "", nil // the film itself is served instead
	}
	return w.Blobs.Link(k, "video/mp4", within)
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
