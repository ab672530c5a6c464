package spasm

import (
	"math"
	"testing"

	"facialis/anatomy"
	"facialis/event"
)

// turnTo turns the head by deg about one axis at a time, and back after hold seconds,
// each way in 0.9 s.
func (f face) turnTo(axis []float32, at, hold, deg float64) {
	ease := func(x float64) float64 {
		x = math.Min(math.Max(x, 0), 1)
		return x * x * (3 - 2*x)
	}
	for i, t := range f.T {
		axis[i] += float32(deg * ease((t-at)/0.9) * (1 - ease((t-at-0.9-hold)/0.9)))
	}
}

// What one side does is a spasm whether the head turns meanwhile or is still.
func TestATurnHidesNoSpasm(t *testing.T) {
	for _, c := range []struct {
		name       string
		turn       float64 // degrees of a nod from 9.3 s
		region     int
		at, hold   float64
		mm         float64
		wantSpasms int
	}{
		{"the same while the head is still", 0, anatomy.AtOrbicularisOculi, 9.7, 2.4, 2.2, 1},
		{"the same while the head sways", 2, anatomy.AtOrbicularisOculi, 9.7, 2.4, 2.2, 1},
		{"a closure that a nod cannot leave over", 6, anatomy.AtOrbicularisOculi, 9.7, 2.4, 6, 1},
		{"a twitch amid a nod", 6, anatomy.AtOrbicularisOculi, 9.7, 0.03, 1.8, 1},
		{"a twitch while the head is held down", 6, anatomy.AtOrbicularisOculi, 11, 0.03, 0.8, 1},
		{"a hold that begins before the nod", 6, anatomy.AtOrbicularisOculi, 7, 5, 2.2, 1},
	} {
		f := newFace(24, 31)
		f.turnTo(f.Pitch, 9.3, 2, -c.turn)
		f.move(anatomy.AtLeft, c.region, c.at, 0.1, c.hold, c.mm)
		if got := of(f.events(), event.Spasm); len(got) != c.wantSpasms {
			t.Errorf("%s: %d spasms, want %d: %+v", c.name, len(got), c.wantSpasms, f.events())
		}
	}
}
