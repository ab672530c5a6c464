package backup_test

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"facialis/internal/service/backup"
	"facialis/internal/service/folder"
	"facialis/internal/service/keyring"
	"facialis/internal/service/keyring/keyringtest"
	"facialis/internal/service/record"
)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// data is a data folder with a person and so many films of so many bytes.
func data(t testing.TB, films, size int) (*folder.Folder, string) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "data")
	f, err := folder.Open(t.Context(), dir)
	must(t, err)
	t.Cleanup(func() { f.Close() })
	now := record.Micros(time.Now())
	must(t, f.Store.AddPerson(t.Context(), &record.Person{ID: record.NewID(), Name: "Zebulon Quagga", CreatedAt: now, UpdatedAt: now}))
	for i := range films {
		for _, name := range []string{"original", record.NewID() + "/analysis.json"} {
			must(t, f.Blobs.Put("films/"+record.NewID()+"/"+name, func(w io.Writer) error {
				_, err := w.Write([]byte(strings.Repeat(fmt.Sprintf("film %d ", i), size/8+1)))
				return err
			}))
		}
	}
	return f, dir
}

// blobs is every file under blobs/ with its content.
func blobs(t testing.TB, dir string) map[string]string {
	t.Helper()
	out := map[string]string{}
	root := filepath.Join(dir, "blobs")
	must(t, filepath.WalkDir(root, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() || strings.HasPrefix(e.Name(), ".") {
			return err
		}
		text, err := os.ReadFile(name)
		rel, _ := filepath.Rel(root, name)
		out[rel] = string(text)
		return err
	}))
	return out
}

// same holds that a restored folder has the films and the person.
func same(t *testing.T, dir string, want map[string]string) {
	t.Helper()
	got := blobs(t, dir)
	if len(got) != len(want) {
		t.Errorf("%d files, not %d", len(got), len(want))
	}
	for name, text := range want {
		if got[name] != text {
			t.Errorf("%s is not what it was", name)
		}
	}
	f, err := folder.Open(t.Context(), dir)
	must(t, err)
	defer f.Close()
	all, err := f.Store.People(t.Context(), "", "", 10)
	if err != nil || len(all) != 1 || all[0].Name != "Zebulon Quagga" {
		t.Errorf("%+v %v", all, err)
	}
}

var options = backup.Options{Version: "test", Now: time.Date(2026, 11, 29, 3, 0, 0, 0, time.UTC)}

// A backup of a folder that is in use, whose last line stands in the database's
// journal only, gives the folder back; a copy of the database's file would not.
func TestThereAndBack(t *testing.T) {
	for _, name := range []string{"backup", "backup.tar"} {
		t.Run(name, func(t *testing.T) {
			_, dir := data(t, 3, 1000)
			to := filepath.Join(t.TempDir(), name)
			made, err := backup.Make(t.Context(), dir, to, options)
			must(t, err)
			if made.Files != 7 || (made.Linked == 6) != (name == "backup") {
				t.Errorf("%+v", made)
			}
			if _, err := backup.Make(t.Context(), dir, to, options); !errors.Is(err, backup.ErrThere) {
				t.Errorf("written over: %v", err)
			}
			back := filepath.Join(t.TempDir(), "back")
			if _, err := backup.Restore(t.Context(), to, "", back); err != nil {
				t.Fatal(err)
			}
			same(t, back, blobs(t, dir))
			if _, err := backup.Restore(t.Context(), to, "", back); !errors.Is(err, backup.ErrThere) {
				t.Errorf("written over: %v", err)
			}
		})
	}
}

// The backup of an encrypted folder holds no key; the keys lie beside it, and the
// folder is not made again without them.
func TestEncryptedBackup(t *testing.T) {
	t.Setenv(keyring.KeyVariable, keyringtest.Key(t))
	for _, name := range []string{"backup", "backup.tar"} {
		f, dir := data(t, 3, 1000)
		must(t, f.Close())
		if n, _, err := folder.Encrypt(t.Context(), dir, keyring.Environment); n != 6 || err != nil {
			t.Fatal(n, err)
		}
		to := filepath.Join(t.TempDir(), name)
		made, err := backup.Make(t.Context(), dir, to, options)
		must(t, err)
		if made.Keys != to+".keys" {
			t.Errorf("%+v", made)
		}
		must(t, filepath.WalkDir(to, func(at string, e fs.DirEntry, err error) error {
			if err != nil || e.IsDir() {
				return err
			}
			text, err := os.ReadFile(at)
			if strings.Contains(string(text), "facialis.keys/1") || strings.Contains(string(text), "film 1 film 1") {
				t.Errorf("%s holds keys or a film that is not encrypted", at)
			}
			return err
		}))
		apart := filepath.Join(t.TempDir(), "keys")
		must(t, os.Rename(made.Keys, apart))
		back := filepath.Join(t.TempDir(), "back")
		if _, err := backup.Restore(t.Context(), to, "", back); !errors.Is(err, backup.ErrNoKeys) {
			t.Error(err)
		}
		if _, err := os.Stat(back); err == nil {
			t.Error("there is a folder without keys")
		}
		_, err = backup.Restore(t.Context(), to, apart, back)
		must(t, err)
		same(t, back, blobs(t, dir))
	}
}

