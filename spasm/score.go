package spasm

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sort"

	"facialis/event"
)

// Term is one feature's part in a score. Its name is that of one of Features.
type Term = event.Term

// Model is one additive score: each feature adds what a line through its knots
// gives, beyond the first and last knot what these give. The sum is the log-odds of
// a contraction. `make fit` writes it, with its provenance.
type Model struct {
	Intercept   float64        `json:"intercept"`
	Terms       []Curve        `json:"terms"`
	Point       float64        `json:"point"`        // operating point, log-odds
	LockedPoint float64        `json:"locked_point"` // the same where a lock speaks for it
	Calibration []CalibrationP `json:"calibration"`  // in order of log-odds
	Provenance  any            `json:"provenance"`
}

// Curve is what a feature adds to the score.
type Curve struct {
	Name  string    `json:"name"`
	Knots []float64 `json:"knots"` // values of the feature, ascending
	Adds  []float64 `json:"adds"`  // log-odds at each
}

// CalibrationP says how many of the held-out movements of such a score were marked.
type CalibrationP struct {
	LogOdds float64 `json:"log_odds"`
	P       float64 `json:"p"`
}

//go:embed score.json
var scoreFile []byte

// score is the model in use.
var score = func() *Model {
	var m Model
	if err := json.Unmarshal(scoreFile, &m); err != nil {
		panic(fmt.Sprintf("spasm: score.json: %v", err)) // a test reads it
	}
	return &m
}()

// Score is the model in use.
func Score() Model { return *score }

// At is what the curve adds for a value of its feature; NaN adds nothing.
func (c Curve) At(v float64) float64 {
	n := len(c.Knots)
	if n == 0 || math.IsNaN(v) {
		return 0
	}
	i := sort.SearchFloat64s(c.Knots, v)
	switch {
	case i == 0:
		return c.Adds[0]
	case i == n:
		return c.Adds[n-1]
	}
	f := (v - c.Knots[i-1]) / (c.Knots[i] - c.Knots[i-1])
	return c.Adds[i-1] + f*(c.Adds[i]-c.Adds[i-1])
}

// add is what the value of a feature adds; a feature that the model has not adds
// nothing.
func (m *Model) add(name string, v float64) float64 {
	for _, c := range m.Terms {
		if c.Name == name {
			return c.At(v)
		}
	}
	return 0
}

// Probability is the calibrated probability of a score.
func (m *Model) Probability(logOdds float64) float64 {
	c := m.Calibration
	if len(c) == 0 {
		return 1 / (1 + math.Exp(-logOdds))
	}
	i := sort.Search(len(c), func(i int) bool { return c[i].LogOdds >= logOdds })
	switch {
	case i == 0:
		return c[0].P
	case i == len(c):
		return c[i-1].P
	}
	f := (logOdds - c[i-1].LogOdds) / (c[i].LogOdds - c[i-1].LogOdds)
	return c[i-1].P + f*(c[i].P-c[i-1].P)
}

// mattered names the terms that spoke most for or against a movement, the weightiest
// first.
func mattered(terms []Term) []string {
	terms = slices.Clone(terms)
	slices.SortStableFunc(terms, func(a, b Term) int { return cmp.Compare(math.Abs(b.LogOdds), math.Abs(a.LogOdds)) })
	names := []string{}
	for _, t := range terms {
		if len(names) == mostReasons || math.Abs(t.LogOdds) < leastReason {
			break
		}
		name := t.Name + "+"
		if t.LogOdds < 0 {
			name = t.Name + "-"
		}
		names = append(names, name)
	}
	return names
}

const (
	mostReasons     = 3   // terms that an event names
	leastReason     = 0.3 // log-odds, below which a term is not named
	confidenceSteps = 1000
)
