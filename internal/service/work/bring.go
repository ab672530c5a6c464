package work

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"facialis/internal/service/blob"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
	"facialis/internal/service/tracks"
	"facialis/report"
	"facialis/words"
)

// ErrHere is what an error is where something that is imported is here already;
// [Here] says in words what.
var ErrHere = errors.New("already here")

// hereError is such an error: the key of the text that says what is here.
type hereError struct{ key string }

func (e hereError) Error() string        { return words.Default().Say(e.key) }
func (e hereError) Is(target error) bool { return target == ErrHere }

// Here says in a language what is here already, where the error is [ErrHere].
func Here(l *words.Language, err error) string {
	var e hereError
	if errors.As(err, &e) {
		return l.Say(e.key)
	}
	return err.Error()
}

// Brought is a whole person from another data folder: everything was checked,
// nothing of it is trusted to be free here.
type Brought struct {
	Person     *record.Person
	Answers    *record.Answers // nil: none
	Entries    []record.Entry
	Recordings []BroughtRecording
}

// BroughtRecording is a recording with its files.
type BroughtRecording struct {
	*record.Recording
	Corrections []record.Correction
	Marks       []record.MarkSet
	// Files write the film (OriginalFile) and, where Analysis names one, every
	// file of the analysis, by their names.
	Files map[string]func(io.Writer) error
}

// AnalysisFiles are the files that an analysis consists of.
var AnalysisFiles = []string{report.AnalysisFile, TraceFile, report.TraceFile, MeshFile, StillsFile}

// LaterFiles are files of an analysis that those of older versions have not.
var LaterFiles = []string{report.CandidatesFile}

// Bring brings a person in, whole or not at all: the files are written where no
// row names them yet, and the rows in one transaction after them. A process that
// dies in between leaves files marked as unfinished, which the next start removes. What is said of a
// film and the figures are found again from the files.
func (w *Worker) Bring(ctx context.Context, b *Brought) (err error) {
	release, err := w.Store.Lock(ctx, movingLock)
	if err != nil {
		return err
	}
	defer release()
	if err := w.free(ctx, b); err != nil {
		return err
	}
	// A key in the trash would take what is written now with it.
	if err := w.emptied(ctx); err != nil {
		return busy(err)
	}
	var written []string
	defer func() {
		if err == nil {
			return
		}
		for _, k := range written {
			err = errors.Join(err, w.Blobs.Remove(k))
		}
	}()
	for i := range b.Recordings {
		if err := w.begin(key(b.Recordings[i].ID)); err != nil {
			return err
		}
		written = append(written, key(b.Recordings[i].ID))
		if err := w.bringFiles(ctx, &b.Recordings[i]); err != nil {
			return err
		}
	}
	err = w.sure(ctx, w.Store.Tx(ctx, func(tx *sql.Tx) error { return w.bringRows(ctx, tx, b) }), func(ctx context.Context) (bool, error) {
		_, err := w.Store.Person(ctx, b.Person.ID)
		if errors.Is(err, store.ErrNotFound) {
			return false, nil
		}
		return err == nil, err
	})
	if errors.Is(err, errUnsure) {
		written = nil
	}
	if err != nil {
		return err
	}
	for _, k := range written {
		w.finishedAfter(k)
	}
	for i := range b.Recordings {
		w.described(w.Describe(ctx, b.Recordings[i].ID))
	}
	w.described(w.DescribePerson(ctx, b.Person.ID))
	return nil
}

// busy says of a backup that holds things up that it passes.
func busy(err error) error {
	if errors.Is(err, blob.ErrHeld) {
		return fmt.Errorf("%w (%w)", ErrBusy, err)
	}
	return err
}

// free reports whether none of the ids is taken.
func (w *Worker) free(ctx context.Context, b *Brought) error {
	if _, err := w.Store.Person(ctx, b.Person.ID); !errors.Is(err, store.ErrNotFound) {
		return here("work.here.person", err)
	}
	bins, err := w.Store.BinsOf(ctx, b.Person.ID)
	if err != nil || len(bins) > 0 {
		return here("work.here.deleted", err)
	}
	for i := range b.Recordings {
		r := &b.Recordings[i]
		if _, err := w.Store.Recording(ctx, r.ID); !errors.Is(err, store.ErrNotFound) {
			return here("work.here.recording", err)
		}
		if bin, err := w.Store.BinOf(ctx, r.ID); err != nil || bin != "" {
			return here("work.here.deleted", err)
		}
		for _, c := range r.Corrections {
			if taken, err := w.Store.HasCorrection(ctx, c.ID); err != nil || taken {
				return here("work.here.correction", err)
			}
		}
	}
	return nil
}

// here is the error of what the key says, or the one of looking for it.
func here(key string, err error) error {
	if err != nil {
		return err
	}
	return hereError{key}
}

