package phantom

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"

	"go.yaml.in/yaml/v3"

	"facialis/anatomy"
	"facialis/event"
)

// Spec says what to draw: who, seen by which camera, doing what. The zero
// value of a field means its default; see [Spec.Validate] and Defaults.
type Spec struct {
	Name     string  `yaml:"name"`
	Title    string  `yaml:"title"`    // one line for people
	Source   string  `yaml:"source"`   // where the figures come from
	Evidence string  `yaml:"evidence"` // A read in an article, B secondary, D derived, R recalled, E engineering
	Seed     uint64  `yaml:"seed"`
	Seconds  float64 `yaml:"seconds"`

	Person     Person      `yaml:"person"`
	Camera     Camera      `yaml:"camera"`
	Lamp       Lamp        `yaml:"lamp"`
	Head       Head        `yaml:"head"`
	Rest       Rest        `yaml:"rest"`
	Blinks     Blinks      `yaml:"blinks"`
	Talk       []Span      `yaml:"talk"`  // stretches of speech
	Tasks      []TaskSpec  `yaml:"tasks"` // what the person was asked for
	Events     []EventSpec `yaml:"events"`
	Generators []Generator `yaml:"generators"`

	portrait *portrait // see SetPortrait
}

// Person is how the face looks.
type Person struct {
	Skin    int     `yaml:"skin"`    // 1 (light) … 6 (dark), after Fitzpatrick; default 2
	Age     float64 `yaml:"age"`     // years; folds and spots; default 55
	Beard   float64 `yaml:"beard"`   // 0 none … 1 full
	Glasses bool    `yaml:"glasses"` // a frame with slight glare
	Hair    string  `yaml:"hair"`    // dark, brown, blond, grey, none; default brown
	Eyes    string  `yaml:"eyes"`    // brown, blue, green; default brown

	// Contracture is what stays contracted at rest on one side after a palsy.
	Contracture *Contracture `yaml:"contracture"`
}

// Contracture is a constant pull at rest: it is in the picture and in the
// truth's aperture, but not in the displacements, which count from rest.
type Contracture struct {
	Side       anatomy.Side `yaml:"side"`
	ApertureMM float64      `yaml:"aperture_mm"` // how much narrower the palpebral aperture is
	CornerMM   float64      `yaml:"corner_mm"`   // how far the mouth's corner is pulled up and out
}

// Camera is how the picture is taken.
type Camera struct {
	Width      int     `yaml:"width"`       // px, even; default 1920
	Height     int     `yaml:"height"`      // px, even; default 1080
	FPS        float64 `yaml:"fps"`         // nominal; default 30
	Variable   bool    `yaml:"variable"`    // frames come irregularly and some are dropped, with true time stamps
	FaceHeight float64 `yaml:"face_height"` // hairline to chin over picture height, without perspective; default 0.5, or what FocalMM makes it
	DistanceMM float64 `yaml:"distance_mm"` // from the lens to the irises at rest; default 700, 1e6 as good as infinitely far
	FocalMM    float64 `yaml:"focal_mm"`    // focal length for a picture 36 mm wide; 0: what DistanceMM and FaceHeight make it
	Light      float64 `yaml:"light"`       // exposure, 1 = well lit; default 1
	LightFrom  float64 `yaml:"light_from"`  // −1 from the picture's left … 1 from its right; default −0.3
	FlickerHz  float64 `yaml:"flicker_hz"`  // mains frequency, 50 or 60; 0 none
	Flicker    float64 `yaml:"flicker"`     // depth of the flicker; default 0.02 when FlickerHz is set
	Noise      float64 `yaml:"noise"`       // sensor noise in 8-bit luma levels, one SD; default 1.5, negative none
	BlurPx     float64 `yaml:"blur_px"`     // focus blur, SD in px; default 0.6
	CRF        int     `yaml:"crf"`         // x264's quality, lower is better; default 18, about 5 Mbit/s at 1080p30 with the default noise
	Preset     string  `yaml:"preset"`      // x264's preset; default veryfast
	Lossless   bool    `yaml:"lossless"`    // x264 without loss, for measuring the phantom itself

	Exposure []Exposure `yaml:"exposure"` // steps of the automatic exposure, in order of time
}

