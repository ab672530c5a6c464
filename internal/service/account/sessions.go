package account

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"facialis/internal/service/record"
	"facialis/internal/service/store"

	"github.com/alexedwards/scs/v2"
)

// lifetime is how long a session lasts: idle without a request, whole from the
// sign-in on.
type lifetime struct{ idle, whole time.Duration }

// lifetimes by role. Who sees everybody signs in every working day and after an
// hour away (NIST SP 800-63B-4, 2.2.3: at most 24 h and 1 h); a patient, who
// sees only themselves and keeps a diary on their own telephone, once a month
// (2.1.3: at most 30 days).
var lifetimes = map[string]lifetime{
	Patient:   {14 * 24 * time.Hour, 30 * 24 * time.Hour},
	Clinician: {time.Hour, 12 * time.Hour},
	Admin:     {time.Hour, 12 * time.Hour},
	Rater:     {time.Hour, 12 * time.Hour},
}

const (
	unsigned  = 10 * time.Minute // how long somebody may take over a passkey before there is an account
	seenEvery = time.Minute      // how exactly a session's last request is kept
)

// What a session carries by name.
const accountKey, registerKey, loginKey = "account", "register", "login"

func (s *Service) newSessions() *scs.SessionManager {
	m := scs.New()
	m.Store = sessionStore{s.Book}
	m.Codec = codec{}
	m.Lifetime = lifetimes[Patient].whole
	m.Cookie.Name, m.Cookie.SameSite, m.Cookie.Persist = "facialis", http.SameSiteStrictMode, false
	if s.Secure {
		m.Cookie.Name, m.Cookie.Secure = "__Host-facialis", true
	}
	m.ErrorFunc = func(w http.ResponseWriter, r *http.Request, err error) {
		s.Log.ErrorContext(r.Context(), "session failed", "error", err.Error())
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusInternalServerError)
		fmt.Fprintf(w, `{"title":%q,"status":500}`, http.StatusText(http.StatusInternalServerError))
	}
	return m
}

// begin signs an account in by a factor: a new token, whatever was there before.
func (s *Service) begin(ctx context.Context, a *Account, epoch int64, factor string) error {
	if err := s.sessions.RenewToken(ctx); err != nil {
		return wrap("beginning a session", err)
	}
	s.sessions.Put(ctx, accountKey, a.ID)
	s.sessions.SetDeadline(ctx, time.Now().Add(lifetimes[a.Role].whole))
	s.sessions.RememberMe(ctx, a.Role == Patient)
	if _, _, err := s.sessions.Commit(context.WithValue(ctx, signIn{}, signIn{a.ID, text(a.PersonID), epoch, lifetimes[a.Role].whole, factor})); err != nil {
		return wrap("beginning a session", err)
	}
	s.mark(ctx, a.ID, epoch)
	return nil
}

// enter signs an account in and gives it as the session has it.
func (s *Service) enter(ctx context.Context, a *Account, epoch int64, factor string) (*Account, error) {
	if err := s.begin(ctx, a, epoch, factor); err != nil {
		return nil, err
	}
	now, _, _, err := s.session(ctx)
	if err == nil && now == nil {
		err = ErrWrong // it has changed meanwhile
	}
	return now, err
}

// need is what an account still needs.
func (s *Service) need(a *Account, mustChange bool) string {
	switch {
	case mustChange && a.factor != factorExternal:
		return NeedPassword
	case s.SecondFactor && a.Role != Patient && a.factor == factorPassword:
		return NeedSecond
	}
	return ""
}

// who is the account of a request's session; nil when there is none, or none any
// more. The session lives on from now.
func (s *Service) who(ctx context.Context) (*Account, error) {
	a, seen, over, err := s.session(ctx)
	switch {
	case a == nil || err != nil:
		return nil, err
	case over:
		return nil, wrap("ending a session", s.sessions.Destroy(ctx))
	}
	if now := s.now(); now.Sub(seen) > seenEvery {
		_, err = s.w.ExecContext(ctx, `UPDATE session SET seen_at = $1 WHERE token = $2 AND seen_at < $3`, now.UnixMicro(), key256(s.sessions.Token(ctx)), now.UnixMicro())
	}
	return a, wrap("keeping a session", err)
}

