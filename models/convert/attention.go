package convert

import (
	"bytes"
	"encoding/binary"
	"fmt"

	"facialis/models/onnx"
	"facialis/models/tflite"
)

// The attention model looks at the lips and at each eye a second time. From the
// first estimate of the 468 points, in pixels of a 48×48 feature map, it cuts a
// crop around the part, levels it, and runs a small head on the 16×16 cells of
// the crop; the head's points are then carried back into the picture.
//
// With d the vector between the part's two corners and u = d/|d| = (c, s):
//
//	p' = p·M,           M = ⎡c −s⎤   the part, turned level
//	                        ⎣s  c⎦
//	size   = max p' − min p'         its bounding box
//	center = ½(max p' + min p')·Mᵀ   turned back
//	A = diag(1.5·size/16)·Mᵀ,  t = center − (8, 8)·A
//
// so that a point q of the crop, in cells, lies at q·A + t in the feature map.
// TransformTensorBilinear samples the map at (cell + ½)·A + t, which is ONNX's
// GridSample; TransformLandmarks takes the head's points q through the same A
// and t, scaled to the 192 pixels of the input.

const (
	mapSize  = 48  // pixels of the feature map
	cropSize = 16  // cells of a crop
	boxScale = 1.5 // the crop's size in bounding boxes
)

// transform is what Landmarks2TransformMatrix gives, as A (1×2×2) and t (1×1×2).
type transform struct {
	a, t   onnx.Value
	scaleT float32
}

func (g *graph) custom(op *tflite.Op) error {
	if op.Custom != "Landmarks2TransformMatrix" && (len(op.Inputs) < 2 || op.Inputs[1] < 0) {
		return fmt.Errorf("the transform is missing")
	}
	switch op.Custom {
	case "Landmarks2TransformMatrix":
		return g.cropTransform(op)
	case "TransformTensorBilinear":
		return g.sampleCrop(op)
	case "TransformLandmarks":
		return g.pointsBack(op)
	}
	return fmt.Errorf("not supported")
}

// parts finds which part of the face a crop is for: the one whose points the
// operator's options list (as a vector of 16-bit numbers).
func partOf(options []byte) (*part, error) {
	for i := range parts {
		var list []byte
		for _, p := range parts[i].points {
			list = binary.LittleEndian.AppendUint16(list, uint16(p))
		}
		if bytes.Contains(options, list) {
			return &parts[i], nil
		}
	}
	return nil, fmt.Errorf("its options list the points of no known part")
}

func (g *graph) cropTransform(op *tflite.Op) error {
	p, err := g.in(op, 0)
	if err != nil {
		return err
	}
	part, err := partOf(op.Raw())
	if err != nil {
		return err
	}
	n := func(name string, in ...onnx.Value) onnx.Value { return g.Node(name, in) }
	pick := func(v onnx.Value, axis int, index ...int) onnx.Value {
		return g.Node("Gather", []onnx.Value{v, g.Int64s(index...)}, onnx.Int("axis", axis))
	}
	xy := pick(p, 2, 0, 1) // 1×468×2
	d := n("Sub", pick(xy, 1, part.to), pick(xy, 1, part.from))
	length := g.Node("ReduceL2", []onnx.Value{d}, onnx.Ints("axes", 2), onnx.Int("keepdims", 1))
	u := n("Div", d, length) // 1×1×2: c, s
	// The rows of M are (c, −s) and (s, c); those of Mᵀ are u and v.
	flip := g.Floats([]int{1, 1, 2}, []float32{-1, 1})
	v := n("Mul", pick(u, 2, 1, 0), flip)                                         // −s, c
	mt := g.Node("Concat", []onnx.Value{u, v}, onnx.Int("axis", 1))               // Mᵀ
	m := g.Node("Transpose", []onnx.Value{mt}, onnx.Ints("perm", 0, 2, 1))        // M
	level := n("MatMul", pick(xy, 1, part.points...), m)                          // 1×n×2
	top := g.Node("ReduceMax", []onnx.Value{level}, onnx.Ints("axes", 1))         // 1×1×2
	bottom := g.Node("ReduceMin", []onnx.Value{level}, onnx.Ints("axes", 1))      // 1×1×2
	half := g.Floats([]int{1}, []float32{0.5})                                    //
	center := n("MatMul", n("Mul", n("Add", top, bottom), half), mt)              // 1×1×2
	k := g.Floats([]int{1}, []float32{boxScale / cropSize})                       //
	size := n("Mul", n("Sub", top, bottom), k)                                    // 1×1×2
	column := g.Node("Transpose", []onnx.Value{size}, onnx.Ints("perm", 0, 2, 1)) // 1×2×1
	a := n("Mul", column, mt)
	mid := g.Floats([]int{1, 1, 2}, []float32{cropSize / 2, cropSize / 2})
	t := n("Sub", center, n("MatMul", mid, a))
	g.transforms[op.Outputs[0]] = transform{a: a, t: t, scaleT: 1}
	return nil
}

