package server

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"facialis/internal/service/account"
	"facialis/report/pdf"
	"facialis/words"

	"github.com/danielgtaylor/huma/v2"
)

// sessionAnswer is what the app asks for first.
type sessionAnswer struct {
	Accounts      bool             `json:"accounts" doc:"Whether an account is needed"`
	Account       *account.Account `json:"account" doc:"Who is asking; null when nobody has signed in"`
	SetupNeeded   bool             `json:"setup_needed" doc:"No account exists yet"`
	SetupHere     bool             `json:"setup_here" doc:"The first account can be made by the one who asks, at this computer"`
	PasskeyOrigin *string          `json:"passkey_origin" doc:"The address that passkeys are bound to; null when there are none"`
	TokenNeeded   bool             `json:"token_needed" doc:"The token that was printed at the start is asked for: see enterToken"`
	Phone         bool             `json:"phone" doc:"A phone can be paired: see pairPhone"`
	Mail          bool             `json:"mail" doc:"A link for a new password can be sent by mail"`
	External      bool             `json:"external" doc:"The clinic's own sign-in service can be used: see beginExternal"`
	Demo          bool             `json:"demo"`
	Version       string           `json:"version" doc:"Empty for who is not let in"`
	ChromiumPDF   bool             `json:"chromium_pdf" doc:"Whether reports can be had as PDF"`
}

type credentials struct {
	Name     string `json:"name" maxLength:"400"`
	Password string `json:"password" maxLength:"512"`
	Code     string `json:"code,omitempty" maxLength:"20" doc:"The one-time code, where the account has them; without it the answer is 401 with the location body.code"`
}

type accountList struct {
	Accounts []account.Entry `json:"accounts"`
	Next     string          `json:"next" doc:"Give it as after for the next page; empty on the last"`
}

type auditAnswer struct {
	Entries []account.Line `json:"entries" doc:"The latest first"`
}

// AccountID is the route's account.
type AccountID struct {
	ID string `path:"id" maxLength:"40"`
}

// session answers who is asking.
func (s *Server) session(ctx context.Context, who account.Account) (*body[sessionAnswer], error) {
	_, err := pdf.Find()
	out := sessionAnswer{Accounts: s.Accounts != nil, Demo: s.Demo, Version: s.version(who), ChromiumPDF: err == nil}
	if who.ID != "" {
		out.Account = &who
	}
	if a, ok := s.Auth.(*TokenAuth); ok {
		out.TokenNeeded, out.Phone = who.ID == "", a.Phone != nil
	}
	if s.Accounts != nil {
		out.Mail, out.External = s.Accounts.Mail != nil && s.Accounts.Origin != "", s.Accounts.External != nil
		any, err := s.Accounts.Any(ctx)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		out.SetupNeeded, out.SetupHere = !any, !any && s.Accounts.Here(ctx)
		if o := s.Accounts.Origin; o != "" {
			out.PasskeyOrigin = &o
		}
	}
	return answer(out), nil
}

// accounts is the service, or the answer that there is none.
func (s *Server) accounts(ctx context.Context) (*account.Service, error) {
	if s.Accounts == nil {
		return nil, huma.Error404NotFound(words.From(ctx).Say("problem.server.accountsOff"))
	}
	return s.Accounts, nil
}

// admin is the service for an administrator; for anybody else there is nothing.
func (s *Server) admin(ctx context.Context) (*account.Service, error) {
	a, err := s.accounts(ctx)
	if err == nil && account.From(ctx).Role != account.Admin {
		s.Auth.Refused(ctx, "accounts", "")
		err = huma.Error404NotFound(words.From(ctx).Say("problem.server.nothing"))
	}
	return a, err
}

