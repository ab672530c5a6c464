package assess

import (
	"bytes"
	"embed"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"facialis/interview"
	"facialis/words"

	"go.yaml.in/yaml/v3"
)

//go:embed evidence/*.yaml
var evidenceFiles embed.FS

// Cell is one number of the evidence: a probability with the lowest and the highest
// plausible value, how it came about ("published", "derived", "estimate"), the id
// of its source and the place in it.
type Cell struct {
	P           float64
	Low, High   float64 // both 0 where the cell gives no range of its own
	Tag, Source string
	Place       string
}

// UnmarshalYAML reads "0.97 0.93-0.99 derived wang1998 abstract, 153 of 158"; range
// and place may be missing.
func (c *Cell) UnmarshalYAML(n *yaml.Node) error {
	f := strings.Fields(n.Value)
	wrong := func() error {
		return fmt.Errorf("line %d: %q is not: probability, range, tag, source, place", n.Line, n.Value)
	}
	if len(f) < 3 {
		return wrong()
	}
	p, err := strconv.ParseFloat(f[0], 64)
	if err != nil {
		return wrong()
	}
	*c = Cell{P: p}
	if low, high, ok := strings.Cut(f[1], "-"); ok {
		c.Low, err = strconv.ParseFloat(low, 64)
		if err != nil {
			return wrong()
		}
		if c.High, err = strconv.ParseFloat(high, 64); err != nil {
			return wrong()
		}
		f = f[1:]
	}
	if len(f) < 3 {
		return wrong()
	}
	c.Tag, c.Source, c.Place = f[1], f[2], strings.Join(f[3:], " ")
	return nil
}

// Rule says when a finding is there and when it is absent. Without No it is
// absent when Yes is certainly not so.
type Rule struct {
	Yes interview.Cond  `yaml:"yes"`
	No  *interview.Cond `yaml:"no"`
}

// Settle names what would decide an open finding.
type Settle struct {
	Film string `yaml:"film" json:"film,omitempty"`              // task of the protocol
	Ask  string `yaml:"ask" json:"ask,omitempty"`                // question of the interview
	Test string `yaml:"test" json:"test,omitempty" words:"text"` // what a doctor would order
}

// Needs is what a recording must be for a finding to be told by it. A limit of 0
// asks for nothing. What is not known of a recording (frame rate, scale and noise of
// an analysis that does not give them) is not held against it.
type Needs struct {
	Seconds   float64  `yaml:"seconds"`    // with the face in view, at least
	Seen      float64  `yaml:"seen"`       // share of the recording in which the face was tracked, at least
	FrameRate float64  `yaml:"frame_rate"` // frames a second, at least
	PxPerMM   float64  `yaml:"px_per_mm"`  // picture elements a millimeter of the face, at least
	NoiseMM   float64  `yaml:"noise_mm"`   // noise floor of the regions, median, one standard deviation, mm, at most
	Side      bool     `yaml:"side"`       // the side must be certain
	Protocol  []string `yaml:"protocol"`   // one of these tasks must have been filmed
}

// lacks are the needs that a recording does not meet, by name.
func (n Needs) lacks(f interview.Facts) []string {
	var out []string
	least := func(name, fact string, limit float64) {
		if x, known := f[fact].(float64); known && x < limit {
			out = append(out, name)
		}
	}
	least("seconds", "video.usable_s", n.Seconds)
	least("seen", "video.seen", n.Seen)
	least("frame_rate", "video.frame_rate", n.FrameRate)
	least("px_per_mm", "video.px_per_mm", n.PxPerMM)
	if x, known := f["video.noise_mm"].(float64); known && n.NoiseMM > 0 && x > n.NoiseMM {
		out = append(out, "noise_mm")
	}
	if n.Side && f["video.side_known"] != 1.0 {
		out = append(out, "side")
	}
	if len(n.Protocol) > 0 && !slices.ContainsFunc(n.Protocol, func(t string) bool { _, filmed := f["video.task."+t]; return filmed }) {
		out = append(out, "protocol")
	}
	return out
}

