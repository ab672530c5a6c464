package store

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// sealBatch is how many rows are turned over in one transaction.
const sealBatch = 500

// SealAll seals every row that is not, or opens every sealed one where off is set,
// and removes what the file held before. It may be stopped at any point and is
// taken up by the next call; step, which may be nil, is called before each part.
// [Store.Seal] comes first.
func (s *Store) SealAll(ctx context.Context, off bool, step func()) error {
	if step == nil {
		step = func() {}
	}
	if !off {
		people, err := list(ctx, s.r, scanText, `SELECT id FROM person UNION SELECT person_id FROM bin`)
		if err != nil {
			return err
		}
		if err := s.vault.keys.Make(people); err != nil {
			return err
		}
	}
	for i := range privates {
		if err := s.turn(ctx, &privates[i], off, step); err != nil {
			return fmt.Errorf("encrypting the table %s: %w", privates[i].table, err)
		}
	}
	step()
	// Pages that hold nothing now still have what was on them.
	if _, err := s.w.ExecContext(ctx, `VACUUM`); err != nil {
		return fmt.Errorf("removing what is not encrypted: %w", err)
	}
	return s.Forget(ctx)
}

// turn seals or opens the rows of one table.
func (s *Store) turn(ctx context.Context, p *private, off bool, step func()) error {
	if p.table == "audit" { // in one go: its triggers are away meanwhile
		step()
		return s.Tx(ctx, func(tx *sql.Tx) error {
			return unguarded(ctx, tx, p.table, func() error {
				for after := []any(nil); ; {
					var err error
					if after, err = s.turnSome(ctx, tx, p, off, after); err != nil || after == nil {
						return err
					}
				}
			})
		})
	}
	for after := []any(nil); ; {
		step()
		err := s.Tx(ctx, func(tx *sql.Tx) (err error) {
			after, err = s.turnSome(ctx, tx, p, off, after)
			return err
		})
		if err != nil || after == nil {
			return err
		}
	}
}

// turnSome seals or opens the next rows after a key, and gives the last one's, nil
// at the end.
func (s *Store) turnSome(ctx context.Context, tx *sql.Tx, p *private, off bool, after []any) ([]any, error) {
	names := slices.Sorted(maps.Keys(p.columns))
	keys, state := strings.Join(p.keys, ", "), `sealed = ''`
	if off {
		state = `sealed <> ''`
	}
	if after != nil {
		state += ` AND (` + keys + `) > (` + places(1, len(p.keys)) + `)`
	}
	rows, err := tx.QueryContext(ctx, `SELECT `+keys+`, `+p.owner+`, sealed, `+strings.Join(names, ", ")+` FROM `+p.table+` WHERE `+state+
		fmt.Sprintf(` ORDER BY %s LIMIT %d`, keys, sealBatch), after...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	type found struct {
		key          []any
		row          string
		person, text string
		values       map[string]driver.Value
	}
	var all []found
	for rows.Next() {
		f := found{key: make([]any, len(p.keys)), values: map[string]driver.Value{}}
		got := make([]any, len(names))
		var dest []any
		for i := range f.key {
			dest = append(dest, &f.key[i])
		}
		dest = append(dest, &f.person, &f.text)
		for i := range got {
			dest = append(dest, &got[i])
		}
		if err := rows.Scan(dest...); err != nil {
			return nil, err
		}
		for i, n := range names {
			f.values[n] = got[i]
		}
		parts := make([]string, len(f.key))
		for i, k := range f.key {
			parts[i] = fmt.Sprint(k)
		}
		f.row = strings.Join(parts, "/")
		all = append(all, f)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil || len(all) == 0 {
		return nil, err
	}
	query := `UPDATE ` + p.table + ` SET sealed = $1`
	for i, n := range names {
		query += fmt.Sprintf(`, %s = $%d`, n, i+2)
	}
	query += ` WHERE (` + keys + `) = (` + places(len(names)+2, len(p.keys)) + `)`
	for _, f := range all {
		set := Columns{sealedColumn: ""}
		if off {
			values, err := s.vault.open(p.table, f.row, f.text)
			if errors.Is(err, ErrKeyGone) { // it stays, and is not there for anybody
				if !strings.HasPrefix(f.text, gone) {
					f.text = gone + f.text
				}
				values, set[sealedColumn], err = f.values, f.text, nil
			}
			if err != nil {
				return nil, err
			}
			for n, v := range values {
				set[n] = v
			}
		} else if set, err = s.cover(f.person, p.table, f.row, f.values); err != nil {
			return nil, err
		}
		args := []any{set[sealedColumn]}
		for _, n := range names {
			args = append(args, set[n])
		}
		if _, err := tx.ExecContext(ctx, query, append(args, f.key...)...); err != nil {
			return nil, err
		}
	}
	if len(all) < sealBatch {
		return nil, nil
	}
	return all[len(all)-1].key, nil
}

// places are so many parameters from a number on.
func places(from, n int) string {
	all := make([]string, n)
	for i := range all {
		all[i] = fmt.Sprintf("$%d", from+i)
	}
	return strings.Join(all, ", ")
}

// unguarded takes the triggers of a table away while do runs, within a transaction.
func unguarded(ctx context.Context, tx *sql.Tx, table string, do func() error) error {
	rows, err := tx.QueryContext(ctx, `SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = $1`, table)
	if err != nil {
		return err
	}
	defer rows.Close()
	triggers := map[string]string{}
	for rows.Next() {
		var name, text string
		if err := rows.Scan(&name, &text); err != nil {
			return err
		}
		triggers[name] = text
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return err
	}
	for name := range triggers {
		if _, err := tx.ExecContext(ctx, `DROP TRIGGER `+name); err != nil {
			return err
		}
	}
	if err := do(); err != nil {
		return err
	}
	for _, text := range triggers {
		if _, err := tx.ExecContext(ctx, text); err != nil {
			return err
		}
	}
	return nil
}
