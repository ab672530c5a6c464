package interview

import (
	"embed"
	"fmt"

	"facialis/words"

	"go.yaml.in/yaml/v3"
)

// Step is one task of a guided recording. Task is the name under which the
// stretch stands in an analysis; Repeat says how often the movement is made in
// it, BeepS how far apart the beeps are.
type Step struct {
	Task    string  `yaml:"task" json:"task"`
	Seconds float64 `yaml:"seconds" json:"seconds"`
	Screen  string  `yaml:"screen" json:"screen" words:"text"`
	Voice   string  `yaml:"voice" json:"voice" words:"text"`
	Repeat  int     `yaml:"repeat" json:"repeat,omitempty"`
	BeepS   float64 `yaml:"beep_s" json:"beep_s,omitempty"`
	Why     string  `yaml:"why" json:"why" words:"text"`
}

// Protocol is a guided recording: what to set up, then what to do.
type Protocol struct {
	ID    string   `yaml:"id" json:"id"`
	Title string   `yaml:"title" json:"title" words:"text"`
	Setup []string `yaml:"setup" json:"setup" words:"text"`
	Tasks []Step   `yaml:"tasks" json:"tasks"`
}

// Seconds is the length of the whole recording.
func (p *Protocol) Seconds() float64 {
	var s float64
	for _, t := range p.Tasks {
		s += t.Seconds
	}
	return s
}

//go:embed protocol/*.yaml
var protocolFiles embed.FS

// LoadProtocol reads an embedded protocol: "short" (three minutes) or "full".
func LoadProtocol(id string) (*Protocol, error) {
	data, err := protocolFiles.ReadFile("protocol/" + id + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("there is no protocol %q", id)
	}
	var p Protocol
	if err := yaml.Unmarshal(data, &p); err != nil {
		return nil, fmt.Errorf("read protocol %s: %w", id, err)
	}
	return &p, nil
}

// ProtocolIn is [LoadProtocol] with its sentences in a language.
func ProtocolIn(l *words.Language, id string) (*Protocol, error) {
	p, err := LoadProtocol(id)
	if err == nil {
		l.Translate(p)
	}
	return p, err
}
