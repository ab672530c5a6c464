package work

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"facialis/internal/service/blob"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
	"facialis/report"
)

// The files from which a database can be rebuilt.
const (
	AboutFile    = "about.json" // beside each film
	peopleFolder = "people"     // a file for each person, beside films/
)

// The forms of those files.
const (
	filmForm   = "facialis.film/1"
	personForm = "facialis.person/1"
)

// About is what lies beside a film: its row and what hangs on it.
type About struct {
	Form        string              `json:"form"`
	Person      *record.Person      `json:"person"`
	Recording   *record.Recording   `json:"recording"`
	Analysis    string              `json:"analysis"`
	Corrections []record.Correction `json:"corrections"`
	Marks       []record.MarkSet    `json:"marks,omitempty"`
	DeletedAt   *time.Time          `json:"deleted_at"` // nil: not deleted
	Bin         string              `json:"bin"`        // the line of the bin that it belongs to
}

// Somebody is what is kept of a person beside their films.
type Somebody struct {
	Form    string         `json:"form"`
	Person  *record.Person `json:"person"`
	Answers *heldAnswers   `json:"answers"`
	Entries []record.Entry `json:"entries"`
}

// heldAnswers are answers as they were given, without what follows from them.
type heldAnswers struct {
	Values   map[string]any    `json:"values"`
	Skipped  map[string]string `json:"skipped"`
	Authored *time.Time        `json:"authored"`
}

func (h *heldAnswers) answers() *record.Answers {
	a := record.NewAnswers()
	for id, v := range h.Values {
		a.Values[id] = v
	}
	for id, why := range h.Skipped {
		a.Skipped[id] = why
	}
	a.Authored = h.Authored
	return a
}

// bare is a person without what is counted from their recordings.
func bare(p *record.Person) *record.Person {
	q := *p
	q.Recordings, q.LastRecordingAt, q.LastRatePerMin, q.LastSpells = 0, nil, nil, nil
	return &q
}

func personKey(id string) string { return peopleFolder + "/" + id + ".json" }

// about gathers what lies beside a film.
func (w *Worker) about(ctx context.Context, r *record.Recording) (*About, error) {
	p, err := w.Store.Person(ctx, r.PersonID)
	if err != nil {
		return nil, err
	}
	a := &About{Form: filmForm, Person: bare(p), Recording: r, Analysis: r.Analysis}
	if a.Corrections, err = w.Store.Corrections(ctx, r.ID); err != nil {
		return nil, err
	}
	a.Marks, err = w.Store.Marks(ctx, r.ID)
	return a, err
}

// somebody gathers what is kept of a person beside their films.
func (w *Worker) somebody(ctx context.Context, id string) (*Somebody, error) {
	p, err := w.Store.Person(ctx, id)
	if err != nil {
		return nil, err
	}
	given, err := w.Store.Answers(ctx, id)
	if err != nil {
		return nil, err
	}
	s := &Somebody{Form: personForm, Person: bare(p)}
	if len(given.Values)+len(given.Skipped) > 0 {
		s.Answers = &heldAnswers{given.Values, given.Skipped, given.Authored}
	}
	s.Entries, err = w.Store.Entries(ctx, id)
	return s, err
}

// Describe writes beside a film what the database says of it, so that the
// database can be rebuilt. A film that is gone is passed over.
func (w *Worker) Describe(ctx context.Context, rec string) error {
	release, err := w.Store.Lock(ctx, sidesLock)
	if err != nil {
		return err
	}
	defer release()
	r, err := w.Store.Recording(ctx, rec)
	if errors.Is(err, store.ErrNotFound) {
		return w.describeBinned(ctx, rec)
	}
	if err != nil {
		return err
	}
	there, err := w.has(key(rec, OriginalFile))
	if err != nil || !there {
		return err // a film of the demo that nobody has drawn yet
	}
	a, err := w.about(ctx, r)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return w.putJSON(key(rec, AboutFile), a.Person.ID, a)
}

// describeBinned says beside a film that it is deleted, so that a database that
// is rebuilt does not bring it back.
func (w *Worker) describeBinned(ctx context.Context, rec string) error {
	bin, err := w.Store.BinOf(ctx, rec)
	if err != nil || bin == "" {
		return err
	}
	b, err := w.Store.Binned(ctx, bin)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	k, err := readKept(b)
	if err != nil {
		return err
	}
	for i := range k.Recordings {
		if a := &k.Recordings[i]; a.Recording.ID == rec {
			a.Person, a.DeletedAt, a.Bin = k.Person, &b.DeletedAt, b.ID
			return w.putJSON(key(rec, AboutFile), a.Person.ID, a)
		}
	}
	return nil
}

