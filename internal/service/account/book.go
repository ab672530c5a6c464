package account

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"net/mail"
	"slices"
	"strings"
	"time"

	"facialis/internal/service/record"
	"facialis/internal/service/store"
)

// Errors of a [Book], beside store.ErrNotFound and record.ErrInvalid.
var (
	ErrTaken     = errors.New("an account of that name exists")
	ErrLastAdmin = errors.New("this is the last administrator: make another one first")
	ErrNotFirst  = errors.New("accounts exist already")
)

// Entry is an account as the administrator sees it.
type Entry struct {
	Account
	Person    *string   `json:"person" doc:"Their name or code"`
	CreatedAt time.Time `json:"created_at"`
	Passkeys  int       `json:"passkeys" doc:"How many passkeys the account has"`
	Codes     bool      `json:"codes" doc:"Whether one-time codes are asked for"`
	Email     string    `json:"email" doc:"Where a link for a new password is sent; empty for nowhere"`
	Invited   bool      `json:"invited" doc:"No password has been chosen yet"`
	External  bool      `json:"external" doc:"Signs in by the clinic's own sign-in service"`

	folded string
}

// Book are the accounts in the database. Its methods may be used by several
// processes at once.
type Book struct {
	st   *store.Store
	w, r *sql.DB
	now  func() time.Time

	Breached Breached // passwords that nobody may choose; "": no list
}

// NewBook are the accounts of a store; now is the clock, nil for time.Now.
func NewBook(st *store.Store, now func() time.Time) *Book {
	if now == nil {
		now = time.Now
	}
	w, r := st.DB()
	return &Book{st: st, w: w, r: r, now: now}
}

// New is what a new account needs.
type New struct {
	Name     string  `json:"name" maxLength:"400"`
	Role     string  `json:"role" enum:"patient,clinician,admin,rater"`
	PersonID *string `json:"person_id,omitempty" nullable:"true" maxLength:"40" doc:"A patient's own person"`
	Password string  `json:"password,omitempty" maxLength:"512" doc:"Left out where the person chooses it by an invitation"`
	Email    string  `json:"email,omitempty" maxLength:"254"`

	MustChange bool   `json:"-"` // the password is another's choice
	Subject    string `json:"-"` // of another sign-in service; then there is no password
}

// Add adds an account.
func (b *Book) Add(ctx context.Context, n New) (*Entry, error) { return b.add(ctx, n, false) }

// First adds the first account, an administrator; with any account there it is
// ErrNotFirst.
func (b *Book) First(ctx context.Context, name, password string) (*Entry, error) {
	return b.add(ctx, New{Name: name, Role: Admin, Password: password}, true)
}

