package backup

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"facialis/internal/service/blob"
	"facialis/internal/service/folder"
	"facialis/internal/service/keyring"
	"facialis/internal/service/store"
)

// Form is the form of a backup.
const Form = "facialis.backup/1"

// ManifestFile lists what a backup holds.
const ManifestFile = "manifest.json"

// part is the ending of what is not whole yet.
const part = ".part"

// What can be wrong.
var (
	ErrNoData = errors.New("there is no data folder of facialis")
	ErrThere  = errors.New("is there already")
	ErrBroken = errors.New("the backup is not whole")
)

// Manifest says what a backup holds.
type Manifest struct {
	Form    string    `json:"form"`
	Version string    `json:"version"` // of the program
	MadeAt  time.Time `json:"made_at"`
	Files   []File    `json:"files"`
	Missing []string  `json:"missing"` // recordings whose film was not there: drawn patients that nobody has opened
}

// File is one file of a backup.
type File struct {
	Path   string `json:"path"` // with slashes, within the backup
	Bytes  int64  `json:"bytes"`
	SHA256 string `json:"sha256"`
}

// Options are the choices of a backup.
type Options struct {
	Version string
	Now     time.Time
	Copy    bool   // copy films even where they could be links
	Before  string // an earlier backup: what it has already is linked to it
}

// Made says what was done.
type Made struct {
	Files, Linked int
	Bytes         int64
	Missing       int
	Keys          string // the file beside the backup with its keys; "": it is not encrypted
}

// holdWait is how long a backup waits for a removal, or another backup, to end.
const holdWait = 30 * time.Second

// parts are the folders of a data folder's blobs that a backup holds.
var parts = []string{"films", "people", "lost", folder.MarkFile}

// KeysEnding makes the name of the file beside a backup that holds the keys of
// an encrypted data folder. The backup itself has none.
const KeysEnding = ".keys"

// Make makes a backup of the data folder at data: a tar file where to ends in
// .tar, else a folder. What is at to must be nothing, or an empty folder.
func Make(ctx context.Context, data, to string, o Options) (made *Made, err error) {
	db := filepath.Join(data, folder.DatabaseFile)
	if _, err := os.Stat(db); err != nil {
		return nil, fmt.Errorf("%w in %s", ErrNoData, data)
	}
	if err := free(to); err != nil {
		return nil, err
	}
	blobs, err := blob.Open(filepath.Join(data, folder.BlobFolder))
	if err != nil {
		return nil, err
	}
	defer blobs.Close()
	release, err := blobs.Hold(holdWait)
	if err != nil {
		return nil, err
	}
	defer release()

	tmp := to + part
	if err := sweep(tmp, filepath.Base(to)); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			os.RemoveAll(tmp)
		}
	}()
	var out target
	snapshot := filepath.Join(tmp, folder.DatabaseFile)
	if strings.HasSuffix(to, ".tar") {
		out = &tarTarget{path: filepath.Join(tmp, filepath.Base(to))}
	} else {
		out = &dirTarget{path: tmp, o: o}
	}
	if err := os.MkdirAll(tmp, 0o700); err != nil {
		return nil, fmt.Errorf("making the backup: %w", err)
	}
	if err := out.open(); err != nil {
		return nil, fmt.Errorf("making the backup: %w", err)
	}
	defer out.close()
	if err := store.Snapshot(ctx, db, snapshot); err != nil {
		return nil, err
	}
	w := &writer{ctx: ctx, out: out, m: &Manifest{Form: Form, Version: o.Version, MadeAt: o.Now.UTC(), Files: []File{}, Missing: []string{}}, made: &Made{}}
	if err := w.add(folder.DatabaseFile, snapshot); err != nil {
		return nil, err
	}
	for _, p := range parts {
		if err := w.walk(filepath.Join(data, folder.BlobFolder), p); err != nil {
			return nil, err
		}
	}
	if err := w.complete(data, snapshot); err != nil {
		return nil, err
	}
	if err := w.manifest(); err != nil {
		return nil, err
	}
	// The keys come last: one is made before the first file that it seals, and
	// none is destroyed while the films are held.
	if w.made.Keys, err = copyKeys(data, to+KeysEnding); err != nil {
		return nil, err
	}
	if err := out.finish(to); err != nil {
		return nil, fmt.Errorf("finishing the backup: %w", err)
	}
	return w.made, nil
}

// copyKeys copies the key file of a data folder, and gives its name where there
// is one.
func copyKeys(data, to string) (string, error) {
	keys, err := os.ReadFile(filepath.Join(data, keyring.File))
	if errors.Is(err, fs.ErrNotExist) {
		return "", nil
	}
	if err != nil {
		return "", fmt.Errorf("backing up the key file: %w", err)
	}
	return to, keyring.Put(to, keys)
}