// session looks a request's session up: whose it is, when it was last used, and
// whether it is over.
func (s *Service) session(ctx context.Context) (a *Account, seen time.Time, over bool, err error) {
	token := s.sessions.Token(ctx)
	if token == "" {
		return nil, seen, false, nil
	}
	a = &Account{}
	var person sql.NullString
	var beganAt, seenAt int64
	var mustChange bool
	var text string
	err = s.r.QueryRowContext(ctx, `SELECT a.id, a.name, a.role, a.person_id, s.began_at, s.seen_at, s.id, s.factor, a.must_change, a.sealed FROM session s
JOIN account a ON a.id = s.account_id AND a.epoch = s.epoch WHERE s.token = $1`, key256(token)).Scan(&a.ID, &a.Name, &a.Role, &person, &beganAt, &seenAt, &a.session, &a.factor, &mustChange, &text)
	if err == nil {
		err = s.st.Open("account", a.ID, text, store.Columns{"name": &a.Name})
	}
	if errors.Is(err, sql.ErrNoRows) {
		return nil, seen, false, nil
	}
	if err != nil {
		return nil, seen, false, wrap("reading a session", err)
	}
	if person.Valid {
		a.PersonID = &person.String
	}
	a.Need, a.began = s.need(a, mustChange), time.UnixMicro(beganAt)
	seen = time.UnixMicro(seenAt)
	now, life := s.now(), lifetimes[a.Role]
	return a, seen, now.Sub(seen) > life.idle || now.Sub(time.UnixMicro(beganAt)) > life.whole, nil
}

// signIn is in the context of the one commit that may add a session of an
// account. Any other only changes the session while it is there, so that a
// request in flight cannot bring an ended one back.
type signIn struct {
	account string
	person  string // of a patient's account
	epoch   int64
	whole   time.Duration
	factor  string
}

// sessionStore keeps sessions in the database.
type sessionStore struct{ *Book }

// key256 is what stands in the table for a token.
func key256(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

func (s sessionStore) FindCtx(ctx context.Context, token string) ([]byte, bool, error) {
	var data, text string
	err := s.r.QueryRowContext(ctx, `SELECT data, sealed FROM session WHERE token = $1 AND expires_at > $2`, key256(token), s.now().UnixMicro()).Scan(&data, &text)
	if err == nil {
		err = s.st.Open("session", key256(token), text, store.Columns{"data": &data})
	}
	if errors.Is(err, sql.ErrNoRows) {
		return nil, false, nil
	}
	return []byte(data), err == nil, err
}

// CommitCtx ends sessions by our own clock, not by the expiry that it is told.
func (s sessionStore) CommitCtx(ctx context.Context, token string, data []byte, _ time.Time) error {
	now, k := s.now().UnixMicro(), key256(token)
	if in, ok := ctx.Value(signIn{}).(signIn); ok {
		if _, err := s.w.ExecContext(ctx, `DELETE FROM session WHERE expires_at <= $1`, now); err != nil {
			return err
		}
		by := from(ctx)
		c, err := s.st.Hide(in.person, "session", k, store.Columns{"data": string(data), "address": by.network, "agent": by.agent})
		if err != nil {
			return err
		}
		res, err := s.w.ExecContext(ctx, `INSERT INTO session (token, account_id, epoch, data, began_at, seen_at, expires_at, id, factor, address, agent, sealed)
SELECT $1, id, epoch, $2, $3, $4, $5, $6, $7, $8, $9, $10 FROM account WHERE id = $11 AND epoch = $12`, k, c["data"], now, now, s.now().Add(in.whole).UnixMicro(),
			record.NewID(), in.factor, c["address"], c["agent"], c["sealed"], in.account, in.epoch)
		if err != nil {
			return err
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, ErrWrong) // the account has changed meanwhile
		}
		return nil
	}
	err := s.tx(ctx, func(tx *sql.Tx) error {
		var n int
		if err := tx.QueryRowContext(ctx, `SELECT 1 FROM session WHERE token = $1`, k).Scan(&n); err != nil {
			return err
		}
		c, err := s.st.Change(ctx, tx, "session", k, store.Columns{"data": string(data)})
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE session SET data = $1, sealed = $2 WHERE token = $3`, c["data"], c["sealed"], k)
		return err
	})
	if !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	var p payload
	if err := json.Unmarshal(data, &p); err != nil || p.Values[accountKey] != nil {
		return err
	}
	c, err := s.st.Hide("", "session", k, store.Columns{"data": string(data), "address": "", "agent": ""})
	if err != nil {
		return err
	}
	_, err = s.w.ExecContext(ctx, `INSERT INTO session (token, account_id, epoch, data, began_at, seen_at, expires_at, sealed) VALUES ($1, NULL, 0, $2, $3, $4, $5, $6)`,
		k, c["data"], now, now, s.now().Add(unsigned).UnixMicro(), c["sealed"])
	return err
}

func (s sessionStore) DeleteCtx(ctx context.Context, token string) error {
	_, err := s.w.ExecContext(ctx, `DELETE FROM session WHERE token = $1`, key256(token))
	return err
}

// The same without a context, which nothing calls.

func (s sessionStore) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}
func (s sessionStore) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}
func (s sessionStore) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

// codec writes a session as JSON.
type codec struct{}

type payload struct {
	Deadline time.Time      `json:"deadline"`
	Values   map[string]any `json:"values"`
}

func (codec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	return json.Marshal(payload{deadline, values})
}

func (codec) Decode(data []byte) (time.Time, map[string]any, error) {
	var p payload
	err := json.Unmarshal(data, &p)
	if p.Values == nil {
		p.Values = map[string]any{}
	}
	return p.Deadline, p.Values, err
}
