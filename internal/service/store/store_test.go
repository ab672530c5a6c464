package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"facialis/internal/service/keyring"
	"facialis/internal/service/keyring/keyringtest"
	"facialis/internal/service/pgtest"
	"facialis/internal/service/store"
	"facialis/internal/service/store/storetest"
)

func TestSQLite(t *testing.T) {
	storetest.Exercise(t, func(t testing.TB) *store.Store {
		st, err := store.Open(context.Background(), filepath.Join(t.TempDir(), "a b?c.db"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			if err := st.Close(); err != nil {
				t.Error(err)
			}
		})
		return st
	})
}

// Everything holds in an encrypted database too.
func TestSealed(t *testing.T) {
	storetest.Exercise(t, func(t testing.TB) *store.Store {
		st, err := store.Open(context.Background(), filepath.Join(t.TempDir(), "sealed.db"))
		if err != nil {
			t.Fatal(err)
		}
		keys, err := keyring.Create(filepath.Join(t.TempDir(), keyring.File), keyringtest.Source(t))
		if err != nil {
			t.Fatal(err)
		}
		st.Seal(keys)
		t.Cleanup(func() {
			if err := st.Close(); err != nil {
				t.Error(err)
			}
		})
		return st
	})
}

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestPostgreSQL(t *testing.T) {
	storetest.Exercise(t, func(t testing.TB) *store.Store { return connect(t, pgtest.Database(t)) })
}

// connect opens a PostgreSQL database until the test ends.
func connect(t testing.TB, url string) *store.Store {
	t.Helper()
	st, err := store.Connect(context.Background(), url)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	return st
}

// A disk without room is told from every other fault.
func TestFull(t *testing.T) {
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "db"))
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	w, _ := st.DB()
	if _, err := w.Exec(`PRAGMA max_page_count = 1`); err != nil { // no less than there is
		t.Fatal(err)
	}
	if _, err = w.Exec(`INSERT INTO trash (key) VALUES ($1)`, strings.Repeat("x", 1<<20)); !store.Full(err) {
		t.Error(err)
	}
	if _, err = w.Exec(`INSERT INTO nothing (key) VALUES (1)`); err == nil || store.Full(err) {
		t.Error(err)
	}
	if !store.Full(fmt.Errorf("writing: %w", &os.PathError{Err: syscall.ENOSPC})) || store.Full(nil) {
		t.Error("ENOSPC")
	}
}

// Several processes may open a new database at once.
func TestOpenedAtOnce(t *testing.T) {
	path := filepath.Join(t.TempDir(), "new.db")
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			st, err := store.Open(context.Background(), path)
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
