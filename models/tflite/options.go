package tflite

import "fmt"

// Builtin operator numbers of the public schema.
const (
	Add             = 0
	Concatenation   = 2
	Conv2D          = 3
	DepthwiseConv2D = 4
	Dequantize      = 6
	MaxPool2D       = 17
	Mul             = 18
	Relu            = 19
	Reshape         = 22
	Custom          = 32
	Pad             = 34
	StridedSlice    = 45
	PRelu           = 54
)

// Window is how a convolution or a pooling walks over its input.
type Window struct {
	Same             bool // output ⌈in/stride⌉, padded as evenly as it goes, the odd one after
	StrideW, StrideH int
	FilterW, FilterH int // pooling only
	Relu             bool
}

// activation tells whether a fused activation is a ReLU; anything but ReLU and
// none is an error.
func activation(n int) (bool, error) {
	if n > 1 || n < 0 {
		return false, fmt.Errorf("fused activation %d is not supported", n)
	}
	return n == 1, nil
}

// Window reads the options of a convolution or pooling.
func (op *Op) Window() (Window, error) {
	t := op.options
	w := Window{Same: t.byteField(0, 0) == 0, StrideW: t.intField(1, 0), StrideH: t.intField(2, 0)}
	act, dilation := 0, 1
	switch op.Code {
	case Conv2D:
		act, dilation = t.byteField(3, 0), t.intField(4, 1)*t.intField(5, 1)
	case DepthwiseConv2D:
		act, dilation = t.byteField(4, 0), t.intField(5, 1)*t.intField(6, 1)
	case MaxPool2D:
		w.FilterW, w.FilterH, act = t.intField(3, 0), t.intField(4, 0), t.byteField(5, 0)
	}
	if t.f.err != nil {
		return w, t.f.err
	}
	if w.StrideW < 1 || w.StrideH < 1 || dilation != 1 {
		return w, fmt.Errorf("stride %d×%d with dilation %d is not supported", w.StrideW, w.StrideH, dilation)
	}
	var err error
	w.Relu, err = activation(act)
	return w, err
}

// Relu tells whether an Add or Mul ends in a ReLU.
func (op *Op) Relu() (bool, error) { return activation(op.options.byteField(0, 0)) }

// Axis is the axis of a concatenation.
func (op *Op) Axis() int { return op.options.intField(0, 0) }

// Masks are the bit masks of a strided slice: which begins and ends to take as
// open. The other masks must be zero.
func (op *Op) Masks() (begin, end int, err error) {
	t := op.options
	for n := 2; n <= 4; n++ {
		if t.intField(n, 0) != 0 {
			return 0, 0, fmt.Errorf("strided slice with ellipsis, new or dropped axes is not supported")
		}
	}
	return t.intField(0, 0), t.intField(1, 0), t.f.err
}

// Raw are the options of a custom operator, a FlexBuffer.
func (op *Op) Raw() []byte { return op.raw }
