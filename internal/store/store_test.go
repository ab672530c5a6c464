package store_test

import (
	"context"
	"path/filepath"
	"testing"

	"facialis/internal/store"
	"facialis/internal/store/storetest"
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
