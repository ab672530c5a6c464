package work_test

import (
	"context"
	"errors"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"facialis/internal/service/record"
	"facialis/internal/service/work"
	"facialis/internal/service/work/worktest"
	"facialis/video"
)

// read gives the times of a film's pictures, as the analysis has them, and the mean
// of each picture.
func read(t *testing.T, path string) (times, means []float64) {
	t.Helper()
	r, err := video.Open(context.Background(), path, video.Options{})
	must(t, err)
	defer r.Close()
	for {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			return times, means
		}
		must(t, err)
		sum := 0
		for _, y := range f.Y {
			sum += int(y)
		}
		mean := float64(sum) / float64(len(f.Y))
		if f.Full {
			mean = 16 + mean*219/255
		}
		times, means = append(times, f.T), append(means, mean)
		f.Release()
	}
}

// shown are the times at which another program shows the pictures of an MP4.
func shown(t *testing.T, path string) []float64 {
	t.Helper()
	out, err := exec.Command("ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "frame=pts_time", "-of", "csv=p=0", path).Output()
	must(t, err)
	var times []float64
	for _, s := range strings.Fields(string(out)) {
		v, err := strconv.ParseFloat(strings.TrimRight(s, ","), 64)
		must(t, err)
		times = append(times, v)
	}
	return times
}

// reorders reports whether pictures of a copy refer to later ones: none of those
// that are encoded again does.
func reorders(t *testing.T, path string) bool {
	t.Helper()
	out, err := exec.Command("ffprobe", "-v", "error", "-select_streams", "v", "-show_entries", "stream=has_b_frames", "-of", "csv=p=0", path).Output()
	must(t, err)
	return strings.TrimSpace(string(out)) != "0"
}

// made runs ffmpeg to make a film.
func made(t *testing.T, path string, args ...string) string {
	t.Helper()
	if out, err := exec.Command("ffmpeg", append(append([]string{"-v", "error", "-nostdin", "-y"}, args...), path)...).CombinedOutput(); err != nil {
		t.Fatalf("making %s: %v: %s", filepath.Base(path), err, out)
	}
	return path
}

// The copy to play shows the same picture at the same time as the analysis, the
// first at 0 s, whatever the film's container and clock.
func TestCopyShowsWhatWasAnalyzed(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	// Each picture has a brightness of its own.
	source := []string{"-f", "lavfi", "-i", "color=gray:s=64x64:r=30:d=3,format=yuv420p,geq=lum='20+2*N':cb=128:cr=128", "-f", "lavfi", "-i", "sine=d=3"}
	x264 := append(source, "-c:v", "libx264", "-preset", "medium", "-bf", "3", "-g", "40", "-qp", "10", "-c:a", "aac")
	plain := made(t, at("plain.mp4"), x264...)
	films := map[string]string{
		"h264 with pictures out of order": plain,
		"no edit list":                    made(t, at("shifted.mp4"), append(x264, "-use_editlist", "0")...),
		"a transport stream":              made(t, at("a.ts"), "-i", plain, "-c", "copy"),
		"Matroska":                        made(t, at("a.mkv"), "-i", plain, "-c", "copy"),
		"sound before the first picture":  made(t, at("late.mp4"), "-itsoffset", "0.7", "-i", plain, "-i", plain, "-map", "0:v", "-map", "1:a", "-c", "copy"),
		"trimmed by an edit list":         made(t, at("trimmed.mp4"), "-ss", "0.9", "-i", plain, "-c", "copy"),
		"trimmed, as mov":                 made(t, at("trimmed.mov"), "-ss", "1.75", "-i", plain, "-c", "copy"),
		"hevc":                            made(t, at("hevc.mov"), append(source, "-c:v", "libx265", "-x265-params", "log-level=error:qp=10", "-tag:v", "hvc1", "-an")...),
		"hevc, trimmed":                   made(t, at("hevc2.mov"), "-ss", "0.9", "-i", at("hevc.mov"), "-c", "copy"),
		"vp9":                             made(t, at("vp9.webm"), append(source, "-c:v", "libvpx-vp9", "-deadline", "realtime", "-crf", "10", "-b:v", "0", "-an")...),
		"a rate that changes":             made(t, at("vfr.mp4"), append(x264[:len(x264):len(x264)], "-vf", "select='not(mod(n,3)*gt(mod(n,20),9))'", "-fps_mode", "vfr")...),
		"that, as hevc":                   made(t, at("vfr.mov"), append(source[:len(source):len(source)], "-vf", "select='not(mod(n,3)*gt(mod(n,20),9))'", "-fps_mode", "vfr", "-c:v", "libx265", "-x265-params", "log-level=error:qp=10", "-an")...),
		"slow motion":                     made(t, at("slow.mp4"), append(x264[:len(x264):len(x264)], "-movflags", "use_metadata_tags", "-metadata", "com.android.capture.fps=120")...),
	}
	one, err := os.ReadFile(at("a.ts"))
	must(t, err)
	must(t, os.WriteFile(at("two.ts"), append(one[:len(one):len(one)], one...), 0o600))
	films["two one after the other"] = at("two.ts")
	// The film's own packets are kept where that shows the same; not those that
	// somebody cut away.
	whole := map[string]bool{"h264 with pictures out of order": true, "no edit list": true, "a transport stream": true, "Matroska": true,
		"sound before the first picture": true, "a rate that changes": true, "slow motion": true}
	w, b := running(t, func(o *work.Options) { o.Run = worktest.Run })
	person := b.person(t)
	for name, path := range films {
		data, err := os.ReadFile(path)
		must(t, err)
		r := &record.Recording{PersonID: person, CreatedAt: record.Micros(time.Now())}
		must(t, w.Add(context.Background(), r, func(out io.Writer) error { _, err := out.Write(data); return err }))
		over(t, b, r.ID)
		worktest.Aside(t, w, r.ID)
		play, done, err := b.b.Plain("films/" + r.ID + "/" + work.PlayFile)
		if err != nil {
			t.Errorf("%s: there is no copy: %v", name, err)
			continue
		}
		t.Cleanup(done)
		times, means := read(t, path)
		gotTimes, gotMeans := read(t, play)
		others := shown(t, play)
		if len(gotTimes) != len(times) || len(others) != len(times) {
			t.Errorf("%s: %d pictures, the copy has %d, another program shows %d", name, len(times), len(gotTimes), len(others))
			continue
		}
		worst, worstMean := 0.0, 0.0
		for i := range times {
			worst = max(worst, math.Abs(gotTimes[i]-times[i]), math.Abs(others[i]-times[i]))
			worstMean = max(worstMean, math.Abs(gotMeans[i]-means[i]))
		}
		if worst > 1e-3 || worstMean > 0.9 {
			t.Errorf("%s: times differ by up to %.4f s, pictures by %.2f; the first is shown at %.4f s", name, worst, worstMean, others[0])
		}
		if name != "vp9" && reorders(t, play) != whole[name] {
			t.Errorf("%s: the copy has the film's own packets: %v", name, !whole[name])
		}
	}
}
