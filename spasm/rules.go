package spasm

import "facialis/event"

// A Rule is one thing that decides what becomes of a movement. Its plain sentence is
// rules.SORT.NAME of the catalog.
type Rule struct {
	Name   string   `json:"name"`
	Sort   string   `json:"sort"`   // gate, term or kind
	Unit   string   `json:"unit"`   // of a term's value
	Params []string `json:"params"` // fields of Params that it reads
}

// The sorts of rules.
const (
	Gate = "gate" // closes what is no contraction
	Of   = "term" // adds to the score
	Kind = "kind" // says what an event is
)

// Rules lists every rule, in the order in which they are asked.
func Rules() []Rule {
	var out []Rule
	for _, g := range gates {
		out = append(out, Rule{Name: g.name, Sort: Gate, Params: map[string][]string{"slow_rise": {"MaxRiseS"}}[g.name]})
	}
	for _, f := range Features {
		out = append(out, Rule{Name: f.Name, Sort: Of, Unit: f.Unit})
	}
	return append(out,
		Rule{Name: string(event.Blink), Sort: Kind, Params: []string{"BlinkMinMM", "BlinkShare", "BlinkMaxS"}},
		Rule{Name: string(event.Voluntary), Sort: Kind, Params: []string{"MinBothMM", "MaxRiseS", "LockedLogOdds"}},
		Rule{Name: string(event.Synkinesis), Sort: Kind, Params: []string{"MaxRiseS", "LockedLogOdds", "LeastLogOdds"}},
		Rule{Name: string(event.Spasm), Sort: Kind, Params: []string{"LeastLogOdds"}},
		Rule{Name: string(event.Other), Sort: Kind})
}

// Param is what is known of a field of Params. Its plain sentence is
// rules.param.NAME of the catalog.
type Param struct {
	Name   string  `json:"name"`
	Unit   string  `json:"unit"`
	Low    float64 `json:"low"` // the range that makes sense
	High   float64 `json:"high"`
	Source string  `json:"source"` // where it was measured
}

// ParamTable lists every field of Params.
var ParamTable = []Param{
	{"NoiseK", "sd", 2, 8, "docs/detector.md"},
	{"MediumK", "sd", 2, 10, "docs/detector.md"},
	{"HoldK", "sd", 3, 12, "docs/detector.md"},
	{"MinLidMM", "mm", 0.05, 0.5, "docs/rules.md"},
	{"MinMouthMM", "mm", 0.05, 0.8, "docs/rules.md"},
	{"MinBrowMM", "mm", 0.05, 1, "docs/rules.md"},
	{"MinNeckMM", "mm", 0.05, 1, "docs/rules.md"},
	{"MinBothMM", "mm", 0.5, 3, "docs/rules.md"},
	{"CommonShare", "share", 0.05, 0.6, "docs/detector.md"},
	{"LidCommonShare", "share", 0.05, 0.6, "docs/detector.md"},
	{"OneSided", "share", 0.4, 0.95, "docs/detector.md"},
	{"TwitchGapS", "s", 0.1, 0.5, "package event"},
	{"EpisodeGapS", "s", 0.25, 2, "package event"},
	{"AttackGapS", "s", 2, 60, "package event"},
	{"BlinkMaxS", "s", 0.3, 1, "docs/decisions/0007-blinks-by-prominence.md"},
	{"BlinkMinMM", "mm", 0.5, 4, "docs/decisions/0007-blinks-by-prominence.md"},
	{"BlinkShare", "share", 0.1, 0.6, "docs/decisions/0007-blinks-by-prominence.md"},
	{"MaxRiseS", "s", 0.1, 1, "docs/detector.md"},
	{"LeastLogOdds", "log-odds", -4, 4, "score.json"},
	{"LockedLogOdds", "log-odds", -5, 4, "score.json"},
}
