package event

import (
	"math"

	"facialis/anatomy"
)

// SeenMM is the stated limit of the word "seen", in mm: a region of a side is seen at
// a time when the smallest movement that would be found there is below it. In a blink
// a lid falls by 8 to 10 mm, and one-sided pulls of the mouth's corner that were filmed
// are 7 to 17 mm: where one of 5 mm would be missed, a figure of 0 would say nothing
// about spasms. How much finer a region was seen is in its smallest movement.
const SeenMM = 5.0

// Sight is how small a movement of each region and side could be and would still be
// found, block of time by block of time.
type Sight struct {
	FromS  float64   // when the first block begins, s
	BlockS float64   // how long a block is, s
	Filmed []float32 // for each block, how much of it was filmed, s

	// SmallestMM is, by side, region and block, the smallest movement that would be
	// found nine times in ten, mm; NaN where the region was not measured at all.
	SmallestMM [2][anatomy.NumRegions][]float32
}

// SeenAt says whether a region of a side was seen in a block: its smallest findable
// movement there is below SeenMM.
func (s *Sight) SeenAt(side, region, block int) bool {
	return s.SmallestMM[side][region][block] < SeenMM
}

// Block is the block in which time t (seconds) lies, clamped to those there are; -1
// where there are none.
func (s *Sight) Block(t float64) int {
	if len(s.Filmed) == 0 {
		return -1
	}
	return min(max(int(math.Floor((t-s.FromS)/s.BlockS)), 0), len(s.Filmed)-1)
}
