package store_test

import (
	"context"
	"path/filepath"
	"sync"
	"testing"

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
