package work

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"facialis/internal/service/blob"
	"facialis/internal/service/queue"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
)

// The locks that keep processes apart, as [store.Store.Lock] has them. Whoever
// needs several takes them in this order.
const (
	movingLock  = "moving"  // a person is brought in, or somebody or something deleted
	takingLock  = "taking"  // an upload becomes a recording, or a person is deleted
	resultsLock = "results" // a result is written or an analysis canceled, never both
	trashLock   = "trash"   // one empties it
	sidesLock   = "sides"   // a description is written, or what it describes removed
)

// progressTopic is under which processes tell each other how far analyses are.
const progressTopic = "progress"

// told is what a process tells the others.
type told struct {
	From     string    `json:"from"`
	Progress *Progress `json:"progress"`
	Read     string    `json:"read,omitempty"` // a recording whose row says it: there was too much to tell
}

// tellOthers tells the other processes what this one's hub learns, until the
// context ends.
func (w *Worker) tellOthers(ctx context.Context) {
	sub := w.Hub.own()
	defer sub.Close()
	for {
		select {
		case <-ctx.Done():
			return
		case <-sub.C:
		}
		for _, p := range sub.Take() {
			text, err := json.Marshal(told{From: w.id, Progress: &p})
			if len(text) > store.MostTold {
				text, err = json.Marshal(told{From: w.id, Read: p.Recording})
			}
			if err == nil {
				err = w.Store.Tell(ctx, progressTopic, string(text))
			}
			if err != nil && ctx.Err() == nil { // whoever watches reads the rows when the database is back
				w.Log.Warn("the other processes were not told of progress", "error", err.Error())
			}
		}
	}
}

// hearOthers passes on what the other processes tell, until the context ends. What
// they told while the database could not be reached is read from the rows.
func (w *Worker) hearOthers(ctx context.Context) {
	w.Store.Listen(ctx, func(topic, text string) {
		var t told
		if topic != progressTopic || json.Unmarshal([]byte(text), &t) != nil || t.From == w.id {
			return
		}
		if t.Progress != nil {
			w.Hub.hear(*t.Progress)
		} else {
			w.reread(ctx, t.Read)
		}
	}, func() {
		for _, id := range w.Hub.watched() {
			w.reread(ctx, id)
		}
	})
}

// reread tells the hub of a recording what its row says.
func (w *Worker) reread(ctx context.Context, id string) {
	if r, err := w.Store.Recording(ctx, id); err == nil {
		w.Hub.hear(ProgressOf(r))
	}
}

// away reports whether an error is about the database or the store of films not
// being reached, or about a spool without room: it passes, and is no fault of a
// job.
func (w *Worker) away(err error) bool {
	if err == nil || errors.Is(err, queue.ErrLost) || errors.Is(err, queue.ErrCanceled) {
		return false
	}
	return w.Store.Shared() && (store.Away(err) || blob.Away(err) || blob.NoRoom(err))
}

// How long a result that is ready waits for the database to come back, and how
// often it is tried.
const (
	waitForDatabase = 30 * time.Minute
	tryEvery        = 2 * time.Second
)

// patiently does something on a shared database again until the database is there
// or the context ends.
func (w *Worker) patiently(ctx context.Context, do func() error) error {
	for end := time.Now().Add(waitForDatabase); ; {
		err := do()
		if !w.away(err) || ctx.Err() != nil || time.Now().After(end) {
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(tryEvery):
		}
	}
}

// errUnsure says that the database did not answer whether something was written.
// Whatever depends on it has to stay as it is.
var errUnsure = errors.New("the database did not say whether it was written")

// waitForAnswer is how long the database is asked for it.
const waitForAnswer = 30 * time.Second

// sure finds out after the error of a transaction on a shared database whether it
// was written all the same: then there is no error.
func (w *Worker) sure(ctx context.Context, err error, written func(context.Context) (bool, error)) error {
	if !w.away(err) {
		return err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), waitForAnswer)
	defer cancel()
	is := false
	asked := w.patiently(ctx, func() (e error) { is, e = written(ctx); return e })
	switch {
	case asked != nil:
		return fmt.Errorf("%w: %w", errUnsure, err)
	case is:
		return nil
	}
	return err
}

// recorded reports whether a recording has a row.
func (w *Worker) recorded(id string) func(context.Context) (bool, error) {
	return func(ctx context.Context) (bool, error) {
		_, err := w.Store.Recording(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			return false, nil
		}
		return err == nil, err
	}
}

