package work

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"facialis/internal/service/blob"
	"facialis/internal/service/queue"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
	"facialis/video"
)

// browserCodecs are what browsers play within MP4; everything else is encoded
// again.
var browserCodecs = map[string]bool{"h264": true, "av1": true, "vp9": true}

// secondPass is how many bytes a second are written at least where a file is
// written a second time.
const secondPass = 10 << 20

// playable makes the copy that a browser plays and seeks: the same pictures at the
// same times as in the analysis, the first at 0 s, in an MP4 whose index comes
// first. It has no sound, which would begin before or after that. It is encoded
// again only where browsers do not play the pictures or the times cannot be kept.
func (w *Worker) playable(ctx context.Context, r *record.Recording) error {
	to := key(r.ID, PlayFile)
	if _, err := w.Blobs.Size(to); !errors.Is(err, blob.ErrNotFound) {
		return err
	}
	c, done, err := w.copying(ctx, r, "play.part")
	if err != nil {
		return err
	}
	defer done()
	// The index comes first in a second pass over the file, which tells nothing of
	// its progress.
	stall := w.limits.Stall + time.Duration(r.Bytes/secondPass)*time.Second
	run := video.FFmpeg{Folder: c.folder, StallS: stall.Seconds()}
	kept := false
	if browserCodecs[c.info.Codec] && c.info.Planar420() {
		kept, err = copied(ctx, run, c.path, c.info, c.start)
	}
	if !kept && !errors.Is(err, video.ErrStalled) && ctx.Err() == nil {
		err = encoded(ctx, run, c.path, c.info, c.start)
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		// The film itself is served instead.
		w.Log.Warn("no copy for playing", "recording", r.ID, "error", cleanLine(c.path, err))
		if errors.Is(err, video.ErrStalled) { // tried again: the computer may have been busy
			return err
		}
		return nil
	}
	return w.Blobs.As(r.PersonID).Take(c.copy, to)
}

// toCopy is a recording's film with a folder of its own for a copy of it.
type toCopy struct {
	path   string // of the film
	info   video.Info
	start  float64 // s, of the first picture by the file's clock
	folder string  // path of the copy's folder
	copy   string  // key of the copy
}

// copying opens a recording's film to make a copy of it, in a new folder of the
// recording's under this name. done ends both.
func (w *Worker) copying(ctx context.Context, r *record.Recording, name string) (c toCopy, done func(), err error) {
	path, closed, err := w.Path(r)
	if err != nil {
		return c, nil, err
	}
	part := key(r.ID, name)
	end := func() {
		w.Blobs.Remove(part)
		closed()
	}
	defer func() {
		if err != nil {
			end()
		}
	}()
	c.path, c.copy = path, part+"/"+copyFile
	if c.info, err = w.Probe(ctx, c.path); err != nil {
		return c, nil, err
	}
	if c.start, err = video.Start(ctx, c.path); err != nil {
		return c, nil, err
	}
	if err = w.Blobs.Remove(part); err != nil { // of a run that was killed
		return c, nil, err
	}
	if err = w.Blobs.Make(part); err != nil {
		return c, nil, err
	}
	c.folder, err = w.Blobs.Path(part)
	return c, end, err
}

// copyFile is the copy while it is made, in a folder of its own.
const copyFile = "copy.mp4"

// mp4 are ffmpeg's arguments that write the copy.
var mp4 = []string{"-map_metadata", "-1", "-avoid_negative_ts", "disabled", "-movflags", "+faststart", "-f", "mp4", copyFile}

// copied makes the copy out of the film's own packets and reports whether each
// picture has kept its time. Where decoding begins before the first picture that
// is shown, in a film that was trimmed on a phone or one that begins between two
// key pictures, it has not: players differ in what they show of it.
func copied(ctx context.Context, run video.FFmpeg, path string, info video.Info, start float64) (bool, error) {
	scale := 1 / info.Slowness()
	start *= scale
	p := &packets{start: start, last: math.MinInt64}
	run.Before, run.Out = []string{"-copyts", "-itsscale", strconv.FormatFloat(scale, 'f', 9, 64)}, p
	run.Args = append([]string{"-map", info.Film(), "-c:v", "copy", "-output_ts_offset", strconv.FormatFloat(-start, 'f', 6, 64)}, mp4...)
	run.Args = append(run.Args, "-map", info.Film(), "-c:v", "copy", "-avoid_negative_ts", "disabled", "-f", "framecrc", "pipe:1")
	if _, err := run.Run(ctx, path, info); err != nil {
		return false, err
	}
	return p.kept(), nil
}

