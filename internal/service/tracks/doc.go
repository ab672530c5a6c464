// Package tracks keeps on disk what the app draws beside and over a film: the
// trace of a face, and the contours of its mesh.
//
// A trace file is a header and then one column after the other, so that a few
// columns of a part of a recording are read by a few short reads:
//
//	"FTRACE1\n" │ length of header (uint32) │ header (JSON) │ t (float64) │ column │ column │ …   (float32, little endian, NaN = missing)
//
// An hour at 60 frames a second is 216,000 rows, 0.86 MB a column: thinning a
// column to what a screen shows reads it once, and no levels need to be kept.
//
// A mesh file is a header and rows of one size: time (float32), then x and y of
// each point in 1/65535 of the picture's width and height (uint16).
package tracks
