// Package pipeline walks a recording through the rooms of the instrument, front
// to back: frames, face, motion, events, figures. Decoding, the mesh and the
// movement each have their own goroutine, so that both cores of a small machine
// are busy; frames pass through a short queue and go back to the reader's pool,
// so that memory does not grow with the recording.
package pipeline
