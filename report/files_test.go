package report

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"facialis/anatomy"
	"facialis/event"
	"facialis/internal/schematest"
	"facialis/measure"

	"github.com/google/go-cmp/cmp"
	"github.com/parquet-go/parquet-go"
)

// checkSchema holds JSON to the contract.
func checkSchema(t *testing.T, doc []byte) {
	t.Helper()
	if err := schematest.Validate(SchemaJSON, doc); err != nil {
		t.Error(err)
	}
}

func TestJSONHoldsToSchema(t *testing.T) {
	full, _ := fixture(120)
	full.Assessment = map[string]any{"findings": []string{}}
	empty := &Analysis{Recording: Recording{SHA256: strings.Repeat("0", 64)}}
	for name, a := range map[string]*Analysis{"full": full, "empty": empty} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := EncodeJSON(&b, a); err != nil {
				t.Fatal(err)
			}
			checkSchema(t, b.Bytes())
		})
	}
}

// The contract's names, as other programs rely on them.
func TestContractNames(t *testing.T) {
	a, _ := fixture(120)
	var b bytes.Buffer
	if err := EncodeJSON(&b, a); err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(b.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	for path, names := range map[string]string{
		"":                         "schema recording tracking quality tasks events measures provenance",
		"recording":                "file sha256 duration_s frames frame_rate variable_rate width height mirrored",
		"tracking":                 "face_fraction faces_max mm_per_px scale_uncertainty distance_mm focal_px noise_mm",
		"tracking noise_mm":        "right left",
		"quality":                  "usable warnings",
		"quality warnings":         "code text from_s to_s",
		"tasks":                    "task from_s to_s",
		"events":                   "id kind side form onset_s offset_s lead lead_tied_with regions twitches rate_hz trigger task episode attack confidence reasons",
		"events regions":           "region side onset_s peak_mm share_of_voluntary",
		"measures":                 "side usable_s rate_per_min burden episodes attacks duration_s interval_s regularity tonic_fraction spread laterality bilateral_overlap brow_lift_share blink_rate_per_min lids",
		"measures rate_per_min":    "value ci95",
		"measures duration_s":      "median p5 p95 max",
		"measures interval_s":      "median p5 p95 max cv",
		"measures spread":          "region share median_lag_ms peak_mm",
		"measures lids":            "shut_share closures duration_s",
		"measures lids duration_s": "median p5 p95 max",
		"provenance":               "version models parameters constants",
	} {
		at := any(doc)
		for _, key := range strings.Fields(path) {
			at = at.(map[string]any)[key]
			if list, ok := at.([]any); ok {
				at = list[0]
			}
		}
		for _, name := range strings.Fields(names) {
			if _, ok := at.(map[string]any)[name]; !ok {
				t.Errorf("%s: no %q", path, name)
			}
		}
	}
}

func TestNoNaNInJSON(t *testing.T) {
	type params struct {
		MinPeakMM float64
		Skipped   float64 `json:"-"`
		Name      string  `json:"name"`
	}
	nan := math.NaN()
	a := &Analysis{
		Tracking:   Tracking{MMPerPx: &nan},
		Measures:   measure.Summary{Burden: ptr(math.Inf(1)), RatePerMin: measure.Estimate{Value: ptr(1.0), CI95: &[2]float64{0, math.Inf(1)}}},
		Assessment: map[string]any{"score": nan, "list": []float64{1, nan}},
		Provenance: Provenance{Parameters: map[string]any{"spasm": params{MinPeakMM: nan, Name: "x"}, "n": nan}},
	}
	var b bytes.Buffer
	if err := EncodeJSON(&b, a); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Tracking   map[string]any `json:"tracking"`
		Measures   measure.Summary
		Assessment map[string]any
		Provenance struct{ Parameters map[string]any }
	}
	if err := json.Unmarshal(b.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Tracking["mm_per_px"] != nil || got.Measures.Burden != nil || got.Measures.RatePerMin.CI95 != nil {
		t.Errorf("not null: %v %v", got.Tracking["mm_per_px"], got.Measures)
	}
	if d := cmp.Diff(map[string]any{"score": nil, "list": []any{1.0, nil}}, got.Assessment); d != "" {
		t.Error(d)
	}
	want := map[string]any{"spasm": map[string]any{"MinPeakMM": nil, "name": "x"}, "n": nil}
	if d := cmp.Diff(want, got.Provenance.Parameters); d != "" {
		t.Error(d)
	}
	if !math.IsNaN(*a.Tracking.MMPerPx) {
		t.Error("the caller's analysis was changed")
	}

	a.Recording.FrameRate = nan
	if err := EncodeJSON(&b, a); err == nil || !strings.Contains(err.Error(), "recording.frame_rate") {
		t.Errorf("a missing frame rate: %v", err)
	}
}

func TestEventsCSV(t *testing.T) {
	blink, rest := "blink", `rest, "eyes open"`
	a := &Analysis{Events: []event.Event{
		newEvent(event.Blink, anatomy.Both, event.Twitch, 1, 0.2, 1, map[anatomy.Region]float64{anatomy.OrbicularisOculi: 7.5}),
		newEvent(event.Spasm, anatomy.Right, event.Clonic, 2.5, 0.8, 4, map[anatomy.Region]float64{anatomy.Zygomaticus: 1.25, anatomy.Depressor: 0.5}),
		newEvent(event.Other, anatomy.Left, event.Twitch, 4, 0.2, 1, map[anatomy.Region]float64{anatomy.Zygomaticus: 0.5}),
	}}
	a.Events[0].ID, a.Events[1].ID, a.Events[2].ID = "e0001", "e0002", "e0003"
	a.Events[2].Reasons = []string{"slow_rise", "unsure"}
	e := &a.Events[1]
	e.Trigger, e.Task, e.RateHz, e.Episode, e.Attack = &blink, &rest, ptr(5.0), ptr(1), ptr(1)
	e.Regions[1].PeakMM = nil
	for name, encode := range map[string]func(*bytes.Buffer) error{
		"events.csv":  func(b *bytes.Buffer) error { return EncodeEventsCSV(b, a) },
		"regions.csv": func(b *bytes.Buffer) error { return EncodeRegionsCSV(b, a) },
	} {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := encode(&b); err != nil {
				t.Fatal(err)
			}
			golden(t, name, b.Bytes())
		})
	}
}

