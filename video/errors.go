package video

import "errors"

// What can be wrong with a recording. Errors returned by this package wrap one
// of these, and their text says what to do.
var (
	ErrPath        = errors.New("not a path of a file")
	ErrNotFound    = errors.New("no such file")
	ErrEmpty       = errors.New("the file is empty")
	ErrNoVideo     = errors.New("the file holds no video")
	ErrUndecodable = errors.New("the video cannot be decoded")
	ErrTooLarge    = errors.New("the picture is too large")
	ErrNoFFmpeg    = errors.New("ffmpeg is missing: install it (apt-get install ffmpeg)")
)
