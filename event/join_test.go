package event

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestJoin(t *testing.T) {
	made := func(from float64, rows int, value float32) *Trace {
		tr := &Trace{MMPerPx: float64(value), ScaleUncertainty: 0.1 * float64(value), FocalPx: 0}
		for i := range rows {
			tr.T = append(tr.T, from+float64(i)/10)
			tr.LipOpen = append(tr.LipOpen, value)
		}
		return tr
	}
	a, b, c := made(0, 10, 1), made(1, 30, 2), made(4, 20, 3)
	b.Yaw = make([]float32, 30)
	closed := 0
	for _, p := range []*Trace{a, b, c} {
		p.OnClose = func() error { closed++; return nil }
	}
	out, err := Join([]*Trace{a, b, c}, func(rows int) []float32 { return make([]float32, rows) })
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff([][2]int{{0, 10}, {10, 40}, {40, 60}}, out.Stretches()); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]float64{1, 4}, out.Joints); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff(out.Joints, out.Cuts); d != "" {
		t.Error(d)
	}
	if len(out.Parts()) != 3 || len(out.LipOpen) != 60 || out.LipOpen[9] != 1 || out.LipOpen[10] != 2 || out.LipOpen[40] != 3 {
		t.Errorf("parts %v, column %v", out.Parts(), out.LipOpen)
	}
	if len(out.Yaw) != 60 || out.Yaw[9] == out.Yaw[9] || out.Yaw[10] != 0 || out.Yaw[40] == out.Yaw[40] || out.Pitch != nil {
		t.Errorf("a column that one stretch has is %v, one that none has %v", out.Yaw, out.Pitch)
	}
	if want := (10*1 + 30*2 + 20*3) / 60.0; math.Abs(out.MMPerPx-want) > 1e-12 || math.Abs(out.ScaleUncertainty-0.3) > 1e-6 || out.FocalPx != 0 || closed != 3 {
		t.Errorf("scale %g ± %g, focal length %g, %d closed", out.MMPerPx, out.ScaleUncertainty, out.FocalPx, closed)
	}
	one := made(0, 10, 1)
	if out, err := Join([]*Trace{one}, nil); err != nil || out != one || out.Cuts != nil {
		t.Errorf("one stretch became %+v, %v", out, err)
	}
	if n := len(one.columns()); n != NumColumns {
		t.Errorf("%d columns, not %d", n, NumColumns)
	}
}
