package pipeline

import (
	"context"
	"math"
	"strings"
	"testing"
)

// Of a recording only the chosen part is measured, at the times of the whole, and a
// turn that somebody chose is taken as it is.
func TestPart(t *testing.T) {
	if testing.Short() {
		t.Skip("draws and analyzes a film")
	}
	film, engine := drawn(t), opened(t)
	opt := DefaultOptions()
	opt.FromS, opt.ToS, opt.TurnDeg = 3, 6, new(0)
	res, err := Run(context.Background(), engine, film, opt, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Close()
	a := res.Analysis
	right, others := spasms(a)
	if len(right) != 1 || others != 0 || math.Abs(right[0]-4.2) > 0.1 {
		t.Errorf("spasms of the right at %.2f s and %d others, want one at 4.2", right, others)
	}
	if s := a.Measures.UsableS; s > 3.1 || s < 2.5 {
		t.Errorf("%g s seen of a part of 3 s", s)
	}
	if a.Recording.DurationS < 6.9 || a.Tracking.FaceFraction < 0.95 {
		t.Errorf("%g s long, face in %g of the part", a.Recording.DurationS, a.Tracking.FaceFraction)
	}
	if got := codes(a); !strings.Contains(got, "part") {
		t.Errorf("warnings %q do not say that it is a part", got)
	}
}
