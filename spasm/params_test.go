package spasm

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A file of parameters changes what it names; an analysis gives its own.
func TestReadParams(t *testing.T) {
	want := DefaultParams()
	want.NoiseK, want.Without = 4, []string{"direction"}
	own, err := json.Marshal(map[string]any{"schema": "facialis.analysis/1", "provenance": map[string]any{"parameters": map[string]any{"spasm": want}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{`{"NoiseK": 4, "Without": ["direction"]}`, string(own)} {
		p, err := ReadParams(strings.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, p); d != "" {
			t.Errorf("%s: %s", file, d)
		}
	}
	for file, says := range map[string]string{
		`{"NoisK": 4}`:            `"NoisK" is not a parameter: facialis rules lists them`,
		`{"NoiseK": "four"}`:      "NoiseK is not a number",
		`{"NoiseK": null}`:        "NoiseK has no value",
		`{"NoiseK": 400}`:         "NoiseK is 400: it must be from 2 to 8 sd",
		`{"Without": "slow"}`:     "Without is not a list",
		`{"Without": ["slowly"]}`: `"slowly" is not a rule: facialis rules lists them`,
		`NoiseK = 4`:              "reading the parameters: invalid character 'N' looking for beginning of value",
	} {
		if _, err := ReadParams(strings.NewReader(file)); err == nil || err.Error() != says {
			t.Errorf("%s: %v", file, err)
		}
	}
}
