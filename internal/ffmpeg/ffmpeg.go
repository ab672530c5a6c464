// Package ffmpeg runs ffmpeg for side products: a copy to play, an annotated
// recording, a single picture. A call that makes no progress is ended, so that
// nothing waits for it forever.
package ffmpeg

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"time"
)

// ErrStalled is wrapped where ffmpeg was ended because it made no progress.
var ErrStalled = errors.New("ffmpeg made no progress")

// Call is one run of ffmpeg.
type Call struct {
	Args  []string      // all but what Run adds: quiet, no input from the terminal
	Dir   string        // to run in; empty for the process's own
	Stall time.Duration // without progress after which it is ended
}

// Run runs ffmpeg until it is done, fails, makes no progress or ctx ends. An
// error of a missing program wraps exec.ErrNotFound.
func Run(ctx context.Context, c Call) error {
	watch := &progress{changed: make(chan struct{}, 1)}
	return run(ctx, c, []string{"-nostats", "-progress", "pipe:1"}, watch, watch.changed)
}

// Output runs ffmpeg and gives what it writes to standard output. It has c.Stall
// for all of it.
func Output(ctx context.Context, c Call) ([]byte, error) {
	var out bytes.Buffer
	err := run(ctx, c, nil, &out, nil)
	return out.Bytes(), err
}

func run(ctx context.Context, c Call, more []string, stdout interface{ Write([]byte) (int, error) }, alive <-chan struct{}) error {
	bin, err := exec.LookPath("ffmpeg")
	if err != nil {
		return err
	}
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	cmd := exec.CommandContext(ctx, bin, append(append([]string{"-v", "error", "-nostdin"}, more...), c.Args...)...)
	said := &head{}
	cmd.Dir, cmd.Stdout, cmd.Stderr = c.Dir, stdout, said
	cmd.WaitDelay = time.Second // what it started may hold the pipes open
	done := make(chan struct{})
	var watching sync.WaitGroup
	watching.Go(func() {
		stall := time.NewTimer(c.Stall)
		defer stall.Stop()
		for {
			select {
			case <-alive:
				stall.Reset(c.Stall)
			case <-stall.C:
				cancel(ErrStalled)
				return
			case <-done:
				return
			}
		}
	})
	err = cmd.Run()
	close(done)
	watching.Wait()
	switch {
	case err == nil:
		return nil
	case errors.Is(context.Cause(ctx), ErrStalled):
		return fmt.Errorf("%w for %v", ErrStalled, c.Stall)
	case ctx.Err() != nil:
		return context.Cause(ctx)
	}
	if line := said.line(); line != "" {
		return fmt.Errorf("ffmpeg: %s: %w", line, err)
	}
	return fmt.Errorf("ffmpeg: %w", err)
}

// progress reads what -progress writes twice a second, and tells of every
// change of the numbers of frames, seconds and bytes.
type progress struct {
	changed chan struct{}
	rest    []byte
	last    [3]string
}

func (p *progress) Write(b []byte) (int, error) {
	p.rest = append(p.rest, b...)
	for {
		i := bytes.IndexByte(p.rest, '\n')
		if i < 0 {
			return len(b), nil
		}
		key, value, _ := strings.Cut(strings.TrimSpace(string(p.rest[:i])), "=")
		p.rest = p.rest[i+1:]
		for k, name := range [3]string{"frame", "out_time_us", "total_size"} {
			if key == name && value != p.last[k] {
				p.last[k] = value
				select {
				case p.changed <- struct{}{}:
				default:
				}
			}
		}
	}
}

// head keeps the first 4 KB of what it is given.
type head struct{ b []byte }

func (h *head) Write(p []byte) (int, error) {
	h.b = append(h.b, p[:min(len(p), 4<<10-len(h.b))]...)
	return len(p), nil
}

// line is the last line that says something.
func (h *head) line() string {
	s := strings.TrimSpace(string(h.b))
	return s[strings.LastIndexByte(s, '\n')+1:]
}
