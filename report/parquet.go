package report

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"reflect"

	"facialis/anatomy"
	"facialis/event"

	"github.com/parquet-go/parquet-go"
)

// rowGroup is how many frames are held in memory and written at a time.
const rowGroup = 1 << 13

// column is one column of trace.parquet; where value is not finite it is null.
type column struct {
	name  string
	value func(row int) float64
	x     []float32 // nil for t_s
}

// traceColumns are the columns in the order in which they are written. t_s is
// the first, and the only one that is never null.
func traceColumns(t *event.Trace) []column {
	cols := []column{{"t_s", func(i int) float64 { return t.T[i] }, nil}}
	add := func(name string, x []float32) {
		cols = append(cols, column{name, func(i int) float64 {
			if i >= len(x) {
				return math.NaN()
			}
			return float64(x[i])
		}, x})
	}
	for s, side := range anatomy.SideNames {
		for r, region := range anatomy.RegionNames {
			add("along_"+side+"_"+region+"_mm", t.Along[s][r])
		}
	}
	for r, region := range anatomy.RegionNames {
		add("diff_"+region+"_mm", t.Diff[r])
	}
	for s, side := range anatomy.SideNames {
		for r, region := range anatomy.RegionNames {
			add("dx_"+side+"_"+region+"_mm", t.DX[s][r])
			add("dy_"+side+"_"+region+"_mm", t.DY[s][r])
		}
	}
	for s, side := range anatomy.SideNames {
		add("aperture_"+side+"_mm", t.Aperture[s])
		add("eye_shown_"+side+"_mm", t.Shown[s])
		add("brow_height_"+side+"_mm", t.BrowHeight[s])
		add("corner_out_"+side+"_mm", t.CornerOut[s])
		add("corner_up_"+side+"_mm", t.CornerUp[s])
	}
	add("lip_open_mm", t.LipOpen)
	add("yaw_deg", t.Yaw)
	add("pitch_deg", t.Pitch)
	add("roll_deg", t.Roll)
	add("face_x_px", t.FaceX)
	add("face_y_px", t.FaceY)
	add("face_width_px", t.FaceW)
	add("quality", t.Quality)
	add("distance_mm", t.Distance)
	for s, side := range anatomy.SideNames {
		for r, region := range anatomy.RegionNames {
			add("sd_"+side+"_"+region+"_mm", t.SD[s][r])
		}
	}
	return cols
}

// EncodeParquet writes a trace as Parquet with zstd, one row a frame. The
// file's metadata say facialis.schema = 1, the program's version, and the
// noise floors, the scale and the cuts in JSON.
func EncodeParquet(w io.Writer, t *event.Trace, version string) error {
	cols := traceColumns(t)
	fields := make([]reflect.StructField, len(cols))
	for i, c := range cols {
		typ, tag := reflect.TypeFor[float32](), c.name+",optional"
		if i == 0 {
			typ, tag = reflect.TypeFor[float64](), c.name
		}
		fields[i] = reflect.StructField{
			Name: fmt.Sprintf("C%d", i), Type: typ,
			Tag: reflect.StructTag(`parquet:"` + tag + `"`),
		}
	}
	noise, err := noiseJSON(t)
	if err != nil {
		return err
	}
	cuts, err := json.Marshal(t.Cuts)
	if err != nil {
		return err
	}
	options := []parquet.WriterOption{
		parquet.NewSchema("trace", parquet.SchemaOf(reflect.New(reflect.StructOf(fields)).Interface())),
		parquet.Compression(&parquet.Zstd),
		parquet.MaxRowsPerRowGroup(rowGroup),
		parquet.CreatedBy("facialis", version, ""),
		parquet.KeyValueMetadata("facialis.schema", "1"),
		parquet.KeyValueMetadata("facialis.version", version),
		parquet.KeyValueMetadata("facialis.noise", noise),
		parquet.KeyValueMetadata("facialis.cuts", string(cuts)),
		parquet.KeyValueMetadata("facialis.sides", "the person's own; right is index 0"),
	}
	if len(t.Joints) > 0 {
		joints, err := json.Marshal(t.Joints)
		if err != nil {
			return err
		}
		options = append(options, parquet.KeyValueMetadata("facialis.joints", string(joints)))
	}
	pw := parquet.NewWriter(w, options...)
	values := make([]parquet.Value, len(cols))
	rows := []parquet.Row{values}
	defer t.Free()
	for i := range t.Len() {
		if i%rowGroup == 0 {
			t.Free() // what is written
		}
		values[0] = parquet.DoubleValue(t.T[i]).Level(0, 0, 0)
		for c := 1; c < len(cols); c++ {
			if x := cols[c].value(i); finite(x) {
				values[c] = parquet.FloatValue(float32(x)).Level(0, 1, c)
			} else {
				values[c] = parquet.NullValue().Level(0, 0, c)
			}
		}
		if _, err := pw.WriteRows(rows); err != nil {
			return fmt.Errorf("writing frame %d of the trace: %w", i, err)
		}
	}
	if err := pw.Close(); err != nil {
		return fmt.Errorf("finishing the trace: %w", err)
	}
	return nil
}

// noiseJSON is the trace's noise floors and scale, null where not known.
func noiseJSON(t *event.Trace) (string, error) {
	one := func(x float64) any {
		if !finite(x) {
			return nil
		}
		return x
	}
	out := map[string]any{"mm_per_px": one(t.MMPerPx), "scale_uncertainty": one(t.ScaleUncertainty)}
	for s, side := range anatomy.SideNames {
		for r, region := range anatomy.RegionNames {
			out["along_"+side+"_"+region+"_mm"] = one(t.NoiseMM[s][r])
			if s == anatomy.AtRight {
				out["diff_"+region+"_mm"] = one(t.DiffNoiseMM[r])
			}
		}
	}
	b, err := json.Marshal(out)
	return string(b), err
}
