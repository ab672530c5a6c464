package blob_test

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"facialis/internal/service/blob"
	"facialis/internal/service/blob/blobtest"
)

func open(t testing.TB, dir string) *blob.Dir {
	d, err := blob.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { d.Close() })
	return d
}

func TestDir(t *testing.T) {
	blobtest.Exercise(t, func(t testing.TB) *blob.Dir { return open(t, filepath.Join(t.TempDir(), "new")) })
}

// A link that leads out of the folder is not followed.
func TestLinksLeadNowhere(t *testing.T) {
	outside, dir := t.TempDir(), t.TempDir()
	d := open(t, dir)
	if err := os.Symlink(outside, filepath.Join(dir, "out")); err != nil {
		t.Skip("no links here")
	}
	if err := d.Put("out/x", func(io.Writer) error { return nil }); err == nil {
		t.Error("written through a link")
	}
	if names, _ := os.ReadDir(outside); len(names) != 0 {
		t.Error("something is outside")
	}
}

// Sweep takes what a broken Put left and nothing else.
func TestSweep(t *testing.T) {
	dir := t.TempDir()
	d := open(t, dir)
	for _, n := range []string{".part-1-1", "kept"} {
		if err := os.WriteFile(filepath.Join(dir, n), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := d.Make("a"); err != nil {
		t.Fatal(err)
	}
	if err := os.Rename(filepath.Join(dir, ".part-1-1"), filepath.Join(dir, "a", ".part-1-1")); err != nil {
		t.Fatal(err)
	}
	if err := d.Sweep("a"); err != nil {
		t.Fatal(err)
	}
	if names, err := d.List("a"); err != nil || len(names) != 0 {
		t.Error(names, err)
	}
}
