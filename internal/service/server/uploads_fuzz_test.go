package server

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"

	"facialis/internal/service/blob"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
	"facialis/internal/service/work"
)

// FuzzChunk: whatever stands in a chunk's address and body, the answer is one of
// those that are described, and what is stored is never more than was announced
// nor anything but the bytes from its beginning on.
func FuzzChunk(f *testing.F) {
	st, err := store.Open(f.Context(), filepath.Join(f.TempDir(), "a.db"))
	if err != nil {
		f.Fatal(err)
	}
	defer st.Close()
	blobs, err := blob.Open(f.TempDir())
	if err != nil {
		f.Fatal(err)
	}
	defer blobs.Close()
	w, err := work.New(f.Context(), st, blobs, work.Options{})
	if err != nil {
		f.Fatal(err)
	}
	s := New(Config{Store: st, Blobs: blobs, Work: w, Limits: Limits{UploadBytes: 1 << 20, PendingBytes: 1 << 40}})
	h := s.Handler()
	p := &record.Person{ID: record.NewID(), Name: "A", CreatedAt: s.Now(), UpdatedAt: s.Now()}
	if err := st.AddPerson(f.Context(), p); err != nil {
		f.Fatal(err)
	}
	const size = 10
	film := "0123456789"
	for _, q := range []string{"offset=0", "offset=4", "offset=-1", "offset=", "", "offset=1e3", "offset=9223372036854775807", "offset=99999999999999999999", "offset=0&offset=5", "offset=%00", "%zz", "offset=+3", "offset=0x1", ";"} {
		f.Add(q, film)
		f.Add(q, film+film)
	}
	f.Fuzz(func(t *testing.T, query, body string) {
		var u record.Upload
		ask := func(method, path, body string) *httptest.ResponseRecorder {
			req, err := http.NewRequestWithContext(t.Context(), method, "http://127.0.0.1/api/v1"+path, strings.NewReader(body))
			if err != nil {
				t.Skip("no address")
			}
			if method == http.MethodPost {
				req.Header.Set("Content-Type", "application/json")
			}
			r := httptest.NewRecorder()
			h.ServeHTTP(r, req)
			return r
		}
		start, err := json.Marshal(map[string]any{"person_id": p.ID, "size": size, "client_id": record.NewID()})
		if err != nil {
			t.Fatal(err)
		}
		if r := ask(http.MethodPost, "/uploads", string(start)); r.Code != http.StatusOK || json.Unmarshal(r.Body.Bytes(), &u) != nil {
			t.Fatalf("%d %s", r.Code, r.Body)
		}
		if i := strings.IndexAny(query, "#"); i >= 0 {
			query = query[:i]
		}
		r := ask(http.MethodPut, "/uploads/"+u.ID+"?"+query, body)
		switch r.Code {
		case http.StatusOK, http.StatusConflict, http.StatusRequestEntityTooLarge, http.StatusUnprocessableEntity, http.StatusBadRequest:
		default:
			t.Fatalf("%q: %d %s", query, r.Code, r.Body)
		}
		if r.Code != http.StatusOK && !strings.HasPrefix(r.Header().Get("Content-Type"), "application/problem+json") {
			t.Errorf("%q: an error as %s", query, r.Header().Get("Content-Type"))
		}
		n, err := w.Arrived(&u)
		if err != nil || n > size || n > int64(len(body)) {
			t.Fatalf("%q: %d bytes are stored of %d (%v)", query, n, len(body), err)
		}
		if n > 0 {
			f, err := blobs.Open("uploads/" + u.ID)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			got := make([]byte, n)
			if _, err := f.Read(got); err != nil || string(got) != body[:n] {
				t.Errorf("%q: stored %q of %q (%v)", query, got, body, err)
			}
		}
		if r := ask(http.MethodDelete, "/uploads/"+u.ID, ""); r.Code != http.StatusNoContent {
			t.Errorf("%d", r.Code)
		}
	})
}
