package server

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"net"
	"net/http"
	"strings"
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
	Key   []byte // the server's own, from which the cookie is made
	Port  string // browsers share the cookies of all ports of a name
}

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

// enter gives the browser its cookie for the token.
func (a *TokenAuth) enter(w http.ResponseWriter, token string) bool {
	if !same(token, a.Token) {
		return false
	}
	http.SetCookie(w, &http.Cookie{Name: a.cookieName(), Value: a.cookieValue(), Path: "/", MaxAge: int(cookieFor / time.Second), HttpOnly: true, SameSite: http.SameSiteStrictMode})
	return true
}

func (s *Server) tokenRoutes(api huma.API) {
	o := op("enterToken", http.MethodPost, "/session/token", "session")
	o.Errors, o.DefaultStatus = []int{http.StatusUnauthorized, http.StatusNotFound}, http.StatusOK
	o.Responses = map[string]*huma.Response{"200": {Description: "OK", Content: map[string]*huma.MediaType{"application/json": {
		Schema: api.OpenAPI().Components.Schemas.Schema(typeOf[sessionAnswer](), true, "SessionAnswer")}}}}
	huma.Register(api, o, func(ctx context.Context, in *body[struct {
		Token string `json:"token" maxLength:"200"`
	}]) (*huma.StreamResponse, error) {
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
			a.enter(w, in.Body.Token)
			writeJSON(w, http.StatusOK, out.Body)
		}), nil
	})
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
