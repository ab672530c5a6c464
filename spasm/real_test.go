package spasm_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"facialis/anatomy"
	"facialis/event"
	"facialis/report"
	"facialis/spasm"
)

// kept reads a kept trace of testdata.
func kept(t *testing.T, name string) *event.Trace {
	t.Helper()
	f, err := os.Open(filepath.Join("testdata", "traces", name+".parquet"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		t.Fatal(err)
	}
	tr, err := report.DecodeParquet(f, info.Size())
	if err != nil {
		t.Fatal(err)
	}
	return tr
}

// trueEvent is one event of a kept recording.
type trueEvent struct {
	event.Event
	MM float64 `json:"mm"`
}

func truthOf(t *testing.T, name string) []trueEvent {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "traces", name+".truth.json"))
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		t.Fatal(err)
	}
	var out []trueEvent
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

// On real skin and on turned heads the detector goes on finding what it found when
// its score was fitted, and nothing more. These recordings were in the fit.
func TestKeptRecordings(t *testing.T) {
	for _, c := range []struct {
		name  string
		found int // of the marked one-sided events
		other int // one-sided events beside them
	}{
		{"c_p1", 7, 0}, {"t_p4a", 5, 1}, {"n_p4", 0, 0}, {"mid50", 13, 0}, {"turns", 17, 0}, {"e_synk", 8, 0}, {"talking_glasses", 0, 2}, {"n_p5", 0, 0},
	} {
		tr := kept(t, c.name)
		truth := truthOf(t, c.name)
		found, other := 0, 0
		for _, e := range spasm.Detect(tr, nil, spasm.DefaultParams()) {
			if e.Kind != event.Spasm && e.Kind != event.Synkinesis {
				continue
			}
			right := false
			for _, w := range truth {
				if w.Kind == e.Kind && w.Side == e.Side && math.Abs(w.OnsetS-e.OnsetS) < 0.2 {
					right = true
				}
			}
			if right {
				found++
			} else {
				other++
			}
			if len(e.Reasons) == 0 || e.Confidence <= 0 || e.Confidence >= 1 {
				t.Errorf("%s: %+v says too little", c.name, e)
			}
		}
		if found != c.found || other != c.other {
			t.Errorf("%s: %d found and %d others, want %d and %d", c.name, found, other, c.found, c.other)
		}
	}
}

// Where a side is not seen, the other one's own movement is what there is, and it is
// found by that: with the other lid lost to shade (what closes it by more than 2 mm the
// mesh still tells), and with a hand over all of the other half of the face.
func TestEachSideByItself(t *testing.T) {
	const meshSeesMM = 2
	found := func(tr *event.Trace, truth []trueEvent, side anatomy.Side) (found, other int) {
		for _, e := range spasm.Detect(tr, nil, spasm.DefaultParams()) {
			if e.Kind != event.Spasm || e.Side != side {
				continue
			}
			right := slices.ContainsFunc(truth, func(w trueEvent) bool {
				return w.Side == side && math.Abs(w.OnsetS-e.OnsetS) < 0.2
			})
			if right {
				found++
			} else {
				other++
			}
		}
		return found, other
	}
	var before, shaded, covered, strayed int
	for _, name := range []string{"mid50", "turns", "c_p1", "t_p4a"} {
		truth := truthOf(t, name)
		for s, side := range anatomy.Sides {
			n, false0 := found(kept(t, name), truth, side)
			before += n
			for _, whole := range []bool{false, true} {
				tr := kept(t, name)
				for k := range anatomy.NumRegions {
					if !whole && k != anatomy.AtOrbicularisOculi {
						continue
					}
					for i := range tr.T {
						if !whole && tr.DY[1-s][k][i] < -meshSeesMM {
							continue
						}
						tr.DX[1-s][k][i], tr.DY[1-s][k][i], tr.Along[1-s][k][i], tr.Diff[k][i] = event.Missing, event.Missing, event.Missing, event.Missing
					}
				}
				n, false1 := found(tr, truth, side)
				strayed += false1 - false0
				if whole {
					covered += n
				} else {
					shaded += n
				}
			}
		}
	}
	t.Logf("seen with both sides %d, with the other lid in shade %d, with half the face covered %d; %d more strange ones", before, shaded, covered, strayed)
	if before == 0 || 10*shaded < 9*before || 10*covered < 8*before || strayed > 15 {
		t.Errorf("seen with both sides %d, with the other lid in shade %d, with half the face covered %d; %d more strange ones", before, shaded, covered, strayed)
	}
}