func (s *Server) accountRoutes(api huma.API) {
	huma.Register(api, op("getSession", http.MethodGet, "/session", "session"), s.getSession)

	tries := []int{http.StatusUnauthorized, http.StatusNotFound, http.StatusTooManyRequests}
	o := op("signIn", http.MethodPost, "/session", "session")
	o.Errors = tries
	huma.Register(api, o, s.signIn)

	huma.Register(api, op("signOut", http.MethodDelete, "/session", "session"), s.signOut)

	o = op("setUp", http.MethodPost, "/setup", "session")
	o.Errors = []int{http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusTooManyRequests}
	huma.Register(api, o, s.setUp)

	o = op("changePassword", http.MethodPost, "/session/password", "session")
	o.Errors, o.DefaultStatus = []int{http.StatusNotFound, http.StatusUnprocessableEntity, http.StatusTooManyRequests}, http.StatusNoContent
	huma.Register(api, o, s.changePassword)

	huma.Register(api, op("listAccounts", http.MethodGet, "/accounts", "accounts"), s.listAccounts)

	o = op("addAccount", http.MethodPost, "/accounts", "accounts")
	o.DefaultStatus, o.Errors = http.StatusCreated, []int{http.StatusNotFound, http.StatusConflict}
	huma.Register(api, o, s.addAccount)

	o = op("changeAccount", http.MethodPatch, "/accounts/{id}", "accounts")
	o.Errors = append(o.Errors, http.StatusConflict)
	huma.Register(api, o, s.changeAccount)

	o = op("removeAccount", http.MethodDelete, "/accounts/{id}", "accounts")
	o.Errors = append(o.Errors, http.StatusConflict)
	huma.Register(api, o, s.removeAccount)

	huma.Register(api, op("getAudit", http.MethodGet, "/audit", "accounts"), s.getAudit)
	huma.Register(api, gives(op("exportAudit", http.MethodGet, "/audit.jsonl", "accounts"), "application/jsonl"), s.exportAudit)
	s.passkeyRoutes(api)
}

func (s *Server) getSession(ctx context.Context, _ *struct{}) (*body[sessionAnswer], error) {
	return s.session(ctx, account.From(ctx))
}

func (s *Server) signIn(ctx context.Context, in *body[credentials]) (*body[sessionAnswer], error) {
	a, err := s.accounts(ctx)
	if err != nil {
		return nil, err
	}
	who, err := a.SignIn(ctx, in.Body.Name, in.Body.Password, in.Body.Code)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return s.session(ctx, *who)
}

func (s *Server) signOut(ctx context.Context, _ *struct{}) (*struct {
	Clear string `header:"Clear-Site-Data"`
}, error) {
	a, err := s.accounts(ctx)
	if err != nil {
		return nil, err
	}
	if err := a.SignOut(ctx); err != nil {
		return nil, s.problem(ctx, err)
	}
	// Films that the browser keeps go with the session.
	return &struct {
		Clear string `header:"Clear-Site-Data"`
	}{`"cache"`}, nil
}

func (s *Server) setUp(ctx context.Context, in *body[credentials]) (*body[sessionAnswer], error) {
	a, err := s.accounts(ctx)
	if err != nil {
		return nil, err
	}
	if !a.Here(ctx) {
		return nil, huma.Error403Forbidden(words.From(ctx).Say("problem.server.firstAccount"))
	}
	who, err := a.SetUp(ctx, in.Body.Name, in.Body.Password)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	return s.session(ctx, *who)
}

func (s *Server) changePassword(ctx context.Context, in *struct {
	Body struct {
		Password    string `json:"password" maxLength:"512" doc:"The one there is"`
		NewPassword string `json:"new_password" maxLength:"512"`
	}
}) (*struct{}, error) {
	a, err := s.accounts(ctx)
	if err != nil {
		return nil, err
	}
	err = a.NewPassword(ctx, in.Body.Password, in.Body.NewPassword)
	if errors.Is(err, account.ErrWrong) {
		return nil, huma.Error422UnprocessableEntity(words.From(ctx).Say("problem.server.password"))
	}
	return nil, s.problem(ctx, err)
}

