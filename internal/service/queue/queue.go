package queue

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver"
	"github.com/riverqueue/river/riverdriver/riverdatabasesql"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"
)

// MaxAttempts is how often a job is tried.
const MaxAttempts = 3

// ErrGiveUp is wrapped by errors after which trying again makes no sense.
var ErrGiveUp = errors.New("not tried again")

// ErrCanceled is the cause of the context of a job that was canceled.
var ErrCanceled = errors.New("canceled")

// ErrLost says that the job was given to another process, since nothing was heard
// of this one for too long. Nothing may be written for it any more.
var ErrLost = errors.New("another process has the job now")

// Later is an error after which a job is tried again in a while, however often:
// what stands in its way is not its own fault.
type Later struct {
	In  time.Duration
	Err error
}

func (l *Later) Error() string { return l.Err.Error() }
func (l *Later) Unwrap() error { return l.Err }

// Job is a piece of work: what is to be done, with what.
type Job struct {
	Kind    string
	ID      string
	Attempt int // from 1

	row int64 // in the table of jobs
}

// Last reports whether no attempt comes after this one.
func (j Job) Last() bool { return j.Attempt >= MaxAttempts }

// Handler does a job. It stops soon after its context ends.
type Handler func(ctx context.Context, j Job) error

// args is how a job is stored.
type args struct {
	What string `json:"what"`
	ID   string `json:"id"`
	Whom string `json:"whom,omitempty"`
}

// is reports whether the job is that one.
func (a args) is(kind, id string) bool { return a.What == kind && a.ID == id }

func (args) Kind() string { return "work" }

// Queue keeps jobs and has them done.
type Queue struct {
	db     *sql.DB
	client *river.Client[*sql.Tx]
	do     Handler
	aside  []string
	shared *shared // nil: SQLite
	idle   bool    // does no jobs

	mu      sync.Mutex
	running map[int64]underWay
}

// underWay is a job that runs.
type underWay struct {
	args
	stop context.CancelCauseFunc
	done chan struct{}
}

// asideQueue is River's queue of the jobs that nothing waits for.
const asideQueue = "aside"

// Options are the choices of a queue.
type Options struct {
	Workers int           // jobs at once; less than 0: none, jobs are only added
	Aside   []string      // kinds of jobs that run beside the others, one at a time: nothing waits for them
	Poll    time.Duration // how often it looks for work; 0: half a second
	Retry   time.Duration // pause before another attempt; 0: five seconds
	Log     *slog.Logger

	// Pool are further connections to the same database where it is PostgreSQL,
	// and so many processes may work on it; nil: SQLite.
	Pool  *pgxpool.Pool
	Beat  time.Duration // how often a process says of its jobs that it does them; 0: five seconds
	Lease time.Duration // how long a job stays with a process that says nothing; 0: nine beats
	Grace time.Duration // how long after a start of the database nobody loses a job; 0: a lease
}

// quiet passes on warnings and errors only: River tells of every start and stop.
type quiet struct{ slog.Handler }

// Enabled reports whether a level is passed on.
func (q quiet) Enabled(ctx context.Context, l slog.Level) bool {
	return l >= slog.LevelWarn && q.Handler.Enabled(ctx, l)
}

type retry time.Duration

func (r retry) NextRetry(*rivertype.JobRow) time.Time { return time.Now().Add(time.Duration(r)) }

