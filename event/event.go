package event

import "facialis/anatomy"

// Kind says what sort of happening an event is.
type Kind string

// The kinds of event.
const (
	Blink      Kind = "blink"
	Voluntary  Kind = "voluntary"
	Spasm      Kind = "spasm"
	Synkinesis Kind = "synkinesis"
	Other      Kind = "other"
)

// Form is the shape of an event in time.
type Form string

// The forms: one excursion of 40–400 ms, a train of them, or a hold of at
// least one second.
const (
	Twitch Form = "twitch"
	Clonic Form = "clonic"
	Tonic  Form = "tonic"
)

// RegionMovement is one region's part in an event.
type RegionMovement struct {
	Region anatomy.Region `json:"region"`
	Side   anatomy.Side   `json:"side"`
	OnsetS float64        `json:"onset_s"`
	PeakMM *float64       `json:"peak_mm"` // largest displacement, mm; null where no scale could be had
	// PeakCI95MM is where its true size lies, mm, 95 times in 100: an estimate from
	// recordings whose true sizes are known (measure.Sizes). Absent where no size is
	// known, in a truth, and in analyses of older versions.
	PeakCI95MM *[2]float64 `json:"peak_ci95_mm,omitempty"`

	ShareOfVoluntary *float64 `json:"share_of_voluntary"` // peak over the same region's own largest voluntary movement, null when none was seen
}

// Event is what moved at one moment, taken together, with a kind and a side.
// Times are seconds from the first frame by presentation time stamp.
type Event struct {
	ID         string           `json:"id"`
	Kind       Kind             `json:"kind"`
	Side       anatomy.Side     `json:"side"`
	Form       Form             `json:"form"`
	OnsetS     float64          `json:"onset_s"`
	OffsetS    float64          `json:"offset_s"`
	Lead       anatomy.Region   `json:"lead"`
	LeadTied   []anatomy.Region `json:"lead_tied_with"` // regions that began together with the lead, as far as frames can tell
	Regions    []RegionMovement `json:"regions"`
	Twitches   int              `json:"twitches"`
	RateHz     *float64         `json:"rate_hz"` // twitches a second within the event; null for fewer than two
	Trigger    *string          `json:"trigger"` // null: spontaneous, or not known
	Task       *string          `json:"task"`    // the task under way at onset, null when none
	Episode    *int             `json:"episode"` // 1-based; null for events that are not spasms
	Attack     *int             `json:"attack"`  // 1-based; null for events that are not spasms
	Confidence float64          `json:"confidence"`
	Reasons    []string         `json:"reasons"` // names of the rules that made it what it is; for `other`, all that refused it
}

// Duration is the event's length in seconds.
func (e Event) Duration() float64 { return e.OffsetS - e.OnsetS }

// Task is a stretch of the protocol in which the person was asked for
// something: rest, blink, eye_closure, brow_raise, smile, pucker, snarl,
// speech, wink_right, wink_left …
type Task struct {
	Task  string  `json:"task"`
	FromS float64 `json:"from_s"`
	ToS   float64 `json:"to_s"`
}
