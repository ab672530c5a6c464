package archive_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"flag"
	"io"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
	"time"

	"facialis/internal/service/archive"
	"facialis/internal/service/record"
	"facialis/internal/service/work/worktest"

	"github.com/google/go-cmp/cmp"
)

var big = flag.Bool("big", false, "write and read a zip of more than 4 GiB, on disk")

// later is a file whose bytes begin far behind its start.
type later struct {
	data []byte
	from int64
}

// ReadAt reads noughts before the data.
func (l later) ReadAt(p []byte, off int64) (int, error) {
	n := 0
	for ; n < len(p) && off+int64(n) < l.from; n++ {
		p[n] = 0
	}
	k := copy(p[n:], l.data[min(off+int64(n)-l.from, int64(len(l.data))):])
	if n += k; n < len(p) {
		return n, io.EOF
	}
	return n, nil
}

// A zip whose directory lies beyond 4 GiB counts and points in 64 bits, and says
// 65535 files in the 16 bits that others read.
func TestBeyondFourGigabytes(t *testing.T) {
	h := build(t, t.TempDir())
	p, _ := h.person(t)
	files := unzip(t, h.export(t, p.ID))
	const from = 5 << 30
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	z.SetOffset(from)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := z.Create(name)
		must(t, err)
		_, err = io.WriteString(w, files[name])
		must(t, err)
	}
	must(t, z.Close())
	at := bytes.LastIndex(b.Bytes(), []byte("PK\x05\x06"))
	if n := binary.LittleEndian.Uint16(b.Bytes()[at+10:]); n != 0xffff {
		t.Fatalf("the zip says %d files in 16 bits", n)
	}
	in := later{b.Bytes(), from}
	x, err := archive.Read(context.Background(), in, from+int64(b.Len()), archive.DefaultLimits(1<<40))
	must(t, err)
	if x.Person.ID != p.ID || len(x.Recordings) != 1 {
		t.Errorf("%+v", x.Person)
	}
	// The count in 64 bits is held to the limit all the same.
	l := archive.DefaultLimits(1 << 40)
	l.Files = len(files) - 1
	if _, err := archive.Read(context.Background(), in, from+int64(b.Len()), l); !errors.Is(err, record.ErrInvalid) {
		t.Errorf("one file too many: %v", err)
	}
}

// add adds a film of so many bytes: a real one and a box at its end that players
// pass over.
func (h *house) add(t testing.TB, person string, bytes int64) *record.Recording {
	t.Helper()
	r := &record.Recording{PersonID: person, CreatedAt: now, Film: record.Film{Label: "long"}}
	must(t, h.w.Add(context.Background(), r, func(w io.Writer) error {
		film := worktest.Film(t)
		box := binary.BigEndian.AppendUint32(nil, 1)
		box = binary.BigEndian.AppendUint64(append(box, "free"...), uint64(bytes)-uint64(len(film)))
		if _, err := w.Write(slices.Concat(film, box)); err != nil {
			return err
		}
		_, err := io.CopyN(w, noughts{}, bytes-int64(len(film)+len(box)))
		return err
	}))
	sub := h.w.Hub.Subscribe(r.ID)
	defer sub.Close()
	for {
		got, err := h.f.Store.Recording(context.Background(), r.ID)
		must(t, err)
		if got.State.Over() {
			return got
		}
		<-sub.C
	}
}

type noughts struct{}

func (noughts) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// through takes a person with a film of so many bytes out of one folder and into
// another by way of a file, and gives what was allocated meanwhile.
func through(t *testing.T, film int64) (out, in uint64) {
	t.Helper()
	ctx := context.Background()
	a, b := build(t, t.TempDir()), build(t, t.TempDir())
	p := &record.Person{ID: record.NewID(), Name: "Ada Example", CreatedAt: now, UpdatedAt: now}
	must(t, a.f.Store.AddPerson(ctx, p))
	r := a.add(t, p.ID, film)
	f, err := os.Create(filepath.Join(t.TempDir(), "a.zip"))
	must(t, err)
	defer f.Close()
	allocated := func(what string, do func()) uint64 {
		t.Helper()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		begun := time.Now()
		do()
		runtime.ReadMemStats(&after)
		t.Logf("%s: %.1f s, %.1f MB allocated", what, time.Since(begun).Seconds(), float64(after.TotalAlloc-before.TotalAlloc)/1e6)
		return after.TotalAlloc - before.TotalAlloc
	}
	out = allocated("out", func() {
		e, err := archive.Prepare(ctx, a.w, p.ID, now, archive.Options{})
		must(t, err)
		must(t, e.Write(ctx, f))
	})
	st, err := f.Stat()
	must(t, err)
	in = allocated("in", func() {
		x, err := archive.Read(ctx, f, st.Size(), archive.DefaultLimits(1<<40))
		must(t, err)
		must(t, x.Bring(ctx, b.w))
	})
	got, err := b.f.Store.Recording(ctx, r.ID)
	must(t, err)
	if d := cmp.Diff(r, got); d != "" {
		t.Error(d)
	}
	if got.Bytes != film {
		t.Errorf("%d bytes, not %d", got.Bytes, film)
	}
	return out, in
}

// A film is never held in memory, neither on its way out nor in.
func TestFilmsStream(t *testing.T) {
	const film, most = 96 << 20, 32 << 20
	if out, in := through(t, film); out > most || in > most {
		t.Errorf("%d bytes allocated on the way out, %d on the way in", out, in)
	}
}

func TestMoreThanFourGigabytes(t *testing.T) {
	if !*big {
		t.Skip("needs 15 GB of disk: go test ./internal/service/archive -run FourGigabytes -big")
	}
	if out, in := through(t, 9<<29); out > 32<<20 || in > 32<<20 {
		t.Errorf("%d bytes allocated on the way out, %d on the way in", out, in)
	}
}