// New prepares a queue whose jobs are done by do. Nothing runs before Start.
func New(ctx context.Context, db *sql.DB, do Handler, o Options) (*Queue, error) {
	if o.Poll == 0 {
		o.Poll = 500 * time.Millisecond
	}
	if o.Retry == 0 {
		o.Retry = 5 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Log = slog.New(quiet{o.Log.Handler()})
	q := &Queue{db: db, do: do, aside: o.Aside, idle: o.Workers < 0, running: map[int64]underWay{}}
	var driver riverdriver.Driver[*sql.Tx] = riversqlite.New(db)
	if o.Pool != nil {
		driver = riverdatabasesql.NewWithPgxListener(db, o.Pool)
		q.shared = newShared(q, o)
	}
	if err := q.migrate(ctx, driver, o); err != nil {
		return nil, err
	}
	workers := river.NewWorkers()
	if err := river.AddWorkerSafely(workers, &worker{q: q}); err != nil {
		return nil, fmt.Errorf("preparing the job queue: %w", err)
	}
	queues := map[string]river.QueueConfig{river.QueueDefault: {MaxWorkers: max(1, o.Workers)}, asideQueue: {MaxWorkers: 1}}
	if q.idle {
		queues = nil
	}
	var err error
	q.client, err = river.NewClient(driver, &river.Config{
		Logger: o.Log, Workers: workers, MaxAttempts: MaxAttempts,
		Queues:            queues,
		FetchCooldown:     min(o.Poll, 100*time.Millisecond),
		FetchPollInterval: o.Poll,
		JobTimeout:        -1,
		JobStuckThreshold: 365 * 24 * time.Hour,
		// River judges by when a job began, and a long recording is never stuck:
		// the jobs of a dead process are rescued by its silence, or when the queue
		// of an SQLite database starts.
		RescueStuckJobsAfter:        365 * 24 * time.Hour,
		RetryPolicy:                 retry(o.Retry),
		CancelledJobRetentionPeriod: time.Hour, CompletedJobRetentionPeriod: time.Hour, DiscardedJobRetentionPeriod: time.Hour,
	})
	if err != nil {
		return nil, fmt.Errorf("preparing the job queue: %w", err)
	}
	return q, nil
}

// migrate brings the queue's tables to the form that River needs.
func (q *Queue) migrate(ctx context.Context, driver riverdriver.Driver[*sql.Tx], o Options) error {
	m, err := rivermigrate.New(driver, &rivermigrate.Config{Logger: o.Log})
	if err != nil {
		return fmt.Errorf("preparing the job queue: %w", err)
	}
	if q.shared != nil {
		release, err := q.shared.alone(ctx)
		if err != nil {
			return fmt.Errorf("preparing the job queue's tables: %w", err)
		}
		defer release()
	}
	if _, err := m.Migrate(ctx, rivermigrate.DirectionUp, nil); err != nil {
		return fmt.Errorf("preparing the job queue's tables: %w", err)
	}
	return nil
}

// Start rescues the jobs of a process that died, and begins to work.
func (q *Queue) Start(ctx context.Context) error {
	if q.shared == nil {
		for _, s := range []string{
			`DELETE FROM river_job WHERE state = 'running' AND attempt >= max_attempts`,
			`UPDATE river_job SET state = 'available', scheduled_at = MIN(scheduled_at, CURRENT_TIMESTAMP) WHERE state IN ('running', 'retryable', 'scheduled')`,
		} {
			if _, err := q.db.ExecContext(ctx, s); err != nil {
				return fmt.Errorf("taking up jobs that were broken off: %w", err)
			}
		}
	}
	if q.shared != nil {
		if err := q.shared.start(ctx); err != nil {
			return err
		}
	}
	if q.idle {
		return nil
	}
	if err := q.client.Start(context.WithoutCancel(ctx)); err != nil {
		return fmt.Errorf("starting the job queue: %w", err)
	}
	return nil
}

// Stop breaks off what runs, to be taken up at the next start, and waits for it.
func (q *Queue) Stop(ctx context.Context) error {
	if q.shared != nil {
		defer q.shared.stop()
	}
	if q.idle {
		return nil
	}
	if err := q.client.StopAndCancel(ctx); err != nil {
		return fmt.Errorf("stopping the job queue: %w", err)
	}
	return nil
}

// Insert adds a short job of nobody in particular within a transaction on the
// same database.
func (q *Queue) Insert(ctx context.Context, tx *sql.Tx, kind, id string) error {
	return q.InsertFor(ctx, tx, kind, id, "", 0)
}

// InsertFor adds a job of a person within a transaction on the same database.
// takes is how long the work lasts, roughly; less than a second counts as one.
//
// People take turns, by self-clocked fair queueing (Golestani, INFOCOM 1994):
// each job has a moment on a clock that counts work, not hours, and the earliest
// is done first. A person's job stands as long as it takes after their last one,
// or after the job that is next now. So who comes with one video waits for about
// one of each other person, however many somebody else brought.
func (q *Queue) InsertFor(ctx context.Context, tx *sql.Tx, kind, id, whom string, takes time.Duration) error {
	return q.add(ctx, tx, kind, id, whom, takes, river.PriorityDefault)
}

// InsertBehind is InsertFor for a job that any number of others may overtake: jobs
// that were added otherwise go first, whenever they come.
func (q *Queue) InsertBehind(ctx context.Context, tx *sql.Tx, kind, id, whom string, takes time.Duration) error {
	return q.add(ctx, tx, kind, id, whom, takes, lastPriority)
}

// lastPriority is the lowest of River's priorities, of which 1 is the highest.
const lastPriority = 4

func (q *Queue) add(ctx context.Context, tx *sql.Tx, kind, id, whom string, takes time.Duration, priority int) error {
	opts := &river.InsertOpts{Queue: river.QueueDefault, Priority: priority}
	if slices.Contains(q.aside, kind) {
		opts.Queue = asideQueue
	}
	at, err := q.turn(ctx, tx, opts.Queue, whom, max(takes, time.Second))
	if err != nil {
		return err
	}
	in, err := q.client.InsertTx(ctx, tx, args{kind, id, whom}, opts)
	if err == nil { // a moment that River is told would make the job wait for its scheduler
		var moment any = at
		if q.shared == nil {
			moment = at.Format("2006-01-02 15:04:05.000")
		}
		_, err = tx.ExecContext(ctx, `UPDATE river_job SET scheduled_at = $1 WHERE id = $2`, moment, in.Job.ID)
	}
	if err != nil {
		return fmt.Errorf("adding a job: %w", err)
	}
	return nil
}

// The clock of turns begins long before any day on which a job can be added: a
// moment of it is always past, so that the job may be done at once.
var (
	turnsBegin = time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	turnsEnd   = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
)

// turn is the moment of a job in the clock of turns.
func (q *Queue) turn(ctx context.Context, tx *sql.Tx, queue, whom string, takes time.Duration) (time.Time, error) {
	// What waits or runs now. Jobs that were put off stand in hours, not turns.
	rows, err := tx.QueryContext(ctx, q.sql(`SELECT scheduled_at, COALESCE(@whom, '') FROM river_job
WHERE queue = $1 AND state IN ('available', 'running') ORDER BY scheduled_at`), queue)
	if err != nil {
		return turnsBegin, fmt.Errorf("looking for a turn: %w", err)
	}
	defer rows.Close()
	next, last := time.Time{}, time.Time{}
	for rows.Next() {
		var at time.Time
		var who string
		if err := rows.Scan(&at, &who); err != nil {
			return turnsBegin, fmt.Errorf("looking for a turn: %w", err)
		}
		if at.After(turnsEnd) {
			continue
		}
		if next.IsZero() {
			next = at
		}
		if who == whom && whom != "" && at.After(last) {
			last = at
		}
	}
	if err := rows.Err(); err != nil {
		return turnsBegin, fmt.Errorf("looking for a turn: %w", err)
	}
	switch {
	case next.IsZero():
		return turnsBegin.Add(takes), nil
	case last.IsZero():
		return next.Add(takes), nil
	}
	return last.Add(takes), nil
}

// sql is a statement on the table of jobs, with the words for what is in a job's
// arguments that the database has.
func (q *Queue) sql(s string) string {
	if q.shared != nil {
		return strings.NewReplacer("@whom", "args->>'whom'", "@what", "args->>'what'", "@id", "args->>'id'").Replace(s)
	}
	return strings.NewReplacer("@whom", "json_extract(args, '$.whom')", "@what", "json_extract(args, '$.what')", "@id", "json_extract(args, '$.id')").Replace(s)
}

// Has reports whether a job waits or runs.
func (q *Queue) Has(ctx context.Context, kind, id string) (bool, error) {
	var n int
	err := q.db.QueryRowContext(ctx, q.sql(`SELECT COUNT(*) FROM river_job WHERE state IN ('available', 'running', 'retryable', 'scheduled', 'pending')
  AND @what = $1 AND @id = $2`), kind, id).Scan(&n)
	if err != nil {
		return false, fmt.Errorf("looking for a job: %w", err)
	}
	return n > 0, nil
}

// IDs are those of the jobs of a kind that wait or run.
func (q *Queue) IDs(ctx context.Context, kind string) (map[string]bool, error) {
	rows, err := q.db.QueryContext(ctx, q.sql(`SELECT @id FROM river_job WHERE state IN ('available', 'running', 'retryable', 'scheduled', 'pending') AND @what = $1`), kind)
	if err != nil {
		return nil, fmt.Errorf("looking for jobs: %w", err)
	}
	defer rows.Close()
	out := map[string]bool{}
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return nil, fmt.Errorf("looking for jobs: %w", err)
		}
		out[id] = true
	}
	return out, rows.Err()
}

