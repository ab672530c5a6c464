package night

import (
	"math"

	"facialis/anatomy"
	"facialis/event"
	"facialis/internal/signal"
	"facialis/measure"
)

// Schema is the name of night.json's form.
const Schema = "facialis.night/1"

// Summary is what is known of a night: the file night.json.
type Summary struct {
	Schema     string        `json:"schema"`
	Segments   []Segment     `json:"segments"`
	Clocks     []FilmClock   `json:"clocks"`   // when each film began, and how that is known
	Gaps       []Gap         `json:"gaps"`     // no film shows them
	Overlaps   []Gap         `json:"overlaps"` // two films show them; the earlier one is used
	Joints     []float64     `json:"joints"`   // where another person, place or light begins within a film, s of the night
	FilmedS    float64       `json:"filmed_s"`
	MeasuredS  float64       `json:"measured_s"` // something moved
	HeldS      float64       `json:"held_s"`     // nothing moved: decoded and looked at, not measured
	NoFaceS    float64       `json:"no_face_s"`  // no face
	States     []Stretch     `json:"states"`
	AsleepS    float64       `json:"asleep_s"`
	AwakeS     float64       `json:"awake_s"`
	UnknownS   float64       `json:"unknown_s"`
	Awakenings []Awakening   `json:"awakenings"`
	Hours      []Hour        `json:"hours"`
	Sleep      Comparison    `json:"sleep"` // of the whole face
	Sides      [2]Comparison `json:"sides"` // right, left
	Missed     Missed        `json:"missed"`
	MayLook    []string      `json:"may_look"` // who may look at the film
	Kept       string        `json:"kept"`     // moments, all
}

// Awakening is a change from sleep to waking, with what came before.
type Awakening struct {
	AtS       float64  `json:"at_s"`
	Spasms    []string `json:"spasms"`    // events within BeforeS before
	Moved     bool     `json:"moved"`     // the head moved within BeforeS before
	SeenS     float64  `json:"seen_s"`    // of the time before, how much was seen
	Certainty float64  `json:"certainty"` // of the sleep that it ended
}

// BeforeS is how long before an awakening is looked for what preceded it, seconds.
const BeforeS = 10.0

// Hour is an hour of the night, or what was filmed of it.
type Hour struct {
	FromS     float64          `json:"from_s"`
	FilmedS   float64          `json:"filmed_s"`
	AsleepS   float64          `json:"asleep_s"`
	AwakeS    float64          `json:"awake_s"`
	SeenS     [2]float64       `json:"seen_s"` // right, left: at least one region
	UnseenS   [2]float64       `json:"unseen_s"`
	Spasms    [2]int           `json:"spasms"`
	Asleep    [2]int           `json:"spasms_asleep"`
	SleepRate measure.Estimate `json:"sleep_rate_per_min"`
}

// Comparison is S19 for one person: the rate asleep over the rate awake at rest.
type Comparison struct {
	AsleepS    float64          `json:"asleep_s"` // probably asleep and seen
	AwakeS     float64          `json:"awake_s"`
	Asleep     int              `json:"asleep"`
	Awake      int              `json:"awake"`
	AsleepRate measure.Estimate `json:"asleep_per_min"`
	AwakeRate  measure.Estimate `json:"awake_per_min"`
	Ratio      measure.Estimate `json:"ratio"`
	Verdict    Verdict          `json:"verdict"`
	Corrected  *[2]float64      `json:"asleep_per_min_corrected_ci95"` // what a slow camera misses put back
}

// Verdict says what a comparison shows.
type Verdict string

// The verdicts.
const (
	TooShort Verdict = "too_short" // too little sleep or waking was seen
	NoSpasm  Verdict = "no_spasm"  // none awake: nothing to compare with
	Stops    Verdict = "stops"     // none asleep, although some would have been if the rate were a half of that awake
	Fewer    Verdict = "fewer"     // they go on, more rarely
	GoesOn   Verdict = "goes_on"   // they go on, about as often
	Open     Verdict = "open"      // cannot be told yet
)

// A comparison needs so much sleep and waking that were seen, seconds: as the finding
// "goes on in sleep" and course's statement S19 ask for.
const (
	leastAsleepS = 600.0
	leastAwakeS  = 60.0
	halfRatio    = 0.5
)

// Compare compares counts over times.
func Compare(asleep int, asleepS float64, awake int, awakeS float64) Comparison {
	c := Comparison{AsleepS: asleepS, AwakeS: awakeS, Asleep: asleep, Awake: awake,
		AsleepRate: measure.PoissonRate(asleep, asleepS/60), AwakeRate: measure.PoissonRate(awake, awakeS/60)}
	ratio, lo, hi := signal.RateRatio(asleep, asleepS, awake, awakeS)
	if !math.IsNaN(ratio) && !math.IsInf(ratio, 0) {
		c.Ratio.Value = &ratio
		if !math.IsInf(hi, 0) {
			c.Ratio.CI95 = &[2]float64{lo, hi}
		}
	}
	switch {
	case asleepS < leastAsleepS || awakeS < leastAwakeS:
		c.Verdict = TooShort
	case awake == 0 && asleep == 0:
		c.Verdict = NoSpasm
	case asleep == 0 && hi < halfRatio:
		c.Verdict = Stops
	case asleep > 0 && hi < 1:
		c.Verdict = Fewer
	case asleep > 0 && lo > halfRatio:
		c.Verdict = GoesOn
	default:
		c.Verdict = Open
	}
	return c
}