func (s *Server) listAccounts(ctx context.Context, in *Paging) (*body[accountList], error) {
	a, err := s.admin(ctx)
	if err != nil {
		return nil, err
	}
	out := accountList{}
	out.Accounts, err = a.Page(ctx, in.After, in.Limit+1)
	if len(out.Accounts) > in.Limit {
		out.Accounts = out.Accounts[:in.Limit]
		out.Next = out.Accounts[in.Limit-1].ID
	}
	return answer(out), s.problem(ctx, err)
}

func (s *Server) addAccount(ctx context.Context, in *body[account.New]) (*body[account.Entry], error) {
	a, err := s.admin(ctx)
	if err != nil {
		return nil, err
	}
	in.Body.MustChange, in.Body.Subject = true, ""
	e, err := a.Add(ctx, in.Body)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	s.noteAccount(ctx, "add", e)
	return answer(*e), nil
}

func (s *Server) changeAccount(ctx context.Context, in *struct {
	AccountID
	Body account.Change
}) (*body[account.Entry], error) {
	a, err := s.admin(ctx)
	if err != nil {
		return nil, err
	}
	in.Body.MustChange = in.ID != account.From(ctx).ID
	was, err := a.Get(ctx, in.ID)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	e, err := a.Change(ctx, in.ID, in.Body)
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	before, after := differ(was, e)
	s.Auth.Changed(ctx, "change", "account "+e.ID, personOf(e), before, after)
	return answer(*e), nil
}

func (s *Server) removeAccount(ctx context.Context, in *AccountID) (*struct{}, error) {
	a, err := s.admin(ctx)
	if err != nil {
		return nil, err
	}
	e, err := a.Get(ctx, in.ID)
	if err == nil {
		err = a.Remove(ctx, in.ID)
	}
	if err != nil {
		return nil, s.problem(ctx, err)
	}
	s.noteAccount(ctx, "remove", e)
	return nil, nil
}

func (s *Server) getAudit(ctx context.Context, in *struct {
	Person string `query:"person" maxLength:"40" doc:"Only what is about this person"`
	Before string `query:"before" maxLength:"40" doc:"The id of the last line of the page before"`
	Limit  int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}) (*body[auditAnswer], error) {
	a, err := s.admin(ctx)
	if err != nil {
		return nil, err
	}
	lines, err := a.Lines(ctx, in.Person, in.Before, in.Limit)
	return answer(auditAnswer{lines}), s.problem(ctx, err)
}

func (s *Server) exportAudit(ctx context.Context, in *struct {
	Since time.Time `query:"since" doc:"Only lines from this moment on"`
}) (*huma.StreamResponse, error) {
	a, err := s.admin(ctx)
	if err != nil {
		return nil, err
	}
	s.Auth.Note(ctx, "export", "audit", "")
	return stream(func(w http.ResponseWriter, r *http.Request) {
		attach(w, "application/jsonl", "facialis-audit.jsonl")
		if err := a.WriteLines(r.Context(), noDeadline{w}, in.Since); err != nil {
			s.problem(r.Context(), err)
		}
	}), nil
}

func personOf(e *account.Entry) string {
	if e.PersonID == nil {
		return ""
	}
	return *e.PersonID
}

func (s *Server) noteAccount(ctx context.Context, action string, e *account.Entry) {
	s.Auth.Note(ctx, action, "account "+e.ID, personOf(e))
}

// differ are the fields, as JSON names them, in which two states of a thing are
// not the same.
func differ(was, is any) (before, after map[string]json.RawMessage) {
	before, after = map[string]json.RawMessage{}, map[string]json.RawMessage{}
	for v, to := range map[any]map[string]json.RawMessage{was: before, is: after} {
		data, err := json.Marshal(v)
		if err != nil || json.Unmarshal(data, &to) != nil {
			return nil, nil
		}
	}
	for name, v := range before {
		if name == "updated_at" || bytes.Equal(v, after[name]) {
			delete(before, name)
			delete(after, name)
		}
	}
	return before, after
}
