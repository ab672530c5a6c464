package video

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"strings"
	"sync/atomic"
	"time"

	"facialis/words"
)

// Options say what part of a recording to read and how. The zero value reads
// all of it at full size.
type Options struct {
	// FromS and ToS bound the frames by their time, in seconds from the
	// recording's first frame; FromS ≤ T ≤ ToS. ToS 0 means to the end. With
	// FromS > 0 decoding starts near it, and Frame.Index counts from there.
	FromS, ToS float64
	// MaxHeight scales taller pictures down to this height; 0 leaves them.
	MaxHeight int
	// Turn turns every picture by so many degrees clockwise, after it was set
	// upright as the file says: 0, 90, 180 or 270.
	Turn int
	// Buffers is how many frames exist at a time, those that the caller holds
	// included; 0 means 12. A caller that holds them all waits for ever.
	Buffers int
	// Threads bounds the decoder's threads; 0 takes one for pictures of up to
	// oneThreadPx pixels and leaves it to the decoder beyond.
	Threads int
	// Joints finds where another film, place or light begins although the clock goes on:
	// see Frame.Joint. The reader then reads three pictures ahead.
	Joints bool
	// StallS ends a decoder that gives no frame for that long; 0 means 60.
	StallS float64
}

// Reader gives a recording's frames in the order of presentation.
type Reader struct {
	path string
	info Info
	opt  Options

	dec    decoder
	ctx    context.Context
	cancel context.CancelFunc
	stall  *time.Timer
	quit   atomic.Bool // Close was called, or ToS was passed

	n        int
	budget   budget
	joints   *joints // nil where none are sought
	pace     *pace
	ended    error // what Next gives once it has ended
	warnings []string
}

// oneThreadPx is the picture size, in pixels, up to which one thread decodes: what
// comes after it takes several times as long, and threads that work on one film
// take a fifth more processor time together (H.264, 720p).
const oneThreadPx = 2_500_000

// quarter is a quarter of a turn, degrees.
const quarter = 90

// Open starts decoding the recording at path. The context ends the decoder.
func Open(ctx context.Context, path string, opt Options) (*Reader, error) {
	abs, err := checkPath(path)
	if err != nil {
		return nil, err
	}
	r, err := open(ctx, path, abs, opt)
	if err != nil {
		return nil, named(called(err, abs), path)
	}
	return r, nil
}

// open opens the film at abs, which the person called path.
func open(ctx context.Context, path, abs string, opt Options) (*Reader, error) {
	if opt.FromS < 0 || opt.ToS < 0 || opt.ToS != 0 && opt.ToS < opt.FromS || math.IsNaN(opt.FromS+opt.ToS) {
		return nil, fmt.Errorf("%s: reading from %g s to %g s: not a stretch of time", printable(path), opt.FromS, opt.ToS)
	}
	if opt.Turn%quarter != 0 || opt.Turn < 0 || opt.Turn >= 4*quarter {
		return nil, fmt.Errorf("%s: turning by %d degrees: not 0, 90, 180 or 270", printable(path), opt.Turn)
	}
	if opt.Buffers <= 0 {
		opt.Buffers = 12
	}
	if opt.StallS <= 0 {
		opt.StallS = 60
	}
	ctx, cancel := context.WithCancel(ctx)
	ahead := mostWaiting + 1
	if opt.Joints {
		ahead += jointAfter
	}
	dec, err := openDecoder(ctx, abs, opt.Buffers+ahead)
	if err != nil {
		cancel()
		return nil, err
	}
	info, err := infoFrom(path, dec.header())
	if err != nil {
		dec.end(true)
		cancel()
		return nil, err
	}
	info.Duration /= info.Slowness()
	if opt.MaxHeight > 0 && info.Height > opt.MaxHeight {
		k := float64(opt.MaxHeight) / float64(info.Height)
		info.Width, info.Height, info.scale = max(2, int(math.Round(float64(info.Width)*k/2))*2), max(2, opt.MaxHeight&^1), true
	}
	if info.turn = opt.Turn; info.turn%(2*quarter) != 0 {
		info.Width, info.Height = info.Height, info.Width
	}
	seek := 0.0
	base := math.NaN()
	if opt.FromS > 0 {
		// Only here must the headers be trusted with the first stamp.
		if base = info.streamStart; math.IsNaN(base) {
			base = 0
		}
		seek = info.seekS(opt.FromS - 0.05)
	}
	if opt.Threads == 0 && info.stored[0]*info.stored[1] <= oneThreadPx {
		opt.Threads = 1
	}
	if err := dec.start(info, opt, seek); err != nil {
		cancel()
		return nil, err
	}
	stall := time.NewTimer(time.Hour)
	r := &Reader{path: path, info: info, opt: opt, pace: newPace(info, base), dec: dec, ctx: ctx, cancel: cancel, stall: stall}
	if opt.Joints {
		r.joints = &joints{}
	}
	return r, nil
}

// seekS is how far into the file ffmpeg must seek for the time at.
func (i Info) seekS(at float64) float64 {
	at *= i.Slowness()
	if !math.IsNaN(i.streamStart) {
		at += i.streamStart
	}
	if !math.IsNaN(i.formatStart) {
		at -= i.formatStart
	}
	return max(0, at)
}

