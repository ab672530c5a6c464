package store

import (
	"context"
	"fmt"
	"time"

	"facialis/internal/service/record"
)

// ShareKey is a key pair for files that others send. The older ones stay, so that a file
// for them can still be opened.
type ShareKey struct {
	ID     string
	Public string
	Secret string
	MadeAt time.Time
}

// AddShareKey keeps a key pair.
func (s *Store) AddShareKey(ctx context.Context, k *ShareKey) error {
	k.ID = record.NewID()
	c, err := s.Hide("", "share_key", k.ID, Columns{"secret": k.Secret})
	if err != nil {
		return fmt.Errorf("keeping a key: %w", err)
	}
	if _, err := s.w.ExecContext(ctx, `INSERT INTO share_key (id, public, secret, made_at, sealed) VALUES ($1, $2, $3, $4, $5)`,
		k.ID, k.Public, c["secret"], micros(k.MadeAt), c["sealed"]); err != nil {
		return fmt.Errorf("keeping a key: %w", err)
	}
	return nil
}

// ShareKeys are the key pairs, the latest first.
func (s *Store) ShareKeys(ctx context.Context) ([]ShareKey, error) {
	return list(ctx, s.r, func(row scanner) (ShareKey, error) {
		var k ShareKey
		var made int64
		var text string
		err := row.Scan(&k.ID, &k.Public, &k.Secret, &made, &text)
		if err == nil {
			err = s.Open("share_key", k.ID, text, Columns{"secret": &k.Secret})
		}
		k.MadeAt = at(made)
		return k, err
	}, `SELECT id, public, secret, made_at, sealed FROM share_key ORDER BY id DESC`)
}