// A backup that was changed is refused, and nothing is left of the try.
func TestDamagedBackup(t *testing.T) {
	_, dir := data(t, 1, 1000)
	for name, spoil := range map[string]func(dir string) error{
		"a byte of a film": func(dir string) error {
			films, _ := filepath.Glob(filepath.Join(dir, "blobs/films/*/original"))
			text, err := os.ReadFile(films[0])
			text[500] ^= 1
			os.Remove(films[0])
			return errors.Join(err, os.WriteFile(films[0], text, 0o600))
		},
		"no film": func(dir string) error {
			films, _ := filepath.Glob(filepath.Join(dir, "blobs/films/*/original"))
			return os.Remove(films[0])
		},
		"no manifest": func(dir string) error { return os.Remove(filepath.Join(dir, "manifest.json")) },
		"a byte of the database": func(dir string) error {
			name := filepath.Join(dir, "facialis.db")
			text, err := os.ReadFile(name)
			text[len(text)/2] ^= 1
			return errors.Join(err, os.WriteFile(name, text, 0o600))
		},
		"a name that leads out": func(dir string) error {
			name := filepath.Join(dir, "manifest.json")
			text, err := os.ReadFile(name)
			return errors.Join(err, os.WriteFile(name, []byte(strings.Replace(string(text), `"blobs/films`, `"blobs/../../films`, 1)), 0o600))
		},
	} {
		t.Run(name, func(t *testing.T) {
			top := t.TempDir()
			to, back := filepath.Join(top, "b"), filepath.Join(top, "back")
			o := options
			o.Copy = true
			_, err := backup.Make(t.Context(), dir, to, o)
			must(t, err)
			must(t, spoil(to))
			if _, err := backup.Restore(t.Context(), to, "", back); !errors.Is(err, backup.ErrBroken) {
				t.Errorf("restored: %v", err)
			}
			nothing(t, top, "b")
		})
	}
	top := t.TempDir()
	evil := filepath.Join(top, "evil.tar")
	f, err := os.Create(evil)
	must(t, err)
	w := tar.NewWriter(f)
	must(t, w.WriteHeader(&tar.Header{Name: "../evil", Size: 1, Mode: 0o600}))
	w.Write([]byte("x"))
	must(t, errors.Join(w.Close(), f.Close()))
	if _, err := backup.Restore(t.Context(), evil, "", filepath.Join(top, "back")); !errors.Is(err, backup.ErrBroken) {
		t.Errorf("restored: %v", err)
	}
	nothing(t, top, "evil.tar")
}

// nothing holds that a folder has only what is named.
func nothing(t *testing.T, dir string, but ...string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	must(t, err)
	if len(entries) != len(but) {
		t.Errorf("left: %v", entries)
	}
}

// A full disk leaves neither a backup nor a data folder, and nothing in between.
func TestFullDisk(t *testing.T) {
	small := filepath.Join(t.TempDir(), "small")
	must(t, os.Mkdir(small, 0o700))
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", small).CombinedOutput(); err != nil {
		t.Skipf("no small disk can be made here: %s", out)
	}
	defer exec.Command("umount", small).Run()
	_, dir := data(t, 20, 200_000)
	for _, name := range []string{"b", "b.tar"} {
		if _, err := backup.Make(t.Context(), dir, filepath.Join(small, name), options); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("%s: %v", name, err)
		}
		nothing(t, small)
		whole := filepath.Join(t.TempDir(), name)
		_, err := backup.Make(t.Context(), dir, whole, options)
		must(t, err)
		if _, err := backup.Restore(t.Context(), whole, "", filepath.Join(small, "data")); !errors.Is(err, syscall.ENOSPC) {
			t.Errorf("%s: %v", name, err)
		}
		nothing(t, small)
	}
}

// Nightly backups: those beyond the number to keep go, the oldest first; what a
// broken night left goes; what somebody else keeps there stays. On another disk
// a film is copied once and linked to from then on.
func TestNightly(t *testing.T) {
	f, dir := data(t, 2, 1000)
	shelf, err := os.MkdirTemp("/dev/shm", "nightly")
	if err != nil {
		shelf = t.TempDir()
	}
	defer os.RemoveAll(shelf)
	must(t, os.WriteFile(filepath.Join(shelf, "mine.txt"), nil, 0o600))
	n := &backup.Nightly{Data: dir, Dir: shelf, Keep: 2}
	night := time.Date(2026, 11, 1, 2, 0, 0, 0, time.UTC)
	must(t, os.MkdirAll(filepath.Join(shelf, "facialis-20261030T020000Z.part", "blobs"), 0o700))
	var last *backup.Made
	for i := range 4 {
		_, last, err = n.Make(context.Background(), night.AddDate(0, 0, i))
		must(t, err)
	}
	nothing(t, shelf, "mine.txt", "facialis-20261103T020000Z", "facialis-20261104T020000Z")
	if last.Linked != 4 {
		t.Errorf("%+v", last)
	}
	must(t, f.Blobs.Remove("films"))
	back := filepath.Join(t.TempDir(), "back")
	_, err = backup.Restore(t.Context(), filepath.Join(shelf, "facialis-20261104T020000Z"), "", back)
	must(t, err)
	if got := blobs(t, back); len(got) != 4 {
		t.Errorf("%d files", len(got))
	}
}
