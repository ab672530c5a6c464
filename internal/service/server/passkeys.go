package server

import (
	"context"
	"encoding/json"
	"net/http"

	"facialis/internal/service/account"

	"github.com/danielgtaylor/huma/v2"
)

type passkeyList struct {
	Passkeys []account.Passkey `json:"passkeys"`
}

// ceremony is what the browser's own WebAuthn takes.
type ceremony struct {
	PublicKey map[string]any `json:"publicKey" doc:"PublicKeyCredentialCreationOptionsJSON or PublicKeyCredentialRequestOptionsJSON of WebAuthn"`
}

// ceremonyOf turns the library's options into an answer.
func ceremonyOf(options any, err error) (*body[ceremony], error) {
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(options)
	if err != nil {
		return nil, err
	}
	var c ceremony
	err = json.Unmarshal(data, &c.PublicKey)
	return answer(c), err
}

// spoken is what the browser's WebAuthn gave, in JSON.
type spoken struct {
	RawBody []byte
	Body    map[string]any `doc:"The PublicKeyCredential of WebAuthn as JSON"`
}

func (s *Server) passkeyRoutes(api huma.API) {
	off := []int{http.StatusNotFound, http.StatusConflict}
	o := op("beginPasskey", http.MethodPost, "/passkeys/register/begin", "passkeys")
	o.Errors = off
	huma.Register(api, o, func(ctx context.Context, _ *struct{}) (*body[ceremony], error) {
		a, err := s.accounts(ctx)
		if err != nil {
			return nil, err
		}
		out, err := ceremonyOf(a.BeginPasskey(ctx))
		return out, s.problem(ctx, err)
	})
	o = op("finishPasskey", http.MethodPost, "/passkeys/register/finish", "passkeys")
	o.Errors, o.DefaultStatus, o.MaxBodyBytes = append(off, http.StatusUnprocessableEntity), http.StatusCreated, 64<<10
	huma.Register(api, o, func(ctx context.Context, in *struct {
		spoken
		Name string `query:"name" maxLength:"400" doc:"What its owner calls it"`
	}) (*body[account.Passkey], error) {
		a, err := s.accounts(ctx)
		if err != nil {
			return nil, err
		}
		p, err := a.FinishPasskey(ctx, in.RawBody, in.Name)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return answer(*p), nil
	})
	o = op("beginPasskeySignIn", http.MethodPost, "/passkeys/login/begin", "passkeys")
	o.Errors = append(off, http.StatusTooManyRequests)
	huma.Register(api, o, func(ctx context.Context, _ *struct{}) (*body[ceremony], error) {
		a, err := s.accounts(ctx)
		if err != nil {
			return nil, err
		}
		out, err := ceremonyOf(a.BeginPasskeySignIn(ctx))
		return out, s.problem(ctx, err)
	})
	o = op("finishPasskeySignIn", http.MethodPost, "/passkeys/login/finish", "passkeys")
	o.Errors, o.MaxBodyBytes = append(off, http.StatusUnauthorized, http.StatusUnprocessableEntity), 64<<10
	huma.Register(api, o, func(ctx context.Context, in *spoken) (*body[sessionAnswer], error) {
		a, err := s.accounts(ctx)
		if err != nil {
			return nil, err
		}
		who, err := a.FinishPasskeySignIn(ctx, in.RawBody)
		if err != nil {
			return nil, s.problem(ctx, err)
		}
		return s.session(ctx, *who)
	})
	huma.Register(api, op("listPasskeys", http.MethodGet, "/passkeys", "passkeys"),
		func(ctx context.Context, _ *struct{}) (*body[passkeyList], error) {
			a, err := s.accounts(ctx)
			if err != nil {
				return nil, err
			}
			all, err := a.Passkeys(ctx)
			return answer(passkeyList{all}), s.problem(ctx, err)
		})
	huma.Register(api, op("removePasskey", http.MethodDelete, "/passkeys/{id}", "passkeys"),
		func(ctx context.Context, in *struct {
			ID string `path:"id" maxLength:"2000"`
		}) (*struct{}, error) {
			a, err := s.accounts(ctx)
			if err != nil {
				return nil, err
			}
			return nil, s.problem(ctx, a.DropPasskey(ctx, in.ID))
		})
}
