package folder_test

import (
	"database/sql"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"facialis/internal/service/folder"
	"facialis/internal/service/store"
)

// A data folder that others could read becomes private, with everything that the
// program keeps in it, and nothing else.
func TestPrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data [1]")
	film := filepath.Join(dir, "blobs", "films", "x")
	theirs := filepath.Join(dir, "note.txt")
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	f, err := folder.Open(t.Context(), dir)
	must(err)
	must(f.Close())
	must(os.MkdirAll(film, 0o700))
	files := []string{filepath.Join(dir, "facialis.db"), filepath.Join(dir, "facialis.db.copy"), filepath.Join(film, "original"), theirs}
	for _, name := range files[1:] {
		must(os.WriteFile(name, []byte("x"), 0o600))
	}
	for _, name := range files {
		must(os.Chmod(name, 0o644))
	}
	for _, name := range []string{dir, filepath.Join(dir, "blobs"), film} {
		must(os.Chmod(name, 0o755))
	}
	f, err = folder.Open(t.Context(), dir)
	must(err)
	const changed = 6 // three files and three folders
	if f.Tightened != changed {
		t.Errorf("%d changed, want %d", f.Tightened, changed)
	}
	must(f.Store.Tx(t.Context(), func(tx *sql.Tx) error { return store.Discard(t.Context(), tx, "films/z") }))
	must(f.Blobs.Make("films/y"))
	path, err := f.Blobs.Path("films/y/play")
	must(err)
	must(os.WriteFile(path, nil, 0o666)) // as ffmpeg makes files
	if _, err := os.Stat(filepath.Join(dir, "facialis.db-wal")); err != nil {
		t.Error("the database has no journal to look at")
	}
	must(filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		want := fs.FileMode(0o600)
		switch {
		case name == theirs:
			want = 0o644
		case d.IsDir():
			want = 0o700
		}
		if info.Mode().Perm() != want {
			t.Errorf("%s is %v, want %v", name, info.Mode().Perm(), want)
		}
		return nil
	}))
	must(f.Close())
	if n, err := folder.Private(dir); err != nil || n != 0 {
		t.Errorf("again: %d %v", n, err)
	}
}