// finishedWith takes the mark of begin away within the transaction that writes the
// row: its last step. On a shared database it stays until the transaction is
// written for sure (see [Worker.finishedAfter]).
func (w *Worker) finishedWith(k string) error {
	if w.Store.Shared() {
		return nil
	}
	return w.finished(k)
}

// finishedAfter takes the mark of begin away once the row is written. Beside a row
// it does no harm.
func (w *Worker) finishedAfter(k string) {
	if !w.Store.Shared() {
		return
	}
	if err := w.finished(k); err != nil {
		w.Log.Warn("a mark of what is finished could not be removed", "key", k, "error", err.Error())
	}
}

// uploadLocks is how many uploads become recordings at once, in all processes: an
// upload's lock is one of so many.
const uploadLocks = 4

// uploadLock is the name of an upload's lock.
func uploadLock(id string) string {
	sum := 0
	for _, c := range []byte(id) {
		sum += int(c)
	}
	return fmt.Sprintf("upload %d", sum%uploadLocks)
}

// beatEvery is how often a process says that it works on the database.
const beatEvery = 20 * time.Second

// keepBeating says so until the context ends, and then that it has ended.
func (w *Worker) keepBeating(ctx context.Context) {
	tick := time.NewTicker(beatEvery)
	defer tick.Stop()
	for {
		if err := w.Store.Beat(ctx, w.id, w.kind, w.Version); err != nil && ctx.Err() == nil {
			w.Log.Warn("the database does not answer; it is asked again", "error", err.Error())
		}
		select {
		case <-ctx.Done():
			bye, cancel := context.WithTimeout(context.WithoutCancel(ctx), tryEvery)
			defer cancel()
			w.Store.Bye(bye, w.id)
			return
		case <-tick.C:
		}
	}
}

// newID names this process to the others.
func newID() string { return rand.Text() }

// checkFilms reports whether somebody emptied or replaced the database: it has no
// recordings, but there are films that were finished.
func (w *Worker) checkFilms(ctx context.Context) error {
	n, err := w.Store.CountRecordings(ctx)
	if err != nil || n > 0 || w.moveLost {
		return err
	}
	ids, err := w.Blobs.List("films")
	if err != nil {
		return err
	}
	unknown := 0
	for _, id := range ids {
		if !record.IsID(id) {
			continue
		}
		bin, err := w.Store.BinOf(ctx, id)
		if err != nil {
			return err
		}
		unfinished, err := w.has(key(id, unfinishedFile))
		if err != nil {
			return err
		}
		if bin == "" && !unfinished {
			unknown++
		}
	}
	if unknown > 0 {
		return fmt.Errorf("%w (%d)", ErrNoRecordings, unknown)
	}
	return nil
}

// abandonedAfter is when something that no row names and that nothing was added to
// any more is taken to be left from a process that died: on a shared database
// another may still write it.
const abandonedAfter = 24 * time.Hour

// settled reports whether nobody can be writing something under a key any more.
func (w *Worker) settled(parent, name string) (bool, error) {
	if !w.Store.Shared() {
		return true, nil
	}
	_, changed, err := w.Blobs.Measure(parent, name)
	if errors.Is(err, blob.ErrNotFound) {
		return false, nil
	}
	return time.Since(changed) > w.abandoned, err
}

// lead does what only one process may do, as long as this one is it.
func (w *Worker) lead(ctx context.Context, now time.Time) error {
	if w.place == nil {
		place, err := w.Store.Lead(ctx, "tidying")
		if err != nil || place == nil {
			return err
		}
		w.place, w.nextTidy = place, time.Time{}
	}
	if !w.place.Still(ctx) {
		w.place.Leave()
		w.place = nil
		return nil
	}
	if w.Store.Shared() {
		if err := w.adopt(ctx); err != nil {
			return err
		}
	}
	if now.Before(w.nextTidy) {
		return nil
	}
	w.nextTidy = now.Add(w.every)
	if w.Store.Shared() {
		if err := w.recover(ctx); err != nil {
			return err
		}
	}
	return w.Tidy(ctx, now)
}

// adoptOne gives a job to a recording whose analysis is not over, unless it has
// one or is over by now.
func (w *Worker) adoptOne(ctx context.Context, id string, give func(*sql.Tx, *record.Recording) error) error {
	return w.Store.Tx(ctx, func(tx *sql.Tx) error {
		r, err := w.Store.Recording(ctx, id)
		if errors.Is(err, store.ErrNotFound) || err == nil && r.State.Over() {
			return nil
		}
		if err != nil {
			return err
		}
		has, err := w.Queue.Has(ctx, AnalyzeJob, id)
		if err != nil || has {
			return err
		}
		return give(tx, r)
	})
}
