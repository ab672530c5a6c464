package report

import (
	"bytes"
	"context"
	"errors"
	"image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"facialis/event"
	"facialis/video"
)

// testFilm makes a film of 20 s whose picture changes all the time; its name
// holds all that could trip a command line or a filter.
func testFilm(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), `it's [a] film, 5:3;x=1.mp4`)
	cmd := exec.Command("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=640x480:rate=15:duration=20", "-c:v", "libx264", "-preset", "ultrafast", path)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("making the film: %v: %s", err, out)
	}
	return path
}

func TestStillsAndAnnotate(t *testing.T) {
	film := testFilm(t)
	a, trace := fixture(20)
	for i := range trace.T { // the fixture's face is for 1280×720
		trace.FaceX[i], trace.FaceY[i], trace.FaceW[i] = trace.FaceX[i]/2, trace.FaceY[i]/2+30, trace.FaceW[i]/2
	}
	stills, err := Stills(t.Context(), film, trace, a.Events, 2, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(stills) == 0 {
		t.Fatal("no stills")
	}
	for _, s := range stills {
		img, err := jpeg.DecodeConfig(bytes.NewReader(s.JPEG))
		if err != nil || img.Width != s.W || img.Height != s.H || img.Width > stillSize {
			t.Errorf("still of %d×%d, said to be %d×%d: %v", img.Width, img.Height, s.W, s.H, err)
		}
		in := false
		for _, e := range a.Events {
			in = in || (e.ID == s.EventID && s.T >= e.OnsetS-0.1 && s.T <= e.OffsetS+0.1)
		}
		if !in {
			t.Errorf("still at %v is not within its event %s", s.T, s.EventID)
		}
	}

	out := filepath.Join(filepath.Dir(film), "annotated.mp4")
	if err := Annotate(t.Context(), film, out, trace, a); err != nil {
		t.Fatal(err)
	}
	info, err := video.Probe(t.Context(), out)
	if err != nil || info.Codec != "h264" || info.Width != 640 || info.Height != 480 {
		t.Errorf("%+v, %v", info, err)
	}
	// The bar of a spasm of the right side lies at the picture's left edge.
	e := ofKind(a.Events, event.Spasm)[0]
	before, after := edge(t, film, e), edge(t, out, e)
	if d := int(before) - int(after); d > -8 && d < 8 {
		t.Errorf("the edge is %d before and %d after: no bar was drawn", before, after)
	}

	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	gone := filepath.Join(filepath.Dir(film), "gone.mp4")
	if err := Annotate(ctx, film, gone, trace, a); !errors.Is(err, context.Canceled) {
		t.Errorf("canceled: %v", err)
	}
	left, err := filepath.Glob(filepath.Join(filepath.Dir(film), "*"))
	if err != nil || len(left) != 2 {
		t.Errorf("left behind: %q, %v", left, err)
	}
	if dir := os.Getenv("REPORT_PREVIEW"); dir != "" {
		b, _ := os.ReadFile(out)
		os.WriteFile(filepath.Join(dir, "annotated.mp4"), b, 0o644)
	}
}

// edge is the mean luma of the picture's left edge in the middle of an event.
func edge(t *testing.T, path string, e event.Event) uint8 {
	t.Helper()
	r, err := video.Open(t.Context(), path, video.Options{FromS: (e.OnsetS + e.OffsetS) / 2})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	f, err := r.Next()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Release()
	sum := 0
	for y := range f.H {
		sum += int(f.Y[y*f.W+2])
	}
	return uint8(sum / f.H)
}

func TestAnnotationScript(t *testing.T) {
	a, trace := fixture(60)
	a.Recording.Mirrored = new(false)
	plain := assScript(a, trace, 1280, 720)
	a.Recording.Mirrored = new(true)
	mirrored := assScript(a, trace, 1280, 720)
	right := func(script string) string {
		for line := range strings.Lines(script) {
			if strings.HasSuffix(strings.TrimSpace(line), "}Right") {
				return line
			}
		}
		return ""
	}
	if !strings.Contains(right(plain), `\an7`) || !strings.Contains(right(mirrored), `\an9`) {
		t.Errorf("right lies at %q, mirrored at %q", right(plain), right(mirrored))
	}
	if got := assText(`{\pos(0,0)}x`); strings.ContainsAny(got, `{}\`) {
		t.Errorf("commands left in %q", got)
	}
	if got := assTime(3725.129); got != "1:02:05.13" {
		t.Errorf("assTime: %s", got)
	}
}
