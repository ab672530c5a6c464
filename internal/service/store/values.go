package store

import (
	"database/sql"
	"database/sql/driver"
	"encoding/binary"
	"fmt"
	"maps"
	"math"
	"reflect"
	"slices"
)

// assign puts a value of a database where dest points to, as Scan does.
func assign(dest any, v driver.Value) error {
	switch d := dest.(type) {
	case *string:
		if s, ok := v.(string); ok {
			*d = s
			return nil
		}
	case sql.Scanner:
		return d.Scan(v)
	}
	to := reflect.ValueOf(dest).Elem()
	if v == nil {
		to.SetZero()
		return nil
	}
	if to.Kind() == reflect.Pointer {
		to.Set(reflect.New(to.Type().Elem()))
		to = to.Elem()
	}
	from := reflect.ValueOf(v)
	if (from.Kind() == reflect.String) != (to.Kind() == reflect.String) || !from.CanConvert(to.Type()) {
		return fmt.Errorf("a %T is not a %s", v, to.Type())
	}
	to.Set(from.Convert(to.Type()))
	return nil
}

// The kinds of values in an encoded row.
const (
	kindNull  = 'n'
	kindInt   = 'i'
	kindFloat = 'f'
	kindText  = 't'
	kindFalse = 'F'
	kindTrue  = 'T'
)

// encodeRow writes values as bytes: for each, by name, the length of the name, the
// name, a kind, and the number (8 bytes) or the length of the text and the text.
// It keeps every byte of a text, as JSON would not.
func encodeRow(values map[string]driver.Value) []byte {
	var b []byte
	for _, name := range slices.Sorted(maps.Keys(values)) {
		b = append(binary.AppendUvarint(b, uint64(len(name))), name...)
		switch v := values[name].(type) {
		case int64:
			b = binary.BigEndian.AppendUint64(append(b, kindInt), uint64(v))
		case float64:
			b = binary.BigEndian.AppendUint64(append(b, kindFloat), math.Float64bits(v))
		case bool:
			b = append(b, map[bool]byte{false: kindFalse, true: kindTrue}[v])
		case string:
			b = append(binary.AppendUvarint(append(b, kindText), uint64(len(v))), v...)
		case []byte:
			b = append(binary.AppendUvarint(append(b, kindText), uint64(len(v))), v...)
		default:
			b = append(b, kindNull)
		}
	}
	return b
}

func decodeRow(b []byte) (map[string]driver.Value, error) {
	const number = 8
	text := func() (string, bool) {
		n, used := binary.Uvarint(b)
		if used <= 0 || n > uint64(len(b)-used) {
			return "", false
		}
		s := string(b[used : used+int(n)])
		b = b[used+int(n):]
		return s, true
	}
	out := map[string]driver.Value{}
	for len(b) > 0 {
		name, ok := text()
		if !ok || len(b) == 0 {
			return nil, ErrChanged
		}
		kind := b[0]
		b = b[1:]
		switch kind {
		case kindInt, kindFloat:
			if len(b) < number {
				return nil, ErrChanged
			}
			n := binary.BigEndian.Uint64(b)
			b = b[number:]
			out[name] = int64(n)
			if kind == kindFloat {
				out[name] = math.Float64frombits(n)
			}
		case kindText:
			if out[name], ok = text(); !ok {
				return nil, ErrChanged
			}
		case kindFalse, kindTrue:
			out[name] = kind == kindTrue
		case kindNull:
			out[name] = nil
		default:
			return nil, ErrChanged
		}
	}
	return out, nil
}
