package store

import (
	"context"
	"errors"
	"io/fs"
	"testing"
	"testing/fstest"

	"facialis/internal/service/pgtest"

	"github.com/pressly/goose/v3"
)

// version is a program that knows so many of the migrations.
func version(t *testing.T, s *Store, known fs.FS) error {
	t.Helper()
	p, err := goose.NewProvider(goose.DialectPostgres, s.w, known, goose.WithAllowOutofOrder(true), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.compatible(t.Context(), p, known); err != nil {
		return err
	}
	if _, err := p.Up(t.Context()); err != nil {
		t.Fatal(err)
	}
	return s.leaveBehind(t.Context(), known)
}

// An upgrade while the program is used: what is new is added first, what is old
// goes when no program that needs it runs any more, and then such a one does not
// start again.
func TestRollingUpgrade(t *testing.T) {
	ctx := context.Background()
	url := pgtest.Database(t)
	open := func() *Store {
		s, err := Connect(ctx, url)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
	s := open()
	_, files, _, err := s.pg.migrations()
	if err != nil {
		t.Fatal(err)
	}
	read := func(names ...string) fstest.MapFS {
		m := fstest.MapFS{}
		all, err := fs.ReadDir(files, ".")
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range all {
			if f.IsDir() {
				continue
			}
			text, err := fs.ReadFile(files, f.Name())
			if err != nil {
				t.Fatal(err)
			}
			m[f.Name()] = &fstest.MapFile{Data: text}
		}
		for _, n := range names {
			m[n] = &fstest.MapFile{Data: []byte(map[string]string{
				"90001_add.sql":  "-- +goose Up\nALTER TABLE person ADD COLUMN called TEXT NOT NULL DEFAULT '';\n",
				"90002_take.sql": "-- contract: 90001\n-- +goose Up\nALTER TABLE person DROP COLUMN code;\n",
			}[n])}
		}
		return m
	}
	first, second, third := read(), read("90001_add.sql"), read("90001_add.sql", "90002_take.sql")

	old, later := open(), open()
	if err := errors.Join(version(t, old, first), old.Beat(ctx, "old", "worker", "1")); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(version(t, s, second), s.Beat(ctx, "new", "worker", "2")); err != nil {
		t.Fatal(err)
	}
	if all, err := old.Members(ctx); err != nil || len(all) != 2 {
		t.Errorf("%v %v", all, err)
	}
	if err := version(t, later, first); err != nil {
		t.Errorf("the old program does not run beside the new one: %v", err)
	}
	if err := version(t, later, third); !errors.Is(err, ErrOlderRuns) {
		t.Errorf("the old program still runs: %v", err)
	}
	if err := old.Bye(ctx, "old"); err != nil {
		t.Fatal(err)
	}
	if err := version(t, later, third); err != nil {
		t.Errorf("the second program runs: %v", err)
	}
	if err := version(t, later, second); err != nil {
		t.Errorf("the second program does not need what is gone: %v", err)
	}
	if err := version(t, later, first); !errors.Is(err, ErrTooOld) {
		t.Errorf("the first program starts again: %v", err)
	}
}
