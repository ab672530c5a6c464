package report

import (
	"bytes"
	"image"
	"math"

	"facialis/event"
	"facialis/video"
)

// Album keeps pictures of the face while a recording is read, from the moments
// at which one side moved furthest beyond the other, so that the report's
// pictures need no second decoding: seeking a peak means decoding from the last
// whole picture, some seconds of film each. It holds a fixed number of pictures,
// as they go into the page (some 30 kB each), whatever the recording's length.
// The zero value is ready to use.
type Album struct {
	kept  []kept // the largest excursions so far
	now   cut    // the largest moment of the excursion under way
	under bool   // an excursion is under way
}

const (
	albumSize = 48  // pictures kept
	apartS    = 0.4 // s between kept pictures
	longS     = 1   // a longer excursion gets several
	leastMM   = 0.3 // a smaller one none
)

// kept is a picture of an excursion and the excursion's size.
type kept struct {
	still *Still
	mm    float64
}

// cut is a part of a frame, shrunk by a whole number.
type cut struct {
	t, mm       float64
	img         image.YCbCr
	full, bt709 bool
	page        *image.RGBA  // what it becomes, kept for the next
	coded       bytes.Buffer // and what that becomes
}

// Look is shown every frame in order, with where the face is (middle and width,
// px) and by how much one side has moved beyond the other, mm.
func (a *Album) Look(f *video.Frame, x, y, w, mm float64) {
	if a.under && (!(mm > 0.5*a.now.mm) || f.T > a.now.t+longS) {
		a.keep()
	}
	if !(mm > leastMM && w > 0) || a.under && mm <= a.now.mm || !a.wants(f.T, mm) {
		return
	}
	a.now.take(f, boxAround(x, y, w, image.Rect(0, 0, f.W, f.H)))
	a.now.mm, a.under = mm, true
}

// rival is the kept picture that one of time t would take the place of; −1
// while there is room.
func (a *Album) rival(t float64) (i int) {
	i = -1
	for k, c := range a.kept {
		if math.Abs(c.still.T-t) < apartS {
			return k
		}
		if len(a.kept) >= albumSize && (i < 0 || c.mm < a.kept[i].mm) {
			i = k
		}
	}
	return i
}

func (a *Album) wants(t, mm float64) bool {
	i := a.rival(t)
	return i < 0 || mm > a.kept[i].mm
}

// keep ends the excursion under way. A picture that cannot be made is taken
// from the recording if it is needed.
func (a *Album) keep() {
	a.under = false
	i := a.rival(a.now.t)
	if i >= 0 && a.now.mm <= a.kept[i].mm {
		return
	}
	still, err := a.now.still()
	switch {
	case err != nil:
	case i < 0:
		a.kept = append(a.kept, kept{still, a.now.mm})
	default:
		a.kept[i] = kept{still, a.now.mm}
	}
}

// of is the kept picture that shows an event best: of those within it at whose
// time the movement was near its peak. nil when none does.
func (a *Album) of(t *event.Trace, e event.Event) *Still {
	if a == nil || t == nil {
		return nil
	}
	if a.under {
		a.keep()
	}
	col, peak := peakOf(t, e)
	if peak < 0 {
		return nil
	}
	var best *Still
	least := 0.85 * math.Abs(float64(col[peak]))
	for _, k := range a.kept {
		c := k.still
		i := frameAt(t, c.T)
		if c.T < e.OnsetS-1e-6 || c.T > e.OffsetS+1e-6 || i >= len(col) {
			continue
		}
		if v := math.Abs(float64(col[i])); v >= least {
			best, least = c, v
		}
	}
	return best
}

// take copies a part of the frame, each pixel the mean of k × k so that the
// longer side is at most 1.5 stills.
func (c *cut) take(f *video.Frame, box image.Rectangle) {
	k := max(1, (2*max(box.Dx(), box.Dy())+3*stillSize-1)/(3*stillSize))
	w, h := max(box.Dx()/(2*k), 1)*2, max(box.Dy()/(2*k), 1)*2 // even: chroma has half of it
	c.t, c.full, c.bt709 = f.T, f.Full, f.BT709
	c.img.Rect = image.Rect(0, 0, w, h)
	c.img.YStride, c.img.CStride = w, w/2
	c.img.SubsampleRatio = image.YCbCrSubsampleRatio420
	c.img.Y = shrink(c.img.Y, w, h, k, f.Y, f.W, f.H, box.Min.X&^1, box.Min.Y&^1)
	cw, ch := (f.W+1)/2, (f.H+1)/2
	c.img.Cb = shrink(c.img.Cb, w/2, h/2, k, f.Cb, cw, ch, box.Min.X/2, box.Min.Y/2)
	c.img.Cr = shrink(c.img.Cr, w/2, h/2, k, f.Cr, cw, ch, box.Min.X/2, box.Min.Y/2)
}

// shrink fills dst, which it makes where it is too small, with w × h means of
// k × k pixels of a plane from (x0, y0) on. Past the plane's edge the last pixel
// stands.
func shrink(dst []byte, w, h, k int, src []byte, sw, sh, x0, y0 int) []byte {
	if cap(dst) < w*h {
		dst = make([]byte, w*h)
	}
	dst = dst[:w*h]
	for y := range h {
		row := dst[y*w : (y+1)*w]
		if y0+(y+1)*k > sh || x0+w*k > sw {
			for x := range row {
				sum := 0
				for i := range k * k {
					sum += int(src[min(y0+y*k+i/k, sh-1)*sw+min(x0+x*k+i%k, sw-1)])
				}
				row[x] = byte(sum / (k * k))
			}
			continue
		}
		if k == 1 {
			copy(row, src[(y0+y)*sw+x0:])
			continue
		}
		for x := range row {
			at, sum := (y0+y*k)*sw+x0+x*k, 0
			for range k {
				for _, v := range src[at : at+k] {
					sum += int(v)
				}
				at += sw
			}
			row[x] = byte(sum / (k * k))
		}
	}
	return dst
}
