package onnx

import (
	"bytes"
	"testing"
)

// A graph of one ReLU, written out by hand from the public onnx.proto.
func TestModel(t *testing.T) {
	var g Graph
	g.Output("y", g.Node("Relu", []Value{g.Input("x", 2)}))
	want := []byte{
		0x08, 8, // ir_version
		0x12, 8, 'f', 'a', 'c', 'i', 'a', 'l', 'i', 's', // producer_name
		0x3a, 66, // graph
		0x0a, 13, 0x0a, 1, 'x', 0x12, 2, 'v', '1', 0x22, 4, 'R', 'e', 'l', 'u',
		0x0a, 17, 0x0a, 2, 'v', '1', 0x12, 1, 'y', 0x22, 8, 'I', 'd', 'e', 'n', 't', 'i', 't', 'y',
		0x5a, 15, 0x0a, 1, 'x', 0x12, 10, 0x0a, 8, 0x08, 1, 0x12, 4, 0x0a, 2, 0x08, 2, // input x: float, [2]
		0x62, 11, 0x0a, 1, 'y', 0x12, 6, 0x0a, 4, 0x08, 1, 0x12, 0, // output y: float, scalar
		0x12, 1, 'g', // name
		0x42, 4, 0x0a, 0, 0x10, 16, // opset
	}
	want[13] = byte(len(want) - 14 - 6) // the graph's length
	if got := g.Model("g"); !bytes.Equal(got, want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestAttributes(t *testing.T) {
	for _, c := range []struct {
		got  Attr
		want []byte
	}{
		{Int("a", 3), []byte{0x0a, 1, 'a', 0x18, 3, 0xa0, 1, 2}},
		{Ints("b", 1, 300), []byte{0x0a, 1, 'b', 0x40, 1, 0x40, 0xac, 2, 0xa0, 1, 7}},
		{Float("c", 1), []byte{0x0a, 1, 'c', 0x15, 0, 0, 0x80, 0x3f, 0xa0, 1, 1}},
		{String("d", "z"), []byte{0x0a, 1, 'd', 0x22, 1, 'z', 0xa0, 1, 3}},
	} {
		if !bytes.Equal(c.got, c.want) {
			t.Errorf("got %v, want %v", []byte(c.got), c.want)
		}
	}
}
