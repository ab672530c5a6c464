package cli

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"facialis/phantom"
)

func TestPhantomCommand(t *testing.T) {
	dir := t.TempDir()
	bad := filepath.Join(dir, "bad.yaml")
	if err := os.WriteFile(bad, []byte("person: {skin: 9}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	odd := filepath.Join(dir, "odd.yaml")
	if err := os.WriteFile(odd, []byte("nose: long\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(dir, "out")
	for _, c := range []struct {
		name string
		args string
		code int
		says string // in what is printed
	}{
		{"list", "phantom --list", ExitOK, "primary-lower-lip"},
		{"nothing to draw", "phantom -o " + out, ExitUsage, "--preset NAME"},
		{"unknown preset", "phantom --preset grin -o " + out, ExitUsage, `no preset "grin"`},
		{"nowhere to write", "phantom --preset healthy-rest", ExitUsage, "-o DIR"},
		{"odd size", "phantom --preset healthy-rest --size 65x64 -o " + out, ExitUsage, "even sides"},
		{"not a size", "phantom --preset healthy-rest --size big -o " + out, ExitUsage, "1920x1080"},
		{"wrong side", "phantom --preset primary-eye --side up -o " + out, ExitUsage, "right or left"},
		{"no such skin", "phantom " + bad + " -o " + out, ExitUsage, "skin must be 1 to 6"},
		{"unknown field", "phantom " + odd + " -o " + out, ExitUsage, "nose"},
		{"missing file", "phantom " + filepath.Join(dir, "none.yaml") + " -o " + out, ExitUsage, "reading the spec"},
		{"drawn", "phantom --preset primary-eye --side right --seconds 8 --fps 15 --size 64x64 -o " + out, ExitOK, "120 frames"},
		{"trains too quick for the camera", "phantom --preset primary-eye --seconds 8 --fps 2 --size 64x64 -o " + out, ExitUsage, "at most half of the camera's 2 pictures a second"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var so, se bytes.Buffer
			env := &Env{Ctx: context.Background(), Stdout: &so, Stderr: &se}
			if code := Main(env, strings.Fields(c.args)); code != c.code {
				t.Errorf("exit code %d, want %d: %s", code, c.code, se.String())
			}
			if all := so.String() + se.String(); !strings.Contains(all, c.says) {
				t.Errorf("printed %q, want %q in it", all, c.says)
			}
		})
	}
	truth, err := phantom.ReadTruth(filepath.Join(out, "truth.json"))
	if err != nil {
		t.Fatal(err)
	}
	if truth.Recording.Frames != 120 || truth.Recording.Width != 64 {
		t.Errorf("truth of %+v", truth.Recording)
	}
	for _, e := range truth.Events {
		if e.Kind == "spasm" && e.Side != "right" {
			t.Errorf("--side right gave a spasm on the %s", e.Side)
		}
	}
	left, err := filepath.Glob(filepath.Join(out, ".part-*"))
	if err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}
