package video

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"sync/atomic"
	"time"

	"facialis/words"
)

// picture is what a decoder gives: a frame and its time stamp in seconds of the
// film's own clock, NaN where it has none.
type picture struct {
	frame *Frame
	stamp float64
	// The size at which the film stores this picture, before turning and scaling;
	// 0 where the decoder cannot tell.
	storedW, storedH int
}

// A decoder is a running, jailed process that decodes one film. There are two:
// [ring] decodes into shared memory, [pipe] lets ffmpeg write into a pipe. Both
// give the same pictures with the same stamps.
type decoder interface {
	// header is what the film says of itself.
	header() *probeOutput
	// start begins decoding: the stream of info, from seek seconds on.
	start(info Info, opt Options, seek float64) error
	// pictures are the film's pictures in the order of presentation; closed after
	// the last one.
	pictures() <-chan picture
	// end waits for the process, after ending it where now says so, and gives what
	// it said on standard error and how it ended.
	end(now bool) (said string, err error)
}

// A decoder that does not get on is ended.
var (
	startTimeout  = 30 * time.Second // before the first picture is decoded
	listenTimeout = 10 * time.Second // until it takes in that a picture has been used
	lingerTimeout = 10 * time.Second // after its last picture
)

// Which of the decoders is used: the ring, unless it is known not to run here.
const (
	byRing int32 = iota
	byPipe
)

var chosen atomic.Int32

// headerLimits bound the looks into a film's headers, one after the other: a busy
// computer gets a second, longer one.
var headerLimits = []time.Duration{30 * time.Second, 75 * time.Second}

// openDecoder opens the film at path with the decoder that runs here. The error
// wraps [ErrBusy] where the headers could not be read in time.
func openDecoder(ctx context.Context, path string, buffers int) (decoder, error) {
	for _, limit := range headerLimits {
		d, err := openWithin(ctx, path, buffers, limit)
		if !errors.Is(err, ErrBusy) {
			return d, err
		}
	}
	return nil, &fault{ErrBusy, path, "", say("video.advice.busy")}
}

// openWithin tries that once. The error is [ErrBusy] where it took longer than
// limit.
func openWithin(ctx context.Context, path string, buffers int, limit time.Duration) (decoder, error) {
	if chosen.Load() == byRing {
		d, err := openRing(ctx, path, buffers, limit)
		if err != errNoRing {
			return d, err
		}
	}
	return openPipe(ctx, path, buffers, limit)
}

// Decoder says in a few words which decoder reads films here.
func Decoder() string {
	if chosen.Load() == byRing && ringRuns() {
		return say("video.decoder.ring")
	}
	return say("video.decoder.pipe")
}

// openFilm opens the film at path for a jailed program.
func openFilm(path string) (*os.File, error) {
	film, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: opening the video: %w", printable(path), errors.Unwrap(err))
	}
	return film, nil
}

// tool is the full name of ffmpeg or ffprobe.
func tool(name string) (string, error) {
	bin, err := exec.LookPath(name)
	if err != nil {
		return "", &fault{ErrNoFFmpeg, "", say("video.detail.noProgram", words.Args{"Program": name}), say("video.advice.install")}
	}
	return bin, nil
}
