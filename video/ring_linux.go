package video

import (
	"bufio"
	"context"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"facialis/internal/jail"
	"facialis/internal/libdir"
	"facialis/words"

	"golang.org/x/sys/unix"
)

// decoderProgram is the program that decodes into shared memory; its source is
// video/decoder.
const decoderProgram = "facialis-decoder"

// Words from the decoder, as in video/decoder/decoder.c.
const (
	wordFilm    = 1
	wordMemory  = 2
	wordPicture = 3
	wordEnd     = 4

	pictureBytes = 56
	ringSlots    = 48
	mostLent     = ringSlots / 2
	mostWord     = 1 << 20 // bytes
	exitNoLibav  = 127     // the loader's: a shared library is missing
)

// errNoRing says that the decoder program does not run here.
var errNoRing = errors.New("no decoder")

// ring is the decoder that shares its memory: facialis-decoder writes the
// pictures into it, and they are read where they lie.
type ring struct {
	path   string
	said   *probeOutput
	ctx    context.Context
	cancel context.CancelFunc
	parent context.Context // the caller's
	cmd    *exec.Cmd
	stderr tail
	words  *bufio.Reader
	pipes  [2]*os.File // our ends: of its standard output and input
	out    chan picture
	free   chan *Frame
	mem    *memory
	info   Info
	whole  bool  // it said that the film has ended
	fault  error // what was wrong with the decoder's words; for those who saw out closed
}

// memory is what the decoder and we share. It is mapped until the decoder has
// ended and the last frame has been released.
type memory struct {
	mu    sync.Mutex
	bytes []byte
	file  *os.File
	users int
}

func (m *memory) use() {
	m.mu.Lock()
	m.users++
	m.mu.Unlock()
}

func (m *memory) leave() {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.users--; m.users > 0 {
		return
	}
	if m.bytes != nil {
		unix.Munmap(m.bytes)
		m.bytes = nil
	}
	m.file.Close()
}

// decoderPath is the decoder program's file.
func decoderPath() (string, error) {
	dir, err := libdir.Find("film programs", func(dir string) bool { return libdir.IsFile(filepath.Join(dir, decoderProgram)) })
	return filepath.Join(dir, decoderProgram), err
}

// ringRuns reports whether the decoder program is there and its libraries load.
func ringRuns() bool {
	bin, err := decoderPath()
	if err != nil {
		return false
	}
	var exit *exec.ExitError
	err = exec.Command(bin).Run()
	return err == nil || errors.As(err, &exit) && exit.ExitCode() != exitNoLibav
}

// openRing starts the decoder on the film at path and hears within limit what the
// film is.
func openRing(ctx context.Context, path string, buffers int, limit time.Duration) (decoder, error) {
	bin, err := decoderPath()
	if err != nil {
		return nil, errNoRing
	}
	film, err := openFilm(path)
	if err != nil {
		return nil, err
	}
	defer film.Close()
	fd, err := unix.MemfdCreate("pictures", unix.MFD_CLOEXEC|unix.MFD_ALLOW_SEALING)
	if err != nil {
		return nil, fmt.Errorf("making memory for the pictures: %w", err)
	}
	r := &ring{path: path, out: make(chan picture, buffers), free: make(chan *Frame, buffers), mem: &memory{file: os.NewFile(uintptr(fd), "pictures"), users: 1}}
	r.parent = ctx
	r.ctx, r.cancel = context.WithCancel(ctx)
	outR, outW, err := os.Pipe()
	if err != nil {
		r.mem.leave()
		return nil, err
	}
	inR, inW, err := os.Pipe()
	if err != nil {
		r.mem.leave()
		outR.Close()
		outW.Close()
		return nil, err
	}
	defer outW.Close()
	defer inR.Close()
	r.pipes = [2]*os.File{outR, inW}
	r.words = bufio.NewReader(outR)
	args := []string{strings.Join(Formats, ","), strings.Join(Decoders, ","), strconv.Itoa(MaxSide * MaxSide)}
	c := cellOf(bin, args)
	c.CPUS = 1 << 30 // set when the film's length is known
	r.cmd, err = jail.Command(r.ctx, film, c, r.mem.file)
	if err == nil {
		r.cmd.Stdin, r.cmd.Stdout, r.cmd.Stderr = inR, outW, &r.stderr
		r.cmd.WaitDelay = 2 * time.Second
		err = r.cmd.Start()
	}
	if err != nil {
		r.close()
		return nil, err
	}
	inR.Close()
	outW.Close() // so that its end is the end of the words
	slow := time.AfterFunc(limit, r.cancel)
	kind, text, err := r.word()
	tooLong := !slow.Stop()
	if err == nil && kind == wordFilm && !tooLong {
		r.said = &probeOutput{}
		if err := json.Unmarshal(text, r.said); err != nil {
			r.end(true)
			return nil, r.nonsense()
		}
		return r, nil
	}
	said, ended := r.end(tooLong || err == nil || errors.Is(err, errWord))
	var exit *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case tooLong:
		return nil, ErrBusy
	case errors.As(ended, &exit) && exit.ExitCode() == exitNoLibav:
		chosen.Store(byPipe)
		return nil, errNoRing
	}
	if err == nil || errors.Is(err, errWord) {
		return nil, r.nonsense()
	}
	return nil, r.ended(said, ended)
}

