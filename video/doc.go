// Package video turns any recording into upright frames with their true times.
//
// It is the first room of the instrument. A file goes in; out come planes of
// luma and chroma, one [Frame] after the other, each with the moment at which
// it was seen:
//
//	file ──ffprobe──► Info (size, rotation, colour)
//	     ──ffmpeg───► fd 1: raw planes, frame after frame ─┐
//	              └─► fd 3: one text line with the time ───┴─► Frame{T, Y, Cb, Cr}
//
// # Time
//
// A telephone films "30 frames a second" with gaps, doubles and pauses, and a
// header may promise a rate that the file does not hold. A spasm's duration
// must not depend on that, so frames are never counted to get a time. ffmpeg
// decodes once and feeds two outputs: the pictures, and a picture cropped to
// 2×2 pixels whose only purpose is the line that ffmpeg's framecrc format
// writes for it, with the presentation time stamp in microseconds. The n-th
// line belongs to the n-th picture. T is that stamp minus the stamp of the
// first frame.
//
// # Upright, square pixels
//
// The display matrix (a telephone held upright stores a lying picture and a
// note to turn it) is applied by ffmpeg; pixels that are not square are made
// square, since a millimetre must be as many pixels across as it is down.
//
// # Bounds
//
// There is one decoding process, started without a shell, that may open local
// files only and knows only the containers that cameras and phones write
// ([Formats]): a manifest that names other files is refused, whatever its first
// bytes say. Whoever else starts ffmpeg on a recording takes its input from [Input]. Frames come from a small pool and return to it by
// [Frame.Release], so memory does not grow with length, and decoding runs a few
// frames ahead of the reader and then waits. A picture may be at most 8192
// pixels on a side; a decoder that gives nothing for a minute is ended.
//
// # Faults
//
// A file of which nothing can be decoded is an error that says what is wrong
// and what to do ([ErrNotFound], [ErrEmpty], [ErrNoVideo], …). A file that
// breaks off or is damaged in places gives the frames it has, and
// [Reader.DecodeWarning] tells afterwards what was lost.
package video
