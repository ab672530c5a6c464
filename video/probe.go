package video

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// MaxSide is the largest width or height, in pixels, that is read.
const MaxSide = 8192

// probeLimits bound the looks into the file's headers, one after the other: a
// busy computer gets a second, longer one.
var probeLimits = []time.Duration{30 * time.Second, 75 * time.Second}

// ErrBusy means that the file's headers could not be read in time. That says
// nothing about the file: the computer is busy, and trying again helps.
var ErrBusy = errors.New("the video's headers could not be read in time")

// Info says what the headers of a recording promise. Only the frames
// themselves tell how many there are and when.
type Info struct {
	Width, Height int     // of the frames as they are given: upright, square pixels, scaled by MaxHeight
	Codec         string  // as ffmpeg names it: h264, hevc, vp9, …
	Container     string  // ffmpeg's list of names for the format: "mov,mp4,…"
	Duration      float64 // seconds by the container; NaN when it does not say
	NominalRate   float64 // frames per second by the header; NaN when it does not say
	Rotation      int     // degrees counter-clockwise that the display matrix asks for, already applied
	Full, BT709   bool    // as in Frame

	streamStart float64 // seconds of the video stream's first stamp; NaN when unknown
	formatStart float64
	srcFormat   string // pixel format of the stream
	scale       bool   // the size differs from what the decoder gives
}

type probeOutput struct {
	Streams []struct {
		CodecType   string `json:"codec_type"`
		Codec       string `json:"codec_name"`
		Width       int    `json:"width"`
		Height      int    `json:"height"`
		PixFmt      string `json:"pix_fmt"`
		Range       string `json:"color_range"`
		Space       string `json:"color_space"`
		RRate       string `json:"r_frame_rate"`
		AvgRate     string `json:"avg_frame_rate"`
		Start       string `json:"start_time"`
		Duration    string `json:"duration"`
		SAR         string `json:"sample_aspect_ratio"`
		Disposition struct {
			Attached int `json:"attached_pic"`
		} `json:"disposition"`
		SideData []struct {
			Rotation *float64 `json:"rotation"`
		} `json:"side_data_list"`
	} `json:"streams"`
	Format struct {
		Name     string `json:"format_name"`
		Start    string `json:"start_time"`
		Duration string `json:"duration"`
	} `json:"format"`
}

var scheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)

// checkPath refuses everything that is not a readable, filled, local file, and
// gives its absolute name.
func checkPath(path string) (string, error) {
	switch {
	case path == "":
		return "", &fault{ErrNotLocal, "", "empty name", "give the name of a video file"}
	case strings.HasPrefix(path, "-"):
		return "", &fault{ErrNotLocal, path, "it begins with '-'", "if it is a file, write ./" + printable(path)}
	case strings.ContainsRune(path, 0):
		return "", &fault{ErrNotLocal, path, "", "give the name of a video file"}
	case strings.Contains(path, "://") && scheme.MatchString(path):
		return "", &fault{ErrNotLocal, path, "it is an address", "download the video first and give the file's name"}
	}
	st, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && scheme.MatchString(path) && len(strings.SplitN(path, ":", 2)[0]) > 1:
		return "", &fault{ErrNotLocal, path, "it looks like an address", "give the name of a video file"}
	case errors.Is(err, fs.ErrNotExist):
		return "", &fault{ErrNotFound, path, "", "check the name and the folder"}
	case err != nil:
		return "", fmt.Errorf("%s: looking for the video: %w", printable(path), errors.Unwrap(err))
	case st.IsDir():
		return "", &fault{ErrNotFile, path, "it is a folder", "give the video file itself"}
	case !st.Mode().IsRegular():
		return "", &fault{ErrNotFile, path, "", "give the video file itself"}
	case st.Size() == 0:
		return "", &fault{ErrEmpty, path, "0 bytes", "copy it again from the camera or telephone"}
	}
	f, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("%s: opening the video: %w", printable(path), errors.Unwrap(err))
	}
	defer f.Close()
	head := make([]byte, 64)
	n, _ := io.ReadFull(f, head)
	if isList(head[:n]) {
		return "", &fault{ErrNoVideo, path, "it is a list of other files", "give the video file itself"}
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("%s: finding the file's full name: %w", printable(path), err)
	}
	return abs, nil
}

// isList recognizes the usual files that only name other files (playlists,
// manifests), so that they are called what they are. What keeps such a file from
// opening another is [Input], whatever its first bytes are.
func isList(head []byte) bool {
	h := bytes.ToLower(bytes.TrimLeft(head, "\xef\xbb\xbf \t\r\n"))
	for _, magic := range []string{"#extm3u", "ffconcat", "<?xml", "<mpd", "<smil", "v=0", "[playlist]"} {
		if bytes.HasPrefix(h, []byte(magic)) {
			return true
		}
	}
	return false
}

// Probe reads a recording's headers.
func Probe(ctx context.Context, path string) (Info, error) {
	abs, err := checkPath(path)
	if err != nil {
		return Info{}, err
	}
	return probe(ctx, path, abs)
}