// Info says what is known of the recording from its headers.
func (r *Reader) Info() Info { return r.info }

// Next gives the next frame, io.EOF after the last one. The frame must be
// released.
func (r *Reader) Next() (*Frame, error) {
	for r.ended == nil {
		f, err := r.told()
		if err != nil {
			r.finish(err)
			break
		}
		if f.T < r.opt.FromS-5e-4 {
			f.Release()
			continue
		}
		if r.opt.ToS > 0 && f.T > r.opt.ToS+5e-4 {
			f.Release()
			r.quit.Store(true)
			r.finish(io.EOF)
			break
		}
		if f.Joint {
			if r.n > 0 {
				r.pace.clock.Joints = append(r.pace.clock.Joints, f.T)
			} else { // nothing was given before it
				f.Joint = false
			}
		}
		f.Index = r.n
		r.n++
		return f, nil
	}
	return nil, r.ended
}

// told gives the next picture of which it is known whether a joint lies before it.
func (r *Reader) told() (*Frame, error) {
	if r.joints == nil {
		return r.take()
	}
	return r.joints.take(r.take)
}

// take gives the next picture whose time is settled.
func (r *Reader) take() (*Frame, error) {
	for {
		if p, ok := r.pace.next(); ok {
			if err := r.spend(p); err != nil {
				p.frame.Release()
				return nil, err
			}
			return p.frame, nil
		}
		p, err := r.picture()
		switch {
		case err == nil:
			r.pace.add(p)
		case errors.Is(err, io.EOF) && len(r.pace.waiting) > 0:
			r.pace.settle(math.NaN())
		default:
			return nil, err
		}
	}
}

// picture is the decoder's next one.
func (r *Reader) picture() (picture, error) {
	r.stall.Reset(seconds(r.opt.StallS))
	defer r.stall.Stop()
	select {
	case p, ok := <-r.dec.pictures():
		if !ok {
			return p, io.EOF
		}
		return p, nil
	case <-r.stall.C:
		return picture{}, &fault{ErrStalled, r.path, say("video.detail.noFrame", words.Args{"Seconds": fmt.Sprintf("%g", r.opt.StallS)}), say("video.advice.export")}
	case <-r.ctx.Done():
		return picture{}, r.ctx.Err()
	}
}

// Clock is the ledger of the film's clock; whole once Next has given io.EOF.
func (r *Reader) Clock() Clock { return r.pace.clock }

// finish ends the decoder and settles what Next gives from now on.
func (r *Reader) finish(err error) {
	parent := r.ctx.Err()
	now := !errors.Is(err, io.EOF) || r.quit.Load()
	for _, p := range append(r.pace.ready, r.pace.waiting...) {
		p.frame.Release()
	}
	r.pace.ready, r.pace.waiting = nil, nil
	if r.joints != nil {
		r.joints.release()
	}
	said, waitErr := r.dec.end(now)
	r.cancel()
	switch {
	case !errors.Is(err, io.EOF):
		r.ended = err
		return
	case parent != nil:
		r.ended = parent
		return
	}
	r.ended = io.EOF
	if r.quit.Load() {
		return
	}
	if f := (*fault)(nil); errors.As(waitErr, &f) {
		r.ended = waitErr // nothing that it gave is to be relied on
		return
	}
	if r.n == 0 {
		if r.opt.FromS > 0 && said == "" && waitErr == nil {
			return // nothing lies in that stretch
		}
		if strings.TrimSpace(said) == "" && waitErr != nil {
			said = say("video.detail.broke", words.Args{"Reason": waitErr})
		}
		r.ended = explain(r.path, said)
		return
	}
	if strings.TrimSpace(said) != "" || waitErr != nil {
		what := lastLine(said)
		if what == "" {
			what = say("video.detail.broke", words.Args{"Reason": waitErr})
		}
		r.warnings = append(r.warnings, say("video.warning.lost", words.Args{"Reason": what}))
	}
	if d := r.info.Duration; d > 0 && r.pace.last < 0.9*d-1 {
		r.warnings = append(r.warnings, say("video.warning.short", words.Args{"End": fmt.Sprintf("%.1f", r.pace.last), "Length": fmt.Sprintf("%.1f", d)}))
	}
	if promised := r.info.Duration * r.info.NominalRate; r.opt.FromS == 0 && r.info.NominalRate <= 120 && float64(r.n) < 0.7*promised-5 {
		r.warnings = append(r.warnings, say("video.warning.fewer", words.Args{"Frames": r.n, "Promised": fmt.Sprintf("%.0f", promised)}))
	}
	if r.pace.clock.Assumed > 0 {
		r.warnings = append(r.warnings, say("video.warning.times", words.Args{"Frames": r.pace.clock.Assumed}))
	}
}

// DecodeWarning says, once Next has given io.EOF, what of the recording was
// lost or guessed; empty when nothing was.
func (r *Reader) DecodeWarning() string { return strings.Join(r.warnings, "; ") }

// Close ends the decoder. It may be called at any time and more than once.
func (r *Reader) Close() error {
	if r.ended == nil {
		r.quit.Store(true)
		r.finish(io.EOF)
		r.ended = io.EOF
	}
	return nil
}
