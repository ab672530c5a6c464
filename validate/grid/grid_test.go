package grid

import (
	"context"
	"encoding/xml"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"facialis/anatomy"
	"facialis/event"
	"facialis/phantom"
)

// The pooled curve of 1/4, 3/4, 2/4, 4/4 is 0.25, 0.625, 0.625, 1.
func TestMonotone(t *testing.T) {
	got := monotone([]Point{{Found: 1, Drawn: 4}, {Found: 3, Drawn: 4}, {Found: 2, Drawn: 4}, {Found: 4, Drawn: 4}})
	if d := cmp.Diff([]float64{0.25, 0.625, 0.625, 1}, got); d != "" {
		t.Error(d)
	}
}

func TestCrossing(t *testing.T) {
	points := []Point{{MM: 0.25, Found: 0, Drawn: 4}, {MM: 1, Found: 4, Drawn: 4}, {MM: 2}}
	// Halfway between 0.25 and 1 on a logarithmic axis is 0.5.
	if got := crossing(points, 0.5); got == nil || math.Abs(*got-0.5) > 1e-12 {
		t.Errorf("half at %v, want 0.5", got)
	}
	if got := crossing(points[:1], 0.5); got != nil {
		t.Errorf("half at %g of a curve that never rises", *got)
	}
	if got := crossing(points[1:], 0.9); got == nil || *got != 1 {
		t.Errorf("90 %% at %v of a curve that is always above", got)
	}
}

func TestFullGridIsWhole(t *testing.T) {
	g := Full()
	names := map[string]bool{}
	frames := 0.0
	for i, v := range g.Views {
		names[v.Name()] = true
		s := g.spec(v, i)
		if err := s.Validate(); err != nil {
			t.Fatalf("%s: %v", v.Name(), err)
		}
		if len(s.Events) != len(g.Amplitudes)*len(g.Regions)*g.Repeats {
			t.Errorf("%s: %d twitches", v.Name(), len(s.Events))
		}
		frames += s.Seconds * v.FPS
	}
	if len(names) != len(g.Views) || len(g.Views) != 2*2*2*3+2 {
		t.Errorf("%d views of %d names", len(g.Views), len(names))
	}
	if frames > 60000 {
		t.Errorf("%.0f frames are more than an hour's work", frames)
	}
	for _, talk := range []bool{false, true} {
		if s := g.healthy(g.Views[0], talk, 0); s.Validate() != nil || len(s.Events) != 0 {
			t.Errorf("%s: %v, %d events", s.Name, s.Validate(), len(s.Events))
		}
	}
}

// oracle finds every true event from its limit on, 40 ms late and a tenth too
// large, and at a bolder operating point invents a spasm in every video.
func oracle(t *testing.T) Method {
	return Method{Name: "oracle", About: "Knows the truth.", Levels: []float64{-1, 0}, Usual: 1,
		Find: func(_ context.Context, path string) (Found, error) {
			truth, err := phantom.ReadTruth(strings.TrimSuffix(path, ".mp4") + ".truth.json")
			if err != nil {
				return Found{}, err
			}
			var seen []event.Event
			for _, e := range truth.Events {
				if mm := e.Regions[0].PeakMM; e.Kind != event.Spasm || *mm < 0.7 {
					continue
				}
				big := *e.Regions[0].PeakMM * 1.1
				e.Regions = []event.RegionMovement{{Region: e.Lead, Side: e.Side, PeakMM: &big}}
				e.OnsetS += 0.04
				seen = append(seen, e)
			}
			invented := append([]event.Event{{Kind: event.Spasm, Side: anatomy.Right, OnsetS: 0.1, OffsetS: 0.2}}, seen...)
			return Found{Events: [][]event.Event{invented, seen}}, nil
		}}
}