// DescribePerson writes what is kept of a person beside their films.
func (w *Worker) DescribePerson(ctx context.Context, id string) error {
	release, err := w.Store.Lock(ctx, sidesLock)
	if err != nil {
		return err
	}
	defer release()
	mark, err := w.Store.Mark(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	w.marked.Lock()
	done := w.marks[id] == mark
	w.marked.Unlock()
	if done {
		return nil
	}
	s, err := w.somebody(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil // their key is gone, see [store.ErrKeyGone]
	}
	if err != nil {
		return err
	}
	if err := w.putJSON(personKey(id), id, s); err != nil {
		return err
	}
	w.marked.Lock()
	w.marks[id] = mark
	w.marked.Unlock()
	return nil
}

// describeAll brings every description up to date: what a process that died did
// not come to, and what older versions never wrote.
func (w *Worker) describeAll(ctx context.Context) error {
	people, err := w.Store.PersonIDs(ctx)
	if err != nil {
		return err
	}
	for _, id := range people {
		if err := w.DescribePerson(ctx, id); err != nil {
			return err
		}
	}
	recs, err := w.Store.RecordingIDs(ctx)
	if err != nil {
		return err
	}
	for _, id := range recs {
		if err := w.Describe(ctx, id); err != nil {
			return err
		}
	}
	return nil
}

// putJSON stores a value about a person, unless the same is stored already.
func (w *Worker) putJSON(k, person string, v any) error {
	data, err := json.MarshalIndent(v, "", " ")
	if err != nil {
		return fmt.Errorf("writing a description: %w", err)
	}
	data = append(data, '\n')
	if n, err := w.Blobs.Size(k); err == nil && n == int64(len(data)) {
		f, err := w.Blobs.Open(k)
		if err != nil {
			return err
		}
		old, err := io.ReadAll(f)
		f.Close()
		if err == nil && bytes.Equal(old, data) {
			return nil
		}
	} else if err != nil && !errors.Is(err, blob.ErrNotFound) {
		return err
	}
	return w.Blobs.As(person).Put(k, func(out io.Writer) error { _, err := out.Write(data); return err })
}

// described tells of a description that could not be written; the next tidying
// writes it.
func (w *Worker) described(err error) {
	if err != nil {
		w.Log.Warn("a description beside a film is not up to date", "error", err.Error())
	}
}

// restoreFilm writes the rows of a recording within a transaction, and its job.
func (w *Worker) restoreFilm(ctx context.Context, tx *sql.Tx, a *About) error {
	r := *a.Recording
	r.Analysis, r.Progress, r.LeftS = a.Analysis, nil, nil
	job := PlayJob
	whole, err := w.wholeAnalysis(r.ID, r.Analysis)
	if err != nil {
		return err
	}
	switch {
	case !whole && r.Analysis != "":
		r.Analysis = ""
		r.State = record.Queued
	case whole:
		r.State, r.Problem = record.Done, nil
	}
	if !r.State.Over() {
		r.State, r.Problem, r.Attempts, job = record.Queued, nil, 0, AnalyzeJob
	}
	if err := w.Store.AddRecording(ctx, tx, &r); err != nil {
		return err
	}
	for i := range a.Corrections {
		if err := w.Store.AddCorrectionTx(ctx, tx, r.ID, &a.Corrections[i]); err != nil {
			return err
		}
	}
	for i := range a.Marks {
		if err := w.Store.AddMarksTx(ctx, tx, r.PersonID, r.ID, &a.Marks[i]); err != nil {
			return err
		}
	}
	return w.addJob(ctx, tx, job, &r)
}

// wholeAnalysis reports whether every file of an analysis is there.
func (w *Worker) wholeAnalysis(rec, analysis string) (bool, error) {
	if analysis == "" {
		return false, nil
	}
	for _, name := range []string{report.AnalysisFile, TraceFile, MeshFile} {
		there, err := w.has(key(rec, analysis, name))
		if err != nil || !there {
			return false, err
		}
	}
	return true, nil
}
