package oracle

import (
	"image"
	"image/color"
	"math"
	"testing"

	"facialis/face"
	"facialis/video"
)

// TestFaceAgainstMediaPipe holds the instrument's own path, from a frame's
// planes through package face, to the same references.
func TestFaceAgainstMediaPipe(t *testing.T) {
	refs, err := References()
	if err != nil {
		t.Fatal(err)
	}
	engine, err := face.Open("")
	if err != nil {
		t.Fatal(err)
	}
	defer engine.Close()
	for _, r := range refs {
		t.Run(r.Name(), func(t *testing.T) {
			f := planes(r.load(t))
			opt := face.DefaultOptions()
			opt.MeshEveryS = 1e-6 // every frame
			tracker, err := face.New(engine, opt)
			if err != nil {
				t.Fatal(err)
			}
			defer tracker.Close()
			var o face.Observation
			for i := range 6 { // the same picture until tracking has settled
				f.Index, f.T = i, float64(i)/25
				if o, err = tracker.Next(f); err != nil {
					t.Fatal(err)
				}
			}
			if !o.Found || o.Landmarks == nil {
				t.Fatal("no face was found")
			}
			points := make([][3]float64, face.NumPoints)
			for i, p := range o.Landmarks.Points {
				points[i] = [3]float64{float64(p.X), float64(p.Y)}
			}
			compare(t, r, points)
		})
	}
}

// planes makes a video frame of a picture.
func planes(img *image.RGBA) *video.Frame {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	f := video.NewFrame(w, h)
	f.Full = true
	cw := (w + 1) / 2
	sum := make([][3]int, len(f.Cb))
	for y := range h {
		for x := range w {
			p := img.Pix[y*img.Stride+4*x:]
			l, cb, cr := color.RGBToYCbCr(p[0], p[1], p[2])
			f.Y[y*w+x] = l
			s := &sum[y/2*cw+x/2]
			s[0], s[1], s[2] = s[0]+int(cb), s[1]+int(cr), s[2]+1
		}
	}
	for i, s := range sum {
		f.Cb[i] = byte(math.Round(float64(s[0]) / float64(s[2])))
		f.Cr[i] = byte(math.Round(float64(s[1]) / float64(s[2])))
	}
	return f
}
