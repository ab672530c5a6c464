package validate

import (
	"fmt"
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/event"
	"facialis/measure"
	"facialis/words"
)

// Schema is the name of the JSON that a comparison is written as.
const Schema = "facialis.validation/1"

// Params are the settings of a comparison.
type Params struct {
	ToleranceS float64  `json:"tolerance_s"`       // events that do not overlap may still be paired when their onsets are this close
	SizedMM    float64  `json:"sized_mm"`          // truth peaks from this size on count for the figures "above"
	FrameRate  *float64 `json:"frame_rate"`        // of the grid for kappa and for errors in frames; nil: the files'
	DurationS  *float64 `json:"duration_s"`        // length of a recording whose files do not say; nil: not known
	LeaveTasks bool     `json:"leave_tasks_alone"` // leave out what begins in a task other than rest
	// Kinds are the kinds of events that count; others of either annotation are left
	// out, for a truth that marks only some. Empty: all.
	Kinds []event.Kind `json:"kinds,omitempty"`
}

// KindNamed is the kind of that name.
func KindNamed(name string) (event.Kind, error) {
	k := event.Kind(name)
	if !slices.Contains(kinds, k) {
		return "", fmt.Errorf("kind %.40q is not one of blink, voluntary, spasm, synkinesis, other", name)
	}
	return k, nil
}

// DefaultParams returns the settings used unless others are asked for. 0.1 s is
// three frames at 30 a second and about the reaction scatter of a person who
// marks onsets by hand; 1 mm is from where amplitudes are judged.
func DefaultParams() Params { return Params{ToleranceS: 0.1, SizedMM: 1} }

// Score counts found, false and missed and what follows from them.
type Score struct {
	TP            int              `json:"tp"`
	FP            int              `json:"fp"`
	FN            int              `json:"fn"`
	Precision     *float64         `json:"precision"` // null where nothing was reported
	PrecisionCI95 *[2]float64      `json:"precision_ci95"`
	Recall        *float64         `json:"recall"` // null where there is nothing to find
	RecallCI95    *[2]float64      `json:"recall_ci95"`
	F1            *float64         `json:"f1"`
	F1CI95        *[2]float64      `json:"f1_ci95"`
	FalsePerMin   measure.Estimate `json:"false_per_min"`
}

// fill computes the figures from the counts. F1 = 2J/(1+J) where J is the
// share of found among all events that either rater has; Wilson's interval of J
// goes through the same function.
func (s *Score) fill(minutes float64) {
	p := proportion(s.TP, s.TP+s.FP)
	r := proportion(s.TP, s.TP+s.FN)
	j := proportion(s.TP, s.TP+s.FP+s.FN)
	s.Precision, s.PrecisionCI95 = p.Value, p.CI95
	s.Recall, s.RecallCI95 = r.Value, r.CI95
	if j.Value != nil {
		f := func(j float64) float64 { return 2 * j / (1 + j) }
		v := f(*j.Value)
		s.F1, s.F1CI95 = &v, &[2]float64{f(j.CI95[0]), f(j.CI95[1])}
	}
	s.FalsePerMin = measure.PoissonRate(s.FP, minutes)
}

// KindScore is the agreement on one kind of event. A pair counts as found
// whatever its side; Sides, Forms and Regions are strict: there a pair counts
// only where the two agree on the side, form or region, and an event without
// one (a person need not mark forms) is left out.
type KindScore struct {
	Score
	Sides      map[anatomy.Side]*Score   `json:"sides"`
	Forms      map[event.Form]*Score     `json:"forms"`
	Regions    map[anatomy.Region]*Score `json:"regions"`
	OnsetS     Spread                    `json:"onset_error_s"`
	OffsetS    Spread                    `json:"offset_error_s"`
	DurationS  Spread                    `json:"duration_error_s"`
	OnsetFr    Spread                    `json:"onset_error_frames"`
	OffsetFr   Spread                    `json:"offset_error_frames"`
	DurationFr Spread                    `json:"duration_error_frames"`
	RateICC    measure.Estimate          `json:"rate_icc21"` // of events a minute over the recordings; null for fewer than two

	onset, offset, duration, onsetF, offsetF, durationF []float64
	rates                                               [][]float64
}

