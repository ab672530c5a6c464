package main

import (
	"context"
	"errors"
	"math"
	"os"
	"path/filepath"
	"testing"

	"facialis/event"
)

// TestTracesAreKept measures once, and again after another version or a file
// that was cut short.
func TestTracesAreKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.mp4")
	measured := 0
	measure := func(context.Context, string) (*event.Trace, error) {
		measured++
		return &event.Trace{MMPerPx: math.NaN()}, nil
	}
	look := func(version string) {
		t.Helper()
		found, err := find("test", version, measure)(context.Background(), path)
		if err != nil {
			t.Fatal(err)
		}
		if len(found.Events) != len(levels) {
			t.Fatalf("%d lists of events for %d levels", len(found.Events), len(levels))
		}
	}
	want := func(n int, why string) {
		t.Helper()
		if measured != n {
			t.Errorf("measured %d times, want %d: %s", measured, n, why)
		}
	}
	look("1")
	look("1")
	want(1, "the trace is kept")
	look("2")
	want(2, "another version")
	if err := os.Truncate(filepath.Join(filepath.Dir(path), "a.test"), 9); err != nil {
		t.Fatal(err)
	}
	look("2")
	want(3, "the file was cut short")
	if _, err := find("bad", "1", func(context.Context, string) (*event.Trace, error) { return nil, errors.New("no face") })(context.Background(), path); err == nil {
		t.Error("a measure that failed gave no error")
	}
}
