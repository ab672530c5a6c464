// Package reporttest makes analyses and traces for the tests of the exporters.
package reporttest

import (
	"fmt"
	"math"
	"slices"

	"pgregory.net/rapid"

	"facialis/anatomy"
	"facialis/event"
	_ "facialis/internal/rapidtest"
	"facialis/measure"
	"facialis/report"
)

// Analysis draws any analysis that the program, or a clinician who corrects it,
// may make: events that overlap, that lack a side, a form or regions, that are
// too short for a frame; names with quotes and other scripts.
func Analysis(t *rapid.T) *report.Analysis {
	seconds := rapid.Float64Range(1, 600).Draw(t, "seconds")
	moment := rapid.Float64Range(0, seconds)
	var events []event.Event
	for i := range rapid.IntRange(0, 12).Draw(t, "events") {
		e := event.Event{ID: fmt.Sprintf("e%04d", i+1),
			Kind:       rapid.SampledFrom(report.Kinds).Draw(t, "kind"),
			Side:       rapid.SampledFrom(report.Sides).Draw(t, "side"),
			Form:       rapid.SampledFrom([]event.Form{event.Twitch, event.Clonic, event.Tonic, ""}).Draw(t, "form"),
			OnsetS:     moment.Draw(t, "onset"),
			Twitches:   rapid.IntRange(0, 9).Draw(t, "twitches"),
			Confidence: rapid.Float64Range(0, 1).Draw(t, "confidence"),
		}
		if e.Kind == event.Other {
			e.Reasons = rapid.SliceOfNDistinct(rapid.SampledFrom(event.Refusals), 1, 1, rapid.ID).Draw(t, "reasons")
		}
		e.OffsetS = e.OnsetS + rapid.Float64Range(0, 4).Draw(t, "length")
		if e.Side == "" && e.Kind == event.Blink {
			e.Side = anatomy.Both // nobody says a blink without meaning both eyes
		}
		for range rapid.IntRange(0, 3).Draw(t, "regions") {
			r := event.RegionMovement{Region: rapid.SampledFrom(anatomy.Regions).Draw(t, "region"), Side: e.Side, OnsetS: e.OnsetS}
			if rapid.Bool().Draw(t, "measured") {
				mm := rapid.Float64Range(0, 20).Draw(t, "mm")
				r.PeakMM = &mm
				if rapid.Bool().Draw(t, "interval") {
					r.PeakCI95MM = &[2]float64{mm * rapid.Float64Range(0, 1).Draw(t, "low"), mm * rapid.Float64Range(1, 3).Draw(t, "high")}
				}
			}
			e.Regions = append(e.Regions, r)
		}
		if len(e.Regions) > 0 {
			e.Lead = e.Regions[0].Region
		}
		if rapid.Bool().Draw(t, "triggered") {
			s := rapid.SampledFrom([]string{"blink", "brow_raise", "smile", "eye_closure"}).Draw(t, "trigger")
			e.Trigger = &s
		}
		events = append(events, e)
	}
	slices.SortStableFunc(events, func(a, b event.Event) int {
		switch {
		case a.OnsetS < b.OnsetS:
			return -1
		case a.OnsetS > b.OnsetS:
			return 1
		}
		return 0
	})
	a := Small()
	a.Events = events
	a.Recording.File = rapid.SampledFrom([]string{"a.mp4", "living room & sofa.mov", `"quoted" <name>.webm`, "Ünïcode лицо.mkv", ""}).Draw(t, "file")
	a.Recording.DurationS, a.Recording.Frames = seconds, int(seconds*30)
	a.Tasks = nil
	for at := 0.0; at < seconds && len(a.Tasks) < 5; { // one after the other, as they are asked for
		k := event.Task{Task: rapid.SampledFrom([]string{"rest", "smile", "blink", "wink_left"}).Draw(t, "task"),
			FromS: at + rapid.Float64Range(0.01, 200).Draw(t, "pause")}
		k.ToS = k.FromS + rapid.Float64Range(0.01, 30).Draw(t, "for")
		at = k.ToS
		a.Tasks = append(a.Tasks, k)
	}
	a.Measures = measure.Summarize(events, measure.FullView([]measure.Span{{FromS: 0, ToS: seconds}}), a.Tasks, measure.DefaultParams())
	return a
}

