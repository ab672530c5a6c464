package queue_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	"facialis/internal/service/queue/queuetest"
	"facialis/internal/service/store"
)

func TestSQLite(t *testing.T) {
	queuetest.Exercise(t, func(t testing.TB) *sql.DB {
		st, err := store.Open(context.Background(), filepath.Join(t.TempDir(), "db"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { st.Close() })
		return st.QueueDB()
	})
}
