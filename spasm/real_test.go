package spasm_test

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"testing"

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
		{"c_p1", 8, 0}, {"t_p4a", 6, 1}, {"n_p4", 0, 0}, {"mid50", 14, 2}, {"turns", 17, 0}, {"e_synk", 8, 2}, {"talking_glasses", 0, 0}, {"n_p5", 0, 0},
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