// Count is a kind of jobs in a state.
type Count struct{ Kind, State string }

// Counts says how many jobs wait or run.
func (q *Queue) Counts(ctx context.Context) (map[Count]int, error) {
	rows, err := q.db.QueryContext(ctx, q.sql(`SELECT @what, state, COUNT(*) FROM river_job
WHERE state IN ('available', 'running', 'retryable', 'scheduled', 'pending') GROUP BY 1, 2`))
	if err != nil {
		return nil, fmt.Errorf("counting jobs: %w", err)
	}
	defer rows.Close()
	out := map[Count]int{}
	for rows.Next() {
		var c Count
		var n int
		if err := rows.Scan(&c.Kind, &c.State, &n); err != nil {
			return nil, fmt.Errorf("counting jobs: %w", err)
		}
		out[c] = n
	}
	return out, rows.Err()
}

// Cancel takes a job that waits out of the queue and ends the context of one
// that runs, with [ErrCanceled] as its cause.
func (q *Queue) Cancel(ctx context.Context, kind, id string) error {
	q.mu.Lock()
	for _, r := range q.running {
		if r.is(kind, id) {
			r.stop(ErrCanceled)
		}
	}
	q.mu.Unlock()
	if q.shared != nil {
		if err := q.shared.cancel(ctx, kind, id); err != nil {
			return err
		}
	}
	if _, err := q.db.ExecContext(ctx, q.sql(`DELETE FROM river_job WHERE state <> 'running' AND @what = $1 AND @id = $2`), kind, id); err != nil {
		return fmt.Errorf("canceling a job: %w", err)
	}
	return nil
}

