// Package recordings tells tests where the real recordings lie, which are not
// part of the project.
package recordings

import (
	"os"
	"path/filepath"
	"testing"
)

// Folder is the folder that FACIALIS_RECORDINGS names, or else shared/recordings
// beside the checkout; root is the way from the test's own folder to the
// checkout's. Where there is none, the test is skipped, and says so.
func Folder(t testing.TB, root string) string {
	t.Helper()
	dir := os.Getenv("FACIALIS_RECORDINGS")
	if dir == "" {
		dir = filepath.Join(root, "..", "shared", "recordings")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skip("the real recordings are not here; set FACIALIS_RECORDINGS to their folder")
	}
	return dir
}
