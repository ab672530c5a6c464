package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"

	"facialis/anatomy"
	"facialis/event"
	"facialis/measure"
	"facialis/words"

	"github.com/parquet-go/parquet-go"
)

// Names of the tables of several recordings.
const (
	RecordingsCSV     = "recordings.csv"
	RecordingsParquet = "recordings.parquet"
)

// State is what became of a recording.
type State string

// The states of a recording that was analyzed. Of one that could not be,
// [StateFailed] says why.
const (
	StateMeasured   State = "measured"
	StateNoFace     State = "noFace"
	StateLittleFace State = "littleFace"
	StateNotSeen    State = "notSeen"
)

func (s State) String() string { return words.Default().Name("report.state", string(s)) }

// StateFailed is the state of a recording that could not be analyzed.
func StateFailed(err error) string {
	return words.Default().Say("report.state.failed", words.Args{"Reason": strings.Join(strings.Fields(err.Error()), " ")})
}

// State says whether the recording was measured. One in which no face was seen
// is not a recording of 0 spasms.
func (a *Analysis) State() State {
	switch {
	case a.Quality.Usable:
		return StateMeasured
	case a.Tracking.FaceFraction == 0:
		return StateNoFace
	case slices.ContainsFunc(a.Quality.Warnings, func(w Warning) bool { return w.Code == NothingSeen }):
		return StateNotSeen
	}
	return StateLittleFace
}

// RecordingRow is one line of the table of several recordings.
type RecordingRow struct {
	Path     string // of the recording, from the folder that was given
	Folder   string // of its results, from the folder of the table
	State    string
	ExitCode int
	SHA256   string    // empty where the file could not be read
	Analysis *Analysis // nil where it failed
}

// field is one column of the table of recordings: a string, an int64 or a
// float64, nil where there is no value.
type field struct {
	name  string
	kind  reflect.Kind // String, Int64 or Float64
	value func(r *RecordingRow) any
}

// recordingFields are the columns in the order in which they are written.
var recordingFields = makeRecordingFields()

func makeRecordingFields() []field {
	text := func(name string, f func(r *RecordingRow) string) field {
		return field{name, reflect.String, func(r *RecordingRow) any {
			if s := f(r); s != "" {
				return s
			}
			return nil
		}}
	}
	number := func(name string, f func(a *Analysis) float64) field {
		return field{name, reflect.Float64, func(r *RecordingRow) any {
			if r.Analysis == nil || !finite(f(r.Analysis)) {
				return nil
			}
			return f(r.Analysis)
		}}
	}
	out := []field{
		text("path", func(r *RecordingRow) string { return r.Path }),
		text("folder", func(r *RecordingRow) string { return r.Folder }),
		text("state", func(r *RecordingRow) string { return r.State }),
		{"exit_code", reflect.Int64, func(r *RecordingRow) any { return int64(r.ExitCode) }},
		text("sha256", func(r *RecordingRow) string { return r.SHA256 }),
		number("recording_duration_s", func(a *Analysis) float64 { return a.Recording.DurationS }),
		number("recording_frame_rate", func(a *Analysis) float64 { return a.Recording.FrameRate }),
		number("face_fraction", func(a *Analysis) float64 { return a.Tracking.FaceFraction }),
		text("warnings", warningCodes),
		// The time seen is known, and may be 0, where nothing was measured.
		number("usable_s", func(a *Analysis) float64 { return a.Measures.UsableS }),
	}
	out = append(out, measureFields(reflect.TypeFor[measure.Summary](), "", func(r *RecordingRow) reflect.Value {
		if r.Analysis == nil || !r.Analysis.Quality.Usable {
			return reflect.Value{}
		}
		return reflect.ValueOf(r.Analysis.Measures)
	})...)
	return append(out,
		field{"synkineses", reflect.Int64, synkineses(anatomy.Both)},
		field{"synkineses_right", reflect.Int64, synkineses(anatomy.Right)},
		field{"synkineses_left", reflect.Int64, synkineses(anatomy.Left)})
}

// synkineses counts the synkineses of a side, of both with that of which the side is not
// known. Of one side that was not seen, or cannot be distinguished from the other, there is no number.
func synkineses(side anatomy.Side) func(r *RecordingRow) any {
	return func(r *RecordingRow) any {
		a := r.Analysis
		if a == nil || !a.Quality.Usable {
			return nil
		}
		all := ofKind(a.Events, event.Synkinesis)
		if side == anatomy.Both {
			return int64(len(all))
		}
		if !a.SideKnown() || a.Measures.Sides.Of(side).Unseen() {
			return nil
		}
		return int64(ofSide(all, side))
	}
}

// warningCodes are the codes of a recording's warnings, each once.
func warningCodes(r *RecordingRow) string {
	if r.Analysis == nil {
		return ""
	}
	var codes []string
	seen := map[string]bool{}
	for _, w := range r.Analysis.Quality.Warnings {
		if !seen[w.Code] {
			seen[w.Code], codes = true, append(codes, w.Code)
		}
	}
	return strings.Join(codes, "+")
}

