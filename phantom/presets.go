package phantom

import (
	"embed"
	"fmt"
	"path"
	"sort"
	"strings"
)

//go:embed presets/*.yaml
var presetFiles embed.FS

// Presets lists the names of the built-in specs.
func Presets() []string {
	es, err := presetFiles.ReadDir("presets")
	if err != nil {
		panic(err) // embedded: cannot be missing
	}
	var names []string
	for _, e := range es {
		names = append(names, strings.TrimSuffix(e.Name(), path.Ext(e.Name())))
	}
	sort.Strings(names)
	return names
}

// Preset returns the built-in spec of that name.
func Preset(name string) (*Spec, error) {
	b, err := presetFiles.ReadFile("presets/" + name + ".yaml")
	if err != nil {
		return nil, fmt.Errorf("there is no preset %q", name)
	}
	s, err := Parse(b)
	if err != nil {
		return nil, fmt.Errorf("preset %s: %w", name, err)
	}
	s.Name = name
	return s, nil
}
