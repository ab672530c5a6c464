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
// EDF has no word for a missing value. The lowest value of a signal's range,
// which no measured value takes, stands for it, and an annotation "not
// measured" spans every such stretch of the whole face.
//
// Annotations also hold the events ("spasm left twitch zygomaticus") with onset
// and duration, and what was asked for ("task smile"). Nothing in the file says
// who it is about unless [Options] does.
//
// Source: Kemp B, Olivan J (2003) Clin Neurophysiol 114:1755–1761 and the
// specification at https://www.edfplus.info
package edf
