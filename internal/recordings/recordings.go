// Package recordings tells tests where the real recordings lie, which are not
// part of the project.
package recordings

import (
	"os"
	"os/exec"
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

// Still is a recording of one frame that holds the picture at path as it is: a
// picture by itself is not a recording and is refused.
func Still(t testing.TB, path string) string {
	t.Helper()
	out := filepath.Join(t.TempDir(), "still.mkv")
	if said, err := exec.Command("ffmpeg", "-v", "error", "-nostdin", "-i", path, "-pix_fmt", "gbrp", "-c:v", "utvideo", out).CombinedOutput(); err != nil {
		t.Fatalf("making a recording of %s: %v: %s", filepath.Base(path), err, said)
	}
	return out
}
