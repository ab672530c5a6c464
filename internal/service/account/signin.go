package account

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"facialis/internal/service/record"
)

// ErrWrong says that nobody was signed in: the name, the password or the passkey
// is not right, and the answer does not say which.
var ErrWrong = errors.New("the name or the password is wrong")

// SignIn signs in by name and password, and by a one-time code where the account
// has them: without one it is [ErrCode] then.
func (s *Service) SignIn(ctx context.Context, name, password, typed string) (*Account, error) {
	of, err := s.claim(ctx, name)
	if err != nil {
		return nil, err
	}
	tries, err := s.attempt(ctx, of)
	if err != nil {
		if !s.already("", "too many attempts", "") { // or they would fill the log
			s.note(ctx, "", "refuse", "session", "", "too many attempts")
		}
		return nil, err
	}
	a, err := s.check(ctx, of, password)
	if err != nil {
		return nil, err
	}
	if a == nil {
		s.refused(ctx, of, tries)
		return nil, ErrWrong
	}
	factor := factorPassword
	ok, has, err := true, false, error(nil)
	if typed != "" {
		ok, has, err = s.codeRight(ctx, a.ID, typed)
	} else if e, e2 := s.Get(ctx, a.ID); e2 != nil {
		err = e2
	} else if e.Codes {
		giveBack(tries)
		return nil, ErrCode
	}
	switch {
	case err != nil:
		return nil, err
	case has && !ok:
		s.refused(ctx, of, tries)
		return nil, ErrWrong
	case has:
		factor = factorCode
	}
	giveBack(tries)
	if a, err = s.enter(ctx, a, of.epoch, factor); err != nil {
		return nil, err
	}
	s.note(ctx, a.ID, "sign in", "session", "", factor)
	return a, nil
}

// claimed is the account that somebody says is theirs.
type claimed struct {
	folded string // "" for names that cannot be
	id     string // "" for nobody's
	phc    string // nobody for nobody's
	epoch  int64
}

// nobody is a string that no password matches, for the work of matching.
const nobody = ""

func (s *Service) claim(ctx context.Context, name string) (claimed, error) {
	c := claimed{phc: nobody}
	_, folded, err := checkName(name)
	if err != nil {
		return c, nil
	}
	c.folded = folded
	index, err := s.st.Index("account", "folded", folded)
	if err != nil {
		return c, wrap("reading an account", err)
	}
	err = s.r.QueryRowContext(ctx, `SELECT id, password, epoch FROM account WHERE folded = $1`, index).Scan(&c.id, &c.phc, &c.epoch)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return c, wrap("reading an account", err)
}

// attempt counts an attempt to sign in. A browser in which the account has signed
// in before is counted by itself, so that no stranger can shut it out; any other
// counts for its network, for the name, and for both together.
func (s *Service) attempt(ctx context.Context, of claimed) ([]taken, error) {
	if mark, ok := s.known(ctx, of.id, of.epoch); ok {
		one, err := s.byDevice.attempt(mark, s.now())
		return []taken{one}, err
	}
	network := from(ctx).network
	var all []taken
	for _, b := range []struct {
		in  *buckets
		key string
	}{{s.byNetwork, network}, {s.byBoth, network + "\n" + of.folded}, {s.byName, of.folded}} {
		one, err := b.in.attempt(b.key, s.now())
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

func giveBack(tries []taken) {
	for _, t := range tries {
		t.giveBack()
	}
}

// check gives the account that is claimed if the password is its, else nil. A
// password that was made with other work than today's is hashed again.
func (s *Service) check(ctx context.Context, of claimed, password string) (*Account, error) {
	phc := of.phc
	p, err := prepare(password)
	if err != nil {
		p, phc = "", nobody
	}
	select {
	case s.hashing <- struct{}{}:
		defer func() { <-s.hashing }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	ok, old := matches(p, phc)
	if !ok {
		return nil, nil
	}
	if old {
		if _, err := s.w.ExecContext(ctx, `UPDATE account SET password = $1 WHERE id = $2 AND password = $3`, today.hash(p), of.id, phc); err != nil {
			return nil, wrap("renewing a password's string", err)
		}
	}
	e, err := s.Get(ctx, of.id)
	if err != nil {
		return nil, err
	}
	return &e.Account, nil
}

// SignOut ends the request's session.
func (s *Service) SignOut(ctx context.Context) error {
	if a := From(ctx); a.ID != "" {
		s.note(ctx, a.ID, "sign out", "session", "", "")
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
	s.note(ctx, e.ID, "add", "account "+e.ID, "", Admin)
	return s.enter(ctx, &e.Account, 0, factorPassword)
}

// NewPassword changes the password of the one who asks, who has to know the old
// one. Their other sessions end, their passkeys stay.
func (s *Service) NewPassword(ctx context.Context, old, password string) error {
	who := From(ctx)
	of, err := s.claim(ctx, who.Name)
	if err != nil {
		return err
	}
	tries, err := s.attempt(ctx, of)
	if err != nil {
		return err
	}
	a, err := s.check(ctx, of, old)
	if err != nil {
		return err
	}
	if a == nil || a.ID != who.ID {
		s.refused(ctx, of, tries)
		return ErrWrong
	}
	giveBack(tries)
	p, err := s.newPassword(password, a.Name)
	if err != nil {
		return err
	}
	if password == old {
		return fmt.Errorf("this is the password that you have: %w", record.ErrInvalid)
	}
	phc := today.hash(p)
	err = s.tx(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE account SET password = $1, must_change = FALSE, epoch = epoch + 1 WHERE id = $2 AND epoch = $3`, phc, a.ID, of.epoch)
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
	s.note(ctx, a.ID, "change", "password", "", "")
	return s.begin(ctx, a, of.epoch+1, who.factor)
}

// refused writes that somebody was not let in, under the account that they
// named if there is one, and keeps what was counted for it.
func (s *Service) refused(ctx context.Context, of claimed, tries []taken) {
	s.note(ctx, of.id, "refuse", "session", "", "password")
	for _, t := range tries {
		if err := t.keep(context.WithoutCancel(ctx), s.Book); err != nil {
			s.Log.ErrorContext(ctx, "attempt not kept", "error", err.Error())
		}
	}
}
