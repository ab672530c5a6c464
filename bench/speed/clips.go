package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"facialis/phantom"
)

// drawnS is how much is drawn; it is then played forwards and backwards, so
// that the head never jumps, and again until the minute is full.
const drawnS = 10

// minute makes a recording of 60 s of the given size, once.
func minute(ctx context.Context, o options, name string, w, h int) (string, error) {
	path := filepath.Join(o.dir, name+".mp4")
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	if err := os.MkdirAll(o.dir, 0o755); err != nil {
		return "", fmt.Errorf("making the folder for the recordings: %w", err)
	}
	drawn := filepath.Join(o.dir, fmt.Sprintf("drawn-%d.mp4", drawnS))
	if _, err := os.Stat(drawn); err != nil {
		spec, err := phantom.Preset("primary-spread")
		if err != nil {
			return "", err
		}
		spec.SetSeconds(drawnS)
		spec.Camera.Width, spec.Camera.Height, spec.Camera.FPS = 1920, 1080, 30
		part := filepath.Join(o.dir, "part-drawn.mp4")
		if _, err := phantom.Render(ctx, spec, part, func(done, total int) {
			if done%30 == 0 || done == total {
				fmt.Fprintf(os.Stderr, "\rdrawing %d of %d frames", done, total)
			}
		}); err != nil {
			return "", err
		}
		fmt.Fprintln(os.Stderr)
		if err := os.Rename(part, drawn); err != nil {
			return "", err
		}
	}
	there := filepath.Join(o.dir, "part-there.mp4")
	defer os.Remove(there)
	filter := fmt.Sprintf("[0]scale=%d:%d,split[a][b];[b]reverse[r];[a][r]concat", w, h)
	if err := ffmpeg(ctx, "-i", drawn, "-filter_complex", filter, "-c:v", "libx264", "-preset", "fast", "-crf", "21", "-pix_fmt", "yuv420p", there); err != nil {
		return "", err
	}
	return repeat(ctx, o, there, name+".mp4", 60/(2*drawnS))
}

// repeat plays a recording n times into another, once; times go on.
func repeat(ctx context.Context, o options, from, name string, n int) (string, error) {
	path := filepath.Join(o.dir, name)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	part := filepath.Join(o.dir, "part-"+name)
	if err := ffmpeg(ctx, "-stream_loop", fmt.Sprint(n-1), "-i", from, "-c", "copy", part); err != nil {
		return "", err
	}
	return path, os.Rename(part, path)
}

func ffmpeg(ctx context.Context, args ...string) error {
	cmd := exec.CommandContext(ctx, "ffmpeg", append([]string{"-v", "error", "-nostdin", "-y"}, args...)...)
	cmd.Stderr = os.Stderr
	if err := cmd.Run(); err != nil {
		return fmt.Errorf("ffmpeg: %w", err)
	}
	return nil
}
