package convert

import (
	"fmt"
	"slices"

	"facialis/models/onnx"
	"facialis/models/tflite"
)

// same gives the padding before and after one axis for TensorFlow's SAME rule:
// the output has ⌈in/stride⌉ cells, the padding that takes is split evenly and
// the odd cell goes after (so that a stride of 2 on an even size pads only
// after, unlike the usual symmetric padding).
func same(in, kernel, stride int) (before, after int) {
	out := (in + stride - 1) / stride
	total := max((out-1)*stride+kernel-in, 0)
	return total / 2, total - total/2
}

func window(w tflite.Window, h, wd, kh, kw int) []onnx.Attr {
	var top, left, bottom, right int
	if w.Same {
		top, bottom = same(h, kh, w.StrideH)
		left, right = same(wd, kw, w.StrideW)
	}
	return []onnx.Attr{
		onnx.Ints("kernel_shape", kh, kw),
		onnx.Ints("strides", w.StrideH, w.StrideW),
		onnx.Ints("pads", top, left, bottom, right),
	}
}

// conv converts both kinds of convolution. TensorFlow holds a filter as
// (out, height, width, in), a depthwise one as (1, height, width, channel);
// ONNX as (out, in, height, width), with one group a channel when depthwise.
func (g *graph) conv(op *tflite.Op) (onnx.Value, error) {
	x, err := g.in(op, 0)
	if err != nil {
		return "", err
	}
	w, err := op.Window()
	if err != nil {
		return "", err
	}
	h, wd, c, err := g.image(op.Inputs[0])
	if err != nil {
		return "", err
	}
	data, s, err := g.weights(op, 1)
	if err != nil {
		return "", err
	}
	bias, bs, err := g.weights(op, 2)
	if err != nil {
		return "", err
	}
	if len(s) != 4 {
		return "", fmt.Errorf("filter of shape %v", s)
	}
	out, in, groups := s[0], s[3], 1
	if op.Code == tflite.DepthwiseConv2D {
		if s[0] != 1 || s[3] != c {
			return "", fmt.Errorf("depthwise filter %v on %d channels", s, c)
		}
		out, in, groups = c, 1, c
	} else if s[3] != c {
		return "", fmt.Errorf("filter %v on %d channels", s, c)
	}
	if len(bias) != out {
		return "", fmt.Errorf("bias of shape %v on %d filters", bs, out)
	}
	kh, kw := s[1], s[2]
	turned := make([]float32, len(data))
	for o := range out {
		for i := range in {
			for y := range kh {
				for x := range kw {
					from := ((o*kh+y)*kw+x)*in + i
					if groups > 1 {
						from = (y*kw+x)*c + o
					}
					turned[((o*in+i)*kh+y)*kw+x] = data[from]
				}
			}
		}
	}
	attrs := append(window(w, h, wd, kh, kw), onnx.Int("group", groups))
	v := g.Node("Conv", []onnx.Value{x, g.Floats([]int{out, in, kh, kw}, turned), g.Floats([]int{out}, bias)}, attrs...)
	if w.Relu {
		v = g.Node("Relu", []onnx.Value{v})
	}
	return v, nil
}

func (g *graph) maxPool(op *tflite.Op) (onnx.Value, error) {
	x, err := g.in(op, 0)
	if err != nil {
		return "", err
	}
	w, err := op.Window()
	if err != nil {
		return "", err
	}
	h, wd, _, err := g.image(op.Inputs[0])
	if err != nil {
		return "", err
	}
	v := g.Node("MaxPool", []onnx.Value{x}, window(w, h, wd, w.FilterH, w.FilterW)...)
	if w.Relu {
		v = g.Node("Relu", []onnx.Value{v})
	}
	return v, nil
}

func (g *graph) unary(name string, op *tflite.Op) (onnx.Value, error) {
	x, err := g.in(op, 0)
	if err != nil {
		return "", err
	}
	return g.Node(name, []onnx.Value{x}), nil
}

// perChannel multiplies each channel of x by its own factor.
func (g *graph) perChannel(x onnx.Value, factor []float32) onnx.Value {
	n := len(factor)
	return g.Node("Conv", []onnx.Value{x, g.Floats([]int{n, 1, 1, 1}, factor)},
		onnx.Ints("kernel_shape", 1, 1), onnx.Int("group", n))
}

// prelu writes PRelu(x) = α·x + (1−α)·max(x, 0).
func (g *graph) prelu(op *tflite.Op) (onnx.Value, error) {
	x, err := g.in(op, 0)
	if err != nil {
		return "", err
	}
	_, _, c, err := g.image(op.Inputs[0])
	if err != nil {
		return "", err
	}
	alpha, s, err := g.weights(op, 1)
	if err != nil {
		return "", err
	}
	if len(alpha) != c {
		return "", fmt.Errorf("slopes of shape %v on %d channels", s, c)
	}
	rest := make([]float32, c)
	for i, a := range alpha {
		rest[i] = 1 - a
	}
	var positive onnx.Value
	if !slices.ContainsFunc(rest, func(r float32) bool { return r < 0 }) {
		// max(r·x, 0) is r·max(x, 0), to the bit. The runtime joins this Relu with
		// the convolution before it, which spares one pass over the image.
		positive = g.Node("Relu", []onnx.Value{g.perChannel(x, rest)})
	} else {
		positive = g.perChannel(g.Node("Relu", []onnx.Value{x}), rest)
	}
	return g.Node("Add", []onnx.Value{g.perChannel(x, alpha), positive}), nil
}

