package server

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"facialis/internal/service/blob"
	"facialis/internal/service/record"
	"facialis/internal/service/store"
	"facialis/internal/service/work"
)

// A person's bundle holds who they are, what they noted and how they were
// treated; nothing of it stands in the name of the file.
func TestPersonAsFHIR(t *testing.T) {
	st, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "a.db"))
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	blobs, err := blob.Open(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer blobs.Close()
	w, err := work.New(t.Context(), st, blobs, work.Options{})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 25, 9, 0, 0, 0, time.UTC)
	h := New(Config{Store: st, Blobs: blobs, Work: w, Version: "0", Now: func() time.Time { return now }}).Handler()
	p := &record.Person{ID: record.NewID(), Name: "Ada Example", CreatedAt: now, UpdatedAt: now}
	if err := st.AddPerson(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	var entries []record.Entry
	for kind, data := range map[string]string{
		"day":       `{"date":"2026-11-24","attacks":4,"note":"tired","triggers":["speech","light"]}`,
		"treatment": `{"type":"botulinum_toxin","units_total":20,"sites":[{"region":"orbicularis_oculi","side":"left","units":5}],"from":"2026-11-01"}`,
	} {
		e := record.Entry{ID: record.NewID(), Kind: kind, At: now, UpdatedAt: now, Data: json.RawMessage(data)}
		if err := e.Check(); err != nil {
			t.Fatal(err)
		}
		entries = append(entries, e)
	}
	if _, _, err := st.Sync(t.Context(), p.ID, entries, nil, now); err != nil {
		t.Fatal(err)
	}
	get := func(path string) *httptest.ResponseRecorder {
		r := httptest.NewRecorder()
		h.ServeHTTP(r, httptest.NewRequest(http.MethodGet, "/api/v1"+path, nil))
		return r
	}
	r := get("/people/" + p.ID + "/fhir")
	if r.Code != http.StatusOK || r.Header().Get("Content-Type") != "application/fhir+json" || strings.Contains(r.Header().Get("Content-Disposition"), "Ada") {
		t.Fatalf("%d %v\n%s", r.Code, r.Header(), r.Body)
	}
	var b struct {
		Entry []struct {
			Resource struct{ ResourceType, Status string }
		}
	}
	if err := json.Unmarshal(r.Body.Bytes(), &b); err != nil {
		t.Fatal(err)
	}
	var kinds []string
	for _, e := range b.Entry {
		kinds = append(kinds, strings.TrimSpace(e.Resource.ResourceType+" "+e.Resource.Status))
	}
	slices.Sort(kinds)
	if want := []string{"Patient", "Procedure completed", "QuestionnaireResponse completed"}; !slices.Equal(kinds, want) {
		t.Errorf("resources %v, want %v", kinds, want)
	}
	for _, want := range []string{"Ada Example", "botulinum toxin, 20 units", "left orbicularis oculi, 5 units", "speech, light", `"valueDecimal": 4`} {
		if !bytes.Contains(r.Body.Bytes(), []byte(want)) {
			t.Errorf("the bundle lacks %q", want)
		}
	}
	for _, path := range []string{"/people/" + record.NewID() + "/fhir", "/recordings/" + record.NewID() + "/report.pdf",
		"/recordings/" + record.NewID() + "/export/edf", "/recordings/" + record.NewID() + "/export/analysis.json"} {
		if r := get(path); r.Code != http.StatusNotFound || r.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %d %s", path, r.Code, r.Header().Get("Content-Type"))
		}
	}
	if r := get("/session"); r.Code != http.StatusOK || !strings.Contains(r.Body.String(), `"accounts":false,"account":{"id":"local"`) {
		t.Errorf("session: %d %s", r.Code, r.Body)
	}
}
