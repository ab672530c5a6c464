package report

import (
	"fmt"
	"io"
	"math"
	"reflect"
	"strconv"
	"strings"

	"facialis/event"

	"github.com/parquet-go/parquet-go"
)

// candidateRow is what candidates.parquet has of every candidate beside its terms.
type candidateRow struct {
	OnsetS   float64  `parquet:"onset_s"`
	OffsetS  float64  `parquet:"offset_s"`
	Side     string   `parquet:"side,dict"`
	Form     string   `parquet:"form,dict"`
	Lead     string   `parquet:"lead,dict"`
	Regions  string   `parquet:"regions,dict"` // joined by "+", in the order in which they moved
	PeakMM   *float64 `parquet:"peak_mm,optional"`
	LowMM    *float64 `parquet:"peak_low_mm,optional"` // of its 95 % interval
	HighMM   *float64 `parquet:"peak_high_mm,optional"`
	Twitches int32    `parquet:"twitches"`
	LogOdds  float64  `parquet:"log_odds"`
	Certain  float64  `parquet:"certainty"`
	Gates    string   `parquet:"gates,dict"` // joined by a space; empty for none
	Rival    bool     `parquet:"rival"`
}

// EncodeCandidates writes candidates.parquet: one row for every movement of one side
// that was looked at and is no event, in order of onset. After the columns of
// candidateRow stand two for every term: NAME, the feature's value (null where it
// could not be had), and NAME_log_odds, what it adds to the score.
func EncodeCandidates(w io.Writer, c *event.Candidates, version string) error {
	fixed := reflect.TypeFor[candidateRow]()
	var fields []reflect.StructField
	for i := range fixed.NumField() {
		fields = append(fields, fixed.Field(i))
	}
	for i, name := range c.Terms {
		fields = append(fields,
			reflect.StructField{Name: fmt.Sprintf("V%d", i), Type: reflect.TypeFor[*float64](), Tag: reflect.StructTag(`parquet:"` + name + `,optional"`)},
			reflect.StructField{Name: fmt.Sprintf("L%d", i), Type: reflect.TypeFor[float64](), Tag: reflect.StructTag(`parquet:"` + name + `_log_odds"`)})
	}
	row := reflect.StructOf(fields)
	pw := parquet.NewWriter(w,
		parquet.NewSchema("candidate", parquet.SchemaOf(reflect.New(row).Interface())),
		parquet.Compression(&parquet.Zstd),
		parquet.MaxRowsPerRowGroup(rowGroup),
		parquet.CreatedBy("facialis", version, ""),
		parquet.KeyValueMetadata("facialis.schema", "1"),
		parquet.KeyValueMetadata("facialis.version", version),
		parquet.KeyValueMetadata("facialis.least_log_odds", strconv.FormatFloat(c.LeastLogOdds, 'g', -1, 64)),
	)
	for _, x := range c.List {
		r := reflect.New(row)
		set := func(name string, v any) { r.Elem().FieldByName(name).Set(reflect.ValueOf(v)) }
		set("OnsetS", x.OnsetS)
		set("OffsetS", x.OffsetS)
		set("Side", string(x.Side))
		set("Form", string(x.Form))
		set("Lead", string(x.Lead))
		set("Regions", joinRegions(x.Event))
		most := largest(x.Event)
		low, high := ends(most.PeakCI95MM)
		set("PeakMM", most.PeakMM)
		set("LowMM", low)
		set("HighMM", high)
		set("Twitches", int32(x.Twitches))
		set("LogOdds", x.LogOdds)
		set("Certain", x.Confidence)
		set("Gates", strings.Join(x.Gates, " "))
		set("Rival", x.Rival)
		for i, name := range c.Terms {
			for _, t := range x.Terms {
				if t.Name != name {
					continue
				}
				if !math.IsNaN(t.Value) {
					set(fmt.Sprintf("V%d", i), &t.Value)
				}
				set(fmt.Sprintf("L%d", i), t.LogOdds)
			}
		}
		if err := pw.Write(r.Interface()); err != nil {
			return fmt.Errorf("writing the candidates: %w", err)
		}
	}
	if err := pw.Close(); err != nil {
		return fmt.Errorf("finishing the candidates: %w", err)
	}
	return nil
}
