package video

import (
	"errors"
	"os"
	"strings"
	"testing"
	"time"
)

// The rates that cameras have are read, the ones that only bombs have are not.
func TestMegapixelRate(t *testing.T) {
	header := func(w, h int, rate string) *probeOutput {
		out := &probeOutput{}
		out.Format.Name = "mov"
		out.Streams = []probeStream{{CodecType: "video", Codec: "h264", Width: w, Height: h, PixFmt: "yuv420p", AvgRate: rate}}
		return out
	}
	for _, c := range []struct {
		w, h int
		rate string
		read bool
	}{
		{3840, 2160, "60/1", true},
		{4096, 2160, "60/1", true},
		{1920, 1080, "240/1", true},
		{1920, 1080, "1000/1", true}, // a clock's rate, not the pictures': what comes is counted
		{8192, 8192, "8/1", true},
		{8192, 8192, "25/1", false},
		{8192, 4320, "24/1", false},
		{3840, 2160, "120/1", false},
	} {
		_, err := infoFrom("film.mp4", header(c.w, c.h, c.rate))
		if c.read != (err == nil) || err != nil && !errors.Is(err, ErrTooLarge) {
			t.Errorf("%d×%d at %s: %v", c.w, c.h, c.rate, err)
		}
	}
	_, err := infoFrom("film.mp4", header(8192, 8192, "25/1"))
	const want = "film.mp4: the picture is too large (8192×8192 at 25 frames per second is 1678 megapixels per second; the limit is 600); scale it down, for example to 1920×1080, and try again"
	if err == nil || err.Error() != want {
		t.Errorf("%v\nwant %s", err, want)
	}
}

// A small file of large pictures is refused by both decoders before anything is
// decoded.
func TestLargePicturesAreRefusedAtOnce(t *testing.T) {
	path := makeVideo(t, "large.mp4", "-f", "lavfi", "-i", "color=gray:size=8192x8192:rate=25:duration=4", "-frames:v", "2", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
	st, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	for kind, name := range map[int32]string{byRing: "ring", byPipe: "pipe"} {
		began := time.Now()
		_, err := see(t, kind, path, Options{})
		took := time.Since(began)
		t.Logf("%s: %d bytes, %.2f s: %v", name, st.Size(), took.Seconds(), err)
		if !errors.Is(err, ErrTooLarge) || !strings.Contains(err.Error(), "8192×8192 at 25") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A header that tells of few pictures, where there are many, helps no film: what
// is read is counted. Time in which nothing was filmed is no excuse either.
func TestWhatIsReadIsCounted(t *testing.T) {
	r := &Reader{path: "film.mp4", info: Info{Width: 8192, Height: 8192, stored: [2]int{8192, 8192}}, pace: newPace(Info{NominalRate: 1}, 0)}
	read := func(n int, from, step float64) (int, error) {
		for i := range n {
			if err := r.spend(picture{frame: &Frame{T: from + float64(i)*step}, storedW: 8192, storedH: 8192}); err != nil {
				return i, err
			}
		}
		return n, nil
	}
	if n, err := read(1000, 0, 1); err != nil {
		t.Fatalf("picture %d: %v", n, err)
	}
	r.pace.usual = 0.02
	n, err := read(1000, 1e6, 0.02)
	if !errors.Is(err, ErrTooLarge) || n < 80 || n > 130 || !strings.Contains(err.Error(), "8192×8192 at 50 frames per second is 3355 megapixels per second; the limit is 600") {
		t.Errorf("after %d pictures: %v", n, err)
	}
}

// The same with a film: the header says less than a picture a second, and there
// are many at nearly the same time.
func TestLyingHeader(t *testing.T) {
	old := aheadS
	aheadS = 0.1
	defer func() { aheadS = old }()
	path := makeVideo(t, "many.mkv", "-f", "lavfi", "-i", "color=gray:size=1920x1080:rate=25:duration=4", "-vf", "settb=1/1000,setpts='if(lt(N,99),N,N*4000)'", "-fps_mode", "passthrough",
		"-enc_time_base", "1:1000", "-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-pix_fmt", "yuv420p")
	for kind, name := range map[int32]string{byRing: "ring", byPipe: "pipe"} {
		s, err := see(t, kind, path, Options{MaxHeight: 64})
		t.Logf("%s: %d pictures: %v", name, len(s.stamps), err)
		if !errors.Is(err, ErrTooLarge) || len(s.stamps) > 60 {
			t.Errorf("%s: %d pictures: %v", name, len(s.stamps), err)
		}
	}
}
