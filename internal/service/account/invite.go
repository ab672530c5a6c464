package account

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"time"

	"facialis/internal/service/record"
	"facialis/words"
)

// How long a link with which a password is chosen holds: one that is handed over
// until the next visit, one that somebody asked for by mail while they wait.
const (
	inviteFor = 7 * 24 * time.Hour
	resetFor  = time.Hour
)

// ErrInvitation says that a link does not hold.
var ErrInvitation = fmt.Errorf("this link was used, is too old, or was never given out: ask for another: %w", record.ErrInvalid)

// Invitation is a link with which a person chooses the account's password.
type Invitation struct {
	Token     string    `json:"token"`
	ExpiresAt time.Time `json:"expires_at"`
}

// Invite makes a link for an account. Whatever links it had before hold no more.
func (b *Book) Invite(ctx context.Context, account string) (*Invitation, error) {
	return b.invite(ctx, account, inviteFor)
}

func (b *Book) invite(ctx context.Context, account string, holds time.Duration) (*Invitation, error) {
	raw := make([]byte, 32)
	rand.Read(raw) // never fails
	i := &Invitation{Token: base64.RawURLEncoding.EncodeToString(raw), ExpiresAt: record.Micros(b.now().Add(holds))}
	err := b.tx(ctx, func(tx *sql.Tx) error {
		if _, err := tx.ExecContext(ctx, `DELETE FROM invitation WHERE account_id = $1 OR expires_at <= $2`, account, b.now().UnixMicro()); err != nil {
			return wrap("making a link", err)
		}
		res, err := tx.ExecContext(ctx, `INSERT INTO invitation (token, account_id, epoch, expires_at) SELECT $1, id, epoch, $2 FROM account WHERE id = $3 AND subject IS NULL`,
			key256(i.Token), i.ExpiresAt.UnixMicro(), account)
		if err != nil {
			return wrap("making a link", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, missing(sql.ErrNoRows))
		}
		return nil
	})
	return i, err
}

// Accept chooses a password by a link, and signs in, but for an account with
// one-time codes or a passkey, which signs in by them next: then nil.
func (s *Service) Accept(ctx context.Context, token, password string) (*Account, error) {
	tries, err := s.byNetwork.attempt(from(ctx).network, s.now())
	if err != nil {
		return nil, err
	}
	var id string
	var epoch int64
	err = s.r.QueryRowContext(ctx, `SELECT i.account_id, i.epoch FROM invitation i JOIN account a ON a.id = i.account_id AND a.epoch = i.epoch WHERE i.token = $1 AND i.expires_at > $2`,
		key256(token), s.now().UnixMicro()).Scan(&id, &epoch)
	if errors.Is(err, sql.ErrNoRows) {
		s.note(ctx, "", "refuse", "invitation", "", "")
		return nil, ErrInvitation
	}
	if err != nil {
		return nil, wrap("reading an invitation", err)
	}
	giveBack([]taken{tries})
	e, err := s.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	p, err := s.newPassword(password, e.Name)
	if err != nil {
		return nil, err
	}
	select {
	case s.hashing <- struct{}{}:
		defer func() { <-s.hashing }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	phc := today.hash(p)
	err = s.tx(ctx, func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `DELETE FROM invitation WHERE token = $1`, key256(token))
		if err != nil {
			return wrap("taking an invitation", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, ErrInvitation)
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM invitation WHERE account_id = $1`, id); err != nil {
			return wrap("taking an invitation", err)
		}
		res, err = tx.ExecContext(ctx, `UPDATE account SET password = $1, must_change = FALSE, epoch = epoch + 1 WHERE id = $2 AND epoch = $3`, phc, id, epoch)
		if err != nil {
			return wrap("changing a password", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, ErrInvitation)
		}
		return dropSessions(ctx, tx, id)
	})
	if err != nil {
		return nil, err
	}
	s.note(ctx, id, "change", "password", "", "by a link")
	if e.Codes || e.Passkeys > 0 {
		return nil, nil
	}
	return s.enter(ctx, &e.Account, epoch+1, factorPassword)
}

// Mail sends a message.
type Mail func(ctx context.Context, to, subject, text string) error

// ErrNoMail says that no mail can be sent.
var ErrNoMail = errors.New("this server sends no mail: ask whoever keeps the accounts for another password")

// Forgot sends a link for a new password to the account of a name, where it has
// an address. The answer is the same for every name, and comes as soon.
func (s *Service) Forgot(ctx context.Context, name string) error {
	if s.Mail == nil || s.Origin == "" {
		return ErrNoMail
	}
	of, err := s.claim(ctx, name)
	if err != nil {
		return err
	}
	if _, err := s.attempt(ctx, of); err != nil {
		return err
	}
	s.note(ctx, of.id, "ask", "password", "", "")
	go s.sendReset(context.WithoutCancel(ctx), of.id)
	return nil
}

func (s *Service) sendReset(ctx context.Context, id string) {
	e, err := s.Get(ctx, id)
	if err != nil || e.Email == "" || e.External {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	i, err := s.invite(ctx, id, resetFor)
	if err == nil {
		err = s.Mail(ctx, e.Email, words.Default().Say("account.mail.subject"), words.Default().Say("account.mail.text", words.Args{"Name": e.Name, "Link": s.Link(i)}))
	}
	if err != nil {
		s.Log.ErrorContext(ctx, "mail not sent", "error", err.Error())
	}
}

// Link is the address of an invitation in the app, "" where the app has none. The
// token stands behind #, so that no server and no log gets to see it.
func (s *Service) Link(i *Invitation) string {
	if s.Origin == "" {
		return ""
	}
	return s.Origin + "/invitation#" + i.Token
}
