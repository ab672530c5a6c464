package motion

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"

	"facialis/internal/scratch"
)

// A sighting is where the pins were found in one picture, or where they were stuck
// in a key frame. Sightings are kept for the whole recording, so that movement can be
// measured once the person's own head is known; two bytes a coordinate and one for
// the likeness are about 1.7 kB a picture.
type sighting struct {
	row  int // of the frame; of a key frame the one it was taken from
	slot int // of the key frame
	what sightingKind
	size float64 // px a mm, of a key frame
	x, y []float32
	like []float32 // 0 where the mesh speaks for a pin; of a key frame how well its patch holds, 0 to 1
}

type sightingKind uint8

const (
	aFrame sightingKind = iota
	aKey                // a key frame to which the tracker went on
	aBegin              // the first key frame of a segment
)

const (
	sightingUnit   = 1.0 / 32 // px: a step of a kept coordinate; rounding adds 0.009 px
	sightingHead   = 24       // bytes before the pins
	sightingBuffer = 1 << 20  // bytes in memory before they are put into a file
)

// sightings are all of a recording, in order.
type sightings struct {
	n    int // pins
	buf  []byte
	file *scratch.File
	in   int64 // bytes in the file
	err  error
}

func (s *sightings) empty() bool { return len(s.buf) == 0 && s.in == 0 }

// add keeps a sighting.
func (s *sightings) add(g *sighting) {
	if len(s.buf) > sightingBuffer && s.err == nil {
		s.away()
	}
	var cx, cy, n float64
	for i := range g.x {
		if g.x[i] == g.x[i] && g.y[i] == g.y[i] {
			cx, cy, n = cx+float64(g.x[i]), cy+float64(g.y[i]), n+1
		}
	}
	if n > 0 {
		cx, cy = cx/n, cy/n
	}
	b := s.buf
	b = binary.LittleEndian.AppendUint64(b, uint64(g.row))
	b = append(b, byte(g.slot), byte(g.what), 0, 0)
	for _, v := range [...]float64{g.size, cx, cy} {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
	}
	cx, cy = float64(float32(cx)), float64(float32(cy))
	for i := range g.x {
		x, okX := step16((float64(g.x[i]) - cx) / sightingUnit)
		y, okY := step16((float64(g.y[i]) - cy) / sightingUnit)
		like := byte(0)
		if okX && okY {
			like = byte(math.Round(255 * math.Max(0, math.Min(1, float64(g.like[i])))))
		}
		b = binary.LittleEndian.AppendUint16(b, uint16(x))
		b = binary.LittleEndian.AppendUint16(b, uint16(y))
		b = append(b, like)
	}
	s.buf = b
}

// step16 is v in whole steps, where it can be kept.
func step16(v float64) (int16, bool) {
	if !(math.Abs(v) < math.MaxInt16) {
		return 0, false
	}
	return int16(math.Round(v)), true
}

// away puts what is in memory into the file. Where no file can be had it stays.
func (s *sightings) away() {
	if s.file == nil {
		if s.file, s.err = scratch.New("facialis-sightings-"); s.err != nil {
			return
		}
	}
	if _, s.err = s.file.WriteAt(s.buf, s.in); s.err != nil {
		return
	}
	s.in += int64(len(s.buf))
	s.buf = s.buf[:0]
}

// each shows every sighting in order; g is the same one each time.
func (s *sightings) each(see func(g *sighting) error) error {
	var r io.Reader = bytes.NewReader(s.buf)
	if s.file != nil {
		r = io.MultiReader(bufio.NewReaderSize(io.NewSectionReader(s.file, 0, s.in), sightingBuffer), r)
	}
	g := &sighting{x: make([]float32, s.n), y: make([]float32, s.n), like: make([]float32, s.n)}
	b := make([]byte, sightingHead+5*s.n)
	for {
		switch _, err := io.ReadFull(r, b); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return fmt.Errorf("motion: reading back where the face was seen: %w", err)
		}
		g.read(b)
		if err := see(g); err != nil {
			return err
		}
	}
}

func (g *sighting) read(b []byte) {
	g.row, g.slot, g.what = int(binary.LittleEndian.Uint64(b)), int(b[8]), sightingKind(b[9])
	var v [3]float64
	for i := range v {
		v[i] = float64(math.Float32frombits(binary.LittleEndian.Uint32(b[12+4*i:])))
	}
	g.size = v[0]
	for i, at := 0, sightingHead; i < len(g.x); i, at = i+1, at+5 {
		g.x[i] = float32(v[1] + sightingUnit*float64(int16(binary.LittleEndian.Uint16(b[at:]))))
		g.y[i] = float32(v[2] + sightingUnit*float64(int16(binary.LittleEndian.Uint16(b[at+2:]))))
		g.like[i] = float32(b[at+4]) / 255
	}
}

// close gives the file back.
func (s *sightings) close() {
	if s.file != nil {
		s.file.Close()
		s.file = nil
	}
	s.buf = nil
}
