package work_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"database/sql"

	"facialis/internal/service/blob"
	"facialis/internal/service/folder"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
	"facialis/internal/service/work"
	"facialis/internal/service/work/worktest"

	_ "facialis/internal/rapidtest"

	"pgregory.net/rapid"
)

// bench is a data folder whose worker does not run.
type bench struct {
	dir string
	st  *store.Store
	b   blob.Store
	log bytes.Buffer
}

type tb interface {
	Helper()
	Fatal(...any)
	Errorf(string, ...any)
}

func must(t tb, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// open opens a data folder, does something with it, and closes it.
func open(t tb, dir string, do func(*bench)) {
	t.Helper()
	f, err := folder.Open(context.Background(), dir)
	must(t, err)
	do(&bench{dir: dir, st: f.Store, b: f.Blobs})
	must(t, f.Close())
}

func (b *bench) worker(t tb, moveLost bool) *work.Worker {
	t.Helper()
	w, err := work.New(context.Background(), b.st, b.b, work.Options{Run: worktest.Run, MoveLost: moveLost, Log: slog.New(slog.NewTextHandler(&b.log, nil))})
	must(t, err)
	return w
}

// recovers opens a data folder as a start does, and returns what it logged.
func recovers(t tb, dir string, moveLost bool) (log string, err error) {
	t.Helper()
	open(t, dir, func(b *bench) {
		err = b.worker(t, moveLost).Recover(context.Background())
		log = b.log.String()
	})
	return log, err
}

func (b *bench) person(t tb) string {
	t.Helper()
	now := record.Micros(time.Now())
	p := &record.Person{ID: record.NewID(), Name: "Zebulon Quagga", CreatedAt: now, UpdatedAt: now}
	must(t, b.st.AddPerson(context.Background(), p))
	return p.ID
}

func (b *bench) put(t tb, key, text string) {
	t.Helper()
	must(t, b.b.Put(key, func(w io.Writer) error { _, err := io.WriteString(w, text); return err }))
}

// recording adds a row and a video for it.
func (b *bench) recording(t tb, person string) string {
	t.Helper()
	r := &record.Recording{ID: record.NewID(), PersonID: person, CreatedAt: record.Micros(time.Now()), State: record.Done}
	must(t, b.st.Tx(context.Background(), func(tx *sql.Tx) error { return b.st.AddRecording(context.Background(), tx, r) }))
	b.put(t, "films/"+r.ID+"/original", "video "+r.ID)
	b.put(t, "films/"+r.ID+"/play", "copy "+r.ID)
	return r.ID
}

func (b *bench) upload(t tb, person string, created time.Time) string {
	t.Helper()
	u := &record.Upload{ID: record.NewID(), PersonID: person, ClientID: record.NewID(), Size: 100, CreatedAt: record.Micros(created)}
	must(t, b.st.AddUpload(context.Background(), u))
	return u.ID
}

// disk is every file under blobs/ by its path, with its content.
func disk(t tb, dir string) map[string]string {
	t.Helper()
	root, out := filepath.Join(dir, "blobs"), map[string]string{}
	must(t, filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		rel, _ := filepath.Rel(root, path)
		out[rel] = string(data)
		return err
	}))
	return out
}

func under(files map[string]string, prefix string) []string {
	var out []string
	for f := range files {
		if strings.HasPrefix(f, prefix) {
			out = append(out, f)
		}
	}
	slices.Sort(out)
	return out
}

func copyFile(t tb, from, to string) {
	t.Helper()
	data, err := os.ReadFile(from)
	must(t, err)
	must(t, os.WriteFile(to, data, 0o600))
}