func probe(ctx context.Context, path, abs string) (Info, error) {
	bin, err := exec.LookPath("ffprobe")
	if err != nil {
		return Info{}, &fault{ErrNoFFmpeg, "", "ffprobe not found", "install ffmpeg (on Debian: apt-get install ffmpeg)"}
	}
	args := []string{"-hide_banner", "-loglevel", "error", "-show_entries",
		"format=format_name,start_time,duration:stream=codec_type,codec_name,width,height,pix_fmt,color_range," +
			"color_space,r_frame_rate,avg_frame_rate,start_time,duration,sample_aspect_ratio:" +
			"stream_disposition=attached_pic:stream_side_data=rotation",
		"-of", "json"}
	args = append(args, Input(abs)...)
	for _, limit := range probeLimits {
		said, complaint, err := runProbe(ctx, bin, args, limit)
		switch {
		case ctx.Err() != nil:
			return Info{}, ctx.Err()
		case errors.Is(err, ErrBusy):
			continue
		case err != nil:
			return Info{}, explain(path, complaint)
		}
		var out probeOutput
		if err := json.Unmarshal(said, &out); err != nil {
			return Info{}, fmt.Errorf("%s: reading what ffprobe wrote: %w", printable(path), err)
		}
		return infoFrom(path, &out, complaint)
	}
	return Info{}, &fault{ErrBusy, path, "the computer is busy", "try again"}
}

// runProbe runs ffprobe once. The error is ErrBusy where it took longer than
// limit.
func runProbe(ctx context.Context, bin string, args []string, limit time.Duration) (stdout []byte, stderr string, err error) {
	ctx, cancel := context.WithTimeoutCause(ctx, limit, ErrBusy)
	defer cancel()
	cmd := exec.CommandContext(ctx, bin, args...)
	var out bytes.Buffer
	var complaint tail
	cmd.Stdout, cmd.Stderr = &out, &complaint
	cmd.WaitDelay = 5 * time.Second
	if err = cmd.Run(); err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
	}
	return out.Bytes(), complaint.String(), err
}

// infoFrom picks the first true video stream out of what ffprobe found. It is
// the stream that ffmpeg's 0:V:0 names.
func infoFrom(path string, out *probeOutput, stderr string) (Info, error) {
	for _, s := range out.Streams {
		if s.CodecType != "video" || s.Disposition.Attached != 0 {
			continue
		}
		if s.Width <= 0 || s.Height <= 0 || s.PixFmt == "" && s.Codec == "" {
			return Info{}, explain(path, stderr)
		}
		if s.Width > MaxSide || s.Height > MaxSide {
			return Info{}, &fault{ErrTooLarge, path, fmt.Sprintf("%d×%d", s.Width, s.Height),
				fmt.Sprintf("scale it to at most %d pixels a side", MaxSide)}
		}
		in := Info{
			Width: s.Width, Height: s.Height, Codec: s.Codec, Container: out.Format.Name,
			Duration: number(out.Format.Duration), NominalRate: ratio(s.AvgRate),
			Full:  s.Range == "pc" || strings.HasPrefix(s.PixFmt, "yuvj"),
			BT709: s.Space == "bt709" || (s.Space == "" || s.Space == "unknown") && min(s.Width, s.Height) >= 720,

			streamStart: number(s.Start), formatStart: number(out.Format.Start), srcFormat: s.PixFmt,
		}
		if math.IsNaN(in.Duration) {
			in.Duration = number(s.Duration)
		}
		if !(in.NominalRate > 0) {
			in.NominalRate = ratio(s.RRate)
		}
		if !strings.HasPrefix(s.PixFmt, "yuv") && !strings.HasPrefix(s.PixFmt, "nv") && !strings.HasPrefix(s.PixFmt, "p0") {
			in.Full, in.BT709 = false, false // ffmpeg makes limited BT.601 out of RGB and grey
		}
		if sar := ratio(strings.Replace(s.SAR, ":", "/", 1)); sar > 0.1 && sar < 10 && math.Abs(sar-1) > 0.005 {
			in.Width, in.scale = max(2, int(math.Round(float64(s.Width)*sar/2))*2), true
		}
		for _, d := range s.SideData {
			if d.Rotation != nil {
				in.Rotation = int(math.Round(*d.Rotation))
			}
		}
		if q := in.Rotation % 180; q == 90 || q == -90 {
			in.Width, in.Height = in.Height, in.Width
		}
		if in.Width > MaxSide || in.Height > MaxSide {
			return Info{}, &fault{ErrTooLarge, path, fmt.Sprintf("%d×%d", in.Width, in.Height),
				fmt.Sprintf("scale it to at most %d pixels a side", MaxSide)}
		}
		return in, nil
	}
	return Info{}, &fault{ErrNoVideo, path, "", "give a video, not a sound file or a document"}
}

// number reads a decimal, NaN when there is none.
func number(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return math.NaN()
	}
	return v
}

// ratio reads "30000/1001", NaN when it is no positive number.
func ratio(s string) float64 {
	a, b, ok := strings.Cut(s, "/")
	if !ok {
		return math.NaN()
	}
	v := number(a) / number(b)
	if !(v > 0) || math.IsInf(v, 0) {
		return math.NaN()
	}
	return v
}

// Planar420 reports whether the stream's pictures are 8-bit YUV 4:2:0, which is
// what every browser plays.
func (i Info) Planar420() bool { return i.srcFormat == "yuv420p" || i.srcFormat == "yuvj420p" }
