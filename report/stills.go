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

	"facialis/anatomy"
	"facialis/event"
	"facialis/video"

	"golang.org/x/image/draw"
)

// stillSize is the longer side of a still, pixels; stillQuality its JPEG quality.
const (
	stillSize    = 420
	stillQuality = 82
)

// stillsAtOnce is how many stills are made at a time. Of those that have to be
// decoded it is one: a decoder takes as much memory as half the program.
const stillsAtOnce = 2

// stillStallS is how long a decoder may give no frame for a still, seconds.
var stillStallS = 20.0

// Stills takes the pictures at the peaks of up to n of the strongest spasms
// out of the album or, where it has none, out of the recording: cut around the
// face, small enough to go into the page. The album may be nil. A picture that
// cannot be taken does not cost the others: they come with the error.
func Stills(ctx context.Context, path string, t *event.Trace, events []event.Event, n int, album *Album) ([]Still, error) {
	shown := strongest(events, n)
	stills, errs := make([]*Still, len(shown)), make([]error, len(shown))
	var wait sync.WaitGroup
	slots := make(chan struct{}, stillsAtOnce)
	var decoder sync.Mutex
	for i, e := range shown {
		c := album.of(t, e)
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			at := peakTime(t, e)
			if c != nil {
				stills[i], errs[i] = c.still()
			} else {
				decoder.Lock()
				defer decoder.Unlock()
				stills[i], errs[i] = still(ctx, path, t, at)
			}
			if errs[i] != nil {
				errs[i] = fmt.Errorf("taking the picture at %s: %w", english().stamp(at, true), errs[i])
			}
		})
	}
	wait.Wait()
	var out []Still
	for i, s := range stills {
		if s != nil { // else the recording has no frame there
			s.EventID, s.Caption = shown[i].ID, english().eventNote(shown[i])
			out = append(out, *s)
		}
	}
	return out, errors.Join(errs...)
}

// peakTime is when the event's largest movement was at its largest.
func peakTime(t *event.Trace, e event.Event) float64 {
	if t != nil {
		if _, i := peakOf(t, e); i >= 0 {
			return t.T[i]
		}
	}
	return (e.OnsetS + e.OffsetS) / 2
}

// peakOf is the column of the event's largest movement and the frame at which
// it was at its largest, −1 where the trace does not tell.
func peakOf(t *event.Trace, e event.Event) (peak []float32, at int) {
	best := 0.0
	at = -1
	for _, r := range e.Regions {
		if r.PeakMM == nil || math.Abs(*r.PeakMM) < peakSize(e)-1e-9 {
			continue
		}
		sides, region := []int{anatomy.AtRight}, 0
		switch r.Side {
		case anatomy.Left:
			sides = []int{anatomy.AtLeft}
		case anatomy.Unknown: // the one that moves further
			sides = []int{anatomy.AtRight, anatomy.AtLeft}
		}
		for i, name := range anatomy.Regions {
			if name == r.Region {
				region = i
			}
		}
		for _, side := range sides {
			col := t.Along[side][region]
			for i := frameAt(t, e.OnsetS); i < len(col) && t.T[i] <= e.OffsetS; i++ {
				if v := math.Abs(float64(col[i])); v > best {
					peak, best, at = col, v, i
				}
			}
		}
	}
	return peak, at
}

// still decodes the frame at or just after a time and cuts the face out of it;
// nil where the recording has none.
func still(ctx context.Context, path string, t *event.Trace, at float64) (_ *Still, err error) {
	r, err := video.Open(ctx, path, video.Options{FromS: max(0, at-0.002), ToS: at + 1, Buffers: 2, Threads: 1, StallS: stillStallS})
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
	var c cut
	c.take(f, faceBox(t, f.T, image.Rect(0, 0, f.W, f.H)))
	return c.still()
}

// still is the cut as a picture for the page. The cut's colors are changed.
// The cut is at most half as large again, so that four neighbors are enough.
func (c *cut) still() (*Still, error) {
	c.toJPEG()
	w, h := c.img.Rect.Dx(), c.img.Rect.Dy()
	k := min(1, stillSize/float64(max(w, h)))
	size := image.Rect(0, 0, max(1, int(float64(w)*k)), max(1, int(float64(h)*k)))
	page := image.NewRGBA(size)
	draw.ApproxBiLinear.Scale(page, size, &c.img, c.img.Rect, draw.Src, nil)
	var coded bytes.Buffer
	if err := jpeg.Encode(&coded, page, &jpeg.Options{Quality: stillQuality}); err != nil {
		return nil, err
	}
	return &Still{T: c.t, JPEG: coded.Bytes(), W: size.Dx(), H: size.Dy()}, nil
}

// faceBox is a square around the face at a time, with room for the neck; the
// whole picture where the face is not known.
func faceBox(t *event.Trace, at float64, bounds image.Rectangle) image.Rectangle {
	x, y, w, ok := facePlace(t, at)
	if !ok {
		return bounds
	}
	return boxAround(x, y, w, bounds)
}

func boxAround(x, y, w float64, bounds image.Rectangle) image.Rectangle {
	half := 0.85 * w
	box := image.Rect(int(x-half), int(y-half), int(x+half), int(y+1.15*half)).Intersect(bounds)
	if box.Dx() < 16 || box.Dy() < 16 {
		return bounds
	}
	return box
}

// facePlace is the center and the width of the face at a time, px.
func facePlace(t *event.Trace, at float64) (x, y, w float64, ok bool) {
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

// toJPEG brings the colors to the full range and the matrix of JPEG. The luma
// part of the change between matrices is small (a few levels in strong colors)
// and is left out.
func (c *cut) toJPEG() {
	if c.full && !c.bt709 {
		return
	}
	kr, kb := 0.299, 0.114
	if c.bt709 {
		kr, kb = 0.2126, 0.0722
	}
	k := 255.0 / 224
	if c.full {
		k = 1
	}
	for i, v := range c.img.Cb {
		c.img.Cb[i] = clamp8(128 + k*(float64(v)-128)*2*(1-kb)/1.772) // B−Y
		c.img.Cr[i] = clamp8(128 + k*(float64(c.img.Cr[i])-128)*2*(1-kr)/1.402)
	}
	if !c.full {
		for i, y := range c.img.Y {
			c.img.Y[i] = clamp8((float64(y) - 16) * 255 / 219)
		}
	}
	c.full, c.bt709 = true, false
}

func clamp8(x float64) uint8 { return uint8(min(255, max(0, math.Round(x)))) }
