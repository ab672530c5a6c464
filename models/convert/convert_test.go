package convert

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"os"
	"slices"
	"strings"
	"testing"
)

const assetsFile = "../../node_modules/@mediapipe/face_mesh/face_mesh_solution_packed_assets.data"

func assets(t testing.TB) []byte {
	t.Helper()
	b, err := os.ReadFile(assetsFile)
	if err != nil {
		t.Fatalf("%v (run 'make setup')", err)
	}
	return b
}

// TensorFlow's rule on the sizes of the face models, worked by hand.
func TestSame(t *testing.T) {
	for _, c := range []struct{ in, kernel, stride, before, after int }{
		{192, 3, 2, 0, 1}, {128, 5, 2, 1, 2}, {96, 3, 1, 1, 1}, {64, 2, 2, 0, 0}, {3, 3, 2, 1, 1}, {5, 1, 1, 0, 0}, {7, 2, 4, 0, 0},
	} {
		before, after := same(c.in, c.kernel, c.stride)
		if before != c.before || after != c.after {
			t.Errorf("%d by %d at stride %d pads %d, %d; want %d, %d", c.in, c.kernel, c.stride, before, after, c.before, c.after)
		}
	}
}

// Every mesh point is refined by at most one part.
func TestParts(t *testing.T) {
	seen := map[int]string{}
	for i, want := range []int{80, 71, 71} {
		p := parts[i]
		if len(p.points) != want {
			t.Errorf("%s has %d points, want %d", p.output, len(p.points), want)
		}
		if !slices.Contains(p.points, p.from) || !slices.Contains(p.points, p.to) {
			t.Errorf("the corners of %s are not among its points", p.output)
		}
		for _, at := range p.points {
			if at < 0 || at >= meshPoints || seen[at] != "" {
				t.Errorf("%s: point %d is out of range or also in %q", p.output, at, seen[at])
			}
			seen[at] = p.output
		}
	}
}

func TestFiles(t *testing.T) {
	b := assets(t)
	one, err := Files(b)
	if err != nil {
		t.Fatal(err)
	}
	two, err := Files(b)
	if err != nil {
		t.Fatal(err)
	}
	for name := range one {
		if !bytes.Equal(one[name], two[name]) {
			t.Errorf("%s differs from one conversion to the next", name)
		}
	}
	b[1000] ^= 1
	if _, err := Files(b); err == nil || !strings.Contains(err.Error(), "SHA-256") {
		t.Errorf("a changed file gives %v", err)
	}
}

// geometry is a metadata message with one number a field, as MediaPipe writes it.
func geometry(vertices int) []byte {
	var mesh, b []byte
	for i := range vertices * 5 {
		mesh = binary.AppendUvarint(mesh, 3<<3|5)
		mesh = binary.LittleEndian.AppendUint32(mesh, math.Float32bits(float32(i)))
	}
	mesh = append(mesh, 4<<3, 7)
	b = binary.AppendUvarint(b, 1<<3|2)
	b = binary.AppendUvarint(b, uint64(len(mesh)))
	return append(b, mesh...)
}

func TestCanonical(t *testing.T) {
	out, err := Canonical(geometry(meshPoints))
	if err != nil {
		t.Fatal(err)
	}
	if len(out) != 468*12 {
		t.Fatalf("%d bytes", len(out))
	}
	if x := math.Float32frombits(binary.LittleEndian.Uint32(out[12:])); x != 5 {
		t.Errorf("the second vertex begins with %v, want 5", x)
	}
	if _, err := Canonical(geometry(3)); !errors.Is(err, errGeometry) {
		t.Errorf("three vertices give %v", err)
	}
}

func FuzzCanonical(f *testing.F) {
	f.Add(geometry(2))
	f.Add([]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01})
	f.Fuzz(func(t *testing.T, b []byte) {
		if out, err := Canonical(b); err == nil && len(out) != meshPoints*12 {
			t.Errorf("%d bytes without an error", len(out))
		}
	})
}

// FuzzConvert damages the real detector: four bytes anywhere.
func FuzzConvert(f *testing.F) {
	b := assets(f)
	whole := [][]byte{b[detectorBytes[0]:detectorBytes[1]], b[attentionBytes[0]:attentionBytes[1]]}
	f.Add(uint(0), uint32(12345), uint32(0xffffffff))
	f.Add(uint(1), uint32(2000000), uint32(7))
	f.Fuzz(func(t *testing.T, which uint, at, to uint32) {
		model := bytes.Clone(whole[which%2])
		// The tables lie at the two ends of the file, the weights between.
		i := int(at) % (len(model) - 4)
		if i = i % 65536; at&1 == 1 {
			i = len(model) - 4 - i
		}
		binary.LittleEndian.PutUint32(model[i:], to)
		convert := []func([]byte) ([]byte, error){Detector, Attention}[which%2]
		if out, err := convert(model); err == nil && len(out) == 0 {
			t.Error("nothing without an error")
		}
	})
}
