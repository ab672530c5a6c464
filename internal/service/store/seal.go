package store

import (
	"context"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"database/sql/driver"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"strings"

	"facialis/internal/service/keyring"
)

// Columns are values of columns by name: to be written, or where to put what is
// read.
type Columns map[string]any

// What can be wrong with a row of an encrypted database.
var (
	// ErrKeyGone is about a row whose person was deleted for good: to everybody
	// the row is not there.
	ErrKeyGone = fmt.Errorf("its key was destroyed: %w", ErrNotFound)
	// ErrSealed is about a row that is read without any keys.
	ErrSealed = errors.New("the database is encrypted, and no key was given")
	// ErrChanged is about a row that is not what was written.
	ErrChanged = errors.New("an encrypted row of the database was changed or is damaged")
)

// Seal has every row that is written from now on sealed by keys, and every sealed
// one opened by them.
func (s *Store) Seal(keys *keyring.Ring) { s.vault = &vault{keys: keys} }

// Index is what a column by which rows are found holds for a value.
func (s *Store) Index(table, column, value string) (string, error) {
	if s.vault == nil || value == "" {
		return value, nil
	}
	house, err := s.vault.keys.Of("")
	if err != nil {
		return "", err
	}
	key, err := hkdf.Key(sha256.New, house.Secret[:], nil, indexPurpose, sha256.Size)
	if err != nil {
		return "", fmt.Errorf("deriving the key of an index: %w", err)
	}
	h := hmac.New(sha256.New, key)
	h.Write([]byte(table + "\x00" + column + "\x00" + value))
	return hex.EncodeToString(h.Sum(nil)), nil
}

// Hide turns the private columns of a new row into what is written of them, with
// the column "sealed". person is whom the row is about, "" for nobody; row is the
// row's primary key, its columns joined by a slash.
func (s *Store) Hide(person, table, row string, set Columns) (Columns, error) {
	out := maps.Clone(set)
	out[sealedColumn] = ""
	if s.vault == nil {
		return out, nil
	}
	values := map[string]driver.Value{}
	if err := merge(values, set); err != nil {
		return nil, err
	}
	return s.cover(person, table, row, values)
}

// Change turns some private columns of a row that is there into what is written of
// them, with the column "sealed", within a transaction.
func (s *Store) Change(ctx context.Context, tx *sql.Tx, table, row string, set Columns) (Columns, error) {
	out := maps.Clone(set)
	out[sealedColumn] = ""
	if s.vault == nil {
		return out, nil
	}
	p := privateOf(table)
	var text, person string
	if err := tx.QueryRowContext(ctx, `SELECT sealed, `+p.owner+` FROM `+table+` WHERE `+p.keys[0]+` = $1`, row).Scan(&text, &person); err != nil {
		return nil, one("a "+table, err)
	}
	values, err := s.vault.open(table, row, text)
	if err != nil {
		return nil, err
	}
	if err := merge(values, set); err != nil {
		return nil, err
	}
	return s.cover(person, table, row, values)
}

func merge(values map[string]driver.Value, set Columns) error {
	for name, v := range set {
		to, err := driver.DefaultParameterConverter.ConvertValue(v)
		if err != nil {
			return fmt.Errorf("sealing %s: %w", name, err)
		}
		values[name] = to
	}
	return nil
}

// cover seals values and says what stands in their columns.
func (s *Store) cover(person, table, row string, values map[string]driver.Value) (Columns, error) {
	k, err := s.vault.keyOf(person, table)
	if err != nil {
		return nil, err
	}
	text, err := s.vault.seal(k, table, row, values)
	if err != nil {
		return nil, err
	}
	out := Columns{sealedColumn: text}
	for name, v := range values {
		how, ok := privateOf(table).columns[name]
		was, _ := v.(string)
		switch {
		case !ok:
			return nil, fmt.Errorf("column %s of %s is not among the private ones", name, table)
		case how == asNull, how == asIndex && v == nil:
			out[name] = nil
		case how == asIndex:
			if out[name], err = s.Index(table, name, was); err != nil {
				return nil, err
			}
		case how == asFilled && was != "":
			out[name] = sealedColumn
		default:
			out[name] = ""
		}
	}
	return out, nil
}

// Open puts the private columns of a row, whose column "sealed" holds text, where
// to says. With text "" the row is not encrypted, and what is there stays.
func (s *Store) Open(table, row, text string, to Columns) error {
	if text == "" {
		return nil
	}
	if strings.HasPrefix(text, gone) {
		return ErrKeyGone
	}
	if s.vault == nil {
		return ErrSealed
	}
	values, err := s.vault.open(table, row, text)
	if err != nil {
		return err
	}
	for name, dest := range to {
		if err := assign(dest, values[name]); err != nil {
			return fmt.Errorf("reading %s of %s: %w", name, table, err)
		}
	}
	return nil
}
