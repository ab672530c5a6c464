package pipeline

import (
	"context"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"

	"facialis/anatomy"
	"facialis/event"
	"facialis/night"
	"facialis/phantom"
)

const briefNight = `
seconds: 40
seed: 31
person: {skin: 2}
camera: {width: 640, height: 480, fps: 12, face_height: 0.7, crf: 20}
head: {sway_mm: 0.2, turn_deg: 0.2, breath_mm: 0.8}
blinks_per_min: 25
infrared: true
gain: 0.7
night_noise: 1.5
sleep: [{from_s: 10, to_s: 40}]
lies: [{at: 0, roll_deg: 90}]
events:
  - {at: 22, side: left, rise_ms: 90, fall_ms: 150, regions: [{region: zygomaticus, mm: 3}]}
`

// drawnNight draws a night and gives its film.
func drawnNight(t *testing.T, text string) string {
	t.Helper()
	n, err := phantom.ParseNight([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "night.mp4")
	if _, err := phantom.RenderNight(t.Context(), n, path, nil); err != nil {
		t.Fatal(err)
	}
	return path
}

// A drawn night: sleep is found within ten seconds, the twitch is found, nobody
// blinks asleep. A second run measures nothing again, unless a setting has changed.
func TestNightIsMeasuredOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("draws and measures a short night")
	}
	engine := opened(t)
	path := drawnNight(t, briefNight)
	seg := []night.Segment{{Path: path, StartS: 100, LengthS: 40}}
	opt := NightOptions{Options: DefaultOptions(), Folder: t.TempDir()}
	pieces, err := RunNight(t.Context(), engine, seg, opt, nil)
	if err != nil {
		t.Fatal(err)
	}
	states := night.States(pieces[0].Blocks)
	if night.At(states, 105) != night.Awake || night.At(states, 120) != night.Asleep || night.At(states, 138) != night.Asleep {
		t.Errorf("states %+v", states)
	}
	a := NightAnalysis(engine, seg, pieces, states, opt)
	twitches := 0
	for _, e := range a.Events {
		switch {
		case e.Kind == event.Blink && e.OnsetS > 110:
			t.Errorf("a sleeper blinks at %.1f s", e.OnsetS-100)
		case e.Kind == event.Spasm && e.Side == anatomy.Left && e.OnsetS > 121.5 && e.OnsetS < 122.5:
			twitches++
			if e.Task == nil || *e.Task != night.TaskSleep {
				t.Errorf("the twitch came during %v", e.Task)
			}
		case e.Kind == event.Spasm:
			t.Errorf("invented: %+v", e)
		}
	}
	if twitches != 1 {
		t.Errorf("%d twitches were found of 1", twitches)
	}
	over, cancel := context.WithCancel(t.Context())
	cancel() // nothing can be read any more but what is kept
	again, err := RunNight(over, engine, seg, opt, nil)
	if err != nil {
		t.Fatalf("a second run: %v", err)
	}
	if d := cmp.Diff(pieces, again); d != "" {
		t.Error(d)
	}
	opt.Mirrored = new(true)
	if _, err := RunNight(over, engine, seg, opt, nil); err == nil {
		t.Error("other settings took the pieces of these")
	}
}
