package account

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha1" //nolint:gosec // what RFC 6238's clients know
	"crypto/subtle"
	"database/sql"
	"encoding/base32"
	"encoding/binary"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"facialis/internal/service/record"
	"facialis/internal/service/store"
)

// One-time codes as RFC 6238 has them and every authenticator app makes them:
// HMAC-SHA-1 over the number of the half minute, six figures.
const (
	codeStep   = 30 // seconds
	codeDigits = 6
	codeSlack  = 1 // steps before and after that are taken: clocks differ, people type slowly
	codeSecret = 20
)

// Errors of a second factor.
var (
	ErrCode    = errors.New("the one-time code is asked for")
	ErrFactor  = errors.New("sign in with the second factor that the account has")
	ErrNoCodes = errors.New("the account has no one-time codes")
)

var codeText = base32.StdEncoding.WithPadding(base32.NoPadding)

// code is the code of a step of time.
func code(secret []byte, step int64) string {
	h := hmac.New(sha1.New, secret)
	binary.Write(h, binary.BigEndian, step) // never fails
	sum := h.Sum(nil)
	at := sum[len(sum)-1] & 0xf
	n := binary.BigEndian.Uint32(sum[at:]) & 0x7fffffff
	return fmt.Sprintf("%0*d", codeDigits, n%1_000_000)
}

// codeStepOf is the step of time that a code belongs to, later than after; ok is
// false for a code that is wrong or was used.
func codeStepOf(secret []byte, typed string, now, after int64) (step int64, ok bool) {
	typed = strings.ReplaceAll(strings.TrimSpace(typed), " ", "")
	for s := now/codeStep - codeSlack; s <= now/codeStep+codeSlack; s++ {
		if subtle.ConstantTimeCompare([]byte(code(secret, s)), []byte(typed)) == 1 && s > after && !ok {
			step, ok = s, true
		}
	}
	return step, ok
}

const codesKey = "codes"

// Codes is what an authenticator app needs.
type Codes struct {
	Secret string `json:"secret" doc:"In base 32, to be typed"`
	URI    string `json:"uri" doc:"otpauth:, for a QR code"`
}

// mayAdd refuses another factor to a session that began long ago, and to somebody who signed in without the one that
// the account has.
func (s *Service) mayAdd(ctx context.Context) error {
	if err := s.fresh(ctx); err != nil {
		return err
	}
	a := From(ctx)
	if a.Need != NeedSecond {
		return nil
	}
	e, err := s.Get(ctx, a.ID)
	if err == nil && (e.Codes || e.Passkeys > 0) {
		err = ErrFactor
	}
	return err
}

// BeginCodes gives the one who asks a new secret, which counts once a code of it
// has been confirmed.
func (s *Service) BeginCodes(ctx context.Context) (*Codes, error) {
	if err := s.mayAdd(ctx); err != nil {
		return nil, err
	}
	secret := make([]byte, codeSecret)
	rand.Read(secret) // never fails
	c := &Codes{Secret: codeText.EncodeToString(secret)}
	q := url.Values{"secret": {c.Secret}, "issuer": {"facialis"}}
	c.URI = "otpauth://totp/" + url.PathEscape("facialis:"+From(ctx).Name) + "?" + q.Encode()
	s.sessions.Put(ctx, codesKey, c.Secret)
	return c, nil
}

// ConfirmCodes switches one-time codes on by a first code.
func (s *Service) ConfirmCodes(ctx context.Context, typed string) error {
	if err := s.mayAdd(ctx); err != nil {
		return err
	}
	a := From(ctx)
	if _, err := s.byDevice.attempt("codes "+a.ID, s.now()); err != nil {
		return err
	}
	text := s.sessions.GetString(ctx, codesKey)
	secret, err := codeText.DecodeString(text)
	if err != nil || len(secret) != codeSecret {
		return fmt.Errorf("this was not begun, or too long ago: %w", record.ErrInvalid)
	}
	step, ok := codeStepOf(secret, typed, s.now().Unix(), 0)
	if !ok {
		return fmt.Errorf("this code is not right; look at the clock of your device: %w", record.ErrInvalid)
	}
	s.sessions.Remove(ctx, codesKey)
	if err := s.setCodes(ctx, a.ID, text, step); err != nil {
		return wrap("keeping one-time codes", err)
	}
	s.note(ctx, a.ID, "add", "one-time codes", "", "")
	return s.raise(ctx, factorCode)
}

// DropCodes switches one-time codes off, by one of them.
func (s *Service) DropCodes(ctx context.Context, typed string) error {
	a := From(ctx)
	if _, err := s.byDevice.attempt("codes "+a.ID, s.now()); err != nil {
		return err
	}
	ok, has, err := s.codeRight(ctx, a.ID, typed)
	switch {
	case err != nil:
		return err
	case !has:
		return ErrNoCodes
	case !ok:
		return fmt.Errorf("this code is not right; look at the clock of your device: %w", record.ErrInvalid)
	}
	if err := s.setCodes(ctx, a.ID, "", 0); err != nil {
		return wrap("taking one-time codes away", err)
	}
	s.note(ctx, a.ID, "remove", "one-time codes", "", "")
	return nil
}

// setCodes keeps the secret of an account's one-time codes, "" for none, and the
// last step whose code was used.
func (s *Service) setCodes(ctx context.Context, account, secret string, step int64) error {
	return s.tx(ctx, func(tx *sql.Tx) error {
		if err := s.set(ctx, tx, account, store.Columns{"totp": secret}); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `UPDATE account SET totp_step = $1 WHERE id = $2 AND totp_step < $3`, step, account, step)
		return err
	})
}

// codeRight holds a code to an account's secret, once. has is false for an
// account without codes.
func (s *Service) codeRight(ctx context.Context, account, typed string) (ok, has bool, err error) {
	var text, sealed string
	var last int64
	err = s.r.QueryRowContext(ctx, `SELECT totp, totp_step, sealed FROM account WHERE id = $1`, account).Scan(&text, &last, &sealed)
	if err == nil {
		err = s.st.Open("account", account, sealed, store.Columns{"totp": &text})
	}
	if err != nil {
		return false, false, missing(err)
	}
	if text == "" {
		return false, false, nil
	}
	secret, err := codeText.DecodeString(text)
	if err != nil {
		return false, true, wrap("reading one-time codes", err)
	}
	step, ok := codeStepOf(secret, typed, s.now().Unix(), last)
	if !ok {
		return false, true, nil
	}
	res, err := s.w.ExecContext(ctx, `UPDATE account SET totp_step = $1 WHERE id = $2 AND totp_step < $3`, step, account, step)
	if err != nil {
		return false, true, wrap("keeping a code", err)
	}
	n, err := res.RowsAffected()
	return n == 1, true, wrap("keeping a code", err)
}
