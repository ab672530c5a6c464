package motion

import "math"

// The sides of a trace's columns: index 0 is the person's own right.
const (
	Right = 0
	Left  = 1
)

// The regions of a trace's columns, brow to neck.
const (
	Frontalis = iota
	OrbicularisOculi
	Zygomaticus
	OrbicularisOris
	Depressor
	Mentalis
	Platysma
	NumRegions
)

// RegionNames are the columns' names, in order.
var RegionNames = [NumRegions]string{"frontalis", "orbicularis_oculi", "zygomaticus",
	"orbicularis_oris", "depressor", "mentalis", "platysma"}

// SideNames are the names of the sides, in order.
var SideNames = [2]string{"right", "left"}

// Trace is how each region of each side moved over a recording, head motion
// removed: one row a frame, one column a signal. NaN marks what could not be
// measured.
type Trace struct {
	T []float64 // seconds from the first frame, by presentation time stamp

	// DX and DY are each region's displacement in mm in the frame of the face, from
	// the region's neutral level: DX outwards (away from the midline), DY
	// upwards. For orbicularis_oculi DY is minus the loss of palpebral aperture.
	DX, DY [2][NumRegions][]float32

	// Along is the displacement along the region's own action (see Actions),
	// mm, positive in the direction of contraction.
	Along [2][NumRegions][]float32
	// Diff is Along of the right minus Along of the left: what both sides do
	// alike, and what is left of the head's motion, falls out.
	Diff [NumRegions][]float32

	// Slow signals from landmarks, mm: palpebral aperture, brow height over the
	// eye, commissure outwards from and above the midline's mouth centre.
	Aperture, BrowHeight, CornerOut, CornerUp [2][]float32
	// LipOpen is the distance between the inner lips, mm.
	LipOpen []float32

	Yaw, Pitch, Roll    []float32 // degrees, as face.Pose
	FaceX, FaceY, FaceW []float32 // centre and width of the face in px of the frame
	Quality             []float32 // 0 (not tracked) … 1 (every point found)

	// NoiseMM is each region's noise floor estimated from the recording's own
	// quiet stretches: one standard deviation of Along, mm; DiffNoiseMM of Diff.
	NoiseMM     [2][NumRegions]float64
	DiffNoiseMM [NumRegions]float64

	// MMPerPx is the scale at the face (NaN when the iris was never seen);
	// ScaleUncertainty its relative 2 SD.
	MMPerPx, ScaleUncertainty float64
}

// Len is the number of frames.
func (t *Trace) Len() int { return len(t.T) }

// Missing is what a column holds where nothing could be measured.
var Missing = float32(math.NaN())
