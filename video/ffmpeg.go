package video

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"facialis/internal/jail"
	"facialis/words"
)

// FFmpeg is one run of ffmpeg on a film: a copy for playing, a single picture,
// the film with something drawn in. It runs in the jail, sees the film and
// [FFmpeg.Folder], and is ended when it does not get on.
type FFmpeg struct {
	Before []string // options of the input: a seek
	Args   []string // what becomes of it, after the input; outputs are pipe:1 or names within Folder
	Folder string   // the folder it works in, where it may make files; empty: it makes none
	StallS float64  // ends it when it gets no further for that long; 0 means 60
}

// drawing is what ffmpeg reads when it draws words: fonts and where they are.
var drawing = []string{"/usr/share/fonts", "/usr/local/share/fonts", "/usr/share/fontconfig", "/etc/fonts", "/var/cache/fontconfig"}

// Film is the stream that is read, as ffmpeg's -map wants it.
func (i Info) Film() string { return fmt.Sprintf("0:%d", i.Stream) }

// Run runs it on the film at path, whose headers were read into info, and gives
// what it wrote on its standard output.
func (f FFmpeg) Run(ctx context.Context, path string, info Info) ([]byte, error) {
	bin, err := tool("ffmpeg")
	if err != nil {
		return nil, err
	}
	film, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("%s: opening the video: %w", printable(path), errors.Unwrap(err))
	}
	defer film.Close()
	tells, told, err := os.Pipe()
	if err != nil {
		return nil, err
	}
	defer tells.Close()
	defer told.Close()
	args := append([]string{"-nostdin", "-hide_banner", "-loglevel", "error", "-progress", "pipe:4", "-stats_period", "1", "-y"}, f.Before...)
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
	cmd.WaitDelay = 2 * time.Second
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("starting ffmpeg: %w", err)
	}
	told.Close()
	stall := time.Duration(f.StallS * float64(time.Second))
	if stall <= 0 {
		stall = 60 * time.Second
	}
	timer := time.AfterFunc(stall, cancel)
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		watch(tells, func() { timer.Reset(stall) })
	}()
	err = cmd.Wait()
	stalled := !timer.Stop() && ctx.Err() == nil
	tells.Close()
	<-watched
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case stalled:
		return nil, &fault{ErrStalled, path, say("video.detail.noFurther", words.Args{"Seconds": fmt.Sprintf("%g", stall.Seconds())}), say("video.advice.busy")}
	case err != nil:
		if said := lastLine(stderr.String()); said != "" {
			return nil, fmt.Errorf("ffmpeg: %s: %w", said, err)
		}
		return nil, fmt.Errorf("ffmpeg: %w", err)
	}
	return out.Bytes(), nil
}

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
