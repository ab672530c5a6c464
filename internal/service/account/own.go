package account

import (
	"context"
	"errors"
	"fmt"
	"time"

	"facialis/internal/service/store"
)

// How somebody signed in.
const (
	factorPassword = "password"
	factorCode     = "password and code"
	factorPasskey  = "passkey"
	factorExternal = "sign-in service"
)

// What is still needed of an account before it may do anything else.
const (
	NeedPassword = "password" // a password of their own
	NeedSecond   = "second"   // a passkey or one-time codes
)

// freshFor is how long after signing in somebody may change how they sign in: a
// session that was left open is not enough.
const freshFor = 15 * time.Minute

// ErrStale says that the session began too long ago for a change of how one signs in.
var ErrStale = errors.New("sign out and in again first: how you sign in can be changed within 15 minutes of signing in")

// fresh refuses a session that began too long ago.
func (s *Service) fresh(ctx context.Context) error {
	if s.now().Sub(From(ctx).began) > freshFor {
		return ErrStale
	}
	return nil
}

// Session is one as its owner sees it.
type Session struct {
	ID      string    `json:"id"`
	BeganAt time.Time `json:"began_at"`
	SeenAt  time.Time `json:"seen_at"`
	Address string    `json:"address" doc:"An IPv4 address or the first 64 bits of an IPv6 one"`
	Agent   string    `json:"agent" doc:"What the browser says of itself"`
	Factor  string    `json:"factor" doc:"How it was signed in"`
	Current bool      `json:"current" doc:"The one that asks"`
}

// Sessions are those of the one who asks, the latest first.
func (s *Service) Sessions(ctx context.Context) ([]Session, error) {
	me := From(ctx)
	life := lifetimes[me.Role]
	now := s.now()
	rows, err := s.r.QueryContext(ctx, `SELECT s.id, s.began_at, s.seen_at, s.address, s.agent, s.factor, s.token, s.sealed FROM session s
JOIN account a ON a.id = s.account_id AND a.epoch = s.epoch WHERE s.account_id = $1 AND s.seen_at > $2 AND s.began_at > $3 ORDER BY s.seen_at DESC, s.id`,
		me.ID, now.Add(-life.idle).UnixMicro(), now.Add(-life.whole).UnixMicro())
	if err != nil {
		return nil, wrap("reading sessions", err)
	}
	defer rows.Close()
	all := []Session{}
	for rows.Next() {
		var x Session
		var began, seen int64
		var token, text string
		if err := rows.Scan(&x.ID, &began, &seen, &x.Address, &x.Agent, &x.Factor, &token, &text); err != nil {
			return nil, wrap("reading sessions", err)
		}
		if err := s.st.Open("session", token, text, store.Columns{"address": &x.Address, "agent": &x.Agent}); err != nil {
			return nil, wrap("reading sessions", err)
		}
		x.BeganAt, x.SeenAt, x.Current = time.UnixMicro(began).UTC(), time.UnixMicro(seen).UTC(), x.ID == me.session
		all = append(all, x)
	}
	return all, wrap("reading sessions", rows.Err())
}

// EndSession ends a session of the one who asks; "" ends all but the one that
// asks.
func (s *Service) EndSession(ctx context.Context, id string) error {
	me := From(ctx)
	res, err := s.w.ExecContext(ctx, `DELETE FROM session WHERE account_id = $1 AND (id = $2 OR $3 = '' AND id <> $4)`, me.ID, id, id, me.session)
	if err != nil {
		return wrap("ending a session", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 && id != "" {
		return errors.Join(err, fmt.Errorf("a session: %w", store.ErrNotFound))
	}
	s.note(ctx, me.ID, "end", "session", "", "")
	return nil
}

// raise says that the request's session has been signed in by more than before.
func (s *Service) raise(ctx context.Context, factor string) error {
	_, err := s.w.ExecContext(ctx, `UPDATE session SET factor = $1 WHERE token = $2`, factor, key256(s.sessions.Token(ctx)))
	return wrap("keeping a session", err)
}
