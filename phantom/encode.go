package phantom

import (
	"bytes"
	"context"
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
)

// The clock of the video's time stamps.
const clock = 90000

// times are the frames' presentation times in seconds, exactly as the video
// file holds them, and the filter expression that makes the encoder write them.
func (s *Spec) times() (ts []float64, filter string) {
	fps := s.Camera.FPS
	rate := strconv.FormatFloat(fps, 'f', -1, 64)
	at := func(n float64) float64 { return math.Floor(n/fps*clock+0.5) / clock }
	filter = fmt.Sprintf("settb=1/%d,setpts='floor(N/%s*%d+0.5)'", clock, rate, clock)
	if s.Camera.Variable {
		// every frame comes up to a quarter of an interval late, and after every
		// 11th and 17th one or two are missing
		at = func(n float64) float64 {
			v := n + math.Floor(n/11) + 2*math.Floor(n/17) + 0.12*(1+math.Sin(1.7*n)) - 0.12
			return math.Floor(v/fps*clock+0.5) / clock
		}
		filter = fmt.Sprintf("settb=1/%d,setpts='floor((N+floor(N/11)+2*floor(N/17)+0.12*(1+sin(1.7*N))-0.12)/%s*%d+0.5)'", clock, rate, clock)
	}
	for n := 0.0; ; n++ {
		t := at(n)
		if n > 0 && t > s.Seconds-0.5/fps {
			return ts, filter
		}
		ts = append(ts, t)
	}
}

// Render draws spec as a video file at path (H.264 in MP4, by ffmpeg) and
// returns its truth. The file appears under its name only when it is complete.
// progress, if not nil, is called after every frame.
func Render(ctx context.Context, spec *Spec, path string, progress func(done, total int)) (*Truth, error) {
	s := *spec
	if err := s.Validate(); err != nil {
		return nil, fmt.Errorf("drawing the phantom: %w", err)
	}
	sc := newScene(&s)
	ts, filter := s.times()
	tmp := filepath.Join(filepath.Dir(path), ".part-"+filepath.Base(path))
	defer os.Remove(tmp)
	if err := encode(ctx, &s, tmp, filter, func(w io.Writer) error { return draw(ctx, sc, ts, w, progress) }); err != nil {
		return nil, err
	}
	truth := tell(&s, ts)
	if err := os.Rename(tmp, path); err != nil {
		return nil, fmt.Errorf("naming the phantom's video: %w", err)
	}
	return truth, nil
}

// draw writes all frames as planar YUV 4:2:0.
func draw(ctx context.Context, sc *scene, ts []float64, w io.Writer, progress func(done, total int)) error {
	tl := schedule(sc.spec)
	r := newRenderer(sc)
	// one picture is drawn while the one before is handed over
	free, drawn := make(chan *picture, 2), make(chan *picture, 1)
	free <- r.picture
	free <- newPicture(sc.w, sc.h)
	failed := make(chan error, 1)
	go func() {
		var err error
		for p := range drawn {
			for _, plane := range [][]byte{p.y, p.cb, p.cr} {
				if err == nil {
					_, err = w.Write(plane)
				}
			}
			free <- p
		}
		failed <- err
	}()
	err := func() error {
		defer close(drawn)
		for i, t := range ts {
			if err := ctx.Err(); err != nil {
				return err
			}
			r.picture = <-free
			r.frame(tl.at(t), i)
			drawn <- r.picture
			if progress != nil {
				progress(i+1, len(ts))
			}
		}
		return nil
	}()
	if werr := <-failed; err == nil && werr != nil {
		err = fmt.Errorf("handing a frame to ffmpeg: %w", werr)
	}
	return err
}

// encode runs ffmpeg on what feed writes. One encoder thread count and no
// clock-dependent metadata: the same spec gives the same bytes.
func encode(ctx context.Context, s *Spec, path, filter string, feed func(io.Writer) error) error {
	bin, err := exec.LookPath("ffmpeg")
	if err != nil {
		return fmt.Errorf("drawing a phantom needs ffmpeg: %w", err)
	}
	c := s.Camera
	args := []string{"-v", "error", "-nostdin", "-y", "-f", "rawvideo", "-pix_fmt", "yuv420p",
		"-s", fmt.Sprintf("%dx%d", c.Width, c.Height), "-r", strconv.FormatFloat(c.FPS, 'f', -1, 64),
		"-colorspace", "bt709", "-color_range", "tv", "-i", "pipe:0",
		"-vf", filter, "-fps_mode", "passthrough", "-enc_time_base", fmt.Sprintf("1:%d", clock),
		"-c:v", "libx264", "-preset", c.Preset, "-threads", "2", "-bf", "0", "-g", strconv.Itoa(int(2*c.FPS + 0.5))}
	if c.Lossless {
		args = append(args, "-qp", "0")
	} else {
		args = append(args, "-crf", strconv.Itoa(c.CRF))
	}
	args = append(args, "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709", "-color_range", "tv",
		"-fflags", "+bitexact", "-flags:v", "+bitexact", "-map_metadata", "-1", "-video_track_timescale", strconv.Itoa(clock),
		"-movflags", "+faststart", "-f", "mp4", "file:"+path)
	cmd := exec.CommandContext(ctx, bin, args...)
	var said bytes.Buffer
	cmd.Stderr = &said
	in, err := cmd.StdinPipe()
	if err != nil {
		return fmt.Errorf("starting ffmpeg: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("starting ffmpeg: %w", err)
	}
	ferr := feed(in)
	in.Close()
	werr := cmd.Wait()
	if err := ctx.Err(); err != nil {
		return err
	}
	if werr != nil {
		line, _, _ := strings.Cut(strings.TrimSpace(said.String()), "\n")
		return errors.Join(fmt.Errorf("encoding the phantom: %s: %w", line, werr))
	}
	return ferr
}

// WriteFile writes the truth as JSON; the file appears under its name only when
// it is complete.
func (t *Truth) WriteFile(path string) error {
	b, err := json.Marshal(t)
	if err != nil {
		return fmt.Errorf("writing the truth: %w", err)
	}
	tmp := filepath.Join(filepath.Dir(path), ".part-"+filepath.Base(path))
	defer os.Remove(tmp)
	if err := os.WriteFile(tmp, append(b, '\n'), 0o644); err != nil {
		return fmt.Errorf("writing the truth: %w", err)
	}
	if err := os.Rename(tmp, path); err != nil {
		return fmt.Errorf("writing the truth: %w", err)
	}
	return nil
}
