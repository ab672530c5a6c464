package video

import (
	"context"
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// clip draws a test recording with ffmpeg.
func clip(t *testing.T, name string, args ...string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	cmd := exec.Command("ffmpeg", append(append([]string{"-nostdin", "-v", "error", "-y"}, args...), path)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("drawing %s: %v: %s", name, err, out)
	}
	return path
}

// times reads a recording through and returns its frames' times.
func times(t *testing.T, path string, opt Options) []float64 {
	t.Helper()
	r, err := Open(context.Background(), path, opt)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var out []float64
	for {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if f.Index != len(out) {
			t.Fatalf("frame %d has index %d", len(out), f.Index)
		}
		out = append(out, f.T)
		f.Release()
	}
}

func TestConstantRate(t *testing.T) {
	p := clip(t, "a.mp4", "-f", "lavfi", "-i", "testsrc2=size=160x120:rate=30:duration=1", "-c:v", "libx264", "-pix_fmt", "yuv420p")
	got := times(t, p, Options{})
	if len(got) != 30 {
		t.Fatalf("%d frames, want 30", len(got))
	}
	for i, s := range got {
		if math.Abs(s-float64(i)/30) > 1e-3 {
			t.Errorf("frame %d at %v s, want %v", i, s, float64(i)/30)
		}
	}
}

func TestVariableRateKeepsTimes(t *testing.T) {
	// Every third frame is dropped: the times left over must show the holes.
	p := clip(t, "v.mkv", "-f", "lavfi", "-i", "testsrc2=size=160x120:rate=30:duration=1",
		"-vf", "select=mod(n\\,3)", "-fps_mode", "vfr", "-c:v", "libx264", "-pix_fmt", "yuv420p")
	got := times(t, p, Options{})
	if len(got) != 20 {
		t.Fatalf("%d frames, want 20", len(got))
	}
	if d := got[1] - got[0]; math.Abs(d-1.0/30) > 2e-3 {
		t.Errorf("first step %v s, want 1/30", d)
	}
	if d := got[2] - got[1]; math.Abs(d-2.0/30) > 2e-3 {
		t.Errorf("step over the hole %v s, want 2/30", d)
	}
}

func TestRotationIsHonoured(t *testing.T) {
	flat := clip(t, "flat.mp4", "-f", "lavfi", "-i", "testsrc2=size=160x96:rate=10:duration=1", "-c:v", "libx264", "-pix_fmt", "yuv420p")
	turned := filepath.Join(t.TempDir(), "turned.mp4")
	if out, err := exec.Command("ffmpeg", "-nostdin", "-v", "error", "-i", flat, "-c", "copy", "-metadata:s:v:0", "rotate=90", turned).CombinedOutput(); err != nil {
		t.Fatalf("tagging the rotation: %v: %s", err, out)
	}
	r, err := Open(context.Background(), turned, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if i := r.Info(); i.Width != 96 || i.Height != 160 {
		t.Errorf("upright size %d×%d, want 96×160", i.Width, i.Height)
	}
	f, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Y) != 96*160 || f.W != 96 {
		t.Errorf("frame is %d×%d", f.W, f.H)
	}
}

func TestOddSizesAndStretch(t *testing.T) {
	p := clip(t, "odd.mkv", "-f", "lavfi", "-i", "testsrc2=size=161x121:rate=20:duration=2", "-c:v", "ffv1", "-pix_fmt", "yuv444p")
	if n := len(times(t, p, Options{})); n != 40 {
		t.Errorf("%d frames of an odd-sized picture, want 40", n)
	}
	if n := len(times(t, p, Options{FromS: 0.5, ToS: 1})); n < 9 || n > 11 {
		t.Errorf("%d frames in half a second, want 10", n)
	}
}

func TestBadInput(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) string {
		p := filepath.Join(dir, name)
		if err := os.WriteFile(p, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return p
	}
	sound := clip(t, "sound.wav", "-f", "lavfi", "-i", "sine=duration=0.2")
	for _, c := range []struct {
		name, path string
		want       error
	}{
		{"address", "https://example.org/a.mp4", ErrPath},
		{"protocol", "concat://a|b", ErrPath},
		{"option", "-i", ErrPath},
		{"nothing", "", ErrPath},
		{"folder", dir, ErrPath},
		{"missing", filepath.Join(dir, "no.mp4"), ErrNotFound},
		{"empty", write("empty.mp4", ""), ErrEmpty},
		{"text", write("text.mp4", "this is no film"), ErrUndecodable},
		{"sound only", sound, ErrNoVideo},
	} {
		r, err := Open(context.Background(), c.path, Options{})
		if err == nil {
			_, err = r.Next()
			r.Close()
		}
		if !errors.Is(err, c.want) {
			t.Errorf("%s: got %v, want %v", c.name, err, c.want)
		}
	}
}

func TestCancelEndsReading(t *testing.T) {
	p := clip(t, "a.mp4", "-f", "lavfi", "-i", "testsrc2=size=160x120:rate=30:duration=5", "-c:v", "libx264", "-pix_fmt", "yuv420p")
	ctx, cancel := context.WithCancel(context.Background())
	r, err := Open(ctx, p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	if _, err := r.Next(); err != nil {
		t.Fatal(err)
	}
	cancel()
	for range 20 * poolFrames {
		if _, err = r.Next(); err != nil {
			break
		}
	}
	if !errors.Is(err, context.Canceled) {
		t.Errorf("after cancelling: %v", err)
	}
}

func TestTruncatedMidwayWarns(t *testing.T) {
	whole := clip(t, "a.mkv", "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=30:duration=3", "-c:v", "libx264", "-g", "10", "-pix_fmt", "yuv420p")
	b, err := os.ReadFile(whole)
	if err != nil {
		t.Fatal(err)
	}
	for i := len(b) / 2; i < len(b)*3/4; i++ {
		b[i] = byte(i * 7)
	}
	p := filepath.Join(t.TempDir(), "cut.mkv")
	if err := os.WriteFile(p, b, 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := Open(context.Background(), p, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	n := 0
	for {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		f.Release()
		n++
	}
	if n == 0 || r.Warning() == "" {
		t.Errorf("%d frames, warning %q: want frames and a warning", n, r.Warning())
	}
}

func FuzzParseProbe(f *testing.F) {
	f.Add([]byte(`{"streams":[{"codec_name":"h264","width":10,"height":20,"avg_frame_rate":"30/1","side_data_list":[{"rotation":-90}]}],"format":{"duration":"1.5"}}`))
	f.Fuzz(func(t *testing.T, b []byte) {
		i, err := parseProbe(b)
		if err == nil && (i.Width <= 0 || i.Height <= 0 || i.Width > MaxSide || i.Height > MaxSide || math.IsNaN(i.NominalRate)) {
			t.Errorf("accepted %+v", i)
		}
	})
}

func FuzzFramePTS(f *testing.F) {
	f.Add([]byte("0,          0,         -5,        1,      472, 0x475c1444\n"))
	f.Fuzz(func(t *testing.T, b []byte) { framePTS(b) })
}

func TestFramePTS(t *testing.T) {
	for _, c := range []struct {
		line string
		want int64
		ok   bool
	}{
		{"0,          3,         17,        1,      472, 0x4c", 17, true},
		{"0,          3,         -2,        1,      472, 0x4c", -2, true},
		{"#tb 0: 1/25", 0, false},
		{"0, 3", 0, false},
		{"", 0, false},
	} {
		got, ok := framePTS([]byte(c.line))
		if got != c.want || ok != c.ok {
			t.Errorf("framePTS(%q) = %d, %v", c.line, got, ok)
		}
	}
}
