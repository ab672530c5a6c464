package server

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"maps"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"facialis/internal/service/account"
	"facialis/words"

	"github.com/danielgtaylor/huma/v2"
)

// TokenAuth is for one person on loopback: whoever knows the token that was
// printed at the start does everything, anybody else on the computer nothing. A
// browser that gave the token once is known by a cookie, also after the next
// start; a program sends "Authorization: Bearer" with it.
type TokenAuth struct {
	NoAuth
	Token string
	Key   []byte   // the server's own, from which the cookie is made
	Port  string   // browsers share the cookies of all ports of a name
	Phone *Pairing // nil: no phones are paired
}

// Pairing is how a phone finds the app.
type Pairing struct {
	Install     string // the address of the page from which the certificate is installed
	Fingerprint string // of the certificate

	mu    sync.Mutex
	codes map[string]time.Time // until when each holds
}

// pairingFor is how long a code holds: as long as the certificate takes to install.
const pairingFor = 15 * time.Minute

// Code makes a code that lets a browser in once.
func (p *Pairing) Code(now time.Time) string {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.codes == nil {
		p.codes = map[string]time.Time{}
	}
	maps.DeleteFunc(p.codes, func(_ string, until time.Time) bool { return now.After(until) })
	code := rand.Text()
	p.codes[code] = now.Add(pairingFor)
	return code
}

// take uses a code up.
func (p *Pairing) take(code string, now time.Time) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	until, ok := p.codes[code]
	delete(p.codes, code)
	return ok && !now.After(until)
}

// Link is the address for a code, as a phone scans it.
func (p *Pairing) Link(code string) string { return p.Install + "/#pair=" + code }

// cookieFor is how long a browser is known.
const cookieFor = 400 * 24 * time.Hour // as long as browsers keep one

func (a *TokenAuth) cookieName() string { return "facialis-" + a.Port }

func (a *TokenAuth) cookieValue() string {
	h := hmac.New(sha256.New, a.Key)
	h.Write([]byte("browser"))
	return hex.EncodeToString(h.Sum(nil))
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// Identify makes who knows the token [account.Local].
func (a *TokenAuth) Identify(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		said, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
		c, err := r.Cookie(a.cookieName())
		if same(said, a.Token) || err == nil && same(c.Value, a.cookieValue()) {
			r = r.WithContext(account.With(r.Context(), account.Local))
		}
		next.ServeHTTP(w, r)
	})
}

// enter gives the browser its cookie.
func (a *TokenAuth) enter(w http.ResponseWriter, r *http.Request) {
	http.SetCookie(w, &http.Cookie{Name: a.cookieName(), Value: a.cookieValue(), Path: "/", MaxAge: int(cookieFor / time.Second), HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteStrictMode})
}

func (s *Server) tokenRoutes(api huma.API) {
	o := op("enterToken", http.MethodPost, "/session/token", "session")
	o.Errors, o.DefaultStatus = []int{http.StatusUnauthorized, http.StatusNotFound}, http.StatusOK
	o.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{"application/json": {
		Schema: api.OpenAPI().Components.Schemas.Schema(typeOf[sessionAnswer](), true, "SessionAnswer")}}}}
	huma.Register(api, o, func(ctx context.Context, in *body[printedToken]) (*huma.StreamResponse, error) {
		a, ok := s.Auth.(*TokenAuth)
		if !ok {
			return nil, huma.Error404NotFound(words.English().Say("problem.server.tokenOff"))
		}
		if !same(in.Body.Token, a.Token) {
			return nil, huma.Error401Unauthorized(words.English().Say("problem.server.token"))
		}
		out, err := s.session(ctx, account.Local)
		if err != nil {
			return nil, err
		}
		return stream(func(w http.ResponseWriter, r *http.Request) {
			a.enter(w, r)
			writeJSON(w, http.StatusOK, out.Body)
		}), nil
	})
	o = op("usePairing", http.MethodPost, "/session/pairing", "session")
	o.Errors, o.DefaultStatus = []int{http.StatusUnauthorized, http.StatusNotFound}, http.StatusOK
	o.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{"application/json": {
		Schema: api.OpenAPI().Components.Schemas.Schema(typeOf[sessionAnswer](), true, "SessionAnswer")}}}}
	huma.Register(api, o, func(ctx context.Context, in *body[typedCode]) (*huma.StreamResponse, error) {
		a, err := s.pairing()
		if err != nil {
			return nil, err
		}
		if !a.Phone.take(in.Body.Code, s.Now()) {
			return nil, huma.Error401Unauthorized(words.English().Say("problem.server.pairing"))
		}
		out, err := s.session(ctx, account.Local)
		if err != nil {
			return nil, err
		}
		return stream(func(w http.ResponseWriter, r *http.Request) {
			a.enter(w, r)
			writeJSON(w, http.StatusOK, out.Body)
		}), nil
	})
	huma.Register(api, op("pairPhone", http.MethodPost, "/pairing", "session"), func(ctx context.Context, _ *struct{}) (*body[pairingAnswer], error) {
		a, err := s.pairing()
		if err != nil {
			return nil, err
		}
		link := a.Phone.Link(a.Phone.Code(s.Now()))
		return answer(pairingAnswer{link, picture(link), a.Phone.Fingerprint, s.Now().Add(pairingFor)}), nil
	})
}

type printedToken struct {
	Token string `json:"token" maxLength:"200"`
}

// pairingAnswer is what somebody needs to let a phone in.
type pairingAnswer struct {
	Link        string    `json:"link"`
	QR          string    `json:"qr" doc:"The link as a picture, a data URL"`
	Fingerprint string    `json:"fingerprint" doc:"SHA-256 of the certificate that the phone installs"`
	ExpiresAt   time.Time `json:"expires_at"`
}

// pairing is the auth of a server that pairs phones.
func (s *Server) pairing() (*TokenAuth, error) {
	a, ok := s.Auth.(*TokenAuth)
	if !ok || a.Phone == nil {
		return nil, huma.Error404NotFound(words.English().Say("problem.server.pairingOff"))
	}
	return a, nil
}

// portOf is the port of an address to listen at.
func portOf(listen string) string {
	_, port, err := net.SplitHostPort(listen)
	if err != nil {
		return "0"
	}
	return port
}

// NewTokenAuth is the auth for a token, at the address that the server listens
// at.
func NewTokenAuth(token string, key []byte, listen string) *TokenAuth {
	return &TokenAuth{Token: token, Key: key, Port: portOf(listen)}
}
