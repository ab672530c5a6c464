package video

import (
	"context"
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// make runs ffmpeg to make a small recording and gives its name.
func makeVideo(t testing.TB, name string, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	all := append([]string{"-nostdin", "-loglevel", "error", "-y"}, args...)
	out, err := exec.Command("ffmpeg", append(all, "file:"+path)...).CombinedOutput()
	if err != nil {
		t.Fatalf("making %s: %v: %s", name, err, out)
	}
	return path
}

type seen struct {
	t    []float64
	luma []float64 // mean of each frame
	info Info
	warn string
}

func readAll(t testing.TB, path string, opt Options) (seen, error) {
	t.Helper()
	r, err := Open(context.Background(), path, opt)
	if err != nil {
		return seen{}, err
	}
	defer r.Close()
	s := seen{info: r.Info()}
	for {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			s.warn = r.DecodeWarning()
			return s, nil
		}
		if err != nil {
			return s, err
		}
		sum := 0
		for _, v := range f.Y {
			sum += int(v)
		}
		if f.W != s.info.Width || f.H != s.info.Height || f.Index != len(s.t) {
			t.Fatalf("frame %d is %d×%d with index %d, info says %d×%d", len(s.t), f.W, f.H, f.Index, s.info.Width, s.info.Height)
		}
		s.t = append(s.t, f.T)
		s.luma = append(s.luma, float64(sum)/float64(len(f.Y)))
		f.Release()
	}
}

