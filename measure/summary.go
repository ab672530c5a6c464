package measure

import (
	"facialis/anatomy"
)

// Estimate is a value with its 95 % confidence interval; nil where it could
// not be had.
type Estimate struct {
	Value *float64    `json:"value"`
	CI95  *[2]float64 `json:"ci95"`
}

// Quantiles describes a set of durations or intervals, in seconds.
type Quantiles struct {
	N          int         `json:"n"` // how many were measured
	Median     *float64    `json:"median"`
	MedianCI95 *[2]float64 `json:"median_ci95"` // nil for fewer than six values
	P5         *float64    `json:"p5"`
	P95        *float64    `json:"p95"`
	Max        *float64    `json:"max"`
}

// Intervals describes the times from one spasm's onset to the next, seconds;
// CV is their coefficient of variation, CV2 the mean of the same taken over
// neighboring intervals only.
type Intervals struct {
	Quantiles
	CV  *float64 `json:"cv"`
	CV2 *float64 `json:"cv2"`
}

// RegionShare says how often, how late and how far a region takes part in the
// spasms of one side.
type RegionShare struct {
	Region      anatomy.Region `json:"region"`
	Share       float64        `json:"share"`         // of the spasm events at which the region was seen, 0..1
	Of          int            `json:"of"`            // how many these are; 0 in analyses of older versions, which took all
	MedianLagMS *float64       `json:"median_lag_ms"` // after the event's onset
	PeakMM      *float64       `json:"peak_mm"`       // median of the events' peaks
	// PeakCI95MM is from the median of the low ends of the peaks' intervals to that of
	// the high ends, mm: one face errs alike in all of its events, so that many events
	// make it no narrower. Absent where the peaks have none.
	PeakCI95MM *[2]float64 `json:"peak_ci95_mm,omitempty"`
}

// SideSummary is what was measured on one side alone.
type SideSummary struct {
	SeenS      *float64      `json:"seen_s"` // seconds in which at least one region of the side was seen: what its rate is over; null in analyses of older versions
	Spasms     int           `json:"spasms"` // events of this side, those of both sides included
	RatePerMin Estimate      `json:"rate_per_min"`
	Burden     *float64      `json:"burden"`
	Spread     []RegionShare `json:"spread"`  // regions that took part at least once
	Regions    []RegionRate  `json:"regions"` // every region over the time in which it was seen; empty in analyses of older versions
}

// Unseen says that no region of the side was seen: a count of 0 says nothing then.
func (s SideSummary) Unseen() bool { return s.SeenS != nil && *s.SeenS <= 0 }

// RegionRate is how often a region of a side took part in spasms while it was seen.
type RegionRate struct {
	Region     anatomy.Region `json:"region"`
	SeenS      float64        `json:"seen_s"`
	Spasms     int            `json:"spasms"`
	RatePerMin Estimate       `json:"rate_per_min"`
}

// Sides holds a summary of each side.
type Sides struct {
	Right SideSummary `json:"right"`
	Left  SideSummary `json:"left"`
}

// Of is the summary of one side, right or left.
func (s Sides) Of(side anatomy.Side) SideSummary {
	if side == anatomy.Left {
		return s.Left
	}
	return s.Right
}

// TaskRate is how often spasms came while one thing was asked for, over all
// stretches of that task.
type TaskRate struct {
	Task       string   `json:"task"`
	UsableS    float64  `json:"usable_s"`
	Spasms     int      `json:"spasms"`
	RatePerMin Estimate `json:"rate_per_min"`
}

// TriggerShare counts the spasms that one thing set off; an empty trigger
// stands for those that came by themselves or whose trigger is not known.
type TriggerShare struct {
	Trigger string  `json:"trigger"`
	Spasms  int     `json:"spasms"`
	Share   float64 `json:"share"`
}

// SidePair is a figure of each side.
type SidePair struct {
	Right Estimate `json:"right"`
	Left  Estimate `json:"left"`
}

// RestingFace is the face between its movements, in mm by the landmarks. The
// intervals hold both the scatter over the recording and what landmarks may be
// off on one side of a face (Params.LandmarkBiasMM).
type RestingFace struct {
	UsableS              float64  `json:"usable_s"` // seconds between movements with the head to the camera
	ApertureMM           SidePair `json:"aperture_mm"`
	ApertureDifferenceMM Estimate `json:"aperture_difference_mm"`  // right minus left
	CornerUpDifferenceMM Estimate `json:"corner_up_difference_mm"` // right minus left: positive, the right corner of the mouth stands higher
	MouthWidthMM         Estimate `json:"mouth_width_mm"`
}

