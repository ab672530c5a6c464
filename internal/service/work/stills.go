package work

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"sync"

	"facialis/internal/service/record"
	"facialis/report"
)

// stillsShown is how many pictures of peaks a report carries.
const stillsShown = 12

// albumsKept is how many albums wait for their pictures to be taken; the oldest
// goes first, and its pictures come out of the film instead.
const albumsKept = 4

// albums are the pictures that analyses kept, until those of the peaks are taken
// out of them.
type albums struct {
	mu   sync.Mutex
	ids  []string
	byID map[string]*report.Album
}

func (a *albums) put(id string, album *report.Album) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.byID == nil {
		a.byID = map[string]*report.Album{}
	}
	a.ids, a.byID[id] = append(a.ids, id), album
	if len(a.ids) > albumsKept {
		a.byID[a.ids[0]].Close()
		delete(a.byID, a.ids[0])
		a.ids = a.ids[1:]
	}
}

// take gives an album away, to be closed; nil where there is none.
func (a *albums) take(id string) *report.Album {
	a.mu.Lock()
	defer a.mu.Unlock()
	album := a.byID[id]
	delete(a.byID, id)
	a.ids = slices.DeleteFunc(a.ids, func(other string) bool { return other == id })
	return album
}

// encodeStills writes pictures of peaks; nil says that they are still to be
// taken.
func encodeStills(out io.Writer, stills []report.Still) error {
	return json.NewEncoder(out).Encode(stills)
}

// takeStills takes the pictures of the peaks of the analysis that holds, where
// that has not been done. Pictures that cannot be taken are left out.
func (w *Worker) takeStills(ctx context.Context, r *record.Recording) error {
	if r.Analysis == "" || r.Usable == nil || !*r.Usable {
		w.albums.take(r.Analysis).Close()
		return nil
	}
	k := key(r.ID, r.Analysis, StillsFile)
	var stills []report.Still
	if err := w.readJSON(k, &stills); err != nil || stills != nil {
		return err
	}
	a, err := w.Analysis(ctx, r)
	if err != nil {
		return err
	}
	tr, err := w.LoadTrace(r)
	if err != nil {
		return err
	}
	path, done, err := w.Path(r)
	if err != nil {
		return err
	}
	defer done()
	album := w.albums.take(r.Analysis)
	defer album.Close()
	stills, err = report.Stills(ctx, path, tr, a.Events, stillsShown, album)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		w.Log.Warn("the report lacks pictures", "recording", r.ID, "error", cleanLine(path, err))
	}
	if stills == nil {
		stills = []report.Still{}
	}
	release, err := w.Store.Lock(ctx, resultsLock)
	if err != nil {
		return err
	}
	defer release()
	now, err := w.Store.Recording(ctx, r.ID)
	if err != nil || now.Analysis != r.Analysis {
		return err // another analysis holds by now, with pictures of its own
	}
	if err := w.Blobs.As(r.PersonID).Put(k, func(out io.Writer) error { return encodeStills(out, stills) }); err != nil {
		return fmt.Errorf("storing the pictures: %w", err)
	}
	return nil
}
