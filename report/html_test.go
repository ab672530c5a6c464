package report

import (
	"bytes"
	"html/template"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"facialis/anatomy"
	"facialis/event"
	"facialis/measure"
)

func render(t *testing.T, a *Analysis, in Inputs) string {
	t.Helper()
	var b bytes.Buffer
	if err := EncodeHTML(&b, a, in); err != nil {
		t.Fatal(err)
	}
	return strings.ReplaceAll(b.String(), "\u00a0", " ")
}

// picture is a small JPEG.
func picture(t *testing.T) []byte {
	t.Helper()
	img := image.NewGray(image.Rect(0, 0, 64, 64))
	for i := range img.Pix {
		img.Pix[i] = uint8(i)
	}
	img.Set(3, 3, color.White)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestPage(t *testing.T) {
	a, trace := fixture(200)
	s := strongest(a.Events, 2)
	stills := []Still{{T: s[0].OnsetS, JPEG: picture(t), W: 64, H: 64, EventID: s[0].ID}, {T: 3, JPEG: picture(t), Caption: "<b>At rest</b>"}}
	got := render(t, a, Inputs{Trace: trace, Stills: stills, Pages: []template.HTML{`<h2>From elsewhere</h2>`}})
	if dir := os.Getenv("REPORT_PREVIEW"); dir != "" { // to look at it in a browser
		preview(t, dir, got)
	}
	for _, want := range []string{
		"<h2>From elsewhere</h2>", "What was seen", "The recording is 3 min 20 s long", "on your right side of the face and none on your left side",
		`id="timeline-wide"`, `id="timeline-narrow"`, `id="traces-wide"`, `id="face"`, "data:image/jpeg;base64,", "living room &amp; sofa.mp4",
		"0.1.0-test", "&lt;b&gt;At rest&lt;/b&gt;", "The face was not seen.", "What this cannot tell", "95 % CI", `lang="en"`,
	} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q", want)
		}
	}
	checkPage(t, got)
}

// checkPage holds for every page.
func checkPage(t *testing.T, got string) {
	t.Helper()
	text := regexp.MustCompile(`(?s)<style>.*?</style>|data:image/[^"]*`).ReplaceAllString(got, "")
	for _, bad := range []string{"http://", "https://", "<script", "NaN", "+Inf", "%!", "ZgotmplZ", "you have hemifacial", "diagnosed"} {
		if strings.Contains(text, bad) {
			i := strings.Index(text, bad)
			t.Errorf("%q in the page: …%s", bad, text[max(0, i-80):i+20])
		}
	}
	seen := map[string]bool{}
	for _, m := range regexp.MustCompile(` id="([^"]*)"`).FindAllStringSubmatch(text, -1) {
		if seen[m[1]] {
			t.Errorf("id %s twice", m[1])
		}
		seen[m[1]] = true
	}
	for _, m := range regexp.MustCompile(`aria-labelledby="([^"]*)"`).FindAllStringSubmatch(text, -1) {
		for _, id := range strings.Fields(m[1]) {
			if !seen[id] {
				t.Errorf("nothing has the id %s", id)
			}
		}
	}
}

func TestPageWithoutAnything(t *testing.T) {
	nothing := &Analysis{Recording: Recording{File: "x.mp4", DurationS: 12}}
	got := render(t, nothing, Inputs{})
	checkPage(t, got)
	for _, want := range []string{"nothing could be measured", "not good enough to measure"} {
		if !strings.Contains(got, want) {
			t.Errorf("no %q", want)
		}
	}
	for _, bad := range []string{`id="face"`, "<table", "no spasm was seen"} {
		if strings.Contains(got, bad) {
			t.Errorf("%q where nothing could be measured", bad)
		}
	}
	quiet := &Analysis{Recording: Recording{File: "x.mp4", DurationS: 180, FrameRate: 30}, Quality: Quality{Usable: true},
		Measures: measure.Summarize(nil, measure.FullView([]measure.Span{{FromS: 0, ToS: 180}}), nil, measure.DefaultParams())}
	got = render(t, quiet, Inputs{})
	checkPage(t, got)
	if want := "no spasm was seen. That does not rule spasms out: by chance alone, a recording like this could miss spasms that come up to about 1.2 a minute."; !strings.Contains(got, want) {
		t.Errorf("no %q", want)
	}
	one := train(1)
	a := &Analysis{Recording: Recording{File: "x.mp4", DurationS: 60}, Quality: Quality{Usable: true}, Events: one,
		Measures: measure.Summarize(one, measure.FullView([]measure.Span{{FromS: 0, ToS: 60}}), nil, measure.DefaultParams())}
	got = render(t, a, Inputs{})
	checkPage(t, got)
	if want := "1 spasm was seen on your left side"; !strings.Contains(got, want) {
		t.Errorf("no %q", want)
	}
}

