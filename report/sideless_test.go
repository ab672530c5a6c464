package report

import (
	"regexp"
	"strings"
	"testing"

	"facialis/anatomy"
	"facialis/event"
)

// The captions of the annotated film name no side that nobody can tell, and no ring
// is drawn where nobody knows the place.
func TestAnnotatedFilmWithoutSides(t *testing.T) {
	a, trace := fixture(120)
	rings := strings.Count(assScript(a, trace, 640, 480), `\p1}`)
	a.Recording.Mirrored = nil
	for i := range a.Events {
		e := &a.Events[i]
		if e.Side != anatomy.Both {
			e.Side = anatomy.Unknown
		}
		for k := range e.Regions {
			e.Regions[k].Side = e.Side
		}
	}
	hidden := assScript(a, trace, 640, 480)
	if at := regexp.MustCompile(`(?i)\b(right|left)\b`).FindStringIndex(hidden); at != nil {
		t.Errorf("a side is named: …%s…", hidden[max(0, at[0]-60):min(len(hidden), at[1]+40)])
	}
	if !strings.Contains(hidden, "side not known") || len(ofKind(a.Events, event.Spasm)) == 0 {
		t.Errorf("the captions do not say that the side is not known:\n%s", hidden)
	}
	if n := strings.Count(hidden, `\p1}`); rings == 0 || n >= rings {
		t.Errorf("%d rings, %d with sides", n, rings)
	}
}
