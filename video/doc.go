// Package video turns any recording into upright frames with their true times.
//
// It is the first room of the instrument. A file goes in; out come planes of
// luma and chroma, one [Frame] after the other, each with the moment at which
// it was seen, and at the end the ledger of the film's clock ([Clock]):
//
//	the film, one open file ──► facialis-decoder ──► pictures in shared memory ─┐
//	                            (in the jail)    └─► a line with each one's ────┴─► Frame{T, Y, Cb, Cr}
//	                                                 time stamp and place
//
// # Two decoders
//
// facialis-decoder (its source is in decoder/) is a small program on libavcodec.
// It decodes straight into memory that it shares with this one, and the planes are
// read where they lie. Where its libraries do not load, ffmpeg writes the pictures
// into a pipe instead, and a line with the time of each into another. Both give the
// same pictures at the same times; one test reads the same films with both.
//
// # The jail
//
// Neither may open anything but the film, reach the network, start a program or
// take more memory, time and files than films need (package jail). They use only
// the containers and codecs that cameras, phones and messengers write ([Formats],
// [Decoders]), so a manifest that names other files is refused whatever its first
// bytes say. The memory's size is sealed, and every place that a decoder names in
// it is checked, so that one that was taken over can send nothing but pictures.
// [FFmpeg] is for whoever else has something done to a film: a copy for playing, a
// single picture, a film with something drawn in.
//
// # Time
//
// A telephone films "30 frames a second" with gaps, doubles and pauses, and a
// header may promise a rate that the file does not hold. A spasm's duration
// must not depend on that, so frames are never counted to get a time: T is the
// picture's own presentation time stamp less that of the first. What cannot be
// taken as it stands is entered in the ledger:
//
//	a stamp that goes back       another clock begins (joined films): the time is
//	                             carried on by one usual step
//	a stamp that does not move   the pictures share the time to the next one
//	a stretch without pictures   a hole (a paused recorder): not filmed, not seen
//	a phone's slow motion        times are divided by what the file says of it
//
// [Frame.Cut] says that a picture does not go on from the one before. Where the clock
// goes on but the picture does not, as in films that were joined by stream copy,
// [Frame.Joint] says so too, if [Options] ask for it.
//
// # Upright, square pixels
//
// The display matrix (a telephone held upright stores a lying picture and a
// note to turn it) is applied by ffmpeg; pixels that are not square are made
// square, since a millimeter must be as many pixels across as it is down.
//
// A film that changes the size of its pictures midway is fitted whole into the
// size of its first ones.
//
// # Bounds
//
// Frames come from a small pool and return to it by [Frame.Release], so memory
// does not grow with length, and decoding runs a few frames ahead of the reader
// and then waits. A picture may be at most 8192 pixels on a side; a decoder that
// gives nothing for a minute is ended.
//
// # Faults
//
// A file of which nothing can be decoded is an error that says what is wrong
// and what to do ([ErrNotFound], [ErrEmpty], [ErrNoVideo], …). A file that
// breaks off or is damaged in places gives the frames it has, and
// [Reader.DecodeWarning] tells afterwards what was lost.
package video
