package work

import (
	"maps"
	"slices"
	"sync"

	"facialis/internal/service/record"
)

// Progress is how far one recording's analysis is.
type Progress struct {
	Recording string       `json:"recording"`
	PersonID  string       `json:"person_id"`
	State     record.State `json:"state" enum:"queued,analysing,done,failed,cancelled"`
	Progress  *float64     `json:"progress" doc:"0 to 1; null when not known"`
	LeftS     *float64     `json:"left_s" doc:"Seconds left, estimated"`
	Frames    int          `json:"frames"`
	Rate      *float64     `json:"rate" doc:"Frames a second that the analysis makes"`
	Problem   *string      `json:"problem"`
	First     *FirstLook   `json:"first" doc:"What the beginning of a long recording showed, while the whole of it is still being analyzed; null before that and for short recordings"`
}

// FirstLook is what the beginning of a recording showed. It is told while the whole
// recording is analyzed, is kept nowhere, and gives way to the result.
type FirstLook struct {
	Seconds float64 `json:"seconds" doc:"How much of the recording was looked at, from its start, s"`
	SeenS   float64 `json:"seen_s" doc:"How long of that the face was measured, s"`
	Spasms  int     `json:"spasms"`
	Right   *int    `json:"right" doc:"Of them on the person's right; null where nobody can tell the sides"`
	Left    *int    `json:"left" doc:"Of them on the person's left; null where nobody can tell the sides"`
}

// ProgressOf is a recording's progress by its row.
func ProgressOf(r *record.Recording) Progress {
	return Progress{Recording: r.ID, PersonID: r.PersonID, State: r.State, Progress: r.Progress, LeftS: r.LeftS, Problem: r.Problem}
}

// Hub tells those who watch how far each analysis is. A slow watcher gets the
// latest of each recording and never holds anybody up.
type Hub struct {
	mu     sync.Mutex
	now    map[string]Progress
	subs   map[*Subscription]bool
	closed chan struct{}
	once   sync.Once
}

// NewHub makes a hub.
func NewHub() *Hub {
	return &Hub{now: map[string]Progress{}, subs: map[*Subscription]bool{}, closed: make(chan struct{})}
}

// Subscription gets what changes.
type Subscription struct {
	C <-chan struct{} // something can be taken

	hub   *Hub
	only  string
	c     chan struct{}
	dirty map[string]Progress
	order []string
	here  bool // only what this process sets
}

// Subscribe watches one recording, "" all.
func (h *Hub) Subscribe(only string) *Subscription {
	c := make(chan struct{}, 1)
	s := &Subscription{C: c, hub: h, only: only, c: c, dirty: map[string]Progress{}}
	h.mu.Lock()
	h.subs[s] = true
	h.mu.Unlock()
	return s
}

// own is a subscription to what this process itself sets.
func (h *Hub) own() *Subscription {
	s := h.Subscribe("")
	h.mu.Lock()
	defer h.mu.Unlock()
	s.here = true
	return s
}

// watched are the recordings that somebody watches or whose progress is known.
func (h *Hub) watched() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	ids := map[string]bool{}
	for id := range h.now {
		ids[id] = true
	}
	for s := range h.subs {
		if s.only != "" {
			ids[s.only] = true
		}
	}
	return slices.Collect(maps.Keys(ids))
}

// Close ends a subscription.
func (s *Subscription) Close() {
	s.hub.mu.Lock()
	delete(s.hub.subs, s)
	s.hub.mu.Unlock()
}

// Take is what changed since the last time.
func (s *Subscription) Take() []Progress {
	s.hub.mu.Lock()
	defer s.hub.mu.Unlock()
	var out []Progress
	for _, id := range s.order {
		out = append(out, s.dirty[id])
	}
	clear(s.dirty)
	s.order = s.order[:0]
	return out
}

// expect notes that a recording will wait, before a job of it can be taken: what the job
// tells comes after it. Nobody is told before [Hub.tell].
func (h *Hub) expect(r *record.Recording) {
	p := ProgressOf(r)
	p.State, p.Problem = record.Queued, nil
	h.mu.Lock()
	h.now[r.ID] = p
	h.mu.Unlock()
}

// tell tells what is known of a recording that was expected: that it waits, or what its
// job has told since. Of one whose job is over that was told already.
func (h *Hub) tell(r *record.Recording) {
	h.mu.Lock()
	p, ok := h.now[r.ID]
	h.mu.Unlock()
	if ok {
		h.Set(p)
	}
}

// forget takes back that a recording was expected.
func (h *Hub) forget(r *record.Recording) {
	h.mu.Lock()
	delete(h.now, r.ID)
	h.mu.Unlock()
}

// Set tells how far a recording is.
func (h *Hub) Set(p Progress) { h.set(p, true) }

// hear tells what another process has set.
func (h *Hub) hear(p Progress) { h.set(p, false) }

func (h *Hub) set(p Progress, here bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if p.First == nil && p.State == record.Analyzing {
		p.First = h.now[p.Recording].First // told once, it stays until the result is there
	}
	if p.State.Over() {
		delete(h.now, p.Recording)
	} else {
		h.now[p.Recording] = p
	}
	for s := range h.subs {
		if s.only != "" && s.only != p.Recording || s.here && !here {
			continue
		}
		if _, ok := s.dirty[p.Recording]; !ok {
			s.order = append(s.order, p.Recording)
		}
		s.dirty[p.Recording] = p
		select {
		case s.c <- struct{}{}:
		default:
		}
	}
}

// Fill puts into a recording how far its analysis is.
func (h *Hub) Fill(r *record.Recording) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if p, ok := h.now[r.ID]; ok && r.State == record.Analyzing {
		r.Progress, r.LeftS = p.Progress, p.LeftS
	}
}

// Closed is closed when the server stops.
func (h *Hub) Closed() <-chan struct{} { return h.closed }

// Close ends all streams.
func (h *Hub) Close() { h.once.Do(func() { close(h.closed) }) }
