package account

import (
	"context"
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"facialis/internal/service/record"
	"facialis/internal/service/store"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"
)

// ErrNoPasskeys says that the server has no origin that passkeys can be bound to.
var ErrNoPasskeys = errors.New("passkeys need an address of the app: start the server with --origin")

// maxPasskeys is how many an account may have.
const maxPasskeys = 20

// ceremony is how long somebody may take over a passkey.
const ceremony = 5 * time.Minute

// Passkey is one as its owner sees it.
type Passkey struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	CreatedAt time.Time  `json:"created_at"`
	UsedAt    *time.Time `json:"last_used_at"`
}

func relyingParty(id, origin string) (*webauthn.WebAuthn, error) {
	yes := true
	limit := webauthn.TimeoutConfig{Enforce: true, Timeout: ceremony, TimeoutUVD: ceremony}
	rp, err := webauthn.New(&webauthn.Config{
		RPID: id, RPDisplayName: "facialis", RPOrigins: []string{origin},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{RequireResidentKey: &yes,
			ResidentKey: protocol.ResidentKeyRequirementRequired, UserVerification: protocol.VerificationRequired},
		Timeouts: webauthn.TimeoutsConfig{Login: limit, Registration: limit},
	})
	return rp, wrap("preparing passkeys for "+origin, err)
}

// owner is an account as the library wants it.
type owner struct {
	Account
	credentials []webauthn.Credential
	epoch       int64
}

func (o *owner) WebAuthnID() []byte                         { return []byte(o.ID) }
func (o *owner) WebAuthnName() string                       { return o.Name }
func (o *owner) WebAuthnDisplayName() string                { return o.Name }
func (o *owner) WebAuthnCredentials() []webauthn.Credential { return o.credentials }

func (s *Service) owner(ctx context.Context, id string) (*owner, error) {
	e, err := s.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	o := &owner{Account: e.Account}
	if err := s.r.QueryRowContext(ctx, `SELECT epoch FROM account WHERE id = $1`, id).Scan(&o.epoch); err != nil {
		return nil, missing(err)
	}
	rows, err := s.r.QueryContext(ctx, `SELECT credential FROM passkey WHERE account_id = $1`, id)
	if err != nil {
		return nil, wrap("reading passkeys", err)
	}
	defer rows.Close()
	for rows.Next() {
		var data string
		var c webauthn.Credential
		if err := rows.Scan(&data); err != nil {
			return nil, wrap("reading passkeys", err)
		}
		if err := json.Unmarshal([]byte(data), &c); err != nil {
			return nil, wrap("reading a passkey", err)
		}
		o.credentials = append(o.credentials, c)
	}
	return o, wrap("reading passkeys", rows.Err())
}

// BeginPasskey gives what a browser needs to make a passkey for the one who asks.
func (s *Service) BeginPasskey(ctx context.Context) (any, error) {
	if s.rp == nil {
		return nil, ErrNoPasskeys
	}
	if err := s.mayAdd(ctx); err != nil {
		return nil, err
	}
	o, err := s.owner(ctx, From(ctx).ID)
	if err != nil {
		return nil, err
	}
	if len(o.credentials) >= maxPasskeys {
		return nil, fmt.Errorf("an account has at most %d passkeys: %w", maxPasskeys, record.ErrInvalid)
	}
	creation, session, err := s.rp.BeginRegistration(o, webauthn.WithExclusions(webauthn.Credentials(o.credentials).CredentialDescriptors()))
	if err != nil {
		return nil, wrap("beginning a passkey", err)
	}
	return creation.Response, s.keep(ctx, registerKey, session)
}

// FinishPasskey keeps the passkey that the browser made.
func (s *Service) FinishPasskey(ctx context.Context, answer []byte, name string) (*Passkey, error) {
	if s.rp == nil {
		return nil, ErrNoPasskeys
	}
	name = strings.Join(strings.Fields(name), " ")
	if utf8.RuneCountInString(name) > 100 || !utf8.ValidString(name) {
		return nil, fmt.Errorf("a passkey's name has at most 100 characters: %w", record.ErrInvalid)
	}
	if err := s.mayAdd(ctx); err != nil {
		return nil, err
	}
	session, err := s.kept(ctx, registerKey)
	if err != nil {
		return nil, err
	}
	o, err := s.owner(ctx, From(ctx).ID)
	if err != nil {
		return nil, err
	}
	said, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return nil, fmt.Errorf("the passkey cannot be read: %w", record.ErrInvalid)
	}
	c, err := s.rp.CreateCredential(o, *session, said)
	if err != nil {
		s.Log.InfoContext(ctx, "passkey refused", "error", err.Error())
		return nil, fmt.Errorf("the passkey does not hold: %w", record.ErrInvalid)
	}
	data, err := json.Marshal(c)
	if err != nil {
		return nil, wrap("writing a passkey", err)
	}
	p := &Passkey{ID: base64.RawURLEncoding.EncodeToString(c.ID), Name: name, CreatedAt: record.Micros(s.now())}
	named, err := s.st.Hide(text(o.PersonID), "passkey", p.ID, store.Columns{"name": p.Name})
	if err != nil {
		return nil, wrap("writing a passkey", err)
	}
	res, err := s.w.ExecContext(ctx, `INSERT INTO passkey (id, account_id, name, sealed, credential, created_at)
SELECT $1, id, $2, $3, $4, $5 FROM account WHERE id = $6 AND epoch = $7 ON CONFLICT (id) DO NOTHING`, p.ID, named["name"], named["sealed"], string(data), p.CreatedAt.UnixMicro(), o.ID, o.epoch)
	if err != nil {
		return nil, wrap("keeping a passkey", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return nil, errors.Join(err, fmt.Errorf("the passkey is taken: %w", record.ErrInvalid))
	}
	s.note(ctx, o.ID, "add", "passkey", "", "")
	if From(ctx).Need == NeedSecond {
		err = s.raise(ctx, factorPasskey)
	}
	return p, err
}