// maxChannels bounds what a damaged model can ask for.
const maxChannels = 4096

// padChannels widens an image by channels of zeros after its own.
func (g *graph) padChannels(op *tflite.Op) (onnx.Value, error) {
	x, err := g.in(op, 0)
	if err != nil {
		return "", err
	}
	_, _, c, err := g.image(op.Inputs[0])
	if err != nil {
		return "", err
	}
	pads, err := g.m.Tensors[op.Inputs[1]].Ints()
	if err != nil {
		return "", err
	}
	for i, p := range pads {
		if len(pads) != 8 || p < 0 || (i < 7 && p != 0) {
			return "", fmt.Errorf("padding %v is not of channels only", pads)
		}
	}
	wide := c + pads[7]
	if c < 1 || wide > maxChannels {
		return "", fmt.Errorf("%d channels padded to %d", c, wide)
	}
	eye := make([]float32, wide*c)
	for i := range c {
		eye[i*c+i] = 1
	}
	return g.Node("Conv", []onnx.Value{x, g.Floats([]int{wide, c, 1, 1}, eye)}, onnx.Ints("kernel_shape", 1, 1)), nil
}

func (g *graph) add(op *tflite.Op) (onnx.Value, error) {
	a, err := g.in(op, 0)
	if err != nil {
		return "", err
	}
	b, err := g.in(op, 1)
	if err != nil {
		return "", err
	}
	relu, err := op.Relu()
	if err != nil {
		return "", err
	}
	v := g.Node("Add", []onnx.Value{a, b})
	if relu {
		v = g.Node("Relu", []onnx.Value{v})
	}
	return v, nil
}

// mul multiplies by a single constant.
func (g *graph) mul(op *tflite.Op) (onnx.Value, error) {
	a, err := g.in(op, 0)
	if err != nil {
		return "", err
	}
	k, s, err := g.weights(op, 1)
	if err != nil {
		return "", err
	}
	if relu, err := op.Relu(); err != nil || relu || len(k) != 1 {
		return "", fmt.Errorf("product with a constant of shape %v", s)
	}
	return g.Node("Mul", []onnx.Value{a, g.Floats([]int{1}, k)}), nil
}

// reshape takes a tensor to the shape that the model says; from an image of
// more than one pixel it first goes back to TensorFlow's order.
func (g *graph) reshape(op *tflite.Op) (onnx.Value, error) {
	x, err := g.in(op, 0)
	if err != nil {
		return "", err
	}
	if s := g.shape(op.Inputs[0]); len(s) == 4 && s[1]*s[2] != 1 {
		x = g.Node("Transpose", []onnx.Value{x}, onnx.Ints("perm", 0, 2, 3, 1))
	}
	to := append([]int(nil), g.shape(op.Outputs[0])...)
	if len(to) == 4 {
		if to[1]*to[2] != 1 {
			return "", fmt.Errorf("reshape to the image %v", to)
		}
		to[1], to[3] = to[3], to[1]
	}
	return g.Node("Reshape", []onnx.Value{x, g.Int64s(to...)}), nil
}

func (g *graph) concat(op *tflite.Op) (onnx.Value, error) {
	if len(g.shape(op.Outputs[0])) == 4 {
		return "", fmt.Errorf("concatenation of images")
	}
	var in []onnx.Value
	for n := range op.Inputs {
		x, err := g.in(op, n)
		if err != nil {
			return "", err
		}
		in = append(in, x)
	}
	return g.Node("Concat", in, onnx.Int("axis", op.Axis())), nil
}

// wholeSlice accepts a strided slice only where it takes everything.
func (g *graph) wholeSlice(op *tflite.Op) (onnx.Value, error) {
	x, err := g.in(op, 0)
	if err != nil {
		return "", err
	}
	if _, _, err := op.Masks(); err != nil {
		return "", err
	}
	s := g.shape(op.Inputs[0])
	for n := 1; n < 4; n++ {
		v, err := g.m.Tensors[op.Inputs[n]].Ints()
		if err != nil {
			return "", err
		}
		if len(v) != len(s) {
			return "", fmt.Errorf("slice of %d axes of %v", len(v), s)
		}
		for i := range v {
			if want := [4]int{0, 0, s[i], 1}[n]; v[i] != want {
				return "", fmt.Errorf("slice of a part of %v", s)
			}
		}
	}
	return x, nil
}
