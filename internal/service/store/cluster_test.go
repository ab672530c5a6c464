package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"facialis/internal/service/pgtest"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
)

// Several processes may open a new PostgreSQL database at once.
func TestConnectedAtOnce(t *testing.T) {
	url := pgtest.Database(t)
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			st, err := store.Connect(context.Background(), url)
			if err != nil {
				t.Error(err)
				return
			}
			if err := st.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
}

// What one process reads within a transaction holds until it has written: the
// numbers of corrections neither repeat nor are lost.
func TestTwoProcessesWrite(t *testing.T) {
	url := pgtest.Database(t)
	sts := []*store.Store{connect(t, url), connect(t, url)}
	ctx := t.Context()
	p := &record.Person{ID: record.NewID(), Name: "a", CreatedAt: time.Now(), UpdatedAt: time.Now()}
	if err := sts[0].AddPerson(ctx, p); err != nil {
		t.Fatal(err)
	}
	r := &record.Recording{ID: record.NewID(), PersonID: p.ID, CreatedAt: time.Now(), State: record.Queued}
	if err := sts[0].FinishUpload(ctx, "", r, func(*sql.Tx) error { return nil }); err != nil {
		t.Fatal(err)
	}
	const each = 20
	var all sync.WaitGroup
	for _, st := range sts {
		for range 2 {
			all.Go(func() {
				for i := range each {
					c := record.Correction{ID: record.NewID(), At: time.Now(), By: "x", Edit: record.Edit{Op: record.Reject, EventID: new(fmt.Sprint(i))}}
					if err := st.AddCorrection(ctx, r.ID, &c); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
	all.Wait()
	got, err := sts[1].Corrections(ctx, r.ID)
	if err != nil || len(got) != 4*each {
		t.Errorf("%d corrections, %v", len(got), err)
	}
}

// A lock is held by one process at a time, and comes free when its process closes.
func TestLock(t *testing.T) {
	for name, open := range map[string]func() [2]*store.Store{
		"SQLite": func() [2]*store.Store {
			st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "db"))
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { st.Close() })
			return [2]*store.Store{st, st}
		},
		"PostgreSQL": func() [2]*store.Store {
			url := pgtest.Database(t)
			return [2]*store.Store{connect(t, url), connect(t, url)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			sts := open()
			held, n := 0, 0
			var all sync.WaitGroup
			for i := range 8 {
				all.Go(func() {
					release, err := sts[i%2].Lock(t.Context(), "x")
					if err != nil {
						t.Error(err)
						return
					}
					if held++; held != 1 { // the race detector sees it too
						t.Error("two hold it")
					}
					n++
					held--
					release()
				})
			}
			all.Wait()
			if n != 8 {
				t.Errorf("%d held it", n)
			}
			release, err := sts[0].Lock(t.Context(), "x")
			if err != nil {
				t.Fatal(err)
			}
			defer release()
			short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
			defer cancel()
			if _, err := sts[1].Lock(short, "x"); !errors.Is(err, context.DeadlineExceeded) {
				t.Error(err)
			}
			if other, err := sts[1].Lock(t.Context(), "y"); err != nil {
				t.Error(err)
			} else {
				other()
			}
		})
	}
}

// One leads; when it leaves or its database connection is cut, another may.
func TestLead(t *testing.T) {
	url := pgtest.Database(t)
	a, b := connect(t, url), connect(t, url)
	ctx := t.Context()
	lead, err := a.Lead(ctx, "tidying")
	if err != nil || lead == nil {
		t.Fatal(lead, err)
	}
	if other, err := b.Lead(ctx, "tidying"); err != nil || other != nil {
		t.Fatal("two lead", err)
	}
	w, _ := b.DB()
	if _, err := w.ExecContext(ctx, `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()`); err != nil {
		t.Fatal(err)
	}
	var other *store.Lead
	for other == nil { // a connection that was ended lets go in a moment
		if other, err = b.Lead(ctx, "tidying"); err != nil {
			t.Fatal(err)
		}
	}
	if lead.Still(ctx) {
		t.Error("the one whose connection was cut believes that it leads")
	}
	lead.Leave()
	if !other.Still(ctx) {
		t.Error("the new one does not lead")
	}
	other.Leave()
}

// A database that stops and comes again is used again, and what it says meanwhile
// is told from other faults.
func TestDatabaseKilled(t *testing.T) {
	s := pgtest.Start(t)
	st := connect(t, s.Database(t))
	ctx := t.Context()
	add := func() error {
		return st.AddPerson(ctx, &record.Person{ID: record.NewID(), Name: "a", CreatedAt: time.Now(), UpdatedAt: time.Now()})
	}
	if err := add(); err != nil {
		t.Fatal(err)
	}
	s.Kill()
	added := 1
	err := add()
	for end := time.Now().Add(time.Minute); err == nil && time.Now().Before(end); err = add() {
		added++ // a connection's own process may outlive the server by a moment
	}
	if !store.Away(err) {
		t.Errorf("%v", err)
	}
	if err := s.Restart(); err != nil {
		t.Fatal(err)
	}
	err = add()
	for end := time.Now().Add(time.Minute); store.Away(err) && time.Now().Before(end); err = add() {
	}
	if err != nil {
		t.Error(err)
	}
	if people, err := st.People(ctx, "", "", 1000); err != nil || len(people) != added+1 {
		t.Errorf("%d people, %v", len(people), err)
	}
	if store.Away(nil) || store.Away(store.ErrNotFound) {
		t.Error("another fault")
	}
}
