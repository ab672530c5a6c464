package phantom

import (
	"bytes"
	"context"
	"os/exec"
	"path/filepath"
	"testing"

	"facialis/anatomy"
	"facialis/event"
)

func TestNightsAreValid(t *testing.T) {
	if len(Nights()) < 5 {
		t.Fatalf("only %v", Nights())
	}
	for _, n := range Nights() {
		if _, err := NightPreset(n); err != nil {
			t.Error(err)
		}
	}
	for _, bad := range []string{"lies: [{at: 3}]", "lies: [{at: 0, roll_deg: 200}]", "sleep: [{from_s: 5, to_s: 5}]", "gain: 9", "nose: long"} {
		if _, err := ParseNight([]byte(bad)); err == nil {
			t.Errorf("%q was taken for a night", bad)
		}
	}
}

const shortNight = `
seconds: 6
person: {skin: 2}
camera: {width: 320, height: 240, fps: 10, face_height: 0.5, lossless: true}
blinks_per_min: 60
infrared: true
gain: 0.6
sleep: [{from_s: 2, to_s: 5}]
lies: [{at: 0, roll_deg: 90, pillow: left, pillow_mm: 30}]
events:
  - {at: 3.5, side: right, regions: [{region: orbicularis_oculi, mm: 6}]}
`

// While the person sleeps the lids are shut and nothing blinks; what a twitch of a
// closed lid moves is the line of the lids. The picture is gray, lies on its side and is
// the same each time.
func TestNight(t *testing.T) {
	if testing.Short() {
		t.Skip("draws a short night")
	}
	n, err := ParseNight([]byte(shortNight))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "night.mp4")
	truth, err := RenderNight(context.Background(), n, path, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, at := range truth.Displacement.T {
		open := truth.ApertureMM.Right[i]
		if at > 3.3 && at < 5 && open != 0 || at < 0.9 && open < 5 {
			t.Errorf("at %.1f s the right eye is open by %.1f mm", at, open)
		}
		if r := truth.Head.Roll[i]; r < 80 || r > 100 {
			t.Errorf("at %.1f s the head lies at %.0f degrees", at, r)
		}
	}
	twitches := 0
	for _, e := range truth.Events {
		switch {
		case e.Kind == event.Blink && e.OnsetS > 2 && e.OnsetS < 5:
			t.Errorf("a sleeper blinks at %.1f s", e.OnsetS)
		case e.Kind == event.Spasm:
			twitches++
			if p := *e.Regions[0].PeakMM; p < 1 || p > 2.4 {
				t.Errorf("the closed lid's line rises by %.2f mm", p)
			}
		}
	}
	if twitches != 1 || truth.Night.Hidden[0] != anatomy.Left || len(truth.Night.Asleep) != 1 {
		t.Errorf("%d twitches, %+v", twitches, truth.Night)
	}
	raw, err := exec.Command("ffmpeg", "-v", "error", "-nostdin", "-i", path, "-f", "rawvideo", "-pix_fmt", "yuv420p", "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	const size = 320 * 240 * 3 / 2
	for _, c := range raw[320*240 : size] {
		if c != 128 {
			t.Fatalf("the infrared picture has color %d", c)
		}
	}
	again := filepath.Join(t.TempDir(), "again.mp4")
	if _, err := RenderNight(context.Background(), n, again, nil); err != nil {
		t.Fatal(err)
	}
	raw2, err := exec.Command("ffmpeg", "-v", "error", "-nostdin", "-i", again, "-f", "rawvideo", "-pix_fmt", "yuv420p", "-").Output()
	if err != nil || !bytes.Equal(raw, raw2) {
		t.Error("the same night is another one", err)
	}
}
