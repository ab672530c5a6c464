package motion

import (
	"testing"

	"facialis/anatomy"
	"facialis/internal/infer"
)

// The cheek has pins enough of its own on each side, and what moves with it tells
// nothing of the head; the temples, the bridge of the nose and the top of the
// forehead still do.
func TestTheCheekIsNoBone(t *testing.T) {
	dir, err := infer.Find()
	if err != nil {
		t.Skip(err)
	}
	canon, err := infer.Canonical(dir)
	if err != nil {
		t.Fatal(err)
	}
	g := newGrid(canon, DefaultParams().GridMM)
	for s := range 2 {
		if n := len(g.members[s][anatomy.AtMalar]); n < 15 {
			t.Errorf("%d pins speak for a cheek", n)
		}
		bone := 0.0
		for j := range g.x {
			if g.side[j] != s {
				continue
			}
			w := g.weight[j][anatomy.AtMalar]
			if g.stable[j] > 1-w {
				t.Errorf("a pin of the cheek's by %.2f weighs %.2f for the head", w, g.stable[j])
			}
			if g.stable[j] == 1 {
				bone++
			}
			if twin := j ^ 1; g.weight[twin] != g.weight[j] || g.stable[twin] != g.stable[j] {
				t.Errorf("pin %d and its twin differ", j)
			}
		}
		if bone < 30 {
			t.Errorf("%g pins stand on bone", bone)
		}
	}
}
