package blob_test

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"facialis/internal/service/blob"
	"facialis/internal/service/blob/blobtest"
	"facialis/internal/service/keyring"
	"facialis/internal/service/keyring/keyringtest"
	"facialis/internal/service/s3test"
	"facialis/internal/service/sealed"
)

func open(t testing.TB, dir string) *blob.Dir {
	d, err := blob.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func TestMain(m *testing.M) { s3test.Main(m) }

func TestDir(t *testing.T) {
	blobtest.Exercise(t, func(t testing.TB) blobtest.Opened {
		return opened(open(t, filepath.Join(t.TempDir(), "new")))
	})
}

func TestEncrypted(t *testing.T) {
	blobtest.Exercise(t, func(t testing.TB) blobtest.Opened { d, _ := locked(t, t.TempDir()); return opened(d) })
}

func opened(d *blob.Dir) blobtest.Opened {
	return blobtest.Opened{Store: d, Raw: func(key string) ([]byte, error) {
		name, err := d.Path(key)
		if err != nil {
			return nil, err
		}
		return os.ReadFile(name)
	}}
}

// locked is an encrypted store in a folder.
func locked(t testing.TB, dir string) (*blob.Dir, *keyring.Ring) {
	t.Helper()
	keys := keys(t, filepath.Join(dir, keyring.File))
	d := open(t, filepath.Join(dir, "blobs"))
	if err := d.Encrypt(keys); err != nil {
		t.Fatal(err)
	}
	return d, keys
}

// keys makes a key file.
func keys(t testing.TB, path string) *keyring.Ring {
	t.Helper()
	k, err := keyring.Create(path, keyringtest.Source(t))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// A changed byte, a missing end, something added: each is noticed.
func TestTampered(t *testing.T) {
	dir := t.TempDir()
	d, _ := locked(t, dir)
	text := bytes.Repeat([]byte("0123456789"), 7_000) // two records
	if err := d.As("p").Put("a/b", func(w io.Writer) error { _, err := w.Write(text); return err }); err != nil {
		t.Fatal(err)
	}
	on, err := d.Path("a/b")
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(on)
	if err != nil {
		t.Fatal(err)
	}
	noticed := func(what string, at int, changed []byte) {
		if err := os.WriteFile(on, changed, 0o600); err != nil {
			t.Fatal(err)
		}
		f, err := d.Open("a/b")
		if err == nil {
			_, err = io.ReadAll(f)
			f.Close()
		}
		if err == nil {
			t.Errorf("%s at %d was not noticed", what, at)
		}
	}
	const headers = 48 + 4 + 24 // bytes until the first text
	for at := 0; at < len(whole); at++ {
		if second := headers + 64<<10 + 16; at > headers+2 && at < second-20 || at > second+50 && at < len(whole)-20 {
			at += 997 // within a text some bytes are enough
		}
		changed := bytes.Clone(whole)
		changed[min(at, len(whole)-1)] ^= 1
		noticed("a byte", at, changed)
	}
	for _, n := range []int{0, 10, 48, 48 + 4 + 24 + 64<<10 + 16, len(whole) - 1} {
		noticed("the end", n, whole[:n])
	}
	noticed("something more", len(whole), append(bytes.Clone(whole), 0))
	first, rest := whole[:48], whole[48:]
	record := 4 + 24 + 64<<10 + 16
	noticed("another order", 0, slices.Concat(first, rest[record:], rest[:record]))
	noticed("a record twice", 0, slices.Concat(first, rest[:record], rest))
	noticed("the first record missing", 0, slices.Concat(first, rest[record:]))
	if err := d.As("p").Put("a/c", func(w io.Writer) error { _, err := w.Write(text); return err }); err != nil {
		t.Fatal(err)
	}
	name, err := d.Path("a/c")
	if err != nil {
		t.Fatal(err)
	}
	other, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	noticed("a record of another file", 0, slices.Concat(whole[:48+record], other[48+record:]))
	noticed("a plain file", 0, text)
}

// A process that dies while it adds leaves part of a record, anywhere: what was
// there before stays, and the rest arrives again.
func TestTornAppend(t *testing.T) {
	dir := t.TempDir()
	d, _ := locked(t, dir)
	name, err := d.Path("u/1")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.As("p").Append("u/1", 0, strings.NewReader("first ")); err != nil {
		t.Fatal(err)
	}
	before, _ := os.ReadFile(name)
	if _, err := d.As("p").Append("u/1", 6, strings.NewReader("second")); err != nil {
		t.Fatal(err)
	}
	after, _ := os.ReadFile(name)
	zeros := make([]byte, len(after)-len(before))
	for n := range len(after) {
		for _, torn := range [][]byte{after[:n], slices.Concat(after[:n], make([]byte, len(after)-n)), slices.Concat(before, zeros), slices.Concat(before, bytes.Repeat([]byte{0xff}, 300))} {
			if err := os.WriteFile(name, torn, 0o600); err != nil {
				t.Fatal(err)
			}
			size, err := d.Size("u/1")
			if n < 48 && err != nil { // the header was never safely on disk: nothing was
				continue
			}
			if err != nil || n >= len(before) && size < int64(len("first ")) {
				t.Fatalf("torn at %d: %d %v", n, size, err)
			}
			total, err := d.As("p").Append("u/1", size, strings.NewReader("first second"[size:]))
			if err != nil || total != int64(len("first second")) {
				t.Fatalf("torn at %d: %d %v", n, total, err)
			}
			if err := d.Finish("u/1"); err != nil {
				t.Fatal(err)
			}
			f, err := d.Open("u/1")
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(f)
			f.Close()
			if err != nil || string(got) != "first second" {
				t.Fatalf("torn at %d: %q %v", n, got, err)
			}
		}
	}
}

// What was written of a person whose key is destroyed is not opened with
// yesterday's files and today's key file; that of others is.
func TestDestroyed(t *testing.T) {
	dir := t.TempDir()
	d, _ := locked(t, dir)
	for _, p := range []string{"gone", "stays"} {
		if err := d.As(p).Put(p+"/film", func(w io.Writer) error { _, err := io.WriteString(w, p); return err }); err != nil {
			t.Fatal(err)
		}
	}
	name, err := d.Path("gone/film")
	if err != nil {
		t.Fatal(err)
	}
	yesterday, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := d.Destroy("gone"); err != nil {
		t.Fatal(err)
	}
	again, err := keyring.Open(filepath.Join(dir, keyring.File), keyringtest.Source(t))
	if err != nil {
		t.Fatal(err)
	}
	e := open(t, filepath.Join(dir, "blobs"))
	if err := e.Encrypt(again); err != nil {
		t.Fatal(err)
	}
	for _, s := range []blob.Store{d, e} {
		// The person comes again, under another key.
		if err := s.As("gone").Put("gone/other", func(io.Writer) error { return nil }); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, yesterday, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Open("gone/film"); !errors.Is(err, sealed.ErrNoKey) {
			t.Error(err)
		}
		f, err := s.Open("stays/film")
		if err != nil {
			t.Fatal(err)
		}
		f.Close()
	}
}

// A link that leads out of the folder is not followed.
func TestLinksLeadNowhere(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	d := open(t, dir)
	if err := os.Symlink(outside, filepath.Join(dir, "out")); err != nil {
		t.Skip("no links here")
	}
	if err := d.Put("out/x", func(io.Writer) error { return nil }); err == nil {
		t.Error("written through a link")
	}
	if names, _ := os.ReadDir(outside); len(names) != 0 {
		t.Error("something is outside")
	}
}

// Sweep takes what a broken Put left and nothing else.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir)
	for _, n := range []string{".part-1-1", "kept"} {
		if err := os.WriteFile(filepath.Join(dir, n), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Make("a"); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(dir, ".part-1-1"), filepath.Join(dir, "a", ".part-1-1")); err != nil {
		t.Fatal(err)
	}
	if err := d.Sweep("a"); err != nil {
		t.Fatal(err)
	}
	if names, err := d.List("a"); err != nil || len(names) != 0 {
		t.Error(names, err)
	}
}
