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
	"sync/atomic"
	"time"

	"facialis/internal/jail"
	"facialis/words"
)

// FFmpeg is one run of ffmpeg on a film: a copy for playing, a single picture,
// the film with something drawn in. It runs in the jail, sees the film and
// [FFmpeg.Folder], and is ended when it does not get on. Nothing else in the
// program runs ffmpeg on a film that somebody gave.
type FFmpeg struct {
	Before []string  // options of the input: a seek
	Args   []string  // what becomes of it, after the input; outputs are pipe:1 or names within Folder
	Folder string    // the folder it works in, where it may make files; empty: it makes none
	Out    io.Writer // takes its standard output; nil: Run gives it
	StallS float64   // ends it when it gets no further for that long; 0 means 60
	LimitS float64   // ends it after that long, however far it is; 0 means never
}

// drawing is what ffmpeg reads when it draws words: fonts and where they are.
var drawing = []string{"/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/fontconfig", "/etc/fonts", "/var/cache/fontconfig"}

// Film is the stream that is read, as ffmpeg's -map wants it.
func (i Info) Film() string { return fmt.Sprintf("0:%d", i.Stream) }

// Seek are options of the input ([FFmpeg.Before]) with which it begins at the first
// picture at or after a time, in seconds from the film's first picture.
func (i Info) Seek(at float64) []string {
	return []string{"-ss", strconv.FormatFloat(i.seekS(at-5e-4), 'f', 6, 64)}
}

// Run runs it on the film at path, whose headers were read into info, and gives
// what it wrote on its standard output. The error wraps [ErrStalled] where it was
// ended for taking too long.
func (f FFmpeg) Run(ctx context.Context, path string, info Info) ([]byte, error) {
	bin, err := tool("ffmpeg")
	if err != nil {
		return nil, err
	}
	film, err := openFilm(path)
	if err != nil {
		return nil, err
	}
	defer film.Close()
	tells, told, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer tells.Close()
	defer told.Close()
	args := append([]string{"-nostdin", "-hide_banner", "-loglevel", "error", "-progress", "pipe:4", "-stats_period", "0.5", "-y"}, f.Before...)
	args = append(append(append(args, "-an", "-sn", "-dn"), Input(jail.Film)...), f.Args...)
	c := cellFor(bin, args, info)
	c.Read = drawing
	c.WriteMB = writtenMB
	if f.Folder != "" {
		c.Write = []string{f.Folder}
	}
	rctx, cancel := context.WithCancel(ctx)
	defer cancel()
	cmd, err := jail.Command(rctx, film, c, told)
	if err != nil {
		return nil, err
	}
	if f.Folder != "" {
		cmd.Dir = f.Folder
	}
	var out bytes.Buffer
	var stderr tail
	cmd.Stdout, cmd.Stderr = &out, &stderr
	if f.Out != nil {
		cmd.Stdout = f.Out
	}
	cmd.WaitDelay = 2 * time.Second // something else may hold the pipes open
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting ffmpeg: %w", err)
	}
	told.Close()
	stallS := f.StallS
	if stallS <= 0 {
		stallS = 60
	}
	var tooLong atomic.Pointer[string] // why it was ended
	end := func(key string, s float64) func() {
		return func() {
			why := say(key, words.Args{"Seconds": fmt.Sprintf("%g", s)})
			tooLong.CompareAndSwap(nil, &why)
			cancel()
		}
	}
	stall := time.AfterFunc(seconds(stallS), end("video.detail.noFurther", stallS))
	if f.LimitS > 0 {
		limit := time.AfterFunc(seconds(f.LimitS), end("video.detail.notDone", f.LimitS))
		defer limit.Stop()
	}
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		watch(tells, func() { stall.Reset(seconds(stallS)) })
	}()
	err = cmd.Wait()
	tells.Close()
	<-watched
	stall.Stop()
	why := tooLong.Load()
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case err == nil, errors.Is(err, exec.ErrWaitDelay): // done, though something held its pipes
		return out.Bytes(), nil
	case why != nil:
		return nil, &fault{ErrStalled, path, *why, say("video.advice.busy")}
	}
	if said := lastLine(stderr.String()); said != "" {
		return nil, fmt.Errorf("ffmpeg: %s: %w", said, err)
	}
	return nil, fmt.Errorf("ffmpeg: %w", err)
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

// watch reads ffmpeg's reports and calls further for each that tells of more
// than the one before.
func watch(r io.Reader, further func()) {
	sc := bufio.NewScanner(r)
	last := map[string]string{}
	for sc.Scan() {
		key, value, _ := strings.Cut(sc.Text(), "=")
		switch key {
		case "frame", "total_size", "out_time_us", "progress":
			if last[key] != value {
				last[key] = value
				further()
			}
		}
	}
}
