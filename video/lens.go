package video

import (
	"encoding/binary"
	"io"
	"math"
	"os"
	"strings"
)

// focalKey is the name under which phones write, in the metadata of a film's own
// track or of the whole file, the focal length that would show as much on 35 mm film
// (developer.apple.com/documentation/avfoundation/avmetadataidentifier/quicktimemetadatacamerafocallength35mmequivalent).
// ffmpeg shows only what is written for the whole file, so the boxes are read here.
const focalKey = "com.apple.quicktime.camera.focal_length.35mm_equivalent"

// What is looked at of a file's boxes, at most.
const (
	boxesMost   = 4096    // boxes in all
	boxDeepest  = 4       // one within the other
	boxKeysMost = 1 << 16 // bytes of names and of values
)

// Focal lengths that a camera may have, mm of 35 mm film: a fisheye's and a long telephoto lens's.
const (
	focalLeast = 8
	focalMost  = 800
)

// focal35 is the focal length that the file at path tells, mm for 35 mm film; NaN
// where it tells none, or is no file of boxes (MP4, QuickTime).
func focal35(path string) float64 {
	f, err := os.Open(path)
	if err != nil {
		return math.NaN()
	}
	defer f.Close()
	st, err := f.Stat()
	if err != nil || !st.Mode().IsRegular() {
		return math.NaN()
	}
	b := boxes{r: f, focal: math.NaN()}
	b.walk(0, st.Size(), 0)
	return b.focal
}

// boxes is a walk through a file's boxes (ISO 14496-12, 4.2): each has its length in
// four bytes, then its kind in four, then what it holds.
type boxes struct {
	r     io.ReaderAt
	seen  int
	focal float64
}

// walk looks into the boxes from one byte to another.
func (b *boxes) walk(at, end int64, depth int) {
	for at+8 <= end && depth <= boxDeepest {
		if b.seen++; b.seen > boxesMost {
			return
		}
		var head [16]byte
		if _, err := b.r.ReadAt(head[:8], at); err != nil {
			return
		}
		from, size := at+8, int64(binary.BigEndian.Uint32(head[:]))
		switch size {
		case 0: // up to the end
			size = end - at
		case 1: // the length follows in eight bytes
			if _, err := b.r.ReadAt(head[8:], from); err != nil {
				return
			}
			from += 8
			size = int64(binary.BigEndian.Uint64(head[8:]))
		}
		to := at + size
		if size < from-at || to < from || to > end {
			return
		}
		switch string(head[4:8]) {
		case "moov", "trak", "udta":
			b.walk(from, to, depth+1)
		case "meta":
			b.meta(from, to)
		}
		if b.focal == b.focal {
			return
		}
		at = to
	}
}

// meta reads metadata that is kept under names: the names in one box, in order, the
// values in another under the names' numbers (QuickTime File Format, Metadata).
func (b *boxes) meta(from, to int64) {
	var kind [8]byte
	if _, err := b.r.ReadAt(kind[:], from); err != nil {
		return
	}
	if string(kind[4:]) != "hdlr" { // MP4 puts a version before its boxes, QuickTime does not
		from += 4
	}
	var names, values []byte
	for at := from; at+8 <= to; {
		if b.seen++; b.seen > boxesMost {
			return
		}
		if _, err := b.r.ReadAt(kind[:], at); err != nil {
			return
		}
		size := int64(binary.BigEndian.Uint32(kind[:]))
		if size < 8 || at+size > to {
			return
		}
		if k := string(kind[4:]); (k == "keys" || k == "ilst") && size <= boxKeysMost {
			held := make([]byte, size-8)
			if _, err := b.r.ReadAt(held, at+8); err != nil {
				return
			}
			if k == "keys" {
				names = held
			} else {
				values = held
			}
		}
		at += size
	}
	if number := focalNumber(names); number > 0 {
		b.focal = focalValue(values, number)
	}
}

// focalNumber is the number of focalKey among names, counted from 1; 0 where it is
// not there.
func focalNumber(names []byte) uint32 {
	const head = 8 // version, count
	if len(names) < head {
		return 0
	}
	names = names[head:]
	for n := uint32(1); len(names) >= 8; n++ {
		size := binary.BigEndian.Uint32(names)
		if size < 8 || int64(size) > int64(len(names)) {
			return 0
		}
		if string(names[8:size]) == focalKey {
			return n
		}
		names = names[size:]
	}
	return 0
}

// focalValue is the value of that number among values, NaN where it is no focal length.
func focalValue(values []byte, number uint32) float64 {
	for len(values) >= 8 {
		size := binary.BigEndian.Uint32(values)
		if size < 8 || int64(size) > int64(len(values)) {
			break
		}
		const head = 16 // the value's own length, "data", its type, its language
		if v := values[8:size]; binary.BigEndian.Uint32(values[4:]) == number && len(v) >= head && string(v[4:8]) == "data" {
			if mm := dataNumber(binary.BigEndian.Uint32(v[8:]), v[head:]); mm >= focalLeast && mm <= focalMost {
				return mm
			}
		}
		values = values[size:]
	}
	return math.NaN()
}

// dataNumber is a value of one of the well-known types as a number, NaN where it is
// none.
func dataNumber(kind uint32, v []byte) float64 {
	switch kind {
	case 1: // text: "26", "26.00mm"
		return number(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(string(v)), "mm")))
	case 23:
		if len(v) == 4 {
			return float64(math.Float32frombits(binary.BigEndian.Uint32(v)))
		}
	case 24:
		if len(v) == 8 {
			return math.Float64frombits(binary.BigEndian.Uint64(v))
		}
	case 21, 22, 65, 66, 67, 74, 75, 76, 77, 78: // whole numbers of one to eight bytes; no focal length is negative
		if len(v) >= 1 && len(v) <= 8 {
			var n uint64
			for _, c := range v {
				n = n<<8 | uint64(c)
			}
			return float64(n)
		}
	}
	return math.NaN()
}

// filmWidthMM is the width of a picture on 35 mm film.
const filmWidthMM = 36.0

// Lens is the focal length over the picture's longer side as the file tells it, NaN
// where it does not. It is the lens's own: what stabilization cuts off a film's
// pictures, up to a fifth, makes them narrower.
func (i Info) Lens() float64 { return i.Focal35MM / filmWidthMM }