// errWord says that the decoder's words cannot be read.
var errWord = errors.New("not a word")

// nonsense is the fault of a decoder whose words make no sense: it has been
// taken over by the film, or broke down.
func (r *ring) nonsense() error {
	return &fault{ErrUndecodable, r.path, say("video.detail.nonsense"), say("video.advice.export")}
}

// ended explains an end without a picture.
func (r *ring) ended(said string, err error) error {
	if strings.TrimSpace(said) == "" && err == nil {
		return &fault{ErrUndecodable, r.path, say("video.detail.early"), say("video.advice.export")}
	}
	if strings.TrimSpace(said) == "" {
		return &fault{ErrUndecodable, r.path, say("video.detail.broke", words.Args{"Reason": err}), say("video.advice.export")}
	}
	return explain(r.path, said)
}

// word reads the decoder's next word.
func (r *ring) word() (kind uint32, payload []byte, err error) {
	var head [8]byte
	if _, err := io.ReadFull(r.words, head[:]); err != nil {
		return 0, nil, err
	}
	n := binary.LittleEndian.Uint32(head[4:])
	if n > mostWord {
		return 0, nil, errWord
	}
	payload = make([]byte, n)
	_, err = io.ReadFull(r.words, payload)
	return binary.LittleEndian.Uint32(head[:]), payload, err
}

func (r *ring) header() *probeOutput { return r.said }

func (r *ring) pictures() <-chan picture { return r.out }

func (r *ring) start(info Info, opt Options, seek float64) error {
	r.info = info
	pid := r.cmd.Process.Pid
	// The film's size and length are known now: less than before is enough.
	for _, l := range []struct {
		what   int
		amount uint64
	}{{unix.RLIMIT_AS, uint64(memoryMB(info)) << 20}, {unix.RLIMIT_CPU, uint64(cpuS(info))}} {
		if err := unix.Prlimit(pid, l.what, &unix.Rlimit{Cur: l.amount, Max: l.amount}, nil); err != nil && !errors.Is(err, unix.ESRCH) {
			return fmt.Errorf("limiting the decoder: %w", err)
		}
	}
	plain := 0
	if info.plain() {
		plain = 1
	}
	_, err := fmt.Fprintf(r.pipes[1], "start %d %d %d %d %d %d %d %s\n", info.Stream, info.Width, info.Height, plain,
		min(cap(r.free), mostLent), opt.Threads, int64(math.Round(seek*1e6)), info.turns()+info.Shaped())
	var total uint64
	if err == nil {
		var kind uint32
		var b []byte
		slow := time.AfterFunc(startTimeout, r.cancel)
		if kind, b, err = r.word(); err == nil && (kind != wordMemory || len(b) != 8) {
			err = errWord
		}
		if !slow.Stop() && r.parent.Err() == nil {
			r.end(true)
			return &fault{ErrStalled, r.path, say("video.detail.noFrame", words.Args{"Seconds": fmt.Sprintf("%g", startTimeout.Seconds())}), say("video.advice.busy")}
		}
		if err == nil {
			total = binary.LittleEndian.Uint64(b)
		}
	}
	if errors.Is(err, errWord) {
		r.end(true)
		return r.nonsense()
	}
	if err != nil {
		said, ended := r.end(false)
		return r.ended(said, ended)
	}
	if total == 0 || total > uint64(memoryMB(info))<<20 {
		r.end(true)
		return r.nonsense()
	}
	fd := int(r.mem.file.Fd())
	if err := sizeMemory(fd, int64(total)); err != nil {
		r.end(true)
		if errors.Is(err, errWord) {
			return r.nonsense()
		}
		return fmt.Errorf("making memory for the pictures: %w", err)
	}
	r.mem.bytes, err = unix.Mmap(fd, 0, int(total), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		r.end(true)
		return fmt.Errorf("mapping the memory for the pictures: %w", err)
	}
	if _, err := r.pipes[1].WriteString("ready\n"); err != nil {
		said, ended := r.end(true)
		return r.ended(said, ended)
	}
	for range cap(r.free) {
		r.free <- &Frame{Full: info.Full, BT709: info.BT709, release: r.release}
	}
	go r.read()
	return nil
}

