package internal_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// The version comes out of the tag, in a clone too: the same in the program, in every
// result and in the releases, which take it from scripts/version (make dist-test reads it
// back from a result).
func TestVersionComesFromTheTag(t *testing.T) {
	script, err := os.ReadFile("../scripts/version")
	if err != nil {
		t.Fatal(err)
	}
	origin, clone := t.TempDir(), filepath.Join(t.TempDir(), "clone")
	git := func(dir string, args ...string) {
		t.Helper()
		cmd := exec.Command("git", append([]string{"-C", dir, "-c", "user.name=x", "-c", "user.email=x@localhost"}, args...)...)
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("git %v: %v %s", args, err, out)
		}
	}
	holds := func(dir, pattern string) {
		t.Helper()
		out, err := exec.Command("/bin/sh", filepath.Join(dir, "scripts/version")).Output()
		if v := strings.TrimSpace(string(out)); err != nil || !regexp.MustCompile("^"+pattern+"$").MatchString(v) {
			t.Errorf("the version is %q, not %s (%v)", v, pattern, err)
		}
	}
	if err := os.Mkdir(filepath.Join(origin, "scripts"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(origin, "scripts/version"), script, 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("GIT_CEILING_DIRECTORIES", filepath.Dir(origin))
	holds(origin, `0\.0\.0-dev`)
	git(origin, "init", "-q")
	git(origin, "add", ".")
	git(origin, "commit", "-qm", "a")
	holds(origin, `0\.0\.0-dev-g[0-9a-f]+`)
	git(origin, "tag", "-a", "v1.2.3", "-m", "a")
	git(origin, "tag", "-a", "other", "-m", "no version")
	git(origin, "clone", "-q", origin, clone)
	holds(clone, `1\.2\.3`)
	git(clone, "commit", "-q", "--allow-empty", "-m", "b")
	holds(clone, `1\.2\.3-1-g[0-9a-f]+`)
	if err := os.WriteFile(filepath.Join(clone, "scripts/version"), append(script, '\n'), 0o755); err != nil {
		t.Fatal(err)
	}
	holds(clone, `1\.2\.3-1-g[0-9a-f]+-dirty`)
}
