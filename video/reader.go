package video

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
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
	// Buffers is how many frames exist at a time, those that the caller holds
	// included; 0 means 12. A caller that holds them all waits for ever.
	Buffers int
	// Threads bounds the decoder's threads; 0 leaves it to ffmpeg.
	Threads int
	// StallS ends a decoder that gives no frame for that long; 0 means 60.
	StallS float64
}

// Reader gives a recording's frames in the order of presentation.
type Reader struct {
	path string
	info Info
	opt  Options
	base float64 // stamp of T = 0 in seconds; NaN until the first frame when unknown

	cmd    *exec.Cmd
	ctx    context.Context
	cancel context.CancelFunc
	stderr tail
	done   sync.WaitGroup

	free   chan *Frame
	frames chan *Frame
	stamps chan float64
	stall  *time.Timer
	quit   atomic.Bool // Close was called, or ToS was passed

	waitErr  error
	n        int
	lastT    float64
	nudged   int
	ended    error // what Next gives once it has ended
	warnings []string
}

// Open starts decoding the recording at path. The context ends the decoder.
func Open(ctx context.Context, path string, opt Options) (*Reader, error) {
	abs, err := checkPath(path)
	if err != nil {
		return nil, err
	}
	if opt.FromS < 0 || opt.ToS < 0 || opt.ToS != 0 && opt.ToS < opt.FromS || math.IsNaN(opt.FromS+opt.ToS) {
		return nil, fmt.Errorf("%s: reading from %g s to %g s: not a stretch of time", printable(path), opt.FromS, opt.ToS)
	}
	info, err := probe(ctx, path, abs)
	if err != nil {
		return nil, err
	}
	bin, err := exec.LookPath("ffmpeg")
	if err != nil {
		return nil, &fault{ErrNoFFmpeg, "", "", say("video.advice.installIt")}
	}
	if opt.Buffers <= 0 {
		opt.Buffers = 12
	}
	if opt.StallS <= 0 {
		opt.StallS = 60
	}
	if opt.MaxHeight > 0 && info.Height > opt.MaxHeight {
		k := float64(opt.MaxHeight) / float64(info.Height)
		info.Width, info.Height, info.scale = max(2, int(math.Round(float64(info.Width)*k/2))*2), max(2, opt.MaxHeight&^1), true
	}
	r := &Reader{path: path, info: info, opt: opt, base: math.NaN(), lastT: math.Inf(-1),
		free: make(chan *Frame, opt.Buffers), frames: make(chan *Frame, opt.Buffers),
		stamps: make(chan float64, 4096)}
	seek := 0.0
	if opt.FromS > 0 {
		// Only here must the headers be trusted with the first stamp.
		if r.base = info.streamStart; math.IsNaN(r.base) {
			r.base = 0
		}
		seek = opt.FromS + r.base
		if !math.IsNaN(info.formatStart) {
			seek -= info.formatStart
		}
		seek = max(0, seek-0.05)
	}
	r.ctx, r.cancel = context.WithCancel(ctx)
	r.cmd = exec.CommandContext(r.ctx, bin, arguments(abs, info, opt, seek)...)
	r.cmd.Stderr = &r.stderr
	r.cmd.WaitDelay = 2 * time.Second
	if err := r.start(); err != nil {
		r.cancel()
		return nil, fmt.Errorf("%s: starting ffmpeg: %w", printable(path), err)
	}
	return r, nil
}

