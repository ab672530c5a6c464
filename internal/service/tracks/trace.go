package tracks

import (
	"bufio"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"
	"sort"
	"strings"

	"facialis/anatomy"
	"facialis/event"
)

const traceMagic = "FTRACE1\n"

// Name of a series, and what it holds.
type Name struct {
	Name   string `json:"name"`
	Side   string `json:"side"`
	Region string `json:"region"`
	Unit   string `json:"unit"`
}

// header stands before the columns.
type header struct {
	Rows             int           `json:"rows"`
	Columns          []string      `json:"columns"`
	NoiseMM          [2][]*float64 `json:"noise_mm"` // in the order of the columns' regions, see regions
	DiffNoiseMM      []*float64    `json:"diff_noise_mm"`
	MMPerPx          *float64      `json:"mm_per_px"`
	ScaleUncertainty *float64      `json:"scale_uncertainty"`
}

// regions are the file's regions, in its order. Files of earlier versions lack
// regions that came later.
func (h *header) regions() (names []string) {
	for _, c := range h.Columns {
		if r, ok := strings.CutPrefix(c, "difference."); ok {
			names = append(names, r)
		}
	}
	return names
}

// column is a named column of a trace.
type column struct {
	Name
	values *[]float32
}

// columns are a trace's columns in the order of the file.
func columns(t *event.Trace) []column {
	var out []column
	add := func(name, side, region, unit string, v *[]float32) {
		out = append(out, column{Name{name, side, region, unit}, v})
	}
	for k, region := range anatomy.RegionNames {
		for s, side := range anatomy.SideNames {
			add("movement."+side+"."+region, side, region, "mm", &t.Along[s][k])
		}
	}
	for k, region := range anatomy.RegionNames {
		add("difference."+region, "", region, "mm", &t.Diff[k])
	}
	for s, side := range anatomy.SideNames {
		add("aperture."+side, side, "", "mm", &t.Aperture[s])
		add("brow_height."+side, side, "", "mm", &t.BrowHeight[s])
		add("corner_out."+side, side, "", "mm", &t.CornerOut[s])
		add("corner_up."+side, side, "", "mm", &t.CornerUp[s])
	}
	add("lip_open", "", "", "mm", &t.LipOpen)
	add("yaw", "", "", "deg", &t.Yaw)
	add("pitch", "", "", "deg", &t.Pitch)
	add("roll", "", "", "deg", &t.Roll)
	add("face_x", "", "", "px", &t.FaceX)
	add("face_y", "", "", "px", &t.FaceY)
	add("face_width", "", "", "px", &t.FaceW)
	add("quality", "", "", "", &t.Quality)
	for k, region := range anatomy.RegionNames {
		for s, side := range anatomy.SideNames {
			add("out."+side+"."+region, side, region, "mm", &t.DX[s][k])
			add("up."+side+"."+region, side, region, "mm", &t.DY[s][k])
		}
	}
	return out
}

func known(v float64) *float64 {
	if math.IsNaN(v) || math.IsInf(v, 0) {
		return nil
	}
	return &v
}

func unknown(v *float64) float64 {
	if v == nil {
		return math.NaN()
	}
	return *v
}

// WriteTrace writes a trace file.
func WriteTrace(w io.Writer, t *event.Trace) error {
	cols := columns(t)
	h := header{Rows: t.Len(), MMPerPx: known(t.MMPerPx), ScaleUncertainty: known(t.ScaleUncertainty)}
	for k := range anatomy.NumRegions {
		h.DiffNoiseMM = append(h.DiffNoiseMM, known(t.DiffNoiseMM[k]))
		for s := range 2 {
			h.NoiseMM[s] = append(h.NoiseMM[s], known(t.NoiseMM[s][k]))
		}
	}
	for _, c := range cols {
		h.Columns = append(h.Columns, c.Name.Name)
	}
	if err := writeHeader(w, traceMagic, h); err != nil {
		return fmt.Errorf("writing the trace: %w", err)
	}
	out := bufio.NewWriterSize(w, 1<<18)
	var b [8]byte
	for _, x := range t.T {
		binary.LittleEndian.PutUint64(b[:], math.Float64bits(x))
		out.Write(b[:])
	}
	for _, c := range cols {
		t.Free()
		for i := range t.Len() {
			v := event.Missing
			if i < len(*c.values) {
				v = (*c.values)[i]
			}
			binary.LittleEndian.PutUint32(b[:4], math.Float32bits(v))
			out.Write(b[:4])
		}
	}
	if err := out.Flush(); err != nil {
		return fmt.Errorf("writing the trace: %w", err)
	}
	return nil
}

func writeHeader(w io.Writer, magic string, h any) error {
	text, err := json.Marshal(h)
	if err != nil {
		return err
	}
	b := binary.LittleEndian.AppendUint32([]byte(magic), uint32(len(text)))
	_, err = w.Write(append(b, text...))
	return err
}

// maxHeader bounds what a header may claim to be.
const maxHeader = 1 << 20

// readHeader reads a header and returns where the rows begin.
func readHeader(r io.ReaderAt, magic string, h any) (int64, error) {
	start := make([]byte, len(magic)+4)
	if _, err := r.ReadAt(start, 0); err != nil {
		return 0, fmt.Errorf("reading a header: %w", err)
	}
	n := binary.LittleEndian.Uint32(start[len(magic):])
	if string(start[:len(magic)]) != magic || n > maxHeader {
		return 0, errors.New("reading a header: this is another kind of file")
	}
	text := make([]byte, n)
	if _, err := r.ReadAt(text, int64(len(start))); err != nil {
		return 0, fmt.Errorf("reading a header: %w", err)
	}
	if err := json.Unmarshal(text, h); err != nil {
		return 0, fmt.Errorf("reading a header: %w", err)
	}
	return int64(len(start)) + int64(n), nil
}

