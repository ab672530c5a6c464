package video

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"facialis/internal/jail/jailtest"
)

// What gets no further is ended, also when a program that it started holds its
// pipes open, and also when it goes on saying the same.
func TestFFmpegStalls(t *testing.T) {
	path := makeVideo(t, "a.mp4", "-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=1", "-pix_fmt", "yuv420p")
	info, err := Probe(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	for _, script := range []string{"exec sleep 60", "sleep 60", "while :; do echo frame=1 >&4; sleep 0.05; done"} {
		jailtest.Stub(t, "ffmpeg", script)
		start := time.Now()
		_, err := FFmpeg{StallS: 0.3}.Run(context.Background(), path, info)
		if !errors.Is(err, ErrStalled) || Unreadable(err) || time.Since(start) > 20*time.Second {
			t.Errorf("%s: %v after %v", script, err, time.Since(start))
		}
	}
	// What gets on may take as long as it needs, but not beyond a limit.
	jailtest.Stub(t, "ffmpeg", "for i in 1 2 3 4 5 6 7 8; do echo frame=$i >&4; sleep 0.25; done; echo done")
	if out, err := (FFmpeg{StallS: 1.5}).Run(context.Background(), path, info); err != nil || string(out) != "done\n" {
		t.Errorf("slow: %q, %v", out, err)
	}
	if _, err := (FFmpeg{StallS: 1.5, LimitS: 0.5}).Run(context.Background(), path, info); !errors.Is(err, ErrStalled) {
		t.Errorf("beyond its limit: %v", err)
	}
	// One that is done is done, though it left something behind that holds its pipes.
	jailtest.Stub(t, "ffmpeg", "sleep 20 & echo done")
	if out, err := (FFmpeg{}).Run(context.Background(), path, info); err != nil || string(out) != "done\n" {
		t.Errorf("left something behind: %q, %v", out, err)
	}
	jailtest.Stub(t, "ffmpeg", "echo no room >&2; exit 1")
	if _, err := (FFmpeg{}).Run(context.Background(), path, info); err == nil || !strings.Contains(err.Error(), "no room") {
		t.Errorf("failed: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := (FFmpeg{}).Run(ctx, path, info); !errors.Is(err, context.Canceled) {
		t.Errorf("broken off: %v", err)
	}
	t.Setenv("PATH", "")
	if _, err := (FFmpeg{}).Run(context.Background(), path, info); !errors.Is(err, ErrNoFFmpeg) {
		t.Errorf("without ffmpeg: %v", err)
	}
}

// The program itself tells how far it is, writes into its folder and nowhere else,
// and begins where it is told.
func TestFFmpegRuns(t *testing.T) {
	path := makeVideo(t, "a.mp4", "-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=3", "-pix_fmt", "yuv420p")
	info, err := Probe(context.Background(), path)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	run := FFmpeg{Before: []string{"-re"}, Folder: dir, StallS: 2, Args: []string{"-map", info.Film(), "-c", "copy", "b.mp4"}}
	if _, err := run.Run(context.Background(), path, info); err != nil {
		t.Error(err)
	}
	if st, err := os.Stat(filepath.Join(dir, "b.mp4")); err != nil || st.Size() == 0 {
		t.Errorf("it made nothing: %v", err)
	}
	other := filepath.Join(t.TempDir(), "c.mp4")
	run.Args[len(run.Args)-1] = other
	if _, err := run.Run(context.Background(), path, info); err == nil {
		t.Error("it wrote outside its folder")
	}
	var taken bytes.Buffer
	one := FFmpeg{Before: info.Seek(1.5), Out: &taken, Args: []string{"-map", info.Film(), "-frames:v", "1", "-f", "image2pipe", "-c:v", "mjpeg", "pipe:1"}}
	if out, err := one.Run(context.Background(), path, info); err != nil || len(out) != 0 || !bytes.HasPrefix(taken.Bytes(), []byte{0xff, 0xd8}) {
		t.Errorf("a picture: %d bytes, %v", taken.Len(), err)
	}
}
