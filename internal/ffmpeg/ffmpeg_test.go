package ffmpeg

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func stub(t *testing.T, script string) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "ffmpeg"), []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
}

// What makes no progress is ended, also when a program that it started holds its
// pipes open.
func TestStall(t *testing.T) {
	for _, script := range []string{"exec sleep 60", "sleep 60", "while :; do echo frame=1; sleep 0.05; done"} {
		stub(t, script)
		start := time.Now()
		err := Run(context.Background(), Call{Stall: 200 * time.Millisecond})
		if !errors.Is(err, ErrStalled) || time.Since(start) > 30*time.Second {
			t.Errorf("%s: %v after %v", script, err, time.Since(start))
		}
		if _, err := Output(context.Background(), Call{Stall: 200 * time.Millisecond}); !errors.Is(err, ErrStalled) {
			t.Errorf("%s: %v", script, err)
		}
	}
}

// What makes progress may take as long as it needs.
func TestSlowIsNoStall(t *testing.T) {
	stub(t, "for i in 1 2 3 4 5 6 7 8; do echo frame=$i; sleep 0.25; done")
	if err := Run(context.Background(), Call{Stall: 1500 * time.Millisecond}); err != nil {
		t.Error(err)
	}
}

func TestErrors(t *testing.T) {
	if err := Run(context.Background(), Call{Args: []string{"-i", "nowhere.mp4", "-f", "null", "-"}, Stall: time.Minute}); err == nil || !strings.Contains(err.Error(), "nowhere.mp4") {
		t.Errorf("%v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := Run(ctx, Call{Stall: time.Minute}); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
	t.Setenv("PATH", "")
	if err := Run(context.Background(), Call{Stall: time.Minute}); !errors.Is(err, exec.ErrNotFound) {
		t.Errorf("without ffmpeg: %v", err)
	}
}

// The real program tells of its progress.
func TestProgress(t *testing.T) {
	out := filepath.Join(t.TempDir(), "a.mp4")
	args := []string{"-re", "-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=3", "-c:v", "libx264", out}
	if err := Run(context.Background(), Call{Args: args, Stall: 2 * time.Second}); err != nil {
		t.Error(err)
	}
}
