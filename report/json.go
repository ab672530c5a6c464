package report

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"reflect"
	"strings"

	"facialis/anatomy"
	"facialis/event"
)

// SchemaJSON is the JSON Schema (draft 2020-12) of the contract that Analysis
// writes.
//
//go:embed schema/analysis.schema.json
var SchemaJSON []byte

// EncodeJSON writes the analysis as indented JSON by the contract. Lists are
// never null, missing numbers always are; a number that must be there but is
// not finite is an error that names its field.
func EncodeJSON(w io.Writer, a *Analysis) error {
	clean, err := scrub(reflect.ValueOf(withLists(*a)), "analysis")
	if err != nil {
		return err
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(clean.Interface()); err != nil {
		return fmt.Errorf("encoding the analysis: %w", err)
	}
	_, err = w.Write(buf.Bytes())
	return err
}

// withLists fills in what a zero Analysis lacks of the contract: its schema's
// name and empty lists and maps instead of null.
func withLists(a Analysis) Analysis {
	a.Schema = Schema
	a.Quality.Warnings = notNil(a.Quality.Warnings)
	a.Tasks = notNil(a.Tasks)
	a.Events = append([]event.Event{}, a.Events...)
	for i := range a.Events {
		a.Events[i].LeadTied = notNil(a.Events[i].LeadTied)
		a.Events[i].Regions = notNil(a.Events[i].Regions)
		a.Events[i].Reasons = notNil(a.Events[i].Reasons)
	}
	m := &a.Measures
	m.Spread, m.ByTask, m.ByTrigger, m.Fine = notNil(m.Spread), notNil(m.ByTask), notNil(m.ByTrigger), notNil(m.Fine)
	if a.SideKnown() || m.Sides.Right.Spasms+m.Sides.Left.Spasms > 0 {
		m.Sides.Right.Spread, m.Sides.Left.Spread = notNil(m.Sides.Right.Spread), notNil(m.Sides.Left.Spread)
		m.Sides.Right.Regions, m.Sides.Left.Regions = notNil(m.Sides.Right.Regions), notNil(m.Sides.Left.Regions)
	}
	if a.Provenance.Models == nil {
		a.Provenance.Models = map[string]string{}
	}
	if a.Provenance.Parameters == nil {
		a.Provenance.Parameters = map[string]any{}
	}
	if a.Provenance.Constants == nil {
		a.Provenance.Constants = map[string]map[string]float64{}
	}
	if a.Tracking.NoiseMM.Right == nil {
		a.Tracking.NoiseMM.Right = map[anatomy.Region]*float64{}
	}
	if a.Tracking.NoiseMM.Left == nil {
		a.Tracking.NoiseMM.Left = map[anatomy.Region]*float64{}
	}
	return a
}

func notNil[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// scrub copies v with every pointer to a number that is not finite made nil.
// What stands behind an interface is turned to null piece by piece.
func scrub(v reflect.Value, path string) (reflect.Value, error) {
	switch v.Kind() {
	case reflect.Float32, reflect.Float64:
		if !finite(v.Float()) {
			return v, fmt.Errorf("%s is not a finite number", path)
		}
	case reflect.Struct:
		return scrubStruct(v, path)
	case reflect.Array:
		return scrubList(v, reflect.New(v.Type()).Elem(), path)
	case reflect.Pointer, reflect.Slice, reflect.Map, reflect.Interface:
		if v.IsNil() {
			return v, nil
		}
	}
	switch v.Kind() {
	case reflect.Pointer:
		return scrubPointer(v, path)
	case reflect.Slice:
		return scrubList(v, reflect.MakeSlice(v.Type(), v.Len(), v.Len()), path)
	case reflect.Map:
		return scrubMap(v, path)
	case reflect.Interface:
		return scrubInterface(v, path), nil
	}
	return v, nil
}

func scrubPointer(v reflect.Value, path string) (reflect.Value, error) {
	if e := v.Elem(); isFloat(e) && !finite(e.Float()) {
		return reflect.Zero(v.Type()), nil
	}
	e, err := scrub(v.Elem(), path)
	if err != nil {
		if v.Elem().Kind() == reflect.Array { // an interval without an end is no interval
			return reflect.Zero(v.Type()), nil
		}
		return v, err
	}
	p := reflect.New(v.Type().Elem())
	p.Elem().Set(e)
	return p, nil
}

func scrubStruct(v reflect.Value, path string) (reflect.Value, error) {
	out := reflect.New(v.Type()).Elem()
	out.Set(v)
	for i := range v.NumField() {
		f := v.Type().Field(i)
		if !f.IsExported() {
			continue
		}
		e, err := scrub(v.Field(i), path+"."+jsonName(f))
		if err != nil {
			return v, err
		}
		out.Field(i).Set(e)
	}
	return out, nil
}

// scrubList copies a slice or an array into out, which has its length.
func scrubList(v, out reflect.Value, path string) (reflect.Value, error) {
	for i := range v.Len() {
		e, err := scrub(v.Index(i), fmt.Sprintf("%s[%d]", path, i))
		if err != nil {
			return v, err
		}
		out.Index(i).Set(e)
	}
	return out, nil
}

func scrubMap(v reflect.Value, path string) (reflect.Value, error) {
	out := reflect.MakeMapWithSize(v.Type(), v.Len())
	for _, k := range v.MapKeys() {
		e, err := scrub(v.MapIndex(k), fmt.Sprintf("%s.%v", path, k))
		if err != nil {
			return v, err
		}
		out.SetMapIndex(k, e)
	}
	return out, nil
}

func scrubInterface(v reflect.Value, path string) reflect.Value {
	if e, err := scrub(v.Elem(), path); err == nil && !isFloat(v.Elem()) {
		return e
	}
	if t := tree(v.Elem()); t != nil {
		return reflect.ValueOf(t)
	}
	return reflect.Zero(v.Type())
}

// tree is v as maps, lists and leaves with JSON's names, in which null can
// stand for a number that is not finite.
func tree(v reflect.Value) any {
	switch v.Kind() {
	case reflect.Float32, reflect.Float64:
		if !finite(v.Float()) {
			return nil
		}
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() {
			return nil
		}
		return tree(v.Elem())
	case reflect.Struct:
		out := map[string]any{}
		for i := range v.NumField() {
			f := v.Type().Field(i)
			if !f.IsExported() || f.Tag.Get("json") == "-" {
				continue
			}
			if sub, ok := tree(v.Field(i)).(map[string]any); ok && f.Anonymous {
				for k, e := range sub {
					out[k] = e
				}
				continue
			}
			if tag := f.Tag.Get("json"); (strings.Contains(tag, ",omitempty") || strings.Contains(tag, ",omitzero")) && v.Field(i).IsZero() {
				continue
			}
			out[jsonName(f)] = tree(v.Field(i))
		}
		return out
	case reflect.Slice, reflect.Array:
		out := make([]any, v.Len())
		for i := range out {
			out[i] = tree(v.Index(i))
		}
		return out
	case reflect.Map:
		out := map[string]any{}
		for _, k := range v.MapKeys() {
			out[fmt.Sprint(k)] = tree(v.MapIndex(k))
		}
		return out
	}
	return v.Interface()
}

func jsonName(f reflect.StructField) string {
	if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" {
		return name
	}
	return f.Name
}

func isFloat(v reflect.Value) bool {
	return v.Kind() == reflect.Float32 || v.Kind() == reflect.Float64
}

func finite(x float64) bool { return !math.IsNaN(x) && !math.IsInf(x, 0) }
