package account

import (
	"context"
	"database/sql"
	"encoding/json"
	"io"
	"math"
	"strings"
	"time"

	"facialis/internal/service/record"
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
	_, err := b.w.ExecContext(ctx, `INSERT INTO audit (id, at, account_id, action, object, person_id, detail, address, before, after) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
		record.NewID(), b.now().UnixMicro(), e.Account, e.Action, e.Object, person(&e.Person), e.Detail, e.Address, e.Before, e.After)
	return wrap("writing the audit log", err)
}

// nameThen is SQL for the name that an id had at the moment of a line: the first
// that it ever had where the line is older than that.
func nameThen(id string) string {
	return `COALESCE((SELECT n.name FROM name_since n WHERE n.id = ` + id + ` AND n.since <= l.at ORDER BY n.since DESC LIMIT 1),
  (SELECT n.name FROM name_since n WHERE n.id = ` + id + ` ORDER BY n.since LIMIT 1))`
}

// lineQuery reads lines with the names of their time.
var lineQuery = strings.NewReplacer("@by", nameThen("l.account_id"), "@of", nameThen("SUBSTR(l.object, 9)"), "@person", nameThen("l.person_id")).Replace(
	`SELECT l.id, l.at, COALESCE(@by, l.account_id), l.action, l.object, CASE WHEN l.object LIKE 'account %' THEN @of END,
  l.person_id, @person, l.detail, l.address, l.before, l.after FROM audit l
`)

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
	rows, err := b.r.QueryContext(ctx, query, args...)
	if err != nil {
		return wrap("reading the audit log", err)
	}
	defer rows.Close()
	for rows.Next() {
		var l Line
		var at int64
		var of, whom, name sql.NullString
		if err := rows.Scan(&l.ID, &at, &l.Account, &l.Action, &l.Object, &of, &whom, &name, &l.Detail, &l.Address, &l.Before, &l.After); err != nil {
			return wrap("reading the audit log", err)
		}
		l.At = time.UnixMicro(at).UTC()
		for _, f := range []struct {
			to *(*string)
			is *sql.NullString
		}{{&l.Of, &of}, {&l.PersonID, &whom}, {&l.Person, &name}} {
			if f.is.Valid {
				*f.to = &f.is.String
			}
		}
		if err := do(&l); err != nil {
			return err
		}
	}
	return wrap("reading the audit log", rows.Err())
}