// An older database put back knows three of six videos: the others are in lost/.
func TestOlderDatabase(t *testing.T) {
	dir := t.TempDir()
	db, copied := filepath.Join(dir, "facialis.db"), filepath.Join(t.TempDir(), "yesterday.db")
	var person string
	var later []string
	open(t, dir, func(b *bench) {
		person = b.person(t)
		for range 3 {
			b.recording(t, person)
		}
	})
	copyFile(t, db, copied)
	open(t, dir, func(b *bench) {
		for range 3 {
			later = append(later, b.recording(t, person))
		}
	})
	before := disk(t, dir)
	copyFile(t, copied, db)
	log, err := recovers(t, dir, false)
	must(t, err)
	after := disk(t, dir)
	if got := len(under(after, "lost/")); got != 6 || len(after) != len(before) { // a video and a copy each
		t.Errorf("%d files in lost/, %d of %d in all", got, len(after), len(before))
	}
	if strings.Count(log, "\n") != 3 || strings.Contains(log, "Zebulon") {
		t.Errorf("the log: %s", log)
	}
	for _, id := range later {
		if !strings.Contains(log, id) || len(under(after, "lost/film-"+id)) != 2 {
			t.Errorf("%s is not named, or not in lost/: %s", id, log)
		}
	}
	open(t, dir, func(b *bench) {
		folder, all, err := b.worker(t, false).Lost()
		must(t, err)
		if len(all) != 3 || folder != filepath.Join(dir, "blobs", "lost") || all[0].Bytes != int64(len("video "+later[0]+"copy "+later[0])) || time.Since(all[0].Since).Abs() > time.Minute {
			t.Errorf("%s %+v", folder, all)
		}
	})
}

// A database without recordings beside videos is refused, and nothing moves.
func TestEmptyDatabase(t *testing.T) {
	for name, spoil := range map[string]func(path string) error{
		"gone":      os.Remove,
		"truncated": func(path string) error { return os.Truncate(path, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			open(t, dir, func(b *bench) {
				p := b.person(t)
				b.recording(t, p)
				b.recording(t, p)
			})
			before := disk(t, dir)
			must(t, spoil(filepath.Join(dir, "facialis.db")))
			for range 2 {
				if _, err := recovers(t, dir, false); !errors.Is(err, work.ErrNoRecordings) {
					t.Fatalf("it starts: %v", err)
				}
			}
			if after := disk(t, dir); len(under(after, "films/")) != len(before) {
				t.Errorf("moved: %v", after)
			}
			if _, err := recovers(t, dir, true); err != nil {
				t.Fatal(err)
			}
			if after := disk(t, dir); len(under(after, "lost/")) != len(before) {
				t.Errorf("not in lost/: %v", after)
			}
		})
	}
}

// Somebody who deletes every recording can start again, also when the program is
// killed before the files are gone; nothing deleted is in lost/.
func TestKilledDelete(t *testing.T) {
	dir := t.TempDir()
	open(t, dir, func(b *bench) {
		p := b.person(t)
		r, u := b.recording(t, p), b.upload(t, p, time.Now())
		b.put(t, "uploads/"+u, "half a video")
		// What DeletePerson has done when it begins to remove files.
		must(t, b.st.DeletePerson(t.Context(), p, []string{"films/" + r, "uploads/" + u}))
		must(t, b.b.Remove("films/"+r+"/play"))
	})
	if _, err := recovers(t, dir, false); err != nil {
		t.Fatal(err)
	}
	if left := disk(t, dir); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// Killed while an upload becomes a recording: the video goes back to the upload,
// unless another file is there already.
func TestKilledFinish(t *testing.T) {
	dir, id := t.TempDir(), record.NewID()
	var up, p string
	open(t, dir, func(b *bench) {
		p = b.person(t)
		up = b.upload(t, p, time.Now())
		b.put(t, "films/"+id+"/unfinished", "")
		b.put(t, "films/"+id+"/upload", up)
		b.put(t, "films/"+id+"/original", "a video")
	})
	if _, err := recovers(t, dir, false); err != nil {
		t.Fatal(err)
	}
	if after := disk(t, dir); len(after) != 1 || after["uploads/"+up] != "a video" {
		t.Errorf("%v", after)
	}
	open(t, dir, func(b *bench) {
		b.recording(t, p)
		b.put(t, "films/"+id+"/unfinished", "")
		b.put(t, "films/"+id+"/upload", up)
		b.put(t, "films/"+id+"/original", "another video")
	})
	if _, err := recovers(t, dir, false); err != nil {
		t.Fatal(err)
	}
	if after := disk(t, dir); after["uploads/"+up] != "a video" || len(under(after, "lost/film-"+id)) != 3 {
		t.Errorf("%v", after)
	}
}

// A person deleted while bytes of an upload arrive leaves none of them.
func TestDeletedWhileBytesArrive(t *testing.T) {
	dir := t.TempDir()
	open(t, dir, func(b *bench) {
		w, p := b.worker(t, false), b.person(t)
		u, err := b.st.Upload(t.Context(), b.upload(t, p, time.Now()))
		must(t, err)
		must(t, w.DeletePerson(t.Context(), p))
		if _, err := w.Chunk(t.Context(), u, 0, strings.NewReader("late")); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("taken: %v", err)
		}
	})
	if left := disk(t, dir); len(left) > 0 {
		t.Errorf("left: %v", left)
	}
}

