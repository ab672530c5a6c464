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

	"github.com/jackc/pgx/v5/pgxpool"
)

// Database is an empty database. Pool are connections to it where several
// processes may work on it, else nil.
type Database struct {
	*sql.DB
	Pool *pgxpool.Pool
}

// new makes a queue on the database with the pauses of a test.
func (db Database) new(do queue.Handler, o queue.Options) (*queue.Queue, error) {
	o.Pool, o.Poll, o.Retry, o.Beat = db.Pool, 5*time.Millisecond, time.Millisecond, 20*time.Millisecond
	o.Lease, o.Grace = lease, time.Millisecond
	return queue.New(context.Background(), db.DB, do, o)
}

// lease is longer than any silence of a process that lives, on the busiest machine.
const lease = time.Minute

// bench is a queue whose jobs tell of themselves.
type bench struct {
	*queue.Queue
	db Database
}

// start opens a queue on db and starts it; it stops with the test.
func start(t *testing.T, db Database, do queue.Handler) *bench {
	t.Helper()
	ctx := context.Background()
	q, err := db.new(do, queue.Options{Workers: 2})
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
func Exercise(t *testing.T, open func(testing.TB) Database) {
	t.Run("each job once", func(t *testing.T) { once(t, open(t)) })
	t.Run("tried again, then given up", func(t *testing.T) { again(t, open(t)) })
	t.Run("cancel", func(t *testing.T) { cancel(t, open(t)) })
	t.Run("stopped and taken up", func(t *testing.T) { takenUp(t, open(t)) })
	t.Run("a process that dies", func(t *testing.T) { died(t, open(t)) })
	t.Run("rolled back", func(t *testing.T) { rolledBack(t, open(t)) })
	t.Run("behind the others", func(t *testing.T) { behind(t, open(t)) })
	t.Run("people take turns", func(t *testing.T) { turns(t, open(t)) })
	t.Run("one that only adds", func(t *testing.T) { onlyAdds(t, open(t)) })
}

// Shared runs the tests of a database that several processes work on; open gives
// an empty one.
func Shared(t *testing.T, open func(testing.TB) Database) {
	t.Run("two take each job once", func(t *testing.T) { twoOnce(t, open(t)) })
	t.Run("canceled from elsewhere", func(t *testing.T) { cancelElsewhere(t, open(t)) })
	t.Run("one falls silent", func(t *testing.T) { silent(t, open(t)) })
	t.Run("jobs stay with who is heard", func(t *testing.T) { heard(t, open(t)) })
}

// onlyAdds: a queue without workers adds jobs, which another does.
func onlyAdds(t *testing.T, db Database) {
	ctx := context.Background()
	q, err := db.new(func(context.Context, queue.Job) error { t.Error("it works"); return nil }, queue.Options{Workers: -1})
	if err != nil {
		t.Fatal(err)
	}
	if err := q.Start(ctx); err != nil {
		t.Fatal(err)
	}
	adds := &bench{q, db}
	adds.insert(t, "1")
	done := make(chan string)
	b := start(t, db, func(_ context.Context, j queue.Job) error { done <- j.ID; return nil })
	if id := <-done; id != "1" {
		t.Error(id)
	}
	b.stop(t)
	adds.stop(t)
}

func twoOnce(t *testing.T, db Database) {
	var mu sync.Mutex
	times, by := map[string]int{}, map[int]int{}
	var wg sync.WaitGroup
	var both []*bench
	for i := range 2 {
		both = append(both, start(t, db, func(_ context.Context, j queue.Job) error {
			mu.Lock()
			times[j.ID]++
			by[i]++
			mu.Unlock()
			wg.Done()
			return nil
		}))
	}
	const jobs = 60
	for i := range jobs {
		wg.Add(1)
		both[i%2].insert(t, fmt.Sprint(i))
	}
	wg.Wait()
	for i := range jobs {
		both[0].gone(t, fmt.Sprint(i))
	}
	for _, b := range both {
		b.stop(t)
	}
	for id, n := range times {
		if n != 1 {
			t.Errorf("%s was done %d times", id, n)
		}
	}
	if len(times) != jobs {
		t.Errorf("%d were done", len(times))
	}
}

// cancelElsewhere: a process cancels what another does, and waits for its end.
func cancelElsewhere(t *testing.T, db Database) {
	ctx := context.Background()
	started, ended := make(chan string, 2), make(chan error, 2)
	works := start(t, db, func(ctx context.Context, j queue.Job) error {
		started <- j.ID
		<-ctx.Done()
		ended <- context.Cause(ctx)
		return ctx.Err()
	})
	asks, err := db.new(func(context.Context, queue.Job) error { return nil }, queue.Options{Workers: -1})
	if err != nil {
		t.Fatal(err)
	}
	works.insert(t, "1", "2")
	<-started
	<-started
	if err := asks.Cancel(ctx, "k", "1"); err != nil {
		t.Fatal(err)
	}
	asks.Wait("k", "1")
	if cause := <-ended; !errors.Is(cause, queue.ErrCanceled) {
		t.Error(cause)
	}
	for id, want := range map[string]bool{"1": false, "2": true} {
		if has, err := asks.Has(ctx, "k", id); has != want || err != nil {
			t.Errorf("%s: %v %v", id, has, err)
		}
	}
	works.stop(t)
}

// silent: a process that is not heard any more loses its job to another. It learns
// of it, may not write its result, and spoils nothing of the other's.
func silent(t *testing.T, db Database) {
	ctx := context.Background()
	first, second := make(chan queue.Job, 1), make(chan queue.Job, 1)
	lost, finish := make(chan error, 1), make(chan bool)
	a := start(t, db, func(ctx context.Context, j queue.Job) error {
		first <- j
		<-ctx.Done()
		lost <- context.Cause(ctx)
		return nil // as one that takes no notice
	})
	a.insert(t, "x")
	was := <-first
	holds := func(q *bench, j queue.Job) error {
		tx, err := db.BeginTx(ctx, nil)
		if err != nil {
			t.Fatal(err)
		}
		defer tx.Rollback()
		return q.Holds(ctx, tx, j)
	}
	if err := holds(a, was); err != nil {
		t.Fatal(err)
	}
	b := start(t, db, func(_ context.Context, j queue.Job) error {
		second <- j
		<-finish
		return nil
	})
	// Not one beat of the first is heard before the other looks.
	for taken := false; !taken; {
		if _, err := db.Exec(`UPDATE river_job SET attempted_at = now() - interval '1 day' WHERE attempt = 1`); err != nil {
			t.Fatal(err)
		}
		var err error
		taken = errors.Is(holds(a, was), queue.ErrLost)
		if err != nil {
			t.Fatal(err)
		}
	}
	if cause := <-lost; !errors.Is(cause, queue.ErrLost) {
		t.Error(cause)
	}
	// The first may have taken it up again itself: then it is let go of once more.
	var now queue.Job
	var by *bench
	select {
	case now = <-second:
		by = b
	case now = <-first:
		by = a
	}
	if now.Attempt != 2 || holds(by, now) != nil {
		t.Errorf("%+v: %v", now, holds(by, now))
	}
	if has, err := b.Has(ctx, "k", "x"); !has || err != nil {
		t.Error("what the first returned counted", err)
	}
	close(finish)
	a.stop(t)
	b.stop(t)
}

// heard: however long a job takes, it stays with the process that is heard.
func heard(t *testing.T, db Database) {
	started, finish := make(chan queue.Job, 2), make(chan bool)
	do := func(ctx context.Context, j queue.Job) error {
		started <- j
		select {
		case <-finish:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	a, b := start(t, db, do), start(t, db, do)
	a.insert(t, "x")
	<-started
	// Once its process is heard after this, the job is young again.
	if _, err := db.Exec(`UPDATE river_job SET attempted_at = now() - $1::interval`, (lease / 2).String()); err != nil {
		t.Fatal(err)
	}
	for age, end := time.Hour, time.Now().Add(patience); age > lease/4; {
		var s float64
		if err := db.QueryRow(`SELECT EXTRACT(EPOCH FROM now() - attempted_at)::float8 FROM river_job`).Scan(&s); err != nil {
			t.Fatal(err)
		}
		if age = time.Duration(s * float64(time.Second)); time.Now().After(end) {
			t.Fatal("nothing is heard")
		}
	}
	close(finish)
	a.gone(t, "x")
	if len(started) > 0 {
		t.Error("it was done twice")
	}
	a.stop(t)
	b.stop(t)
}

// behind: what was put behind the others is overtaken by what comes later.
func behind(t *testing.T, db Database) {
	ctx := context.Background()
	var mu sync.Mutex
	var got []string
	var wg sync.WaitGroup
	q, err := db.new(func(_ context.Context, j queue.Job) error {
		mu.Lock()
		got = append(got, j.ID)
		mu.Unlock()
		wg.Done()
		return nil
	}, queue.Options{Workers: 1})
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
func turns(t *testing.T, db Database) {
	ctx := context.Background()
	var got []string
	done := make(chan bool)
	q, err := db.new(func(_ context.Context, j queue.Job) error {
		got = append(got, j.ID)
		done <- true
		return nil
	}, queue.Options{Workers: 1})
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

func once(t *testing.T, db Database) {
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

func again(t *testing.T, db Database) {
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

func cancel(t *testing.T, db Database) {
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
	if cause := <-ended; !errors.Is(cause, queue.ErrCanceled) {
		t.Error(cause)
	}
	b.Wait("k", "1")
	b.stop(t)
	if cause := <-ended; errors.Is(cause, queue.ErrCanceled) {
		t.Error("the other one was canceled too")
	}
	if len(started) != 0 {
		t.Error("what was canceled began after all")
	}
	for id, want := range map[string]bool{"1": false, "2": true, "3": false} {
		if has, err := b.Has(ctx, "k", id); has != want || err != nil {
			t.Errorf("%s: %v %v", id, has, err)
		}
	}
}

// A stop is no attempt: what it broke off is begun again at the next start.
func takenUp(t *testing.T, db Database) {
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
func died(t *testing.T, db Database) {
	for attempt := 2; attempt <= queue.MaxAttempts+1; attempt++ {
		if attempt == 2 {
			b := start(t, db, func(context.Context, queue.Job) error { return nil })
			b.stop(t)
			b.insert(t, "x")
		}
		// As a process leaves it that is killed in the middle of a job.
		db.dies(t, attempt-1)
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

// dies leaves the jobs as a process does that is killed in the middle of them, and
// of which nothing was heard for long.
func (db Database) dies(t *testing.T, attempt int) {
	t.Helper()
	running := `UPDATE river_job SET state = 'running', attempt = $1`
	if db.Pool != nil {
		running = `UPDATE river_job SET state = 'running', attempt = $1, attempted_at = now() - interval '1 day'`
	}
	if _, err := db.Exec(running, attempt); err != nil {
		t.Fatal(err)
	}
}

func rolledBack(t *testing.T, db Database) {
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