// Lids is what both eyes did together without being asked to.
type Lids struct {
	WatchedS           float64     `json:"watched_s"` // usable seconds in which no movement of the face was asked for
	Closures           int         `json:"closures"`  // blinks and longer ones
	DurationS          Quantiles   `json:"duration_s"`
	LongRatePerMin     Estimate    `json:"long_rate_per_min"`    // eyes shut for half a second or more
	ClusterRatePerMin  Estimate    `json:"cluster_rate_per_min"` // three closures or more in a row
	Spells             int         `json:"spells"`               // long ones and clusters
	SpellRatePerMin    Estimate    `json:"spell_rate_per_min"`
	ShutShare          *float64    `json:"shut_share"`       // of the time, both eyes shut
	WithMouthShare     *float64    `json:"with_mouth_share"` // of the spells, those that move the lower face too
	WithMouthShareCI95 *[2]float64 `json:"with_mouth_share_ci95"`
}

// Run is a stretch of jerks without a pause.
type Run struct {
	FromS  float64  `json:"from_s"`
	ToS    float64  `json:"to_s"`
	Jerks  int      `json:"jerks"`
	RateHz float64  `json:"rate_hz"`
	CV     *float64 `json:"cv"` // of the intervals between jerks: 0 a metronome
}

// Jerks are the single jerks within the spasms of one side.
type Jerks struct {
	N          int  `json:"n"`
	LongestRun *Run `json:"longest_run"` // null where no run is long enough to tell its rhythm
}

// FineMovement is small movement of a region that keeps on.
type FineMovement struct {
	Region          anatomy.Region `json:"region"`
	Side            anatomy.Side   `json:"side"`
	ActiveShare     float64        `json:"active_share"` // of the windows looked at
	ActiveShareCI95 *[2]float64    `json:"active_share_ci95"`
	AmplitudeMM     float64        `json:"amplitude_mm"`   // median of the active windows
	RateHz          float64        `json:"rate_hz"`        // median of their strongest frequencies
	RateSpreadHz    float64        `json:"rate_spread_hz"` // how far these scatter, one standard deviation
	Concentration   float64        `json:"concentration"`  // of the power at that frequency, 0..1: high for an even tremor
}

// Summary is the `measures` of facialis.analysis/1.
type Summary struct {
	Side                 *anatomy.Side  `json:"side"`         // the side with more spasms; "both" when each has a fair share; "unknown" when it cannot be told; null when none
	UsableS              float64        `json:"usable_s"`     // seconds in which at least one region of a side was seen: what the rates are over
	Spasms               int            `json:"spasms"`       // spasm events with their onset while their side was seen
	RatePerMin           Estimate       `json:"rate_per_min"` // spasm events a minute of usable recording, exact Poisson interval
	RestRatePerMin       Estimate       `json:"rest_rate_per_min"`
	Burden               *float64       `json:"burden"` // share of usable time spent in spasm, 0..1
	Episodes             int            `json:"episodes"`
	Attacks              int            `json:"attacks"`
	AttackS              Quantiles      `json:"attack_s"` // from an attack's first onset to its last offset
	DurationS            Quantiles      `json:"duration_s"`
	IntervalS            Intervals      `json:"interval_s"`
	LongestFreeS         *float64       `json:"longest_free_s"`            // longest stretch seen without a spasm
	Regularity           *float64       `json:"regularity"`                // 0 irregular … 1 metronome
	TonicFraction        *float64       `json:"tonic_fraction"`            // of the time in spasm, the part in holds of at least 1 s
	Spread               []RegionShare  `json:"spread"`                    // of the leading side, most frequent first
	Laterality           *float64       `json:"laterality"`                // (R−L)/(R+L) of spasm counts
	OneSidedShare        *float64       `json:"one_sided_share,omitempty"` // only where the side is not known: share of the spasms on whichever side has more
	BilateralOverlap     *float64       `json:"bilateral_overlap"`
	BilateralOverlapCI95 *[2]float64    `json:"bilateral_overlap_ci95"`
	BrowLiftShare        *float64       `json:"brow_lift_share"`
	BrowLiftShareCI95    *[2]float64    `json:"brow_lift_share_ci95"`
	BrowLiftOf           int            `json:"brow_lift_of"` // episodes of spasm with eye closure
	BlinkRatePerMin      Estimate       `json:"blink_rate_per_min"`
	Sides                Sides          `json:"sides,omitzero"` // absent where the side is not known
	ByTask               []TaskRate     `json:"by_task"`
	ByTrigger            []TriggerShare `json:"by_trigger"`
	Resting              RestingFace    `json:"resting"`
	Lids                 Lids           `json:"lids"`
	Jerks                Jerks          `json:"jerks"`
	Fine                 []FineMovement `json:"fine"` // regions with fine movement in at least one window
}
