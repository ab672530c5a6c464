package sources

import (
	"os"
	"path/filepath"
	"testing"
)

func TestVersion(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	version := func() string {
		v, err := Version([]string{"page.go"}, dir)
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	write("a.go", "package a\nvar x = 1\n")
	before := version()
	write("a_test.go", "package a\nvar y = 1\n")
	write("page.go", "package a\nvar z = 1\n")
	write("a.go", "// Package a.\npackage a\n\nvar x  =  1 // one\n")
	if version() != before {
		t.Error("comments, space, a test or a skipped file changed the version")
	}
	write("a.go", "package a\nvar x = 2\n")
	if version() == before {
		t.Error("another word did not change the version")
	}
	if _, err := Version(nil, filepath.Join(dir, "none")); err == nil {
		t.Error("a folder without sources has a version")
	}
}