func (g *graph) sampleCrop(op *tflite.Op) error {
	x, err := g.in(op, 0)
	if err != nil {
		return err
	}
	tr, ok := g.transforms[op.Inputs[1]]
	out := g.shape(op.Outputs[0])
	if !ok || len(out) != 4 || out[1] != cropSize || out[2] != cropSize {
		return fmt.Errorf("crop of shape %v", out)
	}
	if h, w, _, err := g.image(op.Inputs[0]); err != nil || h != mapSize || w != mapSize {
		return fmt.Errorf("crop from a map of %d×%d", w, h)
	}
	var cells []float32
	for y := range cropSize {
		for x := range cropSize {
			cells = append(cells, float32(x)+0.5, float32(y)+0.5)
		}
	}
	at := g.Node("MatMul", []onnx.Value{g.Floats([]int{1, cropSize * cropSize, 2}, cells), tr.a})
	at = g.Node("Add", []onnx.Value{at, tr.t})
	// GridSample wants −1..1 from edge to edge of the map.
	at = g.Node("Mul", []onnx.Value{at, g.Floats([]int{1}, []float32{2.0 / mapSize})})
	at = g.Node("Sub", []onnx.Value{at, g.Floats([]int{1}, []float32{1})})
	grid := g.Node("Reshape", []onnx.Value{at, g.Int64s(1, cropSize, cropSize, 2)})
	g.value[op.Outputs[0]] = g.Node("GridSample", []onnx.Value{x, grid}, onnx.String("mode", "bilinear"),
		onnx.String("padding_mode", "zeros"), onnx.Int("align_corners", 0))
	return nil
}

// scaleTransform reads the product of a 4×4 transform with a constant that
// scales its translation only: from pixels of the map to those of the input.
func (g *graph) scaleTransform(op *tflite.Op, t transform) error {
	k, s, err := g.weights(op, 1)
	if err != nil {
		return err
	}
	if len(k) != 16 || k[0] != 1 || k[1] != 1 || k[4] != 1 || k[5] != 1 || k[3] != k[7] {
		return fmt.Errorf("scaling of a transform by a constant of shape %v, %v", s, k)
	}
	t.scaleT = k[3]
	g.transforms[op.Outputs[0]] = t
	return nil
}

func (g *graph) pointsBack(op *tflite.Op) error {
	p, err := g.in(op, 0)
	if err != nil {
		return err
	}
	tr, ok := g.transforms[op.Inputs[1]]
	if s := g.shape(op.Outputs[0]); !ok || len(s) != 3 || s[2] != 2 {
		return fmt.Errorf("points of shape %v", s)
	}
	t := g.Node("Mul", []onnx.Value{tr.t, g.Floats([]int{1}, []float32{tr.scaleT})})
	g.value[op.Outputs[0]] = g.Node("Add", []onnx.Value{g.Node("MatMul", []onnx.Value{p, tr.a}), t})
	return nil
}
