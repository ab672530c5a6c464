package event

import (
	"math"
	"testing"

	"facialis/anatomy"
)

// What stayed too small or doubtful is counted by side, rivals of others left out.
func TestCountOfCandidates(t *testing.T) {
	list := &Candidates{List: []Candidate{
		{Event: Event{Side: anatomy.Right, Confidence: 0.3}},
		{Event: Event{Side: anatomy.Right, Confidence: 0.2}, Gates: []string{"not_seen"}},
		{Event: Event{Side: anatomy.Left, Confidence: 0.1}},
		{Event: Event{Side: anatomy.Left, Confidence: 0.4}, Rival: true},
	}}
	got := list.Count(true)
	if got.Count != 3 || *got.Right != 2 || *got.Left != 1 || got.Gated != 1 || math.Abs(got.Likely-0.6) > 1e-12 {
		t.Errorf("%+v", got)
	}
	if got := list.Count(false); got.Right != nil || got.Left != nil || got.Count != 3 {
		t.Errorf("without sides %+v", got)
	}
	if got := (*Candidates)(nil).Count(true); got.Count != 0 || got.Right != nil {
		t.Errorf("of none %+v", got)
	}
}
