// Package queuetest is what the job queue has to hold on every database.
package queuetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"facialis/internal/service/queue"
)

// bench is a queue whose jobs tell of themselves.
type bench struct {
	*queue.Queue
	db *sql.DB
}

// start opens a queue on db and starts it; it stops with the test.
func start(t *testing.T, db *sql.DB, do queue.Handler) *bench {
	t.Helper()
	ctx := context.Background()
	q, err := queue.New(ctx, db, do, queue.Options{Workers: 2, Poll: 5 * time.Millisecond, Retry: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	if err := q.Start(ctx); err != nil {
		t.Fatal(err)
	}
	return &bench{q, db}
}

func (b *bench) insert(t *testing.T, ids ...string) {
	t.Helper()
	ctx := context.Background()
	tx, err := b.db.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	for _, id := range ids {
		if err := b.Insert(ctx, tx, "k", id); err != nil {
			t.Fatal(err)
		}
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
}

func (b *bench) stop(t *testing.T) {
	t.Helper()
	if err := b.Stop(context.Background()); err != nil {
		t.Error(err)
	}
}

// Exercise runs every test; open gives an empty database.
func Exercise(t *testing.T, open func(testing.TB) *sql.DB) {
	t.Run("each job once", func(t *testing.T) { once(t, open(t)) })
	t.Run("tried again, then given up", func(t *testing.T) { again(t, open(t)) })
	t.Run("cancel", func(t *testing.T) { cancel(t, open(t)) })
	t.Run("stopped and taken up", func(t *testing.T) { takenUp(t, open(t)) })
	t.Run("a process that dies", func(t *testing.T) { died(t, open(t)) })
	t.Run("rolled back", func(t *testing.T) { rolledBack(t, open(t)) })
	t.Run("behind the others", func(t *testing.T) { behind(t, open(t)) })
	t.Run("people take turns", func(t *testing.T) { turns(t, open(t)) })
}

// behind: what was put behind the others is overtaken by what comes later.
func behind(t *testing.T, db *sql.DB) {
	ctx := context.Background()
	var mu sync.Mutex
	var got []string
	var wg sync.WaitGroup
	q, err := queue.New(ctx, db, func(_ context.Context, j queue.Job) error {
		mu.Lock()
		got = append(got, j.ID)
		mu.Unlock()
		wg.Done()
		return nil
	}, queue.Options{Workers: 1, Poll: 5 * time.Millisecond, Retry: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	for _, id := range []string{"old 1", "old 2"} {
		if err := q.InsertBehind(ctx, tx, "k", id, "bert", time.Minute); err != nil {
			t.Fatal(err)
		}
	}
	if err := q.Insert(ctx, tx, "k", "new"); err != nil {
		t.Fatal(err)
	}
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	wg.Add(3)
	if err := q.Start(ctx); err != nil {
		t.Fatal(err)
	}
	wg.Wait()
	if err := q.Stop(ctx); err != nil {
		t.Error(err)
	}
	if !slices.Equal(got, []string{"new", "old 1", "old 2"}) {
		t.Errorf("done in the order %q", got)
	}
}

// turns: who comes with one job after somebody's twelve waits for one or two, and
// who comes with short work comes before who comes with long.
func turns(t *testing.T, db *sql.DB) {
	ctx := context.Background()
	var got []string
	done := make(chan bool)
	q, err := queue.New(ctx, db, func(_ context.Context, j queue.Job) error {
		got = append(got, j.ID)
		done <- true
		return nil
	}, queue.Options{Workers: 1, Poll: 5 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer tx.Rollback()
	for i := range 12 {
		err = errors.Join(err, q.InsertFor(ctx, tx, "k", fmt.Sprintf("bert %02d", i), "bert", time.Minute))
	}
	err = errors.Join(err, q.InsertFor(ctx, tx, "k", "anna", "anna", 90*time.Second), q.InsertFor(ctx, tx, "k", "cora", "cora", 5*time.Second),
		q.InsertFor(ctx, tx, "k", "anna again", "anna", 5*time.Second), tx.Commit(), q.Start(ctx))
	if err != nil {
		t.Fatal(err)
	}
	for range 15 {
		<-done
	}
	if err := q.Stop(ctx); err != nil {
		t.Error(err)
	}
	want := []string{"bert 00", "cora", "bert 01", "anna", "anna again", "bert 02"}
	if !slices.Equal(got[:len(want)], want) {
		t.Errorf("%q", got)
	}
}

func once(t *testing.T, db *sql.DB) {
	var mu sync.Mutex
	var got []string
	var wg sync.WaitGroup
	b := start(t, db, func(_ context.Context, j queue.Job) error {
		mu.Lock()
		got = append(got, j.ID)
		mu.Unlock()
		wg.Done()
		return nil
	})
	var want []string
	for i := range 20 {
		want = append(want, fmt.Sprintf("%02d", i))
	}
	wg.Add(len(want))
	b.insert(t, want...)
	wg.Wait()
	b.stop(t)
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("%v", got)
	}
}

func again(t *testing.T, db *sql.DB) {
	attempts := make(chan queue.Job, 10)
	b := start(t, db, func(_ context.Context, j queue.Job) error {
		attempts <- j
		if j.ID == "hopeless" {
			return fmt.Errorf("no: %w", queue.ErrGiveUp)
		}
		return errors.New("not yet")
	})
	b.insert(t, "hopeless")
	if j := <-attempts; j.Attempt != 1 {
		t.Errorf("%+v", j)
	}
	b.insert(t, "trying")
	for n := 1; n <= queue.MaxAttempts; n++ {
		if j := <-attempts; j.ID != "trying" || j.Attempt != n || j.Last() != (n == queue.MaxAttempts) {
			t.Errorf("attempt %d: %+v", n, j)
		}
	}
	// A stop is no attempt, so the last one has to be over before it.
	for _, id := range []string{"hopeless", "trying"} {
		b.gone(t, id)
	}
	b.stop(t)
	if len(attempts) != 0 {
		t.Errorf("%d more", len(attempts))
	}
}

// patience is how long a state may take to come about on the busiest machine.
const patience = time.Minute

// gone waits until the queue no longer has a job.
func (b *bench) gone(t *testing.T, id string) {
	t.Helper()
	for end := time.Now().Add(patience); ; time.Sleep(time.Millisecond) {
		has, err := b.Has(context.Background(), "k", id)
		switch {
		case err != nil:
			t.Fatal(err)
		case !has:
			return
		case time.Now().After(end):
			t.Errorf("%s is still there", id)
			return
		}
	}
}

func cancel(t *testing.T, db *sql.DB) {
	ctx := context.Background()
	started, ended := make(chan string, 4), make(chan error, 4)
	b := start(t, db, func(ctx context.Context, j queue.Job) error {
		started <- j.ID
		<-ctx.Done()
		ended <- context.Cause(ctx)
		return ctx.Err()
	})
	b.insert(t, "1", "2")
	<-started
	<-started
	b.insert(t, "3")
	if err := errors.Join(b.Cancel(ctx, "k", "3"), b.Cancel(ctx, "k", "1")); err != nil {
		t.Fatal(err)
	}
	if cause := <-ended; !errors.Is(cause, queue.ErrCancelled) {
		t.Error(cause)
	}
	b.Wait("k", "1")
	b.stop(t)
	if cause := <-ended; errors.Is(cause, queue.ErrCancelled) {
		t.Error("the other one was cancelled too")
	}
	if len(started) != 0 {
		t.Error("what was cancelled began after all")
	}
	for id, want := range map[string]bool{"1": false, "2": true, "3": false} {
		if has, err := b.Has(ctx, "k", id); has != want || err != nil {
			t.Errorf("%s: %v %v", id, has, err)
		}
	}
}

// A stop is no attempt: what it broke off is begun again at the next start.
func takenUp(t *testing.T, db *sql.DB) {
	for round := range 2 * queue.MaxAttempts {
		started := make(chan queue.Job, 1)
		b := start(t, db, func(ctx context.Context, j queue.Job) error {
			started <- j
			<-ctx.Done()
			return ctx.Err()
		})
		if round == 0 {
			b.insert(t, "long")
		}
		if j := <-started; j.ID != "long" || j.Attempt != 1 {
			t.Errorf("round %d: %+v", round, j)
		}
		b.stop(t)
	}
}

// Jobs that stand as running belong to a process that died: they run again, as
// another attempt, and after the last they are gone.
func died(t *testing.T, db *sql.DB) {
	for attempt := 2; attempt <= queue.MaxAttempts+1; attempt++ {
		if attempt == 2 {
			b := start(t, db, func(context.Context, queue.Job) error { return nil })
			b.stop(t)
			b.insert(t, "x")
		}
		// As a process leaves it that is killed in the middle of a job.
		if _, err := db.Exec(`UPDATE river_job SET state = 'running', attempt = $1`, attempt-1); err != nil {
			t.Fatal(err)
		}
		started := make(chan queue.Job, 1)
		b := start(t, db, func(ctx context.Context, j queue.Job) error {
			started <- j
			<-ctx.Done()
			return ctx.Err()
		})
		has, err := b.Has(context.Background(), "k", "x")
		if err != nil || has != (attempt <= queue.MaxAttempts) {
			t.Fatalf("attempt %d: %v %v", attempt, has, err)
		}
		if has {
			if j := <-started; j.Attempt != attempt {
				t.Errorf("attempt %d: %+v", attempt, j)
			}
		}
		b.stop(t)
	}
}

func rolledBack(t *testing.T, db *sql.DB) {
	ctx := context.Background()
	b := start(t, db, func(context.Context, queue.Job) error { return nil })
	defer b.stop(t)
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Insert(ctx, tx, "k", "x"); err != nil {
		t.Fatal(err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	if has, err := b.Has(ctx, "k", "x"); has || err != nil {
		t.Error("the job is there without its transaction", err)
	}
}
