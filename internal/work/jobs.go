package work

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"facialis/internal/blob"
	"facialis/internal/record"
	"facialis/internal/store"
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
	recs, err := w.Store.Recordings(ctx, id)
	if err != nil {
		return err
	}
	ups, err := w.Store.PersonUploads(ctx, id)
	if err != nil {
		return err
	}
	var keys []string
	for _, r := range recs {
		if err := w.Cancel(ctx, r.ID); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		keys = append(keys, key(r.ID))
	}
	for _, u := range ups {
		keys = append(keys, uploadKey(u.ID))
	}
	if err := w.Store.DeletePerson(ctx, id, keys); err != nil {
		return err
	}
	return w.forget(ctx, recs)
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

// empty removes what is in the trash.
func (w *Worker) empty(ctx context.Context) error {
	w.trash.Lock()
	defer w.trash.Unlock()
	keys, err := w.Store.Trash(ctx)
	if err != nil {
		return err
	}
	for _, k := range keys {
		if err := w.Blobs.Remove(k); err != nil {
			return err
		}
		if err := w.Store.Removed(ctx, k); err != nil {
			return err
		}
	}
	return nil
}

// staleAfter is when an upload that nobody goes on with is dropped.
const staleAfter = 7 * 24 * time.Hour

// tidy removes what a process that died left behind: the trash, films and
// analyses that no row names, uploads that nobody goes on with. A film on its way
// from an upload to a recording goes back to the upload.
func (w *Worker) tidy(ctx context.Context) error {
	if err := w.empty(ctx); err != nil {
		return err
	}
	if err := w.Blobs.Remove(incoming); err != nil {
		return err
	}
	films, err := w.Blobs.List("films")
	if err != nil {
		return err
	}
	for _, id := range films {
		if err := w.tidyFilm(ctx, id); err != nil {
			return err
		}
	}
	stale, err := w.Store.StaleUploads(ctx, time.Now().Add(-staleAfter))
	if err != nil {
		return err
	}
	for i := range stale {
		if err := w.DropUpload(ctx, &stale[i]); err != nil {
			return err
		}
	}
	ups, err := w.Blobs.List("uploads")
	if err != nil {
		return err
	}
	for _, id := range ups {
		u, err := w.Store.Upload(ctx, id)
		if errors.Is(err, store.ErrNotFound) || err == nil && u.RecordingID != nil {
			err = w.Blobs.Remove(uploadKey(id))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (w *Worker) tidyFilm(ctx context.Context, id string) error {
	if !record.IsID(id) {
		return nil // not ours
	}
	r, err := w.Store.Recording(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		if err := w.giveBack(ctx, id); err != nil {
			return err
		}
		return w.Blobs.Remove(key(id))
	}
	if err != nil {
		return err
	}
	names, err := w.Blobs.List(key(id))
	if err != nil {
		return err
	}
	for _, n := range names {
		if record.IsID(n) && n != r.Analysis {
			if err := w.Blobs.Remove(key(id, n)); err != nil {
				return err
			}
		}
	}
	return w.Blobs.Sweep(key(id))
}

// giveBack moves a film that became no recording back to its upload.
func (w *Worker) giveBack(ctx context.Context, id string) error {
	f, err := w.Blobs.Open(key(id, originFile))
	if errors.Is(err, blob.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	name := make([]byte, 26)
	n, _ := f.Read(name)
	f.Close()
	up := string(name[:n])
	if !record.IsID(up) {
		return nil
	}
	u, err := w.Store.Upload(ctx, up)
	if errors.Is(err, store.ErrNotFound) || err == nil && u.RecordingID != nil {
		return nil
	}
	if err != nil {
		return err
	}
	if _, err := w.Blobs.Size(key(id, OriginalFile)); errors.Is(err, blob.ErrNotFound) {
		return nil
	}
	return w.Blobs.Move(key(id, OriginalFile), uploadKey(up))
}