// Small is a short recording with three events, the same each time.
func Small() *report.Analysis {
	mm, blink, one := 1.5, "blink", 1
	ci := &[2]float64{1.125, 2.375}
	from, to := 8.0, 9.0
	events := []event.Event{
		{ID: "e0001", Kind: event.Blink, Side: anatomy.Both, Form: event.Twitch, OnsetS: 1, OffsetS: 1.23, Lead: anatomy.OrbicularisOculi,
			Regions: []event.RegionMovement{{Region: anatomy.OrbicularisOculi, Side: anatomy.Right, OnsetS: 1, PeakMM: &mm, PeakCI95MM: ci}}, Twitches: 1, Confidence: 0.95},
		{ID: "e0002", Kind: event.Spasm, Side: anatomy.Left, Form: event.Twitch, OnsetS: 1.3, OffsetS: 1.5, Lead: anatomy.Zygomaticus,
			Regions:  []event.RegionMovement{{Region: anatomy.Zygomaticus, Side: anatomy.Left, OnsetS: 1.3, PeakMM: &mm, PeakCI95MM: ci}, {Region: anatomy.Depressor, Side: anatomy.Left, OnsetS: 1.32}},
			Twitches: 1, Trigger: &blink, Episode: &one, Attack: &one, Confidence: 0.9},
		{ID: "e0003", Kind: event.Synkinesis, Side: anatomy.Left, Form: event.Tonic, OnsetS: 5, OffsetS: 6.5, Lead: anatomy.OrbicularisOculi,
			Regions: []event.RegionMovement{{Region: anatomy.OrbicularisOculi, Side: anatomy.Left, OnsetS: 5, PeakMM: &mm, PeakCI95MM: ci}}, Twitches: 1, Confidence: 0.8},
	}
	tasks := []event.Task{{Task: "rest", FromS: 0, ToS: 4}, {Task: "smile", FromS: 4.5, ToS: 7}}
	scale, off := 0.42, 0.07
	return &report.Analysis{
		Schema: report.Schema,
		Recording: report.Recording{File: "living room & sofa.mp4", SHA256: fmt.Sprintf("%064x", 12345), DurationS: 10, Frames: 300,
			FrameRate: 30, Width: 1280, Height: 720, Mirrored: new(false)},
		Tracking: report.Tracking{FaceFraction: 0.9, FacesMax: 1, MMPerPx: &scale, ScaleUncertainty: &off},
		Quality: report.Quality{Usable: true, Warnings: []report.Warning{
			{Code: "face_lost", Text: "The face was not seen.", FromS: &from, ToS: &to},
			{Code: "dark", Text: "The picture is dark; small movements may have been missed."}}},
		Tasks: tasks, Events: events,
		Measures: measure.Summarize(events, measure.FullView([]measure.Span{{FromS: 0, ToS: 8}, {FromS: 9, ToS: 10}}), tasks, measure.DefaultParams()),
		Provenance: report.Provenance{Version: "0.1.0-test", Models: map[string]string{"mesh": fmt.Sprintf("%064x", 99)},
			Parameters: map[string]any{}},
	}
}

// Trace is a trace of n frames at the given rate: slow waves of another period
// in each column, with one stretch of frames in which the face was not seen.
func Trace(n int, fps float64) *event.Trace {
	wave := func(period, size float64) []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = float32(size * math.Sin(2*math.Pi*float64(i)/fps/period))
		}
		return x
	}
	t := &event.Trace{T: make([]float64, n), MMPerPx: 0.42, ScaleUncertainty: 0.07}
	for i := range n {
		t.T[i] = float64(i) / fps
	}
	for s := range 2 {
		for r := range anatomy.NumRegions {
			p := 2 + float64(s) + 0.5*float64(r)
			t.Along[s][r], t.DX[s][r], t.DY[s][r] = wave(p, 1+float64(r)), wave(p, 0.5), wave(p, 0.25)
			t.SD[s][r] = wave(6, 0.1)
			t.NoiseMM[s][r] = 0.05
		}
		t.Shown[s] = wave(3, 4)
		t.Aperture[s], t.BrowHeight[s], t.CornerOut[s], t.CornerUp[s] = wave(3, 9), wave(5, 20), wave(7, 30), wave(4, 2)
	}
	for r := range anatomy.NumRegions {
		t.Diff[r] = make([]float32, n)
		for i := range n {
			t.Diff[r][i] = t.Along[anatomy.AtRight][r][i] - t.Along[anatomy.AtLeft][r][i]
		}
		t.DiffNoiseMM[r] = 0.07
	}
	t.LipOpen, t.Yaw, t.Pitch, t.Roll = wave(6, 4), wave(9, 10), wave(8, 5), wave(7, 3)
	t.FaceX, t.FaceY, t.FaceW, t.Quality = wave(20, 640), wave(20, 360), wave(30, 300), wave(1e9, 0)
	for i := range n {
		t.Quality[i] = 0.9
		if i >= n/2 && i < n/2+n/10 {
			for _, col := range append(t.Diff[:], append(t.Along[0][:], t.Along[1][:]...)...) {
				col[i] = event.Missing
			}
			for s := range 2 {
				t.Aperture[s][i], t.BrowHeight[s][i], t.CornerOut[s][i], t.CornerUp[s][i] = event.Missing, event.Missing, event.Missing, event.Missing
			}
			t.LipOpen[i], t.Yaw[i], t.Pitch[i], t.Roll[i], t.Quality[i] = event.Missing, event.Missing, event.Missing, event.Missing, 0
		}
	}
	return t
}
