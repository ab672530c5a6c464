package work

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"

	"facialis/internal/service/blob"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
	"facialis/video"
)

// browserCodecs are what browsers play within MP4; everything else is encoded
// anew.
var browserCodecs = map[string]bool{"h264": true, "av1": true, "vp9": true}

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
	info, err := video.Probe(ctx, path)
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
	err = ffmpeg(ctx, path, append(args, "-avoid_negative_ts", "make_zero", "-movflags", "+faststart", "-f", "mp4", "file:"+out)...)
	if ctx.Err() != nil {
		return ctx.Err()
	}
	if err != nil {
		// The film itself is served instead; the analysis may still succeed.
		w.Log.Warn("no copy for playing", "recording", r.ID)
		return nil
	}
	return w.Blobs.Move(part, to)
}

// play makes the copy to play of a recording that was brought in: a job.
func (w *Worker) play(ctx context.Context, id string) error {
	r, err := w.Store.Recording(ctx, id)
	if errors.Is(err, store.ErrNotFound) || err == nil && !r.State.Over() {
		return nil // deleted, or its analysis makes the copy
	}
	if err != nil {
		return err
	}
	return w.playable(ctx, r)
}

// ffmpeg runs ffmpeg on the recording at path; args say what becomes of it.
func ffmpeg(ctx context.Context, path string, args ...string) error {
	bin, err := exec.LookPath("ffmpeg")
	if err != nil {
		return fmt.Errorf("%w: %w", video.ErrNoFFmpeg, err)
	}
	cmd := exec.CommandContext(ctx, bin, append(append([]string{"-v", "error", "-nostdin", "-y"}, video.Input(path)...), args...)...)
	var said bytes.Buffer
	cmd.Stderr = &said
	if err := cmd.Run(); err != nil {
		line, _, _ := strings.Cut(strings.TrimSpace(said.String()), "\n")
		return fmt.Errorf("ffmpeg: %s: %w", line, err)
	}
	return nil
}
