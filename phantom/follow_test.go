package phantom_test

import (
	"context"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"facialis/anatomy"
	"facialis/phantom"
)

// A face that follows a movement moves when and on the side where the movement does, and
// nowhere else; the same movement gives the same bytes.
func TestFollow(t *testing.T) {
	spec := &phantom.Spec{Name: "follow", Seed: 19, Seconds: 3, Camera: phantom.Camera{Width: 160, Height: 120, FPS: 10, FaceHeight: 0.8},
		Blinks: phantom.Blinks{RatePerMin: -1}, Head: phantom.Head{TurnDeg: -1, SwayMM: -1, BreathMM: -1}}
	spec.Events = []phantom.EventSpec{{At: 0.2, Kind: "spasm", Side: anatomy.Right, Regions: []phantom.RegionSpec{{Region: anatomy.Zygomaticus, MM: 5}}}} // not drawn
	left := func(t float64) (mm [2][anatomy.NumRegions]float64) {
		if t >= 1 && t < 2 {
			mm[anatomy.AtLeft][anatomy.AtZygomaticus] = 6
		}
		mm[anatomy.AtRight][anatomy.AtZygomaticus] = math.NaN()
		return mm
	}
	draw := func(name string) string {
		path := filepath.Join(t.TempDir(), name)
		if err := phantom.Follow(context.Background(), spec, left, path); err != nil {
			t.Fatal(err)
		}
		return path
	}
	a, b := draw("a.mp4"), draw("b.mp4")
	first, err1 := os.ReadFile(a)
	second, err2 := os.ReadFile(b)
	if err1 != nil || err2 != nil || string(first) != string(second) {
		t.Error("drawn twice, the bytes differ")
	}
	gray, err := exec.Command("ffmpeg", "-v", "error", "-i", a, "-f", "rawvideo", "-pix_fmt", "gray", "pipe:1").Output()
	if err != nil {
		t.Fatal(err)
	}
	const w, h = 160, 120
	if len(gray) != 30*w*h {
		t.Fatalf("%d bytes", len(gray))
	}
	// How much of the lower half of each side of the picture differs from its mean over the
	// first second, in means over the frames from one to another; the camera's noise aside.
	mean := func(from, to, at int) (v float64) {
		for f := from; f < to; f++ {
			v += float64(gray[f*w*h+at]) / float64(to-from)
		}
		return v
	}
	const noise = 8 // levels of gray
	differs := func(from, to int) (atLeft, atRight float64) {
		for y := h / 2; y < h; y++ {
			for x := range w {
				d := max(0, math.Abs(mean(from, to, y*w+x)-mean(0, 5, y*w+x))-noise)
				if x < w/2 {
					atLeft += d
				} else {
					atRight += d
				}
			}
		}
		return atLeft, atRight
	}
	restLeft, restRight := differs(5, 10)
	side, other := differs(11, 19)
	afterLeft, after := differs(21, 29)
	// The person's left is at the picture's right.
	if other < 300 || side > other/4 || max(restLeft, restRight, afterLeft, after) > other/10 {
		t.Errorf("moved: %.0f at the picture's right, %.0f at its left; before %.0f and %.0f, after %.0f and %.0f", other, side, restRight, restLeft, after, afterLeft)
	}
}
