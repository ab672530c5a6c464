// Package live measures a face while a camera shows it. The browser sends one picture
// at a time and the next only when it has its answer, so that the newest picture is
// always the one that is measured and nothing queues up:
//
//	picture ─> face.Tracker ─> motion.Tracker ─> answer: where the face is, how far each
//	                                │            region has moved, the events so far
//	                     every second, aside:
//	                     Snapshot ─> Finish ─> spasm.Find ─> events
//
// These are the rooms that measure a recording, so an event here is what a recording
// of the same pictures would give; only levels and noise are those of the last ten to
// twenty seconds instead of the whole. Pictures and figures are kept in memory only
// and are gone when the session ends.
package live
