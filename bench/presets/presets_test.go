package main

import (
	"context"
	"testing"

	"facialis/assess/presets"
	"facialis/face"
)

// Three presets all the way, cut short: drawn, analyzed, assessed. What a film
// so short can show must be there; `make presets` does all of all.
func TestDrawnPresets(t *testing.T) {
	if testing.Short() {
		t.Skip("draws and analyzes more than a minute of video")
	}
	for _, c := range []struct {
		preset  string
		seconds float64
		among   string
		yes, no []string
	}{
		{"primary-clonic", 25, "HFS1", []string{"UNI", "CO"}, []string{"BSYN", "FLICK"}},
		{"postparalytic-blink", 25, "PPS", []string{"UNI", "LOCK"}, []string{"BSYN"}},
		{"focal-seizure", 25, "FMS", []string{"UNI", "RHY", "RUN"}, []string{"BSYN", "FLICK"}},
	} {
		t.Run(c.preset, func(t *testing.T) {
			t.Parallel()
			engine, err := face.Open("")
			if err != nil {
				t.Fatal(err)
			}
			defer engine.Close()
			s := studio{dir: t.TempDir(), width: 640, height: 480, face: 0.65, seconds: c.seconds, engine: engine}
			a, err := s.analyze(context.Background(), c.preset)
			if err != nil {
				t.Fatalf("%s: %v", c.preset, err)
			}
			r, err := presets.Case{}.Assess(filmOf(a))
			if err != nil {
				t.Fatal(err)
			}
			want := presets.Case{Among: c.among, Yes: c.yes, No: c.no, Type: r.Type.Verdict, Level: r.Level}
			for _, f := range r.Flags {
				want.Flags = append(want.Flags, f.ID)
			}
			for _, w := range want.Wrong(r) {
				t.Errorf("%s: %s", c.preset, w)
			}
		})
	}
}
