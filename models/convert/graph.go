package convert

import (
	"fmt"
	"slices"

	"facialis/models/onnx"
	"facialis/models/tflite"
)

// graph is a conversion under way: the TensorFlow Lite model, the ONNX graph
// that grows from it, and what each tensor has become.
//
// A tensor of four axes is held channel first (N, C, H, W) in the ONNX graph,
// any other as it is.
type graph struct {
	onnx.Graph
	m          *tflite.Model
	value      map[int]onnx.Value
	constant   map[int]int // a dequantised tensor's constant source
	transforms map[int]transform
}

// build converts every operation of m in order. Inputs are declared by their
// shape; outputs are left to the caller.
func build(m *tflite.Model) (*graph, error) {
	g := &graph{m: m, value: map[int]onnx.Value{}, constant: map[int]int{},
		transforms: map[int]transform{}}
	if len(m.Inputs) != 1 || len(m.Tensors[m.Inputs[0]].Shape) != 4 {
		return nil, fmt.Errorf("the model's input is not one image")
	}
	s := m.Tensors[m.Inputs[0]].Shape
	g.value[m.Inputs[0]] = g.Input("input", s[0], s[3], s[1], s[2])
	for i := range m.Ops {
		if err := g.op(&m.Ops[i]); err != nil {
			return nil, fmt.Errorf("operation %d (code %d %s): %w", i, m.Ops[i].Code, m.Ops[i].Custom, err)
		}
	}
	return g, nil
}

// inputs is how many inputs each kind of operation must have at least.
var inputs = map[int]int{
	tflite.Add: 2, tflite.Concatenation: 1, tflite.Conv2D: 3, tflite.DepthwiseConv2D: 3,
	tflite.Dequantize: 1, tflite.MaxPool2D: 1, tflite.Mul: 2, tflite.Relu: 1, tflite.Reshape: 1,
	tflite.Custom: 1, tflite.Pad: 2, tflite.StridedSlice: 4, tflite.PRelu: 2,
}

func (g *graph) op(op *tflite.Op) error {
	out := op.Outputs[0]
	if n := inputs[op.Code]; len(op.Inputs) < n {
		return fmt.Errorf("%d inputs instead of %d", len(op.Inputs), n)
	} else if slices.Contains(op.Inputs[:n], -1) {
		return fmt.Errorf("an input is left out")
	}
	var v onnx.Value
	var err error
	switch op.Code {
	case tflite.Dequantize:
		g.constant[out] = op.Inputs[0]
		return nil
	case tflite.Conv2D, tflite.DepthwiseConv2D:
		v, err = g.conv(op)
	case tflite.MaxPool2D:
		v, err = g.maxPool(op)
	case tflite.Relu:
		v, err = g.unary("Relu", op)
	case tflite.PRelu:
		v, err = g.prelu(op)
	case tflite.Pad:
		v, err = g.padChannels(op)
	case tflite.Add:
		v, err = g.add(op)
	case tflite.Mul:
		if t, ok := g.transforms[op.Inputs[0]]; ok {
			return g.scaleTransform(op, t)
		}
		v, err = g.mul(op)
	case tflite.Reshape:
		v, err = g.reshape(op)
	case tflite.Concatenation:
		v, err = g.concat(op)
	case tflite.StridedSlice:
		v, err = g.wholeSlice(op)
	case tflite.Custom:
		return g.custom(op)
	default:
		return fmt.Errorf("not supported")
	}
	g.value[out] = v
	return err
}

// in is the ONNX value of input n of op.
func (g *graph) in(op *tflite.Op, n int) (onnx.Value, error) {
	if n < len(op.Inputs) {
		if v, ok := g.value[op.Inputs[n]]; ok {
			return v, nil
		}
	}
	return "", fmt.Errorf("input %d is not computed before it is used", n)
}

// weights are the values and shape of constant input n of op.
func (g *graph) weights(op *tflite.Op, n int) ([]float32, []int, error) {
	i := op.Inputs[n]
	if c, ok := g.constant[i]; ok {
		i = c
	}
	t := &g.m.Tensors[i]
	data, err := t.Floats()
	return data, t.Shape, err
}

// shape is the shape of tensor i, in TensorFlow's order.
func (g *graph) shape(i int) []int { return g.m.Tensors[i].Shape }

// image is the shape of tensor i, which must be one image (1, H, W, C).
func (g *graph) image(i int) (h, w, c int, err error) {
	s := g.shape(i)
	if len(s) != 4 || s[0] != 1 {
		return 0, 0, 0, fmt.Errorf("shape %v is not one image", s)
	}
	return s[1], s[2], s[3], nil
}
