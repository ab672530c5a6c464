package video

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// MaxSide is the largest picture side that is read, px.
const MaxSide = 8192

// Info is what a file's headers say, to be believed only as far as needed:
// rates and durations in headers are often wrong.
type Info struct {
	Width, Height int     // upright, px
	Codec         string  // as ffmpeg names it
	DurationS     float64 // 0 when the header has none
	NominalRate   float64 // frames a second, 0 when the header has none
	Rotation      int     // degrees that the stored picture is turned for display
	Full          bool    // full-range luma
	BT709         bool    // colour matrix BT.709, else BT.601
}

// check looks at a path before anything is run on it, and returns it absolute.
func check(path string) (string, error) {
	switch {
	case path == "":
		return "", fmt.Errorf("%w: give the path of a recording", ErrPath)
	case strings.Contains(path, "://"):
		return "", fmt.Errorf("%w: this is an address; download the recording first and give the file", ErrPath)
	case strings.HasPrefix(path, "-"):
		return "", fmt.Errorf("%w: it begins with '-'; put ./ before it if that is the file's name", ErrPath)
	case strings.ContainsRune(path, 0):
		return "", fmt.Errorf("%w: it holds a NUL byte", ErrPath)
	}
	st, err := os.Stat(path)
	switch {
	case os.IsNotExist(err):
		return "", fmt.Errorf("%w: check the path's spelling", ErrNotFound)
	case err != nil:
		return "", fmt.Errorf("looking at the file: %w", err)
	case st.IsDir():
		return "", fmt.Errorf("%w: this is a folder; give a recording inside it", ErrPath)
	case !st.Mode().IsRegular():
		return "", fmt.Errorf("%w: not a regular file", ErrPath)
	case st.Size() == 0:
		return "", fmt.Errorf("%w: copy it again from the device that made it", ErrEmpty)
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("finding the file's place: %w", err)
	}
	return abs, nil
}

type probeOutput struct {
	Streams []struct {
		CodecName   string            `json:"codec_name"`
		Width       int               `json:"width"`
		Height      int               `json:"height"`
		Duration    string            `json:"duration"`
		AvgRate     string            `json:"avg_frame_rate"`
		RRate       string            `json:"r_frame_rate"`
		ColorRange  string            `json:"color_range"`
		ColorSpace  string            `json:"color_space"`
		PixFmt      string            `json:"pix_fmt"`
		Tags        map[string]string `json:"tags"`
		Disposition map[string]int    `json:"disposition"`
		SideData    []struct {
			Rotation json.Number `json:"rotation"`
		} `json:"side_data_list"`
	} `json:"streams"`
	Format struct {
		Duration string `json:"duration"`
	} `json:"format"`
}

// Probe reads a file's headers.
func Probe(ctx context.Context, path string) (Info, error) {
	abs, err := check(path)
	if err != nil {
		return Info{}, err
	}
	return probe(ctx, abs)
}

func probe(ctx context.Context, abs string) (Info, error) {
	bin, err := exec.LookPath("ffprobe")
	if err != nil {
		return Info{}, ErrNoFFmpeg
	}
	ctx, cancel := context.WithTimeout(ctx, 30*time.Second)
	defer cancel()
	cmd := exec.CommandContext(ctx, bin, "-v", "error", "-protocol_whitelist", "file",
		"-select_streams", "v", "-show_streams", "-show_format", "-of", "json", "file:"+abs)
	var out bytes.Buffer
	errs := &tail{}
	cmd.Stdout, cmd.Stderr = &out, errs
	if err := cmd.Run(); err != nil {
		if ctx.Err() != nil {
			return Info{}, fmt.Errorf("reading the headers: %w", ctx.Err())
		}
		return Info{}, fmt.Errorf("%w (%s): it may be damaged, cut off while it was copied, or no video at all; copy it again or export it as MP4", ErrUndecodable, errs.line(abs))
	}
	return parseProbe(out.Bytes())
}

// parseProbe reads ffprobe's JSON.
func parseProbe(b []byte) (Info, error) {
	var p probeOutput
	if err := json.Unmarshal(b, &p); err != nil {
		return Info{}, fmt.Errorf("reading ffprobe's answer: %w", err)
	}
	for _, s := range p.Streams {
		if s.Disposition["attached_pic"] != 0 || s.Width <= 0 || s.Height <= 0 {
			continue
		}
		if s.Width > MaxSide || s.Height > MaxSide {
			return Info{}, fmt.Errorf("%w: %d×%d, at most %d a side; scale it down first", ErrTooLarge, s.Width, s.Height, MaxSide)
		}
		i := Info{Width: s.Width, Height: s.Height, Codec: s.CodecName,
			DurationS: number(s.Duration), NominalRate: ratio(s.AvgRate),
			Full:  s.ColorRange == "pc" || strings.HasPrefix(s.PixFmt, "yuvj"),
			BT709: s.ColorSpace == "bt709" || s.ColorSpace == "" && s.Height >= 720}
		if i.DurationS == 0 {
			i.DurationS = number(p.Format.Duration)
		}
		if i.NominalRate == 0 {
			i.NominalRate = ratio(s.RRate)
		}
		turn := number(s.Tags["rotate"])
		for _, d := range s.SideData {
			if d.Rotation != "" {
				turn = -number(d.Rotation.String())
			}
		}
		i.Rotation = ((int(math.Round(turn))%360 + 360) % 360)
		if i.Rotation == 90 || i.Rotation == 270 {
			i.Width, i.Height = i.Height, i.Width
		}
		return i, nil
	}
	return Info{}, fmt.Errorf("%w: give a recording of a face", ErrNoVideo)
}

func number(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) || math.IsInf(v, 0) || math.Abs(v) > 1e9 {
		return 0
	}
	return v
}

func ratio(s string) float64 {
	a, b, ok := strings.Cut(s, "/")
	if !ok {
		return number(s)
	}
	if d := number(b); d > 0 {
		return number(a) / d
	}
	return 0
}

// tail keeps the last 4 KB of what is written to it.
type tail struct{ b []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.b = append(t.b, p...)
	if len(t.b) > 4096 {
		t.b = append(t.b[:0], t.b[len(t.b)-4096:]...)
	}
	return len(p), nil
}

// line is the last non-empty line, with the file's path left out of it.
func (t *tail) line(path string) string {
	lines := strings.Split(strings.TrimSpace(string(t.b)), "\n")
	l := strings.TrimSpace(lines[len(lines)-1])
	l = strings.ReplaceAll(l, "file:"+path+": ", "")
	l = strings.ReplaceAll(l, path, "the file")
	if strings.HasPrefix(l, "[") {
		if _, rest, ok := strings.Cut(l, "] "); ok {
			l = rest
		}
	}
	if l == "" {
		return "no reason given"
	}
	return l
}
