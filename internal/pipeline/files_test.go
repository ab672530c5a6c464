package pipeline

import (
	"bytes"
	"cmp"
	"context"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"facialis/anatomy"
	"facialis/event"
	"facialis/face"
	"facialis/internal/recordings"
	"facialis/phantom"
	"facialis/report"
	"facialis/video"
)

// analyzed is the analysis of a film.
func analyzed(t *testing.T, engine *face.Networks, path string) *Result {
	t.Helper()
	res, err := Run(context.Background(), engine, path, DefaultOptions(), nil)
	if err != nil {
		t.Fatalf("%s: %v", filepath.Base(path), err)
	}
	res.Album.Close()
	return res
}

func opened(t *testing.T) *face.Networks {
	t.Helper()
	engine, err := face.Open("")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { engine.Close() })
	return engine
}

// spasms are the onsets of the spasms of the right side, and how many there are of
// another.
func spasms(a *report.Analysis) (right []float64, others int) {
	for _, e := range a.Events {
		switch {
		case e.Kind != event.Spasm:
		case e.Side == anatomy.Right:
			right = append(right, e.OnsetS)
		default:
			others++
		}
	}
	return right, others
}

// codes are those of the warnings about the file: what of the face was not seen is not
// among them.
func codes(a *report.Analysis) string {
	var out []string
	for _, w := range a.Quality.Warnings {
		if !strings.HasSuffix(w.Code, "not_seen") {
			out = append(out, w.Code)
		}
	}
	slices.Sort(out)
	return strings.Join(out, " ")
}

// outcome is what a film has to come out as.
type outcome struct {
	onsets   []float64 // of spasms of the right side; there are no others. nil: not looked at
	within   float64   // s
	lengthS  float64
	rate     float64
	trueRate float64
	codes    string // of all warnings
	seenS    float64
	first    float64
}

func (w outcome) hold(t *testing.T, a *report.Analysis) {
	t.Helper()
	right, others := spasms(a)
	ok := others == 0 && len(right) == len(w.onsets)
	for i := 0; ok && i < len(right); i++ {
		ok = math.Abs(right[i]-w.onsets[i]) <= w.within
	}
	if w.onsets != nil && !ok {
		t.Errorf("spasms of the right at %.2f s and %d others, want %.2f", right, others, w.onsets)
	}
	if math.Abs(a.Recording.DurationS-w.lengthS) > 0.1 || math.Abs(a.Recording.FrameRate-w.rate) > 1e-9 {
		t.Errorf("%g s at %g a second, want %g at %g", a.Recording.DurationS, a.Recording.FrameRate, w.lengthS, w.rate)
	}
	if r := a.Clock.TrueRate; r == nil || math.Abs(*r-w.trueRate) > 1e-9 {
		t.Errorf("true rate %v, want %g", r, w.trueRate)
	}
	if got := codes(a); got != w.codes {
		t.Errorf("warnings %q, want %q", got, w.codes)
	}
	if s := a.Measures.UsableS; w.seenS > 0 && s > w.seenS {
		t.Errorf("%g s seen, at most %g can be", s, w.seenS)
	}
	if f := a.Clock.FirstFrameS; w.first == w.first && (f == nil || math.Abs(*f-w.first) > 0.005) {
		t.Errorf("first picture at %g s of the file, want %g", *cmp.Or(f, new(math.NaN())), w.first)
	}
}

