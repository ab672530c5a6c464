package report

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"facialis/event"
	"facialis/video"
)

// annotateStallS is how long drawing may make no progress, seconds.
var annotateStallS = 60.0

// Annotate writes the recording to out (MP4, H.264) with its events drawn in:
// a bar at the edge of the side that moves, a ring on each place that moves
// and a line of words. It has no sound. The file appears complete or not at all.
func Annotate(ctx context.Context, path, out string, t *event.Trace, a *Analysis) error {
	info, err := video.Probe(ctx, path)
	if err != nil {
		return err
	}
	start, err := video.Start(ctx, path)
	if err != nil {
		return err
	}
	// ffmpeg runs in a folder of its own, where all names are fixed: a filter's
	// argument is a language in which a path would have to be quoted.
	folder, err := filepath.Abs(filepath.Dir(out))
	if err != nil {
		return fmt.Errorf("finding the folder of the annotated video: %w", err)
	}
	dir, err := os.MkdirTemp(folder, ".annotate-*")
	if err != nil {
		return fmt.Errorf("making a folder for the annotated video: %w", err)
	}
	defer os.RemoveAll(dir)
	script := assScript(a, t, info.Width, info.Height)
	if err := os.WriteFile(filepath.Join(dir, "events.ass"), []byte(script), 0o600); err != nil {
		return fmt.Errorf("writing the annotations: %w", err)
	}
	// ffmpeg's default clock is that of the header's rate, which is not the time of
	// each picture.
	run := video.FFmpeg{Before: []string{"-copyts"}, Folder: dir, Args: []string{"-map", info.Film(),
		"-vf", fmt.Sprintf("%s,%s,scale=%d:%d:out_range=tv,setsar=1,format=yuv420p,ass=events.ass", info.Paced(start), info.Shaped(), info.Width&^1, info.Height&^1),
		"-fps_mode", "passthrough", "-enc_time_base", "1:90000", "-map_metadata", "-1", "-c:v", "libx264", "-preset", "veryfast", "-crf", "21",
		"-movflags", "+faststart", "annotated.mp4"}, StallS: annotateStallS}
	if _, err := run.Run(ctx, path, info); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return fmt.Errorf("drawing the events into the video: %w", err)
	}
	if err := os.Rename(filepath.Join(dir, "annotated.mp4"), out); err != nil {
		return fmt.Errorf("moving the annotated video to its place: %w", err)
	}
	return nil
}