func (b *Book) add(ctx context.Context, n New, first bool) (*Entry, error) {
	shown, folded, err := checkName(n.Name)
	if err != nil {
		return nil, err
	}
	phc := nobody
	if n.Password != "" || first {
		password, err := b.newPassword(n.Password, shown)
		if err != nil {
			return nil, err
		}
		phc = today.hash(password)
	}
	if err := checkEmail(n.Email); err != nil {
		return nil, err
	}
	n.PersonID = person(n.PersonID)
	if err := checkRole(n.Role, n.PersonID); err != nil {
		return nil, err
	}
	e := &Entry{Account: Account{ID: record.NewID(), Name: shown, Role: n.Role, PersonID: n.PersonID}, CreatedAt: record.Micros(b.now())}
	err = b.tx(ctx, func(tx *sql.Tx) error {
		if first {
			if any, err := anyAccount(ctx, tx); err != nil || any {
				return errors.Join(err, ErrNotFirst)
			}
		}
		if err := b.freeName(ctx, tx, folded, ""); err != nil {
			return err
		}
		if err := personThere(ctx, tx, n.PersonID); err != nil {
			return err
		}
		c, err := b.st.Hide(text(e.PersonID), "account", e.ID, store.Columns{"name": e.Name, "folded": folded, "email": n.Email, "subject": person(&n.Subject), "totp": ""})
		if err != nil {
			return wrap("adding an account", err)
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO account (id, name, folded, role, person_id, password, epoch, created_at, must_change, email, subject, sealed) VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $8, $9, $10, $11)`,
			e.ID, c["name"], c["folded"], e.Role, e.PersonID, phc, e.CreatedAt.UnixMicro(), n.MustChange, c["email"], c["subject"], c["sealed"])
		if err != nil {
			return wrap("adding an account", err)
		}
		return b.st.NameSince(ctx, tx, text(e.PersonID), e.ID, e.Name, e.CreatedAt)
	})
	if err != nil {
		return nil, err
	}
	return b.Get(ctx, e.ID)
}

// Any reports whether there is any account.
func (b *Book) Any(ctx context.Context) (bool, error) { return anyAccount(ctx, b.r) }

// List is every account, by name.
func (b *Book) List(ctx context.Context) ([]Entry, error) { return b.Page(ctx, "", math.MaxInt32) }

// Page is a part of [Book.List]: at most so many accounts from after the one with
// that id on.
func (b *Book) Page(ctx context.Context, after string, limit int) ([]Entry, error) {
	// In memory, since names may be encrypted: a clinic has some hundred accounts.
	rows, err := b.r.QueryContext(ctx, entryQuery)
	if err != nil {
		return nil, wrap("reading the accounts", err)
	}
	defer rows.Close()
	all := []Entry{}
	for rows.Next() {
		e, err := b.scanEntry(rows)
		if errors.Is(err, store.ErrKeyGone) {
			continue
		}
		if err != nil {
			return nil, wrap("reading the accounts", err)
		}
		all = append(all, *e)
	}
	if err := rows.Err(); err != nil {
		return nil, wrap("reading the accounts", err)
	}
	slices.SortFunc(all, func(a, b Entry) int { return cmp.Or(strings.Compare(a.folded, b.folded), strings.Compare(a.ID, b.ID)) })
	if after != "" {
		i := slices.IndexFunc(all, func(e Entry) bool { return e.ID == after })
		if i < 0 {
			return []Entry{}, nil
		}
		all = all[i+1:]
	}
	return all[:min(limit, len(all))], nil
}

// Get is one account.
func (b *Book) Get(ctx context.Context, id string) (*Entry, error) {
	e, err := b.scanEntry(b.r.QueryRowContext(ctx, entryQuery+` WHERE a.id = $1`, id))
	return e, missing(err)
}

// Named is the account of a name, however it is written.
func (b *Book) Named(ctx context.Context, name string) (*Entry, error) {
	_, folded, err := checkName(name)
	if err != nil {
		return nil, err
	}
	index, err := b.st.Index("account", "folded", folded)
	if err != nil {
		return nil, err
	}
	e, err := b.scanEntry(b.r.QueryRowContext(ctx, entryQuery+` WHERE a.folded = $1`, index))
	return e, missing(err)
}

// Change is what is to be another in an account; nil leaves it. A new role or
// password ends the account's sessions; a new password takes its passkeys away
// too, since it is what an administrator gives to somebody who lost theirs.
type Change struct {
	Name     *string `json:"name,omitempty" maxLength:"400"`
	Role     *string `json:"role,omitempty" enum:"patient,clinician,admin,rater"`
	PersonID *string `json:"person_id,omitempty" nullable:"true" maxLength:"40" doc:"A patient's own person; counts where role is given"`
	Password *string `json:"password,omitempty" maxLength:"512"`
	Email    *string `json:"email,omitempty" maxLength:"254"`
	NoCodes  bool    `json:"no_codes,omitempty" doc:"Take the one-time codes away, for somebody who lost their device"`

	MustChange bool `json:"-"` // the password is another's choice
}

// Change changes an account.
func (b *Book) Change(ctx context.Context, id string, c Change) (*Entry, error) {
	e, err := b.Get(ctx, id)
	if err != nil {
		return nil, err
	}
	v, err := b.checkChange(e, c)
	if err != nil {
		return nil, err
	}
	if err := b.tx(ctx, func(tx *sql.Tx) error { return b.applyChange(ctx, tx, e, v) }); err != nil {
		return nil, err
	}
	return b.Get(ctx, id)
}

// checkedChange is a change whose parts were checked.
type checkedChange struct {
	Change
	shown, folded string // the new name as shown and as compared
	hash          string // of the new password
}

// checkChange checks each part of a change of an account; what may only be asked of
// the whole book is asked when it is applied.
func (b *Book) checkChange(e *Entry, c Change) (v checkedChange, err error) {
	v = checkedChange{Change: c, shown: e.Name}
	if c.Name != nil {
		if v.shown, v.folded, err = checkName(*c.Name); err != nil {
			return v, err
		}
	}
	if c.Password != nil {
		p, err := b.newPassword(*c.Password, v.shown)
		if err != nil {
			return v, err
		}
		v.hash = today.hash(p)
	}
	if c.Email != nil {
		if err := checkEmail(*c.Email); err != nil {
			return v, err
		}
	}
	v.PersonID = person(c.PersonID)
	if c.Role != nil {
		if err := checkRole(*c.Role, v.PersonID); err != nil {
			return v, err
		}
	}
	return v, nil
}

// applyChange writes each part of a change that is there, and ends the sessions that
// it leaves without an epoch.
func (b *Book) applyChange(ctx context.Context, tx *sql.Tx, e *Entry, v checkedChange) error {
	for _, part := range []struct {
		asked bool
		write func(context.Context, *sql.Tx, *Entry, checkedChange) error
	}{
		{v.Name != nil, b.rename},
		{v.Role != nil, b.changeRole},
		{v.Password != nil, b.changePassword},
		{v.NoCodes, b.removeCodes},
		{v.Email != nil, b.changeEmail},
	} {
		if !part.asked {
			continue
		}
		if err := part.write(ctx, tx, e, v); err != nil {
			return err
		}
	}
	return dropSessions(ctx, tx, e.ID)
}

func (b *Book) rename(ctx context.Context, tx *sql.Tx, e *Entry, v checkedChange) error {
	if err := b.freeName(ctx, tx, v.folded, e.ID); err != nil {
		return err
	}
	if err := b.set(ctx, tx, e.ID, store.Columns{"name": v.shown, "folded": v.folded}); err != nil {
		return wrap("renaming an account", err)
	}
	return b.st.NameSince(ctx, tx, text(e.PersonID), e.ID, v.shown, b.now())
}

func (b *Book) changeRole(ctx context.Context, tx *sql.Tx, e *Entry, v checkedChange) error {
	if *v.Role != Admin {
		if err := notLastAdmin(ctx, tx, e.ID); err != nil {
			return err
		}
	}
	if err := personThere(ctx, tx, v.PersonID); err != nil {
		return err
	}
	// The same role again ends nothing.
	_, err := tx.ExecContext(ctx, `UPDATE account SET role = $1, person_id = $2, epoch = epoch + 1 WHERE id = $3 AND (role <> $4 OR COALESCE(person_id, '') <> COALESCE($5, ''))`,
		*v.Role, v.PersonID, e.ID, *v.Role, v.PersonID)
	if err != nil {
		return wrap("changing a role", err)
	}
	if err := b.set(ctx, tx, e.ID, store.Columns{}); err != nil { // by the key of whose it is now
		return wrap("changing a role", err)
	}
	return nil
}

func (b *Book) changePassword(ctx context.Context, tx *sql.Tx, e *Entry, v checkedChange) error {
	if _, err := tx.ExecContext(ctx, `UPDATE account SET password = $1, must_change = $2, epoch = epoch + 1 WHERE id = $3`, v.hash, v.MustChange, e.ID); err != nil {
		return wrap("changing a password", err)
	}
	if err := b.set(ctx, tx, e.ID, store.Columns{"totp": ""}); err != nil {
		return wrap("changing a password", err)
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM passkey WHERE account_id = $1`, e.ID); err != nil {
		return wrap("taking passkeys away", err)
	}
	return nil
}

func (b *Book) removeCodes(ctx context.Context, tx *sql.Tx, e *Entry, _ checkedChange) error {
	if _, err := tx.ExecContext(ctx, `UPDATE account SET epoch = epoch + 1 WHERE id = $1 AND totp <> ''`, e.ID); err != nil {
		return wrap("taking codes away", err)
	}
	if err := b.set(ctx, tx, e.ID, store.Columns{"totp": ""}); err != nil {
		return wrap("taking codes away", err)
	}
	return nil
}

func (b *Book) changeEmail(ctx context.Context, tx *sql.Tx, e *Entry, v checkedChange) error {
	if err := b.set(ctx, tx, e.ID, store.Columns{"email": *v.Email}); err != nil {
		return wrap("changing an address", err)
	}
	return nil
}

// Remove removes an account with its sessions and passkeys.
func (b *Book) Remove(ctx context.Context, id string) error {
	return b.tx(ctx, func(tx *sql.Tx) error {
		if err := notLastAdmin(ctx, tx, id); err != nil {
			return err
		}
		e, err := b.scanEntry(tx.QueryRowContext(ctx, entryQuery+` WHERE a.id = $1`, id))
		if err != nil {
			return missing(err)
		}
		if e.Role != Patient {
			c, err := b.st.Hide("", "former_account", id, store.Columns{"name": e.Name})
			if err != nil {
				return wrap("removing an account", err)
			}
			if _, err := tx.ExecContext(ctx, `INSERT INTO former_account (id, name, removed_at, sealed) VALUES ($1, $2, $3, $4)`, id, c["name"], b.now().UnixMicro(), c["sealed"]); err != nil {
				return wrap("removing an account", err)
			}
		}
		if _, err := tx.ExecContext(ctx, `DELETE FROM name_since WHERE id = (SELECT id FROM account WHERE id = $1 AND role = 'patient')`, id); err != nil {
			return wrap("removing an account", err)
		}
		res, err := tx.ExecContext(ctx, `DELETE FROM account WHERE id = $1`, id)
		if err != nil {
			return wrap("removing an account", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errors.Join(err, missing(sql.ErrNoRows))
		}
		return nil
	})
}

// set writes private columns of an account, within a transaction.
func (b *Book) set(ctx context.Context, tx *sql.Tx, id string, set store.Columns) error {
	c, err := b.st.Change(ctx, tx, "account", id, set)
	if err != nil {
		return err
	}
	query, args := `UPDATE account SET sealed = $1`, []any{c["sealed"]}
	for name, v := range c {
		if name != "sealed" {
			args = append(args, v)
			query += fmt.Sprintf(`, %s = $%d`, name, len(args))
		}
	}
	args = append(args, id)
	_, err = tx.ExecContext(ctx, query+fmt.Sprintf(` WHERE id = $%d`, len(args)), args...)
	return err
}

const entryQuery = `SELECT a.id, a.name, a.folded, a.role, a.person_id, a.created_at,
  (SELECT COUNT(*) FROM passkey k WHERE k.account_id = a.id), COALESCE(p.name, ''), COALESCE(p.code, ''), COALESCE(p.sealed, ''),
  a.totp <> '', a.email, a.password = '' AND a.subject IS NULL, a.subject IS NOT NULL, a.sealed
FROM account a LEFT JOIN person p ON p.id = a.person_id`

func (b *Book) scanEntry(row interface{ Scan(...any) error }) (*Entry, error) {
	var e Entry
	var person sql.NullString
	var created int64
	var name, code, whom, sealed string
	if err := row.Scan(&e.ID, &e.Name, &e.folded, &e.Role, &person, &created, &e.Passkeys, &name, &code, &whom, &e.Codes, &e.Email, &e.Invited, &e.External, &sealed); err != nil {
		return nil, err
	}
	if err := b.st.Open("account", e.ID, sealed, store.Columns{"name": &e.Name, "folded": &e.folded, "email": &e.Email}); err != nil {
		return nil, err
	}
	if person.Valid {
		if err := b.st.Open("person", person.String, whom, store.Columns{"name": &name, "code": &code}); err != nil {
			return nil, err
		}
		if name == "" {
			name = code
		}
		e.PersonID, e.Person = &person.String, &name
	}
	e.CreatedAt = time.UnixMicro(created).UTC()
	return &e, nil
}

// text is "" for no id.
func text(id *string) string {
	if id == nil {
		return ""
	}
	return *id
}

// person is nil for no id as well as for an empty one.
func person(id *string) *string {
	if id != nil && *id == "" {
		return nil
	}
	return id
}

func checkRole(role string, person *string) error {
	switch {
	case role != Patient && role != Clinician && role != Admin && role != Rater:
		return fmt.Errorf("a role is patient, clinician, admin or rater: %w", record.ErrInvalid)
	case (role == Patient) != (person != nil):
		return fmt.Errorf("a patient's account belongs to a person, no other does: %w", record.ErrInvalid)
	}
	return nil
}

// checkEmail takes a bare address or none.
func checkEmail(text string) error {
	if text == "" {
		return nil
	}
	a, err := mail.ParseAddress(text)
	if err != nil || a.Address != text || len(text) > 254 {
		return fmt.Errorf("%q is not an e-mail address: %w", text, record.ErrInvalid)
	}
	return nil
}

func anyAccount(ctx context.Context, q interface {
	QueryRowContext(context.Context, string, ...any) *sql.Row
}) (bool, error) {
	var n int
	err := q.QueryRowContext(ctx, `SELECT COUNT(*) FROM account`).Scan(&n)
	return n > 0, wrap("counting the accounts", err)
}

func (b *Book) freeName(ctx context.Context, tx *sql.Tx, folded, but string) error {
	index, err := b.st.Index("account", "folded", folded)
	if err != nil {
		return err
	}
	var n int
	if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM account WHERE folded = $1 AND id <> $2`, index, but).Scan(&n); err != nil {
		return wrap("looking for a name", err)
	}
	if n > 0 {
		return ErrTaken
	}
	return nil
}

func personThere(ctx context.Context, tx *sql.Tx, person *string) error {
	if person == nil {
		return nil
	}
	var n int
	if err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM person WHERE id = $1`, *person).Scan(&n); err != nil {
		return wrap("looking for a person", err)
	}
	if n == 0 {
		return fmt.Errorf("there is no such person: %w", record.ErrInvalid)
	}
	return nil
}

// notLastAdmin refuses to take the last administrator away.
func notLastAdmin(ctx context.Context, tx *sql.Tx, id string) error {
	var is, others int
	err := tx.QueryRowContext(ctx, `SELECT COALESCE(SUM(CASE WHEN id = $1 THEN 1 ELSE 0 END), 0), COALESCE(SUM(CASE WHEN id <> $2 THEN 1 ELSE 0 END), 0) FROM account WHERE role = 'admin'`, id, id).Scan(&is, &others)
	if err != nil {
		return wrap("counting the administrators", err)
	}
	if is > 0 && others == 0 {
		return ErrLastAdmin
	}
	return nil
}

// dropSessions forgets the sessions of an account that its epoch has ended.
func dropSessions(ctx context.Context, tx *sql.Tx, id string) error {
	_, err := tx.ExecContext(ctx, `DELETE FROM session WHERE account_id = $1 AND epoch <> (SELECT epoch FROM account WHERE id = $2)`, id, id)
	return wrap("ending sessions", err)
}

func (b *Book) tx(ctx context.Context, do func(tx *sql.Tx) error) error {
	return b.st.Tx(ctx, do)
}

func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", doing, err)
}

func isMissing(err error) bool { return errors.Is(err, sql.ErrNoRows) }

func missing(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return fmt.Errorf("an account: %w", store.ErrNotFound)
	}
	return wrap("reading an account", err)
}
