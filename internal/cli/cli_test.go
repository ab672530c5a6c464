package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"facialis/anatomy"
	"facialis/event"
	"facialis/internal/cli"
	"facialis/internal/schematest"
	"facialis/phantom"
	"facialis/report"
)

// TestMain lets the scripts run this test's own binary as facialis, with what
// cmd/facialis does.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"facialis": func() {
		ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
		code := cli.Main(&cli.Env{Ctx: ctx, Stdin: os.Stdin, Stdout: os.Stdout, Stderr: os.Stderr}, os.Args[1:])
		stop()
		os.Exit(code)
	}})
}

// clip is a few seconds of a drawn face, made once for all scripts.
type clip struct {
	once sync.Once
	path string
	err  error
}

func (c *clip) get(dir string) (string, error) {
	c.once.Do(func() {
		spec, err := phantom.Preset("primary-mouth")
		if err != nil {
			c.err = err
			return
		}
		spec.SetSeconds(4)
		spec.Camera.Width, spec.Camera.Height, spec.Camera.FPS, spec.Seed = 480, 360, 15, 3
		c.path = filepath.Join(dir, "face.mp4")
		_, c.err = phantom.Render(context.Background(), spec, c.path, nil)
	})
	return c.path, c.err
}

func TestScripts(t *testing.T) {
	lib, err := filepath.Abs("../../lib")
	if err != nil {
		t.Fatal(err)
	}
	var c clip
	dir := t.TempDir()
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(e *testscript.Env) error {
			path, err := c.get(dir)
			if err != nil {
				return fmt.Errorf("drawing the clip: %w", err)
			}
			e.Setenv("FACIALIS_LIB", lib)
			e.Setenv("CLIP", path)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"code":      code,
			"schema":    schema,
			"sided":     sided,
			"interrupt": interrupt,
			"rows":      rows,
			"remember":  remember,
			"unchanged": unchanged,
		},
	})
}

// code runs "code N program args…": the program must end with exit code N.
func code(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: code N program args…")
	}
	err := ts.Exec(args[1], args[2:]...)
	got := 0
	if exit, ok := err.(*exec.ExitError); ok {
		got = exit.ExitCode()
	} else if err != nil {
		ts.Fatalf("%v", err)
	}
	if fmt.Sprint(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

// schema runs "schema file": the file must hold to the contract of
// analysis.json.
func schema(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: schema file")
	}
	ts.Check(schematest.Validate(report.SchemaJSON, []byte(ts.ReadFile(args[0]))))
}

// sided runs "sided file side": the analysis must hold one-sided spasms, all on
// that side. What it calls other it calls too faint to say anything of.
func sided(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: sided file right|left")
	}
	var a report.Analysis
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &a))
	n := 0
	for _, e := range a.Events {
		if e.Side == anatomy.Both || e.Kind == event.Other {
			continue
		}
		n++
		if string(e.Side) != args[1] {
			ts.Fatalf("%s at %.2f s is on the %s, not the %s", e.Kind, e.OnsetS, e.Side, args[1])
		}
	}
	if n == 0 {
		ts.Fatalf("no one-sided spasm among %d", len(a.Events))
	}
}

// decodes reports whether a process has a decoder running: a child of its name, of
// which the system keeps fifteen letters.
func decodes(pid int) bool {
	lists, _ := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	for _, list := range lists {
		b, _ := os.ReadFile(list)
		for _, child := range strings.Fields(string(b)) {
			if name, _ := os.ReadFile("/proc/" + child + "/comm"); slices.Contains([]string{"ffmpeg", "facialis-decode"}, strings.TrimSpace(string(name))) {
				return true
			}
		}
	}
	return false
}

// interrupt runs "interrupt program args…": the program is interrupted, as Ctrl-C does,
// once its clip is being worked on, and must end within a second with code 130.
func interrupt(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: interrupt program args…")
	}
	path := args[0]
	if found, err := exec.LookPath(path); err == nil {
		path = found
	}
	cmd := exec.Command(path, args[1:]...)
	cmd.Dir = ts.Getenv("WORK")
	cmd.Env = append(os.Environ(), "FACIALIS_LIB="+ts.Getenv("FACIALIS_LIB"))
	var errs bytes.Buffer
	cmd.Stderr = &errs
	ts.Check(cmd.Start())
	done := make(chan error, 1)
	go func() { done <- cmd.Wait() }()
	for !decodes(cmd.Process.Pid) {
		select {
		case err := <-done:
			ts.Fatalf("it ended by itself: %v\n%s", err, errs.String())
		case <-time.After(10 * time.Millisecond):
		}
	}
	ts.Check(cmd.Process.Signal(os.Interrupt))
	select {
	case <-done:
	case <-time.After(time.Minute): // hangs; how quick it is, a busy machine decides
		ts.Check(cmd.Process.Kill())
		ts.Fatalf("it did not end after the interrupt")
	}
	if c := cmd.ProcessState.ExitCode(); c != cli.ExitStopped {
		ts.Fatalf("exit code %d, want %d\n%s", c, cli.ExitStopped, errs.String())
	}
}
