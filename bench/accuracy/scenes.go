package main

import (
	"bytes"
	_ "embed"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"

	"go.yaml.in/yaml/v3"

	"facialis/anatomy"
	"facialis/event"
	"facialis/phantom"
	"facialis/validate"
)

//go:embed scenes.yaml
var scenesFile []byte

// scene is an entry of scenes.yaml, whose head says what the fields mean.
type scene struct {
	Name     string       `yaml:"name"`
	Set      string       `yaml:"set"`
	Preset   string       `yaml:"preset"`
	Twitches []float64    `yaml:"twitches"`
	Repeats  int          `yaml:"repeats"`
	TalkS    float64      `yaml:"talk_s"`
	Seconds  float64      `yaml:"seconds"`
	SkipS    float64      `yaml:"skip_s"`
	Rate     float64      `yaml:"rate"`
	Side     anatomy.Side `yaml:"side"`
	Seeds    []uint64     `yaml:"seeds"`
	View     string       `yaml:"view"`
	Group    string       `yaml:"group"`
	With     yaml.Node    `yaml:"with"`
}

// The sets of scenes.
const (
	setSpasm, setLocked, setRest, setActive, setTurns, setWink, setBoth = "spasm", "locked", "rest", "active", "turns", "wink", "both"
)

var sets = []string{setSpasm, setLocked, setRest, setActive, setTurns, setWink, setBoth}

// views are the ways a scene is filmed; the goals are for main.
var views = map[string]phantom.Camera{
	"main":  {Width: 1920, Height: 1080, FPS: 30, FaceHeight: 0.5},
	"720p":  {Width: 1280, Height: 720, FPS: 30, FaceHeight: 0.5},
	"60fps": {Width: 1920, Height: 1080, FPS: 60, FaceHeight: 0.5},
	"24fps": {Width: 1920, Height: 1080, FPS: 24, FaceHeight: 0.5},
}

// readScenes reads the list and makes a clip of every seed of every scene.
func readScenes(b []byte) ([]*clip, error) {
	var file struct {
		Every  yaml.Node   `yaml:"every"` // a partial phantom spec laid over every scene
		Heads  []yaml.Node `yaml:"heads"` // partial phantom specs, one for each clip
		Scenes []scene     `yaml:"scenes"`
	}
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(&file); err != nil {
		return nil, fmt.Errorf("reading the scenes: %w", err)
	}
	var out []*clip
	seen := map[string]bool{}
	for _, s := range file.Scenes {
		if s.View == "" {
			s.View = "main"
		}
		if _, ok := views[s.View]; !ok || !slices.Contains(sets, s.Set) || len(s.Seeds) == 0 || s.Name == "" || seen[s.Name] {
			return nil, fmt.Errorf("scene %q: it needs a name of its own, a known set and view, and seeds", s.Name)
		}
		seen[s.Name] = true
		for _, seed := range s.Seeds {
			over := []yaml.Node{file.Every}
			if n := len(file.Heads); n > 0 {
				over = append(over, file.Heads[s.head(seed, n)])
			}
			spec, err := s.spec(seed, append(over, s.With)...)
			if err != nil {
				return nil, fmt.Errorf("scene %s: %w", s.Name, err)
			}
			truth, err := phantom.Tell(spec)
			if err != nil {
				return nil, fmt.Errorf("scene %s: %w", s.Name, err)
			}
			out = append(out, &clip{Name: spec.Name, Scene: s.Name, Set: s.Set, View: s.View, Group: s.Group, spec: spec, Truth: truth})
		}
	}
	return out, nil
}

// head is which of n heads a clip has: groups are compared on the first.
func (s *scene) head(seed uint64, n int) int {
	if s.Group != "" {
		return 0
	}
	h := fnv.New32a()
	fmt.Fprint(h, s.Name)
	return int((uint64(h.Sum32()) + seed) % uint64(n))
}

