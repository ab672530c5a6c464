package report

import (
	"image"
	"math"

	"facialis/event"
	"facialis/internal/scratch"
	"facialis/video"
)

// Album keeps pictures of the face while a recording is read, from the moments
// at which one side moved furthest beyond the other, so that the report's
// pictures need no second decoding: seeking a peak means decoding from the last
// whole picture, some seconds of film each.
//
// It keeps a fixed number of pictures, whatever the recording's length, as raw
// planes cut around the face: at most albumSize of cutMost bytes, 29 MB, in a
// temporary file without a name. In memory there is only the picture of the
// excursion under way. Only the few that are shown are encoded, because
// encoding each that is kept for a while takes far longer than writing it. Where
// no file can be had the album stays empty, and the pictures are decoded again.
//
// The zero value is ready to use; Close removes the file.
type Album struct {
	kept  []kept // the largest excursions so far; number i is in place i of the file
	now   cut    // the largest moment of the excursion under way
	under bool   // an excursion is under way
	file  *scratch.File
	none  bool // there is no file, or none any more
}

const (
	albumSize = 48  // pictures kept
	apartS    = 0.4 // s between kept pictures
	longS     = 1   // a longer excursion gets several
	leastMM   = 0.3 // a smaller one none

	cutSide = 3 * stillSize / 2         // the longer side of a cut at most, pixels
	cutMost = cutSide * cutSide * 3 / 2 // its bytes at most
)

// kept is a picture of an excursion and the excursion's size.
type kept struct {
	t, mm       float64
	size        image.Point
	full, bt709 bool
}

// cut is a part of a frame, shrunk by a whole number.
type cut struct {
	t, mm       float64
	planes      []byte      // of img, one after the other
	img         image.YCbCr // 4:2:0
	full, bt709 bool
}

// Look is shown every frame in order, with where the face is (middle and width,
// px) and by how much one side has moved beyond the other, mm.
func (a *Album) Look(f *video.Frame, x, y, w, mm float64) {
	if a.under && (!(mm > 0.5*a.now.mm) || f.T > a.now.t+longS) {
		a.keep()
	}
	if a.none || !(mm > leastMM && w > 0) || a.under && mm <= a.now.mm || !a.wants(f.T, mm) {
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
		if math.Abs(c.t-t) < apartS {
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

// keep ends the excursion under way.
func (a *Album) keep() {
	a.under = false
	i := a.rival(a.now.t)
	switch {
	case i < 0:
		i = len(a.kept)
		a.kept = append(a.kept, kept{})
	case a.now.mm <= a.kept[i].mm:
		return
	}
	if err := a.put(i, a.now.planes); err != nil {
		a.Close()
		return
	}
	a.kept[i] = kept{a.now.t, a.now.mm, a.now.img.Rect.Size(), a.now.full, a.now.bt709}
}

// put writes a picture into a place of the file.
func (a *Album) put(i int, planes []byte) (err error) {
	if a.file == nil {
		if a.file, err = scratch.New("facialis-album-"); err != nil {
			return err
		}
	}
	_, err = a.file.WriteAt(planes, int64(i)*cutMost)
	return err
}

// Close removes the file; the album is empty from then on.
func (a *Album) Close() {
	if a == nil {
		return
	}
	if a.file != nil {
		a.file.Close() // nobody needs it any more
	}
	*a = Album{none: true}
}

// of is the kept picture that shows an event best: of those within it at whose
// time the movement was near its peak. nil when none does.
func (a *Album) of(t *event.Trace, e event.Event) *cut {
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
	best := -1
	least := 0.85 * math.Abs(float64(col[peak]))
	for k, c := range a.kept {
		i := frameAt(t, c.t)
		if c.t < e.OnsetS-1e-6 || c.t > e.OffsetS+1e-6 || i >= len(col) {
			continue
		}
		if v := math.Abs(float64(col[i])); v >= least {
			best, least = k, v
		}
	}
	if best < 0 {
		return nil
	}
	return a.read(best)
}

// read takes a picture back out of the file; nil where it cannot.
func (a *Album) read(i int) *cut {
	k := a.kept[i]
	c := &cut{t: k.t, mm: k.mm, full: k.full, bt709: k.bt709}
	c.lay(k.size.X, k.size.Y)
	if _, err := a.file.ReadAt(c.planes, int64(i)*cutMost); err != nil {
		return nil
	}
	return c
}

// take copies a part of the frame, each pixel the mean of k × k so that the
// longer side is at most 1.5 stills.
func (c *cut) take(f *video.Frame, box image.Rectangle) {
	k := max(1, (max(box.Dx(), box.Dy())+cutSide-1)/cutSide)
	w, h := max(box.Dx()/(2*k), 1)*2, max(box.Dy()/(2*k), 1)*2 // even: chroma has half of it
	c.t, c.full, c.bt709 = f.T, f.Full, f.BT709
	c.lay(w, h)
	shrink(c.img.Y, w, h, k, f.Y, f.W, f.H, box.Min.X&^1, box.Min.Y&^1)
	cw, ch := (f.W+1)/2, (f.H+1)/2
	shrink(c.img.Cb, w/2, h/2, k, f.Cb, cw, ch, box.Min.X/2, box.Min.Y/2)
	shrink(c.img.Cr, w/2, h/2, k, f.Cr, cw, ch, box.Min.X/2, box.Min.Y/2)
}

// lay gives the cut planes of w × h pixels, both even.
func (c *cut) lay(w, h int) {
	luma := w * h
	if cap(c.planes) < luma*3/2 {
		c.planes = make([]byte, luma*3/2)
	}
	c.planes = c.planes[:luma*3/2]
	c.img = image.YCbCr{Rect: image.Rect(0, 0, w, h), YStride: w, CStride: w / 2, SubsampleRatio: image.YCbCrSubsampleRatio420,
		Y: c.planes[:luma], Cb: c.planes[luma : luma*5/4], Cr: c.planes[luma*5/4:]}
}

// shrink fills dst with w × h means of k × k pixels of a plane from (x0, y0) on.
// Past the plane's edge the last pixel stands.
func shrink(dst []byte, w, h, k int, src []byte, sw, sh, x0, y0 int) {
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
		if k == 2 { // the usual case, of a face that fills a large picture
			at := (y0+2*y)*sw + x0
			a, b := src[at:at+2*w], src[at+sw:at+sw+2*w]
			for x := range row {
				row[x] = byte((uint(a[2*x]) + uint(a[2*x+1]) + uint(b[2*x]) + uint(b[2*x+1])) / 4)
			}
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
}
