// Package storetest is what every database that the store runs on has to hold.
package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	_ "facialis/internal/rapidtest"
	"facialis/internal/service/record"
	"facialis/internal/service/store"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var epoch = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

// Exercise runs every test; open gives an empty store.
func Exercise(t *testing.T, open func(testing.TB) *store.Store) {
	t.Run("people", func(t *testing.T) { people(t, open(t)) })
	t.Run("recordings", func(t *testing.T) { recordings(t, open(t)) })
	t.Run("half a transaction", func(t *testing.T) { half(t, open(t)) })
	t.Run("sync loses nothing", func(t *testing.T) { losesNothing(t, open(t)) })
	t.Run("clocks decide nothing", func(t *testing.T) { clocks(t, open(t)) })
	t.Run("sync hands out each change once", func(t *testing.T) { cursor(t, open(t)) })
	t.Run("corrections keep their order", func(t *testing.T) { corrections(t, open(t)) })
}

func person(t testing.TB, st *store.Store, name string) *record.Person {
	t.Helper()
	p := &record.Person{ID: record.NewID(), Name: name, CreatedAt: epoch, UpdatedAt: epoch}
	if err := st.AddPerson(context.Background(), p); err != nil {
		t.Fatal(err)
	}
	return p
}

func recording(person string) *record.Recording {
	return &record.Recording{ID: record.NewID(), PersonID: person, CreatedAt: epoch, State: record.Queued, Film: record.Film{}}
}

