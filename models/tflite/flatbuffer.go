package tflite

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// errDamaged is what every failed read comes down to.
var errDamaged = errors.New("not a readable TensorFlow Lite model")

// maxElements bounds the entries of all lists of tables and numbers of one
// file together: the face models have a few thousand.
const maxElements = 1 << 20

// buf is the file's bytes with the first error met while reading them. After
// an error all reads give zero, so a reader can go on and ask once.
type buf struct {
	b    []byte
	err  error
	seen int // list entries read so far
}

func (f *buf) fail(what string) {
	if f.err == nil {
		f.err = fmt.Errorf("%w: %s out of bounds", errDamaged, what)
	}
}

// at gives n bytes at offset off, or nil.
func (f *buf) at(off, n int) []byte {
	if f.err != nil {
		return nil
	}
	if off < 0 || n < 0 || off > len(f.b)-n {
		f.fail("offset")
		return nil
	}
	return f.b[off : off+n]
}

func (f *buf) u16(off int) int {
	if p := f.at(off, 2); p != nil {
		return int(binary.LittleEndian.Uint16(p))
	}
	return 0
}

func (f *buf) u32(off int) int {
	if p := f.at(off, 4); p != nil {
		return int(binary.LittleEndian.Uint32(p))
	}
	return 0
}

func (f *buf) i32(off int) int {
	if p := f.at(off, 4); p != nil {
		return int(int32(binary.LittleEndian.Uint32(p)))
	}
	return 0
}

// table is one table of the file: where it lies and where its vtable does.
type table struct {
	f           *buf
	pos, vt, vn int
}

// table reads the head of the table at pos.
func (f *buf) table(pos int) table {
	t := table{f: f, pos: pos}
	t.vt = pos - f.i32(pos)
	t.vn = f.u16(t.vt)
	return t
}

// field is the offset in the file of field n, or 0 when it is absent.
func (t table) field(n int) int {
	slot := 4 + 2*n
	if slot+2 > t.vn {
		return 0
	}
	o := t.f.u16(t.vt + slot)
	if o == 0 {
		return 0
	}
	return t.pos + o
}

func (t table) byteField(n, def int) int {
	if o := t.field(n); o != 0 {
		if p := t.f.at(o, 1); p != nil {
			return int(int8(p[0]))
		}
	}
	return def
}

func (t table) intField(n, def int) int {
	if o := t.field(n); o != 0 {
		return t.f.i32(o)
	}
	return def
}

// vector gives where the elements of vector field n begin and how many there
// are, checked to lie within the file.
func (t table) vector(n, size int) (start, count int) {
	o := t.field(n)
	if o == 0 {
		return 0, 0
	}
	v := o + t.f.u32(o)
	count = t.f.u32(v)
	if size > 1 {
		if t.f.seen += count; t.f.seen > maxElements {
			t.f.fail("list length")
			return 0, 0
		}
	}
	if t.f.at(v+4, count*size) == nil {
		return 0, 0
	}
	return v + 4, count
}

func (t table) bytes(n int) []byte {
	start, count := t.vector(n, 1)
	return t.f.at(start, count)
}

func (t table) ints(n int) []int {
	start, count := t.vector(n, 4)
	out := make([]int, count)
	for i := range out {
		out[i] = t.f.i32(start + 4*i)
	}
	return out
}

func (t table) tables(n int) []table {
	start, count := t.vector(n, 4)
	out := make([]table, count)
	for i := range out {
		o := start + 4*i
		out[i] = t.f.table(o + t.f.u32(o))
	}
	return out
}

func (t table) sub(n int) table {
	if o := t.field(n); o != 0 {
		return t.f.table(o + t.f.u32(o))
	}
	return table{f: t.f}
}