// Amplitude compares peaks of the same region in paired events.
type Amplitude struct {
	MM       Limits   `json:"mm"`            // result less truth
	Relative Limits   `json:"relative"`      // (result less truth) over truth, truth ≥ sized_mm only
	Ratio    *float64 `json:"median_ratio"`  // result over truth
	RatioBig *float64 `json:"ratio_of_sums"` // sum of results over sum of truths

	diff, rel, ratio []float64
	sumT, sumR       float64
}

// Confusion is a table of counts, truth in rows and result in columns.
type Confusion struct {
	Labels    []string         `json:"labels"`
	Counts    [][]int          `json:"counts"`
	Agreement measure.Estimate `json:"agreement"` // share on the diagonal, without the "none" row and column
	Kappa     *float64         `json:"kappa"`     // chance-corrected, without "none"
}

// SideKappa is the agreement frame by frame on one side of the face.
type SideKappa struct {
	Frames int                     `json:"frames"`
	All    *float64                `json:"all"`   // over all kinds and "none"
	Kinds  map[event.Kind]*float64 `json:"kinds"` // this kind or not

	all   [][]float64
	kinds map[event.Kind][][]float64
}

// Recording is one compared pair of annotations.
type Recording struct {
	Name      string                     `json:"name"`
	Truth     string                     `json:"truth"`
	Result    string                     `json:"result"`
	DurationS *float64                   `json:"duration_s"`
	FrameRate *float64                   `json:"frame_rate"`
	Notes     []string                   `json:"notes"`
	Rates     map[event.Kind][2]*float64 `json:"rates_per_min"` // truth, result
	Counts    map[event.Kind][3]int      `json:"counts"`        // found, false, missed
	Pairs     []Pair                     `json:"-"`             // of the same kind
	A         *Annotation                `json:"-"`             // truth
	B         *Annotation                `json:"-"`             // result
}

// Comparison is the agreement between truths and results over one or more
// recordings.
type Comparison struct {
	Schema     string                      `json:"schema"`
	Params     Params                      `json:"parameters"`
	Recordings []*Recording                `json:"recordings"`
	DurationS  *float64                    `json:"duration_s"` // of all recordings; null where one is not known
	Kinds      map[event.Kind]*KindScore   `json:"kinds"`
	Amplitude  map[string]*Amplitude       `json:"amplitude"` // by region, and "all"
	Confusion  map[string]*Confusion       `json:"confusion"` // kind, side, form, lead, lead_above
	Kappa      map[anatomy.Side]*SideKappa `json:"kappa"`     // per frame
}

// Compare matches one pair of annotations. See [CompareAll].
func Compare(truth, result *Annotation, p Params) *Comparison {
	return CompareAll([]Input{{Name: "recording", Truth: truth, Result: result}}, p)
}

// Input is one recording's two annotations.
type Input struct {
	Name          string
	Truth, Result *Annotation
}

// CompareAll matches each recording's events and pools the counts and errors of
// all of them. The result's annotation is judged by the truth's; where both
// are people's, swap them and only precision and recall change places.
func CompareAll(in []Input, p Params) *Comparison {
	c := &Comparison{Schema: Schema, Params: p, Kinds: map[event.Kind]*KindScore{},
		Amplitude: map[string]*Amplitude{"all": {}}, Kappa: map[anatomy.Side]*SideKappa{},
		Confusion: map[string]*Confusion{
			"kind": newConfusion(kinds), "side": newConfusion(sides), "form": newConfusion(forms),
			"lead": newConfusion(anatomy.Regions), "lead_above": newConfusion(anatomy.Regions)}}
	for _, k := range kinds {
		c.Kinds[k] = &KindScore{Sides: map[anatomy.Side]*Score{}, Forms: map[event.Form]*Score{}, Regions: map[anatomy.Region]*Score{}}
	}
	for _, s := range []anatomy.Side{anatomy.Right, anatomy.Left} {
		c.Kappa[s] = newSideKappa()
	}
	total, known := 0.0, len(in) > 0
	for _, i := range in {
		r := c.add(i)
		if r.DurationS == nil {
			known = false
		} else {
			total += *r.DurationS
		}
	}
	minutes := math.NaN()
	if known {
		c.DurationS = &total
		minutes = total / 60
	}
	c.close(minutes)
	return c
}

