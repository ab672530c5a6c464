// Package jailtest puts something in the way of the programs that read films, for
// tests.
package jailtest

import (
	"os"
	"path/filepath"
	"testing"

	"facialis/internal/libdir"
)

// program is the jail's file name.
const program = "facialis-jail"

// Stub runs a shell script outside the jail in place of a jailed program (ffmpeg,
// ffprobe, facialis-decoder) for the rest of the test; "" is any of them. Of the
// environment the script has nothing. "$REAL" "$@" in it is the jail with the
// program itself.
func Stub(t testing.TB, of, script string) {
	t.Helper()
	lib, err := libdir.Find("film programs", func(dir string) bool { return libdir.IsFile(filepath.Join(dir, program)) })
	if err != nil {
		t.Fatal(err)
	}
	names, err := os.ReadDir(lib)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for _, n := range names {
		if n.Name() == program {
			continue
		}
		if err := os.Symlink(filepath.Join(lib, n.Name()), filepath.Join(dir, n.Name())); err != nil {
			t.Fatal(err)
		}
	}
	sh := "#!/bin/sh\nREAL='" + filepath.Join(lib, program) + "'\n"
	if of != "" {
		sh += `case "$1" in '{"program":"'*'/` + of + `","args"'*) ;; *) exec "$REAL" "$@";; esac` + "\n"
	}
	if err := os.WriteFile(filepath.Join(dir, program), []byte(sh+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("FACIALIS_LIB", dir)
}
