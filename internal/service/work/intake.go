package work

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"time"

	"facialis/internal/digest"
	"facialis/internal/service/blob"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
	"facialis/video"
)

// extensions are file name endings by media type, for downloads.
var extensions = map[string]string{"video/mp4": ".mp4", "video/quicktime": ".mov", "video/webm": ".webm",
	"video/x-matroska": ".mkv", "video/x-msvideo": ".avi", "video/mpeg": ".mpg", "video/mp2t": ".ts",
	"video/3gpp": ".3gp", "video/ogg": ".ogv", "video/x-ms-wmv": ".wmv", "video/x-flv": ".flv"}

// Extension is the ending of a film's name by its media type, empty where none
// is known.
func Extension(media string) string { return extensions[media] }

// mediaType names a film's type by what it is, not by what it is called.
func mediaType(i video.Info) string {
	for _, c := range []struct{ container, media string }{
		{"mov,mp4", "video/mp4"}, {"matroska", "video/x-matroska"}, {"avi", "video/x-msvideo"},
		{"mpegts", "video/mp2t"}, {"mpeg", "video/mpeg"}, {"ogg", "video/ogg"}, {"asf", "video/x-ms-wmv"}, {"flv", "video/x-flv"}} {
		if strings.HasPrefix(i.Container, c.container) {
			if c.container == "matroska" && (i.Codec == "vp8" || i.Codec == "vp9" || i.Codec == "av1") {
				return "video/webm"
			}
			return c.media
		}
	}
	return "application/octet-stream"
}

func uploadKey(id string) string { return "uploads/" + id }

// Arrived is how many bytes of an upload are stored.
func (w *Worker) Arrived(u *record.Upload) (int64, error) {
	if u.RecordingID != nil {
		return u.Size, nil
	}
	n, err := w.Blobs.Size(uploadKey(u.ID))
	if errors.Is(err, blob.ErrNotFound) {
		return 0, nil
	}
	return n, err
}

// Chunk stores bytes of an upload that belong at offset, and returns how many are
// stored now. What is already there is passed over; a gap is ErrOffset. What
// arrived before a broken connection stays. Two calls for one upload must not
// run at once.
func (w *Worker) Chunk(ctx context.Context, u *record.Upload, offset int64, r io.Reader) (int64, error) {
	have, err := w.Arrived(u)
	if err != nil {
		return 0, err
	}
	if offset > have {
		return have, ErrOffset
	}
	if _, err := io.CopyN(io.Discard, r, have-offset); err != nil {
		if errors.Is(err, io.EOF) {
			err = nil // a repeated chunk that ends before what is new
		}
		return have, err
	}
	room := &io.LimitedReader{R: r, N: u.Size - have}
	if room.N > 0 {
		if have, err = w.Blobs.As(u.PersonID).Append(uploadKey(u.ID), have, room); err != nil {
			if errors.Is(err, blob.ErrGap) { // another server takes them
				return have, ErrOffset
			}
			if n, sizeErr := w.Arrived(u); sizeErr == nil {
				have = n
			}
			return have, errors.Join(err, w.dropOrphan(ctx, u))
		}
		if err := w.dropOrphan(ctx, u); err != nil {
			return 0, err
		}
	}
	if n, err := io.CopyN(io.Discard, r, 1); n > 0 {
		return have, ErrTooLong
	} else if err != nil && !errors.Is(err, io.EOF) {
		return have, err
	}
	return have, nil
}

// dropOrphan removes the bytes of an upload whose person was deleted while they
// arrived.
func (w *Worker) dropOrphan(ctx context.Context, u *record.Upload) error {
	_, err := w.Store.Upload(context.WithoutCancel(ctx), u.ID)
	if errors.Is(err, store.ErrNotFound) {
		return errors.Join(err, w.Blobs.Remove(uploadKey(u.ID)))
	}
	return err
}

// Finish makes a recording of an upload that has arrived whole and queues its
// analysis. Twice gives the same recording.
func (w *Worker) Finish(ctx context.Context, id string) (*record.Recording, error) {
	release, err := w.Store.Lock(ctx, uploadLock(id))
	if err != nil {
		return nil, err
	}
	defer release()
	u, err := w.Store.Upload(ctx, id)
	if err != nil {
		return nil, err
	}
	if u.RecordingID != nil {
		return w.Store.Recording(ctx, *u.RecordingID)
	}
	from := uploadKey(u.ID)
	if n, err := w.Arrived(u); err != nil || n != u.Size {
		return nil, errors.Join(ErrIncomplete, err)
	}
	return w.take(ctx, u, from)
}

