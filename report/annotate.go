package report

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"facialis/event"
	"facialis/internal/ffmpeg"
	"facialis/video"
)

// annotateStall is how long drawing may make no progress.
var annotateStall = time.Minute

// Annotate writes the recording to out (MP4, H.264) with its events drawn in:
// a bar at the edge of the side that moves, a ring on each place that moves
// and a line of words. It has no sound. The file appears complete or not at all.
func Annotate(ctx context.Context, path, out string, t *event.Trace, a *Analysis) error {
	info, err := video.Probe(ctx, path)
	if err != nil {
		return err
	}
	in, err := filepath.Abs(path)
	if err != nil {
		return err
	}
	// ffmpeg runs in a folder of its own, where all names are fixed: a filter's
	// argument is a language in which a path would have to be quoted.
	dir, err := os.MkdirTemp(filepath.Dir(out), ".annotate-*")
	if err != nil {
		return fmt.Errorf("making a folder for the annotated video: %w", err)
	}
	defer os.RemoveAll(dir)
	script := assScript(a, t, info.Width, info.Height)
	if err := os.WriteFile(filepath.Join(dir, "events.ass"), []byte(script), 0o600); err != nil {
		return fmt.Errorf("writing the annotations: %w", err)
	}
	args := append([]string{"-an", "-sn", "-dn"}, video.Input(in)...)
	args = append(args, "-map", "0:V:0", "-vf", fmt.Sprintf("setpts=PTS-STARTPTS,scale=%d:%d,setsar=1,format=yuv420p,ass=events.ass", info.Width&^1, info.Height&^1),
		"-fps_mode", "passthrough", "-map_metadata", "-1", "-c:v", "libx264", "-preset", "veryfast", "-crf", "21",
		"-movflags", "+faststart", "-y", "annotated.mp4")
	err = ffmpeg.Run(ctx, ffmpeg.Call{Args: args, Dir: dir, Stall: annotateStall})
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, exec.ErrNotFound):
		return video.ErrNoFFmpeg
	case err != nil:
		return fmt.Errorf("drawing the events into the video: %w", err)
	}
	if err := os.Rename(filepath.Join(dir, "annotated.mp4"), out); err != nil {
		return fmt.Errorf("moving the annotated video to its place: %w", err)
	}
	return nil
}
