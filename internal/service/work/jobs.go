package work

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"time"

	"facialis/internal/service/blob"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
)

// enqueue writes that a recording waits, and its job.
func (w *Worker) enqueue(ctx context.Context, r *record.Recording) error {
	err := w.Store.Tx(ctx, func(tx *sql.Tx) error {
		if err := store.SetState(ctx, tx, r.ID, record.Queued, nil, 0); err != nil {
			return err
		}
		return w.Queue.Insert(ctx, tx, AnalyseJob, r.ID)
	})
	if err != nil {
		return err
	}
	r.State, r.Problem, r.Attempts = record.Queued, nil, 0
	w.Hub.Set(ProgressOf(r))
	return nil
}

// DeletePerson deletes a person and everything about them: rows, films, what was
// made of them, uploads, jobs.
func (w *Worker) DeletePerson(ctx context.Context, id string) error {
	w.moving.Lock()
	defer w.moving.Unlock()
	recs, err := w.deletePersonRows(ctx, id)
	if err != nil {
		return err
	}
	return w.forget(ctx, recs)
}

// deletePersonRows deletes the rows of a person and puts their files into the
// trash. No upload becomes a recording meanwhile, whose file would be missed.
func (w *Worker) deletePersonRows(ctx context.Context, id string) ([]record.Recording, error) {
	w.taking.Lock()
	defer w.taking.Unlock()
	recs, err := w.Store.Recordings(ctx, id)
	if err != nil {
		return nil, err
	}
	ups, err := w.Store.PersonUploads(ctx, id)
	if err != nil {
		return nil, err
	}
	keys := []string{personKey(id)}
	for _, r := range recs {
		if err := w.Cancel(ctx, r.ID); err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		keys = append(keys, key(r.ID))
	}
	for _, u := range ups {
		keys = append(keys, uploadKey(u.ID))
	}
	return recs, w.Store.DeletePerson(ctx, id, keys)
}

// DeleteRecording deletes a recording and everything that was made of it.
func (w *Worker) DeleteRecording(ctx context.Context, id string) error {
	w.moving.Lock()
	defer w.moving.Unlock()
	if err := w.Cancel(ctx, id); err != nil {
		return err
	}
	if err := w.Store.DeleteRecording(ctx, id, []string{key(id)}); err != nil {
		return err
	}
	return w.forget(ctx, []record.Recording{{ID: id}})
}

// forget waits until nothing writes about recordings any more, and empties the
// trash and the database's journal.
func (w *Worker) forget(ctx context.Context, recs []record.Recording) error {
	for _, r := range recs {
		if err := w.Queue.Cancel(ctx, PlayJob, r.ID); err != nil {
			return err
		}
		for _, kind := range []string{AnalyseJob, PlayJob} {
			w.Queue.Wait(kind, r.ID)
			if err := w.Queue.Forget(ctx, kind, r.ID); err != nil {
				return err
			}
		}
		w.figures.drop(r.ID)
	}
	if err := w.empty(ctx); err != nil {
		return err
	}
	return w.Store.Forget(ctx)
}

// empty removes what is in the trash. While a backup is made it stays there: the
// next tidying removes it.
func (w *Worker) empty(ctx context.Context) error {
	err := w.emptied(ctx)
	if errors.Is(err, blob.ErrHeld) {
		return nil
	}
	return err
}

// emptied removes what is in the trash; while a backup is made it is an error,
// since what is in the trash may be written anew by then.
func (w *Worker) emptied(ctx context.Context) error {
	w.trash.Lock()
	defer w.trash.Unlock()
	keys, err := w.Store.Trash(ctx)
	if err != nil || len(keys) == 0 {
		return err
	}
	release, err := w.Blobs.Hold(holdWait)
	if err != nil {
		return err
	}
	defer release()
	for _, k := range keys {
		if err := w.remove(k); err != nil {
			return err
		}
		if err := w.Store.Removed(ctx, k); err != nil {
			return err
		}
	}
	return nil
}

// holdWait is how long a removal waits for a backup that is just coming to its
// end.
const holdWait = 200 * time.Millisecond

// remove removes a key after whatever describes it now has been written.
func (w *Worker) remove(k string) error {
	w.sides.Lock()
	defer w.sides.Unlock()
	if id, ok := strings.CutPrefix(k, peopleFolder+"/"); ok {
		delete(w.marks, strings.TrimSuffix(id, ".json"))
	}
	return w.Blobs.Remove(k)
}

// staleAfter is when an upload that nobody goes on with is dropped.
const staleAfter = 7 * 24 * time.Hour
