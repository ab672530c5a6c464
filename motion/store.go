package motion

import (
	"encoding/binary"
	"fmt"
	"os"
	"slices"
)

// blockRows is how many frames are put away at a time; as many of the latest stay
// in memory, because a key frame that is taken anew goes back over some seconds.
const blockRows = 2048

// columns are all columns, each as a pointer to its slice, in a fixed order.
func (r *rows) columns() []any {
	c := []any{&r.t, &r.segment, &r.scale}
	for s := range 2 {
		for k := range NumRegions {
			c = append(c, &r.dx[s][k], &r.dy[s][k])
		}
		c = append(c, &r.lidMM[s], &r.lidLike[s], &r.aperture[s], &r.brow[s], &r.cornerOut[s], &r.cornerUp[s])
	}
	for _, p := range []*[]float32{&r.lipOpen, &r.yaw, &r.pitch, &r.roll, &r.fx, &r.fy, &r.fw, &r.quality, &r.iris, &r.meshIris} {
		c = append(c, p)
	}
	return c
}

// putAway writes the oldest block of frames to a file without a name, once there
// are two blocks, so that while a recording is read, beside networks and
// pictures, memory does not grow with its length. It returns how many frames
// were put away. Where no file can be had they stay in memory.
func (r *rows) putAway() int {
	if len(r.t) < 2*blockRows || r.stay {
		return 0
	}
	if r.file == nil {
		f, err := os.CreateTemp("", "facialis-rows-")
		if err != nil {
			r.stay = true
			return 0
		}
		if err := os.Remove(f.Name()); err != nil { // some systems only remove what is closed
			r.name = f.Name()
		}
		r.file = f
	}
	columns := r.columns()
	r.buf = r.buf[:0]
	for _, c := range columns {
		switch c := c.(type) {
		case *[]float32:
			r.buf, _ = binary.Append(r.buf, binary.LittleEndian, (*c)[:blockRows]) // slices of numbers have no errors
		case *[]float64:
			r.buf, _ = binary.Append(r.buf, binary.LittleEndian, (*c)[:blockRows])
		case *[]int32:
			r.buf, _ = binary.Append(r.buf, binary.LittleEndian, (*c)[:blockRows])
		}
	}
	if _, err := r.file.WriteAt(r.buf, int64(r.away)*int64(len(r.buf))); err != nil {
		r.stay = true
		return 0
	}
	r.away++
	for _, c := range columns {
		switch c := c.(type) {
		case *[]float32:
			*c = slices.Delete(*c, 0, blockRows)
		case *[]float64:
			*c = slices.Delete(*c, 0, blockRows)
		case *[]int32:
			*c = slices.Delete(*c, 0, blockRows)
		}
	}
	return blockRows
}

// gather puts what was put away before what is in memory again.
func (r *rows) gather() error {
	defer r.close()
	if r.away == 0 {
		return nil
	}
	n := r.away*blockRows + len(r.t)
	at := int64(0)
	for _, c := range r.columns() {
		var err error
		switch c := c.(type) {
		case *[]float32:
			*c, err = whole(r, *c, n, at)
			at += 4 * blockRows
		case *[]float64:
			*c, err = whole(r, *c, n, at)
			at += 8 * blockRows
		case *[]int32:
			*c, err = whole(r, *c, n, at)
			at += 4 * blockRows
		}
		if err != nil {
			return fmt.Errorf("motion: reading back what was measured: %w", err)
		}
	}
	r.away = 0
	return nil
}

// whole is the column of n frames that lies at byte at of every block and ends
// with tail.
func whole[E float32 | float64 | int32](r *rows, tail []E, n int, at int64) ([]E, error) {
	out := make([]E, n)
	size := binary.Size(out[:blockRows])
	buf := make([]byte, size)
	for b := range r.away {
		if _, err := r.file.ReadAt(buf, int64(b)*int64(len(r.buf))+at); err != nil {
			return nil, err
		}
		if _, err := binary.Decode(buf, binary.LittleEndian, out[b*blockRows:(b+1)*blockRows]); err != nil {
			return nil, err
		}
	}
	copy(out[r.away*blockRows:], tail)
	return out, nil
}

// close gives the file back.
func (r *rows) close() {
	if r.file == nil {
		return
	}
	r.file.Close()
	if r.name != "" {
		os.Remove(r.name)
	}
	r.file = nil
}
