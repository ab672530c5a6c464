package elan_test

import (
	"bytes"
	"io"
	"math"
	"strings"
	"testing"

	"facialis/report"
	"facialis/report/boris"
	"facialis/report/elan"
	"facialis/report/reporttest"
	"facialis/validate"
)

// ELAN and BORIS play the file by its own clock: what is written for them is at
// its times, and validate goes back by the clock in the analysis.
func TestTimesAreThoseOfTheFile(t *testing.T) {
	for name, c := range map[string]struct{ first, slow, onset float64 }{
		"late":  {0.8, 1, 2.1},
		"slow":  {0, 4, 5.2},
		"both":  {0.5, 2, 3.1},
		"plain": {0, 1, 1.3},
	} {
		a := reporttest.Small()
		a.Clock.FirstFrameS = &c.first
		if c.slow != 1 {
			a.Clock.SlowMotion = &c.slow
		}
		var own bytes.Buffer
		if err := report.EncodeJSON(&own, a); err != nil {
			t.Fatal(err)
		}
		result, err := validate.Parse(own.Bytes(), "")
		if err != nil {
			t.Fatal(err)
		}
		for format, encode := range map[string]func(io.Writer) error{
			"elan":    func(w io.Writer) error { return elan.Encode(w, a, elan.Options{}) },
			"project": func(w io.Writer) error { return boris.EncodeProject(w, a, boris.Options{}) },
			"table":   func(w io.Writer) error { return boris.EncodeTable(w, a, boris.Options{}) },
		} {
			var b bytes.Buffer
			if err := encode(&b); err != nil {
				t.Fatal(err)
			}
			truth, err := validate.Parse(b.Bytes(), "")
			if err != nil {
				t.Fatal(err)
			}
			if got := truth.Events[1].OnsetS; math.Abs(got-c.onset) > 0.002 {
				t.Errorf("%s, %s: the spasm at %.3f s, want %.3f", name, format, got, c.onset)
			}
			for _, pair := range [][2]*validate.Annotation{{truth, result}, {result, truth}} {
				r := validate.Compare(pair[0], pair[1], validate.DefaultParams())
				for kind, k := range r.Kinds {
					if k.FP+k.FN > 0 {
						t.Errorf("%s, %s: %d false and %d missed of %s", name, format, k.FP, k.FN, kind)
					}
					if v := k.OnsetS.MedAbs; v != nil && math.Abs(*v) > 0.002 {
						t.Errorf("%s, %s: onsets of %s %.3f s off", name, format, kind, *v)
					}
				}
				said := strings.Join(r.Recordings[0].Notes, " ")
				if strings.Contains(said, "own clock") != (name != "plain") {
					t.Errorf("%s, %s: the notes say %q", name, format, said)
				}
			}
		}
		if a.Events[1].OnsetS != 1.3 {
			t.Fatal("the analysis itself was changed")
		}
	}
}
