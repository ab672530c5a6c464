// Package event holds what the program says about a recording as plain data:
// the trace of a face, the events found in it, and the tasks the person was
// asked for. It also holds the definitions that everyone shares who draws,
// detects, scores or shows events. It imports only the words of anatomy, so
// that a program can read and write results without the detector.
//
// # From a trace to attacks
//
// A Trace has one row per frame and one column per signal: how far each region
// of each side has moved, in millimeters, with the movement of the head taken
// out. An Event is what moved at one moment, taken together. It has a kind
// (blink, voluntary, spasm, synkinesis, other), a side, and a form in time.
//
// Events are grouped by the pauses between them, measured from the end of one
// to the onset of the next:
//
//	pause below   what is grouped
//	0.25 s        excursions become one train (form clonic)
//	0.5 s         spasms become one episode
//	10 s          episodes become one attack
//
// Picture somebody knocking on a door. Quick knocks are one train. A short
// pause, then more knocks: still one episode. The same hand back within ten
// seconds: one attack.
//
// A contraction held for at least one second is tonic. That is the cut of the
// Jankovic scale between a flutter and a spasm (Jankovic & Orman 1987).
package event
