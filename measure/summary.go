package measure

import "facialis/spasm"

// Estimate is a value with its 95 % confidence interval; nil where it could
// not be had.
type Estimate struct {
	Value *float64    `json:"value"`
	CI95  *[2]float64 `json:"ci95"`
}

// Quantiles describes a set of durations or intervals, in seconds.
type Quantiles struct {
	Median *float64 `json:"median"`
	P5     *float64 `json:"p5"`
	P95    *float64 `json:"p95"`
	Max    *float64 `json:"max"`
}

// Intervals describes the times from one spasm's onset to the next, seconds;
// CV is their coefficient of variation.
type Intervals struct {
	Quantiles
	CV *float64 `json:"cv"`
}

// RegionShare says how often, how late and how far a region takes part in the
// spasms of the leading side.
type RegionShare struct {
	Region      spasm.Region `json:"region"`
	Share       float64      `json:"share"`         // of spasm events, 0..1
	MedianLagMS *float64     `json:"median_lag_ms"` // after the event's onset
	PeakMM      *float64     `json:"peak_mm"`       // median of the events' peaks
}

// Summary is the `measures` of facialis.analysis/1.
type Summary struct {
	Side             *spasm.Side   `json:"side"`         // the side with more spasms; "both" when each has a fair share; null when none
	RatePerMin       Estimate      `json:"rate_per_min"` // spasm events a minute of usable recording, exact Poisson interval
	Burden           *float64      `json:"burden"`       // share of usable time spent in spasm, 0..1
	Episodes         int           `json:"episodes"`
	Attacks          int           `json:"attacks"`
	DurationS        Quantiles     `json:"duration_s"`
	IntervalS        Intervals     `json:"interval_s"`
	Regularity       *float64      `json:"regularity"`     // 0 irregular … 1 metronome
	TonicFraction    *float64      `json:"tonic_fraction"` // of the time in spasm, the part in holds of at least 1 s
	Spread           []RegionShare `json:"spread"`
	Laterality       *float64      `json:"laterality"` // (R−L)/(R+L) of spasm counts
	BilateralOverlap *float64      `json:"bilateral_overlap"`
	BrowLiftShare    *float64      `json:"brow_lift_share"`
	BlinkRatePerMin  Estimate      `json:"blink_rate_per_min"`
}