// Wait returns when no such job runs, in this process or in another that lives.
func (q *Queue) Wait(kind, id string) {
	var wait []chan struct{}
	q.mu.Lock()
	for _, r := range q.running {
		if r.is(kind, id) {
			wait = append(wait, r.done)
		}
	}
	q.mu.Unlock()
	for _, c := range wait {
		<-c
	}
	if q.shared != nil {
		q.shared.wait(kind, id)
	}
}

// Holds reports, within a transaction on the same database, whether the job is
// still this process's: otherwise it is [ErrLost] or [ErrCanceled], and nothing
// may be written for it. Until the transaction ends the job stays where it is.
func (q *Queue) Holds(ctx context.Context, tx *sql.Tx, j Job) error {
	if q.shared == nil {
		return nil
	}
	return q.shared.holds(ctx, tx, j)
}

// Forget deletes every trace of such jobs, done ones too. None may run: see Wait.
func (q *Queue) Forget(ctx context.Context, kind, id string) error {
	if _, err := q.db.ExecContext(ctx, q.sql(`DELETE FROM river_job WHERE @what = $1 AND @id = $2`), kind, id); err != nil {
		return fmt.Errorf("forgetting a job: %w", err)
	}
	return nil
}

// worker hands River's jobs to the handler.
type worker struct {
	river.WorkerDefaults[args]
	q *Queue
}

// Work does one job.
func (w *worker) Work(ctx context.Context, job *river.Job[args]) (err error) {
	work, stop := context.WithCancelCause(context.WithoutCancel(ctx))
	defer stop(nil)
	defer context.AfterFunc(ctx, func() {
		if cause := context.Cause(ctx); errors.Is(cause, rivertype.ErrJobCancelledRemotely) {
			stop(ErrCanceled)
		} else {
			stop(cause)
		}
	})()
	w.q.mu.Lock()
	done := make(chan struct{})
	w.q.running[job.ID] = underWay{job.Args, stop, done}
	w.q.mu.Unlock()
	defer func() {
		close(done)
		w.q.mu.Lock()
		delete(w.q.running, job.ID)
		w.q.mu.Unlock()
	}()
	err = w.q.do(work, Job{job.Args.What, job.Args.ID, job.Attempt, job.ID})
	switch {
	case err == nil:
		return nil
	case errors.Is(context.Cause(work), ErrCanceled):
		// Not err: were the queue to stop now, River would take a
		// context.Canceled for its own and the job up again.
		return river.JobCancel(ErrCanceled)
	case errors.Is(context.Cause(work), ErrLost), errors.Is(err, ErrLost):
		return river.JobCancel(ErrLost) // its row is gone: this changes nothing
	case errors.Is(err, ErrGiveUp):
		return river.JobCancel(errors.New(err.Error()))
	case ctx.Err() != nil:
		return river.JobSnooze(0) // the queue stops: this was no attempt
	}
	var later *Later
	if errors.As(err, &later) {
		return river.JobSnooze(later.In)
	}
	return err
}