// encoded encodes the copy again, with the times of the analysis. Without pictures
// that refer to later ones, decoding begins at 0 s too. more are filters of its own.
func encoded(ctx context.Context, run video.FFmpeg, path string, info video.Info, start float64, more ...string) error {
	run.Before = []string{"-copyts"}
	const even = "scale=w='max(2,trunc(iw/2)*2)':h='max(2,trunc(ih/2)*2)':out_range=tv,setsar=1"
	run.Args = append([]string{"-map", info.Film(), "-vf", strings.Join(slices.Concat([]string{info.Paced(start)}, more, []string{info.Shaped(), even}), ","), "-fps_mode", "passthrough", "-enc_time_base", "1:90000",
		"-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p", "-g", "30", "-bf", "0"}, mp4...)
	_, err := run.Run(ctx, path, info)
	return err
}

// packets reads what ffmpeg says of a film's packets, a line for each, and looks
// whether a copy of them shows what the film shows.
type packets struct {
	start   float64 // the film's own time of its first picture, seconds
	rest    []byte
	unit    float64 // seconds
	n       int
	first   float64   // of the times of presentation, seconds
	last    int64     // time of decoding
	recent  [32]int64 // times of presentation
	strange bool      // the times cannot be kept
}

func (p *packets) kept() bool {
	return p.n > 0 && !p.strange && math.Abs(p.first-p.start) < 1e-3
}

func (p *packets) Write(b []byte) (int, error) {
	p.rest = append(p.rest, b...)
	for {
		i := bytes.IndexByte(p.rest, '\n')
		if i < 0 {
			return len(b), nil
		}
		p.line(string(p.rest[:i]))
		p.rest = p.rest[i+1:]
	}
}

// line reads "#tb 0: 1/90000" and "0, dts, pts, duration, size, crc".
func (p *packets) line(s string) {
	if unit, ok := strings.CutPrefix(s, "#tb 0: "); ok {
		var a, b float64
		fmt.Sscanf(unit, "%g/%g", &a, &b)
		p.unit = a / b
	}
	f := strings.Split(s, ",")
	if strings.HasPrefix(s, "#") || len(f) < 6 {
		return
	}
	dts, err := strconv.ParseInt(strings.TrimSpace(f[1]), 10, 64)
	pts, err2 := strconv.ParseInt(strings.TrimSpace(f[2]), 10, 64)
	if err != nil || err2 != nil || dts <= p.last || slices.Contains(p.recent[:min(p.n, len(p.recent))], pts) {
		p.strange = true
		return
	}
	if t := float64(pts) * p.unit; p.n == 0 || t < p.first {
		p.first = t
	}
	p.recent[p.n%len(p.recent)] = pts
	p.last = dts
	p.n++
}

// play makes what goes with a recording and is not there yet, the copy to play
// and the pictures of the report: a job. Neither can change the analysis.
func (w *Worker) play(ctx context.Context, j queue.Job) error {
	r, err := w.Store.Recording(ctx, j.ID)
	if errors.Is(err, store.ErrNotFound) || err == nil && !r.State.Over() {
		return nil // deleted, or it comes after the analysis
	}
	if err != nil {
		return err
	}
	if err := errors.Join(w.takeStills(ctx, r), w.reduce(ctx, r), w.playable(ctx, r)); err != nil {
		if errors.Is(err, video.ErrStalled) && j.Last() {
			return nil // the film itself is served instead
		}
		if video.Unreadable(err) {
			return nil // a film that failed: there is nothing to make of it
		}
		if errors.Is(err, video.ErrBusy) {
			return &queue.Later{In: w.limits.Busy, Err: err}
		}
		return err
	}
	return nil
}
