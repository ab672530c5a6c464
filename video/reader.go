package video

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"

	"golang.org/x/sys/unix"
)

// poolFrames is how many frames can be in use at once; a reader whose frames
// are not released waits.
const poolFrames = 12

// Options choose what is read.
type Options struct {
	FromS, ToS float64 // only this stretch, seconds from the start; ToS 0 reads to the end
	MaxHeight  int     // scale down to at most this height; 0 keeps the size
}

// Reader yields a recording's frames in order. Close it when done.
type Reader struct {
	info   Info
	path   string
	cmd    *exec.Cmd
	cancel context.CancelFunc
	ctx    context.Context
	pic    *os.File
	times  *os.File
	lines  *bufio.Reader
	errs   *tail
	pool   chan *Frame
	put    func(*Frame)
	n      int
	base   float64 // seconds a time stamp unit
	first  int64
	last   float64
	warn   string
	done   error
	closed sync.Once
}

// Open starts reading the recording at path. The context ends the process.
func Open(ctx context.Context, path string, opt Options) (*Reader, error) {
	abs, err := check(path)
	if err != nil {
		return nil, err
	}
	info, err := probe(ctx, abs)
	if err != nil {
		return nil, err
	}
	bin, err := exec.LookPath("ffmpeg")
	if err != nil {
		return nil, ErrNoFFmpeg
	}
	if opt.MaxHeight > 0 && info.Height > opt.MaxHeight {
		info.Width = max(info.Width*opt.MaxHeight/info.Height/2*2, 2)
		info.Height = opt.MaxHeight / 2 * 2
	}
	r := &Reader{info: info, path: abs, errs: &tail{}, pool: make(chan *Frame, poolFrames)}
	r.ctx, r.cancel = context.WithCancel(ctx)
	r.put = func(f *Frame) { r.pool <- f }
	for range poolFrames {
		r.pool <- nil
	}
	picR, picW, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("opening a pipe for frames: %w", err)
	}
	timeR, timeW, err := os.Pipe()
	if err != nil {
		picR.Close()
		picW.Close()
		return nil, fmt.Errorf("opening a pipe for times: %w", err)
	}
	_, _ = unix.FcntlInt(picR.Fd(), unix.F_SETPIPE_SZ, 1<<20) // a larger pipe saves switches; without it all still works
	r.cmd = exec.CommandContext(r.ctx, bin, arguments(abs, info, opt)...)
	r.cmd.Stdout, r.cmd.Stderr = picW, r.errs
	r.cmd.ExtraFiles = []*os.File{timeW}
	err = r.cmd.Start()
	picW.Close()
	timeW.Close()
	if err != nil {
		picR.Close()
		timeR.Close()
		r.cancel()
		return nil, fmt.Errorf("starting ffmpeg: %w", err)
	}
	r.pic, r.times, r.lines = picR, timeR, bufio.NewReader(timeR)
	return r, nil
}

// arguments are ffmpeg's: planes to standard output, times to descriptor 3.
func arguments(abs string, info Info, opt Options) []string {
	a := []string{"-nostdin", "-hide_banner", "-v", "error", "-protocol_whitelist", "file,pipe"}
	if opt.FromS > 0 {
		a = append(a, "-ss", strconv.FormatFloat(opt.FromS, 'f', 6, 64))
	}
	if opt.ToS > 0 {
		a = append(a, "-t", strconv.FormatFloat(max(opt.ToS-opt.FromS, 0.001), 'f', 6, 64))
	}
	size := fmt.Sprintf("%dx%d", info.Width, info.Height)
	// One filter chain makes both outputs, so that they hold the same frames.
	graph := fmt.Sprintf("[0:V:0]scale=%d:%d:flags=fast_bilinear,format=yuv420p,split[p][t]", info.Width, info.Height)
	return append(a, "-i", "file:"+abs, "-an", "-sn", "-dn",
		"-filter_complex", graph,
		"-map", "[p]", "-fps_mode", "passthrough", "-c:v", "rawvideo", "-s", size, "-f", "rawvideo", "pipe:1",
		"-map", "[t]", "-fps_mode", "passthrough", "-enc_time_base", "-1", "-c:v", "wrapped_avframe", "-f", "framecrc", "pipe:3")
}

// Info is what the headers say.
func (r *Reader) Info() Info { return r.info }