func (w *Worker) bringFiles(ctx context.Context, r *BroughtRecording) error {
	for name, write := range r.Files {
		if err := ctx.Err(); err != nil {
			return err
		}
		k := key(r.ID, OriginalFile)
		if name != OriginalFile {
			if r.Analysis == "" || !slices.Contains(AnalysisFiles, name) && !slices.Contains(LaterFiles, name) {
				return fmt.Errorf("there is no place for %q", name)
			}
			k = key(r.ID, r.Analysis, name)
		}
		if err := w.Blobs.As(r.PersonID).Put(k, write); err != nil {
			return err
		}
	}
	path, done, err := w.Path(r.Recording)
	if err != nil {
		return err
	}
	defer done()
	info, err := w.Probe(ctx, path)
	if err != nil {
		return inputProblem(path, err)
	}
	r.Type = mediaType(info)
	if r.Analysis == "" {
		describe(r.Recording, info)
		return nil
	}
	return w.bringFigures(r)
}

// bringFigures computes what is shown of an analysis from its own files.
func (w *Worker) bringFigures(r *BroughtRecording) error {
	a := &report.Analysis{}
	if err := w.readJSON(key(r.ID, r.Analysis, report.AnalysisFile), a); err != nil {
		return fmt.Errorf("the analysis cannot be read: %w", record.ErrInvalid)
	}
	f, t, err := w.openTrace(r.Recording)
	if err != nil {
		return fmt.Errorf("the trace cannot be read: %w", record.ErrInvalid)
	}
	defer f.Close()
	size, err := w.Blobs.Size(key(r.ID, r.Analysis, TraceFile))
	if err != nil {
		return err
	}
	if t.Bytes() != size || t.Rows() != a.Recording.Frames && (a.Night == nil || t.Rows() > a.Recording.Frames) { // of a night only what moves is measured
		return fmt.Errorf("the trace has not as many rows as the analysis has frames: %w", record.ErrInvalid)
	}
	tr, err := t.Load()
	if err != nil {
		return fmt.Errorf("the trace cannot be read: %w", record.ErrInvalid)
	}
	mesh := key(r.ID, r.Analysis, MeshFile)
	if size, err = w.Blobs.Size(mesh); err != nil {
		return err
	}
	mf, err := w.Blobs.Open(mesh)
	if err != nil {
		return err
	}
	defer mf.Close()
	if _, err := tracks.ReadMesh(mf, size, 0, 0); err != nil {
		return fmt.Errorf("the mesh cannot be read: %w", record.ErrInvalid)
	}
	var stills []report.Still
	if err := w.readJSON(key(r.ID, r.Analysis, StillsFile), &stills); err != nil {
		return fmt.Errorf("the stills cannot be read: %w", record.ErrInvalid)
	}
	figures, err := compute(a, tr, r.Corrections)
	if err != nil {
		return fmt.Errorf("the analysis cannot be read: %w", record.ErrInvalid)
	}
	figured(r.Recording, a, figures)
	return nil
}

func (w *Worker) bringRows(ctx context.Context, tx *sql.Tx, b *Brought) error {
	if err := w.Store.AddPersonTx(ctx, tx, b.Person); err != nil {
		return err
	}
	if b.Answers != nil {
		if err := w.Store.SetAnswers(ctx, tx, b.Person.ID, b.Answers); err != nil {
			return err
		}
	}
	now := time.Now()
	for i := range b.Entries {
		if err := w.Store.AddEntry(ctx, tx, b.Person.ID, &b.Entries[i], now); err != nil {
			return err
		}
	}
	for _, r := range b.Recordings {
		if err := w.Store.AddRecording(ctx, tx, r.Recording); err != nil {
			return err
		}
		for i := range r.Corrections {
			if err := w.Store.AddCorrectionTx(ctx, tx, r.ID, &r.Corrections[i]); err != nil {
				return err
			}
		}
		for i := range r.Marks {
			if err := w.Store.AddMarksTx(ctx, tx, r.PersonID, r.ID, &r.Marks[i]); err != nil {
				return err
			}
		}
		job := PlayJob
		if !r.State.Over() {
			job = AnalyzeJob
		}
		if err := w.addJob(ctx, tx, job, r.Recording); err != nil {
			return err
		}
	}
	for i := range b.Recordings {
		if err := w.finishedWith(key(b.Recordings[i].ID)); err != nil {
			return err
		}
	}
	return nil
}

// incoming is where archives lie while they are read; what is there at the start
// is left from a process that died.
const incoming = "incoming"

// Receive stores an archive that write writes until it is read, and gives its
// path and what removes it.
func (w *Worker) Receive(write func(io.Writer) error) (path string, done func() error, err error) {
	k := incoming + "/" + record.NewID()
	if err := w.Blobs.Put(k, write); err != nil {
		return "", nil, err
	}
	path, read, err := w.Blobs.Plain(k)
	if err != nil {
		return "", nil, errors.Join(err, w.Blobs.Remove(k))
	}
	return path, func() error { read(); return w.Blobs.Remove(k) }, nil
}