// Trace reads a trace file.
type Trace struct {
	r     io.ReaderAt
	h     header
	start int64
	names map[string]Name
}

// OpenTrace reads a trace file's header.
func OpenTrace(r io.ReaderAt) (*Trace, error) {
	t := &Trace{r: r, names: map[string]Name{}}
	var err error
	if t.start, err = readHeader(r, traceMagic, &t.h); err != nil {
		return nil, err
	}
	if t.h.Rows < 0 || t.h.Rows > 1<<28 {
		return nil, errors.New("reading a trace: the number of rows cannot be")
	}
	for _, c := range columns(&event.Trace{}) {
		t.names[c.Name.Name] = c.Name
	}
	return t, nil
}

// Rows is the number of frames.
func (t *Trace) Rows() int { return t.h.Rows }

// Bytes is how long the file has to be.
func (t *Trace) Bytes() int64 {
	return t.start + int64(t.h.Rows)*(8+4*int64(len(t.h.Columns)))
}

// time is one frame's time.
func (t *Trace) time(i int) (float64, error) {
	var b [8]byte
	_, err := t.r.ReadAt(b[:], t.start+8*int64(i))
	return math.Float64frombits(binary.LittleEndian.Uint64(b[:])), err
}

// Span is the first row at or after a time, and the first after another.
func (t *Trace) Span(from, to float64) (i, j int, err error) {
	find := func(at float64, after bool) int {
		return sort.Search(t.h.Rows, func(k int) bool {
			v, e := t.time(k)
			if e != nil {
				err = e
			}
			if after {
				return v > at
			}
			return v >= at
		})
	}
	i, j = find(from, false), find(to, true)
	if err != nil {
		return 0, 0, fmt.Errorf("reading a trace: %w", err)
	}
	return i, max(i, j), nil
}

// Times are the times of rows i to j.
func (t *Trace) Times(i, j int) ([]float64, error) {
	b := make([]byte, 8*(j-i))
	if _, err := t.r.ReadAt(b, t.start+8*int64(i)); err != nil && len(b) > 0 {
		return nil, fmt.Errorf("reading a trace: %w", err)
	}
	out := make([]float64, j-i)
	for k := range out {
		out[k] = math.Float64frombits(binary.LittleEndian.Uint64(b[8*k:]))
	}
	return out, nil
}

// Column is rows i to j of the column with that name; nil when there is none.
func (t *Trace) Column(name string, i, j int) ([]float32, error) {
	c := t.index(name)
	if c < 0 {
		return nil, nil
	}
	b := make([]byte, 4*(j-i))
	at := t.start + 8*int64(t.h.Rows) + 4*(int64(c)*int64(t.h.Rows)+int64(i))
	if _, err := t.r.ReadAt(b, at); err != nil && len(b) > 0 {
		return nil, fmt.Errorf("reading a trace: %w", err)
	}
	out := make([]float32, j-i)
	for k := range out {
		out[k] = math.Float32frombits(binary.LittleEndian.Uint32(b[4*k:]))
	}
	return out, nil
}

func (t *Trace) index(name string) int {
	for i, n := range t.h.Columns {
		if n == name {
			return i
		}
	}
	return -1
}

// Names are the columns that match any of the given: the name itself, or the
// beginning of names before a dot ("movement.right"). None given: all but the
// raw displacements "out" and "up".
func (t *Trace) Names(want []string) []Name {
	var out []Name
	for _, c := range t.h.Columns {
		n, ok := t.names[c]
		if !ok {
			continue
		}
		pick := len(want) == 0 && !strings.HasPrefix(c, "out.") && !strings.HasPrefix(c, "up.")
		for _, w := range want {
			pick = pick || c == w || strings.HasPrefix(c, w+".")
		}
		if pick {
			out = append(out, n)
		}
	}
	return out
}

// Load reads the whole trace.
func (t *Trace) Load() (*event.Trace, error) {
	n := t.h.Rows
	out := &event.Trace{MMPerPx: unknown(t.h.MMPerPx), ScaleUncertainty: unknown(t.h.ScaleUncertainty)}
	var err error
	if out.T, err = t.Times(0, n); err != nil {
		return nil, err
	}
	regions := t.h.regions()
	noise := func(of []*float64, region string) float64 {
		if i := slices.Index(regions, region); i >= 0 && i < len(of) {
			return unknown(of[i])
		}
		return math.NaN()
	}
	for k, region := range anatomy.RegionNames {
		out.DiffNoiseMM[k] = noise(t.h.DiffNoiseMM, region)
		for s := range 2 {
			out.NoiseMM[s][k] = noise(t.h.NoiseMM[s], region)
		}
	}
	for _, c := range columns(out) {
		if *c.values, err = t.Column(c.Name.Name, 0, n); err != nil {
			return nil, err
		}
		if *c.values == nil && c.Region != "" && !slices.Contains(regions, c.Region) { // a region that no earlier version measured
			*c.values = make([]float32, n)
			for i := range *c.values {
				(*c.values)[i] = event.Missing
			}
		}
		if *c.values == nil {
			return nil, fmt.Errorf("reading a trace: the column %s is missing", c.Name.Name)
		}
	}
	return out, nil
}
