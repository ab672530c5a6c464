package work

import (
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

// Set tells how far a recording is.
func (h *Hub) Set(p Progress) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if p.State.Over() {
		delete(h.now, p.Recording)
	} else {
		h.now[p.Recording] = p
	}
	for s := range h.subs {
		if s.only != "" && s.only != p.Recording {
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
	if p, ok := h.now[r.ID]; ok && r.State == record.Analysing {
		r.Progress, r.LeftS = p.Progress, p.LeftS
	}
}

// Closed is closed when the server stops.
func (h *Hub) Closed() <-chan struct{} { return h.closed }

// Close ends all streams.
func (h *Hub) Close() { h.once.Do(func() { close(h.closed) }) }
