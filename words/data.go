package words

import (
	"reflect"
	"slices"
)

// textTag marks the fields of a data file's structure that a person reads: a string, a
// list of strings, or a map to strings, as in
//
//	Title string `yaml:"title" words:"text"`
const textTag = "words"

// Translate puts this language's texts in the place of the English ones in all fields
// marked with the tag words:"text" that v, a pointer, leads to.
func (l *Language) Translate(v any) {
	if l.tag != "en" {
		walk(reflect.ValueOf(v), false, l.Text)
	}
}

// Marked are the texts of all fields marked with the tag words:"text" that v, a
// pointer, leads to, sorted: what a translator has to translate.
func Marked(v any) []string {
	var found []string
	walk(reflect.ValueOf(v), false, func(s string) string {
		if s != "" {
			found = append(found, s)
		}
		return s
	})
	slices.Sort(found)
	return slices.Compact(found)
}

// walk changes the marked strings below v.
func walk(v reflect.Value, marked bool, change func(string) string) {
	switch v.Kind() {
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			walk(v.Elem(), marked, change)
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if f := v.Type().Field(i); f.IsExported() {
				walk(v.Field(i), f.Tag.Get(textTag) == "text", change)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			walk(v.Index(i), marked, change)
		}
	case reflect.Map:
		walkMap(v, marked, change)
	case reflect.String:
		if marked && v.CanSet() {
			v.SetString(change(v.String()))
		}
	}
}

// walkMap changes the marked strings in a map, whose values cannot be set in place.
func walkMap(v reflect.Value, marked bool, change func(string) string) {
	for _, key := range v.MapKeys() {
		at := reflect.New(v.Type().Elem()).Elem()
		at.Set(v.MapIndex(key))
		walk(at, marked, change)
		v.SetMapIndex(key, at)
	}
}
