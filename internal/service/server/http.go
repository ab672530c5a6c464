package server

import (
	"encoding/json"
	"io"
	"net/http"
	"reflect"
	"time"
)

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }

// writeJSON answers by hand where the bytes of the request were read by hand.
func writeJSON(w http.ResponseWriter, status int, v any) {
	if w.Header().Get("Content-Type") == "" {
		w.Header().Set("Content-Type", "application/json")
	}
	w.WriteHeader(status)
	json.NewEncoder(w).Encode(v)
}

// isNull reports whether a JSON object has a field that is null, which a
// decoded struct does not tell from a field that is not there.
func isNull(object []byte, field string) bool {
	var m map[string]json.RawMessage
	if json.Unmarshal(object, &m) != nil {
		return false
	}
	v, ok := m[field]
	return ok && string(v) == "null"
}

// noDeadline lets a long file take as long as the client needs, as long as it
// takes something every now and then.
type noDeadline struct{ http.ResponseWriter }

func (n noDeadline) Write(b []byte) (int, error) {
	http.NewResponseController(n.ResponseWriter).SetWriteDeadline(time.Now().Add(2 * time.Minute))
	return n.ResponseWriter.Write(b)
}

func (n noDeadline) Unwrap() http.ResponseWriter { return n.ResponseWriter }

// ReadFrom copies in pieces, so that the deadline moves along.
func (n noDeadline) ReadFrom(r io.Reader) (int64, error) {
	var sum int64
	for {
		http.NewResponseController(n.ResponseWriter).SetWriteDeadline(time.Now().Add(2 * time.Minute))
		k, err := io.CopyN(n.ResponseWriter, r, 4<<20)
		sum += k
		if err == io.EOF {
			return sum, nil
		}
		if err != nil {
			return sum, err
		}
	}
}