// Films with a clock, tracks or pictures that misled other programs.
func TestFilesThatMislead(t *testing.T) {
	if testing.Short() {
		t.Skip("analyzes eleven films")
	}
	dir := filepath.Join(recordings.Folder(t, filepath.Join("..", "..")), "files")
	engine := opened(t)
	two := []float64{2.51, 5.01}
	for file, w := range map[string]outcome{
		"00_control.mp4":                        {onsets: two, within: 0.1, lengthS: 6, rate: 30, trueRate: 30},
		"01_concat_reset.ts":                    {onsets: []float64{2.5, 5, 8.5, 11}, within: 0.1, lengthS: 12, rate: 30, trueRate: 30, codes: "clock_jumped", first: math.NaN()},
		"02_gap60.mp4":                          {onsets: []float64{2.5, 65.01}, within: 0.1, lengthS: 66, rate: 30, trueRate: 30, codes: "not_filmed", seenS: 6.1},
		"06_two_tracks.mp4":                     {onsets: two, within: 0.1, lengthS: 6, rate: 30, trueRate: 30, codes: "several_films"},
		"07_double_stamps.mkv":                  {onsets: two, within: 0.1, lengthS: 6, rate: 30, trueRate: 30, codes: "damaged"},
		"12_sound_longer.mp4":                   {onsets: two, within: 0.1, lengthS: 6, rate: 30, trueRate: 30},
		"13_picture_starts_late.mp4":            {onsets: two, within: 0.1, lengthS: 6, rate: 30, trueRate: 30, first: 0.8},
		"16_doubled_pictures_15in30.mp4":        {onsets: two, within: 0.1, lengthS: 6, rate: 30, trueRate: 15, codes: "low_rate repeated"},
		"14_android_slowmo_120_stored_slow.mp4": {lengthS: 6, rate: 30, trueRate: 30, codes: "slow_motion"},
	} {
		t.Run(file, func(t *testing.T) {
			w.hold(t, analyzed(t, engine, filepath.Join(dir, file)).Analysis)
		})
	}
}

// The pictures of this film change their shape: those of the second part are left
// out or measured by their own scale.
func TestShapeChanges(t *testing.T) {
	if testing.Short() {
		t.Skip("analyzes a film")
	}
	dir := filepath.Join(recordings.Folder(t, filepath.Join("..", "..")), "files")
	a := analyzed(t, opened(t), filepath.Join(dir, "04_aspect_changes.ts")).Analysis
	if mm := a.Tracking.MMPerPx; mm == nil || math.Abs(*mm-0.73) > 0.03*0.73 {
		t.Errorf("%v mm a pixel, want 0.73", mm)
	}
	if !strings.Contains(codes(a), "size_changed") {
		t.Errorf("warnings %q", codes(a))
	}
}

// ffmpeg makes a film of another.
func ffmpeg(t *testing.T, args ...string) {
	t.Helper()
	if said, err := exec.Command("ffmpeg", append([]string{"-v", "error", "-nostdin", "-y"}, args...)...).CombinedOutput(); err != nil {
		t.Fatalf("ffmpeg %v: %v: %s", args, err, said)
	}
}

// drawn is a film of a drawn face that twitches, blinks and moves a little.
func drawn(t *testing.T) string {
	t.Helper()
	twitch := func(at float64) phantom.EventSpec {
		return phantom.EventSpec{At: at, Side: anatomy.Right, RiseMS: 70, FallMS: 110,
			Regions: []phantom.RegionSpec{{Region: anatomy.Zygomaticus, MM: 3, Share: 1}, {Region: anatomy.OrbicularisOculi, MM: 3, Share: 1}}}
	}
	spec := &phantom.Spec{Name: "clock", Seed: 7, Seconds: 7, Events: []phantom.EventSpec{twitch(1.5), twitch(4.2)},
		Blinks: phantom.Blinks{RatePerMin: 25}, Camera: phantom.Camera{Width: 480, Height: 480, FPS: 60, FaceHeight: 0.66}}
	path := filepath.Join(t.TempDir(), "drawn.mp4")
	if _, err := phantom.Render(context.Background(), spec, path, nil); err != nil {
		t.Fatal(err)
	}
	return path
}

