package tflite

import (
	"errors"
	"math"
	"slices"
	"testing"
)

func TestHalf(t *testing.T) {
	for _, c := range []struct {
		half uint16
		want float32
	}{
		{0x0000, 0}, {0x3c00, 1}, {0xc000, -2}, {0x3555, 0.33325195}, {0x7bff, 65504},
		{0x0400, 1.0 / (1 << 14)}, {0x0001, 1.0 / (1 << 24)}, {0x83ff, -1023.0 / (1 << 24)},
		{0x7c00, float32(math.Inf(1))}, {0xfc00, float32(math.Inf(-1))},
	} {
		if got := Half(c.half); got != c.want {
			t.Errorf("%#04x widens to %v, want %v", c.half, got, c.want)
		}
	}
	if got := Half(0x7e00); got == got {
		t.Errorf("not a number widens to %v", got)
	}
	if got := Half(0x8000); !math.Signbit(float64(got)) || got != 0 {
		t.Errorf("minus zero widens to %v", got)
	}
}

// tiny is a whole model laid out by hand: one input of shape (1, 4), a ReLU,
// one output.
func tiny() []byte {
	var b []byte
	u16 := func(v ...int) {
		for _, x := range v {
			b = append(b, byte(x), byte(x>>8))
		}
	}
	u32 := func(v ...int) {
		for _, x := range v {
			b = append(b, byte(x), byte(x>>8), byte(x>>16), byte(x>>24))
		}
	}
	set := func(at, v int) {
		copy(b[at:], []byte{byte(v), byte(v >> 8), byte(v >> 16), byte(v >> 24)})
	}
	// table writes a vtable and a table of 4-byte fields, 0 for an absent one,
	// and gives where each field lies.
	table := func(fields int, present ...int) (pos int, at map[int]int) {
		vt := len(b)
		u16(4+2*fields, 4+4*len(present))
		at = map[int]int{}
		for f := range fields {
			if i := slices.Index(present, f); i >= 0 {
				u16(4 + 4*i)
			} else {
				u16(0)
			}
		}
		pos = len(b)
		u32(pos - vt)
		for _, f := range present {
			at[f] = len(b)
			u32(0)
		}
		return pos, at
	}
	ref := func(at int) { set(at, len(b)-at) } // the field points to what comes next
	list := func(at int, v ...int) {
		ref(at)
		u32(len(v))
		u32(v...)
	}

	u32(0)
	b = append(b, "TFL3"...)
	root, model := table(5, 1, 2, 4)
	set(0, root)
	list(model[1], 0)
	elem := len(b) - 4
	pos, code := table(4, 3)
	set(elem, pos-elem)
	set(code[3], Relu)
	list(model[4], 0)
	elem = len(b) - 4
	pos, _ = table(1)
	set(elem, pos-elem)
	list(model[2], 0)
	elem = len(b) - 4
	pos, graph := table(4, 0, 1, 2, 3)
	set(elem, pos-elem)
	list(graph[1], 0)
	list(graph[2], 1)
	list(graph[0], 0, 0)
	elem = len(b) - 8
	for i := range 2 {
		pos, tensor := table(4, 0, 3)
		set(elem+4*i, pos-elem-4*i)
		list(tensor[0], 1, 4)
		ref(tensor[3])
		u32(1)
		b = append(b, "xy"[i], 0, 0, 0)
	}
	list(graph[3], 0)
	elem = len(b) - 4
	pos, op := table(3, 1, 2)
	set(elem, pos-elem)
	list(op[1], 0)
	list(op[2], 1)
	return b
}

func TestParse(t *testing.T) {
	m, err := Parse(tiny())
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Tensors) != 2 || m.Tensors[1].Name != "y" || !slices.Equal(m.Tensors[0].Shape, []int{1, 4}) {
		t.Errorf("tensors %+v", m.Tensors)
	}
	if len(m.Ops) != 1 || m.Ops[0].Code != Relu || !slices.Equal(m.Ops[0].Outputs, []int{1}) {
		t.Errorf("operations %+v", m.Ops)
	}
	if !slices.Equal(m.Inputs, []int{0}) || !slices.Equal(m.Outputs, []int{1}) {
		t.Errorf("from %v to %v", m.Inputs, m.Outputs)
	}
}

// A model cut short anywhere is an error, not a panic, and not half a model.
func TestCut(t *testing.T) {
	b := tiny()
	for n := range len(b) - 4 {
		if _, err := Parse(b[:n]); !errors.Is(err, errDamaged) {
			t.Fatalf("the first %d of %d bytes give %v", n, len(b), err)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add(tiny())
	f.Add([]byte("\x00\x00\x00\x00TFL3"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := Parse(b)
		if err != nil {
			return
		}
		for i := range m.Tensors {
			m.Tensors[i].Floats()
			m.Tensors[i].Ints()
		}
		for i := range m.Ops {
			m.Ops[i].Window()
			m.Ops[i].Masks()
		}
	})
}
