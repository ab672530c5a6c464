// Package foldertest opens data folders for tests, or what machines share in place
// of each: a database and an S3 server, so that the same tests hold on both.
package foldertest

import (
	"context"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"facialis/internal/service/folder"
	"facialis/internal/service/pgtest"
	"facialis/internal/service/s3test"
)

// On is the variable of the environment that has the tests run on PostgreSQL and
// an S3 server where it is "cluster".
const On = "FACIALIS_TEST_ON"

// Shared reports whether tests run on what machines share.
func Shared() bool { return os.Getenv(On) == "cluster" }

var places struct {
	sync.Mutex
	by map[string]folder.Shared
}

// Open opens the data folder dir, or in its place always the same database and
// store of films.
func Open(t pgtest.T, dir string) *folder.Folder {
	t.Helper()
	f, err := folder.Open(context.Background(), dir)
	if Shared() {
		if err == nil {
			f.Close()
		}
		f, err = folder.OpenShared(context.Background(), place(t, dir))
	}
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func place(t pgtest.T, dir string) folder.Shared {
	t.Helper()
	places.Lock()
	defer places.Unlock()
	at, ok := places.by[dir]
	if !ok {
		at = folder.Shared{Database: pgtest.Database(t), Blobs: s3test.Store(t), Spool: filepath.Join(dir, "spool")}
		if places.by == nil {
			places.by = map[string]folder.Shared{}
		}
		places.by[dir] = at
	}
	return at
}

// OnDisk passes a test over that looks at the files of a data folder or is about
// one alone.
func OnDisk(t testing.TB) {
	t.Helper()
	if Shared() {
		t.Skip("about a data folder alone")
	}
}

// Main runs the tests of a package and ends the servers that they shared.
func Main(m *testing.M) {
	code := m.Run()
	s3test.Close()
	pgtest.Close()
	os.Exit(code)
}
