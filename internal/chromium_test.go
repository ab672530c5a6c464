package internal_test

import (
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// unboxed are the files that may start Chromium without its sandbox: it shows pages
// of this program to developers and tests there.
var unboxed = []string{"models/cmd/oracle/main.go", "web/scripts/icons.sh", "web/scripts/zoom.mjs", "web/tests/harness.ts"}

// Nothing else switches the sandbox off.
func TestChromiumKeepsItsSandbox(t *testing.T) {
	var found []string
	err := filepath.WalkDir(module, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			if slices.Contains([]string{"node_modules", "dist", "build", "bin", "lib", "docs", ".git"}, d.Name()) {
				return filepath.SkipDir
			}
			return nil
		}
		if strings.HasSuffix(path, "_test.go") || !d.Type().IsRegular() {
			return nil
		}
		b, err := os.ReadFile(path)
		if err == nil && strings.Contains(string(b), "--no-"+"sandbox") {
			rel, _ := filepath.Rel(module, path)
			found = append(found, filepath.ToSlash(rel))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	if !slices.Equal(found, unboxed) {
		t.Errorf("Chromium's sandbox is switched off in %q, allowed are %q", found, unboxed)
	}
}

// A page is photographed without privileges, and a failure says why.
func TestPhotograph(t *testing.T) {
	if _, err := exec.LookPath("setpriv"); err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	write := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o700); err != nil {
			t.Fatal(err)
		}
		return path
	}
	page, out := write("report.html", "<p>page"), filepath.Join(dir, "out.png")
	// The user nobody starts it too.
	open, err := os.MkdirTemp("", "facialis-chromium-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(open)
	if err := os.Chmod(open, 0o755); err != nil {
		t.Fatal(err)
	}
	program := filepath.Join(open, "chromium")
	pretend := func(script string) (string, error) {
		if err := os.WriteFile(program, []byte("#!/bin/sh\n"+script), 0o755); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("../scripts/photograph", page, "1100x1428", out)
		cmd.Env = append(os.Environ(), "FACIALIS_CHROMIUM="+program)
		said, err := cmd.CombinedOutput()
		return string(said), err
	}
	said, err := pretend(`for a; do case $a in --screenshot=*) out=${a#*=};; esac; done; { id -u; cat "${out%.png}.html"; echo " $HOME $@"; } > "$out"` + "\n")
	if err != nil {
		t.Fatal(err, said)
	}
	b, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	got := string(b)
	if strings.HasPrefix(got, "0\n") || strings.Contains(got, "sandbox") || !strings.Contains(got, "<p>page") || !strings.Contains(got, "--window-size=1100,1428") || strings.Contains(got, " "+os.Getenv("HOME")+" ") {
		t.Errorf("Chromium ran so: %s", got)
	}
	if said, err := pretend("echo no usable sandbox >&2; exit 1\n"); err == nil || !strings.Contains(said, "no usable sandbox") {
		t.Errorf("a failure says %q, %v", said, err)
	}
}