// train is n spasms of the left side without a scale.
func train(n int) []event.Event {
	var out []event.Event
	for i := range n {
		e := newEvent(event.Spasm, anatomy.Left, event.Twitch, float64(5*i)+5, 0.2, 1, map[anatomy.Region]float64{anatomy.Zygomaticus: 1})
		e.Regions[0].PeakMM = nil
		out = append(out, e)
	}
	number(out)
	return out
}

// A page must not grow without bounds with the film.
func TestLongPageStaysSmall(t *testing.T) {
	a, trace := fixture(3600)
	got := render(t, a, Inputs{Trace: trace})
	checkPage(t, got)
	if len(got) > 2<<20 {
		t.Errorf("%d bytes for an hour", len(got))
	}
	for _, path := range regexp.MustCompile(`class="curve[^>]* d="([^"]*)"`).FindAllStringSubmatch(got, -1) {
		if n := strings.Count(path[1], "L") + strings.Count(path[1], "M"); n > 2002 {
			t.Errorf("a curve of %d points", n)
		}
	}
}

func TestMinMaxPathKeepsTwitch(t *testing.T) {
	n := 100000
	at, v := make([]float64, n), make([]float32, n)
	for i := range at {
		at[i] = float64(i)
	}
	v[n/3], v[n/2] = 7, float32(math.NaN())
	path := minMaxPath(at, v, 2000, func(x float64) float64 { return x }, func(y float64) float64 { return y })
	if !strings.Contains(path, "33333 7") {
		t.Error("the twitch of one frame is gone")
	}
}

func TestRowsOfTimeline(t *testing.T) {
	for seconds, want := range map[float64]int{9: 1, 20.1: 1, 60.03: 3, 200: 7, 600: 5, 8 * 3600: 8} {
		a := &Analysis{Recording: Recording{DurationS: seconds, Mirrored: new(false)}}
		got := strings.Count(string(english().timeline(a, nil, canvases[0])), ">Right</text>")
		if got != want {
			t.Errorf("%v s: %d rows, want %d", seconds, got, want)
		}
	}
}

func TestWords(t *testing.T) {
	for x, want := range map[float64]string{0.234: "0.23 s", 0.999: "1 s", 9.96: "10 s", 59.7: "1 min", 200: "3 min 20 s", 3600: "1 h", 7500: "2 h 5 min", math.NaN(): "not known"} {
		if got := english().clock(x); got != want {
			t.Errorf("english().clock(%v) = %q, want %q", x, got, want)
		}
	}
	for x, want := range map[float64]string{7.04: "0:07.0", 200: "3:20.0", 3725.96: "1:02:06.0", 59.96: "1:00.0"} {
		if got := english().stamp(x, true); got != want {
			t.Errorf("stamp(%v) = %q, want %q", x, got, want)
		}
	}
	if got, want := string(keep("3 min 20 s, <5> spasms, 0.3 mm (0.2–0.4).")), "3\u00a0min 20\u00a0s, &lt;5&gt; spasms, 0.3\u00a0mm (<span class=\"whole\">0.2–0.4</span>)."; got != want {
		t.Errorf("keep: %q", got)
	}
	for x, want := range map[float64]string{0: "0 %", 0.004: "less than 1 %", 0.126: "13 %", 1: "100 %"} {
		if got := english().percent(x); got != want {
			t.Errorf("english().percent(%v) = %q, want %q", x, got, want)
		}
	}
}

func preview(t *testing.T, dir, page string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "report.html"), []byte(page), 0o644); err != nil {
		t.Fatal(err)
	}
}