// sizeMemory sizes the memory and seals it, so that a decoder that has been
// taken over cannot take it away under a reader. It says [errWord] where the
// decoder, which has the memory as well, did something to it meanwhile.
func sizeMemory(fd int, total int64) error {
	err := unix.Ftruncate(fd, total)
	if err == nil {
		_, err = unix.FcntlInt(uintptr(fd), unix.F_ADD_SEALS, unix.F_SEAL_SHRINK|unix.F_SEAL_GROW|unix.F_SEAL_SEAL)
	}
	var now unix.Stat_t
	if err == nil {
		err = unix.Fstat(fd, &now)
	}
	if errors.Is(err, unix.EPERM) || err == nil && now.Size != total {
		return errWord
	}
	return err
}

// release tells the decoder that a frame's slot may be filled again.
func (r *ring) release(f *Frame) {
	f.Y, f.Cb, f.Cr = nil, nil, nil
	var b [4]byte
	binary.LittleEndian.PutUint32(b[:], f.slot)
	// A decoder that has ended needs no telling. One that does not listen is not
	// waited for.
	r.pipes[1].SetWriteDeadline(time.Now().Add(listenTimeout))
	if _, err := r.pipes[1].Write(b[:]); errors.Is(err, os.ErrDeadlineExceeded) {
		r.cancel()
	}
	r.mem.leave()
	r.free <- f
}

// read turns the decoder's words into frames until it ends.
func (r *ring) read() {
	defer close(r.out)
	defer func() {
		if r.fault != nil {
			r.cancel()
		}
	}()
	for {
		kind, b, err := r.word()
		switch {
		case err == nil && kind == wordPicture && len(b) == pictureBytes:
		case err == nil && kind == wordEnd && len(b) == 0:
			r.whole = true
			return
		case err == nil, errors.Is(err, errWord):
			r.fault = r.nonsense()
			return
		default:
			return // it has ended
		}
		var f *Frame
		select {
		case f = <-r.free:
		case <-r.ctx.Done():
			return
		}
		le := binary.LittleEndian
		f.slot = le.Uint32(b[8:])
		f.W, f.H = int(le.Uint32(b[12:])), int(le.Uint32(b[16:]))
		if f.W != r.info.Width || f.H != r.info.Height {
			r.fault = r.nonsense()
			return
		}
		luma, chroma := f.W*f.H, ((f.W+1)/2)*((f.H+1)/2)
		for _, p := range [...]struct {
			plane *[]byte
			at    uint64
			n     int
		}{{&f.Y, le.Uint64(b[32:]), luma}, {&f.Cb, le.Uint64(b[40:]), chroma}, {&f.Cr, le.Uint64(b[48:]), chroma}} {
			if *p.plane, err = r.mem.plane(p.at, p.n); err != nil {
				r.fault = r.nonsense()
				return
			}
		}
		r.mem.use()
		p := picture{frame: f, stamp: math.NaN(), storedW: int(le.Uint32(b[20:])), storedH: int(le.Uint32(b[24:]))}
		if us := int64(le.Uint64(b)); us != math.MinInt64 {
			p.stamp = float64(us) / 1e6
		}
		select {
		case r.out <- p:
		case <-r.ctx.Done():
			r.mem.leave()
			return
		}
	}
}

// plane is the stretch of n bytes from at on, which the decoder named and which
// may lie anywhere as far as we know.
func (m *memory) plane(at uint64, n int) ([]byte, error) {
	if at > uint64(len(m.bytes)) || uint64(n) > uint64(len(m.bytes))-at {
		return nil, io.ErrUnexpectedEOF
	}
	return m.bytes[at : at+uint64(n) : at+uint64(n)], nil
}

func (r *ring) end(now bool) (string, error) {
	if now {
		r.cancel()
	}
	started := r.mem.bytes != nil
	if started {
		for p := range r.out {
			p.frame.Release()
		}
	}
	r.pipes[1].Close()
	lingers := time.AfterFunc(lingerTimeout, r.cancel)
	err := r.cmd.Wait()
	lingers.Stop()
	r.close()
	switch {
	case now:
	case r.fault != nil:
		err = r.fault
	case err == nil && started && !r.whole:
		err = errors.New(say("video.detail.early"))
	}
	return r.stderr.String(), err
}

// close gives back what the ring holds itself.
func (r *ring) close() {
	r.cancel()
	for _, p := range r.pipes {
		p.Close()
	}
	r.mem.leave()
}