// Siblings of the films that mislead, of a drawn face: other containers, other
// rates, other numbers.
func TestSiblingsThatMislead(t *testing.T) {
	if testing.Short() {
		t.Skip("draws and analyzes films")
	}
	film, engine := drawn(t), opened(t)
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	ffmpeg(t, "-i", film, "-vf", "fps=30", "-c:v", "libx264", "-crf", "20", in("30.mp4"))
	ffmpeg(t, "-i", film, "-vf", "fps=15,fps=60", "-c:v", "libx264", "-crf", "24", in("15in60.mkv"))
	ffmpeg(t, "-i", film, "-vf", "fps=24,fps=30", "-c:v", "libvpx", "-b:v", "1200k", "-deadline", "good", "-cpu-used", "4", "-threads", "1", in("24in30.webm"))
	ffmpeg(t, "-i", film, "-vf", "fps=12,fps=30", "-c:v", "mpeg4", "-q:v", "4", in("12in30.avi"))
	ffmpeg(t, "-i", film, "-vf", "fps=30", "-c:v", "libx264", "-crf", "35", in("poor.mp4"))
	ffmpeg(t, "-i", in("30.mp4"), "-c", "copy", in("coarse.mkv"))
	ffmpeg(t, "-itsoffset", "1.3", "-i", in("30.mp4"), "-f", "lavfi", "-i", "sine=d=8", "-map", "0:v", "-map", "1:a", "-c:v", "copy", in("late.mkv"))
	ffmpeg(t, "-i", in("30.mp4"), "-i", in("30.mp4"), "-filter_complex", "[0][1]freezeframes=first=75:last=105:replace=75", "-c:v", "libx264", "-crf", "24", in("held.mp4"))
	for name, w := range map[string]outcome{
		"15in60.mkv":  {lengthS: 7, rate: 60, trueRate: 15, codes: "low_rate repeated"},
		"24in30.webm": {lengthS: 7, rate: 30, trueRate: 24, codes: "low_rate repeated"},
		"12in30.avi":  {lengthS: 7, rate: 30, trueRate: 12, codes: "low_rate repeated"},
		"poor.mp4":    {lengthS: 7, rate: 30, trueRate: 30},
		"coarse.mkv":  {lengthS: 7, rate: 30, trueRate: 30},
		"late.mkv":    {lengthS: 7, rate: 30, trueRate: 30, first: 1.3},
		"held.mp4":    {lengthS: 7, rate: 30, trueRate: 30, codes: "frozen", seenS: 6.1},
	} {
		t.Run(name, func(t *testing.T) {
			res := analyzed(t, engine, in(name))
			w.hold(t, res.Analysis)
			if held := res.Analysis.Clock.Frozen; (name == "held.mp4") != (len(held) == 1) {
				t.Errorf("held pictures: %v", held)
			} else if len(held) == 1 && (math.Abs(held[0].FromS-2.5) > 0.2 || math.Abs(held[0].ToS-3.53) > 0.1) {
				t.Errorf("held pictures: %v", held)
			}
		})
	}
}

// The same film gives the same bytes in two runs, and with either decoder.
func TestSameBytes(t *testing.T) {
	if testing.Short() {
		t.Skip("analyzes a film three times")
	}
	film := filepath.Join(recordings.Folder(t, filepath.Join("..", "..")), "files", "00_control.mp4")
	engine := opened(t)
	var first []byte
	ring := video.Decoder()
	for i, pipe := range []bool{false, false, true} {
		if pipe {
			withoutRing(t)
			if ring == video.Decoder() {
				t.Skip("there is one decoder here")
			}
		}
		res := analyzed(t, engine, film)
		var b bytes.Buffer
		if err := report.EncodeJSON(&b, res.Analysis); err != nil {
			t.Fatal(err)
		}
		if err := report.EncodeParquet(&b, res.Trace, ""); err != nil {
			t.Fatal(err)
		}
		if i == 0 {
			first = b.Bytes()
		} else if !bytes.Equal(b.Bytes(), first) {
			t.Errorf("run %d gives other bytes", i+1)
		}
	}
}

// withoutRing hides the program that decodes into shared memory.
func withoutRing(t *testing.T) {
	t.Helper()
	from := os.Getenv("FACIALIS_LIB")
	if from == "" {
		from = filepath.Join("..", "..", "lib")
	}
	from, err := filepath.Abs(from)
	if err != nil {
		t.Fatal(err)
	}
	files, err := os.ReadDir(from)
	if err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	for _, f := range files {
		if f.Name() == "facialis-decoder" {
			continue
		}
		if err := os.Symlink(filepath.Join(from, f.Name()), filepath.Join(dir, f.Name())); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("FACIALIS_LIB", dir)
}
