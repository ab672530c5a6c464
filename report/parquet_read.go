package report

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"slices"

	"facialis/anatomy"
	"facialis/event"

	"github.com/parquet-go/parquet-go"
)

// maxTraceRows bounds a trace: a day at 240 frames a second.
const maxTraceRows = 24 * 3600 * 240

// DecodeParquet reads a trace that [EncodeParquet] wrote. Columns that are not
// there are missing throughout; columns that are not known are left out.
func DecodeParquet(r io.ReaderAt, size int64) (t *event.Trace, err error) {
	defer func() { // the reader panics on some broken files
		if p := recover(); p != nil {
			t, err = nil, fmt.Errorf("reading the trace: the file is broken (%.200v)", p)
		}
	}()
	f, err := parquet.OpenFile(r, size)
	if err != nil {
		return nil, fmt.Errorf("reading the trace: %w", err)
	}
	if v, ok := f.Lookup("facialis.schema"); !ok || v != "1" {
		return nil, errors.New("reading the trace: not a trace.parquet of facialis")
	}
	n := f.NumRows()
	if n < 0 || n > maxTraceRows {
		return nil, fmt.Errorf("reading the trace: %d rows", n)
	}
	t = blankTrace(int(n))
	into := map[int]func(row int, v parquet.Value){}
	for _, c := range traceColumns(t) {
		leaf, ok := f.Schema().Lookup(c.name)
		x := c.x
		if !ok || x == nil {
			continue
		}
		into[leaf.ColumnIndex] = func(row int, v parquet.Value) {
			if !v.IsNull() {
				x[row] = v.Float()
			}
		}
	}
	leaf, ok := f.Schema().Lookup("t_s")
	if !ok {
		return nil, errors.New("reading the trace: it has no column t_s")
	}
	into[leaf.ColumnIndex] = func(row int, v parquet.Value) { t.T[row] = v.Double() }
	row := 0
	for _, g := range f.RowGroups() {
		if err := readGroup(g, into, &row, int(n)); err != nil {
			return nil, fmt.Errorf("reading the trace: %w", err)
		}
	}
	if row != int(n) {
		return nil, fmt.Errorf("reading the trace: %d of %d rows", row, n)
	}
	if noise, ok := f.Lookup("facialis.noise"); ok {
		readNoise(t, noise)
	}
	if cuts, ok := f.Lookup("facialis.cuts"); ok {
		if err := json.Unmarshal([]byte(cuts), &t.Cuts); err != nil || !slices.IsSorted(t.Cuts) {
			return nil, errors.New("reading the trace: its cuts are broken")
		}
	}
	if joints, ok := f.Lookup("facialis.joints"); ok {
		if err := json.Unmarshal([]byte(joints), &t.Joints); err != nil || !slices.IsSorted(t.Joints) {
			return nil, errors.New("reading the trace: its joints are broken")
		}
	}
	return t, nil
}

func readGroup(g parquet.RowGroup, into map[int]func(int, parquet.Value), row *int, n int) error {
	rows := g.Rows()
	defer rows.Close()
	buf := make([]parquet.Row, 256)
	for {
		k, err := rows.ReadRows(buf)
		for _, r := range buf[:k] {
			if *row >= n {
				return errors.New("more rows than the file says")
			}
			for _, v := range r {
				if put := into[v.Column()]; put != nil {
					put(*row, v)
				}
			}
			*row++
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// blankTrace has every column, with nothing measured in any.
func blankTrace(n int) *event.Trace {
	col := func() []float32 {
		x := make([]float32, n)
		for i := range x {
			x[i] = event.Missing
		}
		return x
	}
	t := &event.Trace{T: make([]float64, n), MMPerPx: math.NaN(), ScaleUncertainty: math.NaN()}
	for s := range 2 {
		for r := range anatomy.NumRegions {
			t.Along[s][r], t.DX[s][r], t.DY[s][r], t.SD[s][r] = col(), col(), col(), col()
			t.NoiseMM[s][r], t.DiffNoiseMM[r] = math.NaN(), math.NaN()
		}
		t.Shown[s] = col()
		t.Aperture[s], t.BrowHeight[s], t.CornerOut[s], t.CornerUp[s] = col(), col(), col(), col()
	}
	for r := range anatomy.NumRegions {
		t.Diff[r] = col()
	}
	t.LipOpen, t.Yaw, t.Pitch, t.Roll = col(), col(), col(), col()
	t.FaceX, t.FaceY, t.FaceW, t.Quality, t.Distance = col(), col(), col(), col(), col()
	return t
}

// readNoise takes the noise floors and the scale out of the metadata.
func readNoise(t *event.Trace, text string) {
	var m map[string]*float64
	if json.Unmarshal([]byte(text), &m) != nil {
		return
	}
	put := func(into *float64, name string) {
		if v := m[name]; v != nil {
			*into = *v
		}
	}
	put(&t.MMPerPx, "mm_per_px")
	put(&t.ScaleUncertainty, "scale_uncertainty")
	for r, region := range anatomy.RegionNames {
		for s, side := range anatomy.SideNames {
			put(&t.NoiseMM[s][r], "along_"+side+"_"+region+"_mm")
		}
		put(&t.DiffNoiseMM[r], "diff_"+region+"_mm")
	}
}
