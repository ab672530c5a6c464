package convert

import (
	"crypto/sha256"
	"fmt"

	"facialis/models/onnx"
	"facialis/models/tflite"
)

// assetsSHA256 is the SHA-256 of face_mesh_solution_packed_assets.data in
// @mediapipe/face_mesh 0.4.1657299874.
const assetsSHA256 = "dbe5905c582c0462cdaea17e7e6ecea92edaa8cccc515c5e2e7291f2cbb5fb99"

// Where the parts lie in the file, as the package's own loader lists them.
var (
	attentionBytes = [2]int{0, 2495952}
	geometryBytes  = [2]int{3737848, 3757224}
	detectorBytes  = [2]int{3757224, 3986256}
)

// meshPoints is the number of points of the plain mesh.
const meshPoints = 468

// Files converts the packed assets and gives the contents of the files that
// the program reads, by name:
//
//	detector.onnx   BlazeFace: "input" 1×3×128×128 RGB in −1..1;
//	                "boxes" 1×896×16, "scores" 1×896×1 (logits)
//	attention.onnx  face mesh with refined lips and eyes and the irises:
//	                "input" 1×3×192×192 RGB in 0..1; "points" 1×478×3 in pixels
//	                of the input, "flag" 1×1 (logit)
//	canonical.bin   the canonical face: 468 × (x, y, z) float32, little endian, cm
//
// Any other file than the pinned version's is refused.
func Files(assets []byte) (map[string][]byte, error) {
	if sum := fmt.Sprintf("%x", sha256.Sum256(assets)); sum != assetsSHA256 {
		return nil, fmt.Errorf("the packed assets have SHA-256 %s, not %s: another version of the package", sum, assetsSHA256)
	}
	cut := func(r [2]int) []byte { return assets[r[0]:r[1]] }
	out := map[string][]byte{}
	for _, x := range []struct {
		name    string
		part    [2]int
		convert func([]byte) ([]byte, error)
	}{
		{"detector.onnx", detectorBytes, Detector},
		{"attention.onnx", attentionBytes, Attention},
		{"canonical.bin", geometryBytes, Canonical},
	} {
		b, err := x.convert(cut(x.part))
		if err != nil {
			return nil, fmt.Errorf("making %s: %w", x.name, err)
		}
		out[x.name] = b
	}
	return out, nil
}

// load parses a TensorFlow Lite model and converts its operations.
func load(b []byte) (*graph, error) {
	m, err := tflite.Parse(b)
	if err != nil {
		return nil, err
	}
	return build(m)
}

// find gives the value and length of the model output of the given name.
func (g *graph) find(name string) (onnx.Value, int, error) {
	for _, i := range g.m.Outputs {
		if t := &g.m.Tensors[i]; t.Name == name {
			if v, ok := g.value[i]; ok {
				return v, t.Len(), nil
			}
		}
	}
	return "", 0, fmt.Errorf("the model has no output %q", name)
}

// points gives the named output as 1×n×dim.
func (g *graph) points(name string, n, dim int) (onnx.Value, error) {
	v, size, err := g.find(name)
	if err != nil {
		return "", err
	}
	if size != n*dim {
		return "", fmt.Errorf("output %q has %d values instead of %d", name, size, n*dim)
	}
	return g.Node("Reshape", []onnx.Value{v, g.Int64s(1, n, dim)}), nil
}

// Detector converts the BlazeFace detector.
func Detector(b []byte) ([]byte, error) {
	g, err := load(b)
	if err != nil {
		return nil, err
	}
	boxes, err := g.points("regressors", 896, 16)
	if err != nil {
		return nil, err
	}
	scores, err := g.points("classificators", 896, 1)
	if err != nil {
		return nil, err
	}
	g.Output("boxes", boxes, 1, 896, 16)
	g.Output("scores", scores, 1, 896, 1)
	return g.Model("detector"), nil
}

// Attention converts the attention mesh and merges its outputs: x and y of the
// lips and the eyes' surroundings come from their own heads, z stays the
// mesh's; the five points of an iris take the mean z of that eye's contour.
func Attention(b []byte) ([]byte, error) {
	g, err := load(b)
	if err != nil {
		return nil, err
	}
	mesh, err := g.points("output_mesh_identity", meshPoints, 3)
	if err != nil {
		return nil, err
	}
	flag, _, err := g.find("conv_faceflag")
	if err != nil {
		return nil, err
	}
	pick := func(v onnx.Value, axis int, index ...int) onnx.Value {
		return g.Node("Gather", []onnx.Value{v, g.Int64s(index...)}, onnx.Int("axis", axis))
	}
	meshZ := pick(mesh, 2, 2)
	xys := []onnx.Value{pick(mesh, 2, 0, 1)}
	zs := []onnx.Value{meshZ}

	// Which row of the concatenated lists each of the 478 points is taken from.
	fromXY := make([]int, meshPoints, meshPoints+5*len(irises))
	for i := range fromXY {
		fromXY[i] = i
	}
	fromZ := append([]int(nil), fromXY...)
	rows := meshPoints
	for _, p := range parts {
		v, err := g.points(p.output, len(p.points), 2)
		if err != nil {
			return nil, err
		}
		xys = append(xys, v)
		for i, at := range p.points {
			fromXY[at] = rows + i
		}
		rows += len(p.points)
	}
	for n, name := range irises {
		v, err := g.points(name, 5, 2)
		if err != nil {
			return nil, err
		}
		xys = append(xys, v)
		contour := pick(meshZ, 1, parts[1+n].points[:eyeContour]...)
		zs = append(zs, g.Node("ReduceMean", []onnx.Value{contour}, onnx.Ints("axes", 1)))
		for i := range 5 {
			fromXY = append(fromXY, rows+i)
			fromZ = append(fromZ, meshPoints+n)
		}
		rows += 5
	}
	join := func(v []onnx.Value, axis int) onnx.Value {
		return g.Node("Concat", v, onnx.Int("axis", axis))
	}
	xy := pick(join(xys, 1), 1, fromXY...)
	z := pick(join(zs, 1), 1, fromZ...)
	g.Output("points", join([]onnx.Value{xy, z}, 2), 1, len(fromXY), 3)
	g.Output("flag", g.Node("Reshape", []onnx.Value{flag, g.Int64s(1, 1)}), 1, 1)
	return g.Model("attention"), nil
}
