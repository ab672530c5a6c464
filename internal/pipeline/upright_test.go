package pipeline

import (
	"context"
	"fmt"
	"math"
	"os/exec"
	"path/filepath"
	"testing"

	"facialis/event"
	"facialis/face"
	"facialis/internal/recordings"
	"facialis/video"

	"github.com/google/go-cmp/cmp"
)

func TestTurnFor(t *testing.T) {
	for _, c := range []struct {
		rolls []float64
		want  int
	}{
		{[]float64{0, 3, -4}, 0}, {[]float64{40, 44, 45}, 0}, {[]float64{-50}, 0}, {[]float64{88, 92, 91}, 270}, {[]float64{-91, -88, -90}, 90},
		{[]float64{179, -179, -178}, 180}, {[]float64{-170, 175, 160}, 180}, {[]float64{90, 0, 1, 2}, 0},
	} {
		if got := turnFor(c.rolls); got != c.want {
			t.Errorf("faces of rolls %v are turned by %d, want %d", c.rolls, got, c.want)
		}
	}
}

// Places go back to where the film shows them.
func TestUprightPlaces(t *testing.T) {
	// A picture of 40 × 30, turned: its corner at the top left, and a place 10 to the
	// right of it and 4 below.
	for _, c := range []struct {
		deg  int
		x, y float32 // of the place in the turned picture
	}{{0, 10, 4}, {90, 26, 10}, {180, 30, 26}, {270, 4, 30}} {
		w, h := 40, 30
		if c.deg%180 != 0 {
			w, h = h, w
		}
		u := newUpright(c.deg, video.Info{Width: w, Height: h})
		if x, y := u.at(c.x, c.y); x != 10 || y != 4 || u.w != 40 || u.h != 30 {
			t.Errorf("turned by %d: %g, %g of %d × %d", c.deg, x, y, u.w, u.h)
		}
	}
}

// turns are the ways a camera may be held: by how many degrees clockwise the
// picture is turned, and ffmpeg's filter for it.
var turns = []struct {
	deg    int
	filter string
}{{0, "null"}, {90, "transpose=clock"}, {180, "hflip,vflip"}, {270, "transpose=cclock"}}

// turnedVideo makes a video of the first seconds of another, through filters.
func turnedVideo(t *testing.T, from string, seconds float64, filters string, quality ...string) string {
	t.Helper()
	to := filepath.Join(t.TempDir(), "turned.mkv")
	args := append([]string{"-v", "error", "-nostdin", "-t", fmt.Sprint(seconds), "-i", from, "-an", "-vf", filters, "-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "ultrafast"}, quality...)
	if out, err := exec.Command("ffmpeg", append(args, to)...).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return to
}

// An upright face gets its sides whichever way the camera was held: people and
// heads that the rules were not chosen on, too.
func TestEveryFaceIsSetUpright(t *testing.T) {
	if testing.Short() {
		t.Skip("analyzes 40 short films")
	}
	dir := recordings.Folder(t, "../..")
	engine, err := face.Open("")
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	for _, name := range []string{
		"implants/c_p2.mp4", "implants/c_p4.mp4", "implants/c_p5.mp4", "implants/c_p7.mp4",
		"one_sided_eyes.mp4", "talking_glasses.mp4",
		"heads/near30.mp4", "heads/talk.mp4", "heads/e_twitch.mp4", "heads/f_hfs.mp4",
	} {
		t.Run(name, func(t *testing.T) {
			for _, turn := range turns {
				const seconds, height = 1.7, 300
				film := turnedVideo(t, filepath.Join(dir, name), seconds, fmt.Sprintf("scale=-2:%d,%s", height, turn.filter), "-crf", "12")
				res, err := Run(context.Background(), engine, film, DefaultOptions(), nil)
				if err != nil {
					t.Fatalf("turned by %d: %v", turn.deg, err)
				}
				a := res.Analysis
				if want := (360 - turn.deg) % 360; a.Recording.TurnedDeg != want || !a.SideKnown() {
					t.Errorf("turned by %d: set upright by %d, want %d; sides known: %v; the face seen in %.2f of the pictures", turn.deg, a.Recording.TurnedDeg, want, a.SideKnown(), a.Tracking.FaceFraction)
				}
				if err := res.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
}

// A film that is turned gives the same movements, of the same sides, whichever way
// it stands. One of these shows no face to the detector upside down.
func TestEveryTurnIsMeasuredAlike(t *testing.T) {
	if testing.Short() {
		t.Skip("analyzes eight films")
	}
	dir := recordings.Folder(t, "../..")
	engine, err := face.Open("")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"implants/c_p3a.mp4", "implants/c_p1.mp4"} {
		var upright *Result
		for _, turn := range turns {
			film := turnedVideo(t, filepath.Join(dir, name), 6, turn.filter, "-qp", "0")
			res, err := Run(context.Background(), engine, film, DefaultOptions(), nil)
			if err != nil {
				t.Fatal(err)
			}
			res.Album.Close()
			if turn.deg == 0 {
				upright = res
				if len(res.Analysis.Events) == 0 {
					t.Fatalf("%s: nothing happens", name)
				}
				continue
			}
			if got := (360 - turn.deg) % 360; res.Analysis.Recording.TurnedDeg != got {
				t.Errorf("%s, turned by %d: set upright by %d", name, turn.deg, res.Analysis.Recording.TurnedDeg)
			}
			if d := cmp.Diff(upright.Analysis.Events, res.Analysis.Events); d != "" {
				t.Errorf("%s, turned by %d: other events\n%s", name, turn.deg, d)
			}
			// The middle of the face lies where the turned film shows it.
			i := res.Trace.Len() / 2
			w, h := float64(upright.Analysis.Recording.Width), float64(upright.Analysis.Recording.Height)
			x, y := float64(upright.Trace.FaceX[i]), float64(upright.Trace.FaceY[i])
			switch turn.deg {
			case 90:
				x, y = h-y, x
			case 180:
				x, y = w-x, h-y
			case 270:
				x, y = y, w-x
			}
			if gx, gy := float64(res.Trace.FaceX[i]), float64(res.Trace.FaceY[i]); math.Hypot(gx-x, gy-y) > 1 {
				t.Errorf("%s, turned by %d: the face at %.1f, %.1f, want %.1f, %.1f", name, turn.deg, gx, gy, x, y)
			}
			if d := math.Remainder(float64(res.Trace.Roll[i]-upright.Trace.Roll[i])-float64(turn.deg), 360); math.Abs(d) > 1 {
				t.Errorf("%s, turned by %d: the roll differs by %.1f more", name, turn.deg, d)
			}
			for k := range upright.Analysis.Events {
				if upright.Analysis.Events[k].Kind == event.Spasm && res.Analysis.Events[k].Side != upright.Analysis.Events[k].Side {
					t.Errorf("%s, turned by %d: spasm %d of the wrong side", name, turn.deg, k)
				}
			}
		}
	}
}
