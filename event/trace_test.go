package event

import (
	"math"
	"slices"
	"testing"
)

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

// A hole is a step of more than a quarter of a second, or, in a slow film, of more than
// three usual steps.
func TestHolesAreLongSteps(t *testing.T) {
	for _, c := range []struct {
		name  string
		times []float64
		want  [][2]int
	}{
		{"a step of 0.24 s", []float64{10, 10.1, 10.2, 10.44, 10.5}, [][2]int{{0, 5}}},
		{"of 0.26 s", []float64{10, 10.1, 10.2, 10.46, 10.5}, [][2]int{{0, 3}, {3, 5}}},
		{"slow, of 2.9 steps", []float64{10, 10.5, 11, 11.5, 12.95, 13.45}, [][2]int{{0, 6}}},
		{"slow, of 3.1 steps", []float64{10, 10.5, 11, 11.5, 13.05, 13.55}, [][2]int{{0, 4}, {4, 6}}},
		{"half slow", []float64{10, 10.1, 10.2, 11.2, 12.2}, [][2]int{{0, 3}, {3, 4}, {4, 5}}},
		// Of the six steps the fourth in order, 0.5 s, is the usual one.
		{"mostly slow", []float64{10, 10.1, 10.2, 10.5, 11, 11.5, 12.9}, [][2]int{{0, 7}}},
		{"mostly slow with a hole", []float64{10, 10.1, 10.2, 10.5, 11, 11.5, 13.1}, [][2]int{{0, 6}, {6, 7}}},
		{"two of three steps slow", []float64{10, 10.1, 11, 11.9}, [][2]int{{0, 4}}},
		{"the usual of three steps", []float64{10, 10.1, 10.4, 11.4}, [][2]int{{0, 3}, {3, 4}}},
		{"no picture", nil, nil},
		{"one picture", []float64{3}, [][2]int{{0, 1}}},
	} {
		if got := (&Trace{T: c.times}).Parts(); !slices.Equal(got, c.want) {
			t.Errorf("%s: parts %v, want %v", c.name, got, c.want)
		}
	}
}

// The time of a cut may be rounded off that of its frame by a ten-thousandth of a second.
func TestCutsMeetTheirFrame(t *testing.T) {
	for _, c := range []struct {
		cut  float64
		want [][2]int
	}{
		{10.2, [][2]int{{0, 2}, {2, 4}}}, {10.20009, [][2]int{{0, 2}, {2, 4}}}, {10.19991, [][2]int{{0, 2}, {2, 4}}},
		{10.20011, [][2]int{{0, 3}, {3, 4}}}, {10.10009, [][2]int{{0, 1}, {1, 4}}}, {10.10011, [][2]int{{0, 2}, {2, 4}}},
	} {
		tr := &Trace{T: []float64{10, 10.1, 10.2, 10.3}, Cuts: []float64{c.cut}}
		if got := tr.Parts(); !slices.Equal(got, c.want) {
			t.Errorf("a cut at %g s: parts %v, want %v", c.cut, got, c.want)
		}
	}
}

// What was filmed is the recording's length without its holes.
func TestFilmed(t *testing.T) {
	for _, c := range []struct {
		times []float64
		want  float64
	}{
		{nil, 0}, {[]float64{4}, 0}, {[]float64{2, 2.1, 2.2}, 0.2}, {[]float64{2, 2.1, 2.34, 2.4}, 0.4}, {[]float64{2, 2.1, 5.1, 5.2}, 0.2},
	} {
		if got := (&Trace{T: c.times}).FilmedS(); math.Abs(got-c.want) > 1e-9 {
			t.Errorf("of %v s %g were filmed, want %g", c.times, got, c.want)
		}
	}
}