// spec is what to draw for one seed, with partial specs laid over it.
func (s *scene) spec(seed uint64, over ...yaml.Node) (*phantom.Spec, error) {
	spec := new(phantom.Spec)
	if s.Preset != "" {
		var err error
		if spec, err = phantom.Preset(s.Preset); err != nil {
			return nil, err
		}
	}
	spec.Seed = seed
	v := views[s.View]
	spec.Camera.Width, spec.Camera.Height, spec.Camera.FPS, spec.Camera.FaceHeight = v.Width, v.Height, v.FPS, v.FaceHeight
	if len(s.Twitches) > 0 {
		s.twitches(spec, seed)
	} else {
		later(spec, s.SkipS)
		spec.SetSeconds(s.Seconds)
		for i := range spec.Generators {
			if s.Rate > 0 {
				spec.Generators[i].RatePerMin *= s.Rate
			}
		}
	}
	for i := range over {
		if over[i].Kind == 0 {
			continue
		}
		b, err := yaml.Marshal(&over[i])
		if err != nil {
			return nil, err
		}
		d := yaml.NewDecoder(bytes.NewReader(b))
		d.KnownFields(true)
		if err := d.Decode(spec); err != nil {
			return nil, err
		}
	}
	if s.Side != "" {
		spec.SetSide(s.Side)
	}
	spec.Name = fmt.Sprintf("%s-%d", s.Name, seed)
	return spec, spec.Validate()
}

// later begins a spec skip seconds later: what was asked for comes sooner.
func later(s *phantom.Spec, skip float64) {
	if skip == 0 {
		return
	}
	move := func(t float64) float64 { return max(0, t-skip) }
	for i := range s.Tasks {
		s.Tasks[i].From, s.Tasks[i].To = move(s.Tasks[i].From), move(s.Tasks[i].To)
	}
	s.Tasks = slices.DeleteFunc(s.Tasks, func(t phantom.TaskSpec) bool { return t.To <= t.From })
	for i := range s.Talk {
		s.Talk[i].From, s.Talk[i].To = move(s.Talk[i].From), move(s.Talk[i].To)
	}
	for i := range s.Events {
		s.Events[i].At = move(s.Events[i].At)
	}
	for i := range s.Head.Turns {
		s.Head.Turns[i].At = move(s.Head.Turns[i].At)
	}
	for i := range s.Generators {
		s.Generators[i].From, s.Generators[i].To = move(s.Generators[i].From), move(s.Generators[i].To)
	}
	s.Seconds -= skip
}

const (
	leadInS  = 3.0 // the person looks into the camera before the first twitch
	spacingS = 1.3 // from one twitch's onset to the next, and up to jitterS more
	jitterS  = 0.2
)

// twitches fills a spec with single twitches of the regions that the goals
// name, in random order, sides alternating, and then lets the person talk.
func (s *scene) twitches(spec *phantom.Spec, seed uint64) {
	r := rand.New(rand.NewPCG(seed, 0xacc))
	type twitch struct {
		region anatomy.Region
		mm     float64
	}
	var all []twitch
	for range max(1, s.Repeats) {
		for _, g := range validate.GoalSizes {
			for _, k := range s.Twitches {
				all = append(all, twitch{g.Region, k * g.MM}, twitch{g.Region, k * g.MM})
			}
		}
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	at, side := leadInS, []anatomy.Side{anatomy.Right, anatomy.Left}[seed%2]
	for _, t := range all {
		spec.Events = append(spec.Events, phantom.EventSpec{At: at, Kind: event.Spasm, Side: side, Form: event.Twitch,
			Regions: []phantom.RegionSpec{{Region: t.region, MM: t.mm, Side: side, Share: 1}}})
		side = side.Other()
		at += spacingS + jitterS*r.Float64()
	}
	if s.TalkS > 0 {
		spec.Talk = []phantom.Span{{From: at, To: at + s.TalkS}}
		at += s.TalkS
	}
	spec.Seconds = at + 0.5
}
