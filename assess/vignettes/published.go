package vignettes

import (
	"crypto/sha256"
	"embed"
	"fmt"
	"slices"
	"strings"

	"facialis/assess"

	"go.yaml.in/yaml/v3"
)

//go:embed published/*.yaml
var publishedFiles embed.FS

// Case is a person from a published report, with what is expected of the
// assessment. The expectation was written before the program had seen the case.
type Case struct {
	ID      string         `yaml:"id"`
	Source  string         `yaml:"source"` // doi:, pmid:, pmc: or url:, as it was looked up
	Read    string         `yaml:"read"`   // the part of the source that could be read
	Series  bool           `yaml:"series"` // a typical member of a series, not one person
	Story   string         `yaml:"story"`
	Entity  string         `yaml:"entity"`
	Also    []string       `yaml:"also"`  // as good an answer
	Among   int            `yaml:"among"` // a place up to here is all that is asked; first unless given
	Least   string         `yaml:"least"` // the lowest advice that is right
	Most    string         `yaml:"most"`  // the highest
	Answers map[string]any `yaml:"answers"`
}

// Test says whether the case is kept for the test: half of them are, by a rule
// that looks at nothing but the source. Cases of one report are on one side.
func (c Case) Test() bool { return sha256.Sum256([]byte(c.Source))[0]&1 == 1 }

// Published reads the published cases.
func Published() ([]Case, error) {
	names, err := publishedFiles.ReadDir("published")
	if err != nil {
		return nil, err
	}
	var out []Case
	for _, n := range names {
		data, err := publishedFiles.ReadFile("published/" + n.Name())
		if err != nil {
			return nil, err
		}
		var c []Case
		dec := yaml.NewDecoder(strings.NewReader(string(data)))
		dec.KnownFields(true)
		if err := dec.Decode(&c); err != nil {
			return nil, fmt.Errorf("read %s: %w", n.Name(), err)
		}
		out = append(out, c...)
	}
	return out, nil
}

// Outcome is how the assessment did in a published case.
type Outcome struct {
	Case
	Setting string
	Report  *assess.Report
	Place   int  // of the first acceptable entity, 1 = first; 0 if there is none
	Said    bool // "fits best with" was said
	TooLow  bool // the advice is lower than the lowest that is right
	TooHigh bool
}

// adviceLevels are the levels of advice, the most pressing first; "" is none.
var adviceLevels = []string{"emergency", "urgent", "routine", "watch", ""}

// Run assesses the case in a setting.
func (c Case) Run(setting string) (Outcome, error) {
	in, err := Vignette{ID: c.ID, Setting: setting, Answers: c.Answers}.Input()
	if err != nil {
		return Outcome{}, err
	}
	r, err := assess.Assess(in)
	if err != nil {
		return Outcome{}, fmt.Errorf("%s: %w", c.ID, err)
	}
	level := func(s string) int { return slices.Index(adviceLevels, s) }
	o := Outcome{Case: c, Setting: setting, Report: r, Said: r.Differential.Verdict == "leading",
		TooLow: level(r.Level) > level(c.Least), TooHigh: level(r.Level) < level(c.Most)}
	for i, x := range r.Differential.Candidates {
		if x.ID == c.Entity || slices.Contains(c.Also, x.ID) {
			o.Place = i + 1
			break
		}
	}
	return o, nil
}
