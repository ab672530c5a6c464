package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"

	"facialis/phantom"
)

// fewPictures is the length of the recording that shows the start-up.
const fewPictures = 3

// clips are the recordings that are measured, by name.
type clips struct {
	filmed, drawn map[string]string // by the name of a size
	few           string
}

// makeClips makes the recordings that are not there yet.
func makeClips(ctx context.Context, o options) (clips, error) {
	c := clips{map[string]string{}, map[string]string{}, ""}
	if err := os.MkdirAll(o.dir, 0o755); err != nil {
		return c, fmt.Errorf("making the folder for the recordings: %w", err)
	}
	var err error
	for _, s := range sizes {
		if c.filmed[s.Name], err = filmed(ctx, o, s, fmt.Sprintf("filmed-%s-%ds.mp4", s.Name, o.seconds), "-t", fmt.Sprint(o.seconds)); err != nil {
			return c, err
		}
		if o.filmedOnly {
			continue
		}
		if c.drawn[s.Name], err = drawn(ctx, o, s); err != nil {
			return c, err
		}
	}
	c.few, err = filmed(ctx, o, sizes[0], "filmed-few.mp4", "-frames:v", fmt.Sprint(fewPictures))
	return c, err
}

// filmed makes a recording of a filmed face as phones and messengers store it:
// the clip is scaled to the height, its background is continued to both sides,
// and it is played again where it is too short.
func filmed(ctx context.Context, o options, s size, name string, length ...string) (string, error) {
	path := filepath.Join(o.dir, name)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	w := s.Height * 5 / 4 // the clip's own shape
	side := (s.Width - w) / 2
	filter := fmt.Sprintf("scale=%d:%d,pad=%d:%d:%d:0,fillborders=left=%[5]d:right=%[5]d:mode=mirror", w, s.Height, s.Width, s.Height, side)
	part := filepath.Join(o.dir, "part-"+name)
	args := append([]string{"-stream_loop", "-1", "-i", o.film, "-an", "-vf", filter}, length...)
	args = append(args, "-c:v", "libx264", "-preset", "fast", "-b:v", fmt.Sprintf("%dk", s.KBits), "-pix_fmt", "yuv420p", part)
	if err := ffmpeg(ctx, args...); err != nil {
		return "", err
	}
	return path, os.Rename(part, path)
}

// drawn makes a recording of a drawn face. A few seconds are drawn, then played
// forwards and backwards, so that the head never jumps, until it is full.
func drawn(ctx context.Context, o options, s size) (string, error) {
	name := fmt.Sprintf("drawn-%s-%ds.mp4", s.Name, o.seconds)
	path := filepath.Join(o.dir, name)
	if _, err := os.Stat(path); err == nil {
		return path, nil
	}
	seconds := max(1, min(10, o.seconds/2))
	source := filepath.Join(o.dir, fmt.Sprintf("drawn-%ds.mp4", seconds))
	if _, err := os.Stat(source); err != nil {
		spec, err := phantom.Preset("primary-spread")
		if err != nil {
			return "", err
		}
		spec.SetSeconds(float64(seconds))
		spec.Camera.Width, spec.Camera.Height, spec.Camera.FPS = 1920, 1080, 30
		part := filepath.Join(o.dir, "part-drawn.mp4")
		if _, err := phantom.Render(ctx, spec, part, func(done, total int) {
			if done%30 == 0 || done == total {
				fmt.Fprintf(os.Stderr, "\rdrawing %d of %d", done, total)
			}
		}); err != nil {
			return "", err
		}
		fmt.Fprintln(os.Stderr)
		if err := os.Rename(part, source); err != nil {
			return "", err
		}
	}
	there := filepath.Join(o.dir, "part-there.mp4")
	defer os.Remove(there)
	filter := fmt.Sprintf("[0]scale=%d:%d,split[a][b];[b]reverse[r];[a][r]concat", s.Width, s.Height)
	if err := ffmpeg(ctx, "-i", source, "-filter_complex", filter, "-c:v", "libx264", "-preset", "fast", "-crf", "21", "-pix_fmt", "yuv420p", there); err != nil {
		return "", err
	}
	return repeat(ctx, o, there, name, max(1, o.seconds/(2*seconds)))
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

// film is what ffprobe says of a recording.
type film struct {
	frames  int
	seconds float64
}

// look counts the pictures of a recording.
func look(ctx context.Context, path string) (film, error) {
	out, err := exec.CommandContext(ctx, "ffprobe", "-v", "error", "-select_streams", "v:0", "-count_packets",
		"-show_entries", "stream=nb_read_packets:format=duration", "-of", "csv=p=0", path).Output()
	if err != nil {
		return film{}, fmt.Errorf("ffprobe: %w", err)
	}
	var f film
	if _, err := fmt.Sscan(string(out), &f.frames, &f.seconds); err != nil || f.seconds <= 0 {
		return film{}, fmt.Errorf("ffprobe says %q of %s", out, filepath.Base(path))
	}
	return f, nil
}