func TestSmallGrid(t *testing.T) {
	dir := t.TempDir()
	g := Small()
	methods := []Method{oracle(t)}
	how := Run{Dir: filepath.Join(dir, "clips"), Drawing: "one", Workers: 2}
	clips, err := g.Run(context.Background(), how, methods)
	if err != nil {
		t.Fatal(err)
	}
	if len(clips) != 3 {
		t.Fatalf("%d clips, want rest, talk and one view", len(clips))
	}
	r := g.Summarize(clips, methods, "test", 2)
	c := r.Methods[0]
	if r.Drawn != 4 || c.Errors.N != 2 {
		t.Fatalf("%d drawn, %d found; want 4 and 2", r.Drawn, c.Errors.N)
	}
	if got := *c.Levels[1].A50; math.Abs(got-math.Sqrt(0.5)) > 1e-9 {
		t.Errorf("half at %g mm, want √½: nothing at 0.5 mm, all at 1 mm", got)
	}
	if got := *c.Errors.OnsetMS; math.Abs(got-40) > 0.2 {
		t.Errorf("onset error %g ms, want 40", got)
	}
	if got := *c.Errors.SizeBias; math.Abs(got-0.1) > 1e-6 {
		t.Errorf("size bias %g, want 0.1", got)
	}
	// Three videos with one invention each, against none.
	if v := *c.Levels[0].False.Value * r.Minutes; math.Abs(v-3) > 1e-6 || *c.Levels[1].False.Value != 0 {
		t.Errorf("false alarms %g and %g", v, *c.Levels[1].False.Value)
	}
	page := filepath.Join(dir, "VALIDATION.md")
	if err := r.Write(page, filepath.Join(dir, "docs", "validation")); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), "| orbicularis oculi | 0.71 mm | 0.93 mm | 0/1 | 1/1 |") || strings.Contains(string(text), "%!") {
		t.Errorf("page:\n%s", text)
	}
	for _, name := range []string{"tradeoff.svg", "found-1.svg", "onset.svg", "size.svg"} {
		svg, err := os.ReadFile(filepath.Join(dir, "docs", "validation", name))
		if err != nil {
			t.Fatal(err)
		}
		d := xml.NewDecoder(strings.NewReader(string(svg)))
		for {
			if _, err := d.Token(); errors.Is(err, io.EOF) {
				break
			} else if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
	// A second run uses the drawn videos: nothing is drawn with its time up.
	stopped, stop := context.WithCancel(context.Background())
	stop()
	if some, err := g.Run(stopped, how, methods); err == nil || len(some) > len(clips) {
		t.Errorf("a run that was stopped gave %d clips and error %v", len(some), err)
	}
	before := modified(t, how.Dir)
	if _, err := g.Run(context.Background(), how, methods); err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(before, modified(t, how.Dir)); d != "" {
		t.Errorf("videos were drawn again: %s", d)
	}
	bad := []Method{{Name: "broken", Levels: []float64{1}, Find: func(context.Context, string) (Found, error) { return Found{}, nil }}}
	if _, err := g.Run(context.Background(), how, bad); err == nil || !strings.Contains(err.Error(), "broken gave 0 lists") {
		t.Errorf("error %v", err)
	}
	// With its time up a run has no clips, and the page says so.
	how.Until = time.Unix(1, 0)
	none, err := g.Run(context.Background(), how, methods)
	if err != nil || len(none) != 0 {
		t.Errorf("%d clips after the end of time, error %v", len(none), err)
	}
	if part := g.Summarize(clips[:2], methods, "test", 2).markdown("x"); !strings.Contains(part, "2 of its 3 videos") {
		t.Errorf("the page does not say that it is a part:\n%s", part)
	}
}

// modified is when each video in dir was written.
func modified(t *testing.T, dir string) map[string]time.Time {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*.mp4"))
	if err != nil || len(files) == 0 {
		t.Fatalf("%d videos in %s, error %v", len(files), dir, err)
	}
	out := map[string]time.Time{}
	for _, f := range files {
		st, err := os.Stat(f)
		if err != nil {
			t.Fatal(err)
		}
		out[f] = st.ModTime()
	}
	return out
}