// FindingDef defines a finding.
type FindingDef struct {
	ID         string `yaml:"id"`
	Name       string `yaml:"name" words:"text"`
	Plain      string `yaml:"plain" words:"text"`
	Seen       string `yaml:"seen" words:"text"` // in place of Plain where the recording alone says it; Plain if empty
	Definition string `yaml:"definition" words:"text"`
	Fact       string `yaml:"fact"`
	Group      string `yaml:"group"`
	Prefer     string `yaml:"prefer"`
	Video      *Rule  `yaml:"video"`
	Needs      Needs  `yaml:"needs"` // of a recording; without it the recording says neither yes nor no
	Answer     *Rule  `yaml:"answer"`
	Settle     Settle `yaml:"settle"`
	// Cells are the finding's own row of the matrix, where it does not stand there.
	Cells map[string]Cell `yaml:"cells"`
}

// Entity is one thing that a twitching face can be.
type Entity struct {
	ID     string            `yaml:"id"`
	Name   string            `yaml:"name" words:"text"`
	Plain  string            `yaml:"plain" words:"text"`
	About  string            `yaml:"about" words:"text"` // what it is, for the person
	ICD    []string          `yaml:"icd10cm"`
	BySide map[string]string `yaml:"by_side"`
	Tests  []string          `yaml:"tests" words:"text"`
	Lead   *Lead             `yaml:"lead"`
	Source string            `yaml:"source"` // of an entity that came from a report
	// Out excludes the entity: the place that defines it is known to take no part.
	Out *interview.Cond `yaml:"out"`
	// Sign is the entity's own positive sign. Without it the entity never comes
	// first: nothing harmless and nothing functional is found by what is absent.
	Sign *interview.Cond `yaml:"sign"`
	// Harmless entities are never named as the best fit beside an urgent flag.
	Harmless bool `yaml:"harmless"`
}

// Lead is the least advice that goes with an entity when it leads.
type Lead struct {
	Level  string `yaml:"level"`
	Title  string `yaml:"title" words:"text"`
	Do     string `yaml:"do" words:"text"`
	Why    string `yaml:"why" words:"text"`
	Source string `yaml:"source"`
}

// FlagDef is a red flag (or a lesser piece of advice).
type FlagDef struct {
	ID    string `yaml:"id"`
	Level string `yaml:"level"`
	Title string `yaml:"title" words:"text"`
	Else  bool   `yaml:"else"` // only where nothing as pressing is raised
	// Withholds: no best fit is named beside it unless that presses as much itself.
	Withholds bool `yaml:"withholds"`
	Aside     bool `yaml:"aside"` // about the person, not about the movement: leaves room for an "else"
	// LoweredBy are the questions whose answer may take the flag away again,
	// because it explains the sign (an old palsy, an injection) or dates it.
	LoweredBy []string       `yaml:"lowered_by"`
	When      interview.Cond `yaml:"when"`
	Do        string         `yaml:"do" words:"text"`
	Why       string         `yaml:"why" words:"text"`
	Source    string         `yaml:"source"`
}

// TypeTerm is one summand of the type score.
type TypeTerm struct {
	ID     string         `yaml:"id"`
	Text   string         `yaml:"text" words:"text"`
	When   interview.Cond `yaml:"when"`
	Weight float64        `yaml:"weight"`
	Tag    string         `yaml:"tag"`
	Source string         `yaml:"source"`
}

