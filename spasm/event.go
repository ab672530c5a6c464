package spasm

// Side is the person's own side. In an unmirrored recording their right side
// lies at the image's left.
type Side string

// The sides of a face.
const (
	Right Side = "right"
	Left  Side = "left"
	Both  Side = "both"
)

// Other returns the opposite side; Both is its own opposite.
func (s Side) Other() Side {
	switch s {
	case Right:
		return Left
	case Left:
		return Right
	}
	return s
}

// Region is one muscle's patch of skin on one side.
type Region string

// The regions, from the brow down to the neck.
const (
	Frontalis        Region = "frontalis"
	OrbicularisOculi Region = "orbicularis_oculi"
	Zygomaticus      Region = "zygomaticus"
	OrbicularisOris  Region = "orbicularis_oris"
	Depressor        Region = "depressor"
	Mentalis         Region = "mentalis"
	Platysma         Region = "platysma"
)

// Regions lists every region in anatomical order, brow to neck. Its order is
// the order of the columns of a trace.
var Regions = []Region{Frontalis, OrbicularisOculi, Zygomaticus, OrbicularisOris, Depressor, Mentalis, Platysma}

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
	Region           Region   `json:"region"`
	Side             Side     `json:"side"`
	OnsetS           float64  `json:"onset_s"`
	PeakMM           *float64 `json:"peak_mm"`            // largest displacement, mm; null where no scale could be had
	ShareOfVoluntary *float64 `json:"share_of_voluntary"` // peak over the same region's own largest voluntary movement, null when none was seen
}

// Event is what moved at one moment, taken together, with a kind and a side.
// Times are seconds from the first frame by presentation time stamp.
type Event struct {
	ID         string           `json:"id"`
	Kind       Kind             `json:"kind"`
	Side       Side             `json:"side"`
	Form       Form             `json:"form"`
	OnsetS     float64          `json:"onset_s"`
	OffsetS    float64          `json:"offset_s"`
	Lead       Region           `json:"lead"`
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
