package account

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// External is a sign-in service of the clinic's own that speaks OpenID Connect.
// Who somebody is and which role they have is for it to say, and how they prove
// it too: a second factor is its business.
type External struct {
	Issuer     string   // its address, like https://login.clinic.example
	Client     string   // our name there
	Secret     string   // our password there
	Claim      string   // which claim holds the groups of a person, like groups
	Clinicians []string // groups whose members are clinicians
	Admins     []string // groups whose members are administrators
	Raters     []string // groups whose members are raters: of those studies whose staff have put them in

	mu       sync.Mutex
	provider *oidc.Provider
}

// Errors of another sign-in service.
var (
	ErrNoExternal = errors.New("this server has no other sign-in service")
	ErrNoRole     = errors.New("the sign-in service gives you no role here: ask whoever keeps its groups")
)

// ExternalPath is where the sign-in service sends a browser back to.
const ExternalPath = "/api/v1/oidc/callback"

// errandFor is how long somebody may take at the sign-in service.
const errandFor = 10 * time.Minute

// errand is what a browser carries to the sign-in service and back.
type errand struct {
	State    string `json:"s"`
	Nonce    string `json:"n"`
	Verifier string `json:"v"`
	Until    int64  `json:"u"`
}

// service finds the sign-in service; one that was not there is looked for again.
func (x *External) service(ctx context.Context) (*oidc.Provider, error) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.provider == nil {
		p, err := oidc.NewProvider(context.WithoutCancel(ctx), x.Issuer)
		if err != nil {
			return nil, wrap("asking the sign-in service", err)
		}
		x.provider = p
	}
	return x.provider, nil
}

func (s *Service) oauth(p *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{ClientID: s.External.Client, ClientSecret: s.External.Secret, RedirectURL: s.Origin + ExternalPath,
		Endpoint: p.Endpoint(), Scopes: []string{oidc.ScopeOpenID, "profile", "email"}}
}

// BeginExternal sends a browser to the sign-in service.
func (s *Service) BeginExternal(w http.ResponseWriter, r *http.Request) error {
	if s.External == nil || s.Origin == "" {
		return ErrNoExternal
	}
	if _, err := s.byNetwork.attempt(from(r.Context()).network, s.now()); err != nil {
		return err
	}
	p, err := s.External.service(r.Context())
	if err != nil {
		return err
	}
	e := errand{State: rand.Text(), Nonce: rand.Text(), Verifier: oauth2.GenerateVerifier(), Until: s.now().Add(errandFor).Unix()}
	// Lax, not Strict: the browser comes back from another site.
	http.SetCookie(w, &http.Cookie{Name: s.errandCookie(), Value: s.seal(e), Path: "/", MaxAge: int(errandFor / time.Second),
		HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode})
	http.Redirect(w, r, s.oauth(p).AuthCodeURL(e.State, oidc.Nonce(e.Nonce), oauth2.S256ChallengeOption(e.Verifier)), http.StatusSeeOther)
	return nil
}

// FinishExternal signs in whom the sign-in service has sent back.
func (s *Service) FinishExternal(w http.ResponseWriter, r *http.Request) (*Account, error) {
	if s.External == nil || s.Origin == "" {
		return nil, ErrNoExternal
	}
	ctx := r.Context()
	e, err := s.errandOf(r)
	http.SetCookie(w, &http.Cookie{Name: s.errandCookie(), Path: "/", MaxAge: -1, HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode})
	if err != nil {
		return nil, err
	}
	refuse := func(why error) (*Account, error) {
		s.Log.InfoContext(ctx, "sign-in service refused", "error", why.Error())
		s.note(ctx, "", "refuse", "session", "", factorExternal)
		return nil, ErrWrong
	}
	q := r.URL.Query()
	if subtle.ConstantTimeCompare([]byte(q.Get("state")), []byte(e.State)) != 1 {
		return refuse(errors.New("another state"))
	}
	p, err := s.External.service(ctx)
	if err != nil {
		return nil, err
	}
	token, err := s.oauth(p).Exchange(ctx, q.Get("code"), oauth2.VerifierOption(e.Verifier))
	if err != nil {
		return refuse(err)
	}
	raw, _ := token.Extra("id_token").(string)
	id, err := p.Verifier(&oidc.Config{ClientID: s.External.Client, Now: s.now}).Verify(ctx, raw)
	if err != nil {
		return refuse(err)
	}
	if subtle.ConstantTimeCompare([]byte(id.Nonce), []byte(e.Nonce)) != 1 {
		return refuse(errors.New("another nonce"))
	}
	var claims map[string]any
	if err := id.Claims(&claims); err != nil {
		return refuse(err)
	}
	return s.admit(ctx, id.Issuer+" "+id.Subject, claims)
}

