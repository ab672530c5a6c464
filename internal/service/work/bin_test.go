package work_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"facialis/internal/service/blob"
	"facialis/internal/service/folder"
	"facialis/internal/service/keyring"
	"facialis/internal/service/keyring/keyringtest"
	"facialis/internal/service/record"
	"facialis/internal/service/sealed"
	"facialis/internal/service/store"
	"facialis/internal/service/work"
	"facialis/internal/service/work/worktest"
)

// life is a person with answers, a diary, and an analyzed film that somebody
// corrected.
func (b *bench) life(t *testing.T, w *work.Worker) (person, rec string) {
	t.Helper()
	ctx := t.Context()
	person = b.person(t)
	a := record.NewAnswers()
	a.Values["age"] = 52
	must(t, b.st.Tx(ctx, func(tx *sql.Tx) error { return b.st.SetAnswers(ctx, tx, person, a) }))
	e := record.Entry{ID: record.NewID(), Kind: "visit", At: time.Now(), UpdatedAt: time.Now(), Data: json.RawMessage(`{"with":"Dr X","note":"","next":null}`)}
	must(t, e.Check())
	_, _, err := b.st.Sync(ctx, person, []record.Entry{e}, nil, time.Now())
	must(t, err)
	r := &record.Recording{PersonID: person, CreatedAt: record.Micros(time.Now()), Film: record.Film{Label: "at the window", Mirrored: new(false)}}
	must(t, r.Film.Check())
	must(t, w.Add(ctx, r, func(out io.Writer) error { _, err := out.Write(worktest.Film(t)); return err }))
	b.analyzed(t, w, r.ID)
	now, err := b.st.Recording(ctx, r.ID)
	must(t, err)
	event := "e0001"
	must(t, w.Correct(ctx, now, &record.Correction{ID: record.NewID(), At: record.Micros(time.Now()), By: "Doc", Edit: record.Edit{Op: record.Reject, EventID: &event}}))
	return person, r.ID
}

// analyzed waits until a recording is analyzed and nothing is made of it any more.
func (b *bench) analyzed(t *testing.T, w *work.Worker, rec string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		r, err := b.st.Recording(t.Context(), rec)
		must(t, err)
		if r.State == record.Done {
			break
		}
		if r.State.Over() || time.Now().After(end) {
			t.Fatalf("%+v", r)
		}
	}
	worktest.Aside(t, w, rec)
}

// working opens a data folder with a worker that works.
func working(t *testing.T, dir string, do func(*bench, *work.Worker)) {
	t.Helper()
	open(t, dir, func(b *bench) {
		w, err := work.New(context.Background(), b.st, b.b, work.Options{Run: worktest.Run, Poll: 5 * time.Millisecond, Retry: time.Millisecond})
		must(t, err)
		must(t, w.Start(context.Background()))
		do(b, w)
		must(t, w.Stop(context.Background()))
	})
}

// all is everything that the database says of a person, as text.
func (b *bench) all(t *testing.T, person string) string {
	t.Helper()
	ctx := t.Context()
	p, err := b.st.Person(ctx, person)
	must(t, err)
	a, err := b.st.Answers(ctx, person)
	must(t, err)
	e, err := b.st.Entries(ctx, person)
	must(t, err)
	for i := range e {
		e[i].Version = 0 // the server's number of when it came
	}
	recs, err := b.st.Recordings(ctx, person)
	must(t, err)
	out := []any{p, a, e}
	for _, r := range recs {
		r.Attempts = 0
		c, err := b.st.Corrections(ctx, r.ID)
		must(t, err)
		out = append(out, r, r.Analysis, c)
	}
	data, err := json.MarshalIndent(out, "", " ")
	must(t, err)
	return string(data)
}

// A database that is gone comes back from what lies beside the films: people,
// answers, diary, results, corrections, and what was deleted stays deleted.
func TestRebuild(t *testing.T) { rebuild(t, t.TempDir()) }

// encrypted is an encrypted data folder that tests open by its key.
func encrypted(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	t.Setenv(keyring.KeyVariable, keyringtest.Key(t))
	_, _, err := folder.Encrypt(t.Context(), dir, keyring.Environment)
	must(t, err)
	return dir
}

func TestRebuildEncrypted(t *testing.T) { rebuild(t, encrypted(t)) }