// measureFields are the single numbers and words of a struct of measures, by
// the names that they have in analysis.json, joined by "_". An estimate is its
// value, its interval the same name with _low and _high. Lists are left out. The
// zero Value of from says that there is nothing.
func measureFields(t reflect.Type, prefix string, from func(*RecordingRow) reflect.Value) []field {
	var out []field
	for i := range t.NumField() {
		f := t.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		omitted := strings.Contains(options, "omitzero")
		whole := name
		if name == "value" || name == "ci95" {
			whole = ""
		}
		whole = strings.Trim(prefix+"_"+whole, "_")
		if whole == "usable_s" {
			continue // stands before the measures
		}
		get := func(r *RecordingRow) reflect.Value {
			v := from(r)
			if v.IsValid() {
				v = v.Field(i)
			}
			for v.IsValid() && v.Kind() == reflect.Pointer {
				v = v.Elem() // the zero Value where it is nil
			}
			if v.IsValid() && v.Type() == reflect.TypeFor[measure.SideSummary]() && v.Interface().(measure.SideSummary).Unseen() {
				return reflect.Value{} // of a side that was not seen there is no figure
			}
			if v.IsValid() && omitted && v.IsZero() {
				return reflect.Value{}
			}
			return v
		}
		typ := f.Type
		for typ.Kind() == reflect.Pointer {
			typ = typ.Elem()
		}
		switch typ.Kind() {
		case reflect.Struct:
			out = append(out, measureFields(typ, whole, get)...)
		case reflect.Array: // an interval
			whole = strings.TrimSuffix(whole, "_ci95")
			for k, end := range []string{"_low", "_high"} {
				out = append(out, single(whole+end, reflect.Float64, func(r *RecordingRow) reflect.Value {
					if v := get(r); v.IsValid() {
						return v.Index(k)
					}
					return reflect.Value{}
				}))
			}
		case reflect.Int:
			out = append(out, single(whole, reflect.Int64, get))
		case reflect.Float64, reflect.String:
			out = append(out, single(whole, typ.Kind(), get))
		}
	}
	return out
}

// single is a column of one value of a measure.
func single(name string, kind reflect.Kind, get func(*RecordingRow) reflect.Value) field {
	return field{name, kind, func(r *RecordingRow) any {
		v := get(r)
		switch {
		case !v.IsValid(), kind == reflect.Float64 && !finite(v.Float()):
			return nil
		case kind == reflect.String:
			return v.String()
		case kind == reflect.Int64:
			return v.Int()
		}
		return v.Float()
	}}
}

// EncodeRecordingsCSV writes one row per recording, by the rules of
// [EncodeEventsCSV]: an empty cell is a value that is not known.
func EncodeRecordingsCSV(w io.Writer, rows []RecordingRow) error {
	c := csv.NewWriter(w)
	c.UseCRLF = true
	line := make([]string, len(recordingFields))
	for i, f := range recordingFields {
		line[i] = f.name
	}
	c.Write(line)
	for k := range rows {
		for i, f := range recordingFields {
			switch v := f.value(&rows[k]).(type) {
			case nil:
				line[i] = ""
			case string:
				line[i] = v
			case int64:
				line[i] = strconv.FormatInt(v, 10)
			case float64:
				line[i] = strconv.FormatFloat(v, 'g', 10, 64)
			}
		}
		c.Write(line)
	}
	c.Flush()
	return c.Error()
}

// EncodeRecordingsParquet writes the same table as Parquet with zstd; a value
// that is not known is null.
func EncodeRecordingsParquet(w io.Writer, rows []RecordingRow, version string) error {
	types := map[reflect.Kind]reflect.Type{reflect.String: reflect.TypeFor[string](), reflect.Int64: reflect.TypeFor[int64](), reflect.Float64: reflect.TypeFor[float64]()}
	fields := make([]reflect.StructField, len(recordingFields))
	for i, f := range recordingFields {
		fields[i] = reflect.StructField{Name: fmt.Sprintf("C%d", i), Type: types[f.kind], Tag: reflect.StructTag(`parquet:"` + f.name + `,optional"`)}
	}
	pw := parquet.NewWriter(w,
		parquet.NewSchema("recordings", parquet.SchemaOf(reflect.New(reflect.StructOf(fields)).Interface())),
		parquet.Compression(&parquet.Zstd), parquet.CreatedBy("facialis", version, ""),
		parquet.KeyValueMetadata("facialis.schema", "1"), parquet.KeyValueMetadata("facialis.version", version))
	values := make([]parquet.Value, len(recordingFields))
	for k := range rows {
		for i, f := range recordingFields {
			switch v := f.value(&rows[k]).(type) {
			case nil:
				values[i] = parquet.NullValue().Level(0, 0, i)
			case string:
				values[i] = parquet.ByteArrayValue([]byte(v)).Level(0, 1, i)
			case int64:
				values[i] = parquet.Int64Value(v).Level(0, 1, i)
			case float64:
				values[i] = parquet.DoubleValue(v).Level(0, 1, i)
			}
		}
		if _, err := pw.WriteRows([]parquet.Row{values}); err != nil {
			return fmt.Errorf("writing row %d of the recordings: %w", k+1, err)
		}
	}
	if err := pw.Close(); err != nil {
		return fmt.Errorf("finishing the table of recordings: %w", err)
	}
	return nil
}

// WriteRecordings writes the table of recordings into dir as CSV and Parquet,
// each whole or not at all.
func WriteRecordings(dir string, rows []RecordingRow, version string) error {
	for _, f := range []struct {
		name  string
		write func(io.Writer) error
	}{
		{RecordingsCSV, func(w io.Writer) error { return EncodeRecordingsCSV(w, rows) }},
		{RecordingsParquet, func(w io.Writer) error { return EncodeRecordingsParquet(w, rows, version) }},
	} {
		if err := writeFile(filepath.Join(dir, f.name), f.write); err != nil {
			return fmt.Errorf("writing %s: %w", f.name, err)
		}
	}
	return nil
}
