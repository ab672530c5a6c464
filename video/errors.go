package video

import (
	"errors"
	"fmt"
	"strings"
)

// What can be wrong with a recording. Errors of this package wrap one of
// these, so that a program can tell them apart with errors.Is.
var (
	ErrNotFound    = errors.New("no such file")
	ErrNotFile     = errors.New("not a regular file")
	ErrNotLocal    = errors.New("not a local file name")
	ErrEmpty       = errors.New("the file is empty")
	ErrNoVideo     = errors.New("no video in the file")
	ErrUndecodable = errors.New("the video cannot be decoded")
	ErrTruncated   = errors.New("the file is cut short")
	ErrTooLarge    = errors.New("the picture is too large")
	ErrNoFFmpeg    = errors.New("ffmpeg is missing")
	ErrStalled     = errors.New("the decoder stopped giving frames")
)

// Unreadable reports whether err lies with the file that was given, so that
// trying again with the same file cannot help.
func Unreadable(err error) bool {
	for _, kind := range []error{ErrNotFound, ErrNotFile, ErrNotLocal, ErrEmpty, ErrNoVideo, ErrUndecodable, ErrTruncated, ErrTooLarge} {
		if errors.Is(err, kind) {
			return true
		}
	}
	return false
}

// fault is one line for a person: the file, what is wrong, what to do.
type fault struct {
	kind   error
	path   string
	detail string // what ffmpeg said, may be empty
	advice string
}

func (e *fault) Unwrap() error { return e.kind }

func (e *fault) Error() string {
	var b strings.Builder
	if e.path != "" {
		fmt.Fprintf(&b, "%s: ", printable(e.path))
	}
	b.WriteString(e.kind.Error())
	if e.detail != "" {
		fmt.Fprintf(&b, " (%s)", e.detail)
	}
	if e.advice != "" {
		fmt.Fprintf(&b, "; %s", e.advice)
	}
	return b.String()
}

// named puts the name that the person gave in place of the one that was opened.
func named(err error, path string) error {
	if f := (*fault)(nil); errors.As(err, &f) && f.path != "" {
		f.path = path
	}
	return err
}

// printable keeps control characters of a file name off the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '?'
		}
		return r
	}, s)
}

// otherKind is the advice where a file is of none of the [Formats].
const otherKind = "give the video file itself; if it is one, export it as MP4 (H.264) and try again"

const reexport = "play it in a video player; if it plays, export it anew as MP4 (H.264) and try again"

// explain chooses the kind of error from what ffmpeg or ffprobe wrote.
func explain(path, stderr string) error {
	low := strings.ToLower(stderr)
	detail := lastLine(stderr)
	switch {
	case strings.Contains(low, "format not on whitelist"):
		return &fault{ErrNoVideo, path, "a playlist, a picture or another kind of file", otherKind}
	case strings.Contains(low, "codec (") && strings.Contains(low, "not on whitelist"):
		_, codec, _ := strings.Cut(low, "codec (")
		codec, _, _ = strings.Cut(codec, ")")
		return &fault{ErrUndecodable, path, "films in " + printable(codec) + " are not read", "export it anew as MP4 (H.264) and try again"}
	case strings.Contains(low, "are not read"):
		return &fault{ErrUndecodable, path, detail, "export it anew as MP4 (H.264) and try again"}
	case strings.Contains(low, "moov atom not found"):
		return &fault{ErrTruncated, path, "the index at its end is missing", "copy it again from the camera or telephone"}
	case strings.Contains(low, "end of file"),
		strings.Contains(low, "partial file"):
		return &fault{ErrTruncated, path, detail, "copy it again from the camera or telephone"}
	case strings.Contains(low, "picture size"), strings.Contains(low, "exceeds max"):
		return &fault{ErrTooLarge, path, detail, fmt.Sprintf("scale it to at most %d pixels a side", MaxSide)}
	}
	return &fault{ErrUndecodable, path, detail, reexport}
}

// lastLine is the last line of s that says something, without ffmpeg's
// "[module @ address]" prefixes.
func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	line := ""
	for i := len(lines) - 1; i >= 0 && line == ""; i-- {
		line = strings.TrimSpace(lines[i])
		if strings.HasPrefix(line, "Error while decoding stream") || strings.HasPrefix(line, "Conversion failed") {
			line = ""
		}
	}
	for strings.HasPrefix(line, "[") {
		_, rest, ok := strings.Cut(line, "] ")
		if !ok {
			break
		}
		line = rest
	}
	if strings.HasPrefix(line, "file:") { // the path stands in front already
		if i := strings.LastIndex(line, ": "); i >= 0 {
			line = line[i+2:]
		}
	}
	if len(line) > 160 {
		line = line[:160] + "…"
	}
	return strings.ToLower(printable(line))
}

// tail is a writer that keeps the last 4 KB of what it is given.
type tail struct{ b []byte }

const tailSize = 4 << 10

func (t *tail) Write(p []byte) (int, error) {
	n := len(p)
	if n >= tailSize {
		t.b = append(t.b[:0], p[n-tailSize:]...)
		return n, nil
	}
	if over := len(t.b) + n - tailSize; over > 0 {
		t.b = t.b[:copy(t.b, t.b[over:])]
	}
	t.b = append(t.b, p...)
	return n, nil
}

func (t *tail) String() string { return string(t.b) }
