package pipeline

import "testing"

// However many steps there are, few are kept, from the whole length of a recording;
// of a short one all.
func TestThinned(t *testing.T) {
	for _, n := range []int{10, stepsMost, stepsMost + 1, 3*stepsMost + 5, 20 * stepsMost} {
		var s thinned
		for i := range n {
			s.add(float64(i))
		}
		got := s.values
		if len(got) > stepsMost || n <= stepsMost && len(got) != n || n > stepsMost && len(got) < stepsMost/2 {
			t.Errorf("%d of %d", len(got), n)
		}
		every := got[1] - got[0]
		for i, v := range got {
			if v != every*float64(i) {
				t.Fatalf("of %d, value %d is %g", n, i, v)
			}
		}
		if got[len(got)-1] < float64(n)-every-1 {
			t.Errorf("of %d, the last is %g", n, got[len(got)-1])
		}
	}
}
