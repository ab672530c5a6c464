package cli

import (
	"fmt"
	"image"
	"image/color"
	_ "image/jpeg" // photographs
	_ "image/png"  // photographs
	"os"

	"facialis/face"
	"facialis/phantom"
	"facialis/video"
	"facialis/words"
)

// setPortrait finds the face in the photograph at path and makes the spec move
// its skin.
func setPortrait(s *phantom.Spec, path string) error {
	f, err := os.Open(path)
	if err != nil {
		return withExit(ExitUsage, fmt.Errorf("opening the portrait: %w", err))
	}
	defer f.Close()
	img, _, err := image.Decode(f)
	if err != nil {
		return usage("cli.usage.portrait", words.Args{"File": path, "Reason": err})
	}
	engine, err := face.Open("")
	if err != nil {
		return withExit(ExitSetup, err)
	}
	defer engine.Close()
	tracker, err := face.New(engine, face.DefaultOptions())
	if err != nil {
		return fmt.Errorf("looking for the face in the portrait: %w", err)
	}
	defer tracker.Close()
	// the mesh settles on a still picture within a few looks
	var o face.Observation
	for i := range 4 {
		fr := stillFrame(img)
		fr.Index, fr.T = i, float64(i)
		if o, err = tracker.Next(fr); err != nil {
			return fmt.Errorf("looking for the face in the portrait: %w", err)
		}
	}
	if !o.Found {
		return usage("cli.usage.portrait.face", words.Args{"File": path})
	}
	var points [phantom.MeshPoints][2]float32
	b := img.Bounds()
	for i, p := range o.Landmarks.Points {
		points[i] = [2]float32{p.X + float32(b.Min.X), p.Y + float32(b.Min.Y)}
	}
	return s.SetPortrait(img, &points)
}

// stillFrame is a photograph as a frame of video.
func stillFrame(img image.Image) *video.Frame {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	cw := (w + 1) / 2
	f := &video.Frame{W: w, H: h, Full: true, Y: make([]byte, w*h), Cb: make([]byte, cw*((h+1)/2)), Cr: make([]byte, cw*((h+1)/2))}
	for j := range h {
		for i := range w {
			r, g, bl, _ := img.At(b.Min.X+i, b.Min.Y+j).RGBA()
			y, cb, cr := color.RGBToYCbCr(uint8(r>>8), uint8(g>>8), uint8(bl>>8))
			f.Y[j*w+i] = y
			if i%2 == 0 && j%2 == 0 {
				f.Cb[j/2*cw+i/2], f.Cr[j/2*cw+i/2] = cb, cr
			}
		}
	}
	return f
}
