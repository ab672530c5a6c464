package server

import (
	"context"
	"encoding/base64"
	"net/http"
	"time"

	"facialis/internal/service/account"
	"facialis/words"

	"github.com/danielgtaylor/huma/v2"
	"rsc.io/qr"
)

type sessionList struct {
	Sessions []account.Session `json:"sessions"`
}

// codesAnswer is what an authenticator app needs.
type codesAnswer struct {
	account.Codes
	QR string `json:"qr" doc:"The uri as a picture, a data URL"`
}

// chosenPassword is a password that somebody chooses by a link.
type chosenPassword struct {
	Token    string `json:"token" maxLength:"100"`
	Password string `json:"password" maxLength:"512"`
}

type whoForgot struct {
	Name string `json:"name" maxLength:"400"`
}

type typedCode struct {
	Code string `json:"code" maxLength:"40"`
}

// invitationAnswer is a link with which a password is chosen.
type invitationAnswer struct {
	Token     string    `json:"token"`
	ExpiresAt time.Time `json:"expires_at"`
	Link      string    `json:"link" doc:"Its address in the app; empty where the app's own address is not known"`
	QR        string    `json:"qr" doc:"The link as a picture, a data URL; empty without one"`
}

// picture is a QR code as a data URL, "" for what does not fit into one.
func picture(text string) string {
	c, err := qr.Encode(text, qr.M)
	if err != nil {
		return ""
	}
	c.Scale = 6
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(c.PNG())
}

// ownRoutes are what everybody does with their own account.
func (s *Server) ownRoutes(api huma.API) {
	huma.Register(api, op("listSessions", http.MethodGet, "/sessions", "session"),
		func(ctx context.Context, _ *struct{}) (*body[sessionList], error) {
			a, err := s.accounts(ctx)
			if err != nil {
				return nil, err
			}
			all, err := a.Sessions(ctx)
			return answer(sessionList{all}), s.problem(ctx, err)
		})
	huma.Register(api, op("endOtherSessions", http.MethodDelete, "/sessions", "session"),
		func(ctx context.Context, _ *struct{}) (*struct{}, error) {
			a, err := s.accounts(ctx)
			if err != nil {
				return nil, err
			}
			return nil, s.problem(ctx, a.EndSession(ctx, ""))
		})
	huma.Register(api, op("endSession", http.MethodDelete, "/sessions/{id}", "session"),
		func(ctx context.Context, in *AccountID) (*struct{}, error) {
			a, err := s.accounts(ctx)
			if err != nil {
				return nil, err
			}
			return nil, s.problem(ctx, a.EndSession(ctx, in.ID))
		})

	huma.Register(api, op("beginCodes", http.MethodPost, "/session/codes/begin", "session"),
		func(ctx context.Context, _ *struct{}) (*body[codesAnswer], error) {
			a, err := s.accounts(ctx)
			if err != nil {
				return nil, err
			}
			c, err := a.BeginCodes(ctx)
			if err != nil {
				return nil, s.problem(ctx, err)
			}
			return answer(codesAnswer{*c, picture(c.URI)}), nil
		})
	for _, r := range []struct {
		id, path string
		do       func(*account.Service, context.Context, string) error
	}{{"confirmCodes", "/session/codes", (*account.Service).ConfirmCodes}, {"dropCodes", "/session/codes/drop", (*account.Service).DropCodes}} {
		o := op(r.id, http.MethodPost, r.path, "session")
		o.Errors, o.DefaultStatus = []int{http.StatusNotFound, http.StatusConflict, http.StatusUnprocessableEntity, http.StatusTooManyRequests}, http.StatusNoContent
		huma.Register(api, o, func(ctx context.Context, in *body[typedCode]) (*struct{}, error) {
			a, err := s.accounts(ctx)
			if err != nil {
				return nil, err
			}
			return nil, s.problem(ctx, r.do(a, ctx, in.Body.Code))
		})
	}

	o := op("acceptInvitation", http.MethodPost, "/invitation", "session")
	o.Errors = []int{http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusTooManyRequests}
	huma.Register(api, o, func(ctx context.Context, in *body[chosenPassword]) (*body[sessionAnswer], error) {
		a, err := s.accounts(ctx)
		if err != nil {
			return nil, err
		}
		who, err := a.Accept(ctx, in.Body.Token, in.Body.Password)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		if who == nil {
			who = &account.Account{}
		}
		return s.session(ctx, *who)
	})
	o = op("invite", http.MethodPost, "/accounts/{id}/invitation", "accounts")
	huma.Register(api, o, func(ctx context.Context, in *AccountID) (*body[invitationAnswer], error) {
		a, err := s.admin(ctx)
		if err != nil {
			return nil, err
		}
		e, err := a.Get(ctx, in.ID)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return s.invitation(ctx, a, e)
	})
	o = op("forgotPassword", http.MethodPost, "/session/forgot", "session")
	o.Errors, o.DefaultStatus = []int{http.StatusNotFound, http.StatusConflict, http.StatusTooManyRequests}, http.StatusNoContent
	huma.Register(api, o, func(ctx context.Context, in *body[whoForgot]) (*struct{}, error) {
		a, err := s.accounts(ctx)
		if err != nil {
			return nil, err
		}
		return nil, s.problem(ctx, a.Forgot(ctx, in.Body.Name))
	})
	s.externalRoutes(api)
}