// golden compares with testdata/name; with UPDATE_GOLDEN=1 it writes it.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if os.Getenv("UPDATE_GOLDEN") == "1" {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), string(got)); d != "" {
		t.Error(d)
	}
}

func TestParquet(t *testing.T) {
	_, trace := fixture(60)
	var b bytes.Buffer
	if err := EncodeParquet(&b, trace, "0.1.0-test"); err != nil {
		t.Fatal(err)
	}
	f, err := parquet.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if v, _ := f.Lookup("facialis.schema"); v != "1" {
		t.Errorf("facialis.schema = %q", v)
	}
	type row struct {
		T    float64  `parquet:"t_s"`
		Eye  *float32 `parquet:"along_right_orbicularis_oculi_mm,optional"`
		Open *float32 `parquet:"aperture_left_mm,optional"`
	}
	rows, err := parquet.Read[row](bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	if len(rows) != trace.Len() {
		t.Fatalf("%d rows of %d frames", len(rows), trace.Len())
	}
	nulls := 0
	for i, r := range rows {
		want := trace.Along[anatomy.AtRight][anatomy.AtOrbicularisOculi][i]
		switch {
		case r.T != trace.T[i]:
			t.Fatalf("row %d: t %v, want %v", i, r.T, trace.T[i])
		case r.Eye == nil:
			nulls++
			if !math.IsNaN(float64(want)) {
				t.Fatalf("row %d: null, want %v", i, want)
			}
		case *r.Eye != want:
			t.Fatalf("row %d: %v, want %v", i, *r.Eye, want)
		}
	}
	if nulls != 90 { // 60/20 = 3 s without a face
		t.Errorf("%d nulls, want 90", nulls)
	}
	if got := f.Schema().Fields()[0].Name(); got != "t_s" {
		t.Errorf("first column %s", got)
	}
}

func TestWriteLeavesNoHalfFile(t *testing.T) {
	dir := t.TempDir()
	a, trace := fixture(30)
	a.Recording.FrameRate = math.NaN() // analysis.json cannot be written
	if err := Write(dir, a, Inputs{Trace: trace}); err == nil {
		t.Fatal("no error")
	}
	left, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	hidden, _ := filepath.Glob(filepath.Join(dir, ".*"))
	for _, f := range append(left, hidden...) {
		if strings.Contains(f, AnalysisFile) {
			t.Errorf("left behind: %s", f)
		}
	}
	a.Recording.FrameRate = 30
	if err := Write(dir, a, Inputs{Trace: trace}); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{AnalysisFile, HTMLFile, EventsFile, RegionsFile, TraceFile} {
		if s, err := os.Stat(filepath.Join(dir, name)); err != nil || s.Size() == 0 {
			t.Errorf("%s: %v", name, err)
		}
	}
}
