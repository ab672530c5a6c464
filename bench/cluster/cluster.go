package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	mathrand "math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"facialis/internal/service/blob"
	"facialis/internal/service/record"
)

// program is a server or a worker that runs.
type program struct {
	kind, url, dir string
	cmd            *exec.Cmd
}

// cluster are the programs on one database and one S3 server.
type cluster struct {
	b                        *bench
	program, database, store string

	mu     sync.Mutex
	all    []*program
	spent  map[string]float64 // processor time of those that ended, seconds, by kind
	person string
}

// result is what was measured.
type result struct {
	workers, films                         int
	filmS                                  float64 // length of all films
	workersS, serversS, databaseS, storeS  float64 // processor time, seconds
	kills, serverKills, again              int
	shortDelay, longDelay, shortJob, total []time.Duration
}

// recording is a film that was sent.
type recording struct {
	id   string
	sent time.Time
	long bool
}

const token = "bench"

// start starts a program and waits until it says that it runs.
func (c *cluster) start(kind string) {
	dir, err := os.MkdirTemp("", "facialis-spool-")
	if err != nil {
		c.b.Fatal(err)
	}
	args := []string{"work", "--workers", "1", "--spool", dir}
	if kind == "server" {
		args = []string{"serve", "--no-work", "--no-open", "--listen", "127.0.0.1:0", "--spool", dir}
	}
	cmd := exec.Command(c.program, args...)
	cmd.Env = append(os.Environ(), "FACIALIS_DATABASE="+c.database, "FACIALIS_BLOBS="+c.store, "FACIALIS_TOKEN="+token)
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err == nil {
		err = cmd.Start()
	}
	if err != nil {
		c.b.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		c.b.Fatal("it does not start: ", err)
	}
	at, _, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(line, "facialis runs at ")), "#token=")
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all = append(c.all, &program{kind, strings.TrimSuffix(at, "/") + "/api/v1", dir, cmd})
}

// ended takes a program out that was told to end, and counts what it spent.
func (c *cluster) ended(p *program) {
	p.cmd.Wait()
	os.RemoveAll(p.dir)
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.spent == nil {
		c.spent = map[string]float64{}
	}
	c.spent[p.kind] += (p.cmd.ProcessState.UserTime() + p.cmd.ProcessState.SystemTime()).Seconds()
	c.all = slices.DeleteFunc(c.all, func(q *program) bool { return q == p })
}

// kill ends one of a kind as a power cut would, and starts another.
func (c *cluster) kill(kind string) {
	c.mu.Lock()
	var of []*program
	for _, p := range c.all {
		if p.kind == kind {
			of = append(of, p)
		}
	}
	c.mu.Unlock()
	p := of[mathrand.IntN(len(of))]
	p.cmd.Process.Kill()
	c.ended(p)
	c.start(kind)
}

// end ends all programs.
func (c *cluster) end() {
	c.mu.Lock()
	all := slices.Clone(c.all)
	c.mu.Unlock()
	for _, p := range all {
		p.cmd.Process.Signal(os.Interrupt)
	}
	for _, p := range all {
		c.ended(p)
	}
}

// server is one of the servers.
func (c *cluster) server(i int) *program {
	c.mu.Lock()
	defer c.mu.Unlock()
	var of []*program
	for _, p := range c.all {
		if p.kind == "server" {
			of = append(of, p)
		}
	}
	if len(of) == 0 {
		return nil
	}
	return of[i%len(of)]
}

// call asks a server, and the other one where that has just been killed.
func (c *cluster) call(i int, method, path string, body []byte, media string, out any) error {
	var err error
	for try := range 20 {
		err = errors.New("no server runs")
		if p := c.server(i + try); p != nil {
			err = c.once(p, method, path, body, media, out)
		}
		if err == nil {
			return nil
		}
		time.Sleep(200 * time.Millisecond)
	}
	return err
}

