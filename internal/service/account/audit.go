package account

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"io"
	"math"
	"strings"
	"time"

	"facialis/internal/service/record"
	"facialis/internal/service/store"
)

// Line is a line of the audit log.
type Line struct {
	ID       string    `json:"id"`
	At       time.Time `json:"at"`
	Account  string    `json:"account" doc:"The account's name at the time; its id where a patient's account is gone; empty when nobody was signed in"`
	Action   string    `json:"action"`
	Object   string    `json:"object" doc:"What it was done to: a kind and an id"`
	Of       *string   `json:"object_name" doc:"The name at the time of an account that something was done to"`
	PersonID *string   `json:"person_id" doc:"Whom it is about"`
	Person   *string   `json:"person" doc:"Their name or code at the time; null once they are deleted for good"`
	Detail   string    `json:"detail"`
	Address  string    `json:"address" doc:"Where the request came from: an IPv4 address or the first 64 bits of an IPv6 one; empty for the command line"`
	Before   string    `json:"before" doc:"What was changed, as JSON, as it was"`
	After    string    `json:"after" doc:"What was changed, as JSON, as it is now"`
}

// Event is what is written of something that was done.
type Event struct {
	Account string // an account's id
	Action  string
	Object  string // a kind and an id
	Person  string // a person's id, or ""
	Detail  string
	Address string
	Before  string // JSON, or ""
	After   string // JSON, or ""
}

// Write adds a line; account is an account's id.
func (b *Book) Write(ctx context.Context, account, action, object, person, detail string) error {
	return b.WriteEvent(ctx, Event{Account: account, Action: action, Object: object, Person: person, Detail: detail})
}

// WriteEvent adds a line.
func (b *Book) WriteEvent(ctx context.Context, e Event) error {
	id := record.NewID()
	c, err := b.st.Hide(e.Person, "audit", id, store.Columns{"detail": e.Detail, "address": e.Address, "before": e.Before, "after": e.After})
	if err != nil {
		return wrap("writing the audit log", err)
	}
	_, err = b.w.ExecContext(ctx, `INSERT INTO audit (id, at, account_id, action, object, person_id, detail, address, before, after, sealed) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
		id, b.now().UnixMicro(), e.Account, e.Action, e.Object, person(&e.Person), c["detail"], c["address"], c["before"], c["after"], c["sealed"])
	return wrap("writing the audit log", err)
}

// nameAt is a name and since when it was one.
type nameAt struct {
	since int64
	name  string
}

// names are the names that accounts and people had, each id's oldest first.
type names map[string][]nameAt

// names reads every name that is kept: some thousand at most.
func (b *Book) names(ctx context.Context) (names, error) {
	rows, err := b.r.QueryContext(ctx, `SELECT id, since, name, sealed FROM name_since ORDER BY id, since`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	all := names{}
	for rows.Next() {
		var id, text string
		var a nameAt
		if err := rows.Scan(&id, &a.since, &a.name, &text); err != nil {
			return nil, err
		}
		err := b.st.Open("name_since", store.NameRow(id, a.since), text, store.Columns{"name": &a.name})
		if errors.Is(err, store.ErrKeyGone) {
			continue
		}
		if err != nil {
			return nil, err
		}
		all[id] = append(all[id], a)
	}
	return all, rows.Err()
}

// then is the name that an id had at a moment: the first that it ever had where the
// moment is before that; nil where none is known, or none any more.
func (n names) then(id string, at int64) *string {
	all := n[id]
	if len(all) == 0 {
		return nil
	}
	name := all[0].name
	for _, a := range all {
		if a.since <= at {
			name = a.name
		}
	}
	return &name
}

const lineQuery = `SELECT l.id, l.at, l.account_id, l.action, l.object, l.person_id, l.detail, l.address, l.before, l.after, l.sealed FROM audit l
`

// Lines are the latest lines of the log, about one person or, with "", about
// everybody; before is the id of the last line of the page before.
func (b *Book) Lines(ctx context.Context, person, before string, limit int) ([]Line, error) {
	all := []Line{}
	err := b.eachLine(ctx, func(l *Line) error {
		all = append(all, *l)
		return nil
	}, lineQuery+`WHERE ($1 = '' OR l.person_id = $2)
  AND ($3 = '' OR l.at < (SELECT at FROM audit WHERE id = $4) OR l.at = (SELECT at FROM audit WHERE id = $5) AND l.id < $6)
ORDER BY l.at DESC, l.id DESC LIMIT $7`, person, person, before, before, before, before, limit)
	return all, err
}

// WriteLines writes the whole log to w, the oldest line first, each as one line
// of JSON, from a moment on.
func (b *Book) WriteLines(ctx context.Context, w io.Writer, since time.Time) error {
	from := int64(math.MinInt64)
	if !since.IsZero() {
		from = since.UnixMicro()
	}
	out := json.NewEncoder(w)
	return b.eachLine(ctx, func(l *Line) error { return out.Encode(l) }, lineQuery+`WHERE l.at >= $1 ORDER BY l.at, l.id`, from)
}

func (b *Book) eachLine(ctx context.Context, do func(*Line) error, query string, args ...any) error {
	known, err := b.names(ctx)
	if err != nil {
		return wrap("reading the audit log", err)
	}
	rows, err := b.r.QueryContext(ctx, query, args...)
	if err != nil {
		return wrap("reading the audit log", err)
	}
	defer rows.Close()
	for rows.Next() {
		var l Line
		var at int64
		var whom sql.NullString
		var text string
		if err := rows.Scan(&l.ID, &at, &l.Account, &l.Action, &l.Object, &whom, &l.Detail, &l.Address, &l.Before, &l.After, &text); err != nil {
			return wrap("reading the audit log", err)
		}
		// What was written of somebody who was deleted for good is gone; that it was done stays.
		err := b.st.Open("audit", l.ID, text, store.Columns{"detail": &l.Detail, "address": &l.Address, "before": &l.Before, "after": &l.After})
		if err != nil && !errors.Is(err, store.ErrKeyGone) {
			return wrap("reading the audit log", err)
		}
		l.At = time.UnixMicro(at).UTC()
		if by := known.then(l.Account, at); by != nil {
			l.Account = *by
		}
		if id, ok := strings.CutPrefix(l.Object, "account "); ok {
			l.Of = known.then(id, at)
		}
		if whom.Valid {
			l.PersonID, l.Person = &whom.String, known.then(whom.String, at)
		}
		if err := do(&l); err != nil {
			return err
		}
	}
	return wrap("reading the audit log", rows.Err())
}
