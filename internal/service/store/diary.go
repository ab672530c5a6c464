package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"facialis/internal/service/record"
)

// Answers are what a person has answered; without any, an interview in which
// nothing was asked.
func (s *Store) Answers(ctx context.Context, person string) (*record.Answers, error) {
	return readAnswers(ctx, s.r, person)
}

// querier is a database or a transaction.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func readAnswers(ctx context.Context, db querier, person string) (*record.Answers, error) {
	a := record.NewAnswers()
	var given, skipped string
	var authored sql.NullInt64
	err := db.QueryRowContext(ctx, `SELECT given, skipped, authored FROM answers WHERE person_id = $1`, person).Scan(&given, &skipped, &authored)
	if errors.Is(err, sql.ErrNoRows) {
		return a, nil
	}
	if err == nil {
		err = errors.Join(json.Unmarshal([]byte(given), &a.Values), json.Unmarshal([]byte(skipped), &a.Skipped))
	}
	a.Authored = atPtr(authored)
	return a, one("answers", err)
}

// ChangeAnswers changes a person's answers: what do leaves is written, unless it
// gives an error.
func (s *Store) ChangeAnswers(ctx context.Context, person string, do func(*record.Answers) error) (*record.Answers, error) {
	var out *record.Answers
	err := s.Tx(ctx, func(tx *sql.Tx) error {
		a, err := readAnswers(ctx, tx, person)
		if err != nil {
			return err
		}
		if err := do(a); err != nil {
			return err
		}
		out = a
		return SetAnswers(ctx, tx, person, a)
	})
	return out, err
}

// SetAnswers writes a person's answers within a transaction.
func SetAnswers(ctx context.Context, tx *sql.Tx, person string, a *record.Answers) error {
	given, err1 := json.Marshal(a.Values)
	skipped, err2 := json.Marshal(a.Skipped)
	if err := errors.Join(err1, err2); err != nil {
		return fmt.Errorf("writing answers: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO answers (person_id, given, skipped, authored) VALUES ($1, $2, $3, $4)
ON CONFLICT (person_id) DO UPDATE SET given = excluded.given, skipped = excluded.skipped, authored = excluded.authored`,
		person, string(given), string(skipped), microsPtr(a.Authored)); err != nil {
		return fmt.Errorf("writing answers: %w", err)
	}
	return nil
}

const entryColumns = `id, kind, at, tz_offset_min, updated_at, deleted, data`

func scanEntry(row scanner) (record.Entry, error) {
	var e record.Entry
	var when, updated int64
	var data string
	err := row.Scan(&e.ID, &e.Kind, &when, &e.TZOffsetMin, &updated, &e.Deleted, &data)
	e.At, e.UpdatedAt, e.Data = at(when), at(updated), json.RawMessage(data)
	return e, err
}

// Diary is a person's diary from one time to another, zero for no bound, the
// oldest first, without deleted entries.
func (s *Store) Diary(ctx context.Context, person string, from, to time.Time) ([]record.Entry, error) {
	lo, hi := int64(-1<<62), int64(1<<62)
	if !from.IsZero() {
		lo = micros(from)
	}
	if !to.IsZero() {
		hi = micros(to)
	}
	return list(ctx, s.r, scanEntry, `SELECT `+entryColumns+` FROM entry WHERE person_id = $1 AND NOT deleted AND at >= $2 AND at <= $3 ORDER BY at, id`, person, lo, hi)
}

// Entries are all entries of a person's diary, deleted ones as well, the oldest
// first.
func (s *Store) Entries(ctx context.Context, person string) ([]record.Entry, error) {
	return list(ctx, s.r, scanEntry, `SELECT `+entryColumns+` FROM entry WHERE person_id = $1 ORDER BY at, id`, person)
}

// Sync takes entries in, each if it holds over the version that is there, and
// returns what changed after since (nil: everything) with the moment to ask from
// the next time. Moments of change never repeat and never go back, whatever the
// clock does.
func (s *Store) Sync(ctx context.Context, person string, entries []record.Entry, since *time.Time, now time.Time) ([]record.Entry, time.Time, error) {
	var out []record.Entry
	var mark int64
	err := s.Tx(ctx, func(tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(changed_at), 0) FROM entry WHERE person_id = $1`, person).Scan(&mark); err != nil {
			return fmt.Errorf("reading the diary: %w", err)
		}
		next := max(mark+1, micros(now))
		for i := range entries {
			wrote, err := putEntry(ctx, tx, person, &entries[i], next)
			if err != nil {
				return err
			}
			if wrote {
				mark = next
			}
		}
		from := int64(-1)
		if since != nil {
			from = micros(*since)
		}
		rows, err := tx.QueryContext(ctx, `SELECT `+entryColumns+` FROM entry WHERE person_id = $1 AND changed_at > $2 ORDER BY changed_at, id`, person, from)
		if err != nil {
			return fmt.Errorf("reading the diary: %w", err)
		}
		defer rows.Close()
		out = []record.Entry{}
		for rows.Next() {
			e, err := scanEntry(rows)
			if err != nil {
				return fmt.Errorf("reading the diary: %w", err)
			}
			out = append(out, e)
		}
		return rows.Err()
	})
	return out, at(mark), err
}

// putEntry writes one entry if it holds over what is there.
func putEntry(ctx context.Context, tx *sql.Tx, person string, e *record.Entry, now int64) (bool, error) {
	old, err := scanEntry(tx.QueryRowContext(ctx, `SELECT `+entryColumns+` FROM entry WHERE person_id = $1 AND id = $2`, person, e.ID))
	if err == nil && !record.Later(e, &old) {
		return false, nil
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return false, fmt.Errorf("reading the diary: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO entry (person_id, `+entryColumns+`, changed_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
ON CONFLICT (person_id, id) DO UPDATE SET kind = excluded.kind, at = excluded.at, tz_offset_min = excluded.tz_offset_min,
  updated_at = excluded.updated_at, deleted = excluded.deleted, data = excluded.data, changed_at = excluded.changed_at`,
		person, e.ID, e.Kind, micros(e.At), e.TZOffsetMin, micros(e.UpdatedAt), e.Deleted, string(e.Data), now); err != nil {
		return false, fmt.Errorf("writing the diary: %w", err)
	}
	return true, nil
}

// AddEntry writes an entry that was checked, within a transaction, if it holds
// over what is there.
func AddEntry(ctx context.Context, tx *sql.Tx, person string, e *record.Entry, now time.Time) error {
	_, err := putEntry(ctx, tx, person, e, micros(now))
	return err
}
