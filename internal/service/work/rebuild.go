package work

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"facialis/internal/service/record"
	"facialis/internal/service/store"
)

// Rebuilt is what a database was rebuilt from.
type Rebuilt struct {
	People, Entries, Recordings, Deleted int
	Bare                                 []string // ids of films that nothing describes
}

// Rebuild brings into the database what lies described in the data folder and
// has no row: people with answers and diary, films with their results and
// corrections, and what somebody had deleted. Rows that are there stay as they
// are. Accounts, the audit log and uploads on their way are not described and do
// not come back. It is called instead of Start.
func (w *Worker) Rebuild(ctx context.Context) (*Rebuilt, error) {
	out := &Rebuilt{}
	if err := w.rebuildPeople(ctx, out); err != nil {
		return nil, err
	}
	ids, err := w.Blobs.List("films")
	if err != nil {
		return nil, err
	}
	gone := map[string][]About{}
	for _, id := range ids {
		if !record.IsID(id) {
			continue
		}
		_, err := w.Store.Recording(ctx, id)
		bin, binErr := w.Store.BinOf(ctx, id)
		if err == nil || bin != "" {
			continue
		}
		if !errors.Is(err, store.ErrNotFound) || binErr != nil {
			return nil, errors.Join(err, binErr)
		}
		unfinished, err := w.has(key(id, unfinishedFile))
		if err != nil {
			return nil, err
		}
		if unfinished {
			continue // the next start undoes it
		}
		a, err := w.readAbout(key(id, AboutFile))
		film, hasErr := w.has(key(id, OriginalFile))
		switch {
		case hasErr != nil:
			return nil, hasErr
		case err != nil || !film || a.Recording.ID != id:
			out.Bare = append(out.Bare, id)
		case a.DeletedAt != nil && record.IsID(a.Bin):
			gone[a.Bin] = append(gone[a.Bin], *a)
		default:
			if err := w.readd(ctx, a); err != nil {
				return nil, fmt.Errorf("film %s: %w", id, err)
			}
			out.Recordings++
		}
	}
	for bin, films := range gone {
		if err := w.rebin(ctx, bin, films); err != nil {
			return nil, err
		}
		out.Deleted += len(films)
	}
	people, err := w.Store.PersonIDs(ctx)
	out.People = len(people) - out.People
	return out, err
}

// rebuildPeople brings people back with answers and diary. It leaves in
// out.People how many were there before.
func (w *Worker) rebuildPeople(ctx context.Context, out *Rebuilt) error {
	before, err := w.Store.PersonIDs(ctx)
	if err != nil {
		return err
	}
	out.People = len(before)
	names, err := w.Blobs.List(peopleFolder)
	if err != nil {
		return err
	}
	trash, err := w.Store.Trash(ctx)
	if err != nil {
		return err
	}
	going := map[string]bool{}
	for _, k := range trash {
		going[k] = true
	}
	for _, n := range names {
		id, ok := strings.CutSuffix(n, ".json")
		if !ok || !record.IsID(id) || going[personKey(id)] {
			continue
		}
		if _, err := w.Store.Person(ctx, id); !errors.Is(err, store.ErrNotFound) {
			if err != nil {
				return err
			}
			continue
		}
		s := &Somebody{}
		if err := w.decode(personKey(id), s); err != nil {
			return fmt.Errorf("%s: %w", personKey(id), err)
		}
		if s.Form != personForm || s.Person == nil || s.Person.ID != id {
			return fmt.Errorf("%s: %w", personKey(id), record.Invalid("work.about.form"))
		}
		for i := range s.Entries {
			if err := s.Entries[i].Check(); err != nil {
				return fmt.Errorf("%s: %w", personKey(id), err)
			}
		}
		err := w.Store.Tx(ctx, func(tx *sql.Tx) error {
			return w.addSomebody(ctx, tx, s.Person, s.Answers, s.Entries, time.Now())
		})
		if err != nil {
			return err
		}
		out.Entries += len(s.Entries)
	}
	return nil
}

// rebin puts films that were deleted back into the bin, each as a line of its
// own: whether its person is here decides whether it can be brought back.
func (w *Worker) rebin(ctx context.Context, bin string, films []About) error {
	first := films[0]
	b := &record.Binned{ID: bin, Kind: "recording", PersonID: first.Person.ID, Name: first.Recording.Label, DeletedAt: record.Micros(*first.DeletedAt)}
	k := &kept{Person: first.Person}
	_, err := w.Store.Person(ctx, first.Person.ID)
	if errors.Is(err, store.ErrNotFound) {
		b.Kind, b.Name = "person", first.Person.Name
		if b.Name == "" {
			b.Name = first.Person.Code
		}
	} else if err != nil {
		return err
	}
	for _, a := range films {
		a.Person, a.DeletedAt, a.Bin = nil, nil, ""
		k.Recordings, b.Recordings = append(k.Recordings, a), append(b.Recordings, a.Recording.ID)
	}
	if b.Body, err = json.Marshal(k); err != nil {
		return fmt.Errorf("writing what was deleted: %w", err)
	}
	return w.Store.Tx(ctx, func(tx *sql.Tx) error { return w.Store.Bin(ctx, tx, b) })
}