// BeginPasskeySignIn gives what a browser needs to sign in by a passkey.
func (s *Service) BeginPasskeySignIn(ctx context.Context) (any, error) {
	if s.rp == nil {
		return nil, ErrNoPasskeys
	}
	if _, err := s.byNetwork.attempt(from(ctx).network, s.now()); err != nil {
		return nil, err
	}
	assertion, session, err := s.rp.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return nil, wrap("beginning a sign-in", err)
	}
	return assertion.Response, s.keep(ctx, loginKey, session)
}

// FinishPasskeySignIn signs in by what the browser answered.
func (s *Service) FinishPasskeySignIn(ctx context.Context, answer []byte) (*Account, error) {
	if s.rp == nil {
		return nil, ErrNoPasskeys
	}
	session, err := s.kept(ctx, loginKey)
	if err != nil {
		return nil, err
	}
	said, err := protocol.ParseCredentialRequestResponseBytes(answer)
	if err != nil {
		return nil, fmt.Errorf("the passkey cannot be read: %w", record.ErrInvalid)
	}
	var o *owner
	_, c, err := s.rp.ValidatePasskeyLogin(func(_, handle []byte) (webauthn.User, error) {
		var err error
		o, err = s.owner(ctx, string(handle))
		return o, err
	}, *session, said)
	if err == nil && c.Authenticator.CloneWarning {
		err = errors.New("its counter went back: it may be a copy")
	}
	if err != nil {
		id := ""
		if o != nil {
			id = o.ID
		}
		s.Log.InfoContext(ctx, "passkey refused", "error", err.Error())
		s.note(ctx, id, "refuse", "session", "", "passkey")
		return nil, ErrWrong
	}
	data, err := json.Marshal(c)
	if err != nil {
		return nil, wrap("writing a passkey", err)
	}
	if _, err := s.w.ExecContext(ctx, `UPDATE passkey SET credential = $1, used_at = $2 WHERE id = $3 AND account_id = $4`,
		string(data), s.now().UnixMicro(), base64.RawURLEncoding.EncodeToString(c.ID), o.ID); err != nil {
		return nil, wrap("keeping a passkey", err)
	}
	in, err := s.enter(ctx, &o.Account, o.epoch, factorPasskey)
	if err != nil {
		return nil, err
	}
	s.note(ctx, o.ID, "sign in", "session", "", factorPasskey)
	return in, nil
}

// Passkeys are those of the one who asks, the oldest first.
func (s *Service) Passkeys(ctx context.Context) ([]Passkey, error) {
	rows, err := s.r.QueryContext(ctx, `SELECT id, name, created_at, used_at, sealed FROM passkey WHERE account_id = $1 ORDER BY created_at, id`, From(ctx).ID)
	if err != nil {
		return nil, wrap("reading passkeys", err)
	}
	defer rows.Close()
	all := []Passkey{}
	for rows.Next() {
		var p Passkey
		var created int64
		var used sql.NullInt64
		var text string
		if err := rows.Scan(&p.ID, &p.Name, &created, &used, &text); err != nil {
			return nil, wrap("reading passkeys", err)
		}
		if err := s.st.Open("passkey", p.ID, text, store.Columns{"name": &p.Name}); err != nil {
			return nil, wrap("reading passkeys", err)
		}
		p.CreatedAt = time.UnixMicro(created).UTC()
		if used.Valid {
			t := time.UnixMicro(used.Int64).UTC()
			p.UsedAt = &t
		}
		all = append(all, p)
	}
	return all, wrap("reading passkeys", rows.Err())
}

// DropPasskey takes a passkey of the one who asks away.
func (s *Service) DropPasskey(ctx context.Context, id string) error {
	if err := s.fresh(ctx); err != nil {
		return err
	}
	a := From(ctx)
	res, err := s.w.ExecContext(ctx, `DELETE FROM passkey WHERE id = $1 AND account_id = $2`, id, a.ID)
	if err != nil {
		return wrap("taking a passkey away", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, fmt.Errorf("a passkey: %w", store.ErrNotFound))
	}
	s.note(ctx, a.ID, "remove", "passkey", "", "")
	return nil
}

// keep puts a ceremony's own data into the session, kept takes it out, once.
func (s *Service) keep(ctx context.Context, key string, session *webauthn.SessionData) error {
	data, err := json.Marshal(session)
	if err != nil {
		return wrap("keeping a ceremony", err)
	}
	s.sessions.Put(ctx, key, string(data))
	return nil
}

func (s *Service) kept(ctx context.Context, key string) (*webauthn.SessionData, error) {
	text := s.sessions.PopString(ctx, key)
	var session webauthn.SessionData
	if text == "" || json.Unmarshal([]byte(text), &session) != nil {
		return nil, fmt.Errorf("this was not begun, or too long ago: %w", record.ErrInvalid)
	}
	return &session, nil
}
