package report

import (
	"bytes"
	"encoding/csv"
	"errors"
	"math"
	"slices"
	"testing"

	"facialis/measure"

	"github.com/parquet-go/parquet-go"
)

// The table has each name once, holds the figures of a measured recording, and
// leaves those of one that was not measured empty, whatever its analysis says.
func TestRecordingsTable(t *testing.T) {
	a, _ := fixture(60)
	a.Quality.Usable = true
	a.Measures.Spasms, a.Measures.UsableS = 7, 58.5
	a.Measures.RatePerMin.Value, a.Measures.RatePerMin.CI95 = new(7.25), &[2]float64{3, 12}
	a.Measures.Burden = new(math.NaN())
	a.Quality.Warnings = []Warning{{Code: "low_rate"}, {Code: "dark"}, {Code: "dark"}}
	none := *a
	none.Quality.Usable, none.Tracking.FaceFraction, none.Measures.Spasms, none.Measures.UsableS = false, 0, 0, 0
	sided, oneSeen := *a, *a
	sided.Recording.Mirrored, oneSeen.Recording.Mirrored = ptr(false), ptr(false)
	oneSeen.Measures.Sides.Left = measure.SideSummary{SeenS: new(float64)}
	rows := []RecordingRow{
		{Path: "a/x,1.mp4", Folder: "a/x,1", State: a.State().String(), SHA256: "ab", Analysis: a},
		{Path: "b.mp4", State: none.State().String(), ExitCode: 5, Analysis: &none},
		{Path: "c.mp4", State: StateFailed(errors.New("one\nline")), ExitCode: 2},
		{Path: "d.mp4", State: sided.State().String(), Analysis: &sided},
		{Path: "e.mp4", State: oneSeen.State().String(), Analysis: &oneSeen},
	}
	var b bytes.Buffer
	if err := EncodeRecordingsCSV(&b, rows); err != nil {
		t.Fatal(err)
	}
	lines, err := csv.NewReader(&b).ReadAll()
	if err != nil || len(lines) != len(rows)+1 {
		t.Fatal(lines, err)
	}
	cell := func(k int, name string) string { return lines[k+1][slices.Index(lines[0], name)] }
	for _, c := range []struct {
		row        int
		name, want string
	}{
		{0, "path", "a/x,1.mp4"}, {0, "state", "measured"}, {0, "spasms", "7"}, {0, "rate_per_min", "7.25"}, {0, "rate_per_min_high", "12"},
		{0, "usable_s", "58.5"}, {0, "burden", ""}, {0, "warnings", "low_rate+dark"}, {0, "exit_code", "0"},
		{1, "state", "not measured: no face"}, {1, "spasms", ""}, {1, "rate_per_min", ""}, {1, "usable_s", "0"}, {1, "exit_code", "5"},
		{2, "state", "failed: one line"}, {2, "usable_s", ""}, {2, "spasms", ""},
		{0, "synkineses", "1"}, {0, "synkineses_right", ""}, {0, "synkineses_left", ""}, {1, "synkineses", ""}, {2, "synkineses", ""},
		{3, "synkineses", "1"}, {3, "synkineses_right", "1"}, {3, "synkineses_left", "0"}, {4, "synkineses_right", "1"}, {4, "synkineses_left", ""},
	} {
		if got := cell(c.row, c.name); got != c.want {
			t.Errorf("row %d, %s: %q, want %q", c.row, c.name, got, c.want)
		}
	}
	names := slices.Clone(lines[0])
	slices.Sort(names)
	if len(slices.Compact(slices.Clone(names))) != len(names) || slices.Contains(names, "") {
		t.Errorf("names are not unique: %v", names)
	}

	b.Reset()
	if err := EncodeRecordingsParquet(&b, rows, "1"); err != nil {
		t.Fatal(err)
	}
	f, err := parquet.OpenFile(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil || f.NumRows() != int64(len(rows)) {
		t.Fatal(f.NumRows(), err)
	}
	got := make([]parquet.Row, len(rows))
	r := f.RowGroups()[0].Rows()
	defer r.Close()
	if n, _ := r.ReadRows(got); n != len(rows) {
		t.Fatal("rows", n)
	}
	for i, name := range lines[0] {
		if f.Schema().Columns()[i][0] != name {
			t.Fatalf("column %d is %v, want %s", i, f.Schema().Columns()[i], name)
		}
		for k := range got {
			if got[k][i].IsNull() != (cell(k, name) == "") {
				t.Errorf("row %d, %s: %v against %q", k, name, got[k][i], cell(k, name))
			}
		}
	}
	if v := got[0][slices.Index(lines[0], "rate_per_min")]; v.Double() != 7.25 {
		t.Errorf("the rate is %v", v)
	}
}