// arguments is ffmpeg's command line: one input, decoded once, split into the
// times (on descriptor 3) and the pictures (on descriptor 1).
func arguments(abs string, in Info, opt Options, seek float64) []string {
	args := []string{"-nostdin", "-hide_banner", "-loglevel", "error", "-copyts"}
	if opt.Threads > 0 {
		args = append(args, "-threads", strconv.Itoa(opt.Threads))
	}
	if seek > 0 {
		args = append(args, "-ss", strconv.FormatFloat(seek, 'f', 6, 64))
	}
	args = append(append(args, "-an", "-sn", "-dn"), Input(abs)...)
	// A scale of the same size passes frames through, and holds the size when
	// the stream changes it midway.
	chain := fmt.Sprintf("scale=%d:%d:flags=area", in.Width, in.Height)
	format := "yuv420p"
	switch {
	case in.srcFormat == "yuvj420p":
		format = "yuvj420p"
	case strings.HasPrefix(in.srcFormat, "yuvj"), in.Full && in.srcFormat != "yuv420p":
		chain += ":in_range=pc:out_range=pc"
		format = "yuvj420p"
	}
	graph := "[0:V:0]" + chain + ",format=" + format + ",split[p][q];[q]crop=2:2:0:0[t]"
	args = append(args, "-filter_complex", graph,
		"-map", "[t]", "-fps_mode", "passthrough", "-enc_time_base", "1:1000000",
		"-flush_packets", "1", "-f", "framecrc", "pipe:3",
		"-map", "[p]", "-fps_mode", "passthrough", "-f", "yuv4mpegpipe", "pipe:1")
	return args
}

func (r *Reader) start() error {
	picR, picW, err := os.Pipe()
	if err != nil {
		return err
	}
	timeR, timeW, err := os.Pipe()
	if err != nil {
		picR.Close()
		picW.Close()
		return err
	}
	growPipe(picR)
	r.cmd.Stdout = picW
	r.cmd.ExtraFiles = []*os.File{timeW}
	err = r.cmd.Start()
	picW.Close()
	timeW.Close()
	if err != nil {
		picR.Close()
		timeR.Close()
		return err
	}
	release := func(f *Frame) { r.free <- f }
	for range r.opt.Buffers {
		f := &Frame{Full: r.info.Full, BT709: r.info.BT709, release: release}
		r.free <- f
	}
	r.stall = time.NewTimer(time.Hour)
	r.done.Add(2)
	go r.readStamps(timeR)
	go r.readPictures(picR)
	return nil
}

// readStamps turns framecrc's lines into seconds. It never waits for the
// pictures: the channel holds far more stamps than there are frames under way.
func (r *Reader) readStamps(f *os.File) {
	defer r.done.Done()
	defer close(r.stamps)
	defer f.Close()
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		line := sc.Bytes()
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		select {
		case r.stamps <- parseStamp(line):
		case <-r.ctx.Done():
			return
		}
	}
}

// parseStamp reads the third field of "0, dts, pts, duration, size, crc" in
// microseconds; NaN when the frame has no stamp.
func parseStamp(line []byte) float64 {
	field, digits := 0, 0
	var v float64
	neg := false
	for _, c := range line {
		switch {
		case c == ',':
			if field == 2 && digits > 0 {
				if neg {
					v = -v
				}
				return v / 1e6
			}
			field++
		case field != 2 || c == ' ':
		case c == '-' && digits == 0:
			neg = true
		case c >= '0' && c <= '9':
			v = v*10 + float64(c-'0')
			digits++
		default:
			return math.NaN()
		}
	}
	return math.NaN()
}

// readPictures fills free frames from the pipe until it ends.
func (r *Reader) readPictures(f *os.File) {
	defer r.done.Done()
	defer close(r.frames)
	defer f.Close()
	if !skipLine(f) {
		return
	}
	for {
		var fr *Frame
		select {
		case fr = <-r.free:
		case <-r.ctx.Done():
			return
		}
		if fr.buf == nil {
			fr.allocate(r.info.Width, r.info.Height)
		}
		if _, err := io.ReadFull(f, fr.buf); err != nil || string(fr.buf[:len(frameMark)]) != frameMark {
			r.free <- fr
			return
		}
		select {
		case r.frames <- fr:
		case <-r.ctx.Done():
			return
		}
	}
}

// frameMark stands before every picture of a yuv4mpeg stream.
const frameMark = "FRAME\n"

