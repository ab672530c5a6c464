package course

import (
	"cmp"
	"slices"
	"time"

	"facialis/anatomy"
	"facialis/measure"
	"facialis/night"
)

// Recording is one recording's figures and when it was made. Measures are those
// of the corrected events where there are corrections.
type Recording struct {
	ID          string
	Label       string
	At          time.Time
	TZOffsetMin int    // minutes east of UTC
	Version     string // by which it was measured, see report.Provenance.MeasuredBy
	Measures    measure.Summary
	LengthS     float64      // of the recording, s
	Night       []night.Hour // what a film of a night says by stretches of night.PartBinS; nil of any other
}

// RecordingPoint is a recording's place in the course.
type RecordingPoint struct {
	ID            string           `json:"id"`
	Label         string           `json:"label"`
	At            time.Time        `json:"at"`
	Date          string           `json:"date"`
	UsableS       float64          `json:"usable_s"`
	Spasms        int              `json:"spasms"`
	Side          *string          `json:"side"`
	RatePerMin    measure.Estimate `json:"rate_per_min"` // with its exact Poisson interval
	RestRate      measure.Estimate `json:"rest_rate_per_min"`
	RightRate     measure.Estimate `json:"right_rate_per_min"`
	LeftRate      measure.Estimate `json:"left_rate_per_min"`
	Burden        *float64         `json:"burden"`
	DurationS     measure.Estimate `json:"duration_s"` // median of the spasms
	AttackS       measure.Estimate `json:"attack_s"`   // median of the attacks
	LongestS      *float64         `json:"longest_s"`  // longest spasm
	IntervalS     measure.Estimate `json:"interval_s"` // median from one spasm to the next
	IntervalCV    *float64         `json:"interval_cv"`
	Regularity    *float64         `json:"regularity"`
	TonicFraction *float64         `json:"tonic_fraction"`
	Stage         *float64         `json:"stage"` // of spread, 0 none .. 5 neck
	Treated       bool             `json:"treated"`
	Version       string           `json:"version"` // by which it was measured

	day     int
	m       measure.Summary
	lengthS float64
	night   []night.Hour
	tz      int // minutes east of UTC
}

// points puts recordings in order, up to and with the last day. What was hardly
// tracked says nothing.
func points(recordings []Recording, last int) []RecordingPoint {
	out := []RecordingPoint{}
	for _, r := range recordings {
		m := r.Measures
		p := RecordingPoint{ID: r.ID, Label: r.Label, Version: r.Version, At: r.At.UTC(), day: dayOf(r.At, r.TZOffsetMin), m: m, lengthS: r.LengthS, night: r.Night, tz: r.TZOffsetMin,
			UsableS: m.UsableS, Spasms: m.Spasms, RatePerMin: m.RatePerMin, RestRate: m.RestRatePerMin,
			RightRate: m.Sides.Right.RatePerMin, LeftRate: m.Sides.Left.RatePerMin, Burden: m.Burden,
			DurationS: middle(m.DurationS), AttackS: middle(m.AttackS), LongestS: m.DurationS.Max, IntervalS: middle(m.IntervalS.Quantiles),
			IntervalCV: m.IntervalS.CV, Regularity: m.Regularity, TonicFraction: m.TonicFraction, Stage: recordingStage(m)}
		p.Date = date(p.day)
		if m.Side != nil {
			p.Side = ptr(string(*m.Side))
		}
		if p.day <= last && m.UsableS > 0 {
			out = append(out, p)
		}
	}
	slices.SortFunc(out, func(a, b RecordingPoint) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.ID, b.ID)) })
	return out
}

func middle(q measure.Quantiles) measure.Estimate {
	return measure.Estimate{Value: q.Median, CI95: q.MedianCI95}
}

// recordingStage is the furthest region along the usual spread that takes part
// often enough; nil where no spasm was seen, which tells nothing of the spread.
func recordingStage(m measure.Summary) *float64 {
	if m.Spasms == 0 {
		return nil
	}
	st := 0.0
	for _, r := range m.Spread {
		if s, _ := stageOf(string(r.Region)); r.Share >= param("stage_share") {
			st = max(st, s)
		}
	}
	return &st
}

// reached are the regions that take part often enough.
func (p RecordingPoint) reached() []anatomy.Region {
	var out []anatomy.Region
	for _, r := range p.m.Spread {
		if r.Share >= param("stage_share") {
			out = append(out, r.Region)
		}
	}
	return out
}
