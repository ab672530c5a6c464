package tflite

import (
	"encoding/binary"
	"fmt"
	"math"
)

// Type is the element type of a tensor.
type Type int

// The element types that the face models use.
const (
	Float32 Type = 0
	Float16 Type = 1
	Int32   Type = 2
)

// Tensor is one value of the graph.
type Tensor struct {
	Name  string
	Shape []int
	Type  Type
	Data  []byte // the constant's bytes; empty for a computed tensor
}

// Len is the number of elements that Shape asks for.
func (t *Tensor) Len() int {
	n := 1
	for _, d := range t.Shape {
		if d < 0 || (d > 0 && n > math.MaxInt32/d) {
			return -1
		}
		n *= d
	}
	return n
}

// Floats gives a constant tensor's values as float32; float16 values are
// widened, which loses nothing. It fails for another type or a wrong length.
func (t *Tensor) Floats() ([]float32, error) {
	size := map[Type]int{Float32: 4, Float16: 2}[t.Type]
	n := t.Len()
	if size == 0 || n < 0 || len(t.Data) != n*size {
		return nil, fmt.Errorf("tensor %q: %d bytes are no float constant of shape %v", t.Name, len(t.Data), t.Shape)
	}
	out := make([]float32, n)
	for i := range out {
		if size == 4 {
			out[i] = math.Float32frombits(binary.LittleEndian.Uint32(t.Data[4*i:]))
		} else {
			out[i] = Half(binary.LittleEndian.Uint16(t.Data[2*i:]))
		}
	}
	return out, nil
}

// Ints gives a constant int32 tensor's values.
func (t *Tensor) Ints() ([]int, error) {
	n := t.Len()
	if t.Type != Int32 || n < 0 || len(t.Data) != 4*n {
		return nil, fmt.Errorf("tensor %q: %d bytes are no int32 constant of shape %v", t.Name, len(t.Data), t.Shape)
	}
	out := make([]int, n)
	for i := range out {
		out[i] = int(int32(binary.LittleEndian.Uint32(t.Data[4*i:])))
	}
	return out, nil
}

// Half widens an IEEE 754 half-precision number to single precision.
func Half(h uint16) float32 {
	sign := uint32(h&0x8000) << 16
	exp := uint32(h>>10) & 0x1f
	frac := uint32(h & 0x3ff)
	switch {
	case exp == 0x1f: // infinity, not a number
		return math.Float32frombits(sign | 0x7f800000 | frac<<13)
	case exp != 0:
		return math.Float32frombits(sign | (exp+112)<<23 | frac<<13)
	}
	// Zero or subnormal: frac · 2⁻²⁴.
	v := float32(frac) / (1 << 24)
	if sign != 0 {
		v = -v
	}
	return v
}

// Op is one operation of the graph. Inputs and Outputs are tensor indices; an
// input of -1 is left out.
type Op struct {
	Code    int    // builtin operator number
	Custom  string // the name of a custom operator, where Code is Custom
	Inputs  []int
	Outputs []int
	options table
	raw     []byte
}

// Model is the one graph of a file.
type Model struct {
	Tensors []Tensor
	Ops     []Op
	Inputs  []int
	Outputs []int
}

// Parse reads a model. The weights stay where they are in b, so b must not
// change afterwards.
func Parse(b []byte) (*Model, error) {
	if len(b) < 8 || string(b[4:8]) != "TFL3" {
		return nil, fmt.Errorf("%w: no TFL3 mark", errDamaged)
	}
	f := &buf{b: b}
	root := f.table(f.u32(0))

	type code struct {
		builtin int
		custom  string
	}
	var codes []code
	for _, t := range root.tables(1) {
		c := code{builtin: t.intField(3, 0), custom: string(t.bytes(1))}
		if old := t.byteField(0, 0); old > c.builtin { // files from before operator 127
			c.builtin = old
		}
		codes = append(codes, c)
	}
	var data [][]byte
	for _, t := range root.tables(4) {
		data = append(data, t.bytes(0))
	}
	graphs := root.tables(2)
	if f.err != nil {
		return nil, f.err
	}
	if len(graphs) != 1 {
		return nil, fmt.Errorf("%w: %d graphs instead of one", errDamaged, len(graphs))
	}

	m := &Model{Inputs: graphs[0].ints(1), Outputs: graphs[0].ints(2)}
	for _, t := range graphs[0].tables(0) {
		x := Tensor{Name: string(t.bytes(3)), Shape: t.ints(0), Type: Type(t.byteField(1, 0))}
		if i := t.intField(2, 0); i >= 0 && i < len(data) {
			x.Data = data[i]
		} else {
			f.fail("buffer number")
		}
		m.Tensors = append(m.Tensors, x)
	}
	for _, t := range graphs[0].tables(3) {
		op := Op{Inputs: t.ints(1), Outputs: t.ints(2), options: t.sub(4), raw: t.bytes(5)}
		i := t.intField(0, 0)
		if i < 0 || i >= len(codes) {
			f.fail("operator number")
			break
		}
		op.Code, op.Custom = codes[i].builtin, codes[i].custom
		m.Ops = append(m.Ops, op)
	}
	if f.err != nil {
		return nil, f.err
	}
	return m, m.check()
}

// check holds every tensor index to the list of tensors.
func (m *Model) check() error {
	ok := func(list []int, least int) bool {
		for _, i := range list {
			if i < least || i >= len(m.Tensors) {
				return false
			}
		}
		return true
	}
	if !ok(m.Inputs, 0) || !ok(m.Outputs, 0) {
		return fmt.Errorf("%w: tensor number out of bounds", errDamaged)
	}
	for _, op := range m.Ops {
		if !ok(op.Inputs, -1) || !ok(op.Outputs, 0) || len(op.Outputs) == 0 {
			return fmt.Errorf("%w: tensor number out of bounds", errDamaged)
		}
	}
	return nil
}
