// Package vignettes holds written cases and tries the assessment on them.
//
// A case is what a person tells and, in short form, what a recording would show;
// Build makes events of the short form, so that the way from events to findings
// is tried as well. The expectations were written from the clinical pictures.
package vignettes

import (
	"embed"
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"facialis/anatomy"
	"facialis/assess"
	"facialis/event"
	"facialis/interview"
	"facialis/measure"

	"go.yaml.in/yaml/v3"
)

//go:embed *.yaml
var files embed.FS

// Film is a recording in short form.
type Film struct {
	Side    anatomy.Side       `yaml:"side"`
	Both    bool               `yaml:"both"`    // both eyes squeezed together instead of one side
	Minutes float64            `yaml:"minutes"` // of rest; two unless given
	Rate    float64            `yaml:"rate"`    // spasms a minute at rest
	CV      float64            `yaml:"cv"`      // of the intervals; irregular unless given
	Eye     *float64           `yaml:"eye"`     // share with the eye, 0.95 unless given
	Mouth   *float64           `yaml:"mouth"`   // share with cheek and mouth, 0.9 unless given
	Brow    float64            `yaml:"brow"`    // share with the brow up
	Lead    string             `yaml:"lead"`    // eye, mouth, down
	Tonic   float64            `yaml:"tonic"`   // share of holds of 2 s
	Hold    float64            `yaml:"hold"`    // by how much the rate falls when held back
	Weak    float64            `yaml:"weak"`    // voluntary movement of the side against the other; equal unless given
	Tasks   bool               `yaml:"tasks"`
	Locks   map[string]float64 `yaml:"locks"` // share of movements followed, by task
}

// Vignette is one case with what is expected of it.
type Vignette struct {
	Set     string         `yaml:"-"` // the file it stands in
	ID      string         `yaml:"id"`
	Story   string         `yaml:"story"`
	Setting string         `yaml:"setting"`
	Entity  string         `yaml:"entity"`
	Also    []string       `yaml:"also"`  // as good an answer
	Among   int            `yaml:"among"` // a place up to here is all that is asked; first unless given
	Flags   []string       `yaml:"flags"`
	Type    string         `yaml:"type"`
	Level   string         `yaml:"level"` // the highest advice, exactly; not looked at unless given
	Diary   *Diary         `yaml:"diary"`
	Answers map[string]any `yaml:"answers"`
	Video   *Film          `yaml:"video"`
}

// Diary is a diary in short form: an entry a day up to Today, the attacks of a
// day going evenly from the first number to the second.
type Diary struct {
	Days    int        `yaml:"days"`
	Attacks [2]float64 `yaml:"attacks"`
}

// Build makes the entries.
func (d Diary) Build() []assess.Entry {
	var out []assess.Entry
	for i := range d.Days {
		n := math.Round(d.Attacks[0] + (d.Attacks[1]-d.Attacks[0])*float64(i)/float64(max(d.Days-1, 1)))
		out = append(out, assess.Entry{Date: Today.AddDate(0, 0, i+1-d.Days), Attacks: &n})
	}
	return out
}

// Today is the day on which all cases are assessed.
var Today = time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC)

// All reads every case.
func All() ([]Vignette, error) {
	names, err := files.ReadDir(".")
	if err != nil {
		return nil, err
	}
	var out []Vignette
	for _, n := range names {
		data, err := files.ReadFile(n.Name())
		if err != nil {
			return nil, err
		}
		var v []Vignette
		dec := yaml.NewDecoder(strings.NewReader(string(data)))
		dec.KnownFields(true)
		if err := dec.Decode(&v); err != nil {
			return nil, fmt.Errorf("read %s: %w", n.Name(), err)
		}
		for i := range v {
			v[i].Set = strings.TrimSuffix(n.Name(), ".yaml")
		}
		out = append(out, v...)
	}
	return out, nil
}

