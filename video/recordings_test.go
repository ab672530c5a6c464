package video

import (
	"errors"
	"math"
	"path/filepath"
	"testing"

	"facialis/internal/recordings"
)

func TestHardRecordings(t *testing.T) {
	dir := recordings.Folder(t, "..")
	for _, c := range []struct {
		file    string
		w, h, n int
		lastT   float64 // NaN: not checked
		kind    error
	}{
		{file: "hard/rotation_tag.mp4", w: 720, h: 1280, n: 352, lastT: 11.7},
		{file: "hard/claims_60fps.avi", n: 30, lastT: math.NaN()},
		{file: "hard/no_frame_count.ts", n: 30, lastT: math.NaN()},
		{file: "hard/truncated.mp4", kind: ErrTruncated},
		{file: "hard/empty.mp4", kind: ErrEmpty},
		{file: "hard/face_then_none.mov", w: 960, h: 540, n: 169, lastT: math.NaN()},
		{file: "hard/none_then_face.mov", lastT: math.NaN()},
		{file: "hard/no_face.mp4", w: 960, h: 540, lastT: math.NaN()},
		{file: "hard/fps10.mp4", w: 480, h: 480, lastT: math.NaN()},
		{file: "hard/vfr.mp4", w: 480, h: 480, lastT: math.NaN()},
		{file: "hard/tiny160.mp4", w: 160, h: 160, lastT: math.NaN()},
		{file: "talking_vfr.mp4", w: 700, h: 700, n: 135, lastT: 6.066666},
		{file: "stills/astronaut.png", kind: ErrNoVideo},
	} {
		s, err := readAll(t, filepath.Join(dir, c.file), Options{})
		if c.kind != nil {
			if !errors.Is(err, c.kind) {
				t.Errorf("%s: %v, want %v", c.file, err, c.kind)
			} else {
				t.Logf("%v", err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.file, err)
			continue
		}
		last := s.t[len(s.t)-1]
		t.Logf("%-24s %d×%d %3d frames to %.3f s, header %.2f/s %.2f s %q", c.file, s.info.Width, s.info.Height, len(s.t), last, s.info.NominalRate, s.info.Duration, s.warn)
		if c.w != 0 && (s.info.Width != c.w || s.info.Height != c.h) || c.n != 0 && len(s.t) != c.n {
			t.Errorf("%s: %d×%d, %d frames; want %d×%d, %d", c.file, s.info.Width, s.info.Height, len(s.t), c.w, c.h, c.n)
		}
		if !math.IsNaN(c.lastT) && math.Abs(last-c.lastT) > 0.001 {
			t.Errorf("%s: last frame at %.4f s, want %.4f", c.file, last, c.lastT)
		}
	}
}