// free reports whether nothing is at a path, or an empty folder.
func free(to string) error {
	names, err := os.ReadDir(to)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err == nil && len(names) == 0 && !strings.HasSuffix(to, ".tar"):
		return nil
	}
	return fmt.Errorf("%s %w", to, ErrThere)
}

// sweep removes what a process that was killed left under a temporary name, and
// nothing that anybody else put there.
func sweep(tmp, file string) error {
	names, err := os.ReadDir(tmp)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("%s %w", tmp, ErrThere)
	}
	for _, e := range names {
		if n := e.Name(); n != file && n != folder.BlobFolder && n != ManifestFile && !strings.HasPrefix(n, keyring.File) && !strings.HasPrefix(n, folder.DatabaseFile) {
			return fmt.Errorf("%s %w", tmp, ErrThere)
		}
	}
	if err := os.RemoveAll(tmp); err != nil {
		return fmt.Errorf("removing what an earlier try left: %w", err)
	}
	return nil
}

// writer writes a backup's files and lists them.
type writer struct {
	ctx  context.Context
	out  target
	m    *Manifest
	made *Made
}

// passing reports a name that is written just now and becomes another when it is
// whole.
func passing(name string) bool {
	return strings.HasPrefix(name, ".") || strings.HasSuffix(name, part) || name == "unfinished"
}

// walk adds a folder of the blobs. What goes away meanwhile is passed over; see
// complete.
func (w *writer) walk(blobs, top string) error {
	return filepath.WalkDir(filepath.Join(blobs, top), func(name string, e fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading the data folder: %w", err)
		}
		if err := w.ctx.Err(); err != nil {
			return err
		}
		if passing(e.Name()) {
			if e.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		if !e.Type().IsRegular() {
			return nil
		}
		rel, err := filepath.Rel(blobs, name)
		if err != nil {
			return fmt.Errorf("reading the data folder: %w", err)
		}
		err = w.add(folder.BlobFolder+"/"+filepath.ToSlash(rel), name)
		if errors.Is(err, fs.ErrNotExist) {
			return nil
		}
		return err
	})
}

func (w *writer) add(name, from string) error {
	f, linked, err := w.out.add(w.ctx, name, from)
	if err != nil {
		return fmt.Errorf("backing up %s: %w", path.Base(name), err)
	}
	w.m.Files = append(w.m.Files, *f)
	w.made.Files++
	w.made.Bytes += f.Bytes
	if linked {
		w.made.Linked++
	}
	return nil
}

// complete holds that everything which the copied database names is there.
func (w *writer) complete(data, snapshot string) error {
	kept, err := store.Kept(w.ctx, snapshot)
	if err != nil {
		return err
	}
	have := map[string]bool{}
	for _, f := range w.m.Files {
		have[f.Path] = true
	}
	for id, analysis := range kept {
		names := []string{"original"}
		if analysis != "" {
			names = append(names, analysis+"/analysis.json", analysis+"/trace.bin")
		}
		for _, n := range names {
			p := folder.BlobFolder + "/films/" + id + "/" + n
			if have[p] {
				continue
			}
			if _, err := os.Stat(filepath.Join(data, filepath.FromSlash(p))); err == nil {
				return fmt.Errorf("%s of film %s changed while it was read; try again", path.Base(n), id)
			}
			w.m.Missing = append(w.m.Missing, id)
			break
		}
	}
	slices.Sort(w.m.Missing)
	w.made.Missing = len(w.m.Missing)
	return nil
}

func (w *writer) manifest() error {
	data, err := json.MarshalIndent(w.m, "", " ")
	if err != nil {
		return fmt.Errorf("writing the manifest: %w", err)
	}
	return w.out.put(ManifestFile, append(data, '\n'))
}

// target is what a backup is written to.
type target interface {
	open() error
	add(ctx context.Context, name, from string) (f *File, linked bool, err error)
	put(name string, data []byte) error
	finish(to string) error
	close()
}

// dirTarget is a folder.
type dirTarget struct {
	path   string
	o      Options
	before map[string]File
}

func (d *dirTarget) open() error {
	d.before = map[string]File{}
	if d.o.Before == "" {
		return nil
	}
	m, err := ReadManifest(d.o.Before)
	if err != nil {
		return nil // not to be linked to
	}
	for _, f := range m.Files {
		d.before[f.Path] = f
	}
	return nil
}

func (d *dirTarget) close() {}

