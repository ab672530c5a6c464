package validate

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf16"

	"facialis/event"
)

// maxFile bounds an annotation file, after unpacking. A truth.json holds a
// number for each region and frame: an hour at 60 frames a second is about
// 50 MB.
const maxFile = 256 << 20

// TruthSchema is the name of the contract of a phantom's truth.json.
const TruthSchema = "facialis.truth/1"

// Options is what a file does not say of itself.
type Options struct {
	// Rater is the rater of an ELAN file's tiers ("rater:AB", "spasm-left@AB" or the
	// attribute ANNOTATOR) or the observation of a BORIS file. It may be empty where
	// there is only one; [NoRater] is the tiers of nobody.
	Rater string
	// FrameRate is how many pictures a second has, for clock times that count them
	// (00:00:02:15); nil where nobody knows.
	FrameRate *float64
	// Clock is which clock the times are of; [ByFormat] goes by the format.
	Clock ClockName
}

// ClockName is a clock that times may be of.
type ClockName string

// Clocks.
const (
	ByFormat     ClockName = ""        // ELAN and BORIS: the film's; analysis.json, truth.json and tables: from the first picture
	FilmClock    ClockName = "film"    // as a player of the file shows it
	PictureClock ClockName = "picture" // seconds from the first picture
)

// Read reads the annotation in a file: a phantom's truth.json, an
// analysis.json, CSV or TSV, ELAN .eaf, BORIS tabular CSV or a .boris project.
// The format is found by the file's content. For rater see [Options].
func Read(path, rater string) (*Annotation, error) { return ReadWith(path, Options{Rater: rater}) }

// ReadWith reads the annotation in a file; see [Read].
func ReadWith(path string, o Options) (*Annotation, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if st, err := f.Stat(); err == nil && st.IsDir() {
		return nil, fmt.Errorf("%s is a folder, not an annotation file", path)
	}
	data, err := readBounded(f)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	a, err := ParseWith(data, o)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", filepath.Base(path), err)
	}
	a.Source = path
	return a, nil
}

func readBounded(r io.Reader) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxFile {
		return nil, fmt.Errorf("larger than %d MB, not an annotation", maxFile>>20)
	}
	return data, nil
}

// Parse reads an annotation from a file's bytes; see [Read].
func Parse(data []byte, rater string) (*Annotation, error) {
	return ParseWith(data, Options{Rater: rater})
}

// ParseWith reads an annotation from a file's bytes; see [Read].
func ParseWith(data []byte, o Options) (*Annotation, error) {
	if bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		z, err := gzip.NewReader(bytes.NewReader(data))
		if err != nil {
			return nil, fmt.Errorf("unpacking: %w", err)
		}
		if data, err = readBounded(z); err != nil {
			return nil, fmt.Errorf("unpacking: %w", err)
		}
	}
	data = utf8Text(data)
	text := bytes.TrimLeft(data, " \t\r\n")
	var a *Annotation
	var err error
	switch {
	case len(text) == 0:
		return nil, errors.New("the file is empty")
	case text[0] == '{':
		a, err = parseJSON(text, o.Rater)
	case text[0] == '<':
		a, err = parseEAF(text, o.Rater)
	default:
		a, err = parseTable(data, o)
	}
	if err != nil {
		return nil, err
	}
	a.Rater = o.Rater
	if o.Clock != ByFormat {
		a.FileClock = o.Clock == FilmClock
	}
	if err := a.finish(); err != nil {
		return nil, err
	}
	return a, nil
}

// utf8Text takes a byte order mark away, and turns UTF-16, which spreadsheets
// write as "Unicode text", into UTF-8.
func utf8Text(data []byte) []byte {
	order := map[string]binary.ByteOrder{"\xff\xfe": binary.LittleEndian, "\xfe\xff": binary.BigEndian}
	if len(data) >= 2 && order[string(data[:2])] != nil {
		o := order[string(data[:2])]
		var wide []uint16
		for b := data[2:]; len(b) >= 2; b = b[2:] {
			wide = append(wide, o.Uint16(b))
		}
		return []byte(string(utf16.Decode(wide)))
	}
	return bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
}

// jsonFile is what is read of any of the three JSON formats.
type jsonFile struct {
	Schema    string `json:"schema"`
	Recording struct {
		DurationS *float64 `json:"duration_s"`
		FrameRate *float64 `json:"frame_rate"`
		FPS       *float64 `json:"fps"`
	} `json:"recording"`
	Clock        *Clock          `json:"clock"`
	Tasks        []event.Task    `json:"tasks"`
	Events       []event.Event   `json:"events"`
	BorisVersion any             `json:"project_format_version"`
	Observations json.RawMessage `json:"observations"`
	Behaviors    map[string]struct {
		Code string `json:"code"`
		Type string `json:"type"`
	} `json:"behaviors_conf"`
}

func parseJSON(data []byte, rater string) (*Annotation, error) {
	var f jsonFile
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("not valid JSON: %w", err)
	}
	if f.BorisVersion != nil || len(f.Observations) > 0 {
		points := map[string]bool{}
		for _, b := range f.Behaviors {
			points[b.Code] = strings.HasPrefix(strings.ToLower(b.Type), "point")
		}
		return parseBoris(f.Observations, points, rater)
	}
	if !strings.HasPrefix(f.Schema, "facialis.truth/") && !strings.HasPrefix(f.Schema, "facialis.analysis/") {
		return nil, fmt.Errorf("schema %.60q is neither facialis.truth/1 nor facialis.analysis/1, and the file is no BORIS project", f.Schema)
	}
	a := &Annotation{DurationS: f.Recording.DurationS, FrameRate: f.Recording.FrameRate, Clock: f.Clock, Tasks: f.Tasks, Events: f.Events}
	if a.FrameRate == nil {
		a.FrameRate = f.Recording.FPS
	}
	return a, nil
}
