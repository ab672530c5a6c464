// Package blobtest is what every store of blobs has to hold.
package blobtest

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"facialis/internal/service/blob"
)

// Exercise runs every test; open gives an empty store.
func Exercise(t *testing.T, open func(testing.TB) *blob.Dir) {
	t.Run("put", func(t *testing.T) { put(t, open(t)) })
	t.Run("append", func(t *testing.T) { add(t, open(t)) })
	t.Run("move and remove", func(t *testing.T) { move(t, open(t)) })
	t.Run("keys", func(t *testing.T) { keys(t, open(t)) })
}

func read(t *testing.T, d *blob.Dir, key string) string {
	t.Helper()
	f, err := d.Open(key)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func write(s string) func(io.Writer) error {
	return func(w io.Writer) error { _, err := io.WriteString(w, s); return err }
}

func put(t *testing.T, d *blob.Dir) {
	if _, err := d.Open("a/b"); !errors.Is(err, blob.ErrNotFound) {
		t.Error(err)
	}
	if _, err := d.Size("a/b"); !errors.Is(err, blob.ErrNotFound) {
		t.Error(err)
	}
	for _, s := range []string{"one", "two, longer", ""} {
		if err := d.Put("a/b", write(s)); err != nil {
			t.Fatal(err)
		}
		if got := read(t, d, "a/b"); got != s {
			t.Errorf("%q, not %q", got, s)
		}
	}
	boom := errors.New("boom")
	err := d.Put("a/b", func(w io.Writer) error { io.WriteString(w, "half"); return boom })
	if !errors.Is(err, boom) || read(t, d, "a/b") != "" {
		t.Errorf("%v: what was there is gone", err)
	}
	if names, err := d.List("a"); err != nil || len(names) != 1 {
		t.Errorf("%v are left, %v", names, err)
	}
	if names, err := d.List("none"); err != nil || len(names) != 0 {
		t.Error(names, err)
	}
}

func add(t *testing.T, d *blob.Dir) {
	if n, err := d.Append("u/1", strings.NewReader("abc")); n != 3 || err != nil {
		t.Fatal(n, err)
	}
	boom := errors.New("boom")
	broken := io.MultiReader(strings.NewReader("de"), iotest.ErrReader(boom))
	if _, err := d.Append("u/1", broken); !errors.Is(err, boom) {
		t.Error(err)
	}
	if n, err := d.Append("u/1", strings.NewReader("f")); n != 6 || err != nil || read(t, d, "u/1") != "abcdef" {
		t.Errorf("%d %v: what arrived before the break is not there", n, err)
	}
}

func move(t *testing.T, d *blob.Dir) {
	if err := d.Put("u/1", write("x")); err != nil {
		t.Fatal(err)
	}
	if err := d.Move("u/1", "f/r/original"); err != nil || read(t, d, "f/r/original") != "x" {
		t.Fatal(err)
	}
	if err := d.Move("u/1", "f/r/x"); !errors.Is(err, blob.ErrNotFound) {
		t.Error(err)
	}
	for range 2 {
		if err := d.Remove("f/r"); err != nil {
			t.Error(err)
		}
	}
	if _, err := d.Size("f/r/original"); !errors.Is(err, blob.ErrNotFound) {
		t.Error(err)
	}
	if free, err := d.Free(); err != nil || free <= 0 {
		t.Error(free, err)
	}
}

// No key leads out of the store, or to a hidden file in it.
func keys(t *testing.T, d *blob.Dir) {
	for _, k := range []string{"", ".", "..", "../x", "a/../../x", "/etc/passwd", "a//b", "a/", `a\b`, "a\x00b", ".part-1", "a/.hidden", strings.Repeat("x", 200), "ü"} {
		if err := d.Put(k, write("x")); err == nil {
			t.Errorf("%q was stored", k)
		}
		if _, err := d.Append(k, bytes.NewReader(nil)); err == nil {
			t.Errorf("%q was added to", k)
		}
		if f, err := d.Open(k); err == nil {
			f.Close()
			t.Errorf("%q was opened", k)
		}
		if d.Remove(k) == nil || d.Move(k, "b") == nil || d.Move("b", k) == nil {
			t.Errorf("%q was removed or moved", k)
		}
		if _, err := d.Path(k); err == nil {
			t.Errorf("%q has a path", k)
		}
	}
}
