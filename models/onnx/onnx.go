// Package onnx writes ONNX model files, as far as the face models need it.
//
// An .onnx file is one Protocol Buffers message: a graph of nodes, each with an
// operator's name, the names of the values it reads and writes, and attributes;
// the constants are "initializers" of the graph. The field numbers are those of
// the public onnx.proto (IR version 8). Writing that needs no library: a
// message is a sequence of (field number · 8 + wire type, value), a nested
// message a length and its bytes.
package onnx

import (
	"encoding/binary"
	"math"
	"strconv"
)

const (
	irVersion = 8  // of the file format
	opset     = 16 // of the operators: the first with GridSample

	typeFloat = 1
	typeInt64 = 7
)

// message is a Protocol Buffers message under construction.
type message []byte

func (m *message) varint(field int, v int64) {
	*m = binary.AppendUvarint(*m, uint64(field)<<3)
	*m = binary.AppendUvarint(*m, uint64(v))
}

func (m *message) bytes(field int, v []byte) {
	*m = binary.AppendUvarint(*m, uint64(field)<<3|2)
	*m = binary.AppendUvarint(*m, uint64(len(v)))
	*m = append(*m, v...)
}

func (m *message) float(field int, v float32) {
	*m = binary.AppendUvarint(*m, uint64(field)<<3|5)
	*m = binary.LittleEndian.AppendUint32(*m, math.Float32bits(v))
}

// Attr is one attribute of a node; make it with Int, Ints, Float or String.
type Attr []byte

func attr(name string, kind int64, value func(*message)) Attr {
	var m message
	m.bytes(1, []byte(name))
	value(&m)
	m.varint(20, kind)
	return Attr(m)
}

// Int is an integer attribute.
func Int(name string, v int) Attr {
	return attr(name, 2, func(m *message) { m.varint(3, int64(v)) })
}

// Ints is an attribute of several integers.
func Ints(name string, v ...int) Attr {
	return attr(name, 7, func(m *message) {
		for _, x := range v {
			m.varint(8, int64(x))
		}
	})
}

// Float is a floating-point attribute.
func Float(name string, v float32) Attr {
	return attr(name, 1, func(m *message) { m.float(2, v) })
}

// String is a text attribute.
func String(name, v string) Attr {
	return attr(name, 3, func(m *message) { m.bytes(4, []byte(v)) })
}

// Graph collects nodes and constants. The zero value is ready to use.
type Graph struct {
	nodes, inits, inputs, outputs []message
	values                        int
}

// Value is the name of a value in the graph.
type Value string

func (g *Graph) fresh(prefix string) Value {
	g.values++
	return Value(prefix + strconv.Itoa(g.values))
}

// Node adds an operator with one result and gives the result's name.
func (g *Graph) Node(op string, in []Value, attrs ...Attr) Value {
	out := g.fresh("v")
	g.node(op, in, out, attrs)
	return out
}

func (g *Graph) node(op string, in []Value, out Value, attrs []Attr) {
	var m message
	for _, v := range in {
		m.bytes(1, []byte(v))
	}
	m.bytes(2, []byte(out))
	m.bytes(4, []byte(op))
	for _, a := range attrs {
		m.bytes(5, a)
	}
	g.nodes = append(g.nodes, m)
}

func (g *Graph) constant(kind int64, shape []int, raw []byte) Value {
	name := g.fresh("c")
	var m message
	for _, d := range shape {
		m.varint(1, int64(d))
	}
	m.varint(2, kind)
	m.bytes(8, []byte(name))
	m.bytes(9, raw)
	g.inits = append(g.inits, m)
	return name
}

// Floats adds a float32 constant. An empty shape is a scalar.
func (g *Graph) Floats(shape []int, data []float32) Value {
	raw := make([]byte, 0, 4*len(data))
	for _, x := range data {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(x))
	}
	return g.constant(typeFloat, shape, raw)
}

// Int64s adds a constant list of integers: indices, a shape, paddings.
func (g *Graph) Int64s(data ...int) Value {
	raw := make([]byte, 0, 8*len(data))
	for _, x := range data {
		raw = binary.LittleEndian.AppendUint64(raw, uint64(x))
	}
	return g.constant(typeInt64, []int{len(data)}, raw)
}

// Input declares a float32 input of the graph.
func (g *Graph) Input(name string, shape ...int) Value {
	g.inputs = append(g.inputs, valueInfo(name, shape))
	return Value(name)
}

// Output declares v to be an output of the graph, under the given name.
func (g *Graph) Output(name string, v Value, shape ...int) {
	g.node("Identity", []Value{v}, Value(name), nil)
	g.outputs = append(g.outputs, valueInfo(name, shape))
}

func valueInfo(name string, shape []int) message {
	var dims, tensor, kind, m message
	for _, d := range shape {
		var dim message
		dim.varint(1, int64(d))
		dims.bytes(1, dim)
	}
	tensor.varint(1, typeFloat)
	tensor.bytes(2, dims)
	kind.bytes(1, tensor)
	m.bytes(1, []byte(name))
	m.bytes(2, kind)
	return m
}

// Model gives the bytes of the file. The same graph gives the same bytes.
func (g *Graph) Model(name string) []byte {
	var graph, set, m message
	for _, part := range []struct {
		field int
		list  []message
	}{{1, g.nodes}, {5, g.inits}, {11, g.inputs}, {12, g.outputs}} {
		for _, x := range part.list {
			graph.bytes(part.field, x)
		}
	}
	graph.bytes(2, []byte(name))
	set.bytes(1, nil) // the standard operators' domain
	set.varint(2, opset)
	m.varint(1, irVersion)
	m.bytes(2, []byte("facialis"))
	m.bytes(7, graph)
	m.bytes(8, set)
	return m
}
