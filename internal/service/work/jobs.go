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

// addJob queues a job about a recording, in the turn of the person it is of.
func (w *Worker) addJob(ctx context.Context, tx *sql.Tx, kind string, r *record.Recording) error {
	takes := length(r)
	if kind == PlayJob {
		takes /= playShare
	}
	return w.Queue.InsertFor(ctx, tx, kind, r.ID, r.PersonID, takes)
}

// playShare is how many times quicker than the video's own time a copy to play
// is made at least; it only sets turns.
const playShare = 10

// Where a video does not say how long it lasts, it is taken to have this many
// bytes in a second: a phone's film at its lowest setting.
const slowestBytes = 250_000

// length is how long a recording lasts, as far as is known.
func length(r *record.Recording) time.Duration {
	if r.DurationS != nil && *r.DurationS > 0 && *r.DurationS < maxLengthS {
		return time.Duration(*r.DurationS * float64(time.Second))
	}
	return time.Duration(min(float64(r.Bytes)/slowestBytes, maxLengthS) * float64(time.Second))
}

// maxLengthS bounds what headers say of a video's length, seconds: a day.
const maxLengthS = 24 * 3600

// How long one analysis may take: a start, and so many times the video's own
// length, more for pictures larger than full HD. The measured rate on two busy
// cores is within twice the video's length (docs/speed.md); the limit ends what
// hangs, not what is slow.
const (
	analysisStart = 10 * time.Minute
	analysisTimes = 30
	fullHD        = 1920 * 1080 // pixels
)

// analysisLimit is how long the analysis of a recording may take.
func analysisLimit(r *record.Recording) time.Duration {
	larger := 1.0
	if r.Width != nil && r.Height != nil {
		larger = min(max(1, float64(*r.Width)*float64(*r.Height)/fullHD), 64)
	}
	return analysisStart + time.Duration(analysisTimes*larger*float64(length(r)))
}

// enqueue writes that a recording waits, and its job.
func (w *Worker) enqueue(ctx context.Context, r *record.Recording) error {
	w.Hub.expect(r)
	err := w.Store.Tx(ctx, func(tx *sql.Tx) error {
		if err := w.Store.SetStateTx(ctx, tx, r.ID, record.Queued, nil, 0); err != nil {
			return err
		}
		return w.addJob(ctx, tx, AnalyzeJob, r)
	})
	if err != nil {
		w.Hub.forget(r)
		return err
	}
	r.State, r.Problem, r.Attempts = record.Queued, nil, 0
	w.Hub.tell(r)
	return nil
}

// DeletePerson deletes a person and everything about them: rows, films, what was
// made of them, uploads, jobs.
func (w *Worker) DeletePerson(ctx context.Context, id string) error {
	release, err := w.Store.Lock(ctx, movingLock)
	if err != nil {
		return err
	}
	defer release()
	recs, err := w.deletePersonRows(ctx, id)
	if err != nil {
		return err
	}
	return w.forget(ctx, recs)
}

// deletePersonRows deletes the rows of a person and puts their files into the
// trash. No upload becomes a recording meanwhile, whose file would be missed.
func (w *Worker) deletePersonRows(ctx context.Context, id string) ([]record.Recording, error) {
	release, err := w.Store.Lock(ctx, takingLock)
	if err != nil {
		return nil, err
	}
	defer release()
	recs, keys, err := w.filmsOf(ctx, id)
	if err != nil {
		return nil, err
	}
	keys = append(keys, keyOf(id))
	for _, r := range recs {
		if err := w.Cancel(ctx, r.ID); err != nil && !errors.Is(err, store.ErrNotFound) {
			return nil, err
		}
		keys = append(keys, key(r.ID))
	}
	return recs, w.Store.DeletePerson(ctx, id, keys)
}

// filmsOf are a person's recordings, and the keys of what lies in the store of the
// person and of films on their way in.
func (w *Worker) filmsOf(ctx context.Context, id string) (recs []record.Recording, keys []string, err error) {
	if recs, err = w.Store.Recordings(ctx, id); err != nil {
		return nil, nil, err
	}
	ups, err := w.Store.PersonUploads(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	keys = []string{personKey(id)}
	for _, u := range ups {
		keys = append(keys, uploadKey(u.ID))
	}
	return recs, keys, nil
}

// DeleteRecording deletes a recording and everything that was made of it.
func (w *Worker) DeleteRecording(ctx context.Context, id string) error {
	release, err := w.Store.Lock(ctx, movingLock)
	if err != nil {
		return err
	}
	defer release()
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
		for _, kind := range []string{AnalyzeJob, PlayJob} {
			w.Queue.Wait(kind, r.ID)
			if err := w.Queue.Forget(ctx, kind, r.ID); err != nil {
				return err
			}
		}
		w.figures.drop(r.ID)
		w.taken.drop(r.ID)
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
// since what is in the trash may be written again by then.
func (w *Worker) emptied(ctx context.Context) error {
	release, err := w.Store.Lock(ctx, trashLock)
	if err != nil {
		return err
	}
	defer release()
	keys, err := w.Store.Trash(ctx)
	if err != nil || len(keys) == 0 {
		return err
	}
	free, err := w.Blobs.Hold(holdWait)
	if err != nil {
		return err
	}
	defer free()
	for _, k := range keys {
		if err := w.remove(ctx, k); err != nil {
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

// keysFolder is where no files are: in the trash it stands for the keys of people
// that are to be destroyed.
const keysFolder = "keys"

func keyOf(person string) string { return keysFolder + "/" + person }

// remove removes a key after whatever describes it now has been written.
func (w *Worker) remove(ctx context.Context, k string) error {
	release, err := w.Store.Lock(ctx, sidesLock)
	if err != nil {
		return err
	}
	defer release()
	if id, ok := strings.CutPrefix(k, keysFolder+"/"); ok {
		_, err := w.Store.Person(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			return w.Blobs.Destroy(id)
		}
		return err // nil: the person came again
	}
	if id, ok := strings.CutPrefix(k, peopleFolder+"/"); ok {
		w.marked.Lock()
		delete(w.marks, strings.TrimSuffix(id, ".json"))
		w.marked.Unlock()
	}
	return w.Blobs.Remove(k)
}

// staleAfter is when an upload that nobody goes on with is dropped.
const staleAfter = 7 * 24 * time.Hour
