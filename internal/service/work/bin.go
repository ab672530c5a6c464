package work

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"facialis/internal/service/record"
	"facialis/internal/service/store"
)

// kept are the rows of something deleted.
type kept struct {
	Person     *record.Person `json:"person"`
	Answers    *heldAnswers   `json:"answers"`
	Entries    []record.Entry `json:"entries"`
	Recordings []About        `json:"recordings"`
}

func readKept(b *record.Binned) (*kept, error) {
	k := &kept{}
	if err := json.Unmarshal(b.Body, k); err != nil {
		return nil, fmt.Errorf("reading what was deleted: %w", err)
	}
	return k, nil
}

// BinPerson deletes a person so that they can be brought back for
// [record.BinDays] days: their rows move into the bin, their films stay where
// they are. Films on their way in and accounts go for good.
func (w *Worker) BinPerson(ctx context.Context, id string, now time.Time) (*record.Binned, error) {
	release, err := w.Store.Lock(ctx, movingLock)
	if err != nil {
		return nil, err
	}
	defer release()
	also, err := w.Store.Lock(ctx, takingLock)
	if err != nil {
		return nil, err
	}
	defer also()
	recs, keys, err := w.filmsOf(ctx, id)
	if err != nil {
		return nil, err
	}
	s, err := w.somebody(ctx, id)
	if err != nil {
		return nil, err
	}
	name := s.Person.Name
	if name == "" {
		name = s.Person.Code
	}
	b := &record.Binned{Kind: "person", PersonID: id, Name: name}
	return b, w.bin(ctx, b, &kept{Person: s.Person, Answers: s.Answers, Entries: s.Entries}, recs, keys, now)
}

// BinRecording deletes a recording so that it can be brought back for
// [record.BinDays] days.
func (w *Worker) BinRecording(ctx context.Context, id string, now time.Time) (*record.Binned, error) {
	release, err := w.Store.Lock(ctx, movingLock)
	if err != nil {
		return nil, err
	}
	defer release()
	r, err := w.Store.Recording(ctx, id)
	if err != nil {
		return nil, err
	}
	p, err := w.Store.Person(ctx, r.PersonID)
	if err != nil {
		return nil, err
	}
	b := &record.Binned{Kind: "recording", PersonID: r.PersonID, Name: r.Label}
	return b, w.bin(ctx, b, &kept{Person: bare(p)}, []record.Recording{*r}, nil, now)
}

// bin stops what runs about recordings and moves the rows into the bin.
func (w *Worker) bin(ctx context.Context, b *record.Binned, k *kept, recs []record.Recording, keys []string, now time.Time) error {
	for _, r := range recs {
		if err := w.stopFor(ctx, r.ID); err != nil {
			return err
		}
	}
	b.ID, b.DeletedAt = record.NewID(), record.Micros(now)
	b.GoneAt = b.DeletedAt.AddDate(0, 0, record.BinDays)
	for _, r := range recs {
		now, err := w.Store.Recording(ctx, r.ID) // an analysis may have come to its end
		if err != nil {
			return err
		}
		a, err := w.about(ctx, now)
		if err != nil {
			return err
		}
		a.Person = nil
		k.Recordings, b.Recordings = append(k.Recordings, *a), append(b.Recordings, r.ID)
	}
	var err error
	if b.Body, err = json.Marshal(k); err != nil {
		return fmt.Errorf("deleting: %w", err)
	}
	id := b.PersonID
	if b.Kind == "recording" {
		id = b.Recordings[0]
	}
	err = w.Store.Tx(ctx, func(tx *sql.Tx) error {
		if err := w.Store.Bin(ctx, tx, b); err != nil {
			return err
		}
		if err := store.Discard(ctx, tx, keys...); err != nil {
			return err
		}
		if err := w.Store.NoteFilms(ctx, tx, b.Recordings, "withdrawn", b.DeletedAt); err != nil {
			return err
		}
		return store.DeleteRow(ctx, tx, b.Kind, id)
	})
	if err != nil {
		return err
	}
	for _, r := range recs {
		w.figures.drop(r.ID)
		w.taken.drop(r.ID)
		w.described(w.Describe(ctx, r.ID))
	}
	return w.empty(ctx)
}

// stopFor ends whatever is done about a recording and waits for its end.
func (w *Worker) stopFor(ctx context.Context, rec string) error {
	if err := w.Cancel(ctx, rec); err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	if err := w.Queue.Cancel(ctx, PlayJob, rec); err != nil {
		return err
	}
	for _, kind := range []string{AnalyzeJob, PlayJob} {
		w.Queue.Wait(kind, rec)
		if err := w.Queue.Forget(ctx, kind, rec); err != nil {
			return err
		}
	}
	return nil
}

