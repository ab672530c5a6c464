package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"facialis/internal/service/folder"
	"facialis/internal/service/folder/foldertest"
	"facialis/internal/service/record"
	"facialis/internal/service/work"
	"facialis/internal/service/work/worktest"
)

// bench is a server on a data folder of its own.
type bench struct {
	t   *testing.T
	dir string
	url string
	f   *folder.Folder
	w   *work.Worker
	log *syncBuffer
	c   *http.Client
	h   http.Handler

	mirrored *bool // what uploads say of the film; nil: nobody can tell
}

// syncBuffer is a buffer that several goroutines may write to.
type syncBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *syncBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *syncBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func TestMain(m *testing.M) { foldertest.Main(m) }

func serve(t *testing.T, change func(*Config, *work.Options)) *bench {
	t.Helper()
	return serveIn(t, t.TempDir(), change)
}

func serveIn(t *testing.T, dir string, change func(*Config, *work.Options)) *bench {
	t.Helper()
	ctx := context.Background()
	b := &bench{t: t, dir: dir, log: &syncBuffer{}, c: http.DefaultClient, mirrored: new(false)}
	var err error
	b.f = foldertest.Open(t, b.dir)
	log := slog.New(slog.NewJSONHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
	o := work.Options{Run: worktest.Run, Poll: 5 * time.Millisecond, Retry: time.Millisecond, Log: log}
	c := Config{Store: b.f.Store, Blobs: b.f.Blobs, Log: log, Limits: Limits{UploadBytes: 1 << 30, PendingBytes: 1 << 40, SpareBytes: 0, ImportBytes: 1 << 30}}
	if change != nil {
		change(&c, &o)
	}
	if b.w, err = work.New(ctx, b.f.Store, b.f.Blobs, o); err != nil {
		t.Fatal(err)
	}
	c.Work = b.w
	if err := b.w.Start(ctx); err != nil {
		t.Fatal(err)
	}
	b.h = New(c).Handler()
	srv := httptest.NewServer(b.h)
	b.url = srv.URL
	t.Cleanup(func() {
		b.w.Hub.Close()
		if err := b.w.Stop(ctx); err != nil {
			t.Error(err)
		}
		srv.Close()
		if err := b.f.Close(); err != nil {
			t.Error(err)
		}
	})
	return b
}

// call sends a request and decodes the answer into out; it returns the status.
func (b *bench) call(method, path string, in, out any) int {
	b.t.Helper()
	var body io.Reader
	switch v := in.(type) {
	case nil:
	case []byte:
		body = bytes.NewReader(v)
	default:
		data, err := json.Marshal(in)
		if err != nil {
			b.t.Fatal(err)
		}
		body = bytes.NewReader(data)
	}
	req, err := http.NewRequest(method, b.url+"/api/v1"+path, body)
	if err != nil {
		b.t.Fatal(err)
	}
	if in != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	resp, err := b.c.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	if raw, ok := out.(*[]byte); ok {
		*raw = data
	} else if out != nil && resp.StatusCode < 300 {
		if err := json.Unmarshal(data, out); err != nil {
			b.t.Fatalf("%s %s: %v in %.300s", method, path, err, data)
		}
	}
	if resp.StatusCode >= 400 {
		b.t.Logf("%s %s: %d %.300s", method, path, resp.StatusCode, data)
		if !strings.HasPrefix(resp.Header.Get("Content-Type"), "application/problem+json") {
			b.t.Errorf("%s %s: an error as %s", method, path, resp.Header.Get("Content-Type"))
		}
	}
	return resp.StatusCode
}

// must is call with one status wanted.
func (b *bench) must(want int, method, path string, in, out any) {
	b.t.Helper()
	if got := b.call(method, path, in, out); got != want {
		b.t.Fatalf("%s %s: %d, not %d", method, path, got, want)
	}
}

func (b *bench) person(name string) record.Person {
	b.t.Helper()
	var p record.Person
	b.must(201, "POST", "/people", map[string]any{"name": name}, &p)
	return p
}

// upload sends a film in chunks of so many bytes and finishes it.
func (b *bench) upload(person, client string, film []byte, chunk int) record.Recording {
	b.t.Helper()
	var u record.Upload
	b.must(200, "POST", "/uploads", map[string]any{"person_id": person, "size": len(film), "client_id": client, "mirrored": b.mirrored}, &u)
	for u.Offset < int64(len(film)) {
		b.must(200, "PUT", fmt.Sprintf("/uploads/%s?offset=%d", u.ID, u.Offset), film[u.Offset:min(len(film), int(u.Offset)+chunk)], &u)
	}
	var r record.Recording
	b.must(200, "POST", "/uploads/"+u.ID+"/finish", nil, &r)
	return r
}

// wait follows the progress stream to its end and returns the recording.
func (b *bench) wait(id string) record.Recording {
	b.t.Helper()
	resp, err := b.c.Get(b.url + "/api/v1/recordings/" + id + "/progress")
	if err != nil {
		b.t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		b.t.Fatal(err)
	}
	var r record.Recording
	b.must(200, "GET", "/recordings/"+id, nil, &r)
	return r
}

// done uploads a film and waits for its analysis.
func (b *bench) done(person string) record.Recording {
	b.t.Helper()
	r := b.wait(b.upload(person, record.NewID(), worktest.Film(b.t), 1<<20).ID)
	if r.State != record.Done {
		b.t.Fatalf("the analysis is %s: %v", r.State, r.Problem)
	}
	return r
}
