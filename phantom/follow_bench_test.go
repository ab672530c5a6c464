package phantom_test

import (
	"context"
	"path/filepath"
	"testing"

	"facialis/anatomy"
	"facialis/phantom"
)

// BenchmarkFollow draws one second of the face that a masked file holds.
func BenchmarkFollow(b *testing.B) {
	spec := &phantom.Spec{Name: "follow", Seed: 19, Seconds: 10, Camera: phantom.Camera{Width: 320, Height: 240, FPS: 30, FaceHeight: 0.7},
		Blinks: phantom.Blinks{RatePerMin: -1}, Head: phantom.Head{TurnDeg: -1, SwayMM: -1, BreathMM: -1}}
	path := filepath.Join(b.TempDir(), "drawn.mp4")
	for b.Loop() {
		err := phantom.Follow(context.Background(), spec, func(t float64) (mm [2][anatomy.NumRegions]float64) { return mm }, path)
		if err != nil {
			b.Fatal(err)
		}
	}
}