// With a person who is deleted for good goes the key: neither yesterday's copy of
// the files nor what is left in lost/ is opened with today's key file. Who is in
// the bin can be brought back.
func TestDeletedKey(t *testing.T) {
	dir := encrypted(t)
	ctx := t.Context()
	working(t, dir, func(b *bench, w *work.Worker) {
		person, rec := b.life(t, w)
		other, stays := b.life(t, w)
		line, err := w.BinPerson(ctx, person, time.Now())
		must(t, err)
		_, err = w.BringBack(ctx, line.ID)
		must(t, err)
		r, err := b.st.Recording(ctx, rec)
		must(t, err)
		f, err := w.Open(ctx, r, work.OriginalFile)
		must(t, err)
		must(t, f.Close())
		must(t, w.DescribePerson(ctx, person))
		yesterday := disk(t, dir)
		line, err = w.BinPerson(ctx, person, time.Now())
		must(t, err)
		must(t, w.Purge(ctx, line.ID))
		if other == person {
			t.Fatal("the same person")
		}
		tried := 0
		for name, text := range yesterday {
			if !strings.Contains(name, rec) && !strings.Contains(name, person) {
				continue
			}
			to := filepath.Join(dir, "blobs", name)
			must(t, os.MkdirAll(filepath.Dir(to), 0o700))
			must(t, os.WriteFile(to, []byte(text), 0o600))
			tried++
			if f, err := b.b.Open(filepath.ToSlash(name)); !errors.Is(err, sealed.ErrNoKey) {
				t.Errorf("%s: %v %v", name, f, err)
			}
		}
		if tried < 8 {
			t.Errorf("%d files", tried)
		}
		must(t, os.RemoveAll(filepath.Join(dir, "blobs", "films", rec)))
		if r, err = b.st.Recording(ctx, stays); err != nil {
			t.Fatal(err)
		}
		f, err = w.Open(ctx, r, work.OriginalFile)
		must(t, err)
		must(t, f.Close())
		must(t, w.DeletePerson(ctx, other)) // without the bin
		if _, err := b.b.Open("people/" + other + ".json"); !errors.Is(err, blob.ErrNotFound) {
			t.Error(err)
		}
	})
	// Both people's keys are gone from the file: one for the house is left.
	keys, err := keyring.Open(filepath.Join(dir, keyring.File), keyring.Environment)
	must(t, err)
	if n := keys.Len(); n != 0 {
		t.Errorf("%d people have keys", n)
	}
}

func rebuild(t *testing.T, dir string) {
	var person, rec, gone, before string
	working(t, dir, func(b *bench, w *work.Worker) {
		person, rec = b.life(t, w)
		r := &record.Recording{PersonID: person, CreatedAt: record.Micros(time.Now())}
		must(t, r.Film.Check())
		must(t, w.Add(t.Context(), r, func(out io.Writer) error { _, err := out.Write(worktest.Film(t)); return err }))
		b.analyzed(t, w, r.ID)
		gone = r.ID
		_, err := w.BinRecording(t.Context(), gone, time.Now())
		must(t, err)
		w.Soon(person)
		before = b.all(t, person)
	})
	files := disk(t, dir)
	for _, f := range []string{"facialis.db", "facialis.db-wal", "facialis.db-shm"} {
		os.Remove(filepath.Join(dir, f))
	}
	open(t, dir, func(b *bench) {
		b.put(t, "films/"+record.NewID()+"/original", "nobody knows it")
		w := b.worker(t, false)
		got, err := w.Rebuild(t.Context())
		must(t, err)
		if got.People != 1 || got.Entries != 1 || got.Recordings != 1 || got.Deleted != 1 || len(got.Bare) != 1 {
			t.Errorf("%+v", got)
		}
		if after := b.all(t, person); after != before {
			t.Errorf("before %s\nafter %s", before, after)
		}
		if _, err := b.st.Recording(t.Context(), gone); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("a deleted film is back: %v", err)
		}
		bin, err := b.st.BinOf(t.Context(), gone)
		must(t, err)
		again, err := w.Rebuild(t.Context())
		must(t, err)
		if again.People+again.Recordings+again.Deleted != 0 || bin == "" {
			t.Errorf("again: %+v %s", again, bin)
		}
		must(t, w.Recover(t.Context()))
	})
	for f, text := range files {
		if now := disk(t, dir)[f]; now != text && strings.HasPrefix(f, "films/") {
			t.Errorf("%s has changed", f)
		}
	}
	working(t, dir, func(b *bench, w *work.Worker) {
		bin, err := b.st.BinOf(t.Context(), gone)
		must(t, err)
		_, err = w.BringBack(t.Context(), bin)
		must(t, err)
		b.analyzed(t, w, gone)
		b.analyzed(t, w, rec)
	})
}