func TestTrueTimes(t *testing.T) {
	// Every third frame is dropped and the rest keep their times.
	path := makeVideo(t, "vfr.mkv", "-f", "lavfi", "-i", "testsrc=size=64x48:rate=30:duration=1",
		"-vf", "select='mod(n,3)'", "-fps_mode", "vfr", "-c:v", "libx264", "-bf", "2")
	s, err := readAll(t, path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	var want []float64
	for n := range 30 {
		if n%3 != 0 {
			want = append(want, float64(n-1)/30)
		}
	}
	if len(s.t) != len(want) {
		t.Fatalf("%d frames, want %d", len(s.t), len(want))
	}
	for i, w := range want {
		if math.Abs(s.t[i]-w) > 0.001 { // Matroska keeps milliseconds
			t.Errorf("frame %d at %.4f s, want %.4f", i, s.t[i], w)
		}
	}
	if s.warn != "" {
		t.Errorf("warning %q on a sound file", s.warn)
	}
}

func TestStretchAgreesWithWhole(t *testing.T) {
	path := makeVideo(t, "a.mp4", "-f", "lavfi", "-i", "testsrc=size=64x48:rate=25:duration=4",
		"-f", "lavfi", "-i", "sine=duration=4", "-c:v", "libx264", "-g", "50", "-bf", "2")
	whole, err := readAll(t, path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	part, err := readAll(t, path, Options{FromS: 1.5, ToS: 2})
	if err != nil {
		t.Fatal(err)
	}
	if len(part.t) != 13 {
		t.Fatalf("%d frames from 1.5 to 2 s at 25 a second, want 13: %v", len(part.t), part.t)
	}
	for i, at := range part.t {
		j := int(math.Round(at * 25))
		if math.Abs(whole.t[j]-at) > 1e-4 || math.Abs(whole.luma[j]-part.luma[i]) > 1e-9 {
			t.Errorf("frame at %.3f s differs from the same frame of the whole", at)
		}
	}
	small, err := readAll(t, path, Options{MaxHeight: 24, ToS: 0.1})
	if err != nil {
		t.Fatal(err)
	}
	if small.info.Width != 32 || small.info.Height != 24 || len(small.t) != 3 {
		t.Errorf("scaled to %d×%d, %d frames", small.info.Width, small.info.Height, len(small.t))
	}
}

func TestColorAndShape(t *testing.T) {
	for _, c := range []struct {
		name string
		args []string
		w, h int
		full bool
		luma float64
	}{
		{"full.mp4", []string{"-f", "lavfi", "-i", "color=white:size=64x48:duration=0.2", "-vf", "scale=out_range=pc", "-pix_fmt", "yuvj420p", "-c:v", "libx264"}, 64, 48, true, 255},
		{"limited.mp4", []string{"-f", "lavfi", "-i", "color=white:size=64x48:duration=0.2", "-pix_fmt", "yuv420p", "-c:v", "libx264"}, 64, 48, false, 235},
		{"444.mp4", []string{"-f", "lavfi", "-i", "color=white:size=64x48:duration=0.2", "-pix_fmt", "yuv444p", "-c:v", "libx264"}, 64, 48, false, 235},
		{"odd.mkv", []string{"-f", "lavfi", "-i", "color=white:size=64x64:duration=0.04", "-vf", "format=gbrp,scale=31:33,setsar=1", "-frames:v", "1", "-pix_fmt", "gbrp", "-c:v", "utvideo"}, 31, 33, false, 235},
		{"wide.mkv", []string{"-f", "lavfi", "-i", "color=white:size=64x48:duration=0.2", "-vf", "setsar=3/2", "-c:v", "libx264"}, 96, 48, false, 235},
		{"grey.avi", []string{"-f", "lavfi", "-i", "color=white:size=64x48:duration=0.2", "-pix_fmt", "gray", "-c:v", "ffv1"}, 64, 48, false, 235},
	} {
		s, err := readAll(t, makeVideo(t, c.name, c.args...), Options{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if s.info.Width != c.w || s.info.Height != c.h || s.info.Full != c.full || math.Abs(s.luma[0]-c.luma) > 1.5 {
			t.Errorf("%s: %d×%d full %v luma %.1f, want %d×%d %v %.1f", c.name,
				s.info.Width, s.info.Height, s.info.Full, s.luma[0], c.w, c.h, c.full, c.luma)
		}
	}
}

func TestRefusals(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	sound := makeVideo(t, "sound.mp3", "-f", "lavfi", "-i", "sine=duration=1")
	whole := makeVideo(t, "whole.mp4", "-f", "lavfi", "-i", "testsrc=size=64x48:duration=1", "-c:v", "libx264")
	b, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		path string
		kind error
	}{
		{"", ErrNotLocal},
		{"-version", ErrNotLocal},
		{"https://example.org/a.mp4", ErrNotLocal},
		{"concat:a.mp4|b.mp4", ErrNotLocal},
		{filepath.Join(dir, "none.mp4"), ErrNotFound},
		{dir, ErrNotFile},
		{write("empty.mp4", ""), ErrEmpty},
		{write("list.mp4", "#EXTM3U\nfile.ts\n"), ErrNoVideo},
		{write("text.avi", strings.Repeat("not a video\n", 400)), ErrUndecodable},
		{write("cut.mp4", string(b[:len(b)/2])), ErrTruncated},
		{sound, ErrNoVideo},
	} {
		_, err := readAll(t, c.path, Options{})
		if !errors.Is(err, c.kind) {
			t.Errorf("%q: %v, want %v", c.path, err, c.kind)
			continue
		}
		if s := err.Error(); strings.Contains(s, "\n") || !strings.Contains(s, ";") {
			t.Errorf("%q: not one line with what to do: %q", c.path, s)
		}
	}
	if p := write("-x.mp4", string(b)); p != "" {
		lib, err := filepath.Abs("../lib")
		if err != nil {
			t.Fatal(err)
		}
		t.Setenv("FACIALIS_LIB", lib)
		t.Chdir(dir)
		if _, err := readAll(t, "./-x.mp4", Options{}); err != nil {
			t.Errorf("a file whose name begins with '-': %v", err)
		}
	}
}

func TestDamagedMidwayGivesItsFramesAndAWarning(t *testing.T) {
	path := makeVideo(t, "a.ts", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25:duration=4", "-c:v", "libx264", "-g", "10")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := len(b) / 2; i < len(b)/2+len(b)/8; i++ {
		b[i] = byte(i * 31)
	}
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	s, err := readAll(t, path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(s.t) < 50 || s.warn == "" {
		t.Errorf("%d frames, warning %q", len(s.t), s.warn)
	}
}

func TestCancelAndClose(t *testing.T) {
	path := makeVideo(t, "a.mp4", "-f", "lavfi", "-i", "testsrc=size=320x240:rate=30:duration=20", "-c:v", "libx264", "-preset", "ultrafast")
	ctx, cancel := context.WithCancel(context.Background())
	r, err := Open(ctx, path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	f, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	f.Release()
	cancel()
	start := time.Now()
	for err == nil {
		if f, err = r.Next(); err == nil {
			f.Release()
		}
	}
	if !errors.Is(err, context.Canceled) || time.Since(start) > time.Minute {
		t.Errorf("after canceling: %v in %v", err, time.Since(start))
	}
	r2, err := Open(context.Background(), path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if err := r2.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := r2.Next(); !errors.Is(err, io.EOF) {
		t.Errorf("after closing: %v", err)
	}
}

func TestParseStamp(t *testing.T) {
	for line, want := range map[string]float64{
		"0,      33008,      33008,    33333,        6, 0x0b38032b": 0.033008,
		"0, -5, -40000, 1, 6, 0x0":                                  -0.04,
		"0, NOPTS, NOPTS, 1, 6, 0x0":                                math.NaN(),
		"0, 1":                                                      math.NaN(),
		"":                                                          math.NaN(),
	} {
		if got := parseStamp([]byte(line)); got != want && !(math.IsNaN(got) && math.IsNaN(want)) {
			t.Errorf("%q: %g, want %g", line, got, want)
		}
	}
}

func FuzzParseStamp(f *testing.F) {
	f.Add([]byte("0,      33008,      33008,    33333,        6, 0x0b38032b"))
	f.Fuzz(func(t *testing.T, line []byte) {
		if v := parseStamp(line); math.IsInf(v, -1) {
			t.Errorf("%q gives %g", line, v)
		}
	})
}
