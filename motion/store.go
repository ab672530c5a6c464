package motion

import (
	"encoding/binary"
	"fmt"
	"math"
	"os"
	"slices"

	"facialis/anatomy"
	"facialis/event"
)

// blockRows is how many frames are put away at a time; as many of the latest stay
// in memory, because a key frame that is taken anew goes back over some seconds.
const blockRows = 2048

// column is a column of rows, whatever it holds.
type column interface {
	put(b []byte) []byte                                    // appends the oldest block to b
	drop()                                                  // forgets the oldest block
	thin(without []bool)                                    // takes rows out; what is missing in the row before is taken from them
	blank(i int)                                            // makes a row's value missing
	whole(r *rows, n int, at int64) (size int64, err error) // puts n frames back, from byte at of every block
}

// columns are all columns, in a fixed order.
func (r *rows) columns() []column {
	c := []column{list[float64]{&r.t}, list[int32]{&r.segment}, list[int32]{&r.byMesh}, list[float64]{&r.scale}}
	add := func(columns ...*[]float32) {
		for _, p := range columns {
			c = append(c, list[float32]{p})
		}
	}
	for s := range 2 {
		for k := range anatomy.NumRegions {
			add(&r.dx[s][k], &r.dy[s][k])
		}
		add(&r.lidMM[s], &r.lidLike[s], &r.aperture[s], &r.brow[s], &r.cornerOut[s], &r.cornerUp[s])
	}
	add(&r.lipOpen, &r.yaw, &r.pitch, &r.roll, &r.fx, &r.fy, &r.fw, &r.quality, &r.iris, &r.meshIris)
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
		r.buf = c.put(r.buf)
	}
	if _, err := r.file.WriteAt(r.buf, int64(r.away)*int64(len(r.buf))); err != nil {
		r.stay = true
		return 0
	}
	r.away++
	for _, c := range columns {
		c.drop()
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
		size, err := c.whole(r, n, at)
		if err != nil {
			return fmt.Errorf("motion: reading back what was measured: %w", err)
		}
		at += size
	}
	r.away = 0
	return nil
}

// list is a column of numbers.
type list[E float32 | float64 | int32] struct{ c *[]E }

func (l list[E]) put(b []byte) []byte {
	b, _ = binary.Append(b, binary.LittleEndian, (*l.c)[:blockRows]) // slices of numbers have no errors
	return b
}

func (l list[E]) drop() { *l.c = slices.Delete(*l.c, 0, blockRows) }

func (l list[E]) whole(r *rows, n int, at int64) (int64, error) {
	out := make([]E, n)
	buf := make([]byte, binary.Size(out[:blockRows]))
	for b := range r.away {
		if _, err := r.file.ReadAt(buf, int64(b)*int64(len(r.buf))+at); err != nil {
			return 0, err
		}
		if _, err := binary.Decode(buf, binary.LittleEndian, out[b*blockRows:(b+1)*blockRows]); err != nil {
			return 0, err
		}
	}
	copy(out[r.away*blockRows:], *l.c)
	*l.c = out
	return int64(len(buf)), nil
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

func (l list[E]) thin(without []bool) {
	out := (*l.c)[:0]
	for i, v := range *l.c {
		switch last := len(out) - 1; {
		case !without[i]:
			out = append(out, v)
		case last >= 0 && out[last] != out[last]:
			out[last] = v
		}
	}
	*l.c = out
}

func (l list[E]) blank(i int) {
	switch c := any(*l.c).(type) {
	case []float32:
		c[i] = event.Missing
	case []float64:
		c[i] = math.NaN()
	}
}
