package video

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// A look into the headers that takes too long is tried again with more time, and
// is never called the file's fault.
func TestSlowProbe(t *testing.T) {
	path := makeVideo(t, "a.mp4", "-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=1", "-pix_fmt", "yuv420p")
	real, err := exec.LookPath("ffprobe")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "ffprobe"), []byte("#!/bin/sh\nsleep 0.5\nexec '"+real+"' \"$@\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+string(filepath.ListSeparator)+os.Getenv("PATH"))
	limits := probeLimits
	defer func() { probeLimits = limits }()

	probeLimits = []time.Duration{50 * time.Millisecond, time.Minute}
	if info, err := Probe(context.Background(), path); err != nil || info.Width != 64 {
		t.Errorf("with more time: %+v, %v", info, err)
	}
	probeLimits = []time.Duration{50 * time.Millisecond, 50 * time.Millisecond}
	if _, err := Probe(context.Background(), path); !errors.Is(err, ErrBusy) || Unreadable(err) || errors.Is(err, ErrUndecodable) {
		t.Errorf("always too slow: %v", err)
	}
}
