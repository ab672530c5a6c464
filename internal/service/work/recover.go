package work

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"facialis/internal/service/blob"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
)

// ErrNoRecordings says that the database has no recordings although there are
// videos: somebody replaced or emptied the database.
var ErrNoRecordings = errors.New("the database has no recordings, but there are videos")

// lostFolder keeps what no row of the database names.
const lostFolder = "lost"

// unfinishedFile marks a folder that this program is still writing. It is
// removed just before the row that names the folder is committed, so a folder
// that holds it never belonged to a recording.
const unfinishedFile = "unfinished"

// lostStamp is the time in the name of something in lost/, in UTC.
const lostStamp = "20060102T150405Z"

// Recover removes what this program was deleting or writing when it died, and
// moves whatever else no row names to lost/. A video on its way from an upload
// to a recording goes back to the upload. Start calls it; calling it before
// lets a caller stop before anything else is written.
func (w *Worker) Recover(ctx context.Context) error {
	if w.recovered {
		return nil
	}
	if w.Store.Shared() { // others write now: whoever leads recovers what they did not
		w.recovered = true
		return w.checkFilms(ctx)
	}
	if err := w.recover(ctx); err != nil {
		return err
	}
	w.recovered = true
	return nil
}

func (w *Worker) recover(ctx context.Context) error {
	if err := w.empty(ctx); err != nil {
		return err
	}
	if err := w.removeIncoming(); err != nil {
		return err
	}
	if err := w.recoverFilms(ctx); err != nil {
		return err
	}
	return w.recoverUploads(ctx)
}

// removeIncoming removes archives that were being read. Only names that the
// program gives are removed.
func (w *Worker) removeIncoming() error {
	names, err := w.Blobs.List(incoming)
	if err != nil {
		return err
	}
	for _, n := range names {
		old, err := w.settled(incoming, n)
		if err != nil {
			return err
		}
		if record.IsID(n) && old {
			if err := w.Blobs.Remove(incoming + "/" + n); err != nil {
				return err
			}
		}
	}
	return w.Blobs.Sweep(incoming)
}

func (w *Worker) recoverFilms(ctx context.Context) error {
	ids, err := w.Blobs.List("films")
	if err != nil {
		return err
	}
	var unknown []string
	for _, id := range ids {
		if !record.IsID(id) {
			continue // not ours
		}
		r, err := w.Store.Recording(ctx, id)
		known := err == nil
		switch {
		case known:
			err = w.recoverAnalyses(ctx, r)
		case errors.Is(err, store.ErrNotFound):
			var old bool
			if old, err = w.settled("films", id); err == nil && !old {
				known = true // another process may be writing it
			}
			if err == nil && !known {
				known, err = w.undo(ctx, id)
			}
			if err == nil && !known {
				var bin string
				bin, err = w.Store.BinOf(ctx, id)
				known = bin != ""
			}
		}
		if err != nil {
			return err
		}
		if !known {
			unknown = append(unknown, id)
		}
	}
	if len(unknown) > 0 && !w.moveLost {
		n, err := w.Store.CountRecordings(ctx)
		if err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("%w (%d)", ErrNoRecordings, len(unknown))
		}
	}
	for _, id := range unknown {
		if err := w.lose(key(id), "film-"+id); err != nil {
			return err
		}
	}
	return nil
}

// recoverAnalyses removes unfinished analyses of a recording, and moves other
// analyses that its row does not name to lost/.
func (w *Worker) recoverAnalyses(ctx context.Context, r *record.Recording) error {
	if w.Store.Shared() {
		has, err := w.Queue.Has(ctx, AnalyzeJob, r.ID)
		if err != nil || has {
			return err // another process may be writing one
		}
	}
	names, err := w.Blobs.List(key(r.ID))
	if err != nil {
		return err
	}
	for _, n := range names {
		if !record.IsID(n) || n == r.Analysis {
			continue
		}
		if old, err := w.settled(key(r.ID), n); err != nil {
			return err
		} else if !old {
			continue
		}
		unfinished, err := w.has(key(r.ID, n, unfinishedFile))
		if err != nil {
			return err
		}
		if unfinished {
			err = w.Blobs.Remove(key(r.ID, n))
		} else {
			err = w.lose(key(r.ID, n), "analysis-"+r.ID+"-"+n)
		}
		if err != nil {
			return err
		}
	}
	return w.Blobs.Sweep(key(r.ID))
}