// invitation makes a link for an account.
func (s *Server) invitation(ctx context.Context, a *account.Service, e *account.Entry) (*body[invitationAnswer], error) {
	i, err := a.Invite(ctx, e.ID)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	s.noteAccount(ctx, "invite", e)
	out := invitationAnswer{Token: i.Token, ExpiresAt: i.ExpiresAt, Link: a.Link(i)}
	if out.Link != "" {
		out.QR = picture(out.Link)
	}
	return answer(out), nil
}

// externalRoutes are the way to the clinic's own sign-in service and back. Both
// answer a browser, not the app.
func (s *Server) externalRoutes(api huma.API) {
	away := func(o huma.Operation) huma.Operation {
		o.Errors = []int{http.StatusConflict, http.StatusTooManyRequests}
		o.Responses = map[string]*huma.Response{"303": {Description: words.English().Say("api.response.onward")}}
		return o
	}
	// outside is the service of accounts, if it has a sign-in service beside it.
	outside := func(ctx context.Context) (*account.Service, error) {
		a, err := s.accounts(ctx)
		if err == nil && a.External == nil {
			err = s.problem(ctx, account.ErrNoExternal)
		}
		return a, err
	}
	huma.Register(api, away(op("beginExternal", http.MethodGet, "/oidc", "session")), func(ctx context.Context, _ *struct{}) (*huma.StreamResponse, error) {
		a, err := outside(ctx)
		if err != nil {
			return nil, err
		}
		return stream(func(w http.ResponseWriter, r *http.Request) {
			if err := a.BeginExternal(w, r); err != nil {
				s.back(w, r, err)
			}
		}), nil
	})
	huma.Register(api, away(op("finishExternal", http.MethodGet, "/oidc/callback", "session")), func(ctx context.Context, _ *struct{}) (*huma.StreamResponse, error) {
		a, err := outside(ctx)
		if err != nil {
			return nil, err
		}
		return stream(func(w http.ResponseWriter, r *http.Request) {
			if _, err := a.FinishExternal(w, r); err != nil {
				s.back(w, r, err)
				return
			}
			http.Redirect(w, r, "/", http.StatusSeeOther)
		}), nil
	})
}

// back sends a browser that was not let in to the page for signing in, which says
// why.
func (s *Server) back(w http.ResponseWriter, r *http.Request, err error) {
	why := "external"
	if err == account.ErrNoRole {
		why = "role"
	} else {
		s.problem(r.Context(), err) // logs what is not the browser's fault
	}
	http.Redirect(w, r, "/login?why="+why, http.StatusSeeOther)
}
