package course

import (
	"bytes"
	"embed"
	"fmt"

	"facialis/words"

	"go.yaml.in/yaml/v3"
)

//go:embed evidence/*.yaml
var evidenceFiles embed.FS

// Parameter is one number behind the course.
type Parameter struct {
	ID     string  `yaml:"id" json:"id"`
	Value  float64 `yaml:"value" json:"value"`
	Unit   string  `yaml:"unit" json:"unit" words:"text"`
	Tag    string  `yaml:"tag" json:"tag"` // published, derived, estimate
	Source string  `yaml:"source" json:"source"`
	Text   string  `yaml:"text" json:"text" words:"text"`
}

// Outcome is what became of a share of those who were operated on.
type Outcome struct {
	ID     string  `yaml:"id" json:"id"` // free, better, never, relapse
	Share  float64 `yaml:"share" json:"share"`
	Of     int     `yaml:"of" json:"of"` // people
	Tag    string  `yaml:"tag" json:"tag"`
	Source string  `yaml:"source" json:"source"`
	Text   string  `yaml:"text" json:"text" words:"text"`
}

// Evidence is what the course rests on besides the person's own figures.
type Evidence struct {
	Parameters    []Parameter
	Decompression struct {
		Source string `yaml:"source"`
		Tag    string `yaml:"tag"`
		Text   string `yaml:"text" words:"text"`
		Shares []struct {
			Day   float64 `yaml:"day"`
			Share float64 `yaml:"share"`
		} `yaml:"shares"`
		Outcomes []Outcome `yaml:"outcomes"`
		Final    struct {
			Share  float64 `yaml:"share"`
			Lo     float64 `yaml:"lo"`
			Hi     float64 `yaml:"hi"`
			Tag    string  `yaml:"tag"`
			Source string  `yaml:"source"`
		} `yaml:"final"`
	}
	Statements []struct {
		ID         string `yaml:"id"`
		Claim      string `yaml:"claim" words:"text"`
		Literature string `yaml:"literature" words:"text"`
		Source     string `yaml:"source"`
		Needs      string `yaml:"needs" words:"text"`
	}
	Sources map[string]string
}

// Standard is the evidence that ships with the program.
func Standard() *Evidence { return StandardIn(words.English()) }

// StandardIn is the evidence with its sentences in a language.
var StandardIn = words.PerLanguage(func(l *words.Language) *Evidence {
	ev := load()
	l.Translate(ev)
	return ev
})

func load() *Evidence {
	ev := &Evidence{}
	for name, into := range map[string]any{"parameters": &ev.Parameters, "decompression": &ev.Decompression,
		"statements": &ev.Statements, "sources": &ev.Sources} {
		data, err := evidenceFiles.ReadFile("evidence/" + name + ".yaml")
		if err != nil {
			panic("course: the embedded evidence is broken: " + err.Error())
		}
		dec := yaml.NewDecoder(bytes.NewReader(data))
		dec.KnownFields(true)
		if err := dec.Decode(into); err != nil {
			panic(fmt.Sprintf("course: the embedded %s.yaml is broken: %v", name, err))
		}
	}
	return ev
}

// param is the value of a parameter; a name that is not in the data is a
// mistake of this program, which a test finds.
func param(id string) float64 {
	for _, p := range Standard().Parameters {
		if p.ID == id {
			return p.Value
		}
	}
	panic("course: there is no parameter " + id)
}
