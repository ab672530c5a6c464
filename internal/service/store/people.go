package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"facialis/internal/service/record"
)

const personColumns = `p.id, p.name, p.code, p.birth_year, p.sex, p.affected_side, p.note, p.drawn, p.created_at, p.updated_at,
  (SELECT COUNT(*) FROM recording r WHERE r.person_id = p.id),
  (SELECT MAX(COALESCE(r.recorded_at, r.created_at)) FROM recording r WHERE r.person_id = p.id),
  l.rate_per_min, l.spells, p.sealed, COALESCE(l.id, ''), COALESCE(l.sealed, '')`

// personTables are people beside the latest of their recordings that could be used.
const personTables = `person p LEFT JOIN recording l ON l.id =
  (SELECT r.id FROM recording r WHERE r.person_id = p.id AND r.usable AND r.analysis <> ''
     ORDER BY COALESCE(r.recorded_at, r.created_at) DESC, r.id DESC LIMIT 1)`

func (s *Store) scanPerson(row scanner) (record.Person, error) {
	var p record.Person
	var year, spells sql.Null[int]
	var sex, side sql.Null[string]
	var created, updated int64
	var last sql.NullInt64
	var rate sql.Null[float64]
	var text, film, filmText string
	err := row.Scan(&p.ID, &p.Name, &p.Code, &year, &sex, &side, &p.Note, &p.Drawn, &created, &updated, &p.Recordings, &last, &rate, &spells, &text, &film, &filmText)
	if err == nil {
		err = s.Open("person", p.ID, text, Columns{"name": &p.Name, "code": &p.Code, "birth_year": &year, "sex": &sex, "affected_side": &side, "note": &p.Note})
	}
	if err == nil {
		err = s.Open("recording", film, filmText, Columns{"rate_per_min": &rate, "spells": &spells})
	}
	p.BirthYear, p.Sex, p.AffectedSide = ptr(year), ptr(sex), ptr(side)
	p.CreatedAt, p.UpdatedAt = at(created), at(updated)
	p.LastRecordingAt, p.LastRatePerMin, p.LastSpells = atPtr(last), ptr(rate), ptr(spells)
	return p, err
}

// searchText is what a search looks in.
func searchText(p *record.Person) string { return strings.ToLower(p.Name + "\n" + p.Code) }

// People lists people whose name or code holds q, by name, from after the person
// with that id on.
func (s *Store) People(ctx context.Context, q, after string, limit int) ([]record.Person, error) {
	if s.vault != nil {
		return s.sealedPeople(ctx, strings.ToLower(strings.TrimSpace(q)), after, limit)
	}
	return list(ctx, s.r, s.scanPerson, `SELECT `+personColumns+` FROM `+personTables+`
WHERE p.search LIKE $1 ESCAPE '\'
  AND ($2 = '' OR p.search > (SELECT a.search FROM person a WHERE a.id = $3)
       OR (p.search = (SELECT a.search FROM person a WHERE a.id = $3) AND p.id > $3))
ORDER BY p.search, p.id LIMIT $4`, like(strings.ToLower(strings.TrimSpace(q))), after, after, limit)
}

// sealedPeople is [Store.People] where names are encrypted: all are opened, put in
// order in memory, and those of the page are read.
func (s *Store) sealedPeople(ctx context.Context, q, after string, limit int) ([]record.Person, error) {
	type named struct{ search, id string }
	all, err := list(ctx, s.r, func(row scanner) (n named, err error) {
		var text string
		if err := row.Scan(&n.id, &n.search, &text); err != nil {
			return n, err
		}
		return n, s.Open("person", n.id, text, Columns{"search": &n.search})
	}, `SELECT id, search, sealed FROM person`)
	if err != nil {
		return nil, err
	}
	order := func(a, b named) int { return cmp.Or(strings.Compare(a.search, b.search), strings.Compare(a.id, b.id)) }
	slices.SortFunc(all, order)
	from := 0
	if after != "" {
		if from = slices.IndexFunc(all, func(n named) bool { return n.id == after }) + 1; from == 0 {
			return []record.Person{}, nil
		}
	}
	out := []record.Person{}
	for _, n := range all[from:] {
		if len(out) >= limit {
			break
		}
		if !strings.Contains(n.search, q) {
			continue
		}
		p, err := s.Person(ctx, n.id)
		if errors.Is(err, ErrNotFound) {
			continue // deleted meanwhile
		}
		if err != nil {
			return nil, err
		}
		out = append(out, *p)
	}
	return out, nil
}

