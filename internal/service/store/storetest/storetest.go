// Package storetest is what every database that the store runs on has to hold.
package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
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
	t.Run("sync converges", func(t *testing.T) { converges(t, open(t)) })
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

// Whatever the order, the grouping and the repeats in which entries arrive, the
// diary is the same.
func converges(t *testing.T, st *store.Store) {
	ctx := context.Background()
	rapid.Check(t, func(t *rapid.T) {
		entries := rapid.SliceOfN(rapid.Custom(entry), 0, 8).Draw(t, "entries")
		var diaries [][]record.Entry
		for range 2 {
			p := &record.Person{ID: record.NewID(), Name: "x", CreatedAt: epoch, UpdatedAt: epoch}
			if err := st.AddPerson(ctx, p); err != nil {
				t.Fatal(err)
			}
			order := rapid.Permutation(append(slices.Clone(entries), entries...)).Draw(t, "order")
			for chunk := range slices.Chunk(order, rapid.IntRange(1, 5).Draw(t, "chunk")) {
				if _, _, err := st.Sync(ctx, p.ID, chunk, nil, epoch); err != nil {
					t.Fatal(err)
				}
			}
			all, _, err := st.Sync(ctx, p.ID, nil, nil, epoch)
			if err != nil {
				t.Fatal(err)
			}
			slices.SortFunc(all, func(a, b record.Entry) int { return cmpString(a.ID, b.ID) })
			diaries = append(diaries, all)
		}
		if d := cmp.Diff(diaries[0], diaries[1]); d != "" {
			t.Fatal(d)
		}
	})
}

func cmpString(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
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
				if old, ok := clients[c][e.ID]; !ok || record.Later(&e, &old) {
					clients[c][e.ID] = e
				}
			}
		}
		for range rapid.IntRange(1, 8).Draw(t, "syncs") {
			c := rapid.IntRange(0, 1).Draw(t, "client")
			send := rapid.SliceOfN(rapid.Custom(entry), 0, 3).Draw(t, "entries")
			for _, e := range send {
				if old, ok := clients[c][e.ID]; !ok || record.Later(&e, &old) {
					clients[c][e.ID] = e
				}
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
