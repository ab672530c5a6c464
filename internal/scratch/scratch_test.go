package scratch

import (
	"os"
	"testing"
)

// What was written can be read, and nothing is left in the folder.
func TestFile(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Setenv("TMP", dir) // Windows
	f, err := New("facialis-test-")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.WriteAt([]byte("words"), 1000); err != nil {
		t.Fatal(err)
	}
	b := make([]byte, 5)
	if _, err := f.ReadAt(b, 1000); err != nil || string(b) != "words" {
		t.Errorf("read back %q: %v", b, err)
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(dir); len(left) != 0 {
		t.Errorf("%d files are left", len(left))
	}
}

func TestNowhere(t *testing.T) {
	t.Setenv("TMPDIR", "/no/such/folder")
	t.Setenv("TMP", "/no/such/folder")
	if _, err := New("facialis-test-"); err == nil {
		t.Error("a file was made where there is no folder")
	}
}
