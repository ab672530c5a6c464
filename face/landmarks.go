package face

// NumPoints is the number of mesh points: 468 of the face, 5 of each iris
// (468–472 of the person's right eye, 473–477 of the left; the first is the middle).
const NumPoints = 478

// Point is a mesh point in pixels of the upright frame; Z is depth in the same
// unit, smaller towards the camera.
type Point struct{ X, Y, Z float32 }

// Landmarks are the mesh points of one face in one frame, as the network gave
// them: never smoothed in time.
type Landmarks struct {
	Points [NumPoints]Point
	Score  float32 // probability that a face is in the crop, 0..1
}

// Pose is the head's turn relative to the camera, in degrees. Yaw is positive
// when the person turns to their own left, pitch positive when they look up,
// roll positive when their head tilts towards their own left shoulder.
type Pose struct{ Yaw, Pitch, Roll float64 }

// Observation is what the tracker knows of the patient's face in one frame.
type Observation struct {
	Index int
	T     float64
	Found bool
	// Fresh is true when the mesh ran on this very frame; otherwise Landmarks
	// are those of the last fresh frame and only tell roughly where the face is.
	Fresh     bool
	Landmarks *Landmarks // nil when not Found; valid until the next call
	Pose      Pose       // of the last fresh frame
	IrisPx    float64    // horizontal iris diameter in px of the last fresh frame as it appears, foreshortening included, mean of both eyes; 0 when unknown
	Faces     int        // how many faces the detector saw when it last ran
	Reset     bool       // true on the first frame after a detection: tracking is not continuous with the frame before
}
