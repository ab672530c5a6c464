package pipeline

import (
	"math"
	"math/rand/v2"
	"runtime/debug"
	"testing"
	"time"

	"facialis/anatomy"
	"facialis/event"
	"facialis/internal/memtest"
	"facialis/internal/scratch"
	"facialis/measure"
	"facialis/report"
	"facialis/spasm"
)

// longTrace is a face that blinks and twitches for so many minutes at 30 frames a
// second, with its columns in a file.
func longTrace(t testing.TB, minutes int) *event.Trace {
	t.Helper()
	n := minutes * 60 * 30
	k, err := scratch.NewColumns(scratch.ColumnBytes[float64](n) + 80*scratch.ColumnBytes[float32](n))
	if err != nil {
		t.Skip(err)
	}
	tr := &event.Trace{T: scratch.Column[float64](k, n), MMPerPx: 0.3, ScaleUncertainty: 0.07}
	tr.KeepIn(k)
	for i := range tr.T {
		tr.T[i] = float64(i) / 30
	}
	r := rand.New(rand.NewPCG(1, 2))
	noise := make([]float32, 1<<16)
	for i := range noise {
		noise[i] = float32(r.NormFloat64())
	}
	column := func(level, sd float32, more func(i int) float64) []float32 {
		c := scratch.Column[float32](k, n)
		at := r.IntN(len(noise))
		for i := range c {
			c[i] = level + sd*noise[(at+i+i>>16*977)&0xffff]
			if more != nil {
				c[i] += float32(more(i))
			}
		}
		tr.Free()
		return c
	}
	pulse := func(i, every, begin, frames int, mm float64) float64 {
		d := i%every - begin
		if d < 0 || d > frames {
			return 0
		}
		return mm * (1 - math.Cos(2*math.Pi*float64(d)/float64(frames))) / 2
	}
	for s := range 2 {
		for reg := range anatomy.NumRegions {
			along := func(i int) float64 {
				v := 0.0
				if reg == anatomy.AtOrbicularisOculi {
					v = pulse(i, 127, 40, 7, 9) // blinks
				}
				if s == anatomy.AtLeft && reg <= anatomy.AtZygomaticus {
					v += pulse(i, 331, 200, 6, 1.5) // twitches
				}
				return v
			}
			a := anatomy.Directions[reg]
			tr.DX[s][reg] = column(0, 0.03, func(i int) float64 { return a[0] * along(i) })
			tr.DY[s][reg] = column(0, 0.03, func(i int) float64 { return a[1] * along(i) })
			tr.Along[s][reg] = column(0, 0.03, along)
			tr.NoiseMM[s][reg], tr.DiffNoiseMM[reg] = 0.03, 0.04
		}
		tr.Aperture[s] = column(10, 0.05, func(i int) float64 { return -pulse(i, 127, 40, 7, 9) })
		tr.BrowHeight[s], tr.CornerOut[s], tr.CornerUp[s] = column(20, 0.1, nil), column(25, 0.1, nil), column(-30, 0.1, nil)
	}
	for reg := range anatomy.NumRegions {
		tr.Diff[reg] = column(0, 0, func(i int) float64 {
			return float64(tr.Along[anatomy.AtRight][reg][i] - tr.Along[anatomy.AtLeft][reg][i])
		})
	}
	tr.LipOpen = column(1, 0.05, nil)
	tr.Yaw, tr.Pitch, tr.Roll = column(0, 0.1, nil), column(0, 0.1, nil), column(0, 0.1, nil)
	tr.FaceX, tr.FaceY, tr.FaceW, tr.Quality = column(600, 1, nil), column(300, 1, nil), column(300, 1, nil), column(1, 0, nil)
	return tr
}

// A recording of an hour takes no more memory for its events, measures and files
// than the networks and the pictures took before.
func TestAnHourIsSmall(t *testing.T) {
	if testing.Short() {
		t.Skip("searches an hour")
	}
	if mb := finished(t, 60); mb >= 100 {
		t.Errorf("an hour took %d MB", mb)
	}
}

// Eight hours take under 300 MB.
func BenchmarkEightHours(b *testing.B) {
	for b.Loop() {
		mb := finished(b, 480)
		b.ReportMetric(float64(mb), "MB")
		if mb >= 300 {
			b.Errorf("eight hours took %d MB", mb)
		}
	}
}

// finished makes the events, the measures and the files of a recording of so many
// minutes, and says how much more memory they took, MB.
func finished(t testing.TB, minutes int) int {
	defer debug.SetGCPercent(debug.SetGCPercent(30)) // as in the program
	tr := longTrace(t, minutes)
	defer func() {
		if err := tr.Close(); err != nil {
			t.Error(err)
		}
	}()
	memtest.Reset(t)
	before := memtest.PeakMB(t) // of what tests before this one still hold
	opt := DefaultOptions()
	start := time.Now()
	took := func(what string) {
		t.Logf("%s: %d MB more, %.0f s", what, memtest.PeakMB(t)-before, time.Since(start).Seconds())
	}
	a := &report.Analysis{Schema: report.Schema, Tasks: []event.Task{}}
	a.Recording = report.Recording{File: "made up", DurationS: float64(minutes) * 60, Frames: tr.Len(), FrameRate: 30, Width: 1280, Height: 720, Mirrored: new(false)}
	a.Events = spasm.Detect(tr, nil, opt.Spasm)
	if n := len(a.Events); n < 18*minutes {
		t.Errorf("only %d events", n)
	}
	took("events")
	a.Tracking = tracking(tr, tr.Len(), tr.Len(), 1)
	view, _ := View(tr, a.Events)
	a.Quality = quality(tr, a, view, nil, "", "")
	a.Measures = measure.Summarize(a.Events, view, nil, opt.Measure)
	a.Measures.Watch(tr, a.Events, view, nil, opt.Measure)
	tr.Free()
	took("measures")
	if err := report.Write(t.TempDir(), a, report.Inputs{Trace: tr}); err != nil {
		t.Fatal(err)
	}
	took("files")
	return memtest.PeakMB(t) - before
}
