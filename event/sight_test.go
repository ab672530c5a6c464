package event

import (
	"math"
	"testing"

	"facialis/anatomy"
)

// A region is seen where a movement of 5 mm would be found, and in no block else.
func TestSeenAt(t *testing.T) {
	s := &Sight{FromS: 2, BlockS: 0.5, Filmed: make([]float32, 4)}
	s.SmallestMM[anatomy.AtRight][anatomy.AtMalar] = []float32{0.2, 4.99, 5, float32(math.NaN())}
	for block, want := range []bool{true, true, false, false} {
		if got := s.SeenAt(anatomy.AtRight, anatomy.AtMalar, block); got != want {
			t.Errorf("block %d: seen %t", block, got)
		}
	}
}

// A time lies in the block that began last before it; what lies outside, in the nearest.
func TestBlockOfATime(t *testing.T) {
	s := &Sight{FromS: 2, BlockS: 0.5, Filmed: make([]float32, 4)}
	for at, want := range map[float64]int{-7: 0, 2: 0, 2.49: 0, 2.5: 1, 3.2: 2, 3.99: 3, 4: 3, 90: 3} {
		if got := s.Block(at); got != want {
			t.Errorf("%g s lies in block %d, want %d", at, got, want)
		}
	}
	if got := (&Sight{BlockS: 1}).Block(1); got != -1 {
		t.Errorf("without blocks it is %d", got)
	}
}