// take turns a stored film into a recording.
func (w *Worker) take(ctx context.Context, u *record.Upload, from string) (*record.Recording, error) {
	if err := w.Blobs.As(u.PersonID).Finish(from); err != nil {
		return nil, err
	}
	path, done, err := w.Blobs.Plain(from)
	if err != nil {
		return nil, err
	}
	defer done()
	info, err := w.Probe(ctx, path)
	if err != nil {
		return nil, inputProblem(path, err)
	}
	r := &record.Recording{ID: record.NewID(), PersonID: u.PersonID, Film: u.Film, CreatedAt: record.Micros(time.Now()),
		Type: mediaType(info), State: record.Queued, Bytes: u.Size}
	describe(r, info)
	if r.SHA256, err = w.sum(ctx, from); err != nil {
		return nil, err
	}
	w.Hub.expect(r)
	if err := w.settleUpload(ctx, u, r, from); err != nil {
		w.Hub.forget(r)
		return nil, err
	}
	w.described(w.Describe(ctx, r.ID))
	w.Hub.tell(r)
	return r, nil
}

// settleUpload moves the video of an upload to its recording and writes the row.
// The row comes last: if the process dies before, Recover moves the video back
// and the upload can be finished again.
func (w *Worker) settleUpload(ctx context.Context, u *record.Upload, r *record.Recording, from string) error {
	release, err := w.Store.Lock(ctx, takingLock)
	if err != nil {
		return err
	}
	defer release()
	if _, err := w.Store.Upload(ctx, u.ID); err != nil {
		return err // its person was deleted
	}
	k, to := key(r.ID), key(r.ID, OriginalFile)
	if err := w.begin(k); err != nil {
		return err
	}
	if err := w.Blobs.Put(key(r.ID, originFile), func(out io.Writer) error {
		_, err := io.WriteString(out, u.ID)
		return err
	}); err != nil {
		return errors.Join(err, w.Blobs.Remove(k))
	}
	if err := w.Blobs.Move(from, to); err != nil {
		return err
	}
	err = w.Store.FinishUpload(ctx, u.ID, r, func(tx *sql.Tx) error {
		if err := w.addJob(ctx, tx, AnalyzeJob, r); err != nil {
			return err
		}
		return w.finishedWith(k)
	})
	err = w.sure(ctx, err, w.recorded(r.ID))
	if err == nil {
		w.finishedAfter(k)
		return nil
	}
	if errors.Is(err, errUnsure) {
		return err // whoever leads gives the video back if there is no row
	}
	if back := w.Blobs.Move(to, from); back != nil {
		return errors.Join(err, back) // the video stays where it is
	}
	return errors.Join(err, w.Blobs.Remove(k))
}

// originFile names the upload that a film came from.
const originFile = "upload"

// describe puts into a recording what its headers promise.
func describe(r *record.Recording, i video.Info) {
	r.Width, r.Height = &i.Width, &i.Height
	if i.Duration > 0 && !math.IsInf(i.Duration, 0) {
		r.DurationS = &i.Duration
	}
	if i.NominalRate > 0 && !math.IsInf(i.NominalRate, 0) {
		r.FrameRate = &i.NominalRate
	}
}

// inputProblem is an error about a film without its path.
func inputProblem(path string, err error) error {
	if video.Unreadable(err) && !errors.Is(err, video.ErrNotFound) { // a stored video that is gone is the server's fault
		return fmt.Errorf("%s (%w)", cleanLine(path, err), record.ErrInvalid)
	}
	return err
}

// cleanLine is an error's text without the names of files and folders.
func cleanLine(path string, err error) string {
	s := strings.TrimPrefix(err.Error(), path+": ")
	for _, p := range []string{path, filepath.Dir(path)} {
		if p != "" && p != "." && p != "/" {
			s = strings.ReplaceAll(s, p, "the film")
		}
	}
	return s
}