// Warning says what was wrong with a recording that could be read in part; ""
// when nothing was. Ask after Next returned io.EOF.
func (r *Reader) Warning() string { return r.warn }

// Next returns the next frame, or io.EOF after the last.
func (r *Reader) Next() (*Frame, error) {
	if r.done != nil {
		return nil, r.done
	}
	var f *Frame
	select {
	case f = <-r.pool:
	case <-r.ctx.Done():
		return nil, r.ctx.Err()
	}
	if f == nil {
		f = r.newFrame()
	}
	if _, err := io.ReadFull(r.pic, f.Y); err != nil {
		r.pool <- f
		return nil, r.end(err)
	}
	if _, err := io.ReadFull(r.pic, f.Cb); err != nil {
		r.pool <- f
		return nil, r.end(err)
	}
	if _, err := io.ReadFull(r.pic, f.Cr); err != nil {
		r.pool <- f
		return nil, r.end(err)
	}
	t, err := r.time()
	if err != nil {
		r.pool <- f
		return nil, r.end(err)
	}
	f.Index, f.T = r.n, t
	r.n++
	return f, nil
}

func (r *Reader) newFrame() *Frame {
	w, h := r.info.Width, r.info.Height
	cw, ch := (w+1)/2, (h+1)/2
	b := make([]byte, w*h+2*cw*ch)
	return &Frame{W: w, H: h, Y: b[:w*h:w*h], Cb: b[w*h : w*h+cw*ch : w*h+cw*ch], Cr: b[w*h+cw*ch:],
		Full: r.info.Full, BT709: r.info.BT709, release: r.put}
}

// time reads the next frame's time stamp.
func (r *Reader) time() (float64, error) {
	for {
		line, err := r.lines.ReadSlice('\n')
		if err != nil {
			return 0, fmt.Errorf("reading a frame's time: %w", err)
		}
		if b, ok := bytes.CutPrefix(line, []byte("#tb 0: ")); ok {
			num, den, _ := strings.Cut(strings.TrimSpace(string(b)), "/")
			r.base = number(num) / max(number(den), 1)
			continue
		}
		pts, ok := framePTS(line)
		if !ok {
			continue
		}
		if r.n == 0 {
			r.first = pts
		}
		t := float64(pts-r.first) * r.base
		// Time stamps that stand still or run backwards would make a frame of no
		// length; they are moved on by the least that keeps the order.
		if r.n > 0 && t <= r.last {
			t = r.last + 1e-4
		}
		r.last = t
		return t, nil
	}
}

// framePTS reads the presentation time stamp, the third field, of a framecrc
// line.
func framePTS(line []byte) (int64, bool) {
	if len(line) == 0 || line[0] == '#' {
		return 0, false
	}
	for range 2 {
		i := bytes.IndexByte(line, ',')
		if i < 0 {
			return 0, false
		}
		line = line[i+1:]
	}
	var v int64
	neg, any := false, false
	for _, c := range line {
		switch {
		case c == ' ' && !any:
		case c == '-' && !any:
			neg = true
		case c >= '0' && c <= '9':
			if v > 1<<58 {
				return 0, false
			}
			v, any = v*10+int64(c-'0'), true
		case c == ',':
			if neg {
				v = -v
			}
			return v, any
		default:
			return 0, false
		}
	}
	return 0, false
}

// end settles how the stream ended.
func (r *Reader) end(cause error) error {
	if r.done != nil {
		return r.done
	}
	if err := r.ctx.Err(); err != nil {
		r.done = err
		return err
	}
	r.pic.Close()
	r.times.Close()
	err := r.cmd.Wait()
	switch {
	case r.ctx.Err() != nil:
		r.done = r.ctx.Err()
	case r.n == 0:
		why := r.errs.line(r.path)
		r.done = fmt.Errorf("%w (%s): it may be damaged; copy it again or export it as MP4", ErrUndecodable, why)
	default:
		if err != nil || len(r.errs.b) > 0 || errors.Is(cause, io.ErrUnexpectedEOF) {
			r.warn = r.errs.line(r.path)
		}
		r.done = io.EOF
	}
	return r.done
}

// Close ends the process and frees what it held. Frames in use stay valid.
func (r *Reader) Close() error {
	r.closed.Do(func() {
		r.cancel()
		r.pic.Close()
		r.times.Close()
		_ = r.cmd.Wait() // killed: its status says nothing
	})
	return nil
}