func (d *dirTarget) add(ctx context.Context, name, from string) (*File, bool, error) {
	to := filepath.Join(d.path, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(to), 0o700); err != nil {
		return nil, false, err
	}
	if from == to {
		f, err := sumOf(ctx, name, from)
		if err == nil {
			err = syncFile(to)
		}
		return f, false, err
	}
	if !d.o.Copy && os.Link(from, to) == nil {
		f, err := sumOf(ctx, name, to)
		return f, true, err
	}
	if b, ok := d.before[name]; ok && !d.o.Copy {
		f, err := sumOf(ctx, name, from)
		if err != nil {
			return nil, false, err
		}
		if *f == b && os.Link(filepath.Join(d.o.Before, filepath.FromSlash(name)), to) == nil {
			return f, true, nil
		}
	}
	f, err := copyTo(ctx, name, from, to)
	return f, false, err
}

func (d *dirTarget) put(name string, data []byte) error {
	to := filepath.Join(d.path, name)
	if err := os.WriteFile(to, data, 0o600); err != nil {
		return err
	}
	return syncFile(to)
}

// finish has everything on disk and gives the folder its name.
func (d *dirTarget) finish(to string) error {
	err := filepath.WalkDir(d.path, func(name string, e fs.DirEntry, err error) error {
		if err != nil || !e.IsDir() {
			return err
		}
		return syncFile(name)
	})
	if err != nil {
		return err
	}
	if err := os.Rename(d.path, to); err != nil {
		return err
	}
	return syncFile(filepath.Dir(to))
}

// tarTarget is a tar file.
type tarTarget struct {
	path string
	f    *os.File
	t    *tar.Writer
}

func (t *tarTarget) open() (err error) {
	if t.f, err = os.OpenFile(t.path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600); err != nil {
		return err
	}
	t.t = tar.NewWriter(t.f)
	return nil
}

func (t *tarTarget) close() { t.f.Close() }

func (t *tarTarget) add(ctx context.Context, name, from string) (*File, bool, error) {
	in, err := os.Open(from)
	if err != nil {
		return nil, false, err
	}
	defer in.Close()
	st, err := in.Stat()
	if err != nil {
		return nil, false, err
	}
	if err := t.t.WriteHeader(&tar.Header{Name: name, Size: st.Size(), Mode: 0o600, ModTime: st.ModTime(), Format: tar.FormatPAX}); err != nil {
		return nil, false, err
	}
	s := newSummed(ctx, io.LimitReader(in, st.Size()))
	if _, err := io.CopyBuffer(t.t, s, make([]byte, copyBytes)); err != nil {
		return nil, false, err
	}
	return s.file(name), false, nil
}

func (t *tarTarget) put(name string, data []byte) error {
	if err := t.t.WriteHeader(&tar.Header{Name: name, Size: int64(len(data)), Mode: 0o600, Format: tar.FormatPAX}); err != nil {
		return err
	}
	_, err := t.t.Write(data)
	return err
}

func (t *tarTarget) finish(to string) error {
	if err := errors.Join(t.t.Close(), t.f.Sync(), t.f.Close()); err != nil {
		return err
	}
	if err := os.Rename(t.path, to); err != nil {
		return err
	}
	return errors.Join(os.RemoveAll(filepath.Dir(t.path)), syncFile(filepath.Dir(to)))
}

// copyBytes is how much is copied at once.
const copyBytes = 1 << 20

// summed sums what is read until the context ends.
type summed struct {
	ctx context.Context
	r   io.Reader
	h   hash.Hash
	n   int64
}

func newSummed(ctx context.Context, r io.Reader) *summed {
	return &summed{ctx: ctx, r: r, h: sha256.New()}
}

func (s *summed) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	n, err := s.r.Read(p)
	s.h.Write(p[:n])
	s.n += int64(n)
	return n, err
}

func (s *summed) file(name string) *File {
	return &File{name, s.n, hex.EncodeToString(s.h.Sum(nil))}
}

func sumOf(ctx context.Context, name, from string) (*File, error) {
	f, err := os.Open(from)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	s := newSummed(ctx, f)
	_, err = io.CopyBuffer(struct{ io.Writer }{io.Discard}, s, make([]byte, copyBytes))
	return s.file(name), err
}

// copyTo copies a file, safely on disk.
func copyTo(ctx context.Context, name, from, to string) (*File, error) {
	in, err := os.Open(from)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	return write(ctx, name, in, to)
}

func write(ctx context.Context, name string, in io.Reader, to string) (*File, error) {
	out, err := os.OpenFile(to, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	s := newSummed(ctx, in)
	_, err = io.CopyBuffer(struct{ io.Writer }{out}, s, make([]byte, copyBytes))
	if err == nil {
		err = out.Sync()
	}
	return s.file(name), errors.Join(err, out.Close())
}

func syncFile(name string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
