package motion

import (
	"math"
	"slices"
	"testing"

	"facialis/event"
)

// A lid that is lost while it is shut was shut; one that is lost while it is
// open, or for longer than a blink, is not known.
func TestFillShut(t *testing.T) {
	nan := event.Missing
	for _, c := range []struct {
		name      string
		dy        []float32
		known     bool
		least     float32
		perSecond float64
	}{
		{"a blink", []float32{0, -2, nan, nan, nan, nan, -3, -1, 0}, true, -3, 30},
		{"a blink that is seen", []float32{0, -2, -7, -9, -7, -3, -1, 0}, true, -9, 30},
		{"lost while open", []float32{0, 0, nan, nan, nan, nan, 0, 0}, false, 0, 30},
		{"lost while closing", []float32{0, -2, nan, nan, nan, nan, -1, 0}, false, -2, 30},
		{"lost for a second", []float32{0, -2, nan, nan, nan, nan, -3, -1, 0}, false, -3, 5},
		{"never found again", []float32{0, -2, nan, nan}, false, -2, 30},
	} {
		var at []float64
		dx, dy := make([]float32, len(c.dy)), slices.Clone(c.dy)
		for i, v := range dy {
			at = append(at, float64(i)/c.perSecond)
			if v != v {
				dx[i] = event.Missing
			}
		}
		fillShut(at, dx, dy)
		known, least := true, float32(math.Inf(1))
		for i, v := range dy {
			if v != v {
				known = false
			} else {
				least = min(least, v)
			}
			if (v != v) != (dx[i] != dx[i]) {
				t.Errorf("%s: frame %d is known in one column only", c.name, i)
			}
		}
		if known != c.known || least != c.least {
			t.Errorf("%s: %v, known %v", c.name, dy, known)
		}
	}
}

func TestRollHasNoJumps(t *testing.T) {
	nan := float32(math.NaN())
	roll := []float32{179, -179, nan, 178, -178}
	unwrap(roll)
	for i, want := range []float32{179, 181, nan, 178, 182} {
		if roll[i] != want && (roll[i] == roll[i] || want == want) {
			t.Errorf("roll %d is %g, not %g", i, roll[i], want)
		}
	}
}
