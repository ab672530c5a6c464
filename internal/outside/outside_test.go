//go:build linux

package outside

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"facialis/anatomy"
	"facialis/phantom"
)

// caller is a program of somebody else's that reads a video, or analyzes it. It
// notes each of its starts in the file that STARTS names, or would say so where it
// cannot.
const caller = `package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"facialis"
	"facialis/video"
)

func init() {
	f, err := os.OpenFile(os.Getenv("STARTS"), os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		fmt.Fprintln(os.Stderr, "started again:", err)
		os.Exit(99)
	}
	fmt.Fprintln(f, os.Args)
	f.Close()
}

func main() {
	if len(os.Args) > 2 {
		analyze()
		return
	}
	r, err := video.Open(context.Background(), os.Args[1], video.Options{})
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
	defer r.Close()
	n := 0
	for {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		n++
		f.Release()
	}
	fmt.Println(n, "pictures", r.DecodeWarning())
}

func analyze() {
	a, err := facialis.Analyze(context.Background(), os.Args[1], facialis.Options{})
	if err != nil {
		fmt.Println(errors.Is(err, facialis.ErrMissing), err)
		os.Exit(1)
	}
	fmt.Print(a.State(), ", ", a.Recording.Frames, " pictures, version ", a.Provenance.Version)
	for _, e := range a.Events {
		fmt.Printf(", %s of the %s at %.1f s", e.Kind, e.Side, e.OnsetS)
	}
	fmt.Println()
}
`

// A program outside this module that uses it as a library reads and analyzes
// videos and is never started again: networks and helpers are found in the folder
// FACIALIS_LIB.
func TestLibraryCaller(t *testing.T) {
	here, err := filepath.Abs(filepath.Join("..", ".."))
	if err != nil {
		t.Fatal(err)
	}
	lib := filepath.Join(here, "lib")
	for _, name := range []string{"facialis-jail", "facialis-decoder", ".models"} {
		if _, err := os.Stat(filepath.Join(lib, name)); err != nil {
			t.Skip("run 'make build' first: ", err)
		}
	}
	dir := t.TempDir()
	write := func(name, text string, mode os.FileMode) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
		return path
	}
	mod, err := os.ReadFile(filepath.Join(here, "go.mod"))
	if err != nil {
		t.Fatal(err)
	}
	sum, err := os.ReadFile(filepath.Join(here, "go.sum"))
	if err != nil {
		t.Fatal(err)
	}
	// The same versions of everything, so that nothing is fetched.
	text := strings.Replace(string(mod), "module facialis\n", "module elsewhere\n\nrequire facialis v0.0.0\n\nreplace facialis => "+here+"\n", 1)
	write("go.mod", text, 0o600)
	write("go.sum", string(sum), 0o600)
	write("main.go", caller, 0o600)
	build := exec.Command("go", "build", "-mod=mod", "-o", "elsewhere", ".")
	build.Dir = dir
	// As make compiles, so that nothing is compiled again.
	build.Env = append(os.Environ(), "GOFLAGS=-trimpath", "GOWORK=off", "GOPROXY=off")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building: %v: %s", err, out)
	}
	film := filepath.Join(dir, "film.mp4")
	if out, err := exec.Command("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=64x64:rate=10:duration=1", "-pix_fmt", "yuv420p", film).CombinedOutput(); err != nil {
		t.Fatalf("making a film: %v: %s", err, out)
	}

	// A folder with a jail that notes what it is to run.
	helpers, log := filepath.Join(dir, "helpers"), filepath.Join(dir, "asked")
	if err := os.Mkdir(helpers, 0o700); err != nil {
		t.Fatal(err)
	}
	write("helpers/facialis-jail", "#!/bin/sh\nprintf '%s\\n' \"$1\" >> '"+log+"'\nexec '"+filepath.Join(lib, "facialis-jail")+"' \"$1\"\n", 0o700)
	files, err := os.ReadDir(lib)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Name() == "facialis-jail" {
			continue
		}
		if err := os.Symlink(filepath.Join(lib, f.Name()), filepath.Join(helpers, f.Name())); err != nil {
			t.Fatal(err)
		}
	}
	starts := filepath.Join(dir, "starts")
	call := func(lib string, args ...string) (string, []string) {
		t.Helper()
		os.Remove(starts)
		cmd := exec.Command(filepath.Join(dir, "elsewhere"), args...)
		cmd.Env = append(os.Environ(), "STARTS="+starts, "FACIALIS_LIB="+lib)
		cmd.Dir = dir
		out, _ := cmd.CombinedOutput()
		b, err := os.ReadFile(starts)
		if err != nil {
			t.Fatal(err)
		}
		return strings.TrimSpace(string(out)), strings.Split(strings.TrimSpace(string(b)), "\n")
	}
	said, begun := call(helpers, film)
	if said != "10 pictures" || len(begun) != 1 {
		t.Errorf("it says %q and was started by %q", said, begun)
	}
	asked, err := os.ReadFile(log)
	if err != nil {
		t.Fatalf("the jail in FACIALIS_LIB was not used: %v", err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(asked)), "\n") {
		var cell struct {
			Program string `json:"program"`
		}
		if err := json.Unmarshal([]byte(line), &cell); err != nil || cell.Program != filepath.Join(helpers, "facialis-decoder") {
			t.Errorf("the jail runs %q (%v)", cell.Program, err)
		}
	}
	// Without the helpers it says so, in one line, and nothing else is tried.
	said, begun = call(t.TempDir(), film)
	if !strings.Contains(said, "FACIALIS_LIB") || strings.Contains(said, "\n") || len(begun) != 1 {
		t.Errorf("without the helpers it says %q and was started by %q", said, begun)
	}
	face := filepath.Join(dir, "face.mp4")
	if _, err := phantom.Render(t.Context(), &phantom.Spec{
		Name: "face", Seed: 4, Seconds: 3, Blinks: phantom.Blinks{RatePerMin: -1},
		Camera: phantom.Camera{Width: 480, Height: 480, FPS: 30, FaceHeight: 0.66},
		Events: []phantom.EventSpec{{At: 1.5, Side: anatomy.Left, Regions: []phantom.RegionSpec{{Region: anatomy.Zygomaticus, MM: 3, Share: 1}}}},
	}, face, nil); err != nil {
		t.Fatal(err)
	}
	said, begun = call(helpers, face, "analyze")
	if said != "measured, 90 pictures, version v0.0.0, spasm of the left at 1.5 s" || len(begun) != 1 {
		t.Errorf("it finds %q and was started by %q", said, begun)
	}
	said, begun = call(t.TempDir(), face, "analyze")
	if !strings.HasPrefix(said, "true ") || !strings.Contains(said, "FACIALIS_LIB") || len(begun) != 1 {
		t.Errorf("without the networks it says %q and was started by %q", said, begun)
	}
}