// What is deleted comes back as it was, and is gone for good after its time.
func TestBin(t *testing.T) {
	dir := t.TempDir()
	working(t, dir, func(b *bench, w *work.Worker) {
		ctx := t.Context()
		person, rec := b.life(t, w)
		before := b.all(t, person)
		for range 2 {
			bin, err := w.BinPerson(ctx, person, time.Now())
			must(t, err)
			if _, err := b.st.Recording(ctx, rec); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("still here: %v", err)
			}
			must(t, w.Tidy(ctx, time.Now().AddDate(0, 0, record.BinDays-1)))
			_, err = w.BringBack(ctx, bin.ID)
			must(t, err)
			b.analyzed(t, w, rec)
			if after := b.all(t, person); after != before {
				t.Errorf("before %s\nafter %s", before, after)
			}
		}
		one, err := w.BinRecording(ctx, rec, time.Now())
		must(t, err)
		whole, err := w.BinPerson(ctx, person, time.Now())
		must(t, err)
		if _, err := w.BringBack(ctx, one.ID); !errors.Is(err, record.ErrInvalid) {
			t.Errorf("a recording without its person is back: %v", err)
		}
		must(t, w.Tidy(ctx, whole.GoneAt.Add(time.Second)))
		if left := under(disk(t, dir), "films/"); len(left) > 0 {
			t.Errorf("left: %v", left)
		}
		if left := under(disk(t, dir), "people/"); len(left) > 0 {
			t.Errorf("left: %v", left)
		}
		list, err := b.st.BinList(ctx, "", "", 10)
		must(t, err)
		if len(list) > 0 {
			t.Errorf("still in the bin: %+v", list)
		}
	})
}

// A start keeps the films of what is in the bin.
func TestStartKeepsTheBin(t *testing.T) {
	dir := t.TempDir()
	working(t, dir, func(b *bench, w *work.Worker) {
		person, _ := b.life(t, w)
		_, err := w.BinPerson(t.Context(), person, time.Now())
		must(t, err)
	})
	before := under(disk(t, dir), "films/")
	if _, err := recovers(t, dir, false); err != nil {
		t.Fatal(err)
	}
	if after := under(disk(t, dir), "films/"); fmt.Sprint(after) != fmt.Sprint(before) || len(before) == 0 {
		t.Errorf("before %v, after %v", before, after)
	}
}

// A film whose row is gone is found again by what lies beside it; one that
// nothing describes becomes a recording of whoever is named.
func TestFindLost(t *testing.T) {
	dir := t.TempDir()
	var person, rec, before string
	working(t, dir, func(b *bench, w *work.Worker) {
		person, rec = b.life(t, w)
		before = b.all(t, person)
		// An older database knows neither of these films.
		b.put(t, "films/"+record.NewID()+"/original", string(worktest.Film(t)))
		must(t, b.st.DeleteRecording(t.Context(), rec, nil))
		b.recording(t, b.person(t))
	})
	working(t, dir, func(b *bench, w *work.Worker) {
		ctx := t.Context()
		_, all, err := w.Lost()
		must(t, err)
		if len(all) != 2 {
			t.Fatalf("%+v", all)
		}
		for _, l := range all {
			if !l.Back || l.Whose == strings.Contains(l.Name, rec) {
				t.Errorf("%+v", l)
			}
			if !l.Whose {
				if l.Person != "Zebulon Quagga" || l.Film != "at the window" {
					t.Errorf("%+v", l)
				}
				_, err := w.FindLost(ctx, l.Name, "")
				must(t, err)
				b.analyzed(t, w, rec)
				if after := b.all(t, person); after != before {
					t.Errorf("before %s\nafter %s", before, after)
				}
			}
		}
		for _, l := range all {
			if l.Whose {
				if _, err := w.FindLost(ctx, l.Name, ""); !errors.Is(err, record.ErrInvalid) {
					t.Errorf("nobody said whose it is: %v", err)
				}
				r, err := w.FindLost(ctx, l.Name, person)
				must(t, err)
				b.analyzed(t, w, r.ID)
			}
		}
		if left := under(disk(t, dir), "lost/"); len(left) > 0 {
			t.Errorf("left: %v", left)
		}
		b.put(t, "lost/note/x", "somebody's own")
		for _, name := range []string{"..", "../films", ".", "", "nothing"} {
			if err := w.DropLost(name); !errors.Is(err, store.ErrNotFound) {
				t.Errorf("%q: %v", name, err)
			}
		}
		must(t, w.DropLost("note"))
	})
}

// While a backup is made nothing is removed; what waits goes with the next
// tidying, and who would write in its place is asked to come again.
func TestBackupHoldsRemovals(t *testing.T) {
	dir := t.TempDir()
	working(t, dir, func(b *bench, w *work.Worker) {
		ctx := t.Context()
		person, _ := b.life(t, w)
		before := under(disk(t, dir), "films/")
		release, err := b.b.Hold(time.Second)
		must(t, err)
		bin, err := w.BinPerson(ctx, person, time.Now())
		must(t, err)
		must(t, w.Purge(ctx, bin.ID))
		if after := under(disk(t, dir), "films/"); len(after) != len(before) {
			t.Errorf("removed while a backup is made: %v", after)
		}
		if err := w.Bring(ctx, &work.Brought{Person: &record.Person{ID: record.NewID()}}); !errors.Is(err, work.ErrBusy) {
			t.Errorf("brought in: %v", err)
		}
		release()
		must(t, w.Tidy(ctx, time.Now()))
		if after := under(disk(t, dir), "films/"); len(after) > 0 {
			t.Errorf("left: %v", after)
		}
	})
}
