package video

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"strconv"
	"time"

	"facialis/internal/jail"
)

// pipe is the decoder that runs ffmpeg: the pictures come through descriptor 1,
// a line with the time of each through descriptor 4.
type pipe struct {
	path   string
	said   *probeOutput
	ctx    context.Context
	cancel context.CancelFunc
	cmd    *exec.Cmd
	stderr tail
	free   chan *Frame
	stamps chan float64
	frames chan *Frame
	out    chan picture
	info   Info
}

// openPipe asks ffprobe what the film at path is, and waits for limit.
func openPipe(ctx context.Context, path string, buffers int, limit time.Duration) (decoder, error) {
	said, err := ffprobe(ctx, path, limit)
	if err != nil {
		return nil, err
	}
	p := &pipe{path: path, said: said, free: make(chan *Frame, buffers), frames: make(chan *Frame, buffers), out: make(chan picture, buffers), stamps: make(chan float64, 4096)}
	p.ctx, p.cancel = context.WithCancel(ctx)
	return p, nil
}

// ffprobe runs the program of that name on the film at path, for as long as limit.
func ffprobe(ctx context.Context, path string, limit time.Duration) (*probeOutput, error) {
	bin, err := tool("ffprobe")
	if err != nil {
		return nil, err
	}
	film, err := openFilm(path)
	if err != nil {
		return nil, err
	}
	defer film.Close()
	args := append([]string{"-hide_banner", "-loglevel", "error", "-show_entries",
		"format=format_name,start_time,duration:format_tags:stream=codec_type,codec_name,width,height,pix_fmt,color_range," +
			"color_space,r_frame_rate,avg_frame_rate,start_time,duration,sample_aspect_ratio:" +
			"stream_disposition=attached_pic,default:stream_tags=DURATION:stream_side_data=rotation,displaymatrix",
		"-of", "json"}, Input(jail.Film)...)
	tctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	cmd, err := jail.Command(tctx, film, cellOf(bin, args))
	if err != nil {
		return nil, err
	}
	var stdout bytes.Buffer
	var stderr tail
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.WaitDelay = 5 * time.Second
	err = cmd.Run()
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case tctx.Err() != nil:
		return nil, ErrBusy
	case err != nil:
		return nil, explain(path, stderr.String())
	}
	said := &probeOutput{stderr: stderr.String()}
	if err := json.Unmarshal(stdout.Bytes(), said); err != nil {
		return nil, fmt.Errorf("%s: reading what ffprobe wrote: %w", printable(path), err)
	}
	return said, nil
}

func (p *pipe) header() *probeOutput { return p.said }

func (p *pipe) pictures() <-chan picture { return p.out }

func (p *pipe) start(info Info, opt Options, seek float64) error {
	p.info = info
	bin, err := tool("ffmpeg")
	if err != nil {
		return err
	}
	film, err := openFilm(p.path)
	if err != nil {
		return err
	}
	defer film.Close()
	picR, picW, err := os.Pipe()
	if err != nil {
		return err
	}
	defer picW.Close()
	timeR, timeW, err := os.Pipe()
	if err != nil {
		picR.Close()
		return err
	}
	defer timeW.Close()
	p.cmd, err = jail.Command(p.ctx, film, cellFor(bin, arguments(info, opt, seek), info), timeW)
	if err == nil {
		growPipe(picR)
		p.cmd.Stderr, p.cmd.Stdout = &p.stderr, picW
		p.cmd.WaitDelay = 2 * time.Second
		err = p.cmd.Start()
	}
	if err != nil {
		picR.Close()
		timeR.Close()
		return err
	}
	for range cap(p.free) {
		f := &Frame{Full: info.Full, BT709: info.BT709, release: func(f *Frame) { p.free <- f }}
		p.free <- f
	}
	go p.readStamps(timeR)
	go p.readPictures(picR)
	go p.pair()
	return nil
}

// arguments is ffmpeg's command line: one input, decoded once, split into the
// times (on descriptor 4) and the pictures (on descriptor 1).
func arguments(in Info, opt Options, seek float64) []string {
	args := []string{"-nostdin", "-hide_banner", "-loglevel", "error", "-copyts"}
	if opt.Threads > 0 {
		args = append(args, "-threads", strconv.Itoa(opt.Threads))
	}
	if seek > 0 {
		args = append(args, "-ss", strconv.FormatFloat(seek, 'f', 6, 64))
	}
	args = append(append(args, "-an", "-sn", "-dn"), Input(jail.Film)...)
	graph := "[0:" + strconv.Itoa(in.Stream) + "]" + in.Shaped() + ",split[p][q];[q]crop=2:2:0:0[t]"
	return append(args, "-filter_complex", graph,
		"-map", "[t]", "-fps_mode", "passthrough", "-enc_time_base", "1:1000000",
		"-flush_packets", "1", "-f", "framecrc", "pipe:4",
		"-map", "[p]", "-fps_mode", "passthrough", "-f", "yuv4mpegpipe", "pipe:1")
}

// readStamps turns framecrc's lines into seconds. It never waits for the
// pictures: the channel holds far more stamps than there are frames under way.
func (p *pipe) readStamps(f *os.File) {
	defer close(p.stamps)
	defer f.Close()
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		line := sc.Bytes()
		if len(line) == 0 || line[0] == '#' {
			continue
		}
		select {
		case p.stamps <- parseStamp(line):
		case <-p.ctx.Done():
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
func (p *pipe) readPictures(f *os.File) {
	defer close(p.frames)
	defer f.Close()
	if !skipLine(f) {
		return
	}
	for {
		var fr *Frame
		select {
		case fr = <-p.free:
		case <-p.ctx.Done():
			return
		}
		if fr.buf == nil {
			fr.allocate(p.info.Width, p.info.Height)
		}
		if _, err := io.ReadFull(f, fr.buf); err != nil || string(fr.buf[:len(frameMark)]) != frameMark {
			return
		}
		select {
		case p.frames <- fr:
		case <-p.ctx.Done():
			return
		}
	}
}

// pair puts every picture together with its stamp. ffmpeg may be pictures ahead
// with the one and behind with the other, so neither reader waits for the other.
func (p *pipe) pair() {
	defer close(p.out)
	for f := range p.frames {
		stamp, ok := <-p.stamps
		if !ok {
			stamp = math.NaN()
		}
		select {
		case p.out <- picture{frame: f, stamp: stamp}:
		case <-p.ctx.Done():
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

func (p *pipe) end(now bool) (string, error) {
	defer p.cancel()
	if now {
		p.cancel()
	}
	if p.cmd == nil {
		return "", nil
	}
	for range p.out { // to its end, so that nobody writes any more
	}
	for range p.frames {
	}
	for range p.stamps {
	}
	lingers := time.AfterFunc(lingerTimeout, p.cancel)
	defer lingers.Stop()
	err := p.cmd.Wait()
	return p.stderr.String(), err
}
