// Package blobtest is what every store of blobs has to hold.
package blobtest

import (
	"bytes"
	"errors"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"facialis/internal/service/blob"

	_ "facialis/internal/rapidtest"

	"pgregory.net/rapid"
)

// Opened is an empty store. Raw is what lies under a key where the store keeps it.
type Opened struct {
	blob.Store
	Raw func(key string) ([]byte, error)

	// Copies says that other programs always read copies.
	Copies bool
}

// Exercise runs every test; open gives an empty store.
func Exercise(t *testing.T, open func(testing.TB) Opened) {
	t.Run("put", func(t *testing.T) { put(t, open(t)) })
	t.Run("append", func(t *testing.T) { add(t, open(t)) })
	t.Run("move and remove", func(t *testing.T) { move(t, open(t)) })
	t.Run("seek", func(t *testing.T) { seek(t, open(t)) })
	t.Run("other programs", func(t *testing.T) { programs(t, open(t)) })
	t.Run("keys", func(t *testing.T) { keys(t, open(t)) })
	t.Run("folders", func(t *testing.T) { folders(t, open(t)) })
	t.Run("large", func(t *testing.T) { large(t, open(t)) })
}

// folders are moved, listed, measured and removed as one.
func folders(t *testing.T, d Opened) {
	for _, k := range []string{"films/1/original", "films/1/A/trace", "films/2/original", "films/10/x"} {
		if err := d.Put(k, write(k)); err != nil {
			t.Fatal(err)
		}
	}
	list := func(key string, want ...string) {
		t.Helper()
		names, err := d.List(key)
		slices.Sort(names)
		if err != nil || !slices.Equal(names, want) {
			t.Errorf("%s: %q, %v", key, names, err)
		}
	}
	list("films", "1", "10", "2")
	list("films/1", "A", "original")
	if n, err := d.Size("films/1"); err != nil {
		t.Error("a folder is not there:", n, err)
	}
	if n, changed, err := d.Measure("films", "1"); err != nil || n < int64(len("films/1/originalfilms/1/A/trace")) || changed.IsZero() {
		t.Error(n, changed, err)
	}
	if _, _, err := d.Measure("films", "3"); !errors.Is(err, blob.ErrNotFound) {
		t.Error(err)
	}
	if err := d.Move("films/1", "lost/film-1"); err != nil {
		t.Fatal(err)
	}
	list("films", "10", "2")
	list("lost/film-1", "A", "original")
	if got := read(t, d, "lost/film-1/A/trace"); got != "films/1/A/trace" {
		t.Error(got)
	}
	if err := d.Remove("lost/film-1"); err != nil {
		t.Fatal(err)
	}
	list("lost")
	if got := read(t, d, "films/10/x"); got != "films/10/x" {
		t.Error(got)
	}
	if _, err := d.Append("uploads/9", 0, strings.NewReader("abc")); err != nil {
		t.Fatal(err)
	}
	list("uploads", "9")
	if err := d.Sweep("uploads"); err != nil {
		t.Error(err)
	}
	if err := d.Remove("uploads/9"); err != nil {
		t.Fatal(err)
	}
	list("uploads")
	if _, err := d.Size("uploads/9"); !errors.Is(err, blob.ErrNotFound) {
		t.Error(err)
	}
}

