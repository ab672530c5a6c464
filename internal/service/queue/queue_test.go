package queue_test

import (
	"context"
	"path/filepath"
	"testing"

	"facialis/internal/service/pgtest"
	"facialis/internal/service/queue/queuetest"
	"facialis/internal/service/store"
)

func TestMain(m *testing.M) { pgtest.Main(m) }

func TestSQLite(t *testing.T) {
	queuetest.Exercise(t, func(t testing.TB) queuetest.Database {
		st, err := store.Open(context.Background(), filepath.Join(t.TempDir(), "db"))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { st.Close() })
		return queuetest.Database{DB: st.QueueDB()}
	})
}

func TestPostgreSQL(t *testing.T) {
	open := func(t testing.TB) queuetest.Database {
		st, err := store.Connect(context.Background(), pgtest.Database(t))
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { st.Close() })
		return queuetest.Database{DB: st.QueueDB(), Pool: st.Pool()}
	}
	queuetest.Exercise(t, open)
	queuetest.Shared(t, open)
}
