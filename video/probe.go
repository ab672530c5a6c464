package video

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"facialis/words"
)

// MaxSide is the largest width or height, in pixels, that is read.
const MaxSide = 8192

// Info says what the headers of a recording promise. Only the frames
// themselves tell how many there are and when.
type Info struct {
	Width, Height int     // of the frames as they are given: upright, square pixels, scaled by MaxHeight
	Codec         string  // as ffmpeg names it: h264, hevc, vp9, …
	Container     string  // ffmpeg's list of names for the format: "mov,mp4,…"
	Duration      float64 // seconds by the stream's header, else the container's; NaN when neither says
	NominalRate   float64 // frames per second by the header; NaN when it does not say
	Rotation      int     // degrees counter-clockwise that the display matrix asks for, already applied
	Full, BT709   bool    // as in Frame

	Stream      int     // which of the file's streams is read, counted from 0
	Tracks      int     // how many of its streams are films
	CaptureRate float64 // pictures a second at which a phone filmed for slow motion; NaN when the file does not say
	Focal35MM   float64 // the lens's focal length for 35 mm film, mm; NaN when the file does not say

	Created      time.Time // the creation time in the file's header; zero when it does not say
	CreatedAtEnd bool      // Created is when the film ended: phones with Android write it so

	stored      [2]int  // width and height as the file stores them
	turn        int     // degrees clockwise by which the upright picture is turned
	matrix      []int   // of the display: a, b, c, d; nil when there is none
	streamStart float64 // seconds of the video stream's first stamp; NaN when unknown
	formatStart float64
	srcFormat   string // pixel format of the stream
	scale       bool   // the size differs from what the decoder gives
}

// probeOutput is what ffprobe or the decoder program says of a file, as JSON.
type probeOutput struct {
	Streams []probeStream `json:"streams"`
	Format  struct {
		Name     string `json:"format_name"`
		Start    string `json:"start_time"`
		Duration string `json:"duration"`
		Tags     struct {
			CaptureRate string `json:"com.android.capture.fps"`
			Android     string `json:"com.android.version"`
			Created     string `json:"creation_time"`
			Filmed      string `json:"com.apple.quicktime.creationdate"`
		} `json:"tags"`
	} `json:"format"`

	stderr string // what was said besides
}

// probeStream is what it says of one stream.
type probeStream struct {
	CodecType string `json:"codec_type"`
	Codec     string `json:"codec_name"`
	Width     int    `json:"width"`
	Height    int    `json:"height"`
	PixFmt    string `json:"pix_fmt"`
	Range     string `json:"color_range"`
	Space     string `json:"color_space"`
	RRate     string `json:"r_frame_rate"`
	AvgRate   string `json:"avg_frame_rate"`
	Start     string `json:"start_time"`
	Duration  string `json:"duration"`
	Tags      struct {
		Duration string `json:"DURATION"` // Matroska's
	} `json:"tags"`
	SAR         string `json:"sample_aspect_ratio"`
	Disposition struct {
		Attached int `json:"attached_pic"`
		Default  int `json:"default"`
	} `json:"disposition"`
	SideData []struct {
		Rotation *float64 `json:"rotation"`
		Matrix   []int    `json:"matrix"` // of the decoder program only
	} `json:"side_data_list"`
}

var scheme = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)

// checkPath refuses everything that is not a readable, filled, local file, and
// gives its absolute name.
func checkPath(path string) (string, error) {
	switch {
	case path == "":
		return "", &fault{ErrNotLocal, "", say("video.detail.noName"), say("video.advice.name")}
	case strings.HasPrefix(path, "-"):
		return "", &fault{ErrNotLocal, path, say("video.detail.dash"), say("video.advice.dash", words.Args{"Path": printable(path)})}
	case strings.ContainsRune(path, 0):
		return "", &fault{ErrNotLocal, path, "", say("video.advice.name")}
	case strings.Contains(path, "://") && scheme.MatchString(path):
		return "", &fault{ErrNotLocal, path, say("video.detail.address"), say("video.advice.download")}
	}
	st, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist) && scheme.MatchString(path) && len(strings.SplitN(path, ":", 2)[0]) > 1:
		return "", &fault{ErrNotLocal, path, say("video.detail.likeAddress"), say("video.advice.name")}
	case errors.Is(err, fs.ErrNotExist):
		return "", &fault{ErrNotFound, path, "", say("video.advice.check")}
	case err != nil:
		return "", fmt.Errorf("%s: looking for the video: %w", printable(path), errors.Unwrap(err))
	case st.IsDir():
		return "", &fault{ErrNotFile, path, say("video.detail.folder"), say("video.advice.file")}
	case !st.Mode().IsRegular():
		return "", &fault{ErrNotFile, path, "", say("video.advice.file")}
	case st.Size() == 0:
		return "", &fault{ErrEmpty, path, say("video.detail.noBytes"), say("video.advice.copy")}
	}
	abs, err := filepath.Abs(path)
	if err != nil {
		return "", fmt.Errorf("%s: finding the file's full name: %w", printable(path), err)
	}
	return abs, nil
}