// Exposure is a step of the automatic exposure: from At on the picture is Gain
// times as bright as Light says.
type Exposure struct {
	At    float64 `yaml:"at"`
	Gain  float64 `yaml:"gain"`
	OverS float64 `yaml:"over_s"` // how long the step takes; 0 at once
}

// Lamp is a light that stands beside the head, which shades itself from it. The
// lamp stays where it is when the head turns, as the room's light does.
type Lamp struct {
	Share     float64 `yaml:"share"`      // of all light; 0 (default) no lamp … 1 nothing else
	SideDeg   float64 `yaml:"side_deg"`   // from the lens towards the picture's right; negative: to its left
	HeightDeg float64 `yaml:"height_deg"` // above the head
	Shadow    Shadow  `yaml:"shadow"`
}

// Shadow is the edge of a shadow that falls across the picture, as of a branch
// before a window or of a blind. The head moves under it.
type Shadow struct {
	Depth    float64 `yaml:"depth"`     // of the light that it takes; 0 (default) no shadow … 1 all
	AngleDeg float64 `yaml:"angle_deg"` // where it lies: 0 on the picture's right, 90 below, 180 on the left
	AtMM     float64 `yaml:"at_mm"`     // from between the irises to its edge
	EdgeMM   float64 `yaml:"edge_mm"`   // how wide the edge is; default 8
	SwayMM   float64 `yaml:"sway_mm"`   // SD of the edge's wandering; 0 it stands still
	PeriodS  float64 `yaml:"period_s"`  // of its slowest wandering; default 8
}

// Rest is what the skin does while the face does nothing: it wanders by breath,
// gaze, blinks and small expressions. None of this is a movement by the truth's
// displacements or events; it is told beside them.
type Rest struct {
	WanderMM float64 `yaml:"wander_mm"` // SD, the regions' mean; filmed faces at rest: 0.1–0.4; 0 (default) none
	Common   float64 `yaml:"common"`    // share of its variance that both sides have in common; default 0.3
}

// Head is how the head moves.
type Head struct {
	SwayMM   float64 `yaml:"sway_mm"`   // SD of slow sway, mm; default 1.5, negative none
	TurnDeg  float64 `yaml:"turn_deg"`  // SD of slow yaw, pitch and roll, degrees; default 1, negative none
	BreathMM float64 `yaml:"breath_mm"` // of the chest's rise, mm; default 0.5, negative none
	Turns    []Turn  `yaml:"turns"`
	Profile  string  `yaml:"profile"` // the head's shape: usual (default), flat, deep, long or uneven
}

// Turn is a deliberate turn of the head and back, degrees by the signs of
// face.Pose, and a step towards the lens.
type Turn struct {
	At      float64 `yaml:"at"`
	Hold    float64 `yaml:"hold_s"`
	Yaw     float64 `yaml:"yaw"`
	Pitch   float64 `yaml:"pitch"`
	Roll    float64 `yaml:"roll"`
	Forward float64 `yaml:"forward_mm"`
}

// Blinks is spontaneous blinking.
type Blinks struct {
	RatePerMin float64 `yaml:"rate_per_min"` // default 17, negative none
}

// Span is a stretch of time in seconds.
type Span struct {
	From float64 `yaml:"from_s"`
	To   float64 `yaml:"to_s"`
}

// TaskSpec is a stretch of the protocol. When Every is given the person does
// what the task asks at that interval: brow_raise, eye_closure, smile, pucker,
// snarl, blink, wink_right, wink_left.
type TaskSpec struct {
	Task  string  `yaml:"task"`
	From  float64 `yaml:"from_s"`
	To    float64 `yaml:"to_s"`
	Every float64 `yaml:"every_s"`
	Hold  float64 `yaml:"hold_s"` // default 1.5
	MM    float64 `yaml:"mm"`     // size of the movement; default by task
}

