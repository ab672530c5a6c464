// Package pipeline walks a recording through the rooms of the instrument, front
// to back: frames, face, motion, events, figures. Decoding, the mesh and the
// movement each have their own goroutine, so that both cores of a small machine
// are busy; frames pass through a short queue and go back to the reader's pool,
// so that memory does not grow with the recording.
//
// [Run] measures a recording or a part of it. A face that lies on its side is seen
// before anything is measured, and the film is read again turned. [View] says from
// the trace when each region of each side was seen; everything after it counts over
// that time only. Where the sides cannot be told, nothing is said of right or left.
//
// [RunNight] measures a night piece by piece, each finished piece kept, and puts the
// pieces together. A gate lets through only the pictures around which something moves;
// in the dark they are softened first, and closed lids are followed by their line.
package pipeline