// What was moved to lost/ before is never overwritten.
func TestLostKeeps(t *testing.T) {
	dir, id := t.TempDir(), record.NewID()
	for _, text := range []string{"first", "second", "third"} {
		open(t, dir, func(b *bench) {
			b.put(t, "films/"+id+"/original", text)
		})
		if _, err := recovers(t, dir, true); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, text := range disk(t, dir) {
		got = append(got, text)
	}
	slices.Sort(got)
	if fmt.Sprint(got) != "[first second third]" {
		t.Error(got)
	}
}

// Whatever rows and files there are, every byte that was on disk before a start
// is there after it, unless the database or a mark says that it was being
// deleted or written.
func TestStartKeepsEveryByte(t *testing.T) {
	top := t.TempDir()
	rapid.Check(t, func(t *rapid.T) {
		dir, err := os.MkdirTemp(top, "")
		must(t, err)
		defer os.RemoveAll(dir)
		kept := map[[sha256.Size]byte]string{}
		open(t, dir, func(b *bench) {
			p := b.person(t)
			keep := func(key string) {
				text := "content of " + key
				b.put(t, key, text)
				kept[sha256.Sum256([]byte(text))] = key
			}
			flag := func(name string) bool { return rapid.Bool().Draw(t, name) }
			for range rapid.IntRange(0, 4).Draw(t, "folders") {
				id := record.NewID()
				base := "films/" + id
				row, trash, unfinished, origin := flag("row"), flag("trash"), flag("unfinished"), flag("origin")
				if row {
					id = b.recording(t, p)
					base = "films/" + id
					trash, unfinished = false, false
				}
				put := keep
				if trash || unfinished && !origin {
					put = func(key string) { b.put(t, key, "going "+key) }
				}
				if flag("original") {
					put(base + "/original")
				}
				if origin {
					up := record.NewID()
					if flag("upload known") {
						up = b.upload(t, p, time.Now())
					}
					if flag("upload there") {
						keep("uploads/" + up)
					}
					b.put(t, base+"/upload", up)
				}
				if unfinished {
					b.put(t, base+"/unfinished", "")
				} else if flag("analysis") {
					a := record.NewID()
					put(base + "/" + a + "/analysis.json")
					if row && flag("analysis unfinished") {
						b.put(t, base+"/"+record.NewID()+"/unfinished", "")
					}
				}
				if trash {
					must(t, b.st.Tx(context.Background(), func(tx *sql.Tx) error { return store.Discard(context.Background(), tx, base) }))
				}
			}
			for _, k := range []string{"films/note.txt", "uploads/note.txt", "incoming/note.txt", "other/note.txt", "uploads/" + record.NewID(), "lost/note.txt"} {
				if flag(k[:5]) {
					keep(k)
				}
			}
		})
		before := disk(t, dir)
		moveLost := rapid.Bool().Draw(t, "move lost")
		if _, err := recovers(t, dir, moveLost); err != nil && (moveLost || !errors.Is(err, work.ErrNoRecordings)) {
			t.Fatal(err)
		}
		after := map[[sha256.Size]byte]bool{}
		for _, text := range disk(t, dir) {
			after[sha256.Sum256([]byte(text))] = true
		}
		for sum, key := range kept {
			if !after[sum] {
				t.Fatalf("the bytes of %s are gone: before %v, after %v", key, before, disk(t, dir))
			}
		}
		for path, text := range disk(t, dir) {
			if strings.HasPrefix(text, "going ") {
				t.Fatalf("%s was being deleted or written", path)
			}
		}
	})
}
