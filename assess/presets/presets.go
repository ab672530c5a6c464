// Package presets holds, for every preset of the phantom, what the assessment
// of it is expected to say: with what a patient would tell, where a recording
// alone cannot decide, and without.
//
// The same expectations are held twice: on the preset's truth (Film, no
// picture, fast) in this package's test, and on the drawn and analyzed
// recording by `make presets`.
package presets

import (
	_ "embed"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"facialis/assess"
	"facialis/interview"

	"go.yaml.in/yaml/v3"
)

//go:embed presets.yaml
var file []byte

// Case is one preset with what the patient tells and what is expected.
type Case struct {
	Preset  string         `yaml:"preset"`
	Answers map[string]any `yaml:"answers"` // nothing: the recording alone
	Setting string         `yaml:"setting"`
	Among   string         `yaml:"among"`   // entity expected among the first three; "" where no entity is asked for
	Verdict string         `yaml:"verdict"` // of the differential, if one is asked for
	Type    string         `yaml:"type"`    // primary-leaning, undetermined, post-paralytic-leaning
	Seed    string         `yaml:"seed"`    // the founding rule's verdict, if one is asked for
	Level   string         `yaml:"level"`   // the most pressing advice; "" for none
	Flags   []string       `yaml:"flags"`   // must be raised; no emergency or urgent one may be raised besides
	Yes     []string       `yaml:"yes"`     // findings
	No      []string       `yaml:"no"`
	Missing []string       `yaml:"missing"`
	Why     string         `yaml:"why"`
	Drawn   *Drawn         `yaml:"drawn"` // where the drawn face cannot show what the truth holds
}

// Drawn is what is expected otherwise of the drawn and analyzed face than of the
// truth, because what is drawn is smaller than what landmarks can tell. Why says
// by how much.
type Drawn struct {
	Type    string   `yaml:"type"`
	Missing []string `yaml:"missing"` // instead of yes or no
	Why     string   `yaml:"why"`
}

// OnDrawing is the case as it is expected of the drawn face.
func (c Case) OnDrawing() Case {
	d := c.Drawn
	if d == nil {
		return c
	}
	gone := func(id string) bool { return slices.Contains(d.Missing, id) }
	c.Yes, c.No = slices.DeleteFunc(slices.Clone(c.Yes), gone), slices.DeleteFunc(slices.Clone(c.No), gone)
	c.Missing, c.Why = slices.Concat(c.Missing, d.Missing), d.Why
	if d.Type != "" {
		c.Type = d.Type
	}
	return c
}

// Today is the day on which all cases are assessed.
var Today = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

// Cases reads all expectations.
func Cases() ([]Case, error) {
	var out []Case
	dec := yaml.NewDecoder(strings.NewReader(string(file)))
	dec.KnownFields(true)
	if err := dec.Decode(&out); err != nil {
		return nil, fmt.Errorf("read presets.yaml: %w", err)
	}
	return out, nil
}

// Assess assesses a film of the case's preset with the case's answers.
func (c Case) Assess(v *assess.Video) (*assess.Report, error) {
	in := assess.Input{Video: v, Setting: c.Setting, Today: Today}
	if len(c.Answers) > 0 {
		in.Answers = interview.NewResponse()
		for id, a := range c.Answers {
			if err := in.Answers.Set(interview.Standard(), id, a); err != nil {
				return nil, fmt.Errorf("%s: %w", c.Preset, err)
			}
		}
	}
	return assess.Assess(in)
}

// Wrong lists in which points a report is not as expected.
func (c Case) Wrong(r *assess.Report) []string {
	var out []string
	add := func(format string, a ...any) { out = append(out, fmt.Sprintf(format, a...)) }
	if c.Among != "" && !slices.Contains(First(r), c.Among) {
		add("%s is not among %s", c.Among, strings.Join(First(r), " "))
	}
	if c.Verdict != "" && r.Differential.Verdict != c.Verdict {
		add("the differential is %s, not %s", r.Differential.Verdict, c.Verdict)
	}
	if r.Type.Verdict != c.Type {
		add("type %s (%.2f), not %s", r.Type.Verdict, r.Type.Score, c.Type)
	}
	if c.Seed != "" && r.Type.SeedVerdict != c.Seed {
		add("founding rule %s, not %s", r.Type.SeedVerdict, c.Seed)
	}
	if r.Level != c.Level {
		add("level %q, not %q", r.Level, c.Level)
	}
	for _, f := range c.Flags {
		if !slices.ContainsFunc(r.Flags, func(x assess.Flag) bool { return x.ID == f }) {
			add("flag %s is missed", f)
		}
	}
	for _, f := range r.Flags {
		if (f.Level == "emergency" || f.Level == "urgent") && !slices.Contains(c.Flags, f.ID) {
			add("flag %s is raised", f.ID)
		}
	}
	for status, ids := range map[string][]string{"yes": c.Yes, "no": c.No, "unknown": c.Missing} {
		for _, id := range ids {
			if got := Status(r, id); got != status {
				add("%s is %s, not %s", id, got, status)
			}
		}
	}
	slices.Sort(out)
	return out
}

// Keys are the answers' ids in order.
func Keys(answers map[string]any) []string { return slices.Sorted(maps.Keys(answers)) }

// First are the first three entities.
func First(r *assess.Report) []string {
	var out []string
	for _, c := range r.Differential.Candidates[:3] {
		out = append(out, c.ID)
	}
	return out
}

// Status is a finding's, "" if there is no such finding.
func Status(r *assess.Report, id string) string {
	for _, f := range r.Findings {
		if f.ID == id {
			return f.Status
		}
	}
	return ""
}