// large: a film that arrives in requests of eight megabytes, one of them broken
// off, and one that is written in one go.
func large(t *testing.T, d Opened) {
	film := make([]byte, 21<<20+12345)
	rand.NewChaCha8([32]byte{1}).Read(film)
	const request = 8 << 20
	var have int64
	for i, end := range []int{request, request + 1<<20, 2*request + 1<<20, len(film)} {
		var err error
		if have, err = d.As("p").Append("uploads/1", have, bytes.NewReader(film[have:end])); err != nil || have != int64(end) {
			t.Fatal(i, have, err)
		}
	}
	if err := d.As("p").Finish("uploads/1"); err != nil {
		t.Fatal(err)
	}
	if err := d.Move("uploads/1", "films/1/original"); err != nil {
		t.Fatal(err)
	}
	if err := d.As("p").Put("films/2/original", func(w io.Writer) error { _, err := w.Write(film); return err }); err != nil {
		t.Fatal(err)
	}
	for _, k := range []string{"films/1/original", "films/2/original"} {
		if got := read(t, d, k); got != string(film) {
			t.Errorf("%s: %d bytes, not as they were written", k, len(got))
		}
		f, err := d.Open(k)
		if err != nil {
			t.Fatal(err)
		}
		part := make([]byte, 100_000)
		if _, err := f.ReadAt(part, 9<<20); err != nil || !bytes.Equal(part, film[9<<20:9<<20+len(part)]) {
			t.Error("from the middle:", err)
		}
		f.Close()
	}
	boom := errors.New("boom")
	err := d.Put("films/2/original", func(w io.Writer) error { w.Write(film[:20<<20]); return boom })
	if !errors.Is(err, boom) || read(t, d, "films/2/original") != string(film) {
		t.Errorf("%v: what was there is gone", err)
	}
}

