package report

import (
	"slices"

	"facialis/anatomy"
	"facialis/event"
	"facialis/internal/signal"
	"facialis/measure"
	"facialis/night"
	"facialis/video"
)

// Schema is the name of the file contract that Analysis writes.
const Schema = "facialis.analysis/1"

// Recording says what was analyzed.
type Recording struct {
	File         string  `json:"file"`
	SHA256       string  `json:"sha256"`
	DurationS    float64 `json:"duration_s"`
	Frames       int     `json:"frames"`
	FrameRate    float64 `json:"frame_rate"` // median rate by presentation time stamps, frames a second
	VariableRate bool    `json:"variable_rate"`
	Width        int     `json:"width"`
	Height       int     `json:"height"`
	TurnedDeg    int     `json:"turned_deg"` // degrees clockwise by which the picture (of the longest stretch between joints) was turned for measuring, so that the face stood upright; places are given in the picture as the film shows it
	Mirrored     *bool   `json:"mirrored"`   // nil where nobody could tell
}

// AsMirror says that the recording is known to be mirrored.
func (r Recording) AsMirror() bool { return r.Mirrored != nil && *r.Mirrored }

// SideUnknown is the code of the warning that right and left cannot be told apart.
const SideUnknown = "side_unknown"

// SideKnown says whether the person's own right and left can be told apart. Where
// they cannot, no event and no figure names a side; the trace and NoiseMM keep
// the names of the sides of an unmirrored, upright picture.
func (a *Analysis) SideKnown() bool {
	return a.Recording.Mirrored != nil && !slices.ContainsFunc(a.Quality.Warnings, func(w Warning) bool { return w.Code == SideUnknown })
}

// NoiseMM is the noise floor of every region, mm (one standard deviation);
// null where the recording gave none.
type NoiseMM struct {
	Right map[anatomy.Region]*float64 `json:"right"`
	Left  map[anatomy.Region]*float64 `json:"left"`
}

// Median is the middle noise floor of all regions of both sides, mm; 0 where none is
// known.
func (n NoiseMM) Median() float64 {
	var all []float64
	for _, side := range []map[anatomy.Region]*float64{n.Right, n.Left} {
		for _, x := range side {
			if x != nil {
				all = append(all, *x)
			}
		}
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return signal.Middle(all)
}

// PxPerMM is the scale at the face, picture elements a millimeter; 0 where it is not
// known.
func (t Tracking) PxPerMM() float64 {
	if t.MMPerPx == nil || *t.MMPerPx <= 0 {
		return 0
	}
	return 1 / *t.MMPerPx
}

// Tracking says how well the face was seen.
type Tracking struct {
	FaceFraction     float64  `json:"face_fraction"` // share of frames in which the patient's face was tracked
	FacesMax         int      `json:"faces_max"`
	MMPerPx          *float64 `json:"mm_per_px"`
	ScaleUncertainty *float64 `json:"scale_uncertainty"` // relative, 2 SD; 0.07 means ±7 %
	DistanceMM       *float64 `json:"distance_mm"`       // of the eyes from the lens, median, by the perspective in the film and what is usual
	FocalPx          *float64 `json:"focal_px"`          // of the lens, in px of the film, by the same
	NoiseMM          NoiseMM  `json:"noise_mm"`

	// Seen says of every region and side for how long it was seen and how small a
	// movement would have been found; nil in analyses of older versions.
	Seen *measure.Seen `json:"seen,omitempty"`
}

// Warning marks a stretch of time in which the figures deserve less trust.
// FromS and ToS are nil for a warning about the whole recording.
type Warning struct {
	Code  string   `json:"code"`
	Text  string   `json:"text"`
	FromS *float64 `json:"from_s"`
	ToS   *float64 `json:"to_s"`
}

// Quality gathers the warnings and whether the recording can be used at all.
type Quality struct {
	Usable bool `json:"usable"`
	// UsableRegions are the regions of which enough was seen; nil in analyses of older
	// versions.
	UsableRegions *measure.UsableRegions `json:"usable_regions,omitempty"`
	Warnings      []Warning              `json:"warnings"`
}

// Provenance says what computed the result, so that it can be computed again.
type Provenance struct {
	Version    string            `json:"version"`
	Models     map[string]string `json:"models"`     // name to sha256
	Parameters map[string]any    `json:"parameters"` // stage name to its parameter struct
	// Constants are the fixed numbers that decide a result beside the parameters, by
	// stage and name.
	Constants map[string]map[string]float64 `json:"constants"`
}

// Analysis is the whole result of one recording: the contract
// facialis.analysis/1. Assessment is absent when none was asked for.
type Analysis struct {
	Schema    string          `json:"schema"`
	Recording Recording       `json:"recording"`
	Clock     video.Clock     `json:"clock"`
	Tracking  Tracking        `json:"tracking"`
	Quality   Quality         `json:"quality"`
	Tasks     []event.Task    `json:"tasks"`
	Events    []event.Event   `json:"events"`
	Measures  measure.Summary `json:"measures"`

	// Small counts the movements that were looked at and are no events, which
	// candidates.parquet lists; nil in analyses of older versions.
	Small *event.Small `json:"small_movements,omitempty"`

	// Night is what a film of a night says by ten minutes; nil of any other.
	Night *night.Part `json:"night,omitempty"`

	Assessment any        `json:"assessment,omitempty"`
	Provenance Provenance `json:"provenance"`
}
