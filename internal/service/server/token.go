package server

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"log/slog"
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
	Log   *slog.Logger
}

// phoneMark begins what a paired phone is known by, before its token.
const phoneMark = "phone."

// phoneKey is the id of the phone that asks, in a request's context.
type phoneKey struct{}

// Pairing is how a phone finds the app.
type Pairing struct {
	Install     string // the address of the page from which the certificate is installed
	Fingerprint string // of the certificate
	Book        *account.Book

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
	h.Write([]byte("this computer"))
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
		} else if err == nil && a.Phone != nil {
			if token, ok := strings.CutPrefix(c.Value, phoneMark); ok {
				id, err := a.Phone.Book.PhoneOf(r.Context(), token)
				if err != nil {
					a.Log.ErrorContext(r.Context(), "phone failed", "error", err.Error())
				}
				if id != "" {
					r = r.WithContext(context.WithValue(account.With(r.Context(), account.Local), phoneKey{}, id))
				}
			}
		}
		next.ServeHTTP(w, r)
	})
}

// Still reports whether who asked is still let in: a phone until its pairing ends.
func (a *TokenAuth) Still(ctx context.Context) bool {
	id, ok := ctx.Value(phoneKey{}).(string)
	if !ok {
		return true
	}
	paired, err := a.Phone.Book.IsPaired(ctx, id)
	return paired && err == nil
}

// enter gives the browser the cookie that it is known by.
func (a *TokenAuth) enter(w http.ResponseWriter, r *http.Request, value string) {
	http.SetCookie(w, &http.Cookie{Name: a.cookieName(), Value: value, Path: "/", MaxAge: int(cookieFor / time.Second), HttpOnly: true, Secure: r.TLS != nil, SameSite: http.SameSiteStrictMode})
}

func (s *Server) tokenRoutes(api huma.API) {
	o := op("enterToken", http.MethodPost, "/session/token", "session")
	o.Errors, o.DefaultStatus = []int{http.StatusUnauthorized, http.StatusNotFound}, http.StatusOK
	o.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{"application/json": {
		Schema: api.OpenAPI().Components.Schemas.Schema(typeOf[sessionAnswer](), true, "SessionAnswer")}}}}
	huma.Register(api, o, func(ctx context.Context, in *body[printedToken]) (*huma.StreamResponse, error) {
		a, ok := s.Auth.(*TokenAuth)
		if !ok {
			return nil, huma.Error404NotFound(words.From(ctx).Say("problem.server.tokenOff"))
		}
		if !same(in.Body.Token, a.Token) {
			return nil, huma.Error401Unauthorized(words.From(ctx).Say("problem.server.token"))
		}
		out, err := s.session(ctx, account.Local)
		if err != nil {
			return nil, err
		}
		return stream(func(w http.ResponseWriter, r *http.Request) {
			a.enter(w, r, a.cookieValue())
			writeJSON(w, http.StatusOK, out.Body)
		}), nil
	})
	o = op("usePairing", http.MethodPost, "/session/pairing", "session")
	o.Errors, o.DefaultStatus = []int{http.StatusUnauthorized, http.StatusNotFound}, http.StatusOK
	o.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{"application/json": {
		Schema: api.OpenAPI().Components.Schemas.Schema(typeOf[sessionAnswer](), true, "SessionAnswer")}}}}
	huma.Register(api, o, func(ctx context.Context, in *body[typedCode]) (*huma.StreamResponse, error) {
		a, err := s.pairing(ctx)
		if err != nil {
			return nil, err
		}
		if !a.Phone.take(in.Body.Code, s.Now()) {
			return nil, huma.Error401Unauthorized(words.From(ctx).Say("problem.server.pairing"))
		}
		out, err := s.session(ctx, account.Local)
		if err != nil {
			return nil, err
		}
		return stream(func(w http.ResponseWriter, r *http.Request) {
			token, err := a.Phone.Book.AddPhone(ctx, r.UserAgent())
			if err != nil {
				a.Log.ErrorContext(ctx, "phone failed", "error", err.Error())
				http.Error(w, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
				return
			}
			a.enter(w, r, phoneMark+token)
			writeJSON(w, http.StatusOK, out.Body)
		}), nil
	})
	huma.Register(api, op("pairPhone", http.MethodPost, "/pairing", "session"), func(ctx context.Context, _ *struct{}) (*body[pairingAnswer], error) {
		a, err := s.pairing(ctx)
		if err != nil {
			return nil, err
		}
		link := a.Phone.Link(a.Phone.Code(s.Now()))
		return answer(pairingAnswer{link, picture(link), a.Phone.Fingerprint, s.Now().Add(pairingFor)}), nil
	})
	huma.Register(api, op("listPhones", http.MethodGet, "/phones", "session"), func(ctx context.Context, _ *struct{}) (*body[phoneList], error) {
		a, err := s.pairing(ctx)
		if err != nil {
			return nil, err
		}
		all, err := a.Phone.Book.Phones(ctx)
		this, _ := ctx.Value(phoneKey{}).(string)
		return answer(phoneList{all, this}), s.problem(ctx, err)
	})
	huma.Register(api, op("endPhone", http.MethodDelete, "/phones/{id}", "session"), func(ctx context.Context, in *AccountID) (*struct{}, error) {
		a, err := s.pairing(ctx)
		if err != nil {
			return nil, err
		}
		return nil, s.problem(ctx, a.Phone.Book.EndPhone(ctx, in.ID))
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

// phoneList are the phones that were let in.
type phoneList struct {
	Phones  []account.Phone `json:"phones"`
	Current string          `json:"current" doc:"The id of the phone that asks; empty for this computer"`
}

// pairing is the auth of a server that pairs phones.
func (s *Server) pairing(ctx context.Context) (*TokenAuth, error) {
	a, ok := s.Auth.(*TokenAuth)
	if !ok || a.Phone == nil {
		return nil, huma.Error404NotFound(words.From(ctx).Say("problem.server.pairingOff"))
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
	return &TokenAuth{Token: token, Key: key, Port: portOf(listen), Log: slog.New(slog.DiscardHandler)}
}