// Input is the case as the assessment gets it.
func (v Vignette) Input() (assess.Input, error) {
	in := assess.Input{Setting: v.Setting, Today: Today}
	if v.Answers != nil {
		in.Answers = interview.NewResponse()
		for id, a := range v.Answers {
			if err := in.Answers.Set(interview.Standard(), id, a); err != nil {
				return in, fmt.Errorf("%s: %w", v.ID, err)
			}
		}
	}
	if v.Video != nil {
		in.Video = v.Video.Build()
	}
	if v.Diary != nil {
		in.Diary = v.Diary.Build()
	}
	return in, nil
}

// Build makes the events of the recording.
func (f Film) Build() *assess.Video {
	rng := rand.New(rand.NewPCG(7, 11))
	minutes := f.Minutes
	if minutes == 0 {
		minutes = 2
	}
	rest := minutes * 60
	v := &assess.Video{FaceFraction: 1, Usable: true, DurationS: rest}
	v.Tasks = []event.Task{{Task: "rest", FromS: 0, ToS: rest}}
	f.rest(v, rng, 0, rest, f.Rate, "rest")
	if f.Tasks {
		for _, k := range []string{"blink", "eye_closure", "brow_raise", "smile", "pucker"} {
			f.task(v, rng, k)
		}
		if f.Hold > 0 {
			from := v.DurationS
			v.Tasks = append(v.Tasks, event.Task{Task: "hold_back", FromS: from, ToS: from + 30})
			v.DurationS += 30
			f.rest(v, rng, from, from+30, f.Rate*(1-f.Hold), "hold_back")
		}
	}
	slices.SortStableFunc(v.Events, func(a, b event.Event) int {
		if a.OnsetS < b.OnsetS {
			return -1
		}
		return 1
	})
	all := []measure.Span{{FromS: 0, ToS: v.DurationS}}
	v.Summary = measure.Summarize(v.Events, measure.FullView(all), v.Tasks, measure.DefaultParams())
	v.Summary.Watch(nil, v.Events, measure.FullView(all), v.Tasks, measure.DefaultParams())
	return v
}

func or(p *float64, d float64) float64 {
	if p != nil {
		return *p
	}
	return d
}

func (f Film) rest(v *assess.Video, rng *rand.Rand, from, to, rate float64, task string) {
	if rate <= 0 {
		return
	}
	for t := from; ; {
		gap := 60 / rate
		if f.CV > 0 {
			gap *= 1 + f.CV*(rng.Float64()*2-1)
		} else {
			gap = 0.7 + rng.ExpFloat64()*max(gap-0.7, 0.1)
		}
		if t += gap; t >= to-2.5 {
			return
		}
		v.Events = append(v.Events, f.event(rng, t, task))
	}
}

func move(r anatomy.Region, s anatomy.Side, t, mm, share float64) event.RegionMovement {
	return event.RegionMovement{Region: r, Side: s, OnsetS: t, PeakMM: &mm, ShareOfVoluntary: &share}
}

func (f Film) event(rng *rand.Rand, t float64, task string) event.Event {
	e := event.Event{Kind: event.Spasm, Side: f.Side, Form: event.Twitch, OnsetS: t, OffsetS: t + 0.25, Task: &task, Twitches: 1, Confidence: 0.9}
	if f.Both {
		e.Kind, e.Side, e.Lead, e.OffsetS = event.Voluntary, anatomy.Both, anatomy.OrbicularisOculi, t+1.2
		e.Regions = []event.RegionMovement{move(anatomy.OrbicularisOculi, anatomy.Right, t, 8, 0.8), move(anatomy.OrbicularisOculi, anatomy.Left, t, 8, 0.8)}
		return e
	}
	if rng.Float64() < f.Tonic {
		e.Form, e.OffsetS = event.Tonic, t+2
	}
	eye, mouth := rng.Float64() < or(f.Eye, 0.95), rng.Float64() < or(f.Mouth, 0.9)
	if !eye {
		mouth = true
	}
	if eye {
		e.Regions = append(e.Regions, move(anatomy.OrbicularisOculi, f.Side, t, 4, 0.5))
	}
	if eye && rng.Float64() < f.Brow {
		e.Regions = append(e.Regions, move(anatomy.Frontalis, f.Side, t, 1, 0.2))
	}
	low := anatomy.Zygomaticus
	if f.Lead == "down" {
		low = anatomy.Depressor
	}
	if mouth {
		e.Regions = append(e.Regions, move(low, f.Side, t+0.01, 3, 0.3))
	}
	e.Lead = anatomy.OrbicularisOculi
	if !eye || (mouth && f.Lead != "" && f.Lead != "eye") {
		e.Lead = low
	}
	return e
}

