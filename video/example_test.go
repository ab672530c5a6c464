package video_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"facialis/phantom"
	"facialis/video"
)

// Every picture of a video with the time that the video itself gives it.
func ExampleReader_Next() {
	dir, err := os.MkdirTemp("", "facialis")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "still.mp4")
	still := &phantom.Spec{Name: "still", Seconds: 1, Blinks: phantom.Blinks{RatePerMin: -1},
		Camera: phantom.Camera{Width: 480, Height: 480, FPS: 30}}
	if _, err := phantom.Render(context.Background(), still, path, nil); err != nil {
		fmt.Println(err)
		return
	}

	r, err := video.Open(context.Background(), path, video.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer r.Close()
	pictures, last := 0, 0.0
	for {
		f, err := r.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			fmt.Println(err)
			return
		}
		pictures, last = pictures+1, f.T
		f.Release()
	}
	fmt.Printf("%d pictures, the last at %.3f s\n", pictures, last)
	// Output: 30 pictures, the last at 0.967 s
}
