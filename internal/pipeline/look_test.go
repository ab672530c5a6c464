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

// Of a recording only the beginning can be looked at: its events are those of the
// whole that lie in it.
func TestUntil(t *testing.T) {
	if testing.Short() {
		t.Skip("draws a video")
	}
	engine, path := opened(t), drawn(t)
	opt := DefaultOptions()
	opt.UntilS = 3
	res, err := Run(t.Context(), engine, path, opt, nil)
	if err != nil {
		t.Fatal(err)
	}
	res.Album.Close()
	right, others := spasms(res.Analysis)
	if d := res.Analysis.Recording.DurationS; d < 2.9 || d > 3.1 || len(right) != 1 || others != 0 {
		t.Errorf("%.2f s, spasms at %v and %d others; want the one at 1.5 s", d, right, others)
	}
}