func read(t *testing.T, d Opened, key string) string {
	t.Helper()
	if n, err := d.Size(key); err != nil {
		t.Fatal(n, err)
	}
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

func put(t *testing.T, d Opened) {
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

func add(t *testing.T, d Opened) {
	if n, err := d.Append("u/1", 0, strings.NewReader("abc")); n != 3 || err != nil {
		t.Fatal(n, err)
	}
	boom := errors.New("boom")
	broken := io.MultiReader(strings.NewReader("de"), iotest.ErrReader(boom))
	if _, err := d.Append("u/1", 3, broken); !errors.Is(err, boom) {
		t.Error(err)
	}
	if n, err := d.Size("u/1"); n != 5 || err != nil {
		t.Errorf("%d %v: what arrived before the break is not counted", n, err)
	}
	for _, at := range []int64{6, 100} {
		if n, err := d.Append("u/1", at, strings.NewReader("x")); n != 5 || !errors.Is(err, blob.ErrGap) {
			t.Errorf("%d %v: bytes that do not follow", n, err)
		}
	}
	if n, err := d.Append("u/2", 1, strings.NewReader("x")); n != 0 || !errors.Is(err, blob.ErrGap) {
		t.Errorf("%d %v: bytes that do not follow", n, err)
	}
	n, err := d.Append("u/1", 5, strings.NewReader("f"))
	if n != 6 || err != nil {
		t.Errorf("%d %v: what arrived before the break is not there", n, err)
	}
	for range 2 {
		if err := d.Finish("u/1"); err != nil || read(t, d, "u/1") != "abcdef" {
			t.Error(err)
		}
	}
	if n, err := d.Append("u/1", 6, strings.NewReader("gh")); n != 8 || err != nil {
		t.Errorf("%d %v: after the end", n, err)
	}
	if err := d.Finish("u/1"); err != nil || read(t, d, "u/1") != "abcdefgh" {
		t.Error(err)
	}
	if err := d.Finish("u/none"); err == nil && !d.Encrypted() {
		t.Error("nothing was finished")
	}
}

func move(t *testing.T, d Opened) {
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
func keys(t *testing.T, d Opened) {
	for _, k := range []string{"", ".", "..", "../x", "a/../../x", "/etc/passwd", "a//b", "a/", `a\b`, "a\x00b", ".part-1", "a/.hidden", strings.Repeat("x", 200), "ü"} {
		if err := d.Put(k, write("x")); err == nil {
			t.Errorf("%q was stored", k)
		}
		if _, err := d.Append(k, 0, bytes.NewReader(nil)); err == nil {
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

// A file is read from any place as its bytes are in memory.
func seek(t *testing.T, d Opened) {
	rapid.Check(t, func(rt *rapid.T) {
		const record = 64 << 10 // bytes, of an encrypted file
		near := rapid.Custom(func(rt *rapid.T) int {
			return max(0, record*rapid.IntRange(0, 3).Draw(rt, "records")+rapid.IntRange(-2, 2).Draw(rt, "beside"))
		})
		data := make([]byte, rapid.OneOf(near, rapid.IntRange(0, 4*record)).Draw(rt, "size"))
		rand.NewChaCha8([32]byte{byte(len(data))}).Read(data)
		part := rapid.IntRange(1, 3*record).Draw(rt, "written at once")
		err := d.Put("s/1", func(w io.Writer) error {
			for rest := data; len(rest) > 0; {
				n, err := w.Write(rest[:min(part, len(rest))])
				if err != nil {
					return err
				}
				rest = rest[n:]
			}
			return nil
		})
		if err != nil {
			rt.Fatal(err)
		}
		if n, err := d.Size("s/1"); n != int64(len(data)) || err != nil {
			rt.Fatal(n, err)
		}
		f, err := d.Open("s/1")
		if err != nil {
			rt.Fatal(err)
		}
		defer f.Close()
		want := bytes.NewReader(data)
		for range rapid.IntRange(1, 8).Draw(rt, "steps") {
			offset := int64(rapid.OneOf(near, rapid.IntRange(-10, 5*record)).Draw(rt, "offset"))
			p, q := make([]byte, rapid.IntRange(1, 2*record+1).Draw(rt, "length")), []byte(nil)
			q = append(q, p...)
			if rapid.Bool().Draw(rt, "at") {
				offset = max(0, offset)
				n, err := f.ReadAt(p, offset)
				m, wantErr := want.ReadAt(q, offset)
				if n != m || (err == nil) != (wantErr == nil) || !bytes.Equal(p, q) {
					rt.Fatalf("%d bytes at %d: %d %v, not %d %v", len(p), offset, n, err, m, wantErr)
				}
				continue
			}
			whence := rapid.IntRange(io.SeekStart, io.SeekEnd).Draw(rt, "whence")
			at, err := f.Seek(offset, whence)
			wantAt, wantErr := want.Seek(offset, whence)
			if (err == nil) != (wantErr == nil) || err == nil && at != wantAt {
				rt.Fatalf("%d, not %d", at, wantAt)
			}
			n, err := io.ReadFull(f, p)
			m, wantErr := io.ReadFull(want, q)
			if n != m || !errors.Is(err, wantErr) || !bytes.Equal(p, q) {
				rt.Fatalf("%d %v, not %d %v", n, err, m, wantErr)
			}
		}
	})
}

// Another program reads what is stored as it was written, and what it writes is
// stored as anything else.
func programs(t *testing.T, d Opened) {
	if err := d.As("someone").Put("a/b", write("text")); err != nil {
		t.Fatal(err)
	}
	name, done, err := d.Plain("a/b")
	if err != nil {
		t.Fatal(err)
	}
	if b, err := os.ReadFile(name); err != nil || string(b) != "text" {
		t.Error(string(b), err)
	}
	done()
	if _, err := os.Stat(name); (d.Encrypted() || d.Copies) == (err == nil) {
		t.Error("the copy that another program read:", err)
	}
	if read(t, d, "a/b") != "text" {
		t.Error("what is stored is gone")
	}
	if name, err = d.Path("a/made"); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(name, []byte("made"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := d.As("someone").Take("a/made", "a/taken"); err != nil || read(t, d, "a/taken") != "made" {
		t.Fatal(err)
	}
	if _, err := os.Stat(name); err == nil {
		t.Error("what another program wrote is still there")
	}
	if b, err := d.Raw("a/taken"); err != nil || bytes.Contains(b, []byte("made")) == d.Encrypted() {
		t.Error("encrypted:", d.Encrypted(), err)
	}
}