// admit signs in a subject of the sign-in service, with the role that its claims
// give now.
func (s *Service) admit(ctx context.Context, subject string, claims map[string]any) (*Account, error) {
	role := s.External.role(claims)
	index, err := s.st.Index("account", "subject", subject)
	if err != nil {
		return nil, wrap("reading an account", err)
	}
	e, err := s.scanEntry(s.r.QueryRowContext(ctx, entryQuery+` WHERE a.subject = $1`, index))
	known := err == nil
	if err != nil && !isMissing(err) {
		return nil, wrap("reading an account", err)
	}
	if role == "" {
		id := ""
		if known { // what they had before ends
			id = e.ID
			if _, err := s.w.ExecContext(ctx, `UPDATE account SET epoch = epoch + 1 WHERE id = $1`, e.ID); err != nil {
				return nil, wrap("ending sessions", err)
			}
		}
		s.note(ctx, id, "refuse", "session", "", factorExternal)
		return nil, ErrNoRole
	}
	if !known {
		if e, err = s.newcomer(ctx, subject, role, claims); err != nil {
			return nil, err
		}
		s.note(ctx, e.ID, "add", "account "+e.ID, "", factorExternal)
	} else if e.Role != role {
		was := e.Role
		if e, err = s.Change(ctx, e.ID, Change{Role: &role}); err != nil {
			return nil, err
		}
		s.event(ctx, Event{Account: e.ID, Action: "change", Object: "account " + e.ID, Detail: factorExternal, Before: asJSON(map[string]string{"role": was}), After: asJSON(map[string]string{"role": role})})
	}
	var epoch int64
	if err := s.r.QueryRowContext(ctx, `SELECT epoch FROM account WHERE id = $1`, e.ID).Scan(&epoch); err != nil {
		return nil, missing(err)
	}
	a, err := s.enter(ctx, &e.Account, epoch, factorExternal)
	if err != nil {
		return nil, err
	}
	s.note(ctx, a.ID, "sign in", "session", "", factorExternal)
	return a, nil
}

// newcomer makes an account for a subject that comes for the first time.
func (s *Service) newcomer(ctx context.Context, subject, role string, claims map[string]any) (*Entry, error) {
	name := "somebody"
	for _, key := range []string{"sub", "email", "preferred_username", "name"} {
		if text, ok := claims[key].(string); ok && strings.TrimSpace(text) != "" && len(text) <= 300 {
			name = text
		}
	}
	for i := 1; ; i++ {
		as := name
		if i > 1 {
			as = fmt.Sprintf("%s (%d)", name, i)
		}
		e, err := s.Add(ctx, New{Name: as, Role: role, Subject: subject})
		if !errors.Is(err, ErrTaken) || i > 50 {
			return e, err
		}
	}
}

// role is what the groups of a claim amount to, the one that may most where there are
// several; "" for nothing.
func (x *External) role(claims map[string]any) string {
	var groups []string
	switch v := claims[x.Claim].(type) {
	case string:
		groups = strings.Fields(v)
	case []any:
		for _, g := range v {
			if text, ok := g.(string); ok {
				groups = append(groups, text)
			}
		}
	}
	in := func(any []string) bool {
		return slices.ContainsFunc(groups, func(g string) bool { return slices.Contains(any, g) })
	}
	switch {
	case in(x.Admins):
		return Admin
	case in(x.Clinicians):
		return Clinician
	case in(x.Raters):
		return Rater
	}
	return ""
}

func (s *Service) errandCookie() string {
	if s.Secure {
		return "__Host-facialis-errand"
	}
	return "facialis-errand"
}

func (s *Service) sealKey() []byte { return draw(s.deviceKey, "errands") }

// seal writes an errand so that only this server can have written it.
func (s *Service) seal(e errand) string {
	data, _ := json.Marshal(e) // strings and a number
	h := hmac.New(sha256.New, s.sealKey())
	h.Write(data)
	return base64.RawURLEncoding.EncodeToString(append(h.Sum(nil), data...))
}

func (s *Service) errandOf(r *http.Request) (e errand, err error) {
	c, err := r.Cookie(s.errandCookie())
	if err != nil {
		return e, ErrWrong
	}
	data, err := base64.RawURLEncoding.DecodeString(c.Value)
	if err != nil || len(data) < sha256.Size {
		return e, ErrWrong
	}
	h := hmac.New(sha256.New, s.sealKey())
	h.Write(data[sha256.Size:])
	if !hmac.Equal(h.Sum(nil), data[:sha256.Size]) || json.Unmarshal(data[sha256.Size:], &e) != nil || s.now().Unix() > e.Until {
		return errand{}, ErrWrong
	}
	return e, nil
}
