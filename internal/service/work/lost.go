package work

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"facialis/internal/service/blob"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
)

// Lost is something that was moved to lost/.
type Lost struct {
	Name    string    `json:"name"`
	Kind    string    `json:"kind" enum:"film,upload,analysis,other" doc:"A film, the bytes of an upload, an analysis of a film, or something that somebody else put there"`
	Bytes   int64     `json:"bytes"`
	Since   time.Time `json:"since" doc:"When it was moved there"`
	Person  string    `json:"person" doc:"Whose it is by the description beside it; empty where there is none"`
	Film    string    `json:"film" doc:"The film's label by the description beside it"`
	Deleted bool      `json:"deleted" doc:"Somebody had deleted it"`
	Back    bool      `json:"back" doc:"It can be brought back"`
	Whose   bool      `json:"whose" doc:"To bring it back, somebody has to say whose it is"`
}

// lostKinds are the kinds of what this program moves to lost/, by the beginning
// of its name.
var lostKinds = []string{"film", "upload", "analysis"}

// Lost lists what is in lost/, the latest first, and says where the folder is.
func (w *Worker) Lost() (folder string, all []Lost, err error) {
	folder = w.Blobs.Where(lostFolder)
	names, err := w.Blobs.List(lostFolder)
	if err != nil {
		return "", nil, err
	}
	all = []Lost{}
	for _, n := range names {
		l, err := w.lost(n)
		if err != nil {
			return "", nil, err
		}
		all = append(all, *l)
	}
	slices.SortFunc(all, func(a, b Lost) int {
		if c := b.Since.Compare(a.Since); c != 0 {
			return c
		}
		return strings.Compare(a.Name, b.Name)
	})
	return folder, all, nil
}

// lost looks at one thing in lost/.
func (w *Worker) lost(name string) (*Lost, error) {
	l := &Lost{Name: name, Kind: "other"}
	var err error
	if l.Bytes, l.Since, err = w.Blobs.Measure(lostFolder, name); err != nil {
		return nil, err
	}
	for part := range strings.SplitSeq(name, "-") {
		if at, err := time.Parse(lostStamp, part); err == nil {
			l.Since = at
		}
	}
	for _, kind := range lostKinds {
		if rest, ok := strings.CutPrefix(name, kind+"-"); ok && len(rest) >= idBytes && record.IsID(rest[:idBytes]) {
			l.Kind = kind
		}
	}
	film, err := w.lostFilm(l)
	if err != nil || film == "" {
		return l, err
	}
	l.Back, l.Whose = true, true
	if a, err := w.lostAbout(name); err == nil {
		l.Whose = false
		l.Person, l.Film, l.Deleted = a.Person.Name, a.Recording.Label, a.DeletedAt != nil
		if l.Person == "" {
			l.Person = a.Person.Code
		}
	}
	return l, nil
}

// lostFilm is the key of the film in something lost, "" where there is none.
func (w *Worker) lostFilm(l *Lost) (string, error) {
	var k string
	switch l.Kind {
	case "film":
		k = lostFolder + "/" + l.Name + "/" + OriginalFile
	case "upload":
		k = lostFolder + "/" + l.Name
	default:
		return "", nil
	}
	there, err := w.has(k)
	if !there {
		k = ""
	}
	return k, err
}

// lostAbout reads and checks the description of a lost film.
func (w *Worker) lostAbout(name string) (*About, error) {
	a, err := w.readAbout(lostFolder + "/" + name + "/" + AboutFile)
	if err != nil {
		return nil, err
	}
	if !strings.HasPrefix(name, "film-"+a.Recording.ID) {
		return nil, record.Invalid("work.about.form")
	}
	return a, nil
}

// readAbout reads and checks the description of a film.
func (w *Worker) readAbout(k string) (*About, error) {
	a := &About{}
	if err := w.decode(k, a); err != nil {
		return nil, err
	}
	p, r := a.Person, a.Recording
	if a.Form != filmForm || p == nil || r == nil || !record.IsID(p.ID) || !record.IsID(r.ID) || r.PersonID != p.ID ||
		a.Analysis != "" && !record.IsID(a.Analysis) {
		return nil, record.Invalid("work.about.form")
	}
	for _, c := range a.Corrections {
		if !record.IsID(c.ID) {
			return nil, record.Invalid("work.about.form")
		}
	}
	return a, errors.Join(p.Check(), r.Film.Check())
}