// TypeDef is the score that leans to primary or to post-paralytic.
type TypeDef struct {
	Text  string  `yaml:"text" words:"text"`
	Limit float64 `yaml:"limit"`
	// NotPrimary holds where the spasm followed a palsy of that side: by definition
	// it is not primary, whatever the sum says.
	NotPrimary interview.Cond `yaml:"not_primary"`
	Terms      []TypeTerm     `yaml:"terms"`
	Seed       struct {
		Primary       interview.Cond `yaml:"primary"`
		PostParalytic interview.Cond `yaml:"post_paralytic"`
		Text          string         `yaml:"text" words:"text"`
		Literature    string         `yaml:"literature" words:"text"`
	} `yaml:"seed"`
}

// Note is a place where the founding text and the literature differ.
type Note struct {
	ID         string         `yaml:"id" json:"id"`
	When       interview.Cond `yaml:"when" json:"-"`
	Seed       string         `yaml:"seed" json:"seed" words:"text"`
	Literature string         `yaml:"literature" json:"literature" words:"text"`
	Source     string         `yaml:"source" json:"source"`
}

// PictureDef is what a person comes with, named in the words of the complaint.
type PictureDef struct {
	ID     string         `yaml:"id"`
	Title  string         `yaml:"title" words:"text"`
	Entity string         `yaml:"entity"` // what is always named
	Note   string         `yaml:"note"`   // the note whose two claims are shown, by id
	When   interview.Cond `yaml:"when"`
	Else   []struct {
		Entity string `yaml:"entity"`
		Tell   string `yaml:"tell" words:"text"` // by what it can be told
	} `yaml:"else"` // the most dangerous first
	Film  []string `yaml:"film" words:"text"`
	Watch []string `yaml:"watch" words:"text"`
	Ask   []string `yaml:"ask" words:"text"`
}

// GradeDef is a grading scale: levels from high to low, or a sum.
type GradeDef struct {
	ID     string         `yaml:"id"`
	Name   string         `yaml:"name" words:"text"`
	Rule   string         `yaml:"rule" words:"text"`
	Tag    string         `yaml:"tag"`
	Source string         `yaml:"source"`
	Roman  bool           `yaml:"roman"`
	Words  map[int]string `yaml:"words" words:"text"`
	Change *float64       `yaml:"change"`
	// For says what the scale is made for; it is not given where that is not so,
	// or not known.
	For    interview.Cond `yaml:"for"`
	Levels []struct {
		Value int            `yaml:"value"`
		When  interview.Cond `yaml:"when"`
	} `yaml:"levels"`
	Sum *struct {
		Items  []string `yaml:"items"`
		Grades []string `yaml:"grades"`
		Max    int      `yaml:"max"`
	} `yaml:"sum"`
}

// Prior is how common the entities are in one setting.
type Prior struct {
	Text  string `words:"text"`
	Cells map[string]Cell
}

// HouseSource is the source of the numbers that are estimates of our own.
const HouseSource = "house"

// Evidence is everything that the assessment knows.
type Evidence struct {
	Sources  map[string]string
	Entities []Entity
	Findings []FindingDef
	Matrix   map[string]map[string]Cell // finding, then entity or "other"
	Priors   map[string]Prior
	Flags    []FlagDef
	Type     TypeDef
	Notes    []Note
	Grades   []GradeDef
	Pictures []PictureDef
	Ages     map[string]Age // at onset, by entity
	Read     map[string]Part

	mean  map[string]float64 // of a finding over all entities
	group map[string]string  // of a finding
	place map[string]int     // of a finding in Findings
	// groups are numbered from 1; 0 is a finding that stands alone
	groupNumber map[string]int
	groups      int
}

// Part says which part of a source could be read and where it was found.
type Part struct {
	Part  string `yaml:"part"`
	Where string `yaml:"where"`
}

// Standard is the evidence that ships with the program.
func Standard() *Evidence { return StandardIn(words.English()) }

// StandardIn is the evidence with its sentences in a language.
var StandardIn = words.PerLanguage(func(l *words.Language) *Evidence {
	ev, err := load()
	if err != nil {
		panic("assess: the embedded evidence is broken: " + err.Error())
	}
	l.Translate(ev)
	return ev
})