// Summarize makes the summary of a night's blocks, events and view.
func Summarize(blocks []Block, states []Stretch, events []event.Event, view measure.View, rateHz float64) *Summary {
	out := &Summary{Schema: Schema, States: states, Awakenings: []Awakening{}, Hours: []Hour{}, Clocks: []FilmClock{}, Gaps: []Gap{}, Overlaps: []Gap{}, Joints: []float64{}, Missed: Correct(rateHz), Kept: "moments", MayLook: []string{}}
	for _, b := range blocks {
		if b.Joint {
			out.Joints = append(out.Joints, b.FromS)
		}
		out.FilmedS += BlockS
		switch {
		case b.Held:
			out.HeldS += BlockS
		case b.Face:
			out.MeasuredS += BlockS
		default:
			out.NoFaceS += BlockS
		}
	}
	by := byState(states)
	out.AsleepS, out.AwakeS, out.UnknownS = length(by[Asleep]), length(by[Awake]), length(by[Unknown])
	spasm := func(e event.Event) bool { return e.Kind == event.Spasm || e.Kind == event.Synkinesis }
	count := func(in State, side anatomy.Side) (n int) {
		for _, e := range events {
			if spasm(e) && At(states, e.OnsetS) == in && (side == anatomy.Both || e.Side == side || e.Side == anatomy.Both) {
				n++
			}
		}
		return n
	}
	compare := func(side anatomy.Side, seen []measure.Span) Comparison {
		c := Compare(count(Asleep, side), length(measure.Intersect(seen, by[Asleep])), count(Awake, side), length(measure.Intersect(seen, by[Awake])))
		if c.AsleepRate.Value != nil && c.AsleepRate.CI95 != nil {
			_, ci := out.Missed.Rate(*c.AsleepRate.Value, c.AsleepRate.CI95[0], c.AsleepRate.CI95[1])
			c.Corrected = &ci
		}
		return c
	}
	out.Sleep = compare(anatomy.Both, view.Any)
	for s, side := range anatomy.Sides {
		out.Sides[s] = compare(side, view.Side[s])
	}
	out.Awakenings = awakenings(blocks, states, events, view)
	out.Hours = hours(blocks, by, states, events, view, hourS)
	return out
}

func length(s []measure.Span) (t float64) {
	for _, x := range s {
		t += x.Len()
	}
	return t
}

// awakenings are the changes from sleep to open lids, at once or within BeforeS.
func awakenings(blocks []Block, states []Stretch, events []event.Event, view measure.View) []Awakening {
	out := []Awakening{}
	for i, s := range states {
		if s.State != Awake {
			continue
		}
		j := i - 1
		for j >= 0 && states[j].State == Unknown && s.FromS-states[j].FromS <= BeforeS {
			j--
		}
		if j < 0 || states[j].State != Asleep || s.FromS-states[j].ToS > BeforeS {
			continue
		}
		since := lastJoint(blocks, s.FromS)
		if since >= states[j].ToS-BlockS/2 { // somebody else woke, or nobody
			continue
		}
		from := max(s.FromS-BeforeS, since)
		a := Awakening{AtS: s.FromS, Spasms: []string{}, Certainty: states[j].Certainty}
		for _, e := range events {
			if (e.Kind == event.Spasm || e.Kind == event.Synkinesis) && e.OnsetS >= from && e.OnsetS < s.FromS {
				a.Spasms = append(a.Spasms, e.ID)
			}
		}
		for _, b := range blocks {
			if b.FromS >= from && b.FromS < s.FromS && b.Moving {
				a.Moved = true
			}
		}
		a.SeenS = length(measure.Intersect(view.Any, []measure.Span{{FromS: from, ToS: s.FromS}}))
		out = append(out, a)
	}
	return out
}

// lastJoint is when the latest joint up to time t was, −∞ where there was none.
func lastJoint(blocks []Block, t float64) float64 {
	last := math.Inf(-1)
	for _, b := range blocks {
		if b.Joint && b.FromS < t+BlockS/2 {
			last = b.FromS
		}
	}
	return last
}

// hourS is the length of an hour, seconds.
const hourS = 3600.0

// hours are the stretches of lengthS in which something was filmed.
func hours(blocks []Block, by map[State][]measure.Span, states []Stretch, events []event.Event, view measure.View, lengthS float64) []Hour {
	out := []Hour{}
	if len(blocks) == 0 {
		return out
	}
	end := blocks[len(blocks)-1].FromS + BlockS
	for from := 0.0; from < end; from += lengthS {
		h := Hour{FromS: from}
		in := []measure.Span{{FromS: from, ToS: from + lengthS}}
		for _, b := range blocks {
			if b.FromS >= from && b.FromS < from+lengthS {
				h.FilmedS += BlockS
			}
		}
		if h.FilmedS == 0 {
			continue
		}
		h.AsleepS, h.AwakeS = length(measure.Intersect(by[Asleep], in)), length(measure.Intersect(by[Awake], in))
		for s := range h.SeenS {
			h.SeenS[s] = length(measure.Intersect(view.Side[s], in))
			h.UnseenS[s] = max(h.FilmedS-h.SeenS[s], 0)
		}
		n := h.count(events, states, lengthS)
		h.SleepRate = measure.PoissonRate(n, length(measure.Intersect(measure.Intersect(view.Any, by[Asleep]), in))/60)
		out = append(out, h)
	}
	return out
}
