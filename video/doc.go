// Package video reads a recording: every frame, upright, with its own time.
//
// # One process, two pipes
//
// A recording is read by one ffmpeg process. It writes the decoded planes to
// one pipe and, to another, a line a frame that holds the frame's presentation
// time stamp. Picture a conveyor belt with a clerk beside it: the belt carries
// the pictures, the clerk calls out the time at which each was taken. A phone
// that drops frames, a header that claims 60 frames a second for a stream of
// 30, a container without a frame count: none of them matters, because no time
// is ever computed from a frame's number.
//
//	t(n) = PTS(n) − PTS(0), in seconds
//
// Display rotation is honoured by the decoder; a selfie filmed upright comes
// out upright. Planes stay as the decoder has them (8-bit YUV 4:2:0): what
// measures movement reads the luma, and only the few pixels that a network sees
// become RGB.
//
// # Bounds
//
// Frames come from a small pool and go back to it by [Frame.Release], so a
// recording of eight hours needs no more memory than one of a minute. A file is
// handed to ffmpeg by an absolute path and by the file protocol alone: a path
// that looks like an address or an option is refused before anything runs.
package video
