package account

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"time"

	"facialis/internal/service/store"

	"github.com/alexedwards/scs/v2"
	"github.com/go-webauthn/webauthn/webauthn"
)

// Options say how a [Service] is reached.
type Options struct {
	Origin      string           // the address of the app as people have it, like https://clinic.example; "": no passkeys
	Secure      bool             // the app is reached over TLS only
	BehindProxy bool             // the last X-Forwarded-For is who asks
	Now         func() time.Time // nil: time.Now

	// SecondFactor wants a passkey or one-time codes of clinicians and
	// administrators.
	SecondFactor bool
	Breached     Breached  // passwords that nobody may choose
	Mail         Mail      // nil: no mail is sent
	External     *External // nil: no other sign-in service
	Log          *slog.Logger
}

// Service stands before every request of a server with accounts.
type Service struct {
	*Book
	Options
	sessions *scs.SessionManager
	rp       *webauthn.WebAuthn // nil: no passkeys

	byNetwork, byBoth, byName, byDevice *buckets
	deviceKey                           []byte
	hashing                             chan struct{} // so many passwords at once

	mu     sync.Mutex
	lately map[[3]string]time.Time
}

// Serve builds the service over a store.
func Serve(st *store.Store, o Options) (*Service, error) {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Service{Book: NewBook(st, o.Now), Options: o, hashing: make(chan struct{}, 2), lately: map[[3]string]time.Time{}}
	s.Book.Breached = o.Breached
	if err := s.limits(context.Background()); err != nil {
		return nil, err
	}
	s.sessions = s.newSessions()
	if o.Origin != "" {
		u, err := url.Parse(o.Origin)
		if err != nil {
			return nil, wrap("reading the origin", err)
		}
		if s.rp, err = relyingParty(u.Hostname(), o.Origin); err != nil {
			return nil, err
		}
	}
	return s, nil
}

// limits makes the counts of attempts, as an earlier process left them.
func (s *Service) limits(ctx context.Context) error {
	secret, err := s.secret(ctx)
	if err != nil {
		return err
	}
	s.deviceKey = draw(secret, "devices")
	key := draw(secret, "attempts")
	s.byNetwork, s.byBoth = newBuckets("network", key, 20, 10*time.Second), newBuckets("both", key, 5, time.Minute)
	s.byName, s.byDevice = newBuckets("name", key, 30, 30*time.Second), newBuckets("device", key, 5, time.Minute)
	for _, b := range []*buckets{s.byNetwork, s.byBoth, s.byName, s.byDevice} {
		if err := b.recall(ctx, s.Book); err != nil {
			return err
		}
	}
	return nil
}

// client is where a request comes from.
type client struct {
	network string
	agent   string
	here    bool
	marks   [][]byte            // of the browser, see mark
	w       http.ResponseWriter // for a new one
}

type clientKey struct{}

func from(ctx context.Context) client {
	c, _ := ctx.Value(clientKey{}).(client)
	return c
}

// Identify puts the account of the request's session into its context. Only the
// API has sessions.
func (s *Service) Identify(next http.Handler) http.Handler {
	in := s.sessions.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx := context.WithValue(r.Context(), clientKey{}, client{network(s.address(r)), agent(r), s.here(r), s.marks(r), w})
		a, err := s.who(ctx)
		if err != nil {
			s.sessions.ErrorFunc(w, r, err)
			return
		}
		if a != nil {
			ctx = With(ctx, *a)
		}
		next.ServeHTTP(w, r.WithContext(ctx))
	}))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/") {
			in.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// address is where a request comes from.
func (s *Service) address(r *http.Request) netip.Addr {
	if s.BehindProxy {
		all := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
		if a, err := netip.ParseAddr(strings.TrimSpace(all[len(all)-1])); err == nil {
			return a
		}
	}
	a, _ := netip.ParseAddrPort(r.RemoteAddr)
	return a.Addr()
}

// Here reports whether a request comes from this computer itself, so that it may
// set up the first account.
func (s *Service) Here(ctx context.Context) bool { return from(ctx).here }

// here: by its address, without a proxy between, and under a name that no other
// site can make point here.
func (s *Service) here(r *http.Request) bool {
	a, _ := netip.ParseAddrPort(r.RemoteAddr)
	return !s.BehindProxy && a.Addr().Unmap().IsLoopback() && Loopback(r.Host) &&
		r.Header.Get("X-Forwarded-For") == "" && r.Header.Get("Forwarded") == ""
}

// Still reports whether the account of a context is what it was when the request
// began. It is for answers that take long, and does not keep the session alive.
func (s *Service) Still(ctx context.Context) bool {
	a, _, over, err := s.session(ctx)
	return err == nil && a != nil && !over && a.ID == From(ctx).ID
}

// Note writes a line of the audit log for the one who asks. A look is written
// once an hour.
func (s *Service) Note(ctx context.Context, action, object, person string) {
	a := From(ctx)
	if action == "look" && s.already(a.ID, object, person) {
		return
	}
	s.note(ctx, a.ID, action, object, person, "")
}

// Changed writes a line with what was before and is after, as JSON of both.
func (s *Service) Changed(ctx context.Context, action, object, person string, before, after any) {
	s.event(ctx, Event{Account: From(ctx).ID, Action: action, Object: object, Person: person, Before: asJSON(before), After: asJSON(after)})
}

// Refused writes that the one who asks was refused something, once a minute for
// the same.
func (s *Service) Refused(ctx context.Context, object, person string) {
	a := From(ctx)
	if a.ID == "" || s.already(a.ID, object+" refused "+s.now().Format("15:04"), person) {
		return
	}
	s.note(ctx, a.ID, "refuse", object, person, "")
}

func asJSON(v any) string {
	if v == nil {
		return ""
	}
	data, err := json.Marshal(v)
	if err != nil {
		return ""
	}
	return string(data)
}

// agent is what a browser says of itself, shortened.
func agent(r *http.Request) string {
	a := strings.ToValidUTF8(r.UserAgent(), "")
	if len(a) > 200 {
		a = strings.ToValidUTF8(a[:200], "")
	}
	return a
}

// already reports whether the same was noted within the hour.
func (s *Service) already(account, object, person string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	now, k := s.now(), [3]string{account, object, person}
	if at, ok := s.lately[k]; ok && now.Sub(at) < time.Hour {
		return true
	}
	if len(s.lately) >= 10000 {
		clear(s.lately) // at worst a look is written twice
	}
	s.lately[k] = now
	return false
}

// note writes a line of the audit log.
func (s *Service) note(ctx context.Context, account, action, object, person, detail string) {
	s.event(ctx, Event{Account: account, Action: action, Object: object, Person: person, Detail: detail})
}

// event writes a line of the audit log, also when the one who asked has gone.
func (s *Service) event(ctx context.Context, e Event) {
	e.Address = from(ctx).network
	if err := s.WriteEvent(context.WithoutCancel(ctx), e); err != nil {
		s.Log.ErrorContext(ctx, "audit failed", "error", err.Error())
	}
}

// Loopback reports whether a host, with or without a port, is this computer by a
// name that stands for nothing else.
func Loopback(host string) bool {
	if i := strings.LastIndexByte(host, ':'); i >= 0 && !strings.HasSuffix(host, "]") && strings.Count(host, ":") == 1 || strings.Contains(host, "]:") {
		host = host[:i]
	}
	host = strings.Trim(host, "[]")
	if strings.EqualFold(strings.TrimSuffix(host, "."), "localhost") {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}
