package face_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"facialis/face"
	"facialis/phantom"
	"facialis/video"
)

// Where the face of a picture is, and how it is turned.
func ExampleTracker_Next() {
	dir, err := os.MkdirTemp("", "facialis")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "still.mp4")
	still := &phantom.Spec{Name: "still", Seconds: 1, Blinks: phantom.Blinks{RatePerMin: -1},
		Camera: phantom.Camera{Width: 480, Height: 480, FPS: 30, FaceHeight: 0.66}}
	if _, err := phantom.Render(context.Background(), still, path, nil); err != nil {
		fmt.Println(err)
		return
	}
	networks, err := face.Open("")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer networks.Close()
	faces, err := face.New(networks, face.DefaultOptions())
	if err != nil {
		fmt.Println(err)
		return
	}
	defer faces.Close()
	r, err := video.Open(context.Background(), path, video.Options{})
	if err != nil {
		fmt.Println(err)
		return
	}
	defer r.Close()
	f, err := r.Next()
	if err != nil {
		fmt.Println(err)
		return
	}
	defer f.Release()
	seen, err := faces.Next(f)
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Printf("found: %t, faces: %d\n", seen.Found, faces.FacesMax())
	// Output: found: true, faces: 1
}
