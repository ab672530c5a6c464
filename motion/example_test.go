package motion_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"facialis/anatomy"
	"facialis/event"
	"facialis/face"
	"facialis/motion"
	"facialis/phantom"
	"facialis/video"
)

// follow draws a face whose right corner of the mouth is pulled by 3 mm at 1 s, and
// follows its skin.
func follow(dir string) (*event.Trace, error) {
	path := filepath.Join(dir, "twitch.mp4")
	spec := &phantom.Spec{Name: "twitch", Seed: 4, Seconds: 2, Blinks: phantom.Blinks{RatePerMin: -1},
		Camera: phantom.Camera{Width: 480, Height: 480, FPS: 30, FaceHeight: 0.66},
		Events: []phantom.EventSpec{{At: 1, Side: anatomy.Right, Regions: []phantom.RegionSpec{{Region: anatomy.Zygomaticus, MM: 3, Share: 1}}}}}
	if _, err := phantom.Render(context.Background(), spec, path, nil); err != nil {
		return nil, err
	}
	networks, err := face.Open("")
	if err != nil {
		return nil, err
	}
	defer networks.Close()
	faces, err := face.New(networks, face.DefaultOptions())
	if err != nil {
		return nil, err
	}
	defer faces.Close()
	canonical, err := networks.Canonical()
	if err != nil {
		return nil, err
	}
	r, err := video.Open(context.Background(), path, video.Options{})
	if err != nil {
		return nil, err
	}
	defer r.Close()
	skin := motion.New(motion.DefaultParams(), canonical)
	for {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			return skin.Finish()
		}
		if err != nil {
			return nil, err
		}
		seen, err := faces.Next(f)
		if err == nil {
			err = skin.Push(f, &seen)
		}
		f.Release()
		if err != nil {
			return nil, err
		}
	}
}

// From pictures to movement in millimeters, region by region.
func ExampleTracker() {
	dir, err := os.MkdirTemp("", "facialis")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	tr, err := follow(dir)
	if err != nil {
		fmt.Println(err)
		return
	}
	defer tr.Close()
	right, left := tr.Along[0][anatomy.AtZygomaticus], tr.Along[1][anatomy.AtZygomaticus]
	at := 0
	for i := range right {
		if right[i] > right[at] {
			at = i
		}
	}
	fmt.Printf("the right corner moved most at %.1f s, by about %.0f mm; the left one less than half of one: %t\n", tr.T[at], right[at], math.Abs(float64(left[at])) < 0.5)
	// Output: the right corner moved most at 1.1 s, by about 3 mm; the left one less than half of one: true
}
