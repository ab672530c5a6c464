package measure

import (
	"encoding/json"
	"testing"

	"facialis/anatomy"
)

// A summary whose sides are hidden holds no figure of one side.
func TestHiddenSides(t *testing.T) {
	one := 1.0
	e := Estimate{Value: &one}
	s := Summary{Laterality: &one, Sides: Sides{Right: SideSummary{Spasms: 3}},
		Resting: RestingFace{UsableS: 5, ApertureMM: SidePair{Right: e, Left: e}, ApertureDifferenceMM: e, CornerUpDifferenceMM: e, MouthWidthMM: e},
		Fine:    []FineMovement{{Side: anatomy.Left}, {Side: anatomy.Both}}}
	s.HideSides()
	if s.Laterality != nil || s.Sides.Right.Spasms != 0 || s.Fine[0].Side != anatomy.Unknown || s.Fine[1].Side != anatomy.Both {
		t.Errorf("%+v", s)
	}
	r := s.Resting
	if r.ApertureMM != (SidePair{}) || r.ApertureDifferenceMM != (Estimate{}) || r.CornerUpDifferenceMM != (Estimate{}) {
		t.Errorf("the face at rest keeps figures of a side: %+v", r)
	}
	if r.UsableS != 5 || r.MouthWidthMM.Value == nil {
		t.Errorf("the face at rest loses what has no side: %+v", r)
	}
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(text, &doc); err != nil {
		t.Fatal(err)
	}
	if _, there := doc["sides"]; there {
		t.Error("the JSON has sides")
	}
}