// Person is one person.
func (s *Store) Person(ctx context.Context, id string) (*record.Person, error) {
	p, err := s.scanPerson(s.r.QueryRowContext(ctx, `SELECT `+personColumns+` FROM `+personTables+` WHERE p.id = $1`, id))
	return &p, one("a person", err)
}

// AddPerson adds a person.
func (s *Store) AddPerson(ctx context.Context, p *record.Person) error {
	return s.Tx(ctx, func(tx *sql.Tx) error { return s.AddPersonTx(ctx, tx, p) })
}

// AddPersonTx adds a person within a transaction.
func (s *Store) AddPersonTx(ctx context.Context, tx *sql.Tx, p *record.Person) error {
	c, err := s.Hide(p.ID, "person", p.ID, personText(p))
	if err != nil {
		return fmt.Errorf("adding a person: %w", err)
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO person (id, name, code, search, birth_year, sex, affected_side, note, drawn, created_at, updated_at, sealed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
		p.ID, c["name"], c["code"], c["search"], c["birth_year"], c["sex"], c["affected_side"], c["note"], p.Drawn, micros(p.CreatedAt), micros(p.UpdatedAt), c["sealed"])
	if err != nil {
		return fmt.Errorf("adding a person: %w", err)
	}
	return s.named(ctx, tx, p)
}

// personText are the private columns of a person.
func personText(p *record.Person) Columns {
	return Columns{"name": p.Name, "code": p.Code, "search": searchText(p), "birth_year": p.BirthYear, "sex": p.Sex, "affected_side": p.AffectedSide, "note": p.Note}
}

// named keeps since when a person has the name that the audit log gives them.
func (s *Store) named(ctx context.Context, tx *sql.Tx, p *record.Person) error {
	name := p.Name
	if name == "" {
		name = p.Code
	}
	return s.NameSince(ctx, tx, p.ID, p.ID, name, p.UpdatedAt)
}

// NameSince keeps since when a person or an account has a name, within a
// transaction. person is the person, or whose account it is, "" for nobody's.
func (s *Store) NameSince(ctx context.Context, tx *sql.Tx, person, id, name string, since time.Time) error {
	var was, text string
	var last int64
	err := tx.QueryRowContext(ctx, `SELECT since, name, sealed FROM name_since WHERE id = $1 ORDER BY since DESC LIMIT 1`, id).Scan(&last, &was, &text)
	if err == nil {
		err = s.Open("name_since", NameRow(id, last), text, Columns{"name": &was})
	}
	if err != nil && !errors.Is(err, sql.ErrNoRows) && !errors.Is(err, ErrKeyGone) {
		return fmt.Errorf("keeping a name: %w", err)
	}
	if err == nil && was == name || name == "" {
		return nil
	}
	c, err := s.Hide(person, "name_since", NameRow(id, micros(since)), Columns{"name": name})
	if err != nil {
		return fmt.Errorf("keeping a name: %w", err)
	}
	if _, err := tx.ExecContext(ctx, `INSERT INTO name_since (id, since, name, sealed) VALUES ($1, $2, $3, $4)
ON CONFLICT (id, since) DO UPDATE SET name = excluded.name, sealed = excluded.sealed`, id, micros(since), c["name"], c["sealed"]); err != nil {
		return fmt.Errorf("keeping a name: %w", err)
	}
	return nil
}

// NameRow is what a row of the table name_since is called.
func NameRow(id string, since int64) string { return fmt.Sprintf("%s/%d", id, since) }

// ForgetNames removes the names that a person or an account had, within a
// transaction.
func ForgetNames(ctx context.Context, tx *sql.Tx, id string) error {
	if _, err := tx.ExecContext(ctx, `DELETE FROM name_since WHERE id = $1 OR id IN (SELECT id FROM account WHERE person_id = $2)`, id, id); err != nil {
		return fmt.Errorf("forgetting a name: %w", err)
	}
	return nil
}

// SavePerson writes what can be changed about a person.
func (s *Store) SavePerson(ctx context.Context, p *record.Person) error {
	return s.Tx(ctx, func(tx *sql.Tx) error {
		c, err := s.Change(ctx, tx, "person", p.ID, personText(p))
		if err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `UPDATE person SET name = $1, code = $2, search = $3, birth_year = $4, sex = $5, affected_side = $6, note = $7, updated_at = $8, sealed = $9 WHERE id = $10`,
			c["name"], c["code"], c["search"], c["birth_year"], c["sex"], c["affected_side"], c["note"], micros(p.UpdatedAt), c["sealed"], p.ID)
		if err := changed("a person", res, err); err != nil {
			return err
		}
		return s.named(ctx, tx, p)
	})
}

