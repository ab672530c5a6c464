package report

import (
	"encoding/json"
	"fmt"
)

// The stages whose parameters, or fixed numbers, stand in a provenance.
const (
	StageEvent   = "event"
	StageFace    = "face"
	StageMotion  = "motion"
	StageSpasm   = "spasm"
	StageMeasure = "measure"
	StageAssess  = "assess" // only where the recording was assessed
)

// Read fills into, which holds a stage's defaults, with the parameters that
// computed this analysis, so that what is computed again from it (after a
// correction, for instance) follows the same rules. A parameter that the analysis
// does not name, because it comes from an older program, keeps its default.
func (p Provenance) Read(stage string, into any) error {
	kept, ok := p.Parameters[stage]
	if !ok {
		return nil
	}
	b, err := json.Marshal(kept)
	if err != nil {
		return fmt.Errorf("reading the parameters of %s: %w", stage, err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		return fmt.Errorf("reading the parameters of %s: %w", stage, err)
	}
	return nil
}
