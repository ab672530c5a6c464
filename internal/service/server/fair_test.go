package server

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"facialis/internal/service/record"
	"facialis/internal/service/work"
)

// One person's announcements leave room for everybody else's, and what a person
// may keep has a limit.
func TestQuotas(t *testing.T) {
	b := serve(t, func(c *Config, _ *work.Options) {
		c.Limits.UploadBytes, c.Limits.PendingBytes = 1000, 3000
		c.Limits.PersonPendingBytes, c.Limits.PersonUploads, c.Limits.PersonBytes = 1500, 5, 2000
	})
	ann, bert := b.person("Ann"), b.person("Bert")
	announce := func(person, client string, size int) int {
		return b.call("POST", "/uploads", map[string]any{"person_id": person, "size": size, "client_id": client}, nil)
	}
	taken := 0
	for i := range 44 {
		if announce(ann.ID, fmt.Sprint(i), 400) == 200 {
			taken++
		}
	}
	if taken != 3 { // 3 x 400 are at most 1500
		t.Errorf("%d announcements of one person are taken", taken)
	}
	if got := announce(bert.ID, "film", 1000); got != 200 {
		t.Errorf("another person's film: %d", got)
	}
	small := 0
	for i := range 10 {
		if announce(bert.ID, fmt.Sprint("small ", i), 1) == 200 {
			small++
		}
	}
	if small != 4 {
		t.Errorf("%d uploads beside one", small)
	}
}

// Pages are printed one at a time, and the same page once.
func TestOnePrintAtATime(t *testing.T) {
	p := newPrinter()
	var now, most, all atomic.Int64
	p.print = func(context.Context, []byte) ([]byte, error) {
		all.Add(1)
		if n := now.Add(1); n > most.Load() {
			most.Store(n)
		}
		time.Sleep(2 * time.Millisecond)
		now.Add(-1)
		return []byte("printed"), nil
	}
	var wait sync.WaitGroup
	for i := range 40 {
		wait.Go(func() {
			if data, err := p.do(t.Context(), fmt.Append(nil, "page ", i%4)); err != nil || string(data) != "printed" {
				t.Error(string(data), err)
			}
		})
	}
	wait.Wait()
	if most.Load() != 1 || all.Load() != 4 {
		t.Errorf("%d at once, %d in all", most.Load(), all.Load())
	}
	// Who waits too long is asked to come again.
	p.wait = time.Millisecond
	p.turn <- struct{}{}
	if _, err := p.do(t.Context(), []byte("another")); !errors.Is(err, work.ErrBusy) {
		t.Error(err)
	}
}

// Lists come in pages, and packed where the client can read that.
func TestListsArePagedAndPacked(t *testing.T) {
	b := serve(t, nil)
	p := b.person("Ann")
	for i := range 30 {
		b.person(fmt.Sprint("Somebody with a name of some length, number ", i))
	}
	seen, after := map[string]bool{}, ""
	for range 40 {
		var list peopleList
		b.must(200, "GET", "/people?limit=10&after="+after, nil, &list)
		if len(list.People) == 0 {
			break
		}
		for _, x := range list.People {
			seen[x.ID] = true
			after = x.ID
		}
	}
	if len(seen) != 31 {
		t.Errorf("%d people on the pages", len(seen))
	}
	var entries []any
	for i := range 25 {
		entries = append(entries, map[string]any{"id": record.NewID(), "kind": "visit", "at": fmt.Sprintf("2026-01-%02dT03:04:05Z", i+1), "updated_at": "2026-01-02T03:04:05Z",
			"data": map[string]any{"with": nil, "note": "", "next": nil}})
	}
	b.must(200, "POST", "/people/"+p.ID+"/sync", map[string]any{"entries": entries}, nil)
	var days diaryAnswer
	n := 0
	for range 4 {
		b.must(200, "GET", "/people/"+p.ID+"/diary?limit=10&after="+days.Next, nil, &days)
		n += len(days.Entries)
		if days.Next == "" {
			break
		}
	}
	if n != len(entries) {
		t.Errorf("%d entries on the pages", n)
	}
	var changed []record.Entry
	for i := range 3 * syncMost {
		changed = append(changed, record.Entry{Version: int64(1 + i/3)})
	}
	now := time.Unix(1000, 0)
	page, until, more := syncPage(changed, now)
	if len(page) < syncMost || !more || page[len(page)-1].Version != until.UnixMicro() || changed[len(page)].Version == page[len(page)-1].Version {
		t.Errorf("%d entries until %v", len(page), until)
	}
	if page, until, more := syncPage(changed[:syncMost], now); len(page) != syncMost || more || until != now {
		t.Errorf("%d entries until %v", len(page), until)
	}
	req, err := http.NewRequest("GET", b.url+"/api/v1/people", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "gzip")
	resp, err := b.c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("%v", resp.Header)
	}
}
