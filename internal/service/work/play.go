package work

import (
	"context"
	"errors"
	"time"

	"facialis/internal/ffmpeg"
	"facialis/internal/service/blob"
	"facialis/internal/service/queue"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
	"facialis/video"
)

// browserCodecs are what browsers play within MP4; everything else is encoded
// anew.
var browserCodecs = map[string]bool{"h264": true, "av1": true, "vp9": true}

// secondPass is how many bytes a second are written at least where a file is
// written a second time.
const secondPass = 10 << 20

// playable makes the copy that a browser plays and seeks: the same pictures in
// an MP4 whose index comes first, encoded anew only where browsers do not play
// them. It has no sound, so that its first picture is at 0 s exactly, as in the
// analysis.
func (w *Worker) playable(ctx context.Context, r *record.Recording) error {
	to := key(r.ID, PlayFile)
	if _, err := w.Blobs.Size(to); !errors.Is(err, blob.ErrNotFound) {
		return err
	}
	path, err := w.Path(r)
	if err != nil {
		return err
	}
	info, err := w.Probe(ctx, path)
	if err != nil {
		return err
	}
	codec := []string{"-c:v", "copy"}
	if !browserCodecs[info.Codec] || !info.Planar420() {
		codec = []string{"-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-pix_fmt", "yuv420p", "-g", "30", "-fps_mode", "passthrough", "-vf", "scale=trunc(iw/2)*2:trunc(ih/2)*2"}
	}
	part := key(r.ID, "play.part")
	out, err := w.Blobs.Path(part)
	if err != nil {
		return err
	}
	defer w.Blobs.Remove(part)
	args := append([]string{"-map", "0:V:0", "-an", "-sn", "-dn", "-map_metadata", "-1"}, codec...)
	args = append(append([]string{"-y"}, video.Input(path)...), args...)
	args = append(args, "-avoid_negative_ts", "make_zero", "-movflags", "+faststart", "-f", "mp4", "file:"+out)
	// The index comes first in a second pass over the file, which tells nothing of
	// its progress.
	stall := w.limits.Stall + time.Duration(r.Bytes/secondPass)*time.Second
	err = ffmpeg.Run(ctx, ffmpeg.Call{Args: args, Stall: stall})
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		// The film itself is served instead.
		w.Log.Warn("no copy for playing", "recording", r.ID, "error", cleanLine(path, err))
		return nil
	}
	return w.Blobs.Move(part, to)
}

// play makes what goes with a recording and is not there yet, the copy to play
// and the pictures of the report: a job. Neither can change the analysis.
func (w *Worker) play(ctx context.Context, id string) error {
	r, err := w.Store.Recording(ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && !r.State.Over() {
		return nil // deleted, or it comes after the analysis
	}
	if err != nil {
		return err
	}
	if err := errors.Join(w.takeStills(ctx, r), w.playable(ctx, r)); err != nil {
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
