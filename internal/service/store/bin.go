package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"facialis/internal/service/record"
)

const binColumns = `id, kind, person_id, name, deleted_at, body, sealed`

func (s *Store) scanBinned(row scanner) (record.Binned, error) {
	var b record.Binned
	var deleted int64
	var body, text string
	err := row.Scan(&b.ID, &b.Kind, &b.PersonID, &b.Name, &deleted, &body, &text)
	if err == nil {
		err = s.Open("bin", b.ID, text, Columns{"name": &b.Name, "body": &body})
	}
	b.DeletedAt, b.Body = at(deleted), []byte(body)
	b.GoneAt = b.DeletedAt.AddDate(0, 0, record.BinDays)
	return b, err
}

// Bin takes a person's or a recording's rows out, within a transaction, and keeps
// them as b says.
func (s *Store) Bin(ctx context.Context, tx *sql.Tx, b *record.Binned) error {
	c, err := s.Hide(b.PersonID, "bin", b.ID, Columns{"name": b.Name, "body": string(b.Body)})
	if err != nil {
		return fmt.Errorf("deleting: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO bin (`+binColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7)`,
		b.ID, b.Kind, b.PersonID, c["name"], micros(b.DeletedAt), c["body"], c["sealed"]); err != nil {
		return fmt.Errorf("deleting: %w", err)
	}
	for _, r := range b.Recordings {
		if _, err := tx.ExecContext(ctx, `INSERT INTO binned (recording_id, bin_id) VALUES ($1, $2)`, r, b.ID); err != nil {
			return fmt.Errorf("deleting: %w", err)
		}
	}
	return nil
}

// DeleteRow deletes the row of a person or of a recording, with everything that
// hangs on it, within a transaction.
func DeleteRow(ctx context.Context, tx *sql.Tx, kind, id string) error {
	query, ok := map[string]string{"person": `DELETE FROM person WHERE id = $1`, "recording": `DELETE FROM recording WHERE id = $1`}[kind]
	if !ok {
		return fmt.Errorf("there is no table of %s", kind)
	}
	if kind == "person" { // their accounts go with them; their own name stays while they can be brought back
		if _, err := tx.ExecContext(ctx, `DELETE FROM name_since WHERE id IN (SELECT id FROM account WHERE person_id = $1)`, id); err != nil {
			return fmt.Errorf("forgetting a name: %w", err)
		}
	}
	res, err := tx.ExecContext(ctx, query, id)
	return changed("a "+kind, res, err)
}

// Unbin takes a line out of the bin within a transaction.
func Unbin(ctx context.Context, tx *sql.Tx, id string) error {
	res, err := tx.ExecContext(ctx, `DELETE FROM bin WHERE id = $1`, id)
	return changed("something deleted", res, err)
}

// BinList is what can be brought back, the latest deleted first: from after the
// line with that id on, and only of one person where person is not empty.
func (s *Store) BinList(ctx context.Context, person, after string, limit int) ([]record.Binned, error) {
	return list(ctx, s.r, func(row scanner) (record.Binned, error) {
		b, err := s.scanBinned(row)
		b.Body = nil
		return b, err
	}, `SELECT id, kind, person_id, name, deleted_at, '', sealed FROM bin
WHERE ($1 = '' OR person_id = $2)
  AND ($3 = '' OR (deleted_at, id) < (SELECT b.deleted_at, b.id FROM bin b WHERE b.id = $4))
ORDER BY deleted_at DESC, id DESC LIMIT $5`, person, person, after, after, limit)
}

// Binned is one line of the bin with its rows.
func (s *Store) Binned(ctx context.Context, id string) (*record.Binned, error) {
	b, err := s.scanBinned(s.r.QueryRowContext(ctx, `SELECT `+binColumns+` FROM bin WHERE id = $1`, id))
	if err := one("something deleted", err); err != nil {
		return nil, err
	}
	b.Recordings, err = list(ctx, s.r, scanText, `SELECT recording_id FROM binned WHERE bin_id = $1 ORDER BY recording_id`, id)
	return &b, err
}

func scanText(row scanner) (string, error) {
	var s string
	return s, row.Scan(&s)
}

// BinOf is the id of the line of the bin that holds a recording, "" where none does.
func (s *Store) BinOf(ctx context.Context, rec string) (string, error) {
	id, err := scanText(s.r.QueryRowContext(ctx, `SELECT bin_id FROM binned WHERE recording_id = $1`, rec))
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return id, one("something deleted", err)
}

// BinsOf are the ids of the lines of the bin about a person.
func (s *Store) BinsOf(ctx context.Context, person string) ([]string, error) {
	return list(ctx, s.r, scanText, `SELECT id FROM bin WHERE person_id = $1 ORDER BY id`, person)
}

// BinBefore are the ids of what was deleted before a time.
func (s *Store) BinBefore(ctx context.Context, before time.Time) ([]string, error) {
	return list(ctx, s.r, scanText, `SELECT id FROM bin WHERE deleted_at < $1 ORDER BY id`, micros(before))
}

// BinnedIDs are the ids of every recording in the bin.
func (s *Store) BinnedIDs(ctx context.Context) ([]string, error) {
	return list(ctx, s.r, scanText, `SELECT recording_id FROM binned ORDER BY recording_id`)
}

// RecordingIDs are the ids of every recording.
func (s *Store) RecordingIDs(ctx context.Context) ([]string, error) {
	return list(ctx, s.r, scanText, `SELECT id FROM recording ORDER BY id`)
}

// PersonIDs are the ids of everybody.
func (s *Store) PersonIDs(ctx context.Context) ([]string, error) {
	return list(ctx, s.r, scanText, `SELECT id FROM person ORDER BY id`)
}

// Mark is a text that changes whenever what is kept of a person beside their
// recordings does.
func (s *Store) Mark(ctx context.Context, person string) (string, error) {
	var m string
	err := s.r.QueryRowContext(ctx, `SELECT p.updated_at || ' ' || COALESCE((SELECT a.authored || ' ' || LENGTH(a.given) || ' ' || LENGTH(a.skipped) || ' ' || LENGTH(a.sealed) FROM answers a WHERE a.person_id = p.id), '')
  || ' ' || COALESCE((SELECT MAX(e.changed_at) FROM entry e WHERE e.person_id = p.id), 0) FROM person p WHERE p.id = $1`, person).Scan(&m)
	return m, one("a person", err)
}
