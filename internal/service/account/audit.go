package account

import (
	"context"
	"database/sql"
	"time"

	"facialis/internal/service/record"
)

// Line is a line of the audit log.
type Line struct {
	ID       string    `json:"id"`
	At       time.Time `json:"at"`
	Account  string    `json:"account" doc:"The account's name; its id where a patient's account is gone; empty when nobody was signed in"`
	Action   string    `json:"action"`
	Object   string    `json:"object" doc:"What it was done to: a kind and an id"`
	Of       *string   `json:"object_name" doc:"The name of an account that something was done to, as long as it is known"`
	PersonID *string   `json:"person_id" doc:"Whom it is about"`
	Person   *string   `json:"person" doc:"Their name or code, as long as they are here"`
	Detail   string    `json:"detail"`
}

// Write adds a line; account is an account's id.
func (b *Book) Write(ctx context.Context, account, action, object, person, detail string) error {
	var whom *string
	if person != "" {
		whom = &person
	}
	_, err := b.w.ExecContext(ctx, `INSERT INTO audit (id, at, account_id, action, object, person_id, detail) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		record.NewID(), b.now().UnixMicro(), account, action, object, whom, detail)
	return wrap("writing the audit log", err)
}

// Lines are the latest lines of the log, about one person or, with "", about
// everybody; before is the id of the last line of the page before.
func (b *Book) Lines(ctx context.Context, person, before string, limit int) ([]Line, error) {
	rows, err := b.r.QueryContext(ctx, `SELECT l.id, l.at, COALESCE(a.name, f.name, l.account_id), l.action, l.object, COALESCE(oa.name, fo.name), l.person_id, COALESCE(NULLIF(p.name, ''), p.code), l.detail FROM audit l
LEFT JOIN account a ON a.id = l.account_id LEFT JOIN former_account f ON f.id = l.account_id LEFT JOIN person p ON p.id = l.person_id
LEFT JOIN account oa ON oa.id = SUBSTR(l.object, 9) AND l.object LIKE 'account %' LEFT JOIN former_account fo ON fo.id = SUBSTR(l.object, 9) AND l.object LIKE 'account %'
WHERE ($1 = '' OR l.person_id = $2)
  AND ($3 = '' OR l.at < (SELECT at FROM audit WHERE id = $4) OR l.at = (SELECT at FROM audit WHERE id = $5) AND l.id < $6)
ORDER BY l.at DESC, l.id DESC LIMIT $7`, person, person, before, before, before, before, limit)
	if err != nil {
		return nil, wrap("reading the audit log", err)
	}
	defer rows.Close()
	all := []Line{}
	for rows.Next() {
		var l Line
		var at int64
		var of, whom, name sql.NullString
		if err := rows.Scan(&l.ID, &at, &l.Account, &l.Action, &l.Object, &of, &whom, &name, &l.Detail); err != nil {
			return nil, wrap("reading the audit log", err)
		}
		l.At = time.UnixMicro(at).UTC()
		if of.Valid {
			l.Of = &of.String
		}
		if whom.Valid {
			l.PersonID = &whom.String
		}
		if name.Valid {
			l.Person = &name.String
		}
		all = append(all, l)
	}
	return all, wrap("reading the audit log", rows.Err())
}
