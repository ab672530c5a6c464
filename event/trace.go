package event

import (
	"math"
	"slices"
	"sort"

	"facialis/anatomy"
)

// Trace is how each region of each side moved over a recording, head motion
// removed: one row a frame, one column a signal. NaN marks what could not be
// measured.
type Trace struct {
	T []float64 // seconds from the first frame, by presentation time stamp

	// Cuts are the times, ascending, of frames that do not go on from the one before:
	// the clock jumped or the picture changed its size. Levels before and after one
	// are not to be compared. Holes in T need no cut; see [Trace.Parts].
	Cuts []float64
	// Joints are those of the cuts at which another person, place or light begins. What
	// lies between two of them was measured by itself; see [Join].
	Joints []float64

	// DX and DY are each region's displacement in mm in the frame of the face, from
	// the region's neutral level: DX outwards (away from the midline), DY
	// upwards. For orbicularis_oculi DY is minus the loss of palpebral aperture.
	DX, DY [2][anatomy.NumRegions][]float32

	// Along is the displacement along the region's own direction (see anatomy.Directions),
	// mm, positive in the direction of contraction.
	Along [2][anatomy.NumRegions][]float32
	// Diff is Along of the right minus Along of the left: what both sides do
	// alike, and what is left of the head's motion, falls out.
	Diff [anatomy.NumRegions][]float32

	// Slow signals from landmarks, mm: palpebral aperture, brow height over the
	// eye, commissure outwards from and above the midline's mouth center.
	Aperture, BrowHeight, CornerOut, CornerUp [2][]float32
	// Shown is how high the dark between an eye's lids is, mm: iris, pupil and lashes of
	// an open eye, the lashes alone of a shut one. It tells a look down from a closure.
	// Empty in traces of older versions.
	Shown [2][]float32
	// LipOpen is the distance between the inner lips, mm.
	LipOpen []float32

	Yaw, Pitch, Roll    []float32 // degrees
	FaceX, FaceY, FaceW []float32 // center and width of the face in px of the frame
	Quality             []float32 // 0 (not tracked) … 1 (every point found)
	// Distance is how far the eyes are from the lens, mm: by the perspective in the
	// film, which a head that hardly turns does not show.
	Distance []float32

	// FocalPx is the lens's focal length in px of the film; 0 where it is not known.
	FocalPx float64

	// SD is how well Along is known in each frame, one standard deviation, mm: by what
	// the skin's points agree on, by the head's pose and by its depth; of the lids by
	// the likelihood of their margins' places. It does not know what a shadow does.
	// Empty in traces of older versions.
	SD [2][anatomy.NumRegions][]float32

	// NoiseMM is each region's noise floor estimated from the recording's own
	// quiet stretches: one standard deviation of Along, mm; DiffNoiseMM of Diff.
	NoiseMM     [2][anatomy.NumRegions]float64
	DiffNoiseMM [anatomy.NumRegions]float64

	// MMPerPx is the scale at the face (NaN when the iris was never seen);
	// ScaleUncertainty its relative 2 SD.
	MMPerPx, ScaleUncertainty float64

	// Where the columns lie in a file, what Free and Close do; nil for columns in
	// memory.
	OnFree  func()       `json:"-"`
	OnClose func() error `json:"-"`
}

// A Store is a file in which the columns of a long trace lie. They are read and
// written like any others, and are in memory only while they are looked at.
type Store interface {
	// Free gives back the memory that columns took while they were looked at.
	Free()
	// Close gives back the file.
	Close() error
}

// KeepIn says that the columns lie in s.
func (t *Trace) KeepIn(s Store) { t.OnFree, t.OnClose = s.Free, s.Close }

// Free gives back the memory that columns in a file took while they were looked
// at; whoever goes on looking reads them again. Of a trace in memory nothing is
// given back.
func (t *Trace) Free() {
	if t.OnFree != nil {
		t.OnFree()
	}
}

// Close gives back the file in which the columns of a long trace lie. After it
// nobody may look at them. A trace in memory stays as it is.
func (t *Trace) Close() error {
	if t.OnClose == nil {
		return nil
	}
	end := t.OnClose
	t.OnFree, t.OnClose = nil, nil
	return end()
}

// Between is the trace's frames from a up to b, not b itself. The columns are
// those of t.
func (t *Trace) Between(a, b int) *Trace {
	out := *t
	out.T = t.T[a:b]
	for _, c := range out.columns() {
		if len(*c) == len(t.T) { // else it was not measured at all
			*c = (*c)[a:b]
		}
	}
	return &out
}

// Len is the number of frames.
func (t *Trace) Len() int { return len(t.T) }

// HoleS is the step between two pictures, in seconds, from which nothing was filmed
// between them: even a webcam in the dark gives eight a second.
const HoleS = 0.25

// holeSteps is how many usual steps two frames also lie apart where nothing was filmed
// between them: a film of three pictures a second has no hole.
const holeSteps = 3

// Parts are the stretches of frames, [from, to), between cuts and holes. What is
// filmed goes on only within one.
func (t *Trace) Parts() [][2]int {
	n := len(t.T)
	if n == 0 {
		return nil
	}
	hole := HoleS
	if n > 1 { // the usual step is a median: some steps are holes
		steps := make([]float64, 0, n-1)
		for i := 1; i < n; i++ {
			if d := t.T[i] - t.T[i-1]; d > HoleS {
				steps = append(steps, d)
			}
		}
		if 2*len(steps) > n-1 { // most steps are as long as a hole: the film is slow
			slices.Sort(steps)
			hole = math.Max(hole, holeSteps*steps[(n-1)/2-(n-1-len(steps))])
		}
	}
	var out [][2]int
	from := 0
	for i := 1; i < n; i++ {
		at := sort.Search(len(t.Cuts), func(k int) bool { return t.Cuts[k] > t.T[i-1]+cutSlackS })
		cut := at < len(t.Cuts) && t.Cuts[at] <= t.T[i]+cutSlackS
		if cut || t.T[i]-t.T[i-1] > hole {
			out = append(out, [2]int{from, i})
			from = i
		}
	}
	return append(out, [2]int{from, n})
}

// cutSlackS is how far the time of a cut may be off that of its frame, by rounding.
const cutSlackS = 1e-4

// FilmedS is how much of the recording was filmed, in seconds: its length less the
// holes, in which no picture was taken.
func (t *Trace) FilmedS() float64 {
	if len(t.T) == 0 {
		return 0
	}
	s := t.T[len(t.T)-1] - t.T[0]
	for i := 1; i < len(t.T); i++ {
		if d := t.T[i] - t.T[i-1]; d > HoleS {
			s -= d
		}
	}
	return s
}

// Missing is what a column holds where nothing could be measured.
var Missing = float32(math.NaN())
