// Package goldentest holds numbers to those that were written down: rows of them, for rooms
// whose results are curves, or values by their names. A test that imports it has the flag -update, which
// writes the rows again; the diff then says what changed.
package goldentest

import (
	"encoding/csv"
	"flag"
	"fmt"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
)

var update = flag.Bool("update", false, "rewrite")

// Slack is by how much a number may differ from what was written: by Least and by Share of
// what was written more.
type Slack struct{ Least, Share float64 }

// holds says whether v is what was written; NaN never is.
func (s Slack) holds(v, written float64) bool {
	return math.Abs(v-written) <= s.Least+s.Share*math.Abs(written)
}

// fail prints what is wrong, the first of it.
func fail(t *testing.T, wrong []string) {
	t.Helper()
	for _, w := range wrong[:min(len(wrong), mostShown)] {
		t.Error(w)
	}
	if len(wrong) > mostShown {
		t.Errorf("and %d more", len(wrong)-mostShown)
	}
}

const (
	digits    = 7   // in which a value by name is written
	perUnit   = 1e4 // steps of a unit in which numbers are written
	mostShown = 10  // differences that a test prints
)

// Rows holds rows to those in testdata/golden.csv, which may be of different lengths; NaN
// is an empty cell. name says what a value is, by its row and column.
func Rows(t *testing.T, rows [][]float64, slack Slack, name func(row, column int) string) {
	t.Helper()
	path := filepath.Join("testdata", "golden.csv")
	if *update {
		write(t, path, rows)
		return
	}
	written := read(t, path)
	if len(written) != len(rows) {
		t.Fatalf("%d rows, written were %d", len(rows), len(written))
	}
	var wrong []string
	for i, row := range rows {
		if len(written[i]) != len(row) {
			t.Fatalf("%s: %d values, written were %d", name(i, 0), len(row), len(written[i]))
		}
		for k, v := range row {
			w := written[i][k]
			if !(math.IsNaN(v) && math.IsNaN(w)) && !slack.holds(v, w) {
				wrong = append(wrong, fmt.Sprintf("%s is %.4g, written is %.4g", name(i, k), v, w))
			}
		}
	}
	fail(t, wrong)
}

// Values holds numbers by their names to those in testdata/golden.csv: neither may have a
// name that the other has not.
func Values(t *testing.T, values map[string]float64, slack Slack) {
	t.Helper()
	path := filepath.Join("testdata", "golden.csv")
	if *update {
		var text [][]string
		for _, name := range slices.Sorted(maps.Keys(values)) {
			text = append(text, []string{name, strconv.FormatFloat(values[name], 'g', digits, 64)})
		}
		save(t, path, text)
		return
	}
	var wrong []string
	written := map[string]bool{}
	for _, cells := range cellsOf(t, path) {
		w, err := strconv.ParseFloat(cells[1], 64)
		if err != nil {
			t.Fatal(err)
		}
		written[cells[0]] = true
		if v, ok := values[cells[0]]; !ok {
			wrong = append(wrong, fmt.Sprintf("%s %.4g: not there", cells[0], w))
		} else if !slack.holds(v, w) {
			wrong = append(wrong, fmt.Sprintf("%s is %.4g, written is %.4g", cells[0], v, w))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		if !written[name] {
			wrong = append(wrong, fmt.Sprintf("%s %.4g: not written", name, values[name]))
		}
	}
	fail(t, wrong)
}

func write(t *testing.T, path string, rows [][]float64) {
	t.Helper()
	var text [][]string
	for _, row := range rows {
		cells := make([]string, len(row))
		for k, v := range row {
			if !math.IsNaN(v) {
				cells[k] = strconv.FormatFloat(math.Round(v*perUnit)/perUnit, 'g', -1, 64)
			}
		}
		text = append(text, cells)
	}
	save(t, path, text)
}

func save(t *testing.T, path string, text [][]string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := csv.NewWriter(file).WriteAll(text); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}

func cellsOf(t *testing.T, path string) [][]string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	r := csv.NewReader(file)
	r.FieldsPerRecord = -1
	text, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func read(t *testing.T, path string) [][]float64 {
	t.Helper()
	var rows [][]float64
	for _, cells := range cellsOf(t, path) {
		row := make([]float64, len(cells))
		for k, cell := range cells {
			row[k] = math.NaN()
			if cell == "" {
				continue
			}
			var err error
			if row[k], err = strconv.ParseFloat(cell, 64); err != nil {
				t.Fatal(err)
			}
		}
		rows = append(rows, row)
	}
	return rows
}
