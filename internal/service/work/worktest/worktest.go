// Package worktest gives tests a small film and a stand-in for the instrument,
// so that what is around the analysis is tested without it.
package worktest

import (
	"context"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"facialis/anatomy"
	"facialis/event"
	"facialis/face"
	"facialis/internal/pipeline"
	"facialis/internal/service/work"
	"facialis/measure"
	"facialis/report"
	"facialis/spasm"
	"facialis/video"
	"facialis/words"
)

var film = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "film")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "film.mp4")
	if err := exec.Command("ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc2=size=160x120:rate=30:duration=2", "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", path).Run(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Film is a film of two seconds.
func Film(t testing.TB) []byte {
	t.Helper()
	b, err := film()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// Trace is a quiet trace of so many seconds at 30 frames a second, with one
// movement of the right cheek at one second.
func Trace(seconds float64) *event.Trace {
	n := int(seconds * 30)
	t := &event.Trace{MMPerPx: 0.3, ScaleUncertainty: 0.07}
	column := func(f func(i int) float32) []float32 {
		v := make([]float32, n)
		for i := range v {
			v[i] = f(i)
		}
		return v
	}
	zero := func(int) float32 { return 0 }
	for i := range n {
		t.T = append(t.T, float64(i)/30)
	}
	for k := range anatomy.NumRegions {
		for s := range 2 {
			t.DX[s][k], t.DY[s][k], t.Along[s][k] = column(zero), column(zero), column(zero)
			t.NoiseMM[s][k] = 0.05
		}
		t.Diff[k], t.DiffNoiseMM[k] = column(zero), 0.05
	}
	for s := range 2 {
		t.Aperture[s], t.BrowHeight[s] = column(func(int) float32 { return 10 }), column(func(int) float32 { return 20 })
		t.CornerOut[s], t.CornerUp[s] = column(func(int) float32 { return 25 }), column(zero)
	}
	t.LipOpen, t.Yaw, t.Pitch, t.Roll = column(zero), column(zero), column(zero), column(zero)
	t.FaceX, t.FaceY, t.FaceW = column(func(int) float32 { return 80 }), column(func(int) float32 { return 60 }), column(func(int) float32 { return 60 })
	t.Quality = column(func(int) float32 { return 1 })
	peak := func(i int) float32 { return float32(2 * math.Exp(-math.Pow((float64(i)-33)/2, 2))) }
	t.Along[anatomy.AtRight][anatomy.AtZygomaticus], t.Diff[anatomy.AtZygomaticus] = column(peak), column(peak)
	return t
}

// Event is a spasm of the right cheek.
func Event(id string, onset float64) event.Event {
	mm := 2.0
	return event.Event{ID: id, Kind: event.Spasm, Side: anatomy.Right, Form: event.Twitch, OnsetS: onset, OffsetS: onset + 0.2,
		Lead: anatomy.Zygomaticus, Twitches: 1, Confidence: 0.9,
		Regions: []event.RegionMovement{{Region: anatomy.Zygomaticus, Side: anatomy.Right, OnsetS: onset, PeakMM: &mm}}}
}

// Result is what the stand-in finds: one spasm at 1 s and one at 1.6 s.
func Result(opt pipeline.Options) *pipeline.Result {
	tr := Trace(2)
	events := []event.Event{Event("e0001", 1), Event("e0002", 1.6)}
	spasm.Group(events, opt.Spasm, nil)
	a := &report.Analysis{Schema: report.Schema, Events: events, Tasks: opt.Tasks,
		Recording:  report.Recording{File: "x", DurationS: 2, Frames: tr.Len(), FrameRate: 30, Width: 160, Height: 120, Mirrored: opt.Mirrored},
		Tracking:   report.Tracking{FaceFraction: 1, FacesMax: 1},
		Quality:    report.Quality{Usable: true},
		Provenance: pipeline.Settings(opt)}
	if opt.Mirrored == nil {
		pipeline.HideSides(events, spasm.DefaultParams(), nil)
		a.Quality.Warnings = []report.Warning{{Code: report.SideUnknown, Text: words.Default().Say("quality.side.mirrored")}}
	}
	small := spasm.Find(tr, nil, opt.Spasm).Small(opt.Spasm)
	count := small.Count(opt.Mirrored != nil)
	a.Small = &count
	view, _ := pipeline.View(tr, events)
	a.Measures = measure.Summarize(events, view, opt.Tasks, opt.Measure)
	a.Measures.Watch(tr, events, view, opt.Tasks, opt.Measure)
	if opt.Mirrored == nil {
		a.Measures.HideSides()
	}
	return &pipeline.Result{Analysis: a, Trace: tr, Album: &report.Album{}, Small: small}
}

// Run is the stand-in for the instrument.
func Run(ctx context.Context, _ string, opt pipeline.Options, progress func(pipeline.Progress)) (*pipeline.Result, error) {
	if opt.Seen != nil {
		for i := range 60 {
			var lm face.Landmarks
			for k := range lm.Points {
				lm.Points[k].X, lm.Points[k].Y = float32(40+k%80), float32(20+k/8)
			}
			opt.Seen(&video.Frame{T: float64(i) / 30, W: 160, H: 120}, &face.Observation{Found: true, Fresh: true, Landmarks: &lm})
		}
	}
	progress(pipeline.Progress{Frames: 60, AtS: 2, TotalS: 2})
	return Result(opt), ctx.Err()
}

// NoneUnfinished holds that no folder under dir still counts as being written. A
// start removes such a folder when no row names it, so a mark left behind would
// let an older database, put back, cost a finished recording.
func NoneUnfinished(t testing.TB, dir string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Name() == "unfinished" {
			t.Errorf("%s is left behind", path)
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// Aside waits until nothing is left to be made beside a recording's analysis: its
// copy to play and the pictures of its report.
func Aside(t interface {
	Helper()
	Fatal(...any)
}, w *work.Worker, rec string) {
	t.Helper()
	for end := time.Now().Add(time.Minute); ; time.Sleep(5 * time.Millisecond) {
		has, err := w.Queue.Has(context.Background(), work.PlayJob, rec)
		if err != nil {
			t.Fatal(err)
		}
		if !has {
			return
		}
		if time.Now().After(end) {
			t.Fatal("side products missing")
		}
	}
}
