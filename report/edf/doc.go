// Package edf writes a trace and its events as EDF+, the format in which sleep
// laboratories and EMG programs keep signals with annotations.
//
//	header   256 bytes and 256 a signal, ASCII
//	record   one second: each signal's samples (16 bits), then annotations
//	record   …
//
// EDF+ knows one fixed rate a signal; recordings of a phone have none. Each
// column is therefore interpolated linearly to 30, 60 or 120 samples a second,
// whichever is the first not below nine tenths of the recording's rate. The
// frames' true times stand in trace.parquet.
//
// Times count from the first picture, as in trace.parquet. Nobody plays the film
// beside an EDF+ file by its own clock; the header's start is that of filming.
//
// EDF has no word for a missing value. The lowest value of a signal's range stands
// for it; it lies a quarter of the measured span below the lowest measured value. An
// annotation that begins with BAD_ spans every such stretch: "BAD_not measured"
// where the whole face is missing, "BAD_not measured@@R aperture" where one channel
// is. MNE leaves out what such annotations span.
//
// Annotations also hold the events ("spasm left twitch zygomaticus") with onset
// and duration, and what was asked for ("task smile"). Nothing in the file says
// who it is about unless [Options] does.
//
// Source: Kemp B, Olivan J (2003) Clin Neurophysiol 114:1755–1761 and the
// specification at https://www.edfplus.info
package edf