// called gives a refusal of the file at path a clearer name where the file is
// one of the usual lists of other files (playlists, manifests). The refusal
// itself came from the demuxers: the first bytes of a file decide nothing.
func called(err error, path string) error {
	if !errors.Is(err, ErrNoVideo) && !errors.Is(err, ErrUndecodable) {
		return err
	}
	f, openErr := os.Open(path)
	if openErr != nil {
		return err
	}
	defer f.Close()
	head := make([]byte, 64)
	n, _ := io.ReadFull(f, head)
	if isList(head[:n]) {
		return &fault{ErrNoVideo, path, say("video.detail.list"), say("video.advice.file")}
	}
	return err
}

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
	dec, err := openDecoder(ctx, abs, 1)
	if err != nil {
		return Info{}, named(called(err, abs), path)
	}
	defer dec.end(true)
	return infoFrom(path, dec.header())
}

// infoFrom picks the film out of the file's streams: the one that is marked as
// the default, the largest of several such or of none.
func infoFrom(path string, out *probeOutput) (Info, error) {
	if !slices.ContainsFunc(strings.Split(out.Format.Name, ","), func(name string) bool { return slices.Contains(Formats, name) }) {
		return Info{}, &fault{ErrNoVideo, path, say("video.detail.otherKind"), say("video.advice.otherKind")}
	}
	best, tracks := out.film()
	if best < 0 {
		return Info{}, &fault{ErrNoVideo, path, "", say("video.advice.video")}
	}
	s := &out.Streams[best]
	if s.Width <= 0 || s.Height <= 0 || s.PixFmt == "" && s.Codec == "" {
		return Info{}, explain(path, out.stderr)
	}
	if err := checkSides(path, s.Width, s.Height); err != nil {
		return Info{}, err
	}
	in := Info{
		Width: s.Width, Height: s.Height, Codec: s.Codec, Container: out.Format.Name,
		Duration: number(s.Duration), NominalRate: ratio(s.AvgRate),

		Stream: best, Tracks: tracks, CaptureRate: number(out.Format.Tags.CaptureRate), Focal35MM: focal35(path), stored: [2]int{s.Width, s.Height},

		streamStart: number(s.Start), formatStart: number(out.Format.Start), srcFormat: s.PixFmt,
	}
	in.Created, in.CreatedAtEnd = out.created()
	if math.IsNaN(in.Duration) {
		in.Duration = clockTime(s.Tags.Duration)
	}
	if math.IsNaN(in.Duration) {
		in.Duration = number(out.Format.Duration)
	}
	if !(in.NominalRate > 0) {
		in.NominalRate = ratio(s.RRate)
	}
	in.Full, in.BT709 = s.colors()
	in.upright(s)
	if err := checkSides(path, in.Width, in.Height); err != nil {
		return Info{}, err
	}
	if in.NominalRate <= fastest && in.megapixels()*in.NominalRate > MaxMegapixelRate {
		return Info{}, in.tooMany(path, in.NominalRate)
	}
	return in, nil
}

// created is the creation time by the header, and whether it is that of the film's end.
func (o *probeOutput) created() (at time.Time, end bool) {
	t := &o.Format.Tags
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05-0700"} {
		if at, err := time.Parse(layout, t.Filmed); err == nil {
			return at.UTC(), false
		}
	}
	if at, err := time.Parse(time.RFC3339, t.Created); err == nil {
		return at.UTC(), t.Android != "" || t.CaptureRate != ""
	}
	return time.Time{}, false
}

// film is the number of the stream that holds the film, -1 where none does, and how many
// streams might.
func (o *probeOutput) film() (best, tracks int) {
	best, size := -1, 0
	for i, s := range o.Streams {
		if s.CodecType != "video" || s.Disposition.Attached != 0 {
			continue
		}
		tracks++
		if px := 1 + s.Width*s.Height + s.Disposition.Default<<32; px > size {
			best, size = i, px
		}
	}
	return best, tracks
}

// checkSides refuses pictures wider or higher than [MaxSide].
func checkSides(path string, width, height int) error {
	if width > MaxSide || height > MaxSide {
		return &fault{ErrTooLarge, path, fmt.Sprintf("%d×%d", width, height),
			say("video.advice.scale", words.Args{"Pixels": MaxSide})}
	}
	return nil
}