func load() (*Evidence, error) {
	ev := &Evidence{}
	var priors map[string]map[string]yaml.Node
	for name, into := range map[string]any{"sources": &ev.Sources, "entities": &ev.Entities, "findings": &ev.Findings,
		"matrix": &ev.Matrix, "priors": &priors, "flags": &ev.Flags, "type": &ev.Type, "disagreements": &ev.Notes, "grades": &ev.Grades,
		"pictures": &ev.Pictures, "ages": &ev.Ages, "read": &ev.Read} {
		data, err := evidenceFiles.ReadFile("evidence/" + name + ".yaml")
		if err != nil {
			return nil, err
		}
		dec := yaml.NewDecoder(bytes.NewReader(data))
		dec.KnownFields(true)
		if err := dec.Decode(into); err != nil {
			return nil, fmt.Errorf("read %s.yaml: %w", name, err)
		}
	}
	if err := ev.specialist(); err != nil {
		return nil, err
	}
	ev.Priors = map[string]Prior{}
	for setting, m := range priors {
		p := Prior{Cells: map[string]Cell{}}
		for k, n := range m {
			if k == "text" {
				p.Text = n.Value
				continue
			}
			var c Cell
			if err := c.UnmarshalYAML(&n); err != nil {
				return nil, fmt.Errorf("read priors.yaml: %w", err)
			}
			p.Cells[k] = c
		}
		ev.Priors[setting] = p
	}
	ev.group = map[string]string{}
	ev.place, ev.groupNumber = map[string]int{}, map[string]int{}
	numbers := map[string]int{"": 0}
	for i, d := range ev.Findings {
		if _, known := numbers[d.Group]; !known {
			numbers[d.Group] = len(numbers)
		}
		ev.group[d.ID], ev.place[d.ID], ev.groupNumber[d.ID] = d.Group, i, numbers[d.Group]
	}
	ev.groups = len(numbers)
	ev.mean = map[string]float64{}
	for f := range ev.Matrix {
		for _, e := range ev.Entities {
			c, _ := ev.Cell(f, e.ID)
			ev.mean[f] += clampP(c.P) / float64(len(ev.Entities))
		}
	}
	return ev, nil
}

// specialist adds the findings of examinations, which bring their own cells.
func (ev *Evidence) specialist() error {
	data, err := evidenceFiles.ReadFile("evidence/specialist.yaml")
	if err != nil {
		return err
	}
	var more []FindingDef
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(&more); err != nil {
		return fmt.Errorf("read specialist.yaml: %w", err)
	}
	for _, d := range more {
		if ev.Finding(d.ID) != nil || ev.Matrix[d.ID] != nil {
			return fmt.Errorf("read specialist.yaml: %s stands twice", d.ID)
		}
		ev.Findings = append(ev.Findings, d)
		ev.Matrix[d.ID] = d.Cells
	}
	return nil
}

// Cell is P(finding | entity); ok is false where the matrix has no such row.
func (ev *Evidence) Cell(finding, entity string) (Cell, bool) {
	row := ev.Matrix[finding]
	if c, ok := row[entity]; ok {
		return c, true
	}
	c, ok := row["other"]
	return c, ok
}

// Mean is how often a finding is there over all entities.
func (ev *Evidence) Mean(finding string) float64 { return ev.mean[finding] }

// Finding is the definition with that id, or nil.
func (ev *Evidence) Finding(id string) *FindingDef {
	i := slices.IndexFunc(ev.Findings, func(f FindingDef) bool { return f.ID == id })
	if i < 0 {
		return nil
	}
	return &ev.Findings[i]
}

// Entity is the entity with that id, or nil.
func (ev *Evidence) Entity(id string) *Entity {
	i := slices.IndexFunc(ev.Entities, func(e Entity) bool { return e.ID == id })
	if i < 0 {
		return nil
	}
	return &ev.Entities[i]
}
