package server

import (
	"archive/zip"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"facialis/internal/service/record"
	"facialis/internal/service/work"
)

// A person is taken out, deleted, and brought in again; a second time only as
// somebody new.
func TestOutDeleteIn(t *testing.T) {
	b := serve(t, nil)
	p := b.person("Ann Example")
	r := b.done(p.ID)
	b.must(200, "PUT", "/people/"+p.ID+"/answers", map[string]any{"set": map[string]any{"age": 52}}, nil)
	b.must(200, "POST", "/recordings/"+r.ID+"/corrections", map[string]any{"op": "reject", "event_id": "e0002"}, nil)
	b.must(200, "GET", "/recordings/"+r.ID, nil, &r)
	var whole, out, film, video, again []byte
	b.must(200, "GET", "/people/"+p.ID+"/export", nil, &whole)
	b.must(200, "GET", "/recordings/"+r.ID+"/original", nil, &film)
	b.must(404, "GET", "/people/"+record.NewID()+"/export", nil, nil)
	b.must(409, "POST", "/people/import", whole, &out)
	if !strings.Contains(string(out), "is already here") {
		t.Errorf("%s", out)
	}
	b.must(204, "DELETE", "/people/"+p.ID+"?now=true", nil, nil)
	var back, second record.Person
	b.must(201, "POST", "/people/import", whole, &back)
	if back.ID != p.ID || back.Name != p.Name || back.Recordings != 1 || back.LastRatePerMin == nil || *back.LastRatePerMin != *r.RatePerMin {
		t.Errorf("%+v", back)
	}
	var r2 record.Recording
	b.must(200, "GET", "/recordings/"+r.ID, nil, &r2)
	if r2.State != record.Done || !r2.Corrected || *r2.Spasms != 1 || r2.SHA256 != r.SHA256 {
		t.Errorf("%+v", r2)
	}
	b.must(200, "GET", "/recordings/"+r.ID+"/original", nil, &again)
	if !bytes.Equal(film, again) {
		t.Error("the film is another")
	}
	b.must(200, "GET", "/recordings/"+r.ID+"/video", nil, &video)
	b.must(200, "GET", "/people/"+p.ID+"/assessment?setting=clinic", nil, &out)
	b.must(201, "POST", "/people/import?as=new", whole, &second)
	if second.ID == p.ID || second.Name != p.Name {
		t.Errorf("%+v", second)
	}
	b.must(200, "POST", "/recordings/"+r.ID+"/analyse", nil, &r2)
	if r2 = b.wait(r.ID); r2.State != record.Done {
		t.Errorf("analyzed again: %+v", r2)
	}
	for _, bad := range [][]byte{nil, []byte("no zip"), whole[:len(whole)/2]} {
		b.must(422, "POST", "/people/import", bad, &out)
		if !strings.Contains(string(out), "this zip cannot be imported") {
			t.Errorf("%s", out)
		}
	}
	b.must(422, "POST", "/people/import?as=other", whole, nil)
	if log := b.log.String(); strings.Contains(log, "Ann") {
		t.Error("the log names the person")
	}
}

// A zip that is larger than may be, or than there is room for, is not taken in.
func TestImportIsBounded(t *testing.T) {
	b := serve(t, func(c *Config, _ *work.Options) { c.Limits.ImportBytes = 1000 })
	b.must(413, "POST", "/people/import", make([]byte, 1001), nil)
	b.must(422, "POST", "/people/import", make([]byte, 1000), nil)
	b = serve(t, func(c *Config, _ *work.Options) { c.Limits.SpareBytes = 1 << 60 })
	b.must(507, "POST", "/people/import", make([]byte, 1000), nil)
	if names, err := b.f.Blobs.List("incoming"); err != nil || len(names) > 0 {
		t.Error(names, err)
	}
}

// An export that cannot be brought to its end breaks the connection off.
func TestBrokenExport(t *testing.T) {
	b := serve(t, nil)
	p := b.person("Ann")
	r := b.done(p.ID)
	row, err := b.f.Store.Recording(t.Context(), r.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.f.Blobs.Remove(fmt.Sprintf("films/%s/%s/mesh.bin", r.ID, row.Analysis)); err != nil {
		t.Fatal(err)
	}
	resp, err := http.Get(b.url + "/api/v1/people/" + p.ID + "/export")
	if err != nil {
		return // nothing had been sent
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err == nil {
		if _, zipErr := zip.NewReader(bytes.NewReader(data), int64(len(data))); zipErr == nil {
			t.Error("a whole zip came")
		}
		t.Error("the answer ended as if it were whole")
	}
}