// colors says whether the stream's levels use the full range and whether its matrix is
// that of BT.709; without a mark, pictures from 720 lines on are taken to be.
func (s *probeStream) colors() (full, bt709 bool) {
	if !strings.HasPrefix(s.PixFmt, "yuv") && !strings.HasPrefix(s.PixFmt, "nv") && !strings.HasPrefix(s.PixFmt, "p0") {
		return false, false // ffmpeg makes limited BT.601 out of RGB and gray
	}
	full = s.Range == "pc" || strings.HasPrefix(s.PixFmt, "yuvj")
	bt709 = s.Space == "bt709" || (s.Space == "" || s.Space == "unknown") && min(s.Width, s.Height) >= 720
	return full, bt709
}

// upright gives the picture the width and height that it is seen with: pixels made
// square, and turned as the stream says.
func (in *Info) upright(s *probeStream) {
	if sar := ratio(strings.Replace(s.SAR, ":", "/", 1)); sar > 0.1 && sar < 10 && math.Abs(sar-1) > 0.005 {
		in.Width, in.scale = max(2, int(math.Round(float64(s.Width)*sar/2))*2), true
	}
	for _, d := range s.SideData {
		if len(d.Matrix) == 4 {
			in.matrix = d.Matrix
		}
		if d.Rotation != nil {
			in.Rotation = int(math.Round(*d.Rotation))
		}
	}
	if q := in.Rotation % 180; q == 90 || q == -90 {
		in.Width, in.Height = in.Height, in.Width
	}
}

// number reads a decimal, NaN when there is none.
func number(s string) float64 {
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		return math.NaN()
	}
	return v
}

// clockTime reads "00:01:02.5" as seconds, NaN when it is none.
func clockTime(s string) float64 {
	parts := strings.Split(s, ":")
	if len(parts) != 3 {
		return math.NaN()
	}
	return 3600*number(parts[0]) + 60*number(parts[1]) + number(parts[2])
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

// turns are the filters that set the picture upright, each with a comma behind
// it: those that ffmpeg puts in by itself, by the display matrix (a b; c d).
func (i Info) turns() string {
	if len(i.matrix) != 4 {
		return ""
	}
	m := i.matrix
	a, b, c, d := float64(m[0]), float64(m[1]), float64(m[2]), float64(m[3])
	turn := int(math.Round(math.Atan2(b/math.Hypot(b, d), a/math.Hypot(a, c)) * 180 / math.Pi))
	switch turn = (turn + 360) % 360; {
	case turn == 90 && m[2] > 0:
		return "transpose=cclock_flip,"
	case turn == 90:
		return "transpose=clock,"
	case turn == 270 && m[2] < 0:
		return "transpose=clock_flip,"
	case turn == 270:
		return "transpose=cclock,"
	case turn == 180:
		var s string
		if m[0] < 0 {
			s += "hflip,"
		}
		if m[3] < 0 {
			s += "vflip,"
		}
		return s
	case turn != 0:
		return fmt.Sprintf("rotate=%f*PI/180,", float64(turn))
	case m[3] < 0:
		return "vflip,"
	}
	return ""
}

// Shaped are filters of ffmpeg that turn a picture of the film, once upright, into
// one of the size and format that [Reader] gives. A picture whose shape is another than the header's is
// fitted in whole, with black beside it, since a millimeter must stay as many
// pixels across as it is down.
func (i Info) Shaped() string {
	const alike = 0.01 // shapes this much apart are the same but for rounding
	w, h := i.Width, i.Height
	if i.turn%(2*quarter) != 0 {
		w, h = h, w
	}
	same := fmt.Sprintf("lt(abs(dar*%d/%d-1),%g)", h, w, alike)
	if w%2 != 0 || h%2 != 0 {
		same = "1"
	}
	s := fmt.Sprintf("scale=w='if(%s,%d,max(2,2*floor(min(%d,%d*dar)/2)))':h='if(%s,%d,max(2,2*floor(min(%d,%d/dar)/2)))':flags=area", same, w, w, h, same, h, h, w)
	format := "yuv420p"
	switch {
	case i.srcFormat == "yuvj420p":
		format = "yuvj420p"
	case strings.HasPrefix(i.srcFormat, "yuvj"), i.Full && i.srcFormat != "yuv420p":
		s += ":in_range=pc:out_range=pc"
		format = "yuvj420p"
	}
	s += ",format=" + format
	if w%2 == 0 && h%2 == 0 { // the other pictures' black borders need whole color pixels
		s += fmt.Sprintf(",pad=%d:%d:(ow-iw)/2:(oh-ih)/2", w, h)
	}
	return s + map[int]string{quarter: ",transpose=clock", 2 * quarter: ",hflip,vflip", 3 * quarter: ",transpose=cclock"}[i.turn]
}

// plain reports whether a decoded 8-bit 4:2:0 picture of the right size is what
// is wanted as it is.
func (i Info) plain() bool { return !i.scale && i.turn == 0 && i.turns() == "" && i.Planar420() }
