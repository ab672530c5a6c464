package spasm

import (
	"testing"

	"facialis/anatomy"
)

// A face that pulls at one corner of the mouth or the other all the time is hardly ever
// at rest; its pulls are clean and large. One that jumps there from one picture to the
// next is skin that was lost and found again.
func TestQuickPull(t *testing.T) {
	of := func(f face) (largest float64) {
		for _, c := range Find(f.Trace, nil, DefaultParams()).Candidates {
			for _, x := range c.Terms {
				if x.Name == "quick_pull" && c.Lead == "zygomaticus" {
					largest = max(largest, x.Value)
				}
			}
		}
		return largest
	}
	clean, jumping, small := newFace(12, 8), newFace(12, 8), newFace(12, 8)
	for i, at := 0, 1.0; at < 10; i, at = i+1, at+1.3 {
		clean.move(i%2, anatomy.AtZygomaticus, at, 0.15, 0.1, 8)
		jumping.move(i%2, anatomy.AtZygomaticus, at, 0.01, 0.3, 8)
		small.move(i%2, anatomy.AtZygomaticus, at, 0.15, 0.1, 1.5)
	}
	if v := of(clean); v < 1 {
		t.Errorf("pulls of 8 mm have %g", v)
	}
	if v := of(jumping); v != 0 {
		t.Errorf("jumps of 8 mm have %g", v)
	}
	if v := of(small); v != 0 {
		t.Errorf("pulls of 1.5 mm have %g", v)
	}
}
