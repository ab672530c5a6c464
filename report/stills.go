package report

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"math"
	"sync"

	"facialis/motion"
	"facialis/spasm"
	"facialis/video"

	"golang.org/x/image/draw"
)

// stillSize is the longer side of a still, pixels; stillQuality its JPEG quality.
const (
	stillSize    = 420
	stillQuality = 82
)

// stillsAtOnce is how many stills are decoded at a time.
const stillsAtOnce = 3

// Stills takes the pictures at the peaks of up to n of the strongest spasms
// out of the recording: cut around the face, small enough to go into the page.
func Stills(ctx context.Context, path string, t *motion.Trace, events []spasm.Event, n int) ([]Still, error) {
	shown := strongest(events, n)
	stills, errs := make([]*Still, len(shown)), make([]error, len(shown))
	var wait sync.WaitGroup
	slots := make(chan struct{}, stillsAtOnce)
	for i, e := range shown {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			at := peakTime(t, e)
			if stills[i], errs[i] = still(ctx, path, t, at); errs[i] != nil {
				errs[i] = fmt.Errorf("taking the picture at %s: %w", stamp(at, true), errs[i])
			}
		})
	}
	wait.Wait()
	if err := errors.Join(errs...); err != nil {
		return nil, err
	}
	var out []Still
	for i, s := range stills {
		if s != nil { // else the recording has no frame there
			s.EventID, s.Caption = shown[i].ID, eventNote(shown[i])
			out = append(out, *s)
		}
	}
	return out, nil
}

// peakTime is when the event's largest movement was at its largest.
func peakTime(t *motion.Trace, e spasm.Event) float64 {
	mid := (e.OnsetS + e.OffsetS) / 2
	if t == nil {
		return mid
	}
	best, at := 0.0, mid
	for _, r := range e.Regions {
		if r.PeakMM == nil || math.Abs(*r.PeakMM) < peakSize(e)-1e-9 {
			continue
		}
		side, region := motion.Right, 0
		if r.Side == spasm.Left {
			side = motion.Left
		}
		for i, name := range motion.RegionNames {
			if name == string(r.Region) {
				region = i
			}
		}
		col := t.Along[side][region]
		for i := frameAt(t, e.OnsetS); i < len(col) && t.T[i] <= e.OffsetS; i++ {
			if v := math.Abs(float64(col[i])); v > best {
				best, at = v, t.T[i]
			}
		}
	}
	return at
}

// still decodes the frame at or just after a time and cuts the face out of it;
// nil where the recording has none.
func still(ctx context.Context, path string, t *motion.Trace, at float64) (_ *Still, err error) {
	r, err := video.Open(ctx, path, video.Options{FromS: max(0, at-0.002), ToS: at + 1, Buffers: 2, Threads: 1})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, r.Close()) }()
	f, err := r.Next()
	if errors.Is(err, io.EOF) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer f.Release()
	src := ycbcr(f)
	crop := faceBox(t, f.T, src.Bounds())
	k := min(1, stillSize/float64(max(crop.Dx(), crop.Dy())))
	dst := image.NewRGBA(image.Rect(0, 0, max(1, int(float64(crop.Dx())*k)), max(1, int(float64(crop.Dy())*k))))
	draw.CatmullRom.Scale(dst, dst.Bounds(), src, crop, draw.Src, nil)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, dst, &jpeg.Options{Quality: stillQuality}); err != nil {
		return nil, err
	}
	return &Still{T: f.T, JPEG: b.Bytes(), W: dst.Rect.Dx(), H: dst.Rect.Dy()}, nil
}

// faceBox is a square around the face at a time, with room for the neck; the
// whole picture where the face is not known.
func faceBox(t *motion.Trace, at float64, bounds image.Rectangle) image.Rectangle {
	x, y, w, ok := facePlace(t, at)
	if !ok {
		return bounds
	}
	half := 0.85 * w
	box := image.Rect(int(x-half), int(y-half), int(x+half), int(y+1.15*half)).Intersect(bounds)
	if box.Dx() < 16 || box.Dy() < 16 {
		return bounds
	}
	return box
}

// facePlace is the centre and the width of the face at a time, px.
func facePlace(t *motion.Trace, at float64) (x, y, w float64, ok bool) {
	if t == nil {
		return 0, 0, 0, false
	}
	i := frameAt(t, at)
	if i >= len(t.FaceX) || i >= len(t.FaceY) || i >= len(t.FaceW) {
		return 0, 0, 0, false
	}
	x, y, w = float64(t.FaceX[i]), float64(t.FaceY[i]), float64(t.FaceW[i])
	return x, y, w, finite(x) && finite(y) && finite(w) && w > 0
}

// ycbcr is a frame as Go's image, in the full range and the matrix of JPEG.
func ycbcr(f *video.Frame) *image.YCbCr {
	img := image.NewYCbCr(image.Rect(0, 0, f.W, f.H), image.YCbCrSubsampleRatio420)
	copy(img.Y, f.Y)
	copy(img.Cb, f.Cb)
	copy(img.Cr, f.Cr)
	kr, kb := 0.299, 0.114
	if f.BT709 {
		kr, kb = 0.2126, 0.0722
	}
	for i := range img.Cb {
		img.Cb[i], img.Cr[i] = chroma(f, kr, kb, img.Cb[i], img.Cr[i])
	}
	if !f.Full {
		for i, y := range img.Y {
			img.Y[i] = clamp8((float64(y) - 16) * 255 / 219)
		}
	}
	return img
}

// chroma turns a chroma pair of the frame's matrix and range into JPEG's. The
// luma part of the change between matrices is small (a few levels in strong
// colours) and is left out.
func chroma(f *video.Frame, kr, kb float64, cb, cr uint8) (uint8, uint8) {
	k := 1.0
	if !f.Full {
		k = 255.0 / 224
	}
	b, r := k*(float64(cb)-128)*2*(1-kb), k*(float64(cr)-128)*2*(1-kr) // B−Y and R−Y
	return clamp8(128 + b/1.772), clamp8(128 + r/1.402)
}

func clamp8(x float64) uint8 { return uint8(min(255, max(0, math.Round(x)))) }
