package video

import (
	"errors"
	"fmt"
	"strings"

	"facialis/words"
)

// What can be wrong with a recording. Errors of this package wrap one of
// these, so that a program can tell them apart with errors.Is.
var (
	ErrNotFound    error = kind("notFound")
	ErrNotFile     error = kind("notFile")
	ErrNotLocal    error = kind("notLocal")
	ErrEmpty       error = kind("empty")
	ErrNoVideo     error = kind("noVideo")
	ErrUndecodable error = kind("undecodable")
	ErrTruncated   error = kind("truncated")
	ErrTooLarge    error = kind("tooLarge")
	ErrNoFFmpeg    error = kind("noFFmpeg")
	ErrStalled     error = kind("stalled")

	// ErrBusy means that the file's headers could not be read in time. That says
	// nothing about the file: the computer is busy, and trying again helps.
	ErrBusy error = kind("busy")
)

// kind is the key of what is wrong in the catalog.
type kind string

func (k kind) Error() string { return words.Default().Name("video.kind", string(k)) }

// Unreadable reports whether err lies with the file that was given, so that
// trying again with the same file cannot help.
func Unreadable(err error) bool {
	for _, k := range []error{ErrNotFound, ErrNotFile, ErrNotLocal, ErrEmpty, ErrNoVideo, ErrUndecodable, ErrTruncated, ErrTooLarge} {
		if errors.Is(err, k) {
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

func say(key string, args ...words.Args) string { return words.Default().Say(key, args...) }

// notRead is how the decoder program begins the name of a codec that is not one
// of the [Decoders].
const notRead = "not read: "

// explain chooses the kind of error from what ffmpeg or ffprobe wrote.
func explain(path, stderr string) error {
	low := strings.ToLower(stderr)
	detail := lastLine(stderr)
	switch {
	case strings.Contains(low, "format not on whitelist"):
		return &fault{ErrNoVideo, path, say("video.detail.otherKind"), say("video.advice.otherKind")}
	case strings.Contains(low, "codec (") && strings.Contains(low, "not on whitelist"):
		_, codec, _ := strings.Cut(low, "codec (")
		codec, _, _ = strings.Cut(codec, ")")
		return &fault{ErrUndecodable, path, say("video.detail.codec", words.Args{"Codec": printable(codec)}), say("video.advice.mp4")}
	case strings.Contains(low, notRead):
		codec, _, _ := strings.Cut(strings.TrimPrefix(detail, notRead), " ")
		return &fault{ErrUndecodable, path, say("video.detail.codec", words.Args{"Codec": codec}), say("video.advice.mp4")}
	case strings.Contains(low, "moov atom not found"):
		return &fault{ErrTruncated, path, say("video.detail.index"), say("video.advice.copy")}
	case strings.Contains(low, "end of file"),
		strings.Contains(low, "partial file"):
		return &fault{ErrTruncated, path, detail, say("video.advice.copy")}
	case strings.Contains(low, "picture size"), strings.Contains(low, "exceeds max"):
		return &fault{ErrTooLarge, path, detail, say("video.advice.scale", words.Args{"Pixels": MaxSide})}
	}
	return &fault{ErrUndecodable, path, detail, say("video.advice.export")}
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
