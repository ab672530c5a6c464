package assess

import (
	"math"
	"testing"
)

func TestRanges(t *testing.T) {
	for _, x := range []struct {
		cell      Cell
		low, high float64
	}{
		{Cell{P: 0.5}, 0.269, 0.731}, {Cell{P: 0.9}, 0.768, 0.961}, {Cell{P: 0}, 0.0018, 0.0135}, {Cell{P: 0.3, Low: 0.2, High: 0.4}, 0.2, 0.4},
	} {
		low, high := x.cell.Range()
		if math.Abs(low-x.low) > 0.001 || math.Abs(high-x.high) > 0.001 {
			t.Errorf("%+v ranges from %.4f to %.4f", x.cell, low, high)
		}
	}
}

// Every reading puts one candidate first and three among three, the same on every
// run, and a best fit is named only where most readings agree.
func TestReadings(t *testing.T) {
	clear := m{"age": 60, "kind": list("twitch", "close"), "side": "left", "first_place": "lower_lid", "places": list("eye", "cheek", "mouth"),
		"together": "yes", "brow_when_closing": "up", "rest": "yes", "hold": "no", "palsy": "no", "since": "2020-01", "signs": list("none"), "drugs": list("none")}
	blurred := m{"kind": list("twitch"), "side": "left", "places": list("cheek"), "rest": "yes"}
	for name, a := range map[string]m{"clear": clear, "blurred": blurred} {
		r, again := run(t, told(t, a)), run(t, told(t, a))
		first, three := 0, 0
		for i, c := range r.Differential.Candidates {
			first, three = first+c.FirstIn, three+c.ThreeIn
			if o := again.Differential.Candidates[i]; o.ID != c.ID || o.FirstIn != c.FirstIn {
				t.Errorf("%s: %s is first in %d readings, then %s in %d", name, c.ID, c.FirstIn, o.ID, o.FirstIn)
			}
		}
		if first != Readings || three != 3*Readings || r.Differential.Readings != Readings {
			t.Errorf("%s: %d first and %d among three in %d readings", name, first, three, r.Differential.Readings)
		}
		n := r.Differential.Candidates[0].FirstIn
		if name == "clear" && (n < 90 || r.Differential.Verdict != "leading") {
			t.Errorf("a clear picture is first in %d readings: %s", n, r.Differential.Verdict)
		}
		if name == "blurred" && (n > 85 || (n < leadReadings && r.Differential.Verdict == "leading")) {
			t.Errorf("a blurred picture is first in %d readings: %s", n, r.Differential.Verdict)
		}
	}
}

// Nothing that age says excludes an entity or jumps.
func TestAgeCurves(t *testing.T) {
	for id, a := range Standard().Ages {
		sum := 0.0
		for x := -1.0; x <= 110; x += 0.25 {
			sum += a.density(x) / 4
			if a.density(x) <= 0 || a.by(x+0.25) < a.by(x) {
				t.Fatalf("%s at %g years: %g, %g", id, x, a.density(x), a.by(x))
			}
		}
		if math.Abs(sum-1) > 0.15 {
			t.Errorf("the curve of %s sums to %.2f", id, sum)
		}
	}
}