// DeletePerson deletes a person and every row about them. The keys are put into
// the trash in the same transaction.
func (s *Store) DeletePerson(ctx context.Context, id string, keys []string) error {
	return s.Tx(ctx, func(tx *sql.Tx) error {
		if err := Discard(ctx, tx, keys...); err != nil {
			return err
		}
		if err := ForgetNames(ctx, tx, id); err != nil {
			return err
		}
		return DeleteRow(ctx, tx, "person", id)
	})
}

// DeleteRecording deletes a recording and every row about it.
func (s *Store) DeleteRecording(ctx context.Context, id string, keys []string) error {
	return s.deleteWith(ctx, `DELETE FROM recording WHERE id = $1`, "a recording", id, keys)
}

// DeleteUpload deletes an upload.
func (s *Store) DeleteUpload(ctx context.Context, id string, keys []string) error {
	return s.deleteWith(ctx, `DELETE FROM upload WHERE id = $1`, "an upload", id, keys)
}

func (s *Store) deleteWith(ctx context.Context, query, what, id string, keys []string) error {
	return s.Tx(ctx, func(tx *sql.Tx) error {
		if err := Discard(ctx, tx, keys...); err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, query, id)
		return changed(what, res, err)
	})
}

// Discard puts blobs' keys into the trash.
func Discard(ctx context.Context, tx *sql.Tx, keys ...string) error {
	for _, k := range keys {
		if _, err := tx.ExecContext(ctx, `INSERT INTO trash (key) VALUES ($1) ON CONFLICT (key) DO NOTHING`, k); err != nil {
			return fmt.Errorf("discarding a file: %w", err)
		}
	}
	return nil
}

// Trash are the keys of the blobs that are to be removed.
func (s *Store) Trash(ctx context.Context) ([]string, error) {
	return list(ctx, s.r, func(row scanner) (string, error) {
		var k string
		return k, row.Scan(&k)
	}, `SELECT key FROM trash ORDER BY key`)
}

// Removed takes a key out of the trash.
func (s *Store) Removed(ctx context.Context, key string) error {
	if _, err := s.w.ExecContext(ctx, `DELETE FROM trash WHERE key = $1`, key); err != nil {
		return fmt.Errorf("emptying the trash: %w", err)
	}
	return nil
}

// Empty reports whether there is nobody.
func Empty(ctx context.Context, tx *sql.Tx) (bool, error) {
	var n int
	err := tx.QueryRowContext(ctx, `SELECT COUNT(*) FROM person`).Scan(&n)
	return n == 0, one("the people", err)
}