func people(t *testing.T, st *store.Store) {
	ctx := context.Background()
	for _, n := range []string{"Özil", "anna 100%", "Bert_x", "anna b"} {
		p := person(t, st, n)
		got, err := st.Person(ctx, p.ID)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(p, got); d != "" {
			t.Error(d)
		}
	}
	var pages []string
	after := ""
	for {
		page, err := st.People(ctx, "", after, 2)
		if err != nil {
			t.Fatal(err)
		}
		if len(page) == 0 {
			break
		}
		for _, p := range page {
			pages = append(pages, p.Name)
		}
		after = page[len(page)-1].ID
	}
	if d := cmp.Diff([]string{"anna 100%", "anna b", "Bert_x", "Özil"}, pages); d != "" {
		t.Error(d)
	}
	for q, n := range map[string]int{"ANNA": 2, "%": 1, "_": 1, "öZ": 1, `\`: 0, "zzz": 0, "' OR 1=1 --": 0} {
		if got, err := st.People(ctx, q, "", 10); err != nil || len(got) != n {
			t.Errorf("%q finds %d, not %d: %v", q, len(got), n, err)
		}
	}
	if _, err := st.Person(ctx, "nobody"); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
	if err := st.SavePerson(ctx, &record.Person{ID: "nobody"}); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
}

func recordings(t *testing.T, st *store.Store) {
	ctx := context.Background()
	p := person(t, st, "a")
	r := recording(p.ID)
	r.Tasks, r.Label, r.Protocol = nil, "x", new("short")
	u := &record.Upload{ID: record.NewID(), PersonID: p.ID, ClientID: "c", Size: 5, CreatedAt: epoch}
	if err := st.AddUpload(ctx, u); err != nil {
		t.Fatal(err)
	}
	if err := st.AddUpload(ctx, &record.Upload{ID: record.NewID(), PersonID: p.ID, ClientID: "c", Size: 5, CreatedAt: epoch}); err == nil {
		t.Error("two uploads have one client id")
	}
	if n, err := st.PendingBytes(ctx); n != 5 || err != nil {
		t.Error(n, err)
	}
	if err := st.FinishUpload(ctx, u.ID, r, func(*sql.Tx) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if err := st.FinishUpload(ctx, u.ID, recording(p.ID), func(*sql.Tx) error { return nil }); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an upload is finished twice: %v", err)
	}
	if n, err := st.PendingBytes(ctx); n != 0 || err != nil {
		t.Error(n, err)
	}
	r.Analysis, r.Usable, r.RatePerMin, r.Spasms, r.Spells = "a1", new(true), new(2.5), new(3), new(5)
	if err := st.SetResult(ctx, r, nil, "films/old"); err != nil {
		t.Fatal(err)
	}
	got, err := st.Recording(ctx, r.ID)
	if err != nil || got.State != record.Done || got.Tasks == nil {
		t.Fatalf("%+v %v", got, err)
	}
	if q, err := st.Person(ctx, p.ID); err != nil || q.Recordings != 1 || q.LastRatePerMin == nil || *q.LastRatePerMin != 2.5 || q.LastSpells == nil || *q.LastSpells != 5 || !q.LastRecordingAt.Equal(epoch) {
		t.Errorf("%+v %v", q, err)
	}
	r.Spasms, r.Spells, r.Corrected = new(0), new(6), true
	if err := st.SetFigures(ctx, r); err != nil {
		t.Fatal(err)
	}
	if got, err = st.Recording(ctx, r.ID); err != nil || *got.Spasms != 0 || *got.Spells != 6 || *got.RatePerMin != 2.5 || !got.Corrected {
		t.Errorf("figures: %+v %v", got, err)
	}
	if err := st.DeletePerson(ctx, p.ID, []string{"films/" + r.ID}); err != nil {
		t.Fatal(err)
	}
	if _, err := st.Recording(ctx, r.ID); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
	if _, err := st.Upload(ctx, u.ID); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
	trash, err := st.Trash(ctx)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"films/" + r.ID, "films/old"}
	slices.Sort(want)
	if d := cmp.Diff(want, trash); d != "" {
		t.Error(d)
	}
}

// What fails half-way leaves nothing.
func half(t *testing.T, st *store.Store) {
	ctx := context.Background()
	p := person(t, st, "a")
	r := recording(p.ID)
	boom := errors.New("boom")
	if err := st.FinishUpload(ctx, "", r, func(*sql.Tx) error { return boom }); !errors.Is(err, boom) {
		t.Fatal(err)
	}
	if _, err := st.Recording(ctx, r.ID); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
	if err := st.DeletePerson(ctx, "nobody", []string{"films/x"}); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
	if trash, err := st.Trash(ctx); err != nil || len(trash) != 0 {
		t.Error(trash, err)
	}
}

// entry draws one of few ids and moments, so that versions meet.
func entry(t *rapid.T) record.Entry {
	e := record.Entry{ID: fmt.Sprintf("01J%023d", rapid.IntRange(0, 3).Draw(t, "id")), Kind: "visit", At: epoch,
		UpdatedAt: epoch.Add(time.Duration(rapid.IntRange(0, 3).Draw(t, "updated")) * time.Second),
		Deleted:   rapid.Bool().Draw(t, "deleted"),
		Data:      fmt.Appendf(nil, `{"with":null,"note":"%d","next":null}`, rapid.IntRange(0, 3).Draw(t, "note"))}
	if err := e.Check(); err != nil {
		t.Fatal(err)
	}
	return e
}

// Whatever comes, in whatever order and however often: no state is lost. Each is
// the one that holds, or beside it, or was changed knowingly; and what comes twice
// changes nothing.
func losesNothing(t *testing.T, st *store.Store) {
	ctx := context.Background()
	rapid.Check(t, func(t *rapid.T) {
		p := &record.Person{ID: record.NewID(), Name: "x", CreatedAt: epoch, UpdatedAt: epoch}
		if err := st.AddPerson(ctx, p); err != nil {
			t.Fatal(err)
		}
		changed := map[string]bool{} // states that somebody changed, by what they say
		var came []record.Entry
		all := func() map[string]record.Entry {
			list, _, err := st.Sync(ctx, p.ID, nil, nil, epoch)
			if err != nil {
				t.Fatal(err)
			}
			out := map[string]record.Entry{}
			for _, e := range list {
				out[e.ID] = e
			}
			return out
		}
		for range rapid.IntRange(1, 8).Draw(t, "arrivals") {
			e := rapid.Custom(entry).Draw(t, "entry")
			before := all()
			if old, ok := before[e.ID]; ok && rapid.Bool().Draw(t, "knows") {
				e.Version = old.Version
				changed[says(&old)] = true
				for _, o := range old.Others {
					s := record.Entry{ID: e.ID, Kind: o.Kind, At: o.At, TZOffsetMin: o.TZOffsetMin, UpdatedAt: o.UpdatedAt, Deleted: o.Deleted, Data: o.Data}
					changed[says(&s)] = true
				}
			}
			for range 2 {
				if _, _, err := st.Sync(ctx, p.ID, []record.Entry{e}, nil, epoch); err != nil {
					t.Fatal(err)
				}
			}
			once := all()
			again := all()
			if d := cmp.Diff(once, again); d != "" {
				t.Fatal(d)
			}
			came = append(came, e)
			for _, c := range came {
				now := once[c.ID]
				kept := record.Same(&now, &c) || changed[says(&c)]
				for _, o := range now.Others {
					s := record.Entry{ID: c.ID, Kind: o.Kind, At: o.At, TZOffsetMin: o.TZOffsetMin, UpdatedAt: o.UpdatedAt, Deleted: o.Deleted, Data: o.Data}
					kept = kept || record.Same(&s, &c)
				}
				if !kept {
					t.Fatalf("lost %+v: %+v", c, now)
				}
			}
		}
	})
}

// says is what an entry says, whenever it was written.
func says(e *record.Entry) string { return fmt.Sprint(e.ID, e.Kind, e.At, e.Deleted, string(e.Data)) }

// A device whose clock is a year ahead neither wins for ever nor is lost.
func clocks(t *testing.T, st *store.Store) {
	ctx := context.Background()
	p := person(t, st, "a")
	note := func(text string, updated time.Time, version int64) record.Entry {
		e := record.Entry{ID: "01J00000000000000000000001", Kind: "visit", At: epoch, UpdatedAt: updated, Version: version, Data: fmt.Appendf(nil, `{"with":null,"note":%q,"next":null}`, text)}
		if err := e.Check(); err != nil {
			t.Fatal(err)
		}
		return e
	}
	sync := func(e record.Entry) record.Entry {
		t.Helper()
		all, _, err := st.Sync(ctx, p.ID, []record.Entry{e}, nil, epoch)
		if err != nil || len(all) != 1 {
			t.Fatal(all, err)
		}
		return all[0]
	}
	year := epoch.AddDate(1, 0, 0)
	first := sync(note("ahead", year, 0))
	right := sync(note("corrected", epoch.Add(time.Hour), first.Version))
	if !strings.Contains(string(right.Data), "corrected") || len(right.Others) != 0 {
		t.Errorf("ahead wins: %+v", right)
	}
	// The device ahead, offline meanwhile, changes what it has: both are kept.
	both := sync(note("ahead again", year.Add(time.Hour), first.Version))
	if !strings.Contains(string(both.Data), "ahead again") || len(both.Others) != 1 || !strings.Contains(string(both.Others[0].Data), "corrected") {
		t.Errorf("not both: %+v", both)
	}
	// A state that comes twice, long after, changes nothing.
	if late := sync(note("corrected", epoch.Add(time.Hour), first.Version)); late.Version != both.Version {
		t.Errorf("repeated: %+v", late)
	}
	// A deletion by a device that did not know does not take the other's words away.
	gone := note("", year.Add(2*time.Hour), first.Version)
	gone.Deleted, gone.Data = true, []byte("{}")
	if kept := sync(gone); kept.Deleted || len(kept.Others) != 2 || !kept.Others[0].Deleted {
		t.Errorf("deleted unseen: %+v", kept)
	}
	// Whoever has seen them all chooses.
	now := sync(note("ahead again", year.Add(3*time.Hour), 0))
	if len(now.Others) == 0 {
		t.Errorf("%+v", now)
	}
	if chosen := sync(note("chosen", epoch, now.Version)); len(chosen.Others) != 0 || !strings.Contains(string(chosen.Data), "chosen") {
		t.Errorf("not chosen: %+v", chosen)
	}
	// Within what a device hands in at once, its own order counts.
	e1, e2 := note("one", epoch.Add(time.Minute), 0), note("two", epoch.Add(2*time.Minute), 0)
	e1.ID, e2.ID = "01J00000000000000000000002", "01J00000000000000000000002"
	all, _, err := st.Sync(ctx, p.ID, []record.Entry{e2, e1}, nil, epoch)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		if e.ID == e2.ID && (!strings.Contains(string(e.Data), "two") || len(e.Others) != 0) {
			t.Errorf("%+v", e)
		}
	}
}

// Two clients that sync now and then with the moment they were given end up with
// the same diary, though the server's clock stands still or goes back.
func cursor(t *testing.T, st *store.Store) {
	ctx := context.Background()
	rapid.Check(t, func(t *rapid.T) {
		p := &record.Person{ID: record.NewID(), Name: "x", CreatedAt: epoch, UpdatedAt: epoch}
		if err := st.AddPerson(ctx, p); err != nil {
			t.Fatal(err)
		}
		clients := [2]map[string]record.Entry{{}, {}}
		var since [2]*time.Time
		sync := func(c int, send []record.Entry) {
			now := epoch.Add(time.Duration(rapid.IntRange(-5, 5).Draw(t, "clock")) * time.Second)
			changed, mark, err := st.Sync(ctx, p.ID, send, since[c], now)
			if err != nil {
				t.Fatal(err)
			}
			since[c] = &mark
			for _, e := range changed {
				clients[c][e.ID] = e
			}
		}
		for range rapid.IntRange(1, 8).Draw(t, "syncs") {
			c := rapid.IntRange(0, 1).Draw(t, "client")
			send := rapid.SliceOfN(rapid.Custom(entry), 0, 3).Draw(t, "entries")
			for i := range send {
				send[i].Version = clients[c][send[i].ID].Version
			}
			sync(c, send)
		}
		sync(0, nil)
		sync(1, nil)
		if d := cmp.Diff(clients[0], clients[1]); d != "" {
			t.Fatal(d)
		}
	})
}

func corrections(t *testing.T, st *store.Store) {
	ctx := context.Background()
	p := person(t, st, "a")
	r := recording(p.ID)
	if err := st.FinishUpload(ctx, "", r, func(*sql.Tx) error { return nil }); err != nil {
		t.Fatal(err)
	}
	var want []record.Correction
	for i := range 5 {
		c := record.Correction{ID: record.NewID(), At: epoch, By: "x", Edit: record.Edit{Op: record.Reject, EventID: new(fmt.Sprint(i))}}
		if err := st.AddCorrection(ctx, r.ID, &c); err != nil {
			t.Fatal(err)
		}
		want = append(want, c)
	}
	got, err := st.Corrections(ctx, r.ID)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}
