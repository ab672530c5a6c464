package agreement

import (
	"bytes"
	"embed"
	"fmt"
	"path"
	"slices"

	"facialis/words"

	"go.yaml.in/yaml/v3"
)

// Scale is a clinical scale as data.
type Scale struct {
	ID     string  `yaml:"id" json:"id"`
	Name   string  `yaml:"name" json:"name" words:"text"`
	About  string  `yaml:"about" json:"about" words:"text"`
	Source string  `yaml:"source" json:"source"`
	Groups []Group `yaml:"groups" json:"groups"`
}

// Group is a part of a scale whose items count with one factor.
type Group struct {
	ID     string  `yaml:"id" json:"id"`
	Name   string  `yaml:"name" json:"name" words:"text"`
	Factor float64 `yaml:"factor" json:"factor"` // of the group's sum in the scale's total
	Items  []Item  `yaml:"items" json:"items"`
}

// Item is one thing to judge.
type Item struct {
	ID     string  `yaml:"id" json:"id"`
	Name   string  `yaml:"name" json:"name" words:"text"`
	Levels []Level `yaml:"levels" json:"levels"`
}

// Level is one answer to an item.
type Level struct {
	Value int    `yaml:"value" json:"value"`
	Text  string `yaml:"text" json:"text" words:"text"`
}

//go:embed scales/*.yaml
var scaleFiles embed.FS

var scales = read()

func read() []Scale {
	names, err := scaleFiles.ReadDir("scales")
	if err != nil {
		panic(err)
	}
	var out []Scale
	for _, n := range names {
		data, err := scaleFiles.ReadFile(path.Join("scales", n.Name()))
		if err != nil {
			panic(err)
		}
		s, err := ParseScale(data)
		if err != nil {
			panic(n.Name() + ": " + err.Error())
		}
		out = append(out, *s)
	}
	return out
}

// inLanguage are the scales with their texts in one language.
var inLanguage = words.PerLanguage(func(l *words.Language) []Scale {
	out := read()
	l.Translate(&out)
	return out
})

// Scales are the scales that the program knows, by id, in English: as their files have
// them, for figures and for publication.
func Scales() []Scale { return slices.Clone(scales) }

// ScalesIn are the scales that the program knows, by id, in a rater's language.
func ScalesIn(l *words.Language) []Scale { return slices.Clone(inLanguage(l)) }

// ScaleOf is the scale of that id.
func ScaleOf(id string) (*Scale, bool) {
	i := slices.IndexFunc(scales, func(s Scale) bool { return s.ID == id })
	if i < 0 {
		return nil, false
	}
	return &scales[i], true
}

// ParseScale reads a scale's file and checks it.
func ParseScale(data []byte) (*Scale, error) {
	d := yaml.NewDecoder(bytes.NewReader(data))
	d.KnownFields(true)
	var s Scale
	if err := d.Decode(&s); err != nil {
		return nil, fmt.Errorf("reading a scale: %w", err)
	}
	if s.ID == "" || s.Name == "" || s.Source == "" || len(s.Groups) == 0 {
		return nil, fmt.Errorf("scale %q needs an id, a name, a source and groups", s.ID)
	}
	seen := map[string]bool{}
	for _, g := range s.Groups {
		if g.Factor == 0 || len(g.Items) == 0 {
			return nil, fmt.Errorf("scale %s, group %s: no factor or no items", s.ID, g.ID)
		}
		for _, it := range g.Items {
			if it.ID == "" || seen[it.ID] || len(it.Levels) < 2 {
				return nil, fmt.Errorf("scale %s: item %q has no id, or one twice, or fewer than two levels", s.ID, it.ID)
			}
			seen[it.ID] = true
		}
	}
	return &s, nil
}

// Items are all items of the scale.
func (s *Scale) Items() []Item {
	var out []Item
	for _, g := range s.Groups {
		out = append(out, g.Items...)
	}
	return out
}

// Values are the item's different values, lowest first. Several levels may share one:
// Sunnybrook's narrow and wide eye both count 1.
func (it Item) Values() []int {
	var out []int
	for _, l := range it.Levels {
		if !slices.Contains(out, l.Value) {
			out = append(out, l.Value)
		}
	}
	slices.Sort(out)
	return out
}

// Check says what is wrong with the answers to a scale: every item needs one of its
// values, and nothing else may be answered.
func (s *Scale) Check(answers map[string]int) error {
	n := 0
	for _, it := range s.Items() {
		v, ok := answers[it.ID]
		if !ok {
			return fmt.Errorf("%s: %s has no answer", s.Name, it.Name)
		}
		if !slices.Contains(it.Values(), v) {
			return fmt.Errorf("%s: %s has no level %d", s.Name, it.Name, v)
		}
		n++
	}
	if len(answers) != n {
		return fmt.Errorf("%s: an answer to something that it does not ask", s.Name)
	}
	return nil
}

// Total is the scale's sum: each group's items together, times its factor.
func (s *Scale) Total(answers map[string]int) float64 {
	var total float64
	for _, g := range s.Groups {
		for _, it := range g.Items {
			total += g.Factor * float64(answers[it.ID])
		}
	}
	return total
}