func (c *cluster) once(p *program, method, path string, body []byte, media string, out any) error {
	req, err := http.NewRequest(method, p.url+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	if media != "" {
		req.Header.Set("Content-Type", media)
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	if err != nil {
		return err
	}
	if resp.StatusCode >= 300 {
		return fmt.Errorf("%s %s: %d %s", method, path, resp.StatusCode, data)
	}
	if out == nil {
		return nil
	}
	return json.Unmarshal(data, out)
}

// people is how many people the films are of.
const people = 5

// send sends a film through one of the servers.
func (c *cluster) send(i int, f film) (recording, error) {
	var p, u, r struct{ ID string }
	if i%(people*people) == 0 || c.person == "" {
		if err := c.call(i, "POST", "/people", []byte(`{"name":"P`+strconv.Itoa(i)+`"}`), "application/json", &p); err != nil {
			return recording{}, err
		}
		c.person = p.ID
	}
	if err := c.call(i, "POST", "/uploads", fmt.Appendf(nil, `{"person_id":%q,"size":%d,"client_id":"c%d"}`, c.person, len(f.data), i), "application/json", &u); err != nil {
		return recording{}, err
	}
	if err := c.call(i, "PUT", "/uploads/"+u.ID+"?offset=0", f.data, "", nil); err != nil {
		return recording{}, err
	}
	err := c.call(i+1, "POST", "/uploads/"+u.ID+"/finish", nil, "", &r)
	return recording{id: r.ID, sent: time.Now()}, err
}

// watch hears from the servers how far each film is.
func (c *cluster) watch(ctx context.Context, w *watch) {
	for i := 0; ctx.Err() == nil; i++ {
		p := c.server(i)
		if p == nil {
			time.Sleep(100 * time.Millisecond)
			continue
		}
		req, err := http.NewRequestWithContext(ctx, "GET", p.url+"/progress", nil)
		if err != nil {
			return
		}
		req.Header.Set("Authorization", "Bearer "+token)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			time.Sleep(100 * time.Millisecond)
			continue
		}
		for lines := bufio.NewScanner(resp.Body); lines.Scan(); {
			var p struct{ Recording, State string }
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok && json.Unmarshal([]byte(data), &p) == nil {
				w.see(p.Recording, p.State)
			}
		}
		resp.Body.Close()
	}
}

// open is how many recordings are not analyzed yet.
func (c *cluster) open(ctx context.Context) (int, error) {
	all, err := c.recordings(ctx)
	n := 0
	for _, r := range all {
		if r.State == string(record.Queued) || r.State == string(record.Analyzing) {
			n++
		}
	}
	return n, err
}

type row struct {
	ID, State, SHA256 string
	Attempts          int
	Problem           *string
}

func (c *cluster) recordings(context.Context) ([]row, error) {
	var who struct{ People []struct{ ID string } }
	if err := c.call(0, "GET", "/people?limit=500", nil, "", &who); err != nil {
		return nil, err
	}
	var out []row
	for _, p := range who.People {
		var list struct{ Recordings []row }
		if err := c.call(0, "GET", "/people/"+p.ID+"/recordings", nil, "", &list); err != nil {
			return nil, err
		}
		out = append(out, list.Recordings...)
	}
	return out, nil
}

// idLength is the length of an id.
const idLength = 26

// check holds that every film that was sent is there as it was sent, analyzed, and
// that the store has one whole analysis of each.
func (c *cluster) check(ctx context.Context, r *result, sent []recording, pick func(int) film) error {
	all, err := c.recordings(ctx)
	if err != nil {
		return err
	}
	by := map[string]row{}
	for _, x := range all {
		by[x.ID] = x
	}
	dir, err := os.MkdirTemp("", "facialis-check-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	store, err := blob.Connect(ctx, c.store, filepath.Join(dir, rand.Text()))
	if err != nil {
		return err
	}
	defer store.Close()
	if len(by) != len(sent) {
		return fmt.Errorf("%d films were sent, %d are there", len(sent), len(by))
	}
	for i, s := range sent {
		x, sum := by[s.id], sha256.Sum256(pick(i).data)
		if x.State != string(record.Done) || x.SHA256 != hex.EncodeToString(sum[:]) {
			return fmt.Errorf("film %d: %+v", i, x)
		}
		r.again += x.Attempts - 1
		names, err := store.List("films/" + s.id)
		if err != nil {
			return err
		}
		whole := 0
		for _, n := range names {
			if len(n) != idLength {
				continue
			}
			_, err := store.Size("films/" + s.id + "/" + n + "/analysis.json")
			_, marked := store.Size("films/" + s.id + "/" + n + "/unfinished")
			if err == nil && errors.Is(marked, blob.ErrNotFound) {
				whole++
			}
		}
		if whole != 1 {
			return fmt.Errorf("film %d has %d analyses", i, whole)
		}
	}
	return nil
}

// watch is when each film was seen to begin and to be done.
type watch struct {
	mu           sync.Mutex
	began, ended map[string]time.Time
}

func newWatch() *watch { return &watch{began: map[string]time.Time{}, ended: map[string]time.Time{}} }

func (w *watch) see(id, state string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	if _, ok := w.began[id]; !ok && state == string(record.Analyzing) {
		w.began[id] = now
	}
	if _, ok := w.ended[id]; !ok && state == string(record.Done) {
		w.ended[id] = now
	}
}

// median is how long a short job lasts, 0 while that is not known.
func (w *watch) median(sent []recording) time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	var all []time.Duration
	for _, s := range sent {
		if b, e := w.began[s.id], w.ended[s.id]; !s.long && !b.IsZero() && !e.IsZero() {
			all = append(all, e.Sub(b))
		}
	}
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// delays puts into a result how long films waited.
func (w *watch) delays(r *result, sent []recording) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, s := range sent {
		b, e := w.began[s.id], w.ended[s.id]
		if b.IsZero() || e.IsZero() {
			continue
		}
		if b.Before(s.sent) {
			b = s.sent
		}
		if s.long {
			r.longDelay = append(r.longDelay, b.Sub(s.sent))
		} else {
			r.shortDelay, r.shortJob = append(r.shortDelay, b.Sub(s.sent)), append(r.shortJob, e.Sub(b))
		}
		r.total = append(r.total, e.Sub(s.sent))
	}
	for _, d := range []*[]time.Duration{&r.shortDelay, &r.longDelay, &r.shortJob, &r.total} {
		slices.Sort(*d)
	}
}

// tree is the processor time that a process and its children have spent, seconds.
func tree(pid int) float64 {
	const ticks = 100 // a second, on every Linux
	sum := 0.0
	stats, _ := filepath.Glob("/proc/[0-9]*/stat")
	for _, s := range stats {
		data, err := os.ReadFile(s)
		if err != nil {
			continue
		}
		_, rest, ok := strings.Cut(string(data), ") ")
		f := strings.Fields(rest)
		own, _ := strconv.Atoi(filepath.Base(filepath.Dir(s)))
		if !ok || len(f) < 15 || own != pid && f[1] != strconv.Itoa(pid) {
			continue
		}
		for _, n := range f[11:15] { // its own and its ended children's
			t, _ := strconv.ParseFloat(n, 64)
			sum += t / ticks
		}
	}
	return sum
}