// decode reads a description.
func (w *Worker) decode(k string, into any) error {
	f, err := w.Blobs.Open(k)
	if err != nil {
		return err
	}
	defer f.Close()
	if err := json.NewDecoder(f).Decode(into); err != nil {
		return record.Invalid("work.about.form")
	}
	return nil
}

// lostNamed looks at something in lost/ by a name that a client gave.
func (w *Worker) lostNamed(name string) (*Lost, error) {
	names, err := w.Blobs.List(lostFolder)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(names, name) || strings.ContainsAny(name, `/\`) {
		return nil, fmt.Errorf("something lost: %w", store.ErrNotFound)
	}
	return w.lost(name)
}

// FindLost puts something lost back. A film that is described gets its rows
// back, and its person where they are gone; any other film becomes a new
// recording of the person that is given.
func (w *Worker) FindLost(ctx context.Context, name, person string) (*record.Recording, error) {
	release, err := w.Store.Lock(ctx, movingLock)
	if err != nil {
		return nil, err
	}
	defer release()
	l, err := w.lostNamed(name)
	if err != nil {
		return nil, err
	}
	switch {
	case !l.Back:
		return nil, record.Invalid("work.lost.noFilm")
	case l.Whose && person == "":
		return nil, record.Invalid("work.lost.whose")
	case l.Whose:
		return w.adoptLost(ctx, l, person)
	}
	a, err := w.lostAbout(name)
	if err != nil {
		return nil, err
	}
	id := a.Recording.ID
	_, err = w.Store.Recording(ctx, id)
	bin, binErr := w.Store.BinOf(ctx, id)
	there, hasErr := w.has(key(id, OriginalFile))
	if err := errors.Join(binErr, hasErr); err != nil {
		return nil, err
	}
	if err == nil || bin != "" || there {
		return nil, hereError{"work.here.recording"}
	}
	if !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	// Killed in between, the next start finds a film without a row and moves it
	// to lost/ again.
	if err := w.Blobs.Move(lostFolder+"/"+name, key(id)); err != nil {
		return nil, err
	}
	if err := w.readd(ctx, a); err != nil {
		return nil, errors.Join(err, w.Blobs.Move(key(id), lostFolder+"/"+name))
	}
	w.described(w.Describe(ctx, id))
	return w.Store.Recording(ctx, id)
}

// readd writes the rows of a film that lies at its place, and of its person
// where they are not here.
func (w *Worker) readd(ctx context.Context, a *About) error {
	return w.Store.Tx(ctx, func(tx *sql.Tx) error {
		_, err := w.Store.Person(ctx, a.Person.ID)
		if errors.Is(err, store.ErrNotFound) {
			err = w.Store.AddPersonTx(ctx, tx, a.Person)
		}
		if err != nil {
			return err
		}
		return w.restoreFilm(ctx, tx, a)
	})
}

// adoptLost makes a new recording of a lost film that nothing describes.
func (w *Worker) adoptLost(ctx context.Context, l *Lost, person string) (*record.Recording, error) {
	if _, err := w.Store.Person(ctx, person); err != nil {
		return nil, err
	}
	k, err := w.lostFilm(l)
	if err != nil {
		return nil, err
	}
	r := &record.Recording{PersonID: person, CreatedAt: record.Micros(time.Now())}
	if err := r.Film.Check(); err != nil {
		return nil, err
	}
	err = w.Add(ctx, r, func(out io.Writer) error {
		f, err := w.Blobs.Open(k)
		if err != nil {
			return err
		}
		defer f.Close()
		_, err = io.Copy(out, f)
		return err
	})
	if err != nil {
		return nil, err
	}
	return r, w.Blobs.Remove(lostFolder + "/" + l.Name)
}

// DropLost deletes something lost for good.
func (w *Worker) DropLost(name string) error {
	release, err := w.Store.Lock(context.Background(), movingLock)
	if err != nil {
		return err
	}
	defer release()
	if _, err := w.lostNamed(name); err != nil {
		return err
	}
	return w.Blobs.Remove(lostFolder + "/" + name)
}

// LostFile opens the film in something lost.
func (w *Worker) LostFile(name string) (blob.File, error) {
	l, err := w.lostNamed(name)
	if err != nil {
		return nil, err
	}
	k, err := w.lostFilm(l)
	if err != nil {
		return nil, err
	}
	if k == "" {
		return nil, fmt.Errorf("a lost film: %w", blob.ErrNotFound)
	}
	return w.Blobs.Open(k)
}
