package blob_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"facialis/internal/service/blob"
	"facialis/internal/service/blob/blobtest"
	"facialis/internal/service/keyring"
	"facialis/internal/service/s3test"
)

// connect opens a store on an S3 server until the test ends.
func connect(t testing.TB, address string) *blob.S3 {
	t.Helper()
	s, err := blob.Connect(context.Background(), address, filepath.Join(t.TempDir(), "spool"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func remote(t testing.TB) blobtest.Opened {
	at := s3test.Store(t)
	return blobtest.Opened{Store: connect(t, at), Copies: true, Raw: func(key string) ([]byte, error) { return s3test.Raw(at, key) }}
}

func TestS3(t *testing.T) { blobtest.Exercise(t, remote) }

func TestS3Encrypted(t *testing.T) {
	blobtest.Exercise(t, func(t testing.TB) blobtest.Opened {
		o := remote(t)
		if err := o.Encrypt(keys(t, filepath.Join(t.TempDir(), keyring.File))); err != nil {
			t.Fatal(err)
		}
		return o
	})
}

// Two servers take parts of one upload, in turns and at once: what is there is a
// beginning of the film, whatever came first, and the rest of it follows.
func TestS3TwoServers(t *testing.T) {
	at := s3test.Store(t)
	both := []*blob.S3{connect(t, at), connect(t, at)}
	film := bytes.Repeat([]byte("0123456789abcdef"), 1<<14)
	for n := 0; ; n++ {
		have, err := both[n%2].Size("uploads/1")
		if err != nil {
			have = 0
		}
		if have == int64(len(film)) {
			break
		}
		var all sync.WaitGroup
		for i, s := range both {
			all.Go(func() { // one sends more than the other
				rest := film[have:]
				if _, err := s.Append("uploads/1", have, bytes.NewReader(rest[:min(len(rest), 30_000*(i+1)+n)])); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
	}
	if err := both[0].Finish("uploads/1"); err != nil {
		t.Fatal(err)
	}
	f, err := both[1].Open("uploads/1")
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if got, err := io.ReadAll(f); err != nil || !bytes.Equal(got, film) {
		t.Errorf("%d bytes, %v", len(got), err)
	}
}

// Who has the link of a film reads any part of it, and of what is encrypted there
// is none.
func TestS3Link(t *testing.T) {
	o := remote(t)
	if err := o.Put("films/1/play", func(w io.Writer) error { _, err := io.WriteString(w, "0123456789"); return err }); err != nil {
		t.Fatal(err)
	}
	link, err := o.Link("films/1/play", "video/mp4", time.Minute)
	if err != nil || link == "" {
		t.Fatal(link, err)
	}
	ask := func(link string) (*http.Response, string) {
		req, err := http.NewRequest("GET", link, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Range", "bytes=3-5")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		defer resp.Body.Close()
		body, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp, string(body)
	}
	if resp, body := ask(link); resp.StatusCode != http.StatusPartialContent || body != "345" || resp.Header.Get("Content-Type") != "video/mp4" {
		t.Error(resp.Status, body, resp.Header)
	}
	if resp, body := ask(strings.Replace(link, "films/1/play", "films/2/play", 1)); resp.StatusCode != http.StatusForbidden {
		t.Error("another film by the same link:", resp.Status, body)
	}
	if err := o.Encrypt(keys(t, filepath.Join(t.TempDir(), keyring.File))); err != nil {
		t.Fatal(err)
	}
	if link, err := o.Link("films/1/play", "video/mp4", time.Minute); link != "" || err != nil {
		t.Error(link, err)
	}
}

// What is replaced between being opened and being read is read as it is then; of
// what was begun no other half follows.
func TestS3Replaced(t *testing.T) {
	for _, sealed := range []bool{false, true} {
		o := remote(t)
		if sealed {
			if err := o.Encrypt(keys(t, filepath.Join(t.TempDir(), keyring.File))); err != nil {
				t.Fatal(err)
			}
		}
		write := func(s string) {
			if err := o.Put("a/b", func(w io.Writer) error { _, err := io.WriteString(w, s); return err }); err != nil {
				t.Fatal(err)
			}
		}
		const size = 3 << 20 // bytes, more than is read at once
		write(strings.Repeat("old ", size))
		f, err := o.Open("a/b")
		if err != nil {
			t.Fatal(err)
		}
		if !sealed { // of what is sealed the beginning was read
			write(strings.Repeat("new ", size))
			if _, err := f.Seek(2*size, io.SeekStart); err != nil {
				t.Fatal(err)
			}
			got := make([]byte, 8)
			if _, err := io.ReadFull(f, got); err != nil || string(got) != "new new " {
				t.Errorf("%q, %v", got, err)
			}
			f.Close()
			write(strings.Repeat("old ", size))
			if f, err = o.Open("a/b"); err != nil {
				t.Fatal(err)
			}
			if _, err := f.ReadAt(make([]byte, 8), 0); err != nil {
				t.Fatal(err)
			}
		}
		write(strings.Repeat("new ", size))
		got := make([]byte, 8)
		if _, err := f.ReadAt(got, 2*size); err == nil && string(got) != "old old " {
			t.Errorf("%q follows", got)
		}
		f.Close()
	}
}

// A server that is killed is told from every other fault, and is used again when
// it is back.
func TestS3Killed(t *testing.T) {
	server := s3test.Start(t)
	s := connect(t, server.Store(t))
	write := func(w io.Writer) error { _, err := io.WriteString(w, "x"); return err }
	if err := s.Put("a/b", write); err != nil {
		t.Fatal(err)
	}
	server.Kill()
	if err := s.Put("a/b", write); !blob.Away(err) {
		t.Error(err)
	}
	if _, err := s.Open("a/b"); !blob.Away(err) {
		t.Error(err)
	}
	if err := server.Restart(); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Size("a/b"); n != 1 || err != nil {
		t.Error(n, err)
	}
	if _, err := s.Size("a/none"); err == nil || blob.Away(err) {
		t.Error(err)
	}
}

// The spool of a process that died is removed by the next, that of one that lives
// is not.
func TestSpool(t *testing.T) {
	at, folder := s3test.Store(t), filepath.Join(t.TempDir(), "spool")
	dead := filepath.Join(folder, "DEAD")
	if err := os.MkdirAll(dead, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dead, "lock"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	var all []*blob.S3
	for range 2 {
		s, err := blob.Connect(t.Context(), at, folder)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, s)
		if err := s.Make("films/x"); err != nil {
			t.Fatal(err)
		}
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 2 {
		t.Errorf("%v %v", left, err)
	}
	for _, s := range all {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	}
	if left, err := os.ReadDir(folder); err != nil || len(left) != 0 {
		t.Errorf("%v %v", left, err)
	}
}

// What is no address of a store is refused.
func TestS3Address(t *testing.T) {
	s3test.Store(t) // for its keys
	for _, a := range []string{"s3://", "http://x/y", "s3://b/../c", "s3://b?endpoint=127.0.0.1:1", "s3://key:secret@b/x"} {
		if s, err := blob.Connect(t.Context(), a, t.TempDir()); err == nil {
			s.Close()
			t.Errorf("%s was opened", a)
		}
	}
}
