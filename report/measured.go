package report

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
)

// perRecording are parameters that a recording needs and that do not change how
// anything is measured: whose face it is.
var perRecording = map[string][]string{StageFace: {"Face"}}

// MeasuredBy names how a result was measured: the program's version, and six digits
// of a sum over all parameters and constants that decide what is found. Figures of
// two recordings may be compared where it is the same. What the person was asked for,
// whose face it is and what it may mean (StageAssess) are no part of it.
func (p Provenance) MeasuredBy() string {
	stages := map[string]any{}
	for stage, v := range p.Parameters {
		if stage != StageAssess {
			stages[stage] = v
		}
	}
	var plain struct {
		Parameters map[string]map[string]any
		Constants  map[string]map[string]float64
	}
	b, err := json.Marshal(map[string]any{"Parameters": stages, "Constants": p.Constants})
	if err != nil || json.Unmarshal(b, &plain) != nil {
		return p.Version
	}
	for stage, names := range perRecording {
		maps.DeleteFunc(plain.Parameters[stage], func(name string, _ any) bool {
			for _, n := range names {
				if n == name {
					return true
				}
			}
			return false
		})
	}
	if b, err = json.Marshal(plain); err != nil { // sorts the names
		return p.Version
	}
	sum := sha256.Sum256(b)
	return p.Version + "+" + hex.EncodeToString(sum[:3])
}