// skipLine reads past the stream's header, whose size and format are those that
// were asked for.
func skipLine(f io.Reader) bool {
	var b [1]byte
	for range 4096 {
		if _, err := io.ReadFull(f, b[:]); err != nil {
			return false
		}
		if b[0] == '\n' {
			return true
		}
	}
	return false
}

// Info says what is known of the recording from its headers.
func (r *Reader) Info() Info { return r.info }

// Next gives the next frame, io.EOF after the last one. The frame must be
// released.
func (r *Reader) Next() (*Frame, error) {
	for r.ended == nil {
		f, err := r.take()
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
		f.Index = r.n
		r.n++
		return f, nil
	}
	return nil, r.ended
}

// take pairs the next picture with its stamp.
func (r *Reader) take() (*Frame, error) {
	r.stall.Reset(time.Duration(r.opt.StallS * float64(time.Second)))
	defer r.stall.Stop()
	var f *Frame
	var ok bool
	select {
	case f, ok = <-r.frames:
	case <-r.stall.C:
		return nil, &fault{ErrStalled, r.path, say("video.detail.noFrame", words.Args{"Seconds": fmt.Sprintf("%g", r.opt.StallS)}), say("video.advice.export")}
	case <-r.ctx.Done():
		return nil, r.ctx.Err()
	}
	if !ok {
		return nil, io.EOF
	}
	var stamp float64
	select {
	case stamp, ok = <-r.stamps:
	case <-r.stall.C:
		return nil, &fault{ErrStalled, r.path, say("video.detail.noTime", words.Args{"Seconds": fmt.Sprintf("%g", r.opt.StallS)}), say("video.advice.export")}
	case <-r.ctx.Done():
		return nil, r.ctx.Err()
	}
	if !ok {
		stamp = math.NaN()
	}
	if math.IsNaN(r.base) && !math.IsNaN(stamp) {
		r.base = stamp
	}
	f.T = stamp - r.base
	// Without a stamp, or with one that does not move on, the header's rate is
	// the best guess; it is counted and told.
	if !(f.T > r.lastT) {
		step := 1 / r.info.NominalRate
		if !(step > 0) {
			step = 1.0 / 30
		}
		switch {
		case math.IsInf(r.lastT, -1):
			f.T = 0
		case math.IsNaN(f.T):
			f.T = r.lastT + step
		default:
			f.T = r.lastT + step/100
		}
		r.nudged++
	}
	r.lastT = f.T
	return f, nil
}

// finish ends the decoder and settles what Next gives from now on.
func (r *Reader) finish(err error) {
	parent := r.ctx.Err()
	if !errors.Is(err, io.EOF) || r.quit.Load() {
		r.cancel()
	}
	r.done.Wait()
	r.waitErr = r.cmd.Wait()
	r.cancel()
	for len(r.free) > 0 { // pictures that nobody will fill again
		<-r.free
	}
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
	said := r.stderr.String()
	if r.n == 0 {
		if r.opt.FromS > 0 && said == "" {
			return // nothing lies in that stretch
		}
		r.ended = explain(r.path, said)
		return
	}
	if strings.TrimSpace(said) != "" || r.waitErr != nil {
		what := lastLine(said)
		if what == "" {
			what = r.waitErr.Error()
		}
		r.warnings = append(r.warnings, say("video.warning.lost", words.Args{"Reason": what}))
	}
	if d := r.info.Duration; d > 0 && r.lastT < 0.9*d-1 {
		r.warnings = append(r.warnings, say("video.warning.short", words.Args{"End": fmt.Sprintf("%.1f", r.lastT), "Length": fmt.Sprintf("%.1f", d)}))
	}
	if promised := r.info.Duration * r.info.NominalRate; r.opt.FromS == 0 && r.info.NominalRate <= 120 && float64(r.n) < 0.7*promised-5 {
		r.warnings = append(r.warnings, say("video.warning.fewer", words.Args{"Frames": r.n, "Promised": fmt.Sprintf("%.0f", promised)}))
	}
	if r.nudged > 0 {
		r.warnings = append(r.warnings, say("video.warning.times", words.Args{"Frames": r.nudged}))
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