// sum is the SHA-256 of a stored film.
func (w *Worker) sum(ctx context.Context, k string) (string, error) {
	f, err := w.Blobs.Open(k)
	if err != nil {
		return "", err
	}
	defer f.Close()
	sum, err := digest.Of(ctx, f)
	if err != nil && ctx.Err() == nil {
		err = fmt.Errorf("reading a film: %w", err)
	}
	return sum, err
}

// Add makes a recording of a film that write writes: an import, a drawn film.
// With r.State Done or Failed no analysis is queued. The caller sets what it
// knows; id, size, type and checksum are the film's own.
func (w *Worker) Add(ctx context.Context, r *record.Recording, write func(io.Writer) error) error {
	if r.ID == "" {
		r.ID = record.NewID()
	}
	k := key(r.ID, OriginalFile)
	if err := w.begin(key(r.ID)); err != nil {
		return err
	}
	fail := func(err error) error { return errors.Join(err, w.Blobs.Remove(key(r.ID))) }
	if err := w.Blobs.As(r.PersonID).Put(k, write); err != nil {
		return fail(err)
	}
	path, done, err := w.Blobs.Plain(k)
	if err != nil {
		return fail(err)
	}
	defer done()
	info, err := w.Probe(ctx, path)
	if err != nil {
		return fail(inputProblem(path, err))
	}
	r.Type = mediaType(info)
	if r.DurationS == nil || r.Width == nil {
		describe(r, info)
	}
	if r.Bytes, err = w.Blobs.Size(k); err != nil {
		return fail(err)
	}
	if r.SHA256, err = w.sum(ctx, k); err != nil {
		return fail(err)
	}
	if r.State == "" {
		r.State = record.Queued
	}
	waits := !r.State.Over()
	if waits {
		w.Hub.expect(r)
	}
	err = w.Store.FinishUpload(ctx, "", r, func(tx *sql.Tx) error {
		if waits {
			if err := w.addJob(ctx, tx, AnalyzeJob, r); err != nil {
				return err
			}
		}
		return w.finishedWith(key(r.ID))
	})
	if err = w.sure(ctx, err, w.recorded(r.ID)); err != nil {
		w.Hub.forget(r)
		if errors.Is(err, errUnsure) {
			return err
		}
		return fail(err)
	}
	w.finishedAfter(key(r.ID))
	w.described(w.Describe(ctx, r.ID))
	if waits {
		w.Hub.tell(r)
	} else {
		w.Hub.Set(ProgressOf(r))
	}
	return nil
}

// DropUpload gives an upload up.
func (w *Worker) DropUpload(ctx context.Context, u *record.Upload) error {
	if err := w.Store.DeleteUpload(ctx, u.ID, []string{uploadKey(u.ID)}); err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	return w.empty(ctx)
}

// drawn has the film of a recording drawn that has none yet.
func (w *Worker) drawn(ctx context.Context, r *record.Recording) error {
	to := key(r.ID, OriginalFile)
	if _, err := w.Blobs.Size(to); w.Draw == nil || !errors.Is(err, blob.ErrNotFound) {
		return nil
	}
	part := key(r.ID, "drawn.part")
	path, err := w.Blobs.Path(part)
	if err != nil {
		return err
	}
	if err := w.Blobs.Make(key(r.ID)); err != nil {
		return err
	}
	defer w.Blobs.Remove(part)
	var told time.Time
	known, err := w.Draw(ctx, r, path, func(share float64) {
		if now := time.Now(); now.Sub(told) >= tellEvery {
			told = now
			p := ProgressOf(r)
			p.Progress = &share
			w.Hub.Set(p)
		}
	})
	if err != nil || !known {
		return err
	}
	info, err := w.Probe(ctx, path)
	if err != nil {
		return err
	}
	describe(r, info)
	st, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("looking at a drawn video: %w", err)
	}
	r.Bytes = st.Size()
	if r.SHA256, err = digest.OfFile(ctx, path); err != nil {
		return fmt.Errorf("reading a drawn video: %w", err)
	}
	if err := w.Store.SetFile(ctx, r); err != nil {
		return err
	}
	if err := w.Blobs.As(r.PersonID).Take(part, to); err != nil {
		return err
	}
	w.described(w.Describe(ctx, r.ID))
	return nil
}