// BringBack takes something out of the bin and puts it where it was.
func (w *Worker) BringBack(ctx context.Context, id string) (*record.Binned, error) {
	release, err := w.Store.Lock(ctx, movingLock)
	if err != nil {
		return nil, err
	}
	defer release()
	b, err := w.Store.Binned(ctx, id)
	if err != nil {
		return nil, err
	}
	k, err := readKept(b)
	if err != nil {
		return nil, err
	}
	_, err = w.Store.Person(ctx, b.PersonID)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	switch here := err == nil; {
	case here && b.Kind == "person":
		return nil, hereError{"work.here.person"}
	case !here && b.Kind == "recording":
		return nil, record.Invalid("work.bin.person")
	}
	// The person's own description may still wait to be removed.
	if err := w.emptied(ctx); err != nil {
		return nil, busy(err)
	}
	err = w.Store.Tx(ctx, func(tx *sql.Tx) error {
		if b.Kind == "person" {
			if err := w.addSomebody(ctx, tx, k.Person, k.Answers, k.Entries, time.Now()); err != nil {
				return err
			}
		}
		for i := range k.Recordings {
			if err := w.restoreFilm(ctx, tx, &k.Recordings[i]); err != nil {
				return err
			}
		}
		if err := w.Store.NoteFilms(ctx, tx, b.Recordings, "returned", time.Now()); err != nil {
			return err
		}
		return store.Unbin(ctx, tx, id)
	})
	if err != nil {
		return nil, err
	}
	for _, r := range b.Recordings {
		w.described(w.Describe(ctx, r))
	}
	w.described(w.DescribePerson(ctx, b.PersonID))
	return b, nil
}

// addSomebody writes a person's rows but for their recordings.
func (w *Worker) addSomebody(ctx context.Context, tx *sql.Tx, p *record.Person, a *heldAnswers, entries []record.Entry, now time.Time) error {
	if err := w.Store.AddPersonTx(ctx, tx, p); err != nil {
		return err
	}
	if a != nil {
		if err := w.Store.SetAnswers(ctx, tx, p.ID, a.answers()); err != nil {
			return err
		}
	}
	for i := range entries {
		if err := w.Store.AddEntry(ctx, tx, p.ID, &entries[i], now); err != nil {
			return err
		}
	}
	return nil
}

// Purge deletes something in the bin for good, files and all. With a person goes
// what was deleted of them before.
func (w *Worker) Purge(ctx context.Context, id string) error {
	release, err := w.Store.Lock(ctx, movingLock)
	if err != nil {
		return err
	}
	defer release()
	b, err := w.Store.Binned(ctx, id)
	if err != nil {
		return err
	}
	ids := []string{id}
	if b.Kind == "person" {
		all, err := w.Store.BinsOf(ctx, b.PersonID)
		if err != nil {
			return err
		}
		ids = all
	}
	var keys, recs []string
	for _, id := range ids {
		b, err := w.Store.Binned(ctx, id)
		if err != nil {
			return err
		}
		for _, r := range b.Recordings {
			keys, recs = append(keys, key(r)), append(recs, r)
		}
	}
	if b.Kind == "person" {
		keys = append(keys, keyOf(b.PersonID))
	}
	err = w.Store.Tx(ctx, func(tx *sql.Tx) error {
		if err := store.Discard(ctx, tx, keys...); err != nil {
			return err
		}
		if err := store.EraseRatings(ctx, tx, recs); err != nil {
			return err
		}
		if err := w.Store.NoteFilms(ctx, tx, recs, "erased", time.Now()); err != nil {
			return err
		}
		for _, id := range ids {
			if err := store.Unbin(ctx, tx, id); err != nil {
				return err
			}
		}
		if b.Kind == "person" {
			return store.ForgetNames(ctx, tx, b.PersonID)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := w.empty(ctx); err != nil {
		return err
	}
	return w.Store.Forget(ctx)
}

// purgeOld deletes for good what has been in the bin for its time.
func (w *Worker) purgeOld(ctx context.Context, now time.Time) error {
	ids, err := w.Store.BinBefore(ctx, now.AddDate(0, 0, -record.BinDays))
	if err != nil {
		return err
	}
	for _, id := range ids {
		if err := w.Purge(ctx, id); err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	return nil
}