// undo removes the folder of a recording that was never finished, and reports
// whether it could. An uploaded video goes back to its upload first.
func (w *Worker) undo(ctx context.Context, id string) (bool, error) {
	unfinished, err := w.has(key(id, unfinishedFile))
	if err != nil || !unfinished {
		return false, err
	}
	uploaded, err := w.has(key(id, originFile))
	if err != nil {
		return false, err
	}
	if uploaded {
		back, err := w.giveBack(ctx, id)
		if err != nil || !back {
			return false, err
		}
	}
	return true, w.Blobs.Remove(key(id))
}

// giveBack moves a video that became no recording back to its upload, and
// reports whether the folder of the recording is now without a video.
func (w *Worker) giveBack(ctx context.Context, id string) (bool, error) {
	moved, err := w.has(key(id, OriginalFile))
	if err != nil || !moved {
		return err == nil, err
	}
	up, err := w.origin(id)
	if err != nil || !record.IsID(up) {
		return false, err
	}
	u, err := w.Store.Upload(ctx, up)
	if errors.Is(err, store.ErrNotFound) || err == nil && u.RecordingID != nil {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	there, err := w.Blobs.Size(uploadKey(up))
	if err == nil { // it was being copied: the upload has it still
		return there == u.Size, nil
	}
	if !errors.Is(err, blob.ErrNotFound) {
		return false, err
	}
	return true, w.Blobs.Move(key(id, OriginalFile), uploadKey(up))
}

// idBytes is the length of a ULID.
const idBytes = 26

// origin is the id of the upload that a video came from.
func (w *Worker) origin(id string) (string, error) {
	f, err := w.Blobs.Open(key(id, originFile))
	if err != nil {
		return "", err
	}
	defer f.Close()
	name, err := io.ReadAll(io.LimitReader(f, idBytes+1))
	if err != nil {
		return "", fmt.Errorf("reading the upload of a recording: %w", err)
	}
	return string(name), nil
}

func (w *Worker) recoverUploads(ctx context.Context) error {
	if err := w.dropStale(ctx, time.Now()); err != nil {
		return err
	}
	ids, err := w.Blobs.List("uploads")
	if err != nil {
		return err
	}
	for _, id := range ids {
		if !record.IsID(id) {
			continue // not ours
		}
		u, err := w.Store.Upload(ctx, id)
		var old bool
		if errors.Is(err, store.ErrNotFound) || err == nil && u.RecordingID != nil {
			if old, err = w.settled("uploads", id); err == nil && !old {
				continue
			}
		}
		if err == nil && old {
			err = w.lose(uploadKey(id), "upload-"+id)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// dropStale drops the uploads that nobody goes on with.
func (w *Worker) dropStale(ctx context.Context, now time.Time) error {
	stale, err := w.Store.StaleUploads(ctx, now.Add(-staleAfter))
	if err != nil {
		return err
	}
	for i := range stale {
		if err := w.DropUpload(ctx, &stale[i]); err != nil {
			return err
		}
	}
	return nil
}

// lose moves something that no row names to lost/, under a name that is free.
func (w *Worker) lose(from, name string) error {
	name += "-" + time.Now().UTC().Format(lostStamp)
	to := lostFolder + "/" + name
	const second = 2 // the number in the next name when one is taken
	for n := second; ; n++ {
		taken, err := w.has(to)
		if err != nil {
			return err
		}
		if !taken {
			break
		}
		to = fmt.Sprintf("%s/%s-%d", lostFolder, name, n)
	}
	if err := w.Blobs.Move(from, to); err != nil {
		return err
	}
	w.Log.Warn("the database does not know this; it was moved to the folder of lost videos", "to", to)
	return nil
}

// has reports whether something is stored under a key.
func (w *Worker) has(k string) (bool, error) {
	_, err := w.Blobs.Size(k)
	if errors.Is(err, blob.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// begin marks a new folder under films/ as unfinished. Whatever is there already
// belongs to nobody and is moved to lost/.
func (w *Worker) begin(k string) error {
	names, err := w.Blobs.List(k)
	if err != nil {
		return err
	}
	if len(names) > 0 {
		if err := w.lose(k, "film-"+strings.ReplaceAll(strings.TrimPrefix(k, "films/"), "/", "-")); err != nil {
			return err
		}
	}
	return w.Blobs.Put(k+"/"+unfinishedFile, func(io.Writer) error { return nil })
}

// finished takes the mark of begin away: the last step of the transaction that
// writes the row.
func (w *Worker) finished(k string) error { return w.Blobs.Remove(k + "/" + unfinishedFile) }