// task adds thirty seconds with six movements.
func (f Film) task(v *assess.Video, rng *rand.Rand, k string) {
	from := v.DurationS
	v.Tasks = append(v.Tasks, event.Task{Task: k, FromS: from, ToS: from + 30})
	v.DurationS += 30
	region := map[string]anatomy.Region{"blink": anatomy.OrbicularisOculi, "eye_closure": anatomy.OrbicularisOculi, "brow_raise": anatomy.Frontalis, "smile": anatomy.Zygomaticus, "pucker": anatomy.OrbicularisOris}[k]
	other := anatomy.Zygomaticus
	if region == anatomy.Zygomaticus || region == anatomy.OrbicularisOris {
		other = anatomy.OrbicularisOculi
	}
	weak := f.Weak
	if weak == 0 {
		weak = 1
	}
	side := f.Side
	if side != anatomy.Left {
		side = anatomy.Right
	}
	for i := range 6 {
		t := from + 1 + 4.9*float64(i) + rng.Float64()*0.5
		e := event.Event{Kind: event.Voluntary, Side: anatomy.Both, Form: event.Tonic, OnsetS: t, OffsetS: t + 1.5, Lead: region, Task: &k, Trigger: &k,
			Regions: []event.RegionMovement{move(region, side, t, 8*weak, weak), move(region, side.Other(), t, 8, 1)}}
		if k == "blink" {
			e.Kind, e.Form, e.OffsetS = event.Blink, event.Twitch, t+0.2
		}
		v.Events = append(v.Events, e)
		if rng.Float64() < f.Locks[k] {
			s := event.Event{Kind: event.Synkinesis, Side: f.Side, Form: event.Twitch, OnsetS: t + 0.03, OffsetS: t + 0.6, Lead: other, Task: &k, Trigger: &k, Twitches: 1,
				Regions: []event.RegionMovement{move(other, f.Side, t+0.03, 2, 0.5)}}
			v.Events = append(v.Events, s)
		}
	}
	// spasms go on during the tasks, without heed of the movements
	f.rest(v, rng, from, from+30, f.Rate, k)
}

// Result is how the assessment did in one case.
type Result struct {
	Vignette
	Leading string
	Place   int // of the expected entity, 1 = first
	Missed  []string
	TypeGot string
	Verdict string
	Report  *assess.Report
}

// Run assesses a case.
func (v Vignette) Run() (Result, error) {
	in, err := v.Input()
	if err != nil {
		return Result{}, err
	}
	r, err := assess.Assess(in)
	if err != nil {
		return Result{}, fmt.Errorf("%s: %w", v.ID, err)
	}
	out := Result{Vignette: v, Report: r, TypeGot: r.Type.Verdict, Leading: r.Differential.Candidates[0].ID, Verdict: r.Differential.Verdict}
	for i, c := range r.Differential.Candidates {
		if (c.ID == v.Entity || slices.Contains(v.Also, c.ID)) && out.Place == 0 {
			out.Place = i + 1
		}
	}
	for _, f := range v.Flags {
		if !slices.ContainsFunc(r.Flags, func(x assess.Flag) bool { return x.ID == f }) {
			out.Missed = append(out.Missed, f)
		}
	}
	return out, nil
}
