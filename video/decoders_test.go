package video

import (
	"context"
	"errors"
	"hash/fnv"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"facialis/internal/recordings"
)

// given is what a decoder gave of a film.
type given struct {
	info   Info
	stamps []float64
	hashes []uint64
	said   string
}

// see reads a film with one of the decoders.
func see(t *testing.T, kind int32, path string, opt Options) (given, error) {
	t.Helper()
	old := chosen.Swap(kind)
	defer chosen.Store(old)
	r, err := Open(context.Background(), path, opt)
	if err != nil {
		return given{}, err
	}
	defer r.Close()
	s := given{info: r.Info()}
	if _, ring := r.dec.(*pipe); ring != (kind == byPipe) {
		t.Fatalf("decoder %d is not the one that was used", kind)
	}
	for {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			s.said = r.DecodeWarning()
			return s, nil
		}
		if err != nil {
			return s, err
		}
		h := fnv.New64a()
		h.Write(f.Y)
		h.Write(f.Cb)
		h.Write(f.Cr)
		s.stamps, s.hashes = append(s.stamps, f.T), append(s.hashes, h.Sum64())
		f.Release()
	}
}

// agree reads a film with both decoders.
func agree(t *testing.T, path string, opt Options) {
	t.Helper()
	name := filepath.Base(path)
	a, errA := see(t, byRing, path, opt)
	b, errB := see(t, byPipe, path, opt)
	if (errA == nil) != (errB == nil) {
		t.Errorf("%s: the ring says %v, the pipe %v", name, errA, errB)
		return
	}
	if errA != nil {
		return
	}
	if a.info.Width != b.info.Width || a.info.Height != b.info.Height || a.info.Stream != b.info.Stream || a.info.Rotation != b.info.Rotation || a.info.Full != b.info.Full || a.info.BT709 != b.info.BT709 {
		t.Errorf("%s: the ring reads %+v, the pipe %+v", name, a.info, b.info)
	}
	if len(a.stamps) != len(b.stamps) {
		t.Errorf("%s: the ring gives %d pictures, the pipe %d", name, len(a.stamps), len(b.stamps))
		return
	}
	for i := range a.stamps {
		if a.stamps[i] != b.stamps[i] || a.hashes[i] != b.hashes[i] {
			t.Errorf("%s: picture %d of %d is at %g s in the ring (%x) and at %g s in the pipe (%x)", name, i, len(a.stamps), a.stamps[i], a.hashes[i], b.stamps[i], b.hashes[i])
			return
		}
	}
	if (a.said == "") != (b.said == "") {
		t.Errorf("%s: the ring warns %q, the pipe %q", name, a.said, b.said)
	}
}

// Both decoders give the same pictures at the same times, whatever the film.
func TestDecodersAgree(t *testing.T) {
	moving := []string{"-f", "lavfi", "-i", "testsrc2=size=162x122:rate=25:duration=1"}
	for _, c := range []struct {
		name string
		args []string
		opt  Options
	}{
		{"plain.mp4", []string{"-c:v", "libx264", "-pix_fmt", "yuv420p"}, Options{}},
		{"wide64.mp4", []string{"-vf", "scale=256:128", "-c:v", "libx264", "-pix_fmt", "yuv420p"}, Options{}},
		{"tenbit.mkv", []string{"-c:v", "libx265", "-x265-params", "log-level=none", "-pix_fmt", "yuv420p10le"}, Options{}},
		{"full.mp4", []string{"-pix_fmt", "yuvj420p", "-c:v", "libx264"}, Options{}},
		{"full444.mkv", []string{"-pix_fmt", "yuvj444p", "-c:v", "libx264"}, Options{}},
		{"odd.mkv", []string{"-vf", "scale=131:97", "-c:v", "ffv1", "-pix_fmt", "yuv420p"}, Options{}},
		{"rgb.mkv", []string{"-c:v", "utvideo", "-pix_fmt", "gbrp"}, Options{}},
		{"anamorphic.mp4", []string{"-vf", "setsar=3/2", "-c:v", "libx264", "-pix_fmt", "yuv420p"}, Options{}},
		{"interlaced.ts", []string{"-vf", "interlace", "-c:v", "mpeg2video", "-flags", "+ilme+ildct"}, Options{}},
		{"motion.avi", []string{"-c:v", "mjpeg"}, Options{}},
		{"four.avi", []string{"-c:v", "mpeg4", "-bf", "2"}, Options{}},
		{"nine.webm", []string{"-c:v", "libvpx-vp9", "-deadline", "realtime", "-cpu-used", "8"}, Options{}},
		{"small.mp4", []string{"-c:v", "libx264", "-pix_fmt", "yuv420p"}, Options{MaxHeight: 60}},
		{"part.mp4", []string{"-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "10"}, Options{FromS: 0.5, ToS: 0.8}},
		{"one_thread.mp4", []string{"-c:v", "libx264", "-pix_fmt", "yuv420p"}, Options{Threads: 1, Buffers: 1}},
	} {
		agree(t, makeVideo(t, c.name, append(append([]string{}, moving...), c.args...)...), c.opt)
	}
	plain := makeVideo(t, "upright.mp4", append(append([]string{}, moving...), "-c:v", "libx264", "-pix_fmt", "yuv420p")...)
	for _, turn := range []string{"90", "180", "270", "30"} {
		turned := filepath.Join(t.TempDir(), "turned"+turn+".mp4")
		run(t, "-i", plain, "-metadata:s:v:0", "rotate="+turn, "-c", "copy", turned)
		agree(t, turned, Options{})
	}
	// Cut off in the middle, and with a hole of noise.
	whole, err := os.ReadFile(makeVideo(t, "whole.ts", append(append([]string{}, moving...), "-c:v", "libx264", "-pix_fmt", "yuv420p", "-g", "5")...))
	if err != nil {
		t.Fatal(err)
	}
	broken := append([]byte{}, whole...)
	for i := len(broken) / 3; i < len(broken)/3+4000; i++ {
		broken[i] ^= byte(i * 31)
	}
	for name, b := range map[string][]byte{"cut.ts": whole[:len(whole)*2/3], "broken.ts": broken} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		agree(t, path, Options{})
	}
}

func TestDecodersAgreeOnRecordings(t *testing.T) {
	dir := recordings.Folder(t, ".")
	for _, pattern := range []string{"*.mp4", "*.mov", "files/*.mp4", "files/*.ts", "files/*.m*", "hard/*"} {
		films, err := filepath.Glob(filepath.Join(dir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range films {
			agree(t, f, Options{ToS: 4})
		}
	}
}

func run(t *testing.T, args ...string) {
	t.Helper()
	out, err := exec.Command("ffmpeg", append([]string{"-v", "error", "-nostdin", "-y"}, args...)...).CombinedOutput()
	if err != nil {
		t.Fatalf("ffmpeg: %v: %s", err, strings.TrimSpace(string(out)))
	}
}
