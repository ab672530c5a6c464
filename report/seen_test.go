package report

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"facialis/anatomy"
	"facialis/event"
	"facialis/measure"
	"facialis/words"
)

// halfSeen is an analysis in which no spasm was found, and nothing of the left seen.
func halfSeen() *Analysis {
	sight := &event.Sight{BlockS: 0.5}
	for range 40 {
		sight.Filmed = append(sight.Filmed, 0.5)
		for k := range anatomy.NumRegions {
			sight.SmallestMM[anatomy.AtRight][k] = append(sight.SmallestMM[anatomy.AtRight][k], 0.7)
			sight.SmallestMM[anatomy.AtLeft][k] = append(sight.SmallestMM[anatomy.AtLeft][k], event.Missing)
		}
	}
	v := measure.ViewOf([]measure.Span{{FromS: 0, ToS: 20}}, sight, nil)
	seen, regions := v.Seen(sight), v.Usable(20)
	return &Analysis{Recording: Recording{File: "x.mp4", SHA256: strings.Repeat("0", 64), DurationS: 20, FrameRate: 30, Mirrored: new(false)}, Tracking: Tracking{FaceFraction: 1, FacesMax: 1, Seen: &seen},
		Quality: Quality{Usable: true, UsableRegions: &regions}, Measures: measure.Summarize(nil, v, nil, measure.DefaultParams())}
}

// A side that was not seen is not a side with 0 spasms: not on the page, not in a table,
// not in the file for programs.
func TestNotSeenIsNotZero(t *testing.T) {
	a := halfSeen()
	var page, seen, all bytes.Buffer
	if err := EncodeHTML(&page, a, Inputs{}); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(page.String(), "Not seen well enough to be counted, left: all of it.") {
		t.Error("the page does not say that the left was not seen")
	}
	if err := EncodeSeenCSV(&seen, a); err != nil {
		t.Fatal(err)
	}
	for _, row := range []string{"orbicularis_oculi,right,20.000,0.70,0,0.0000,", "orbicularis_oculi,left,0.000,,,,,\r\n"} {
		if !strings.Contains(seen.String(), row) {
			t.Errorf("seen.csv has no %q:\n%s", row, seen.String())
		}
	}
	if err := EncodeJSON(&all, a); err != nil {
		t.Fatal(err)
	}
	checkSchema(t, all.Bytes())
	for _, r := range recordingFields {
		row := &RecordingRow{Path: "x.mp4", Analysis: a}
		if strings.HasPrefix(r.name, "sides_left_") && r.value(row) != nil {
			t.Errorf("%s is %v though the left was not seen", r.name, r.value(row))
		}
		if r.name == "sides_right_spasms" && r.value(row) != int64(0) {
			t.Errorf("%s is %v", r.name, r.value(row))
		}
	}
	if got := SpasmsOf(words.English(), a.Measures.Sides.Left, 0); got != "not seen" {
		t.Errorf("the terminal says %q", got)
	}
}

// An analysis of an older version says nothing of what was seen, and is read.
func TestOlderAnalysesAreRead(t *testing.T) {
	a := halfSeen()
	a.Tracking.Seen, a.Quality.UsableRegions = nil, nil
	a.Measures.Sides.Left.SeenS, a.Measures.Sides.Left.Regions = nil, nil
	var b, page bytes.Buffer
	if err := EncodeJSON(&b, a); err != nil {
		t.Fatal(err)
	}
	var back Analysis
	if err := json.Unmarshal(b.Bytes(), &back); err != nil {
		t.Fatal(err)
	}
	if back.Tracking.Seen != nil || back.Quality.UsableRegions != nil || len(back.NotUsable(anatomy.Left)) > 0 || back.State() != StateMeasured {
		t.Errorf("%+v", back.Tracking)
	}
	if err := EncodeHTML(&page, &back, Inputs{}); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(page.String(), "Not seen well enough") {
		t.Error("the page says of an older analysis what was not seen")
	}
}