// add compares one recording and pools its figures.
func (c *Comparison) add(in Input) *Recording {
	in, moved := in.atOneClock()
	r := &Recording{Name: in.Name, Truth: in.Truth.Source, Result: in.Result.Source, Notes: []string{},
		Rates: map[event.Kind][2]*float64{}, Counts: map[event.Kind][3]int{}, A: in.Truth, B: in.Result}
	c.Recordings = append(c.Recordings, r)
	r.DurationS = firstOf(longer(in.Truth.DurationS, in.Result.DurationS), c.Params.DurationS)
	r.FrameRate = firstOf(c.Params.FrameRate, in.Result.FrameRate, in.Truth.FrameRate)
	if c.Params.LeaveTasks {
		r.A, r.B = r.A.atRest(in.Truth.Tasks, in.Result.Tasks), r.B.atRest(in.Truth.Tasks, in.Result.Tasks)
	}
	if moved != nil {
		r.Notes = append(r.Notes, words.Default().Say("report.validate.clock", words.Args{"Picture": fmt.Sprintf("%.2f", moved.first())}))
	}
	r.moved()
	if len(c.Params.Kinds) > 0 {
		r.A, r.B = r.A.only(c.Params.Kinds), r.B.only(c.Params.Kinds)
	} else {
		r.unmarked()
	}
	r.note()
	truth, result := r.A.Events, r.B.Events
	r.Pairs = Match(truth, result, c.Params.ToleranceS, sameKind, sideBonus)
	c.count(r)
	c.errors(r)
	c.frames(r)
	// The confusion of kinds needs pairs that may differ in kind.
	loose := Match(truth, result, c.Params.ToleranceS,
		func(a, b event.Event) bool { return true },
		func(a, b event.Event) float64 {
			if a.Kind == b.Kind {
				return 3 + sideBonus(a, b)
			}
			return sideBonus(a, b)
		})
	c.Confusion["kind"].pairs(truth, result, loose, func(e event.Event) string { return string(e.Kind) })
	// The others are of one-sided, involuntary events that were found as such.
	var own []Pair
	for _, p := range loose {
		if involuntary(truth[p.Truth]) && involuntary(result[p.Result]) {
			own = append(own, p)
		}
	}
	for _, p := range own {
		t, e := truth[p.Truth], result[p.Result]
		c.Confusion["side"].one(string(t.Side), string(e.Side))
		c.Confusion["form"].one(string(t.Form), string(e.Form))
		c.Confusion["lead"].one(string(t.Lead), string(e.Lead))
		if mm := peakMM(t); mm != nil && *mm >= c.Params.SizedMM {
			c.Confusion["lead_above"].one(string(t.Lead), string(e.Lead))
		}
	}
	return r
}

func sameKind(a, b event.Event) bool { return a.Kind == b.Kind }

// sideBonus prefers pairs of one side: two spasms at the same moment on the two
// sides are not to be paired crosswise.
func sideBonus(a, b event.Event) float64 {
	if a.Side == b.Side {
		return 2
	}
	return 0
}

func involuntary(e event.Event) bool { return e.Kind == event.Spasm || e.Kind == event.Synkinesis }

// atRest is the annotation without the events that begin within a task other
// than rest.
func (a *Annotation) atRest(tasks ...[]event.Task) *Annotation {
	b := *a
	b.Events = nil
events:
	for _, e := range a.Events {
		for _, list := range tasks {
			for _, t := range list {
				if t.Task != "rest" && e.OnsetS >= t.FromS && e.OnsetS < t.ToS {
					continue events
				}
			}
		}
		b.Events = append(b.Events, e)
	}
	return &b
}

// only is the annotation with events of these kinds.
func (a *Annotation) only(of []event.Kind) *Annotation {
	b := *a
	b.Events = slices.DeleteFunc(slices.Clone(a.Events), func(e event.Event) bool { return !slices.Contains(of, e.Kind) })
	return &b
}

func firstOf(vs ...*float64) *float64 {
	for _, v := range vs {
		if v != nil {
			return v
		}
	}
	return nil
}

func longer(a, b *float64) *float64 {
	if a != nil && b != nil && *b > *a {
		return b
	}
	return firstOf(a, b)
}
