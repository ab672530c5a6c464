package motion

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"

	"facialis/anatomy"
	"facialis/event"
	"facialis/internal/scratch"
)

// blockRows is how many frames are put away at a time; as many of the latest stay
// in memory, because a key frame that is taken again goes back over some seconds.
const blockRows = 1024

// column is a column of rows, whatever it holds.
type column interface {
	put(b []byte) []byte                                    // appends the oldest block to b
	drop()                                                  // forgets the oldest block
	thin(without []bool)                                    // takes rows out; what is missing in the row before is taken from them
	blank(i int)                                            // makes a row's value missing
	whole(r *rows, n int, at int64) (size int64, err error) // puts n frames back, from byte at of every block
	bytes(n int) int                                        // that n frames take
	own()                                                   // makes the column a copy of itself
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
			add(&r.dx[s][k], &r.dy[s][k], &r.sd[s][k])
		}
		add(&r.lidMM[s], &r.lidSD[s], &r.aperture[s], &r.shown[s], &r.brow[s], &r.cornerOut[s], &r.cornerUp[s])
	}
	add(&r.lipOpen, &r.yaw, &r.pitch, &r.roll, &r.fx, &r.fy, &r.fw, &r.distance, &r.quality, &r.iris, &r.meshIris, &r.change)
	return c
}

// spill writes the oldest block of frames to a file without a name, once there
// are two blocks, so that while a recording is read, beside networks and
// pictures, memory does not grow with its length. It returns how many frames
// were put away. Where no file can be had they stay in memory.
func (r *rows) spill() int {
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

// gather puts what was put away before what is in memory again: into columns
// that lie in another file, one after the other, so that only those are in memory
// that are looked at. Where there is no such file they are all in memory.
func (r *rows) gather() error {
	defer r.close()
	if r.away == 0 {
		return nil
	}
	n := r.away*blockRows + len(r.t)
	columns := r.columns()
	size := r.extra() * scratch.ColumnBytes[float32](n)
	for _, c := range columns {
		size += c.bytes(n)
	}
	if kept, err := scratch.NewColumns(size); err == nil {
		r.kept = kept
	}
	at := int64(0)
	for _, c := range columns {
		size, err := c.whole(r, n, at)
		if err != nil {
			return errors.Join(fmt.Errorf("motion: reading back what was measured: %w", err), r.drop())
		}
		at += size
		r.free()
	}
	r.away = 0
	return nil
}

// drop gives back the file of the columns.
func (r *rows) drop() error {
	if r.kept == nil {
		return nil
	}
	k := r.kept
	r.kept = nil
	return k.Close()
}

// extra is how many columns a trace has beyond the rows': what regions do along
// their action, right less left, how certain the lids are, and those that are set aside meanwhile.
func (r *rows) extra() int { return 3*anatomy.NumRegions + 2 + len(r.aside) }

// free gives back the memory of columns that nobody looks at any more.
func (r *rows) free() {
	if r.kept != nil {
		r.kept.Free()
	}
}

// make is a new column of n frames.
func (r *rows) make(n int) []float32 { return scratch.Column[float32](r.kept, n) }

// set is the i-th column set aside, with the values of c.
func (r *rows) set(i int, c []float32) []float32 {
	if len(r.aside[i]) != len(c) {
		r.aside[i] = r.make(len(c))
	}
	copy(r.aside[i], c)
	return r.aside[i]
}

// list is a column of numbers.
type list[E scratch.Number] struct{ c *[]E }

func (l list[E]) bytes(n int) int { return scratch.ColumnBytes[E](n) }

func (l list[E]) put(b []byte) []byte {
	b, _ = binary.Append(b, binary.LittleEndian, (*l.c)[:blockRows]) // slices of numbers have no errors
	return b
}

func (l list[E]) own() { *l.c = slices.Clone(*l.c) }

func (l list[E]) drop() { *l.c = slices.Delete(*l.c, 0, blockRows) }

func (l list[E]) whole(r *rows, n int, at int64) (int64, error) {
	out := scratch.Column[E](r.kept, n)
	buf := make([]byte, l.bytes(blockRows))
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
