package spasm_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"facialis/anatomy"
	"facialis/event"
	"facialis/spasm"
)

var update = flag.Bool("update", false, "write testdata/golden again")

// goldenEvent is an event or a candidate as a golden file holds it.
type goldenEvent struct {
	Kind       event.Kind     `json:"kind"`
	Side       anatomy.Side   `json:"side"`
	Form       event.Form     `json:"form"`
	Lead       anatomy.Region `json:"lead"`
	OnsetS     float64        `json:"onset_s"`
	OffsetS    float64        `json:"offset_s"`
	Twitches   int            `json:"twitches"`
	MM         []float64      `json:"mm,omitempty"` // of its regions
	Confidence float64        `json:"confidence,omitempty"`
	Episode    int            `json:"episode,omitempty"`
	Attack     int            `json:"attack,omitempty"`
	LogOdds    float64        `json:"log_odds,omitempty"`
	Gates      []string       `json:"gates,omitempty"`
	Reasons    []string       `json:"reasons,omitempty"`
	Rival      bool           `json:"rival,omitempty"`
	Reported   bool           `json:"reported,omitempty"`
}

// golden is all that is found in a kept trace.
type golden struct {
	events, candidates []goldenEvent
}

func goldenOf(e event.Event) goldenEvent {
	hundredths := func(v float64) float64 { return math.Round(v*100) / 100 }
	g := goldenEvent{Kind: e.Kind, Side: e.Side, Form: e.Form, Lead: e.Lead, OnsetS: hundredths(e.OnsetS), OffsetS: hundredths(e.OffsetS),
		Twitches: e.Twitches, Confidence: hundredths(e.Confidence), Reasons: e.Reasons}
	for _, r := range e.Regions {
		if r.PeakMM != nil {
			g.MM = append(g.MM, hundredths(*r.PeakMM))
		}
	}
	if e.Episode != nil {
		g.Episode, g.Attack = *e.Episode, *e.Attack
	}
	return g
}

// encode writes one event or candidate a line, the events first.
func (g golden) encode(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, list := range [][]goldenEvent{g.events, g.candidates} {
		for _, e := range list {
			line, err := json.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			b.Write(append(line, '\n'))
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

func readGolden(t *testing.T, path string) (g golden) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	parts := strings.Split(string(b), "\n\n")
	if strings.HasPrefix(string(b), "\n") { // no events
		parts = append([]string{""}, strings.TrimPrefix(string(b), "\n"))
	}
	for i, into := range []*[]goldenEvent{&g.events, &g.candidates} {
		for line := range strings.Lines(parts[i]) {
			var e goldenEvent
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			if err := json.Unmarshal([]byte(line), &e); err != nil {
				t.Fatalf("%s: %v", path, err)
			}
			*into = append(*into, e)
		}
	}
	return g
}

// What is found in the kept traces, events and candidates, stays as it is written
// down. A change that is meant, a new fit among them, writes it again:
//
//	go test ./spasm -run Golden -update
//
// and its diff says what changed. Other tests say what is right; this one notices.
func TestGolden(t *testing.T) {
	traces, err := filepath.Glob("testdata/traces/*.parquet")
	if err != nil || len(traces) == 0 {
		t.Fatal("no traces", err)
	}
	for _, path := range traces {
		name := strings.TrimSuffix(filepath.Base(path), ".parquet")
		t.Run(name, func(t *testing.T) {
			checkGolden(t, name, spasm.Find(kept(t, name), nil, spasm.DefaultParams()))
		})
	}
}

// goldenSlack is by how much a number may differ from the golden file's hundredths,
// since processors round differently.
const goldenSlack = 0.011

func checkGolden(t *testing.T, name string, r spasm.Result) {
	t.Helper()
	var got golden
	for _, e := range r.Events {
		got.events = append(got.events, goldenOf(e))
	}
	for _, c := range r.Candidates {
		g := goldenOf(c.Event)
		g.LogOdds, g.Gates, g.Rival, g.Reported = math.Round(c.LogOdds*100)/100, c.Gates, c.Rival, c.Reported
		got.candidates = append(got.candidates, g)
	}
	path := filepath.Join("testdata", "golden", name+".jsonl")
	if *update {
		if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, got.encode(t), 0o666); err != nil {
			t.Fatal(err)
		}
		return
	}
	want := readGolden(t, path)
	about := []cmp.Option{cmpopts.EquateApprox(0, goldenSlack), cmpopts.EquateEmpty()}
	if d := cmp.Diff(want.events, got.events, about...); d != "" {
		t.Errorf("events (-golden +found):\n%s", d)
	}
	if d := cmp.Diff(want.candidates, got.candidates, about...); d != "" {
		t.Errorf("candidates (-golden +found):\n%s", d)
	}
}
