package work

import (
	"context"
	"errors"
	"strings"

	"facialis/internal/service/blob"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
)

// Agreement is what a database and a store of films say of each other. Nothing is changed
// to find it.
type Agreement struct {
	Recordings, People int
	Missing            []string // keys that a row names and that hold nothing
	Unnamed            []string // keys that no row names: the next tidying moves them to lost/
	Undrawn            int      // recordings of drawn patients that nobody has opened yet
}

// Agree holds the database against the store of films: after a restore of both, say. What
// is uploaded, deleted or analyzed meanwhile may be counted as missing or unnamed.
func Agree(ctx context.Context, st *store.Store, blobs blob.Store) (*Agreement, error) {
	out := &Agreement{}
	names := func(k string) (map[string]bool, error) {
		all, err := blobs.List(k)
		if err != nil && !errors.Is(err, blob.ErrNotFound) {
			return nil, err
		}
		there := map[string]bool{}
		for _, n := range all {
			there[n] = true
		}
		return there, nil
	}
	films, err := names("films")
	if err != nil {
		return nil, err
	}
	recs, err := st.RecordingIDs(ctx)
	if err != nil {
		return nil, err
	}
	known := map[string]bool{}
	for _, id := range recs {
		known[id] = true
		r, err := st.Recording(ctx, id)
		if errors.Is(err, store.ErrNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		out.Recordings++
		if err := out.film(ctx, st, r, films[id], names); err != nil {
			return nil, err
		}
	}
	bins, err := st.BinnedIDs(ctx)
	if err != nil {
		return nil, err
	}
	for _, id := range bins {
		known[id] = true
		if !films[id] {
			out.Missing = append(out.Missing, key(id))
		}
	}
	// What waits to be removed is named too.
	trash, err := st.Trash(ctx)
	if err != nil {
		return nil, err
	}
	for _, k := range trash {
		if id, ok := strings.CutPrefix(k, key("")); ok {
			known[id] = true
		}
		known[k] = true
	}
	for id := range films {
		if known[id] {
			continue
		}
		begun, err := names(key(id))
		if err != nil {
			return nil, err
		}
		if !begun[unfinishedFile] {
			out.Unnamed = append(out.Unnamed, key(id))
		}
	}
	return out, out.people(ctx, st, known, names)
}

// film looks for a recording's own files.
func (a *Agreement) film(ctx context.Context, st *store.Store, r *record.Recording, there bool, names func(string) (map[string]bool, error)) error {
	if !there {
		p, err := st.Person(ctx, r.PersonID)
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
		if p != nil && p.Drawn {
			a.Undrawn++
			return nil
		}
	}
	files, err := names(key(r.ID))
	if err != nil {
		return err
	}
	if !files[OriginalFile] {
		a.Missing = append(a.Missing, key(r.ID, OriginalFile))
	}
	if r.Analysis == "" {
		return nil
	}
	results, err := names(key(r.ID, r.Analysis))
	if err != nil {
		return err
	}
	for _, n := range AnalysisFiles {
		if !results[n] {
			a.Missing = append(a.Missing, key(r.ID, r.Analysis, n))
		}
	}
	return nil
}

// people looks for descriptions of people whom nobody knows. One that is missing is
// written by the next tidying.
func (a *Agreement) people(ctx context.Context, st *store.Store, known map[string]bool, names func(string) (map[string]bool, error)) error {
	ids, err := st.PersonIDs(ctx)
	if err != nil {
		return err
	}
	a.People = len(ids)
	for _, id := range ids {
		known[personKey(id)] = true
	}
	files, err := names(peopleFolder)
	if err != nil {
		return err
	}
	for n := range files {
		if k := peopleFolder + "/" + n; !known[k] {
			a.Unnamed = append(a.Unnamed, k)
		}
	}
	return nil
}