// RegionSpec is one region's part in an event.
type RegionSpec struct {
	Region anatomy.Region `yaml:"region"`
	MM     float64        `yaml:"mm"`
	SD     float64        `yaml:"sd"`        // relative scatter of MM from event to event (log-normal)
	LagMS  float64        `yaml:"lag_ms"`    // after the event's start
	Share  float64        `yaml:"share"`     // of the events it takes part in; default 1
	Side   anatomy.Side   `yaml:"side"`      // default: the event's
	Lower  float64        `yaml:"lower_lid"` // orbicularis_oculi: the lower lid's share of the drop; default 0.45
}

// EventSpec is one event at a given time.
type EventSpec struct {
	At       float64      `yaml:"at"`
	Kind     event.Kind   `yaml:"kind"` // default spasm
	Side     anatomy.Side `yaml:"side"`
	Form     event.Form   `yaml:"form"` // default twitch
	Twitches int          `yaml:"twitches"`
	RateHz   float64      `yaml:"rate_hz"` // of a clonic train; default 5
	HoldS    float64      `yaml:"hold_s"`  // of a tonic event; default 2
	RiseMS   float64      `yaml:"rise_ms"` // default 70 (twitch), 150 (tonic)
	FallMS   float64      `yaml:"fall_ms"` // default 130 (twitch), 300 (tonic)
	Regular  bool         `yaml:"regular"` // no scatter of size and interval within the train
	Trigger  string       `yaml:"trigger"`
	Regions  []RegionSpec `yaml:"regions"`
}

// Generator makes events at random times (RatePerMin), or locked to every
// blink or task movement (LockedTo).
type Generator struct {
	Kind       event.Kind             `yaml:"kind"`
	Side       anatomy.Side           `yaml:"side"`
	Alternate  bool                   `yaml:"alternate"` // successive attacks change side
	RatePerMin float64                `yaml:"rate_per_min"`
	Overlap    bool                   `yaml:"overlap"` // may coincide with anything, instead of keeping 0.8 s away
	Regular    bool                   `yaml:"regular"` // equal intervals, for rhythmic disorders
	LockedTo   []string               `yaml:"locked_to"`
	Share      float64                `yaml:"share"` // of the triggers that are followed; default 1
	DelayMS    float64                `yaml:"delay_ms"`
	From       float64                `yaml:"from_s"`
	To         float64                `yaml:"to_s"`
	Forms      map[event.Form]float64 `yaml:"forms"`    // mix; default all twitches
	Twitches   [2]int                 `yaml:"twitches"` // of a train; default 3–9
	RateHz     [2]float64             `yaml:"rate_hz"`  // within a train; default 4–7
	HoldS      [2]float64             `yaml:"hold_s"`   // of a tonic event; default 1.5–4
	RiseMS     float64                `yaml:"rise_ms"`
	FallMS     float64                `yaml:"fall_ms"`
	EvenTrain  bool                   `yaml:"even_train"` // no scatter of size and interval within a train
	Regions    []RegionSpec           `yaml:"regions"`
}

// Load reads a spec from a YAML file. Unknown fields are an error.
func Load(path string) (*Spec, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("reading the spec: %w", err)
	}
	s, err := Parse(b)
	if err != nil {
		return nil, fmt.Errorf("reading the spec %s: %w", path, err)
	}
	return s, nil
}

// Parse reads a spec from YAML text.
func Parse(b []byte) (*Spec, error) {
	s := new(Spec)
	d := yaml.NewDecoder(bytes.NewReader(b))
	d.KnownFields(true)
	if err := d.Decode(s); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if err := s.Validate(); err != nil {
		return nil, err
	}
	return s, nil
}
