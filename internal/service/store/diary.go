package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"facialis/internal/service/record"
)

// Answers are what a person has answered; without any, an interview in which
// nothing was asked.
func (s *Store) Answers(ctx context.Context, person string) (*record.Answers, error) {
	return s.readAnswers(ctx, s.r, person)
}

// querier is a database or a transaction.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

func (s *Store) readAnswers(ctx context.Context, db querier, person string) (*record.Answers, error) {
	a := record.NewAnswers()
	var given, skipped, text string
	var authored sql.NullInt64
	err := db.QueryRowContext(ctx, `SELECT given, skipped, authored, sealed FROM answers WHERE person_id = $1`, person).Scan(&given, &skipped, &authored, &text)
	if errors.Is(err, sql.ErrNoRows) {
		return a, nil
	}
	if err == nil {
		err = s.Open("answers", person, text, Columns{"given": &given, "skipped": &skipped})
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
		a, err := s.readAnswers(ctx, tx, person)
		if err != nil {
			return err
		}
		if err := do(a); err != nil {
			return err
		}
		out = a
		return s.SetAnswers(ctx, tx, person, a)
	})
	return out, err
}

// SetAnswers writes a person's answers within a transaction.
func (s *Store) SetAnswers(ctx context.Context, tx *sql.Tx, person string, a *record.Answers) error {
	given, err1 := json.Marshal(a.Values)
	skipped, err2 := json.Marshal(a.Skipped)
	if err := errors.Join(err1, err2); err != nil {
		return fmt.Errorf("writing answers: %w", err)
	}
	c, err := s.Hide(person, "answers", person, Columns{"given": string(given), "skipped": string(skipped)})
	if err != nil {
		return fmt.Errorf("writing answers: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO answers (person_id, given, skipped, authored, sealed) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (person_id) DO UPDATE SET given = excluded.given, skipped = excluded.skipped, authored = excluded.authored, sealed = excluded.sealed`,
		person, c["given"], c["skipped"], microsPtr(a.Authored), c["sealed"]); err != nil {
		return fmt.Errorf("writing answers: %w", err)
	}
	return nil
}

const entryColumns = `id, kind, at, tz_offset_min, updated_at, deleted, data, changed_at, others, seen, sealed`

// scanEntry reads entries of a person.
func (s *Store) scanEntry(person string) func(scanner) (record.Entry, error) {
	return func(row scanner) (record.Entry, error) {
		e, _, err := s.scanSeen(person, row)
		return e, err
	}
}

// scanSeen reads an entry and the sums of its former states, as JSON.
func (s *Store) scanSeen(person string, row scanner) (e record.Entry, seen string, err error) {
	var when, updated int64
	var data, others, text string
	if err := row.Scan(&e.ID, &e.Kind, &when, &e.TZOffsetMin, &updated, &e.Deleted, &data, &e.Version, &others, &seen, &text); err != nil {
		return e, "", err
	}
	if text != "" {
		if err := s.Open("entry", person+"/"+e.ID, text, Columns{"kind": &e.Kind, "data": &data, "others": &others, "seen": &seen}); err != nil {
			return e, "", err
		}
	}
	e.At, e.UpdatedAt, e.Data, e.Others = at(when), at(updated), json.RawMessage(data), []record.Other{}
	if others == "[]" {
		return e, seen, nil
	}
	return e, seen, json.Unmarshal([]byte(others), &e.Others)
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
	return list(ctx, s.r, s.scanEntry(person), `SELECT `+entryColumns+` FROM entry WHERE person_id = $1 AND NOT deleted AND at >= $2 AND at <= $3 ORDER BY at, id`, person, lo, hi)
}

// DiaryPage is a part of [Store.Diary]: at most so many entries from after the one
// with that id on.
func (s *Store) DiaryPage(ctx context.Context, person string, from, to time.Time, after string, limit int) ([]record.Entry, error) {
	lo, hi := int64(-1<<62), int64(1<<62)
	if !from.IsZero() {
		lo = micros(from)
	}
	if !to.IsZero() {
		hi = micros(to)
	}
	return list(ctx, s.r, s.scanEntry(person), `SELECT `+entryColumns+` FROM entry WHERE person_id = $1 AND NOT deleted AND at >= $2 AND at <= $3
AND ($4 = '' OR (at, id) > (SELECT a.at, a.id FROM entry a WHERE a.person_id = $5 AND a.id = $6)) ORDER BY at, id LIMIT $7`, person, lo, hi, after, person, after, limit)
}

// EachEntry hands a person's entries that are not deleted to do, one by one, the
// oldest first, from a time on.
func (s *Store) EachEntry(ctx context.Context, person string, from time.Time, do func(*record.Entry) error) error {
	rows, err := s.r.QueryContext(ctx, `SELECT `+entryColumns+` FROM entry WHERE person_id = $1 AND NOT deleted AND at >= $2 ORDER BY at, id`, person, micros(from))
	if err != nil {
		return fmt.Errorf("reading the diary: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		e, err := s.scanEntry(person)(rows)
		if err != nil {
			return fmt.Errorf("reading the diary: %w", err)
		}
		if err := do(&e); err != nil {
			return err
		}
	}
	return rows.Err()
}

// Entries are all entries of a person's diary, deleted ones as well, the oldest
// first.
func (s *Store) Entries(ctx context.Context, person string) ([]record.Entry, error) {
	return list(ctx, s.r, s.scanEntry(person), `SELECT `+entryColumns+` FROM entry WHERE person_id = $1 ORDER BY at, id`, person)
}

// Sync takes entries in, in the order of each device's own clock within what it
// hands in, and returns what changed after since (nil: everything) with the
// moment to ask from the next time. Moments of change never repeat and never go
// back, whatever the clock does.
func (s *Store) Sync(ctx context.Context, person string, entries []record.Entry, since *time.Time, now time.Time) ([]record.Entry, time.Time, error) {
	var out []record.Entry
	var mark int64
	err := s.Tx(ctx, func(tx *sql.Tx) error {
		if err := tx.QueryRowContext(ctx, `SELECT COALESCE(MAX(changed_at), 0) FROM entry WHERE person_id = $1`, person).Scan(&mark); err != nil {
			return fmt.Errorf("reading the diary: %w", err)
		}
		next := max(mark+1, micros(now))
		entries := slices.Clone(entries)
		slices.SortStableFunc(entries, func(a, b record.Entry) int { return a.UpdatedAt.Compare(b.UpdatedAt) })
		for i := range entries {
			wrote, err := s.putEntry(ctx, tx, person, &entries[i], next)
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
			e, err := s.scanEntry(person)(rows)
			if err != nil {
				return fmt.Errorf("reading the diary: %w", err)
			}
			out = append(out, e)
		}
		return rows.Err()
	})
	return out, at(mark), err
}

// maxSeen bounds the sums of former states that an entry remembers.
const maxSeen = 200

// putEntry writes one entry after what is there, unless this state came before.
func (s *Store) putEntry(ctx context.Context, tx *sql.Tx, person string, e *record.Entry, now int64) (bool, error) {
	old, sums, err := s.scanSeen(person, tx.QueryRowContext(ctx, `SELECT `+entryColumns+` FROM entry WHERE person_id = $1 AND id = $2`, person, e.ID))
	fresh := errors.Is(err, sql.ErrNoRows)
	if err != nil && !fresh {
		return false, fmt.Errorf("reading the diary: %w", err)
	}
	put, seen := *e, []string{}
	if put.Others == nil {
		put.Others = []record.Other{}
	}
	if !fresh {
		if err := json.Unmarshal([]byte(sums), &seen); err != nil {
			return false, fmt.Errorf("reading the diary: %w", err)
		}
		if slices.Contains(append(seen, old.Sum()), e.Sum()) {
			return false, nil
		}
		// What came in the same moment is one device's own order.
		after := e.Version == old.Version || old.Version == now
		put = e.Follow(&old, after, at(old.Version), at(now))
		if after && old.Version == now {
			put.Others = old.Others
		}
	}
	seen = append(seen, e.Sum())
	former, err1 := json.Marshal(seen[max(0, len(seen)-maxSeen):])
	others, err2 := json.Marshal(put.Others)
	if err := errors.Join(err1, err2); err != nil {
		return false, fmt.Errorf("writing the diary: %w", err)
	}
	c, err := s.Hide(person, "entry", person+"/"+put.ID, Columns{"kind": put.Kind, "data": string(put.Data), "others": string(others), "seen": string(former)})
	if err != nil {
		return false, fmt.Errorf("writing the diary: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO entry (person_id, `+entryColumns+`) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
ON CONFLICT (person_id, id) DO UPDATE SET kind = excluded.kind, at = excluded.at, tz_offset_min = excluded.tz_offset_min,
  updated_at = excluded.updated_at, deleted = excluded.deleted, data = excluded.data, changed_at = excluded.changed_at, others = excluded.others, seen = excluded.seen, sealed = excluded.sealed`,
		person, put.ID, c["kind"], micros(put.At), put.TZOffsetMin, micros(put.UpdatedAt), put.Deleted, c["data"], now, c["others"], c["seen"], c["sealed"]); err != nil {
		return false, fmt.Errorf("writing the diary: %w", err)
	}
	return true, nil
}

// AddEntry writes an entry that was checked, within a transaction.
func (s *Store) AddEntry(ctx context.Context, tx *sql.Tx, person string, e *record.Entry, now time.Time) error {
	_, err := s.putEntry(ctx, tx, person, e, micros(now))
	return err
}
