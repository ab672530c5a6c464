// Package libdir finds the folder that holds what the program was built with
// and cannot carry inside itself: the models, the library that runs them, and
// the programs that read films.
package libdir

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// ErrMissing is wrapped by the errors about something that is not there.
var ErrMissing = errors.New("run 'make build', or set FACIALIS_LIB to the folder that holds them")

// Find gives the first folder that holds what is sought: the one that
// FACIALIS_LIB names, else lib/ beside the program, else lib/ beside the
// program's own folder, else /usr/lib/facialis. Only a program that the go tool
// built for one run (a test) also looks for lib/ in the folders above the
// current one, so that no folder a user happens to stand in can slip its own
// library in. What names what is sought, for the error.
func Find(what string, holds func(dir string) bool) (string, error) {
	if dir := os.Getenv("FACIALIS_LIB"); dir != "" {
		if !holds(dir) {
			return "", fmt.Errorf("no %s in %s (from FACIALIS_LIB): %w", what, dir, ErrMissing)
		}
		return dir, nil
	}
	for _, dir := range candidates() {
		if holds(dir) {
			return dir, nil
		}
	}
	return "", fmt.Errorf("the %s are missing: %w", what, ErrMissing)
}

func candidates() []string {
	var dirs []string
	if exe, err := os.Executable(); err == nil {
		if real, err := filepath.EvalSymlinks(exe); err == nil {
			exe = real
		}
		here := filepath.Dir(exe)
		dirs = append(dirs, filepath.Join(here, "lib"), filepath.Join(filepath.Dir(here), "lib"))
		if strings.HasSuffix(strings.TrimSuffix(exe, ".exe"), ".test") || strings.Contains(exe, "go-build") {
			dirs = append(dirs, above("lib")...)
		}
	}
	return append(dirs, "/usr/lib/facialis")
}

// above lists name in the current folder and in each above it.
func above(name string) []string {
	dir, err := os.Getwd()
	if err != nil {
		return nil
	}
	var dirs []string
	for {
		dirs = append(dirs, filepath.Join(dir, name))
		up := filepath.Dir(dir)
		if up == dir {
			return dirs
		}
		dir = up
	}
}

// IsFile reports whether path is a regular file.
func IsFile(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}
