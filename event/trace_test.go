package event

import "testing"

// Frames that lie far apart are no holes where all do.
func TestParts(t *testing.T) {
	tr := &Trace{T: []float64{0, 0.5, 1, 1.5, 2, 9, 9.5}}
	if got := tr.Parts(); len(got) != 2 || got[0] != [2]int{0, 5} || got[1] != [2]int{5, 7} {
		t.Errorf("parts %v", got)
	}
}

// A cut begins a part, and so does the first of two frames between which nothing was
// filmed.
func TestPartsAtCuts(t *testing.T) {
	tr := &Trace{T: []float64{0, 0.1, 0.2, 0.3, 0.4, 1.4, 1.5}, Cuts: []float64{0, 0.2}}
	got := tr.Parts()
	if want := [][2]int{{0, 2}, {2, 5}, {5, 7}}; len(got) != 3 || got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("parts %v, want %v", got, want)
	}
}
