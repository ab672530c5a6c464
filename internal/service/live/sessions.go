package live

import (
	"errors"
	"sync"
	"time"

	"facialis/face"
)

// What can be wrong with a session.
var (
	ErrNone = errors.New("there is no such session")
	ErrMany = errors.New("too many sessions at once")
)

const (
	mostSessions = 4 // each keeps about one processor core busy
	idleAfter    = 30 * time.Second
)

// Sessions are those of a server. The zero value has none.
type Sessions struct {
	mu  sync.Mutex
	all map[string]*held
}

type held struct {
	*Session
	owner string
	used  time.Time
}

// Start begins a session of an account under an id. Sessions that nobody uses any more
// are ended first.
func (s *Sessions) Start(e *face.Networks, id, owner string, now time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for k, h := range s.all {
		if now.Sub(h.used) > idleAfter {
			delete(s.all, k)
			go h.Close()
		}
	}
	if len(s.all) >= mostSessions {
		return ErrMany
	}
	session, err := New(e)
	if err != nil {
		return err
	}
	if s.all == nil {
		s.all = map[string]*held{}
	}
	s.all[id] = &held{session, owner, now}
	return nil
}

// Get is an account's session.
func (s *Sessions) Get(id, owner string, now time.Time) (*Session, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	h := s.all[id]
	if h == nil || h.owner != owner {
		return nil, ErrNone
	}
	h.used = now
	return h.Session, nil
}

// End ends an account's session.
func (s *Sessions) End(id, owner string) error {
	s.mu.Lock()
	h := s.all[id]
	if h == nil || h.owner != owner {
		s.mu.Unlock()
		return ErrNone
	}
	delete(s.all, id)
	s.mu.Unlock()
	return h.Close()
}
