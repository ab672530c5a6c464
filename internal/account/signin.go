package account

import (
	"context"
	"database/sql"
	"errors"
)

// ErrWrong says that nobody was signed in: the name, the password or the passkey
// is not right, and the answer does not say which.
var ErrWrong = errors.New("the name or the password is wrong")

// SignIn signs in by name and password.
func (s *Service) SignIn(ctx context.Context, name, password string) (*Account, error) {
	giveBack, err := s.attempt(ctx, name)
	if err != nil {
		if !s.already("", "too many attempts", "") { // or they would fill the log
			s.write(ctx, "", "refuse", "session", "", "too many attempts")
		}
		return nil, err
	}
	a, epoch, err := s.check(ctx, name, password)
	if err != nil {
		return nil, err
	}
	if a == nil {
		s.refused(ctx, name, "password")
		return nil, ErrWrong
	}
	giveBack()
	if err := s.begin(ctx, a, epoch); err != nil {
		return nil, err
	}
	s.write(ctx, a.ID, "sign in", "session", "", "password")
	return a, nil
}

// attempt takes one from every bucket of an attempt to sign in.
func (s *Service) attempt(ctx context.Context, name string) (giveBack func(), err error) {
	network := from(ctx).network
	_, folded, err := checkName(name)
	if err != nil {
		folded = "" // names that cannot be share a bucket
	}
	var back []func()
	for _, b := range []struct {
		in  *buckets
		key string
	}{{s.byNetwork, network}, {s.byBoth, network + "\n" + folded}, {s.byName, folded}} {
		one, err := b.in.attempt(b.key, s.now())
		if err != nil {
			return nil, err
		}
		back = append(back, one)
	}
	return func() {
		for _, f := range back {
			f()
		}
	}, nil
}

// nobody is a string that no password matches, for the work of matching.
const nobody = ""

// check gives the account that a name and a password belong to, nil when they
// belong to none. A password that was made with other work than today's is made
// anew.
func (s *Service) check(ctx context.Context, name, password string) (*Account, int64, error) {
	phc, id, epoch := nobody, "", int64(0)
	if _, folded, err := checkName(name); err == nil {
		err = s.r.QueryRowContext(ctx, `SELECT id, password, epoch FROM account WHERE folded = $1`, folded).Scan(&id, &phc, &epoch)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return nil, 0, wrap("reading an account", err)
		}
	}
	p, err := prepare(password)
	if err != nil {
		p, phc = "", nobody
	}
	select {
	case s.hashing <- struct{}{}:
		defer func() { <-s.hashing }()
	case <-ctx.Done():
		return nil, 0, ctx.Err()
	}
	ok, old := matches(p, phc)
	if !ok {
		return nil, 0, nil
	}
	if old {
		if _, err := s.w.ExecContext(ctx, `UPDATE account SET password = $1 WHERE id = $2 AND password = $3`, today.hash(p), id, phc); err != nil {
			return nil, 0, wrap("renewing a password's string", err)
		}
	}
	e, err := s.Get(ctx, id)
	if err != nil {
		return nil, 0, err
	}
	return &e.Account, epoch, nil
}

// SignOut ends the request's session.
func (s *Service) SignOut(ctx context.Context) error {
	if a := From(ctx); a.ID != "" {
		s.write(ctx, a.ID, "sign out", "session", "", "")
	}
	return wrap("ending a session", s.sessions.Destroy(ctx))
}

// SetUp makes the first account and signs it in.
func (s *Service) SetUp(ctx context.Context, name, password string) (*Account, error) {
	if _, err := s.byNetwork.attempt(from(ctx).network, s.now()); err != nil {
		return nil, err
	}
	e, err := s.First(ctx, name, password)
	if err != nil {
		return nil, err
	}
	s.write(ctx, e.ID, "add", "account "+e.ID, "", Admin)
	return &e.Account, s.begin(ctx, &e.Account, 0)
}

// NewPassword changes the password of the one who asks, who has to know the old
// one. Their other sessions end, their passkeys stay.
func (s *Service) NewPassword(ctx context.Context, old, password string) error {
	who := From(ctx)
	giveBack, err := s.attempt(ctx, who.Name)
	if err != nil {
		return err
	}
	a, epoch, err := s.check(ctx, who.Name, old)
	if err != nil {
		return err
	}
	if a == nil || a.ID != who.ID {
		s.refused(ctx, who.Name, "password")
		return ErrWrong
	}
	giveBack()
	p, err := newPassword(password, a.Name)
	if err != nil {
		return err
	}
	phc := today.hash(p)
	err = s.tx(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE account SET password = $1, epoch = epoch + 1 WHERE id = $2 AND epoch = $3`, phc, a.ID, epoch)
		if err != nil {
			return wrap("changing a password", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, ErrWrong) // somebody else changed it meanwhile
		}
		return dropSessions(ctx, tx, a.ID)
	})
	if err != nil {
		return err
	}
	s.write(ctx, a.ID, "change", "password", "", "")
	return s.begin(ctx, a, epoch+1)
}

// refused writes that somebody was not let in, under the account that they
// named if there is one.
func (s *Service) refused(ctx context.Context, name, how string) {
	id := ""
	if e, err := s.Named(ctx, name); err == nil {
		id = e.ID
	}
	s.write(ctx, id, "refuse", "session", "", how)
}
