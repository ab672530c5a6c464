package queue

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"
)

// shared is what a queue needs beside River where several processes take its
// jobs. Each says every few seconds, in the column attempted_at, of the jobs it
// does that it does them. A job of which nothing is heard for the length of a
// lease is put back under a new number: whatever its former process still writes
// of the old one meets no row.
type shared struct {
	q           *Queue
	pool        *pgxpool.Pool
	log         *slog.Logger
	beat, lease time.Duration
	grace       time.Duration

	mu    sync.Mutex
	end   context.CancelFunc
	ended chan struct{}
}

// usualBeat is how often a process says of its jobs that it does them, and
// beatsMissed how many of those may fail before the jobs are given to another.
const (
	usualBeat   = 5 * time.Second
	beatsMissed = 9
)

func newShared(q *Queue, o Options) *shared {
	s := &shared{q: q, pool: o.Pool, log: o.Log, beat: o.Beat, lease: o.Lease}
	if s.beat == 0 {
		s.beat = usualBeat
	}
	if s.lease == 0 {
		s.lease = beatsMissed * s.beat
	}
	if s.grace = o.Grace; s.grace == 0 {
		s.grace = s.lease
	}
	return s
}

// migrationLock is the number of the lock by which one process at a time brings
// the queue's tables to their form: any number that nothing else uses.
const migrationLock = 0x66_61_63_69_61_6c // "facial"

// alone waits until no other process changes the queue's tables.
func (s *shared) alone(ctx context.Context) (release func(), err error) {
	c, err := s.pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := c.Exec(ctx, `SELECT pg_advisory_lock($1)`, int64(migrationLock)); err != nil {
		c.Hijack().Close(ctx)
		return nil, err
	}
	return func() {
		if _, err := c.Exec(context.Background(), `SELECT pg_advisory_unlock($1)`, int64(migrationLock)); err != nil {
			c.Hijack().Close(context.Background())
			return
		}
		c.Release()
	}, nil
}

func (s *shared) start(ctx context.Context) error {
	if err := s.rescue(ctx); err != nil {
		return fmt.Errorf("taking up jobs that were broken off: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	beating, end := context.WithCancel(context.WithoutCancel(ctx))
	ended := make(chan struct{})
	s.end, s.ended = end, ended
	go func() {
		defer close(ended)
		tick := time.NewTicker(s.beat)
		defer tick.Stop()
		for {
			select {
			case <-beating.Done():
				return
			case <-tick.C:
			}
			within, cancel := context.WithTimeout(beating, s.beat)
			err := errors.Join(s.keep(within), s.rescue(within))
			cancel()
			if err != nil && beating.Err() == nil {
				s.log.Warn("the database does not answer the job queue; it is asked again", "error", err.Error())
			}
		}
	}()
	return nil
}

func (s *shared) stop() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.end != nil {
		s.end()
		<-s.ended
		s.end = nil
	}
}

// keep says of the jobs that this process does that it does them, and stops those
// that were canceled or are another's by now.
func (s *shared) keep(ctx context.Context) error {
	s.q.mu.Lock()
	mine := make([]int64, 0, len(s.q.running))
	for id := range s.q.running {
		mine = append(mine, id)
	}
	s.q.mu.Unlock()
	if len(mine) == 0 {
		return nil
	}
	rows, err := s.pool.Query(ctx, `UPDATE river_job SET attempted_at = now() WHERE id = ANY ($1) AND state = 'running' RETURNING id, metadata ? 'cancel_attempted_at'`, mine)
	if err != nil {
		return err
	}
	kept := map[int64]bool{} // whether it was canceled
	var id int64
	var canceled bool
	if _, err := pgx.ForEachRow(rows, []any{&id, &canceled}, func() error { kept[id] = canceled; return nil }); err != nil {
		return err
	}
	s.q.mu.Lock()
	defer s.q.mu.Unlock()
	for _, id := range mine {
		r, running := s.q.running[id]
		canceled, is := kept[id]
		switch {
		case !running:
		case !is:
			r.stop(ErrLost)
		case canceled:
			r.stop(ErrCanceled)
		}
	}
	return nil
}

// rescue puts back the jobs of processes of which nothing was heard for the
// length of a lease, and takes out those that were tried often enough. After a
// start of the database, which nobody reached before it, everybody has the time
// of a lease to be heard.
func (s *shared) rescue(ctx context.Context) error {
	const silent = `state = 'running' AND attempted_at < now() - $1::interval AND pg_postmaster_start_time() < now() - $2::interval`
	_, err1 := s.pool.Exec(ctx, `DELETE FROM river_job WHERE `+silent+` AND (attempt >= max_attempts OR metadata ? 'cancel_attempted_at')`, s.lease, s.grace)
	_, err2 := s.pool.Exec(ctx, `UPDATE river_job SET id = nextval(pg_get_serial_sequence('river_job', 'id')), state = 'available' WHERE `+silent, s.lease, s.grace)
	return errors.Join(err1, err2)
}

// cancel has the jobs that run in whatever process stopped.
func (s *shared) cancel(ctx context.Context, kind, id string) error {
	rows, err := s.q.db.QueryContext(ctx, s.q.sql(`SELECT id FROM river_job WHERE state = 'running' AND @what = $1 AND @id = $2`), kind, id)
	if err != nil {
		return fmt.Errorf("canceling a job: %w", err)
	}
	defer rows.Close()
	var ids []int64
	for rows.Next() {
		var row int64
		if err := rows.Scan(&row); err != nil {
			return fmt.Errorf("canceling a job: %w", err)
		}
		ids = append(ids, row)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("canceling a job: %w", err)
	}
	for _, row := range ids {
		if _, err := s.q.client.JobCancel(ctx, row); err != nil && !errors.Is(err, river.ErrNotFound) {
			return fmt.Errorf("canceling a job: %w", err)
		}
	}
	return nil
}

// lookAgain is how long to wait before the database is asked again.
const lookAgain = 50 * time.Millisecond

// wait returns when no living process does such a job.
func (s *shared) wait(kind, id string) {
	for {
		var n int
		ctx, cancel := context.WithTimeout(context.Background(), s.lease)
		err := s.q.db.QueryRowContext(ctx, s.q.sql(`SELECT COUNT(*) FROM river_job WHERE state = 'running' AND @what = $1 AND @id = $2 AND attempted_at >= now() - make_interval(secs => $3)`),
			kind, id, s.lease.Seconds()).Scan(&n)
		cancel()
		if err == nil && n == 0 {
			return
		}
		time.Sleep(lookAgain)
	}
}

func (s *shared) holds(ctx context.Context, tx *sql.Tx, j Job) error {
	var canceled bool
	err := tx.QueryRowContext(ctx, `SELECT metadata ? 'cancel_attempted_at' FROM river_job WHERE id = $1 AND state = $2 AND attempt = $3 FOR UPDATE`,
		j.row, string(rivertype.JobStateRunning), j.Attempt).Scan(&canceled)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return ErrLost
	case err != nil:
		return fmt.Errorf("looking after a job: %w", err)
	case canceled:
		return ErrCanceled
	}
	return nil
}
